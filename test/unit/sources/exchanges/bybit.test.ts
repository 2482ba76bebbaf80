import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { InstrumentKey } from '../../../../src/core/ids.ts';
import type { Instrument } from '../../../../src/core/instrument.ts';
import type { FundingRate } from '../../../../src/core/observation.ts';
import { HOUR_MS } from '../../../../src/core/units.ts';
import type { Decoded } from '../../../../src/sources/exchanges/decodeAnswer.ts';
import { readWhole } from '../../../../src/sources/exchanges/kit/rowReader.ts';
import { bybit } from '../../../../src/sources/exchanges/bybit/adapter.ts';
import {
  assertFields,
  codes,
  first,
  fixturesFor,
  itDecodesEachFixture,
  nothingKnown,
  type Fixture,
} from './wireFixtures.ts';

const fixtures = fixturesFor(bybit, ['instruments-linear', 'instruments-inverse']);
const { fixture, decode, known } = fixtures;

/** A fixture with the fields of its first row changed. */
function changed(name: string, fields: Record<string, unknown>): Fixture {
  const answer = fixture(name);
  const { result, ...rest } = answer.response as { result: { list: Record<string, unknown>[] } };
  const list = result.list.map((row, index) => (index === 0 ? { ...row, ...fields } : row));
  return { ...answer, response: { ...rest, result: { ...result, list } } };
}

const kinds = (decoded: Decoded): string[] => decoded.observations.map((one) => one.kind);

