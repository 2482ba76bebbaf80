import * as z from 'zod';
import type { ZodType } from 'zod';
import type { Instrument, InstrumentKind } from '../../../core/instrument.ts';
import type { Observation, ObservationKind } from '../../../core/observation.ts';
import { MINUTE_MS } from '../../../core/units.ts';
import { closedList, withClosedLists } from '../closedList.ts';
import type { MapContext } from '../contract.ts';
import { decodeRows, epochMs, optional, positive, rows, text, isRecord } from '../decode.ts';
import { observe, reportUnknownSize, type Subject } from '../mapping.ts';
import { defineChannel, type StreamChannel } from '../stream.ts';
import { bookRow, depthOf, liquidationRow, liquidationsOf } from './market.ts';
import { fundingOf, fundingRow, markPriceOf, markPriceRow, openInterestRow } from './readings.ts';
import { amountOf, DOCS, dollars, mapAny, mapData, openInterestOf } from './shared.ts';
import { indexOf, indexRow, tickerOf, tickerRow } from './tickers.ts';

export type Row = Readonly<Record<string, unknown>>;

/** `{ arg, data }`; rows that were taken out of their frame are read as well. */
interface Push {
  readonly arg: Row;
  readonly data: readonly unknown[];
}

const push = (): ZodType<Push> =>
  z
    .record(z.string(), z.unknown())
    .transform((frame) => ('data' in frame ? frame : { data: [frame] }))
    .pipe(z.object({ arg: z.record(z.string(), z.unknown()).default({}), data: rows }));

/** A row is about what it names itself; only books leave that to what was subscribed. */
const named = ({ arg, data }: Push): readonly unknown[] =>
  data.map((row) => (isRecord(row) && row['instId'] === undefined ? { ...row, instId: arg['instId'] } : row));

interface ChannelFacts {
  readonly name: string;
  readonly id?: string;
  readonly yields: readonly ObservationKind[];
  readonly about?: InstrumentKind;
  readonly staleAfterMs: number;
  readonly isEvents?: boolean;
  /** Absent: decoded, not asked. */
  readonly topic?: (instrument: Instrument) => string | undefined;
  readonly backfill?: string;
  readonly coverage?: StreamChannel['coverage'];
  map(data: readonly unknown[], context: MapContext): Observation[];
}

/** Where the documentation describes channels besides those of public data. */
const ANCHORS: Readonly<Record<string, string>> = {
  tickers: 'order-book-trading-market-data-ws-tickers',
  trades: 'order-book-trading-market-data-ws-trades',
  books: 'order-book-trading-market-data-ws-order-book',
};

const channel = (facts: ChannelFacts): StreamChannel<never> =>
  defineChannel<Push>({
    id: `okx/${facts.id ?? `stream-${facts.name}`}`,
    docsUrl: `${DOCS}#${ANCHORS[facts.name] ?? `public-data-websocket-${facts.name}`}-channel`,
    yields: facts.yields,
    ...(facts.about === undefined ? {} : { about: facts.about }),
    rhythm: facts.isEvents === true ? 'events' : 'steady',
    staleAfterMs: facts.staleAfterMs,
    topics: (instruments) => [
      ...new Set(
        instruments.flatMap((one) =>
          one.kind === (facts.about ?? 'perpetual') ? (facts.topic?.(one) ?? []) : [],
        ),
      ),
    ],
    ...(facts.backfill === undefined ? {} : { backfill: facts.backfill }),
    ...(facts.coverage === undefined ? {} : { coverage: facts.coverage }),
    schema: push,
    map: (payload, context) => facts.map(named(payload), context),
  });

const byInstrument =
  (name: string) =>
  ({ venueSymbol }: Instrument): string =>
    `${name}/${venueSymbol}`;

const tradeRow = () =>
  z.object({
    instId: text,
    tradeId: optional(text),
    px: positive,
    sz: positive,
    side: z.enum(['buy', 'sell']),
    ts: epochMs,
    source: optional(text),
  });

/** 0: an order like others, 1: one of the liquidity programme, met by a taker. Blocks have channels of their own. */
const SOURCES = closedList('source', { '0': true, '1': true });

