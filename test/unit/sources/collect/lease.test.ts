import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { silentLogger } from '../../../../src/core/logger.ts';
import { HOUR_MS, SECOND_MS } from '../../../../src/core/units.ts';
import { fencedHttp, fencedStore } from '../../../../src/sources/collect/fence.ts';
import {
  CollectorLease,
  DEAD_AFTER_MS,
  HELD_FOR_MS,
  type LeaseRole,
} from '../../../../src/sources/collect/lease.ts';
import type { HttpClient } from '../../../../src/sources/transport/httpClient.ts';
import type { HistoryStore } from '../../../../src/store/historyStore.ts';
import { createMemoryStore } from '../../../../src/store/memoryStore.ts';
import { FakeClock } from '../../../support/fakeClock.ts';

/** Processes on one store, each with a clock of its own: one that stands still is stopped or asleep. */
function processes(names: readonly string[]) {
  const store = createMemoryStore('live');
  const trouble: { error?: Error } = {};
  const all = names.map((holder) => {
    const clock = new FakeClock();
    const roles: LeaseRole[] = [];
    const lease = new CollectorLease({
      store: () => (trouble.error === undefined ? Promise.resolve(store) : Promise.reject(trouble.error)),
      clock,
      logger: silentLogger,
      holder,
      onRole: (role) => void roles.push(role),
    });
    return { holder, clock, lease, roles };
  });
  const advance = async (ms: number, awake = all): Promise<void> => {
    for (let left = ms; left > 0; left -= 250)
      for (const { clock } of awake) await clock.advance(Math.min(250, left));
  };
  const holders = () => all.filter(({ lease }) => lease.role === 'holder').map(({ holder }) => holder);
  const join = async () => {
    for (const { lease } of all) await lease.join();
  };
  return { store, trouble, all, advance, holders, join };
}

