import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Observation } from '../../../../src/core/observation.ts';
import { DAY_MS, HOUR_MS } from '../../../../src/core/units.ts';
import { exchangeAdapters } from '../../../../src/sources/exchanges/registry.ts';
import { decodeEnvelope, instrumentsAmong } from '../../../support/decodeEnvelope.ts';
import { QueryRig } from '../../../support/queryRig.ts';
import { recordedFolder, recordedPayloads } from '../../../support/recorded.ts';
import { runPython, skipWithoutPython } from '../../store/python.ts';
import { imported } from '../import/support.ts';

/** Real bytes in, and out again by everything that reads: each number has to be the very same double. */

const SERIES = join(import.meta.dirname, '../../../../../shared/series/binance-btcusdt-1h.csv');
type Values = Map<string, number>;
const keyOf = (exchange: string, atMs: number): string => `${exchange} ${atMs}`;

/** A metric of an asset, and the column that it fills. */
interface Asked {
  readonly asset: string;
  readonly metric: string;
  readonly column: string;
  readonly since: string;
  readonly exchanges: string;
  readonly step: string;
}

async function byDuckDb(source: string, column: string): Promise<Values> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const sql = `SELECT exchange, CAST(epoch_ms("time"::TIMESTAMP) AS DOUBLE) AS at, CAST(${column} AS DOUBLE) AS value FROM ${source} WHERE ${column} IS NOT NULL`;
  const rows = (await connection.runAndReadAll(sql)).getRowObjectsJS() as {
    exchange: string;
    at: number;
    value: number;
  }[];
  connection.closeSync();
  instance.closeSync();
  return new Map(rows.map(({ exchange, at, value }) => [keyOf(exchange, at), value]));
}

describe('real bytes', () => {
  let rig: QueryRig;
  beforeEach(() => {
    rig = new QueryRig();
    rig.nowMs = Date.UTC(2026, 10, 29);
  });
  afterEach(() => rig.remove());

  /** What a metric is, by Parquet and CSV in DuckDB's hands, by CSV in Python's, and by the product's own query. */
  async function readers(asked: Asked): Promise<Record<string, Values>> {
    const { asset, metric, column, since, exchanges, step } = asked;
    const call = `--asset ${asset} --since ${since} --exchange ${exchanges} --step ${step}`;
    const [csv, parquet] = [join(rig.folder, 'csv'), join(rig.folder, 'parquet')];
    for (const [format, out] of [
      ['csv', csv],
      ['parquet', parquet],
    ] as const)
      assert.equal((await rig.export(`${call} --metrics ${metric} --format ${format} --out ${out}`)).code, 0);
    const name = `${asset}-${metric}-${step}`;
    const { text } = await rig.run(`${call} --metric ${metric} --format ndjson`);
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const program = `
import csv, json, sys
rows = csv.DictReader(open(sys.argv[2], newline=""))
print(json.dumps([[row["exchange"], int(row["atMs"]), float(row["${column}"])] for row in rows if row["${column}"] != ""]))
`;
    const python = JSON.parse(runPython(program, [join(csv, `${name}.csv`)])) as [string, number, number][];
    return {
      parquet: await byDuckDb(`read_parquet('${join(parquet, `${name}.parquet`)}')`, column),
      csv: await byDuckDb(`read_csv('${join(csv, `${name}.csv`)}', header = true)`, column),
      python: new Map(python.map(([exchange, at, value]) => [keyOf(exchange, at), value])),
      query: new Map(
        lines
          .filter((row) => row[column] !== null && row[column] !== undefined)
          .map((row) => [keyOf(String(row['exchange']), Number(row['atMs'])), Number(row[column])]),
      ),
    };
  }

  function assertSame(found: Readonly<Record<string, Values>>, wanted: Values): void {
    for (const [reader, values] of Object.entries(found)) {
      assert.equal(values.size, wanted.size, reader);
      for (const [key, value] of wanted)
        assert.ok(Object.is(values.get(key), value), `${reader}, ${key}: ${values.get(key)}, not ${value}`);
    }
  }

  it('of a series file come back from every reader as the doubles that stand in the file', async function () {
    skipWithoutPython.call(this);
    if (!existsSync(SERIES)) return this.skip();
    await imported(
      ['--csv', SERIES, '--layout', 'binance-1h', '--asset', 'BTC', '--source', 'mine', '--store', rig.file],
      rig.nowMs,
    );
    const [head = '', ...lines] = readFileSync(SERIES, 'utf8').trim().split('\n');
    const names = head.trim().split(',');
    const columnOf = (name: string, plusMs: number): Values =>
      new Map(
        lines.flatMap((line): [string, number][] => {
          const cells = line.trim().split(',');
          const [at, value] = [Number(cells[names.indexOf('time_ms')]), cells[names.indexOf(name)] ?? ''];
          return value === '' ? [] : [[keyOf('import:mine', at + plusMs), Number(value)]];
        }),
      );
    const mine = { asset: 'BTC', since: '2024-06-01', exchanges: 'import:mine', step: '1h' } as const;
    const closes = columnOf('close', 0);
    assert.ok(closes.size > 1_400);
    assertSame(await readers({ ...mine, metric: 'last-close', column: 'closeQuote' }), closes);
    // The amount at the end of an hour is that of the moment at which the next one begins.
    assertSame(
      await readers({ ...mine, metric: 'open-interest', column: 'openInterestBase' }),
      columnOf('oi_close', HOUR_MS),
    );
  });

  it('of recorded answers come back from every reader as the doubles that were decoded', async function () {
    skipWithoutPython.call(this);
    if (recordedFolder === undefined) return this.skip();
    // What of the recorded answers has rows that are hours or days of one instrument.
    const probes = [
      {
        id: 'bybit',
        asset: 'BTC',
        kind: 'candle',
        barMs: HOUR_MS,
        metric: 'last-close',
        step: '1h',
        column: 'closeQuote',
      },
      {
        id: 'binance',
        asset: 'LTC',
        kind: 'open-interest',
        barMs: DAY_MS,
        metric: 'open-interest-daily',
        step: '1d',
        column: 'openInterestBase',
      },
    ] as const;
    for (const { id, asset, kind, barMs, metric, step, column } of probes) {
      const adapter = exchangeAdapters.find((one) => one.id === id);
      assert.ok(adapter);
      const envelopes = recordedPayloads(id).map(({ envelope }) => envelope);
      const table = instrumentsAmong(adapter, envelopes);
      const own = envelopes
        .flatMap((envelope): readonly Observation[] => decodeEnvelope(adapter, envelope, table).observations)
        .filter(
          (row) => row.kind === kind && 'barMs' in row && row.barMs === barMs && row.baseAsset === asset,
        )
        .filter((row) => row.kind !== 'candle' || row.priceType === 'last');
      rig.remove();
      rig = new QueryRig();
      const times = own.map(({ atMs }) => atMs);
      rig.nowMs = Math.max(...times) + 2 * DAY_MS;
      await rig.write(own.map((row) => ({ ...row, receivedAtMs: rig.nowMs })));
      const valueOf = (row: Observation): number =>
        Number((row as unknown as Record<string, unknown>)[column]);
      const wanted: Values = new Map(own.map((row) => [keyOf(id, row.atMs), valueOf(row)]));
      assert.ok(wanted.size >= 3, `${id}: ${wanted.size} rows`);
      const since = new Date(Math.min(...times) - DAY_MS).toISOString().slice(0, 10);
      assertSame(await readers({ asset, metric, column, since, exchanges: id, step }), wanted);
    }
  });
});
