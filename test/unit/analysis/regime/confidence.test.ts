import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { DEFAULT_DWELL_MS } from '../../../../src/analysis/regime/assess.ts';
import { evaluateRule, inputQuality } from '../../../../src/analysis/regime/evaluate.ts';
import type { RegimeFeatures } from '../../../../src/analysis/regime/features.ts';
import type { Rule, RuleSet } from '../../../../src/analysis/regime/ruleTypes.ts';
import { HOUR_MS, MINUTE_MS } from '../../../../src/core/units.ts';
import { computed, NOW, observed, stated } from './support.ts';

const RALLY: RegimeFeatures = { returnPct: 5, openInterestChangePct: -6, fundingAnnualisedPct: 4 };

function assertClose(actual: number | undefined, expected: number): void {
  assert.ok(actual !== undefined && Math.abs(actual - expected) < 1e-9, `${actual}, not ${expected}`);
}

describe('quality of an input', () => {
  it('is whole up to 15 min, half from 4 h on, and falls evenly between', () => {
    const at = (minutes: number): number => inputQuality({ sources: [], ageMs: minutes * MINUTE_MS });
    assert.deepEqual([-5, 0, 15, 127.5, 240, 600].map(at), [1, 1, 1, 0.75, 0.5, 0.5]);
    assert.equal(at(NaN), 0.5);
    assert.equal(inputQuality(undefined), 1);
    assert.equal(inputQuality({ sources: [] }), 1);
  });

  it('is seven tenths where only part of the market is covered', () => {
    assert.equal(inputQuality({ sources: [], isPartial: true }), 0.7);
    assert.equal(inputQuality({ sources: [], isPartial: true, ageMs: 4 * HOUR_MS }), 0.35);
  });
});

describe('confidence of a label', () => {
  // 8 of the 12 points of a spot-led rally are known and all speak for it: 0.9 × (0.35 + 0.65 × 8 / 12).
  const whole = 0.9 * (0.35 + (0.65 * 8) / 12);

  it('is what is known of its rule', () => {
    assertClose(whole, 0.705);
    assertClose(stated(RALLY).confidence, whole);
    // The 3 points of the price at half strength: (1.5 + 3 + 2) of 8.
    const weak = { ...RALLY, returnPct: 1 };
    assert.equal(stated(weak).label, 'neutral');
    const rally = observed(computed(RALLY));
    assertClose(
      observed(computed(weak), { previous: rally, asOfMs: NOW + MINUTE_MS }).confidence,
      (whole * 6.5) / 8,
    );
  });

  it('counts what speaks against it as well: 8 points for, 1 against', () => {
    // Spot takers a whole band behind: 8 for, 9 known, 1 against, 9 of 12 known.
    assertClose(stated({ ...RALLY, spotLeadZ: -0.5 }).confidence, 0.9 * (8 / 10) * (0.35 + (0.65 * 9) / 12));
  });

  it('falls with the share of exchanges that are fresh, to six tenths', () => {
    assertClose(observed(computed(RALLY)).confidence, whole);
    assertClose(observed(computed(RALLY), { coverage: { fresh: 2, of: 5 } }).confidence, 0.76 * whole);
    assertClose(observed(computed(RALLY), { coverage: { fresh: 9, of: 5 } }).confidence, whole);
    assertClose(
      observed(computed(RALLY), { coverage: { fresh: 0, of: 5 }, minimumCoverage: 0 }).confidence,
      0.6 * whole,
    );
    assertClose(observed(computed(RALLY), { coverage: { fresh: 0, of: 0 } }).confidence, whole);
  });

  it('falls to three quarters where the direction is inferred', () => {
    const { returnPct: _, ...inferred } = { ...RALLY, takerImbalanceZ: 1 };
    assertClose(stated(inferred).confidence, 0.75 * whole);
  });

  it('falls by up to three tenths with the weight of what rivals rest on', () => {
    // Funding (3) and long/short (2) of crowded longs, against the 12 of the rally.
    const against = stated({ ...RALLY, longShortRatio: 1.8, fundingPercentile: 97 });
    assertClose(against.confidence, whole * (1 - (0.3 * 5) / 17));
    assert.deepEqual(
      against.evidence.filter(({ weight }) => weight < 0).map(({ metric, weight }) => [metric, weight]),
      [
        ['funding-percentile', -3],
        ['long-short-ratio', -2],
      ],
    );
  });

  it('of a neutral market is the known part of the rules', () => {
    const one = (id: string, weight: number, feature: 'depthZ' | 'returnPct') =>
      ({ id, weight, mode: 'any', conditions: [{ feature, op: 'above', enter: 2, leave: 1 }] }) as const;
    const rules: RuleSet = {
      version: 'test/1',
      minimumAgreement: { enter: 0.5, leave: 0.4 },
      neutralNeeds: [],
      rules: [
        {
          label: 'deleveraging',
          meaning: 'Something.',
          needs: [{ groups: ['price'], lacks: 'a price' }],
          groups: [one('price', 1, 'returnPct'), one('depth', 3, 'depthZ')],
          rivals: [],
          from: { articles: [], definitions: '' },
          cannotKnow: 'Nothing.',
        },
      ],
    };
    const calm = observed(computed({ returnPct: 0 }), { rules });
    assert.equal(calm.label, 'neutral');
    assertClose(calm.confidence, 0.9 / 4);
    const old = observed(computed({ returnPct: 0 }, { ageMs: 4 * HOUR_MS }), { rules });
    assertClose(old.confidence, 0.45 / 4);
    assertClose(observed(computed({ returnPct: 0, depthZ: 0 }), { rules }).confidence, 0.9);
    assert.equal(observed(computed({ depthZ: 5 }), { rules }).label, 'neutral');
  });
});

