import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Observation, ObservationOf } from '../../../../src/core/observation.ts';
import { HOUR_MS } from '../../../../src/core/units.ts';
import { decodeAnswer } from '../../../../src/sources/exchanges/decodeAnswer.ts';
import { decodeFrame, roleOf } from '../../../../src/sources/exchanges/decodeFrame.ts';
import { krakenFutures } from '../../../../src/sources/exchanges/krakenFutures/adapter.ts';
import { stream } from '../../../../src/sources/exchanges/krakenFutures/streams.ts';
import { STEP_MS } from '../../../../src/sources/simulator/flow.ts';
import { createSimulatedMarket } from '../../../../src/sources/simulator/market.ts';
import { createKrakenFuturesWire } from '../../../../src/sources/simulator/wire/krakenFutures.ts';

const ANCHOR_MS = Date.UTC(2026, 10, 22, 5);
const NOW_MS = ANCHOR_MS + 17 * 60_000 + 23_456;
const market = createSimulatedMarket({ seed: 11, scenario: 'selling-wave', anchorMs: ANCHOR_MS });
const wire = createKrakenFuturesWire(market);
const PATH = '/ws/v1';
const { streams } = wire;
assert.ok(streams !== undefined);

const answer = (path: string, query: Record<string, string> = {}) =>
  wire.answer({ path, query, nowMs: NOW_MS });
const instruments = decodeAnswer(
  krakenFutures,
  { method: 'GET', path: '/derivatives/api/v3/instruments', query: {}, body: answer('/derivatives/api/v3/instruments').body, receivedAtMs: NOW_MS },
  new Map(),
).instruments; // prettier-ignore
const table = new Map(instruments.map((one) => [one.key, one]));
const listingOf = (symbol: string) => {
  const found = wire.listings.find(({ venueSymbol }) => venueSymbol === symbol);
  assert.ok(found !== undefined, symbol);
  return found;
};
/** Frames as they would arrive: through JSON. */
const read = (frames: readonly unknown[]): Observation[] =>
  frames.flatMap((frame) => {
    const body: unknown = JSON.parse(JSON.stringify(frame));
    assert.equal(roleOf(krakenFutures, body).role.role, 'data');
    const { observations, issues } = decodeFrame(krakenFutures, { body, receivedAtMs: NOW_MS }, table);
    assert.ok(
      issues.every(({ code }) => code === 'unsupported'),
      JSON.stringify(issues),
    );
    return [...observations];
  });
const of = <K extends Observation['kind']>(all: readonly Observation[], kind: K): ObservationOf<K>[] =>
  all.filter((one): one is ObservationOf<K> => one.kind === kind);
const near = (actual: number | undefined, wanted: number, share = 1e-9): void =>
  assert.ok(
    Math.abs((actual ?? Number.NaN) - wanted) <= Math.abs(wanted) * share,
    `${actual}, wanted ${wanted}`,
  );
const receive = (message: unknown) =>
  streams.receive(typeof message === 'string' ? message : JSON.stringify(message), {
    path: PATH,
    nowMs: NOW_MS,
  });

