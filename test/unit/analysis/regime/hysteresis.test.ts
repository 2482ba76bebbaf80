import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { DEFAULT_DWELL_MS } from '../../../../src/analysis/regime/assess.ts';
import type { RegimeFeatures } from '../../../../src/analysis/regime/features.ts';
import { MINUTE_MS } from '../../../../src/core/units.ts';
import { computed, NOW, observed } from './support.ts';

const RALLY: RegimeFeatures = { returnPct: 5, openInterestChangePct: -6, fundingAnnualisedPct: 4 };
const CALM: RegimeFeatures = { returnPct: 0, openInterestChangePct: 0.5, fundingAnnualisedPct: 4 };
const SELLING: RegimeFeatures = {
  returnPct: -5,
  openInterestChangePct: -6,
  openInterestZ: -1.6,
  fundingAnnualisedPct: 4,
};

describe('hysteresis of regimes', () => {
  const rally = observed(computed(RALLY));

  it('keeps a label until its dwell is over and shows the candidate', () => {
    const soon = observed(computed(SELLING), { asOfMs: NOW + MINUTE_MS, previous: rally });
    assert.equal(soon.label, 'spot-led-rally');
    assert.equal(soon.candidate, 'deleveraging');
    assert.equal(soon.sinceMs, NOW);
    assert.ok(soon.confidence < rally.confidence);
    const later = observed(computed(SELLING), { asOfMs: NOW + DEFAULT_DWELL_MS, previous: soon });
    assert.equal(later.label, 'deleveraging');
    assert.equal(later.candidate, undefined);
    assert.equal(later.sinceMs, NOW + DEFAULT_DWELL_MS);
  });

  it('keeps a label between its enter and leave thresholds', () => {
    const fading = { ...RALLY, returnPct: 0.8, openInterestChangePct: -0.4 };
    assert.equal(observed(computed(fading)).label, 'neutral');
    const held = observed(computed(fading), { asOfMs: NOW + 2 * DEFAULT_DWELL_MS, previous: rally });
    assert.equal(held.label, 'spot-led-rally');
    assert.equal(held.candidate, 'neutral');
    assert.ok(held.confidence < rally.confidence);
    const over = observed(computed(CALM), { asOfMs: NOW + 2 * DEFAULT_DWELL_MS, previous: rally });
    assert.equal(over.label, 'neutral');
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
    const turned = observed(computed(CALM), { asOfMs: NOW + 140 * MINUTE_MS, previous });
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
