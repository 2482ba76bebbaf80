import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Instrument } from '../../../../src/core/instrument.ts';
import { binance } from '../../../../src/sources/exchanges/binance/adapter.ts';
import { assertFixture, assertRows, decode, fixture, fixtureNames, instrumentsOf } from './fixtureAnswers.ts';

const known = instrumentsOf(binance, ['exchange-info']);
const btc = known.find((one) => one.venueSymbol === 'BTCUSDT') as Instrument;

describe('binance adapter', () => {
  for (const name of fixtureNames('binance'))
    it(`decodes ${name}`, () => {
      assertFixture(binance, name, known);
    });

  it('takes the funding interval from the instrument once fundingInfo was read', () => {
    const complete = binance.instrumentDetails?.apply(btc, undefined) as Instrument;
    assert.equal(complete.fundingIntervalMs, 28_800_000);
    const { path, query, response } = fixture('binance', 'premium-index');
    const decoded = decode(binance, path, query, response, [complete]);
    assertRows(decoded.observations.slice(1), [{ intervalMs: 28_800_000, intervalBasis: 'instrument' }]);
    assert.deepEqual(decoded.issues, []);
  });

  it('drops a rate that settles off the 8 h grid while its interval is not known', () => {
    const { path, query, response } = fixture('binance', 'premium-index');
    const body = { ...(response as object), nextFundingTime: 1_789_992_000_000 };
    const decoded = decode(binance, path, query, body, known);
    assert.deepEqual(
      decoded.observations.map(({ kind }) => kind),
      ['mark-price'],
    );
    assert.deepEqual(
      decoded.issues.map(({ code }) => code),
      ['unknown-interval'],
    );
  });

  it('completes only perpetuals with an interval', () => {
    const dated = known.find(({ kind }) => kind === 'dated-future') as Instrument;
    assert.equal(binance.instrumentDetails?.apply(dated, undefined).fundingIntervalMs, undefined);
  });

  it('refuses an answer about another symbol', () => {
    const body = { symbol: 'ETHUSDT', openInterest: '1', time: 1_790_000_000_000 };
    const decoded = decode(binance, '/fapi/v1/openInterest', { symbol: 'BTCUSDT' }, body, known);
    assert.deepEqual(decoded.observations, []);
    assert.deepEqual(
      decoded.issues.map(({ code }) => code),
      ['wrong-instrument'],
    );
  });

  it('reports an absent open interest instead of reading it as 0', () => {
    for (const openInterest of ['', ' ', null, '0x10', 'NaN', '1e999', -1]) {
      const body = { symbol: 'BTCUSDT', openInterest, time: 1_790_000_000_000 };
      const decoded = decode(binance, '/fapi/v1/openInterest', { symbol: 'BTCUSDT' }, body, known);
      assert.deepEqual(decoded.observations, [], String(openInterest));
      assert.deepEqual(
        decoded.issues.map(({ code }) => code),
        ['decode'],
        String(openInterest),
      );
    }
  });

  it('names the two reasons of an error that matter', () => {
    assert.equal(binance.venueError({ code: -1003, msg: 'Too many requests' }, 429)?.kind, 'rate-limited');
    assert.equal(binance.venueError({ code: -1121, msg: 'Invalid symbol.' }, 400)?.kind, 'rejected');
    assert.equal(binance.venueError({ symbol: 'BTCUSDT' }, 200), undefined);
  });
});
