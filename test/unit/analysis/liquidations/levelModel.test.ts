import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { LevelBar } from '../../../../src/analysis/liquidations/levelBook.ts';
import type {
  LevelModelOptions,
  LiquidationLevels,
} from '../../../../src/analysis/liquidations/levelModel.ts';
import { modelLiquidationLevels } from '../../../../src/analysis/liquidations/levelModel.ts';
import { BAR_MS, T0, bar } from './bars.ts';

const TEN = { leverageWeights: [{ leverage: 10, weight: 1 }], maintenanceMargin: 0.01 } as const;
const LONG_RATIO = 0.9 / 0.99; // 0.90909…
const SHORT_RATIO = 1.1 / 1.01; // 1.08911…

function model(bars: readonly LevelBar[], options: LevelModelOptions = TEN): LiquidationLevels {
  const levels = modelLiquidationLevels(bars, options);
  assert.ok(levels !== undefined);
  return levels;
}

/** Notional of a column by row price, rows without levels left out. */
function column(levels: LiquidationLevels, index: number): { low: number; high: number; notional: number }[] {
  const columns = levels.columnAtMs.length;
  return Array.from({ length: levels.rows }, (_, row) => ({
    low: levels.priceEdges[row] ?? NaN,
    high: levels.priceEdges[row + 1] ?? NaN,
    notional: levels.cells[row * columns + index] ?? NaN,
  })).filter(({ notional }) => notional !== 0);
}

function assertClose(actual: number | undefined, expected: number, tolerance = 1e-3): void {
  assert.ok(
    actual !== undefined && Math.abs(actual - expected) <= tolerance * expected,
    `${actual} ≠ ${expected}`,
  );
}

