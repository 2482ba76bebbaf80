import type { Clock } from '../../core/clock.ts';
import { LONGEST_PAUSE_MS } from './pauseLength.ts';

/**
 * Whether a host may be asked at all. Runs on monotonic time, so that setting the machine's clock opens nothing
 * early; time asleep may therefore make a pause longer, never shorter. No pause is longer than `LONGEST_PAUSE_MS`.
 */
export class HostGate {
  readonly #clock: Clock;
  #opensAtMs = Number.NEGATIVE_INFINITY;
  #reason = '';
  #isGeoBlocked = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Closes for `ms` from now. A shorter pause than the present one changes nothing. */
  close(ms: number, reason: string, isGeoBlocked = false): void {
    const opensAtMs = this.#clock.monotonicMs() + Math.min(ms, LONGEST_PAUSE_MS);
    if (!(opensAtMs > this.#opensAtMs)) return;
    this.#opensAtMs = opensAtMs;
    this.#reason = reason;
    this.#isGeoBlocked = isGeoBlocked;
  }

  /** Ms until requests may leave again; 0 while open. */
  get remainingMs(): number {
    return Math.max(0, this.#opensAtMs - this.#clock.monotonicMs());
  }

  get isClosed(): boolean {
    return this.remainingMs > 0;
  }

  /** Epoch ms at which it opens; undefined while open. */
  get opensAtWallMs(): number | undefined {
    return this.isClosed ? Math.ceil(this.#clock.nowMs() + this.remainingMs) : undefined;
  }

  /** Why it is closed, for example `HTTP 429`. */
  get reason(): string {
    return this.#reason;
  }

  /** It was closed because nobody is served from here: no matter of asking less. */
  get isGeoBlocked(): boolean {
    return this.#isGeoBlocked;
  }
}
