import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bybit } from '../../../../src/sources/exchanges/bybit/adapter.ts';
import type { Instrument } from '../../../../src/core/instrument.ts';
import type { StreamSpec } from '../../../../src/sources/exchanges/stream.ts';
import { codes, fixturesFor, type Fixture } from './wireFixtures.ts';

const { fixture, decode, known } = fixturesFor(bybit, ['instruments-linear', 'instruments-inverse']);
const [linear, spot] = bybit.streams as [StreamSpec, StreamSpec];
const btc = known.get('bybit:BTCUSDT') as Instrument;

const frame = (topic: string, data: unknown, rest: object = {}): Fixture => ({
  transport: 'ws',
  path: topic,
  query: {},
  response: { topic, type: 'delta', ts: 1_790_000_000_500, data, ...rest },
});

/** The margin tiers of the fixture with rows changed. */
function tiers(change: (row: Record<string, unknown>) => Record<string, unknown> | undefined) {
  const answer = fixture('risk-limit');
  const { result, ...rest } = answer.response as { result: { list: Record<string, unknown>[] } };
  const list = result.list.filter(({ symbol }) => symbol === 'BTCUSDT').flatMap((row) => change(row) ?? []);
  return decode({ ...answer, response: { ...rest, result: { ...result, list } } });
}

describe('Bybit streams', () => {
  it('subscribes all liquidations, tickers and trades; the old topic of liquidations is only read', () => {
    const topics = linear.channels.flatMap((channel) => channel.topics([btc]));
    assert.deepEqual(topics, ['allLiquidation.BTCUSDT', 'tickers.BTCUSDT', 'publicTrade.BTCUSDT']);
    const inverse = known.get('bybit:BTCUSD') as Instrument;
    assert.deepEqual(linear.channels.flatMap((channel) => channel.topics([inverse])), []); // prettier-ignore
    assert.deepEqual(linear.subscribe(topics), [{ op: 'subscribe', args: topics }]);
    assert.deepEqual(linear.heartbeat, { everyMs: 20_000, message: { op: 'ping' } });
    assert.equal(`${linear.baseUrl}${linear.path}`, 'wss://stream.bybit.com/v5/public/linear');
  });

  it('reads a rate that fell to 0 in a delta, and none of a contract that is not known to settle', () => {
    const rate = frame('tickers.BTCUSDT', { symbol: 'BTCUSDT', fundingRate: '0' });
    const [row] = decode(rate).observations;
    assert.deepEqual(
      [row?.kind, (row as { fundingRatePerInterval?: number }).fundingRatePerInterval],
      ['funding-rate', 0],
    );
    const response = { ...(rate.response as object), type: 'snapshot' };
    assert.deepEqual(decode({ ...rate, response }).observations, []);
    assert.deepEqual(decode(rate, new Map()).observations, []);
  });

  it('asks for spot topics one by one, so that a pair that does not exist fails alone', () => {
    const topics = Array.from({ length: 3 }, (_, index) => `publicTrade.S${index}USDT`);
    const sizes = spot.subscribe(topics).map((message) => (message as { args: string[] }).args.length);
    assert.deepEqual(sizes, [1, 1, 1]);
  });

  it('tells answers, pongs and refusals from data', () => {
    const reply = { success: true, ret_msg: '', conn_id: 'x', req_id: '', op: 'subscribe' };
    for (const spec of [linear, spot]) {
      assert.deepEqual(spec.classify(reply), { role: 'ack' });
      assert.deepEqual(spec.classify({ ...reply, op: 'ping', ret_msg: 'pong' }), { role: 'pong' });
      assert.deepEqual(spec.classify({ op: 'pong', args: ['1675418560633'] }), { role: 'pong' });
      const message = 'error:handler not found,topic:nope';
      assert.deepEqual(spec.classify({ ...reply, success: false, ret_msg: message }), {
        role: 'refused',
        code: 'subscribe',
        message,
      });
      const hostile = { toString: 1, valueOf: 1 };
      assert.equal(spec.classify({ op: hostile, ret_msg: hostile, success: false }).role, 'refused');
      const partly = {
        success: true,
        data: { failTopics: ['a.B'], successTopics: [] },
        type: 'COMMAND_RESP',
      };
      assert.equal(spec.classify(partly).role, 'refused');
      for (const other of [null, 'pong', [], {}, { topic: 7 }, { topic: '' }, { topic: 'constructor.BTCUSDT', data: {} }, { topic: 'orderbook.50.BTCUSDT', data: {} }])
        assert.deepEqual(spec.classify(other), { role: 'ignored' }, JSON.stringify(other)); // prettier-ignore
    }
  });

  it('tells spot pairs from contracts by what only their pushes hold', () => {
    const ticker = { symbol: 'BTCUSDT', lastPrice: '96000', volume24h: '5000', usdIndexPrice: '95900' };
    const decoded = decode(frame('tickers.BTCUSDT', ticker));
    assert.deepEqual(decoded.observations, []);
    assert.deepEqual(codes(decoded), ['unsupported']);
    const trades = fixture('ws-spot-public-trade');
    const role = spot.classify(trades.response);
    assert.equal(role.role === 'data' && role.channel, 'bybit/stream-spot-publicTrade');
  });

  it('reports nothing that a delta does not state', () => {
    const only = (data: object): string[] =>
      decode(frame('tickers.BTCUSDT', { symbol: 'BTCUSDT', ...data })).observations.flatMap((one) =>
        Object.keys(one).filter((key) => /Base|Usd$|Quote$|Interval$/.test(key)),
      );
    assert.deepEqual(only({ bid1Price: '96000' }), []);
    assert.deepEqual(only({ openInterestValue: '9601048005' }), []);
    assert.deepEqual(only({ indexPrice: '95951' }), ['indexPriceQuote']);
    assert.deepEqual(only({ singleOpenInterest: '50000' }), ['openInterestBase']);
    const both = decode(frame('tickers.BTCUSDT', { symbol: 'BTCUSDT', openInterest: '100000' }));
    assert.equal((both.observations[0] as { sides?: string }).sides, 'both');
  });

  it('refuses rows about another symbol than their topic', () => {
    const row = { T: 1_790_000_000_100, s: 'ETHUSDT', S: 'Buy', v: '1', p: '3000' };
    const decoded = decode(frame('allLiquidation.BTCUSDT', [row, { ...row, s: 'BTCUSDT' }]));
    assert.equal(decoded.observations.length, 1);
    assert.deepEqual(codes(decoded), ['wrong-instrument']);
  });

  it('drops a liquidation without a side, a size or a time', () => {
    const row = { T: 1_790_000_000_100, s: 'BTCUSDT', S: 'Buy', v: '1', p: '90000' };
    for (const fields of [{ S: 'None' }, { S: '' }, { v: '0' }, { p: null }, { T: 'soon' }]) {
      const decoded = decode(frame('allLiquidation.BTCUSDT', [{ ...row, ...fields }]));
      assert.deepEqual(decoded.observations, [], JSON.stringify(fields));
      assert.deepEqual(codes(decoded), ['decode']);
    }
  });
});

