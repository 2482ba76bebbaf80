import { DAY_MS } from '../../core/units.ts';

/** Days are the coarsest steps of a history: a longer pause is a gap, in which it may have been higher. */
const LONGEST_STEP_MS = 1.5 * DAY_MS;

/** Readings over time, of one unit: ascending times, NaN for a gap. */
interface History {
  readonly atMs: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

/** How far back the latest reading is the highest, and what the history that says so is worth. */
export interface Reach {
  /** The last earlier reading that was as high; absent where the history has none. */
  readonly sinceMs?: number;
  /** The first reading of the history. */
  readonly fromMs: number;
  /** The latest. */
  readonly toMs: number;
  readonly gaps: number;
  /** 0 without a gap. */
  readonly longestGapMs: number;
  /** Dollars of the history that no exchange states: coins × the price of their time. */
  readonly isEstimated?: true;
}

/**
 * Returns since when the latest reading is the highest, whatever its unit; undefined with fewer than two readings. NaN and
 * pauses of more than a day and a half are gaps: nothing is known of them.
 */
export function highestSince({ atMs, values }: History): Reach | undefined {
  let latest = Number.NaN;
  let toMs = Number.NaN;
  let fromMs = Number.NaN;
  let sinceMs: number | undefined;
  let gaps = 0;
  let longestGapMs = 0;
  for (let at = values.length; at-- > 0;) {
    const value = values[at] ?? Number.NaN;
    const ownMs = atMs[at] ?? Number.NaN;
    if (!Number.isFinite(value + ownMs)) continue;
    if (!(fromMs <= toMs)) {
      latest = value;
      toMs = ownMs;
    } else {
      if (value >= latest) sinceMs ??= ownMs;
      if (fromMs - ownMs > LONGEST_STEP_MS) {
        gaps += 1;
        longestGapMs = Math.max(longestGapMs, fromMs - ownMs);
      }
    }
    fromMs = ownMs;
  }
  if (!(fromMs < toMs)) return undefined;
  return { ...(sinceMs === undefined ? {} : { sinceMs }), fromMs, toMs, gaps, longestGapMs };
}
