import type { Clock } from '../../../core/clock.ts';
import { SECOND_MS } from '../../../core/units.ts';

/** Exchanges count connections by address: OKX three a second, Binance 300 in five minutes. */
export const CONNECT_EVERY_MS = 2 * SECOND_MS;

/** Lets at most one connection be opened per host in 2 s, in order of asking. */
export class ConnectPacer {
  readonly #clock: Clock;
  readonly #freeAtMs = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves when it is this caller's turn; rejects with the signal's reason. */
  async turn(host: string, signal: AbortSignal): Promise<void> {
    const nowMs = this.#clock.monotonicMs();
    const atMs = Math.max(nowMs, this.#freeAtMs.get(host) ?? 0);
    this.#freeAtMs.set(host, atMs + CONNECT_EVERY_MS);
    if (atMs > nowMs) await this.#clock.sleep(Math.ceil(atMs - nowMs), signal);
  }
}
