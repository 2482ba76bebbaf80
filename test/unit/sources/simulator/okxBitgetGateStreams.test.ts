import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Instrument } from '../../../../src/core/instrument.ts';
import type { Observation } from '../../../../src/core/observation.ts';
import { MINUTE_MS, SECOND_MS } from '../../../../src/core/units.ts';
import { trackedInstruments } from '../../../../src/sources/collect/tracking.ts';
import { bitget } from '../../../../src/sources/exchanges/bitget/adapter.ts';
import type { ExchangeAdapter } from '../../../../src/sources/exchanges/contract.ts';
import { decodeAnswer } from '../../../../src/sources/exchanges/decodeAnswer.ts';
import { decodeFrame } from '../../../../src/sources/exchanges/decodeFrame.ts';
import { gate } from '../../../../src/sources/exchanges/gate/adapter.ts';
import { okx } from '../../../../src/sources/exchanges/okx/adapter.ts';
import type { StreamMessage, StreamSpec } from '../../../../src/sources/exchanges/stream.ts';
import { STEP_MS } from '../../../../src/sources/simulator/flow.ts';
import { createSimulatedMarket } from '../../../../src/sources/simulator/market.ts';
import type { SimulatedExchange } from '../../../../src/sources/simulator/profiles.ts';
import { createWire } from '../../../../src/sources/simulator/server.ts';
import type { Listing, WireExchange, WireStreams } from '../../../../src/sources/simulator/wire/shared.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 5, 20, 0, 456);
const market = createSimulatedMarket({ seed: 11, scenario: 'selling-wave', anchorMs: NOW_MS });
const textOf = (message: StreamMessage): string =>
  typeof message === 'string' ? message : JSON.stringify(message);
// What leaves the simulator is text: numbers are read as JSON writes them.
const sent = (frame: unknown): unknown =>
  typeof frame === 'string' ? frame : JSON.parse(JSON.stringify(frame));

function readInstruments(adapter: ExchangeAdapter, wire: WireExchange): Map<string, Instrument> {
  const listed = adapter.instruments.requests().flatMap((spec) => {
    const { body } = wire.answer({ ...spec, nowMs: NOW_MS });
    return decodeAnswer(adapter, { ...spec, body, receivedAtMs: NOW_MS }, new Map()).instruments;
  });
  return new Map(listed.map((one) => [one.key, one]));
}

/** Subscribes everything that an adapter wants of one address; returns the topics that the simulator accepted. */
function subscribeAll(stream: StreamSpec, streams: WireStreams, followed: readonly Instrument[]): string[] {
  const topics = stream.channels.flatMap((channel) => channel.topics(followed));
  return stream.subscribe(topics).flatMap((message) => {
    const reply = streams.receive(textOf(message), { path: stream.path, nowMs: NOW_MS });
    assert.ok(reply.replies.length > 0);
    for (const one of reply.replies) {
      const role = stream.classify(sent(one));
      // OKX states the rate at once.
      const isFirst = role.role === 'data' && role.channel === 'okx/stream-funding-rate';
      assert.ok(role.role === 'ack' || isFirst, JSON.stringify(one));
    }
    return [...(reply.subscribe ?? [])];
  });
}

const isNear = (actual: number | undefined, wanted: number, share = 1e-6): boolean =>
  actual !== undefined && Math.abs(actual - wanted) <= Math.abs(wanted) * share + 1e-12;

function checkState(listing: Listing, seen: Observation): void {
  const what = `${seen.instrument} ${seen.kind} ${JSON.stringify(seen)}`;
  const price = (type: 'mark' | 'index' | 'last'): number => market.price(listing, type, seen.atMs);
  if (seen.kind === 'mark-price') {
    if (seen.markPriceQuote !== undefined) assert.ok(isNear(seen.markPriceQuote, price('mark')), what);
    if (seen.indexPriceQuote !== undefined) assert.ok(isNear(seen.indexPriceQuote, price('index')), what);
    if (seen.lastPriceQuote !== undefined) assert.ok(isNear(seen.lastPriceQuote, price('last')), what);
  } else if (seen.kind === 'open-interest') {
    const counted = market.openInterestBase(listing, seen.atMs) * (seen.sides === 'both' ? 2 : 1);
    assert.ok(isNear(seen.openInterestBase, counted), what);
  } else if (seen.kind === 'funding-rate') {
    assert.ok(isNear(seen.fundingRatePerInterval, market.fundingRate(listing, seen.atMs)), what);
    assert.equal(seen.intervalMs, market.fundingIntervalMs(listing), what);
  }
}

