import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { MarkPrice } from '../../../../../src/core/observation.ts';
import { ExchangeClock } from '../../../../../src/sources/collect/streams/exchangeClock.ts';
import { HOUR, T0 } from './trades.ts';

const price = (aheadMs: number, changes: Partial<MarkPrice> = {}): MarkPrice => ({
  kind: 'mark-price',
  exchange: 'fake',
  venueSymbol: 'BTCUSDT',
  baseAsset: 'BTC',
  instrument: 'fake:BTCUSDT',
  endpoint: 'WS price',
  atMs: T0,
  receivedAtMs: T0 + aheadMs,
  markPriceQuote: 100,
  ...changes,
});

describe('the clock of an exchange', () => {
  it('is known by five prices, of which one that is wrong changes nothing', () => {
    const clock = new ExchangeClock();
    clock.note([price(HOUR), price(HOUR), price(HOUR), price(HOUR + 20)]);
    assert.equal(clock.at(T0 + HOUR), undefined);
    clock.note([price(-1e9)]);
    assert.equal(clock.at(T0 + HOUR), T0);
    clock.reset();
    assert.equal(clock.at(T0 + HOUR), undefined);
  });

  it('is not told by prices that have the time of their receipt', () => {
    const clock = new ExchangeClock();
    clock.note(Array.from({ length: 9 }, () => price(0, { atBasis: 'received' })));
    assert.equal(clock.at(T0), undefined);
  });
});
