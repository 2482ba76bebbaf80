import * as z from 'zod';
import type { Instrument } from '../../../core/instrument.ts';
import type { Observation } from '../../../core/observation.ts';
import { MINUTE_MS } from '../../../core/units.ts';
import type { MapContext } from '../contract.ts';
import { epochMs, optional, positive, text } from '../decode.ts';
import { isMarketTrade } from '../marketTrades.ts';
import { mapRows, observe } from '../mapping.ts';
import { defineChannel, type StreamChannel } from '../stream.ts';
import { tickerObservations, tickerRow } from './readings.ts';
import { amounts, contractOf, parseSymbol, type Contract } from './shared.ts';
import { parseSpotSymbol } from './spot.ts';

const DOCS = 'https://bybit-exchange.github.io/docs/v5/websocket/public/';

/** Every push: `topic` ends with the symbol, `ts` is the time of sending, `data` a row or a list of them. */
const push = () =>
  z.object({ topic: optional(text), type: optional(text), ts: optional(epochMs), data: z.unknown() });

type Push = z.infer<ReturnType<typeof push>>;

const rowsOf = ({ data }: Push): readonly unknown[] => (Array.isArray(data) ? (data as unknown[]) : [data]);

/** The symbol in a topic: what follows its last dot. */
const symbolIn = (payload: Push, context: MapContext): string | undefined =>
  (payload.topic ?? context.params['topic'])?.split('.').at(-1);

/** Maps the rows of a push about contracts. */
function mapPush<T>(
  payload: Push,
  context: MapContext,
  schema: z.ZodType<T>,
  named: (row: T) => string | undefined,
  map: (row: T, who: Contract, path: string) => Observation[],
): Observation[] {
  const where = { path: 'data', requested: symbolIn(payload, context), symbolIn: named };
  return mapRows({ parseSymbol }, context, rowsOf(payload), schema, where, (row, who, path) => {
    const contract = contractOf(context, who.venueSymbol, undefined, path);
    return contract === undefined ? [] : map(row, contract, path);
  });
}

/** Inverse contracts have a socket of their own: one of them here would have the whole request refused. */
const topicsWith =
  (prefix: string) =>
  (instruments: readonly Instrument[]): string[] =>
    instruments
      .filter(({ margin }) => margin === 'linear')
      .map(({ venueSymbol }) => `${prefix}.${venueSymbol}`);

/** A size with its price: linear sizes are coins, inverse ones dollars. */
function sized(who: Contract, size: number, priceQuote: number): { sizeBase: number; notionalUsd: number } {
  const { base, usd } = amounts(who, size, undefined);
  return { sizeBase: base ?? size / priceQuote, notionalUsd: usd ?? size * priceQuote };
}

const side = z.enum(['Buy', 'Sell']);

interface Forced {
  readonly atMs: number;
  readonly side: 'Buy' | 'Sell';
  readonly size: number;
  readonly priceQuote: number;
}

/** The side is the POSITION's: `Buy` was a long. The price is that of bankruptcy, not of the fill. */
const liquidationOf = (
  context: MapContext,
  who: Contract,
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

export const allLiquidations = defineChannel({
  id: 'bybit/stream-allLiquidation',
  docsUrl: `${DOCS}all-liquidation`,
  yields: ['liquidation'],
  rhythm: 'events',
  staleAfterMs: 10 * MINUTE_MS,
  coverage: 'complete',
  topics: topicsWith('allLiquidation'),
  schema: push,
  map(payload, context) {
    const schema = z.object({ T: epochMs, s: text, S: side, v: positive, p: positive });
    return mapPush(payload, context, schema, (row) => row.s, (row, who) => [
      liquidationOf(context, who, { atMs: row.T, side: row.S, size: row.v, priceQuote: row.p }, 'complete'),
    ]); // prettier-ignore
  },
});

/** The topic before 2025-02-26: one event per contract and second at most. */
export const oldLiquidations = defineChannel({
  id: 'bybit/stream-liquidation',
  docsUrl: `${DOCS}liquidation`,
  yields: ['liquidation'],
  rhythm: 'events',
  staleAfterMs: 10 * MINUTE_MS,
  coverage: 'sampled',
  topics: () => [],
  schema: push,
  map(payload, context) {
    const schema = z.object({ updatedTime: epochMs, symbol: text, side, size: positive, price: positive });
    return mapPush(payload, context, schema, (row) => row.symbol, (row, who) => {
      const forced = { atMs: row.updatedTime, side: row.side, size: row.size, priceQuote: row.price };
      return [liquidationOf(context, who, forced, 'sampled')];
    }); // prettier-ignore
  },
});

export const streamTickers = defineChannel({
  id: 'bybit/stream-tickers',
  docsUrl: `${DOCS}ticker`,
  // Dated futures, which state a basis, are read but not subscribed.
  yields: ['open-interest', 'funding-rate', 'mark-price', 'volume'],
  rhythm: 'steady',
  staleAfterMs: MINUTE_MS,
  topics: topicsWith('tickers'),
  schema: push,
  map: (payload, context) =>
    // A delta holds what changed and nothing else: what it does not state is not reported.
    mapPush(
      payload,
      context,
      tickerRow(),
      (row) => row.symbol,
      (row, who, path) => tickerObservations(context, who, payload.ts, row, path, payload.type === 'delta'),
    ),
});

const tradeRow = () =>
  z.object({
    T: epochMs,
    s: text,
    S: side,
    v: positive,
    p: positive,
    i: optional(z.union([text, z.number()])),
    BT: z.unknown().optional(),
  });

const tradesOf = (
  context: MapContext,
  who: Contract,
  row: z.infer<ReturnType<typeof tradeRow>>,
): Observation[] => {
  if (!isMarketTrade('bybit', row)) return [];
  const trade = {
    kind: 'trade', takerSide: row.S === 'Buy' ? 'buy' : 'sell', priceQuote: row.p, ...sized(who, row.v, row.p),
    tradeId: row.i === undefined ? undefined : String(row.i),
  } as const; // prettier-ignore
  return [observe(context, who, row.T, trade)];
};

const trades = {
  docsUrl: `${DOCS}trade`,
  yields: ['trade'],
  rhythm: 'steady',
  staleAfterMs: 2 * MINUTE_MS,
  topics: topicsWith('publicTrade'),
  schema: push,
} as const;

export const streamTrades = defineChannel({
  ...trades,
  id: 'bybit/stream-publicTrade',
  map: (payload: Push, context) =>
    mapPush(payload, context, tradeRow(), (row) => row.s, (row, who) => tradesOf(context, who, row)), // prettier-ignore
});

export const spotTrades: StreamChannel<never> = defineChannel({
  ...trades,
  id: 'bybit/stream-spot-publicTrade',
  about: 'spot',
  // Few trade all the time.
  staleAfterMs: 5 * MINUTE_MS,
  map(payload: Push, context) {
    const where = {
      path: 'data',
      requested: symbolIn(payload, context),
      symbolIn: (row: { s: string }) => row.s,
    };
    return mapRows(
      { parseSymbol: parseSpotSymbol },
      context,
      rowsOf(payload),
      tradeRow(),
      where,
      (row, who) => tradesOf(context, { ...who, margin: 'linear' }, row),
    );
  },
});
