import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Instrument } from '../../../../src/core/instrument.ts';
import type { Observation } from '../../../../src/core/observation.ts';
import { HOUR_MS, MINUTE_MS } from '../../../../src/core/units.ts';
import { decodeAnswer } from '../../../../src/sources/exchanges/decodeAnswer.ts';
import { decodeFrame, decodeFrames, roleOf } from '../../../../src/sources/exchanges/decodeFrame.ts';
import { hyperliquid } from '../../../../src/sources/exchanges/hyperliquid/adapter.ts';
import { createSimulatedMarket } from '../../../../src/sources/simulator/market.ts';
import { createHyperliquidWire, mergeLevels } from '../../../../src/sources/simulator/wire/hyperliquid.ts';
import type { WireStreams } from '../../../../src/sources/simulator/wire/shared.ts';
import { assertRows, fixture, RECEIVED_AT_MS } from './fixtureAnswers.ts';

const meta = {
  method: 'POST',
  path: '/info',
  query: { type: 'meta' },
  body: fixture('hyperliquid', 'meta').response,
  receivedAtMs: RECEIVED_AT_MS,
} as const;
const { instruments } = decodeAnswer(hyperliquid, meta, new Map());
const table: ReadonlyMap<string, Instrument> = new Map(instruments.map((one) => [one.key, one]));
const decode = (body: unknown, known = table) =>
  decodeFrame(hyperliquid, { body, receivedAtMs: RECEIVED_AT_MS }, known);
const codes = (decoded: { readonly issues: readonly { code: string; path: string }[] }): string[] =>
  decoded.issues.map(({ code, path }) => `${code} ${path}`);

const trade = {
  coin: 'BTC', side: 'B', px: '90000.0', sz: '0.5', time: 1_790_000_000_123, hash: '0x0', tid: 121451470284048,
  users: ['0x1', '0x2'],
}; // prettier-ignore
const ctx = {
  funding: '0.0000125', openInterest: '25000.5', prevDayPx: '89000.0', dayNtlVlm: '1800000000.25', premium: '-0.0004',
  oraclePx: '90000.0', markPx: '89970.0', midPx: '89965.5', impactPxs: ['89963.0', '89964.0'], dayBaseVlm: '20000.125',
}; // prettier-ignore
const book = {
  coin: 'BTC',
  time: 1_790_000_000_123,
  levels: [[{ px: '89999.0', sz: '1.5', n: 1 }], [{ px: '90001.0', sz: '0.5', n: 2 }]],
};
const candle = {
  t: 1_789_999_200_000, T: 1_790_002_799_999, s: 'BTC', i: '1h', o: '1.0', c: '2.0', h: '3.0', l: '0.5', v: '7.0', n: 4,
}; // prettier-ignore

