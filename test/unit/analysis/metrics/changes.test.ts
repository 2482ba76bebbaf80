import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  fundingChange,
  nearestAt,
  openInterestChange,
  priceChange,
  rateAt,
  toleranceMs,
  type ChangeLeg,
} from '../../../../src/analysis/metrics/changes.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../../src/core/units.ts';
import { seed } from './seed.ts';

const close = (actual: number | undefined, expected: number): void =>
  assert.ok(
    actual !== undefined && Math.abs(actual - expected) < 1e-12,
    `${String(actual)} is not ${expected}`,
  );

/** An exchange with both ends, or with the newer one only; it weighs what it shows now unless stated. */
const leg = (exchange: string, now: number, then?: number, weight = now): ChangeLeg =>
  then === undefined
    ? { exchange, weight }
    : {
        exchange,
        weight,
        pair: { basis: 'mark', now: { atMs: 9, value: now }, then: { atMs: 1, value: then } },
      };

describe('a value then', () => {
  const points = [{ atMs: 0, value: 100 }, { atMs: HOUR_MS, value: 110 }, { atMs: 2 * HOUR_MS, value: 200 }]; // prettier-ignore

  it('is the nearest one that was measured, never one between two', () => {
    assert.equal(nearestAt(points, HOUR_MS, 0)?.value, 110);
    assert.equal(nearestAt(points, HOUR_MS - MINUTE_MS, MINUTE_MS)?.value, 110);
    assert.equal(nearestAt(points, HOUR_MS + MINUTE_MS, MINUTE_MS)?.value, 110);
    assert.equal(nearestAt(points, 1.5 * HOUR_MS, HOUR_MS / 2)?.value, 110, 'the earlier of equals');
    assert.equal(nearestAt(points, 1.5 * HOUR_MS, HOUR_MS / 2 - 1), undefined);
    assert.equal(nearestAt([], 0, HOUR_MS), undefined);
    assert.deepEqual([HOUR_MS, DAY_MS, 7 * DAY_MS].map(toleranceMs), [5 * MINUTE_MS, 30 * MINUTE_MS, 30 * MINUTE_MS]);
  }); // prettier-ignore

  it('of a rate is the one in force: after its start, up to its settlement', () => {
    const spans = [{ fromMs: 0, untilMs: 8, perYear: 0.1, phase: 'settled' }, { fromMs: 8, untilMs: 16, perYear: 0.2, phase: 'running' }] as const; // prettier-ignore
    assert.deepEqual([0, 1, 8, 9, 16, 17].map((at) => rateAt(spans, at)?.perYear), [undefined, 0.1, 0.1, 0.2, 0.2, undefined]); // prettier-ignore
  });
});

describe('changes over the same exchanges', () => {
  it('of price: the median of each with itself, by hand', () => {
    // 110/100 = +10 %, 99/100 = -1 %, 105/100 = +5 %: the middle one. The fourth has no number then.
    const legs = [leg('a', 110, 100), leg('b', 99, 100), leg('c', 105, 100), leg('d', 900)]; // prettier-ignore
    close(priceChange(legs)?.value, 0.05);
    assert.deepEqual(priceChange(legs)?.exchanges, ['a', 'b', 'c']);
    assert.deepEqual(priceChange(legs)?.leftOut, ['d']);
    assert.equal(priceChange([leg('d', 900)]), undefined);
    assert.equal(priceChange([leg('d', 900, 0)]), undefined);
  });

  it('of open interest: coins over coins, by hand, never of the lesser part', () => {
    // (60 + 30) / (50 + 50) - 1 = -10 %; a third exchange of 80 coins has no number then.
    const legs = [leg('a', 60, 50), leg('b', 30, 50), leg('c', 80)]; // prettier-ignore
    close(openInterestChange(legs)?.value, -0.1);
    assert.deepEqual(openInterestChange(legs)?.exchanges, ['a', 'b']);
    assert.notEqual(openInterestChange([...legs.slice(0, 2), leg('c', 90)]), undefined);
    assert.equal(openInterestChange([...legs.slice(0, 2), leg('c', 91)]), undefined);
    assert.equal(openInterestChange([leg('a', 5, 0)]), undefined);
  });

  it('of open interest: a series of another level counts by its ratio, with the coins of the reading', () => {
    // Hourly rows of 60 and 50 where the reading says 30: then = 30 x 50 / 60 = 25. (30 + 25) / (25 + 25) - 1 = +10 %.
    close(openInterestChange([leg('a', 60, 50, 30), leg('b', 25, 25)])?.value, 0.1);
    assert.equal(openInterestChange([leg('a', 60, 60, 30), leg('b', 25, 25)])?.value, 0);
    assert.equal(
      openInterestChange([leg('a', 60, 60, 30), leg('b', 31)]),
      undefined,
      'a share by the readings',
    );
  });

  it('of funding: weighted by what is open now, in yearly rates, by hand', () => {
    // (0.10 - 0.06) x 3 + (0.02 - 0.04) x 1 = 0.10; / 4 = 2.5 points a year.
    const legs = [leg('a', 0.1, 0.06, 3), leg('b', 0.02, 0.04, 1)]; // prettier-ignore
    close(fundingChange(legs)?.value, 0.025);
    assert.equal(fundingChange([...legs, leg('c', 1, undefined, 4.1)]), undefined);
    assert.deepEqual(fundingChange([...legs, leg('c', 1, undefined, 4)])?.exchanges, ['a', 'b']);
    assert.equal(fundingChange([leg('a', 0.1, 0.1, 0)]), undefined);
  });

  it(`are absent or finite, zero where nothing moved, and do not depend on the unit (seed ${seed})`, () => {
    const amount = fc.double({ min: 1e-6, max: 1e12, noNaN: true });
    const any = fc.record({ exchange: fc.constantFrom('a', 'b', 'c'), now: amount, then: fc.option(amount, { nil: undefined }), weight: fc.option(amount, { nil: undefined }) }); // prettier-ignore
    fc.assert(
      fc.property(fc.array(any, { maxLength: 9 }), (numbers) => {
        const legs = numbers.map((one) => leg(one.exchange, one.now, one.then, one.weight));
        for (const change of [priceChange, openInterestChange, fundingChange]) {
          const found = change(legs);
          assert.ok(found === undefined || (Number.isFinite(found.value) && found.exchanges.length > 0));
          const still = change(numbers.map((one) => leg(one.exchange, one.now, one.now, one.weight)));
          assert.ok(still === undefined || still.value === 0);
        }
        const scaled = numbers.map(({ exchange, now, then, weight }) => leg(exchange, now * 1024, then && then * 1024, (weight ?? now) * 1024)); // prettier-ignore
        assert.equal(openInterestChange(legs)?.value, openInterestChange(scaled)?.value);
      }),
      { seed, numRuns: 1_000 },
    );
  });
});
