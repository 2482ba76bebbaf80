import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  annualiseFunding,
  annualisedRate,
  fundingPer8h,
  oiWeightedFunding,
  type FundingVenue,
} from '../../../../src/analysis/metrics/funding.ts';
import type { FundingRate } from '../../../../src/core/observation.ts';
import { HOUR_MS } from '../../../../src/core/units.ts';
import { seed } from './seed.ts';

const NOW = 1.79e12;

function rate(value: number, hours: number, more: Partial<FundingRate> = {}): FundingRate {
  return {
    kind: 'funding-rate',
    exchange: 'x',
    venueSymbol: 'BTCUSDT',
    baseAsset: 'BTC',
    instrument: 'x:BTCUSDT',
    atMs: NOW,
    receivedAtMs: NOW,
    endpoint: 'GET /funding',
    fundingRatePerInterval: value,
    intervalMs: hours * HOUR_MS,
    intervalBasis: 'payload',
    phase: 'predicted',
    ...more,
  };
}
const venue = (
  exchange: string,
  funding: FundingRate | undefined,
  openInterestUsd?: number,
): FundingVenue => ({
  exchange,
  funding,
  openInterestUsd,
});
const near = (a: number | undefined, b: number): void =>
  assert.ok(a !== undefined && Math.abs(a - b) <= 1e-9 * (1 + Math.abs(b)), `${a} against ${b}`);

describe('funding', () => {
  it('annualises by the interval: 0.01 % per 8 h is 10.95 %, 0.5 % per 8 h is 547.5 % a year', () => {
    near(annualiseFunding(0.0001, 8 * HOUR_MS), 0.1095);
    near(annualiseFunding(0.005, 8 * HOUR_MS), 5.475);
    near(annualiseFunding(0.0001, HOUR_MS), 0.876);
    near(fundingPer8h(0.0001, HOUR_MS), 0.0008);
    near(fundingPer8h(0.04 / 1095, 8 * HOUR_MS), 0.04 / 1095);
  });

  it('is not defined for an interval that is not known', () => {
    for (const interval of [0, -1, NaN, Infinity])
      assert.equal(annualiseFunding(0.0001, interval), undefined);
    assert.equal(annualisedRate(rate(0.0001, 8, { intervalBasis: 'venue-default' })), undefined);
  });

  it('normalises intervals before weighting: the same yearly rate stays the same', () => {
    const mean = oiWeightedFunding(
      [venue('a', rate(0.0008, 8), 5e9), venue('b', rate(0.0001, 1), 1e9), venue('c', rate(0.0004, 4), 2e9)],
      { nowMs: NOW },
    );
    near(mean.annualised, 0.876);
    near(mean.per8h, 0.0008);
    assert.deepEqual(mean.coverage, { used: 3, of: 3 });
  });

  it('weighs by open interest', () => {
    const mean = oiWeightedFunding([venue('a', rate(0.0001, 8), 3e9), venue('b', rate(-0.0001, 8), 1e9)], {
      nowMs: NOW,
    });
    near(mean.annualised, 0.1095 / 2);
  });

  it('drops what cannot be used and says why', () => {
    const mean = oiWeightedFunding(
      [
        venue('good', rate(0.0001, 8), 1e9),
        venue('none', undefined, 1e9),
        venue('stale', rate(0.01, 8, { atMs: NOW - HOUR_MS }), 1e9),
        venue('default', rate(0.01, 8, { intervalBasis: 'venue-default' }), 1e9),
        venue('no-oi', rate(0.01, 8)),
        venue('settled', rate(0.0001, 8, { phase: 'settled', atMs: NOW - 8 * HOUR_MS }), 1e9),
      ],
      { nowMs: NOW },
    );
    near(mean.annualised, 0.1095);
    assert.deepEqual(mean.used, ['good', 'settled']);
    assert.deepEqual(mean.dropped, [
      { exchange: 'none', reason: 'funding is not reported' },
      { exchange: 'stale', reason: 'funding rate is stale' },
      { exchange: 'default', reason: 'funding interval is only the exchange default, not stated' },
      { exchange: 'no-oi', reason: 'open interest in USD is not reported' },
    ]);
  });

  it('has no value without a usable exchange', () => {
    const mean = oiWeightedFunding([venue('a', undefined, 1)], { nowMs: NOW });
    assert.equal('annualised' in mean, false);
    assert.deepEqual(oiWeightedFunding([], { nowMs: NOW }).coverage, { used: 0, of: 0 });
  });

  it(`keeps its value under permutation and scaled open interest, and between the rates (seed ${seed})`, () => {
    const one = fc.record({
      value: fc.double({ min: -0.01, max: 0.01, noNaN: true }),
      hours: fc.constantFrom(1, 2, 4, 8),
      usd: fc.double({ min: 1, max: 1e11, noNaN: true }),
    });
    fc.assert(
      fc.property(
        fc.array(one, { minLength: 1, maxLength: 9 }),
        fc.double({ min: 0.1, max: 10, noNaN: true }),
        (rows, factor) => {
          const venues = rows.map((row, index) => venue(`v${index}`, rate(row.value, row.hours), row.usd));
          const base = oiWeightedFunding(venues, { nowMs: NOW }).annualised!;
          near(oiWeightedFunding([...venues].reverse(), { nowMs: NOW }).annualised, base);
          const scaled = venues.map((row) => ({ ...row, openInterestUsd: row.openInterestUsd! * factor }));
          near(oiWeightedFunding(scaled, { nowMs: NOW }).annualised, base);
          const rates = rows.map((row) => annualiseFunding(row.value, row.hours * HOUR_MS)!);
          assert.ok(base >= Math.min(...rates) - 1e-9 && base <= Math.max(...rates) + 1e-9);
        },
      ),
      { seed, numRuns: 500 },
    );
  });
});
