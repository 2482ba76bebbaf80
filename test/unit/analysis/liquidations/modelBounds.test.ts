import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { LevelBar } from '../../../../src/analysis/liquidations/levelBook.ts';
import {
  modelLiquidationLevels,
  type LevelModelOptions,
  type LiquidationLevels,
} from '../../../../src/analysis/liquidations/levelModel.ts';
import { resolveTiers } from '../../../../src/analysis/liquidations/leverageTiers.ts';
import { BAR_MS, T0, bar } from './bars.ts';

function model(bars: readonly LevelBar[], options: LevelModelOptions = {}): LiquidationLevels {
  const levels = modelLiquidationLevels(bars, options);
  assert.ok(levels !== undefined);
  return levels;
}

const flat = (count: number): LevelBar[] => Array.from({ length: count }, (_, index) => bar(index, 1, 100));

describe('bounds of the level model', () => {
  it('draws at most 400 columns by default and 4,000 where more are asked for', () => {
    assert.equal(model(flat(400), { rows: 1 }).columnAtMs.length, 400);
    assert.equal(model(flat(401), { rows: 1 }).columnAtMs.length, 201);
    const far = [bar(0, 1, 100), bar(4_000, 1, 100)];
    const most = model(far, { rows: 1, columns: 9_999 });
    assert.deepEqual([most.columnMs, most.columnAtMs.length], [2 * BAR_MS, 2_001]);
    assert.equal(model([bar(0, 1, 100), bar(3_999, 1, 100)], { rows: 1, columns: 9_999 }).columnMs, BAR_MS);
  });

  it('takes whole numbers of rows, from 1 to 2,000', () => {
    const rows = (asked: number) => model(flat(2), { rows: asked }).rows;
    assert.deepEqual([rows(1), rows(2.9), rows(2_000), rows(2_001)], [1, 2, 2_000, 2_000]);
    assert.equal(rows(0.9), 200);
  });

  it('draws up to the padding asked for, 20 % by default and 95 % at most', () => {
    const weights = { leverageWeights: [{ leverage: 1, weight: 1 }], rows: 1 };
    const lowest = (padding?: number): string =>
      (
        model(flat(2), { ...weights, ...(padding === undefined ? {} : { padding }) }).priceEdges[0] ?? NaN
      ).toFixed(3);
    // 100 × (1 - 1.001 × padding), 0.1 % at least
    assert.equal(lowest(), '79.980');
    assert.equal(lowest(0), '99.900');
    assert.equal(lowest(0.5), '49.950');
    assert.equal(lowest(3), '4.905');
    assert.equal(lowest(-0.1), '79.980');
  });

  it('starts with the first bar and ends with the last one, bars of unequal length included', () => {
    const levels = model([bar(0, 1, 100, { barMs: 3 * BAR_MS }), bar(3, 1, 100)], { rows: 1 });
    assert.equal(levels.columnMs, BAR_MS);
    assert.deepEqual(
      [...levels.columnAtMs],
      [0, 1, 2, 3].map((index) => T0 + index * BAR_MS),
    );
    assert.deepEqual([...levels.columnHasBars], [1, 0, 0, 1]);
  });

  it('names the price that the bars have', () => {
    const said = (options: LevelModelOptions) => model(flat(2), options).assumptions.join('\n');
    assert.match(said({}), /taken to enter at the mark price at the close/);
    assert.match(
      said({ priceSource: 'the index of OKX' }),
      /taken to enter at the index of OKX at the close/,
    );
    assert.doesNotMatch(said({}), /Left out|missing/);
  });

  it('leaves out each kind of bar that cannot be used', () => {
    const dropped = (fields: Partial<LevelBar>): boolean => {
      const { assumptions } = model([...flat(2), bar(2, 1, 100, fields)]);
      return assumptions.some((sentence) => sentence.includes('Left out: 1 of 3 bars'));
    };
    assert.equal(dropped({}), false);
    assert.equal(dropped({ lowQuote: 100, highQuote: 100 }), false);
    for (const bad of [
      { atMs: NaN },
      { atMs: T0 + BAR_MS },
      { barMs: 0 },
      { barMs: -1 },
      { barMs: Infinity },
      { lowQuote: 0 },
      { lowQuote: -1 },
      { lowQuote: 100.1 },
      { highQuote: 99.9 },
      { highQuote: Infinity },
      { highQuote: 1e308 },
      { closeQuote: NaN },
    ])
      assert.equal(dropped(bad), true, JSON.stringify(bad));
  });
});

describe('leverage tiers', () => {
  const weightOf = (leverage: number, weight = 1) => ({ leverage, weight });

  it('come in the order of leverage, with shares that add up to 1', () => {
    const { tiers, impossible } = resolveTiers([weightOf(50, 1), weightOf(5, 2), weightOf(10, 5)], 0.01);
    assert.deepEqual(
      tiers.map(({ leverage, share }) => [leverage, share]),
      [
        [5, 0.25],
        [10, 0.625],
        [50, 0.125],
      ],
    );
    assert.deepEqual(impossible, []);
  });

  it('leave out weights and leverages that are not positive numbers, and do not call them impossible', () => {
    const odd = [[-5, 1], [0, 1], [5, 0], [5, -1], [NaN, 1], [5, NaN], [Infinity, 1], [5, Infinity]]; // prettier-ignore
    const { tiers, impossible } = resolveTiers(
      [...odd.map(([leverage = NaN, weight]) => weightOf(leverage, weight)), weightOf(10)],
      0.01,
    );
    assert.deepEqual(
      tiers.map(({ leverage, share }) => [leverage, share]),
      [[10, 1]],
    );
    assert.deepEqual(impossible, []);
  });

  it('are impossible from where 1/L is the maintenance margin', () => {
    const { tiers, impossible } = resolveTiers([weightOf(99), weightOf(100), weightOf(125)], 0.01);
    assert.deepEqual([tiers.map(({ leverage }) => leverage), impossible], [[99], [100, 125]]);
    assert.deepEqual(resolveTiers([weightOf(10)], 0).tiers, []);
    assert.deepEqual(resolveTiers([weightOf(10)], -1).tiers, []);
  });
});
