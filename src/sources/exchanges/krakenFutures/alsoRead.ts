import type { Observation } from '../../../core/observation.ts';
import { MINUTE_MS } from '../../../core/units.ts';
import { withClosedLists } from '../closedList.ts';
import { definePoll } from '../contract.ts';
import { anything, epochMs, nonNegative, optional, positive, text } from '../kit/fields.ts';
import { object, rows } from '../kit/payloads.ts';
import { rowReader } from '../kit/rowReader.ts';
import { defineChannel } from '../stream.ts';
import { candlePoll } from './history.ts';
import { depthOf, TICKERS, tickersIn } from './readings.ts';
import { at, DOCS, ID, isoTime, sizeReporter, V3 } from './shared.ts';
import { tickerMapper } from './ticker.ts';
import { TRADE, tradesOf } from './trades.ts';

const amount = optional(nonNegative);

/** The same about one contract. */
const ticker = definePoll({
  id: 'kraken-futures/ticker',
  ...at(`${TICKERS}/{symbol}`, 'trading/get-ticker'),
  yields: ['mark-price', 'open-interest', 'volume', 'funding-rate'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  asked: false,
  schema: object({ ticker: anything, serverTime: optional(isoTime) }),
  map: ({ ticker: row, serverTime }, context) => tickersIn(context, serverTime)(row, 'ticker'),
});

const indexCandles = candlePoll('index-candles', 'spot', 'index');

const PAST = rowReader({ ...TRADE, time: isoTime, size: positive });

/** The last hundred trades; the stream repeats as many when it is subscribed, so that this is not asked for. */
const tradeHistory = definePoll({
  id: 'kraken-futures/trade-history',
  ...at(`${V3}/history`, 'trading/get-history'),
  yields: ['trade', 'liquidation'],
  tense: 'history',
  cadenceMs: 15 * MINUTE_MS,
  mayBeEmpty: true,
  asked: false,
  schema: object({ history: rows }),
  map({ history }, context) {
    const who = context.subject(undefined, '');
    if (who === undefined) return [];
    const reportSize = sizeReporter(context);
    return withClosedLists(context, { path: 'history', things: 'trades', mayBeEmpty: true }, (read) => {
      const found: Observation[] = [];
      PAST.each(history, 'history', context, (row, place) => {
        reportSize(who, place, 'size');
        found.push(...tradesOf(context, who, row, row.time, row.size, 'unverified', read));
      });
      return found;
    });
  },
});

/** Best prices and the day's volume; the ticker says more, so it is only read where it is handed in. */
const tickerLite = defineChannel({
  id: `${ID}/ticker_lite`,
  docsUrl: `${DOCS}/websocket/ticker_lite`,
  yields: ['volume'],
  rhythm: 'steady',
  staleAfterMs: MINUTE_MS,
  asked: false,
  schema: object({ product_id: text, volume: amount, volumeQuote: amount }),
  map(row, context) {
    const who = context.subject(row.product_id.toUpperCase(), '');
    if (who === undefined) return [];
    return tickerMapper(context)(who, {
      atMs: undefined, volume: row.volume, volumeQuote: row.volumeQuote,
      at: '', names: { openInterest: '', volume: 'volume', volumeQuote: 'volumeQuote', funding: '' },
    }); // prettier-ignore
  },
});

/** The whole book as a subscription begins; the changes after it are not followed. */
const bookSnapshot = defineChannel({
  id: `${ID}/book_snapshot`,
  docsUrl: `${DOCS}/websocket/book`,
  yields: ['depth'],
  rhythm: 'events',
  staleAfterMs: MINUTE_MS,
  asked: false,
  schema: object({ product_id: text, timestamp: optional(epochMs), bids: rows, asks: rows }),
  map({ product_id: product, timestamp, bids, asks }, context) {
    const who = context.subject(product.toUpperCase(), '');
    return who === undefined ? [] : depthOf(context, who, timestamp, bids, asks, '');
  },
});

/** Answers that are read where they are handed in, and never asked for. */
export const alsoReadPolls = [ticker, indexCandles, tradeHistory] as const;

/** Channels that are read where a frame of theirs is handed in, and never subscribed. */
export const alsoReadChannels = [tickerLite, bookSnapshot] as const;
