import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { HeldStreams, type HeldStreamsDeps } from '../../../../../src/sources/collect/streams/heldStreams.ts';
import type { Streams } from '../../../../../src/sources/collect/streams/startStreams.ts';
import { settle } from '../../../../support/fakeClock.ts';

const ROUND = { results: [] };

/** Streams that count what is done with them. */
function counted(deps: Partial<HeldStreamsDeps> = {}) {
  const count = { started: 0, ended: 0, rounds: 0 };
  const start = (): Streams => {
    count.started += 1;
    return {
      onCollected: () => void (count.rounds += 1),
      choose: () => undefined,
      status: () => undefined,
      dispose: () => Promise.resolve(void (count.ended += 1)),
    } as unknown as Streams;
  };
  return { count, held: new HeldStreams({ start, ...deps }) };
}

describe('streams of who collects', () => {
  it('are not begun by a round that ends after another process took over', async () => {
    let isHere = true;
    const { count, held } = counted({ mayRun: () => isHere });
    isHere = false;
    held.onCollected(ROUND);
    await settle();
    assert.deepEqual(count, { started: 0, ended: 0, rounds: 0 });
    isHere = true;
    held.onCollected(ROUND);
    await settle();
    assert.deepEqual(count, { started: 1, ended: 0, rounds: 1 });
  });

  it('open nothing where another process took over while they were starting', async () => {
    for (const isTold of [true, false]) {
      let isHere = true;
      const earlier = Promise.withResolvers<undefined>();
      const { count, held } = counted({ mayRun: () => isHere, earlier: () => earlier.promise });
      held.onCollected(ROUND);
      isHere = false;
      const stopped = isTold ? held.stop() : undefined;
      earlier.resolve(undefined);
      await stopped;
      await settle();
      assert.deepEqual(count, { started: 0, ended: 0, rounds: 0 });
      isHere = true;
      held.onCollected(ROUND);
      await settle();
      assert.deepEqual(count, { started: 1, ended: 0, rounds: 1 });
      await held.stop();
      assert.equal(count.ended, 1);
    }
  });

  it('that cannot be started are tried again, and ended without an error', async () => {
    const failed: unknown[] = [];
    let isBroken = true;
    const working = counted();
    const held = new HeldStreams({
      start: () => {
        if (isBroken) throw new Error('no memory');
        return { ...({} as Streams), onCollected: () => void (working.count.rounds += 1), choose: () => undefined, dispose: () => Promise.reject(new Error('late')) }; // prettier-ignore
      },
      onFailed: (error) => void failed.push(String(error)),
    });
    held.onCollected(ROUND);
    await settle();
    await held.stop();
    isBroken = false;
    held.onCollected(ROUND);
    await settle();
    assert.equal(working.count.rounds, 1);
    await held.stop();
    assert.deepEqual(failed, ['Error: no memory', 'Error: late']);
  });
});
