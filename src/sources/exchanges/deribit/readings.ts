import * as z from 'zod';
import type { Observation } from '../../../core/observation.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import { definePoll, type MapContext, type ObservationPoll } from '../contract.ts';
import {
  decimal, decodeAllRows, decodeRow, epochMs, isRecord, nonNegative, optional, optionalNonZero, positive, rows, text,
  columns,
} from '../decode.ts'; // prettier-ignore
import { reportHalt } from '../heldAgainstList.ts';
import { observe, unlessFalseZero, type Subject } from '../mapping.ts';
import { sumDepth } from '../orderBook.ts';
import {
  byInstrument, CREDITS, currencyOf, DOCS, expiryOf, isInverse, isQuotedInDollars, mapFuture, mapFutures,
  PUBLIC, resultOf, toBase, toUsd, type Place,
} from './shared.ts'; // prettier-ignore

const price = optionalNonZero(positive);
const amount = optional(nonNegative);
const traded = { volume: amount, volume_usd: amount, volume_notional: amount };

/** What tickers, order books and book summaries say alike; a summary has no `stats`, a ticker has no volumes beside. */
export const READING = z.object({
  instrument_name: optional(text),
  state: optional(text),
  timestamp: optional(epochMs),
  creation_timestamp: optional(epochMs),
  mark_price: price,
  index_price: price,
  estimated_delivery_price: price,
  last_price: price,
  last: price,
  open_interest: amount,
  current_funding: optional(decimal),
  stats: optional(z.object(traded)),
  ...traded,
});
type Reading = z.infer<typeof READING>;

/** The rate that runs at the moment is stated for 8 h, whatever part of them it will last. */
const RUNNING_FOR_MS = 8 * HOUR_MS;
/** In its last half hour the estimated delivery price of a future is an average; until then it is the index. */
const DELIVERY_AVERAGE_MS = 30 * MINUTE_MS;

function indexOf(row: Reading, who: Subject, atMs: number): number | undefined {
  if (row.index_price !== undefined || who.market === undefined) {
    return row.index_price ?? row.estimated_delivery_price;
  }
  const expiresAtMs = who.instrument?.expiresAtMs ?? expiryOf(who.venueSymbol);
  const isIndex = expiresAtMs !== undefined && atMs < expiresAtMs - DELIVERY_AVERAGE_MS;
  return isIndex ? row.estimated_delivery_price : undefined;
}

function openInterestOf(row: Reading, who: Subject, path: string, context: MapContext): Observation[] {
  const { open_interest: stated, mark_price: mark } = row;
  if (stated === undefined) return [];
  if (isInverse(who) && Math.abs(stated - Math.round(stated)) > 1e-6) {
    // Inverse contracts are whole dollars; the documentation's old samples hold coins here.
    const message = `the open interest ${stated} of ${who.venueSymbol} is no whole number of dollars; it was dropped`;
    context.report({ code: 'implausible', path: `${path}.open_interest`.replace(/^\./, ''), message });
    return [];
  }
  const openInterestUsd = toUsd(who, stated, mark);
  const usdBasis = openInterestUsd === undefined ? undefined : isInverse(who) ? 'venue' : 'mark-price';
  const sizes = { openInterestBase: toBase(who, stated, mark), openInterestUsd, usdBasis } as const;
  return [observe(context, who, atOf(row), { kind: 'open-interest', sides: 'one', ...sizes })];
}

const atOf = (row: Reading): number | undefined => row.timestamp ?? row.creation_timestamp;

/** Maps prices, open interest, volume and the running funding rate of one row. */
export function mapReading(row: Reading, who: Subject, path: string, context: MapContext): Observation[] {
  const observations: Observation[] = [];
  const atMs = atOf(row);
  reportHalt(context, who, row.state !== undefined && row.state !== 'open', `${path}.state`);
  const prices = {
    markPriceQuote: row.mark_price,
    indexPriceQuote: indexOf(row, who, atMs ?? context.receivedAtMs),
    lastPriceQuote: row.last_price ?? row.last,
  };
  if (Object.values(prices).some((one) => one !== undefined)) {
    observations.push(observe(context, who, atMs, { kind: 'mark-price', ...prices }));
  }
  observations.push(...openInterestOf(row, who, path, context));
  const day = row.stats ?? row;
  const dollars = day.volume_usd ?? (isQuotedInDollars(who) ? day.volume_notional : undefined);
  const volumeBase = unlessFalseZero(day.volume, dollars);
  const volumeUsd = unlessFalseZero(dollars, day.volume);
  if ((volumeBase ?? volumeUsd) !== undefined) {
    observations.push(
      observe(context, who, atMs, { kind: 'volume', windowMs: DAY_MS, volumeBase, volumeUsd }),
    );
  }
  if (row.current_funding !== undefined && who.market === undefined) {
    const fundingRatePerInterval = row.current_funding;
    const funding = { kind: 'funding-rate', phase: 'predicted', fundingRatePerInterval } as const;
    const interval = { intervalMs: RUNNING_FOR_MS, intervalBasis: 'payload' } as const;
    observations.push(observe(context, who, atMs, { ...funding, ...interval }));
  }
  return observations;
}

