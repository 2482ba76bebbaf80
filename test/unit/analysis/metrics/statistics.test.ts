import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  log1pZScore,
  median,
  moments,
  percentileRank,
  zScore,
} from '../../../../src/analysis/metrics/statistics.ts';
import { seed } from './seed.ts';

const series = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 8, maxLength: 60 });
const near = (a: number, b: number, tolerance = 1e-6): boolean =>
  Math.abs(a - b) <= tolerance * (1 + Math.abs(b));

/** Leaves out series whose spread is lost against their size; what is asked of them is tested on its own. */
function hasSpread(values: readonly number[]): boolean {
  return (moments(values)?.sd ?? 0) > 1e-3;
}

describe('statistics', () => {
  it('computes a z-score by hand: mean 3, sd 1.4142, 6 is 2.1213', () => {
    const score = zScore([1, 2, 3, 4, 5], 6);
    assert.ok(score && near(score.z, 3 / Math.SQRT2, 1e-12));
    assert.equal(score.baseline, 3);
    assert.equal(score.count, 5);
  });

  it('is not defined without spread, never 0', () => {
    for (const constant of [0, 0.1, 3e10, -1e-9]) {
      assert.equal(moments(Array(20).fill(constant))?.sd, 0);
      assert.equal(zScore(Array(20).fill(constant), constant), undefined);
      assert.equal(zScore(Array(20).fill(constant), constant + 1), undefined);
    }
  });

  it('is not defined with fewer than half of the window', () => {
    assert.equal(zScore([1, 2, NaN, NaN, NaN, NaN], 3), undefined);
    assert.ok(zScore([1, 2, 4, NaN, NaN, NaN], 3));
    assert.equal(zScore([1, 2, 3], 4, { windowPoints: 7 }), undefined);
    assert.equal(zScore([], 1), undefined);
    assert.equal(zScore([1, 2, 3, 4], NaN), undefined);
    assert.equal(percentileRank([NaN, NaN, 1], 1), undefined);
  });

  it('keeps its digits on quiet series far from zero, 3e10 ± 1e4', () => {
    const noise = Array.from({ length: 2016 }, (_, index) => Math.sin(index * 12.9898) * 1e4);
    const expected = zScore(noise, 2e4);
    const found = zScore(
      noise.map((value) => value + 3e10),
      3e10 + 2e4,
    );
    assert.ok(expected && found && near(found.z, expected.z, 1e-6), `${found?.z} against ${expected?.z}`);
  });

  it('ranks with ties counted half, and a record at 100', () => {
    assert.equal(percentileRank([1, 2, 3, 4], 5), 100);
    assert.equal(percentileRank([1, 2, 3, 4], 0), 0);
    assert.equal(percentileRank([1, 2, 2, 3], 2), 50);
    assert.equal(median([5, NaN, 1, 3]), 3);
    assert.equal(median([4, 1, 2, 3]), 2.5);
  });

  it('is hardly moved by one spike on a log scale', () => {
    const history = [...Array.from({ length: 40 }, (_, index) => index % 7), 1e9];
    assert.ok((log1pZScore(history, 20)?.z ?? 0) > 0.4);
    assert.ok((zScore(history, 20)?.z ?? 9) < 0);
    assert.ok((log1pZScore([0, 10, 100, 1000, 10], 1e7)?.z ?? 0) > 2);
    assert.equal(log1pZScore([0, 10, 100, 1000], -1), undefined);
  });

  it(`does not change when a series is shifted or scaled (seed ${seed})`, () => {
    fc.assert(
      fc.property(
        series,
        fc.double({ min: -1e3, max: 1e3, noNaN: true }),
        fc.constantFrom(0.5, 3, 1e6),
        (values, shift, factor) => {
          fc.pre(hasSpread(values));
          const current = values[0]! + 1;
          const base = zScore(values, current)!.z;
          const shifted = zScore(
            values.map((value) => value + shift),
            current + shift,
          )!.z;
          const scaled = zScore(
            values.map((value) => value * factor),
            current * factor,
          )!.z;
          assert.ok(near(shifted, base) && near(scaled, base), `${base} ${shifted} ${scaled}`);
        },
      ),
      { seed, numRuns: 500 },
    );
  });

  it(`skips gaps and does not depend on the order (seed ${seed})`, () => {
    fc.assert(
      fc.property(series, (values) => {
        fc.pre(hasSpread(values));
        const withGaps = values.flatMap((value) => [value, NaN]);
        const expected = zScore(values, 7)!.z;
        assert.ok(near(zScore(withGaps, 7)!.z, expected, 1e-12));
        assert.ok(near(zScore([...values].reverse(), 7)!.z, expected, 1e-9));
        const rank = percentileRank(withGaps, 7)!;
        assert.ok(rank >= 0 && rank <= 100 && rank === percentileRank(values, 7));
      }),
      { seed, numRuns: 500 },
    );
  });

  it(`never gives a number that is not finite (seed ${seed})`, () => {
    fc.assert(
      fc.property(fc.array(fc.double(), { maxLength: 20 }), fc.double(), (values, current) => {
        for (const score of [zScore, log1pZScore].map((f) => f(values, current)))
          assert.ok(score === undefined || Number.isFinite(score.z));
      }),
      { seed, numRuns: 1000 },
    );
  });
});
