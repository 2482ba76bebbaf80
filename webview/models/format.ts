import { durationText } from '../../src/surfaces/protocol/durationFormat.ts';
import { formatPriceDigits, formatRate, formatUsd } from '../../src/surfaces/protocol/numberFormat.ts';

/** What stands where there is no number. */
export const NO_VALUE = '–';

/** Clocks differ by as much; the host counts by the same. */
const AHEAD_TOLERANCE_MS = 10_000;
const MINUS = '−';
const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const SIX_DIGITS = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 6 });
const TWO_DECIMALS = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });
const EIGHT_DIGITS = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 8 });
const EXACT = new Intl.NumberFormat('en-US', { maximumFractionDigits: 8 });
const SUFFIXES = [
  [1e12, 'T'],
  [1e9, 'B'],
  [1e6, 'M'],
  [1e3, 'K'],
] as const;

function withMinus(text: string): string {
  return text.replace('-', MINUS);
}

/** Three significant digits with a suffix: 94,312,500 becomes "94.3M". */
export function formatShort(value: number): string {
  if (!Number.isFinite(value)) return NO_VALUE;
  const size = Math.abs(value);
  // The suffix is chosen after rounding, so that 999,999 becomes "1M" and not "1000K".
  const rounded = Number(size.toPrecision(3));
  const [divisor, suffix] = SUFFIXES.find(([limit]) => rounded >= limit) ?? [1, ''];
  const text = String(Number((size / divisor).toPrecision(3)));
  return `${value < 0 && rounded !== 0 ? MINUS : ''}${text}${suffix}`;
}

/** A whole number with thousands separators, or six significant digits below 1,000. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return NO_VALUE;
  return withMinus((Math.abs(value) >= 1_000 ? WHOLE : SIX_DIGITS).format(value));
}

/** For tables: two decimals, or eight significant digits below 1,000. */
export function formatTable(value: number): string {
  if (!Number.isFinite(value)) return NO_VALUE;
  return withMinus((Math.abs(value) >= 1_000 ? TWO_DECIMALS : EIGHT_DIGITS).format(value));
}

/** Every digit up to eight decimals, for stated settings such as an interval in hours. */
export function formatExact(value: number): string {
  return Number.isFinite(value) ? withMinus(EXACT.format(value)) : NO_VALUE;
}

/** "$1.24B", as in tree and report. */
export function formatUsdShort(value: number): string {
  return Number.isFinite(value) ? formatUsd(value) : NO_VALUE;
}

/** A fraction as percent with its sign, as in tree and report: 0.1095 becomes "+10.9 %"; with stated decimals for an axis. */
export function formatPercent(fraction: number, decimals?: number): string {
  if (!Number.isFinite(fraction)) return NO_VALUE;
  if (decimals === undefined) return formatRate(fraction);
  const text = Math.abs(fraction * 100).toFixed(decimals);
  const isZero = Number(text) === 0;
  return `${isZero ? '' : fraction < 0 ? MINUS : '+'}${text} %`;
}

/** A price as in tree and report, without its currency: 94,313 and 0.000012340. */
export function formatPrice(value: number): string {
  return Number.isFinite(value) ? formatPriceDigits(value) : NO_VALUE;
}

/** "2026-11-22 04:33 UTC". */
export function formatUtc(atMs: number): string {
  return Number.isFinite(atMs) && Math.abs(atMs) <= 8.64e15 ? `${formatUtcMinute(atMs)} UTC` : NO_VALUE;
}

/** "2026-11-22 04:33:59 UTC", for what changes by the second. */
export function formatUtcSecond(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** "2026-11-22 04:33", for columns whose header says UTC. */
export function formatUtcMinute(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 16).replace('T', ' ');
}

/** "2026-11-22 04:33 to 2026-11-23 04:33 UTC". */
export function formatUtcRange(fromMs: number, toMs: number): string {
  return `${formatUtcMinute(fromMs)} to ${formatUtcMinute(toMs)} UTC`;
}

/** "3 min old"; of data that is dated ahead by more than clocks differ: "dated 3 min ahead". */
export function formatAge(atMs: number, nowMs: number): string {
  const ageMs = nowMs - atMs;
  if (ageMs < -AHEAD_TOLERANCE_MS) return `dated ${durationText(-ageMs)} ahead`;
  return `${durationText(ageMs)} old`;
}
