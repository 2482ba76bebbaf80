import type { Observation } from '../../../core/observation.ts';
import type { Instrument } from '../../../core/instrument.ts';
import { MINUTE_MS, SECOND_MS } from '../../../core/units.ts';
import { withClosedLists } from '../closedList.ts';
import { reportHalt } from '../heldAgainstList.ts';
import { NO, plainText } from '../kit/field.ts';
import {
  decimal, epochMs, flag, nonNegative, optional, optionalNonZero, positive, text,
} from '../kit/fields.ts'; // prettier-ignore
import { object, record, rows } from '../kit/payloads.ts';
import type { Path } from '../kit/place.ts';
import { readWhole, rowReader, type RowOf } from '../kit/rowReader.ts';
import { subjectOf } from '../kit/subject.ts';
import { defineChannel, type FrameRole, type StreamMessage, type StreamSpec } from '../stream.ts';
import { alsoReadChannels } from './alsoRead.ts';
import { DOCS, ID, parseSymbol, sizeReporter } from './shared.ts';
import { tickerMapper } from './ticker.ts';
import { TRADE, tradesOf } from './trades.ts';

const amount = optional(nonNegative);
const price = optionalNonZero(positive);
const topicsOf = (feed: string) => (instruments: readonly Instrument[]) =>
  instruments.map(({ venueSymbol }) => `${feed}:${venueSymbol}`);

const NAMES = {
  openInterest: 'openInterest',
  volume: 'volume',
  volumeQuote: 'volumeQuote',
  funding: 'relative_funding_rate',
};

const ticker = defineChannel({
  id: `${ID}/ticker`,
  docsUrl: `${DOCS}/websocket/ticker`,
  yields: ['mark-price', 'open-interest', 'volume', 'funding-rate'],
  rhythm: 'steady',
  staleAfterMs: MINUTE_MS,
  topics: topicsOf('ticker'),
  schema: object({
    time: optional(epochMs), product_id: text, markPrice: price, index: price, last: price, openInterest: amount,
      volume: amount, volumeQuote: amount, relative_funding_rate: optional(decimal),
      next_funding_rate_time: optionalNonZero(epochMs), suspended: optional(flag),
  }), // prettier-ignore
  map(row, context) {
    const who = context.subject(row.product_id.toUpperCase(), '');
    if (who === undefined) return [];
    reportHalt(context, who, row.suspended === true, 'suspended');
    return tickerMapper(context)(who, {
      atMs: row.time, mark: row.markPrice, index: row.index, last: row.last, openInterest: row.openInterest,
      volume: row.volume, volumeQuote: row.volumeQuote, fundingRate: row.relative_funding_rate,
      settlesAtMs: row.next_funding_rate_time,
      at: '', names: NAMES,
    }); // prettier-ignore
  },
});

const PRODUCT = optional(text);
const ROW = rowReader({ ...TRADE, product_id: PRODUCT, time: epochMs, qty: positive });
const SNAPSHOT = object({ trades: rows });

/**
 * A subscription begins with the last hundred trades. They are over: of these only liquidations are read, which their
 * id tells from those already seen, and which fill the gap that a lost connection left.
 */
