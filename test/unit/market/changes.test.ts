import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/core/units.ts';
import { aggregateAsset } from '../../../src/market/aggregate.ts';
import { changeReferences } from '../../../src/market/changeReferences.ts';
import { withChanges } from '../../../src/market/changes.ts';
import type { AssetSnapshot, ExchangeSnapshot } from '../../../src/market/snapshot.ts';
import { exchangeWith, historyWith, NOW, observe, type HistoryRows } from './builders.ts';

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
function history(id: string, price: (hoursAgo: number) => number, coins: (hoursAgo: number) => number, changes: Partial<HistoryRows> = {}) {
  const hours = Array.from({ length: 200 }, (_, index) => 199 - index);
  return {
    markCandles: hours.map((ago) => observe(id, 'candle', { atMs: HOUR - ago * HOUR_MS, receivedAtMs: NOW + HOUR_MS, barMs: HOUR_MS, priceType: 'mark', openQuote: price(ago), highQuote: 150, lowQuote: 90, closeQuote: price(ago - 1) })),
    openInterest: hours.map((ago) => observe(id, 'open-interest', { atMs: HOUR - ago * HOUR_MS, barMs: HOUR_MS, openInterestBase: coins(ago) })),
    ...changes,
  };
} // prettier-ignore
const changesOf = (snapshot: AssetSnapshot, from: Partial<HistoryRows>, atMs = NOW) =>
  withChanges(snapshot, changeReferences(historyWith(from), NOW), atMs).changes;

