import type { Clock } from '../../src/core/clock.ts';

interface Sleeper {
  readonly dueMs: number;
  wake(): void;
}

/** Lets everything run that is already due, short of timers. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A clock that stands still until a test moves it. Sleepers wake in order of time, then of falling asleep. */
export class FakeClock implements Clock {
  #wallMs: number;
  #monotonicMs = 0;
  #sleepers: Sleeper[] = [];

  constructor(startMs: number = Date.UTC(2026, 10, 1)) {
    this.#wallMs = startMs;
  }

  nowMs(): number {
    return this.#wallMs;
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  /** How many sleep. */
  get pending(): number {
    return this.#sleepers.length;
  }

  /** Ms until the next sleeper wakes, undefined if none sleeps. */
  get nextInMs(): number | undefined {
    const next = this.#sleepers[0];
    return next === undefined ? undefined : next.dueMs - this.#monotonicMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const onAbort = (): void => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal?.reason as Error);
      };
      const sleeper: Sleeper = {
        dueMs: this.#monotonicMs + Math.max(0, ms),
        wake: () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      const after = this.#sleepers.findIndex((other) => other.dueMs > sleeper.dueMs);
      this.#sleepers.splice(after === -1 ? this.#sleepers.length : after, 0, sleeper);
    });
  }

  /** Moves both times forward, waking sleepers on the way, each at its own time. */
  async advance(ms: number): Promise<void> {
    const targetMs = this.#monotonicMs + ms;
    await settle();
    for (
      let next = this.#sleepers[0];
      next !== undefined && next.dueMs <= targetMs;
      next = this.#sleepers[0]
    ) {
      this.#sleepers.shift();
      this.#move(Math.max(0, next.dueMs - this.#monotonicMs));
      next.wake();
      await settle();
    }
    this.#move(targetMs - this.#monotonicMs);
    await settle();
  }

  /** Changes wall time alone, as setting the machine's clock does. */
  jumpWall(ms: number): void {
    this.#wallMs += ms;
  }

  /** Moves both times on and wakes nobody, as for a process that is stopped; who was due wakes at the next advance. */
  skip(ms: number): void {
    this.#move(ms);
  }

  #move(ms: number): void {
    this.#monotonicMs += ms;
    this.#wallMs += ms;
  }
}
