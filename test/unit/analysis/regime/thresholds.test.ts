import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { RegimeLabel } from '../../../../src/analysis/regime/assessment.ts';
import { evaluateRule, type GroupResult, type RuleResult } from '../../../../src/analysis/regime/evaluate.ts';
import type { JudgedFeature } from '../../../../src/analysis/regime/featureInfo.ts';
import { BUILT_IN_RULES } from '../../../../src/analysis/regime/rules.ts';
import { computed } from './support.ts';

/** Feature, direction, where the condition starts and where it ends; both thresholds are inclusive. */
type Line = readonly [JudgedFeature, '>=' | '<=', number, number];
/** Id, weight, how its conditions are joined, and the conditions. */
type Row = readonly [string, number, 'any' | 'all' | 'first', ...Line[]];

const HIGH_INTEREST: readonly Line[] = [
  ['openInterestRecord', '>=', 1, 0.5],
  ['openInterestPercentile', '>=', 95, 90],
  ['openInterestZ', '>=', 2, 1.5],
  ['openInterestChangePct', '>=', 10, 6],
];
const HOLDING_INTEREST: readonly Line[] = [
  ['openInterestChangePct', '>=', -1, -2],
  ['openInterestZ', '>=', -0.5, -1],
];
const FLAT_INTEREST: readonly Line[] = [
  ['openInterestChangePct', '<=', 0, 1],
  ['openInterestZ', '<=', 0, 0.5],
];
const MODERATE: readonly Line[] = [
  ['fundingAnnualisedPct', '>=', -5, -10],
  ['fundingAnnualisedPct', '<=', 15, 25],
  ['fundingPerIntervalPct', '>=', -0.01, -0.02],
  ['fundingPerIntervalPct', '<=', 0.015, 0.03],
];
const RISING: readonly Line[] = [
  ['returnPct', '>=', 1.5, 0.5],
  ['takerImbalanceZ', '>=', 1, 0.5],
  ['takerBuySellRatio', '>=', 1.05, 1],
  ['shortLiquidationShare', '>=', 0.55, 0.5],
  ['takerRatioChangePct', '>=', 10, 5],
];
const FALLING: readonly Line[] = [
  ['returnPct', '<=', -1.5, -0.5],
  ['takerImbalanceZ', '<=', -1, -0.5],
  ['takerBuySellRatio', '<=', 0.95, 1],
];
const FORCED: Line = ['liquidationsZ', '>=', 2, 1.5];
const NO_SPIKE: Line = ['liquidationsZ', '<=', 2, 2.5];
const SHORTS: Line = ['shortLiquidationShare', '>=', 0.55, 0.5];

