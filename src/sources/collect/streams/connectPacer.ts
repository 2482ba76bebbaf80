import type { Clock } from '../../../core/clock.ts';
import { SECOND_MS } from '../../../core/units.ts';

/** Exchanges count connections by address: OKX three a second, Binance 300 in five minutes. */
export const CONNECT_EVERY_MS = 2 * SECOND_MS;

interface PacedHost {
  freeAtMs: number;
  /** Resolves when the turns that were given before are over. */
  turns: Promise<void>;
  /** Resolves when the connections that are being made are there or have failed. */
  dialing: Promise<void>;
}

/**
 * Lets one connection be opened per host at a time, in order of asking, and the next one 2 s after that was answered: how
 * long a connection takes to arrive is not known here, and what counts is the time between two arrivals.
 */
export class ConnectPacer {
  readonly #clock: Clock;
  readonly #hosts = new Map<string, PacedHost>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves when it is this caller's turn; rejects with the signal's reason. */
  turn(host: string, signal: AbortSignal): Promise<void> {
    const paced = this.#hostOf(host);
    const turn = paced.turns.then(() => this.#wait(paced, signal));
    paced.turns = turn.catch(() => undefined);
    return turn;
  }

  /** A connection is being made now; the caller says when it is there or has failed, at the latest when it is given up. */
  connecting(host: string): () => void {
    const paced = this.#hostOf(host);
    const { promise, resolve } = Promise.withResolvers<void>();
    paced.dialing = Promise.all([paced.dialing, promise]).then(() => undefined);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      paced.freeAtMs = Math.max(paced.freeAtMs, this.#clock.monotonicMs() + CONNECT_EVERY_MS);
      resolve();
    };
  }

  async #wait(paced: PacedHost, signal: AbortSignal): Promise<void> {
    for (;;) {
      await paced.dialing;
      signal.throwIfAborted();
      const nowMs = this.#clock.monotonicMs();
      if (paced.freeAtMs <= nowMs) break;
      await this.#clock.sleep(Math.ceil(paced.freeAtMs - nowMs), signal);
    }
    paced.freeAtMs = this.#clock.monotonicMs() + CONNECT_EVERY_MS;
  }

  #hostOf(host: string): PacedHost {
    const known = this.#hosts.get(host);
    if (known !== undefined) return known;
    const paced = {
      freeAtMs: Number.NEGATIVE_INFINITY,
      turns: Promise.resolve(),
      dialing: Promise.resolve(),
    };
    this.#hosts.set(host, paced);
    return paced;
  }
}
