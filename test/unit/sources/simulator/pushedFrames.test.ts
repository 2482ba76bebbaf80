import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Instrument } from '../../../../src/core/instrument.ts';
import type { Observation, ObservationOf } from '../../../../src/core/observation.ts';
import { HOUR_MS, MINUTE_MS } from '../../../../src/core/units.ts';
import type { ExchangeAdapter } from '../../../../src/sources/exchanges/contract.ts';
import { applyChannel } from '../../../../src/sources/exchanges/decodeFrame.ts';
import { decodeAnswer } from '../../../../src/sources/exchanges/decodeAnswer.ts';
import type { StreamSpec } from '../../../../src/sources/exchanges/stream.ts';
import { adapterOf } from '../../../../src/sources/exchanges/registry.ts';
import { createSimulatedMarket } from '../../../../src/sources/simulator/market.ts';
import { createWire } from '../../../../src/sources/simulator/server.ts';
import type { Listing, WireStreams } from '../../../../src/sources/simulator/wire/shared.ts';
import { spotInstruments } from './simulatorClient.ts';

/** What the simulated exchanges push, read by the real adapters as a connection would read it. */

const NOW_MS = Date.UTC(2026, 10, 22, 5, 20);
const market = createSimulatedMarket({ seed: 5, scenario: 'selling-wave', anchorMs: NOW_MS });

interface Side {
  readonly adapter: ExchangeAdapter;
  readonly streams: WireStreams;
  readonly listings: readonly Listing[];
  readonly table: ReadonlyMap<string, Instrument>;
}

function sideOf(exchange: 'binance' | 'bybit'): Side {
  const adapter = adapterOf(exchange);
  const wire = createWire(exchange, market);
  assert.ok(adapter !== undefined && wire.streams !== undefined);
  const table = new Map<string, Instrument>();
  for (const { path, query } of adapter.instruments.requests()) {
    const { body } = wire.answer({ path, query, nowMs: NOW_MS });
    const { instruments } = decodeAnswer(
      adapter,
      { method: 'GET', path, query, body, receivedAtMs: NOW_MS },
      table,
    );
    for (const one of instruments)
      table.set(one.key, adapter.instrumentDetails?.apply(one, undefined) ?? one);
  }
  for (const pair of spotInstruments(wire.listings)) table.set(pair.key, pair);
  return { adapter, streams: wire.streams, listings: wire.listings, table };
}

/** Subscribes a socket to everything it has about BTC and reads what is pushed over a time. */
function listen(side: Side, spec: StreamSpec, fromMs: number, toMs: number): Observation[] {
  const { adapter, streams, table } = side;
  const at = { path: spec.path, nowMs: toMs };
  assert.ok(streams.paths.includes(spec.path), spec.path);
  const topics = spec.channels.flatMap((channel) => {
    const kind = channel.about ?? 'perpetual';
    const followed = [...table.values()].filter(
      (one) => one.baseAsset === 'BTC' && one.kind === kind && one.margin === 'linear',
    );
    return channel.topics(followed);
  });
  const subscribed: string[] = [];
  for (const message of spec.subscribe(topics)) {
    const { replies, subscribe = [] } = streams.receive(JSON.stringify(message), at);
    assert.deepEqual(replies.map((reply) => spec.classify(reply).role), ['ack']); // prettier-ignore
    subscribed.push(...subscribe);
  }
  assert.deepEqual(subscribed, topics);
  return topics.flatMap((topic) =>
    streams.frames(topic, { fromMs, toMs, path: spec.path }).flatMap((body) => {
      const role = spec.classify(body);
      assert.ok(role.role === 'data', JSON.stringify(body));
      assert.equal(role.topic, topic);
      const channel = spec.channels.find((one) => one.id === role.channel);
      assert.ok(channel !== undefined, role.channel);
      const { rows, issues } = applyChannel(
        adapter,
        channel,
        { body, receivedAtMs: toMs, topic: role.topic },
        table,
      );
      assert.deepEqual(issues, []);
      return rows;
    }),
  );
}

