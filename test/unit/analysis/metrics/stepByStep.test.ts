import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { LiveInputs } from '../../../../src/analysis/metrics/kit/liveInputs.ts';
import type { MetricInputs } from '../../../../src/analysis/metrics/kit/inputs.ts';
import type { ExchangeReadings } from '../../../../src/analysis/metrics/exchangeReadings.ts';
import type { Metric, MetricInput, Outcome } from '../../../../src/analysis/metrics/kit/metric.ts';
import { isWithin } from '../../../../src/analysis/metrics/kit/range.ts';
import { METRICS } from '../../../../src/analysis/metrics/registry.ts';
import { LiveMarket, type MarketOptions } from './liveMarket.ts';
import { seed } from './seed.ts';

const MARKETS = fc.record({
  seed: fc.integer({ min: 1, max: 2 ** 31 }),
  exchanges: fc.integer({ min: 1, max: 4 }),
  missing: fc.constantFrom(0, 0.01, 0.05),
  late: fc.constantFrom(0, 0.02, 0.1),
  corrected: fc.constantFrom(0, 0.001, 0.02),
  calmFrom: fc.constantFrom(0, 100, 300, 10_000),
});

const COMPUTED: readonly Metric[] = METRICS.filter((metric: Metric) => metric.computation !== undefined);

/** Numbers differ by less than 1e-9 of their size; all else is the same. */
function assertSame(actual: unknown, expected: unknown, where: string): void {
  if (typeof actual === 'number' && typeof expected === 'number') {
    const isNear =
      Object.is(actual, expected) || Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected));
    assert.ok(isNear, `${where}: ${actual} step by step, ${expected} at once`);
  } else if (isObject(actual) && isObject(expected)) {
    assert.deepEqual(Object.keys(actual).sort(), Object.keys(expected).sort(), where);
    for (const [key, value] of Object.entries(actual)) assertSame(value, expected[key], `${where}.${key}`);
  } else assert.equal(actual, expected, where);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** The inputs of a metric, and a failure for what it has not named. */
function only({ id, inputs }: Metric, whole: MetricInputs): MetricInputs {
  const named = (input: string): void =>
    assert.ok(
      (inputs as readonly string[]).includes(input),
      `${id} reads ${input}, which its inputs do not name`,
    );
  const { series, readings } = whole;
  return {
    ...whole,
    readings: readings.map(
      (one) =>
        new Proxy(one, {
          get: (target, name: keyof ExchangeReadings) => {
            const input = READ_BY[name];
            if (input !== undefined) named(input);
            return target[name];
          },
        }),
    ),
    series: {
      column: (series_) => (named(series_), series.column(series_)),
      parts: (series_) => (named(series_), series.parts(series_)),
      get settledFunding() {
        named('settled-funding');
        return series.settledFunding;
      },
    },
  };
}

const READ_BY: Readonly<Partial<Record<keyof ExchangeReadings, MetricInput>>> = {
  funding: 'now:funding',
  openInterestUsd: 'now:open-interest',
  openInterestBase: 'now:open-interest',
  longShort: 'now:long-short-ratio',
  volume24hUsd: 'now:volume',
  spotVolume24hUsd: 'now:spot-volume',
  depth: 'now:depth',
  basis: 'now:basis',
};

/** Values that are not defined stand for absent ones, as in a feature set. */
const known = (outcome: Outcome): Outcome =>
  'value' in outcome && typeof outcome.value === 'number' && !Number.isFinite(outcome.value)
    ? { ...outcome, value: undefined }
    : outcome;

/** Goes through a market hour by hour and compares every metric; returns the ids of those that had a number. */
function compared(options: MarketOptions): Set<string> {
  const market = new LiveMarket(options);
  const live = new LiveInputs();
  const runs = COMPUTED.map((metric) => ({ metric, run: metric.computation?.start(live) }));
  const valued = new Set<string>();
  for (let hour = 0; hour < 800; hour += 1) {
    for (const step of market.tick()) live.take(step);
    // At every hour for a while, then now and then, so that several hours come at once.
    if (hour < 180 || (hour > 240 && hour % 41 !== 0 && hour % 97 !== 0)) continue;
    const inputs = market.inputs();
    for (const { metric, run } of runs) {
      const atOnce = known(metric.computation!.batch(only(metric, inputs)));
      assertSame(known(run!(market.nowMs)), atOnce, `${metric.id} at hour ${hour}`);
      if ('absent' in atOnce || typeof atOnce.value !== 'number') continue;
      valued.add(metric.id);
      assert.ok(isWithin(metric.range, atOnce.value), `${metric.id} of ${atOnce.value} is out of its range`);
    }
  }
  return valued;
}

describe('every metric of the registry', () => {
  it(`gives step by step what it gives at once, with gaps, late values and corrections (seed ${seed})`, function () {
    this.timeout(120_000);
    fc.assert(
      fc.property(MARKETS, (options) => void compared(options)),
      { seed, numRuns: 5 },
    );
  });

  it('has a number in a market with hardly a gap', () => {
    const calm = { seed: 1, exchanges: 3, missing: 0, late: 0.02, corrected: 0.001, calmFrom: 10_000 };
    const valued = compared(calm);
    const without = COMPUTED.filter(({ id, range }) => range.kind === 'number' && !valued.has(id));
    assert.deepEqual(
      without.map(({ id }) => id),
      [],
    );
  });
});
