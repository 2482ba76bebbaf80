import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Observation } from '../../../../src/core/observation.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../../src/core/units.ts';
import { decodeFrame, decodeFrames } from '../../../../src/sources/exchanges/decodeFrame.ts';
import { deribit } from '../../../../src/sources/exchanges/deribit/adapter.ts';
import { createSimulatedMarket } from '../../../../src/sources/simulator/market.ts';
import { createWire } from '../../../../src/sources/simulator/server.ts';
import { isMutual } from '../../../../src/sources/simulator/wire/deribitRows.ts';
import { assertRows, fixture, fixtureNames, instrumentsOf, RECEIVED_AT_MS } from './fixtureAnswers.ts';

const known = instrumentsOf(deribit, ['instruments']);
const table = new Map(known.map((one) => [one.key, one]));
const [stream] = deribit.streams ?? [];
const frame = (body: unknown, topic?: string) =>
  decodeFrame(
    deribit,
    { body, receivedAtMs: RECEIVED_AT_MS, ...(topic === undefined ? {} : { topic }) },
    new Map(),
  );
const dataOf = (name: string): unknown =>
  (fixture('deribit', name).response as { params: { data: unknown } }).params.data;

describe('deribit streams', () => {
  for (const name of fixtureNames('deribit').filter((one) => one.startsWith('ws-'))) {
    it(`decode ${name}`, () => {
      const { path, response, expected, expectedIssues } = fixture('deribit', name);
      const input = { body: response, receivedAtMs: RECEIVED_AT_MS, path };
      for (const instruments of [table, new Map()]) {
        const { observations, issues } = decodeFrames(deribit, input, instruments);
        assertRows(observations, expected);
        assert.deepEqual(
          issues.map(({ code }) => code),
          expectedIssues,
        );
      }
    });
  }

  it('sum no book of which a level is a change', () => {
    const data = structuredClone(dataOf('ws-book')) as { bids: unknown[][] };
    for (const action of ['change', 'delete', '89980']) {
      const bids = [data.bids[0], [action, 89_980, 10]];
      const params = { channel: 'book.BTC-PERPETUAL.100ms', data: { ...data, bids } };
      const { observations, issues } = frame({ jsonrpc: '2.0', method: 'subscription', params });
      assert.deepEqual(observations, [], action);
      assert.ok(issues.length > 0);
    }
  });

  it('tell acknowledgements, heartbeats and refusals from data', () => {
    const role = (body: unknown) => stream?.classify(body).role;
    const answer = (content: object) => ({
      jsonrpc: '2.0',
      id: 10,
      ...content,
      usIn: 1,
      usOut: 2,
      usDiff: 1,
    });
    assert.equal(role(answer({ result: ['trades.BTC-PERPETUAL.100ms'] })), 'ack');
    assert.equal(role(answer({ result: 'ok' })), 'ack');
    assert.equal(role(answer({ result: { version: '1.2.26' } })), 'pong');
    assert.equal(role({ jsonrpc: '2.0', method: 'heartbeat', params: { type: 'heartbeat' } }), 'pong');
    assert.deepEqual(stream?.classify(answer({ error: { code: 10_028, message: 'too_many_requests' } })), {
      role: 'refused', code: '10028', message: 'too_many_requests',
    }); // prettier-ignore
    // Unknown channels are left out of the list of what is subscribed: an empty list is a refusal.
    assert.equal(role(answer({ result: [] })), 'refused');
    for (const other of [null, 'x', 7, [], {}, { params: null }, { method: 'subscription', params: {} }])
      assert.equal(role(other), 'ignored', JSON.stringify(other));
  });

  it('answer a test request at once', () => {
    const body = { jsonrpc: '2.0', method: 'heartbeat', params: { type: 'test_request' } };
    const role = stream?.classify(body);
    assert.ok(role?.role === 'ping');
    assert.equal((role.reply as { method: string }).method, 'public/test');
  });

  it('ignore quotes, deltas and books with merged prices', () => {
    const push = (channel: string, data: unknown) => ({ method: 'subscription', params: { channel, data } });
    const book = dataOf('ws-book') as Record<string, unknown>;
    for (const body of [
      push('quote.BTC-PERPETUAL', { instrument_name: 'BTC-PERPETUAL', best_bid_price: 1 }),
      push('book.BTC-PERPETUAL.100ms', { ...book, type: 'change', prev_change_id: 8 }),
      push('book.BTC-PERPETUAL.raw', { ...book, type: undefined, prev_change_id: 8 }),
      push('book.BTC-PERPETUAL.10.20.100ms', dataOf('ws-book-levels')),
      push('platform_state', { locked: 'false' }),
      push('deribit_price_index.btc_usd', { price: 1, index_name: 'btc_usd' }),
    ])
      assert.equal(stream?.classify(body).role, 'ignored', JSON.stringify(body));
  });

  it('recognise what came without its wrapper', () => {
    for (const name of ['ws-trades', 'ws-ticker', 'ws-book']) {
      const bare = frame(dataOf(name));
      assertRows(bare.observations, fixture('deribit', name).expected);
    }
    const whole = fixture('deribit', 'ws-ticker').response as { params: object };
    assertRows(frame(whole.params).observations, fixture('deribit', 'ws-ticker').expected);
  });

  it('refuse a row about another instrument than its channel', () => {
    const body = { method: 'subscription', params: { channel: 'ticker.ETH-PERPETUAL.100ms', data: dataOf('ws-ticker') } };
    const { observations, issues } = frame(body);
    assert.deepEqual([observations, issues.map(({ code }) => code)], [[], ['wrong-instrument']]);
  }); // prettier-ignore

  it('say of an empty list that it holds nothing', () => {
    const decoded = decodeFrames(deribit, { body: [], receivedAtMs: RECEIVED_AT_MS }, table);
    assert.deepEqual(
      decoded.issues.map(({ code }) => code),
      ['unsupported'],
    );
  });

  it('take a damaged time of receipt for none', () => {
    const message = fixture('deribit', 'ws-trades').response;
    const read = (received: unknown) =>
      decodeFrames(deribit, { body: [{ received, message }], receivedAtMs: RECEIVED_AT_MS }, table)
        .observations[0]?.receivedAtMs;
    assert.equal(read(1_790_000_000_500), 1_790_000_000_500);
    for (const damaged of [-1, 0, null, 'x', 1e300]) assert.equal(read(damaged), RECEIVED_AT_MS);
  });

  it('leave out block trades: nobody took', () => {
    const [first] = dataOf('ws-trades') as object[];
    const push = (more: object) => ({
      method: 'subscription',
      params: { channel: 'trades.BTC-PERPETUAL.100ms', data: [first, { ...first, trade_id: '7', ...more }] },
    });
    const ids = (body: unknown) => frame(body).observations.map((one) => 'tradeId' in one && one.tradeId);
    assert.deepEqual(ids(push({ block_trade_id: null })), ['1', '7']);
    assert.deepEqual(ids(push({ block_trade_id: '6165', block_trade_leg_count: 2 })), ['1']);
  });

  it('subscribe in batches after asking for heartbeats', () => {
    const topics = Array.from({ length: 150 }, (_, index) => `ticker.A${index}_USDC-PERPETUAL.100ms`);
    const messages = (stream?.subscribe(topics) ?? []) as { id: number; method: string; params: object }[];
    assert.deepEqual(
      messages.map(({ method }) => method),
      ['public/set_heartbeat', 'public/subscribe', 'public/subscribe'],
    );
    assert.deepEqual(messages[0]?.params, { interval: 30 });
    const asked = messages.slice(1).flatMap(({ params }) => (params as { channels: string[] }).channels);
    assert.deepEqual(asked, topics);
    assert.equal(new Set(messages.map(({ id }) => id)).size, 3);
    assert.deepEqual(stream?.subscribe([]), []);
  });

  it('subscribe trades and tickers of perpetuals, and name a poll that can fill gaps', () => {
    const perpetuals = known.filter(({ venueSymbol }) => venueSymbol === 'BTC-PERPETUAL');
    assert.deepEqual(
      stream?.channels.map((channel) => channel.topics(perpetuals)),
      [['trades.BTC-PERPETUAL.100ms'], ['ticker.BTC-PERPETUAL.100ms'], [], []],
    );
    for (const { backfill } of stream?.channels ?? [])
      assert.ok(backfill === undefined || deribit.polls.some(({ id }) => id === backfill), backfill);
  });
});

