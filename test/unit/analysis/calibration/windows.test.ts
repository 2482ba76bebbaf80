import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { EqualDistance } from '../../../../src/analysis/calibration/equalDistance.ts';
import { scoreOf, shiftedRows, SideScorer } from '../../../../src/analysis/calibration/score.ts';
import {
  partOf,
  windowsOf,
  type ScoredBar,
  type WindowModel,
} from '../../../../src/analysis/calibration/windows.ts';
import { seededRandom } from '../../../../src/analysis/noise/random.ts';
import { ROW_FRACTION, ROWS } from '../../../../src/analysis/heatmap/priceRows.ts';
import { HOUR_MS } from '../../../../src/core/units.ts';
import { T0 } from './markets.ts';

const seed = Number(process.env['PERPSCOPE_SEED'] ?? Date.now() % 2 ** 31);
const QUARTER_MS = HOUR_MS / 4;

function bar(at: number, fields: Partial<ScoredBar> = {}): ScoredBar {
  return {
    ...{ atMs: T0 + at * QUARTER_MS, barMs: QUARTER_MS, openInterestBase: 1, volumeBase: 1 },
    ...{ openQuote: 100, highQuote: 100, lowQuote: 100, closeQuote: 100 },
    ...{ longLiquidatedQuote: 0, shortLiquidatedQuote: 0 },
    ...fields,
  };
}

/** A model that knows nothing but how many bars it has seen. */
function counter(): WindowModel {
  let seen = 0;
  return {
    parts: 1,
    step: () => void (seen += 1),
    addTo: (_part, _side, _price, into, start) => void (into[start] = seen),
  };
}

describe('windows of a history', () => {
  it('hold whole hours, and the levels of before them', () => {
    const bars = Array.from({ length: 13 }, (_, at) =>
      bar(at, {
        lowQuote: at === 6 ? 98 : 100,
        highQuote: at === 9 ? 103 : 100,
        longLiquidatedQuote: at,
      }),
    );
    const windows = windowsOf(bars, counter(), HOUR_MS, 0);
    // The first hour has no bar before it, the last one is not whole.
    assert.deepEqual([...windows.startMs], [T0 + HOUR_MS, T0 + 2 * HOUR_MS]);
    assert.deepEqual(
      [...windows.long.distance].map((one) => one.toFixed(6)),
      ['0.020000', '0.000000'],
    );
    assert.deepEqual(
      [...windows.short.distance].map((one) => one.toFixed(6)),
      ['0.000000', '0.030000'],
    );
    assert.deepEqual([...windows.long.liquidatedQuote], [4 + 5 + 6 + 7, 8 + 9 + 10 + 11]);
    assert.deepEqual([windows.long.rows[0]?.[0], windows.long.rows[0]?.[ROWS]], [4, 8]);
    assert.equal(windowsOf(bars, counter(), HOUR_MS, T0 + 2 * HOUR_MS).count, 1);
  });

  it('leave out hours with a hole, and those after one', () => {
    const bars = Array.from({ length: 20 }, (_, at) => bar(at)).filter((_, at) => at !== 6 && at !== 11);
    const windows = windowsOf(bars, counter(), HOUR_MS, 0);
    assert.deepEqual([...windows.startMs], [T0 + 4 * HOUR_MS]);
  });

  it('begin where bars begin that lie askew to the hour', () => {
    const bars = Array.from({ length: 4 }, (_, at) =>
      bar(0, { atMs: T0 + at * HOUR_MS + QUARTER_MS, barMs: HOUR_MS }),
    );
    const windows = windowsOf(bars, counter(), HOUR_MS, 0);
    assert.deepEqual(
      [...windows.startMs],
      [1, 2, 3].map((hour) => T0 + hour * HOUR_MS + QUARTER_MS),
    );
  });

  it('are cut in two without a window in both', () => {
    const all = windowsOf(
      Array.from({ length: 44 }, (_, at) => bar(at)),
      counter(),
      HOUR_MS,
      0,
    );
    const [first, second] = [partOf(all, 0, 5), partOf(all, 5, all.count)];
    assert.deepEqual([...first.startMs, ...second.startMs], [...all.startMs]);
    assert.equal(second.long.rows[0]?.[0], all.long.rows[0]?.[5 * ROWS]);
  });
});

describe('rows at equal distance', () => {
  /** 40 windows that went through one row; a window liquidates its number. */
  const distance = new Float64Array(40).fill(ROW_FRACTION * 1.5);
  const liquidatedQuote = Float64Array.from(distance, (_, at) => at);
  const equal = new EqualDistance({ distance, liquidatedQuote });
  const rowsBy = (density: (at: number) => number): Float64Array => {
    const rows = new Float64Array(40 * ROWS);
    for (let at = 0; at < 40; at += 1) rows[at * ROWS] = density(at);
    return rows;
  };

  it('lift by two where the densest fifth is hit always and half of all are', () => {
    assert.deepEqual(equal.lift(rowsBy((at) => at)), { hit: 2, size: 35.5 / 19.5 });
    assert.equal(equal.lift(rowsBy((at) => -at)).hit, 0);
  });

  it('are not lifted by levels that are the same everywhere, in whatever order', () => {
    const { hit, size } = equal.lift(rowsBy(() => 7));
    assert.ok(Math.abs((hit ?? 0) - 1) < 1e-12 && Math.abs((size ?? 0) - 1) < 1e-12);
  });

  it('tell nothing with fewer than 20 windows, or where nothing was liquidated', () => {
    const few = { distance: distance.subarray(0, 19), liquidatedQuote: liquidatedQuote.subarray(0, 19) };
    assert.equal(new EqualDistance(few).lift(rowsBy((at) => at).subarray(0, 19 * ROWS)).hit, undefined);
    const none = { distance, liquidatedQuote: new Float64Array(40) };
    assert.equal(new EqualDistance(none).lift(rowsBy((at) => at)).hit, undefined);
  });
});

