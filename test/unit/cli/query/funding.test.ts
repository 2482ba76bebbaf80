import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { FundingRate, Observation } from '../../../../src/core/observation.ts';
import { HOUR_MS } from '../../../../src/core/units.ts';
import { DAY0, QueryRig } from '../../../support/queryRig.ts';
import { runPython, skipWithoutPython } from '../../store/python.ts';

const asked = '--metric funding --since 2026-01-01';
const linesOf = (text: string): string[] => text.trimEnd().split('\n');

/** A settlement of an exchange so many hours after the start, some ms beside its hour as they are. */
function settled(
  exchange: string,
  hour: number,
  rate: number,
  changes: Partial<FundingRate> = {},
): Observation {
  const atMs = DAY0 + hour * HOUR_MS + 7;
  return {
    ...{ exchange, venueSymbol: 'BTCUSDT', baseAsset: 'BTC', instrument: `${exchange}:BTCUSDT`, endpoint: 'GET /funding' },
    ...{ kind: 'funding-rate', phase: 'settled', fundingRatePerInterval: rate, intervalMs: 8 * HOUR_MS, intervalBasis: 'payload' },
    ...{ atMs, receivedAtMs: atMs + 1_000 },
    ...changes,
  } as Observation; // prettier-ignore
}
const HOURLY = { intervalMs: HOUR_MS };

