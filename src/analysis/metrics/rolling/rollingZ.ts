import { hasEnough, scored, type ZScore } from '../statistics.ts';
import { LEAST_OF_PEAK, RollingMoments, sumsAboutMean, VALUES_PER_CENTRE } from './rollingMoments.ts';

/**
 * z = (x − mean) / sd against the `windowPoints` values before x, value by value. Undefined, or NaN in a column, as for
 * `zScore`: without spread, with fewer than half of the window.
 */
export class RollingZ {
  readonly #window: RollingMoments;
  readonly #windowPoints: number;

  /** `held`: how many values before count at most, where a window without gaps cannot be had. */
  constructor(windowPoints: number, held = windowPoints) {
    this.#window = new RollingMoments(held);
    this.#windowPoints = windowPoints;
  }

  /** Returns the score of a value against those that were pushed before it. */
  scoreOf(value: number): ZScore | undefined {
    const before = this.#window.moments();
    if (before === undefined || !hasEnough(before.count, this.#windowPoints)) return undefined;
    return scored(value, before.mean, before.sd, before.count);
  }

  push(value: number): void {
    this.#window.push(value);
  }
}

/**
 * Returns the z-score of every value against the `windowPoints` before it; NaN where it is not defined. What `RollingZ`
 * gives value by value, over a whole column: the column itself is the window, so that nothing is copied.
 */
export function rollingZ(values: Float64Array, windowPoints: number): Float64Array {
  const scores = new Float64Array(values.length);
  for (let at = 0; at < values.length;) at = scoreBlock(values, scores, at, windowPoints);
  return scores;
}

/** Scores values from a place on, about one centre, as long as it keeps its digits; returns the place of the next block. */
function scoreBlock(values: Float64Array, scores: Float64Array, from: number, windowPoints: number): number {
  const least = Math.max(2, windowPoints / 2);
  const window = sumsAboutMean(values, Math.max(0, from - windowPoints), from);
  const { centre } = window;
  let { sum, squares, count } = window;
  let peak = squares;
  let share = 1 / count;
  const end = Math.min(values.length, from + VALUES_PER_CENTRE);
  for (let at = from; at < end; at += 1) {
    const mean = sum * share;
    const own = squares - sum * mean;
    // Of values too large to be squared the sum is none, and no more than anything.
    if (at > from && count > 0 && !(own >= LEAST_OF_PEAK * peak)) return at;
    const entered = (values[at] ?? Number.NaN) - centre;
    const spread = Math.sqrt(own * share);
    const score = (entered - mean) / spread;
    const hasSpread = spread > Math.abs(centre + mean) * Number.EPSILON;
    // What is not finite is no number once it is taken from itself.
    scores[at] = count >= least && hasSpread && score - score === 0 ? score : Number.NaN;
    const left = at < windowPoints ? Number.NaN : (values[at - windowPoints] ?? Number.NaN) - centre;
    const [leaves, enters] = [left - left === 0, entered - entered === 0];
    if (leaves) {
      sum -= left;
      squares -= left * left;
    }
    if (enters) {
      sum += entered;
      squares += entered * entered;
    }
    if (squares > peak) peak = squares;
    if (leaves === enters) continue;
    count += enters ? 1 : -1;
    share = 1 / count;
    // The first value after a gap as long as the window is a centre near those to come.
    if (enters && count === 1) return at + 1;
  }
  return end;
}