describe('liquidation level model', () => {
  // Open interest 1,000 -> 1,100 -> 1,020 coins; the third bar trades down through the longs of the second.
  const threeBars = [
    bar(0, 1_000, 100),
    bar(1, 1_100, 100, { lowQuote: 98, highQuote: 102 }),
    bar(2, 1_020, 95, { lowQuote: 90, highQuote: 101 }),
  ];

  it('agrees with three bars worked out by hand', () => {
    const levels = model(threeBars);
    assert.deepEqual([...levels.columnAtMs], [T0, T0 + BAR_MS, T0 + 2 * BAR_MS]);
    assert.equal(levels.columnMs, BAR_MS);
    assert.deepEqual(column(levels, 0), []);
    const [long, short, ...more] = column(levels, 1);
    assert.ok(long !== undefined && short !== undefined && more.length === 0);
    assert.ok(long.low <= 100 * LONG_RATIO && 100 * LONG_RATIO < long.high);
    assert.ok(short.low <= 100 * SHORT_RATIO && 100 * SHORT_RATIO < short.high);
    assertClose(long.notional, 100 * 100 * LONG_RATIO);
    assertClose(short.notional, 100 * 100 * SHORT_RATIO);
    // The 100 consumed longs explain the fall of 80 on their side; shorts close by 80 of 1,100.
    const [left, ...none] = column(levels, 2);
    assert.equal(none.length, 0);
    assertClose(left?.notional, 100 * 100 * SHORT_RATIO * (1_020 / 1_100));
    assert.equal(levels.outstandingLongBase, 0);
    assertClose(levels.outstandingShortBase, 100 * (1_020 / 1_100), 1e-12);
    assert.equal(levels.openInterestBase, 1_020);
  });

  it('closes only what a fall leaves after the levels crossed', () => {
    // Longs of 100 at 90.9 and of 100 at 81.8; the first are crossed, the fall is 300 of 1,200.
    const levels = model([
      bar(0, 1_000, 100),
      bar(1, 1_100, 100),
      bar(2, 1_200, 92, { lowQuote: 92, highQuote: 100 }),
      bar(3, 900, 92, { lowQuote: 90 }),
    ]);
    assertClose(levels.outstandingLongBase, 100 * (900 / 1_100), 1e-12);
    assertClose(levels.outstandingShortBase, 200 * (900 / 1_200), 1e-12);
  });

  it('consumes exactly the levels that the prices reached', () => {
    const reaching = (lowQuote: number, highQuote: number): [number, number] => {
      const last = bar(2, 1_100, 100, { lowQuote, highQuote });
      const levels = model([bar(0, 1_000, 100), bar(1, 1_100, 100), last]);
      return [Math.round(levels.outstandingLongBase), Math.round(levels.outstandingShortBase)];
    };
    assert.deepEqual(reaching(91, 108.8), [100, 100]);
    assert.deepEqual(reaching(90.8, 100), [0, 100]);
    assert.deepEqual(reaching(100, 109), [100, 0]);
    assert.deepEqual(reaching(90.8, 109), [0, 0]);
  });

  it('does not let a bar consume what was opened at its own close', () => {
    const levels = model([bar(0, 0, 100), bar(1, 50, 100, { lowQuote: 80, highQuote: 120 })]);
    assert.equal(levels.outstandingLongBase, 50);
    assert.equal(levels.outstandingShortBase, 50);
  });

  it('splits new open interest over the leverage tiers by default weights', () => {
    const levels = model([bar(0, 0, 100), bar(1, 1_000, 100)], {});
    const shares = column(levels, 1).map(
      ({ low, high, notional }) => notional / Math.sqrt(low * high) / 1_000,
    );
    const expected = [0.15, 0.3, 0.25, 0.2, 0.1, 0.1, 0.2, 0.25, 0.3, 0.15];
    assert.equal(shares.length, expected.length);
    shares.forEach((share, index) => assertClose(share, expected[index] ?? NaN, 2e-3));
  });

  it('gives no band to a leverage that the maintenance margin makes impossible, and says so', () => {
    const weights = [10, 50, 100].map((leverage) => ({ leverage, weight: 1 }));
    const bars = [bar(0, 0, 100), bar(1, 100, 100)];
    const levels = model(bars, { leverageWeights: weights, maintenanceMargin: 0.01 });
    assert.equal(column(levels, 1).length, 4);
    assert.ok(levels.assumptions.some((sentence) => /Left out: 100x/.test(sentence)));
    assert.equal(levels.outstandingLongBase, 100);
    assert.equal(modelLiquidationLevels(bars, { maintenanceMargin: 0.5 }), undefined);
  });

  it('counts levels beyond the drawn prices without drawing them', () => {
    const weights = [{ leverage: 2, weight: 1 }];
    const levels = model([bar(0, 0, 100), bar(1, 100, 100)], { leverageWeights: weights });
    assert.deepEqual(column(levels, 1), []);
    assert.equal(levels.outstandingLongBase, 100);
    assertClose(levels.priceEdges[0], 80);
    assertClose(levels.priceEdges.at(-1), 120);
  });

  it('keeps a position that can never be liquidated in the sum', () => {
    const levels = model([bar(0, 0, 100), bar(1, 100, 100)], {
      leverageWeights: [{ leverage: 1, weight: 1 }],
      maintenanceMargin: 0.1,
      padding: 5,
    });
    assert.equal(column(levels, 1).length, 1);
    assert.equal(levels.outstandingLongBase, 100);
  });

  it('reads the change across a gap of open interest once, at the later bar', () => {
    const levels = model([
      bar(0, 1_000, 100),
      bar(1, undefined, 101),
      bar(2, NaN, 102),
      bar(3, -5, 103),
      bar(4, 1_060, 104),
    ]);
    for (const before of [0, 1, 2, 3]) assert.deepEqual(column(levels, before), []);
    const [long] = column(levels, 4);
    assert.ok(long !== undefined && long.low <= 104 * LONG_RATIO && 104 * LONG_RATIO < long.high);
    assert.ok(levels.assumptions.some((sentence) => /missing in 3 of 5 bars/.test(sentence)));
  });

  it('nets what prices consumed during a gap out of the fall across it', () => {
    const levels = model([bar(0, 0, 100), bar(1, 100, 100), bar(2, undefined, 90), bar(3, 40, 100)]);
    assert.equal(levels.outstandingLongBase, 0);
    assertClose(levels.outstandingShortBase, 40, 1e-12);
  });

  it('joins whole bars to columns and marks columns without bars', () => {
    const bars = [...Array(10).keys(), 18, 19].map((index) => bar(index, 1_000 + index, 100));
    const levels = model(bars, { ...TEN, columns: 7 });
    assert.equal(levels.columnMs, 3 * BAR_MS);
    assert.equal(levels.columnAtMs.length, 7);
    assert.deepEqual([...levels.columnHasBars], [1, 1, 1, 1, 0, 0, 1]);
    assert.deepEqual(column(levels, 4), column(levels, 3));
  });

  it('has nothing to say about empty, single-bar and all-gap input', () => {
    assert.equal(modelLiquidationLevels([]), undefined);
    assert.equal(modelLiquidationLevels([bar(0, 100, 100)]), undefined);
    assert.equal(modelLiquidationLevels([0, 1, 2].map((index) => bar(index, undefined, 100))), undefined);
    assert.equal(modelLiquidationLevels([bar(0, 100, 100), bar(1, undefined, 100)]), undefined);
    const badPrices = [bar(0, 1, NaN), bar(1, 2, 0), bar(2, 3, -1), bar(3, 4, Infinity), bar(4, 5, 1e308)];
    assert.equal(modelLiquidationLevels(badPrices), undefined);
    assert.equal(modelLiquidationLevels(threeBars, { leverageWeights: [] }), undefined);
    for (const maintenanceMargin of [0, -1, NaN, Infinity])
      assert.equal(modelLiquidationLevels(threeBars, { maintenanceMargin }), undefined);
  });

  it('gives an empty picture, not an undefined one, where open interest never rose', () => {
    const levels = model([bar(0, 100, 100), bar(1, 100, 100), bar(2, 0, 100)]);
    assert.ok(levels.cells.every((cell) => cell === 0));
    assert.equal(levels.openInterestBase, 0);
  });

  it('leaves out bars without usable prices or out of order, and counts them', () => {
    const [first, second, third] = threeBars as [LevelBar, LevelBar, LevelBar];
    const swapped = bar(3, 9_999, 100, { lowQuote: 101, highQuote: 99 });
    const levels = model([first, second, first, second, bar(1.5, 5_000, NaN), third, swapped]);
    assert.deepEqual(levels.cells, model(threeBars).cells);
    assert.ok(levels.assumptions.some((sentence) => /Left out: 4 of 7 bars/.test(sentence)));
  });

  it('falls back to defaults for options that make no sense', () => {
    for (const bad of [NaN, 0, -3])
      assert.equal(model(threeBars, { rows: bad, columns: bad, padding: bad }).rows, 200);
    assert.equal(model(threeBars, { rows: Infinity, columns: Infinity }).rows, 2_000);
    assert.equal(model(threeBars, { rows: 1, columns: 1, padding: 0 }).cells.length, 1);
  });

  it('states what it rests on in plain sentences', () => {
    const said = model(threeBars, {}).assumptions.join('\n');
    for (const expected of [
      /Modelled, not measured/,
      /isolated/,
      /15 % at 5x, 30 % at 10x, 25 % at 25x, 20 % at 50x, 10 % at 100x/,
      /Maintenance margin: 0.4 %/,
      /mark price at the close of its bar \(5 min\)/,
      /Taker flow skews neither/,
      /linear/,
      /20 % outside/,
    ])
      assert.match(said, expected);
    assert.doesNotMatch(said, /NaN|undefined|Infinity/);
  });
});
