import type { Clock } from '../../core/clock.ts';
import { MINUTE_MS, SECOND_MS } from '../../core/units.ts';
import type { RateWindow } from './rateLimiter.ts';

/**
 * Whether a host may be asked at all. Runs on monotonic time, so that setting the machine's clock opens nothing
 * early; time asleep may therefore make a pause longer, never shorter.
 */
export class HostGate {
  readonly #clock: Clock;
  #opensAtMs = Number.NEGATIVE_INFINITY;
  #reason = '';

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Closes for `ms` from now. A shorter pause than the present one changes nothing. */
  close(ms: number, reason: string): void {
    const opensAtMs = this.#clock.monotonicMs() + ms;
    if (!(opensAtMs > this.#opensAtMs)) return;
    this.#opensAtMs = opensAtMs;
    this.#reason = reason;
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

  /** Why it is closed. */
  get reason(): string {
    return this.#reason;
  }
}

/** Even "now" in a Retry-After means that the host is busy. */
const SHORTEST_PAUSE_MS = SECOND_MS;
/** Longest window that the exchanges commonly publish: after it every count has run out. */
const PAUSE_429_MS = MINUTE_MS;
/** Binance's shortest ban; it grows to three days for those who go on asking. */
const PAUSE_418_MS = 2 * MINUTE_MS;
/** Bybit asks for at least ten minutes without any request. */
const PAUSE_403_MS = 10 * MINUTE_MS;

/**
 * Returns the pause that a Retry-After header asks for, in ms and in full, at least one second; undefined for a
 * missing or unreadable header. A date is measured against the server's own `date` header where there is one, for
 * the clock here may be wrong.
 */
export function parseRetryAfter(
  value: string | undefined,
  serverDate: string | undefined,
  nowMs: number,
): number | undefined {
  const text = value?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return Math.max(SHORTEST_PAUSE_MS, Math.ceil(Number(text) * SECOND_MS));
  const untilMs = httpDate(text);
  if (untilMs === undefined) return undefined;
  return Math.max(SHORTEST_PAUSE_MS, untilMs - (httpDate(serverDate?.trim() ?? '') ?? nowMs));
}

/** Reads a date of HTTP: its three forms begin with a day name; the oldest one omits that it is GMT. */
export function httpDate(text: string): number | undefined {
  if (!/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? /.test(text)) return undefined;
  const atMs = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(atMs) ? undefined : atMs;
}

/** Returns for how long a host is left alone after it answered with an over-use status (429, 418, 403). */
export function pauseAfter(
  status: number,
  retryAfterMs: number | undefined,
  limits: readonly RateWindow[],
): number {
  if (status === 403) return Math.max(PAUSE_403_MS, retryAfterMs ?? 0);
  if (retryAfterMs !== undefined) return retryAfterMs;
  if (status === 418) return PAUSE_418_MS;
  return Math.max(PAUSE_429_MS, ...limits.map((limit) => limit.windowMs));
}
