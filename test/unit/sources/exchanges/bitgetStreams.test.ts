import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Instrument } from '../../../../src/core/instrument.ts';
import { roleOf } from '../../../../src/sources/exchanges/decodeFrame.ts';
import { bitget } from '../../../../src/sources/exchanges/bitget/adapter.ts';
import { assertRows, decode, decodePush, fixture, instrumentsOf } from './fixtureAnswers.ts';

const known = instrumentsOf(bitget, ['instruments', 'instruments-coin']);
const btc = known.find((one) => one.venueSymbol === 'BTCUSDT') as Instrument;
const spot: Instrument = { ...btc, key: 'bitget:spot/BTCUSDT', kind: 'spot' };
const [v2, v3] = bitget.streams ?? [];
assert.ok(v2 && v3);

describe('Bitget streams', () => {
  it('links the page of each channel, which is called otherwise than the channel', () => {
    const pages = bitget.streams?.flatMap(({ channels }) => channels.map(({ docsUrl }) => docsUrl)) ?? [];
    const base = 'https://www.bitget.com/api-doc/';
    assert.ok(pages.includes(`${base}contract/websocket/public/New-Trades-Channel`));
    assert.ok(pages.includes(`${base}spot/websocket/public/Trades-Channel`));
    assert.deepEqual(
      pages.filter(
        (page) => !/\/public\/(?:Tickers|(?:New-)?Trades|Order-Book|Liquidation)-Channel$/.test(page),
      ),
      [],
    );
  });

  it('tells acknowledgements, pongs, refusals and unused channels from data', () => {
    const arg = { instType: 'USDT-FUTURES', channel: 'ticker', instId: 'BTCUSDT' };
    const roles = [
      'pong',
      { event: 'subscribe', arg },
      { event: 'error', arg, code: 30001, msg: "instType:x,channel:y doesn't exist", op: 'subscribe' },
      { action: 'snapshot', arg: { ...arg, channel: 'books1' }, data: [] },
      { action: 'update', arg: { ...arg, channel: 'books' }, data: [] },
      { action: 'snapshot', arg, data: [] },
    ].map((frame) => v2.classify(frame).role);
    assert.deepEqual(roles, ['pong', 'ack', 'refused', 'ignored', 'ignored', 'data']);
    for (const odd of [
      undefined,
      null,
      7,
      '',
      [],
      {},
      { arg: null, data: [] },
      { arg: { instType: 7 }, data: [] },
    ])
      assert.deepEqual(
        [v2.classify(odd).role, v3.classify(odd).role],
        ['ignored', 'ignored'],
        JSON.stringify(odd),
      );
    assert.deepEqual(v2.classify({ event: 'error', code: 30001, msg: 'x' }), {
      role: 'refused', code: '30001', message: 'x',
    }); // prettier-ignore
  });

  it('subscribes five topics a message, all liquidations with one topic', () => {
    const topics = v2.channels.flatMap((one) => one.topics([btc, spot]));
    assert.deepEqual(topics, [
      'USDT-FUTURES/ticker/BTCUSDT', 'USDT-FUTURES/trade/BTCUSDT', 'SPOT/ticker/BTCUSDT', 'SPOT/trade/BTCUSDT',
    ]); // prettier-ignore
    assert.deepEqual(
      v3.channels.flatMap((one) => one.topics([btc, spot])),
      ['usdt-futures/liquidation'],
    );
    assert.deepEqual(v3.subscribe(['usdt-futures/liquidation']), [
      { op: 'subscribe', args: [{ instType: 'usdt-futures', topic: 'liquidation' }] },
    ]);
    assert.deepEqual(v2.subscribe(['SPOT/trade/BTCUSDT']), [
      { op: 'subscribe', args: [{ instType: 'SPOT', channel: 'trade', instId: 'BTCUSDT' }] },
    ]);
    const many = Array.from({ length: 12 }, (_, index) => `SPOT/trade/A${index}USDT`);
    const sizes = v2.subscribe(many).map((message) => (message as { args: unknown[] }).args.length);
    assert.deepEqual(sizes, [5, 5, 2]);
    assert.ok((v2.heartbeat?.everyMs ?? 0) < 30_000 && v2.heartbeat?.message === 'ping');
  });

  it('names the topic of a frame as it was subscribed, and keeps spot apart from the perpetual of its name', () => {
    const [futures, pair] = fixture('bitget', 'ws-trade').response as unknown[];
    assert.deepEqual(roleOf(bitget, futures).role, {
      role: 'data', channel: 'bitget/stream-v2-trade', topic: 'USDT-FUTURES/trade/BTCUSDT',
    }); // prettier-ignore
    assert.deepEqual(roleOf(bitget, pair).role, {
      role: 'data', channel: 'bitget/stream-v2-spot-trade', topic: 'SPOT/trade/BTCUSDT',
    }); // prettier-ignore
    const { role } = roleOf(bitget, fixture('bitget', 'ws-v3-liquidation').response);
    assert.ok(role.role === 'data' && role.topic === 'usdt-futures/liquidation');
  });

  it('reads a liquidation without its frame', () => {
    const { response } = fixture('bitget', 'ws-v3-liquidation');
    const [row] = (response as { data: unknown[] }).data;
    assertRows(decodePush(bitget, row, known).observations, [{ liquidatedSide: 'long', notionalUsd: 9_000 }]);
  });

  it('takes the rate of a dated future in a ticker for none', () => {
    const { response } = fixture('bitget', 'ws-ticker');
    const frame = response as { arg: object; data: object[] };
    const dated = {
      ...frame,
      data: [{ ...frame.data[0], instId: 'BTCUSD_261225', symbol: 'BTCUSD_261225', fundingRate: '0' }],
    };
    const kinds = decodePush(bitget, dated, known).observations.map(({ kind }) => kind);
    assert.deepEqual(kinds, ['mark-price', 'volume', 'open-interest']);
  });

  it('loses only a trade that is broken, and drops a rate without an interval', () => {
    const [frame] = fixture('bitget', 'ws-trade').response as { data: object[] }[];
    const [trade] = frame?.data ?? [];
    const body = {
      ...frame,
      data: [
        { ...trade, size: '' },
        { ...trade, side: 'Sell' },
      ],
    };
    const decoded = decodePush(bitget, body, known);
    assertRows(decoded.observations, [{ takerSide: 'sell', sizeBase: 0.25 }]);
    assert.deepEqual(
      decoded.issues.map(({ path }) => path),
      ['data[0].size'],
    );
    const ticker = decodePush(bitget, fixture('bitget', 'ws-ticker').response);
    assert.deepEqual(
      ticker.issues.map(({ code }) => code),
      ['unknown-interval'],
    );
  });

  it('gives no table of tiers with a hole, and none of coin-margined contracts', () => {
    const { path, query, response } = fixture('bitget', 'query-position-lever');
    const { data, ...envelope } = response as { data: object[] };
    const broken = { ...envelope, data: [data[0], { ...data[1], keepMarginRate: '' }] };
    assert.deepEqual(decode(bitget, path, query, broken, known).observations, []);
    const inverse = { ...envelope, data: data.map((row) => ({ ...row, symbol: 'BTCUSD' })) };
    const refused = decode(bitget, path, { productType: 'coin-futures' }, inverse, known);
    assert.deepEqual([refused.observations, refused.issues.map(({ code }) => code)], [[], ['unsupported']]);
  });

  it('asks spot pairs about spot only', () => {
    const asked = bitget.polls.flatMap((poll) =>
      poll.about === 'spot' ? (poll.request({ instrument: spot, nowMs: 0 })?.path ?? []) : [],
    );
    assert.deepEqual(asked, ['/api/v2/spot/market/tickers', '/api/v2/spot/market/candles']);
    assert.ok(
      bitget.polls.every(
        ({ about, request }) => about !== 'spot' || request({ instrument: btc, nowMs: 0 }) === undefined,
      ),
    );
  });
});
