import type { Observation } from '../../../core/observation.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import { definePoll, type MapContext } from '../contract.ts';
import { intervalOrIssue, runningInterval } from '../fundingInterval.ts';
import { listedBounds } from '../heldAgainstList.ts';
import { amounts, countedBy } from '../kit/amounts.ts';
import { readSide, sumBook, type Side } from '../kit/book.ts';
import { decimal, epochMs, nonNegative, optional, optionalNonZero, positive, text } from '../kit/fields.ts';
import { object, rows } from '../kit/payloads.ts';
import type { Place } from '../kit/place.ts';
import { rowReader, type RowOf } from '../kit/rowReader.ts';
import type { Subject } from '../kit/subject.ts';
import { isNoFunding, observe, unlessFalseZero } from '../mapping.ts';
import { answer, bySymbol, contractOf, DOCS, mapListed, sidesOf, sizes } from './shared.ts';

export const TICKER = rowReader(
  {
    symbol: text,
    markPrice: optionalNonZero(positive),
    indexPrice: optionalNonZero(positive),
    lastPrice: optionalNonZero(positive),
    openInterest: optional(nonNegative),
    openInterestValue: optional(nonNegative),
    singleOpenInterest: optional(nonNegative),
    singleOpenInterestValue: optional(nonNegative),
    fundingRate: optional(decimal),
    nextFundingTime: optionalNonZero(epochMs),
    fundingIntervalHour: optionalNonZero(positive),
    fundingCap: optionalNonZero(positive),
    volume24h: optional(nonNegative),
    turnover24h: optional(nonNegative),
    basisRate: optional(decimal),
    basisRateYear: optional(decimal),
  },
  { symbol: 'symbol' },
);

type TickerRow = RowOf<typeof TICKER>;

