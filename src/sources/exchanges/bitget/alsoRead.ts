import * as z from 'zod';
import type { Observation } from '../../../core/observation.ts';
import { MINUTE_MS } from '../../../core/units.ts';
import { definePoll, type MapContext, type ObservationPoll } from '../contract.ts';
import {
  decimal, epochMs, nonNegative, optional, optionalNonZero, positive, rows, text,
} from '../decode.ts'; // prettier-ignore
import { candlePoll } from './candles.ts';
import { channel, named, pricesOf, sentAtMs, TICKER, tradesOf, type Push } from './channels.ts';
import { fundingHistory } from './history.ts';
import { book, depthOf, funding, openInterest } from './readings.ts';
import {
  decodeOnly,
  DOCS,
  envelope,
  isDated,
  mapNamed,
  oneOrMany,
  perSecond,
  refusesSpot,
  requestTime,
  V2,
  V3,
} from './shared.ts';
import { longShort, takerBuySell } from './statistics.ts';
import { observeTicker, v2Ticker, type TickerFields } from './tickers.ts';
import { last, leverage, tierPoll, type TierRow } from './tiers.ts';

const price = optionalNonZero(positive);
const amount = optional(nonNegative);

const TICKER_V3 = z.object({
  symbol: text, ts: optional(epochMs), lastPrice: price, indexPrice: price, markPrice: price,
  volume24h: amount, turnover24h: amount, openInterest: amount,
  fundingRate: optional(decimal), deliveryTime: optionalNonZero(epochMs),
}); // prettier-ignore

const TIER_V3: z.ZodType<TierRow> = z
  .object({ symbol: optional(text), minTierValue: nonNegative, maxTierValue: last, mmr: nonNegative, leverage })
  .transform((row) => ({
    symbol: row.symbol, from: row.minTierValue, to: row.maxTierValue, maintenanceMarginRate: row.mmr,
    maxLeverage: row.leverage,
  })); // prettier-ignore

const tickersV3 = definePoll({
  id: 'bitget/v3-tickers',
  method: 'GET',
  path: `${V3}/tickers`,
  docsUrl: `${DOCS}/uta/public/Tickers`,
  weight: 1,
  scope: perSecond(`${V3}/tickers`),
  yields: ['mark-price', 'volume', 'open-interest', 'funding-rate'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  request: decodeOnly,
  schema: () => envelope(oneOrMany),
  map(payload, context) {
    if (refusesSpot(context)) return [];
    return mapNamed(payload.data, 'data', context, TICKER_V3, (row, who, at) => {
      const fields = {
        atMs: row.ts ?? requestTime(payload, context), markPriceQuote: row.markPrice,
        indexPriceQuote: row.indexPrice, lastPriceQuote: row.lastPrice, volumeBase: row.volume24h,
        volumeUsd: row.turnover24h, openInterestBase: row.openInterest,
        fundingRate: isDated(who) || row.deliveryTime !== undefined ? undefined : row.fundingRate,
      }; // prettier-ignore
      return observeTicker(context, who, fields as TickerFields, at);
    });
  },
});

/** All that a ticker states, its rate included; the poll that is asked for leaves the rate to another. */
export const tickerAnswers = v2Ticker('ticker-answer', `${V2}/ticker`, false);

/** Answers that are read where they are handed in, and never asked for: lists, and the v3 twins of what is asked. */
export const alsoReadPolls: readonly ObservationPoll<never>[] = [
  v2Ticker('tickers', `${V2}/tickers`, false),
  tickersV3,
  openInterest('v3-open-interest', `${V3}/open-interest`, 'list', 'openInterest'),
  funding('v3-funding-rate', `${V3}/current-fund-rate`, false),
  book('v3-depth', `${V3}/orderbook`, 'b', 'a', false),
  fundingHistory('v3-funding-history', `${V3}/history-fund-rate`, 'fundingRateTimestamp', false),
  longShort('v3-long-short-accounts', `${V3}/futures-account-long-short`, false),
  takerBuySell('v3-taker-volume', `${V3}/futures-active-buy-sell`, false),
  candlePoll('history-candles', `${V2}/history-candles`, decodeOnly),
  candlePoll('history-mark-candles', `${V2}/history-mark-candles`, decodeOnly, () => 'mark'),
  candlePoll('history-index-candles', `${V2}/history-index-candles`, decodeOnly, () => 'index'),
  candlePoll('v3-candles', `${V3}/candles`, decodeOnly),
  candlePoll('v3-history-candles', `${V3}/history-candles`, decodeOnly),
  tierPoll('v3-position-tiers', `${V3}/position-tier`, TIER_V3, false),
];

function tickersOfV3(payload: Push, context: MapContext): Observation[] {
  const sent = sentAtMs(payload, context);
  return mapNamed(named(payload), 'data', context, TICKER_V3, (row, who, path) => {
      const fields: TickerFields = {
        atMs: row.ts ?? sent, ...pricesOf(row.markPrice, row.indexPrice, row.lastPrice), volumeBase: row.volume24h,
        volumeUsd: row.turnover24h, openInterestBase: row.openInterest,
        fundingRate: isDated(who) || row.deliveryTime !== undefined ? undefined : row.fundingRate,
      };
      return observeTicker(context, who, fields, path);
    }); // prettier-ignore
}

function booksOf(payload: Push, context: MapContext): Observation[] {
  const schema = z.object({
    symbol: text, ts: optional(epochMs), bids: rows.optional(), asks: rows.optional(), b: rows.optional(),
    a: rows.optional(),
  }); // prettier-ignore
  const sent = sentAtMs(payload, context);
  return mapNamed(named(payload), 'data', context, schema, (row, who, path) => {
    const names: [string, string] =
      row.b === undefined && row.a === undefined ? ['bids', 'asks'] : ['b', 'a'];
    const [bids, asks] = [row.bids ?? row.b ?? [], row.asks ?? row.a ?? []];
    return depthOf(context, who, { bids, asks, names, atMs: row.ts ?? sent }, path);
  });
}

/** Channels that are read where a frame of theirs is handed in, and never subscribed. */
export const alsoReadChannelsV2 = [
  channel({ version: 'v2', name: 'books', yields: ['depth'], map: booksOf }),
] as const;
export const alsoReadChannelsV3 = [
  channel({ version: 'v3', name: 'ticker', yields: TICKER, map: tickersOfV3 }),
  channel({ version: 'v3', name: 'publicTrade', yields: ['trade'], map: tradesOf }),
  channel({ version: 'v3', name: 'publicTrade', yields: ['trade'], about: 'spot', map: tradesOf }),
  channel({ version: 'v3', name: 'books', yields: ['depth'], map: booksOf }),
] as const;
