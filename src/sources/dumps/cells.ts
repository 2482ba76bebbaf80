import { decimalOfText } from '../exchanges/kit/decimals.ts';

/** What exchanges write where they have no number. */
const ABSENT = new Set(['', 'nan', 'null', 'none', 'na', 'n/a', '-']);

/** Returns whether a cell states nothing: absent, which is never 0. */
export const isAbsent = (cell: string | undefined): boolean =>
  cell === undefined || ABSENT.has(cell.toLowerCase());

/** Why a row of a dump is not kept. */
export type BadKind =
  | 'cells' // another number of cells than the table has columns
  | 'time' // the label is no time
  | 'no-time-of-day' // the label is a day where five minutes are due: rows of the daily files of before 2023
  | 'off-grid' // the label is no multiple of the bar, by more than the known jitter
  | 'other-period' // the label lies outside of the file's own day or month
  | 'other-symbol' // the row is about another instrument than the file
  | 'unknown-symbol' // the symbol cannot be read
  | 'number' // a cell that should be a number is none
  | 'absent' // a number that a row needs is absent
  | 'impossible' // a negative amount, a high below the low
  | 'contradiction' // two cells of the row, or two rows of a moment, say different things
  | 'unknown-interval'; // a funding rate whose interval neither the row nor its neighbours tell

/** Returns the number of a cell: NaN where it is absent, undefined where it is no number. */
export function numberIn(cell: string | undefined): number | undefined {
  const value = decimalOfText(cell ?? '');
  if (!Number.isNaN(value)) return value;
  return isAbsent(cell) ? Number.NaN : undefined;
}

/** A label as it was read: epoch ms, and the unit in which it was stated. */
export interface Stamp {
  atMs: number;
  unit: 's' | 'ms' | 'us' | 'text' | 'day';
}

/** No exchange has rows from before 2010, nor has any from after 2100: what lies outside of this is no time. */
const [EARLIEST_MS, LATEST_MS] = [Date.UTC(2010), Date.UTC(2100)];
const [DASH, ZERO] = [45, 48];
/** What may follow the seconds of a time. */
const TAIL = /^(?:\.\d+)?Z?$/;

/** Returns the time that a cell states in UTC, as text or as epoch s, ms or us by its size; undefined where it is none. */
export function stampIn(cell = ''): Stamp | undefined {
  const stamp = cell.charCodeAt(4) === DASH ? stampOfText(cell) : stampOfNumber(decimalOfText(cell));
  return stamp !== undefined && stamp.atMs >= EARLIEST_MS && stamp.atMs < LATEST_MS ? stamp : undefined;
}

function stampOfNumber(number: number): Stamp | undefined {
  if (number < 1e11) return { atMs: Math.round(number * 1_000), unit: 's' };
  if (number < 1e14) return Number.isInteger(number) ? { atMs: number, unit: 'ms' } : undefined;
  // Also of what is no number at all, NaN, which lies in no range.
  return { atMs: Math.floor(number / 1_000), unit: 'us' };
}

/** Reads `2026-06-25` and `2026-06-25 00:05:00` digit by digit: this runs for every row, and an expression takes thrice the time. */
function stampOfText(cell: string): Stamp | undefined {
  const [year, month, day] = [digits(cell, 0, 4), digits(cell, 5, 7), digits(cell, 8, 10)];
  if (cell[7] !== '-' || !isDay(year, month, day)) return undefined;
  if (cell.length === 10) return { atMs: Date.UTC(year, month - 1, day), unit: 'day' };
  const [hour, minute, second] = [digits(cell, 11, 13), digits(cell, 14, 16), digits(cell, 17, 19)];
  const isTime = hour <= 23 && minute <= 59 && second <= 59 && cell[13] === ':' && cell[16] === ':';
  if (!isTime || (cell[10] !== ' ' && cell[10] !== 'T')) return undefined;
  if (cell.length > 19 && !TAIL.test(cell.slice(19))) return undefined;
  return { atMs: Date.UTC(year, month - 1, day, hour, minute, second), unit: 'text' };
}

/** The number that digits of a text stand for; NaN, which is in no range, where one is none. */
function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at += 1) {
    const digit = text.charCodeAt(at) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** Whether a month has the day: 30 February would become 2 March without a word. */
function isDay(year: number, month: number, day: number): boolean {
  return (
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    (day <= 28 || new Date(Date.UTC(year, month, 0)).getUTCDate() >= day)
  );
}

/** Labels come up to this much beside their own: a second late most of the time. */
const JITTER_MS = 5_000;

/** Returns the multiple of a step that a label stands for, undefined where it is none within the jitter. */
export function onGrid(atMs: number, stepMs: number): number | undefined {
  const label = Math.round(atMs / stepMs) * stepMs;
  return Math.abs(label - atMs) <= JITTER_MS ? label : undefined;
}
