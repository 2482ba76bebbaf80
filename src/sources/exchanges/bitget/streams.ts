import * as z from 'zod';
import type { ZodType } from 'zod';
import type { Instrument, InstrumentKind } from '../../../core/instrument.ts';
import type { Observation, ObservationKind } from '../../../core/observation.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../core/units.ts';
import type { MapContext } from '../contract.ts';
import { epochMs, optional, positive, rows, text } from '../decode.ts';
import { observe } from '../mapping.ts';
import {
  defineChannel,
  type FrameRole,
  type StreamChannel,
  type StreamMessage,
  type StreamSpec,
} from '../stream.ts';
import { liquidationsOf } from './history.ts';
import { depthOf } from './readings.ts';
import { DOCS, dollars, isDated, mapNamed, productType, statedTime } from './shared.ts';
import { spotTickerOf, spotTickerRow } from './spot.ts';
import { observeTicker, TICKER_V2, TICKER_V3, type TickerFields } from './tickers.ts';

type Frame = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Frame =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `{ action, arg, data, ts }`. v2 names `channel` and `instId`, v3 `topic` and `symbol`. */
interface Push {
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

const symbolOf = (arg: Frame): unknown => arg['instId'] ?? arg['symbol'];

/** Rows of tickers and trades may leave their symbol to what was subscribed. */
const named = ({ arg, data }: Push): readonly unknown[] =>
  data.map((row) =>
    isRecord(row) ? { ...row, symbol: row['symbol'] ?? row['instId'] ?? symbolOf(arg) } : row,
  );

const sentAtMs = ({ ts }: Push, context: MapContext): number | undefined =>
  statedTime({ ts }, 'ts', '', context);

/** A ticker of a contract; a rate of "0" beside a delivery time or symbol is that of a dated future, which has none. */
function tickersOf(payload: Push, context: MapContext, version: 'v2' | 'v3'): Observation[] {
  const sent = sentAtMs(payload, context);
  if (version === 'v3')
    return mapNamed(named(payload), 'data', context, TICKER_V3, (row, who, path) => {
      const fields: TickerFields = {
        atMs: row.ts ?? sent, ...pricesOf(row.markPrice, row.indexPrice, row.lastPrice), volumeBase: row.volume24h,
        volumeUsd: row.turnover24h, openInterestBase: row.openInterest,
        fundingRate: isDated(who) || row.deliveryTime !== undefined ? undefined : row.fundingRate,
      };
      return observeTicker(context, who, fields, path);
    }); // prettier-ignore
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
const pricesOf = (
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
function tradesOf(payload: Push, context: MapContext): Observation[] {
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

type Version = 'v2' | 'v3';

interface ChannelFacts {
  readonly version: Version;
  readonly name: string;
  readonly yields: readonly ObservationKind[];
  readonly about?: InstrumentKind;
  readonly isAsked?: boolean;
  map(payload: Push, context: MapContext): Observation[];
}

const idOf = (version: Version, name: string, isSpot: boolean): string =>
  `bitget/stream-${version}-${isSpot ? 'spot-' : ''}${name}`;

/** The topics of Perpscope: `instType/channel/symbol`, of all liquidations `instType/liquidation`. */
const topicOf = (version: Version, name: string, instrument: Instrument): string => {
  const market = instrument.kind === 'spot' ? 'spot' : productType(instrument);
  return name === 'liquidation'
    ? `${market}/${name}`
    : `${version === 'v2' ? market.toUpperCase() : market}/${name}/${instrument.venueSymbol}`;
};

function channel({ version, name, yields, about, isAsked, map }: ChannelFacts): StreamChannel<never> {
  const isEvents = name === 'liquidation';
  return defineChannel<Push>({
    id: idOf(version, name, about === 'spot'),
    docsUrl:
      version === 'v2'
        ? `${DOCS}/${about === 'spot' ? 'spot' : 'contract'}/websocket/public/${name}`
        : `${DOCS}/uta/websocket/public/${name}`,
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

const TICKER: readonly ObservationKind[] = ['mark-price', 'volume', 'open-interest', 'funding-rate'];
const SPOT_TICKER: readonly ObservationKind[] = ['mark-price', 'volume'];

// v2 is asked for what recorded frames show; the v3 twins are read.
const v2Channels: readonly StreamChannel<never>[] = [
  channel({
    version: 'v2', name: 'ticker', yields: TICKER, isAsked: true,
    map: (payload, context) => tickersOf(payload, context, 'v2'),
  }),
  channel({ version: 'v2', name: 'trade', yields: ['trade'], isAsked: true, map: tradesOf }),
  channel({ version: 'v2', name: 'books', yields: ['depth'], map: booksOf }),
  channel({ version: 'v2', name: 'ticker', yields: SPOT_TICKER, about: 'spot', isAsked: true, map: spotTickersOf }),
  channel({ version: 'v2', name: 'trade', yields: ['trade'], about: 'spot', isAsked: true, map: tradesOf }),
]; // prettier-ignore

const v3Channels: readonly StreamChannel<never>[] = [
  channel({
    version: 'v3', name: 'liquidation', yields: ['liquidation'], isAsked: true,
    map: ({ data }, context) => liquidationsOf(data, context),
  }),
  channel({
    version: 'v3', name: 'ticker', yields: TICKER, map: (payload, context) => tickersOf(payload, context, 'v3'),
  }),
  channel({ version: 'v3', name: 'publicTrade', yields: ['trade'], map: tradesOf }),
  channel({ version: 'v3', name: 'publicTrade', yields: ['trade'], about: 'spot', map: tradesOf }),
  channel({ version: 'v3', name: 'books', yields: ['depth'], map: booksOf }),
]; // prettier-ignore

const LIQUIDATION_KEYS = ['symbol', 'side', 'price', 'amount', 'ts'];

function dataRole(
  version: Version,
  channels: readonly StreamChannel<never>[],
  frame: Frame,
  arg: Frame,
): FrameRole {
  const name = arg[version === 'v2' ? 'channel' : 'topic'];
  const market = arg['instType'];
  if (typeof name !== 'string' || typeof market !== 'string') return { role: 'ignored' };
  if (name === 'books' && frame['action'] !== 'snapshot') return { role: 'ignored' };
  const id = idOf(version, name, ['spot', 'margin'].includes(market.toLowerCase()));
  if (!channels.some((one) => one.id === id)) return { role: 'ignored' };
  const symbol = symbolOf(arg);
  const topic = typeof symbol === 'string' ? `${market}/${name}/${symbol}` : `${market}/${name}`;
  return { role: 'data', channel: id, topic };
}

/** What a frame is: by `event`, or by `arg` and `data`; a liquidation also by its keys alone. */
const classifier =
  (version: Version, channels: readonly StreamChannel<never>[]) =>
  (frame: unknown): FrameRole => {
    if (frame === 'pong') return { role: 'pong' };
    if (!isRecord(frame)) return { role: 'ignored' };
    const { event, arg, data } = frame;
    if (event === 'subscribe' || event === 'unsubscribe') return { role: 'ack' };
    if (event === 'error')
      return { role: 'refused', code: String(frame['code'] ?? ''), message: String(frame['msg'] ?? '') };
    if (event !== undefined) return { role: 'ignored' };
    if (isRecord(arg) && Array.isArray(data)) return dataRole(version, channels, frame, arg);
    const isLiquidation = version === 'v3' && LIQUIDATION_KEYS.every((key) => key in frame);
    return isLiquidation ? { role: 'data', channel: idOf('v3', 'liquidation', false) } : { role: 'ignored' };
  };

const ARGS_PER_MESSAGE = 5;

const argOf = (version: Version, topic: string): Frame => {
  const [instType = '', name = '', symbol] = topic.split('/');
  if (version === 'v2') return { instType, channel: name, instId: symbol ?? 'default' };
  return symbol === undefined ? { instType, topic: name } : { instType, topic: name, symbol };
};

const spec = (version: Version, channels: readonly StreamChannel<never>[]): StreamSpec => ({
  id: `bitget/${version}-public`,
  host: 'ws',
  baseUrl: 'wss://ws.bitget.com',
  path: `/${version}/ws/public`,
  channels,
  subscribe: (topics) => {
    const messages: StreamMessage[] = [];
    for (let start = 0; start < topics.length; start += ARGS_PER_MESSAGE) {
      const args = topics.slice(start, start + ARGS_PER_MESSAGE).map((topic) => argOf(version, topic));
      messages.push({ op: 'subscribe', args });
    }
    return messages;
  },
  classify: classifier(version, channels),
  heartbeat: { everyMs: 25 * SECOND_MS, message: 'ping' },
  deadAfterMs: MINUTE_MS,
  // Connections are ended after a day; more than 50 channels on one are advised against.
  maxLifeMs: 23 * HOUR_MS,
  maxTopicsPerSocket: 50,
  messages: { weight: 10, windowMs: SECOND_MS },
});

export const streams: readonly StreamSpec[] = [spec('v2', v2Channels), spec('v3', v3Channels)];
