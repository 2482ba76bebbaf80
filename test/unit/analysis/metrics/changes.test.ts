import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  fundingChange,
  openInterestChange,
  priceChange,
  rateAt,
  valueAt,
} from '../../../../src/analysis/metrics/changes.ts';
import { HOUR_MS } from '../../../../src/core/units.ts';
import { seed } from './seed.ts';

const close = (actual: number | undefined, expected: number): void =>
  assert.ok(
    actual !== undefined && Math.abs(actual - expected) < 1e-12,
    `${String(actual)} is not ${expected}`,
  );

describe('a value between two points', () => {
  const points = [{ atMs: 0, value: 100 }, { atMs: HOUR_MS, value: 110 }, { atMs: 4 * HOUR_MS, value: 200 }]; // prettier-ignore

  it('lies on the straight line between them, and is the point itself at its moment', () => {
    close(valueAt(points, HOUR_MS / 4), 102.5);
    assert.equal(valueAt(points, HOUR_MS), 110);
    assert.equal(valueAt(points, 4 * HOUR_MS), 200);
  });

  it('is absent before the first, after the last and across more than two hours', () => {
    assert.equal(valueAt(points, -1), undefined);
    assert.equal(valueAt(points, 4 * HOUR_MS + 1), undefined);
    assert.equal(valueAt(points, 2 * HOUR_MS), undefined);
    assert.equal(valueAt([], 0), undefined);
    const apart = (gapMs: number) => valueAt([{ atMs: 0, value: 1 }, { atMs: gapMs, value: 3 }], 1); // prettier-ignore
    assert.notEqual(apart(2 * HOUR_MS), undefined);
    assert.equal(apart(2 * HOUR_MS + 1), undefined);
  });

  it('of a rate is the one in force: after its start, up to its settlement', () => {
    const spans = [{ fromMs: 0, untilMs: 8, perYear: 0.1 }, { fromMs: 8, untilMs: 16, perYear: 0.2 }]; // prettier-ignore
    assert.deepEqual([0, 1, 8, 9, 16, 17].map((at) => rateAt(spans, at)), [undefined, 0.1, 0.1, 0.2, 0.2, undefined]); // prettier-ignore
  });
});

describe('changes over the same exchanges', () => {
  it('of price: the median of each with itself, by hand', () => {
    // 110/100 = +10 %, 99/100 = -1 %, 105/100 = +5 %: the middle one. The fourth has no number then.
    const legs = [{ exchange: 'a', now: 110, then: 100 }, { exchange: 'b', now: 99, then: 100 }, { exchange: 'c', now: 105, then: 100 }, { exchange: 'd', now: 900 }]; // prettier-ignore
    close(priceChange(legs)?.value, 0.05);
    assert.deepEqual(priceChange(legs)?.exchanges, ['a', 'b', 'c']);
    assert.equal(priceChange([{ exchange: 'd', now: 900 }]), undefined);
    assert.equal(priceChange([{ exchange: 'd', now: 900, then: 0 }]), undefined);
  });

  it('of open interest: coins over coins, by hand, never of the lesser part', () => {
    // (60 + 30) / (50 + 50) - 1 = -10 %; a third exchange of 80 coins has no number then.
    const legs = [{ exchange: 'a', now: 60, then: 50 }, { exchange: 'b', now: 30, then: 50 }, { exchange: 'c', now: 80 }]; // prettier-ignore
    close(openInterestChange(legs)?.value, -0.1);
    assert.deepEqual(openInterestChange(legs)?.exchanges, ['a', 'b']);
    assert.notEqual(openInterestChange([...legs.slice(0, 2), { exchange: 'c', now: 90 }]), undefined);
    assert.equal(openInterestChange([...legs.slice(0, 2), { exchange: 'c', now: 91 }]), undefined);
    assert.equal(openInterestChange([{ exchange: 'a', now: 5, then: 0 }]), undefined);
  });

  it('of funding: weighted by what is open now, in yearly rates, by hand', () => {
    // (0.10 - 0.06) x 3 + (0.02 - 0.04) x 1 = 0.10; / 4 = 2.5 points a year.
    const legs = [{ exchange: 'a', now: 0.1, then: 0.06, weight: 3 }, { exchange: 'b', now: 0.02, then: 0.04, weight: 1 }]; // prettier-ignore
    close(fundingChange(legs)?.value, 0.025);
    assert.equal(fundingChange([...legs, { exchange: 'c', now: 1, weight: 4.1 }]), undefined);
    assert.deepEqual(fundingChange([...legs, { exchange: 'c', now: 1, weight: 4 }])?.exchanges, ['a', 'b']);
    assert.equal(fundingChange([{ exchange: 'a', now: 0.1, then: 0.1 }]), undefined);
  });

  it(`are absent or finite, zero where nothing moved, and do not depend on the unit (seed ${seed})`, () => {
    const amount = fc.double({ min: 1e-6, max: 1e12, noNaN: true });
    const leg = fc.record({ exchange: fc.constantFrom('a', 'b', 'c'), now: fc.option(amount, { nil: undefined }), then: fc.option(amount, { nil: undefined }), weight: fc.option(amount, { nil: undefined }) }); // prettier-ignore
    fc.assert(
      fc.property(fc.array(leg, { maxLength: 9 }), (legs) => {
        for (const change of [priceChange, openInterestChange, fundingChange]) {
          const found = change(legs);
          assert.ok(found === undefined || (Number.isFinite(found.value) && found.exchanges.length > 0));
          const still = change(legs.map((one) => ({ ...one, then: one.now })));
          assert.ok(still === undefined || still.value === 0);
        }
        const [one, other] = [openInterestChange(legs), openInterestChange(legs.map((own) => ({ ...own, now: own.now && own.now * 1024, then: own.then && own.then * 1024 })))]; // prettier-ignore
        assert.equal(one?.value, other?.value);
      }),
      { seed, numRuns: 1_000 },
    );
  });
});
