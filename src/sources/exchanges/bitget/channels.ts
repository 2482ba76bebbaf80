import * as z from 'zod';
import type { ZodType } from 'zod';
import type { Instrument, InstrumentKind } from '../../../core/instrument.ts';
import type { Observation, ObservationKind } from '../../../core/observation.ts';
import { MINUTE_MS } from '../../../core/units.ts';
import type { MapContext } from '../contract.ts';
import { epochMs, optional, positive, rows, text, isRecord } from '../decode.ts';
import { observe } from '../mapping.ts';
import { defineChannel, type StreamChannel } from '../stream.ts';
import { liquidationsOf } from './history.ts';
import { DOCS, dollars, isDated, mapNamed, productType, statedTime } from './shared.ts';
import { spotTickerOf, spotTickerRow } from './spot.ts';
import { observeTicker, TICKER_V2, type TickerFields } from './tickers.ts';

export type Frame = Readonly<Record<string, unknown>>;

/** `{ action, arg, data, ts }`. v2 names `channel` and `instId`, v3 `topic` and `symbol`. */
export interface Push {
  readonly arg: Frame;
  readonly data: readonly unknown[];
  readonly ts?: unknown;
}

const push = (): ZodType<Push> =>
  z
    .record(z.string(), z.unknown())
    .transform((frame) => ('data' in frame ? frame : { data: [frame] }))
    .pipe(
      z.object({
        arg: z.record(z.string(), z.unknown()).default({}),
        data: rows,
        ts: z.unknown().optional(),
      }),
    );

export const symbolOf = (arg: Frame): unknown => arg['instId'] ?? arg['symbol'];

/** Rows of tickers and trades may leave their symbol to what was subscribed. */
export const named = ({ arg, data }: Push): readonly unknown[] =>
  data.map((row) =>
    isRecord(row) ? { ...row, symbol: row['symbol'] ?? row['instId'] ?? symbolOf(arg) } : row,
  );

export const sentAtMs = ({ ts }: Push, context: MapContext): number | undefined =>
  statedTime({ ts }, 'ts', '', context);

/** v2 tickers of contracts; a rate of "0" beside a delivery time or symbol is that of a dated future, which has none. */
function tickersOf(payload: Push, context: MapContext): Observation[] {
  const sent = sentAtMs(payload, context);
  return mapNamed(named(payload), 'data', context, TICKER_V2, (row, who, path) => {
    const fields: TickerFields = {
      atMs: row.ts ?? sent, ...pricesOf(row.markPrice, row.indexPrice, row.lastPr), volumeBase: row.baseVolume,
      volumeUsd: row.quoteVolume ?? row.usdtVolume, openInterestBase: row.holdingAmount,
      fundingRate: isDated(who) || row.deliveryTime !== undefined ? undefined : row.fundingRate,
      settlesAtMs: row.nextFundingTime,
    };
    return observeTicker(context, who, fields, path);
  }); // prettier-ignore
}

/** Prices that are not stated stay absent keys. */
export const pricesOf = (
  markPriceQuote: number | undefined,
  indexPriceQuote: number | undefined,
  lastPriceQuote: number | undefined,
): Pick<TickerFields, 'markPriceQuote' | 'indexPriceQuote' | 'lastPriceQuote'> => ({
  ...(markPriceQuote === undefined ? {} : { markPriceQuote }),
  ...(indexPriceQuote === undefined ? {} : { indexPriceQuote }),
  ...(lastPriceQuote === undefined ? {} : { lastPriceQuote }),
});

function spotTickersOf(payload: Push, context: MapContext): Observation[] {
  const schema = spotTickerRow().extend({ symbol: text });
  const sent = sentAtMs(payload, context);
  return mapNamed(named(payload), 'data', context, schema, (row, who) =>
    spotTickerOf(context, row, who, sent),
  );
}

/** v3 abbreviates: `p` (sometimes spelled `P`), `v`, `S`, `T`, `i`. */
const unabbreviated = (row: unknown): unknown =>
  isRecord(row)
    ? {
        symbol: row['symbol'], price: row['price'] ?? row['p'] ?? row['P'], size: row['size'] ?? row['v'],
        side: row['side'] ?? row['S'], ts: row['ts'] ?? row['T'], tradeId: row['tradeId'] ?? row['i'],
      }
    : row; // prettier-ignore

