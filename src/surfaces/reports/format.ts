import { elapsedMs } from '../../core/clock.ts';
import { durationText } from '../protocol/durationFormat.ts';
import { NOT_REPORTED } from '../protocol/numberFormat.ts';

export * from '../protocol/numberFormat.ts';

/** Times as text. Pure and without Node, so that every surface can use it; numbers are in numberFormat.ts. */

type Maybe = number | undefined;

/** Returns a length of time in its two largest units: 12 s, 2 min, 3 h 5 min, 7 d. */
export function formatDuration(ms: Maybe): string {
  return isNumber(ms) ? durationText(ms) : NOT_REPORTED;
}

/** Returns the age of a time: 3 min; of one that is ahead by more than clocks differ: 3 min ahead. */
export function formatAge(atMs: Maybe, nowMs: number): string {
  return aged(atMs, nowMs, (length) => length, (length) => `${length} ahead`); // prettier-ignore
}

/** Returns how old what is dated so is: 3 min old, dated 3 min ahead. */
export function formatOld(atMs: Maybe, nowMs: number): string {
  return aged(atMs, nowMs, (length) => `${length} old`, (length) => `dated ${length} ahead`); // prettier-ignore
}

/** Returns the age of a time in its largest unit alone, for rows without room: 9 s, 46 min, 3 h. */
export function formatShortAge(atMs: Maybe, nowMs: number): string {
  return aged(atMs, nowMs, largest, (length) => `${largest(length)} ahead`);
}

/** Returns when something will be, in UTC, and in how long: 2026-11-22 08:00 UTC, in 2 h 14 min; what is over is due. */
export function formatUpcoming(atMs: Maybe, nowMs: number): string {
  if (!isNumber(atMs)) return NOT_REPORTED;
  return `${formatUtc(atMs)}, ${formatCountdown(atMs, nowMs)}`;
}

/** Returns how long it is until a time: in 2 h 14 min; of what is over: due. */
export function formatCountdown(atMs: Maybe, nowMs: number): string {
  if (!isNumber(atMs)) return NOT_REPORTED;
  return atMs > nowMs ? `in ${formatDuration(atMs - nowMs)}` : 'due';
}

/** Returns how long it is until a time in its largest unit alone, for rows without room: in 5 h, due. */
export function formatShortCountdown(atMs: Maybe, nowMs: number): string {
  return largest(formatCountdown(atMs, nowMs), 3);
}

/** Returns how long ago something was: 3 min ago; of what is ahead: in 3 min. */
export function formatAgo(atMs: Maybe, nowMs: number): string {
  return aged(atMs, nowMs, (length) => `${length} ago`, (length) => `in ${length}`); // prettier-ignore
}

type Words = (length: string) => string;

/** `3 h 5 min` becomes `3 h`. */
const largest = (length: string, words = 2): string => length.split(' ').slice(0, words).join(' ');

function aged(atMs: Maybe, nowMs: number, past: Words, ahead: Words): string {
  if (!isNumber(atMs)) return NOT_REPORTED;
  const ms = elapsedMs(atMs, nowMs);
  return ms < 0 ? ahead(formatDuration(-ms)) : past(formatDuration(ms));
}

/** Returns a time as 2026-11-22 04:44 UTC. */
export function formatUtc(atMs: Maybe): string {
  if (!isNumber(atMs) || Math.abs(atMs) > 8.64e15) return NOT_REPORTED;
  const text = new Date(atMs).toISOString();
  return `${text.slice(0, -14)} ${text.slice(-13, -8)} UTC`;
}

function isNumber(value: Maybe): value is number {
  return value !== undefined && Number.isFinite(value);
}
