import type { Clock } from '../../../core/clock.ts';
import type { PerpscopeError } from '../../../core/errors.ts';
import { SECOND_MS } from '../../../core/units.ts';
import { fullJitterMs } from '../../transport/retry.ts';
import type { ConnectPacer } from './connectPacer.ts';

export interface DialerDeps {
  readonly clock: Clock;
  readonly random: () => number;
  readonly pacer: ConnectPacer;
  /** The gate of the host, shared with everything else that asks it. */
  readonly gate: {
    nextAttemptAtMs(): number | undefined;
    pause(untilMs: number, refusal: PerpscopeError): void;
  };
}

const LEAST_BACKOFF_MS = 500;
/** The wait stops growing at 60 s long before. */
const MAX_ATTEMPTS = 30;
/** A pause is looked at again after so long, for another call may have moved it. */
const LONGEST_NAP_MS = 60 * SECOND_MS;

/** Decides when the next connection may be opened: back-off with full jitter, the pause of the host, the pace. */
export class Dialer {
  readonly #deps: DialerDeps;
  readonly #host: string;
  readonly #signal: AbortSignal;
  #nap: AbortController | undefined;
  #attempts = 0;
  #nextAttemptAtMs: number | undefined;

  constructor(deps: DialerDeps, host: string, signal: AbortSignal) {
    this.#deps = deps;
    this.#host = host;
    this.#signal = signal;
    signal.addEventListener('abort', () => this.#nap?.abort(), { once: true });
  }

  /** Epoch ms of the end of the present wait. */
  get nextAttemptAtMs(): number | undefined {
    return this.#nextAttemptAtMs;
  }

  /** Attempts since data last came for a while; bounded. */
  get attempts(): number {
    return this.#attempts;
  }

  /** The exchange is well: the next attempt needs no wait. */
  reset(): void {
    this.#attempts = 0;
  }

  /** Ends the present wait; a pause of the host is kept all the same. */
  wake(): void {
    this.#attempts = 0;
    this.#nap?.abort();
  }

  /** Resolves with true when a connection may be opened, with false once stopped. */
  async turn(): Promise<boolean> {
    const { clock, random, gate, pacer } = this.#deps;
    try {
      if (this.#attempts > 0)
        await this.#sleep(Math.max(LEAST_BACKOFF_MS, fullJitterMs(this.#attempts - 1, random)));
      for (;;) {
        for (let atMs = gate.nextAttemptAtMs(); atMs !== undefined; atMs = gate.nextAttemptAtMs()) {
          if (this.#signal.aborted) return false;
          await this.#sleep(Math.min(LONGEST_NAP_MS, Math.max(1, atMs - clock.nowMs())), atMs);
        }
        await pacer.turn(this.#host, this.#signal);
        // The host may have asked for a pause while this waited its turn.
        if (gate.nextAttemptAtMs() !== undefined) continue;
        this.#attempts = Math.min(MAX_ATTEMPTS, this.#attempts + 1);
        return !this.#signal.aborted;
      }
    } catch (error) {
      if (this.#signal.aborted) return false;
      throw error;
    } finally {
      this.#nextAttemptAtMs = undefined;
    }
  }

  /** Sleeps until `ms` are over or something wakes it. */
  async #sleep(ms: number, untilMs = this.#deps.clock.nowMs() + ms): Promise<void> {
    if (this.#signal.aborted) return;
    this.#nextAttemptAtMs = Math.ceil(untilMs);
    this.#nap = new AbortController();
    await this.#deps.clock.sleep(ms, this.#nap.signal).catch(() => undefined);
    this.#nap = undefined;
  }
}
