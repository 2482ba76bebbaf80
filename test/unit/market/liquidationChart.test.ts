import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { MarginTiers, Observation } from '../../../src/core/observation.ts';
import { HOUR_MS } from '../../../src/core/units.ts';
import type { Charted, LiquidationModel } from '../../../src/market/charts.ts';
import type { LiquidationInput } from '../../../src/market/liquidationChart.ts';
import {
  candleRow,
  hoursBack,
  LAST_FULL_HOUR,
  liquidationRow,
  openInterestRow,
  THIS_HOUR,
} from '../analysis/regime/history.ts';
import { historyWith, observe, type HistoryRows } from './builders.ts';
import { assetCharts } from '../../support/allCharts.ts';

const EXCHANGES = ['binance', 'okx', 'bybit', 'bitget', 'gate'].map((id) => ({
  id,
  displayName: id.toUpperCase(),
}));
const chartOf = (
  rows: Partial<HistoryRows>,
  levels: Partial<LiquidationInput> = {},
): Charted<LiquidationModel> => assetCharts(historyWith(rows), EXCHANGES, [], levels).liquidation;
const modelOf = (rows: Partial<HistoryRows>, levels: Partial<LiquidationInput> = {}): LiquidationModel => {
  const chart = chartOf(rows, levels);
  assert.ok('data' in chart, 'unavailable' in chart ? chart.unavailable : '');
  return chart.data;
};

/** Open interest that swings by a fifth around a level, over all hours that panels show. */
const swinging = (exchange: string, base: number, count = 168) =>
  hoursBack(count, THIS_HOUR, (atMs, index) =>
    openInterestRow(exchange, atMs, base * (1 + 0.2 * Math.sin(index / 5))),
  );
/** Prices that walk up and down, the same for every exchange. */
const bars = (exchange: string, count = 168, endMs = LAST_FULL_HOUR) =>
  hoursBack(count, endMs, (atMs) => {
    const price = (hour: number): number => 100 + 4 * Math.sin(hour / 9) + 2 * Math.sin(hour / 2.3);
    const [open, close] = [price(atMs / HOUR_MS), price(atMs / HOUR_MS + 1)];
    return candleRow(exchange, atMs, close, {
      ...{ openQuote: open, priceType: 'mark', volumeBase: 300 },
      ...{ highQuote: Math.max(open, close) * 1.002, lowQuote: Math.min(open, close) * 0.998 },
    });
  });
/** A margin table as it is read of an exchange. */
const tableOf = (exchange: string, maxLeverage: number, changes: Partial<MarginTiers> = {}): MarginTiers =>
  observe(exchange, 'margin-tiers', {
    ...{ unit: 'usd', tiers: [{ from: 0, maintenanceMarginRate: 0.5 / maxLeverage, maxLeverage }] },
    ...changes,
  });
const sumOf = (cells: Float32Array): number =>
  cells.reduce((sum, one) => sum + (Number.isNaN(one) ? 0 : one), 0);