const trade = defineChannel({
  id: `${ID}/trade`,
  docsUrl: `${DOCS}/websocket/trade`,
  yields: ['trade', 'liquidation'],
  rhythm: 'events',
  staleAfterMs: 15 * MINUTE_MS,
  coverage: 'complete',
  topics: topicsOf('trade'),
  schema: record,
  map(payload, context) {
    const isPast = payload['feed'] === 'trade_snapshot';
    const named = PRODUCT.read(payload['product_id']);
    const product = named === NO ? undefined : named?.toUpperCase();
    const reportSize = sizeReporter(context);
    const place = { path: isPast ? 'trades' : '', things: 'trades', mayBeEmpty: true };
    return withClosedLists(context, place, (read) => {
      const map = (row: RowOf<typeof ROW>, at: Path): Observation[] => {
        const own = row.product_id?.toUpperCase() ?? product;
        const who = subjectOf({ parseSymbol }, context, own, isPast ? product : undefined, at);
        if (who === undefined) return [];
        const found = tradesOf(context, who, row, row.time, row.qty, 'complete', read, isPast);
        if (found.length > 0) reportSize(who, at, 'qty');
        return found;
      };
      if (!isPast) {
        const row = ROW.one(payload, '', context);
        return row === undefined ? [] : map(row, '');
      }
      const past: Observation[] = [];
      const list = readWhole(payload, SNAPSHOT, '', context)?.trades ?? [];
      ROW.each(list, 'trades', context, (row, at) => void past.push(...map(row, at)));
      return past;
    });
  },
});

/** The channel that reads a feed. */
const CHANNEL_OF: ReadonlyMap<unknown, string> = new Map([
  ['ticker', ticker.id],
  ['ticker_lite', `${ID}/ticker_lite`],
  ['trade', trade.id],
  ['trade_snapshot', trade.id],
  ['book_snapshot', `${ID}/book_snapshot`],
]);

const REFUSALS: readonly unknown[] = ['error', 'alert', 'subscribed_failed', 'unsubscribed_failed'];

function classify(given: unknown): FrameRole {
  if (typeof given !== 'object' || given === null) return { role: 'ignored' };
  const { event, feed, product_id: product, message } = given as Record<string, unknown>;
  if (event === 'subscribed' || event === 'unsubscribed') return { role: 'ack' };
  if (event === 'pong') return { role: 'pong' };
  if (REFUSALS.includes(event)) {
    const said = typeof message === 'string' ? message : plainText(feed) || 'no reason was given';
    // Asking for the heartbeat again is what keeps the connection; the exchange remarks on it.
    if (/already subscribed/i.test(said)) return { role: 'ack' };
    return { role: 'refused', code: String(event), message: said };
  }
  if (event !== undefined) return { role: 'ignored' };
  if (feed === 'heartbeat') return { role: 'pong' };
  const channel = CHANNEL_OF.get(feed);
  if (channel === undefined) return { role: 'ignored' };
  const name = String(feed).replace('_snapshot', '');
  return typeof product === 'string' && product !== ''
    ? { role: 'data', channel, topic: `${name}:${product.toUpperCase()}` }
    : { role: 'data', channel };
}

const PRODUCTS_PER_MESSAGE = 50;
const HEARTBEAT = { event: 'subscribe', feed: 'heartbeat' };

/** One message names one feed and many products. The heartbeat is asked for first: its frames prove a quiet connection. */
function subscribe(topics: readonly string[]): readonly StreamMessage[] {
  const products = new Map<string, string[]>();
  for (const topic of topics) {
    const [feed = '', product = ''] = topic.split(':', 2);
    products.set(feed, [...(products.get(feed) ?? []), product]);
  }
  const messages = [...products].flatMap(([feed, all]) =>
    Array.from({ length: Math.ceil(all.length / PRODUCTS_PER_MESSAGE) }, (_, index) => ({
      event: 'subscribe',
      feed,
      product_ids: all.slice(index * PRODUCTS_PER_MESSAGE, (index + 1) * PRODUCTS_PER_MESSAGE),
    })),
  );
  return [HEARTBEAT, ...messages];
}

export const stream: StreamSpec = {
  id: `${ID}/public`,
  baseUrl: 'wss://futures.kraken.com',
  path: '/ws/v1',
  channels: [ticker, trade, ...alsoReadChannels],
  subscribe,
  classify,
  // A connection without a message for 60 s is closed.
  heartbeat: { everyMs: 30 * SECOND_MS, message: HEARTBEAT },
  deadAfterMs: MINUTE_MS,
  maxTopicsPerSocket: 200,
  messages: { weight: 100, windowMs: SECOND_MS },
};