export const tickers = definePoll({
  id: 'bybit/tickers',
  method: 'GET',
  path: '/v5/market/tickers',
  docsUrl: `${DOCS}tickers`,
  weight: 1,
  yields: ['open-interest', 'funding-rate', 'mark-price', 'volume'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  request: bySymbol('/v5/market/tickers'),
  asks: 'symbol',
  schema: answer,
  map: (payload, context) =>
    mapListed(context, payload, TICKER, (row, who, at) =>
      tickerObservations(context, who, payload.time, row, at),
    ),
});

export const datedTickers = {
  ...tickers,
  id: 'bybit/dated-tickers',
  yields: ['open-interest', 'mark-price', 'volume', 'basis'],
  about: 'dated-future',
} as const;

/** What a ticker states, as an answer or as a push; `isDelta`: what it does not state has not changed. */
export function tickerObservations(
  context: MapContext,
  who: Subject,
  atMs: number | undefined,
  row: TickerRow,
  at: Place,
  isDelta = false,
): Observation[] {
  return [
    openInterestOf(context, who, atMs, row),
    fundingOf(context, who, atMs, row, at, isDelta),
    pricesOf(context, who, atMs, row),
    volumeOf(context, who, atMs, row),
    basisOf(context, who, atMs, row),
  ].filter((one) => one !== undefined);
}

/** Stated for dated futures. `basis` (an amount) follows the last price and is not read, the rate follows the mark. */
function basisOf(
  context: MapContext,
  who: Subject,
  atMs: number | undefined,
  row: TickerRow,
): Observation | undefined {
  if (who.market !== 'dated-future' || row.basisRate === undefined) return undefined;
  return observe(context, who, atMs, {
    kind: 'basis',
    basisFraction: row.basisRate,
    annualisedFraction: row.basisRateYear,
    indexPriceQuote: row.indexPrice,
    contractType: 'dated-future',
  });
}

function openInterestOf(
  context: MapContext,
  who: Subject,
  atMs: number | undefined,
  row: TickerRow,
): Observation | undefined {
  const { symbol: venueSymbol, openInterest: both, singleOpenInterest: single } = row;
  if (both !== undefined)
    context.stateSides?.({ field: 'openInterest', venueSymbol, size: both, sides: 'both' });
  if (single !== undefined)
    context.stateSides?.({ field: 'singleOpenInterest', venueSymbol, size: single, sides: 'one' });
  const { quantity, sides } = sidesOf(row);
  if (quantity === undefined) return undefined;
  const value = sides === 'one' ? row.singleOpenInterestValue : row.openInterestValue;
  const stated = sizes(who, quantity, unlessFalseZero(value, quantity));
  const price = row.markPrice;
  const derivedUsd = stated.base === undefined || price === undefined ? undefined : stated.base * price;
  const derivedBase = stated.usd === undefined || price === undefined ? undefined : stated.usd / price;
  const openInterestUsd = stated.usd ?? derivedUsd;
  return observe(context, who, atMs, {
    kind: 'open-interest',
    openInterestBase: stated.base ?? derivedBase,
    openInterestUsd,
    usdBasis: openInterestUsd === undefined ? undefined : stated.usd === undefined ? 'mark-price' : 'venue',
    sides,
  });
}

function fundingOf(
  context: MapContext,
  who: Subject,
  atMs: number | undefined,
  row: TickerRow,
  at: Place,
  isDelta: boolean,
): Observation | undefined {
  // A rate that fell to 0 is one where the contract is known to settle; its next settlement has not changed.
  const isKnownToSettle = isDelta && who.instrument?.fundingIntervalMs !== undefined;
  const hours = row.fundingIntervalHour;
  const statedMs = hours === undefined ? undefined : hours * HOUR_MS;
  const evidence = { statedMs, settlesAtMs: row.nextFundingTime, atMs };
  if (row.fundingRate === undefined) {
    // A delta may state the interval or the settlement alone: what that says against the list holds for the next rate.
    if (who.market === undefined) runningInterval(context, who, evidence, at);
    return undefined;
  }
  if (isNoFunding(row.fundingRate, row.nextFundingTime) && !isKnownToSettle) return undefined;
  const path = at.in('fundingRate');
  const interval = intervalOrIssue(context, who, evidence, path);
  if (interval === undefined) return undefined;
  // The ticker states a cap alone; the floor of the list goes with the cap of the list.
  const { fundingRate: rate, fundingCap } = row;
  const listed = listedBounds(context, who, rate, interval.intervalMs, path);
  const isListed = fundingCap === undefined || fundingCap === listed.cap;
  return observe(context, who, atMs, {
    kind: 'funding-rate',
    phase: 'predicted',
    fundingRatePerInterval: rate,
    intervalMs: interval.intervalMs,
    intervalBasis: interval.intervalBasis,
    settlesAtMs: row.nextFundingTime,
    cap: fundingCap ?? listed.cap,
    floor: isListed ? listed.floor : undefined,
  });
}

function pricesOf(
  context: MapContext,
  who: Subject,
  atMs: number | undefined,
  row: TickerRow,
): Observation | undefined {
  const { markPrice: markPriceQuote, indexPrice: indexPriceQuote, lastPrice: lastPriceQuote } = row;
  const isEmpty = (markPriceQuote ?? indexPriceQuote ?? lastPriceQuote) === undefined;
  const prices = { kind: 'mark-price', markPriceQuote, indexPriceQuote, lastPriceQuote } as const;
  return isEmpty ? undefined : observe(context, who, atMs, prices);
}

function volumeOf(
  context: MapContext,
  who: Subject,
  atMs: number | undefined,
  row: TickerRow,
): Observation | undefined {
  const { base: volumeBase, usd: volumeUsd } = sizes(who, row.volume24h, row.turnover24h);
  if (volumeBase === undefined && volumeUsd === undefined) return undefined;
  return observe(context, who, atMs, { kind: 'volume', windowMs: DAY_MS, volumeBase, volumeUsd });
}

export const depth = definePoll({
  id: 'bybit/depth',
  method: 'GET',
  path: '/v5/market/orderbook',
  docsUrl: `${DOCS}orderbook`,
  weight: 1,
  yields: ['depth'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  request: bySymbol('/v5/market/orderbook', { limit: '1000' }),
  asks: 'symbol',
  schema: object({ result: object({ s: optional(text), b: rows, a: rows, ts: optional(epochMs) }) }),
  map({ result }, context) {
    const who = contractOf(context, result.s, undefined, 'result');
    if (who === undefined) return [];
    const toCoins = (size: number, price: number): number =>
      amounts(who, countedBy(who), size, price).base ?? size;
    const side = (name: 'a' | 'b'): Side => readSide(context, result[name], `result.${name}`, toCoins);
    const sums = sumBook(side('b'), side('a'), 1);
    return sums === undefined ? [] : [observe(context, who, result.ts, { kind: 'depth', ...sums })];
  },
});
