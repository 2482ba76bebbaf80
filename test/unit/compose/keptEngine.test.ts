import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { KeptEngine } from '../../../src/compose/keptEngine.ts';
import { isPerpscopeError, PerpscopeError } from '../../../src/core/errors.ts';
import { HOUR_MS, MINUTE_MS } from '../../../src/core/units.ts';
import type { RulesChoice } from '../../../src/market/rulesChoice.ts';
import type { MarketState } from '../../../src/market/snapshot.ts';
import { FakeClock, settle } from '../../support/fakeClock.ts';
import { FakeThread, notingLogger } from '../../support/fakeEngine.ts';
import { readyState } from '../surfaces/editor/states.ts';

const made: KeptEngine[] = [];

async function kept(changes: { readonly isHung?: () => boolean; readonly signal?: AbortSignal } = {}) {
  const clock = new FakeClock();
  const threads: FakeThread[] = [];
  const failures: Error[] = [];
  const states: MarketState[] = [];
  const logger = notingLogger();
  const chosen: { rules: RulesChoice } = { rules: { level: 0.6 } };
  const engine = await KeptEngine.start({
    startThread: () => {
      const thread = new FakeThread(
        () => clock.nowMs(),
        () => failures.shift(),
      );
      if (changes.isHung?.() === true) thread.hang();
      threads.push(thread);
      return thread;
    },
    params: { storePath: '/history' },
    rules: () => chosen.rules,
    keepMonths: () => ({ live: 6 }),
    transportState: { from: 'before' },
    source: 'live',
    logger,
    keys: { get: () => Promise.resolve(undefined) },
    onNotice: () => undefined,
    clock,
    ...(changes.signal === undefined ? {} : { signal: changes.signal }),
  });
  made.push(engine);
  engine.onDidChange((state) => states.push(state));
  const fake = (at: number) => threads[at]?.fake ?? assert.fail(`no engine ${at}`);
  return { engine, clock, threads, failures, states, logger, fake, chosen };
}
const request = { assets: ['BTC'], graceMs: 2_000 };
/** An engine that has read the market once, and whose second refresh runs. */
async function refreshing() {
  const all = await kept();
  const first = all.engine.refresh(request);
  await settle();
  all.fake(0).become(readyState('live'));
  all.fake(0).answer();
  await first;
  const running = all.engine.refresh(request);
  running.catch(() => undefined);
  await settle();
  all.fake(0).become({ ...readyState('live'), isRefreshing: true });
  await settle();
  return { ...all, running };
}