for (const adapter of [okx, bitget, gate]) {
  describe(`the simulated streams of ${adapter.displayName}, read by its adapter`, () => {
    const wire = createWire(adapter.id as SimulatedExchange, market);
    const streams = wire.streams as WireStreams;
    const table = readInstruments(adapter, wire);
    const tracked = trackedInstruments(adapter, table, ['BTC', 'SOL']).map(({ instrument }) => instrument);
    for (const one of tracked) table.set(one.key, one);
    const listingOf = (seen: Observation): Listing => {
      const isSpot = seen.market === 'spot';
      const found = wire.listings.find(
        ({ venueSymbol, variant }) => venueSymbol === seen.venueSymbol && (variant === 'spot') === isSpot,
      );
      assert.ok(found, seen.instrument);
      return found;
    };
    const pushed = (topic: string, path: string, fromMs: number, toMs: number): Observation[] =>
      streams.frames(topic, { path, fromMs, toMs }).flatMap((frame) => {
        const { observations, issues } = decodeFrame(
          adapter,
          { body: sent(frame), receivedAtMs: toMs },
          table,
        );
        // Coin-margined liquidations of Bitget have no documented unit.
        assert.deepEqual(
          issues.filter(({ code }) => code !== 'unsupported'),
          [],
          JSON.stringify(frame),
        );
        return [...observations];
      });
    const all = adapter.streams ?? [];
    const topicsOf = new Map(all.map((stream) => [stream, subscribeAll(stream, streams, tracked)]));

    it('accepts what the adapter subscribes, under the same names', () => {
      for (const stream of all) {
        assert.ok(streams.paths.includes(stream.path), stream.path);
        const wanted = stream.channels.flatMap((channel) => channel.topics(tracked));
        assert.deepEqual(topicsOf.get(stream), wanted);
        assert.ok(wanted.length > 0);
      }
    });

    it('pushes states that are those of the market, newest only', () => {
      for (const stream of all) {
        for (const topic of (topicsOf.get(stream) ?? []).filter((one) => !/trade|liquidation/i.test(one))) {
          const seen = pushed(topic, stream.path, NOW_MS - 10 * MINUTE_MS, NOW_MS);
          assert.ok(seen.length > 0, topic);
          for (const one of seen) {
            checkState(listingOf(one), one);
            assert.ok(NOW_MS - one.atMs < 61 * SECOND_MS, topic);
          }
          assert.deepEqual(pushed(topic, stream.path, NOW_MS - 10, NOW_MS - 5), [], topic);
        }
      }
    });

    it('pushes trades whose sums are those of the bars, by the side of the taker', () => {
      const startMs = Math.floor(NOW_MS / STEP_MS - 2) * STEP_MS;
      const seen = new Set<string>();
      for (const stream of all) {
        for (const topic of (topicsOf.get(stream) ?? []).filter((one) => /trade/i.test(one))) {
          const trades = pushed(topic, stream.path, startMs, startMs + STEP_MS).flatMap((one) =>
            one.kind === 'trade' ? [one] : [],
          );
          const [first] = trades;
          assert.ok(first, topic);
          seen.add(first.market ?? 'perpetual');
          const bar = market.bar(listingOf(first), startMs, startMs + STEP_MS);
          const sum = (side: 'buy' | 'sell'): number =>
            trades
              .filter((one) => one.takerSide === side)
              .reduce((total, one) => total + (one.sizeBase ?? NaN), 0);
          // Sizes are whole steps: contracts of Gate, hundredths of a contract of OKX.
          assert.ok(isNear(sum('buy'), bar.takerBuyBase, 2e-3), `${topic} ${sum('buy')} ${bar.takerBuyBase}`);
          assert.ok(isNear(sum('sell'), bar.volumeBase - bar.takerBuyBase, 2e-3), topic);
          assert.equal(new Set(trades.map(({ tradeId }) => tradeId)).size, trades.length);
          assert.ok(trades.every(({ atMs }) => atMs > startMs && atMs <= startMs + STEP_MS));
        }
      }
      assert.deepEqual([...seen].sort(), ['perpetual', 'spot']);
    });

    it('answers nonsense with an error of its own, and pings with a sign of life', () => {
      for (const stream of all) {
        const at = { path: stream.path, nowMs: NOW_MS };
        for (const text of ['', '{', '[]', '{"op":"subscribe","args":[{"channel":"nothing"}]}', 'null', '7',
          JSON.stringify({ op: 'subscribe', args: [null] }), JSON.stringify({ channel: 'futures.trades', event: 'subscribe', payload: ['NO_PAIR'] })]) {
          const { replies, subscribe = [] } = streams.receive(text, at);
          assert.deepEqual(subscribe, [], text);
          assert.deepEqual(replies.map((one) => stream.classify(sent(one)).role), ['refused'], text);
        } // prettier-ignore
        const ping = streams.receive(textOf(stream.heartbeat?.message ?? ''), at);
        assert.deepEqual(
          ping.replies.map((one) => stream.classify(sent(one)).role),
          ['pong'],
        );
      }
    });

    it('takes subscriptions back, and is silent about topics of another address', () => {
      const [stream] = all;
      assert.ok(stream);
      const [topic = ''] = topicsOf.get(stream) ?? [];
      const [message] = stream.subscribe([topic]);
      const text = textOf(message ?? '').replace('subscribe', 'unsubscribe');
      const reply = streams.receive(text, { path: stream.path, nowMs: NOW_MS });
      assert.deepEqual([reply.subscribe, reply.unsubscribe], [undefined, [topic]]);
      const range = { fromMs: NOW_MS - MINUTE_MS, toMs: NOW_MS };
      assert.deepEqual(streams.frames('nothing/BTC', { ...range, path: stream.path }), []);
      assert.deepEqual(streams.frames('__proto__/BTC-USDT-SWAP', { ...range, path: stream.path }), []);
    });
  });
}

