import type { Instrument } from '../../../core/instrument.ts';
import type { Observation } from '../../../core/observation.ts';
import { MINUTE_MS } from '../../../core/units.ts';
import type { MapContext } from '../contract.ts';
import { amounts, countedBy } from '../kit/amounts.ts';
import { mapEach } from '../kit/eachRow.ts';
import type { Read } from '../kit/field.ts';
import { anything, epochMs, oneOf, optional, plainNumber, positive, text } from '../kit/fields.ts';
import { either, object } from '../kit/payloads.ts';
import type { Place } from '../kit/place.ts';
import { rememberedText } from '../kit/rememberedText.ts';
import { rowReader, type RowOf, type RowReader } from '../kit/rowReader.ts';
import type { Subject } from '../kit/subject.ts';
import { isMarketTrade } from '../marketTrades.ts';
import { observe } from '../mapping.ts';
import { defineChannel, type StreamChannel } from '../stream.ts';
import { TICKER, tickerObservations } from './readings.ts';
import { parseSpotSymbol } from './spot.ts';

export const DOCS = 'https://bybit-exchange.github.io/docs/v5/websocket/public/';

/** Every push: `topic` ends with the symbol, `ts` is the time of sending, `data` a row or a list of them. */
export const push = object({
  topic: optional(text),
  type: optional(text),
  ts: optional(epochMs),
  data: anything,
});

type Push = Read<typeof push>;

const rowsOf = ({ data }: Push): readonly unknown[] => (Array.isArray(data) ? (data as unknown[]) : [data]);

/** Topics end with the symbol, after their last dot. The classifier reads them off the frame. */
export const asks = ({ topic }: MapContext['params']): string | undefined =>
  topic === undefined ? undefined : symbolOf(topic);
const symbolOf = rememberedText((topic) => topic.slice(topic.lastIndexOf('.') + 1));

/** Maps the rows of a push. */
export const mapPush = <T>(
  payload: Push,
  context: MapContext,
  reader: RowReader<T>,
  map: (row: T, who: Subject, at: Place) => Observation[],
): Observation[] => mapEach(context, rowsOf(payload), 'data', reader, map);

/** Inverse contracts have a socket of their own: one of them here would have the whole request refused. */
const topicsWith =
  (prefix: string) =>
  (instruments: readonly Instrument[]): string[] =>
    instruments
      .filter(({ margin }) => margin === 'linear')
      .map(({ venueSymbol }) => `${prefix}.${venueSymbol}`);

/** A size with its price: linear sizes are coins, inverse ones dollars. */
function sized(who: Subject, size: number, priceQuote: number): { sizeBase: number; notionalUsd: number } {
  const { base, usd } = amounts(who, countedBy(who), size, priceQuote);
  return { sizeBase: base ?? size / priceQuote, notionalUsd: usd ?? size * priceQuote };
}

export const side = oneOf('Buy', 'Sell');

interface Forced {
  readonly atMs: number;
  readonly side: 'Buy' | 'Sell';
  readonly size: number;
  readonly priceQuote: number;
}

/** The side is the POSITION's: `Buy` was a long. The price is that of bankruptcy, not of the fill. */
export const liquidationOf = (
  context: MapContext,
  who: Subject,
  forced: Forced,
  coverage: 'complete' | 'sampled',
): Observation =>
  observe(context, who, forced.atMs, {
    kind: 'liquidation',
    liquidatedSide: forced.side === 'Buy' ? 'long' : 'short',
    priceQuote: forced.priceQuote,
    priceBasis: 'bankruptcy',
    ...sized(who, forced.size, forced.priceQuote),
    coverage,
  });

const LIQUIDATION = rowReader({ T: epochMs, s: text, S: side, v: positive, p: positive }, { symbol: 's' });

export const allLiquidations = defineChannel({
  id: 'bybit/stream-allLiquidation',
  docsUrl: `${DOCS}all-liquidation`,
  yields: ['liquidation'],
  rhythm: 'events',
  staleAfterMs: 10 * MINUTE_MS,
  coverage: 'complete',
  topics: topicsWith('allLiquidation'),
  asks,
  schema: push,
  map: (payload, context) =>
    mapPush(payload, context, LIQUIDATION, (row, who) => [
      liquidationOf(context, who, { atMs: row.T, side: row.S, size: row.v, priceQuote: row.p }, 'complete'),
    ]),
});

export const streamTickers = defineChannel({
  id: 'bybit/stream-tickers',
  docsUrl: `${DOCS}ticker`,
  // Dated futures, which state a basis, are read but not subscribed.
  yields: ['open-interest', 'funding-rate', 'mark-price', 'volume'],
  rhythm: 'steady',
  staleAfterMs: MINUTE_MS,
  topics: topicsWith('tickers'),
  asks,
  schema: push,
  map: (payload, context) =>
    // A delta holds what changed and nothing else: what it does not state is not reported.
    mapPush(payload, context, TICKER, (row, who, at) =>
      tickerObservations(context, who, payload.ts, row, at, payload.type === 'delta'),
    ),
});

const TRADE = rowReader(
  {
    T: epochMs,
    s: text,
    S: side,
    v: positive,
    p: positive,
    i: optional(either(text, plainNumber)),
    BT: anything,
  },
  { symbol: 's' },
);

const tradesOf = (context: MapContext, who: Subject, row: RowOf<typeof TRADE>): Observation[] => {
  if (!isMarketTrade('bybit', row)) return [];
  const { sizeBase, notionalUsd } = sized(who, row.v, row.p);
  return [
    observe(context, who, row.T, {
      kind: 'trade',
      takerSide: row.S === 'Buy' ? 'buy' : 'sell',
      priceQuote: row.p,
      sizeBase,
      notionalUsd,
      tradeId: row.i === undefined ? undefined : String(row.i),
    }),
  ];
};

const trades = {
  docsUrl: `${DOCS}trade`,
  yields: ['trade'],
  rhythm: 'steady',
  staleAfterMs: 2 * MINUTE_MS,
  topics: topicsWith('publicTrade'),
  asks,
  schema: push,
  map: (payload: Push, context: MapContext) =>
    mapPush(payload, context, TRADE, (row, who) => tradesOf(context, who, row)),
} as const;

export const streamTrades = defineChannel({ ...trades, id: 'bybit/stream-publicTrade' });

export const spotTrades: StreamChannel<never> = defineChannel({
  ...trades,
  id: 'bybit/stream-spot-publicTrade',
  about: 'spot',
  parseSymbol: parseSpotSymbol,
  // Few trade all the time.
  staleAfterMs: 5 * MINUTE_MS,
});