describe('how far an asset has come', () => {
  it('is measured against the hour nearest to the moment one window ago, and says when that was', () => {
    // It is half past, less ten seconds: of the hours 24 and 23 back, of 100 and 110 dollars, the former is within half an hour.
    const from = history('okx', (ago) => (ago === 24 ? 100 : 110), (ago) => (ago === 24 ? 50 : 150));
    const day = changesOf(snapshotOf(now('okx', 210, 300)), from)?.find(({ windowMs }) => windowMs === DAY_MS);
    assert.equal(day?.price?.value, 210 / 100 - 1);
    assert.deepEqual(day.price.ends, [{ exchange: 'okx', basis: 'mark', nowAtMs: NOW - 10_000, thenAtMs: HOUR - DAY_MS }]);
  }); // prettier-ignore

  it('of price over an hour: no line between hours, only what was measured within five minutes', () => {
    // +10 % 70 minutes ago, flat since; the bar of the last hour was not read since its end.
    const from = history('okx', (ago) => (ago < 1 ? 110 : 100), () => 100);
    const cut = { ...from, markCandles: from.markCandles.slice(0, -2) };
    const hourOf = (rows: Partial<HistoryRows>) => changesOf(snapshotOf(now('okx', 110, 300)), rows)?.find(({ windowMs }) => windowMs === HOUR_MS)?.price;
    for (const rows of [from, cut]) assert.equal(hourOf(rows), undefined);
    const read = (minutes: number) => ({ ...cut, priceReadings: [observe('okx', 'mark-price', { markPriceQuote: 110, atMs: NOW - 10_000 - HOUR_MS + minutes * MINUTE_MS })] });
    for (const minutes of [-5, 0, 5]) assert.equal(hourOf(read(minutes))?.value, 0);
    for (const minutes of [-5.01, 5.01]) assert.equal(hourOf(read(minutes)), undefined);
    const onTheHour = HOUR + HOUR_MS + 2 * MINUTE_MS;
    const okx = exchangeWith('okx', [observe('okx', 'mark-price', { markPriceQuote: 121, atMs: onTheHour })]);
    for (const [atMs, price] of [[HOUR, 110], [HOUR - HOUR_MS, 100]] as const) {
      const bar = observe('okx', 'candle', { atMs, barMs: HOUR_MS, priceType: 'mark', openQuote: 110, receivedAtMs: onTheHour, highQuote: 110, lowQuote: 100, closeQuote: 100 });
      const { changes } = withChanges(snapshotOf(okx), changeReferences(historyWith({ markCandles: [bar] }, onTheHour), onTheHour), onTheHour);
      assert.equal(changes?.[0]?.price?.value, 121 / price - 1, 'a bar begins with its opening and ends with its close');
    }
  }); // prettier-ignore

  it('of open interest: hours with hours and five minutes with five minutes, never one with the other', () => {
    const own = history('okx', () => 100, () => 100);
    const five = own.openInterest.map((row) => ({ ...row, barMs: 5 * MINUTE_MS, openInterestBase: 80 }));
    const dayOf = (openInterest: HistoryRows['openInterest']) =>
      changesOf(snapshotOf(now('okx', 100, 100)), { ...own, openInterest })?.find(({ windowMs }) => windowMs === DAY_MS)?.openInterest?.value;
    for (const count of [1, five.length]) assert.equal(dayOf([...five.slice(-count), ...own.openInterest]), 0);
    assert.equal(dayOf(five), 0, 'what a back-fill stored speaks alone');
    // Only the newest hour is an hour, and only five minutes are known of a day before.
    assert.equal(dayOf([...five.slice(0, -2), ...own.openInterest.slice(-1)]), undefined);
  }); // prettier-ignore

  it('of price: last with last where no mark price is known then, never last with mark', () => {
    const marks = history('okx', () => 100, () => 100);
    const lasts = { ...marks, markCandles: [], candles: marks.markCandles.map((bar) => ({ ...bar, priceType: 'last' as const })) };
    const both = exchangeWith('okx', [observe('okx', 'mark-price', { markPriceQuote: 150, lastPriceQuote: 120 })]);
    const day = (one: ExchangeSnapshot, rows: Partial<HistoryRows>) => changesOf(snapshotOf(one), rows)?.find(({ windowMs }) => windowMs === DAY_MS)?.price;
    assert.deepEqual([day(both, marks)?.value, day(both, marks)?.ends[0]?.basis], [0.5, 'mark']);
    assert.deepEqual([day(both, lasts)?.value.toFixed(9), day(both, lasts)?.ends[0]?.basis], ['0.200000000', 'last']);
    assert.equal(day(now('okx', 150, 100), lasts), undefined);
  }); // prettier-ignore

  it('of open interest: a flat market does not move because hourly rows count sides otherwise, or stand at another level', () => {
    for (const [sides, factor] of [['unverified', 2], ['one', 1.3], ['both', 1]] as const) {
      const hours = (id: string, times: number, how: 'one' | 'both' | 'unverified') => history(id, () => 100, () => 100 * times).openInterest.map((row) => ({ ...row, sides: how }));
      const from = { openInterest: [...hours('okx', 1, 'one'), ...hours('gate', factor, sides)] };
      const changes = changesOf(snapshotOf(now('okx', 100, 100), now('gate', 100, 100)), from) ?? [];
      assert.deepEqual(changes.map(({ windowMs, openInterest }) => [windowMs, openInterest?.value, openInterest?.exchanges]), [[DAY_MS, 0, ['okx', 'gate']], [7 * DAY_MS, 0, ['okx', 'gate']]]);
      assert.ok(changes.every(({ openInterest }) => openInterest?.ends.every(({ basis, nowAtMs, thenAtMs }) => basis === 'hourly' && nowAtMs === HOUR && [DAY_MS, 7 * DAY_MS].includes(nowAtMs - thenAtMs))));
    }
  }); // prettier-ignore

  it('of open interest: hours of one endpoint and one convention, the newest no older than three hours', () => {
    const from = history('okx', () => 100, (ago) => 300 - ago);
    const day = (openInterest: HistoryRows['openInterest']) => changesOf(snapshotOf(now('okx', 100, 100)), { openInterest })?.find(({ windowMs }) => windowMs === DAY_MS)?.openInterest;
    assert.ok(Math.abs((day(from.openInterest)?.value ?? 0) - (300 / 276 - 1)) < 1e-12);
    assert.notEqual(day(from.openInterest.slice(0, -2)), undefined);
    assert.equal(day(from.openInterest.slice(0, -3)), undefined);
    const last = from.openInterest.at(-1)!;
    for (const other of [{ endpoint: 'GET /other' }, { sides: 'unverified' as const }])
      assert.equal(day([...from.openInterest.slice(0, -1), { ...last, ...other }]), undefined);
  }); // prettier-ignore

  it('of open interest: reading with reading of then before hours, if both count sides alike', () => {
    const from = history('okx', () => 100, () => 500);
    const hourOf = (atMs: number, sides: 'one' | 'unverified' = 'one') => changesOf(snapshotOf(now('okx', 100, 110)), { ...from, openInterestReadings: [observe('okx', 'open-interest', { openInterestBase: 100, atMs, sides })] })?.find(({ windowMs }) => windowMs === HOUR_MS)?.openInterest;
    const then = NOW - 10_000 - HOUR_MS;
    assert.ok(Math.abs((hourOf(then - 5 * MINUTE_MS)?.value ?? 0) - 0.1) < 1e-12);
    assert.deepEqual(hourOf(then)?.ends, [{ exchange: 'okx', basis: 'reading', nowAtMs: NOW - 10_000, thenAtMs: then }]);
    assert.equal(hourOf(then - 6 * MINUTE_MS), undefined);
    assert.equal(hourOf(then, 'unverified'), undefined);
  }); // prettier-ignore

  it('names the exchanges, and leaves out those without a number at either end', () => {
    const from = history('okx', () => 100, () => 100);
    const day = (...exchanges: ExchangeSnapshot[]) => changesOf(snapshotOf(...exchanges), from)?.find(({ windowMs }) => windowMs === DAY_MS);
    const one = day(now('okx', 110, 120), now('bybit', 110, 60));
    assert.deepEqual([one?.price?.exchanges, one?.openInterest?.exchanges], [['okx'], ['okx']]);
    assert.deepEqual([one?.price?.leftOut, one?.openInterest?.leftOut], [['bybit'], ['bybit']]);
    assert.equal(day(now('okx', 110, 120))?.price?.leftOut, undefined);
    assert.equal(day(now('okx', 110, 40), now('bybit', 110, 60))?.openInterest, undefined, 'the lesser part of the coins does not speak for the asset');
  }); // prettier-ignore

  it('is absent where there is no history, and where only part of a week is there', () => {
    assert.equal(changesOf(snapshotOf(now('okx', 110, 120)), {}), undefined);
    const young = history('okx', () => 100, () => 100);
    const lately = { ...young, markCandles: young.markCandles.slice(-48), openInterest: young.openInterest.slice(-48) };
    assert.deepEqual(changesOf(snapshotOf(now('okx', 110, 120)), lately)?.map(({ windowMs }) => windowMs), [DAY_MS]);
  }); // prettier-ignore

  it('of funding: the rate settled for the interval then, of an hour ago the running rate that was read', () => {
    const settled = [observe('okx', 'funding-rate', { phase: 'settled', atMs: NOW - DAY_MS + HOUR_MS, fundingRatePerInterval: 0.0003 })];
    const from = history('okx', () => 100, () => 100, { settledFunding: settled });
    const day = changesOf(snapshotOf(now('okx', 100, 100)), from)?.find(({ windowMs }) => windowMs === DAY_MS);
    assert.ok(Math.abs((day?.fundingPerYear?.value ?? 0) - -0.0002 * 3 * 365) < 1e-12);
    const read = (atMs: number) => changesOf(snapshotOf(now('okx', 100, 100)), history('okx', () => 100, () => 100, { runningFunding: [observe('okx', 'funding-rate', { atMs, fundingRatePerInterval: 0.00005 })] }))?.[0]?.fundingPerYear?.value;
    assert.ok(Math.abs((read(NOW - HOUR_MS - 9 * MINUTE_MS) ?? 0) - 0.00005 * 3 * 365) < 1e-12);
    assert.equal(read(NOW - HOUR_MS - 11 * MINUTE_MS), undefined);
    assert.equal(day?.fundingPerYear?.ends[0]?.basis, 'settled');
  }); // prettier-ignore

  it('follows pushed numbers for a quarter of an hour, then is gone until the next refresh', () => {
    const from = history('okx', () => 100, () => 100);
    const later = (agoMs: number) => {
      const atMs = NOW + agoMs;
      const young = exchangeWith('okx', [observe('okx', 'mark-price', { markPriceQuote: 150, atMs })]);
      return withChanges(snapshotOf(young), changeReferences(historyWith(from), NOW), atMs).changes?.find(({ windowMs }) => windowMs === DAY_MS)?.price?.value;
    };
    assert.equal(later(MINUTE_MS), 0.5);
    assert.equal(later(15 * MINUTE_MS), 0.5);
    assert.equal(later(15 * MINUTE_MS + 1), undefined);
    const before = { ...snapshotOf(now('okx', 100, 100)), changes: [{ windowMs: 1 }] };
    assert.equal('changes' in withChanges(before, changeReferences(historyWith(from), NOW), NOW - 1), false, 'an old change does not stay');
  }); // prettier-ignore

  it('counts both sides of open interest once at either end, and no exchange that the sums leave out', () => {
    const both = history('okx', () => 100, () => 100);
    const halved = { ...both, openInterest: both.openInterest.map((row) => ({ ...row, sides: 'both' as const })) };
    const doubled = exchangeWith('okx', [observe('okx', 'open-interest', { openInterestBase: 110, sides: 'both' })]);
    assert.ok(Math.abs((changesOf(snapshotOf(doubled), { ...halved, openInterest: halved.openInterest.map(({ barMs: _bar, ...row }) => row) })?.find(({ windowMs }) => windowMs === DAY_MS)?.openInterest?.value ?? 0) - 0.1) < 1e-12);
    const odd = now('htx', 3, 1e6);
    const agreed = changesOf(snapshotOf(now('okx', 100, 100), now('bybit', 100, 100), odd), history('htx', () => 3, () => 1));
    assert.equal(agreed, undefined);
  }); // prettier-ignore
});