describe('the wire format of kraken futures', () => {
  it('answers the subscriptions of the adapter: an acknowledgement, then a first state', () => {
    const instrument = table.get('kraken-futures:PF_XBTUSD');
    assert.ok(instrument !== undefined);
    const topics = stream.channels.flatMap((channel) => [...channel.topics([instrument])]);
    const replies = stream.subscribe(topics).map((message) => receive(message));
    assert.deepEqual(
      replies.flatMap(({ subscribe }) => subscribe ?? []),
      ['heartbeat', 'ticker:PF_XBTUSD', 'trade:PF_XBTUSD'],
    );
    const roles = replies.flatMap((reply) =>
      reply.replies.map((one) => roleOf(krakenFutures, one).role.role),
    );
    assert.deepEqual(roles, ['ack', 'ack', 'data', 'ack', 'data']);
    assert.deepEqual(streams.greeting?.(NOW_MS), [{ event: 'info', version: 1 }]);
    const snapshot = replies.at(-1)?.replies[1] as { trades: { time: number }[] };
    assert.equal(snapshot.trades.length, 100);
    assert.ok(snapshot.trades.every(({ time }) => time <= NOW_MS));
    const left = receive({ event: 'unsubscribe', feed: 'trade', product_ids: ['PF_XBTUSD'] });
    assert.deepEqual(left.unsubscribe, ['trade:PF_XBTUSD']);
  });

  it('refuses in the words of the exchange, and never throws', () => {
    for (const [message, said] of [
      ['{', 'Bad websocket message'],
      ['null', 'Invalid event'],
      ['7', 'Invalid event'],
      [{ event: 'subscribe' }, 'Invalid feed'],
      [{ event: 'subscribe', feed: 'nope', product_ids: ['PF_XBTUSD'] }, 'Invalid feed'],
      [{ event: 'subscribe', feed: 'trade' }, 'Invalid product id'],
      [{ event: 'subscribe', feed: 'trade', product_ids: ['PF_XBTUSD', 'PF_NOPEUSD'] }, 'Invalid product id'],
    ] as const) {
      const { replies, subscribe } = receive(message);
      assert.equal(subscribe, undefined);
      const role = roleOf(krakenFutures, replies[0]).role;
      assert.ok(role.role === 'refused' && role.message === said, JSON.stringify(role));
    }
  });

  it('pushes tickers with the numbers of the market, also of inverse contracts and dated futures', () => {
    for (const symbol of ['PF_XBTUSD', 'PF_SOLUSD', 'PI_XBTUSD', ...wire.listings.flatMap((one) => (one.variant === 'dated' ? one.venueSymbol : []))]) {
      const listing = listingOf(symbol);
      const frames = streams.frames(`ticker:${symbol}`, { fromMs: NOW_MS - 3_000, toMs: NOW_MS, path: PATH });
      assert.equal(frames.length, 3);
      const seen = read(frames.slice(-1));
      const [price] = of(seen, 'mark-price');
      const atMs = Math.floor(NOW_MS / 1_000) * 1_000;
      assert.equal(price?.atMs, atMs);
      assert.equal(price.markPriceQuote, market.price(listing, 'mark', atMs));
      assert.equal(price.indexPriceQuote, market.price(listing, 'index', atMs));
      const [open] = of(seen, 'open-interest');
      near(open?.openInterestBase, market.openInterestBase(listing, atMs), listing.variant === 'inverse' ? 1e-4 : 1e-9);
      const [funding] = of(seen, 'funding-rate');
      if (listing.variant === 'dated') {
        assert.equal(funding, undefined);
        assert.equal(price.market, 'dated-future');
        continue;
      }
      near(funding?.fundingRatePerInterval, market.fundingRate(listing, atMs));
      assert.deepEqual([funding?.intervalMs, funding?.settlesAtMs], [HOUR_MS, ANCHOR_MS + HOUR_MS]);
    } // prettier-ignore
  });

  it('pushes every trade once, whose sums are those of the bars, liquidations among them', () => {
    const listing = listingOf('PF_XBTUSD');
    const startMs = ANCHOR_MS - 12 * STEP_MS;
    const parts = Array.from({ length: 24 }, (_, index) => {
      const fromMs = startMs + (index * STEP_MS) / 2;
      return streams.frames('trade:PF_XBTUSD', { fromMs, toMs: fromMs + STEP_MS / 2, path: PATH });
    });
    const seen = read(parts.flat());
    const trades = of(seen, 'trade');
    assert.equal(new Set(trades.map(({ tradeId }) => tradeId)).size, trades.length);
    const bar = market.bar(listing, startMs, ANCHOR_MS);
    const sum = (side: 'buy' | 'sell'): number =>
      trades.reduce((total, one) => total + (one.takerSide === side ? (one.sizeBase ?? 0) : 0), 0);
    near(sum('buy'), bar.takerBuyBase, 1e-6);
    near(sum('sell'), bar.volumeBase - bar.takerBuyBase, 1e-6);
    const wanted = market.liquidations(listing, startMs + 1, ANCHOR_MS + 1);
    assert.ok(wanted.length > 0);
    assert.deepEqual(
      of(seen, 'liquidation').map((one) => [one.atMs, one.liquidatedSide, one.sizeBase, one.priceQuote]),
      wanted.map((one) => [one.atMs, one.side, one.sizeBase, one.fillPrice]),
    );
  });

  it('is silent about topics and paths that it does not serve', () => {
    const range = { fromMs: NOW_MS - 5_000, toMs: NOW_MS };
    for (const topic of ['trade:PF_NOPEUSD', 'book:PF_XBTUSD', '', 'ticker'])
      assert.deepEqual(streams.frames(topic, { ...range, path: PATH }), [], topic);
    assert.deepEqual(streams.frames('ticker:PF_XBTUSD', { ...range, path: '/other' }), []);
    const beats = streams.frames('heartbeat', { ...range, path: PATH });
    assert.ok(beats.length === 5 && beats.every((one) => roleOf(krakenFutures, one).role.role === 'pong'));
  });

  it('states dated futures beside perpetuals in one answer, and the last trades', () => {
    const decode = (path: string, query: Record<string, string> = {}) =>
      decodeAnswer(krakenFutures, { method: 'GET', path, query, body: answer(path, query).body, receivedAtMs: NOW_MS }, table);
    const { observations, issues } = decode('/derivatives/api/v3/tickers');
    assert.deepEqual(issues, []);
    const dated = of(observations, 'mark-price').filter((one) => one.market === 'dated-future');
    const listing = wire.listings.find(({ variant }) => variant === 'dated');
    assert.ok(listing !== undefined);
    assert.deepEqual(dated.map((one) => one.markPriceQuote), [market.price(listing, 'mark', NOW_MS)]);
    assert.ok((dated[0]?.markPriceQuote ?? 0) !== (dated[0]?.indexPriceQuote ?? 0));
    const trades = decode('/derivatives/api/v3/history', { symbol: 'PF_XBTUSD' });
    assert.equal(of(trades.observations, 'trade').length, 100);
  }); // prettier-ignore

  it('refuses what the exchange refuses', () => {
    for (const [path, query, status] of [
      ['/derivatives/api/v3/orderbook', { symbol: 'PF_NOPEUSD' }, 400],
      ['/derivatives/api/v3/orderbook', {}, 400],
      ['/derivatives/api/v9/none', {}, 404],
      ['/api/charts/v1/trade/PF_XBTUSD/7m', {}, 400],
      ['/api/charts/v1/bid/PF_XBTUSD/1h', {}, 400],
      ['/api/charts/v1/analytics/PF_XBTUSD/open-interest', { interval: '3600' }, 400],
      ['/api/charts/v1/analytics/PF_XBTUSD/open-interest', { since: '1790000000', interval: '7' }, 400],
      ['/api/charts/v1/analytics/PF_XBTUSD/nonsense', { since: '1790000000', interval: '3600' }, 400],
    ] as const) {
      const { status: given, body } = answer(path, query);
      assert.equal(given, status, path);
      assert.ok(krakenFutures.venueError(body, given) !== undefined, path);
    }
  });

  it('pages bars and analytics: the oldest two thousand, and says that there are more', () => {
    const from = String((ANCHOR_MS - 3_000 * HOUR_MS) / 1_000);
    const { candles, more_candles: more } = answer('/api/charts/v1/mark/PF_XBTUSD/1h', { from }).body as {
      candles: { time: number }[];
      more_candles: boolean;
    };
    assert.deepEqual([candles.length, more, candles[0]?.time], [2_000, true, ANCHOR_MS - 3_000 * HOUR_MS]);
    const later = answer('/api/charts/v1/mark/PF_XBTUSD/1h', {
      from: String((ANCHOR_MS - 1_000 * HOUR_MS) / 1_000),
    }).body as { candles: { time: number }[]; more_candles: boolean };
    assert.deepEqual([later.candles.at(-1)?.time, later.more_candles], [ANCHOR_MS, false]);
  });
});