describe('hyperliquid streams', () => {
  it('tells frames apart by what they say of themselves', () => {
    const roles: [frame: unknown, role: string, channel?: string][] = [
      [{ channel: 'pong' }, 'pong'],
      [{ channel: 'subscriptionResponse', data: { method: 'subscribe', subscription: { type: 'trades', coin: 'BTC' } } }, 'ack'],
      [{ channel: 'error', data: 'Invalid subscription {"type":"x"}' }, 'refused'],
      [{ channel: 'error', data: 'Already subscribed: {"type":"trades","coin":"BTC"}' }, 'ack'],
      ['Websocket connection established.', 'ignored'],
      [{ channel: 'bbo', data: { coin: 'BTC', time: 1, bbo: [null, null] } }, 'ignored'],
      [{ channel: 'webData2', data: {} }, 'ignored'],
      [{ channel: 'constructor', data: {} }, 'ignored'],
      [{ channel: 'trades', data: [trade] }, 'data', 'hyperliquid/trades'],
      [{ channel: 'activeAssetCtx', data: { coin: 'BTC', ctx } }, 'data', 'hyperliquid/activeAssetCtx'],
      [{ channel: 'l2Book', data: book }, 'data', 'hyperliquid/l2Book'],
      [book, 'data', 'hyperliquid/l2Book'],
      [[trade], 'data', 'hyperliquid/trades'],
      [{ coin: 'BTC', ctx }, 'data', 'hyperliquid/activeAssetCtx'],
      [candle, 'data', 'hyperliquid/candle'],
      [{ mids: { BTC: '1.0' } }, 'data', 'hyperliquid/allMids'],
    ]; // prettier-ignore
    for (const [frame, role, channel] of roles) {
      const seen = roleOf(hyperliquid, frame);
      assert.equal(seen.role.role, role, JSON.stringify(frame));
      assert.equal(seen.channel?.id, channel, JSON.stringify(frame));
    }
    for (const odd of [null, undefined, 7, '', [], {}, [[]], { channel: null }, { channel: 'trades' }])
      assert.doesNotThrow(() => decode(odd), JSON.stringify(odd));
  });

  it('names the topic that a frame is of', () => {
    const { role } = roleOf(hyperliquid, { channel: 'trades', data: [trade] });
    assert.deepEqual(role, { role: 'data', channel: 'hyperliquid/trades', topic: 'trades:BTC' });
  });

  it('subscribes prices and trades of each coin, one message each, and nothing it does not know', () => {
    const [stream] = hyperliquid.streams ?? [];
    assert.ok(stream !== undefined);
    const topics = stream.channels.flatMap((channel) => channel.topics(instruments.slice(0, 2)));
    assert.deepEqual(topics, ['activeAssetCtx:BTC', 'activeAssetCtx:ETH', 'trades:BTC', 'trades:ETH']);
    assert.deepEqual(stream.subscribe(['trades:kPEPE', 'nonsense', 'trades:@107']), [
      { method: 'subscribe', subscription: { type: 'trades', coin: 'kPEPE' } },
    ]);
    // The server closes a connection after a minute of silence.
    assert.ok((stream.heartbeat?.everyMs ?? Infinity) < MINUTE_MS);
  });

  it('reads the side of a trade as the taker, in coins', () => {
    const frame = { channel: 'trades', data: [trade, { ...trade, side: 'A', sz: '2', tid: '77' }] };
    assertRows(decode(frame).observations, [
      {
        kind: 'trade', takerSide: 'buy', priceQuote: 90_000, sizeBase: 0.5, notionalUsd: 45_000, atMs: trade.time,
        tradeId: '121451470284048', endpoint: 'WS trades', instrument: 'hyperliquid:BTC', sizeContracts: null,
      },
      { takerSide: 'sell', sizeBase: 2, tradeId: '77' },
    ]); // prettier-ignore
  });

  it('loses only the trade that cannot be read', () => {
    const broken = [
      { ...trade, side: 'C' },
      { ...trade, sz: '' },
      { ...trade, px: '0' },
      { ...trade, time: 1 },
    ];
    const decoded = decode({ channel: 'trades', data: [...broken, { ...trade, tid: 2 ** 60 }, null] });
    // A number that JSON cannot carry exactly is no id.
    assertRows(decoded.observations, [{ kind: 'trade', tradeId: null }]);
    assert.deepEqual(codes(decoded), [
      'decode data[0].side', 'decode data[1].sz', 'decode data[2].px', 'decode data[3].time', 'decode data[5]',
    ]); // prettier-ignore
  });

  it('reads a context as the answer of the same name, its interval from the list of coins', () => {
    const frame = { channel: 'activeAssetCtx', data: { coin: 'BTC', ctx } };
    assertRows(decode(frame).observations, [
      { kind: 'mark-price', markPriceQuote: 89_970, indexPriceQuote: 90_000, midPriceQuote: 89_965.5 },
      { kind: 'open-interest', openInterestBase: 25_000.5, sides: 'both' },
      { kind: 'volume', volumeUsd: 1_800_000_000.25 },
      { kind: 'basis', basisFraction: -0.0004 },
      { kind: 'funding-rate', intervalMs: HOUR_MS, intervalBasis: 'instrument', atBasis: 'received' },
    ]);
    const unknown = decode(frame, new Map());
    assertRows(unknown.observations.slice(4), [{ intervalMs: HOUR_MS, intervalBasis: 'venue-default' }]);
    assert.deepEqual(codes(unknown), ['assumed-interval data.ctx.funding']);
  });

  it('reads whole books, bars and mid prices that others subscribed', () => {
    assertRows(decode(book).observations, [
      { kind: 'depth', bidBase: 1.5, reachedBid: false, atMs: book.time },
    ]);
    for (const data of [candle, [candle]])
      assertRows(decode({ channel: 'candle', data }).observations, [{ barMs: HOUR_MS, volumeBase: 7 }]);
    const mids = decode({ channel: 'allMids', data: { mids: { BTC: '90000.5', '@1': '2.0' } } });
    assertRows(mids.observations, [{ kind: 'mark-price', midPriceQuote: 90_000.5, markPriceQuote: null }]);
    assert.deepEqual(codes(mids), ['unsupported ']);
  });

  it('gives no number for rows that name no coin, nor for spot pairs and other dexs', () => {
    const all = decode({
      channel: 'allDexsAssetCtxs',
      data: {
        ctxs: [
          ['', [ctx]],
          ['xyz', [ctx]],
        ],
      },
    });
    assert.deepEqual([all.observations, codes(all)], [[], ['unknown-instrument data.ctxs']]);
    for (const coin of ['@162', 'xyz:TSLA']) {
      const decoded = decode({ channel: 'trades', data: [{ ...trade, coin }] });
      assert.deepEqual([decoded.observations, codes(decoded)], [[], ['unsupported data[0]']]);
    }
    const empty = decode({ channel: 'l2Book', data: { ...book, coin: 'SHIA', levels: [[], []] } });
    assert.deepEqual([empty.observations, codes(empty)], [[], ['implausible data']]);
  });

  it('survives any odd value anywhere in a frame, and makes no number of it', () => {
    const frames = [
      { channel: 'trades', data: [trade] },
      { channel: 'activeAssetCtx', data: { coin: 'BTC', ctx } },
      { channel: 'l2Book', data: book },
      { channel: 'candle', data: candle },
    ];
    const odd = [undefined, null, '', ' ', 'NaN', '0x10', '1e999', true, [], {}];
    const numbersOf = (frame: unknown): number[] =>
      decode(frame).observations.flatMap((one) =>
        Object.values(one).filter((value) => typeof value === 'number'),
      );
    for (const frame of frames) {
      const allowed = new Set([...numbersOf(frame), RECEIVED_AT_MS]);
      for (let leaf = 0; leaf < 24; leaf += 1) {
        for (const value of odd) {
          let at = 0;
          const changed = JSON.stringify(frame, (_key, one: unknown) =>
            typeof one !== 'object' && (at += 1) === leaf + 1 ? value : one,
          );
          const strange = numbersOf(JSON.parse(changed)).filter((one) => !allowed.has(one));
          assert.deepEqual(strange, [], changed);
        }
      }
    }
  });

  it('reads recorded sessions in order, and a refusal in the words of the exchange', () => {
    const session = [
      { received: 1_790_000_001_000, message: { channel: 'trades', data: [trade] } },
      { received: 1_790_000_002_000, message: { channel: 'error', data: 'Invalid subscription' } },
    ];
    const decoded = decodeFrames(hyperliquid, { body: session, receivedAtMs: 1 }, table);
    assertRows(decoded.observations, [{ receivedAtMs: 1_790_000_001_000 }]);
    assert.deepEqual(codes(decoded), ['venue-rejected [1]']);
  });
});

