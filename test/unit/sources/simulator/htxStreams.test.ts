import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Instrument } from '../../../../src/core/instrument.ts';
import type { Observation } from '../../../../src/core/observation.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../../src/core/units.ts';
import { decodeAnswer } from '../../../../src/sources/exchanges/decodeAnswer.ts';
import { decodeFrames, roleOf } from '../../../../src/sources/exchanges/decodeFrame.ts';
import { htx } from '../../../../src/sources/exchanges/htx/adapter.ts';
import { createSimulatedMarket } from '../../../../src/sources/simulator/market.ts';
import { createWire } from '../../../../src/sources/simulator/server.ts';
import { lastDay, type Listing, type WireReply } from '../../../../src/sources/simulator/wire/shared.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 5, 17, 23, 456);
const MARKET = '/linear-swap-ws';
const NOTIFICATIONS = '/linear-swap-notification';
const INDEX = '/ws_index';

const market = createSimulatedMarket({ seed: 5, scenario: 'selling-wave', anchorMs: NOW_MS });
const wire = createWire('htx', market);
const { streams } = wire;
assert.ok(streams !== undefined);
const listing = wire.listings[0] as Listing;

/** The instruments as the adapter reads them from the simulated list, with their intervals. */
const table = ((): Map<string, Instrument> => {
  const ask = (path: string, query: Record<string, string>) => {
    const { body } = wire.answer({ path, query, nowMs: NOW_MS });
    return decodeAnswer(htx, { method: 'GET', path, query, body, receivedAtMs: NOW_MS }, new Map());
  };
  const listed = ask('/linear-swap-api/v1/swap_contract_info', { business_type: 'all' }).instruments;
  const { details } = ask('/linear-swap-api/v1/swap_query_elements', {});
  const whole = listed.map(
    (one) =>
      htx.instrumentDetails?.apply(
        one,
        details.find((row) => row.venueSymbol === one.venueSymbol),
      ) ?? one,
  );
  return new Map(whole.map((one) => [one.key, one]));
})();

/** What the adapter makes of the pushes of a topic; an issue is an error. */
function pushed(topic: string, path: string, lengthMs: number): Observation[] {
  const frames = streams?.frames(topic, { fromMs: NOW_MS - lengthMs, toMs: NOW_MS, path }) ?? [];
  const body: unknown = JSON.parse(JSON.stringify(frames));
  const { observations, issues } = decodeFrames(htx, { body, receivedAtMs: NOW_MS }, table);
  assert.deepEqual(issues, [], topic);
  return [...observations];
}
const near = (actual: number | undefined, wanted: number, what: string): void =>
  assert.ok(actual !== undefined && Math.abs(actual - wanted) <= Math.abs(wanted) * 1e-6, `${what}: ${actual}, wanted ${wanted}`); // prettier-ignore

