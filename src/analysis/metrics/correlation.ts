import { DAY_MS } from '../../core/units.ts';
import { ranksOf } from './ranks.ts';

/** A level at the close of a day; `atMs` is the day's start, UTC. */
export interface DailyLevel {
  readonly atMs: number;
  readonly level: number;
}

/** How two series of daily returns moved together. */
export interface Correlation {
  /** Of the returns, -1 to 1. */
  readonly pearson: number;
  /** Of the ranks of the returns, -1 to 1: less moved by single days. */
  readonly spearman: number;
  /** Pairs of returns behind it. */
  readonly count: number;
  /** First and last day, epoch ms. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** Fewer pairs of returns say nothing: at 15 a coefficient of 0.5 is at the edge of chance. */
export const MIN_CORRELATION_PAIRS = 15;
/** A pair of days further apart than a long weekend is a gap, not a return. */
const LONGEST_STEP_MS = 5 * DAY_MS;

/**
 * Returns how two series moved together from one common day to the next: only days that both have are used, so that a
 * weekend of one is skipped in the other as well. Undefined with fewer than 15 pairs or where one does not move.
 */
export function correlationOf(a: readonly DailyLevel[], b: readonly DailyLevel[]): Correlation | undefined {
  const other = byDay(b);
  const common = [...byDay(a)]
    .flatMap(([day, level]) => {
      const match = other.get(day);
      return match === undefined ? [] : [{ day, level, match }];
    })
    .sort((x, y) => x.day - y.day);
  const pairs = common.slice(1).flatMap((now, index) => {
    const before = common[index];
    if (before === undefined || now.day - before.day > LONGEST_STEP_MS) return [];
    return [{ x: now.level / before.level - 1, y: now.match / before.match - 1 }];
  });
  const [first, last] = [common[0], common.at(-1)];
  if (pairs.length < MIN_CORRELATION_PAIRS || first === undefined || last === undefined) return undefined;
  const xs = pairs.map(({ x }) => x);
  const ys = pairs.map(({ y }) => y);
  const pearson = pearsonOf(xs, ys);
  const ranks = (list: readonly number[]): number[] =>
    Array.from(ranksOf(Float64Array.from(list)), (rank) => rank + 1);
  const spearman = pearsonOf(ranks(xs), ranks(ys));
  if (pearson === undefined || spearman === undefined) return undefined;
  return { pearson, spearman, count: pairs.length, fromMs: first.day, toMs: last.day };
}

function byDay(levels: readonly DailyLevel[]): Map<number, number> {
  const days = new Map<number, number>();
  for (const { atMs, level } of levels)
    if (Number.isFinite(level) && level > 0) days.set(Math.floor(atMs / DAY_MS) * DAY_MS, level);
  return days;
}

/** Returns the Pearson coefficient of two lists of equal length; undefined where one has no spread. */
export function pearsonOf(xs: readonly number[], ys: readonly number[]): number | undefined {
  const count = xs.length;
  if (count < 2 || ys.length !== count) return undefined;
  const mean = (list: readonly number[]): number => list.reduce((sum, one) => sum + one, 0) / count;
  const [meanX, meanY] = [mean(xs), mean(ys)];
  let [xy, xx, yy] = [0, 0, 0];
  for (const [index, x] of xs.entries()) {
    const [dx, dy] = [x - meanX, (ys[index] ?? Number.NaN) - meanY];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  // Rounding leaves a trace of spread in equal numbers.
  const isFlat = (sum: number, middle: number): boolean => sum <= count * (1e-14 * Math.abs(middle)) ** 2;
  if (isFlat(xx, meanX) || isFlat(yy, meanY)) return undefined;
  const coefficient = xy / Math.sqrt(xx * yy);
  return Number.isFinite(coefficient) ? Math.max(-1, Math.min(1, coefficient)) : undefined;
}
