import type { ExchangeId } from './ids.ts';

export type ErrorCode =
  | 'aborted'
  | 'timeout'
  | 'network'
  | 'http-status'
  | 'rate-limited'
  | 'decode'
  | 'venue-rejected'
  | 'geo-blocked'
  | 'store'
  | 'config'
  | 'usage'
  | 'protocol'
  | 'engine'; // the thread that reads the market has ended

interface ErrorDetails {
  /** What happened, without where: what several errors may have in common. */
  readonly what?: string;
  readonly exchange?: ExchangeId;
  readonly endpoint?: string;
  readonly status?: number;
  readonly retryable?: boolean;
  /** How long to leave the host alone, in ms. */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/** Marks the class across bundles: the editor loads the engine from a file of its own. */
const BRAND = Symbol.for('perpscope.error');

/** The one error class. Callers decide by `code`, never by message text. */
export class PerpscopeError extends Error {
  readonly [BRAND] = true;
  readonly code: ErrorCode;
  /** What happened, without where and what to do; the message where nothing else is stated. */
  readonly what: string;
  readonly exchange: ExchangeId | undefined;
  readonly endpoint: string | undefined;
  readonly status: number | undefined;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'PerpscopeError';
    this.code = code;
    this.what = details.what ?? message;
    this.exchange = details.exchange;
    this.endpoint = details.endpoint;
    this.status = details.status;
    this.retryable = details.retryable ?? false;
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** Returns whether a thrown value is a PerpscopeError, with the given code if one is named. */
export function isPerpscopeError(value: unknown, code?: ErrorCode): value is PerpscopeError {
  const isOurs = value instanceof Error && BRAND in value;
  return isOurs && (code === undefined || (value as PerpscopeError).code === code);
}

/** Returns a PerpscopeError for any thrown value; keeps one that already is. */
export function toPerpscopeError(value: unknown, code: ErrorCode = 'network'): PerpscopeError {
  if (isPerpscopeError(value)) return value;
  const message = value instanceof Error ? value.message : String(value);
  return new PerpscopeError(code, message, { cause: value });
}