describe('the sockets of the simulated HTX', () => {
  it('push each trade once counted, as the market has it', () => {
    const seen = pushed('market.BTC-USDT.trade.detail', MARKET, 5 * MINUTE_MS);
    // Pushed when their second is over.
    const endMs = Math.floor(NOW_MS / SECOND_MS) * SECOND_MS;
    const made = market.trades(listing, endMs - 5 * MINUTE_MS, endMs);
    assert.ok(made.length > 10);
    assert.equal(seen.length, made.length);
    for (const [at, one] of seen.entries()) {
      const trade = made[at];
      assert.ok(one.kind === 'trade' && trade !== undefined);
      assert.deepEqual([one.takerSide, one.priceQuote, one.atMs], [trade.side, trade.price, trade.atMs]);
      // Whole contracts, which add up.
      const contracts = (one.sizeBase ?? 0) / listing.contractSize;
      assert.ok(Math.abs(contracts - Math.round(contracts)) < 1e-6, `${contracts} contracts`);
      assert.ok(Math.abs((one.sizeBase ?? 0) - trade.sizeBase) <= listing.contractSize);
      near(one.notionalUsd, (one.sizeBase ?? 0) * trade.price, 'notional');
    }
    const sum = (list: readonly { sizeBase?: number }[]): number =>
      list.reduce((all, one) => all + (one.sizeBase ?? 0), 0);
    const off = Math.abs(sum(seen as { sizeBase?: number }[]) - sum(made));
    assert.ok(off <= 2 * listing.contractSize, `${off} coins are lost`);
    assert.equal(new Set(seen.map((one) => (one.kind === 'trade' ? one.tradeId : ''))).size, made.length);
  });

  it('push last price, volume and book', () => {
    const seen = pushed('market.BTC-USDT.detail', MARKET, 11_000);
    assert.deepEqual(seen.map(({ kind }) => kind), ['mark-price', 'volume', 'mark-price', 'volume']); // prettier-ignore
    for (const one of seen) {
      const day = lastDay(market, listing, one.atMs);
      if (one.kind === 'mark-price') assert.equal(one.lastPriceQuote, day.close);
      if (one.kind === 'volume') near(one.volumeBase, day.volumeBase, 'volume');
    }
    const [book] = pushed('market.BTC-USDT.depth.step0', MARKET, 6_000);
    assert.ok(book?.kind === 'depth' && (book.bidBase ?? 0) > 0 && book.reachedBid && book.reachedAsk);
  });

  it('push mark price, index price and basis', () => {
    for (const one of pushed('market.BTC-USDT.mark_price.1min', INDEX, MINUTE_MS))
      if (one.kind === 'mark-price') assert.equal(one.markPriceQuote, market.price(listing, 'mark', one.atMs)); // prettier-ignore
    const index = pushed('market.BTC-USDT.index.1min', INDEX, MINUTE_MS);
    assert.equal(index.length, 12);
    for (const one of index)
      if (one.kind === 'mark-price') assert.equal(one.indexPriceQuote, market.price(listing, 'index', one.atMs)); // prettier-ignore
    const [basis] = pushed('market.BTC-USDT.basis.1min.open', INDEX, MINUTE_MS);
    assert.ok(basis?.kind === 'basis');
    assert.equal(basis.futuresPriceQuote, market.price(listing, 'last', basis.atMs));
  });

  it('push liquidations with the side of the position, and funding', () => {
    const seen = pushed('public.*.liquidation_orders', NOTIFICATIONS, 12 * HOUR_MS);
    const ofBtc = seen.filter((one) => one.venueSymbol === 'BTC-USDT');
    const made = market.liquidations(listing, NOW_MS - 12 * HOUR_MS + 1, NOW_MS + 1);
    assert.ok(made.length > 0);
    assert.deepEqual(
      ofBtc.map((one) => one.kind === 'liquidation' && [one.liquidatedSide, one.sizeBase, one.priceQuote, one.atMs]),
      made.map((event) => [event.side, event.sizeBase, event.bankruptcyPrice, event.atMs]),
    ); // prettier-ignore
    assert.ok(seen.length > ofBtc.length, 'those of all perpetuals');
    const funding = pushed('public.SOL-USDT.funding_rate', NOTIFICATIONS, 2 * MINUTE_MS);
    assert.equal(funding.length, 2);
    for (const one of funding) {
      assert.ok(one.kind === 'funding-rate');
      assert.equal(one.intervalMs, 4 * HOUR_MS);
      near(one.fundingRatePerInterval, market.fundingRate({ ...listing, asset: 'SOL' }, one.atMs), 'rate');
    }
  });

  it('speak every message that the adapter sends, and are understood', () => {
    for (const stream of htx.streams ?? []) {
      assert.ok(streams?.paths.includes(stream.path));
      const at: { path: string; nowMs: number } = { path: stream.path, nowMs: NOW_MS };
      const topics = stream.channels.flatMap((channel) => channel.topics([...table.values()].slice(0, 2)));
      for (const message of stream.subscribe(topics)) {
        const reply: WireReply = streams?.receive(JSON.stringify(message), at) ?? { replies: [] };
        const { replies, subscribe } = reply;
        assert.ok(subscribe !== undefined && topics.includes(subscribe[0] ?? ''));
        assert.deepEqual(replies.map((reply) => stream.classify(reply).role), ['ack']); // prettier-ignore
      }
      const role = stream.classify(streams?.ping?.frame(NOW_MS, stream.path));
      assert.equal(role.role, 'ping');
      const answered: WireReply | undefined =
        role.role === 'ping' ? streams?.receive(JSON.stringify(role.reply), at) : undefined;
      assert.deepEqual(answered, { replies: [] });
    }
  });

  it('refuse what they do not know in the words of the exchange, and never throw', () => {
    for (const path of [MARKET, NOTIFICATIONS, INDEX]) {
      for (const message of ['{"sub":"market.NO-USDT.detail","id":"1"}', '{"op":"sub","cid":"1","topic":"public.NO-USDT.funding_rate"}', '{"op":"sub"}', '{', '7', 'null', '[]']) {
        const reply = streams?.receive(message, { path, nowMs: NOW_MS });
        assert.equal(reply?.subscribe, undefined);
        assert.equal(roleOf(htx, reply?.replies[0]).role.role, 'refused', `${path} ${message}`);
      } // prettier-ignore
      assert.deepEqual(streams?.frames('market.NO-USDT.detail', { fromMs: 0, toMs: 10_000, path }), []);
    }
    assert.deepEqual(streams?.frames('market.BTC-USDT.detail', { fromMs: NOW_MS, toMs: NOW_MS + HOUR_MS, path: INDEX }), []); // prettier-ignore
  });
});
