import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { isPerpscopeError } from '../../../../src/core/errors.ts';
import { HOUR_MS, MINUTE_MS } from '../../../../src/core/units.ts';
import { DAY0, openInterestHours, priceHours, QueryRig } from '../../../support/queryRig.ts';

const since = '--since 2026-01-01';
const linesOf = (text: string): string[] => text.trimEnd().split('\n');

describe('perpscope query', () => {
  let rig: QueryRig;
  beforeEach(() => (rig = new QueryRig()));
  afterEach(() => rig.remove());

  it('states each exchange and the like-for-like sum with its share, and leaves empty what is absent', async () => {
    rig.nowMs = DAY0 + 4 * HOUR_MS;
    await rig.write([
      ...openInterestHours('binance', [100, 101, NaN, 103]),
      ...openInterestHours('okx', [50, 50, 50, 50], { sides: 'both' }),
    ]);
    const { code, text } = await rig.run(`--metric open-interest ${since} --format csv`);
    assert.equal(code, 0);
    const share = String((304 / 3 + 25) / (304 / 3 + 25));
    assert.deepEqual(linesOf(text), [
      'time,atMs,exchange,openInterestBase,share,source',
      `2026-01-01T00:00:00.000Z,${DAY0},binance,100,,live`,
      `2026-01-01T00:00:00.000Z,${DAY0},okx,25,,live`,
      `2026-01-01T00:00:00.000Z,${DAY0},aggregate,125,${share},live`,
      `2026-01-01T01:00:00.000Z,${DAY0 + HOUR_MS},binance,101,,live`,
      `2026-01-01T01:00:00.000Z,${DAY0 + HOUR_MS},okx,25,,live`,
      `2026-01-01T01:00:00.000Z,${DAY0 + HOUR_MS},aggregate,126,${share},live`,
      `2026-01-01T02:00:00.000Z,${DAY0 + 2 * HOUR_MS},binance,,,live`,
      `2026-01-01T02:00:00.000Z,${DAY0 + 2 * HOUR_MS},okx,25,,live`,
      `2026-01-01T02:00:00.000Z,${DAY0 + 2 * HOUR_MS},aggregate,,,live`,
      `2026-01-01T03:00:00.000Z,${DAY0 + 3 * HOUR_MS},binance,103,,live`,
      `2026-01-01T03:00:00.000Z,${DAY0 + 3 * HOUR_MS},okx,25,,live`,
      `2026-01-01T03:00:00.000Z,${DAY0 + 3 * HOUR_MS},aggregate,128,${share},live`,
    ]);
  });

  it('lets no sum become one exchange: it is empty, said, and counts as lacking where it was asked for', async () => {
    rig.nowMs = DAY0 + 4 * HOUR_MS;
    await rig.write([
      ...openInterestHours('binance', [100, 101, 102, 103]),
      ...openInterestHours('okx', [50, NaN, NaN, NaN]),
    ]);
    const { code, text, notes } = await rig.run(
      `--metric open-interest ${since} --exchange okx,aggregate --format csv`,
    );
    assert.equal(code, 3);
    assert.match(notes.join('\n'), /no sum over exchanges: binance alone .*okx, no value at the last step/);
    assert.deepEqual(linesOf(text).slice(1), [
      `2026-01-01T00:00:00.000Z,${DAY0},okx,50,,live`,
      `2026-01-01T00:00:00.000Z,${DAY0},aggregate,,,live`,
    ]);
  });

  it('states which part of the usual total a sum rests on, and who is left out', async () => {
    rig.nowMs = DAY0 + 4 * HOUR_MS;
    await rig.write([
      ...openInterestHours('binance', [60, 60, 60, 60]),
      ...openInterestHours('okx', [20, 20, 20, 20]),
      ...openInterestHours('bybit', [20, NaN, NaN, NaN]),
    ]);
    const { code, text, notes } = await rig.run(
      `--metric open-interest ${since} --exchange aggregate --format ndjson`,
    );
    assert.equal(code, 0);
    assert.match(notes.join('\n'), /the sum is of binance and okx, 80 % .*bybit, no value at the last step/);
    const rows = linesOf(text).map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual(
      rows.map(({ exchange, openInterestBase, share }) => [exchange, openInterestBase, share]),
      [0, 1, 2, 3].map(() => ['aggregate', 80, 0.8]),
    );
  });

  it('makes a day of hours by the kind of the series, of all of them or not at all', async () => {
    const hours = Array.from({ length: 48 }, (_, at): [number, number, number, number, number] => [
      ...([100 + at, 110 + at, 90 + at, 101 + at, at < 24 ? 2 : 3] as const),
    ]);
    await rig.write([
      ...priceHours('binance', hours),
      ...priceHours('okx', hours.slice(0, 47)),
      ...openInterestHours(
        'binance',
        Array.from({ length: 48 }, (_, at) => 10 + at),
      ),
    ]);
    const valuesOf = async (metric: string, name: string): Promise<unknown[]> => {
      const { text } = await rig.run(
        `--metric ${metric} ${since} --step 1d --format ndjson --exchange binance,okx`,
      );
      return linesOf(text).map((line) => {
        const row = JSON.parse(line) as Record<string, unknown>;
        return [row['exchange'], row[name]];
      });
    };
    const day = (binance: number[], okx: (number | null)[]): unknown[] =>
      binance.flatMap((value, at) => [['binance', value], ['okx', okx[at]]]); // prettier-ignore
    assert.deepEqual(await valuesOf('volume', 'volumeBase'), day([48, 72], [48, null]));
    assert.deepEqual(await valuesOf('last-open', 'openQuote'), day([100, 124], [100, 124]));
    assert.deepEqual(await valuesOf('last-high', 'highQuote'), day([133, 157], [133, null]));
    assert.deepEqual(await valuesOf('last-low', 'lowQuote'), day([90, 114], [90, null]));
    assert.deepEqual(await valuesOf('last-close', 'closeQuote'), day([124, 148], [124, null]));
    const { text } = await rig.run(
      `--metric open-interest ${since} --step 1d --format ndjson --exchange binance`,
    );
    assert.deepEqual(linesOf(text).map((line) => (JSON.parse(line) as { openInterestBase: number }).openInterestBase), [10, 34]); // prettier-ignore
  });

  it('states what was known at a time, not what is known now', async () => {
    const first = openInterestHours('binance', [100, 101, 102]);
    await rig.write(first);
    await rig.write([{ ...first[1]!, openInterestBase: 99, receivedAtMs: DAY0 + 30 * HOUR_MS } as never]);
    const valuesAt = async (more: string): Promise<number[]> => {
      const { text } = await rig.run(
        `--metric open-interest ${since} --exchange binance --format ndjson${more}`,
      );
      return linesOf(text).map((line) => (JSON.parse(line) as { openInterestBase: number }).openInterestBase);
    };
    assert.deepEqual(await valuesAt(''), [100, 99, 102]);
    assert.deepEqual(await valuesAt(' --as-known-at 2026-01-01T12:00Z'), [100, 101, 102]);
    assert.deepEqual(await valuesAt(' --as-known-at 2026-01-01T02:30Z'), [100, 101]);
    assert.deepEqual(await valuesAt(' --as-known-at 2026-01-02T06:00Z'), [100, 99, 102]);
  });

  it('counts no bar that runs, and none that was cut off while it ran', async () => {
    rig.nowMs = DAY0 + 3.5 * HOUR_MS;
    const bars = priceHours(
      'binance',
      [1, 2, 3, 4].map((at) => [100, 101, 99, 100, at]),
    );
    await rig.write(
      bars.map((bar, hour) => (hour === 1 ? { ...bar, receivedAtMs: bar.atMs + 20 * MINUTE_MS } : bar)),
    );
    const { text } = await rig.run(`--metric volume ${since} --exchange binance --format ndjson`);
    const rows = linesOf(text).map((line) => (JSON.parse(line) as { volumeBase: number | null }).volumeBase);
    assert.deepEqual(rows, [1, null, 3]);
  });

  it('states stored five-minute bars at their step, and at the hour where no hourly bar is', async () => {
    rig.nowMs = DAY0 + 2 * HOUR_MS;
    const hour = openInterestHours('binance', [500])[0]!;
    const five = Array.from({ length: 24 }, (_, at) => ({
      ...hour,
      ...{ atMs: DAY0 + at * 5 * MINUTE_MS, barMs: 5 * MINUTE_MS, openInterestBase: 400 + at },
    }));
    await rig.write([hour, ...five] as never);
    const valuesOf = async (step: string): Promise<number[]> => {
      const { text } = await rig.run(
        `--metric open-interest ${since} --exchange binance --format ndjson --step ${step}`,
      );
      return linesOf(text).map((line) => (JSON.parse(line) as { openInterestBase: number }).openInterestBase);
    };
    assert.deepEqual(
      await valuesOf('5m'),
      Array.from({ length: 24 }, (_, at) => 400 + at),
    );
    assert.deepEqual(await valuesOf('1h'), [500, 412]);
  });

  it('leaves out what neighbours contradict and says so', async () => {
    await rig.write(openInterestHours('binance', [100, 101, 102, 1e8, 103, 102, 101, 100]));
    const { text, notes } = await rig.run(`--metric open-interest ${since} --exchange binance --format csv`);
    assert.equal(linesOf(text)[4], `2026-01-01T03:00:00.000Z,${DAY0 + 3 * HOUR_MS},binance,,live`);
    assert.match(notes.join('\n'), /left out as impossible .*: 1 values of open-interest of BTC/);
  });

  it('marks simulated numbers in every row and in the table', async () => {
    await rig.write(openInterestHours('binance', [100]), 'simulated');
    const csv = await rig.run(`--metric open-interest ${since} --exchange binance --format csv`);
    assert.match(csv.text, /,binance,100,simulated\n$/);
    const table = await rig.run(`--metric open-interest ${since} --exchange binance`);
    assert.match(table.text, /SIMULATED\nTime +Binance\n2026-01-01 00:00.* +100 BTC\n$/);
  });

  it('is one object with --json, holes with their cause among it', async () => {
    await rig.write(openInterestHours('binance', [100, NaN, 102, NaN, NaN, 105]));
    const store = await rig.open();
    const gap = { exchange: 'binance', stream: 'x', fromMs: DAY0 + 3.2 * HOUR_MS, toMs: DAY0 + 4 * HOUR_MS };
    await store.appendGaps([{ ...gap, cause: 'closed', backfilled: false }]);
    await store.close();
    const { code, text } = await rig.run(`--metric open-interest ${since} --exchange binance --json`);
    assert.equal(code, 0);
    const answer = JSON.parse(text) as Record<string, unknown>;
    assert.equal(answer['schema'], 'perpscope.query/1');
    assert.equal((answer['rows'] as unknown[]).length, 6);
    assert.deepEqual(answer['gaps'], [
      { exchange: 'binance', firstMs: DAY0 + HOUR_MS, lastMs: DAY0 + HOUR_MS, steps: 1, cause: 'not-stored' },
      { exchange: 'binance', firstMs: DAY0 + 3 * HOUR_MS, lastMs: DAY0 + 4 * HOUR_MS, steps: 2, cause: 'closed' },
    ]); // prettier-ignore
    assert.deepEqual((answer['sources'] as object[])[0], {
      ...{ exchange: 'binance', instrument: 'binance:BTCUSDT', venueSymbol: 'BTCUSDT', endpoint: 'GET /oi' },
      ...{ values: 3, firstMs: DAY0, lastMs: DAY0 + 5 * HOUR_MS, rowsAre: 'bars' },
      sides: ['one: longs and shorts are counted once'],
    });
  });

  it('asks rows of the user by their own name and never adds them up', async () => {
    await rig.write([
      ...openInterestHours('binance', [100, 100]),
      ...openInterestHours('okx', [50, 50]),
      ...openInterestHours('import:mine', [7, 7]),
    ]);
    const all = await rig.run(`--metric open-interest ${since} --format csv`);
    assert.doesNotMatch(all.text, /import:mine/);
    assert.match(all.text, /aggregate,150,1,live/);
    const own = await rig.run(
      `--metric open-interest ${since} --exchange import:mine,aggregate --format csv`,
    );
    assert.match(own.text, /import:mine,7,,live/);
    assert.match(own.text, /aggregate,150,1,live/);
  });

  it('says where there is nothing, with exit code 1, and which exchange lacks, with 3', async () => {
    await rig.write(openInterestHours('binance', [100]));
    const none = await rig.run(`--metric open-interest ${since} --asset ETH`);
    assert.deepEqual([none.code, none.text], [1, '']);
    assert.match(none.notes.join(), /has no open-interest of ETH in this time/);
    const part = await rig.run(`--metric open-interest ${since} --exchange binance,okx`);
    assert.equal(part.code, 3);
    assert.match(part.notes.join(), /no open-interest of BTC from okx/);
  });

  const mistakes: readonly [string, RegExp][] = [
    ['--metric open-intrest', /^unknown metric "open-intrest" in --metric; did you mean "open-interest"/],
    ['--metric open-interest-z-7d', /is computed and not kept; ask for what it is made of: open-interest$/],
    ['--metric funding-annualised', /^"funding-annualised" is computed and not kept; .* settled: funding$/],
    ['--metric funding --step 1d', /^funding is kept by settlement, not by steps: leave out --step/],
    ['--metric funding --exchange aggregate', /^of funding exchanges have a mean for the moment alone/],
    ['--metric open-interest-share', /is of the moment and kept as no series; --metric takes open-interest,/],
    ['--metric zzzzzzzzzz', /^unknown metric "zzzzzzzzzz" in --metric; --metric takes open-interest,/],
    ['--asset BTC', /^which metric\? Add --metric/],
    ['--metric open-interest --step 2h', /^--step takes 5m, 1h, 1d, not "2h"/],
    ['--metric open-interest-daily', /^open-interest-daily is kept by the day: add --step 1d/],
    ['--metric last-close --exchange aggregate', /^last-close is a level, of which exchanges have no sum/],
    ['--metric long-liquidations --exchange aggregate', /feeds of long-liquidations tell of the same events/],
    ['--metric open-interest --exchange binanse', /^unknown exchange "binanse" in --exchange; did you mean/],
    ['--metric open-interest --since 2026-02-01', /is not before --until/],
    ['--metric open-interest --as-known-at 2027-01-01', /^--as-known-at lies ahead/],
    ['--metric open-interest --format xml', /^--format takes table, csv, ndjson, json, not "xml"/],
    ['--metric open-interest --json --format csv', /^--json and --format csv exclude each other/],
    ['--metric open-interest,volume', /^query takes one metric/],
    ['--metric open-interest --asset BTC,ETH', /^query takes one asset/],
  ];
  for (const [line, message] of mistakes)
    it(`refuses ${line}`, async () => {
      await rig.write(openInterestHours('binance', [100]));
      await assert.rejects(rig.run(line), (thrown) => {
        assert.ok(isPerpscopeError(thrown, 'usage'), String(thrown));
        assert.match(thrown.message, message);
        return true;
      });
    });
});