describe('the liquidation chart', () => {
  const openInterest = swinging('okx', 1_000);

  it('is drawn from open interest and the mark price of one exchange, full bars only', () => {
    const markCandles = [
      ...bars('okx', 100),
      ...bars('bybit', 110),
      candleRow('bybit', THIS_HOUR, 777, { priceType: 'mark' }),
    ];
    const chart = modelOf({ openInterest, markCandles });
    assert.deepEqual([chart.priceFrom, chart.exchanges, chart.shown], ['bybit', ['okx'], 'aggregate']);
    assert.equal(chart.price.atMs.at(-1), THIS_HOUR, 'the close of the last full bar');
    assert.equal(chart.priceQuote, chart.price.values.at(-1));
    assert.ok(sumOf(chart.levels.longCells) > 0 && sumOf(chart.levels.shortCells) > 0);
    assert.equal(chart.levels.columnAtMs.length, 110);
  });

  it('prefers the mark price of equally long ones, then the name, and says which price it is', () => {
    const last = (exchange: string, count: number) =>
      bars(exchange, count).map((bar) => ({ ...bar, priceType: 'last' as const }));
    const of = (rows: Partial<HistoryRows>) => {
      const { priceFrom, priceType } = modelOf({ openInterest, ...rows });
      return [priceFrom, priceType];
    };
    assert.deepEqual(of({ markCandles: bars('okx', 50), candles: last('gate', 50) }), ['okx', 'mark price']);
    assert.deepEqual(of({ markCandles: bars('okx', 50), candles: last('gate', 51) }), ['gate', 'last price']);
    for (const candles of [
      [...last('okx', 50), ...last('htx', 50)],
      [...last('htx', 50), ...last('okx', 50)],
    ])
      assert.deepEqual(of({ candles }), ['htx', 'last price']);
    const lent = modelOf({ openInterest, candles: last('gate', 60) }).assumptions.join('\n');
    assert.match(lent, /Prices: the last price of GATE stands for those of OKX/);
    const own = modelOf({ openInterest, candles: [...last('gate', 60), ...last('okx', 59)] });
    assert.doesNotMatch(own.assumptions.join('\n'), /stands for those/);
  });

  it('takes the open interest at the end of each bar, which stands at the label of the next', () => {
    // Flat but for one rise, seen first at `riseAtMs`: positions were opened in the bar that ended then.
    const riseAtMs = THIS_HOUR - 40 * HOUR_MS;
    const rising = openInterest.map((row) => ({
      ...row,
      openInterestBase: row.atMs < riseAtMs ? 1_000 : 1_500,
    }));
    const markCandles = bars('okx', 100).map(({ volumeBase: _volume, ...bar }) => bar);
    const { levels, assumptions } = modelOf({ openInterest: rising, markCandles });
    const columns = levels.columnAtMs.length;
    const opened = [...levels.columnAtMs].filter((_, column) =>
      levels.longCells.some((value, at) => at % columns === column && value > 0),
    );
    assert.equal(opened[0], riseAtMs - HOUR_MS);
    assert.ok(assumptions.some((words) => words.startsWith('Turnover: the volume of OKX is not known')));
  });

  it('takes no prices that have ended, however many there are: two hours late is the most', () => {
    const late = (hours: number) =>
      bars('okx', 100).filter((bar) => bar.atMs <= LAST_FULL_HOUR - hours * HOUR_MS);
    // NOW lies within the hour, so that bars which end with the last full hour are already some minutes old.
    assert.ok('data' in chartOf({ openInterest, markCandles: late(1) }));
    assert.ok('unavailable' in chartOf({ openInterest, markCandles: late(2) }));
    assert.ok('unavailable' in chartOf({ openInterest, markCandles: late(70) }));
    const candles = bars('gate', 30).map((bar) => ({ ...bar, priceType: 'last' as const }));
    assert.equal(modelOf({ openInterest, markCandles: late(70), candles }).priceFrom, 'gate');
  });

  it('says what it needs where the history is too short', () => {
    const needs = /84 h of open interest and 24 h of prices/;
    const short: readonly Partial<HistoryRows>[] = [
      {},
      { openInterest },
      { openInterest, markCandles: bars('okx', 23) },
      { openInterest: openInterest.slice(-83), markCandles: bars('okx', 100) },
    ];
    for (const rows of short) {
      const chart = chartOf(rows);
      assert.ok('unavailable' in chart);
      assert.match(chart.unavailable, needs);
    }
    assert.ok('data' in chartOf({ openInterest, markCandles: bars('okx', 24) }));
  });

  it('begins to fill the levels before the hours that it shows', () => {
    const rows = { openInterest: swinging('okx', 1_000, 500), markCandles: bars('okx', 500) };
    const { levels } = modelOf(rows);
    const columns = levels.columnAtMs.length;
    assert.ok(columns <= 168);
    const atFirst = levels.longCells.filter((_, at) => at % columns === 0);
    assert.ok(sumOf(atFirst) > 0, 'levels stand in the first column');
  });
});

