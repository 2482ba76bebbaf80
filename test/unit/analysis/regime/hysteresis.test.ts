import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { BUILT_IN_RULES } from '../../../../src/analysis/regime/rules.ts';
import { isAssessment } from '../../../../src/analysis/regime/assessment.ts';
import type { RegimeFeatures } from '../../../../src/analysis/regime/features.ts';
import { HOUR_MS, MINUTE_MS } from '../../../../src/core/units.ts';
import { computed, NOW, observed } from './support.ts';

const RALLY: RegimeFeatures = { returnPct: 5, openInterestChangePct: -6, fundingAnnualisedPct: 4 };
const CALM: RegimeFeatures = { returnPct: 0, openInterestChangePct: 0.5, fundingAnnualisedPct: 4 };
const SELLING: RegimeFeatures = {
  returnPct: -5,
  openInterestChangePct: -6,
  openInterestZ: -1.6,
  fundingAnnualisedPct: 4,
};
/** The price still up, positions opened: another name of the same direction. */
const LEVERED: RegimeFeatures = { returnPct: 5, openInterestChangePct: 7, fundingAnnualisedPct: 4 };
const DWELL_MS = BUILT_IN_RULES.dwellHours * HOUR_MS;

describe('hysteresis of regimes', () => {
  const rally = observed(computed(RALLY));
  /** Goes on from an assessment, hour by hour, and returns the last. */
  const hours = (values: RegimeFeatures, count: number, from = rally) => {
    let last = from;
    for (let hour = 0; hour < count; hour += 1)
      last = observed(computed(values), { asOfMs: last.asOfMs + HOUR_MS, previous: last });
    return last;
  };

  it('keeps a label until its dwell is over, as weak, and shows the candidate', () => {
    const soon = observed(computed(LEVERED), { asOfMs: NOW + MINUTE_MS, previous: rally });
    assert.deepEqual([soon.label, soon.family, soon.isWeak], ['spot-led-rally', 'short-covering', true]);
    assert.deepEqual([soon.candidate, soon.candidateFamily], ['leverage-led-rally', 'new-longs']);
    assert.deepEqual(soon.candidates.slice(0, 2), ['spot-led-rally', 'leverage-led-rally']);
    assert.equal(soon.sinceMs, NOW);
    assert.doesNotMatch(
      soon.statements.join(' '),
      /opened|new positions/,
      'no sentence against what is shown',
    );
    assert.ok(soon.confidence < 0.1, 'with all inputs fresh it would be another');
    const before = hours(LEVERED, BUILT_IN_RULES.dwellHours - 1);
    assert.equal(before.label, 'spot-led-rally');
    const later = hours(LEVERED, 1, before);
    assert.deepEqual([later.label, later.sinceMs], ['leverage-led-rally', NOW + DWELL_MS]);
    assert.equal(later.candidate, undefined);
  });

  it('ends at once a name that the price goes against by half a usual day', () => {
    const turned = observed(computed(SELLING), { asOfMs: NOW + MINUTE_MS, previous: rally });
    assert.equal(turned.label, 'deleveraging');
    const slightly = { ...CALM, returnPct: -1 };
    assert.equal(hours(slightly, 1).label, 'spot-led-rally');
    assert.notEqual(hours({ ...CALM, returnPct: -1.3 }, 1).label, 'spot-led-rally');
  });

  it('shows a forced move at once, whatever stands', () => {
    const building = observed(
      computed({ returnPct: -3.5, openInterestChangePct: 5, takerBuySellRatio: 0.95 }),
    );
    assert.equal(building.label, 'new-shorts');
    const crash = {
      ...{ returnPct: -10, openInterestChangePct: -8, takerBuySellRatio: 0.93 },
      ...{ liquidationsUsd: 200e6, shortLiquidationShare: 0.15 },
    };
    const now = observed(computed(crash), { asOfMs: NOW + MINUTE_MS, previous: building });
    assert.deepEqual([now.label, now.candidate], ['long-squeeze', undefined]);
    const small = { ...crash, returnPct: -3.5 };
    const soon = observed(computed(small), { asOfMs: NOW + MINUTE_MS, previous: building });
    assert.deepEqual([soon.label, soon.candidate], ['new-shorts', 'long-squeeze']);
  });

  it('keeps a move between its two thresholds, and a name for a day before it falls back to neutral', () => {
    const fading = { ...RALLY, returnPct: 0.8, openInterestChangePct: -0.4 };
    assert.equal(observed(computed(fading)).label, 'neutral');
    assert.deepEqual([hours(fading, 30).label, hours(fading, 30).candidate], ['spot-led-rally', undefined]);
    const building = observed(computed({ ...CALM, openInterestChangePct: 9 }));
    assert.equal(building.label, 'leverage-build-up');
    const still = { ...CALM, openInterestChangePct: -0.5 };
    const kept = hours(still, 23, building);
    assert.deepEqual([kept.label, kept.candidate, kept.isWeak], ['leverage-build-up', 'neutral', true]);
    assert.equal(hours(still, 24, building).label, 'neutral');
  });

  it('keeps the side of the stake within a move until positions clearly go the other way', () => {
    const wavering = { ...LEVERED, openInterestChangePct: 3 };
    assert.equal(observed(computed(wavering)).family, 'new-longs');
    assert.equal(hours(wavering, 9).family, 'short-covering');
    assert.equal(hours({ ...LEVERED, openInterestChangePct: 6 }, 9).family, 'new-longs');
  });

  it('leaves neutral at once, since entering has its own threshold', () => {
    const calm = observed(computed(CALM));
    const now = observed(computed(SELLING), { asOfMs: NOW + MINUTE_MS, previous: calm });
    assert.equal(now.label, 'deleveraging');
  });

  it('shows missing inputs at once instead of bridging them', () => {
    const blind = observed(computed({}), { asOfMs: NOW + MINUTE_MS, previous: rally });
    assert.equal(blind.label, 'unknown');
    const uncovered = observed(computed(RALLY), {
      asOfMs: NOW + MINUTE_MS,
      previous: rally,
      coverage: { fresh: 0, of: 5 },
    });
    assert.equal(uncovered.label, 'unknown');
  });

  it('does not dwell on stated values, another asset, other rules or a long pause', () => {
    const change = { asOfMs: NOW + MINUTE_MS, previous: rally };
    assert.equal(observed(computed(SELLING), { ...change, source: 'stated' }).label, 'deleveraging');
    assert.equal(observed(computed(SELLING), { ...change, baseAsset: 'ETH' }).label, 'deleveraging');
    assert.equal(observed(computed(SELLING), { ...change, source: 'simulated' }).label, 'deleveraging');
    const old = { ...rally, asOfMs: NOW - 86_400_000, sinceMs: NOW - 86_400_000 };
    assert.equal(observed(computed(SELLING), { previous: old }).label, 'deleveraging');
    const foreign = { ...rally, rulesVersion: 'other/9' };
    assert.equal(observed(computed(SELLING), { ...change, previous: foreign }).label, 'deleveraging');
  });

  it('is watched without a break over an hour of refreshes, at the longest interval too', () => {
    let previous = rally;
    for (let step = 1; step <= 12; step += 1)
      previous = observed(computed(RALLY), { asOfMs: NOW + step * 11 * MINUTE_MS, previous });
    assert.deepEqual([previous.sinceMs, previous.watchedSinceMs], [NOW, NOW]);
    const turned = observed(computed(SELLING), { asOfMs: NOW + 140 * MINUTE_MS, previous });
    assert.equal(turned.watchedSinceMs, NOW);
    assert.ok(turned.sinceMs > NOW, 'that it began was seen');
  });

  it('claims to have seen no beginning while it could not judge, nor while it slept', () => {
    const blind = { fresh: 0, of: 5 };
    const before = observed(computed(RALLY), { asOfMs: NOW + 10 * MINUTE_MS, previous: rally });
    const outage = observed(computed(RALLY), { asOfMs: NOW + 11 * MINUTE_MS, previous: before, coverage: blind });
    assert.deepEqual([outage.label, outage.watchedSinceMs], ['unknown', NOW], 'an outage is seen to begin');
    const still = observed(computed(RALLY), { asOfMs: NOW + 12 * MINUTE_MS, previous: outage, coverage: blind });
    assert.deepEqual([still.sinceMs, still.watchedSinceMs], [outage.sinceMs, NOW]);
    const after = observed(computed(RALLY), { asOfMs: NOW + 13 * MINUTE_MS, previous: still });
    assert.deepEqual([after.sinceMs, after.watchedSinceMs], [NOW + 13 * MINUTE_MS, NOW + 13 * MINUTE_MS]);
    for (const numbers of [RALLY, CALM]) {
      const woken = observed(computed(numbers), { asOfMs: NOW + 180 * MINUTE_MS, previous: before });
      assert.equal(woken.watchedSinceMs, NOW + 180 * MINUTE_MS);
      assert.ok(woken.sinceMs <= woken.watchedSinceMs, 'nobody saw it begin');
    }
    const late = (minutes: number) =>
      observed(computed(RALLY), { asOfMs: before.asOfMs + minutes * MINUTE_MS, previous: before }).watchedSinceMs;
    assert.deepEqual([late(15), late(16)], [NOW, before.asOfMs + 16 * MINUTE_MS]);
  }); // prettier-ignore

  it('does not flicker when an input trembles around its threshold', () => {
    let previous = rally;
    let changes = 0;
    for (let step = 1; step <= 288; step += 1) {
      const returnPct = 1.5 + (step % 2 === 0 ? 0.3 : -0.3);
      const next = observed(computed({ ...RALLY, returnPct }), {
        asOfMs: NOW + step * 5 * MINUTE_MS,
        previous,
      });
      if (next.label !== previous.label) changes += 1;
      previous = next;
    }
    assert.equal(changes, 0);
  });
});

describe('an assessment that was kept', () => {
  it('is one of this form alone: what an earlier version kept is judged anew', () => {
    const rally = observed(computed(RALLY));
    assert.equal(isAssessment(JSON.parse(JSON.stringify(rally))), true);
    const { family: _, ...earlier } = rally;
    for (const other of [
      earlier,
      { ...rally, family: 'rising' },
      { ...rally, schema: 'x' },
      null,
      undefined,
      3,
    ])
      assert.equal(isAssessment(other), false);
  });
});
