import { isPerpscopeError } from '../../core/errors.ts';

export interface BackoffOptions {
  readonly baseMs?: number;
  readonly capMs?: number;
}

/** Returns a wait in ms, drawn evenly from 0 to min(cap, base · 2^attempt), so that clients do not come back in step. */
export function fullJitterMs(attempt: number, random: () => number, options: BackoffOptions = {}): number {
  const { baseMs = 500, capMs = 60_000 } = options;
  return random() * Math.min(capMs, baseMs * 2 ** Math.min(attempt, 30));
}

export const MAX_RETRIES = 2;

export interface FailedAttempt {
  readonly error: unknown;
  /** Retries that have been made so far. */
  readonly retries: number;
  /** Whether repeating the request changes nothing at the exchange. */
  readonly isReadOnly: boolean;
}

/**
 * Returns how long to wait before the next attempt, in ms, or undefined where there is to be none. Only retryable
 * errors of the connection, timeouts and statuses are repeated; a limited host never is.
 */
export function retryDelayMs(attempt: FailedAttempt, random: () => number): number | undefined {
  const { error, retries, isReadOnly } = attempt;
  if (!isReadOnly || retries >= MAX_RETRIES || !isPerpscopeError(error) || !error.retryable) return undefined;
  if (error.code !== 'network' && error.code !== 'timeout' && error.code !== 'http-status') return undefined;
  return Math.max(fullJitterMs(retries, random), error.retryAfterMs ?? 0);
}