describe('liquidation levels by exchange', () => {
  const rows: Partial<HistoryRows> = {
    openInterest: [...swinging('okx', 1_000), ...swinging('gate', 400)],
    markCandles: [...bars('okx'), ...bars('gate')],
  };
  const tiers = [tableOf('okx', 100), tableOf('gate', 40)];

  it('add up to the aggregate, row by row, each with its own margin table', () => {
    const all = modelOf(rows, { tiers });
    const each = (['okx', 'gate'] as const).map((levelsOf) => modelOf(rows, { tiers, levelsOf }));
    assert.deepEqual([all.shown, ...each.map(({ shown }) => shown)], ['aggregate', 'okx', 'gate']);
    assert.deepEqual([all.exchanges, ...each.map(({ exchanges }) => exchanges)], [['okx', 'gate'], ['okx'], ['gate']]);
    for (const key of ['longCells', 'shortCells'] as const) {
      const [whole, okx, gate] = [all, ...each].map(({ levels }) => levels[key]);
      whole?.forEach((value, at) => {
        const sum = (okx?.[at] ?? 0) + (gate?.[at] ?? 0);
        assert.ok(Math.abs(value - sum) <= 1e-5 * (1 + sum), `${key} ${at}: ${value} is not ${sum}`);
      });
    }
    const total = each.reduce((sum, one) => sum + one.openInterestBase, 0);
    assert.ok(Math.abs(all.openInterestBase - total) < 1e-9);
    // Choices stay the same whatever is shown, so that there is a way back.
    for (const { choices } of each) assert.deepEqual(choices, ['okx', 'gate']);
  }); // prettier-ignore

  it('are those of all where an exchange is wanted that has none', () => {
    assert.equal(modelOf(rows, { levelsOf: 'htx' }).shown, 'aggregate');
  });

  it('never hold more coins than there is open interest, on either side, at any time', () => {
    for (const levelsOf of ['okx', 'gate', 'aggregate']) {
      const { levels, placed, openInterestBase, exchanges } = modelOf(rows, { tiers, levelsOf });
      const { columnAtMs, priceEdges } = levels;
      const known = rows.openInterest?.filter(({ exchange }) => exchanges.includes(exchange)) ?? [];
      columnAtMs.forEach((atMs, column) => {
        const now = known
          .filter((row) => row.atMs === atMs + HOUR_MS)
          .reduce((sum, row) => sum + (row.openInterestBase ?? NaN), 0);
        for (const cells of [levels.longCells, levels.shortCells]) {
          // Coins at the upper edge of a row are the fewest that its notional can be.
          const coins = Array.from({ length: levels.rows }, (_, row) => (cells[row * columnAtMs.length + column] ?? NaN) / (priceEdges[row + 1] ?? NaN)).reduce((sum, one) => sum + one, 0);
          assert.ok(coins > 0 || column < 2, `${levelsOf} ${column}`);
          assert.ok(coins <= now * (1 + 1e-6), `${levelsOf} ${column}: ${coins} of ${now}`);
        }
      });
      for (const share of [placed.long, placed.short])
        assert.ok(share !== undefined && share > 0 && share <= 1, `${levelsOf}: ${share} of ${openInterestBase}`);
    }
  }); // prettier-ignore

  it('keep sides apart: longs below the price, shorts above it', () => {
    const { levels, price, largest, priceQuote } = modelOf(rows, { tiers });
    const columns = levels.columnAtMs.length;
    const last = price.values.at(-1) ?? NaN;
    for (let row = 0; row < levels.rows; row += 1) {
      const at = row * columns + columns - 1;
      if ((levels.longCells[at] ?? 0) > 0) assert.ok((levels.priceEdges[row] ?? NaN) < last * 1.003);
      if ((levels.shortCells[at] ?? 0) > 0) assert.ok((levels.priceEdges[row + 1] ?? NaN) > last * 0.997);
    }
    assert.ok(largest.length > 1);
    for (const { side, lowQuote, highQuote, leastQuote, mostQuote, notionalQuote } of largest) {
      assert.ok(side === 'long' ? highQuote <= priceQuote : lowQuote >= priceQuote, side);
      assert.ok(leastQuote <= notionalQuote && notionalQuote <= mostQuote);
    }
  });

  it('have no band for leverage that the table of their exchange does not allow', () => {
    // Nothing at 50x and 100x: of a price that stood still nothing lies within 1.4 % of it.
    const still = bars('gate').map((bar) => ({ ...bar, openQuote: 100, highQuote: 100, lowQuote: 100, closeQuote: 100 }));
    const of = (maxLeverage: number) =>
      modelOf({ openInterest: swinging('gate', 400), markCandles: still }, { tiers: [tableOf('gate', maxLeverage)] });
    const near = ({ levels }: LiquidationModel): number => {
      const columns = levels.columnAtMs.length;
      let sum = 0;
      for (let row = 0; row < levels.rows; row += 1)
        if ((levels.priceEdges[row] ?? 0) > 98.6 && (levels.priceEdges[row + 1] ?? 0) < 101.4)
          for (const cells of [levels.longCells, levels.shortCells]) sum += cells[row * columns + columns - 1] ?? NaN;
      return sum;
    };
    assert.ok(near(of(100)) > 0);
    assert.equal(near(of(25)), 0);
    assert.ok(of(25).assumptions.some((words) => words.startsWith('Left out: 50x, 100x of GATE')));
    const none = modelOf({ openInterest: swinging('gate', 400), markCandles: still }, { tiers: [tableOf('gate', 4)] });
    assert.deepEqual([sumOf(none.levels.longCells), none.largest, none.placed], [0, [], { long: 0, short: 0 }]);
  }); // prettier-ignore

  it('say whose margin table was not read, and take none that counts contracts of an unknown size', () => {
    const some = modelOf(rows, { tiers: [tableOf('gate', 40), tableOf('okx', 100, { unit: 'contracts' })] });
    assert.deepEqual(some.assumedMargin, ['okx']);
    assert.match(
      some.assumptions.join('\n'),
      /as stated in 2024, for every asset \(OKX\); GATE BTCUSDT, 2026-/,
    );
    const other = tableOf('okx', 100, { instrument: 'okx:BTCUSDC', venueSymbol: 'BTCUSDC' });
    assert.deepEqual(modelOf(rows, { tiers: [other] }).assumedMargin, ['okx', 'gate']);
    const older = tableOf('okx', 100, { atMs: 1 });
    const newest = modelOf(rows, { tiers: [older, tableOf('okx', 25)], levelsOf: 'okx' });
    assert.ok(newest.assumptions.some((words) => words.startsWith('Left out: 50x, 100x of OKX')));
  });

  it('lie where margin in coins puts them, where the exchange says so', () => {
    const of = (margin: 'linear' | 'inverse') =>
      modelOf(rows, { tiers, levelsOf: 'okx', marginOf: () => margin });
    assert.notDeepEqual(of('linear').levels.longCells, of('inverse').levels.longCells);
    assert.ok(of('inverse').assumptions.some((words) => words.includes('inverse contracts')));
  });

  it('are a gap at an hour without prices, and never a zero', () => {
    const goneMs = LAST_FULL_HOUR - 20 * HOUR_MS;
    const without = <Row extends Observation>(list: readonly Row[]): Row[] =>
      list.filter(({ atMs }) => atMs !== goneMs);
    const holed = { ...rows, markCandles: without(rows.markCandles ?? []) };
    const { levels, assumptions } = modelOf(holed, { tiers });
    const columns = levels.columnAtMs.length;
    const hole = levels.columnAtMs.indexOf(goneMs);
    assert.ok(hole > 0);
    levels.longCells.forEach((value, at) => assert.equal(Number.isNaN(value), at % columns === hole));
    levels.shortCells.forEach((value, at) => assert.equal(Number.isNaN(value), at % columns === hole));
    assert.ok(assumptions.some((words) => /^Left out: 1 of \d+ bars of OKX without prices/.test(words)));
  });

  it('give away columns of their own each time', () => {
    const [one, other] = [modelOf(rows, { tiers }), modelOf(rows, { tiers })];
    assert.deepEqual(one.levels, other.levels);
    for (const key of ['longCells', 'shortCells', 'columnAtMs', 'priceEdges'] as const)
      assert.notEqual(one.levels[key].buffer, other.levels[key].buffer, key);
  });

  it('follow a number that was revised', () => {
    const before = modelOf(rows, { tiers });
    const revised = rows.openInterest?.map((row, at) => (at === 100 ? { ...row, openInterestBase: 2_000 } : row));
    const after = modelOf({ ...rows, openInterest: revised ?? [] }, { tiers });
    assert.notDeepEqual(before.levels.longCells, after.levels.longCells);
  }); // prettier-ignore
});

