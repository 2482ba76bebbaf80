import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  ageMs,
  areOfOneMoment,
  asOfMs,
  isFreshAt,
  isStale,
} from '../../../../src/analysis/metrics/freshness.ts';
import type { Observation } from '../../../../src/core/observation.ts';
import { HOUR_MS, MINUTE_MS } from '../../../../src/core/units.ts';
import { NOW, observe } from '../../market/builders.ts';

const interest = (sides: 'one' | 'unverified', atMs: number) =>
  observe('gate', 'open-interest', { sides, atMs, openInterestBase: 1 });
const rate = (atMs: number, settlesAtMs?: number) =>
  observe('gate', 'funding-rate', { atMs, ...(settlesAtMs === undefined ? {} : { settlesAtMs }) });

describe('what speaks of now', () => {
  const isStaleAt = (one: Observation, ageMs: number): boolean => isStale(one, asOfMs(one) + ageMs);

  it('is a reading of the moment for five minutes', () => {
    for (const one of [
      interest('one', NOW),
      rate(NOW),
      observe('gate', 'mark-price', { atMs: NOW, markPriceQuote: 1 }),
      observe('gate', 'volume', { atMs: NOW, volumeUsd: 1 }),
      observe('gate', 'depth', { atMs: NOW }),
    ]) {
      assert.equal(isStaleAt(one, 5 * MINUTE_MS), false, one.kind);
      assert.equal(isStaleAt(one, 5 * MINUTE_MS + 1), true, one.kind);
    }
  });

  it('is a row of history for three hours, a sum from the end of its bar on', () => {
    const ratio = observe('gate', 'long-short-ratio', { atMs: NOW, barMs: HOUR_MS });
    const taker = observe('gate', 'taker-volume', { atMs: NOW, barMs: HOUR_MS });
    const bar = observe('gate', 'open-interest', { atMs: NOW, barMs: HOUR_MS });
    for (const one of [ratio, taker, bar]) {
      assert.equal(isStaleAt(one, 3 * HOUR_MS), false, one.kind);
      assert.equal(isStaleAt(one, 3 * HOUR_MS + 1), true, one.kind);
    }
    assert.deepEqual([asOfMs(taker), asOfMs(bar), asOfMs(ratio)], [NOW + HOUR_MS, NOW, NOW]);
  });

  it('is no funding rate whose settlement passed more than five minutes ago, however new', () => {
    const old = rate(NOW, NOW - 5 * MINUTE_MS - 1);
    assert.equal(isStale(old, NOW), true);
    assert.equal(isStale(rate(NOW, NOW - 5 * MINUTE_MS), NOW), false);
  });

  it('puts two readings together where they are at most five minutes apart, whichever is first', () => {
    const [now, near, far] = [0, 5 * MINUTE_MS, 5 * MINUTE_MS + 1].map((back) => interest('one', NOW - back));
    assert.ok(now !== undefined && near !== undefined && far !== undefined);
    assert.deepEqual([areOfOneMoment(now, near), areOfOneMoment(near, now)], [true, true]);
    assert.deepEqual([areOfOneMoment(now, far), areOfOneMoment(far, now)], [false, false]);
  });
});

describe('the age of an observation', () => {
  it('is never clamped: what is dated ahead by more than clocks differ does not speak of now', () => {
    const ages = [0, 9_000, -9_000, -11_000, -HOUR_MS].map((age) => ageMs(interest('one', NOW - age), NOW));
    assert.deepEqual(ages, [0, 9_000, 0, -11_000, -HOUR_MS]);
    const stale = [5 * MINUTE_MS, 5 * MINUTE_MS + 1, -9_000, -11_000, -HOUR_MS].map((age) => [
      isStale(interest('one', NOW - age), NOW),
      !isFreshAt(NOW - age, NOW),
    ]);
    assert.deepEqual(stale, [[false, false], [true, true], [false, false], [true, true], [true, true]]); // prettier-ignore
  });
});
