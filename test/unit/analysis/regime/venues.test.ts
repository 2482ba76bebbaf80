import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { VenueBook } from '../../../../src/analysis/regime/venues/venueHours.ts';
import { HOUR_MS } from '../../../../src/core/units.ts';
import { NOW, stated, EXAMPLE } from './support.ts';
import {
  endingWith,
  HOURS,
  rowOf,
  seriesFrom,
  swinging,
  venuesFrom,
  type VenueExample,
} from './venueMarkets.ts';

/** Of changes that are all of one size this times the size is usual. */
const MAD = 1.4826;
const near = (actual: number | undefined, expected: number): void =>
  assert.ok(Math.abs((actual ?? Number.NaN) - expected) < 1e-9, `${actual} is not ${expected}`);

/** Binance swings by 2 % and ends 6.1 % up; OKX swings by 1 % and ends 1.2 % down. */
const APART: VenueExample = {
  coins: {
    binance: endingWith(swinging(3_000, 0.02), 1.061),
    okx: endingWith(swinging(1_000, 0.01), 0.988),
  },
  price: 2,
};

describe('exchanges one by one', () => {
  it('are measured in usual sizes of their own history, and against the others of the same hours', () => {
    const row = rowOf(APART, 'binance');
    near(row.openInterestChangePct, 6.1);
    assert.equal(row.windowMs, 24 * HOUR_MS);
    assert.equal(row.ageMs, 60_000);
    near(row.usualSizes, Math.log(1.061) / (MAD * 0.02));
    near(row.restChangePct, -1.2);
    near(row.restUsualSizes, Math.log(0.988) / (MAD * 0.01));
    near(row.apartUsualSizes, Math.log(1.061 / 0.988) / (MAD * 0.01));
    near(rowOf(APART, 'okx').restChangePct, 6.1);
    near(rowOf(APART, 'okx').usualSizes, Math.log(0.988) / (MAD * 0.01));
  });

  it('are measured over the hours of the sum where they are part of it, else over their own', () => {
    const late = (values: readonly number[]): number[] => [...values.slice(1), Number.NaN];
    const coins = {
      binance: [...endingWith(swinging(3_000, 0.02), 1.061).slice(1), 9_999],
      okx: late(endingWith(swinging(1_000, 0.01), 0.988)),
      gate: late(endingWith(swinging(1_000, 0.01), 0.988)),
      bybit: endingWith(swinging(500, 0.02, 100), 1.05),
    };
    const { ageMs, openInterestChangePct, restChangePct } = rowOf({ coins }, 'binance');
    assert.equal(ageMs, HOUR_MS + 60_000);
    near(openInterestChangePct, 6.1);
    near(restChangePct, -1.2);
    assert.equal(rowOf({ coins }, 'bybit').ageMs, 60_000);
    near(rowOf({ coins }, 'bybit').openInterestChangePct, 5);
  });

  it('have the family of the price of the market with their own positions, by the rules of the whole', () => {
    const families = (price: number | undefined): string[] =>
      venuesFrom({ coins: APART.coins, ...(price === undefined ? {} : { price }) }).map(
        ({ family }) => family,
      );
    assert.deepEqual(families(2), ['new-longs', 'short-covering']);
    assert.deepEqual(families(-2), ['new-shorts', 'long-unwinding']);
    // One at the top of its own month and rising, one at the bottom of its own and falling.
    assert.deepEqual(families(0.3), ['stake-rising', 'stake-falling']);
    assert.deepEqual(families(undefined), ['stake-rising', 'stake-falling']);
    const calm = { binance: swinging(3_000, 0.02), okx: swinging(1_000, 0.01) };
    assert.equal(rowOf({ coins: calm, price: 0.3 }, 'okx').family, 'quiet');
    assert.equal(rowOf({ coins: calm }, 'okx').family, 'unknown');
  });

  it('rank the newest hour among their own days, else hours, and take a record from the records', () => {
    const rising = Array.from({ length: HOURS }, (_, at) => 1_000 + at);
    const coins = { binance: rising, okx: [...rising].reverse() };
    assert.equal(rowOf({ coins }, 'binance').openInterestPercentile, 100);
    assert.equal(rowOf({ coins }, 'okx').openInterestPercentile, 0);
    const daily = { okx: Array.from({ length: 30 }, (_, day) => 1_029 - 2 * day) };
    // Of the 29 days before its newest hour 14 were lower.
    near(rowOf({ coins, daily }, 'okx').openInterestPercentile, (100 * 14) / 29);
    assert.equal(rowOf({ coins, daily: { okx: daily.okx.slice(-14) } }, 'okx').openInterestPercentile, 0);
    const values = { openInterestRecordByExchange: { binance: true } };
    assert.equal(rowOf({ coins, values }, 'binance').openInterestRecord, true);
    assert.equal(rowOf({ coins, values }, 'okx').openInterestRecord, undefined);
  });

  it('say what takers did in 24 h, in usual sizes of their own', () => {
    const buys = Array.from({ length: HOURS }, (_, at) => (Math.floor(at / 24) % 2 === 0 ? 102 : 98));
    const sells = buys.map((amount) => 200 - amount);
    const whole = { ...APART, buys: { binance: buys }, sells: { binance: sells } };
    const row = rowOf(whole, 'binance');
    // The newest 24 h hold one hour of a day of buying and 23 of a day of selling.
    const imbalance = (1 * 4 - 23 * 4) / (24 * 200);
    near(row.takerBuySellRatio, (1 + imbalance) / (1 - imbalance));
    assert.ok((row.takerUsualSizes ?? 0) < -0.5);
    const { takerBuySellRatio, takerUsualSizes } = rowOf(whole, 'okx');
    assert.deepEqual([takerBuySellRatio, takerUsualSizes], [undefined, undefined], 'not stated is not zero');
    const old = { ...whole, nowMs: NOW + 5 * HOUR_MS };
    assert.equal(rowOf(old, 'binance').takerBuySellRatio, undefined);
  });

  it('whose hours are too few say so: the change is known, what is usual is not', () => {
    const coins = { ...APART.coins, gate: endingWith(swinging(500, 0.02, 100), 1.05) };
    const row = rowOf({ coins, price: 2 }, 'gate');
    near(row.openInterestChangePct, 5);
    assert.deepEqual(
      [row.usualSizes, row.restChangePct, row.apartUsualSizes],
      [undefined, undefined, undefined],
    );
    assert.equal(row.family, 'unknown');
    assert.equal(row.reason, '100 h of its open interest are known, 192 are needed');
    assert.equal(rowOf({ coins, price: 2 }, 'binance').reason, undefined);
    near(rowOf({ coins, price: 2 }, 'binance').restChangePct, -1.2);
  });

  it('that never moved, or have not been heard for hours, say so', () => {
    const coins = { ...APART.coins, gate: swinging(500, 0) };
    assert.match(rowOf({ coins }, 'gate').reason ?? '', /it never moved/);
    const old = rowOf({ ...APART, nowMs: NOW + 5 * HOUR_MS }, 'binance');
    assert.deepEqual(Object.keys(old), ['exchange', 'family', 'share', 'reason']);
    assert.match(old.reason ?? '', /of the last 4 h is not known/);
  });

  it('are not known where nobody states open interest, and not told for stated values', () => {
    assert.deepEqual(venuesFrom({ coins: {} }), []);
    assert.equal(stated(EXAMPLE).venues, undefined);
  });
});

describe('what is usual on each exchange', () => {
  const at = (coins: VenueExample['coins'], nowMs = NOW) =>
    [seriesFrom({ coins }), 'BTC', nowMs, 'one'] as const;

  it('is computed when another hour is known, however late, and else is kept', () => {
    const book = new VenueBook();
    const first = book.hoursOf(...at(APART.coins));
    assert.equal(book.hoursOf(...at({ ...APART.coins, okx: endingWith(APART.coins['okx']!, 0.99) })), first);
    const withGap = [...APART.coins['okx']!].with(300, Number.NaN);
    const gapped = book.hoursOf(...at({ ...APART.coins, okx: withGap }));
    assert.notEqual(gapped, first);
    assert.notEqual(book.hoursOf(...at(APART.coins)), gapped);
  });

  it('is told apart by market and asset', () => {
    const book = new VenueBook();
    const series = seriesFrom(APART);
    const one = book.hoursOf(series, 'BTC', NOW, 'one');
    assert.notEqual(book.hoursOf(series, 'BTC', NOW, 'two'), one);
    assert.notEqual(book.hoursOf(series, 'ETH', NOW, 'one'), one);
    assert.equal(book.hoursOf(series, 'BTC', NOW, 'one'), one);
  });
});