/** The built-in rules as they are documented, written down apart from them. */
const RULES: Readonly<Partial<Record<RegimeLabel, readonly Row[]>>> = {
  'crowded-long': [
    [
      'funding-high',
      3,
      'any',
      ['fundingPerIntervalPct', '>=', 0.5, 0.4],
      ['fundingPercentile', '>=', 95, 90],
      ['fundingAnnualisedPct', '>=', 50, 35],
    ],
    [
      'funding-costly',
      0.5,
      'first',
      ['fundingAnnualisedPct', '>=', 35, 25],
      ['fundingPerIntervalPct', '>=', 0.032, 0.023],
    ],
    ['long-short', 2, 'any', ['longShortRatio', '>=', 1.5, 1.35]],
    ['long-short-percentile', 1, 'any', ['longShortPercentile', '>=', 90, 80]],
    ['open-interest-high', 2, 'any', ...HIGH_INTEREST],
  ],
  'crowded-short': [
    [
      'funding-low',
      3,
      'any',
      ['fundingPerIntervalPct', '<=', -0.5, -0.4],
      ['fundingPercentile', '<=', 5, 10],
      ['fundingAnnualisedPct', '<=', -30, -20],
    ],
    [
      'funding-negative',
      0.5,
      'first',
      ['fundingAnnualisedPct', '<=', 0, 2],
      ['fundingPerIntervalPct', '<=', 0, 0.002],
    ],
    ['long-short', 2, 'any', ['longShortRatio', '<=', 2 / 3, 20 / 27]],
    ['long-short-percentile', 1, 'any', ['longShortPercentile', '<=', 10, 20]],
    ['open-interest-high', 2, 'any', ...HIGH_INTEREST],
  ],
  'leverage-build-up': [
    ['open-interest-high', 4, 'any', ...HIGH_INTEREST],
    ['open-interest-holds', 1, 'first', ...HOLDING_INTEREST],
    ['funding-positive', 1, 'any', ['fundingAnnualisedPct', '>=', 5, 0]],
    ['no-forced-closing', 1, 'any', NO_SPIKE],
  ],
  'long-squeeze': [
    ['falling', 3, 'first', ['returnPct', '<=', -1.5, -0.5]],
    ['forced-closing', 2, 'any', FORCED],
    ['longs-liquidated', 2, 'any', ['shortLiquidationShare', '<=', 0.45, 0.5]],
    ['open-interest-falls', 2, 'any', ...FLAT_INTEREST],
    ['takers-selling', 1, 'any', ['takerBuySellRatio', '<=', 0.95, 1]],
    [
      'no-selling-wave',
      1,
      'any',
      ['takerImbalanceZ', '>=', -1.99, -2.3],
      ['openInterestZ', '>=', -0.99, -1.3],
    ],
  ],
  'short-squeeze': [
    ['rising', 3, 'first', ...RISING],
    ['forced-closing', 2, 'any', FORCED],
    ['shorts-liquidated', 2, 'any', SHORTS],
    ['open-interest-falls', 2, 'any', ...FLAT_INTEREST],
    ['takers-buying', 1, 'any', ['takerImbalanceZ', '>=', 1, 0.5], ['takerBuySellRatio', '>=', 1.05, 1]],
  ],
  'illiquid-sell-off': [
    ['falling', 3, 'first', ...FALLING],
    ['thin-books', 3, 'any', ['depthZ', '<=', -1.5, -1]],
    ['takers-selling', 2, 'any', ['takerImbalanceZ', '<=', -1, -0.5], ['takerBuySellRatio', '<=', 0.95, 1]],
    ['forced-closing', 1, 'any', FORCED],
  ],
  deleveraging: [
    ['falling', 2, 'first', ...FALLING],
    ['contraction', 3, 'any', ['openInterestChangePct', '<=', -2, -1], ['openInterestZ', '<=', -1, -0.5]],
    [
      'open-interest-not-rising',
      1,
      'all',
      ['openInterestChangePct', '<=', 1, 2],
      ['openInterestZ', '<=', 0.5, 1],
    ],
    ['forced-closing', 2, 'any', FORCED],
    ['takers-selling', 2, 'any', ['takerImbalanceZ', '<=', -2, -1], ['takerBuySellRatio', '<=', 0.9, 1]],
    ['thinner-books', 1, 'any', ['depthZ', '<=', 0, 0.5]],
    ['moderate-funding', 0.5, 'first', ...MODERATE],
  ],
  'spot-led-rally': [
    ['rising', 3, 'first', ...RISING],
    [
      'open-interest-falls',
      3,
      'any',
      ['openInterestChangePct', '<=', -1, 0],
      ['openInterestZ', '<=', -0.5, 0],
    ],
    ['moderate-funding', 2, 'first', ...MODERATE],
    ['shorts-liquidated', 1, 'any', SHORTS],
    ['spot-share', 1, 'any', ['spotVolumeShare', '>=', 0.3, 0.2]],
    ['spot-lead', 1, 'any', ['spotLeadZ', '>=', 0.5, 0]],
    ['no-forced-closing', 1, 'any', NO_SPIKE],
  ],
  'leverage-led-rally': [
    ['rising', 3, 'first', ...RISING],
    ['large-rise', 0.5, 'any', ['returnPct', '>=', 5, 3]],
    ['volume-surge', 2, 'any', ['futuresVolumeChangePct', '>=', 20, 10]],
    [
      'takers-buying',
      2,
      'any',
      ['takerRatioChangePct', '>=', 10, 5],
      ['takerImbalanceZ', '>=', 1, 0.5],
      ['takerBuySellRatio', '>=', 1.05, 1],
    ],
    ['net-taker-buying', 1, 'any', ['netTakerVolumeUsd', '>=', 20_000_000, 5_000_000]],
    ['open-interest-rises', 2, 'any', ['openInterestZ', '>=', 1, 0.5], ['openInterestChangePct', '>=', 3, 1]],
    ['open-interest-holds', 1, 'first', ...HOLDING_INTEREST],
    ['spot-lag', 1, 'any', ['spotLeadZ', '<=', -0.5, 0]],
    ['futures-share', 0.5, 'any', ['spotVolumeShare', '<=', 0.3, 0.4]],
  ],
};

