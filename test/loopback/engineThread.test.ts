import assert from 'node:assert/strict';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterEach, describe, it } from 'mocha';
import { EngineClient } from '../../src/compose/engineClient.ts';
import { KeptEngine } from '../../src/compose/keptEngine.ts';
import { startWorkerThread, type EngineThread } from '../../src/compose/workerThread.ts';
import { isPerpscopeError } from '../../src/core/errors.ts';
import { HOUR_MS } from '../../src/core/units.ts';
import type { MarketState } from '../../src/market/snapshot.ts';
import { pace } from '../../scripts/testing/pace.mjs';
import { notingLogger } from '../support/fakeEngine.ts';
import { until } from '../support/until.ts';

const FILE = new URL('../../src/compose/engineWorker.ts', import.meta.url);
const request = { assets: ['BTC'], timeoutMs: 20_000 * pace() };

/** An engine of the simulated market in a real thread. */
async function kept(changes: { readonly memoryMib?: number; readonly env?: Record<string, string> } = {}) {
  const threads: EngineThread[] = [];
  const states: MarketState[] = [];
  const logger = notingLogger();
  const { env = {}, ...options } = changes;
  const engine = await KeptEngine.start({
    startThread: () => {
      Object.assign(process.env, env);
      const thread = startWorkerThread({ file: FILE, onOutput: (line) => logger.debug(line), ...options });
      for (const name of Object.keys(env)) Reflect.deleteProperty(process.env, name);
      threads.push(thread);
      return thread;
    },
    params: { simulator: { seed: 3, scenario: 'calm' } },
    rules: () => ({}),
    keepMonths: () => ({ live: 6 }),
    transportState: undefined,
    source: 'simulated',
    logger,
    keys: { get: () => Promise.resolve(undefined) },
    onNotice: (text) => logger.warn(text),
  });
  engine.onDidChange((state) => states.push(state));
  return { engine, threads, states, logger };
}

/** Waits for a state of which something is true. */
async function stateOf(
  states: readonly MarketState[],
  isRight: (state: MarketState) => boolean,
): Promise<MarketState> {
  const found = await until(
    'state',
    () => states.findLast(isRight) ?? { lastError: states.at(-1)?.lastError },
    (state) => 'phase' in state,
  );
  return found as MarketState;
}

describe('the engine in a real thread', () => {
  let running: KeptEngine | undefined;
  afterEach(async () => {
    await running?.dispose();
    running = undefined;
  });

  it('reads the market there, and holds up this thread less than a frame and a half', async () => {
    // Flags that a whole process may have and a thread may not.
    const { engine, states } = await kept({ env: { NODE_OPTIONS: '--max-old-space-size=4096' } });
    running = engine;
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    await engine.refresh(request);
    delay.disable();
    const { snapshot, regimes } = await stateOf(
      states,
      (state) => state.phase === 'ready' && !state.isRefreshing,
    );
    assert.equal(snapshot?.assets[0]?.aggregate.coverage.fresh, 9);
    assert.equal(snapshot.source, 'simulated');
    assert.ok(regimes.get('BTC') !== undefined);
    assert.ok(Math.abs(engine.nowMs() - Date.now()) < 10_000);
    assert.deepEqual((await engine.health())?.exchanges.length, 9);
    assert.ok((await engine.listedAssets()).includes('BTC'));

    const { source, charts } = await engine.charts({ asset: 'BTC', charts: ['liquidation'], hours: 48 });
    assert.deepEqual([source, Object.keys(charts)], ['simulated', ['liquidation']]);
    assert.ok(charts.liquidation !== undefined && 'data' in charts.liquidation);
    assert.ok(
      charts.liquidation.data.levels.longCells.some((cell) => cell > 0),
      'columns arrive with their numbers',
    );
    // The engine computes for half a second and more meanwhile; how much else runs on the machine shows here too.
    assert.ok(delay.percentile(99) / 1e6 < 25, `99 % of delays are below ${delay.percentile(99) / 1e6} ms`);
  });

  it('reads lines of any time there, which state what the charts state', async () => {
    const { engine } = await kept();
    running = engine;
    await engine.refresh(request);
    const { charts } = await engine.charts({ asset: 'BTC', charts: ['openInterest'], hours: 48 });
    assert.ok(charts.openInterest !== undefined && 'data' in charts.openInterest);
    const { lines: ofChart } = charts.openInterest.data;
    const toMs = Math.max(...ofChart.map(({ base }) => base.atMs.at(-1) ?? 0)) + 1;
    const wish = { asset: 'BTC', series: ['open-interest'], stepMs: HOUR_MS, fromMs: toMs - 1 - 60 * HOUR_MS, toMs } as const; // prettier-ignore
    const { source, lines } = await engine.lines(wish, new AbortController().signal);
    assert.equal(source, 'simulated');
    // In the second half of an hour a first reading belongs to the hour that comes: a line without a number yet.
    const drawn = ofChart.filter(({ base }) => base.values.some(Number.isFinite));
    assert.deepEqual(lines.map(({ id }) => id).sort(), drawn.map(({ id }) => id).sort());
    let compared = 0;
    for (const { id, base } of drawn) {
      const line = lines.find((one) => one.id === id) ?? assert.fail(id);
      for (const [at, atMs] of base.atMs.entries()) {
        const other = line.values[(atMs - line.firstMs) / HOUR_MS] ?? Number.NaN;
        if (Number.isNaN(other) || Number.isNaN(base.values[at] ?? Number.NaN)) continue;
        assert.equal(other, base.values[at], `${id} at ${atMs}`);
        compared += 1;
      }
    }
    assert.ok(compared > 300, `${compared} values were compared`);
  });

  it('is there again after it was killed in the middle of a refresh', async () => {
    const { engine, threads, states } = await kept();
    running = engine;
    await engine.refresh(request);
    const refresh = engine.refresh(request);
    refresh.catch(() => undefined);
    await threads[0]?.end();
    await assert.rejects(refresh, (error) => isPerpscopeError(error, 'engine'));
    const down = await stateOf(states, ({ lastError }) =>
      /ended with exit code 1\. It starts again/.test(lastError ?? ''),
    );
    assert.equal(down.snapshot?.assets[0]?.aggregate.coverage.fresh, 9, 'the numbers stay');
    states.length = 0;
    const back = await stateOf(states, (state) => state.lastError === undefined && !state.isRefreshing);
    assert.equal(back.snapshot?.assets[0]?.aggregate.coverage.fresh, 9);
    assert.equal(threads.length, 2);
  });

  it('says so where its memory does not suffice, and is not alive with less', async () => {
    await assert.rejects(
      kept({ memoryMib: 8 }),
      (error) => isPerpscopeError(error, 'engine') && /for want of memory/.test(error.message),
    );
  });

  it('ends although its loop does not, and says the reason', async () => {
    const file = new URL('data:text/javascript,for (;;);');
    const thread = startWorkerThread({ file, onOutput: () => undefined });
    await thread.end('because it gave no answer');
    assert.equal(await thread.ended, 'because it gave no answer');
  });

  it('names the providers of keys without an engine, and ends', async () => {
    const logger = notingLogger();
    const thread = startWorkerThread({ file: FILE, onOutput: (line) => logger.debug(line) });
    const keys = { get: () => Promise.resolve(undefined) };
    const client = new EngineClient({ thread, logger, keys, onNotice: () => undefined });
    const providers = await client.keyedProviders();
    assert.ok(providers.length > 1 && providers.every(({ environment }) => environment !== ''));
    await client.stop();
    assert.match(await thread.ended, /exit code/);
  });
});
