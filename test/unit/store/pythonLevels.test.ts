import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, before, beforeEach, describe, it } from 'mocha';
import { mayLevelBarsRun } from '../../../src/core/levelBars.ts';
import type { Observation } from '../../../src/core/observation.ts';
import { DAY_MS, HOUR_MS } from '../../../src/core/units.ts';
import { readRange } from '../../../src/series/range/readRange.ts';
import { openSqliteStore, type SqliteStore } from '../../../src/store/sqliteStore.ts';
import { exchangeAdapters } from '../../../src/sources/exchanges/registry.ts';
import { fiveMinuteRatios, levelRows, LEVELS_NOW_MS } from '../../support/levelRows.ts';
import { DAY0 } from '../../support/queryRig.ts';
import { runPython, skipWithoutPython } from './python.ts';

const PROGRAM = `
import json, sys
sys.path.insert(0, sys.argv[1])
import perpscope
metric, step, since, until = sys.argv[3:7]
found = perpscope.series("BTC", metric, since=int(since), until=int(until) - 1, step=step, store=sys.argv[2], frame="plain")
at = found.pop("atMs")
print(json.dumps({name.split(".")[0]: [[when, value] for when, value in zip(at, column) if value == value] for name, column in found.items() if not name.startswith("aggregate.")}))
`;
const STEPS = { '5m': HOUR_MS / 12, '1h': HOUR_MS, '1d': DAY_MS } as const;
type Values = Record<string, [number, number][]>;

describe('bars of five minutes in Python', () => {
  let [folder, store] = ['', undefined as unknown as SqliteStore];
  before(skipWithoutPython);
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'perpscope-levels-'));
    store = await openSqliteStore(join(folder, 'h.sqlite'), { source: 'live' });
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const write = async (rows: readonly Observation[]): Promise<void> => {
    await store.append(rows);
    await store.settle();
  };
  const inPython = (metric: string, step: keyof typeof STEPS): Values =>
    JSON.parse(
      runPython(PROGRAM, [join(folder, 'h.sqlite'), metric, step, String(DAY0), String(LEVELS_NOW_MS)]),
    ) as Values;
  const inQuery = async (id: Parameters<typeof readRange>[1]['id'], step: keyof typeof STEPS): Promise<Values> => {
    const range = await readRange(store, { asset: 'BTC', id, stepMs: STEPS[step], fromMs: DAY0, toMs: LEVELS_NOW_MS, nowMs: LEVELS_NOW_MS, isSummed: false });
    const found: Values = Object.fromEntries(range.columns.map(({ exchange }) => [exchange, []]));
    for await (const { firstMs, columns } of range.rows())
      for (const [index, { exchange }] of range.columns.entries())
        for (const [at, value] of (columns[index] ?? []).entries())
          if (!Number.isNaN(value)) found[exchange]?.push([firstMs + at * STEPS[step], value]);
    return found;
  }; // prettier-ignore

  for (const [metric, step] of [['open-interest', '1h'], ['open-interest-daily', '1d']] as const)
    it(`are what they are in a query of ${metric}: rows of their own labels, behind longer bars`, async () => {
      const { rows, counts } = levelRows(STEPS[step]);
      await write(rows);
      const found = inPython(metric, step);
      assert.deepEqual(found, await inQuery(metric, step));
      assert.deepEqual(Object.fromEntries(Object.entries(found).map(([exchange, { length }]) => [exchange, length])), counts);
    }); // prettier-ignore

  it('are no hours of an exchange whose bars may say another moment, of ratios either', async () => {
    await write(fiveMinuteRatios());
    const hours = inPython('long-short-ratio', '1h');
    assert.deepEqual(Object.keys(hours), ['okx']);
    assert.deepEqual(hours, await inQuery('long-short-ratio', '1h'));
    assert.deepEqual(inPython('long-short-ratio', '5m'), await inQuery('long-short-ratio', '5m'));
  });

  it('are left out of the exchanges that the adapters name', () => {
    const program = 'import sys, json; sys.path.insert(0, sys.argv[1]); import perpscope; print(json.dumps(perpscope.LEVEL_BARS_RUN))'; // prettier-ignore
    const own = exchangeAdapters.map(({ id }) => id).filter(mayLevelBarsRun);
    assert.deepEqual(JSON.parse(runPython(program, [])), own);
  });
});