describe('hyperliquid streams of the simulator, read by the adapter', () => {
  const nowMs = Date.UTC(2026, 10, 22, 5, 17, 20);
  const market = createSimulatedMarket({ seed: 5, scenario: 'calm', anchorMs: nowMs });
  const wire = createHyperliquidWire(market);
  const streams = wire.streams as WireStreams;
  const [stream] = hyperliquid.streams ?? [];
  const at = { path: '/ws', nowMs };
  const btc = wire.listings.find(({ venueSymbol }) => venueSymbol === 'BTC');
  assert.ok(btc !== undefined && stream !== undefined);
  const roleIn = (reply: unknown): string => roleOf(hyperliquid, JSON.parse(JSON.stringify(reply))).role.role;
  const framesOf = (topic: string, fromMs: number, toMs: number): Observation[] =>
    streams.frames(topic, { fromMs, toMs, path: '/ws' }).flatMap((frame) => {
      const decoded = decode(JSON.parse(JSON.stringify(frame)) as unknown);
      assert.deepEqual(decoded.issues, [], topic);
      return decoded.observations;
    });

  it('acknowledge what the adapter subscribes, answer its heartbeat and refuse the rest', () => {
    const topics = stream.channels.flatMap((channel) => channel.topics(instruments.slice(0, 2)));
    for (const [index, message] of stream.subscribe(topics).entries()) {
      const { replies, subscribe } = streams.receive(JSON.stringify(message), at);
      assert.deepEqual(subscribe, [topics[index]]);
      assert.deepEqual(replies.map(roleIn), ['ack']);
    }
    const pong = streams.receive(JSON.stringify(stream.heartbeat?.message), at);
    assert.deepEqual(pong.replies.map(roleIn), ['pong']);
    for (const text of ['', 'ping', '7', 'null', '{"method":"x"}', '{"method":"subscribe","subscription":{"type":"trades","coin":"NOPE"}}']) {
      const { replies, subscribe } = streams.receive(text, at);
      assert.equal(subscribe, undefined);
      assert.deepEqual(replies.map(roleIn), ['refused'], text);
    } // prettier-ignore
    const off = streams.receive('{"method":"unsubscribe","subscription":{"type":"trades","coin":"BTC"}}', at);
    assert.deepEqual(off.unsubscribe, ['trades:BTC']);
  });

  it('push the trades of the market, each once', () => {
    const [fromMs, toMs] = [nowMs - 10 * MINUTE_MS, nowMs];
    const seen = framesOf('trades:BTC', fromMs, toMs).map((one) => {
      assert.ok(one.kind === 'trade');
      return [one.tradeId, one.atMs, one.takerSide, one.priceQuote, one.sizeBase?.toFixed(9)];
    });
    const wanted = market
      .trades(btc, fromMs, toMs)
      .map(({ id, atMs, side, price, sizeBase }) => [String(id), atMs, side, price, sizeBase.toFixed(9)]);
    assert.ok(wanted.length > 100);
    assert.deepEqual(seen, wanted);
    const halves = [
      framesOf('trades:BTC', fromMs, nowMs - 300_001),
      framesOf('trades:BTC', nowMs - 300_001, toMs),
    ];
    assert.equal(halves.flat().length, wanted.length);
  });

  it('push contexts that say what the market says', () => {
    const seen = framesOf('activeAssetCtx:BTC', nowMs - 3_000, nowMs);
    const atMs = Math.floor(nowMs / 3_000) * 3_000;
    assertRows(seen.filter(({ kind }) => ['open-interest', 'funding-rate'].includes(kind)), [
      { openInterestBase: 2 * market.openInterestBase(btc, atMs), sides: 'both' },
      { fundingRatePerInterval: market.fundingRate(btc, atMs), intervalMs: market.fundingIntervalMs(btc) },
    ]); // prettier-ignore
    assert.equal(market.fundingIntervalMs(btc), HOUR_MS);
  });

  it('push books and mid prices, and nothing for other topics and paths', () => {
    const [depth] = framesOf('l2Book:BTC', nowMs - 1_000, nowMs);
    assert.ok(depth?.kind === 'depth' && depth.levels === 40 && !depth.reachedBid);
    assert.ok(framesOf('allMids', nowMs - 5_000, nowMs).length === wire.listings.length);
    assert.deepEqual(streams.frames('trades:NOPE', { fromMs: 0, toMs: nowMs, path: '/ws' }), []);
    assert.deepEqual(streams.frames('trades:BTC', { fromMs: 0, toMs: nowMs, path: '/other' }), []);
  });

  it('merge levels without losing a coin, bids downwards and asks upwards', () => {
    assert.deepEqual(mergeLevels([[90_012, 1], [90_009, 2], [89_999, 3]], 3, 'bid'), [[90_000, 3], [89_900, 3]]); // prettier-ignore
    assert.deepEqual(mergeLevels([[90_012, 1], [90_100, 2], [90_101, 3]], 3, 'ask'), [[90_100, 3], [90_200, 3]]); // prettier-ignore
    assert.deepEqual(mergeLevels([[0.18765, 10], [0.1876, 20]], 4, 'bid'), [[0.1876, 30]]); // prettier-ignore
  });
});
