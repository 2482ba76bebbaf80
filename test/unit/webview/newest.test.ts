import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { openInterestModel } from '../../../webview/models/openInterest.ts';
import { withNewest } from '../../../webview/models/newest.ts';
import { DEMO_AS_OF_MS, demoFunding, demoLiquidations, demoOpenInterest } from '../../browser/demoData.ts';
import { fundingModel } from '../../../webview/models/fundingHeatmap.ts';
import { liquidationModel } from '../../../webview/models/liquidationHeatmap.ts';

const chart = demoOpenInterest();
const AT = DEMO_AS_OF_MS + 40_000;

describe('the newest readings in the open interest chart', () => {
  it('stand at the end of their own lines, in both units, and date the chart', () => {
    const openInterest = [
      { id: 'okx', atMs: AT, base: 34_567, usd: 3e9 },
      { id: 'gate', atMs: AT - 5_000, base: 40_000 },
    ] as const;
    const whole = withNewest(chart, { version: 1, openInterest });
    const line = (id: string) => whole.lines.find((one) => one.id === id)!;
    assert.deepEqual([line('okx').base.atMs.at(-1), line('okx').base.values.at(-1)], [AT, 34_567]);
    assert.equal(line('okx').usd.values.at(-1), 3e9);
    assert.ok(Number.isNaN(line('gate').usd.values.at(-1)), 'a number that was not read is none');
    assert.deepEqual(
      line('binance'),
      chart.lines.find(({ id }) => id === 'binance'),
    );
    assert.equal(whole.asOfMs, AT);
    const { table, xRange } = openInterestModel(whole, 'base');
    assert.equal(xRange.max, AT);
    assert.deepEqual(table.page(0).rows[0]?.map(({ text }) => text), ['2026-11-22 04:30', '–', '–', '34,567', '–', '–', '–']); // prettier-ignore
  });

  it('change nothing where there are none', () => {
    assert.equal(withNewest(chart, undefined), chart);
    assert.equal(withNewest(chart, { version: 1, openInterest: [] }), chart);
  });
});

describe('the tables of the charts, to take away', () => {
  it('hold every row of every page, newest first, with gaps as gaps', () => {
    const { table } = openInterestModel(chart, 'base');
    const { columns, rows } = table.whole();
    assert.deepEqual(columns.slice(0, 2), [
      { title: 'Time (UTC)', type: 'time' },
      { title: 'All exchanges (BTC)', type: 'number' },
    ]);
    assert.equal(rows.length, 336);
    const times = rows.map(([atMs]) => atMs);
    assert.deepEqual(times, times.toSorted((a, b) => Number(b) - Number(a)));
    assert.equal(rows[0]?.[2], chart.lines[1]?.base.values.at(-1));
    assert.ok(rows.some((row) => row[4] === null), 'the gap of Bybit');
  }); // prettier-ignore

  it('are in the unit of their title: funding in percent per year', () => {
    const payload = demoFunding();
    const { columns, rows } = fundingModel(payload).table.whole();
    assert.equal(columns[1]?.title, 'Binance, 8 h (% per year)');
    assert.equal(rows[0]?.[1], (payload.cells[payload.columnAtMs.length - 1] ?? NaN) * 100);
  });

  it('say of each modelled level when it stood and between which prices', () => {
    const payload = demoLiquidations();
    const { columns, rows } = liquidationModel(payload, 'log').table.whole();
    assert.deepEqual(
      columns.map(({ title }) => title),
      [
        ...['Time (UTC)', 'Price from (USDT)', 'Price to (USDT)'],
        ...['Longs, modelled (USD)', 'Shorts, modelled (USD)'],
      ],
    );
    assert.equal(
      rows.length,
      payload.longCells.filter((long, at) => long + (payload.shortCells[at] ?? NaN) > 0).length,
    );
    assert.equal(rows[0]?.[0], payload.columnAtMs.at(-1));
    assert.ok(
      rows.every(([, from, to, ...usd]) => Number(from) < Number(to) && Math.max(...usd.map(Number)) > 0),
    );
  });

  it('hold of a range of time what is seen in it: moments in it, and columns that reach into it', () => {
    const payload = demoFunding();
    const { columnAtMs, columnMs } = payload;
    const [first = 0, second = 0] = [columnAtMs.at(-4), columnAtMs.at(-3)];
    const labels = (rows: readonly (readonly unknown[])[]): unknown[] => [
      ...new Set(rows.map(([atMs]) => atMs)),
    ];
    const funding = fundingModel(payload).table;
    assert.deepEqual(labels(funding.whole({ min: second - 1, max: second + 1 }).rows), [second, first]);
    assert.deepEqual(labels(funding.whole({ min: second, max: second + columnMs }).rows), [second]);
    const levels = demoLiquidations();
    const atMs = levels.columnAtMs.at(-5) ?? 0;
    const { rows } = liquidationModel(levels, 'log').table.whole({ min: atMs, max: atMs + levels.columnMs });
    assert.deepEqual(labels(rows), [atMs]);
    const [from = 0, to = 0] = [chart.lines[1]?.base.atMs[3], chart.lines[1]?.base.atMs[5]];
    const { table } = openInterestModel(chart, 'base');
    assert.deepEqual(labels(table.whole({ min: from, max: to }).rows), [
      to,
      chart.lines[1]?.base.atMs[4],
      from,
    ]);
    assert.deepEqual(table.whole({ min: from + 1, max: from + 2 }).rows, []);
  });
});
