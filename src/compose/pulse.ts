import type { Clock } from '../core/clock.ts';
import { isPerpscopeError } from '../core/errors.ts';
import { SECOND_MS } from '../core/units.ts';

const EVERY_MS = 10 * SECOND_MS;
const MOST_MISSED = 3;
/** So late after its time a round says nothing: this side slept, or was busy itself. */
const LATE_MS = 2 * SECOND_MS;

/** For so long there was no answer where `hasHung` says so. */
export const HUNG_AFTER_MS = MOST_MISSED * EVERY_MS;

/**
 * Asks again and again; resolves with true once three rounds on end have had no answer, with false when the signal fires.
 * Rounds are counted in monotonic time, and one during which this side itself stood still begins the count anew.
 */
export async function hasHung(
  ping: () => Promise<unknown>,
  clock: Pick<Clock, 'monotonicMs' | 'sleep'>,
  signal: AbortSignal,
): Promise<boolean> {
  for (let missed = 0; missed < MOST_MISSED;) {
    let isAnswered = false;
    ping().then(
      () => (isAnswered = true),
      // To be refused is an answer.
      (error: unknown) => (isAnswered = !isPerpscopeError(error, 'timeout')),
    );
    const dueMs = clock.monotonicMs() + EVERY_MS;
    await clock.sleep(EVERY_MS, signal).catch(() => undefined);
    if (signal.aborted) return false;
    const isLate = clock.monotonicMs() - dueMs > LATE_MS;
    missed = isAnswered || isLate ? 0 : missed + 1;
  }
  return true;
}
