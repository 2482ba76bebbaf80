import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { systemClock } from '../../src/core/clock.ts';
import { silentLogger } from '../../src/core/logger.ts';
import { createEngine, type Engine } from '../../src/engine.ts';
import { exchangeAdapters } from '../../src/sources/exchanges/registry.ts';
import type { MarketState } from '../../src/market/snapshot.ts';
import { startSimulator, type Simulator } from '../../src/sources/simulator/server.ts';
import { startSpoilingServer, type SpoilingServer } from '../support/spoilingServer.ts';

/** One exchange that is slow in a way of its own among others; the others must not notice. */

const TIMEOUT_MS = 5_000;
const FIVE = ['okx', 'bybit', 'gate', 'kraken-futures', 'htx'] as const;
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref());

describe('K06 one exchange harms none', () => {
  let simulator: Simulator;
  let bybit: SpoilingServer;
  let engine: Engine;
  beforeEach(async () => {
    simulator = await startSimulator({ seed: 1, scenario: 'calm', clock: systemClock, exchanges: FIVE });
    bybit = await startSpoilingServer(simulator.endpoints['bybit']?.rest ?? '');
    const endpoints = { ...simulator.endpoints, bybit: { rest: bybit.url } };
    const adapters = exchangeAdapters.filter(({ id }) => FIVE.some((one) => one === id));
    engine = await createEngine({ logger: silentLogger, adapters, endpoints });
  });
  afterEach(async () => {
    await engine.dispose();
    await bybit.close();
    await simulator.close();
  });

  const pending = new Promise<never>(() => undefined);
  let page = 0;
  for (const [name, spoil] of [
    ['never answers', () => pending],
    [
      'has always another page',
      async (path: string, body: unknown) => {
        if (!/instruments/.test(path)) return body;
        await wait(2_500);
        page += 1;
        const { result } = body as { readonly result: object };
        return { ...(body as object), result: { ...result, nextPageCursor: `more${page}` } };
      },
    ],
    [
      'answers nothing but its list',
      (path: string, body: unknown) => (/instruments/.test(path) ? body : pending),
    ],
  ] as const)
    it(`where it ${name}: the others are shown meanwhile, and the round ends with its time`, async () => {
      bybit.spoil(spoil);
      const shown: MarketState[] = [];
      engine.market.onDidChange((state) => {
        if (state.isRefreshing && state.snapshot !== undefined) shown.push(state);
      });
      const startedAt = performance.now();
      const { assets } = await engine.market.refresh({ assets: ['BTC'], timeoutMs: TIMEOUT_MS });
      const tookMs = performance.now() - startedAt;
      assert.ok(tookMs < 3 * TIMEOUT_MS, `${Math.round(tookMs)} ms`);
      const [meanwhile] = shown;
      assert.deepEqual(meanwhile?.snapshot?.assets[0]?.aggregate.coverage, { fresh: 4, of: 5 });
      const statuses = meanwhile.snapshot?.assets[0]?.exchanges.filter((one) => one.status !== 'fresh');
      assert.deepEqual(statuses?.map(({ exchange, status }) => [exchange, status]), [['bybit', 'waiting']]); // prettier-ignore
      const slow = assets[0]?.exchanges.find((one) => one.exchange === 'bybit');
      assert.deepEqual([slow?.status, assets[0]?.aggregate.coverage], ['failed', { fresh: 4, of: 5 }]);
      assert.match(slow?.reason ?? '', /^no answer in time/);
      if (name !== 'has always another page') return;
      // The next round asks the others and waits for nobody.
      const again = performance.now();
      await engine.market.refresh({ assets: ['BTC'], timeoutMs: TIMEOUT_MS });
      assert.ok(performance.now() - again < TIMEOUT_MS);
    });

  it('where it is slow and answers in the end: it is shown then, without being asked anew', async () => {
    bybit.spoil(async (path, body) => {
      if (/instruments/.test(path)) await wait(3_000);
      return body;
    });
    const all = Promise.withResolvers<MarketState>();
    engine.market.onDidChange((state) => {
      if (state.snapshot?.assets[0]?.aggregate.coverage.fresh === 5) all.resolve(state);
    });
    const { assets } = await engine.market.refresh({ assets: ['BTC'], graceMs: 200 });
    assert.equal(assets[0]?.exchanges.find((one) => one.exchange === 'bybit')?.status, 'waiting');
    assert.equal(engine.market.state.isRefreshing, false);
    const state = await all.promise;
    assert.equal(state.isRefreshing, false, 'no round runs');
    assert.equal(state.regimes.get('BTC'), engine.market.state.regimes.get('BTC'));
  });
});
