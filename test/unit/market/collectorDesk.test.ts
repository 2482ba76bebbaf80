import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { silentLogger } from '../../../src/core/logger.ts';
import { SECOND_MS } from '../../../src/core/units.ts';
import { CollectorDesk, type DeskHandlers } from '../../../src/market/collectorDesk.ts';
import { WISH_LIVES_MS } from '../../../src/market/wishes.ts';
import type { CollectorLease } from '../../../src/sources/collect/lease.ts';
import { createMemoryStore } from '../../../src/store/memoryStore.ts';
import { FakeClock, settle } from '../../support/fakeClock.ts';

describe('the desk of a window that follows', () => {
  it('is told all of a store whose file was replaced, also where that has counted further by then', async () => {
    const entry = (key: string) => ({ topic: 'exchange', key, atMs: 0, body: 1 }) as const;
    const [first, second] = [createMemoryStore('live'), createMemoryStore('live')];
    await first.appendJournal([entry('okx'), entry('gate')]);
    await second.appendJournal([entry('okx'), entry('gate'), entry('gate'), entry('gate')]);
    let current = first;
    const desk = new CollectorDesk({
      ...{
        lease: { role: 'follower', heldBy: 'b' } as CollectorLease,
        clock: new FakeClock(),
        logger: silentLogger,
      },
      ...{ storeOf: () => Promise.resolve(current), window: 'a', source: 'live' },
    });
    const told: string[] = [];
    const handlers = { onPart: (_source, { entries }) => told.push(...entries.map(({ key }) => key)) > 0, onRead: () => undefined } satisfies Partial<DeskHandlers>; // prettier-ignore
    desk.handle(handlers as unknown as DeskHandlers);
    await desk.read();
    await desk.read();
    assert.deepEqual(told.splice(0), ['okx', 'gate']);
    current = second;
    await desk.read();
    await desk.read();
    assert.deepEqual(told, ['okx', 'gate']);
  });
});

describe('the desk of a window that collects', () => {
  it('tells all again to a window that was found silent between two looks and lives on', async () => {
    const clock = new FakeClock();
    const store = createMemoryStore('live');
    const lease = {
      ...{ role: 'holder', heldBy: 'a', isHeld: true },
      join: () => Promise.resolve('holder'),
      ensureHeld: () => Promise.resolve(true),
      end: () => Promise.resolve(),
    } as unknown as CollectorLease;
    const storeOf = () => Promise.resolve(store);
    const desk = new CollectorDesk({
      ...{ lease, clock, storeOf, logger: silentLogger, window: 'a', source: 'live' },
    });
    let told = 0;
    desk.handle({
      onRole: () => undefined,
      onPart: () => true,
      onRead: () => undefined,
      onAsked: () => undefined,
      onFollowed: () => void (told += 1),
      note: () => ({ ...{ sinceMs: 0, source: 'live', isRefreshing: false, rounds: 0, isTold: true }, offsetMs: 0, streams: [], sides: {} }) as never, // prettier-ignore
    });
    const wish = (beat: number): Promise<void> =>
      store.appendJournal([
        { topic: 'wish', key: 'b', atMs: clock.nowMs(), body: { form: 1, assets: ['BTC'], ask: 0, beat } },
      ]);
    const tick = async (): Promise<void> => {
      await clock.advance(SECOND_MS);
      for (let turn = 0; turn < 5; turn += 1) await settle();
    };
    await wish(1);
    await desk.join();
    await tick();
    assert.deepEqual([desk.isFollowed, told], [true, 1]);
    for (let ms = 2 * SECOND_MS; ms < WISH_LIVES_MS; ms += SECOND_MS) await tick();
    assert.deepEqual([desk.isFollowed, told], [true, 1]);
    // A round looks before the next tick does.
    clock.skip(2 * SECOND_MS);
    await desk.hear();
    assert.equal(desk.isFollowed, false);
    await wish(2);
    await tick();
    assert.deepEqual([desk.isFollowed, told], [true, 2]);
    await desk.dispose();
  });
});