describe('Bybit spot pairs and margin tiers', () => {
  it('reads spot answers as spot and never as contracts', () => {
    const answer = fixture('tickers-spot');
    for (const query of [{ category: 'linear', symbol: 'BTCUSDT' }, { symbol: 'BTCUSDT' }]) {
      const decoded = decode({ ...answer, query });
      assert.deepEqual(decoded.observations, []);
      assert.deepEqual(codes(decoded), ['unsupported']);
    }
    const contracts = decode({ ...fixture('tickers-linear'), query: answer.query });
    assert.deepEqual(contracts.observations, []);
    assert.deepEqual(codes(contracts), ['wrong-instrument']);
  });

  it('reads no spot pair whose prices are not dollars', () => {
    const answer = fixture('tickers-spot');
    const { result, ...rest } = answer.response as { result: { list: object[] } };
    const list = result.list.map((row) => ({ ...row, symbol: 'ETHBTC' }));
    const decoded = decode({ ...answer, query: { category: 'spot' }, response: { ...rest, result: { ...result, list } } }); // prettier-ignore
    assert.deepEqual(codes(decoded), ['unknown-instrument']);
  });

  it('leaves out a table of margin tiers that is not whole or contradicts itself', () => {
    assert.equal(tiers((row) => row).observations.length, 1);
    const isFirst = (row: Record<string, unknown>): boolean => row['id'] === 1;
    assert.deepEqual(codes(tiers((row) => (isFirst(row) ? undefined : row))), ['implausible']);
    assert.deepEqual(codes(tiers((row) => (isFirst(row) ? { ...row, maintenanceMargin: '' } : row))), [
      'decode',
    ]);
    assert.deepEqual(codes(tiers((row) => ({ ...row, riskLimitValue: '2000000' }))), ['implausible']);
    assert.deepEqual(codes(tiers((row) => (isFirst(row) ? { ...row, initialMargin: '1' } : row))), [
      'implausible',
    ]);
    const above = (row: Record<string, unknown>) => ({ ...row, maintenanceMargin: '0.02' });
    assert.deepEqual(codes(tiers((row) => (isFirst(row) ? above(row) : row))), ['implausible']);
  });
});
