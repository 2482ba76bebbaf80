import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { HOUR_MS } from '../../../src/core/units.ts';
import { knownSides } from '../../../src/market/storedSides.ts';
import { exchangeAdapters } from '../../../src/sources/exchanges/registry.ts';
import { seriesOfRows } from '../series/seriesOfRows.ts';
import { NOW, observe } from './builders.ts';

describe('open interest that was stored before its sides were known', () => {
  const verdicts = knownSides(exchangeAdapters);
  const valueOf = (exchange: string, sides: 'one' | 'both' | 'unverified', barMs?: number) => {
    const atMs = NOW - 2 * HOUR_MS;
    const row = observe(exchange, 'open-interest', { sides, openInterestBase: 1_000, atMs, ...(barMs === undefined ? {} : { barMs }) }); // prettier-ignore
    const series = seriesOfRows([row], NOW, { sidesOf: (id) => verdicts.get(id) });
    const value = series
      .column('open-interest')
      .get(exchange)
      ?.values.find((one) => !Number.isNaN(one));
    return [value, series.sidesOf(exchange)];
  };

  it('is halved with what came after it, so that the series has no step; bars and readings alike', () => {
    for (const exchange of ['hyperliquid', 'bitget', 'htx'])
      for (const barMs of [undefined, HOUR_MS])
        for (const sides of ['unverified', 'both'] as const)
          assert.deepEqual(valueOf(exchange, sides, barMs), [500, 'both'], exchange);
    assert.deepEqual(valueOf('deribit', 'unverified'), [1_000, 'one']);
  });

  it('stays as it is where it states its side, where nobody knows, and where the exchange is not known', () => {
    assert.deepEqual(valueOf('bybit', 'both'), [500, 'both']);
    assert.deepEqual(valueOf('okx', 'unverified'), [1_000, 'unverified']);
    assert.deepEqual(valueOf('gate', 'one'), [1_000, 'one']);
    assert.deepEqual(valueOf('one', 'unverified'), [1_000, 'unverified']);
    assert.equal(verdicts.has('okx'), false);
  });
});
