import fc from 'fast-check';
import type { Chunk, Rows } from '../../../src/core/chunk.ts';
import type { Observation, ObservationKind } from '../../../src/core/observation.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/core/units.ts';
import type { ColumnsQuery, HistoryQuery } from '../../../src/store/historyStore.ts';
import type { KeepNote } from '../../../src/store/keepNote.ts';
import type { PruneBefore } from '../../../src/store/retention.ts';
import { T0, candle, liquidation, openInterest } from './rows.ts';

/** What is done to both histories, or asked of both. Times are few and span four days, so that keys, days and blocks meet. */
export type Command =
  | { readonly do: 'append'; readonly rows: Rows }
  | { readonly do: 'note'; readonly rows: readonly Observation[] }
  | { readonly do: 'prune'; readonly before: PruneBefore }
  | { readonly do: 'keep'; readonly key: string; readonly note: KeepNote | null }
  | { readonly do: 'tidy'; readonly slices: number }
  | { readonly do: 'query' | 'latest' | 'extremes'; readonly query: HistoryQuery<ObservationKind> }
  | { readonly do: 'columns'; readonly query: ColumnsQuery<ObservationKind> };

const STEP_MS = 20 * MINUTE_MS;
const anyStep = fc.integer({ min: 0, max: 4 * 72 });
// Some often, so that rows of one time meet and revise one another.
const when = fc.oneof(anyStep, fc.constantFrom(10, 71, 72, 150)).map((step) => T0 + step * STEP_MS);
/** Receipts come minutes, or days, after: what is late goes into blocks at once. */
const receipt = fc.integer({ min: 0, max: 12 }).map((late) => T0 + late * DAY_MS);
const value = fc.oneof(
  fc.integer({ min: 0, max: 3 }),
  fc.double({ min: -1e300, max: 1e300, noNaN: true }),
  fc.double({ min: 0, max: 1e5, noNaN: true }).map((number) => Number(number.toFixed(2))),
);
const basis = fc.option(fc.constantFrom('venue' as const, 'mark-price' as const), { nil: undefined });
const isFew = { size: 'small' } as const;

const row: fc.Arbitrary<Observation> = fc
  .record({ kind: fc.constantFrom('reading', 'bar', 'candle', 'event'), exchange: fc.constantFrom('binance', 'bybit'),
    at: when, received: receipt, value, usdBasis: basis, isReceived: fc.boolean(), id: fc.constantFrom('x', 'y') }) // prettier-ignore
  .map(({ kind, exchange, at, received, value: number, usdBasis, isReceived, id }) => {
    const known = { exchange, instrument: `${exchange}:BTCUSDT` as const, atMs: at, receivedAtMs: received };
    const usd = usdBasis === undefined ? {} : { usdBasis, openInterestUsd: number };
    if (kind === 'event') return liquidation({ ...known, eventId: id, priceQuote: number });
    if (kind === 'candle') return candle({ ...known, barMs: STEP_MS, closeQuote: number, volumeBase: number });
    const { openInterestBase: _, ...bare } = openInterest({ ...known, ...usd });
    const own = usdBasis === undefined ? { openInterestBase: number } : {};
    return { ...bare, ...own, ...(isReceived && { atBasis: 'received' as const }), ...(kind === 'bar' && { barMs: id === 'x' ? HOUR_MS : STEP_MS }) };
  }); // prettier-ignore

const chunk: fc.Arbitrary<Chunk> = fc
  .record({ isCandle: fc.boolean(), exchange: fc.constantFrom('binance', 'bybit'), from: when, received: receipt,
    values: fc.array(fc.oneof({ weight: 5, arbitrary: value }, { weight: 1, arbitrary: fc.constant(Number.NaN) }), { minLength: 1, maxLength: 90 }),
    every: fc.constantFrom(1, 1, 3), usdBasis: basis, isBar: fc.boolean() }) // prettier-ignore
  .map(({ isCandle, exchange, from, received, values, every, usdBasis, isBar }) => {
    const { atMs: _, ...shared } = isCandle ? candle({ barMs: STEP_MS }) : openInterest();
    const own = { exchange, instrument: `${exchange}:BTCUSDT` as const, receivedAtMs: received };
    const numbers = isCandle ? ['openQuote', 'highQuote', 'lowQuote', 'closeQuote'] : ['openInterestBase'];
    const rest = Object.entries(shared).filter(([name]) => !numbers.includes(name));
    const column = Float64Array.from(values);
    const atMs = Float64Array.from(values, (_value, index) => from + index * every * STEP_MS);
    const base = { ...Object.fromEntries(rest), ...own } as unknown as Chunk['shared'];
    if (isCandle) return { shared: base, atMs, columns: { closeQuote: column, volumeBase: column, volumeUsd: column.map((one) => one / 2) } };
    const named = { ...(usdBasis === undefined ? {} : { usdBasis }), ...(isBar ? { barMs: STEP_MS } : {}) };
    return { shared: { ...base, ...named } as Chunk['shared'], atMs, columns: { openInterestBase: column } };
  }); // prettier-ignore

const query: fc.Arbitrary<HistoryQuery<ObservationKind>> = fc.record(
  {
    kind: fc.constantFrom<ObservationKind>('open-interest', 'candle', 'liquidation'),
    exchange: fc.constantFrom('binance', 'bybit'),
    facet: fc.constantFrom('now', 'bar-3600000', 'bar-1200000', 'mark-1200000', 'x'),
    fromMs: when,
    toMs: when,
    knownAtMs: receipt,
  },
  { requiredKeys: ['kind'] },
);

const columnsQuery: fc.Arbitrary<ColumnsQuery<ObservationKind>> = fc
  .record(
    {
      fields: fc.constantFrom(
        ['openInterestBase', 'closeQuote'],
        ['openInterestUsd', 'volumeBase', 'priceQuote'],
      ),
      stepMs: fc.constantFrom(HOUR_MS, DAY_MS, 2 * HOUR_MS),
      query,
    },
    { requiredKeys: ['fields', 'query'] },
  )
  .map(({ query: asked, ...rest }) => ({ ...asked, ...rest }));

/** Some of it absent: what is kept for ever. */
const before = fc.record({ live: when, fiveMinutes: when, hourly: when, daily: when }, { requiredKeys: [] });

/** What a note protects from being pruned, or that one is taken back. */
const note: fc.Arbitrary<KeepNote | null> = fc.option(
  fc
    .record({ kind: fc.constantFrom<ObservationKind>('open-interest', 'candle', 'liquidation'), one: when, other: when })
    .map(({ kind, one, other }) => ({ asset: 'BTC', kind, fromMs: Math.min(one, other), toMs: Math.max(one, other), metric: kind, step: '1h', why: 'a study' })),
); // prettier-ignore

export const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('append' as const), rows: fc.array(fc.oneof(row, row, chunk), { maxLength: 6, ...isFew }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('note' as const), rows: fc.array(row, { maxLength: 2 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('tidy' as const), slices: fc.integer({ min: 1, max: 30 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('prune' as const), before }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('keep' as const), key: fc.constantFrom('a', 'b'), note }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('query' as const, 'latest' as const, 'extremes' as const), query }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('columns' as const), query: columnsQuery }) },
); // prettier-ignore
