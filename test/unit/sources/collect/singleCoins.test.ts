import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Instrument } from '../../../../src/core/instrument.ts';
import { HOUR_MS } from '../../../../src/core/units.ts';
import { inSingleCoins } from '../../../../src/sources/collect/singleCoins.ts';
import { trackedInstruments } from '../../../../src/sources/collect/tracking.ts';
import { exchangeAdapters } from '../../../../src/sources/exchanges/registry.ts';
import { instrumentOf, observe } from '../../market/builders.ts';

const listed = (exchange: string, venueSymbol: string, baseAsset: string): Instrument =>
  instrumentOf(exchange, { key: `${exchange}:${venueSymbol}`, venueSymbol, baseAsset });
const followed = (exchange: string, asset: string, ...list: Instrument[]): Instrument[] => {
  const adapter = exchangeAdapters.find(({ id }) => id === exchange);
  assert.ok(adapter);
  const known = new Map(list.map((one) => [one.key, one]));
  return trackedInstruments(adapter, known, [asset])
    .map(({ instrument }) => instrument)
    .filter(({ kind }) => kind === 'perpetual');
};

describe('contracts of thousands of a coin', () => {
  const thousands = listed('binance', '1000PEPEUSDT', '1000PEPE');

  it('are followed under the name of the coin where the exchange lists no single ones', () => {
    const [one] = followed('binance', 'PEPE', thousands, listed('binance', 'BTCUSDT', 'BTC'));
    assert.equal(one?.venueSymbol, '1000PEPEUSDT');
    assert.equal(one?.baseAsset, 'PEPE');
    assert.equal(one?.coinsPerUnit, 1_000);
  });

  it('stand back where it does, and never go by their own name: one market has one history', () => {
    const single = listed('binance', 'PEPEUSDT', 'PEPE');
    assert.deepEqual(followed('binance', 'PEPE', thousands, single), [single]);
    assert.deepEqual(followed('binance', '1000PEPE', thousands, single), []);
  });

  it('are converted once: prices divided, coins multiplied, dollars and contracts as they are', () => {
    const instruments = followed('binance', 'PEPE', thousands);
    const about = { instrument: thousands.key, baseAsset: '1000PEPE', venueSymbol: '1000PEPEUSDT' };
    const rows = [
      observe('binance', 'open-interest', { ...about, openInterestBase: 3, openInterestUsd: 12, openInterestContracts: 3 }),
      observe('binance', 'candle', { ...about, openQuote: 4, highQuote: 6, lowQuote: 2, closeQuote: 4, volumeBase: 7, barMs: HOUR_MS }),
      observe('binance', 'margin-tiers', { ...about, unit: 'base', tiers: [{ from: 0, to: 5, maintenanceMarginRate: 0.01 }] }),
      observe('binance', 'mark-price', { markPriceQuote: 4 }),
    ]; // prettier-ignore
    const [interest, candle, tiers, other] = inSingleCoins(rows, instruments);
    assert.deepEqual(
      { ...interest },
      { ...rows[0], baseAsset: 'PEPE', openInterestBase: 3_000 },
    ); // prettier-ignore
    assert.deepEqual({ ...candle }, { ...rows[1], baseAsset: 'PEPE', openQuote: 0.004, highQuote: 0.006, lowQuote: 0.002, closeQuote: 0.004, volumeBase: 7_000 }); // prettier-ignore
    assert.deepEqual(tiers?.kind === 'margin-tiers' && tiers.tiers, [{ from: 0, to: 5_000, maintenanceMarginRate: 0.01 }]); // prettier-ignore
    assert.equal(other, rows[3]);
  });
});
