import { formatShort } from './format.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const LONGEST_STEP = 364 * DAY;
const TIME_STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 3, 4, 7, 14, 28, 56, 91, 182].map((days) => days * DAY),
  LONGEST_STEP,
];
const MONTH = new Intl.DateTimeFormat('en-US', { month: 'short', timeZone: 'UTC' });

export interface Tick {
  readonly value: number;
  readonly label: string;
}

/** A stretch of an axis; `min < max`. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

function dayLabel(at: Date): string {
  return `${at.getUTCDate()} ${MONTH.format(at)}`;
}

function timeLabel(atMs: number, stepMs: number, isFirst: boolean): string {
  const at = new Date(atMs);
  if (stepMs >= 91 * DAY) return `${MONTH.format(at)} ${at.getUTCFullYear()}`;
  const isMidnight = atMs % DAY === 0;
  if (stepMs >= DAY || isMidnight) return dayLabel(at);
  const clock = at.toISOString().slice(11, 16);
  return isFirst ? `${dayLabel(at)} ${clock}` : clock;
}

/**
 * Returns ticks at round UTC times, at most `maxCount` of them. Midnight and the first tick carry the date, so that
 * a label never leaves open which day it means.
 */
export function timeTicks({ min, max }: Range, maxCount: number): Tick[] {
  const span = max - min;
  if (!(span >= 0) || maxCount < 1) return [];
  const wanted = span / maxCount;
  const step =
    TIME_STEPS.find((candidate) => candidate >= wanted) ?? LONGEST_STEP * Math.ceil(wanted / LONGEST_STEP);
  const ticks: Tick[] = [];
  for (let at = Math.ceil(min / step) * step; at <= max; at += step)
    ticks.push({ value: at, label: timeLabel(at, step, ticks.length === 0) });
  return ticks;
}

/** Returns a step of 1, 2, 2.5 or 5 times a power of ten, at least `rough`. */
export function niceStep(rough: number): number {
  if (!(rough > 0) || !Number.isFinite(rough)) return 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 2.5, 5].find((candidate) => candidate * power >= rough * (1 - 1e-6)) ?? 10;
  return factor * power;
}

/** Returns ticks at round values, at most about `maxCount`, with short labels that differ from one another. */
export function valueTicks(range: Range, maxCount: number, label = tellingLabel): Tick[] {
  const step = niceStep((range.max - range.min) / Math.max(1, maxCount));
  const first = Math.ceil(range.min / step - 1e-9);
  const ticks: Tick[] = [];
  for (let index = first; index * step <= range.max + step * 1e-9; index++) {
    const value = Number((index * step).toPrecision(12));
    ticks.push({ value, label: label(value, step) });
  }
  return ticks;
}

/** A short label, longer where three digits would make neighbours look the same (94.35k and 94.4k). */
function tellingLabel(value: number, step: number): string {
  const short = formatShort(value);
  if (Math.abs(value) / step < 200) return short;
  const digits = Math.ceil(Math.log10(Math.abs(value) / step)) + 1;
  return new Intl.NumberFormat('en-US', { maximumSignificantDigits: Math.min(12, digits + 1) })
    .format(value)
    .replace('-', '−');
}
