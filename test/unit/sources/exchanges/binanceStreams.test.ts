import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Instrument } from '../../../../src/core/instrument.ts';
import { binance } from '../../../../src/sources/exchanges/binance/adapter.ts';
import { quarterlyExpiries } from '../../../../src/sources/exchanges/binance/dated.ts';
import type { StreamSpec } from '../../../../src/sources/exchanges/stream.ts';
import { assertRows, decode, decodePush, fixture, instrumentsOf } from './fixtureAnswers.ts';

const known = instrumentsOf(binance, ['exchange-info']);
const btc = known.find((one) => one.venueSymbol === 'BTCUSDT') as Instrument;
const dated = known.find((one) => one.kind === 'dated-future') as Instrument;
const [futures, spot] = binance.streams as [StreamSpec, StreamSpec];

const TRADE = { e: 'aggTrade', E: 1_790_000_000_123, s: 'BTCUSDT', a: 1, p: '90000', q: '0.5', T: 1_790_000_000_120, m: false }; // prettier-ignore
/** `String` throws for it. */
const HOSTILE = { toString: 1, valueOf: 1 };

const pollOf = (id: string) => {
  const poll = binance.polls.find((one) => one.id === id);
  assert.ok(poll !== undefined, id);
  return poll;
};

describe('Binance streams', () => {
  it('connects where data is sent, never to the address without a category', () => {
    assert.equal(`${futures.baseUrl}${futures.path}`, 'wss://fstream.binance.com/market/ws');
    assert.equal(`${spot.baseUrl}${spot.path}`, 'wss://stream.binance.com:9443/ws');
    assert.equal(spot.host, 'spotWs');
    for (const { maxLifeMs = Infinity } of [futures, spot]) assert.ok(maxLifeMs < 24 * 3_600_000);
  });

  it('subscribes liquidations of the whole market and the rest by symbol, in lower case', () => {
    const topics = futures.channels.flatMap((channel) => channel.topics([btc]));
    assert.deepEqual(topics, ['!forceOrder@arr', 'btcusdt@markPrice@1s', 'btcusdt@aggTrade']);
    assert.deepEqual(futures.channels.flatMap((channel) => channel.topics([])), []); // prettier-ignore
    assert.deepEqual(futures.subscribe(topics), [{ method: 'SUBSCRIBE', params: topics, id: 1 }]);
    const many = Array.from({ length: 120 }, (_, index) => `s${index}@aggTrade`);
    const messages = futures.subscribe(many) as { params: string[]; id: number }[];
    assert.deepEqual(messages.flatMap(({ params }) => params), many); // prettier-ignore
    assert.equal(new Set(messages.map(({ id }) => id)).size, messages.length);
  });

  it('tells answers, refusals and the end of a server from data', () => {
    for (const spec of [futures, spot]) {
      assert.deepEqual(spec.classify({ result: null, id: 1 }), { role: 'ack' });
      assert.deepEqual(spec.classify({ code: 2, msg: 'Invalid request: unknown variant' }), {
        role: 'refused',
        code: '2',
        message: 'Invalid request: unknown variant',
      });
      assert.equal(spec.classify({ error: { code: 3, msg: 'Invalid JSON' }, id: null }).role, 'refused');
      assert.equal(spec.classify({ code: HOSTILE, msg: HOSTILE }).role, 'refused');
      assert.equal(spec.classify({ e: 'serverShutdown', E: 1_790_000_000_000 }).role, 'closing');
      for (const frame of [
        undefined,
        null,
        '',
        'pong',
        7,
        [],
        {},
        [null],
        { data: null },
        { e: '__proto__' },
        { e: HOSTILE },
      ])
        assert.deepEqual(spec.classify(frame), { role: 'ignored' });
      for (const e of ['depthUpdate', 'bookTicker', 'kline', '24hrTicker'])
        assert.deepEqual(spec.classify({ stream: 'x', data: { e, s: 'BTCUSDT' } }), { role: 'ignored' });
    }
  });

  it('names the topic of bare events and of wrapped ones', () => {
    const topicOf = (frame: unknown): unknown => {
      const role = futures.classify(frame);
      return role.role === 'data' ? role.topic : role.role;
    };
    assert.equal(topicOf(TRADE), 'btcusdt@aggTrade');
    assert.equal(topicOf({ e: 'forceOrder', o: { s: 'BTCUSDT' } }), '!forceOrder@arr');
    assert.equal(topicOf({ e: 'markPriceUpdate', s: 'BTCUSDT' }), 'btcusdt@markPrice@1s');
    assert.equal(topicOf({ stream: 'btcusdt@markPrice@1s', data: { e: 'markPriceUpdate' } }), 'btcusdt@markPrice@1s'); // prettier-ignore
  });

  it('reads a bare trade as one of futures, and one of the spot pair by the field that only it has', () => {
    assertRows(decodePush(binance, TRADE).observations, [
      { instrument: 'binance:BTCUSDT', market: null, takerSide: 'buy' },
    ]);
    assertRows(decodePush(binance, { ...TRADE, M: true }).observations, [
      { instrument: 'binance:spot/BTCUSDT', market: 'spot' },
    ]);
    const role = spot.classify(TRADE);
    assert.equal(role.role === 'data' && role.channel, 'binance/stream-spot-aggTrade');
  });

  it('reads a recording of bare events one by one', () => {
    const order = { s: 'BTCUSDT', S: 'BUY', q: '1', z: '1', p: '90000', ap: '90010', X: 'FILLED', T: 1_790_000_000_400 }; // prettier-ignore
    const { observations } = decodePush(binance, [{ e: 'forceOrder', o: order }, TRADE]);
    assert.deepEqual(observations.map(({ kind }) => kind), ['liquidation', 'trade']); // prettier-ignore
  });

  it('drops trades that do not say who took, or nothing', () => {
    for (const fields of [{ m: undefined }, { m: 'true' }, { q: '0' }, { p: '' }, { T: 123_456_785 }]) {
      const decoded = decodePush(binance, { ...TRADE, ...fields });
      assert.deepEqual(decoded.observations, [], JSON.stringify(fields));
      assert.deepEqual(decoded.issues.map(({ code }) => code), ['decode']); // prettier-ignore
    }
  });
});

