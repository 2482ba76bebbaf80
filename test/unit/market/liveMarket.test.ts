import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { PerpscopeError } from '../../../src/core/errors.ts';
import type { DataSource, ExchangeId } from '../../../src/core/ids.ts';
import { silentLogger } from '../../../src/core/logger.ts';
import { MINUTE_MS, SECOND_MS } from '../../../src/core/units.ts';
import { Market } from '../../../src/market/market.ts';
import type { MarketState } from '../../../src/market/snapshot.ts';
import type { Collected, Collector, CollectRequest } from '../../../src/sources/collect/collector.ts';
import type { ExchangeResult } from '../../../src/sources/collect/exchangeSession.ts';
import { exchangeAdapters } from '../../../src/sources/exchanges/registry.ts';
import { createMemoryStore } from '../../../src/store/memoryStore.ts';
import { FakeClock, settle } from '../../support/fakeClock.ts';
import { NOW, observe, resultOf } from './builders.ts';

const NINE = exchangeAdapters.map(({ id }) => id);
const REQUEST = { assets: ['BTC'] };

/** A market whose collector hands out answers when a test says so. */
function liveMarket() {
  const clock = new FakeClock(NOW);
  let running: { request: CollectRequest; end: (collected: Collected) => void } | undefined;
  /** What reading the history waits for. */
  const reading: { gate?: Promise<void> } = {};
  const market = new Market({
    collector: {
      refresh: (request: CollectRequest) => new Promise<Collected>((end) => (running = { request, end })),
    } as unknown as Collector,
    adapters: exchangeAdapters,
    storeOf: async () => {
      await reading.gate;
      return createMemoryStore('live');
    },
    clock,
    logger: silentLogger,
    expectedSource: 'live',
  });
  const states: MarketState[] = [];
  market.onDidChange((state) => void states.push(state));
  /** Exchanges answer with a price. */
  const answer = (ids: readonly ExchangeId[], price = 100, source: DataSource = 'live') => {
    const results = ids.map((id) => resultOf(id, [priceRow(id, price, clock.nowMs())]));
    running?.request.onAnswered?.({ source, results });
    return results;
  };
  const end = async (results: readonly ExchangeResult[], more: Partial<Collected> = {}) => {
    running?.end({ source: 'live', results, ...more });
    await settle();
    await settle();
  };
  /** A whole round in which all nine answer. */
  const round = async (price = 100) => {
    const refreshed = market.refresh(REQUEST);
    await settle();
    await end(answer(NINE, price));
    await refreshed;
    await clock.advance(SECOND_MS);
    states.length = 0;
  };
  return { market, clock, states, reading, answer, end, round };
}

const priceRow = (id: ExchangeId, markPriceQuote: number, atMs: number) =>
  observe(id, 'mark-price', { markPriceQuote, atMs, receivedAtMs: atMs });
const btc = ({ snapshot }: MarketState) => snapshot?.assets[0];
const coverageOf = (state: MarketState) => btc(state)?.aggregate.coverage;
const statusOf = (state: MarketState, id: ExchangeId) =>
  btc(state)?.exchanges.find(({ exchange }) => exchange === id)?.status;
const priceOf = (state: MarketState, id: ExchangeId) => {
  const rows = btc(state)?.exchanges.find(({ exchange }) => exchange === id)?.instruments[0]?.observations;
  return rows?.[0]?.kind === 'mark-price' ? rows[0].markPriceQuote : undefined;
};