describe('the simulated streams of deribit', () => {
  const NOW_MS = Date.UTC(2026, 10, 22, 5, 17, 23, 456);
  const PATH = '/ws/api/v2';
  const market = createSimulatedMarket({ seed: 11, scenario: 'selling-wave', anchorMs: NOW_MS });
  const wire = createWire('deribit', market);
  const { streams } = wire;
  const say = (message: unknown) =>
    streams?.receive(typeof message === 'string' ? message : JSON.stringify(message), {
      path: PATH,
      nowMs: NOW_MS,
    });
  const read = (topic: string, fromMs: number, toMs: number): Observation[] =>
    (streams?.frames(topic, { fromMs, toMs, path: PATH }) ?? []).flatMap((body) => {
      const { observations, issues } = frame(body);
      assert.deepEqual(issues, [], JSON.stringify(body));
      return observations;
    });
  const near = (actual: number, wanted: number, share: number): void =>
    assert.ok(Math.abs(actual - wanted) <= Math.abs(wanted) * share, `${actual}, wanted ${wanted}`);

  it('acknowledge what the adapter subscribes', () => {
    const topics = ['trades.BTC-PERPETUAL.100ms', 'ticker.SOL_USDC-PERPETUAL.100ms', 'ticker.NO-PERPETUAL.100ms'];
    const replies = (stream?.subscribe(topics) ?? []).map((message) => say(message));
    assert.deepEqual(replies.flatMap((reply) => reply?.subscribe ?? []), topics.slice(0, 2));
    for (const body of replies.flatMap((reply) => reply?.replies ?? []))
      assert.equal(stream?.classify(body).role, 'ack', JSON.stringify(body));
  }); // prettier-ignore

  it('ask for a sign of life that the adapter gives', () => {
    const role = stream?.classify(streams?.ping?.frame(NOW_MS));
    assert.ok(role?.role === 'ping');
    const [pong] = say(role.reply)?.replies ?? [];
    assert.equal(stream?.classify(pong).role, 'pong');
  });

  it('refuse in the words of the exchange', () => {
    for (const [message, code] of [
      ['not json', '-32700'],
      [{ id: 1, method: 'public/nothing' }, '-32601'],
      [{ id: 1, method: 'public/set_heartbeat', params: { interval: 5 } }, '-32602'],
      [{ id: 1, method: 'public/subscribe', params: {} }, '-32602'],
      [{ id: 1, method: 'public/subscribe', params: { channels: ['trades.BTC-PERPETUAL.raw'] } }, '13778'],
    ] as const) {
      const [reply] = say(message)?.replies ?? [];
      const role = stream?.classify(reply);
      assert.ok(role?.role === 'refused', JSON.stringify(reply));
      assert.equal(role.code, code);
    }
    assert.deepEqual(
      streams?.frames('trades.NO-PERPETUAL.100ms', { fromMs: 0, toMs: NOW_MS, path: PATH }),
      [],
    );
  });

  for (const symbol of ['BTC-PERPETUAL', 'SOL_USDC-PERPETUAL']) {
    it(`push every trade and liquidation of ${symbol} once, and no more than was traded`, () => {
      const listing = wire.listings.find(({ venueSymbol }) => venueSymbol === symbol);
      assert.ok(listing !== undefined);
      const toMs = Math.floor(NOW_MS / HOUR_MS) * HOUR_MS;
      const fromMs = toMs - HOUR_MS;
      const seen: Observation[] = [];
      for (let at = fromMs; at < toMs; at += 20 * MINUTE_MS)
        seen.push(...read(`trades.${symbol}.100ms`, at, at + 20 * MINUTE_MS));
      const trades = seen.filter((one) => one.kind === 'trade');
      assert.equal(new Set(trades.map(({ tradeId }) => tradeId)).size, trades.length);
      const bar = market.bar(listing, fromMs, toMs);
      const sum = (side: 'buy' | 'sell'): number =>
        trades.reduce((total, one) => total + (one.takerSide === side ? (one.sizeBase ?? 0) : 0), 0);
      near(sum('buy'), bar.takerBuyBase, 2e-3);
      near(sum('sell'), bar.volumeBase - bar.takerBuyBase, 2e-3);
      const events = seen.filter((one) => one.kind === 'liquidation');
      const wanted = market.liquidations(listing, fromMs + 1, toMs + 1);
      const key = (atMs: number, side: string, price: number): string => `${atMs} ${side} ${price}`;
      assert.ok(events.length > 10 && wanted.some(isMutual));
      assert.deepEqual(
        events.map((one) => key(one.atMs, one.liquidatedSide, one.priceQuote)).sort(),
        wanted
          .flatMap((one) =>
            (isMutual(one) ? (['long', 'short'] as const) : [one.side]).map((side) =>
              key(one.atMs, side, one.fillPrice),
            ),
          )
          .sort(),
      );
      assert.ok(events.every(({ coverage }) => coverage === 'complete'));
    });
  }

  it('push a ticker each second, with the numbers of the market', () => {
    const fromMs = Math.floor(NOW_MS / SECOND_MS) * SECOND_MS;
    const seen = read('ticker.ETH-PERPETUAL.100ms', fromMs, fromMs + 3 * SECOND_MS);
    const listing = wire.listings.find(({ venueSymbol }) => venueSymbol === 'ETH-PERPETUAL');
    assert.ok(listing !== undefined);
    const marks = seen.filter((one) => one.kind === 'mark-price');
    assert.deepEqual(
      marks.map(({ atMs, markPriceQuote }) => [atMs, markPriceQuote]),
      [1, 2, 3].map((second) => {
        const atMs = fromMs + second * SECOND_MS;
        return [atMs, market.price(listing, 'mark', atMs)];
      }),
    );
    const [interest] = seen.filter((one) => one.kind === 'open-interest');
    near(interest?.openInterestBase ?? 0, market.openInterestBase(listing, interest?.atMs ?? 0), 1e-5);
    const [funding] = seen.filter((one) => one.kind === 'funding-rate');
    near(funding?.fundingRatePerInterval ?? 0, market.fundingRate(listing, funding?.atMs ?? 0), 1e-9);
  });
});