describe('realised liquidations beside the levels', () => {
  const rows: Partial<HistoryRows> = {
    openInterest: [...swinging('okx', 1_000), ...swinging('gate', 400)],
    markCandles: [...bars('okx'), ...bars('gate')],
  };
  const liquidated = (exchange: string, count: number, longs: number, shorts: number) =>
    hoursBack(count, LAST_FULL_HOUR, (atMs) => liquidationRow(exchange, atMs, longs, shorts));
  const at = ({ levels, realised }: LiquidationModel, atMs: number): number[] => {
    const column = levels.columnAtMs.indexOf(atMs);
    const { longUsd, shortUsd, lowQuote, highQuote } = realised ?? {};
    return [longUsd, shortUsd, lowQuote, highQuote].map((one) => one?.[column] ?? Number.NaN);
  };

  it('are added up over the exchanges that are shown, hour by hour, at the prices of the hour', () => {
    const liquidationVolume = [...liquidated('okx', 160, 70, 5), ...liquidated('gate', 160, 30, 0)];
    const bar = rows.markCandles?.find(({ atMs }) => atMs === LAST_FULL_HOUR);
    const all = modelOf({ ...rows, liquidationVolume });
    assert.deepEqual(at(all, LAST_FULL_HOUR), [100, 5, bar?.lowQuote, bar?.highQuote]);
    assert.deepEqual(all.realised?.exchanges, ['okx', 'gate']);
    const gate = modelOf({ ...rows, liquidationVolume }, { levelsOf: 'gate' });
    // Nothing liquidated is a number, as long as somebody looked.
    assert.deepEqual(at(gate, LAST_FULL_HOUR).slice(0, 2), [30, 0]);
    assert.equal(gate.realised?.isLowerBound, true, 'nobody says that the feed is complete');
  });

  it('are a gap in hours of which nothing is known, and not there where nothing is known of any', () => {
    const goneMs = LAST_FULL_HOUR - 30 * HOUR_MS;
    const liquidationVolume = liquidated('okx', 120, 70, 5).filter(({ atMs }) => atMs !== goneMs);
    const model = modelOf({ ...rows, liquidationVolume });
    assert.deepEqual(at(model, goneMs).slice(0, 2), [Number.NaN, Number.NaN]);
    assert.deepEqual(at(model, LAST_FULL_HOUR - 140 * HOUR_MS).slice(0, 2), [Number.NaN, Number.NaN]);
    assert.deepEqual(at(model, goneMs + HOUR_MS).slice(0, 2), [70, 5]);
    assert.equal(modelOf(rows).realised, undefined);
    const ofOther = modelOf({ ...rows, liquidationVolume }, { levelsOf: 'gate' });
    assert.equal(ofOther.realised, undefined, 'those of another exchange are not those of this one');
  });

  it('leave out an exchange that has joined of late: a sum is of the same ones at all hours', () => {
    const liquidationVolume = [...liquidated('okx', 160, 70, 5), ...liquidated('gate', 40, 30, 0)];
    const model = modelOf({ ...rows, liquidationVolume });
    assert.deepEqual(model.realised?.exchanges, ['okx']);
    assert.deepEqual(at(model, LAST_FULL_HOUR).slice(0, 2), [70, 5]);
  });

  it('wait for an exchange whose newest hour comes later, and go on without its hour', () => {
    const late = liquidated('gate', 160, 30, 0).filter(({ atMs }) => atMs < LAST_FULL_HOUR);
    const model = modelOf({ ...rows, liquidationVolume: [...liquidated('okx', 160, 70, 5), ...late] });
    assert.deepEqual(model.realised?.exchanges, ['okx', 'gate']);
    assert.deepEqual(at(model, LAST_FULL_HOUR).slice(0, 2), [Number.NaN, Number.NaN]);
    assert.deepEqual(at(model, LAST_FULL_HOUR - HOUR_MS).slice(0, 2), [100, 5]);
  });
});
