import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { HOUR_MS, MINUTE_MS } from '../../../src/core/units.ts';
import type { Charted } from '../../../src/market/charts.ts';
import {
  candleRow,
  fundingRow,
  hoursBack,
  NOW,
  openInterestRow,
  THIS_HOUR,
} from '../analysis/regime/history.ts';
import { historyWith, type HistoryRows } from './builders.ts';
import { assetCharts, CHART_HOURS } from '../../support/allCharts.ts';

function dataOf<T>(chart: Charted<T>): T {
  assert.ok('data' in chart, 'unavailable' in chart ? chart.unavailable : '');
  return chart.data;
}
const EXCHANGES = ['binance', 'okx', 'bybit', 'bitget', 'gate'].map((id) => ({
  id,
  displayName: id.toUpperCase(),
}));
const chartsOf = (rows: Partial<HistoryRows>) => assetCharts(historyWith(rows), EXCHANGES);
const LAST = CHART_HOURS - 1;

describe('the open-interest chart', () => {
  const rows = (exchange: string, base: number, count: number = CHART_HOURS, endMs = THIS_HOUR) =>
    hoursBack(count, endMs, (atMs) => openInterestRow(exchange, atMs, base));
  const prices = (exchange: string, open: number) =>
    hoursBack(CHART_HOURS + 1, THIS_HOUR, (atMs) => candleRow(exchange, atMs, 1, { openQuote: open }));

  it('has a line per exchange, in their fixed order, and their sum, in coins and at the price of the hour', () => {
    const openInterest = [
      ...rows('okx', 10),
      ...rows('bybit', 60).map((row) => ({ ...row, sides: 'both' as const })),
    ];
    const candles = [...prices('okx', 100), ...prices('bybit', 110)];
    const { lines, aggregated } = dataOf(chartsOf({ openInterest, candles }).openInterest);
    assert.deepEqual(
      lines.map((line) => [line.id, line.sides, line.base.values[LAST], line.usd.values[LAST]]),
      [
        ['aggregate', 'one', 40, 10 * 100 + 30 * 110],
        ['okx', 'one', 10, 1_000],
        ['bybit', 'both, halved', 30, 3_300],
      ],
    );
    assert.deepEqual(aggregated, ['okx', 'bybit']);
    const [first] = lines;
    assert.equal(first?.base.atMs.length, CHART_HOURS);
    assert.equal(first?.base.atMs[LAST], THIS_HOUR);
    assert.equal((first?.base.atMs[1] ?? 0) - (first?.base.atMs[0] ?? 0), HOUR_MS);
  });

  it('keeps an hour without a reading as a gap in its line; the sum carries it on over two hours and says whose', () => {
    const without = (...hoursAgo: number[]) => {
      const missing = hoursAgo.map((ago) => THIS_HOUR - ago * HOUR_MS);
      const openInterest = [...rows('okx', 10).filter((row) => !missing.includes(row.atMs)), ...rows('gate', 5)];
      const candles = [...prices('okx', 2), ...prices('gate', 2)];
      const data = dataOf(chartsOf({ openInterest, candles }).openInterest);
      const line = (id: string) => data.lines.find((one) => one.id === id);
      const [aggregate, okx] = [line('aggregate'), line('okx')];
      return { carried: data.carried, coins: [...(aggregate?.base.values ?? [])].slice(-7), usd: [...(aggregate?.usd.values ?? [])].slice(-7), okx: [...(okx?.base.values ?? [])].slice(-7) };
    };
    const gap = Number.NaN;
    const one = without(5);
    assert.deepEqual(one.okx, [10, gap, 10, 10, 10, 10, 10]);
    assert.deepEqual(one.coins, [15, 15, 15, 15, 15, 15, 15]);
    assert.deepEqual(one.usd, [30, gap, 30, 30, 30, 30, 30], 'in dollars it has moved with the price');
    assert.deepEqual(one.carried, ['okx']);
    assert.deepEqual(without(5, 4, 3).coins, [15, gap, gap, gap, 15, 15, 15]);
    assert.deepEqual(without().carried, []);
  }); // prettier-ignore

  it('says on which part of the usual total the sum rests', () => {
    const shareOf = (openInterest: ReturnType<typeof rows>) =>
      dataOf(chartsOf({ openInterest }).openInterest).share;
    assert.equal(shareOf([...rows('okx', 30), ...rows('gate', 10, 83)]), 0.75);
    assert.equal(shareOf(rows('okx', 30)), 1);
    assert.equal(shareOf(rows('okx', 30, 5)), undefined);
  });

  it('stands in one order for every chart, whichever exchange was stored first or is the largest', () => {
    const openInterest = [...rows('gate', 90), ...rows('newcomer', 70), ...rows('okx', 5), ...rows('binance', 1)];
    const settledFunding = ['newcomer', 'gate', 'binance', 'okx'].map((id, index) =>
      fundingRow(id, THIS_HOUR - index * HOUR_MS, 0.0001),
    );
    const charts = chartsOf({ openInterest, settledFunding });
    const wanted = ['binance', 'okx', 'gate', 'newcomer'];
    const { lines, aggregated } = dataOf(charts.openInterest);
    assert.deepEqual(lines.map(({ id }) => id), ['aggregate', ...wanted]);
    assert.deepEqual(aggregated, wanted);
    assert.deepEqual(dataOf(charts.funding).rows.map(({ id }) => id), wanted);
  }); // prettier-ignore

  it('adds up only exchanges with half a week of hours up to now', () => {
    const openInterest = [
      ...rows('okx', 10, 84),
      ...rows('gate', 5, 83),
      ...rows('bitget', 7, 100, THIS_HOUR - 2 * HOUR_MS),
    ];
    const { lines, aggregated } = dataOf(chartsOf({ openInterest }).openInterest);
    assert.deepEqual(aggregated, ['okx']);
    assert.deepEqual(
      lines.map((line) => line.id),
      ['aggregate', 'okx', 'bitget', 'gate'],
    );
    assert.equal(lines[0]?.base.values[LAST], 10);
    assert.ok(Number.isNaN(lines[2]?.base.values[LAST]));
  });

  it('shows lines alone where no exchange has enough for a sum', () => {
    const { lines, aggregated } = dataOf(chartsOf({ openInterest: rows('okx', 10, 5) }).openInterest);
    assert.deepEqual([lines.map((line) => line.id), aggregated], [['okx'], []]);
  });

  it('has no sum in USD where one of the exchanges has no price: part of a sum is no sum', () => {
    const openInterest = [...rows('okx', 10), ...rows('gate', 5)];
    const { lines } = dataOf(chartsOf({ openInterest, candles: prices('okx', 100) }).openInterest);
    assert.equal(lines[0]?.base.values[LAST], 15);
    assert.ok(lines[0]?.usd.values.every(Number.isNaN));
    assert.equal(lines[1]?.usd.values[LAST], 1_000);
  });

  it('keeps the order of its lines whatever their sizes are, and names the sides that are known today', () => {
    const turned = (exchange: string, before: number, now: number) =>
      rows(exchange, before).map((row) => (row.atMs === THIS_HOUR ? { ...row, openInterestBase: now } : row));
    const openInterest = [
      ...turned('okx', 90, 10),
      ...turned('gate', 5, 20).map((row, index) => ({ ...row, sides: index < 9 ? ('unverified' as const) : ('one' as const) })),
    ];
    const { lines } = dataOf(chartsOf({ openInterest }).openInterest);
    assert.deepEqual(lines.map((line) => [line.id, line.sides]), [['aggregate', 'one'], ['okx', 'one'], ['gate', 'one']]);
  }); // prettier-ignore

  it('calls the sum unverified where one of the exchanges that it counts is', () => {
    const unverified = (exchange: string, count: number) =>
      rows(exchange, 5, count).map((row) => ({ ...row, sides: 'unverified' as const }));
    const sidesOf = (count: number) =>
      dataOf(chartsOf({ openInterest: [...rows('okx', 10), ...unverified('gate', count)] }).openInterest)
        .lines[0]?.sides;
    assert.deepEqual([sidesOf(CHART_HOURS), sidesOf(20)], ['unverified', 'one']);
  });

  it('never takes the USD of an exchange that is not in the sum for those of one that is', () => {
    const openInterest = [...rows('okx', 10), ...rows('gate', 5, 83)];
    const { lines, aggregated } = dataOf(
      chartsOf({ openInterest, candles: prices('gate', 100) }).openInterest,
    );
    assert.deepEqual(aggregated, ['okx']);
    assert.ok(lines[0]?.usd.values.every(Number.isNaN));
  });

  it('has a sum in USD of the hours that have a price, be it one, at its own time', () => {
    const candles = prices('okx', 100).slice(-1);
    const { lines } = dataOf(chartsOf({ openInterest: rows('okx', 10), candles }).openInterest);
    assert.deepEqual([...(lines[0]?.usd.values ?? [])].slice(-2), [Number.NaN, 1_000]);
  });

  it('has no sum in USD either where the price of one of them has stopped', () => {
    const openInterest = [...rows('okx', 10), ...rows('gate', 5)];
    const candles = [...prices('okx', 100), ...prices('gate', 100).slice(0, -2)];
    const { lines } = dataOf(chartsOf({ openInterest, candles }).openInterest);
    assert.equal(lines[0]?.base.values[LAST], 15);
    assert.ok(lines[0]?.usd.values.every(Number.isNaN));
  });

  it('puts a reading of the moment at the nearest hour and prices it there', () => {
    const reading = (minutes: number, base: number) => {
      const { barMs: _bar, ...row } = openInterestRow('okx', THIS_HOUR + minutes * MINUTE_MS, base);
      return row;
    };
    const openInterest = [
      reading(-61, 70),
      reading(-59, 80),
      reading(-5, 100),
      reading(2, 110),
      reading(25, 200),
    ];
    const candles = [
      candleRow('okx', THIS_HOUR - HOUR_MS, 1, { openQuote: 3 }),
      candleRow('okx', THIS_HOUR, 1, { openQuote: 2 }),
    ];
    const { lines } = dataOf(chartsOf({ openInterest, candles }).openInterest);
    assert.deepEqual([...(lines[0]?.base.values ?? [])].slice(-3), [Number.NaN, 80, 110]);
    assert.deepEqual([...(lines[0]?.usd.values ?? [])].slice(-3), [Number.NaN, 240, 220]);
    const soon = dataOf(
      assetCharts(
        historyWith({ openInterest: [reading(2, 110), reading(55, 200)] }, THIS_HOUR + 58 * MINUTE_MS),
      ).openInterest,
    );
    assert.equal(soon.lines[0]?.base.atMs[LAST], THIS_HOUR, 'no hour that has not begun');
    assert.equal(soon.lines[0]?.base.values[LAST], 110);
  });

  it('prices with one instrument of an exchange: opens do not add up', () => {
    const candles = [
      ...prices('okx', 100),
      candleRow('okx', THIS_HOUR, 1, { openQuote: 101, instrument: 'okx:BTC-USDC' }),
    ];
    const { lines } = dataOf(chartsOf({ openInterest: rows('okx', 10), candles }).openInterest);
    assert.equal(lines[0]?.usd.values[LAST], 1_000);
  });

  it('says so where nothing has been read', () => {
    assert.deepEqual(chartsOf({}).openInterest, { unavailable: 'No open interest has been read yet.' });
  });
});

