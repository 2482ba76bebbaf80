import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { deriveFeatures } from '../../../../src/analysis/regime/deriveFeatures.ts';
import { recordStatements } from '../../../../src/analysis/regime/recordWords.ts';
import { DAY_MS } from '../../../../src/core/units.ts';
import {
  candleRow,
  daysBack,
  hoursBack,
  inputWith,
  openInterestRow,
  THIS_HOUR,
  TODAY,
} from '../regime/history.ts';

type Dollars = (agoDays: number) => number | undefined;

/** 90 days of open interest and 10 days of hours; in coins it rises, so that now is a record. */
const interest = (exchange: string, usd: Dollars, days = 90) => ({
  openInterest: hoursBack(240, THIS_HOUR, (atMs, index) => row(exchange, atMs, index === 0 ? 101 : 100, usd(index / 24))),
  openInterestDaily: daysBack(days, TODAY, (atMs, index) => row(exchange, atMs, 90, usd(index), DAY_MS)),
}); // prettier-ignore
const row = (exchange: string, atMs: number, base: number, usd: number | undefined, barMs?: number) =>
  openInterestRow(exchange, atMs, base, {
    ...(usd === undefined ? {} : { openInterestUsd: usd, usdBasis: 'venue' as const }),
    ...(barMs === undefined ? {} : { barMs }),
  });
const pricesOf = (exchange: string) =>
  hoursBack(240, THIS_HOUR, (atMs, index) => candleRow(exchange, atMs, index === 0 ? 60 : 50));

/** In dollars 5,000, 9,000 sixty days ago, and 6,000 now. */
const fallen: Dollars = (ago) => (ago === 60 ? 9_000 : ago === 0 ? 6_000 : 5_000);
const risen: Dollars = (ago) => (ago === 0 ? 6_000 : 5_000);
const none: Dollars = () => undefined;

const derived = (...parts: ReturnType<typeof interest>[]) => ({
  openInterest: parts.flatMap((one) => one.openInterest),
  openInterestDaily: parts.flatMap((one) => one.openInterestDaily),
});
const day = (agoDays: number): string => new Date(TODAY - agoDays * DAY_MS).toISOString().slice(0, 10);
const usdOf = (statements: readonly string[]): string[] => statements.filter((one) => one.includes('USD'));

describe('open interest at its highest in USD', () => {
  it('is said beside a record in coins, with the reach of its own history', () => {
    const features = deriveFeatures(inputWith(derived(interest('binance', fallen))));
    assert.deepEqual(features.values.openInterestRecordByExchange, { binance: true });
    assert.deepEqual(usdOf(recordStatements(features)), [
      `Open interest in USD over all exchanges is at its highest since ${day(60)}; history from ${day(89)}.`,
    ]);
  });

  it('is a record of each exchange and of the sum where no earlier dollars are as many', () => {
    const features = deriveFeatures(inputWith(derived(interest('binance', risen), interest('okx', risen), interest('htx', risen, 60))));
    const inCoins = `The sum over exchanges is at its highest, too; history from ${day(59)}.`;
    assert.ok(recordStatements(features).includes(inCoins), recordStatements(features).join('\n'));
    assert.deepEqual(usdOf(recordStatements(features)), [
      `Open interest in USD over all exchanges is at its highest of its history; history from ${day(59)}.`,
      `Open interest in USD on Binance and OKX is at its highest of its history; history from ${day(89)}.`,
      `Open interest in USD on HTX is at its highest of its history; history from ${day(59)}.`,
    ]);
  }); // prettier-ignore

  it('is an estimate, and said to be one, where an exchange states coins and a price of the hour is known', () => {
    const rows = { ...derived(interest('bybit', none)), candles: pricesOf('bybit') };
    assert.deepEqual(usdOf(recordStatements(deriveFeatures(inputWith(rows)))), [
      `Open interest in USD over all exchanges is at its highest of its history; history from ${day(10)}, estimated in part as coins × price.`,
    ]);
  });

  it('is not there without dollars and prices, and the sum then speaks for nobody', () => {
    const both = derived(interest('binance', risen), interest('bybit', none));
    const features = deriveFeatures(inputWith(both));
    assert.deepEqual(Object.keys(features.origins.openInterestRecordByExchange?.reachUsd ?? {}), ['binance']);
    assert.equal(features.values.openInterestRecordAggregate, true);
    const alone = deriveFeatures(inputWith(derived(interest('bybit', none))));
    assert.deepEqual(alone.origins.openInterestRecordByExchange?.reachUsd, {});
    assert.deepEqual(usdOf(recordStatements(alone)), []);
  });
});
