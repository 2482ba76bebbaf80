import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { takerRatio } from '../../../../src/analysis/metrics/takerRatio.ts';
import type { MetricInputs } from '../../../../src/analysis/metrics/kit/inputs.ts';
import { HOUR_MS } from '../../../../src/core/units.ts';

const FIRST = Date.UTC(2026, 9, 1);
const HOURS = 192;

/** Buys and sells of one exchange by the hour; what lies at the end may be missing. */
function inputsOf(buys: readonly number[], sells: readonly number[]): MetricInputs {
  const columnOf = (values: readonly number[]) => ({
    firstMs: FIRST,
    stepMs: HOUR_MS,
    values: Float64Array.from({ length: HOURS }, (_, at) => values[at] ?? Number.NaN),
  });
  return {
    nowMs: FIRST + HOURS * HOUR_MS + 60_000,
    readings: [],
    series: {
      column: (id) => new Map([['okx', columnOf(id === 'taker-buy' ? buys : sells)]]),
      parts: () => [],
      settledFunding: [],
    },
  };
}

describe('the taker ratio', () => {
  const rising = Array.from({ length: HOURS }, (_, at) => 100 + at);

  it('is that of the newest day', () => {
    const outcome = takerRatio.computation.batch(inputsOf(rising, Array<number>(HOURS).fill(100)));
    assert.ok(!('absent' in outcome));
    // Buys of hours 168 to 191: 268 to 291, 279.5 on average.
    assert.ok(Math.abs(Number(outcome.value) - 2.795) < 1e-12);
    assert.equal(outcome.origin.newestMs, FIRST + HOURS * HOUR_MS);
  });

  it('is none where the hours of buys are not those of sells', () => {
    const outcome = takerRatio.computation.batch(inputsOf(rising, rising.slice(0, -1)));
    assert.match(JSON.stringify(outcome), /no exchange gave hourly taker volume/);
  });
});