describe('a rule', () => {
  const ruleOf = (mode: 'any' | 'all', ...thresholds: [number, number][]): Rule => ({
    label: 'deleveraging',
    meaning: 'Something.',
    needs: [],
    groups: [
      {
        id: 'one',
        weight: 1,
        mode,
        conditions: thresholds.map(([enter, leave], index) => ({
          feature: index === 0 ? 'depthZ' : 'returnPct',
          op: 'above',
          enter,
          leave,
        })),
      },
    ],
    rivals: [],
    from: { articles: [], definitions: '' },
    cannotKnow: 'Nothing.',
  });
  const strength = (rule: Rule, values: RegimeFeatures) =>
    evaluateRule(rule, computed(values), 0.5).groups[0]?.strength;

  it('without a band between its thresholds speaks for or against in full', () => {
    const sharp = ruleOf('any', [2, 2]);
    assert.deepEqual([strength(sharp, { depthZ: 2 }), strength(sharp, { depthZ: 1.99 })], [1, -1]);
  });

  it('counts the weaker of two conditions that must both hold, the stronger of two of which any may', () => {
    const [all, any] = [ruleOf('all', [2, 1], [2, 1]), ruleOf('any', [2, 1], [2, 1])];
    assert.equal(strength(all, { depthZ: 1.5, returnPct: 3 }), 0.5);
    assert.equal(strength(any, { depthZ: 1.5, returnPct: 3 }), 1);
    assert.equal(strength(any, { depthZ: -9, returnPct: 0.75 }), -0.25);
  });

  it('knows nothing of a value that is no finite number', () => {
    const rule = ruleOf('any', [2, 1]);
    for (const depthZ of [NaN, Infinity, -Infinity, '3' as never, null as never])
      assert.equal(strength(rule, { depthZ }), undefined, String(depthZ));
  });
});