type Values = Partial<Record<JudgedFeature, number>>;

function evaluate(label: RegimeLabel, values: Values, isStanding = false): RuleResult {
  const rule = BUILT_IN_RULES.rules.find((one) => one.label === label);
  assert.ok(rule !== undefined, label);
  return evaluateRule(rule, computed(values as never), 0.5, isStanding);
}

function groupOf(result: RuleResult, id: string): GroupResult {
  const found = result.groups.find(({ group }) => group.id === id);
  assert.ok(found !== undefined, id);
  return found;
}

const isMet = (label: RegimeLabel, id: string, values: Values, isStanding = false): boolean =>
  groupOf(evaluate(label, values, isStanding), id).isMet;

/** A value on the far side of a condition, where it speaks against in full. */
const farOff = ([, direction, enter, leave]: Line): number =>
  leave + (direction === '>=' ? -3 : 3) * Math.abs(enter - leave);

const tables = Object.entries(RULES) as [RegimeLabel, readonly Row[]][];

describe('thresholds and weights of the built-in rules', () => {
  for (const [label, rows] of tables) {
    const whole = rows.reduce((sum, [, weight]) => sum + weight, 0);

    it(`${label} starts and ends each condition exactly at its thresholds`, () => {
      for (const [id, , , ...lines] of rows)
        for (const [feature, direction, enter, leave] of lines) {
          const said = `${id}: ${feature} ${direction} ${enter}, ${leave}`;
          const band = Math.abs(enter - leave);
          const inward = direction === '>=' ? 1 : -1;
          const just = inward * 1e-6 * band;
          const isAt = (value: number, isStanding: boolean): boolean =>
            isMet(label, id, { [feature]: value }, isStanding);
          assert.equal(isAt(enter, false), true, said);
          assert.equal(isAt(enter - just, false), false, said);
          assert.equal(isAt(leave + just, true), true, said);
          assert.equal(isAt(leave - just, true), false, said);
          const half = groupOf(evaluate(label, { [feature]: (enter + leave) / 2 }), id).strength;
          assert.ok(half !== undefined && Math.abs(half - 0.5) < 1e-9, `${said}: ${half}`);
        }
    });

    it(`${label} weighs each group by its part of the whole, ${whole}`, () => {
      for (const [, , , ...lines] of rows)
        for (const [feature, , enter] of lines) {
          const asked = rows.filter(([, , , ...others]) => others.some(([other]) => other === feature));
          const weight = asked.reduce((sum, [, one]) => sum + one, 0);
          assert.equal(evaluate(label, { [feature]: enter }).coverage, weight / whole, feature);
        }
      assert.equal(evaluate(label, {}).coverage, 0);
    });

    it(`${label} joins the conditions of a group as stated`, () => {
      for (const [id, , mode, ...lines] of rows) {
        const features = [...new Set(lines.map(([feature]) => feature))];
        if (features.length === 1) continue;
        for (const met of features) {
          const values: Values = {};
          for (const line of lines) values[line[0]] ??= line[0] === met ? line[2] : farOff(line);
          const expected = mode === 'any' || (mode === 'first' && met === features[0]);
          assert.equal(isMet(label, id, values), expected, `${id} ${mode}: ${met}`);
        }
      }
    });
  }

  it('cover every rule and group that there is', () => {
    const written = tables.map(([label, rows]) => [label, rows.map(([id]) => id)]);
    const built = BUILT_IN_RULES.rules.map(({ label, groups }) => [label, groups.map(({ id }) => id)]);
    assert.deepEqual(new Map(written as never), new Map(built as never));
  });
});