describe('an engine that is kept running', () => {
  it('is started with the rules that are chosen, and told of others before it refreshes', async () => {
    const { engine, chosen, fake, threads, clock } = await kept();
    assert.deepEqual(fake(0).options.rules, { level: 0.6 });
    chosen.rules = { file: { path: '/a.json', name: 'a.json' }, level: undefined };
    const refreshed = engine.refresh(request);
    await settle();
    const file = { path: '/a.json', name: 'a.json' };
    assert.deepEqual(fake(0).rules, [{ file, level: undefined, refreshes: 0 }]);
    assert.deepEqual(fake(0).asked, ['refresh']);
    fake(0).answer();
    await refreshed;
    threads[0]?.die('for want of memory');
    await settle();
    await clock.advance(1_000);
    await settle();
    assert.deepEqual(fake(1).options.rules?.file, file, 'one that starts anew as well');
  });

  // Whatever runs is ended: a refresh that nobody answers would wait for minutes.
  afterEach(() => Promise.all(made.splice(0).map((engine) => engine.dispose())));

  it('refuses the refresh that ran when it dies, says so beside the numbers, and starts again', async () => {
    const { threads, running, states, engine, clock, fake } = await refreshing();
    threads[0]?.die('for want of memory');
    await assert.rejects(running, (error) => isPerpscopeError(error, 'engine'));
    await settle();
    const down = states.at(-1);
    assert.equal(
      down?.lastError,
      'The engine of Perpscope ended for want of memory. It starts again in 1 s.',
    );
    assert.deepEqual([down.phase, down.isRefreshing, down.snapshot !== undefined], ['ready', false, true]);
    await assert.rejects(
      engine.refresh(request),
      (error) => isPerpscopeError(error, 'engine') && /starts again in 1 s/.test(error.message),
    );
    assert.equal(threads.length, 1);

    await clock.advance(999);
    assert.equal(threads.length, 1);
    await clock.advance(1);
    assert.equal(threads.length, 2);
    assert.match(states.at(-1)?.lastError ?? '', /has started again and asks the exchanges/);
    assert.deepEqual(
      fake(1).requests.map(({ signal: _signal, ...asked }) => asked),
      [request],
      'the market is read again by itself',
    );
    assert.deepEqual(fake(1).options.transportState, { pauses: 1 }, 'and no pause is broken');

    fake(1).become({ phase: 'loading', source: 'live', isRefreshing: true, regimes: new Map() });
    await settle();
    const again = states.at(-1);
    assert.deepEqual(
      [again?.phase, again?.isRefreshing, again?.regimes.size],
      ['ready', true, 1],
      'what was shown stays until there is more',
    );
    assert.match(again?.lastError ?? '', /has started again/);
    fake(1).become(readyState('live'));
    await settle();
    assert.deepEqual(states.at(-1), readyState('live'), 'nothing is said of what is over');
  });

  it('waits longer from death to death, a minute at most, and no longer once it has lived well', async () => {
    const { threads, clock, failures } = await refreshing();
    const waits: (number | undefined)[] = [];
    for (let death = 0; death < 8; death++) {
      threads.at(-1)?.die('by an error: broken');
      await settle();
      const waitMs = clock.nextInMs;
      waits.push(waitMs);
      await clock.advance(waitMs ?? 0);
    }
    assert.deepEqual(waits, [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    assert.equal(threads.length, 9);
    await clock.advance(5 * MINUTE_MS);
    failures.push(new PerpscopeError('config', 'no such folder'));
    threads.at(-1)?.die('by an error: broken');
    await settle();
    assert.equal(clock.nextInMs, 1_000);
    await clock.advance(1_000);
    assert.equal(clock.nextInMs, 2_000, 'one that cannot start is one more death');
  });

  it('says failed where nothing had been read, and why it cannot start', async () => {
    const { threads, failures, states, clock } = await kept();
    failures.push(new PerpscopeError('config', 'no such folder'));
    threads[0]?.die('with exit code 7');
    await settle();
    assert.deepEqual(
      [states[0]?.phase, states[0]?.lastError],
      ['failed', 'The engine of Perpscope ended with exit code 7. It starts again in 1 s.'],
    );
    await clock.advance(1_000);
    assert.match(
      states.at(-1)?.lastError ?? '',
      /ended and could not start: no such folder\. It starts again in 2 s/,
    );
  });

  it('is watched by the next engine as it was by the last', async () => {
    const { engine, threads, clock, fake } = await refreshing();
    const one = engine.watch();
    const other = engine.watch();
    await settle();
    assert.equal(fake(0).watchers, 1);
    threads[0]?.die('with exit code 1');
    await settle();
    other.dispose();
    await clock.advance(1_000);
    assert.equal(fake(1).watchers, 1);
    one.dispose();
    await settle();
    assert.equal(fake(1).watchers, 0);
  });

  it('tells health as it was last heard while no engine runs', async () => {
    const { engine, threads } = await refreshing();
    const health = await engine.health();
    assert.equal(health?.asOfMs, 7);
    threads[0]?.die('with exit code 1');
    await settle();
    assert.deepEqual(await engine.health(), health);
    await assert.rejects(engine.charts({ asset: 'BTC', charts: [], hours: 168 }), (error) =>
      isPerpscopeError(error, 'engine'),
    );
  });

  it('starts none any more once it has ended, and says nothing more', async () => {
    const { engine, threads, clock, states } = await refreshing();
    threads[0]?.die('with exit code 1');
    await settle();
    const said = states.length;
    await engine.dispose();
    await clock.advance(10 * MINUTE_MS);
    assert.deepEqual([threads.length, states.length, clock.pending], [1, said, 0]);
    const other = await refreshing();
    await other.engine.dispose();
    assert.deepEqual(other.fake(0).asked, ['refresh', 'refresh', 'dispose']);
    await other.clock.advance(10 * MINUTE_MS);
    assert.equal(other.threads.length, 1, 'an end that was asked for is no death');
    assert.deepEqual(other.engine.transportState(), { pauses: 2 });
  });

  it('ends an engine that hangs, names it and starts another', async () => {
    const { threads, running, states, clock, fake } = await refreshing();
    await clock.advance(10 * MINUTE_MS);
    assert.equal(threads.length, 1, 'one that answers is left alone');
    threads[0]?.hang();
    await clock.advance(29_000);
    assert.equal(threads.length, 1, 'it may only be busy');
    await clock.advance(11_000);
    await assert.rejects(running, (error) => isPerpscopeError(error, 'engine'));
    const words = 'The engine of Perpscope ended because it gave no answer for 30 s. It starts again in 1 s.';
    assert.deepEqual(
      states.filter(({ lastError }) => lastError === words).map(({ isRefreshing }) => isRefreshing),
      [false],
    );
    await clock.advance(2_000);
    assert.equal(threads.length, 2);
    assert.deepEqual(fake(1).asked, ['refresh']);
  });

  it('takes neither a slow answer nor the sleep of the machine for a hang', async () => {
    const { threads, clock } = await refreshing();
    const [thread] = threads;
    for (let round = 0; round < 3; round++) {
      thread?.hang();
      await clock.advance(25_000);
      thread?.goOn();
      await clock.advance(10_000);
    }
    thread?.hang();
    for (let night = 0; night < 3; night++) {
      clock.skip(8 * HOUR_MS);
      // After the round in which both slept, two that were awake.
      await clock.advance(25_000);
    }
    assert.equal(threads.length, 1);
    await clock.advance(15_000);
    assert.equal(threads.length, 2, 'awake, it is found');
  });

  it('ends within a moment while an engine starts, whatever that one does', async () => {
    let isHung = false;
    const { engine, threads, clock } = await kept({ isHung: () => isHung });
    isHung = true;
    threads[0]?.die('with exit code 1');
    await settle();
    await clock.advance(1_000);
    assert.equal(threads.length, 2);
    const beganMs = performance.now();
    await engine.dispose();
    assert.ok(performance.now() - beganMs < 2_000);
    assert.match((await threads[1]?.ended) ?? '', /exit code 1/, 'its thread has ended');
    await clock.advance(10 * MINUTE_MS);
    assert.deepEqual([threads.length, clock.pending], [2, 0]);
  });

  it('can be called off while the first engine starts', async () => {
    const over = new AbortController();
    const start = kept({ isHung: () => true, signal: over.signal });
    await settle();
    over.abort(new Error('the window was closed'));
    await assert.rejects(start, (error) => isPerpscopeError(error, 'aborted'));
  });

  it('rejects where the first engine cannot start, with its own error', async () => {
    let thread: FakeThread | undefined;
    const start = KeptEngine.start({
      startThread: () =>
        (thread = new FakeThread(Date.now, () => new PerpscopeError('config', 'endpoints: no address'))),
      params: {},
      rules: () => ({}),
      keepMonths: () => ({ live: 6 }),
      transportState: undefined,
      source: 'live',
      logger: notingLogger(),
      keys: { get: () => Promise.resolve(undefined) },
      onNotice: () => undefined,
    });
    await assert.rejects(
      start,
      (error) => isPerpscopeError(error, 'config') && error.message === 'endpoints: no address',
    );
    assert.match((await thread?.ended) ?? '', /exit code/, 'its thread has ended');
  });
});
