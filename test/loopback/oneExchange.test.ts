import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { silentLogger } from '../../src/core/logger.ts';
import { SECOND_MS } from '../../src/core/units.ts';
import { createEngine, type Engine } from '../../src/engine.ts';
import type { MarketState } from '../../src/market/snapshot.ts';
import { exchangeAdapters } from '../../src/sources/exchanges/registry.ts';
import { startSimulator, type Simulator } from '../../src/sources/simulator/server.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { startSpoilingServer, type SpoilingServer } from '../support/spoilingServer.ts';
import { until } from '../support/streamWire.ts';

/** One exchange that is slow in a way of its own among others, which must not notice. Time stands still while these answer. */

const FIVE = ['okx', 'bybit', 'gate', 'kraken-futures', 'htx'] as const;
const BTC = { assets: ['BTC'] };

describe('K06 one exchange harms none', () => {
  let clock: FakeClock;
  let simulator: Simulator;
  let bybit: SpoilingServer;
  let engine: Engine;
  let states: MarketState[];
  beforeEach(async () => {
    clock = new FakeClock(Date.UTC(2026, 10, 22, 5, 17, 23));
    simulator = await startSimulator({ seed: 1, scenario: 'calm', clock, exchanges: FIVE });
    bybit = await startSpoilingServer(simulator.endpoints['bybit']?.rest ?? '');
    const endpoints = { ...simulator.endpoints, bybit: { rest: bybit.url } };
    const adapters = exchangeAdapters.filter(({ id }) => FIVE.some((one) => one === id));
    engine = await createEngine({ logger: silentLogger, clock, adapters, endpoints });
    states = [];
    engine.market.onDidChange((state) => void states.push(state));
  });
  afterEach(async () => {
    await engine.dispose();
    await bybit.close();
    await simulator.close();
  });

  const coverageOf = (state: MarketState | undefined) => state?.snapshot?.assets[0]?.aggregate.coverage;
  const bybitOf = ({ snapshot }: Pick<MarketState, 'snapshot'>) =>
    snapshot?.assets[0]?.exchanges.find((one) => one.exchange === 'bybit');
  const areShown = (fresh: number): Promise<void> =>
    until('the others', () => states.some((state) => coverageOf(state)?.fresh === fresh), 40_000);
  const isList = (path: string): boolean => path.includes('instruments');
  const never = new Promise<never>(() => undefined);
  let page = 0;
  const anotherPage = async (body: unknown): Promise<unknown> => {
    await clock.sleep(9 * SECOND_MS);
    page += 1;
    const { result } = body as { readonly result: object };
    return { ...(body as object), result: { ...result, nextPageCursor: `more${page}` } };
  };

  for (const [name, spoil] of [
    ['never answers', () => never],
    ['has always another page', (path: string, body: unknown) => (isList(path) ? anotherPage(body) : body)],
    ['answers nothing but its list', (path: string, body: unknown) => (isList(path) ? body : never)],
  ] as const)
    it(`where it ${name}: the others are shown meanwhile, and the round ends with its time`, async () => {
      bybit.spoil(spoil);
      const refreshed = engine.market.refresh(BTC);
      await areShown(4);
      const meanwhile = states.at(-1)!;
      assert.deepEqual([coverageOf(meanwhile), meanwhile.isRefreshing], [{ fresh: 4, of: 5 }, true]);
      assert.equal(bybitOf(meanwhile)?.status, 'waiting');
      await clock.advance(15.5 * SECOND_MS);
      const { assets } = await refreshed;
      assert.deepEqual(assets[0]?.aggregate.coverage, { fresh: 4, of: 5 });
      const slow = bybitOf(engine.market.state);
      assert.equal(slow?.status, 'failed');
      assert.match(slow.reason ?? '', /^no answer in time/);
      if (name !== 'has always another page') return;
      // Time stands still: a round that waited for anybody would not end.
      await engine.market.refresh(BTC);
      assert.deepEqual(coverageOf(engine.market.state), { fresh: 4, of: 5 });
    });

  it('where it is slow and answers in the end: it is shown then, and the regime waits for the next round', async () => {
    let isSlow = true;
    bybit.spoil(async (path, body) => {
      if (isSlow && isList(path)) await clock.sleep(6 * SECOND_MS);
      return body;
    });
    const refreshed = engine.market.refresh({ ...BTC, graceMs: SECOND_MS });
    await areShown(4);
    await clock.advance(1.5 * SECOND_MS);
    await refreshed;
    assert.equal(bybitOf(engine.market.state)?.status, 'waiting');
    const { regimes, isRefreshing } = engine.market.state;
    assert.equal(isRefreshing, false);
    isSlow = false;
    await clock.advance(5 * SECOND_MS);
    await areShown(5);
    const state = states.at(-1)!;
    assert.deepEqual([state.isRefreshing, state.regimes], [false, regimes]);
    assert.equal(bybitOf(state)?.status, 'fresh');
  });
});
