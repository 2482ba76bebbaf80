import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { readRange } from '../../../src/series/range/readRange.ts';
import { RANGE_STEPS, type RangeStore } from '../../../src/series/range/rangeQuery.ts';
import type { Observation } from '../../../src/core/observation.ts';
import { DAY_MS, HOUR_MS } from '../../../src/core/units.ts';
import type { StoredColumns } from '../../../src/store/historyStore.ts';
import { createMemoryStore } from '../../../src/store/memoryStore.ts';
import { fiveMinuteRatios, levelRows, LEVELS_NOW_MS } from '../../support/levelRows.ts';
import { DAY0, openInterestHours } from '../../support/queryRig.ts';
import { seriesOfRows } from './seriesOfRows.ts';

const EXCHANGES = ['binance', 'bybit', 'okx'];
const STEP = RANGE_STEPS['5m'];

/** A store that makes up its rows as they are asked for, and notes how much of a time is asked for at once. */
function endlessStore(fromMs: number, toMs: number): { store: RangeStore; asked: number[] } {
  const asked: number[] = [];
  const columns = (query: { fromMs?: number; toMs?: number; facet?: string }): Promise<StoredColumns[]> => {
    if (query.facet !== `bar-${STEP}`) return Promise.resolve([]);
    const [from, to] = [Math.max(fromMs, query.fromMs ?? 0), Math.min(toMs, query.toMs ?? 0)];
    asked.push((query.toMs ?? Infinity) - (query.fromMs ?? -Infinity));
    const length = Math.max(0, Math.ceil((to - from) / STEP));
    const atMs = Float64Array.from({ length }, (_, at) => from + at * STEP);
    const shared = (exchange: string) => ({
      ...{ kind: 'open-interest', exchange, venueSymbol: 'X', baseAsset: 'BTC', sides: 'one', barMs: STEP },
      ...{ instrument: `${exchange}:X`, endpoint: 'GET /oi' },
    });
    return Promise.resolve(
      EXCHANGES.map((exchange, index) => ({
        shared: shared(exchange) as unknown as StoredColumns['shared'],
        ...{ atMs, receivedAtMs: atMs },
        columns: { openInterestBase: atMs.map((one) => 1000 * (index + 1) + ((one / STEP) % 7)) },
      })),
    );
  };
  return { store: { columns: columns as unknown as RangeStore['columns'] }, asked };
}

