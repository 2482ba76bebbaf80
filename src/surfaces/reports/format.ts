import { elapsedMs } from '../../core/clock.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../core/units.ts';
import { NOT_REPORTED } from '../protocol/numberFormat.ts';

export * from '../protocol/numberFormat.ts';

/** Times as text. Pure and without Node, so that every surface can use it; numbers are in numberFormat.ts. */

type Maybe = number | undefined;

/** Returns a length of time in its two largest units: 12 s, 2 min, 3 h 5 min, 7 d. */
export function formatDuration(ms: Maybe): string {
  if (!isNumber(ms)) return NOT_REPORTED;
  const left = Math.max(0, ms);
  if (left < MINUTE_MS) return `${Math.floor(left / SECOND_MS)} s`;
  if (left < HOUR_MS) return `${Math.floor(left / MINUTE_MS)} min`;
  if (left < 2 * DAY_MS) return pair(left, HOUR_MS, 'h', MINUTE_MS, 'min');
  return pair(left, DAY_MS, 'd', HOUR_MS, 'h');
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

/** Returns how long ago something was: 3 min ago; of what is ahead: in 3 min. */
export function formatAgo(atMs: Maybe, nowMs: number): string {
  return aged(atMs, nowMs, (length) => `${length} ago`, (length) => `in ${length}`); // prettier-ignore
}

type Words = (length: string) => string;

/** `3 h 5 min` becomes `3 h`. */
const largest: Words = (length) => length.split(' ').slice(0, 2).join(' ');

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

function pair(ms: number, unit: number, name: string, lower: number, lowerName: string): string {
  const whole = Math.floor(ms / unit);
  const rest = Math.floor((ms % unit) / lower);
  return rest === 0 ? `${whole} ${name}` : `${whole} ${name} ${rest} ${lowerName}`;
}
