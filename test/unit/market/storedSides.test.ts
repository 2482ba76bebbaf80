import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { oneSidedBase } from '../../../src/analysis/metrics/openInterest.ts';
import { withKnownSides } from '../../../src/market/storedSides.ts';
import { exchangeAdapters } from '../../../src/sources/exchanges/registry.ts';
import { observe } from './builders.ts';

describe('open interest that was stored before its sides were known', () => {
  const stored = (exchange: string, sides: 'one' | 'both' | 'unverified') =>
    observe(exchange, 'open-interest', { sides, openInterestBase: 1_000 });
  const valueOf = (exchange: string, sides: 'one' | 'both' | 'unverified'): number | undefined => {
    const [row] = withKnownSides([stored(exchange, sides)], exchangeAdapters);
    return row === undefined ? undefined : oneSidedBase(row)?.value;
  };

  it('is halved with what came after it, so that the series has no step', () => {
    for (const exchange of ['hyperliquid', 'bitget', 'htx'])
      assert.deepEqual([valueOf(exchange, 'unverified'), valueOf(exchange, 'both')], [500, 500], exchange);
    assert.equal(valueOf('deribit', 'unverified'), 1_000);
  });

  it('stays as it is where it states its side, where nobody knows, and where the exchange is not known', () => {
    const rows = [stored('bybit', 'both'), stored('okx', 'unverified'), stored('gate', 'one'), stored('gate', 'unverified'), stored('one', 'unverified')]; // prettier-ignore
    assert.deepEqual(withKnownSides(rows, exchangeAdapters), rows);
  });
});
