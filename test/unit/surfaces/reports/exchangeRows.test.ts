import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Observation } from '../../../../src/core/observation.ts';
import { MINUTE_MS } from '../../../../src/core/units.ts';
import { aggregateAsset } from '../../../../src/market/aggregate.ts';
import type { ExchangeSnapshot } from '../../../../src/market/snapshot.ts';
import { exchangeRows } from '../../../../src/surfaces/reports/exchangeRows.ts';
import { exchangeWith, NOW, observe } from '../../market/builders.ts';

const market = (exchange: string, coins: number, price = 100, atMs = NOW - 10_000): ExchangeSnapshot =>
  exchangeWith(exchange, [
    observe(exchange, 'mark-price', { markPriceQuote: price }),
    observe(exchange, 'open-interest', { openInterestBase: coins, atMs }),
  ]);

const sharesOf = (exchanges: readonly ExchangeSnapshot[]): (number | undefined)[] =>
  exchangeRows({ asset: 'BTC', exchanges, aggregate: aggregateAsset('BTC', exchanges, NOW) }, NOW).map(
    ({ share }) => share,
  );

describe('shares of open interest in a report', () => {
  it('are of what the sum counts: no share for a stale exchange, an old number, or one of another coin', () => {
    const stale = { ...market('htx', 500), status: 'stale' as const };
    const old = market('gate', 500, 100, NOW - 6 * MINUTE_MS);
    const other = market('bitget', 500, 7);
    assert.deepEqual(sharesOf([market('okx', 30), market('bybit', 10), stale, old, other]), [
      0.75,
      0.25,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('the row of an exchange in a report', () => {
  const rowOf = (observations: readonly Observation[]) => {
    const exchanges = [exchangeWith('okx', observations)];
    return exchangeRows(
      { asset: 'BTC', exchanges, aggregate: aggregateAsset('BTC', exchanges, NOW) },
      NOW,
    )[0]!;
  };
  const kinds = (observations: readonly Observation[]): string[] =>
    rowOf(observations).used.map(({ kind }) => kind);

  it('counts the price among the numbers behind it only where something was multiplied with it', () => {
    const old = observe('okx', 'mark-price', { markPriceQuote: 100, atMs: NOW - 60_000 });
    const stated = [
      observe('okx', 'open-interest', { openInterestBase: 1, openInterestUsd: 90, usdBasis: 'venue' }),
      observe('okx', 'volume', { volumeUsd: 1 }),
    ];
    assert.deepEqual(kinds([old, ...stated]), ['open-interest', 'volume']);
    assert.equal(rowOf([old, ...stated]).oldestAtMs, NOW - 10_000);
    assert.equal(rowOf([old, ...stated]).openInterestNote, 'one-sided; USD as stated');
    const coins = observe('okx', 'open-interest', { openInterestBase: 1, sides: 'unverified' });
    assert.deepEqual(kinds([old, coins]), ['open-interest', 'mark-price']);
    assert.equal(rowOf([old, coins]).oldestAtMs, NOW - 60_000);
    assert.equal(rowOf([old, coins]).openInterestNote, 'sides not verified, taken as is; USD from mark price');
    assert.deepEqual(kinds([old, observe('okx', 'volume', { volumeBase: 2 })]), ['mark-price', 'volume']);
    assert.deepEqual(kinds([observe('okx', 'volume', { volumeBase: 2 })]), ['volume']);
    assert.deepEqual(kinds([old]), []);
  }); // prettier-ignore

  it('states of depth the sum and whether it is only a lower bound', () => {
    const book = { bidUsd: 1, askUsd: 2 };
    const bound = (fields: object) => {
      const { depthUsd, isDepthLowerBound } = rowOf([observe('okx', 'depth', fields)]);
      return [depthUsd, isDepthLowerBound];
    };
    assert.deepEqual(bound(book), [3, false]);
    assert.deepEqual(bound({ ...book, reachedAsk: false }), [3, true]);
    assert.equal(rowOf([]).isDepthLowerBound, false);
    assert.equal(rowOf([]).oldestAtMs, undefined);
    assert.equal(rowOf([]).openInterestNote, undefined);
  });

  it('has no share where nothing is open, and one only of what is counted in coins', () => {
    assert.deepEqual(sharesOf([market('okx', 0), market('bybit', 0)]), [undefined, undefined]);
    assert.deepEqual(sharesOf([market('okx', 0.5), exchangeWith('gate', [])]), [1, undefined]);
  });
});
