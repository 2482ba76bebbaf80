import type { PerpscopeError } from '../../core/errors.ts';
import { durationText, fault, shortText, type Where } from './faults.ts';
import { type Pause, shortenedText } from './pauseLength.ts';

/** Exchanges that answer over-use with 403; there an unreadable 403 counts as over-use, the safer reading. */
const OVERUSE_IS_403: ReadonlySet<string> = new Set(['bybit']);

const RETRYABLE: ReadonlySet<number> = new Set([408, 500, 502, 503, 504]);

const REFUSAL =
  'restrict|block|forbid|prohibit|unavailable|ineligible|not (?:available|permitted|allowed|supported)';
const PLACE = 'countr(?:y|ies)|regions?|jurisdictions?|locations?|territor(?:y|ies)';
const GEO = new RegExp(
  `(?:${REFUSAL})[^]{0,100}\\b(?:${PLACE})\\b|\\b(?:${PLACE})\\b[^]{0,100}(?:${REFUSAL})`,
  'i',
);
const OVERUSE = /too (?:frequent|many)|rate.?limit/i;
const BAN = /\b(?:banned|blocked|locked|restricted|suspended|limited)\b/i;
/** Where a page of HTML says something else than its reader sees. */
const MARKUP = /<(script|style)\b[^]*?<\/\1>|<[^>]*>/gi;

/** What to do about an exchange that refuses a region. */
export const NOT_SERVED = 'not served in your region, switch this exchange off';

export type StatusKind = 'geo-blocked' | 'rate-limited' | 'http-status';

/** Returns what a status of 400 and above means. `text` is the beginning of the body, for 403 alone. */
export function statusKind(exchange: string, status: number, text: string): StatusKind {
  if (status === 451) return 'geo-blocked';
  if (status === 429 || status === 418) return 'rate-limited';
  if (status !== 403) return 'http-status';
  const start = text.slice(0, 4_000).replace(MARKUP, ' ');
  if (GEO.test(start)) return 'geo-blocked';
  if (OVERUSE.test(start)) return 'rate-limited';
  return OVERUSE_IS_403.has(exchange) ? 'rate-limited' : 'http-status';
}

/** Whether an answer speaks of too many requests, or of a ban: an ordinary one that names a time does not. */
export function saysOveruse(text: string): boolean {
  return OVERUSE.test(text) || BAN.test(text);
}

export interface FailedAnswer {
  readonly status: number;
  readonly text: string;
  /** Parsed body, or its text where it is not JSON. Becomes `cause.body`. */
  readonly body: unknown;
  /** So long the host is left alone; undefined where it may be asked again at once. */
  readonly pause: Pause | undefined;
}

/** Returns the error for an answer with a status of 400 and above (or a redirect, which is never followed). */
export function statusError(where: Where, kind: StatusKind, answer: FailedAnswer): PerpscopeError {
  const { status, text, body, pause } = answer;
  const said = shortText(text);
  const what = `HTTP ${status}${said === '' ? '' : ` "${said}"`}`;
  const details = {
    status,
    cause: { body },
    ...(pause === undefined ? {} : { retryAfterMs: Math.ceil(pause.ms) }),
  };
  if (kind === 'geo-blocked') return fault(kind, where, what, NOT_SERVED, details);
  const alone =
    pause === undefined ? undefined : `left alone for ${durationText(pause.ms)}${shortenedText(pause)}`;
  if (kind === 'rate-limited') return fault(kind, where, what, alone ?? 'ask for less at once', details);
  const retryable = RETRYABLE.has(status);
  const todo =
    alone ??
    (retryable ? 'the exchange has trouble, it is tried again' : 'check the address and the request');
  return fault(kind, where, what, todo, { ...details, retryable });
}
