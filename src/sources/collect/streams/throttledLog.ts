import type { Clock } from '../../../core/clock.ts';
import type { Logger } from '../../../core/logger.ts';
import { MINUTE_MS } from '../../../core/units.ts';

/** One line a minute per stream; what is held back is counted in the next line. */
export class ThrottledLog {
  readonly #logger: Logger;
  readonly #clock: Clock;
  #nextMs = Number.NEGATIVE_INFINITY;
  #held = 0;

  constructor(logger: Logger, clock: Clock) {
    this.#logger = logger;
    this.#clock = clock;
  }

  warn(message: string): void {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs < this.#nextMs) {
      this.#held += 1;
      return;
    }
    const more = this.#held === 0 ? '' : ` (and ${this.#held} more in the meantime)`;
    this.#nextMs = nowMs + MINUTE_MS;
    this.#held = 0;
    this.#logger.warn(message + more);
  }
}
