import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { ASPECTS, type Aspect } from '../../../../src/analysis/regime/aspects.ts';
import type { Evidence, RegimeFamily } from '../../../../src/analysis/regime/assessment.ts';
import { isMet, type Decision } from '../../../../src/analysis/regime/decide.ts';
import { evidenceOf } from '../../../../src/analysis/regime/evidence.ts';
import type { JudgedFeature, RegimeFeatures } from '../../../../src/analysis/regime/features.ts';
import { clearSize } from '../../../../src/analysis/regime/kinds.ts';
import { BUILT_IN_RULES as RULES } from '../../../../src/analysis/regime/rules.ts';
import type { Name } from '../../../../src/analysis/regime/ruleTypes.ts';
import { SCALES } from '../../../../src/analysis/regime/scales.ts';
import { standardOf } from '../../../../src/analysis/regime/standard.ts';
import { seed } from '../metrics/seed.ts';
import { computed } from './support.ts';

const nameOfLabel = (label: string): Name => RULES.names.find((one) => one.label === label)!;
const decisionOf = (name: Name, family: RegimeFamily = name.families[0]!): Decision => ({
  family,
  label: name.label,
  name,
});

interface Seen {
  readonly row: Evidence;
  readonly aspect: number;
}

/** The row of a feature that alone is known, beside a name, and what its aspect comes to. */
function rowOf(values: RegimeFeatures, feature: JudgedFeature, name: Name, stands = false): Seen {
  const features = computed(values, { windowMs: 86_400_000, baselineWindowMs: 30 * 86_400_000 });
  const standard = standardOf(features, { asset: 'BTC', isStated: false });
  const decision = decisionOf(name);
  const rows = evidenceOf(standard, { decision, rules: RULES, features, isStated: false, standing: stands ? decision : undefined });
  const at = standard.inputs.find((one) => one.feature === feature)!;
  const row = rows.find(({ observed, usualSizes }) => observed === at.observed && usualSizes === at.sizes)!;
  return { row, aspect: standard.aspects[at.scale.aspect] ?? NaN };
} // prettier-ignore

/** A value of a feature that is so many usual sizes out. */
function valueAt(feature: JudgedFeature, sizes: number): number {
  const probe = standardOf(computed({ [feature]: 1 }, { windowMs: 86_400_000, baselineWindowMs: 30 * 86_400_000 }), { asset: 'BTC', isStated: false });
  return SCALES[feature]!.fromSizes!(sizes, probe.inputs[0]!.context);
} // prettier-ignore

const FEATURES_OF = (aspect: Aspect): JudgedFeature[] =>
  (Object.keys(SCALES) as JudgedFeature[]).filter(
    (feature) => SCALES[feature]?.aspect === aspect && SCALES[feature].fromSizes !== undefined,
  );

