import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { RollingRank } from '../../../../src/analysis/metrics/rolling/rollingRank.ts';
import { RollingSum } from '../../../../src/analysis/metrics/rolling/rollingSum.ts';
import { RollingZ, rollingZ } from '../../../../src/analysis/metrics/rolling/rollingZ.ts';
import { percentileRank, zScore } from '../../../../src/analysis/metrics/statistics.ts';
import { rollingSum } from '../../../../src/series/sums.ts';
import { randomOf } from './liveMarket.ts';
import { seed } from './seed.ts';

const WINDOW = 2_016;

/** A walk that returns to `level`, so far away as `spread` says. */
function noise(length: number, level: number, spread: number): Float64Array {
  const random = randomOf(seed);
  let away = 0;
  return Float64Array.from({ length }, () => {
    away = 0.97 * away + (random() + random() + random() - 1.5) * 0.5;
    return level + spread * away;
  });
}

/** The score by two passes over the window before. */
const twoPass = (values: Float64Array, at: number, windowPoints: number): number =>
  zScore(values.subarray(Math.max(0, at - windowPoints), at), values[at] ?? Number.NaN, { windowPoints })
    ?.z ?? Number.NaN;

/** The largest difference to two passes, over some places at the end; NaN where one has a score and the other none. */
function worstError(found: Float64Array, values: Float64Array, windowPoints: number, last = 500): number {
  let worst = 0;
  for (let at = Math.max(0, values.length - last); at < values.length; at += 1) {
    const [own = Number.NaN, expected] = [found[at], twoPass(values, at, windowPoints)];
    if (Number.isNaN(own) && Number.isNaN(expected)) continue;
    worst = Math.max(worst, Math.abs(own - expected) / Math.max(1, Math.abs(expected)));
    if (Number.isNaN(own - expected)) return Number.NaN;
  }
  return worst;
}

function stepped(values: Float64Array, windowPoints: number): Float64Array {
  const run = new RollingZ(windowPoints);
  return values.map((value) => {
    const z = run.scoreOf(value)?.z ?? Number.NaN;
    run.push(value);
    return z;
  });
}

describe('a rolling score', () => {
  const series: Readonly<Record<string, () => Float64Array>> = {
    'funding, 1e-4 ± 1e-5': () => noise(60_000, 1e-4, 1e-5),
    'a price, 6e4 ± 600': () => noise(60_000, 6e4, 600),
    'open interest in USD, 3e10 ± 1e7': () => noise(60_000, 3e10, 1e7),
    'quiet open interest in USD, 3e10 ± 1e4': () => noise(60_000, 3e10, 1e4),
    'one bad tick of 1e15 that has left the window': () => {
      const values = noise(60_000, 3e10, 1e7);
      values[55_000] = 1e15;
      return values;
    },
    'a level that moves away for good': () => noise(60_000, 3e10, 1e4).map((value, at) => value + 2e3 * at),
  };
  for (const [name, make] of Object.entries(series))
    it(`keeps its digits: ${name} (seed ${seed})`, () => {
      const values = make();
      const [whole, steps] = [rollingZ(values, WINDOW), stepped(values, WINDOW)];
      assert.ok(worstError(whole, values, WINDOW) <= 1e-6, `whole ${worstError(whole, values, WINDOW)}`);
      assert.ok(worstError(steps, values, WINDOW) <= 1e-6, `steps ${worstError(steps, values, WINDOW)}`);
    });

  it('is not defined on a level that stands, whatever came before', () => {
    for (const constant of [0, 0.1, 3e10, -1e-9]) {
      const values = Float64Array.from(noise(400, 1e3, 7));
      values[60] = 1e12;
      values.fill(constant, 100);
      for (const scores of [rollingZ(values, 50), stepped(values, 50)])
        assert.ok(scores.subarray(151).every(Number.isNaN), `${constant}`);
    }
  });

  it('takes values that cannot be squared for what they are, and forgets them', () => {
    const values = Float64Array.from(noise(600, 100, 5));
    values[100] = 1e300;
    values[101] = -Infinity;
    for (const scores of [rollingZ(values, 50), stepped(values, 50)])
      assert.ok(worstError(scores, values, 50, 440) <= 1e-9, `${worstError(scores, values, 50, 440)}`);
  });

  it(`agrees with two passes on gaps, bad ticks and levels that stand (seed ${seed})`, () => {
    const value = fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: -1e6, max: 1e6 }).map((one) => one / 1e3) },
      { weight: 2, arbitrary: fc.constantFrom(0.1, 7) },
      { weight: 1, arbitrary: fc.constantFrom(Number.NaN, 1e9, -1e12) },
    );
    fc.assert(
      fc.property(fc.array(value, { maxLength: 120 }), fc.integer({ min: 3, max: 30 }), (list, points) => {
        const values = Float64Array.from(list);
        for (const scores of [rollingZ(values, points), stepped(values, points)])
          assert.ok(worstError(scores, values, points) <= 1e-6, `${worstError(scores, values, points)}`);
      }),
      { seed, numRuns: 1_000 },
    );
  });

  it('waits for half of its window', () => {
    const values = Float64Array.of(1, 2, 4, 8, 16, 32);
    assert.deepEqual([...rollingZ(values, 6)].map(Number.isNaN), [true, true, true, false, false, false]);
  });
});

describe('a rolling sum and rank', () => {
  const values = fc.array(
    fc.oneof(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.constantFrom(0, 5, Number.NaN, 1e15)),
    { maxLength: 100 },
  );

  it(`are those of the window, step by step (seed ${seed})`, () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 2, max: 30 }), (list, width) => {
        const [sum, rank] = [new RollingSum(width), new RollingRank(width)];
        const sums = rollingSum(Float64Array.from(list), width);
        for (const [at, value] of list.entries()) {
          const history = list.slice(Math.max(0, at - width), at);
          assert.equal(rank.rankOf(value), percentileRank(history, value, { windowPoints: width }));
          rank.push(value);
          const [own, expected] = [sum.push(value), sums[at] ?? Number.NaN];
          const isNear = Math.abs(own - expected) <= 1e-9 * Math.abs(expected);
          assert.ok(isNear || (Number.isNaN(own) && Number.isNaN(expected)), `${own} and ${expected}`);
        }
      }),
      { seed, numRuns: 1_000 },
    );
  });

  it('do not change on a level that stands, to the bit', () => {
    const random = randomOf(7);
    for (let round = 0; round < 200; round += 1) {
      const sum = new RollingSum(24);
      const level = 10 * random();
      for (let at = 0; at < 50; at += 1) sum.push(level + 1e-3 * random());
      const sums = Array.from({ length: 60 }, () => sum.push(level)).slice(23);
      assert.equal(new Set(sums).size, 1, `round ${round}`);
    }
  });
});
