import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { oneSidedBase, oneSidedUsd } from '../../../../src/analysis/metrics/oneSided.ts';
import { aggregateOpenInterest, quadrant } from '../../../../src/analysis/metrics/openInterest.ts';
import { openInterestRecords, recordHigh } from '../../../../src/analysis/metrics/recordHigh.ts';
import type { OpenInterest } from '../../../../src/core/observation.ts';
import { DAY_MS, HOUR_MS } from '../../../../src/core/units.ts';
import { seed } from './seed.ts';

function reading(more: Partial<OpenInterest>): OpenInterest {
  return {
    kind: 'open-interest',
    exchange: 'x',
    venueSymbol: 'ETHUSDT',
    baseAsset: 'ETH',
    instrument: 'x:ETHUSDT',
    atMs: 0,
    receivedAtMs: 0,
    endpoint: 'GET /oi',
    sides: 'one',
    ...more,
  };
}

function hourly(values: readonly number[], firstMs = 0): { atMs: number[]; values: readonly number[] } {
  return { atMs: values.map((_, index) => firstMs + index * HOUR_MS), values };
}

describe('open interest', () => {
  it('counts longs and shorts once', () => {
    assert.deepEqual(oneSidedBase(reading({ openInterestBase: 100 })), { value: 100 });
    assert.equal(oneSidedBase(reading({ openInterestBase: 100, sides: 'both' }))?.value, 50);
    const unverified = oneSidedBase(reading({ openInterestBase: 100, sides: 'unverified' }));
    assert.equal(unverified?.value, 100);
    assert.match(unverified?.note ?? '', /not verified/);
    assert.equal(oneSidedBase(reading({ openInterestContracts: 100 })), undefined);
    assert.equal(oneSidedBase(reading({ openInterestBase: 0 }))?.value, 0);
    assert.equal(oneSidedBase(reading({ openInterestBase: NaN })), undefined);
  });

  it('prefers stated USD and else multiplies coins by the mark price', () => {
    const stated = reading({ openInterestBase: 10, openInterestUsd: 400, usdBasis: 'venue', sides: 'both' });
    assert.equal(oneSidedUsd(stated, 50)?.value, 200);
    const derived = oneSidedUsd(reading({ openInterestBase: 10, sides: 'both' }), 50);
    assert.equal(derived?.value, 250);
    assert.equal(derived?.basis, 'mark-price');
    assert.equal(oneSidedUsd(reading({ openInterestBase: 10 })), undefined);
    assert.equal(oneSidedUsd(reading({ openInterestContracts: 10 }), 50), undefined);
  });

  it('adds up exchanges with shares and concentration', () => {
    const sum = aggregateOpenInterest([
      { exchange: 'binance', base: 60, usd: 600 },
      { exchange: 'okx', base: 30, usd: 300 },
      { exchange: 'okx', base: 10 },
      { exchange: 'gate' },
    ]);
    assert.equal(sum.base, 100);
    assert.equal(sum.usd, 900);
    assert.deepEqual(sum.shares, [
      { exchange: 'binance', share: 0.6 },
      { exchange: 'okx', share: 0.4 },
    ]);
    assert.ok(Math.abs((sum.hhi ?? 0) - 0.52) < 1e-12);
    assert.deepEqual(sum.coverage, { base: 2, usd: 2, of: 3 });
    const nothing = aggregateOpenInterest([{ exchange: 'gate' }]);
    assert.equal('base' in nothing || 'hhi' in nothing, false);
  });

  it(`does not depend on the order of exchanges; shares add up to 1 (seed ${seed})`, () => {
    const row = fc.record({ base: fc.double({ min: 0, max: 1e9, noNaN: true }) });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 9 }), (rows) => {
        const venues = rows.map((one, index) => ({ exchange: `v${index}`, ...one }));
        const sum = aggregateOpenInterest(venues);
        assert.deepEqual(aggregateOpenInterest([...venues].reverse()), sum);
        if (sum.hhi === undefined) return;
        const whole = sum.shares.reduce((total, one) => total + one.share, 0);
        assert.ok(Math.abs(whole - 1) < 1e-9 && sum.hhi <= 1 + 1e-9 && sum.hhi >= 1 / rows.length - 1e-9);
      }),
      { seed, numRuns: 500 },
    );
  });

  it('names the price and open interest quadrants', () => {
    assert.equal(quadrant(0.1, 0.1), 'new-longs');
    assert.equal(quadrant(0.1, -0.1), 'short-covering');
    assert.equal(quadrant(-0.1, 0.1), 'new-shorts');
    assert.equal(quadrant(-0.1, -0.1), 'long-flush');
    assert.equal(quadrant(0.001, 0.1, { price: 0.01 }), 'flat');
    assert.equal(quadrant(NaN, 0.1), undefined);
  });
});

describe('open interest records', () => {
  const rising = Array.from({ length: 72 }, (_, index) => 1000 + index);

  it('is a record when the latest reading is above every earlier one, and names its window', () => {
    const record = recordHigh(hourly(rising), 2 * DAY_MS);
    assert.equal(record?.isRecord, true);
    assert.equal(record?.windowMs, 71 * HOUR_MS);
    assert.equal(record?.previousHighBase, 1070);
    assert.equal(recordHigh(hourly([...rising, 1]), 2 * DAY_MS)?.isRecord, false);
    assert.equal(recordHigh(hourly(new Array<number>(72).fill(500)), 2 * DAY_MS)?.isRecord, false);
    assert.equal(recordHigh(hourly([...rising, 1071]), 2 * DAY_MS)?.isRecord, false);
    assert.equal(recordHigh(hourly([...rising, NaN]), 2 * DAY_MS)?.isRecord, true);
  });

  it('says nothing with less history than is asked for', () => {
    assert.equal(recordHigh(hourly(rising.slice(0, 24)), 2 * DAY_MS), undefined);
    assert.equal(recordHigh(hourly([]), 2 * DAY_MS), undefined);
    assert.equal(recordHigh({ atMs: [0, 3 * DAY_MS], values: [1, 2] }, 2 * DAY_MS), undefined);
  });

  it('tells a record on one exchange from one in the sum', () => {
    const falling = Array.from({ length: 72 }, (_, index) => 9000 - 10 * index);
    const records = openInterestRecords(
      [
        { exchange: 'binance', ...hourly(rising) },
        { exchange: 'okx', ...hourly(falling) },
        { exchange: 'gate', ...hourly([1, 2, 3], 69 * HOUR_MS) },
      ],
      2 * DAY_MS,
    );
    assert.equal(records.byExchange['binance']?.isRecord, true);
    assert.equal(records.byExchange['okx']?.isRecord, false);
    assert.equal(records.aggregate?.isRecord, false);
    assert.deepEqual(records.undecided, ['gate']);
  });

  it('does not make a record of an exchange that skips hours', () => {
    const gappy = rising.map((value, index) => (index % 5 === 0 ? NaN : value));
    const records = openInterestRecords(
      [
        { exchange: 'a', ...hourly(Array(72).fill(500)) },
        { exchange: 'b', ...hourly([...gappy.slice(0, -1), 900]) },
      ],
      2 * DAY_MS,
    );
    assert.equal(records.aggregate?.isRecord, false);
  });
});