describe('the simulated liquidations of OKX and Bitget, read by their adapters', () => {
  for (const [adapter, topic] of [
    [okx, 'liquidation-orders/SWAP'],
    [bitget, 'usdt-futures/liquidation'],
  ] as const) {
    it(`${adapter.displayName}: pushes and answers are the same events, by the side of the position`, () => {
      const wire = createWire(adapter.id as SimulatedExchange, market);
      const table = readInstruments(adapter, wire);
      const path =
        adapter.streams?.find(({ channels }) => channels.some((one) => one.backfill !== undefined))?.path ??
        '';
      const fromMs = NOW_MS - 30 * MINUTE_MS;
      const seen = (wire.streams?.frames(topic, { path, fromMs, toMs: NOW_MS }) ?? [])
        .flatMap(
          (frame) => decodeFrame(adapter, { body: sent(frame), receivedAtMs: NOW_MS }, table).observations,
        )
        .flatMap((one) =>
          one.kind === 'liquidation' && one.baseAsset === 'BTC' && /USDT/.test(one.venueSymbol) ? [one] : [],
        );
      const listing = wire.listings.find(
        ({ asset, variant }) => asset === 'BTC' && variant === 'perpetual',
      ) as Listing;
      const events = market.liquidations(listing, fromMs + 1, NOW_MS + 1);
      assert.ok(events.length > 2);
      assert.deepEqual(
        seen.map(({ atMs, liquidatedSide, priceQuote }) => [atMs, liquidatedSide, priceQuote]),
        events.map(({ atMs, side, bankruptcyPrice }) => [atMs, side, bankruptcyPrice]),
      );
      for (const [index, event] of events.entries())
        assert.ok(isNear(seen[index]?.sizeBase, event.sizeBase, 1e-3));

      const backfill = adapter.polls.find(({ id }) =>
        adapter.streams?.some(({ channels }) => channels.some((one) => one.backfill === id)),
      );
      const instrument = [...table.values()].find(
        (one) => one.venueSymbol === listing.venueSymbol,
      ) as Instrument;
      const spec = backfill?.request({ instrument, nowMs: NOW_MS });
      assert.ok(spec);
      const { body } = wire.answer({ ...spec, nowMs: NOW_MS });
      const answered = decodeAnswer(adapter, { ...spec, body, receivedAtMs: NOW_MS }, table).observations;
      const keyOf = (one: Observation): string =>
        one.kind === 'liquidation' ? `${one.instrument} ${one.atMs} ${one.priceQuote} ${one.sizeBase}` : '';
      const known = new Set(answered.map(keyOf));
      assert.ok(
        seen.slice(-20).every((one) => known.has(keyOf(one))),
        'every push is among the answers',
      );
    });
  }
});