/** `side` is the taker's; `sz` counts contracts, of spot pairs coins. One push may join fills of one order at a price. */
function tradeOf(
  context: MapContext,
  row: z.infer<ReturnType<typeof tradeRow>>,
  who: Subject,
  path: string,
): Observation[] {
  const amount = amountOf(row.sz, who, row.px);
  const isUnsized = amount.base === undefined && amount.usd === undefined;
  if (isUnsized) reportUnknownSize(context, who, `${path}.sz`);
  const notional = amount.base === undefined ? undefined : amount.base * row.px;
  return [
    observe(context, who, row.ts, {
      kind: 'trade',
      takerSide: row.side,
      priceQuote: row.px,
      sizeBase: amount.base,
      sizeContracts: isUnsized ? row.sz : undefined,
      notionalUsd: amount.usd ?? dollars(notional, who),
      tradeId: row.tradeId,
    }),
  ];
}

const trades = {
  name: 'trades',
  yields: ['trade'],
  staleAfterMs: 5 * MINUTE_MS,
  topic: byInstrument('trades'),
} as const;
const mapTrades = (data: readonly unknown[], context: MapContext): Observation[] =>
  withClosedLists(context, { path: 'data', things: 'trades' }, (read) =>
    mapAny(data, context, tradeRow(), (row, who, path) =>
      row.source === undefined || read(SOURCES, row.source, row.instId) === true
        ? tradeOf(context, row, who, path)
        : [],
    ),
  );

const tickers = {
  name: 'tickers',
  yields: ['volume', 'mark-price'],
  staleAfterMs: MINUTE_MS,
  topic: byInstrument('tickers'),
} as const;
const mapTickers = (data: readonly unknown[], context: MapContext): Observation[] =>
  mapAny(data, context, tickerRow(), (row, who, path) => tickerOf(context, row, who, path));

/** The channels of the public address. Bars and all trades one by one are pushed under another (/business): not used. */
export const channels: readonly StreamChannel<never>[] = [
  channel({
    name: 'liquidation-orders', yields: ['liquidation'], isEvents: true, staleAfterMs: 30 * MINUTE_MS,
    topic: () => 'liquidation-orders/SWAP', backfill: 'okx/liquidations', coverage: 'sampled',
    map: (data, context) =>
      mapData(data, context, liquidationRow(), (row, who, path) =>
        liquidationsOf(context, who, row.details, `${path}.details`, 'sampled'),
      ),
  }),
  channel({
    name: 'open-interest', yields: ['open-interest'], staleAfterMs: MINUTE_MS, topic: byInstrument('open-interest'),
    map: (data, context) =>
      mapData(data, context, openInterestRow(), (row, who, path) => {
        const fields = openInterestOf(context, who, row, path);
        return fields === undefined ? [] : [observe(context, who, row.ts, fields)];
      }),
  }),
  channel({
    name: 'funding-rate', yields: ['funding-rate'], staleAfterMs: 5 * MINUTE_MS, topic: byInstrument('funding-rate'),
    map: (data, context) =>
      mapData(data, context, fundingRow(), (row, who, path) => fundingOf(context, row, who, path)),
  }),
  channel({
    name: 'mark-price', yields: ['mark-price'], staleAfterMs: MINUTE_MS, topic: byInstrument('mark-price'),
    map: (data, context) => mapData(data, context, markPriceRow(), (row, who) => markPriceOf(context, row, who)),
  }),
  channel({
    name: 'index-tickers', yields: ['mark-price'], staleAfterMs: 2 * MINUTE_MS,
    topic: ({ venueSymbol }) => {
      const pair = /^([^-]+-(?:USDT|USD))-SWAP$/.exec(venueSymbol)?.[1];
      return pair === undefined ? undefined : `index-tickers/${pair}`;
    },
    map: (data, context) =>
      decodeRows(data, indexRow(), 'data', context).flatMap((row, index) =>
        indexOf(context, row, `data[${index}]`),
      ),
  }),
  channel({ ...tickers, map: mapTickers }),
  channel({ ...tickers, id: 'stream-spot-tickers', about: 'spot', map: mapTickers }),
  channel({ ...trades, map: mapTrades }),
  channel({ ...trades, id: 'stream-spot-trades', about: 'spot', map: mapTrades }),
  channel({
    name: 'books', yields: ['depth'], staleAfterMs: MINUTE_MS,
    map: (data, context) =>
      mapAny(data, context, bookRow().extend({ instId: text }), (row, who, path) => depthOf(context, who, row, path)),
  }),
]; // prettier-ignore