/** Trades; sizes are coins, `side` is the taker's. The first push after subscribing repeats what was traded before. */
export function tradesOf(payload: Push, context: MapContext): Observation[] {
  const side = z.string().transform((value) => value.toLowerCase()).pipe(z.enum(['buy', 'sell'])); // prettier-ignore
  const schema = z.object({
    symbol: text,
    price: positive,
    size: positive,
    side,
    ts: epochMs,
    tradeId: optional(text),
  });
  return mapNamed(named(payload).map(unabbreviated), 'data', context, schema, (row, who) => [
    observe(context, who, row.ts, {
      kind: 'trade', takerSide: row.side, priceQuote: row.price, sizeBase: row.size, sizeContracts: undefined,
      notionalUsd: dollars(row.size * row.price, who), tradeId: row.tradeId,
    }),
  ]); // prettier-ignore
}

export type Version = 'v2' | 'v3';

interface ChannelFacts {
  readonly version: Version;
  readonly name: string;
  readonly yields: readonly ObservationKind[];
  readonly about?: InstrumentKind;
  readonly isAsked?: boolean;
  map(payload: Push, context: MapContext): Observation[];
}

export const idOf = (version: Version, name: string, isSpot: boolean): string =>
  `bitget/stream-${version}-${isSpot ? 'spot-' : ''}${name}`;

/** The topics of Perpscope: `instType/channel/symbol`, of all liquidations `instType/liquidation`. */
const topicOf = (version: Version, name: string, instrument: Instrument): string => {
  const market = instrument.kind === 'spot' ? 'spot' : productType(instrument);
  return name === 'liquidation'
    ? `${market}/${name}`
    : `${version === 'v2' ? market.toUpperCase() : market}/${name}/${instrument.venueSymbol}`;
};

/** Pages of the documentation, by channel. */
const PAGES: Readonly<Record<string, string>> = {
  ticker: 'Tickers',
  trade: 'Trades',
  publicTrade: 'Trades',
  books: 'Order-Book',
  liquidation: 'Liquidation',
};

export function channel({ version, name, yields, about, isAsked, map }: ChannelFacts): StreamChannel<never> {
  const isEvents = name === 'liquidation';
  const isTrades = PAGES[name] === 'Trades';
  const section = version === 'v3' ? 'uta' : about === 'spot' ? 'spot' : 'contract';
  return defineChannel<Push>({
    id: idOf(version, name, about === 'spot'),
    docsUrl: `${DOCS}/${section}/websocket/public/${isTrades && section !== 'spot' ? 'New-Trades' : PAGES[name]}-Channel`,
    yields,
    ...(about === undefined ? {} : { about }),
    rhythm: isEvents ? 'events' : 'steady',
    staleAfterMs: isEvents ? 30 * MINUTE_MS : name === 'ticker' ? MINUTE_MS : 5 * MINUTE_MS,
    topics: (instruments) => {
      const own = isAsked === true ? instruments.filter(({ kind }) => kind === (about ?? 'perpetual')) : [];
      return [...new Set(own.map((instrument) => topicOf(version, name, instrument)))];
    },
    ...(isEvents ? { backfill: 'bitget/v3-liquidations', coverage: 'unverified' } : {}),
    schema: push,
    map,
  });
}

export const TICKER: readonly ObservationKind[] = ['mark-price', 'volume', 'open-interest', 'funding-rate'];
const SPOT_TICKER: readonly ObservationKind[] = ['mark-price', 'volume'];

export const v2Channels: readonly StreamChannel<never>[] = [
  channel({ version: 'v2', name: 'ticker', yields: TICKER, isAsked: true, map: tickersOf }),
  channel({ version: 'v2', name: 'trade', yields: ['trade'], isAsked: true, map: tradesOf }),
  channel({ version: 'v2', name: 'ticker', yields: SPOT_TICKER, about: 'spot', isAsked: true, map: spotTickersOf }),
  channel({ version: 'v2', name: 'trade', yields: ['trade'], about: 'spot', isAsked: true, map: tradesOf }),
]; // prettier-ignore

export const v3Channels: readonly StreamChannel<never>[] = [
  channel({
    version: 'v3', name: 'liquidation', yields: ['liquidation'], isAsked: true,
    map: ({ data }, context) => liquidationsOf(data, context),
  }),
]; // prettier-ignore
