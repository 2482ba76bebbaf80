import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { depthZ } from '../../../../src/analysis/metrics/depthZ.ts';
import type { MetricInputs } from '../../../../src/analysis/metrics/kit/inputs.ts';
import { HOUR_MS } from '../../../../src/core/units.ts';
import { seed } from './seed.ts';

const FIRST = Date.UTC(2026, 9, 1);

/** Depths of one exchange, one an hour, the last one now. */
function inputsOf(depths: readonly number[]): MetricInputs {
  const column = { firstMs: FIRST, stepMs: HOUR_MS, values: Float64Array.from(depths) };
  return {
    nowMs: FIRST + (depths.length - 1) * HOUR_MS + 60_000,
    readings: [],
    series: { column: () => new Map([['okx', column]]), parts: () => [], settledFunding: [] },
  };
}

const scoreOf = (depths: readonly number[]): unknown => {
  const outcome = depthZ.computation.batch(inputsOf(depths));
  return 'absent' in outcome ? undefined : outcome.value;
};

describe('the depth index', () => {
  // Logarithms of 0 and 2 in turn around 1, so that 3 is two deviations away.
  const turns = (count: number): number[] =>
    Array.from({ length: count }, (_, at) => Math.exp(at % 2 === 0 ? 0 : 2));

  it('is the score of the logarithm against the week before', () => {
    const outcome = depthZ.computation.batch(inputsOf([...turns(168), Math.exp(3)]));
    assert.ok(!('absent' in outcome) && Math.abs(Number(outcome.value) - 2) < 1e-12);
    assert.ok(Math.abs((outcome.origin.baselineValue ?? 0) - Math.E) < 1e-12);
    assert.deepEqual(outcome.origin.sources, ['okx']);
  });

  it('needs half a week, and a depth of 0 is none', () => {
    assert.match(JSON.stringify(depthZ.computation.batch(inputsOf(turns(83)))), /needs 84 hours/);
    assert.equal(typeof scoreOf([...turns(84), 5]), 'number');
    assert.equal(scoreOf([...turns(168), 0]), undefined);
    assert.equal(scoreOf(Array(169).fill(5e6)), undefined);
  });

  it(`does not depend on the unit (seed ${seed})`, () => {
    const depths = fc.array(fc.double({ min: 1e3, max: 1e9, noNaN: true }), {
      minLength: 120,
      maxLength: 169,
    });
    fc.assert(
      fc.property(depths, fc.constantFrom(0.001, 7, 1e4), (values, factor) => {
        const [own, scaled] = [scoreOf(values), scoreOf(values.map((value) => value * factor))];
        fc.pre(own !== undefined);
        assert.ok(Math.abs(Number(own) - Number(scaled)) <= 1e-9 * (1 + Math.abs(Number(own))));
      }),
      { seed, numRuns: 200 },
    );
  });
});
