import { type ErrorCode, PerpscopeError } from '../../core/errors.ts';
import { DAY_MS, HOUR_MS } from '../../core/units.ts';
import { messageLine, plainLine, plainText } from '../../core/outsideText.ts';

/** Which call an error is about. */
export interface Where {
  readonly exchange: string;
  /** Method and path, for example `GET /fapi/v1/openInterest`. */
  readonly endpoint: string;
  /** Host and port as in the address. */
  readonly host: string;
}

export interface FaultDetails {
  readonly status?: number;
  readonly retryable?: boolean;
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

const TEXT_LIMIT = 200;
const YEAR_MS = 365.25 * DAY_MS;
const SCAN_FACTOR = 10;

/**
 * Returns foreign text as one line of at most 200 characters, or as stated. Control, bidi and other invisible characters
 * become spaces: an answer that is no JSON stays readable.
 */
export function shortText(text: string, longest = TEXT_LIMIT): string {
  return plainLine(text.slice(0, longest * SCAN_FACTOR).replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' '), longest);
}

/** Returns an error whose message is one line: where, what, what to do. */
export function fault(
  code: ErrorCode,
  where: Where,
  what: string,
  todo: string,
  details: FaultDetails = {},
): PerpscopeError {
  const message = messageLine(`${where.exchange} ${where.endpoint} at ${where.host}: ${what}; ${todo}`);
  return new PerpscopeError(code, message, {
    what: plainText(what),
    exchange: where.exchange,
    endpoint: where.endpoint,
    ...details,
  });
}

/** Returns a duration for people: `850 ms`, `12 s`, `10 min`, `2.0 h`, `3 days`, `317 years`. */
export function durationText(ms: number): string {
  if (ms < 1_000) return `${Math.ceil(ms)} ms`;
  if (ms < 120_000) return `${Math.ceil(ms / 1_000)} s`;
  if (ms < 7_200_000) return `${Math.ceil(ms / 60_000)} min`;
  if (ms < 2 * DAY_MS) return `${(ms / HOUR_MS).toFixed(1)} h`;
  if (ms < 2 * YEAR_MS) return `${Math.ceil(ms / DAY_MS)} days`;
  return ms < 1_000 * YEAR_MS ? `${Math.round(ms / YEAR_MS)} years` : 'more than 1,000 years';
}
