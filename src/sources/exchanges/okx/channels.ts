import type { Instrument, InstrumentKind } from '../../../core/instrument.ts';
import type { Observation, ObservationKind } from '../../../core/observation.ts';
import { MINUTE_MS } from '../../../core/units.ts';
import { closedList, withClosedLists } from '../closedList.ts';
import type { MapContext } from '../contract.ts';
import { amounts } from '../kit/amounts.ts';
import { mapEach } from '../kit/eachRow.ts';
import { isRecord, type Field } from '../kit/field.ts';
import { epochMs, oneOf, optional, positive, text } from '../kit/fields.ts';
import { mapped, object, record, rows, within } from '../kit/payloads.ts';
import { rowReader, type RowOf } from '../kit/rowReader.ts';
import type { Place } from '../kit/place.ts';
import type { Subject } from '../kit/subject.ts';
import { observe, reportUnknownSize } from '../mapping.ts';
import { defineChannel, type StreamChannel } from '../stream.ts';
import { depthOf, mapLiquidations } from './market.ts';
import { mapFunding, mapMarkPrices, mapOpenInterest } from './readings.ts';
import { counted, DOCS } from './shared.ts';
import { mapIndices, mapTickers } from './tickers.ts';

export type Row = Readonly<Record<string, unknown>>;

/** `{ arg, data }`; rows that were taken out of their frame are read as well. */
interface Push {
  readonly arg: Row;
  readonly data: readonly unknown[];
}

const push: Field<Push> = within(
  (frame) => (isRecord(frame) && !('data' in frame) ? { data: [frame] } : frame),
  mapped(object({ arg: optional(record), data: rows }), ({ arg = {}, data }) => ({ arg, data })),
);

/** A row is about what it names itself; only books leave that to what was subscribed. */
const named = ({ arg, data }: Push): readonly unknown[] =>
  data.some(isUnnamed) ? data.map((row) => (isUnnamed(row) ? { ...row, instId: arg['instId'] } : row)) : data;
const isUnnamed = (row: unknown): row is Row => isRecord(row) && row['instId'] === undefined;

interface ChannelFacts {
  readonly name: string;
  readonly id?: string;
  readonly yields: readonly ObservationKind[];
  readonly about?: InstrumentKind;
  readonly staleAfterMs: number;
  readonly isEvents?: boolean;
  /** Absent: read, not asked. */
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

const topicsBy =
  (topic: (instrument: Instrument) => string | undefined, kind: InstrumentKind = 'perpetual') =>
  (instruments: readonly Instrument[]): string[] => [
    ...new Set(instruments.flatMap((one) => (one.kind === kind ? (topic(one) ?? []) : []))),
  ];

const channel = (facts: ChannelFacts): StreamChannel<never> =>
  defineChannel<Push>({
    id: `okx/${facts.id ?? `stream-${facts.name}`}`,
    docsUrl: `${DOCS}#${ANCHORS[facts.name] ?? `public-data-websocket-${facts.name}`}-channel`,
    yields: facts.yields,
    ...(facts.about === undefined ? {} : { about: facts.about }),
    rhythm: facts.isEvents === true ? 'events' : 'steady',
    staleAfterMs: facts.staleAfterMs,
    ...(facts.topic === undefined ? { asked: false } : { topics: topicsBy(facts.topic, facts.about) }),
    ...(facts.backfill === undefined ? {} : { backfill: facts.backfill }),
    ...(facts.coverage === undefined ? {} : { coverage: facts.coverage }),
    schema: push,
    map: (payload, context) => facts.map(named(payload), context),
  });

const byInstrument =
  (name: string) =>
  ({ venueSymbol }: Instrument): string =>
    `${name}/${venueSymbol}`;

const TRADE = rowReader(
  {
    instId: text,
    tradeId: optional(text),
    px: positive,
    sz: positive,
    side: oneOf('buy', 'sell'),
    ts: epochMs,
    source: optional(text),
  },
  { symbol: 'instId' },
);

/** 0: an order like others, 1: one of the liquidity programme, met by a taker. Blocks have channels of their own. */
const SOURCES = closedList('source', { '0': true, '1': true });

/** `side` is the taker's; `sz` counts contracts, of spot pairs coins. One push may join fills of one order at a price. */
function tradeOf(context: MapContext, row: RowOf<typeof TRADE>, who: Subject, at: Place): Observation[] {
  const amount = amounts(who, counted(who), row.sz, row.px);
  if (amount.contracts !== undefined) reportUnknownSize(context, who, at.of('sz'));
  return [
    observe(context, who, row.ts, {
      kind: 'trade',
      takerSide: row.side,
      priceQuote: row.px,
      sizeBase: amount.base,
      sizeContracts: amount.contracts,
      notionalUsd: amount.usd,
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
    mapEach(context, data, 'data', TRADE, (row, who, at) =>
      row.source === undefined || read(SOURCES, row.source, row.instId) === true
        ? tradeOf(context, row, who, at)
        : [],
    ),
  );

const tickers = {
  name: 'tickers',
  yields: ['volume', 'mark-price'],
  staleAfterMs: MINUTE_MS,
  topic: byInstrument('tickers'),
} as const;

const BOOK = rowReader({ bids: rows, asks: rows, ts: optional(epochMs), instId: text }, { symbol: 'instId' });

/** The channels of the public address. Bars and all trades one by one are pushed under another (/business): not used. */
export const channels: readonly StreamChannel<never>[] = [
  channel({
    name: 'liquidation-orders', yields: ['liquidation'], isEvents: true, staleAfterMs: 30 * MINUTE_MS,
    topic: () => 'liquidation-orders/SWAP', backfill: 'okx/liquidations', coverage: 'sampled',
    map: (data, context) => mapLiquidations(data, context, 'sampled'),
  }),
  channel({
    name: 'open-interest', yields: ['open-interest'], staleAfterMs: MINUTE_MS, topic: byInstrument('open-interest'),
    map: mapOpenInterest,
  }),
  channel({
    name: 'funding-rate', yields: ['funding-rate'], staleAfterMs: 5 * MINUTE_MS, topic: byInstrument('funding-rate'),
    map: mapFunding,
  }),
  channel({
    name: 'mark-price', yields: ['mark-price'], staleAfterMs: MINUTE_MS, topic: byInstrument('mark-price'),
    map: mapMarkPrices,
  }),
  channel({
    name: 'index-tickers', yields: ['mark-price'], staleAfterMs: 2 * MINUTE_MS,
    topic: ({ venueSymbol }) => {
      const pair = /^([^-]+-(?:USDT|USD))-SWAP$/.exec(venueSymbol)?.[1];
      return pair === undefined ? undefined : `index-tickers/${pair}`;
    },
    map: (data, context) => mapIndices(data, context),
  }),
  channel({ ...tickers, map: mapTickers }),
  channel({ ...tickers, id: 'stream-spot-tickers', about: 'spot', map: mapTickers }),
  channel({ ...trades, map: mapTrades }),
  channel({ ...trades, id: 'stream-spot-trades', about: 'spot', map: mapTrades }),
  channel({
    name: 'books', yields: ['depth'], staleAfterMs: MINUTE_MS,
    map: (data, context) =>
      mapEach(context, data, 'data', BOOK, (row, who, at) => depthOf(context, who, row, at.toString())),
  }),
]; // prettier-ignore