describe('settled funding', () => {
  let rig: QueryRig;
  beforeEach(() => (rig = new QueryRig()));
  afterEach(() => rig.remove());

  it('is a row a settlement: the rate, the interval that it is of, and the simple yearly rate apart', async () => {
    await rig.write([settled('okx', 8, 0.0001), settled('okx', 16, -0.0002), settled('hyperliquid', 8, 0.00001, HOURLY)]);
    const { code, text } = await rig.run(`${asked} --format csv`);
    assert.equal(code, 0);
    assert.deepEqual(linesOf(text), [
      'time,atMs,exchange,fundingRatePerInterval,intervalMs,fundingRatePerYear,source',
      `2026-01-01T08:00:00.000Z,${DAY0 + 8 * HOUR_MS},hyperliquid,0.00001,3600000,0.0876,live`,
      `2026-01-01T08:00:00.000Z,${DAY0 + 8 * HOUR_MS},okx,0.0001,28800000,${0.0001 * 1_095},live`,
      `2026-01-01T16:00:00.000Z,${DAY0 + 16 * HOUR_MS},okx,-0.0002,28800000,${-0.0002 * 1_095},live`,
    ]);
    const table = await rig.run(asked);
    assert.deepEqual(linesOf(table.text).slice(2), [
      '2026-01-01 08:00 UTC      +0.00100 % / 1 h     +0.0100 % / 8 h',
      '2026-01-01 16:00 UTC                     –     −0.0200 % / 8 h',
    ]); // hours without a settlement are no lines
  }); // prettier-ignore

  it('has no yearly rate of a guessed interval, and takes a stated one before it, whichever endpoint is the last', async () => {
    const guessed = { intervalBasis: 'venue-default', endpoint: 'Z /files', fundingRatePerInterval: 0.0003 } as const;
    await rig.write([settled('okx', 8, 0, guessed), settled('okx', 16, 0.0001), settled('okx', 16, 0, { ...guessed, intervalMs: 4 * HOUR_MS })]);
    const rows = linesOf((await rig.run(`${asked} --format ndjson`)).text).map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual(rows.map((row) => [row['fundingRatePerInterval'], row['intervalMs'], row['fundingRatePerYear']]), [
      [0.0003, 8 * HOUR_MS, null],
      [0.0001, 8 * HOUR_MS, 0.0001 * 1_095],
    ]);
  }); // prettier-ignore

  it('has a gap where a settlement is missing, and none where the interval changes', async () => {
    const fours = [4, 8, 12].map((hour) => settled('okx', 8 + hour, 0.0001, { intervalMs: 4 * HOUR_MS }));
    await rig.write([settled('okx', 0, 0.0001), settled('okx', 8, 0.0001), ...fours, settled('okx', 28, 0.0001), settled('okx', 44, 0.0001)]);
    const found = JSON.parse((await rig.run(`${asked} --json`)).text) as { rows: unknown[]; gaps: unknown[]; sources: object[] };
    assert.equal(found.rows.length, 7);
    const missing = { firstMs: DAY0 + 36 * HOUR_MS, lastMs: DAY0 + 36 * HOUR_MS, steps: 1 };
    assert.deepEqual(found.gaps, [{ exchange: 'okx', ...missing, cause: 'not-stored' }]);
    assert.deepEqual(found.sources.map((one) => (one as { rowsAre: string }).rowsAre), ['settlements, at the nearest hour']);
  }); // prettier-ignore

  it('is nothing, and said so, where only running rates were read', async () => {
    await rig.write([settled('okx', 8, 0.0001, { phase: 'predicted' })]);
    const { code, text, notes } = await rig.run(asked);
    assert.deepEqual([code, text], [1, '']);
    assert.match(notes.join(), /has no funding of BTC in this time/);
  });

  it('is exported with the unit and meaning of each column', async () => {
    await rig.write([settled('okx', 8, 0.0001)]);
    const out = join(rig.folder, 'out');
    for (const format of ['csv', 'parquet']) {
      assert.equal((await rig.export(`--metrics funding --since 2026-01-01 --format ${format} --out ${out}`)).code, 0);
      const manifest = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')) as { files: { file: string; rows: number; columns: { name: string; unit: string }[] }[] };
      const [file] = manifest.files;
      assert.deepEqual([file?.file, file?.rows], [`BTC-funding-1h.${format}`, 1]);
      const units = Object.fromEntries((file?.columns ?? []).map(({ name, unit }) => [name, unit]));
      assert.deepEqual([units['fundingRatePerInterval'], units['intervalMs'], units['fundingRatePerYear']], ['fraction per interval', 'ms', 'fraction per year']);
    }
  }); // prettier-ignore

  it('is in Parquet what it is in text: settlements alone, each with its own interval and yearly rate or none', async () => {
    const guessed = { intervalBasis: 'venue-default', endpoint: 'Z /files', intervalMs: 4 * HOUR_MS } as const;
    await rig.write([settled('okx', 8, 0.0001), settled('okx', 12, -0.0002, guessed), settled('okx', 20, 0), settled('okx', 36, 0), settled('hyperliquid', 8, 0.00001, HOURLY)]);
    const out = join(rig.folder, 'out');
    const call = '--metrics funding --since 2026-01-01';
    await rig.export(`${call} --format parquet --out ${out}`);
    const bytes = new Uint8Array(readFileSync(join(out, 'BTC-funding-1h.parquet'))).buffer;
    const names = ['exchange', 'fundingRatePerInterval', 'intervalMs', 'fundingRatePerYear'];
    const cellsOf = (row: Record<string, unknown>): unknown[] => names.map((name) => row[name] ?? null);
    const parquet = (await parquetReadObjects({ file: bytes })).map((row) => [(row['time'] as Date).getTime(), ...cellsOf(row)]);
    assert.deepEqual(parquet.map(([at, ...cells]) => [(Number(at) - DAY0) / HOUR_MS, ...cells]), [
      [8, 'hyperliquid', 0.00001, HOUR_MS, 0.0876],
      [8, 'okx', 0.0001, 8 * HOUR_MS, 0.0001 * 1_095],
      [12, 'okx', -0.0002, 4 * HOUR_MS, null],
      [20, 'okx', 0, 8 * HOUR_MS, 0],
      [36, 'okx', 0, 8 * HOUR_MS, 0],
    ]);
    assert.equal(Number(parquetMetadata(bytes).num_rows), 5);
    const { files: [of] } = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')) as { files: [{ rows: number; gaps: object[] }] };
    const missing = { firstMs: DAY0 + 28 * HOUR_MS, lastMs: DAY0 + 28 * HOUR_MS, steps: 1 };
    assert.deepEqual([of.rows, of.gaps], [5, [{ exchange: 'okx', ...missing, cause: 'not-stored' }]]);
    await rig.export(`${call} --format ndjson --out ${out}`);
    const text = linesOf(readFileSync(join(out, 'BTC-funding-1h.ndjson'), 'utf8')).map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual(text.map((row) => [row['atMs'], ...cellsOf(row)]), parquet);
  }); // prettier-ignore

  it('is to the double what Python says of it', async function () {
    skipWithoutPython.call(this);
    rig.nowMs = Date.UTC(2026, 0, 6);
    const rates = Array.from({ length: 12 }, (_, at) => settled('okx', 8 * at, 0.0001 / (at + 3), { atMs: DAY0 + 8 * at * HOUR_MS + (at % 2 === 0 ? 9 : -9) }));
    await rig.write([...rates, ...[3, 4, 5].map((hour) => settled('deribit', hour, 0.1 / (hour + 7), HOURLY)), settled('gate', 9, 0.1, { intervalBasis: 'venue-default' })]);
    const rows = linesOf((await rig.run(`${asked} --format ndjson`)).text).map((line) => JSON.parse(line) as Record<string, unknown>);
    const own = rows.flatMap((row) => (row['fundingRatePerYear'] === null ? [] : [[row['exchange'], row['atMs'], row['fundingRatePerYear']]]));
    const program = `
import json, sys
sys.path.insert(0, sys.argv[1])
import perpscope
try:
    perpscope.series("BTC", "funding", step="1d", store=sys.argv[2])
    sys.exit("a day is no step of settlements")
except perpscope.PerpscopeError:
    pass
table = perpscope.series("BTC", "funding", since="2026-01-01", until="2026-01-06", store=sys.argv[2], frame="plain")
print(json.dumps([[name.split(".")[0], at, value] for name, column in table.items() if name != "atMs" for at, value in zip(table["atMs"], column) if value == value]))
`;
    const python = JSON.parse(runPython(program, [rig.file])) as unknown[];
    const sorted = (list: unknown[]): unknown[] => list.map((one) => JSON.stringify(one)).sort();
    assert.equal(own.length, 15);
    assert.deepEqual(sorted(python), sorted(own));
  }); // prettier-ignore
});
