import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/core/units.ts';
import type { AssetHistory } from '../../../src/market/assetHistory.ts';
import { aggregateAsset } from '../../../src/market/aggregate.ts';
import { changeReferences, withChanges } from '../../../src/market/changes.ts';
import type { AssetSnapshot, ExchangeSnapshot } from '../../../src/market/snapshot.ts';
import { exchangeWith, historyWith, NOW, observe } from './builders.ts';

const HOUR = NOW - 30 * MINUTE_MS;

const now = (id: string, price: number, coins: number, rate = 0.0001): ExchangeSnapshot =>
  exchangeWith(id, [
    observe(id, 'mark-price', { markPriceQuote: price }),
    observe(id, 'open-interest', { openInterestBase: coins }),
    observe(id, 'funding-rate', { fundingRatePerInterval: rate, settlesAtMs: NOW + HOUR_MS }),
  ]);
const snapshotOf = (...exchanges: ExchangeSnapshot[]): AssetSnapshot => ({
  asset: 'BTC', exchanges, aggregate: aggregateAsset('BTC', exchanges, NOW),
}); // prettier-ignore
/** Hourly rows of one exchange, each value by hours before the last full hour. */
function history(id: string, price: (hoursAgo: number) => number, coins: (hoursAgo: number) => number, changes: Partial<AssetHistory> = {}): AssetHistory {
  const hours = Array.from({ length: 200 }, (_, index) => 199 - index);
  return historyWith({
    markCandles: hours.map((ago) => observe(id, 'candle', { atMs: HOUR - ago * HOUR_MS, barMs: HOUR_MS, priceType: 'mark', openQuote: price(ago), highQuote: 1e9, lowQuote: 1, closeQuote: price(ago - 1) })),
    openInterest: hours.map((ago) => observe(id, 'open-interest', { atMs: HOUR - ago * HOUR_MS, barMs: HOUR_MS, openInterestBase: coins(ago) })),
    ...changes,
  });
} // prettier-ignore
const changesOf = (snapshot: AssetSnapshot, from: AssetHistory, atMs = NOW) =>
  withChanges(snapshot, changeReferences(from, NOW), atMs).changes;

describe('how far an asset has come', () => {
  it('is measured against the moment one window ago, between two hours', () => {
    // It is half past: one day ago lies in the middle between the hours 24 and 23 hours back, of 100 and 110 dollars.
    const from = history('okx', (ago) => (ago === 24 ? 100 : 110), (ago) => (ago === 24 ? 50 : 150));
    const day = changesOf(snapshotOf(now('okx', 210, 300)), from)?.find(({ windowMs }) => windowMs === DAY_MS);
    assert.equal(day?.price?.value, 210 / 105 - 1);
    assert.equal(day.openInterest?.value, 300 / 100 - 1);
  }); // prettier-ignore

  it('names the exchanges, and leaves out those without a number at either end', () => {
    const from = history('okx', () => 100, () => 100);
    const [hour] = changesOf(snapshotOf(now('okx', 110, 120), now('bybit', 110, 60)), from) ?? [];
    assert.deepEqual([hour?.price?.exchanges, hour?.openInterest?.exchanges], [['okx'], ['okx']]);
    const small = changesOf(snapshotOf(now('okx', 110, 40), now('bybit', 110, 60)), from)?.[0];
    assert.equal(small?.openInterest, undefined, 'the lesser part of the coins does not speak for the asset');
  }); // prettier-ignore

  it('is absent where there is no history, and where only part of a week is there', () => {
    assert.equal(changesOf(snapshotOf(now('okx', 110, 120)), historyWith({})), undefined);
    const young = history('okx', () => 100, () => 100);
    const lately = { ...young, markCandles: young.markCandles.slice(-48), openInterest: young.openInterest.slice(-48) };
    assert.deepEqual(changesOf(snapshotOf(now('okx', 110, 120)), lately)?.map(({ windowMs }) => windowMs), [HOUR_MS, DAY_MS]);
  }); // prettier-ignore

  it('of funding: the rate settled for the interval then, of an hour ago the running rate that was read', () => {
    const settled = [observe('okx', 'funding-rate', { phase: 'settled', atMs: NOW - DAY_MS + HOUR_MS, fundingRatePerInterval: 0.0003 })];
    const from = history('okx', () => 100, () => 100, { settledFunding: settled });
    const day = changesOf(snapshotOf(now('okx', 100, 100)), from)?.find(({ windowMs }) => windowMs === DAY_MS);
    assert.ok(Math.abs((day?.fundingPerYear?.value ?? 0) - -0.0002 * 3 * 365) < 1e-12);
    const read = (atMs: number) => changesOf(snapshotOf(now('okx', 100, 100)), history('okx', () => 100, () => 100, { runningFunding: [observe('okx', 'funding-rate', { atMs, fundingRatePerInterval: 0.00005 })] }))?.[0]?.fundingPerYear?.value;
    assert.ok(Math.abs((read(NOW - HOUR_MS - 9 * MINUTE_MS) ?? 0) - 0.00005 * 3 * 365) < 1e-12);
    assert.equal(read(NOW - HOUR_MS - 11 * MINUTE_MS), undefined);
  }); // prettier-ignore

  it('follows pushed numbers for a quarter of an hour, then is gone until the next refresh', () => {
    const from = history('okx', () => 100, () => 100);
    const later = (agoMs: number) => {
      const atMs = NOW + agoMs;
      const young = exchangeWith('okx', [observe('okx', 'mark-price', { markPriceQuote: 150, atMs })]);
      return withChanges(snapshotOf(young), changeReferences(from, NOW), atMs).changes?.[1]?.price?.value;
    };
    assert.equal(later(MINUTE_MS), 0.5);
    assert.equal(later(15 * MINUTE_MS), 0.5);
    assert.equal(later(15 * MINUTE_MS + 1), undefined);
    const before = { ...snapshotOf(now('okx', 100, 100)), changes: [{ windowMs: 1 }] };
    assert.equal('changes' in withChanges(before, changeReferences(from, NOW), NOW - 1), false, 'an old change does not stay');
  }); // prettier-ignore

  it('counts both sides of open interest once at either end, and no exchange that the sums leave out', () => {
    const both = history('okx', () => 100, () => 100);
    const halved = { ...both, openInterest: both.openInterest.map((row) => ({ ...row, sides: 'both' as const })) };
    const doubled = exchangeWith('okx', [observe('okx', 'open-interest', { openInterestBase: 110, sides: 'both' })]);
    assert.ok(Math.abs((changesOf(snapshotOf(doubled), halved)?.[1]?.openInterest?.value ?? 0) - 0.1) < 1e-12);
    const odd = now('htx', 3, 1e6);
    const agreed = changesOf(snapshotOf(now('okx', 100, 100), now('bybit', 100, 100), odd), history('htx', () => 3, () => 1));
    assert.equal(agreed, undefined);
  }); // prettier-ignore
});
