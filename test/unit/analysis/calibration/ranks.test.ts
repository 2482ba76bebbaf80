import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { dot, partialOf, unitRanks } from '../../../../src/analysis/calibration/ranks.ts';
import { ranksOf } from '../../../../src/analysis/metrics/ranks.ts';

const seed = Number(process.env['PERPSCOPE_SEED'] ?? Date.now() % 2 ** 31);

function correlation(a: readonly number[], b: readonly number[]): number | undefined {
  const [x, y] = [unitRanks(Float64Array.from(a)), unitRanks(Float64Array.from(b))];
  return x === undefined || y === undefined ? undefined : dot(x, y);
}

describe('rank correlations', () => {
  it('share the mean rank among equal values', () => {
    assert.deepEqual([...ranksOf(Float64Array.of(5, 1, 5, 5, 0))], [3, 1, 3, 3, 0]);
    assert.deepEqual([...ranksOf(Float64Array.of())], []);
  });

  it('are those of Spearman, worked by hand', () => {
    assert.equal(correlation([1, 2, 3, 4], [10, 100, 1_000, 10_000]), 1);
    assert.equal(correlation([1, 2, 3, 4], [4, 3, 2, 1]), -1);
    // Ranks 0 1 2 3 and 1 0 3 2: 1 - 6 × 4 / (4 × 15)
    assert.ok(Math.abs((correlation([1, 2, 3, 4], [2, 1, 4, 3]) ?? 0) - 0.6) < 1e-12);
    assert.equal(correlation([1, 1, 1], [1, 2, 3]), undefined);
  });

  it('given a third: what the third explains is gone, what it does not stays', () => {
    assert.equal(partialOf(0.5, 0, 0), 0.5);
    assert.ok(Math.abs(partialOf(0.42, 0.6, 0.7) ?? 9) < 1e-12);
    assert.ok(Math.abs((partialOf(0.5, 0.3, 0.4) ?? 0) - 0.38 / Math.sqrt(0.91 * 0.84)) < 1e-12);
    assert.equal(partialOf(1, 1, 1), undefined);
  });

  it(`agree with a count of smaller and equal values (PERPSCOPE_SEED=${seed})`, () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 40 }), (values) => {
        const counted = values.map((value) => {
          const equal = values.filter((one) => one === value).length;
          return values.filter((one) => one < value).length + (equal - 1) / 2;
        });
        assert.deepEqual([...ranksOf(Float64Array.from(values))], counted);
      }),
      { seed },
    );
  });
});