/** What just suffices for a label, and additions with which it does not hold any more. */
const NEEDS: readonly (readonly [RegimeLabel, Values, readonly Values[]])[] = [
  [
    'long-squeeze',
    { returnPct: -1.5, liquidationsZ: 2, shortLiquidationShare: 0.45 },
    [{ openInterestChangePct: 0.5 }, { takerImbalanceZ: -2.1, openInterestZ: -1.1 }],
  ],
  [
    'short-squeeze',
    { returnPct: 1.5, liquidationsZ: 2, shortLiquidationShare: 0.55 },
    [{ openInterestChangePct: 0.5 }, { openInterestZ: 0.1 }],
  ],
  ['illiquid-sell-off', { returnPct: -1.5, depthZ: -1.5 }, []],
  ['deleveraging', { returnPct: -1.5, openInterestChangePct: -2 }, [{ openInterestZ: 0.6 }]],
  ['deleveraging', { openInterestZ: -1, liquidationsZ: 2 }, [{ returnPct: -1 }]],
  ['deleveraging', { returnPct: -1.5, liquidationsZ: 2 }, [{ openInterestChangePct: 1.5 }]],
  [
    'crowded-long',
    { fundingPercentile: 95, openInterestPercentile: 95 },
    [{ fundingAnnualisedPct: 34 }, { longShortRatio: 1.4 }, { longShortPercentile: 85 }],
  ],
  ['crowded-long', { fundingPercentile: 95, longShortRatio: 1.5 }, [{ fundingPerIntervalPct: 0.03 }]],
  ['crowded-long', { fundingPercentile: 95, longShortPercentile: 90 }, []],
  [
    'crowded-short',
    { fundingPercentile: 5, openInterestPercentile: 95 },
    [{ fundingAnnualisedPct: 1 }, { longShortRatio: 0.7 }, { longShortPercentile: 15 }],
  ],
  ['crowded-short', { fundingPercentile: 5, longShortRatio: 0.66 }, [{ fundingPerIntervalPct: 0.001 }]],
  [
    'spot-led-rally',
    { returnPct: 1.5, openInterestChangePct: -1, spotVolumeShare: 0.3 },
    [{ fundingAnnualisedPct: 16 }],
  ],
  ['spot-led-rally', { returnPct: 1.5, openInterestZ: -0.5, shortLiquidationShare: 0.55 }, []],
  ['spot-led-rally', { returnPct: 1.5, openInterestZ: -0.5, fundingAnnualisedPct: 15 }, []],
  [
    'leverage-led-rally',
    { returnPct: 1.5, futuresVolumeChangePct: 20, netTakerVolumeUsd: 20e6 },
    [{ openInterestChangePct: -1.5 }, { openInterestZ: -0.6 }],
  ],
  ['leverage-led-rally', { returnPct: 5, futuresVolumeChangePct: 20 }, []],
  ['leverage-led-rally', { returnPct: 1.5, takerBuySellRatio: 1.05, openInterestZ: 1 }, []],
  ['leverage-build-up', { openInterestPercentile: 95 }, [{ openInterestChangePct: -1.5 }]],
];

describe('needs of the built-in rules', () => {
  for (const [label, values, broken] of NEEDS)
    it(`${label} holds with no more than ${Object.keys(values).join(', ')}`, () => {
      const result = evaluate(label, values);
      assert.equal(result.holds, true);
      assert.equal(result.isRuledOut, false);
      for (const left of Object.keys(values) as JudgedFeature[]) {
        const fewer = { ...values };
        // Where the price is not known something else may stand in for it: here it is known not to move.
        if (left === 'returnPct') fewer.returnPct = 0;
        else delete fewer[left];
        assert.equal(evaluate(label, fewer).holds, false, `without ${left}`);
      }
      for (const more of broken)
        assert.equal(evaluate(label, { ...values, ...more }).holds, false, JSON.stringify(more));
    });
});
