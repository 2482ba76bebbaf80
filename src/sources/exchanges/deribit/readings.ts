import type { Observation } from '../../../core/observation.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import { askedBy, definePoll, type MapContext, type ObservationPoll } from '../contract.ts';
import { reportHalt } from '../heldAgainstList.ts';
import { readSide, sumBook, type Side } from '../kit/book.ts';
import { isRecord } from '../kit/field.ts';
import {
  anything, decimal, epochMs, nonNegative, optional, optionalNonZero, positive, text,
} from '../kit/fields.ts'; // prettier-ignore
import { object, rows } from '../kit/payloads.ts';
import { pathOf, type Path } from '../kit/place.ts';
import { readWhole, rowReader, type RowOf } from '../kit/rowReader.ts';
import type { Subject } from '../kit/subject.ts';
import { observe, unlessFalseZero } from '../mapping.ts';
import {
  at, byInstrument, currencyOf, eachFuture, expiryOf, isInverse, isQuotedInDollars, oneFuture, PUBLIC, resultOf, sizesOf,
  type Place,
} from './shared.ts'; // prettier-ignore

const price = optionalNonZero(positive);
const amount = optional(nonNegative);
const traded = { volume: amount, volume_usd: amount, volume_notional: amount };

/** What tickers, order books and book summaries say alike; a summary has no `stats`, a ticker has no volumes beside. */
const SHAPE = {
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
  stats: optional(object(traded)),
  ...traded,
} as const;
export const READING = rowReader(SHAPE);
type Reading = RowOf<typeof READING>;

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

function openInterestOf(row: Reading, who: Subject, at: Path, context: MapContext): Observation[] {
  const { open_interest: stated, mark_price: mark } = row;
  if (stated === undefined) return [];
  if (isInverse(who) && Math.abs(stated - Math.round(stated)) > 1e-6) {
    // Inverse contracts are whole dollars; the documentation's old samples hold coins here.
    const message = `the open interest ${stated} of ${who.venueSymbol} is no whole number of dollars; it was dropped`;
    context.report({ code: 'implausible', path: pathOf(at, 'open_interest'), message });
    return [];
  }
  const { base: openInterestBase, usd: openInterestUsd } = sizesOf(who, stated, mark);
  const usdBasis = openInterestUsd === undefined ? undefined : isInverse(who) ? 'venue' : 'mark-price';
  const sizes = { openInterestBase, openInterestUsd, usdBasis } as const;
  return [observe(context, who, atOf(row), { kind: 'open-interest', sides: 'one', ...sizes })];
}

const atOf = (row: Reading): number | undefined => row.timestamp ?? row.creation_timestamp;

/** Maps prices, open interest, volume and the running funding rate of one row. */
export function mapReading(row: Reading, who: Subject, at: Path, context: MapContext): Observation[] {
  const observations: Observation[] = [];
  const atMs = atOf(row);
  reportHalt(context, who, row.state !== undefined && row.state !== 'open', pathOf(at, 'state'));
  const prices = {
    markPriceQuote: row.mark_price,
    indexPriceQuote: indexOf(row, who, atMs ?? context.receivedAtMs),
    lastPriceQuote: row.last_price ?? row.last,
  };
  if (Object.values(prices).some((one) => one !== undefined)) {
    observations.push(observe(context, who, atMs, { kind: 'mark-price', ...prices }));
  }
  observations.push(...openInterestOf(row, who, at, context));
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

/** Maps the reading of one instrument. */
export function mapOne(raw: unknown, context: MapContext, place: Place): Observation[] {
  const found: Observation[] = [];
  oneFuture(context, raw, place, READING, (row, who, path) => {
    found.push(...mapReading(row, who, path, context));
  });
  return found;
}

export const ticker = definePoll({
  id: 'deribit/ticker',
  ...at('ticker'),
  yields: ['mark-price', 'open-interest', 'volume', 'funding-rate'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  request: byInstrument('ticker'),
  schema: anything,
  map(payload, context) {
    const { value, path } = resultOf(payload);
    return mapOne(value, context, { path });
  },
});

const BOOK = rowReader({ ...SHAPE, bids: rows, asks: rows });
/** Levels of a stream say first what is done to them; of a snapshot all are new, and any other is none that can be read. */
function withoutActions(levels: readonly unknown[]): readonly unknown[] {
  const [first] = levels;
  if (!Array.isArray(first) || typeof first[0] !== 'string') return levels;
  return levels.map((level) =>
    Array.isArray(level) && level[0] === 'new' ? (level as unknown[]).slice(1) : undefined,
  );
}

/** Sums a whole book. Levels are [price, amount], or ['new', price, amount] in the snapshots of a stream. */
export function mapBook(
  raw: unknown,
  context: MapContext,
  place: Place,
  withReadings: boolean,
): Observation[] {
  const found: Observation[] = [];
  oneFuture(context, raw, place, BOOK, (row, who, path) => {
    if (withReadings) found.push(...mapReading(row, who, path, context));
    // Dollars divided by their price are coins, and the sums come out right in both units.
    const toBase = (amount: number, price: number): number => sizesOf(who, amount, price).base ?? amount;
    const side = (name: 'bids' | 'asks'): Side =>
      readSide(context, withoutActions(row[name]), pathOf(path, name), toBase);
    const sums = sumBook(side('bids'), side('asks'), 1);
    if (sums === undefined) {
      const message = 'the book is empty on one side or crossed';
      context.report({ code: 'implausible', path: pathOf(path), message });
      return;
    }
    const { bidUsd, askUsd, ...rest } = sums;
    const fields = { kind: 'depth', ...rest, ...(isQuotedInDollars(who) ? { bidUsd, askUsd } : {}) } as const;
    found.push(observe(context, who, atOf(row), fields));
  });
  return found;
}

export const orderBook = definePoll({
  id: 'deribit/order-book',
  ...at('get_order_book'),
  yields: ['mark-price', 'open-interest', 'volume', 'funding-rate', 'depth'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  request: byInstrument('get_order_book', () => ({ depth: '1000' })),
  schema: anything,
  map(payload, context) {
    const { value, path } = resultOf(payload);
    return mapBook(value, context, { path }, true);
  },
});

/** Summaries of one or many instruments: the same rows under several paths. One without a request is not asked. */
export const summaryPoll = (name: string, request?: ObservationPoll['request']): ObservationPoll<never> =>
  definePoll({
    id: `deribit/${name.replace(/^get_/, '').replaceAll('_', '-')}`,
    ...at(name),
    about: 'dated-future',
    yields: ['mark-price', 'open-interest', 'volume'],
    tense: 'now',
    cadenceMs: MINUTE_MS,
    ...askedBy(request),
    schema: anything,
    map(payload, context) {
      const { value, path } = resultOf(payload);
      const list = readWhole(isRecord(value) ? [value] : value, rows, path, context) ?? [];
      const found: Observation[] = [];
      eachFuture(context, list, { path }, READING, (row, who, place) => {
        found.push(...mapReading(row, who, place, context));
      });
      return found;
    },
  });

/** All futures of a currency in one request: the perpetual beside every expiry. */
export const bookSummary = summaryPoll('get_book_summary_by_currency', ({ instrument }) => {
  const currency = currencyOf(instrument.venueSymbol);
  if (currency === undefined) return undefined;
  const path = `${PUBLIC}/get_book_summary_by_currency`;
  return { method: 'GET', path, query: { currency, kind: 'future' } };
});
