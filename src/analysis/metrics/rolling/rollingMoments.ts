import type { Moments } from '../statistics.ts';

/**
 * Count, mean and deviation of the last `windowPoints` values, value by value. Sums are kept about a centre near the
 * values; plain sums of squares lose all digits of a quiet series far from zero (3e10 ± 1e4), and a sliding update never
 * recovers from one bad tick. So the centre is set anew, from the window itself, after a number of values and whenever
 * the spread within the window has become small against the largest one since: an outlier left, or the level moved away.
 */

/** Values after which the centre is set anew in any case: rounding adds up in the sums. */
export const VALUES_PER_CENTRE = 8_192;
/**
 * Share of the largest sum of squares since the centre was set that the window must still hold. Sums err by about 1e-13 of
 * that largest one, so that a score errs by less than 1e-9.
 */
export const LEAST_OF_PEAK = 1e-3;

export class RollingMoments {
  readonly #ring: Float64Array;
  /** Where the next value goes; the oldest one stands there once the ring is full. */
  #next = 0;
  #held = 0;
  #count = 0;
  #centre = 0;
  #sum = 0;
  #squares = 0;
  #peak = 0;
  #sinceCentre = 0;

  constructor(windowPoints: number) {
    this.#ring = new Float64Array(windowPoints);
  }

  /** Takes a value in and the oldest one out; NaN and infinite values are gaps that take a place. */
  push(value: number): void {
    if (this.#held === this.#ring.length) this.#leave(this.#ring[this.#next] ?? Number.NaN);
    else this.#held += 1;
    this.#ring[this.#next] = value;
    this.#next = this.#next + 1 === this.#ring.length ? 0 : this.#next + 1;
    this.#enter(value);
    this.#sinceCentre += 1;
    if (this.#sinceCentre >= VALUES_PER_CENTRE) this.#recentre();
  }

  /** Returns count, mean and population deviation of what the window holds; undefined without a finite value. */
  moments(): Moments | undefined {
    if (this.#count === 0) return undefined;
    // Of values too large to be squared the sum is none, and no more than anything.
    if (!(this.#own() >= LEAST_OF_PEAK * this.#peak)) this.#recentre();
    const mean = this.#centre + this.#sum / this.#count;
    const sd = Math.sqrt(Math.max(0, this.#own()) / this.#count);
    return Number.isFinite(mean) && Number.isFinite(sd) ? { count: this.#count, mean, sd } : undefined;
  }

  /** The sum of squares about the window's own mean. */
  #own(): number {
    return this.#squares - (this.#sum * this.#sum) / this.#count;
  }

  #enter(value: number): void {
    if (!Number.isFinite(value)) return;
    if (this.#count === 0) this.#startAt(value);
    const away = value - this.#centre;
    this.#count += 1;
    this.#sum += away;
    this.#squares += away * away;
    if (this.#squares > this.#peak) this.#peak = this.#squares;
  }

  #leave(value: number): void {
    if (!Number.isFinite(value)) return;
    const away = value - this.#centre;
    this.#count -= 1;
    this.#sum -= away;
    this.#squares -= away * away;
  }

  #startAt(centre: number): void {
    this.#centre = centre;
    this.#sum = 0;
    this.#squares = 0;
    this.#peak = 0;
    this.#sinceCentre = 0;
  }

  /** Sums anew about the mean of the window; of equal values that mean is the value itself, and the spread exactly 0. */
  #recentre(): void {
    const found = sumsAboutMean(this.#ring, 0, this.#held);
    this.#startAt(found.centre);
    this.#sum = found.sum;
    this.#squares = found.squares;
    this.#peak = found.squares;
  }
}

/** Sums of the finite values in `[from, to)` about their mean. */
export function sumsAboutMean(
  values: ArrayLike<number>,
  from: number,
  to: number,
): { readonly centre: number; readonly sum: number; readonly squares: number; readonly count: number } {
  let [origin, offset, count] = [Number.NaN, 0, 0];
  for (let at = from; at < to; at += 1) {
    const value = values[at] ?? Number.NaN;
    if (!Number.isFinite(value)) continue;
    if (count === 0) origin = value;
    offset += value - origin;
    count += 1;
  }
  if (count === 0) return { centre: 0, sum: 0, squares: 0, count };
  const centre = origin + offset / count;
  let [sum, squares] = [0, 0];
  for (let at = from; at < to; at += 1) {
    const away = (values[at] ?? Number.NaN) - centre;
    if (!Number.isFinite(away)) continue;
    sum += away;
    squares += away * away;
  }
  return { centre, sum, squares, count };
}
