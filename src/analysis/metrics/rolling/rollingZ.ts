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
  const least = Math.max(2, windowPoints / 2);
  let [centre, sum, squares, peak, count, share, since] = [0, 0, 0, 0, 0, Number.NaN, 0];
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at] ?? Number.NaN;
    let mean = sum * share;
    let own = squares - sum * mean;
    // Of values too large to be squared the sum is none, and no more than anything.
    if (count > 0 && (!(own >= LEAST_OF_PEAK * peak) || since >= VALUES_PER_CENTRE)) {
      const found = sumsAboutMean(values, Math.max(0, at - windowPoints), at);
      centre = found.centre;
      sum = found.sum;
      squares = found.squares;
      peak = squares;
      since = 0;
      mean = sum * share;
      own = squares - sum * mean;
    }
    const entered = value - centre;
    const spread = own > 0 ? Math.sqrt(own * share) : 0;
    const score = (entered - mean) / spread;
    const isNone = count < least || spread <= Math.abs(centre + mean) * Number.EPSILON || score - score !== 0;
    scores[at] = isNone ? Number.NaN : score;
    let held = count;
    if (at >= windowPoints) {
      const left = (values[at - windowPoints] ?? Number.NaN) - centre;
      // What is not finite is no number once it is taken from itself.
      if (left - left === 0) {
        held -= 1;
        sum -= left;
        squares -= left * left;
      }
    }
    if (entered - entered === 0) {
      if (held === 0) {
        centre = value;
        sum = 0;
        squares = 0;
        peak = 0;
        since = 0;
      } else {
        sum += entered;
        squares += entered * entered;
        if (squares > peak) peak = squares;
      }
      held += 1;
    }
    if (held !== count) {
      count = held;
      share = 1 / count;
    }
    since += 1;
  }
  return scores;
}
