import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { describe, it } from 'mocha';
import { throwIfAborted } from '../../../src/core/abort.ts';
import { systemClock, type Clock } from '../../../src/core/clock.ts';
import { isPerpscopeError } from '../../../src/core/errors.ts';
import { FakeClock } from '../../support/fakeClock.ts';

const HOUR_MS = 3_600_000;
const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

/** What any clock must do when a sleep is cancelled; a sleep of an hour shows that it did not wait. */
function cancels(name: string, clock: Clock): void {
  describe(`a cancelled sleep of the ${name}`, () => {
    it('rejects with the reason of the signal, at once', async () => {
      const stop = new AbortController();
      const reason = new Error('no longer wanted');
      const slept = clock.sleep(HOUR_MS, stop.signal);
      assert.equal(listeners(stop.signal), 1);
      stop.abort(reason);
      await assert.rejects(slept, (thrown) => thrown === reason);
      assert.equal(listeners(stop.signal), 0);
    });

    it('does not begin where the signal had fired before', async () => {
      const reason = new Error('too late');
      await assert.rejects(clock.sleep(HOUR_MS, AbortSignal.abort(reason)), (thrown) => thrown === reason);
    });
  });
}

cancels('system clock', systemClock);
cancels('fake clock', new FakeClock());

describe('the system clock', () => {
  it('wakes after the time and leaves no listener on the signal', async () => {
    const { signal } = new AbortController();
    const before = systemClock.monotonicMs();
    await systemClock.sleep(5, signal);
    assert.ok(systemClock.monotonicMs() - before >= 4);
    assert.equal(listeners(signal), 0);
  });

  it('leaves no timer behind a cancelled sleep', async () => {
    const timers = (): number =>
      process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
    const stop = new AbortController();
    const before = timers();
    const slept = systemClock.sleep(HOUR_MS, stop.signal);
    assert.equal(timers(), before + 1);
    stop.abort();
    assert.equal(timers(), before);
    await assert.rejects(slept);
  });
});

describe('the fake clock', () => {
  it('wakes sleepers in order of time and counts both times on', async () => {
    const clock = new FakeClock(1_000);
    const woken: string[] = [];
    void clock.sleep(200).then(() => woken.push(`late at ${clock.nowMs()}`));
    void clock.sleep(100).then(() => woken.push(`early at ${clock.nowMs()}`));
    await clock.advance(150);
    assert.deepEqual(woken, ['early at 1100']);
    await clock.advance(50);
    assert.deepEqual(woken, ['early at 1100', 'late at 1200']);
    assert.equal(clock.monotonicMs(), 200);
  });
});

describe('a check for cancellation', () => {
  it('throws aborted with the reason as cause, and nothing without a signal that has fired', () => {
    const reason = new Error('closed');
    assert.throws(
      () => throwIfAborted(AbortSignal.abort(reason)),
      (thrown) => isPerpscopeError(thrown, 'aborted') && thrown.cause === reason,
    );
    assert.doesNotThrow(() => throwIfAborted(undefined));
    assert.doesNotThrow(() => throwIfAborted(new AbortController().signal));
  });
});