describe('the lease of a store', () => {
  it('is held by one of five for as long as it lives', async () => {
    const { all, advance, holders, join } = processes(['a', 'b', 'c', 'd', 'e']);
    await join();
    assert.deepEqual(holders(), ['a']);
    await advance(120 * SECOND_MS);
    assert.deepEqual(holders(), ['a']);
    assert.deepEqual(all.map(({ roles }) => roles.join()), ['holder', ...Array<string>(4).fill('follower')]); // prettier-ignore
    assert.deepEqual(
      all.map(({ lease }) => lease.heldBy),
      Array(5).fill('a'),
    );
  });

  it('is taken by one other within 15 s of a holder that is killed, and not before it is dead', async () => {
    const { store, all, advance, holders, join } = processes(['a', 'b', 'c']);
    await join();
    await advance(20 * SECOND_MS);
    const [, ...others] = all;
    await advance(DEAD_AFTER_MS - 2 * SECOND_MS, others);
    assert.deepEqual(holders(), ['a'], 'it may only be busy');
    await advance(5 * SECOND_MS, others);
    assert.deepEqual(others.map(({ lease }) => lease.role), ['holder', 'follower']); // prettier-ignore
    assert.deepEqual([(await store.lease())?.epoch, (await store.lease())?.holder], [2, 'b']);
  });

  it('is taken at once where it was given up', async () => {
    const { all, advance, holders, join } = processes(['a', 'b']);
    await join();
    await all[0]!.lease.end();
    await advance(SECOND_MS, all.slice(1));
    assert.deepEqual(holders().includes('b'), true);
  });

  it('is never taken again by who has given it up, whatever of it is still under way', async () => {
    const { all, join, store } = processes(['a']);
    const [{ lease, clock }] = all as [(typeof all)[0]];
    await join();
    clock.skip(HELD_FOR_MS + SECOND_MS);
    const before = lease.ensureHeld();
    const ended = lease.end();
    const during = lease.ensureHeld();
    await ended;
    assert.deepEqual([await before, await during], [false, false]);
    clock.skip(HELD_FOR_MS + SECOND_MS);
    assert.deepEqual([await lease.ensureHeld(), lease.isHeld], [false, false]);
    await lease.join();
    assert.deepEqual([await lease.ensureHeld(), lease.isHeld], [false, false]);
    await clock.advance(20 * SECOND_MS);
    assert.equal(await store.lease(), undefined);
  });

  it('makes a holder that was stopped a reader before it writes or asks anything', async () => {
    const { all, advance, join, store } = processes(['a', 'b']);
    await join();
    const [a, b] = [all[0]!, all[1]!];
    await advance(10 * SECOND_MS);
    // SIGSTOP: its monotonic time goes on, none of its timers do.
    await advance(30 * SECOND_MS, [b]);
    assert.equal(b.lease.role, 'holder');
    const sent: string[] = [];
    const http = fencedHttp(
      { send: () => Promise.resolve(sent.push('asked')) } as unknown as HttpClient,
      a.lease,
    );
    const fenced = fencedStore(store, a.lease);
    a.clock.skip(30 * SECOND_MS);
    assert.equal(a.lease.isHeld, false, 'known without a look');
    await assert.rejects(fenced.appendGaps([]), { code: 'aborted' });
    await assert.rejects(http.send({} as never), { code: 'aborted' });
    assert.deepEqual([sent, a.lease.role, a.lease.heldBy], [[], 'follower', 'b']);
    await advance(60 * SECOND_MS);
    assert.deepEqual([a.lease.role, b.lease.role], ['follower', 'holder']);
    assert.deepEqual(await fenced.gaps({}), [], 'who follows reads');
  });

  it('stays with its holder where all slept together, whoever wakes first', async () => {
    const { all, advance, holders, join } = processes(['a', 'b']);
    await join();
    await advance(10 * SECOND_MS);
    for (const { clock } of all) clock.skip(8 * HOUR_MS);
    await advance(3 * SECOND_MS, all.slice(1));
    assert.deepEqual(holders(), ['a']);
    await advance(30 * SECOND_MS);
    assert.deepEqual(all.map(({ lease }) => lease.role), ['holder', 'follower']); // prettier-ignore
  });

  it('does not hear of clocks that are set', async () => {
    const { all, advance, join } = processes(['a', 'b']);
    await join();
    for (const jumpMs of [HOUR_MS, -2 * HOUR_MS, 9_000_000_000]) {
      for (const { clock } of all) clock.jumpWall(jumpMs);
      await advance(20 * SECOND_MS);
      all[0]!.clock.jumpWall(-jumpMs);
      await advance(20 * SECOND_MS);
      assert.deepEqual(all.map(({ roles }) => roles.join()), ['holder', 'follower']); // prettier-ignore
    }
  });

  it('is no reason to collect nothing: where the store fails each collects, and one again once it works', async () => {
    const { all, advance, holders, join, trouble } = processes(['a', 'b']);
    await join();
    trouble.error = new Error('disk full');
    await advance(3 * SECOND_MS);
    assert.equal(all[0]!.lease.role, 'holder', 'a moment is nothing');
    await advance(2 * HELD_FOR_MS);
    assert.deepEqual(all.map(({ lease }) => lease.role), ['alone', 'alone']); // prettier-ignore
    assert.ok(await all[1]!.lease.ensureHeld());
    delete trouble.error;
    await advance(20 * SECOND_MS);
    assert.deepEqual(holders(), ['a']);
    assert.equal(all[1]!.lease.role, 'follower');
  });

  it('keeps nobody waiting whose history takes long to open: it collects meanwhile', async () => {
    const clock = new FakeClock();
    const store = createMemoryStore('live');
    const opened = Promise.withResolvers<typeof store>();
    const other = await store.takeLease('b', undefined);
    const lease = new CollectorLease({
      store: () => opened.promise,
      clock,
      logger: silentLogger,
      holder: 'a',
    });
    const joined = lease.join();
    await clock.advance(2 * SECOND_MS);
    assert.deepEqual([await joined, lease.isHeld], ['alone', true]);
    opened.resolve(store);
    await clock.advance(SECOND_MS);
    assert.deepEqual([lease.role, lease.heldBy, other?.holder], ['follower', 'b', 'b']);
    await lease.end();
  });

  it('is taken back at once by the next life of its holder, whose first has ended without giving it up', async () => {
    const store = createMemoryStore('live');
    await store.takeLease('a', undefined);
    const next = (holder: string) => new CollectorLease({ store: () => Promise.resolve(store), clock: new FakeClock(), logger: silentLogger, holder }); // prettier-ignore
    const [again, other] = [next('a'), next('b')];
    assert.deepEqual([await other.join(), await again.join()], ['follower', 'holder']);
    assert.equal((await store.lease())?.epoch, 2);
    await Promise.all([again.end(), other.end()]);
  });

  it('does not make a process follow one that collects another market', async () => {
    const store = createMemoryStore('live');
    const held = await store.takeLease('b of another', undefined);
    const clock = new FakeClock();
    const lease = new CollectorLease({
      store: () => Promise.resolve(store),
      ...{ clock, logger: silentLogger, holder: 'a' },
      isSameMarket: (holder) => !holder.endsWith('of another'),
    });
    assert.deepEqual([await lease.join(), await lease.ensureHeld()], ['alone', true]);
    await store.endLease(held!);
    await clock.advance(2 * SECOND_MS);
    assert.equal(lease.role, 'holder');
    await lease.end();
    assert.equal(await store.lease(), undefined);
  });

  it('is never held by two that would write, whatever stops, sleeps and wakes', async () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    let state = seed;
    const random = (): number => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
    const { all, advance, join } = processes(['a', 'b', 'c', 'd']);
    await join();
    for (let step = 0; step < 150; step += 1) {
      const awake = all.filter(() => random() < 0.7);
      const ms = Math.ceil(random() * 12) * 1_000;
      for (let left = ms; left > 0; left -= 500) {
        await advance(500, awake);
        for (const one of all) if (!awake.includes(one)) one.clock.skip(500);
        const writing = all.filter(({ lease }) => lease.isHeld).map(({ holder }) => holder);
        assert.ok(writing.length <= 1, `seed ${seed}, step ${step}: ${writing.join()} would write`);
      }
    }
    await advance(20 * SECOND_MS);
    assert.equal(all.filter(({ lease }) => lease.role === 'holder').length, 1, `seed ${seed}`);
  });
});

describe('a store behind the fence', () => {
  it('does all that the store does while the lease is held', async () => {
    const store: HistoryStore = createMemoryStore('simulated');
    const fenced = fencedStore(store, { ensureHeld: () => Promise.resolve(true) });
    assert.equal(fenced.source, 'simulated');
    await fenced.appendGaps([{ exchange: 'okx', stream: 's', fromMs: 1, toMs: 2, cause: 'stopped', backfilled: false }]); // prettier-ignore
    assert.equal((await fenced.gaps({})).length, 1);
    await fenced.close();
    await assert.rejects(store.gaps({}), { code: 'store' });
  });
});
