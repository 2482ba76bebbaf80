import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { nearestThreeMonths } from '../../../../src/analysis/metrics/basis.ts';
import { annualisedBasis, basisFraction } from '../../../../src/core/basis.ts';
import { DAY_MS } from '../../../../src/core/units.ts';

const NOW = Date.UTC(2026, 10, 22);
const future = (days: number, annualised?: number) => ({
  exchange: 'okx',
  venueSymbol: `BTC-${days}`,
  expiresAtMs: NOW + days * DAY_MS,
  futuresPriceQuote: 101,
  indexPriceQuote: 100,
  basisFraction: 0.01,
  ...(annualised === undefined ? {} : { annualised }),
  atMs: NOW,
});

describe('basis', () => {
  it('is futures over index less one, by hand: 96,900 over 95,000 is 2 %', () => {
    assert.ok(Math.abs((basisFraction(96_900, 95_000) ?? 0) - 0.02) < 1e-12);
    assert.ok((basisFraction(94_050, 95_000) ?? 0) < 0);
  });

  it('needs two prices above zero', () => {
    for (const [futures, index] of [
      [undefined, 1],
      [1, undefined],
      [0, 1],
      [1, 0],
      [Number.NaN, 1],
    ] as const)
      assert.equal(basisFraction(futures, index), undefined);
  });

  it('is annualised simply over 365 days: 2 % for 73 days is 10 % a year', () => {
    assert.ok(Math.abs((annualisedBasis(0.02, 73 * DAY_MS) ?? 0) - 0.1) < 1e-12);
  });

  it('is not annualised within two days of expiry nor after it', () => {
    assert.equal(annualisedBasis(0.0001, 2 * DAY_MS - 1), undefined);
    assert.equal(annualisedBasis(0.0001, -DAY_MS), undefined);
    assert.equal(annualisedBasis(0.0001, Number.NaN), undefined);
  });

  it('takes the future nearest three months that has a yearly basis', () => {
    const list = [future(1), future(33, 0.05), future(124, 0.07), future(215, 0.08)];
    assert.equal(nearestThreeMonths(list, NOW)?.annualised, 0.07);
    assert.equal(nearestThreeMonths([future(1)], NOW), undefined);
  });

  it('takes none that is no measure of three months: the nearest of a list may be years away', () => {
    assert.equal(nearestThreeMonths([future(365, 0.05), future(1_600, 0.0002)], NOW), undefined);
    // The second of two listed quarters, on the first day of both.
    assert.equal(nearestThreeMonths([future(182, 0.06)], NOW)?.annualised, 0.06);
    assert.equal(nearestThreeMonths([future(184, 0.06)], NOW), undefined);
  });
});
