import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { BUILT_IN_RULES } from '../../../../src/analysis/regime/rules.ts';
import { REGIME_LABELS } from '../../../../src/analysis/regime/assessment.ts';
import { computed, NOW, observed, stated } from './support.ts';

describe('regime labels', () => {
  it('calls the mirror of article 004 crowded short, without cascade risk for longs', () => {
    const assessment = stated({
      fundingPerIntervalPct: -0.5,
      longShortRatio: 0.6,
      openInterestPercentile: 99,
    });
    assert.equal(assessment.label, 'crowded-short');
    assert.equal(assessment.hasCascadeRisk, false);
  });

  it('calls forced selling of longs a long squeeze', () => {
    const assessment = stated({
      returnPct: -7,
      openInterestChangePct: -9,
      liquidationsZ: 3.4,
      shortLiquidationShare: 0.1,
    });
    assert.equal(assessment.label, 'long-squeeze');
  });

  it('calls forced buying of shorts a short squeeze', () => {
    const squeeze = { returnPct: 9, openInterestChangePct: -5, liquidationsZ: 3, shortLiquidationShare: 0.9 };
    assert.equal(stated(squeeze).label, 'short-squeeze');
    assert.notEqual(stated({ ...squeeze, openInterestChangePct: 6 }).label, 'short-squeeze');
  });

  it('is neutral where the inputs are there and nothing applies, and says what is not ruled out', () => {
    const calm = stated({ returnPct: 0.2, openInterestChangePct: 0.5, fundingAnnualisedPct: 8 });
    assert.equal(calm.label, 'neutral');
    assert.ok(calm.confidence > 0 && calm.confidence < 1);
    const flat = stated({
      depthZ: 0,
      takerImbalanceZ: 0.1,
      openInterestZ: 0.2,
      takerBuySellRatio: 1,
      liquidationsZ: 0.1,
      fundingAnnualisedPct: 5,
    });
    assert.equal(flat.label, 'neutral');
  });

  it('is unknown without inputs and lists every one of them with a reason', () => {
    const assessment = stated({});
    assert.equal(assessment.label, 'unknown');
    assert.equal(assessment.confidence, 0);
    assert.deepEqual(assessment.evidence, []);
    assert.ok(assessment.missing.length >= 18);
    assert.ok(assessment.missing.every(({ reason }) => reason.includes('is not stated, key ')));
    assert.ok(assessment.statements[0]?.includes('funding is missing'));
  });

  it('is unknown with the reason while too few exchanges are fresh', () => {
    const features = computed({ returnPct: 5, openInterestChangePct: -6, fundingAnnualisedPct: 4 });
    const assessment = observed(features, { coverage: { fresh: 1, of: 5 } });
    assert.equal(assessment.label, 'unknown');
    assert.equal(assessment.missing[0]?.reason, '1 of 5 exchanges have fresh numbers, at least 2 needed');
    assert.equal(observed(features, { coverage: { fresh: 1, of: 1 } }).label, 'spot-led-rally');
    assert.equal(observed(features, { coverage: { fresh: 0, of: 1 } }).label, 'unknown');
    assert.equal(observed(features, { coverage: { fresh: 3, of: 5 }, minimumCoverage: 4 }).label, 'unknown');
  });

  it('is less sure with old, partial and missing inputs and with fewer exchanges', () => {
    const values = {
      returnPct: 5,
      openInterestChangePct: -6,
      fundingAnnualisedPct: 4,
      shortLiquidationShare: 0.8,
    };
    const best = observed(computed(values)).confidence;
    const { shortLiquidationShare: _, ...fewer } = values;
    assert.ok(observed(computed(values, { ageMs: 3 * 3_600_000 })).confidence < best);
    assert.ok(observed(computed(values, { isPartial: true })).confidence < best);
    assert.ok(observed(computed(fewer)).confidence < best);
    assert.ok(observed(computed(values), { coverage: { fresh: 2, of: 5 } }).confidence < best);
    const partial = observed(computed(values, { isPartial: true }));
    assert.ok(partial.remarks.some((line) => line.includes('only part of the market')));
    // Where the label does not use the partial input, the remark would say nothing about it.
    const few = computed({ openInterestRecord: true, shortLiquidationShare: 0.4 });
    const share = { sources: ['gate'], isPartial: true };
    const unused = observed({ ...few, origins: { ...few.origins, shortLiquidationShare: share } });
    assert.equal(unused.label, 'leverage-build-up');
    assert.ok(!unused.remarks.some((line) => line.includes('only part of the market')));
  });

  it('does not call a rally crowded whose funding and ratio are only high for their own week', () => {
    const rally = {
      returnPct: 11.3,
      futuresVolumeChangePct: 47,
      takerRatioChangePct: 18,
      openInterestChangePct: 10.6,
      openInterestPercentile: 100,
      openInterestRecord: true,
      fundingAnnualisedPct: 31.7,
      fundingPercentile: 100,
      longShortRatio: 1.32,
      longShortPercentile: 100,
    };
    assert.equal(stated(rally).label, 'leverage-led-rally');
    assert.equal(stated({ ...rally, fundingAnnualisedPct: 40 }).label, 'crowded-long');
  });

  it('is less sure where an input of a rival label contradicts', () => {
    const values = { returnPct: 5, openInterestChangePct: -6, fundingAnnualisedPct: 4 };
    const contradicted = stated({ ...values, longShortRatio: 1.8, fundingPercentile: 97 });
    assert.equal(contradicted.label, 'spot-led-rally');
    assert.ok(contradicted.confidence < stated(values).confidence);
    assert.ok(
      contradicted.evidence.some(({ metric, weight }) => metric === 'funding-percentile' && weight < 0),
    );
  });

  it('carries window, source, age and baseline of its inputs', () => {
    const features = computed(
      { openInterestZ: -1.6, takerImbalanceZ: -2.4, liquidationsZ: 2.5 },
      {
        windowMs: 86_400_000,
        baselineWindowMs: 7 * 86_400_000,
        baselineValue: 0.01,
        baselineUnit: 'fraction',
        sources: ['binance'],
      },
    );
    const row = observed(features).evidence.find(({ metric }) => metric === 'open-interest-z-7d');
    assert.equal(row?.scope, 'binance');
    assert.equal(row?.ageMs, 1000);
    // What was usual is a change of open interest, not a z-score: it is not in the row's unit.
    assert.equal(row?.baseline, undefined);
    assert.deepEqual([row?.baselineValue, row?.baselineUnit], [0.01, 'fraction']);
    assert.deepEqual([row?.windowMs, row?.baselineWindowMs], [86_400_000, 7 * 86_400_000]);
    assert.equal(row?.zScore, -1.6);
    assert.equal(row?.isMet, true);
  });

  it('keeps its rules as plain data with sources, known labels and groups that exist', () => {
    assert.deepEqual(JSON.parse(JSON.stringify(BUILT_IN_RULES)), BUILT_IN_RULES);
    const labels = BUILT_IN_RULES.rules.map((rule) => rule.label);
    assert.deepEqual(
      [...labels].sort(),
      REGIME_LABELS.filter((label) => label !== 'neutral' && label !== 'unknown').sort(),
    );
    for (const rule of BUILT_IN_RULES.rules) {
      const ids = rule.groups.map((group) => group.id);
      assert.equal(new Set(ids).size, ids.length, `${rule.label}: group twice`);
      for (const need of rule.needs)
        for (const id of need.groups) assert.ok(ids.includes(id), `${rule.label} ${id}`);
      assert.ok(rule.from.articles.length > 0 && rule.cannotKnow.length > 0);
    }
  });

  it('never throws on values that are no numbers', () => {
    const broken = { returnPct: NaN, openInterestZ: 'high', openInterestRecord: 1, depthZ: null } as never;
    const assessment = observed({ values: broken, origins: {}, absent: {} });
    assert.equal(assessment.asOfMs, NOW);
    assert.notEqual(assessment.label, 'deleveraging');
  });
});
