import { elapsedMs } from '../../core/clock.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../core/units.ts';

/** Numbers as text, always with their unit. Pure and without Node, so that every surface can use it. */

/** What stands where an exchange reports nothing. Never 0 and never blank. */
export const NOT_REPORTED = 'not reported';

type Maybe = number | undefined;

/** Returns USD in short form: $1.23 B, $180.0 M, $950. */
export function formatUsd(value: Maybe): string {
  if (!isNumber(value)) return NOT_REPORTED;
  return `${value < 0 ? '-' : ''}$${short(Math.abs(value))}`;
}

/** Returns a price in quote currency, with as many decimals as its size asks for: $94,700.00, $0.004312. */
export function formatPrice(value: Maybe): string {
  if (!isNumber(value)) return NOT_REPORTED;
  const size = Math.abs(value);
  if (size >= 1 || size === 0) return `${value < 0 ? '-' : ''}$${grouped(size, 2)}`;
  return `${value < 0 ? '-' : ''}$${plain(size, 4)}`;
}

/** Returns an amount of coins: 3.70 M ETH, 81,234.5 BTC. */
export function formatCoins(value: Maybe, asset: string): string {
  if (!isNumber(value)) return NOT_REPORTED;
  const size = Math.abs(value);
  const sign = value < 0 ? '-' : '';
  if (size >= 1e6) return `${sign}${short(size)} ${asset}`;
  return `${sign}${size >= 1 || size === 0 ? grouped(size, size >= 1000 ? 1 : 3) : plain(size, 4)} ${asset}`;
}

/** Returns a fraction as percent: 0.123 becomes 12.3 %. */
export function formatShare(fraction: Maybe, decimals = 1): string {
  return isNumber(fraction) ? `${unsignedZero((fraction * 100).toFixed(decimals))} %` : NOT_REPORTED;
}

/** Returns a fraction as percent with its sign: 0.0001 becomes +0.0100 %. */
export function formatRate(fraction: Maybe, decimals = 4): string {
  return formatPercent(isNumber(fraction) ? fraction * 100 : undefined, decimals);
}

/** Returns a number that already is a percentage, with its sign: +11.4 %. */
export function formatPercent(percent: Maybe, decimals = 1): string {
  if (!isNumber(percent)) return NOT_REPORTED;
  return `${signed(percent, decimals)} %`;
}

/** Returns a z-score: -2.28 sd (standard deviations). */
export function formatZScore(z: Maybe): string {
  return isNumber(z) ? `${signed(z, 2)} sd` : NOT_REPORTED;
}

/** Returns a ratio or another plain number: 0.79. */
export function formatRatio(ratio: Maybe, decimals = 2): string {
  return isNumber(ratio) ? unsignedZero(ratio.toFixed(decimals)) : NOT_REPORTED;
}

/** Returns a number in up to four significant digits, for values whose size is not known beforehand. */
export function formatSignificant(value: Maybe): string {
  if (!isNumber(value)) return NOT_REPORTED;
  const size = Math.abs(value);
  if (size >= 1e6) return `${value < 0 ? '-' : ''}${short(size)}`;
  return plain(value, 4);
}

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

/** Returns how long ago something was: 3 min ago; of what is ahead: in 3 min. */
export function formatAgo(atMs: Maybe, nowMs: number): string {
  return aged(atMs, nowMs, (length) => `${length} ago`, (length) => `in ${length}`); // prettier-ignore
}

type Words = (length: string) => string;

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

const SCALES: readonly (readonly [number, string])[] = [
  [1e12, ' T'],
  [1e9, ' B'],
  [1e6, ' M'],
  [1e3, ' K'],
];

/** Three digits and a scale; steps to the next scale where rounding would show 1000. */
function short(size: number): string {
  for (const [index, [unit, suffix]] of SCALES.entries()) {
    if (size < unit * 0.9995) continue;
    const scaled = size / unit;
    if (index === 0 && scaled >= 1e4) return `${scaled.toExponential(2)}${suffix}`;
    return `${scaled.toFixed(scaled < 9.995 ? 2 : scaled < 99.95 ? 1 : 0)}${suffix}`;
  }
  return size >= 1 || size === 0 ? size.toFixed(size >= 100 || size === 0 ? 0 : 2) : plain(size, 3);
}

function grouped(size: number, decimals: number): string {
  const [whole = '0', rest] = size.toFixed(decimals).split('.');
  const digits = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return rest === undefined ? digits : `${digits}.${rest}`;
}

/** Significant digits without an exponent where the number is not extreme. */
function plain(value: number, digits: number): string {
  const rounded = Number(value.toPrecision(digits));
  const size = Math.abs(rounded);
  if (size === 0) return '0';
  if (size < 1e-9) return value.toExponential(digits - 1);
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  const text = rounded.toFixed(decimals);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

function signed(value: number, decimals: number): string {
  const text = unsignedZero(value.toFixed(decimals));
  return value > 0 && Number(text) !== 0 ? `+${text}` : text;
}

function unsignedZero(text: string): string {
  return Number(text) === 0 ? text.replace('-', '') : text;
}

function pair(ms: number, unit: number, name: string, lower: number, lowerName: string): string {
  const whole = Math.floor(ms / unit);
  const rest = Math.floor((ms % unit) / lower);
  return rest === 0 ? `${whole} ${name}` : `${whole} ${name} ${rest} ${lowerName}`;
}