const only = <K extends Observation['kind']>(rows: readonly Observation[], kind: K): ObservationOf<K>[] =>
  rows.filter((row): row is ObservationOf<K> => row.kind === kind);

const near = (actual: number | undefined, wanted: number, share: number, what: string): void => {
  const isNear = Math.abs((actual ?? Number.NaN) - wanted) <= Math.abs(wanted) * share;
  assert.ok(isNear, `${what}: ${actual}, wanted ${wanted}`);
};

for (const exchange of ['binance', 'bybit'] as const)
  describe(`what the simulated ${exchange} pushes`, () => {
    const side = sideOf(exchange);
    const [futures, spot] = side.adapter.streams ?? [];
    assert.ok(futures !== undefined && spot !== undefined);

    it('sums up to the taker volume of futures and spot pairs', () => {
      const [fromMs, toMs] = [NOW_MS - 10 * MINUTE_MS, NOW_MS];
      for (const spec of [futures, spot]) {
        const variant = spec === spot ? 'spot' : 'perpetual';
        const trades = only(listen(side, spec, fromMs, toMs), 'trade');
        assert.ok(trades.every((one) => one.market === (variant === 'spot' ? 'spot' : undefined)));
        const bar = market.bar({ exchange, asset: 'BTC', variant }, fromMs, toMs);
        const sum = (takerSide: string): number =>
          trades
            .filter((one) => one.takerSide === takerSide)
            .reduce((all, one) => all + (one.sizeBase ?? 0), 0);
        near(sum('buy'), bar.takerBuyBase, 1e-6, `${variant} bought`);
        near(sum('sell'), bar.volumeBase - bar.takerBuyBase, 1e-6, `${variant} sold`);
      }
    });

    it('states prices and funding of the moment', () => {
      const rows = listen(side, futures, NOW_MS - 10_000, NOW_MS);
      const btc = { exchange, asset: 'BTC', variant: 'perpetual' } as const;
      const prices = only(rows, 'mark-price').filter((one) => one.markPriceQuote !== undefined);
      const funding = only(rows, 'funding-rate');
      assert.ok(prices.length >= 3 && funding.length > 0);
      for (const one of prices) {
        near(one.markPriceQuote, market.price(btc, 'mark', one.atMs), 1e-9, 'mark');
        if (one.indexPriceQuote !== undefined)
          near(one.indexPriceQuote, market.price(btc, 'index', one.atMs), 1e-9, 'index');
      }
      for (const one of funding) {
        near(one.fundingRatePerInterval, market.fundingRate(btc, one.atMs), 1e-9, 'rate');
        assert.equal(one.intervalMs, 8 * HOUR_MS);
      }
      for (const one of only(rows, 'open-interest')) {
        assert.equal(one.sides, 'one');
        if (one.openInterestBase !== undefined)
          near(one.openInterestBase, market.openInterestBase(btc, one.atMs), 1e-9, 'open interest');
      }
    });

    it('pushes liquidations with the side of the position, all of them or one per second', () => {
      const [fromMs, toMs] = [NOW_MS - 6 * HOUR_MS, NOW_MS];
      const spec: StreamSpec = {
        ...futures,
        channels: futures.channels.filter((one) => one.yields.includes('liquidation')),
      };
      const seen = only(listen(side, spec, fromMs, toMs), 'liquidation').filter(
        (one) => one.baseAsset === 'BTC',
      );
      const btc = { exchange, asset: 'BTC', variant: 'perpetual' } as const;
      const events = market.liquidations(btc, fromMs + 1, toMs - 1_000);
      assert.ok(events.length > 20);
      for (const one of seen) {
        const event = market
          .liquidations(btc, one.atMs, one.atMs + 1)
          .find(({ side: held, sizeBase }) => held === one.liquidatedSide && sizeBase === one.sizeBase);
        assert.ok(event !== undefined, JSON.stringify(one));
        assert.equal(one.priceQuote, exchange === 'bybit' ? event.bankruptcyPrice : event.fillPrice);
      }
      const seconds = new Set(events.map(({ atMs }) => Math.floor(atMs / 1_000)));
      const wanted = exchange === 'bybit' ? events.length : seconds.size;
      const inside = seen.filter((one) => one.atMs > fromMs && one.atMs < toMs - 1_000);
      assert.equal(inside.length, wanted);
    });

    it('pushes the same frames however often it is asked', () => {
      const path = futures.path;
      const topics = { binance: ['!forceOrder@arr', 'btcusdt@aggTrade', '!markPrice@arr'], bybit: ['allLiquidation.BTCUSDT', 'publicTrade.BTCUSDT', 'tickers.BTCUSDT'] }; // prettier-ignore
      const startMs = NOW_MS - 5 * MINUTE_MS;
      for (const topic of topics[exchange]) {
        const whole = side.streams.frames(topic, { fromMs: startMs, toMs: NOW_MS, path });
        const parts: unknown[] = [];
        for (let at = startMs; at < NOW_MS; at += 777)
          parts.push(...side.streams.frames(topic, { fromMs: at, toMs: Math.min(NOW_MS, at + 777), path }));
        assert.deepEqual(parts, whole, topic);
      }
    });

    it('refuses what is no request, in words that the adapter knows', () => {
      for (const spec of [futures, spot])
        for (const text of ['', '{', 'null', '[]', '{"op":"dance","method":"DANCE","id":1}']) {
          const { replies, subscribe } = side.streams.receive(text, { path: spec.path, nowMs: NOW_MS });
          assert.equal(subscribe, undefined);
          assert.deepEqual(replies.map((reply) => spec.classify(reply).role), ['refused'], text); // prettier-ignore
        }
    });
  });

