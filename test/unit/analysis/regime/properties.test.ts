import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  REGIME_LABELS,
  type Evidence,
  type RegimeAssessment,
} from '../../../../src/analysis/regime/assessment.ts';
import type { RegimeFeatures } from '../../../../src/analysis/regime/features.ts';
import {
  FEATURES,
  featureMetricId,
  type JudgedFeature,
} from '../../../../src/analysis/regime/featureInfo.ts';
import { seed } from '../metrics/seed.ts';
import { parseFeatures } from '../../../../src/analysis/regime/featuresFile.ts';
import { computed, observed, stated } from './support.ts';

const between = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true });
const percentile = between(0, 100);
const change = between(-30, 30);
const score = between(-4, 4);

const features: fc.Arbitrary<RegimeFeatures> = fc.record(
  {
    returnPct: change,
    windowHours: fc.constantFrom(24, 72),
    openInterestChangePct: change,
    openInterestZ: score,
    openInterestPercentile: percentile,
    openInterestRecord: fc.boolean(),
    openInterestRecordAggregate: fc.boolean(),
    openInterestRecordByExchange: fc.dictionary(fc.constantFrom('binance', 'okx', 'bybit'), fc.boolean()),
    fundingAnnualisedPct: between(-80, 120),
    fundingPerIntervalPct: between(-0.8, 0.8),
    fundingIntervalHours: fc.constantFrom(1, 4, 8),
    fundingPercentile: percentile,
    fundingCapPct: between(0.1, 2),
    fundingCapPctByExchange: fc.dictionary(fc.constantFrom('binance', 'okx', 'gate'), between(0, 2)),
    longShortRatio: between(0.2, 4),
    longShortPercentile: percentile,
    takerBuySellRatio: between(0.5, 1.6),
    takerImbalanceZ: score,
    netTakerVolumeUsd: between(-2e8, 2e8),
    takerRatioChangePct: change,
    depthZ: score,
    liquidationsZ: score,
    liquidationsUsd: between(0, 1e9),
    shortLiquidationShare: between(0, 1),
    futuresVolumeChangePct: between(-60, 90),
    spotVolumeShare: between(0, 1),
    basisAnnualisedPct: change,
  },
  { requiredKeys: [] },
);

function check(assessment: RegimeAssessment): void {
  assert.ok((REGIME_LABELS as readonly string[]).includes(assessment.label));
  assert.ok(assessment.confidence >= 0 && assessment.confidence <= 1);
  for (const row of assessment.evidence) {
    assert.ok(Number.isFinite(row.observed) && Number.isFinite(row.threshold) && row.metric.length > 0);
    if (assessment.label === 'neutral' || assessment.label === 'unknown') assert.equal(row.weight, 0);
  }
  for (const line of [...assessment.statements, ...assessment.remarks])
    assert.ok(!/NaN|undefined|Infinity/.test(line), line);
}

/** The feature behind an evidence row, where it is a number. */
function featureOf(row: Evidence, values: RegimeFeatures): JudgedFeature | undefined {
  return (Object.keys(FEATURES) as JudgedFeature[]).find(
    (key) =>
      typeof values[key] === 'number' && featureMetricId(key, undefined, values.windowHours) === row.metric,
  );
}

describe(`regime assessments of random features (seed ${seed})`, function () {
  this.timeout(120_000);

  it('never throw, and keep label and confidence in range: 20,000 feature sets', () => {
    fc.assert(
      fc.property(features, (values) => {
        check(stated(values));
        check(observed(computed(values, { isPartial: true, ageMs: 1e7 })));
      }),
      { seed, numRuns: 20_000 },
    );
  });

  it('never throw on any numbers at all', () => {
    const wild = fc.dictionary(fc.constantFrom(...Object.keys(FEATURES)), fc.double());
    fc.assert(
      fc.property(wild, (values) => check(observed(computed(values as RegimeFeatures)))),
      { seed, numRuns: 5_000 },
    );
  });

  it('are never surer of the same label after a supporting input got worse', () => {
    let compared = 0;
    fc.assert(
      fc.property(features, between(0, 3), fc.nat(), (given, amount, pick) => {
        const before = stated(given);
        // With the yearly rate that follows from the stated ones, so that one value alone differs.
        const { values } = parseFeatures(given);
        const supporting = before.evidence.filter((row) => row.isMet && row.weight > 0);
        const row = supporting[pick % Math.max(1, supporting.length)];
        const key = row === undefined ? undefined : featureOf(row, values);
        if (row === undefined || key === undefined) return;
        const step = amount * Math.max(Math.abs(row.threshold), 0.1) * (row.direction === 'above' ? -1 : 1);
        const worse = observed(computed({ ...values, [key]: (values[key] as number) + step }), {
          source: 'stated',
        });
        if (worse.label !== before.label) return;
        compared += 1;
        assert.ok(
          worse.confidence <= before.confidence + 1e-12,
          `${before.label} ${key}: ${before.confidence} -> ${worse.confidence}`,
        );
      }),
      { seed, numRuns: 20_000 },
    );
    assert.ok(compared > 2_000, `only ${compared} compared`);
  });

  it('give the same answer to the same question', () => {
    fc.assert(
      fc.property(features, (values) => assert.deepEqual(stated(values), stated({ ...values }))),
      { seed, numRuns: 500 },
    );
  });

  it('are unknown without features', () => {
    assert.equal(stated({}).label, 'unknown');
    assert.equal(observed(computed({})).label, 'unknown');
  });
});
