import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { Chunk } from '../../../../src/core/chunk.ts';
import { DAY_MS, MINUTE_MS } from '../../../../src/core/units.ts';
import { createMemoryStore } from '../../../../src/store/memoryStore.ts';
import { gapsOf } from '../../../../src/sources/dumps/dumpGaps.ts';
import { csvOf, FETCHED_MS, readTable } from '../../../support/dumpFiles.ts';

const STEP = 5 * MINUTE_MS;
const UM = 'binance/um-metrics';
const HEADER = [
  ...[
    'create_time',
    'symbol',
    'sum_open_interest',
    'sum_open_interest_value',
    'count_toptrader_long_short_ratio',
  ],
  ...['sum_toptrader_long_short_ratio', 'count_long_short_ratio', 'sum_taker_long_short_vol_ratio'],
];
type Row = (string | number)[];

const textOf = (atMs: number): string => new Date(atMs).toISOString().slice(0, 19).replace('T', ' ');
const rowAt = (atMs: number, size: number): Row => [
  ...[textOf(atMs), 'BTCUSDT', size, size * 60_000],
  ...[1.5, 1.25, 2, 0.75],
];

/** The rows of a day; the size of each is the number of its moment since 2020 in five minutes. */
function dayOf(day: number, era: 'start' | 'end'): Row[] {
  return Array.from({ length: 288 }, (_, index) => {
    const momentMs = day + (index + 1) * STEP;
    return rowAt(era === 'end' ? momentMs : momentMs - STEP, sizeAt(momentMs));
  });
}
const sizeAt = (momentMs: number): number => (momentMs - Date.UTC(2020, 0, 1)) / STEP;
const nameAt = (day: number, symbol = 'BTCUSDT'): string =>
  `${symbol}-metrics-${new Date(day).toISOString().slice(0, 10)}.zip`;
const readDay = (day: number, rows: readonly Row[], id = UM, options = {}) =>
  readTable(id, nameAt(day), csvOf([HEADER, ...rows]), options);

const ofKind = (chunks: readonly Chunk[], kind: string, population?: string): Chunk => {
  const found = chunks.find(({ shared }) => shared.kind === kind && shared['population'] === population);
  assert.ok(found, `no chunk of ${kind}`);
  return found;
};

const BEFORE = Date.UTC(2026, 5, 24);
const FROM = Date.UTC(2026, 5, 25);

