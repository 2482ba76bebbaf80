import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, before, beforeEach, describe, it } from 'mocha';
import { python3 } from '../../../scripts/python.mjs';
import type { Observation } from '../../../src/core/observation.ts';
import { DAY_MS, MINUTE_MS } from '../../../src/core/units.ts';
import { openSqliteStore } from '../../../src/store/sqliteStore.ts';
import { openInterestChunk } from './floorSuite.ts';
import { skipWithoutPython } from './python.ts';
import { T0, candle, liquidation, openInterest } from './rows.ts';

const reader = fileURLToPath(new URL('../../../python/perpscope.py', import.meta.url));
const program = `
import json, sys
sys.path.insert(0, sys.argv[1])
from perpscope import open_store
with open_store(sys.argv[2]) as history:
    found = [{**one._asdict(), 'rows': history.rows(one, **json.loads(sys.argv[3]))} for one in history.series()]
    json.dump({'source': history.source, 'series': found, 'damaged': history.damaged}, sys.stdout)
`;

interface Read {
  readonly source: string;
  readonly damaged: number;
  readonly series: readonly {
    readonly kind: string;
    readonly facet: string;
    readonly rows: readonly Record<string, unknown>[];
  }[];
}

describe('the reader in Python', () => {
  let folder: string;
  let file: string;
  before(skipWithoutPython);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'perpscope-python-'));
    file = join(folder, 'history.db');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function read(times: object = {}): Read {
    const args = ['-c', program, join(reader, '..'), file, JSON.stringify(times)];
    const { status, stdout, stderr } = spawnSync(python3() ?? '', args, { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    return JSON.parse(stdout) as Read;
  }

  /** Rows as the reader gives them. */
  const plain = (rows: readonly Observation[]): unknown[] =>
    rows.map(
      ({
        atMs,
        receivedAtMs,
        kind: _k,
        exchange: _x,
        venueSymbol: _v,
        baseAsset: _b,
        instrument: _i,
        endpoint: _e,
        ...values
      }) => ({
        at_ms: atMs,
        received_at_ms: receivedAtMs,
        ...values,
      }),
    );

  async function fill(): Promise<Map<string, unknown[]>> {
    const store = await openSqliteStore(file, { source: 'live' });
    const late = { receivedAtMs: T0 + 90 * DAY_MS };
    const decimals = Array.from(
      { length: 3_000 },
      (_, row) => Math.round(1e6 * Math.sin(row / 9)) / 1_000 + 50,
    );
    await store.append([
      openInterestChunk(
        decimals.map((value, row) => (row % 7 === 3 ? Number.NaN : value)),
        late,
      ),
    ]);
    const wild = [1 / 3, 5e-324, 1e300, 2 ** 53 + 2, 0.1 + 0.2, 123_456_789.123, 1e15, -1e15, 4];
    await store.append(
      wild.map((value, row) =>
        candle({ atMs: T0 + row * MINUTE_MS, closeQuote: value, volumeBase: value / 7 }),
      ),
    );
    const steep = Float64Array.from({ length: 40 }, (_, row) => (row % 2) * 2 ** 40 + row / 8);
    const shared = { ...openInterestChunk([], late).shared, endpoint: 'steep' };
    await store.append([
      { shared, atMs: Float64Array.from(steep, (_, row) => T0 + row), columns: { openInterestUsd: steep } },
    ]);
    await store.append([
      candle({ atMs: T0 + 3 * DAY_MS }),
      liquidation({ eventId: 'é "x"' }),
      openInterest({ atBasis: 'received' }),
    ]);
    await store.append([
      openInterestChunk([7, 8], { receivedAtMs: T0 + 91 * DAY_MS }),
      candle({ receivedAtMs: T0 + 900, closeQuote: 5 }),
    ]);
    await store.settle();
    const expected = new Map<string, unknown[]>();
    for (const kind of ['open-interest', 'candle', 'liquidation'] as const)
      expected.set(kind, plain(await store.query({ kind })));
    expected.set('known', plain(await store.query({ kind: 'candle', knownAtMs: T0 + 600 })));
    await store.close();
    return expected;
  }

  const of = ({ series }: Read, kind: string): unknown[] =>
    series.filter((one) => one.kind === kind).flatMap(({ rows }) => rows);
  const sorted = (rows: readonly unknown[]): string[] =>
    rows.map((row) => JSON.stringify(row, Object.keys(row as object).sort())).sort();

  it('reads every row of blocks and row area, number for number', async () => {
    const expected = await fill();
    const found = read();
    assert.deepEqual([found.source, found.damaged], ['live', 0]);
    for (const kind of ['open-interest', 'candle', 'liquidation'])
      assert.deepEqual(sorted(of(found, kind)), sorted(expected.get(kind) ?? []));
  });

  it('reads a time, and what was known then', async () => {
    const expected = await fill();
    assert.deepEqual(
      sorted(of(read({ known_at_ms: T0 + 600 }), 'candle')),
      sorted(expected.get('known') ?? []),
    );
    const times = of(read({ from_ms: T0 + MINUTE_MS, to_ms: T0 + 3 * MINUTE_MS }), 'candle');
    assert.equal(times.length, 2);
  });

  it('leaves out and counts what is damaged', async () => {
    await fill();
    const db = new DatabaseSync(file);
    db.exec('UPDATE part SET data = zeroblob(length(data)) WHERE id = (SELECT max(id) FROM part)');
    db.exec("UPDATE observation SET payload = substr(payload, 1, 20) WHERE event <> ''");
    db.close();
    const { damaged, series } = read();
    assert.ok(damaged >= 1);
    assert.deepEqual(series.find(({ kind }) => kind === 'liquidation')?.rows, []);
  });

  it('writes CSV as a command', async () => {
    await fill();
    const { stdout } = spawnSync(
      python3() ?? '',
      [reader, file, '--kind', 'candle', '--from-ms', String(T0 + 3 * DAY_MS)],
      { encoding: 'utf8' },
    );
    const [names = '', row = ''] = stdout.split(/\r?\n/);
    assert.match(names, /^instrument,kind,facet,endpoint,at_ms,received_at_ms,/);
    assert.match(row, new RegExp(`^binance:BTCUSDT,candle,mark-60000,GET /klines,${T0 + 3 * DAY_MS},`));
  });

  it('has a view of the row area for every other reader', async () => {
    await fill();
    const db = new DatabaseSync(file);
    const [row] = db.prepare("SELECT instrument, payload FROM readable_row WHERE kind = 'liquidation'").all();
    assert.equal(row?.['instrument'], 'binance:BTCUSDT');
    assert.equal((JSON.parse(String(row['payload'])) as { sizeBase: number }).sizeBase, 1);
    db.close();
  });
});
