import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Instrument } from '../../../../src/core/instrument.ts';
import { roleOf } from '../../../../src/sources/exchanges/decodeFrame.ts';
import { gate } from '../../../../src/sources/exchanges/gate/adapter.ts';
import { assertRows, decode, decodePush, fixture, instrumentsOf, RECEIVED_AT_MS } from './fixtureAnswers.ts';

const known = instrumentsOf(gate, ['instruments', 'instruments-btc']);
const btc = known.find((one) => one.venueSymbol === 'BTC_USDT') as Instrument;
const spot: Instrument = {
  ...btc,
  key: 'gate:spot/BTC_USDT',
  kind: 'spot',
  contractSize: { amount: 1, unit: 'base' },
};
const [futures, pairs] = gate.streams ?? [];
assert.ok(futures && pairs);

describe('Gate streams', () => {
  it('tells acknowledgements, pongs, refusals, upgrades and unused channels from data', () => {
    const roles = [
      { time: 1, channel: 'futures.pong', event: '', result: null },
      { time: 1, channel: 'futures.trades', event: 'subscribe', error: null, result: { status: 'success' } },
      {
        time: 1,
        channel: 'futures.trades',
        event: 'subscribe',
        error: { code: 2, message: 'unknown contract' },
        result: null,
      },
      { type: 'upgrade', msg: 'The connection will soon be closed for a service upgrade. Please reconnect.' },
      { time: 1, channel: 'futures.book_ticker', event: 'update', result: { s: 'BTC_USDT' } },
      { time: 1, channel: 'futures.order_book_update', event: 'update', result: {} },
      { time: 1, channel: 'futures.trades', event: 'update', result: null },
      { time: 1, channel: 'futures.trades', event: 'update', result: [] },
    ].map((frame) => futures.classify(frame).role);
    assert.deepEqual(roles, ['pong', 'ack', 'refused', 'closing', 'ignored', 'ignored', 'ignored', 'data']);
    for (const odd of [undefined, null, 7, 'text', [], [[]], {}, { channel: 7 }])
      assert.equal(futures.classify(odd).role, 'ignored', JSON.stringify(odd));
    const refused = {
      channel: 'spot.trades',
      event: 'subscribe',
      error: { code: 2, message: 'unknown currency pair' },
    };
    assert.deepEqual(pairs.classify(refused), {
      role: 'refused',
      code: '2',
      message: 'unknown currency pair',
    });
  });

  it('subscribes one topic a message, spot pairs under their own address', () => {
    const topics = futures.channels.flatMap((one) => one.topics([btc, spot]));
    assert.deepEqual(topics, ['futures.trades/BTC_USDT', 'futures.tickers/BTC_USDT']);
    const spotTopics = pairs.channels.flatMap((one) => one.topics([btc, spot]));
    assert.deepEqual(spotTopics, ['spot.trades/BTC_USDT', 'spot.tickers/BTC_USDT']);
    const messages = futures.subscribe([...topics, 'futures.contract_stats/BTC_USDT/1m']);
    assert.deepEqual(
      messages.map((message) => {
        const { channel, event, payload } = message as { channel: string; event: string; payload: string[] };
        return [channel, event, ...payload];
      }),
      [
        ['futures.trades', 'subscribe', 'BTC_USDT'],
        ['futures.tickers', 'subscribe', 'BTC_USDT'],
        ['futures.contract_stats', 'subscribe', 'BTC_USDT', '1m'],
      ],
    );
    assert.equal((futures.heartbeat?.message as { channel: string }).channel, 'futures.ping');
    assert.equal((pairs.heartbeat?.message as { channel: string }).channel, 'spot.ping');
  });

  it('names the topic of a frame as it was subscribed, and keeps spot apart from the contract of its name', () => {
    const { role } = roleOf(gate, fixture('gate', 'ws-spot-trades').response);
    assert.deepEqual(role, {
      role: 'data',
      channel: 'gate/stream-spot-trades',
      topic: 'spot.trades/BTC_USDT',
    });
    const [frame] = fixture('gate', 'ws-trades').response as unknown[];
    const ofFutures = roleOf(gate, frame).role;
    assert.deepEqual(ofFutures, {
      role: 'data',
      channel: 'gate/stream-trades',
      topic: 'futures.trades/BTC_USDT',
    });
  });

  it('knows no length of pushed bars that are not named by their topic, and reads none of their volumes', () => {
    const decoded = decodePush(gate, fixture('gate', 'ws-contract-stats').response, known);
    const kinds = new Set(decoded.observations.map(({ kind }) => kind));
    assert.deepEqual([...kinds], ['open-interest', 'long-short-ratio']);
    assert.deepEqual(
      decoded.issues.map(({ code }) => code),
      ['decode'],
    );
  });

  it('loses only a trade that is broken', () => {
    const [frame] = fixture('gate', 'ws-trades').response as { result: object[] }[];
    const [first, second] = frame?.result ?? [];
    const body = {
      ...frame,
      result: [
        { ...first, price: '' },
        { ...second, create_time_ms: 'soon' },
      ],
    };
    const decoded = decodePush(gate, body, known);
    assertRows(decoded.observations, [{ kind: 'trade', sizeBase: 0.025, atMs: 1_790_000_000_000 }]);
    assert.deepEqual(
      decoded.issues.map(({ path }) => path),
      ['[0].price', '[1].create_time_ms'],
    );
  });

  it('gives no table of tiers with a hole, and none of contracts settled in coin', () => {
    const { path, query, response } = fixture('gate', 'risk-limit-tiers');
    const [one, two] = response as object[];
    const broken = decode(gate, path, query, [one, { ...two, maintenance_rate: null }], known);
    assert.deepEqual([broken.observations, broken.issues[0]?.code], [[], 'decode']);
    const inverse = decode(
      gate,
      '/api/v4/futures/btc/risk_limit_tiers',
      { contract: 'BTC_USD' },
      response,
      known,
    );
    assert.deepEqual([inverse.observations, inverse.issues.map(({ code }) => code)], [[], ['unsupported']]);
  });

  it('asks spot pairs about spot only', () => {
    const asked = (instrument: Instrument): string[] =>
      gate.polls.flatMap((poll) =>
        poll.request({ instrument, nowMs: RECEIVED_AT_MS }) === undefined ? [] : [poll.id],
      );
    assert.deepEqual(asked(spot), ['gate/spot-ticker', 'gate/spot-candles']);
    assert.ok(!asked(btc).some((id) => id.startsWith('gate/spot')));
  });

  it('gives every poll a limit of its endpoint, one for all polls of a path', () => {
    for (const { id, path, scope } of [gate.instruments, ...gate.polls]) {
      assert.equal(scope?.name, `gate ${path}`, id);
      assert.deepEqual(scope.limits, [{ weight: 200, windowMs: 10_000 }]);
    }
  });
});
