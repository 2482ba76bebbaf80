/**
 * Statistics of a window of readings. NaN and infinite values are gaps: they are skipped, never read as zero. Where
 * a result is not defined (no spread, too little history) it is `undefined`, never 0. Source: definitions.md §1.
 */

/** Mean and population standard deviation of the finite values, in the unit of the values. */
export interface Moments {
  readonly count: number;
  readonly mean: number;
  readonly sd: number;
}

/** A reading in standard deviations from its baseline; `baseline` and `spread` are in the unit of the readings. */
export interface ZScore {
  readonly z: number;
  readonly baseline: number;
  readonly spread: number;
  /** How many readings stood behind the baseline. */
  readonly count: number;
}

export interface WindowOptions {
  /** How many readings a window without gaps has; default: the length of `history`. Fewer than half is too few. */
  readonly windowPoints?: number;
}

/** Returns the value at an index; NaN, a gap, outside the series. */
export function valueAt(values: ArrayLike<number>, index: number): number {
  return values[index] ?? NaN;
}

/** Returns the finite values in `[from, to)` as an array. */
export function finiteValues(values: ArrayLike<number>, from = 0, to = values.length): number[] {
  const kept: number[] = [];
  for (let index = Math.max(0, from); index < Math.min(values.length, to); index += 1) {
    const value = values[index];
    if (value !== undefined && Number.isFinite(value)) kept.push(value);
  }
  return kept;
}

/**
 * Returns count, mean and population standard deviation, or undefined without a finite value. Two passes over values
 * recentred on the first one, so that quiet series far from zero (3e10 ± 1e4) keep their digits and a constant
 * series has a deviation of exactly 0.
 */
export function moments(values: ArrayLike<number>): Moments | undefined {
  const kept = finiteValues(values);
  const origin = kept[0];
  if (origin === undefined) return undefined;
  let sum = 0;
  for (const value of kept) sum += value - origin;
  const offset = sum / kept.length;
  let squares = 0;
  let rest = 0;
  for (const value of kept) {
    const deviation = value - origin - offset;
    squares += deviation * deviation;
    rest += deviation;
  }
  const variance = Math.max(0, (squares - (rest * rest) / kept.length) / kept.length);
  const result = { count: kept.length, mean: origin + offset, sd: Math.sqrt(variance) };
  return Number.isFinite(result.mean) && Number.isFinite(result.sd) ? result : undefined;
}

/** Returns the median of the finite values, or undefined without one. */
export function median(values: ArrayLike<number>): number | undefined {
  const sorted = finiteValues(values).sort((a, b) => a - b);
  if (sorted.length === 0) return undefined;
  const middle = sorted.length >> 1;
  const upper = valueAt(sorted, middle);
  if (sorted.length % 2 === 1) return upper;
  const lower = valueAt(sorted, middle - 1);
  return lower + (upper - lower) / 2;
}

/**
 * Returns z = (current − mean) / sd over `history`, which must not contain the current value. Undefined where the
 * deviation is 0 (or lost in rounding), or where fewer than half the window's readings are there.
 */
export function zScore(
  history: ArrayLike<number>,
  current: number,
  options: WindowOptions = {},
): ZScore | undefined {
  const window = moments(history);
  if (window === undefined || !hasEnough(window.count, options.windowPoints ?? history.length))
    return undefined;
  return scored(current, window.mean, window.sd, window.count);
}

/**
 * Returns the z-score of log(1 + x), for sums with heavy tails such as liquidations in USD. Negative readings are
 * gaps; `baseline` and `spread` are in log units.
 */
export function log1pZScore(
  history: ArrayLike<number>,
  current: number,
  options: WindowOptions = {},
): ZScore | undefined {
  const windowPoints = options.windowPoints ?? history.length;
  return zScore(Array.from(history, log1pOrGap), log1pOrGap(current), { windowPoints });
}

/**
 * Returns the percentile rank of `current` in `history`, 0..100: the share of readings below it, ties counted half.
 * Undefined with fewer than half the window's readings.
 */
export function percentileRank(
  history: ArrayLike<number>,
  current: number,
  options: WindowOptions = {},
): number | undefined {
  let [known, below, equal] = [0, 0, 0];
  for (let at = 0; at < history.length; at += 1) {
    const value = valueAt(history, at);
    if (!Number.isFinite(value)) continue;
    known += 1;
    if (value < current) below += 1;
    else if (value === current) equal += 1;
  }
  const isKnown = Number.isFinite(current) && hasEnough(known, options.windowPoints ?? history.length);
  return isKnown ? (100 * (below + equal / 2)) / known : undefined;
}

function log1pOrGap(value: number): number {
  return value >= 0 ? Math.log1p(value) : NaN;
}

/** Returns whether so many readings of a window are enough to compare with. */
export function hasEnough(count: number, windowPoints: number): boolean {
  return count >= 2 && count * 2 >= windowPoints;
}

/** Returns the score of a reading; undefined where the spread is 0 or lost in rounding. */
export function scored(current: number, baseline: number, spread: number, count: number): ZScore | undefined {
  const isNoise = spread <= Math.abs(baseline) * Number.EPSILON;
  if (spread === 0 || isNoise || !Number.isFinite(spread)) return undefined;
  const z = (current - baseline) / spread;
  return Number.isFinite(z) ? { z, baseline, spread, count } : undefined;
}