describe('the funding grid', () => {
  const COLUMNS = 42;
  const EIGHT = 8 * HOUR_MS;
  /** The settlement at 08:00 today; the next one, at 16:00, is under way. */
  const settledMs = Math.floor(NOW / EIGHT) * EIGHT;
  const cell = (grid: { cells: Float32Array }, row: number, back: number): number =>
    grid.cells[row * COLUMNS + COLUMNS - 1 - back] ?? Number.NaN;
  const about = (actual: number, expected: number): void =>
    assert.ok(Math.abs(actual - expected) < 1e-6, `${actual} is not ${expected}`);

  it('has a column for each 8 h, the newest holding now', () => {
    const settledFunding = [fundingRow('okx', settledMs, 0.0001)];
    const grid = dataOf(chartsOf({ settledFunding }).funding);
    assert.equal(grid.columnAtMs.length, COLUMNS);
    assert.equal(grid.columnMs, EIGHT);
    assert.equal(grid.columnAtMs.at(-1), settledMs);
    assert.equal(grid.columnAtMs.at(-2), settledMs - EIGHT);
  });

  it('puts a settlement into the interval it paid for, though its time jitters', () => {
    const settledFunding = [
      fundingRow('okx', settledMs - EIGHT + 7, 0.0003),
      fundingRow('okx', settledMs - 3, 0.0001),
    ];
    const grid = dataOf(chartsOf({ settledFunding }).funding);
    assert.ok(Number.isNaN(cell(grid, 0, 0)), 'the interval under way has not been settled');
    about(cell(grid, 0, 1), 0.0001 * 1_095);
    about(cell(grid, 0, 2), 0.0003 * 1_095);
    assert.ok(Number.isNaN(cell(grid, 0, 3)));
  });

  it('averages two 4 h settlements in a column, each by the year, beside exchanges with 8 h', () => {
    const settledFunding = [
      fundingRow('okx', settledMs, 0.0001),
      fundingRow('gate', settledMs - 4 * HOUR_MS, 0.0001, { intervalMs: 4 * HOUR_MS }),
      fundingRow('gate', settledMs, 0.0003, { intervalMs: 4 * HOUR_MS }),
    ];
    const grid = dataOf(chartsOf({ settledFunding }).funding);
    assert.deepEqual(grid.rows, [
      { id: 'okx', intervalHours: 8 },
      { id: 'gate', intervalHours: 4 },
    ]);
    about(cell(grid, 0, 1), 0.0001 * 1_095);
    about(cell(grid, 1, 1), 0.0002 * 2_190);
  });

  it('leaves out rates whose interval is only a default, and what lies further back', () => {
    const settledFunding = [
      fundingRow('okx', settledMs, 0.0001),
      fundingRow('okx', settledMs - 60 * EIGHT, 9),
      fundingRow('gate', settledMs, 9, { intervalBasis: 'venue-default' }),
    ];
    const grid = dataOf(chartsOf({ settledFunding }).funding);
    assert.deepEqual(
      grid.rows.map((row) => row.id),
      ['okx'],
    );
    assert.equal(grid.cells.filter((value) => !Number.isNaN(value)).length, 1);
  });

  it('holds six weeks of columns and lets nothing run over into the row of another exchange', () => {
    const oldestMs = settledMs - (COLUMNS - 1) * EIGHT;
    const settledFunding = [
      fundingRow('okx', settledMs, 0.0001),
      fundingRow('gate', oldestMs, 0.0009),
      fundingRow('gate', oldestMs + EIGHT, 0.0002),
      fundingRow('gate', oldestMs + 2 * EIGHT, 0.0003),
      fundingRow('okx', settledMs + 2 * EIGHT, 0.0005),
    ];
    const { cells } = dataOf(chartsOf({ settledFunding }).funding);
    const filled = [...cells].flatMap((value, index) => (Number.isNaN(value) ? [] : [index]));
    assert.deepEqual(filled, [COLUMNS - 2, COLUMNS, COLUMNS + 1]);
    about(cells[COLUMNS] ?? 0, 0.0002 * 1_095);
  });

  it('ends with the interval that has just been settled at the moment of settlement', () => {
    const settledFunding = [fundingRow('okx', settledMs, 0.0001)];
    const grid = dataOf(assetCharts(historyWith({ settledFunding }, settledMs)).funding);
    assert.equal(grid.columnAtMs.at(-1), settledMs - EIGHT);
    about(cell(grid, 0, 0), 0.0001 * 1_095);
  });

  it('names the interval of the newest settlement and when the newest of all was', () => {
    const settledFunding = [
      fundingRow('okx', settledMs - EIGHT, 0.0001),
      fundingRow('okx', settledMs, 0.0001, { intervalMs: 4 * HOUR_MS }),
      fundingRow('gate', settledMs - EIGHT, 0.0001),
    ];
    const grid = dataOf(chartsOf({ settledFunding }).funding);
    assert.deepEqual(grid.rows, [{ id: 'okx', intervalHours: 4 }, { id: 'gate', intervalHours: 8 }]);
    assert.equal(grid.newestSettledAtMs, settledMs);
  }); // prettier-ignore

  it('keeps a settled rate of zero, which is no gap', () => {
    const grid = dataOf(chartsOf({ settledFunding: [fundingRow('okx', settledMs, 0)] }).funding);
    assert.equal(cell(grid, 0, 1), 0);
  });

  it('says so where nothing has been settled', () => {
    assert.deepEqual(chartsOf({}).funding, { unavailable: 'No settled funding has been read yet.' });
  });
});
