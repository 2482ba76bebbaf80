import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Instrument } from '../../../../src/core/instrument.ts';
import { DAY_MS } from '../../../../src/core/units.ts';
import { trackedInstruments } from '../../../../src/sources/collect/tracking.ts';
import { bybit } from '../../../../src/sources/exchanges/bybit/adapter.ts';

const NOW = Date.UTC(2026, 10, 22);
const EXPIRY_DAYS = [5, 12, 19, 33, 68, 131, 222, 313];

const listed = (venueSymbol: string, settleAsset: string, days?: number): Instrument => ({
  key: `bybit:${venueSymbol}`,
  exchange: 'bybit',
  venueSymbol,
  baseAsset: 'BTC',
  quoteAsset: settleAsset,
  settleAsset,
  kind: days === undefined ? 'perpetual' : 'dated-future',
  margin: settleAsset === 'BTC' ? 'inverse' : 'linear',
  contractSize: { amount: 1, unit: settleAsset === 'BTC' ? 'quote' : 'base' },
  status: 'trading',
  ...(days === undefined ? {} : { expiresAtMs: NOW + days * DAY_MS }),
});

/** The dated futures that are followed of a list with these, by symbol. */
function followed(futures: readonly Instrument[]): string[] {
  const list = [listed('BTCUSDT', 'USDT'), ...futures];
  return trackedInstruments(bybit, new Map(list.map((one) => [one.key, one])), ['BTC'])
    .filter(({ instrument }) => instrument.kind === 'dated-future')
    .map(({ instrument }) => instrument.venueSymbol);
}

describe('the dated futures that are followed', () => {
  it('reach to the last expiry where each is listed in three currencies', () => {
    const symbols = followed(
      EXPIRY_DAYS.flatMap((days) =>
        ['BTC', 'USDC', 'USDT'].map((coin) => listed(`${coin}-${days}`, coin, days)),
      ),
    );
    assert.equal(symbols.length, 12);
    assert.deepEqual(
      symbols.filter((symbol) => symbol.startsWith('USDT')),
      EXPIRY_DAYS.map((days) => `USDT-${days}`),
    );
    assert.deepEqual(symbols.slice(0, 3), ['BTC-5', 'USDT-5', 'BTC-12']);
  });

  it('are all of a short list, nearest expiry first', () => {
    assert.deepEqual(followed([listed('B', 'BTC', 90), listed('A', 'USDT', 90), listed('C', 'USDT', 5)]), [
      'C',
      'A',
      'B',
    ]);
  });
});

describe('a perpetual on something other than a coin', () => {
  const followedOf = (changes: Partial<Instrument>): string[] => {
    const one = { ...listed('MUUSDT', 'USDT'), baseAsset: 'MU', ...changes };
    return trackedInstruments(bybit, new Map([[one.key, one]]), ['MU']).map(
      ({ instrument }) => `${instrument.kind} ${instrument.venueSymbol}`,
    );
  };

  it('is followed like others, without the spot pair of a coin that has its ticker', () => {
    assert.deepEqual(followedOf({ assetClass: 'equity' }), ['perpetual MUUSDT']);
    assert.deepEqual(followedOf({ assetClass: 'crypto' }), ['perpetual MUUSDT', 'spot MUUSDT']);
    assert.deepEqual(followedOf({}), ['perpetual MUUSDT', 'spot MUUSDT']);
  });

  it('is not followed in a state that nobody knows', () => {
    assert.deepEqual(followedOf({ status: 'unknown' }), []);
  });
});
