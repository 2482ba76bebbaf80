import type { Observation } from '../../../core/observation.ts';
import { DAY_MS, MINUTE_MS } from '../../../core/units.ts';
import { definePoll, type MapContext } from '../contract.ts';
import { listedBounds } from '../heldAgainstList.ts';
import { readSide, sumBook } from '../kit/book.ts';
import { decimal, epochMs, nonNegative, optional, optionalNonZero, positive, text } from '../kit/fields.ts';
import { object, oneOrMany, rows } from '../kit/payloads.ts';
import type { Path } from '../kit/place.ts';
import { rowReader } from '../kit/rowReader.ts';
import type { Subject } from '../kit/subject.ts';
import { isNoFunding, observe } from '../mapping.ts';
import { bySymbol, DOCS, fundingInterval, mapNamed } from './shared.ts';

const PREMIUM = rowReader(
  {
    symbol: text,
    markPrice: optionalNonZero(positive),
    indexPrice: optionalNonZero(positive),
    lastFundingRate: optional(decimal),
    nextFundingTime: optionalNonZero(epochMs),
    time: epochMs,
  },
  { symbol: 'symbol' },
);

export const premiumIndex = definePoll({
  id: 'binance/premium-index',
  method: 'GET',
  path: '/fapi/v1/premiumIndex',
  docsUrl: `${DOCS}/Mark-Price`,
  weight: 1,
  yields: ['mark-price', 'funding-rate'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  request: bySymbol('/fapi/v1/premiumIndex'),
  asks: 'symbol',
  schema: oneOrMany,
  map(payload, context) {
    return mapNamed(context, payload, PREMIUM, (row, who, at) => {
      const { markPrice: markPriceQuote, indexPrice: indexPriceQuote } = row;
      const { lastFundingRate: rate, nextFundingTime: settlesAtMs, time: atMs } = row;
      const fields = { atMs, markPriceQuote, indexPriceQuote, rate, settlesAtMs };
      return markAndFunding(context, who, fields, at.in('lastFundingRate'));
    });
  },
});

interface MarkAndFunding {
  readonly atMs: number;
  readonly markPriceQuote: number | undefined;
  readonly indexPriceQuote: number | undefined;
  /** The running estimate of the rate that is settled next. */
  readonly rate: number | undefined;
  readonly settlesAtMs: number | undefined;
}

/** Prices and funding as one answer or push states them; dated futures state no rate. */
export function markAndFunding(
  context: MapContext,
  who: Subject,
  { atMs, markPriceQuote, indexPriceQuote, rate, settlesAtMs }: MarkAndFunding,
  ratePath: Path,
): Observation[] {
  const found: Observation[] = [];
  if (markPriceQuote !== undefined || indexPriceQuote !== undefined)
    found.push(observe(context, who, atMs, { kind: 'mark-price', markPriceQuote, indexPriceQuote }));
  if (rate === undefined || isNoFunding(rate, settlesAtMs)) return found;
  const interval = fundingInterval(context, who, { settlesAtMs, atMs }, ratePath);
  if (interval === undefined) return found;
  const { intervalMs, intervalBasis } = interval;
  const { cap, floor } = listedBounds(context, who, rate, intervalMs, ratePath);
  found.push(
    observe(context, who, atMs, {
      kind: 'funding-rate',
      phase: 'predicted',
      fundingRatePerInterval: rate,
      intervalMs,
      intervalBasis,
      settlesAtMs,
      cap,
      floor,
    }),
  );
  return found;
}

const OPEN_INTEREST = rowReader(
  { symbol: text, openInterest: nonNegative, time: epochMs },
  { symbol: 'symbol' },
);

export const openInterest = definePoll({
  id: 'binance/open-interest',
  method: 'GET',
  path: '/fapi/v1/openInterest',
  docsUrl: `${DOCS}/Open-Interest`,
  weight: 1,
  yields: ['open-interest'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  request: bySymbol('/fapi/v1/openInterest'),
  asks: 'symbol',
  schema: oneOrMany,
  map(payload, context) {
    return mapNamed(context, payload, OPEN_INTEREST, (row, who) => [
      observe(context, who, row.time, {
        kind: 'open-interest',
        openInterestBase: row.openInterest,
        sides: 'one',
      }),
    ]);
  },
});

const TICKER = rowReader(
  {
    symbol: text,
    lastPrice: optionalNonZero(positive),
    volume: optional(nonNegative),
    quoteVolume: optional(nonNegative),
    closeTime: epochMs,
  },
  { symbol: 'symbol' },
);

export const ticker = definePoll({
  id: 'binance/ticker-24h',
  method: 'GET',
  path: '/fapi/v1/ticker/24hr',
  docsUrl: `${DOCS}/24hr-Ticker-Price-Change-Statistics`,
  weight: 1,
  yields: ['volume', 'mark-price'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  request: bySymbol('/fapi/v1/ticker/24hr'),
  asks: 'symbol',
  schema: oneOrMany,
  map(payload, context) {
    return mapNamed(context, payload, TICKER, (row, who) => {
      const { lastPrice: lastPriceQuote, volume: volumeBase, quoteVolume: volumeUsd } = row;
      const volume = { kind: 'volume', windowMs: DAY_MS, volumeBase, volumeUsd } as const;
      return [
        ...(volumeBase === undefined && volumeUsd === undefined
          ? []
          : [observe(context, who, row.closeTime, volume)]),
        ...(lastPriceQuote === undefined
          ? []
          : [observe(context, who, row.closeTime, { kind: 'mark-price', lastPriceQuote })]),
      ];
    });
  },
});

export const depth = definePoll({
  id: 'binance/depth',
  method: 'GET',
  path: '/fapi/v1/depth',
  docsUrl: `${DOCS}/Order-Book`,
  weight: 20,
  yields: ['depth'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  request: bySymbol('/fapi/v1/depth', { limit: '1000' }),
  asks: 'symbol',
  schema: object({ bids: rows, asks: rows, E: optional(epochMs), T: optional(epochMs) }),
  map(payload, context) {
    const who = context.subject(undefined, '');
    if (who === undefined) return [];
    const [bids, asks] = [readSide(context, payload.bids, 'bids'), readSide(context, payload.asks, 'asks')];
    const sums = sumBook(bids, asks, 1);
    return sums === undefined
      ? []
      : [observe(context, who, payload.T ?? payload.E, { kind: 'depth', ...sums })];
  },
});
