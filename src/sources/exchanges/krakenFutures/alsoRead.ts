import * as z from 'zod';
import { MINUTE_MS } from '../../../core/units.ts';
import { withClosedLists } from '../closedList.ts';
import { definePoll, variantOf } from '../contract.ts';
import { decodeRow, epochMs, nonNegative, optional, positive, rows, text } from '../decode.ts';
import { defineChannel } from '../stream.ts';
import { candlePoll } from './history.ts';
import { depthOf, mapTickers, TICKERS } from './readings.ts';
import { DOCS, ID, isoTime, sizeReporter, subject, V3 } from './shared.ts';
import { tickerMapper } from './ticker.ts';
import { TRADE, tradesOf } from './trades.ts';

const amount = optional(nonNegative);

/** The same about one contract. */
const ticker = definePoll({
  id: 'kraken-futures/ticker',
  method: 'GET',
  path: `${TICKERS}/{symbol}`,
  docsUrl: `${DOCS}/trading/get-ticker`,
  weight: 1,
  yields: ['mark-price', 'open-interest', 'volume', 'funding-rate'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  request: () => undefined,
  schema: () => z.object({ ticker: z.unknown(), serverTime: optional(isoTime) }),
  map: ({ ticker: row, serverTime }, context) => mapTickers([row], serverTime, () => 'ticker', context),
});

const indexCandles = variantOf(candlePoll('index-candles', 'spot', 'index'), {
  request: () => undefined,
});

/** The last hundred trades; the stream repeats as many when it is subscribed, so that this is not asked for. */
const tradeHistory = definePoll({
  id: 'kraken-futures/trade-history',
  method: 'GET',
  path: `${V3}/history`,
  docsUrl: `${DOCS}/trading/get-history`,
  weight: 1,
  yields: ['trade', 'liquidation'],
  tense: 'history',
  cadenceMs: 15 * MINUTE_MS,
  mayBeEmpty: true,
  request: () => undefined,
  schema: () => z.object({ history: rows }),
  map({ history }, context) {
    const who = subject(context, undefined, context.params['symbol'], '');
    if (who === undefined) return [];
    const schema = z.object({ ...TRADE, time: isoTime, size: positive });
    const reportSize = sizeReporter(context);
    return withClosedLists(context, { path: 'history', things: 'trades', mayBeEmpty: true }, (read) =>
      history.flatMap((raw, index) => {
        const path = `history[${index}]`;
        const row = decodeRow(raw, schema, path, context);
        if (row === undefined) return [];
        reportSize(who, `${path}.size`);
        return tradesOf(context, who, { ...row, atMs: row.time }, 'unverified', read);
      }),
    );
  },
});

/** Best prices and the day's volume; the ticker says more, so it is only read where it is handed in. */
const tickerLite = defineChannel({
  id: `${ID}/ticker_lite`,
  docsUrl: `${DOCS}/websocket/ticker_lite`,
  yields: ['volume'],
  rhythm: 'steady',
  staleAfterMs: MINUTE_MS,
  topics: () => [],
  schema: () => z.object({ product_id: text, volume: amount, volumeQuote: amount }),
  map(row, context) {
    const who = subject(context, row.product_id, undefined, '');
    if (who === undefined) return [];
    return tickerMapper(context)(who, {
      atMs: undefined, volume: row.volume, volumeQuote: row.volumeQuote,
      paths: { openInterest: '', volume: 'volume', volumeQuote: 'volumeQuote', funding: '' },
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
  topics: () => [],
  schema: () => z.object({ product_id: text, timestamp: optional(epochMs), bids: rows, asks: rows }),
  map({ product_id: product, timestamp, bids, asks }, context) {
    const who = subject(context, product, undefined, '');
    return who === undefined ? [] : depthOf(context, who, timestamp, bids, asks, '');
  },
});

/** Answers that are read where they are handed in, and never asked for. */
export const alsoReadPolls = [ticker, indexCandles, tradeHistory] as const;

/** Channels that are read where a frame of theirs is handed in, and never subscribed. */
export const alsoReadChannels = [tickerLite, bookSnapshot] as const;