describe('what the simulated exchanges do not push', () => {
  it('is silent where Binance is: topics of futures under the address without a category', () => {
    const { streams } = sideOf('binance');
    const range = { fromMs: NOW_MS - HOUR_MS, toMs: NOW_MS };
    const message = JSON.stringify({ method: 'SUBSCRIBE', params: ['btcusdt@markPrice'], id: 7 });
    for (const path of ['/ws', '/public/ws']) {
      assert.deepEqual(streams.receive(message, { path, nowMs: NOW_MS }).replies, [{ result: null, id: 7 }]);
      assert.deepEqual(streams.frames('btcusdt@markPrice', { ...range, path }), []);
    }
    assert.ok(streams.frames('btcusdt@markPrice', { ...range, path: '/market/ws' }).length > 0);
  });

  it('pushes blocks beside the tape of Bybit, which are no taker volume', () => {
    const { streams, adapter, table } = sideOf('bybit');
    const [spec] = adapter.streams ?? [];
    assert.ok(spec !== undefined);
    const range = { fromMs: NOW_MS - HOUR_MS, toMs: NOW_MS, path: spec.path };
    const frames = streams.frames('publicTrade.BTCUSDT', range) as { data: { BT: boolean; i: string }[] }[];
    const rows = frames.flatMap(({ data }) => data);
    const blocks = rows.filter(({ BT }) => BT);
    assert.ok(blocks.length >= 2 && blocks.length < rows.length / 50, `${blocks.length} of ${rows.length}`);
    const read = frames.flatMap((body) => {
      const channel = spec.channels.find((one) => one.id === 'bybit/stream-publicTrade');
      assert.ok(channel !== undefined);
      return applyChannel(adapter, channel, { body, receivedAtMs: NOW_MS }, table).rows;
    });
    assert.equal(read.length, rows.length - blocks.length);
  });

  it('refuses topics that Bybit does not know', () => {
    const { streams } = sideOf('bybit');
    const ask = (args: string[], path: string): unknown =>
      streams.receive(JSON.stringify({ op: 'subscribe', args }), { path, nowMs: NOW_MS }).subscribe;
    assert.equal(ask(['tickers.NOPEUSDT'], '/v5/public/linear'), undefined);
    assert.equal(ask(['allLiquidation.BTCUSDT'], '/v5/public/spot'), undefined);
    assert.deepEqual(ask(['tickers.BTCUSD'], '/v5/public/inverse'), ['tickers.BTCUSD']);
  });
});
