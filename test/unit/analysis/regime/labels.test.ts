import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { labelWords } from '../../../../src/analysis/regime/labelWords.ts';
import { BUILT_IN_RULES } from '../../../../src/analysis/regime/rules.ts';
import { REGIME_FAMILIES, REGIME_LABELS } from '../../../../src/analysis/regime/assessment.ts';
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
    const willing = { ...squeeze, takerBuySellRatio: 1 };
    assert.equal(stated(willing).label, 'spot-led-rally', 'forced purchases are taker buys');
  });

  it('calls a fall on rising open interest new shorts, and no large move neutral', () => {
    const fall = stated({ returnPct: -9, openInterestChangePct: 8, fundingAnnualisedPct: -12 });
    assert.deepEqual([fall.family, fall.label], ['new-shorts', 'new-shorts']);
    for (const returnPct of [-12, -4, 4, 12])
      for (const openInterestChangePct of [-4, -0.5, 0, 0.5, 4]) {
        const { label, family } = stated({ returnPct, openInterestChangePct, fundingAnnualisedPct: 8 });
        assert.ok(label !== 'neutral' && label !== 'unknown', `${returnPct} ${openInterestChangePct}`);
        assert.equal(
          family.startsWith(returnPct > 0 ? 'new-longs' : 'new-shorts'),
          openInterestChangePct >= 0,
        );
      }
  });

  it('needs more than a rank: at the top of a month by a third of a percent is no build-up', () => {
    const rank = { returnPct: 0.3, openInterestPercentile: 96.7, openInterestChangePct: 0.3 };
    assert.equal(stated(rank).label, 'neutral');
    assert.equal(stated({ ...rank, openInterestChangePct: 3 }).label, 'leverage-build-up');
  });

  it('is unknown where not even a family follows, with what it could be', () => {
    const bare = stated({ returnPct: 11.4 });
    assert.deepEqual([bare.label, bare.family, bare.confidence], ['unknown', 'unknown', 0]);
    assert.ok(bare.candidates.includes('leverage-led-rally') && bare.candidates.includes('spot-led-rally'));
  });

  it('is neutral where price and positions, or cost, are known to lie inside their bands', () => {
    const calm = stated({ returnPct: 0.2, openInterestChangePct: 0.5, fundingAnnualisedPct: 8 });
    assert.equal(calm.label, 'neutral');
    assert.deepEqual([calm.family, calm.isWeak], ['quiet', false]);
    assert.ok(calm.confidence > 0.9 && calm.rarity > 0.5, 'noise shows as much most of the time');
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

  it('is less sure with old, partial and missing inputs; fewer exchanges are said by the quality alone', () => {
    const values = {
      ...{ returnPct: 3.2, openInterestChangePct: -1.5, fundingAnnualisedPct: 4 },
      ...{ shortLiquidationShare: 0.6, takerBuySellRatio: 1.03, liquidationsUsd: 25e6 },
    };
    const best = observed(computed(values));
    assert.equal(best.label, 'spot-led-rally');
    const { shortLiquidationShare: _, takerBuySellRatio: _ratio, ...fewer } = values;
    const old = observed(computed(values, { ageMs: 3 * 3_600_000 }));
    const partial = observed(computed(values, { isPartial: true }));
    for (const worse of [old, partial, observed(computed(fewer))]) {
      assert.ok(worse.confidence < best.confidence, `${worse.confidence} of ${best.confidence}`);
      assert.ok(worse.quality < best.quality || worse.missing.length > best.missing.length);
    }
    const two = observed(computed(values), { coverage: { fresh: 2, of: 5 } });
    assert.equal(two.confidence, best.confidence);
    assert.ok(two.quality < best.quality);
    assert.ok(partial.remarks.some((line) => line.includes('only part of the market')));
    // Where the label does not use the partial input, the remark would say nothing about it.
    const few = computed({ openInterestRecord: true, spotLeadZ: 0.4 });
    const share = { sources: ['gate'], isPartial: true };
    const unused = observed({ ...few, origins: { ...few.origins, spotLeadZ: share } });
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
    assert.equal(stated({ ...rally, fundingAnnualisedPct: 45 }).label, 'crowded-long');
  });

  it('shows what speaks against the name', () => {
    const values = { returnPct: 5, openInterestChangePct: 6, takerBuySellRatio: 0.9 };
    const contradicted = stated(values);
    assert.deepEqual([contradicted.label, contradicted.isWeak], ['leverage-led-rally', true]);
    const row = contradicted.evidence.find(({ metric }) => metric.startsWith('taker-ratio'));
    // The threshold is the name's: what is on the other side of it does not meet it.
    assert.ok((row?.weight ?? 0) < 0 && row?.bearing === 'against');
    assert.deepEqual([row.isMet, row.direction], [false, 'above']);
    assert.ok(contradicted.rarity > stated({ ...values, takerBuySellRatio: 1.1 }).rarity);
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

  it('keeps its rules as plain data with words, each family with a name of its own', () => {
    assert.deepEqual(JSON.parse(JSON.stringify(BUILT_IN_RULES)), BUILT_IN_RULES);
    const { names } = BUILT_IN_RULES;
    assert.deepEqual(
      [...new Set(names.map(({ label }) => label))].sort(),
      REGIME_LABELS.filter((label) => label !== 'neutral' && label !== 'unknown').sort(),
    );
    for (const name of names) assert.ok(name.words === labelWords(name.label) && name.cannotKnow.length > 0);
    for (const family of REGIME_FAMILIES.filter((one) => one !== 'quiet' && one !== 'unknown')) {
      const last = names.filter(({ families }) => families.includes(family)).at(-1);
      assert.equal(last?.needs, undefined, `${family} has no name that needs nothing more`);
    }
    for (const label of new Set(names.map((one) => one.label)))
      assert.equal(new Set(names.filter((one) => one.label === label).map(({ words }) => words)).size, 1);
  });

  it('never throws on values that are no numbers', () => {
    const broken = { returnPct: NaN, openInterestZ: 'high', openInterestRecord: 1, depthZ: null } as never;
    const assessment = observed({ values: broken, origins: {}, absent: {} });
    assert.equal(assessment.asOfMs, NOW);
    assert.notEqual(assessment.label, 'deleveraging');
  });
});
