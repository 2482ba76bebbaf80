import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bestFunding, bestOpenInterest } from '../../../../src/analysis/metrics/currentNumbers.ts';
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
