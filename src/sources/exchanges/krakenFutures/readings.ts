import type { Observation } from '../../../core/observation.ts';
import { MINUTE_MS } from '../../../core/units.ts';
import { definePoll, variantOf, type MapContext } from '../contract.ts';
import { reportHalt } from '../heldAgainstList.ts';
import { readSide, sumBook, type Side } from '../kit/book.ts';
import { isRecord } from '../kit/field.ts';
import { decimal, flag, nonNegative, optional, optionalNonZero, positive, text } from '../kit/fields.ts';
import { object, rows } from '../kit/payloads.ts';
import { pathOf, Place, type Path } from '../kit/place.ts';
import { rowReader } from '../kit/rowReader.ts';
import type { Subject } from '../kit/subject.ts';
import { observe } from '../mapping.ts';
import { at, bySymbol, contractSizeOf, isIndex, isInDollars, isoTime, sizeReporter, sizesOf, V3 } from './shared.ts'; // prettier-ignore
import { tickerMapper } from './ticker.ts';

const price = optionalNonZero(positive);

/** Above the highest rate that the exchange allows by so much, a rate is not what it says; below, the price moved. */
const CAP_SLACK = 2;

/**
 * The fraction behind an absolute rate. Linear: quote currency per coin, divided by the index price. Inverse: coins per
 * contract, multiplied by it and divided by the contract's dollars (recorded pairs of `funding_rate` and
 * `relative_funding_rate` have the index price as their quotient). The mark price is further from it the more extreme
 * the rate is, and does not stand in. The exchange takes the index price of the moment of calculation, so the result
 * differs by what the price moved in the hour.
 */
function fractionOf(
  context: MapContext,
  who: Subject,
  absolute: number,
  indexPrice: number | undefined,
  path: string,
): number | undefined {
  const size = contractSizeOf(who);
  const drop = (code: 'decode' | 'unknown-instrument' | 'implausible', why: string): undefined =>
    void context.report({ code, path, message: `${who.venueSymbol}: ${why}; the rate was dropped` });
  if (size === undefined) return drop('unknown-instrument', 'an absolute rate needs the contract size');
  if (indexPrice === undefined) return drop('decode', 'an absolute rate needs the index price beside it');
  const fraction = size.unit === 'base' ? absolute / indexPrice : (absolute * indexPrice) / size.amount;
  const cap = who.instrument?.fundingCap;
  if (cap !== undefined && Math.abs(fraction) > cap * CAP_SLACK)
    return drop('implausible', `${fraction} an hour is beyond the exchange's highest rate of ${cap}`);
  return fraction;
}

const TICKER = rowReader({
  symbol: text, markPrice: price, indexPrice: price, last: price, openInterest: optional(nonNegative),
  vol24h: optional(nonNegative), volumeQuote: optional(nonNegative), fundingRate: optional(decimal),
  suspended: optional(flag),
}); // prettier-ignore
const NAMES = {
  openInterest: 'openInterest',
  volume: 'vol24h',
  volumeQuote: 'volumeQuote',
  funding: 'fundingRate',
};

/** Returns what maps the tickers of one answer. Indices stand beside the contracts; they have a last price only. */
export function tickersIn(
  context: MapContext,
  atMs: number | undefined,
): (raw: unknown, place: Path) => Observation[] {
  const map = tickerMapper(context);
  return (raw, place) => {
    const symbol = isRecord(raw) ? raw['symbol'] : undefined;
    if (typeof symbol === 'string' && isIndex(symbol)) return [];
    const row = TICKER.one(raw, place, context);
    const who = row === undefined ? undefined : context.subject(row.symbol.toUpperCase(), place);
    if (row === undefined || who === undefined) return [];
    reportHalt(context, who, row.suspended === true, pathOf(place, 'suspended'));
    const isFunded = row.fundingRate !== undefined && who.market === undefined;
    const where = pathOf(place, 'fundingRate');
    return map(who, {
      atMs, mark: row.markPrice, index: row.indexPrice, last: row.last, openInterest: row.openInterest,
      volume: row.vol24h, volumeQuote: row.volumeQuote,
      fundingRate: isFunded ? fractionOf(context, who, row.fundingRate ?? 0, row.indexPrice, where) : undefined,
      at: place, names: NAMES,
    }); // prettier-ignore
  };
}

export const TICKERS = `${V3}/tickers`;

export const tickers = definePoll({
  id: 'kraken-futures/tickers',
  ...at(TICKERS, 'trading/get-tickers'),
  yields: ['mark-price', 'open-interest', 'volume', 'funding-rate'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  // One answer holds every contract.
  request: ({ instrument }) =>
    instrument.kind === 'perpetual' ? { method: 'GET', path: TICKERS, query: {} } : undefined,
  schema: object({ tickers: rows, serverTime: optional(isoTime) }),
  map({ tickers: list, serverTime }, context) {
    const [map, place] = [tickersIn(context, serverTime), new Place('tickers')];
    return list.flatMap((raw, index) => {
      place.moveTo(index);
      return map(raw, place);
    });
  },
});

/** Their rows come with the answer of `tickers`, so nothing more is asked; this makes dated futures followed. */
export const datedTickers = variantOf(tickers, {
  id: 'kraken-futures/dated-tickers',
  about: 'dated-future',
  yields: ['mark-price', 'open-interest', 'volume'],
  request: () => undefined,
});

/** Sums a book; inverse sizes are dollars, and coins after division by the price of their level. */
export function depthOf(
  context: MapContext,
  who: Subject,
  atMs: number | undefined,
  bids: readonly unknown[],
  asks: readonly unknown[],
  place: Path,
): Observation[] {
  const isKnown = contractSizeOf(who) !== undefined;
  sizeReporter(context)(who, place, 'bids');
  const toBase = (size: number, price: number): number => sizesOf(who, size, price).base ?? size;
  const side = (list: readonly unknown[], name: string): Side =>
    readSide(context, list, pathOf(place, name), toBase, ['price', 'qty']);
  const sums = sumBook(side(bids, 'bids'), side(asks, 'asks'), isKnown ? 1 : undefined);
  if (sums === undefined) {
    context.report({ code: 'implausible', path: '', message: 'the book is empty on one side or crossed' });
    return [];
  }
  const { bidUsd, askUsd, ...coins } = sums;
  const dollars = isInDollars(who) ? { bidUsd, askUsd } : {};
  return [observe(context, who, atMs, { kind: 'depth', ...coins, ...dollars })];
}

export const depth = definePoll({
  id: 'kraken-futures/depth',
  ...at(`${V3}/orderbook`, 'trading/get-orderbook'),
  yields: ['depth'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  request: bySymbol(`${V3}/orderbook`),
  schema: object({ orderBook: object({ bids: rows, asks: rows }), serverTime: optional(isoTime) }),
  map({ orderBook: { bids, asks }, serverTime }, context) {
    const who = context.subject(undefined, '');
    return who === undefined ? [] : depthOf(context, who, serverTime, bids, asks, 'orderBook');
  },
});
