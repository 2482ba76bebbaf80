import { parseAssets } from '../../core/assetName.ts';
import { PerpscopeError } from '../../core/errors.ts';
import type { Asset } from '../../core/ids.ts';
import { quoted } from '../../core/outsideText.ts';
import { DAY_MS, SECOND_MS } from '../../core/units.ts';
import type { FileRow } from './fileRows.ts';
import type { ColumnPlan, Layout } from './layouts.ts';
import { targetOf } from './targets.ts';

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const ABSENT = /^(?:|nan|null|none|n\/a|-)$/i;
const ISO = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** Returns the error of a row: where, and what was expected. */
export function wrongRow({ where }: FileRow, what: string): PerpscopeError {
  return new PerpscopeError('usage', `${where}: ${what}`);
}

/**
 * Returns the time of a row as epoch ms: ms or s since 1970, a date with time and zone, or, of bars of whole days, a date
 * (UTC). Errors: `usage`; a time without its zone could be any of 24.
 */
export function timeOf(row: FileRow, { time, barMs = 0 }: Layout): number {
  const text = row.text(time) ?? '';
  // 12 digits and more are ms from 2001 on, 9 and 10 are seconds from 1973 on: no number is both.
  if (/^\d{12,13}$/.test(text)) return Number(text);
  if (/^\d{9,10}$/.test(text)) return Number(text) * SECOND_MS;
  const isDays = barMs > 0 && barMs % DAY_MS === 0;
  const atMs =
    ISO.test(text) || (isDays && DATE.test(text)) ? Date.parse(text.replace(' ', 'T')) : Number.NaN;
  // A day that no month has is moved on by some readers of dates.
  if (Number.isNaN(atMs) || (DATE.test(text) && new Date(atMs).toISOString().slice(0, 10) !== text))
    throw wrongRow(
      row,
      `${time} is ms or s since 1970, or a date and time with its zone such as 2024-06-19T21:00:00Z${isDays ? ', or a date' : ''}; not ${quoted(text)}`,
    );
  return atMs;
}

/**
 * Returns the number of a column in the unit of its field: percent become fractions, to the digit. NaN where it is absent;
 * `NaN` in a file is absent too. Errors: `usage`.
 */
export function valueOf(row: FileRow, { column, to, isNoneWhereEmpty }: ColumnPlan): number {
  const { unit, isPossible, isPercent } = targetOf(to);
  const text = row.text(column) ?? '';
  if (text === '' && isNoneWhereEmpty === true) return 0;
  if (ABSENT.test(text)) return Number.NaN;
  const value = NUMBER.test(text) ? Number(isPercent === true ? inFractions(text) : text) : Number.NaN;
  if (Number.isFinite(value) && isPossible(value)) return value;
  throw wrongRow(row, `${column} is read as ${to}, ${unit}, which ${quoted(text)} cannot be`);
}

/** The decimal point moved by two: dividing would change the last digit of some. */
function inFractions(text: string): string {
  const [digits = '', exponent = '0'] = text.toLowerCase().split('e');
  return `${digits}e${Number(exponent) - 2}`;
}

/** Returns the hours of an interval as ms. Errors: `usage`. */
export function intervalOf(row: FileRow, { interval, venue }: Layout): number {
  if (interval === undefined) return Number.NaN;
  if (!('column' in interval)) {
    const name = venue === undefined ? undefined : row.text(venue);
    return ((name === undefined ? undefined : interval.byVenue?.[name]) ?? interval.hours) * 3_600_000;
  }
  const text = row.text(interval.column) ?? '';
  const hours = NUMBER.test(text) ? Number(text) : Number.NaN;
  if (hours > 0 && hours <= 24) return hours * 3_600_000;
  throw wrongRow(row, `${interval.column} is the hours of a funding interval, 1 to 24, not ${quoted(text)}`);
}

/** Returns whose row it is, and the symbol as the file has it. Errors: `usage`. */
export function subjectOf(
  row: FileRow,
  layout: Layout,
  asset: Asset | undefined,
): { asset: Asset; symbol: string } {
  if (layout.symbol === undefined) {
    const own = layout.asset ?? asset ?? '';
    return { asset: own, symbol: own };
  }
  const symbol = row.text(layout.symbol) ?? '';
  const quote = layout.quotes?.find((one) => symbol.length > one.length && symbol.endsWith(one)) ?? '';
  const [read] = parseAssets([symbol.slice(0, symbol.length - quote.length)]).assets;
  if (read === undefined)
    throw wrongRow(row, `${layout.symbol} is a symbol such as BTCUSDT, not ${quoted(symbol)}`);
  return { asset: read, symbol };
}