describe('Binance spot pairs and dated futures', () => {
  it('asks the spot host for spot pairs under its own limits', () => {
    const about = binance.polls.filter((poll) => poll.about === 'spot');
    assert.deepEqual(about.map(({ path, host }) => [path, host]), [
      ['/api/v3/ticker/24hr', 'spot'],
      ['/api/v3/klines', 'spot'],
    ]); // prettier-ignore
    assert.equal(binance.hosts?.spot?.baseUrl, 'https://data-api.binance.vision');
    assert.equal(binance.spotSymbol?.('BTC'), 'BTCUSDT');
  });

  it('gives no taker volume of a bar that runs, nor one that contradicts itself', () => {
    const { path, query, response } = fixture('binance', 'spot-klines');
    const rows = response as (string | number)[][];
    const flows = (changed: unknown) =>
      decode(binance, path, query, changed).observations.filter(({ kind }) => kind === 'taker-volume').length;
    assert.equal(flows(rows), 1);
    const bar = rows[0]?.with(9, '200');
    const decoded = decode(binance, path, query, [bar]);
    assert.deepEqual(decoded.observations.map(({ kind }) => kind), ['candle']); // prettier-ignore
    assert.deepEqual(decoded.issues.map(({ code }) => code), ['implausible']); // prettier-ignore
    assert.equal(flows([rows[0]?.with(9, '')]), 0);
  });

  it('does not double the taker volume of perpetuals by their bars', () => {
    const { path, query, response } = fixture('binance', 'klines');
    const { observations } = decode(binance, path, query, response);
    assert.deepEqual(observations.map(({ kind }) => kind), ['candle']); // prettier-ignore
  });

  it('knows the quarters by their last Fridays', () => {
    const iso = quarterlyExpiries(Date.UTC(2026, 5, 26, 7, 59), 3).map((at) => new Date(at).toISOString());
    assert.deepEqual(iso, ['2026-06-26T08:00:00.000Z', '2026-09-25T08:00:00.000Z', '2026-12-25T08:00:00.000Z']); // prettier-ignore
    const after = quarterlyExpiries(Date.UTC(2021, 11, 31, 8), 1).map((at) => new Date(at).toISOString());
    assert.deepEqual(after, ['2022-03-25T08:00:00.000Z']);
  });

  it('asks for the basis of a dated future by what it is now', () => {
    const asked = (nowMs: number): unknown =>
      pollOf('binance/dated-basis').request({ instrument: dated, nowMs })?.query['contractType'];
    assert.equal(dated.expiresAtMs, Date.UTC(2026, 11, 25, 8));
    assert.equal(asked(Date.UTC(2026, 10, 22)), 'CURRENT_QUARTER');
    assert.equal(asked(Date.UTC(2026, 7, 1)), 'NEXT_QUARTER');
    assert.equal(asked(Date.UTC(2026, 3, 1)), undefined);
    const basis = pollOf('binance/basis');
    assert.deepEqual(basis.request({ instrument: btc, nowMs: 0 })?.query, {
      pair: 'BTCUSDT',
      contractType: 'PERPETUAL',
      period: '1h',
      limit: '500',
    });
    assert.equal(basis.request({ instrument: dated, nowMs: 0 }), undefined);
  });

  it('refuses the basis of another pair, another contract and of COIN-M', () => {
    const { path, query, response } = fixture('binance', 'basis');
    const codes = (params: Record<string, string>, body: unknown = response): string[] => {
      const decoded = decode(binance, path, params, body);
      assert.deepEqual(decoded.observations, []);
      return decoded.issues.map(({ code }) => code);
    };
    assert.deepEqual(codes({ ...query, pair: 'ETHUSDT' }), ['wrong-instrument', 'wrong-instrument']);
    assert.deepEqual(codes({ ...query, contractType: 'NEXT_QUARTER' }), ['wrong-instrument', 'wrong-instrument']); // prettier-ignore
    const coin = (response as object[]).map((row) => ({ ...row, pair: 'BTCUSD' }));
    assert.deepEqual(codes({}, coin), ['unsupported']);
  });
});
