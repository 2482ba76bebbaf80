import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  bestFunding,
  bestOpenInterest,
  currentNumbers,
} from '../../../../src/analysis/metrics/currentNumbers.ts';
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

describe('the current numbers of an exchange', () => {
  const of = (...observations: ReturnType<typeof observe>[]) =>
    currentNumbers([{ kind: 'perpetual', observations }]);

  it('take the hour for the taker ratio, never a newer minute or a day', () => {
    const hour = observe('okx', 'taker-volume', { takerBuyBase: 79, takerSellBase: 100, atMs: NOW - 2 * HOUR_MS });
    const minute = observe('okx', 'taker-volume', { barMs: MINUTE_MS, takerBuyBase: 9, takerSellBase: 1, atMs: NOW - 2 * MINUTE_MS });
    const day = observe('okx', 'taker-volume', { barMs: 24 * HOUR_MS, takerBuyBase: 5, takerSellBase: 1 });
    assert.equal(of(minute, hour, day).takerVolume1h, hour);
    assert.equal(of(minute, day).takerVolume1h, undefined);
  }); // prettier-ignore

  it('take all accounts by the hour and the band of 1 %, and nothing else for them', () => {
    const accounts = observe('okx', 'long-short-ratio', { longShortRatio: 1.2, atMs: NOW - HOUR_MS });
    const others = [
      observe('okx', 'long-short-ratio', { population: 'top-positions', longShortRatio: 3 }),
      observe('okx', 'long-short-ratio', { barMs: 5 * MINUTE_MS, longShortRatio: 2 }),
      observe('okx', 'depth', { bandFraction: 0.001, bidUsd: 1, askUsd: 1 }),
    ];
    const band = observe('okx', 'depth', { bidUsd: 5, askUsd: 5, atMs: NOW - 20_000 });
    assert.equal(of(...others, accounts).longShort1h, accounts);
    assert.equal(of(...others, band).depth1pct, band);
    assert.deepEqual(Object.keys(of(...others)), []);
  });

  it('multiply coins by a price of the same moment only', () => {
    const coins = observe('okx', 'open-interest', { openInterestBase: 2 });
    const volume = observe('okx', 'volume', { volumeBase: 3 });
    const mark = (atMs: number) => observe('okx', 'mark-price', { markPriceQuote: 50, atMs });
    const current = of(coins, volume, mark(NOW - 60_000));
    assert.deepEqual([current.openInterest?.usd?.value, current.volume24h?.usd], [100, 150]);
    const old = of(coins, volume, mark(NOW - 10 * MINUTE_MS));
    assert.deepEqual([old.openInterest?.usd, old.volume24h?.usd], [undefined, undefined]);
    assert.equal(old.openInterest?.base?.value, 2);
  });

  it('take the mark price before a newer last one, and the last one where there is no other', () => {
    const mark = observe('okx', 'mark-price', { markPriceQuote: 50, atMs: NOW - 60_000 });
    const last = observe('okx', 'mark-price', { lastPriceQuote: 40 });
    assert.equal(of(last, mark).price?.quote, 50);
    assert.equal(of(last).price?.quote, 40);
  });

  it('never take a settled rate for the running one', () => {
    assert.equal(of(observe('okx', 'funding-rate', { phase: 'settled' })).funding, undefined);
  });

  it('prefer a known side among contracts as well, while it is hardly older', () => {
    const row = (sides: 'one' | 'unverified', atMs: number) =>
      observe('gate', 'open-interest', { sides, openInterestContracts: 50, atMs });
    const newest = row('unverified', NOW);
    const known = row('one', NOW - MINUTE_MS);
    assert.equal(of(newest, known).openInterest?.row, known);
    assert.equal(of(newest, row('one', NOW - 5 * MINUTE_MS)).openInterest?.row, newest);
  });

  it('prefer a known side only where it states coins as well, and not when it is minutes older', () => {
    const coins = observe('gate', 'open-interest', { sides: 'unverified', openInterestBase: 5 });
    const contracts = observe('gate', 'open-interest', { sides: 'one', openInterestContracts: 50 });
    assert.equal(of(contracts, coins).openInterest?.row, coins);
  });
});
