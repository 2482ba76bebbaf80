import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { instrumentKey } from '../../../src/core/ids.ts';
import { HOUR_MS } from '../../../src/core/units.ts';
import { readAssetHistory } from '../../../src/market/assetHistory.ts';
import { createMemoryStore } from '../../../src/store/memoryStore.ts';
import { NOW, observe } from './builders.ts';

describe('the history of an asset', () => {
  it('is that of perpetuals: spot pairs and dated futures beside them are left out', async () => {
    const store = createMemoryStore('live');
    const perpetual = { barMs: HOUR_MS, atMs: NOW - 2 * HOUR_MS };
    const spot = {
      ...perpetual,
      market: 'spot',
      instrument: instrumentKey('one', 'BTCUSDT', 'spot'),
    } as const;
    const dated = { market: 'dated-future', instrument: instrumentKey('one', 'BTCUSDT_261225') } as const;
    await store.append([
      observe('one', 'taker-volume', { ...perpetual, takerBuyBase: 5, takerSellBase: 4 }),
      observe('one', 'taker-volume', { ...spot, takerBuyBase: 50, takerSellBase: 40 }),
      observe('one', 'open-interest', { openInterestBase: 1_000 }),
      observe('one', 'open-interest', { ...dated, openInterestBase: 7 }),
    ]);
    const history = await readAssetHistory(store, 'BTC', NOW);
    assert.deepEqual(
      history.takerVolume.map(({ takerBuyBase }) => takerBuyBase),
      [5],
    );
    assert.deepEqual(
      history.openInterest.map(({ openInterestBase }) => openInterestBase),
      [1_000],
    );
  });
});
