import * as z from 'zod';
import type { Observation } from '../../../core/observation.ts';
import { MINUTE_MS } from '../../../core/units.ts';
import { definePoll, type MapContext, type ObservationPoll } from '../contract.ts';
import {
  columns, decimal, decodeAllRows, decodeRow, nonNegative, optional, optionalNonZero, positive, rows, text,
} from '../decode.ts'; // prettier-ignore
import { reportHalt } from '../heldAgainstList.ts';
import { observe, type Subject } from '../mapping.ts';
import { sumDepth } from '../orderBook.ts';
import {
  bySymbol, contractSizeOf, DOCS, isIndex, isInDollars, isoTime, sizeReporter, sizesOf, subject, V3,
} from './shared.ts'; // prettier-ignore
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

export function mapTickers(
  list: readonly unknown[],
  atMs: number | undefined,
  at: (index: number) => string,
  context: MapContext,
): Observation[] {
  const schema = z.object({
    symbol: text, markPrice: price, indexPrice: price, last: price, openInterest: optional(nonNegative),
    vol24h: optional(nonNegative), volumeQuote: optional(nonNegative), fundingRate: optional(decimal),
    suspended: optional(z.boolean()),
  }); // prettier-ignore
  const map = tickerMapper(context);
  const wanted = context.params['symbol'];
  return list.flatMap((raw, index) => {
    const path = at(index);
    // Indices stand beside the contracts; they have a last price only.
    const { symbol } = (raw ?? {}) as { symbol?: unknown };
    if (typeof symbol === 'string' && isIndex(symbol)) return [];
    const row = decodeRow(raw, schema, path, context);
    const who = row === undefined ? undefined : subject(context, row.symbol, wanted, path);
    if (row === undefined || who === undefined) return [];
    reportHalt(context, who, row.suspended === true, `${path}.suspended`);
    const where = `${path}.fundingRate`;
    const isFunded = row.fundingRate !== undefined && who.market === undefined;
    return map(who, {
      atMs, mark: row.markPrice, index: row.indexPrice, last: row.last, openInterest: row.openInterest,
      volume: row.vol24h, volumeQuote: row.volumeQuote,
      fundingRate: isFunded ? fractionOf(context, who, row.fundingRate ?? 0, row.indexPrice, where) : undefined,
      paths: {
        openInterest: `${path}.openInterest`, volume: `${path}.vol24h`, volumeQuote: `${path}.volumeQuote`, funding: where,
      },
    }); // prettier-ignore
  });
}

export const TICKERS = `${V3}/tickers`;

export const tickers = definePoll({
  id: 'kraken-futures/tickers',
  method: 'GET',
  path: TICKERS,
  docsUrl: `${DOCS}/trading/get-tickers`,
  weight: 1,
  yields: ['mark-price', 'open-interest', 'volume', 'funding-rate'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  // One answer holds every contract.
  request: ({ instrument }) =>
    instrument.kind === 'perpetual' ? { method: 'GET', path: TICKERS, query: {} } : undefined,
  schema: () => z.object({ tickers: rows, serverTime: optional(isoTime) }),
  map: ({ tickers: list, serverTime }, context) =>
    mapTickers(list, serverTime, (index) => `tickers[${index}]`, context),
});

/** Their rows come with the answer of `tickers`, so nothing more is asked; this makes dated futures followed. */
export const datedTickers: ObservationPoll<never> = {
  ...tickers,
  id: 'kraken-futures/dated-tickers',
  about: 'dated-future',
  yields: ['mark-price', 'open-interest', 'volume'],
  request: () => undefined,
};

const LEVEL = columns({ price: positive, qty: nonNegative });

/** Sums a book; inverse sizes are dollars, and coins after division by the price of their level. */
export function depthOf(
  context: MapContext,
  who: Subject,
  atMs: number | undefined,
  bids: readonly unknown[],
  asks: readonly unknown[],
  path: string,
): Observation[] {
  const isKnown = contractSizeOf(who) !== undefined;
  sizeReporter(context)(who, `${path}bids`);
  const side = (list: readonly unknown[], name: string): [number, number][] =>
    decodeAllRows(list.map(LEVEL.name), LEVEL.schema, `${path}${name}`, context).map(({ price: at, qty }) => [
      at,
      sizesOf(who, qty, at).base ?? qty,
    ]);
  const sums = sumDepth(side(bids, 'bids'), side(asks, 'asks'), isKnown ? 1 : undefined);
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
  method: 'GET',
  path: `${V3}/orderbook`,
  docsUrl: `${DOCS}/trading/get-orderbook`,
  weight: 1,
  yields: ['depth'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  request: bySymbol(`${V3}/orderbook`),
  schema: () => z.object({ orderBook: z.object({ bids: rows, asks: rows }), serverTime: optional(isoTime) }),
  map({ orderBook: { bids, asks }, serverTime }, context) {
    const who = subject(context, undefined, context.params['symbol'], '');
    return who === undefined ? [] : depthOf(context, who, serverTime, bids, asks, 'orderBook.');
  },
});
