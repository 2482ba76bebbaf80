import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
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
