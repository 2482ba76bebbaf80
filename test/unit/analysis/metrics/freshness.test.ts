import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  ageMs,
  bestFunding,
  bestOpenInterest,
  isFreshAt,
  isStale,
} from '../../../../src/analysis/metrics/freshness.ts';
import { HOUR_MS, MINUTE_MS } from '../../../../src/core/units.ts';
import { NOW, observe } from '../../market/builders.ts';

const interest = (sides: 'one' | 'unverified', atMs: number, base = 1) =>
  observe('gate', 'open-interest', { sides, atMs, openInterestBase: base });
const rate = (atMs: number, settlesAtMs?: number) =>
  observe('gate', 'funding-rate', { atMs, ...(settlesAtMs === undefined ? {} : { settlesAtMs }) });

describe('two endpoints that state the same thing', () => {
  it('take no turns: the side that is known comes before the newer one that is not', () => {
    const known = interest('one', NOW - 40_000);
    assert.equal(bestOpenInterest([interest('unverified', NOW), known]), known);
    assert.equal(bestOpenInterest([known, interest('one', NOW)])?.atMs, NOW);
  });

  it('do take turns where the known side has grown old', () => {
    const newer = interest('unverified', NOW);
    assert.equal(bestOpenInterest([interest('one', NOW - 6 * MINUTE_MS), newer]), newer);
  });

  it('leave bars of the past out', () => {
    const bar = observe('gate', 'open-interest', { sides: 'one', barMs: HOUR_MS, atMs: NOW });
    assert.equal(bestOpenInterest([bar]), undefined);
  });

  it('prefer the rate that says when it settles, unless that has passed', () => {
    const dated = rate(NOW - 50_000, NOW + HOUR_MS);
    const bare = rate(NOW);
    assert.equal(bestFunding([bare, dated]), dated);
    assert.equal(bestFunding([bare, rate(NOW - 50_000, NOW - 1_000)]), bare);
    assert.equal(bestFunding([bare, rate(NOW - 6 * MINUTE_MS, NOW + HOUR_MS)]), bare);
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