describe('a market while its exchanges answer', () => {
  it('shows them as they answer, three at the least, and says how many it has heard', async () => {
    const { market, clock, states, answer, end } = liveMarket();
    const refreshed = market.refresh(REQUEST);
    await settle();
    states.length = 0;
    const first = answer(NINE.slice(0, 2));
    assert.equal(states.length, 0, 'two prices do not tell which of them is wrong');
    first.push(...answer(NINE.slice(2, 3)));
    assert.equal(states.length, 1);
    const [state] = states;
    assert.deepEqual(coverageOf(state!), { fresh: 3, of: 9 });
    assert.deepEqual([state?.isRefreshing, statusOf(state!, NINE[2]!), statusOf(state!, NINE[3]!)], [true, 'fresh', 'waiting']); // prettier-ignore
    assert.match(
      btc(state!)?.aggregate.notes.join(' ') ?? '',
      /are left out: waiting, it has not answered yet/,
    );
    assert.equal(state?.regimes.size, 0, 'a regime is judged at the end alone');
    await clock.advance(SECOND_MS);
    await end([...first, ...answer(NINE.slice(3))]);
    assert.deepEqual((await refreshed).assets[0]?.aggregate.coverage, { fresh: 9, of: 9 });
    assert.equal(market.state.regimes.size, 1);
  });

  it('shows together what comes together: nine answers within a tenth of a second are two states', async () => {
    const { clock, market, states, answer } = liveMarket();
    void market.refresh(REQUEST);
    await settle();
    states.length = 0;
    for (const id of NINE) {
      answer([id]);
      await clock.advance(10);
    }
    await clock.advance(SECOND_MS);
    assert.deepEqual(states.map(coverageOf), [{ fresh: 3, of: 9 }, { fresh: 9, of: 9 }]); // prettier-ignore
  });

  it('keeps what was fresh until it is replaced, and the regime until the end', async () => {
    const { clock, market, states, answer, end, round } = liveMarket();
    await round();
    const before = market.state;
    const refreshed = market.refresh(REQUEST);
    await settle();
    const results = answer(['okx'], 101);
    const state = states.at(-1)!;
    assert.deepEqual(coverageOf(state), { fresh: 9, of: 9 });
    assert.deepEqual([priceOf(state, 'okx'), priceOf(state, 'gate')], [101, 100]);
    assert.equal(state.regimes, before.regimes);
    await clock.advance(SECOND_MS);
    const [okx, gate] = [before, state].map((one) => btc(one)?.exchanges.filter(({ exchange }) => exchange !== 'okx')); // prettier-ignore
    assert.deepEqual(gate, okx);
    gate?.forEach((one, index) => assert.equal(one, okx?.[index], 'who said nothing new keeps its object'));
    await end([...results, ...answer(NINE.filter((id) => id !== 'okx'), 101)]); // prettier-ignore
    await refreshed;
  });

  it('counts no price that contradicts the others, although it comes first', async () => {
    const { market, states, answer } = liveMarket();
    void market.refresh(REQUEST);
    await settle();
    answer(['gate'], 100_000);
    answer(['okx', 'bybit']);
    const state = states.at(-1)!;
    assert.deepEqual(coverageOf(state), { fresh: 2, of: 9 });
    assert.equal(btc(state)?.aggregate.markPriceQuote, 100);
    assert.deepEqual(btc(state)?.aggregate.leftOut?.map(({ exchange }) => exchange), ['gate']); // prettier-ignore
  });

  it('does not say of an asset that nobody lists it before all have answered', async () => {
    const { market, states, end } = liveMarket();
    const refreshed = market.refresh({ assets: ['NEW'] });
    await settle();
    states.length = 0;
    const lists = NINE.map((id) => resultOf(id, [], { answered: 1, tracked: [], listed: new Set(['BTC']) }));
    await end(lists.slice(0, 8), { waiting: [NINE[8]!] });
    assert.equal((await refreshed).assets[0]?.unlisted, undefined);
    const again = market.refresh({ assets: ['NEW'] });
    await settle();
    await end(lists);
    assert.equal((await again).assets[0]?.unlisted?.lists, 9);
  });

  it('shows who is late when it answers, and leaves the regime as it is', async () => {
    const { clock, market, states, answer, end } = liveMarket();
    const refreshed = market.refresh(REQUEST);
    await settle();
    await end(answer(NINE.slice(0, 8)), { waiting: [NINE[8]!] });
    assert.deepEqual((await refreshed).assets[0]?.aggregate.coverage, { fresh: 8, of: 9 });
    assert.equal(market.state.isRefreshing, false);
    const { regimes } = market.state;
    await clock.advance(20 * SECOND_MS);
    states.length = 0;
    answer([NINE[8]!]);
    assert.deepEqual(states.map((one) => [coverageOf(one)?.fresh, one.isRefreshing, one.isPushed, one.regimes === regimes]), [[9, false, undefined, true]]); // prettier-ignore
  });

  it('shows who answers while history is read for the others', async () => {
    const { clock, market, reading, answer, end } = liveMarket();
    const read = Promise.withResolvers<void>();
    reading.gate = read.promise;
    const refreshed = market.refresh(REQUEST);
    await settle();
    await end(answer(NINE.slice(0, 8)), { waiting: [NINE[8]!] });
    answer([NINE[8]!]);
    await clock.advance(SECOND_MS);
    read.resolve();
    await refreshed;
    await clock.advance(SECOND_MS);
    assert.deepEqual([coverageOf(market.state), market.state.isRefreshing], [{ fresh: 9, of: 9 }, false]);
  });

  it('counts nobody whose open interest is still asked for, and judges no regime as if it did', async () => {
    const { clock, market, answer, end } = liveMarket();
    const refreshed = market.refresh(REQUEST);
    await settle();
    const error = new PerpscopeError('timeout', 'not answered yet');
    const failures = [{ poll: 'okx/oi', current: ['open-interest' as const], isOpen: true as const, error }];
    const part = resultOf('okx', [priceRow('okx', 100, clock.nowMs())], { failures, isPart: true });
    await end([...answer(NINE.filter((id) => id !== 'okx')), part]);
    const aggregate = (await refreshed).assets[0]?.aggregate;
    assert.deepEqual(aggregate?.coverage, { fresh: 8, of: 9 });
    assert.match(aggregate.notes.join(' '), /OKX is left out: waiting, open interest has not answered yet\./);
    assert.deepEqual(market.state.regimes.get('BTC')?.coverage, { fresh: 8, of: 9 });
    const okx = market.health().exchanges.find(({ exchange }) => exchange === 'okx');
    assert.deepEqual([okx?.state, okx?.explanation], ['partial', 'One request has not been answered yet: okx/oi.']); // prettier-ignore
    assert.deepEqual([okx?.failed, okx?.drops, okx?.lastError], [0, {}, undefined], 'nothing has failed');
  });

  it('takes out at once who is switched off while a round runs, and judges nothing of that round', async () => {
    const { clock, market, states, answer, end, round } = liveMarket();
    await round();
    const first = market.refresh(REQUEST);
    await settle();
    states.length = 0;
    const second = market.refresh({ ...REQUEST, exchanges: NINE.filter((id) => id !== 'gate') });
    assert.deepEqual([coverageOf(market.state), market.state.isRefreshing], [{ fresh: 8, of: 8 }, true]);
    const results = answer(NINE, 101);
    await clock.advance(SECOND_MS);
    await end(results);
    assert.deepEqual((await first).assets[0]?.aggregate.coverage, { fresh: 8, of: 8 });
    await settle();
    await end(answer(NINE.filter((id) => id !== 'gate')));
    await second;
    assert.ok(states.every((state) => statusOf(state, 'gate') === undefined));
    const judged = states.map(({ regimes }) => regimes.get('BTC')?.coverage);
    assert.deepEqual(judged.at(-1), { fresh: 8, of: 8 });
    assert.ok(
      judged.slice(0, -1).every((one) => one === undefined),
      'only the round that was asked last',
    );
  });

  it('takes out at once who is switched off while history is read', async () => {
    const { market, reading, answer, end, round } = liveMarket();
    await round();
    const read = Promise.withResolvers<void>();
    reading.gate = read.promise;
    const first = market.refresh(REQUEST);
    await settle();
    await end(answer(NINE));
    void market.refresh({ ...REQUEST, exchanges: ['okx'] }).catch(() => undefined);
    assert.deepEqual(coverageOf(market.state), { fresh: 1, of: 1 });
    read.resolve();
    assert.deepEqual((await first).assets[0]?.aggregate.coverage, { fresh: 1, of: 1 });
    assert.equal(market.state.regimes.size, 0);
  });

  it('never goes back in time: what is pushed while history is read is in the snapshot of the round', async () => {
    const { clock, market, states, reading, answer, end, round } = liveMarket();
    await round();
    market.watch();
    const read = Promise.withResolvers<void>();
    reading.gate = read.promise;
    const refreshed = market.refresh(REQUEST);
    await settle();
    await end(answer(NINE));
    await clock.advance(2 * SECOND_MS);
    market.observe('live', [priceRow('okx', 105, clock.nowMs())]);
    assert.equal(priceOf(market.state, 'okx'), 105);
    read.resolve();
    await refreshed;
    assert.equal(priceOf(market.state, 'okx'), 105);
    const times = states.flatMap(({ snapshot }) => snapshot?.asOfMs ?? []);
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    );
  });

  it('asks about another asset: nobody has answered about that, whatever it said before', async () => {
    const { market, states, answer, round } = liveMarket();
    await round();
    void market.refresh({ assets: ['BTC', 'ETH'] });
    await settle();
    answer(['okx']);
    const [, eth] = states.at(-1)?.snapshot?.assets ?? [];
    const known = eth?.exchanges.filter(({ status }) => status !== 'waiting').map(({ exchange }) => exchange);
    assert.deepEqual([eth?.asset, known, coverageOf(states.at(-1)!)], ['ETH', ['okx'], { fresh: 9, of: 9 }]);
  });

  it('changes the source with its answers, and shows no number or regime of the other one', async () => {
    const { market, states, answer, round } = liveMarket();
    await round();
    void market.refresh(REQUEST);
    await settle();
    answer(NINE.slice(0, 3), 50, 'simulated');
    const state = states.at(-1)!;
    assert.deepEqual(
      [state.source, state.snapshot?.source, state.regimes.size],
      ['simulated', 'simulated', 0],
    );
    assert.deepEqual(coverageOf(state), { fresh: 3, of: 9 });
    assert.equal(priceOf(state, NINE[8]!), undefined);
  });
});

