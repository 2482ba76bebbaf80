import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../core/units.ts';
import { durationText } from './faults.ts';
import type { RateWindow } from './rateLimiter.ts';

/** The longest ban that an exchange documents (Binance, for those who go on asking); whoever asks for more gets this. */
export const LONGEST_PAUSE_MS = 3 * DAY_MS;
/** An exchange that is being maintained is back within a day, or says so again. */
const LONGEST_503_MS = DAY_MS;
/** Even "now" in a Retry-After means that the host is busy. */
export const SHORTEST_PAUSE_MS = SECOND_MS;
/** Longest window that the exchanges commonly publish: after it every count has run out. */
const PAUSE_429_MS = MINUTE_MS;
/** Binance's shortest ban; it grows to three days for those who go on asking. */
const PAUSE_418_MS = 2 * MINUTE_MS;
/** Bybit asks for at least ten minutes without any request; a wall before another exchange is no sooner gone. */
const PAUSE_403_MS = 10 * MINUTE_MS;
/** Regions do not change by the minute. */
const PAUSE_451_MS = HOUR_MS;

/** For how long a host is left alone. */
export interface Pause {
  readonly ms: number;
  /** Present where more was asked for than anyone waits. */
  readonly askedMs?: number;
}

/** What an answer that refuses says about the time it wants, each where it says so. */
export interface Asked {
  readonly status: number;
  /** By its Retry-After header, ms. */
  readonly headerMs?: number | undefined;
  /** By its words, ms. */
  readonly wordsMs?: number | undefined;
}

/**
 * Returns for how long a host is left alone after an answer with a status of 400 and above; undefined where it is not.
 * Nothing that an answer says makes it longer than the longest ban anyone documents.
 */
export function pauseAfter(asked: Asked, limits: readonly RateWindow[]): Pause | undefined {
  const { status, headerMs, wordsMs } = asked;
  // The header is made for being read; words are where there is none.
  const wantedMs = wanted(status, headerMs ?? wordsMs, limits);
  if (wantedMs === undefined) return undefined;
  return capped(wantedMs, status === 503 ? LONGEST_503_MS : LONGEST_PAUSE_MS);
}

function wanted(status: number, said: number | undefined, limits: readonly RateWindow[]): number | undefined {
  switch (status) {
    case 403:
      return Math.max(PAUSE_403_MS, said ?? 0);
    case 418:
      return said ?? PAUSE_418_MS;
    case 429:
      return said ?? Math.max(PAUSE_429_MS, ...limits.map((limit) => limit.windowMs));
    case 451:
      return PAUSE_451_MS;
    default:
      // Trouble of the exchange's own is a pause only where it names one.
      return said;
  }
}

/** Returns a pause of `ms`, or the longest there is. */
export function capped(ms: number, longestMs = LONGEST_PAUSE_MS): Pause {
  return ms <= longestMs ? { ms } : { ms: longestMs, askedMs: ms };
}

/** Returns what a message says of a pause that is shorter than was asked for; nothing for any other. */
export function shortenedText({ ms, askedMs }: Pause): string {
  return askedMs === undefined ? '' : `, asked for ${durationText(askedMs)}, taken as ${durationText(ms)}`;
}

/**
 * Returns the pause that a Retry-After header asks for, in ms, at least one second and otherwise as it stands; undefined
 * for a missing or unreadable header. A date is measured against the server's own `date` header, for the clock here may
 * be wrong; where that makes no sense, against the clock here.
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
  return remainingMs(untilMs, serverDate, nowMs);
}

/**
 * Returns the ms until a moment that a server names, at least one second: by the server's own `date` header, or by the
 * clock here where there is none or it makes no sense.
 */
export function remainingMs(untilMs: number, serverDate: string | undefined, nowMs: number): number {
  const hereMs = untilMs - nowMs;
  const thereMs = untilMs - (httpDate(serverDate?.trim() ?? '') ?? nowMs);
  const isServerWrong = thereMs > LONGEST_PAUSE_MS && hereMs <= LONGEST_PAUSE_MS;
  return Math.max(SHORTEST_PAUSE_MS, isServerWrong ? hereMs : thereMs);
}

/** Reads a date of HTTP: its three forms begin with a day name; the oldest one omits that it is GMT. */
export function httpDate(text: string): number | undefined {
  if (!/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? /.test(text)) return undefined;
  const atMs = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(atMs) ? undefined : atMs;
}