describe('Binance metrics dumps', () => {
  it('gives moments and bars the same times in both eras, and the two labels of 00:00 different ones', async () => {
    const [before, after] = [
      await readDay(BEFORE, dayOf(BEFORE, 'end')),
      await readDay(FROM, dayOf(FROM, 'start')),
    ];
    assert.equal(before.report.labels?.era, 'end');
    assert.equal(after.report.labels?.era, 'start');
    const times: number[] = [];
    for (const { chunks, report } of [before, after]) {
      assert.deepEqual([report.rows, report.bad, report.series[0]?.holes], [288, {}, []]);
      const { atMs, columns } = ofKind(chunks, 'open-interest');
      for (const [row, at] of atMs.entries()) assert.equal(columns['openInterestBase']?.[row], sizeAt(at));
      times.push(...atMs);
      assert.equal(ofKind(chunks, 'taker-volume').atMs[0], report.fromMs);
      assert.equal(ofKind(chunks, 'taker-volume').atMs.at(-1), report.toMs - STEP);
    }
    assert.deepEqual(
      times,
      Array.from({ length: 576 }, (_, index) => BEFORE + (index + 1) * STEP),
    );
  });

  it('believes the labels of a file that was issued anew in the other way, and says so', async () => {
    const { report, chunks } = await readDay(BEFORE, dayOf(BEFORE, 'start'));
    assert.deepEqual(report.labels, { era: 'start', shiftMs: 0, isAgainstDate: true });
    const { atMs, columns } = ofKind(chunks, 'open-interest');
    assert.equal(columns['openInterestBase']?.[7], sizeAt(atMs[7] ?? 0));
  });

  it('refuses a day with holes whose labels contradict its date: one odd row would move all others', async () => {
    const rows = [rowAt(BEFORE, 1), ...dayOf(BEFORE, 'end').slice(0, 160)];
    await assert.rejects(readDay(BEFORE, rows), /starts or the ends/);
  });

  it('goes by the date where the labels reach over both ends of the day, and leaves out the row of the other day', async () => {
    const rows = [rowAt(FROM, 1), ...dayOf(FROM, 'start').slice(1), rowAt(FROM + DAY_MS, 7)];
    const { report } = await readDay(FROM, rows);
    assert.deepEqual(
      [report.labels?.era, report.bad, report.series[0]?.kept],
      ['start', { 'other-period': 1 }, 288],
    );
  });

  it('states open interest of one side in coins and dollars, and three populations', async () => {
    const { chunks } = await readDay(FROM, dayOf(FROM, 'start'));
    const { shared } = ofKind(chunks, 'open-interest');
    assert.deepEqual(
      [
        shared['sides'],
        shared['barMs'],
        shared['usdBasis'],
        shared.instrument,
        shared.endpoint,
        shared.receivedAtMs,
      ],
      ['one', STEP, 'venue', 'binance:BTCUSDT', 'DUMP futures/um/daily/metrics', FETCHED_MS],
    );
    const ratio = (population: string): number | undefined =>
      ofKind(chunks, 'long-short-ratio', population).columns['longShortRatio']?.[0];
    assert.deepEqual(['top-accounts', 'top-positions', 'all-accounts'].map(ratio), [1.5, 1.25, 2]);
    assert.equal(ofKind(chunks, 'taker-volume').columns['takerBuySellRatio']?.[0], 0.75);
  });

  it('reads a second of jitter, rows in any order, repeats, empty cells and NaN, and counts each', async () => {
    const rows = dayOf(FROM, 'start');
    rows[3] = rowAt(FROM + 3 * STEP + 1_000, 33);
    rows[4] = [...(rows[4] ?? []).slice(0, 4), '', 'NaN', 2, ''];
    rows[5] = [...(rows[5] ?? []).slice(0, 2), '', '', 1.5, 1.25, 2, 0.75];
    rows.push(rows[9] ?? [], rows[9] ?? []);
    rows.reverse();
    const { report, chunks } = await readDay(FROM, rows);
    const [series] = report.series;
    assert.deepEqual(
      [report.rows, series?.kept, series?.repeats, report.jittered, report.bad],
      [290, 288, 2, 1, {}],
    );
    assert.deepEqual(series?.absent, {
      ...{ openInterest: 1, openInterestValue: 1, topAccounts: 1, topPositions: 1, takers: 1 },
    });
    const openInterest = ofKind(chunks, 'open-interest');
    assert.equal(openInterest.atMs.length, 287);
    assert.ok(!openInterest.atMs.includes(FROM + 6 * STEP));
    assert.equal(openInterest.columns['openInterestBase']?.[3], 33);
    assert.ok(openInterest.atMs.every((atMs) => atMs % STEP === 0));
  });

  it('keeps neither of two rows that contradict each other, and fills one up that lacks a number', async () => {
    const rows = dayOf(FROM, 'start');
    rows.push(rowAt(FROM + 9 * STEP, 9));
    rows.push(rows[20] ?? []);
    rows[20] = [...(rows[20] ?? []).slice(0, 7), ''];
    const { report, chunks } = await readDay(FROM, rows);
    const [series] = report.series;
    assert.deepEqual([series?.kept, series?.contradictions, series?.repeats], [287, 1, 0]);
    assert.deepEqual(report.bad, { contradiction: 2 });
    assert.deepEqual(series?.holes, [
      { fromMs: FROM + 9 * STEP, toMs: FROM + 10 * STEP, cause: 'contradiction' },
    ]);
    assert.equal(ofKind(chunks, 'taker-volume').atMs.length, 287);
  });

  it('costs a bad row itself alone, by kind and with its line', async () => {
    const rows = dayOf(FROM, 'start');
    rows[1] = rowAt(FROM + STEP, -1);
    rows[2] = ['yesterday', ...(rows[2] ?? []).slice(1)];
    rows[3] = [...(rows[3] ?? []).slice(0, 6)];
    rows[4] = [textOf(FROM + 4 * STEP), 'ETHUSDT', 1, 1, 1, 1, 1, 1];
    rows[5] = [textOf(FROM + 5 * STEP + 90_000), ...(rows[5] ?? []).slice(1)];
    rows[6] = [textOf(FROM + 6 * STEP), 'BTCUSDT', '12x', 1, 1, 1, 1, 1];
    rows[7] = [textOf(FROM + 7 * STEP), 'BTCUSDT', '', '', '', '', '', ''];
    rows[8] = ['2026-06-25', ...(rows[8] ?? []).slice(1)];
    rows[9] = ['2026-06-31 00:00:00', ...(rows[9] ?? []).slice(1)];
    const { report } = await readDay(FROM, rows);
    assert.deepEqual(report.bad, {
      ...{ impossible: 1, time: 2, cells: 1, 'other-symbol': 1, 'off-grid': 1, number: 1, absent: 1 },
      'no-time-of-day': 1,
    });
    assert.deepEqual(report.firstBad[0], { line: 3, kind: 'impossible' });
    assert.equal(report.series[0]?.kept, 279);
    assert.deepEqual(
      report.series[0].holes.map(({ fromMs, toMs, cause }) => [
        (fromMs - FROM) / STEP,
        (toMs - FROM) / STEP,
        cause,
      ]),
      [[1, 10, 'bad-rows']],
    );
  });

  it('tells known holes from others, at the ends of a day as well', async () => {
    const day = Date.UTC(2024, 1, 16);
    const rows = dayOf(day, 'end').slice(1, 162);
    rows.splice(50, 4);
    const { report } = await readDay(day, rows);
    assert.deepEqual(
      report.series[0]?.holes.map(({ fromMs, toMs, ...hole }) => [
        textOf(fromMs).slice(11, 16),
        textOf(toMs),
        hole,
      ]),
      [
        ['00:00', '2024-02-16 00:05:00', { cause: 'missing' }],
        ['04:15', '2024-02-16 04:35:00', { cause: 'missing' }],
        ['13:30', '2024-02-17 00:00:00', { cause: 'known', source: '#335' }],
      ],
    );
  });

  it('shows a day of which no row is any use as one hole', async () => {
    const { report, chunks } = await readDay(FROM, [
      rowAt(FROM + STEP, -1),
      ['x', 'BTCUSDT', 1, 1, 1, 1, 1, 1],
    ]);
    assert.deepEqual([chunks, report.bad], [[], { impossible: 1, time: 1 }]);
    assert.deepEqual(report.series[0]?.holes, [{ fromMs: FROM, toMs: FROM + DAY_MS, cause: 'bad-rows' }]);
  });

  it('makes gap rows of holes, one stream for each instrument', async () => {
    const rows = dayOf(FROM, 'start');
    rows.splice(100, 2);
    rows.push(rowAt(FROM + 9 * STEP, 9));
    const { report } = await readDay(FROM, rows);
    const store = createMemoryStore('live');
    await store.appendGaps(gapsOf('binance', report));
    const gap = { exchange: 'binance', stream: 'DUMP futures/um/daily/metrics BTCUSDT', backfilled: false };
    assert.deepEqual(await store.gaps({}), [
      { ...gap, fromMs: FROM + 9 * STEP, toMs: FROM + 10 * STEP, cause: 'unusable' },
      { ...gap, fromMs: FROM + 100 * STEP, toMs: FROM + 102 * STEP, cause: 'missing' },
    ]);
  });

  it('reads COIN-M in contracts of 100 or 10 dollars and in coins, its labels always as starts', async () => {
    const id = 'binance/cm-metrics';
    const read = (symbol: string, contracts: number, coins: number) =>
      readTable(
        id,
        nameAt(BEFORE, symbol),
        csvOf([HEADER, [textOf(BEFORE), symbol, contracts, coins, 1, 1, 1, 1]]),
      );
    const bitcoin = await read('BTCUSD_PERP', 6_000_000, 10_000);
    const { shared, atMs, columns } = ofKind(bitcoin.chunks, 'open-interest');
    assert.deepEqual(
      [columns['openInterestBase']?.[0], columns['openInterestUsd']?.[0]],
      [10_000, 600_000_000],
    );
    assert.deepEqual(
      [shared.instrument, shared.baseAsset, shared['sides'], atMs[0]],
      ['binance:BTCUSD_PERP', 'BTC', 'one', BEFORE + STEP],
    );
    const noon = csvOf([HEADER, [textOf(BEFORE + DAY_MS / 2), 'BTCUSD_PERP', 6, 1, 1, 1, 1, 1]]);
    const { report } = await readTable(id, nameAt(BEFORE, 'BTCUSD_PERP'), noon);
    assert.deepEqual([report.labels?.era, report.series[0]?.firstAtMs], ['start', BEFORE + DAY_MS / 2]);
    const ether = ofKind((await read('ETHUSD_PERP', 600, 2)).chunks, 'open-interest');
    assert.deepEqual(
      [ether.columns['openInterestBase']?.[0], ether.columns['openInterestUsd']?.[0]],
      [2, 6_000],
    );
    const dollars = ofKind((await read('ETHUSD_PERP', 600, 6_000)).chunks, 'open-interest');
    assert.equal(dollars.columns['openInterestBase'], undefined, 'dollars were taken for coins');
  });

  it('makes the rows of a file that was issued anew revisions of the old ones', async () => {
    const rows = dayOf(FROM, 'start');
    const old = await readDay(FROM, rows.slice(0, 280));
    rows[7] = rowAt(FROM + 7 * STEP, 77);
    const anew = await readDay(FROM, rows, UM, { receivedAtMs: FETCHED_MS + DAY_MS });
    assert.notEqual(old.report.sha256, anew.report.sha256);
    const store = createMemoryStore('live');
    const kind = 'open-interest';
    await store.append(old.chunks.filter(({ shared }) => shared.kind === kind));
    const result = await store.append(anew.chunks.filter(({ shared }) => shared.kind === kind));
    assert.deepEqual([result.inserted, result.revised], [8, 1]);
    const at = { fromMs: FROM + 8 * STEP, toMs: FROM + 9 * STEP, kind } as const;
    assert.deepEqual(
      (await store.query(at)).map((row) => row.openInterestBase),
      [77],
    );
    const then = await store.query({ ...at, knownAtMs: FETCHED_MS });
    assert.deepEqual(
      then.map((row) => row.openInterestBase),
      [sizeAt(FROM + 8 * STEP)],
    );
  });

  it('accounts for every row, whatever is wrong with it', async () => {
    const cell = fc.oneof(
      fc.constantFrom('', 'NaN', '1', '2', '-1', 'x', '0', '1e400', '"3"'),
      fc.double().map(String),
    );
    const line = fc.tuple(
      fc.integer({ min: -3, max: 20 }),
      fc.integer({ min: 0, max: 8 }),
      fc.array(cell, { minLength: 5, maxLength: 7 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 60 }), async (lines) => {
        const rows = lines.map(([place, jitter, cells]) => [
          textOf(FROM + place * STEP + jitter * 1_000),
          'BTCUSDT',
          ...cells,
        ]);
        const whole = dayOf(FROM, 'start').slice(6, 9);
        const { report } = await readDay(FROM, [...rows, ...whole]);
        const bad = Object.values(report.bad).reduce((sum, count) => sum + count, 0);
        const kept = report.series.reduce((sum, one) => sum + one.kept + one.repeats + one.filledUp, 0);
        assert.equal(report.rows, lines.length + 3);
        assert.equal(bad + kept, report.rows);
        for (const { kept: labels, holes } of report.series)
          assert.equal(
            labels + holes.reduce((sum, { fromMs, toMs }) => sum + (toMs - fromMs) / STEP, 0),
            288,
          );
      }),
      { numRuns: 150 },
    );
  });

  it('refuses a file of another name, another header, no rows or other bytes than its checksum', async () => {
    const text = csvOf([HEADER, ...dayOf(FROM, 'start')]);
    await assert.rejects(readTable(UM, 'BTCUSDT-5m-2026-06-25.zip', text), /its name is not that of/);
    await assert.rejects(readTable(UM, nameAt(FROM), csvOf([['create_time', 'symbol']])), /its header lacks/);
    await assert.rejects(readTable(UM, nameAt(FROM), csvOf([HEADER])), /no rows/);
    const checksumText = `${'0'.repeat(64)}  ${nameAt(FROM)}\n`;
    await assert.rejects(readTable(UM, nameAt(FROM), text, { checksumText }), /not those of the checksum/);
  });
});
