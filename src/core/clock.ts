/** Time as a dependency. `nowMs` is wall time (epoch ms), `monotonicMs` only grows and measures ages and waits. */
export interface Clock {
  nowMs(): number;
  monotonicMs(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/**
 * So far a time may lie ahead of the clock it is compared with: servers of one exchange differ by seconds, and a `Date`
 * header counts whole ones. What is dated later than that was not measured.
 */
export const AHEAD_TOLERANCE_MS = 10_000;

/** Returns whether a time lies ahead of now by more than clocks may differ. */
export function isAhead(atMs: number, nowMs: number): boolean {
  return atMs - nowMs > AHEAD_TOLERANCE_MS;
}

/** Returns how long ago a time was, in ms: 0 for one that is ahead by no more than clocks differ, else negative. */
export function elapsedMs(atMs: number, nowMs: number): number {
  const ms = nowMs - atMs;
  return ms < 0 && !isAhead(atMs, nowMs) ? 0 : ms;
}

/** What the exchanges say of the clock of this machine where it is wrong. */
export interface MachineClock {
  /** So far it is behind theirs, in ms; negative where it is ahead. */
  readonly behindMs: number;
  /** How many exchanges say so. */
  readonly exchanges: number;
}

/** The machine's clock. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const onAbort = (): void => {
        clearTimeout(timer);
        reject(signal?.reason as Error);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      }, ms);
      signal?.addEventListener('abort', onAbort, { once: true });
    }),
};
