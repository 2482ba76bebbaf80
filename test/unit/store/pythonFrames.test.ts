import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { DAY_MS, HOUR_MS } from '../../../src/core/units.ts';
import { encodeColumn } from '../../../src/store/columnCodec.ts';
import { openSqliteStore } from '../../../src/store/sqliteStore.ts';
import { observe } from '../market/builders.ts';
import { runPython, skipWithoutModules } from './python.ts';

const HOUR = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
const IMPORT = 'import json, sys\nsys.path.insert(0, sys.argv[1])\nimport perpscope\n';

describe('frames of the history in Python', function () {
  // Loading pandas and starting a kernel take seconds on a machine that is busy.
  this.timeout(120_000);
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'perpscope-frames-'));
    file = join(folder, 'history.sqlite');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Two exchanges by the hour, of which one lacks what `isHole` says. */
  async function write(hours: number, isHole: (ago: number) => boolean = () => false): Promise<void> {
    const store = await openSqliteStore(file, { source: 'live' });
    const rows = Array.from({ length: hours }, (_, ago) => {
      const times = {
        atMs: HOUR - ago * HOUR_MS,
        receivedAtMs: HOUR - ago * HOUR_MS + 1_000,
        barMs: HOUR_MS,
      };
      const of = (id: string, openInterestBase: number) =>
        observe(id, 'open-interest', { ...times, openInterestBase, sides: 'one' });
      return [of('okx', 1_000 + ago / 8), ...(isHole(ago) ? [] : [of('gate', 500 + ago / 8)])];
    });
    await store.append(rows.flat());
    const body = { label: 'x', family: 'trend', confidence: 0.5 };
    await store.appendJournal([{ topic: 'assessment', key: 'BTC', atMs: HOUR, body }]);
    await store.settle();
    await store.close();
  }

  it('are pandas frames with a UTC index, doubles, NaN for what is absent and units beside', async function () {
    const python = skipWithoutModules(this, 'pandas');
    await write(24 * 60, (ago) => ago === 3 || ago === 4);
    const program = `${IMPORT}
import pandas
frame = perpscope.series("BTC", since=${HOUR - 50 * DAY_MS}, store=sys.argv[2])
plain = perpscope.series("BTC", since=${HOUR - 50 * DAY_MS}, store=sys.argv[2], frame="plain")
assert isinstance(frame, pandas.DataFrame)
regimes = perpscope.regimes("BTC", store=sys.argv[2])
own = frame["gate.openInterestBase"]
print(json.dumps({
    "tz": str(frame.index.tz), "index": frame.index.name, "regimes": str(regimes.index.tz), "label": list(regimes["label"]),
    "dtypes": sorted({str(one) for one in frame.dtypes}), "times": [int(one.timestamp() * 1000) for one in frame.index] == list(plain["atMs"]),
    "values": all(repr(list(frame[name])) == repr(list(plain[name])) for name in frame.columns), "columns": list(frame.columns) == list(plain)[1:],
    "absent": [int(one.timestamp() * 1000) for one in own.index[own.isna()]], "zeros": int((frame == 0).sum().sum()),
    "unit": frame.attrs["unit"], "source": frame.attrs["source"], "same": frame.attrs == plain.attrs,
}))
`;
    const found = JSON.parse(runPython(program, [file], {}, python)) as Record<string, unknown>;
    assert.deepEqual(found, {
      ...{ tz: 'UTC', index: 'at', regimes: 'UTC', label: ['x'], dtypes: ['float64'], times: true },
      ...{ values: true, columns: true, absent: [HOUR - 4 * HOUR_MS, HOUR - 3 * HOUR_MS], zeros: 0 },
      ...{ unit: 'coins', source: 'live', same: true },
    });
  });

  it('are polars frames with a UTC column, doubles, null for what is absent and units beside', async function () {
    const python = skipWithoutModules(this, 'polars');
    await write(24 * 60, (ago) => ago === 3 || ago === 4);
    const program = `${IMPORT}
import polars
ask = lambda frame: perpscope.series("BTC", since=${HOUR - 50 * DAY_MS}, store=sys.argv[2], frame=frame)
frame, plain = ask("polars"), ask("plain")
assert isinstance(frame, polars.DataFrame)
others = {one: getattr(perpscope, one)("BTC", store=sys.argv[2], frame="polars") for one in ("regimes", "instruments", "gaps")}
own = frame["gate.openInterestBase"]
bare = lambda values: [None if one != one else one for one in values]
print(json.dumps({
    "at": str(frame.schema["at"]), "types": sorted({str(one) for one in frame.drop("at").dtypes}), "columns": frame.columns[1:] == list(plain)[1:],
    "times": frame["at"].dt.epoch("ms").to_list() == list(plain["atMs"]), "values": all(frame[name].to_list() == bare(plain[name]) for name in frame.columns[1:]),
    "absent": frame.filter(own.is_null())["at"].dt.epoch("ms").to_list(), "nans": sum(frame[name].is_nan().sum() for name in frame.columns[1:]),
    "same": frame.attrs == plain.attrs, "unit": frame.attrs["unit"], "label": others["regimes"]["label"].to_list(), "regimes": str(others["regimes"].schema["at"]),
    "exchanges": others["instruments"]["exchange"].to_list(), "gaps": others["gaps"].height,
}))
`;
    const found = JSON.parse(runPython(program, [file], {}, python)) as Record<string, unknown>;
    const utc = "Datetime(time_unit='ms', time_zone='UTC')";
    assert.deepEqual(found, {
      ...{ at: utc, types: ['Float64'], columns: true, times: true, values: true, nans: 0 },
      ...{ absent: [HOUR - 4 * HOUR_MS, HOUR - 3 * HOUR_MS], same: true, unit: 'coins' },
      ...{ label: ['x'], regimes: utc, exchanges: ['gate', 'okx'], gaps: 0 },
    });
  });

  it('refuse polars by name where it is not there', async function () {
    await write(48);
    const python = skipWithoutModules(this, 'sqlite3');
    const none = `${IMPORT}\nsys.modules["polars"] = None\nperpscope.series("BTC", store=sys.argv[2], frame="polars")`;
    assert.throws(() => runPython(none, [file], {}, python), /usage: polars is not installed/);
  });

  it('refuse pandas by name where it is not there, and are tables without it', async function () {
    await write(48);
    // An import that fails, whatever is installed.
    const none = `${IMPORT}\nsys.modules["pandas"] = None\nask = lambda **more: perpscope.series("BTC", store=sys.argv[2], **more)\n`;
    const python = skipWithoutModules(this, 'sqlite3');
    assert.equal(runPython(`${none}print(type(ask()).__name__)`, [file], {}, python).trim(), 'Table');
    assert.throws(
      () => runPython(`${none}ask(frame="pandas")`, [file], {}, python),
      /usage: pandas is not installed/,
    );
  });

  it('decode columns with numpy to the bit as without it, and as they were stored', function () {
    const python = skipWithoutModules(this, 'numpy');
    const decimals = (exponent: number, most: number) =>
      fc.array(fc.option(fc.integer({ min: -most, max: most }).map((whole) => whole / 10 ** exponent), { nil: Number.NaN, freq: 30 }), { minLength: 1, maxLength: 300 }); // prettier-ignore
    const stepped = fc
      .tuple(
        fc.double({ noNaN: true, min: -1e14, max: 1e14 }),
        fc.oneof(fc.integer({ min: -9e5, max: 9e5 }), fc.double({ noNaN: true, min: -9, max: 9 })),
        fc.integer({ min: 1, max: 400 }),
      ) // prettier-ignore
      .map(([first, step, count]) => Array.from({ length: count }, (_, at) => Math.round(first) + at * step));
    const column = fc.oneof(
      ...[decimals(0, 9e15), decimals(3, 9e9), decimals(8, 9e3), decimals(1, 1e3), decimals(2, 1e6)],
      ...[stepped, fc.array(fc.double(), { minLength: 1, maxLength: 40 })],
      fc.array(fc.constantFrom(0, -0, Number.NaN, 5), { minLength: 1, maxLength: 9 }),
    );
    const columns = fc.sample(column, { numRuns: 600, seed: 41 }).map((values) => Float64Array.from(values));
    const program = `${IMPORT}
given = [bytes.fromhex(one) for one in json.load(open(sys.argv[2]))]
assert "numpy" not in sys.modules
plain = [perpscope.decode_column(one) for one in given]
import numpy
quick = [perpscope.decode_column(one) for one in given]
print(json.dumps([[one.tobytes().hex(), other.tobytes().hex()] for one, other in zip(plain, quick)]))
`;
    const coded = columns.map((one) => encodeColumn(one));
    const forms = new Set(coded.map(([form, , width, hasAbsent]) => `${form} ${width} ${hasAbsent}`));
    for (const form of ['0 0 0', '1 0 0', '2 1 1', '2 2 1', '2 4 1', '2 6 1', '2 6 0', '3 0 0'])
      assert.ok(forms.has(form), `no column of form ${form}: ${[...forms].join(', ')}`);
    const list = join(folder, 'columns.json');
    writeFileSync(list, JSON.stringify(coded.map((one) => Buffer.from(one).toString('hex'))));
    const found = JSON.parse(runPython(program, [list], {}, python)) as [string, string][];
    const bits = (values: Float64Array): string =>
      Buffer.from(values.map((value) => (Number.isNaN(value) ? Number.NaN : value)).buffer).toString('hex');
    const ofHex = (hex: string): string =>
      bits(new Float64Array(Uint8Array.from(Buffer.from(hex, 'hex')).buffer));
    for (const [at, [plain, quick]] of found.entries()) {
      assert.equal(ofHex(plain), bits(columns[at] ?? new Float64Array()), `column ${at}`);
      assert.equal(ofHex(quick), ofHex(plain), `column ${at} with numpy`);
    }
    assert.equal(found.length, columns.length);
  });

  it('hold the same with numpy as without it, and columns that no row has are absent in both', async function () {
    const python = skipWithoutModules(this, 'numpy');
    const store = await openSqliteStore(file, { source: 'live' });
    const firstMs = HOUR - 40 * DAY_MS;
    const hours = Array.from({ length: 900 }, (_, at) => firstMs + at * HOUR_MS);
    const labels: Record<string, number[]> = {
      okx: hours,
      // One bar stands between two hours: first and last lie as far apart as if all were in their places.
      gate: hours.map((atMs, at) => (at === 400 ? atMs - HOUR_MS / 2 : atMs)),
      bybit: hours.filter((_, at) => at < 300 || at > 340),
    };
    await store.append(
      Object.entries(labels).map(([id, times]) => {
        const { kind, exchange, venueSymbol, baseAsset, instrument, endpoint } = observe(
          id,
          'open-interest',
          {},
        );
        const shared = { kind, exchange, venueSymbol, baseAsset, instrument, endpoint, sides: 'one', barMs: HOUR_MS, receivedAtMs: HOUR }; // prettier-ignore
        const openInterestBase = Float64Array.from(times, (_, at) => 1_000 + (at % 50) / 8);
        return { shared, atMs: Float64Array.from(times), columns: { openInterestBase } };
      }),
    );
    await store.settle();
    await store.close();
    const program = `${IMPORT}
def told():
    found = []
    for exchange in ("okx", "gate", "bybit", None):
        for since in (${firstMs}, ${firstMs + 90 * HOUR_MS}):
            frame = perpscope.series("BTC", since=since, step="1h", exchange=exchange, store=sys.argv[2], frame="plain")
            found.append([{name: repr(list(column)) for name, column in frame.items()}, frame.attrs])
    with perpscope.open_store(sys.argv[2]) as opened, opened.moment():
        for one in opened.series():
            found.append([name + repr(list(column)) for name, column in opened.columns(one, ["openInterestUsd", "openInterestBase"], 0, 2**62).fields.items()])
    return found
assert "numpy" not in sys.modules
plain = told()
import numpy
print(json.dumps([plain, told()]))
`;
    const [plain, quick] = JSON.parse(runPython(program, [file], {}, python)) as [unknown[], unknown[]];
    assert.deepEqual(quick, plain);
    const columns = plain.slice(-3) as [string, string][];
    for (const [usd, base] of columns) {
      assert.match(usd, /^openInterestUsd\[nan, nan, .*nan\]$/);
      assert.equal(usd.split(',').length, base.split(',').length);
    }
  });
});
