import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { commonAsset, instrumentKey } from '../../../src/core/ids.ts';
import { facetOf, type Observation } from '../../../src/core/observation.ts';
import { DAY_MS, HOUR_MS } from '../../../src/core/units.ts';

const facet = (fields: Record<string, unknown>): string => facetOf(fields as unknown as Observation);

describe('the facet of an observation', () => {
  const facets: readonly [string, Record<string, unknown>, string][] = [
    ['open interest of the moment', { kind: 'open-interest' }, 'now'],
    ['open interest by the hour', { kind: 'open-interest', barMs: HOUR_MS }, 'bar-3600000'],
    ['open interest by the day', { kind: 'open-interest', barMs: DAY_MS }, 'bar-86400000'],
    ['settled funding', { kind: 'funding-rate', phase: 'settled' }, 'settled'],
    ['predicted funding', { kind: 'funding-rate', phase: 'predicted' }, 'predicted'],
    ['prices', { kind: 'mark-price' }, 'now'],
    ['a mark bar', { kind: 'candle', priceType: 'mark', barMs: HOUR_MS }, 'mark-3600000'],
    ['a bar of trades', { kind: 'candle', priceType: 'last', barMs: HOUR_MS }, 'last-3600000'],
    ['accounts now', { kind: 'long-short-ratio', population: 'all-accounts' }, 'all-accounts-now'],
    [
      'top positions by the hour',
      { kind: 'long-short-ratio', population: 'top-positions', barMs: HOUR_MS },
      'top-positions-3600000',
    ],
    ['taker volume', { kind: 'taker-volume', barMs: HOUR_MS }, 'bar-3600000'],
    ['liquidation sums', { kind: 'liquidation-volume', barMs: HOUR_MS }, 'bar-3600000'],
    ['volume of a day', { kind: 'volume', windowMs: DAY_MS }, 'window-86400000'],
    ['depth', { kind: 'depth', bandFraction: 0.01 }, 'band-0.01'],
  ];
  for (const [name, fields, expected] of facets) {
    it(`of ${name} is ${expected}`, () => assert.equal(facet(fields), expected));
  }

  it('of a liquidation is its event where the exchange names one', () => {
    const fields = { kind: 'liquidation', liquidatedSide: 'long', priceQuote: 90_000, sizeBase: 1 };
    assert.equal(facet({ ...fields, eventId: 'e-7' }), 'e-7');
  });

  it('of a liquidation without an event tells sides, prices and sizes apart', () => {
    const base = { kind: 'liquidation', liquidatedSide: 'long', priceQuote: 90_000, sizeBase: 1 };
    const { sizeBase: _size, ...bare } = base;
    const all = [
      base,
      { ...base, liquidatedSide: 'short' },
      { ...base, priceQuote: 90_001 },
      { ...base, sizeBase: 2 },
      { ...bare, sizeContracts: 5 },
      bare,
    ].map(facet);
    assert.equal(new Set(all).size, all.length, all.join(' '));
  });
});

describe('ids', () => {
  it('join exchange and symbol into one key', () => {
    assert.equal(instrumentKey('okx', 'BTC-USDT-SWAP'), 'okx:BTC-USDT-SWAP');
  });

  it('call bitcoin BTC, whatever an exchange calls it', () => {
    assert.deepEqual(['XBT', 'xbt', 'btc', 'ETH'].map(commonAsset), ['BTC', 'BTC', 'BTC', 'ETH']);
  });
});
