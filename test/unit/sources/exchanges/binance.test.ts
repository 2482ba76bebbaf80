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

  it('takes the rate 0 without a next settlement for none, and 0 with one for a rate', () => {
    const row = {
      symbol: 'BTCUSDT',
      markPrice: '90000',
      lastFundingRate: '0.00000000',
      time: 1_790_000_000_000,
    };
    const rates = [0, 1_790_006_400_000].map((nextFundingTime) => {
      const decoded = decode(binance, '/fapi/v1/premiumIndex', {}, { ...row, nextFundingTime }, known);
      return decoded.observations.flatMap((one) =>
        one.kind === 'funding-rate' ? one.fundingRatePerInterval : [],
      );
    });
    assert.deepEqual(rates, [[], [0]]);
  });

  it('leaves a single settled rate out: nothing tells the length of its period', () => {
    const row = { symbol: 'BTCUSDT', fundingRate: '0.0001', fundingTime: 1_789_977_600_000 };
    const decoded = decode(binance, '/fapi/v1/fundingRate', {}, [row], known);
    assertRows(decoded.observations, []);
    assert.deepEqual(
      decoded.issues.map(({ code }) => code),
      ['unknown-interval'],
    );
  });

  it('takes a price of 0 for none', () => {
    const at = { symbol: 'BTCUSDT', time: 1_790_000_000_000, closeTime: 1_790_000_000_000 };
    const prices = { markPrice: '0.0', indexPrice: '0', lastPrice: '0.0' };
    const premium = decode(
      binance,
      '/fapi/v1/premiumIndex',
      {},
      { ...at, ...prices, indexPrice: '9' },
      known,
    );
    assertRows(premium.observations, [{ markPriceQuote: null, indexPriceQuote: 9 }]);
    const ticker = decode(binance, '/fapi/v1/ticker/24hr', {}, { ...at, ...prices, volume: '0' }, known);
    assertRows(ticker.observations, [{ kind: 'volume', volumeBase: 0 }]);
    assert.deepEqual([...premium.issues, ...ticker.issues], []);
  });

  it('reads symbols in other letters', () => {
    const body = { symbol: '币安人生USDT', openInterest: '7', time: 1_790_000_000_000 };
    const decoded = decode(binance, '/fapi/v1/openInterest', { symbol: '币安人生USDT' }, body);
    assertRows(decoded.observations, [{ baseAsset: '币安人生', openInterestBase: 7 }]);
    assert.deepEqual(decoded.issues, []);
  });

  it('loses only the time of a book when it is broken', () => {
    const { path, query, response } = fixture('binance', 'depth');
    const oneTime = decode(binance, path, query, {
      ...(response as object),
      T: 'soon',
      E: 1_790_000_000_500,
    });
    assertRows(oneTime.observations, [{ kind: 'depth', atMs: 1_790_000_000_500 }]);
    const noTime = decode(binance, path, query, { ...(response as object), T: -1, E: 'now' });
    assertRows(noTime.observations, [{ kind: 'depth', atBasis: 'received' }]);
    assert.deepEqual(noTime.issues.map(({ code, path: at }) => `${code} ${at}`).sort(), [
      'decode E',
      'decode T',
    ]);
  });

  it('reads an answer whose path ends with a slash', () => {
    const { path, query, response } = fixture('binance', 'open-interest');
    const decoded = decode(binance, `${path}/`, query, response, known);
    assertRows(decoded.observations, [{ kind: 'open-interest', endpoint: `GET ${path}` }]);
  });

  it('reads continuous contracts of perpetuals only', () => {
    const { path, query, response } = fixture('binance', 'continuous-klines');
    const decoded = decode(binance, path, { ...query, contractType: 'CURRENT_QUARTER' }, response, known);
    assert.deepEqual(decoded.observations, []);
    assert.deepEqual(
      decoded.issues.map(({ code }) => code),
      ['unsupported'],
    );
    assert.ok(
      binance.polls
        .filter((poll) => poll.path.includes('index') || poll.path.includes('continuous'))
        .every((poll) => poll.request({ instrument: btc, nowMs: 0 }) === undefined),
    );
  });
});