describe('Bybit', () => {
  itDecodesEachFixture(fixtures);

  it('never mixes a one-sided quantity with a two-sided value', () => {
    const decoded = decode(changed('tickers-linear', { singleOpenInterestValue: '' }));
    assertFields(decoded.observations[0], {
      openInterestBase: 50_000.25,
      openInterestUsd: 50_000.25 * 96_010,
      usdBasis: 'mark-price',
      sides: 'one',
    });
  });

  it('gives the sum of both sides unhalved and labelled where the one-sided number is missing', () => {
    const absent = { singleOpenInterest: '', singleOpenInterestValue: '' };
    const placeholder = { singleOpenInterest: '0', singleOpenInterestValue: '0' };
    for (const fields of [absent, placeholder]) {
      const decoded = decode(changed('tickers-linear', fields));
      assertFields(decoded.observations[0], {
        openInterestBase: 100_000.5,
        openInterestUsd: 9_601_048_005,
        sides: 'both',
      });
    }
  });

  it('keeps inverse open interest in dollars where no price stands beside it', () => {
    const row = first(decode(fixture('open-interest-inverse')));
    assert.ok(!('openInterestBase' in row), JSON.stringify(row));
    const noPrice = first(decode(changed('tickers-inverse', { markPrice: '' })));
    assert.equal(noPrice['openInterestUsd'], 4_000_000);
    assert.ok(!('openInterestBase' in noPrice));
  });

  it('reads inverse contracts by their category even if the instrument is not known', () => {
    const decoded = decode(fixture('tickers-inverse'), nothingKnown);
    assertFields(decoded.observations[0], { openInterestUsd: 4_000_000, openInterestBase: 50 });
    const { response, path } = fixture('kline-inverse');
    const bare = decode({ path, query: { interval: 'D' }, response }, nothingKnown);
    assertFields(bare.observations[0], { volumeUsd: 160_000, volumeBase: 2 });
  });

  it('gives no funding where the rate is empty or a placeholder without a settlement', () => {
    for (const fields of [
      { fundingRate: '' },
      { fundingRate: null },
      { fundingRate: '0', nextFundingTime: '0' },
    ]) {
      const decoded = decode(changed('tickers-linear', fields));
      assert.deepEqual(kinds(decoded), ['open-interest', 'mark-price', 'volume']);
      assert.deepEqual(codes(decoded), []);
    }
    const zero = decode(changed('tickers-linear', { fundingRate: '0' }));
    assertFields(zero.observations[1], { kind: 'funding-rate', fundingRatePerInterval: 0 });
  });

  it('drops a rate whose interval is not known and keeps the rest of the ticker', () => {
    const decoded = decode(fixture('tickers-linear-both-sides'), nothingKnown);
    assert.deepEqual(kinds(decoded), ['open-interest', 'mark-price', 'volume']);
    assert.deepEqual(codes(decoded), ['unknown-interval']);
  });

  it('lets the interval of the payload go before that of the instrument', () => {
    const fields = { fundingIntervalHour: '1', nextFundingTime: '1790002800000' };
    const decoded = decode(changed('tickers-linear', fields));
    assertFields(decoded.observations[1], { intervalMs: HOUR_MS, intervalBasis: 'payload' });
  });

  it('loses only the field that is malformed', () => {
    const decoded = decode(changed('tickers-linear', { turnover24h: 'abc' }));
    assert.deepEqual(
      decoded.issues.map(({ code, path }) => [code, path]),
      [['decode', 'result.list[0].turnover24h']],
    );
    assertFields(decoded.observations[3], { kind: 'volume', volumeBase: 61_234.5 });
    assert.ok(!('volumeUsd' in (decoded.observations[3] ?? {})));
  });

  it('refuses an answer about another instrument than the one asked for', () => {
    for (const name of [
      'tickers-linear',
      'open-interest-linear',
      'kline-linear',
      'account-ratio',
      'orderbook-linear',
    ]) {
      const answer = fixture(name);
      const decoded = decode({ ...answer, query: { ...answer.query, symbol: 'ETHUSDT' } });
      assert.equal(decoded.observations.length, 0, name);
      assert.ok(
        codes(decoded).length > 0 && codes(decoded).every((code) => code === 'wrong-instrument'),
        name,
      );
    }
  });

  it('refuses a linear symbol in an answer about inverse contracts', () => {
    const { response, ...answer } = fixture('tickers-linear');
    const body = response as { result: object };
    const wrong = { ...body, result: { ...body.result, category: 'inverse' } };
    const decoded = decode({ ...answer, response: wrong });
    assert.equal(decoded.observations.length, 0);
    assert.deepEqual(codes(decoded), ['wrong-instrument']);
  });

  it('does not read spot and option markets', () => {
    const spot = { category: 'spot', symbol: 'BTCUSDT' };
    assert.deepEqual(codes(decode({ ...fixture('orderbook-linear'), query: spot })), ['unsupported']);
    const option = { result: { category: 'option', list: [{ symbol: 'BTC-25DEC26-100000-C' }] } };
    const path = '/v5/market/tickers';
    assert.deepEqual(codes(decode({ path, query: {}, response: option })), ['unsupported']);
  });

  it('reads a list of all tickers', () => {
    const answer = fixture('tickers-linear');
    const decoded = decode({ ...answer, query: { category: 'linear' } });
    assert.equal(decoded.observations.length, 4);
    assert.deepEqual(codes(decoded), []);
  });

  it('dates a reading by the clock of the exchange, or says that it could not', () => {
    const { response, ...answer } = fixture('tickers-linear');
    const { time: _, ...body } = response as Record<string, unknown>;
    assertFields(decode({ ...answer, response: body }).observations[0], { atMs: 1, atBasis: 'received' });
    assert.ok(!('atBasis' in first(decode(fixture('tickers-linear')))));
  });

  it('follows the cursor of the instrument list to its end', () => {
    const poll = bybit.instruments;
    const [request] = poll.requests();
    const page = (name: string, cursor?: unknown): never => {
      const { response } = fixture(name) as { response: { result: object } };
      const nextPageCursor = cursor === undefined ? {} : { nextPageCursor: cursor };
      const body = { result: { ...response.result, ...nextPageCursor } };
      return (
        readWhole(body, poll.schema, '', { report: (issue) => assert.fail(issue.message) }) ?? assert.fail()
      );
    };
    assert.ok(request && poll.next);
    const second = poll.next(page('instruments-linear'), request);
    assert.deepEqual(second?.query, {
      category: 'linear',
      limit: '1000',
      cursor: 'first=BTCUSDT&last=DOGEUSDT',
    });
    assert.equal(poll.next(page('instruments-linear'), second), undefined, 'the same cursor again');
    assert.equal(poll.next(page('instruments-inverse'), request), undefined);
    assert.equal(poll.next(page('instruments-linear', null), request), undefined);
    assert.deepEqual(
      poll.requests().map(({ query }) => query['category']),
      ['linear', 'inverse'],
    );
  });

  it('leaves out a funding interval that cannot be, and those of dated futures', () => {
    assert.ok(!('fundingIntervalMs' in (known.get('bybit:XRPUSD') ?? {})));
    assert.ok(!('fundingIntervalMs' in (known.get('bybit:BTCUSDT-25DEC26') ?? {})));
    assert.ok(!('expiresAtMs' in (known.get('bybit:BTCUSDT') ?? {})));
  });

  it('asks in the category of the instrument and for no funding history of a dated future', () => {
    const asked = (key: InstrumentKey): Record<string, string>[] => {
      const instrument = known.get(key);
      assert.ok(instrument);
      return bybit.polls.flatMap((poll) => {
        if (poll.about === 'spot') return [];
        const query = poll.request({ instrument, nowMs: 0 })?.query;
        return query === undefined ? [] : [query];
      });
    };
    const [linear, inverse] = [asked('bybit:BTCUSDT'), asked('bybit:BTCUSD')];
    assert.ok(linear.every((query) => query['category'] === 'linear'));
    assert.ok(inverse.every((query) => query['category'] === 'inverse'));
    assert.equal(asked('bybit:BTCUSDZ26').length, inverse.length - 1);
  });

  it('reads the parts of a symbol', () => {
    const parts = (symbol: string): unknown[] => {
      const { baseAsset, quoteAsset, kind, margin } = bybit.parseSymbol(symbol) ?? {};
      return [baseAsset, quoteAsset, kind, margin];
    };
    assert.deepEqual(parts('10000LADYSUSDT'), ['10000LADYS', 'USDT', 'perpetual', 'linear']);
    assert.deepEqual(parts('USDCUSDT'), ['USDC', 'USDT', 'perpetual', 'linear']);
    assert.deepEqual(parts('ETHPERP'), ['ETH', 'USDC', 'perpetual', 'linear']);
    assert.deepEqual(parts('BTC-26DEC25'), ['BTC', 'USDC', 'dated-future', 'linear']);
    assert.deepEqual(parts('BTCUSDT-26DEC25'), ['BTC', 'USDT', 'dated-future', 'linear']);
    assert.deepEqual(parts('BTCUSD'), ['BTC', 'USD', 'perpetual', 'inverse']);
    assert.deepEqual(parts('BTCUSDZ22'), ['BTC', 'USD', 'dated-future', 'inverse']);
    for (const symbol of ['BTC-26DEC25-100000-C', 'ETHBTC', 'USDT', 'BTC-', '']) {
      assert.equal(bybit.parseSymbol(symbol), undefined, symbol);
    }
  });

  it('tells its own errors, bans and rate limits from answers', () => {
    for (const retCode of [0, '0']) assert.equal(bybit.venueError({ retCode, retMsg: 'OK' }, 200), undefined);
    assert.equal(bybit.venueError({ retCode: 10001, retMsg: 'params error' }, 200)?.kind, 'rejected');
    assert.equal(bybit.venueError({ retCode: 10006, retMsg: 'Too many visits!' }, 200)?.kind, 'rate-limited');
    const ban = { kind: 'rate-limited', retryAfterMs: 600_000 };
    const body = { retCode: 10006, retMsg: 'access too frequent' };
    for (const [text, status] of [
      ['access too frequent', 403],
      [body, 403],
      [{ retCode: 10018, retMsg: 'Exceeded the IP Rate Limit.' }, 200],
    ] as const) {
      const { kind, retryAfterMs } = bybit.venueError(text, status) ?? {};
      assert.deepEqual({ kind, retryAfterMs }, ban);
    }
    const blocked = 'The Amazon CloudFront distribution is configured to block access from your country.';
    assert.equal(bybit.venueError(blocked, 403), undefined);
  });

  it('takes cap and floor of funding from one source', () => {
    const boundsOf = (fundingCap: string): unknown[] => {
      const { cap, floor } = decode(changed('tickers-linear', { fundingCap })).observations[1] as FundingRate;
      return [cap, floor];
    };
    assert.deepEqual(boundsOf('0.005'), [0.005, undefined]);
    assert.deepEqual(boundsOf('0.00375'), [0.00375, -0.00375]);
    assert.deepEqual(boundsOf(''), [0.00375, -0.00375]);
  });

  it('takes a value of 0 beside an open interest for not reported', () => {
    const linear = decode(changed('tickers-linear', { singleOpenInterestValue: '0' }));
    assertFields(linear.observations[0], { openInterestUsd: 50_000.25 * 96_010, usdBasis: 'mark-price' });
    const sum = { singleOpenInterest: '', openInterestValue: '0', markPrice: '' };
    const both = first(decode(changed('tickers-linear', sum)));
    assert.equal(both['openInterestBase'], 100_000.5);
    assert.ok(!('openInterestUsd' in both));
  });

  it('loses only what is broken beside the list', () => {
    const { response, ...answer } = fixture('tickers-linear');
    const body = response as { result: object };
    const broken = { ...body, time: 'soon', result: { ...body.result, category: {} } };
    const decoded = decode({ ...answer, response: broken });
    assert.equal(decoded.observations.length, 4);
    assertFields(decoded.observations[0], { atBasis: 'received', openInterestBase: 50_000.25 });
    assert.deepEqual(decoded.issues.map(({ path }) => path).sort(), ['result.category', 'time']);
    const book = fixture('orderbook-linear');
    const { result } = book.response as { result: object };
    const timeless = decode({ ...book, response: { result: { ...result, ts: 'soon' } } });
    assertFields(timeless.observations[0], { kind: 'depth', atBasis: 'received' });
    assert.deepEqual(codes(timeless), ['decode']);
  });

  it('reads bars of the index, and asks for none', () => {
    const path = '/v5/market/index-price-kline';
    const decoded = decode({ ...fixture('mark-price-kline'), path });
    assertFields(decoded.observations[0], { kind: 'candle', priceType: 'index', closeQuote: 96_200 });
    const poll = bybit.polls.find((one) => one.path === path);
    const instrument = known.get('bybit:BTCUSDT') as Instrument;
    assert.ok(poll && poll.request({ instrument, nowMs: 0 }) === undefined);
  });
});
