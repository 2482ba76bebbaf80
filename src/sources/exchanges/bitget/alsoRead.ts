import type { Observation } from '../../../core/observation.ts';
import { MINUTE_MS } from '../../../core/units.ts';
import { definePoll, type MapContext, type ObservationPoll } from '../contract.ts';
import { mapEach } from '../kit/eachRow.ts';
import { isRecord, type Fields } from '../kit/field.ts';
import { decimal, epochMs, nonNegative, optional, optionalNonZero, positive, text } from '../kit/fields.ts';
import { rows } from '../kit/payloads.ts';
import { rowReader } from '../kit/rowReader.ts';
import type { Subject } from '../kit/subject.ts';
import { candlePoll } from './candles.ts';
import { channel, eachPushed, sentAtMs, TICKER, tradesOf, type Push } from './channels.ts';
import { fundingHistory } from './history.ts';
import { book, depthOf, funding, openInterest } from './readings.ts';
import { at, envelope, isDated, listed, refusesSpot, requestTime, V2, V3 } from './shared.ts';
import { longShort, takerBuySell } from './statistics.ts';
import { observeTicker, v2Ticker, type TickerFields } from './tickers.ts';
import { lastLimit, leverage, tierPoll, tierReader } from './tiers.ts';

const price = optionalNonZero(positive);
const amount = optional(nonNegative);

const TICKER_V3 = {
  ts: optional(epochMs), lastPrice: price, indexPrice: price, markPrice: price,
  volume24h: amount, turnover24h: amount, openInterest: amount,
  fundingRate: optional(decimal), deliveryTime: optionalNonZero(epochMs),
} as const; // prettier-ignore
const ANSWERED = rowReader({ symbol: text, ...TICKER_V3 }, { symbol: 'symbol' });
const PUSHED = rowReader(TICKER_V3);

/** The fields of a v3 ticker; a rate of "0" beside a delivery time or symbol is that of a dated future, which has none. */
const fieldsOfV3 = (
  row: Fields<typeof TICKER_V3>,
  who: Subject,
  answeredAtMs: number | undefined,
): TickerFields => ({
  atMs: row.ts ?? answeredAtMs, markPriceQuote: row.markPrice, indexPriceQuote: row.indexPrice,
  lastPriceQuote: row.lastPrice, volumeBase: row.volume24h, volumeUsd: row.turnover24h, openInterestBase: row.openInterest,
  fundingRate: isDated(who) || row.deliveryTime !== undefined ? undefined : row.fundingRate,
}); // prettier-ignore

const tickersV3 = definePoll({
  id: 'bitget/v3-tickers',
  ...at(`${V3}/tickers`, 'uta/public/Tickers'),
  yields: ['mark-price', 'volume', 'open-interest', 'funding-rate'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  asked: false,
  schema: envelope(listed),
  map(payload, context) {
    if (refusesSpot(context)) return [];
    return mapEach(context, payload.data, 'data', ANSWERED, (row, who, place) =>
      observeTicker(context, who, fieldsOfV3(row, who, row.ts ?? requestTime(payload, context)), place),
    );
  },
});

const V3_TIER = tierReader(
  rowReader({ symbol: optional(text), minTierValue: nonNegative, maxTierValue: lastLimit, mmr: nonNegative, leverage }),
  (row) => ({
    symbol: row.symbol, from: row.minTierValue, to: row.maxTierValue, maintenanceMarginRate: row.mmr,
    maxLeverage: row.leverage,
  }),
); // prettier-ignore

/** All that a ticker states, its rate included; the poll that is asked for leaves the rate to another. */
export const tickerAnswers = v2Ticker('ticker-answer', `${V2}/ticker`);

/** Answers that are read where they are handed in, and never asked for: lists, and the v3 twins of what is asked. */
export const alsoReadPolls: readonly ObservationPoll<never>[] = [
  v2Ticker('tickers', `${V2}/tickers`),
  tickersV3,
  openInterest('v3-open-interest', `${V3}/open-interest`, ['list', 'openInterest']),
  funding('v3-funding-rate', `${V3}/current-fund-rate`),
  book('v3-depth', `${V3}/orderbook`, ['b', 'a']),
  fundingHistory('v3-funding-history', `${V3}/history-fund-rate`, 'fundingRateTimestamp'),
  longShort('v3-long-short-accounts', `${V3}/futures-account-long-short`),
  takerBuySell('v3-taker-volume', `${V3}/futures-active-buy-sell`),
  candlePoll('history-candles', `${V2}/history-candles`),
  candlePoll('history-mark-candles', `${V2}/history-mark-candles`, undefined, () => 'mark'),
  candlePoll('history-index-candles', `${V2}/history-index-candles`, undefined, () => 'index'),
  candlePoll('v3-candles', `${V3}/candles`),
  candlePoll('v3-history-candles', `${V3}/history-candles`),
  tierPoll('v3-position-tiers', `${V3}/position-tier`, V3_TIER),
];

function tickersOfV3(payload: Push, context: MapContext): Observation[] {
  const sent = sentAtMs(payload, context);
  return eachPushed(payload, context, PUSHED, (row, who, place) =>
    observeTicker(context, who, fieldsOfV3(row, who, sent), place),
  );
}

/** v3 abbreviates: `p` (sometimes spelled `P`), `v`, `S`, `T`, `i`. */
const unabbreviated = (row: unknown): unknown =>
  isRecord(row)
    ? {
        symbol: row['symbol'], instId: row['instId'], price: row['price'] ?? row['p'] ?? row['P'],
        size: row['size'] ?? row['v'], side: row['side'] ?? row['S'], ts: row['ts'] ?? row['T'],
        tradeId: row['tradeId'] ?? row['i'],
      }
    : row; // prettier-ignore

const tradesOfV3 = (payload: Push, context: MapContext): Observation[] =>
  tradesOf({ ...payload, data: payload.data.map(unabbreviated) }, context);

const list = optional(rows);
const BOOK = rowReader({ ts: optional(epochMs), bids: list, asks: list, b: list, a: list });

function booksOf(payload: Push, context: MapContext): Observation[] {
  const sent = sentAtMs(payload, context);
  return eachPushed(payload, context, BOOK, (row, who, place) => {
    const names: [string, string] =
      row.b === undefined && row.a === undefined ? ['bids', 'asks'] : ['b', 'a'];
    const [bids, asks] = [row.bids ?? row.b ?? [], row.asks ?? row.a ?? []];
    return depthOf(context, who, { bids, asks, names, atMs: row.ts ?? sent }, place);
  });
}

/** Channels that are read where a frame of theirs is handed in, and never subscribed. */
export const alsoReadChannelsV2 = [
  channel({ version: 'v2', name: 'books', yields: ['depth'], asked: false, map: booksOf }),
] as const;
export const alsoReadChannelsV3 = [
  channel({ version: 'v3', name: 'ticker', yields: TICKER, asked: false, map: tickersOfV3 }),
  channel({ version: 'v3', name: 'publicTrade', yields: ['trade'], asked: false, map: tradesOfV3 }),
  channel({
    version: 'v3',
    name: 'publicTrade',
    yields: ['trade'],
    about: 'spot',
    asked: false,
    map: tradesOfV3,
  }),
  channel({ version: 'v3', name: 'books', yields: ['depth'], asked: false, map: booksOf }),
] as const;
