import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { correlationOf, pearsonOf, type DailyLevel } from '../../../../src/analysis/metrics/correlation.ts';
import { openInterestToMarketCap } from '../../../../src/analysis/metrics/marketCap.ts';
import { DAY_MS, HOUR_MS } from '../../../../src/core/units.ts';

const START = Date.UTC(2026, 8, 1);
const levelsOf = (values: readonly number[], stepDays = 1): DailyLevel[] =>
  values.map((level, index) => ({ atMs: START + index * stepDays * DAY_MS, level }));
const wave = Array.from({ length: 21 }, (_, index) => 100 + 10 * Math.sin(index * 1.7) + index);

describe('the correlation of daily returns', () => {
  it('is 1 with itself, -1 with its inverse, whatever the units', () => {
    const own = correlationOf(levelsOf(wave), levelsOf(wave.map((one) => one * 42)));
    assert.ok(own !== undefined && Math.abs(own.pearson - 1) < 1e-9 && Math.abs(own.spearman - 1) < 1e-9);
    assert.deepEqual([own.count, own.fromMs, own.toMs], [20, START, START + 20 * DAY_MS]);
    const inverse = correlationOf(levelsOf(wave), levelsOf(wave.map((one) => 1 / one)));
    assert.ok(inverse !== undefined && inverse.pearson < -0.98 && Math.abs(inverse.spearman + 1) < 1e-9);
  });

  it('agrees with a worked example', () => {
    // Σdxdy = 6, Σdx² = 10, Σdy² = 10 around the means of 3.
    assert.equal(pearsonOf([1, 2, 3, 4, 5], [2, 1, 4, 3, 5]), 0.8);
    assert.equal(pearsonOf([1, 2], [1]), undefined);
  });

  it('uses only days that both have: a weekend of one is skipped in the other', () => {
    const coin = levelsOf(wave.concat(wave.map((one) => one + 20)));
    const isWeekend = (atMs: number): boolean => [0, 6].includes(new Date(atMs).getUTCDay());
    const stocks = coin
      .filter(({ atMs }) => !isWeekend(atMs))
      .map((one) => ({ ...one, level: one.level * 3 }));
    const found = correlationOf(coin, stocks);
    assert.ok(found !== undefined && Math.abs(found.pearson - 1) < 1e-9);
    assert.equal(found.count, stocks.length - 1);
  });

  it('is not defined with too few pairs, over gaps, or where one stands still', () => {
    assert.equal(correlationOf(levelsOf(wave.slice(0, 15)), levelsOf(wave.slice(0, 15))), undefined);
    assert.ok(correlationOf(levelsOf(wave.slice(0, 16)), levelsOf(wave.slice(0, 16))) !== undefined);
    assert.equal(correlationOf(levelsOf(wave, 6), levelsOf(wave, 6)), undefined);
    assert.equal(correlationOf(levelsOf(wave), levelsOf(wave.map(() => 7.1))), undefined);
    assert.equal(correlationOf([], levelsOf(wave)), undefined);
    const broken = levelsOf(wave.map((one, index) => (index % 2 === 0 ? one : Number.NaN)));
    assert.equal(correlationOf(levelsOf(wave), broken), undefined);
  });

  it('stays within -1 and 1 and does not depend on order', () => {
    const series = fc.array(fc.double({ min: 0.01, max: 1e6, noNaN: true }), {
      minLength: 16,
      maxLength: 40,
    });
    fc.assert(
      fc.property(series, series, (a, b) => {
        const found = correlationOf(levelsOf(a), levelsOf(b));
        if (found === undefined) return;
        for (const one of [found.pearson, found.spearman]) assert.ok(one >= -1 && one <= 1);
        assert.deepEqual(correlationOf(levelsOf(a).reverse(), levelsOf(b).reverse()), found);
      }),
    );
  });
});

describe('open interest over market capitalisation', () => {
  it('divides dollars by dollars', () => {
    assert.equal(openInterestToMarketCap(30e9, { value: 2e12, atMs: START }, START + HOUR_MS), 0.015);
  });

  it('is not there where either side is absent, zero or old', () => {
    const cap = { value: 2e12, atMs: START };
    assert.equal(openInterestToMarketCap(undefined, cap, START), undefined);
    assert.equal(openInterestToMarketCap(30e9, undefined, START), undefined);
    assert.equal(openInterestToMarketCap(0, cap, START), undefined);
    assert.equal(openInterestToMarketCap(30e9, { value: 0, atMs: START }, START), undefined);
    assert.equal(openInterestToMarketCap(30e9, cap, START + 2 * HOUR_MS + 1), undefined);
  });
});