export const ticker = definePoll({
  id: 'deribit/ticker',
  method: 'GET',
  path: `${PUBLIC}/ticker`,
  docsUrl: `${DOCS}/#public-ticker`,
  weight: CREDITS,
  yields: ['mark-price', 'open-interest', 'volume', 'funding-rate'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  request: byInstrument('ticker'),
  schema: () => z.unknown(),
  map(payload, context) {
    const { value, path } = resultOf(payload);
    const place = { path, requested: context.params['instrument_name'] };
    return [
      ...mapFuture(value, context, READING, place, (row, who, at) => mapReading(row, who, at, context)),
    ];
  },
});

const BOOK = READING.extend({ bids: rows, asks: rows });
const PAIR = columns({ price: positive, amount: nonNegative });
// Streams say first what is done to the level; a snapshot holds new ones only.
const TRIPLE = columns({ action: z.literal('new'), price: positive, amount: nonNegative });

/** Sums a whole book. Levels are [price, amount], or ['new', price, amount] in the snapshots of a stream. */
export function mapBook(
  raw: unknown,
  context: MapContext,
  place: Place,
  withReadings: boolean,
): Observation[] {
  const mapped = mapFuture(raw, context, BOOK, place, (row, who, path) => {
    const readings = withReadings ? mapReading(row, who, path, context) : [];
    const side = (name: 'bids' | 'asks'): [number, number][] => {
      const { name: nameOf, schema } = typeof (row[name][0] as unknown[] | undefined)?.[0] === 'string' ? TRIPLE : PAIR;
      const at = path === '' ? name : `${path}.${name}`;
      return decodeAllRows<{ price: number; amount: number }>(row[name].map(nameOf), schema, at, context).map(
        // Dollars divided by their price are coins, and the sums come out right in both units.
        (level) => [level.price, toBase(who, level.amount, level.price)],
      );
    };
    const sums = sumDepth(side('bids'), side('asks'), 1);
    if (sums === undefined) {
      context.report({ code: 'implausible', path, message: 'the book is empty on one side or crossed' });
      return readings;
    }
    const { bidUsd, askUsd, ...rest } = sums;
    const fields = { kind: 'depth', ...rest, ...(isQuotedInDollars(who) ? { bidUsd, askUsd } : {}) } as const;
    return [...readings, observe(context, who, atOf(row), fields)];
  }); // prettier-ignore
  return [...mapped];
}

export const orderBook = definePoll({
  id: 'deribit/order-book',
  method: 'GET',
  path: `${PUBLIC}/get_order_book`,
  docsUrl: `${DOCS}/#public-get_order_book`,
  weight: CREDITS,
  yields: ['mark-price', 'open-interest', 'volume', 'funding-rate', 'depth'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  request: byInstrument('get_order_book', () => ({ depth: '1000' })),
  schema: () => z.unknown(),
  map(payload, context) {
    const { value, path } = resultOf(payload);
    return mapBook(value, context, { path, requested: context.params['instrument_name'] }, true);
  },
});

/** Summaries of one or many instruments: the same rows under several paths. */
export const summaryPoll = (name: string, request: ObservationPoll['request']): ObservationPoll<never> =>
  definePoll({
    id: `deribit/${name.replace(/^get_/, '').replaceAll('_', '-')}`,
    method: 'GET',
    path: `${PUBLIC}/${name}`,
    docsUrl: `${DOCS}/#public-${name}`,
    weight: CREDITS,
    about: 'dated-future',
    yields: ['mark-price', 'open-interest', 'volume'],
    tense: 'now',
    cadenceMs: MINUTE_MS,
    request,
    schema: () => z.unknown(),
    map(payload, context) {
      const { value, path } = resultOf(payload);
      const list = decodeRow(isRecord(value) ? [value] : value, rows, path, context) ?? [];
      const place = { path, requested: context.params['instrument_name'] };
      return mapFutures(list, context, READING, place, (row, who, at) => mapReading(row, who, at, context));
    },
  });

/** All futures of a currency in one request: the perpetual beside every expiry. */
export const bookSummary = summaryPoll('get_book_summary_by_currency', ({ instrument }) => {
  const currency = currencyOf(instrument.venueSymbol);
  if (currency === undefined) return undefined;
  const path = `${PUBLIC}/get_book_summary_by_currency`;
  return { method: 'GET', path, query: { currency, kind: 'future' } };
});