describe('a range', () => {
  it('of twenty years at five minutes is read and stated piece by piece', async function () {
    this.timeout(60_000);
    const toMs = DAY0;
    const fromMs = toMs - 20 * 365 * DAY_MS;
    const { store, asked } = endlessStore(fromMs, toMs);
    const range = await readRange(store, { asset: 'BTC', id: 'open-interest', stepMs: STEP, fromMs, toMs, nowMs: toMs, isSummed: true }); // prettier-ignore
    let [steps, last] = [0, Number.NaN];
    for await (const rows of range.rows()) {
      steps += rows.steps;
      last = rows.sum?.at(-1) ?? Number.NaN;
    }
    assert.equal(steps, (toMs - fromMs) / STEP);
    assert.equal(last, 6000 + 3 * (((toMs - STEP) / STEP) % 7));
    assert.ok(Math.max(...asked) <= 32 * DAY_MS, 'more than a piece was asked for at once');
    assert.ok(asked.length > (steps * STEP) / (30 * DAY_MS) + 10, 'every piece was kept');
  });

  it('states what the charts state, hour by hour, exchange by exchange', async () => {
    const nowMs = DAY0 + 40 * HOUR_MS;
    const wave = (level: number): number[] => Array.from({ length: 40 }, (_, at) => (at % 9 === 4 ? Number.NaN : level + Math.sin(at) * level * 0.01)); // prettier-ignore
    const second = openInterestHours('binance', wave(70)).map((row) => ({ ...row, venueSymbol: 'BTCUSD', instrument: 'binance:BTCUSD' as const })); // prettier-ignore
    const ended = openInterestHours('okx', wave(30).slice(0, 20)).map((row) => ({ ...row, venueSymbol: 'OLD', instrument: 'okx:OLD' as const })); // prettier-ignore
    const readings = openInterestHours('gate', wave(20)).map(({ ...row }) => {
      delete (row as { barMs?: number }).barMs;
      return { ...row, atMs: row.atMs + 240_000, receivedAtMs: row.atMs + 250_000 };
    });
    // An instrument with bars is stated by these alone.
    const beside = readings.map((row) => ({ ...row, exchange: 'okx', instrument: 'okx:BTCUSDT' as const }));
    const rows = [
      ...beside,
      ...openInterestHours('binance', wave(100)),
      ...second,
      ...openInterestHours('okx', wave(50), { sides: 'both' }),
      ...ended,
      ...readings,
      ...openInterestHours('htx', wave(10), { sides: 'unverified' }),
    ];
    const sidesOf = (exchange: string) => (exchange === 'htx' ? ('both' as const) : undefined);
    const charts = seriesOfRows(rows, nowMs, { sidesOf }).column('open-interest');
    const store = createMemoryStore('live');
    await store.append(rows);
    const range = await readRange(store, { asset: 'BTC', id: 'open-interest', stepMs: HOUR_MS, fromMs: DAY0, toMs: nowMs, nowMs, isSummed: false, sidesOf }); // prettier-ignore
    assert.deepEqual(range.columns.map(({ exchange }) => exchange), [...charts.keys()]); // prettier-ignore
    for await (const { firstMs, steps, columns } of range.rows())
      for (const [index, { exchange }] of range.columns.entries()) {
        const chart = charts.get(exchange);
        const from = (firstMs - (chart?.firstMs ?? 0)) / HOUR_MS;
        assert.deepEqual(columns[index], chart?.values.slice(from, from + steps), exchange);
      }
  });

  for (const [id, stepMs] of [['open-interest', HOUR_MS], ['open-interest-daily', DAY_MS]] as const)
    it(`states of ${id} what the charts make of five-minute levels, and nothing of bars that may say another moment`, async () => {
      const nowMs = LEVELS_NOW_MS;
      const { rows, counts } = levelRows(stepMs);
      const store = createMemoryStore('live');
      await store.append(rows);
      const charts = seriesOfRows(rows, nowMs).column(id);
      const range = await readRange(store, { asset: 'BTC', id, stepMs, fromMs: DAY0, toMs: nowMs, nowMs, isSummed: false });
      const found = new Map<string, (readonly [number, number])[]>();
      for await (const { firstMs, columns } of range.rows())
        for (const [index, { exchange }] of range.columns.entries())
          found.set(exchange, pairsOf(firstMs, stepMs, columns[index] ?? []));
      assert.deepEqual(found, new Map([...charts].map(([exchange, { firstMs, values }]) => [exchange, pairsOf(firstMs, stepMs, values)])));
      assert.deepEqual(Object.fromEntries([...found].map(([exchange, { length }]) => [exchange, length])), counts);
    }); // prettier-ignore

  it('begins each day at midnight, also of an exchange whose own days begin at another hour', async () => {
    const store = createMemoryStore('live');
    const { rows } = levelRows(HOUR_MS);
    const [first] = rows.filter(({ exchange }) => exchange === 'okx');
    const own = { ...first, endpoint: 'GET /days', barMs: DAY_MS, atMs: DAY0 + 16 * HOUR_MS, openInterestBase: 5 };
    await store.append([...rows, own as Observation]);
    const range = await readRange(store, { asset: 'BTC', id: 'open-interest-daily', stepMs: DAY_MS, fromMs: DAY0, toMs: DAY0 + 2 * DAY_MS, nowMs: LEVELS_NOW_MS, exchanges: ['okx'], isSummed: false });
    const found: number[][] = [];
    for await (const { firstMs, columns } of range.rows()) found.push([firstMs, ...(columns[0] ?? [])]);
    assert.deepEqual(found, [[DAY0, 600, 600 + (288 % 7)]]);
  }); // prettier-ignore

  it('makes of the five-minute ratios of such an exchange no hours either, and of others their own labels', async () => {
    const nowMs = LEVELS_NOW_MS;
    const store = createMemoryStore('live');
    await store.append(fiveMinuteRatios());
    const asked = { asset: 'BTC', id: 'long-short-ratio', fromMs: DAY0, toMs: nowMs, nowMs, isSummed: false } as const;
    const columnsAt = async (stepMs: number) => {
      const range = await readRange(store, { ...asked, stepMs });
      return range.columns.map(({ exchange }) => exchange);
    };
    assert.deepEqual(await columnsAt(HOUR_MS), ['okx']);
    assert.deepEqual(await columnsAt(STEP), ['gate', 'okx'], 'bars of the step itself are stated as they are');
  }); // prettier-ignore
});

/** Labels with their values, without what is absent. */
function pairsOf(firstMs: number, stepMs: number, values: ArrayLike<number>): (readonly [number, number])[] {
  return Array.from(values, (value, at) => [firstMs + at * stepMs, value] as const).filter(([, value]) => !Number.isNaN(value)); // prettier-ignore
}