describe('labels at the edges', () => {
  it('start at an agreement of one half', () => {
    // Funding and long/short percentile for (4), ratio and open interest against (4).
    const even = { fundingPercentile: 95, longShortPercentile: 90, longShortRatio: 1, openInterestZ: 0 };
    assert.equal(stated(even).label, 'crowded-long');
    assertClose(stated(even).confidence, 0.9 * (4 / 12) * (0.35 + (0.65 * 8) / 8.5));
  });

  it('need two fresh exchanges, or the only one', () => {
    const label = (fresh: number, of: number) => observed(computed(RALLY), { coverage: { fresh, of } }).label;
    assert.deepEqual(
      [label(2, 5), label(1, 5), label(2, 2), label(1, 2), label(1, 1)],
      ['spot-led-rally', 'unknown', 'spot-led-rally', 'unknown', 'spot-led-rally'],
    );
  });

  it('dwell for an hour, to the millisecond, and not across a pause of more than three hours', () => {
    assert.equal(DEFAULT_DWELL_MS, 3_600_000);
    const rally = observed(computed(RALLY));
    const selling = computed({ ...RALLY, returnPct: -5 });
    const at = (asOfMs: number, minimumDwellMs?: number) =>
      observed(selling, { asOfMs, previous: rally, minimumDwellMs }).label;
    assert.equal(at(NOW + 3_599_999), 'spot-led-rally');
    assert.equal(at(NOW + 3_600_000), 'deleveraging');
    assert.equal(at(NOW), 'spot-led-rally');
    assert.equal(at(NOW - 1), 'deleveraging', 'what comes later says nothing about now');
    assert.equal(at(NOW + 3 * HOUR_MS, 9 * HOUR_MS), 'spot-led-rally');
    assert.equal(at(NOW + 3 * HOUR_MS + 1, 9 * HOUR_MS), 'deleveraging');
  });

  it('have cascade risk where longs are crowded, whatever label comes first', () => {
    const crowd = { fundingPercentile: 98, longShortRatio: 1.7 };
    assert.equal(stated(crowd).hasCascadeRisk, true);
    const falling = { ...crowd, returnPct: -5, depthZ: -2 };
    assert.equal(stated(falling).label, 'illiquid-sell-off');
    assert.equal(stated(falling).hasCascadeRisk, true);
    assert.equal(stated(RALLY).hasCascadeRisk, false);
    assert.equal(observed(computed(crowd), { coverage: { fresh: 0, of: 5 } }).hasCascadeRisk, false);
  });
});

describe('evidence of a band', () => {
  it('shows the end that is nearer, both being 10 away from the middle of 5 %', () => {
    const row = (fundingAnnualisedPct: number) => {
      const { evidence } = stated({ ...RALLY, fundingAnnualisedPct });
      const found = evidence.find(({ metric }) => metric === 'funding-annualised');
      return [found?.threshold, found?.direction, found?.isMet, found?.weight];
    };
    assert.deepEqual(row(4.9), [-5, 'above', true, 2]);
    assert.deepEqual(row(5), [15, 'below', true, 2]);
  });
});

describe('rows of evidence', () => {
  it('show a condition once that two groups share, with the weight of the first', () => {
    const rally = stated({ takerImbalanceZ: 1.2, futuresVolumeChangePct: 30 });
    assert.equal(rally.label, 'leverage-led-rally');
    const rows = rally.evidence.filter(({ metric }) => metric.startsWith('taker-imbalance-z'));
    assert.deepEqual(
      rows.map(({ weight }) => weight),
      [3],
    );
  });

  it('carry the stated window of price and open interest, and of nothing else', () => {
    const { evidence } = stated({ ...RALLY, windowHours: 72 });
    assert.deepEqual(evidence.map(({ metric, windowMs }) => [metric, windowMs]).sort(), [
      ['funding-annualised', undefined],
      ['open-interest-change-3d', 72 * HOUR_MS],
      ['return-3d', 72 * HOUR_MS],
    ]);
  });
});