describe('a market that is watched', () => {
  it('moves with what is pushed, at once and then once a second, and with nothing else', async () => {
    const { clock, market, states, round } = liveMarket();
    await round();
    const { regimes, snapshot } = market.state;
    const watching = market.watch();
    for (let push = 1; push <= 25; push += 1) {
      market.observe('live', [priceRow('okx', 100 + push / 100, clock.nowMs())]);
      await clock.advance(100);
    }
    await clock.advance(SECOND_MS);
    assert.deepEqual(states.map((state) => priceOf(state, 'okx')), [100.01, 100.1, 100.2, 100.25]); // prettier-ignore
    assert.ok(states.every((state) => state.isPushed === true && state.regimes === regimes));
    assert.ok(states.every((state) => !state.isRefreshing && state.phase === 'ready'));
    assert.equal(
      snapshot?.assets[0]?.aggregate.markPriceQuote,
      100,
      'a snapshot that was given out stays as it is',
    );
    watching.dispose();
    market.observe('live', [priceRow('okx', 102, clock.nowMs())]);
    await clock.advance(5 * SECOND_MS);
    assert.equal(states.length, 4, 'nobody looks any more');
  });

  it('is watched as long as one of several looks', async () => {
    const { clock, market, states, round } = liveMarket();
    await round();
    const [one, other] = [market.watch(), market.watch()];
    one.dispose();
    one.dispose();
    market.observe('live', [priceRow('okx', 101, clock.nowMs())]);
    assert.equal(states.length, 1);
    other.dispose();
    market.observe('live', [priceRow('okx', 102, clock.nowMs())]);
    await clock.advance(5 * SECOND_MS);
    assert.equal(states.length, 1);
  });

  it('is as young as each number: a push makes its own exchange fresh, and no other', async () => {
    const { clock, market, states, round } = liveMarket();
    await round();
    market.watch();
    await clock.advance(6 * MINUTE_MS);
    market.observe('live', [priceRow('okx', 101, clock.nowMs())]);
    const state = states.at(-1)!;
    assert.equal(state.snapshot?.asOfMs, clock.nowMs());
    assert.deepEqual(coverageOf(state), { fresh: 1, of: 9 });
    assert.deepEqual([statusOf(state, 'okx'), statusOf(state, 'gate')], ['fresh', 'stale']);
    const health = market.health().exchanges.map(({ exchange, state: how }) => [exchange, how]);
    assert.deepEqual(Object.fromEntries(health)['okx'], 'fresh', 'health agrees');
    assert.deepEqual(Object.fromEntries(health)['gate'], 'stale');
  });

  it('lets an exchange grow stale between two pushes of another', async () => {
    const { clock, market, states, round } = liveMarket();
    await round();
    market.watch();
    await clock.advance(4.5 * MINUTE_MS);
    for (const status of ['fresh', 'stale']) {
      market.observe('live', [priceRow('okx', 101, clock.nowMs())]);
      assert.equal(statusOf(states.at(-1)!, 'gate'), status);
      await clock.advance(MINUTE_MS / 2);
    }
  });

  it('takes no notice of another source, of an old row, nor of anything before the first numbers', async () => {
    const { clock, market, states, round } = liveMarket();
    market.watch();
    market.observe('live', [priceRow('okx', 99, clock.nowMs())]);
    assert.equal(states.length, 0);
    await round();
    market.observe('simulated', [priceRow('okx', 50, clock.nowMs())]);
    assert.equal(states.length, 0);
    market.observe('live', [priceRow('okx', 98, NOW - MINUTE_MS)]);
    await clock.advance(SECOND_MS);
    assert.ok(states.every((state) => priceOf(state, 'okx') === 100));
  });

  it('keeps what rests on history while numbers move, and ends with the market', async () => {
    const { clock, market, states, round } = liveMarket();
    await round();
    market.watch();
    const before = Object.keys(market.state.snapshot ?? {});
    market.observe('live', [priceRow('okx', 101, clock.nowMs())]);
    assert.deepEqual(Object.keys(states.at(-1)?.snapshot ?? {}), before);
    market.observe('live', [priceRow('okx', 102, clock.nowMs())]);
    market.dispose();
    await clock.advance(5 * SECOND_MS);
    assert.deepEqual([states.length, clock.pending], [1, 0]);
  });

  it('shows of an exchange that fails what it still pushes', async () => {
    const { clock, market, states, answer, end, round } = liveMarket();
    await round();
    const watching = market.watch();
    const refreshed = market.refresh(REQUEST);
    await settle();
    const { isSimulated: _none, ...silent } = resultOf('okx', []);
    const error = new PerpscopeError('timeout', 'gone');
    await end([{ ...silent, failures: [{ poll: 'p', error }] }, ...answer(NINE.filter((id) => id !== 'okx'))]); // prettier-ignore
    await refreshed;
    await clock.advance(6 * MINUTE_MS);
    market.observe('live', [priceRow('okx', 101, clock.nowMs())]);
    assert.deepEqual([statusOf(states.at(-1)!, 'okx'), priceOf(states.at(-1)!, 'okx')], ['fresh', 101]);
    watching.dispose();
  });
});