describe(`scores (PERPSCOPE_SEED=${seed})`, () => {
  const random = seededRandom(seed);
  const count = 400;
  const rows = Float32Array.from({ length: count * ROWS }, () => random());
  const distance = Float64Array.from({ length: count }, () => 0.02 * random());
  const scorer = new SideScorer({ distance, liquidatedQuote: new Float64Array(count), rows: [rows] });
  const crossed = scorer.crossed(rows);
  const sideOf = (liquidatedQuote: Float64Array) => ({ distance, liquidatedQuote, rows: [rows] });
  const windowsWith = (liquidated: Float64Array) => ({
    ...{ count, startMs: new Float64Array(count), windowMs: HOUR_MS },
    ...{ long: sideOf(liquidated), short: sideOf(liquidated) },
  });

  it('cross whole rows and a part of the last one', () => {
    const one = new Float32Array(ROWS).map((_, row) => row + 1);
    const side = { liquidatedQuote: Float64Array.of(1), rows: [one] };
    const at = (reach: number) =>
      new SideScorer({ ...side, distance: Float64Array.of(reach) }).crossed(one)[0] ?? Number.NaN;
    assert.ok(Math.abs(at(2.5 * ROW_FRACTION) - (1 + 2 + 1.5)) < 1e-9);
    assert.equal(at(0), 0);
    assert.equal(at(0.5), (ROWS * (ROWS + 1)) / 2);
  });

  it('are held against levels of other times in the size of this time', () => {
    const own = new Float64Array(3 * ROWS);
    // Sums 10, 4 and 0: the first window gets the shape of the second, in its own size.
    own.set([8, 2], 0);
    own.set([1, 3], ROWS);
    const [first, second, third] = [0, 1, 2].map((at) => [
      ...shiftedRows(own, 1).slice(at * ROWS, at * ROWS + 2),
    ]);
    assert.deepEqual(
      [first, second, third],
      [
        [2.5, 7.5],
        [0, 0],
        [0, 0],
      ],
    );
  });

  it('see levels that are liquidated as they are crossed, and no placebo in them', () => {
    const score = scoreOf(windowsWith(crossed), [1]);
    assert.ok((score.mean.partialRankCorrelation ?? 0) > 0.95, JSON.stringify(score.mean));
    assert.ok(Math.abs(score.mean.placebo ?? 9) < 0.3 && (score.chanceOfCorrelation ?? 1) <= 0.011);
    assert.ok((score.mean.hitLift ?? 0) > 1.15 && (score.chanceOfLift ?? 1) <= 0.011);
  });

  it('take no growth for foresight: what is larger later is liquidated more later', () => {
    const growth = (at: number): number => 30 ** (at / count);
    const grown = rows.map((one, at) => one * growth(Math.floor(at / ROWS)));
    const liquidated = distance.map((one, at) => one * growth(at) * (0.9 + 0.2 * random()));
    const side = { distance, liquidatedQuote: liquidated, rows: [grown] };
    const score = scoreOf({ ...windowsWith(liquidated), long: side, short: side }, [1]);
    const { partialRankCorrelation = 0, placebo = 0, hitLift = 0, placeboLift = 0 } = score.mean;
    assert.ok(partialRankCorrelation > 0.5 && hitLift > 1.5, 'growth alone correlates and lifts');
    assert.ok(Math.abs(partialRankCorrelation - placebo) < 0.05, JSON.stringify(score.mean));
    assert.ok(Math.abs(hitLift - placeboLift) < 0.15, JSON.stringify(score.mean));
  });

  it('see nothing where only the distance decides', () => {
    const score = scoreOf(windowsWith(distance.map((one) => one * (0.5 + random()))), [1]);
    assert.ok(Math.abs(score.mean.partialRankCorrelation ?? 9) < 0.2, JSON.stringify(score.mean));
    assert.ok((score.mean.distanceAlone ?? 0) > 0.7);
  });

  it('are absent, never 0, where nothing was liquidated', () => {
    const { mean, chanceOfLift, chanceOfCorrelation } = scoreOf(windowsWith(new Float64Array(count)), [1]);
    assert.deepEqual(
      [mean.partialRankCorrelation, mean.hitLift, mean.placebo, chanceOfLift, chanceOfCorrelation],
      new Array(5).fill(undefined),
    );
  });
});