describe('an unknown key of a features file', () => {
  it('is told the known key with the longest start alike, of four letters at least', () => {
    for (const [key, guess] of [
      ['fundingPercentageOfTheRate', 'fundingPercentile'],
      ['takerImbalanceOfFutures', 'takerImbalanceZ'],
      ['DEPTHofAllTheBooks', 'depthZ'],
    ] as const)
      assert.throws(() => stated({ [key]: 1 } as never), new RegExp(`did you mean "${guess}"`), key);
    assert.throws(() => stated({ depOfAllTheBooks: 1 } as never), /known keys are asset/);
  });
});

describe('statements at their thresholds', () => {
  const said = (features: RegimeFeatures): string => stated(features).statements.join('\n');

  it('name price and open interest together from 0.5 % and 1 % on', () => {
    const at = (returnPct: number, openInterestChangePct: number) =>
      said({ returnPct, openInterestChangePct });
    assert.match(at(0.6, 1.1), /positions are being opened into the rise/);
    assert.match(at(0.6, -1.1), /positions are being closed, as when shorts buy back/);
    assert.match(at(-0.6, 1.1), /positions are being opened into the fall/);
    assert.match(at(-0.6, -1.1), /positions are being closed, as when longs sell/);
    for (const flat of [at(0.4, 5), at(-0.4, 5), at(5, 0.9), at(5, -0.9)])
      assert.doesNotMatch(flat, /being opened|being closed/);
  });

  it('call books thinner than usual from -0.5 on and thin from -1.5 on, unless the label says so', () => {
    assert.doesNotMatch(said({ depthZ: -0.49 }), /Order books/);
    assert.match(said({ depthZ: -0.5 }), /Order books are thinner than usual:/);
    assert.match(said({ depthZ: -1.49 }), /Order books are thinner than usual:/);
    assert.match(said({ depthZ: -1.5 }), /Order books are thin:/);
    assert.doesNotMatch(said({ depthZ: -2, returnPct: -5 }), /Order books are thin:/);
  });

  it('say who pays where leverage has built up, and nothing of a rate of zero', () => {
    const high = { openInterestPercentile: 99 };
    assert.match(said({ ...high, fundingAnnualisedPct: 1 }), /Funding is positive, so longs pay shorts/);
    assert.match(said({ ...high, fundingAnnualisedPct: -1 }), /Funding is negative, so shorts pay longs/);
    assert.match(said({ ...high, fundingPerIntervalPct: -0.001 }), /shorts pay longs/);
    assert.doesNotMatch(said({ ...high, fundingAnnualisedPct: 0 }), /Funding is/);
    assert.doesNotMatch(said(high), /Funding is/);
    assert.doesNotMatch(said({ ...RALLY }), /Funding is/);
  });

  it('name where a record is', () => {
    const at = (claims: Record<string, boolean>, ofSum?: boolean) =>
      said({
        openInterestRecord: true,
        openInterestRecordByExchange: claims,
        ...(ofSum === undefined ? {} : { openInterestRecordAggregate: ofSum }),
      });
    assert.match(
      at({ okx: false }, true),
      /^Open interest over all exchanges is at its highest, on no single exchange\.$/m,
    );
    assert.match(at({ okx: false }, false), /^Open interest is at a record on no exchange that is named\.$/m);
    assert.match(
      at({ okx: true, gate: false }),
      /^Open interest on OKX is at its highest: a record on OKX, not confirmed elsewhere\.$/m,
    );
    assert.match(
      at({ okx: true }),
      /^Open interest on OKX is at its highest; it is not stated whether other exchanges confirm it\.$/m,
    );
    assert.match(
      at({ gate: true, okx: true }),
      /^Open interest on OKX and Gate is at its highest: a record on every exchange with enough history\.$/m,
    );
    assert.match(said({ openInterestRecord: true }), /it is not stated whether other exchanges confirm it/);
    assert.doesNotMatch(said({ openInterestRecord: false }), /record|highest/i);
  });
});
