import type { Clock } from '../../core/clock.ts';

/** Timers of node fire at once above this. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** Nobody reads why the timer ended; without a reason of ours an error with its stack would be made for every request. */
const OVER = 'over';

/** A signal that fires after a while, or when one of its parents does. Dispose it, or its timer and listeners stay. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Ms until it fires by time; 0 once it has fired. */
  remainingMs(): number;
  dispose(): void;
}

export interface Parent {
  readonly signal: AbortSignal | undefined;
  /** The error that the child's signal carries for the parent's reason. */
  toReason(reason: unknown): unknown;
}

/** Starts a deadline of `ms`. Its signal's reason is `expiry()`, or what the parent that fired first says. */
export function startDeadline(
  clock: Clock,
  ms: number,
  expiry: () => unknown,
  parents: readonly Parent[] = [],
): Deadline {
  const span = Math.max(0, Math.min(ms, LONGEST_TIMER_MS));
  const endsAtMs = clock.monotonicMs() + span;
  const controller = new AbortController();
  const timer = new AbortController();
  const cleanups: (() => void)[] = [];
  const dispose = (): void => {
    timer.abort(OVER);
    for (const cleanup of cleanups.splice(0)) cleanup();
  };
  const fire = (reason: unknown): void => {
    dispose();
    controller.abort(reason);
  };

  clock.sleep(span, timer.signal).then(
    () => fire(expiry()),
    () => undefined,
  );
  for (const { signal, toReason } of parents) {
    if (signal === undefined) continue;
    if (signal.aborted) {
      fire(toReason(signal.reason));
      break;
    }
    const onAbort = (): void => fire(toReason(signal.reason));
    signal.addEventListener('abort', onAbort, { once: true });
    cleanups.push(() => signal.removeEventListener('abort', onAbort));
  }
  return {
    signal: controller.signal,
    remainingMs: () => (controller.signal.aborted ? 0 : Math.max(0, endsAtMs - clock.monotonicMs())),
    dispose,
  };
}
