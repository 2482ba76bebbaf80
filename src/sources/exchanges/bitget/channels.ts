import type { Instrument, InstrumentKind } from '../../../core/instrument.ts';
import type { Observation, ObservationKind } from '../../../core/observation.ts';
import { MINUTE_MS } from '../../../core/units.ts';
import type { MapContext } from '../contract.ts';
import { isRecord, NO, received, type Field } from '../kit/field.ts';
import { epochMs, optional, positive, text } from '../kit/fields.ts';
import { record, rows } from '../kit/payloads.ts';
import type { Place } from '../kit/place.ts';
import { rowReader, type RowReader } from '../kit/rowReader.ts';
import { dollars, type Subject } from '../kit/subject.ts';
import { observe } from '../mapping.ts';
import { defineChannel, type StreamChannel } from '../stream.ts';
import { liquidationsOf } from './history.ts';
import { DOCS, productType, side, statedTime } from './shared.ts';
import { SPOT_TICKER, spotTickerOf } from './spot.ts';
import { fieldsOfV2, observeTicker, TICKER_V2 } from './tickers.ts';

export type Frame = Readonly<Record<string, unknown>>;

/** `{ action, arg, data, ts }`. v2 names `channel` and `instId`, v3 `topic` and `symbol`. A liquidation may come without them. */
export interface Push {
  readonly arg: Frame;
  readonly data: readonly unknown[];
  readonly ts?: unknown;
}

const NO_ARG: Frame = {};
const PUSH: Field<Push> = {
  read(frame) {
    if (!isRecord(frame)) return NO;
    if (!('data' in frame)) return { arg: NO_ARG, data: [frame] };
    const { arg = NO_ARG, ts } = frame;
    const data = rows.read(frame['data']);
    return isRecord(arg) && data !== NO ? { arg, data, ts } : NO;
  },
  faults(frame) {
    if (!isRecord(frame)) return [received('record', frame)];
    const { arg = NO_ARG } = frame;
    const ofArg = record.faults(arg).map(({ message }) => ({ path: ['arg'], message }));
    return [...ofArg, ...rows.faults(frame['data']).map(({ message }) => ({ path: ['data'], message }))];
  },
};

export const symbolOf = (arg: Frame): unknown => arg['instId'] ?? arg['symbol'];

/** Hands over the rows of a push. They may leave their symbol to what was subscribed. */
export function eachPushed<T>(
  { arg, data }: Push,
  context: MapContext,
  reader: RowReader<T>,
  take: (row: T, who: Subject, at: Place) => readonly Observation[],
): Observation[] {
  const found: Observation[] = [];
  reader.each(data, 'data', context, (row, at, index) => {
    const { symbol, instId } = data[index] as Frame;
    const stated = symbol ?? instId ?? symbolOf(arg);
    const named = text.read(stated);
    if (named === NO) {
      for (const { message } of text.faults(stated))
        context.report({ code: 'decode', path: at.of('symbol'), message });
      return;
    }
    const who = context.subject(named, at);
    if (who !== undefined) for (const one of take(row, who, at)) found.push(one);
  });
  return found;
}

export const sentAtMs = ({ ts }: Push, context: MapContext): number | undefined =>
  statedTime(ts, 'ts', context);

const TICKER_ROW = rowReader(TICKER_V2);

/** v2 tickers of contracts. */
function tickersOf(payload: Push, context: MapContext): Observation[] {
  const sent = sentAtMs(payload, context);
  return eachPushed(payload, context, TICKER_ROW, (row, who, at) =>
    observeTicker(context, who, { ...fieldsOfV2(row, who, sent), settlesAtMs: row.nextFundingTime }, at),
  );
}

const SPOT_ROW = rowReader(SPOT_TICKER);

function spotTickersOf(payload: Push, context: MapContext): Observation[] {
  const sent = sentAtMs(payload, context);
  return eachPushed(payload, context, SPOT_ROW, (row, who) => spotTickerOf(context, row, who, sent));
}

const TRADE = rowReader({ price: positive, size: positive, side, ts: epochMs, tradeId: optional(text) });

/** Trades; sizes are coins, `side` is the taker's. The first push after subscribing repeats what was traded before. */
export function tradesOf(payload: Push, context: MapContext): Observation[] {
  return eachPushed(payload, context, TRADE, (row, who) => [
    observe(context, who, row.ts, {
      kind: 'trade', takerSide: row.side, priceQuote: row.price, sizeBase: row.size,
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
  /** Read where it is handed in, never subscribed. */
  readonly asked?: false;
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

export function channel({ version, name, yields, about, asked, map }: ChannelFacts): StreamChannel<never> {
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
      const own = instruments.filter(({ kind }) => kind === (about ?? 'perpetual'));
      return [...new Set(own.map((instrument) => topicOf(version, name, instrument)))];
    },
    ...(isEvents ? { backfill: 'bitget/v3-liquidations', coverage: 'unverified' } : {}),
    ...(asked === undefined ? {} : { asked }),
    schema: PUSH,
    map,
  });
}

export const TICKER: readonly ObservationKind[] = ['mark-price', 'volume', 'open-interest', 'funding-rate'];
const SPOT_TICKER_KINDS: readonly ObservationKind[] = ['mark-price', 'volume'];

export const v2Channels: readonly StreamChannel<never>[] = [
  channel({ version: 'v2', name: 'ticker', yields: TICKER, map: tickersOf }),
  channel({ version: 'v2', name: 'trade', yields: ['trade'], map: tradesOf }),
  channel({ version: 'v2', name: 'ticker', yields: SPOT_TICKER_KINDS, about: 'spot', map: spotTickersOf }),
  channel({ version: 'v2', name: 'trade', yields: ['trade'], about: 'spot', map: tradesOf }),
]; // prettier-ignore

export const v3Channels: readonly StreamChannel<never>[] = [
  channel({
    version: 'v3', name: 'liquidation', yields: ['liquidation'],
    map: ({ data }, context) => liquidationsOf(data, context),
  }),
]; // prettier-ignore