describe(`what a reading says of a name (seed ${seed})`, () => {
  it('is turned by the threshold that is shown, for every name, sign and feature, whether the name begins or stands', () => {
    let turned = 0;
    for (const name of RULES.names)
      for (const { aspect, side } of name.signs)
        for (const feature of FEATURES_OF(aspect))
          for (const stands of [false, true]) {
            const see = (value: number): Evidence => rowOf({ [feature]: value }, feature, name, stands).row;
            const { bearing, threshold, band, direction } = see(valueAt(feature, side * 3));
            const words = `${name.label}, ${feature}, ${stands}: ${bearing} ${threshold} ${direction}`;
            // An amount without its size is nowhere near a clear sign, and has no threshold.
            if (feature === 'netTakerVolumeUsd') {
              assert.equal(bearing, 'beside', words);
              continue;
            }
            assert.equal(bearing, 'for', words);
            assert.equal(band !== undefined, side === 0, words);
            const ends = band ?? [threshold];
            for (const [at, end] of ends.entries()) {
              const step = 1e-6 * Math.max(1, Math.abs(end));
              const isLow = band === undefined ? direction === 'above' : at === 0;
              const [inside, outside] = [see(end + (isLow ? step : -step)), see(end - (isLow ? step : -step))];
              assert.deepEqual([inside.isMet, inside.bearing, outside.isMet], [true, 'for', false], words);
              assert.equal(inside.threshold, end, words);
              if (outside.bearing !== 'beside') assert.equal(outside.threshold, end, words);
              turned += 1;
            }
          }
    assert.ok(turned > 200, `${turned} thresholds`);
  }); // prettier-ignore

  it('agrees with the condition that a name has on that aspect alone', () => {
    let held = 0;
    // Even steps: most doubles are next to nothing.
    const sizes = fc.integer({ min: -400, max: 400 }).map((hundredths) => hundredths / 100 + 0.001);
    for (const name of RULES.names)
      for (const need of name.needs ?? []) {
        const [aspect, ...others] = Object.keys(need.of) as Aspect[];
        const side = name.signs.find((one) => one.aspect === aspect)?.side;
        if (aspect === undefined || others.length > 0 || side === undefined || side === 0) continue;
        const up = need.op === 'above' ? 1 : -1;
        const wanted = { side: up * Math.sign(need.of[aspect]!), size: (up * need.enter) / Math.abs(need.of[aspect]!) };
        // What only must not be out on the other side is no sign that the name rests on.
        if (wanted.side !== side || wanted.size <= 0) continue;
        for (const feature of FEATURES_OF(aspect)) {
          // A rank in a month of days does not reach the outer hundredth: it is held against what is clear.
          if (rowOf({ [feature]: valueAt(feature, side * 8) }, feature, name).row.usualSizes! * side < wanted.size) continue;
          fc.assert(
            fc.property(sizes, fc.boolean(), (size, stands) => {
              const seen = rowOf({ [feature]: valueAt(feature, size) }, feature, name, stands);
              assert.equal(seen.row.isMet, isMet(need, { [aspect]: seen.aspect }, stands), `${name.label} ${feature} ${size}`);
            }),
            { seed, numRuns: 200 },
          );
          held += 1;
        }
      }
    assert.ok(held >= 4, `${held} conditions`);
  }); // prettier-ignore

  it('is nothing where a rank of funding is out and the rate is not, or the rate and its rank is not', () => {
    const bearings = (label: string, values: RegimeFeatures) =>
      (['fundingAnnualisedPct', 'fundingPercentile'] as const).map((feature) => rowOf(values, feature, nameOfLabel(label)).row.bearing);
    const [rank, rate] = [{ fundingAnnualisedPct: 4, fundingPercentile: 0 }, { fundingAnnualisedPct: 60, fundingPercentile: 40 }];
    assert.deepEqual(bearings('spot-led-rally', rank), ['for', 'beside']);
    assert.deepEqual(bearings('crowded-long', rate), ['beside', 'expected']);
    assert.deepEqual(bearings('crowded-long', { fundingAnnualisedPct: 60, fundingPercentile: 99 }), ['for', 'for']);
  }); // prettier-ignore

  it('is against every name of a move where takers or liquidations go the other way, and else nothing where it is no sign of it', () => {
    const bearing = (label: string, size: number) =>
      rowOf({ takerImbalanceZ: size }, 'takerImbalanceZ', nameOfLabel(label)).row.bearing;
    assert.deepEqual([bearing('spot-led-rally', -1.2), bearing('spot-led-rally', 1.2), bearing('spot-led-rally', -0.8)], ['against', 'beside', 'beside']);
    assert.equal(bearing('leverage-led-rally', 1.2), 'for');
    assert.equal(bearing('deleveraging', 1.2), 'against');
  }); // prettier-ignore

  it('has one size from which on it is clear, for evidence and for sentences: that of its kind, accounts as positions', () => {
    for (const aspect of Object.keys(ASPECTS) as Aspect[])
      assert.equal(
        clearSize(aspect, RULES),
        RULES.clear[aspect === 'accounts' ? 'positions' : ASPECTS[aspect].kind],
      );
  });
});
