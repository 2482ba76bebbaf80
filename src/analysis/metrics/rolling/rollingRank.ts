import { hasEnough } from '../statistics.ts';

/** The percentile rank within the last `windowPoints` values, value by value; as `percentileRank` has it. */
export class RollingRank {
  readonly #ring: Float64Array;
  /** The finite values of the window, ascending, at the beginning of the array. */
  readonly #sorted: Float64Array;
  #next = 0;
  #count = 0;

  constructor(windowPoints: number) {
    this.#ring = new Float64Array(windowPoints).fill(Number.NaN);
    this.#sorted = new Float64Array(windowPoints);
  }

  /** Takes a value in and the oldest one out; NaN and infinite values are gaps that take a place. */
  push(value: number): void {
    const left = this.#ring[this.#next] ?? Number.NaN;
    this.#ring[this.#next] = value;
    this.#next = this.#next + 1 === this.#ring.length ? 0 : this.#next + 1;
    if (Number.isFinite(left)) {
      const place = this.#placeOf(left);
      this.#sorted.copyWithin(place, place + 1, this.#count);
      this.#count -= 1;
    }
    if (Number.isFinite(value)) {
      const place = this.#placeOf(value);
      this.#sorted.copyWithin(place + 1, place, this.#count);
      this.#sorted[place] = value;
      this.#count += 1;
    }
  }

  /** Returns the share of values below, ties counted half, 0..100; undefined with fewer than half of the window. */
  rankOf(value: number): number | undefined {
    if (!Number.isFinite(value) || !hasEnough(this.#count, this.#ring.length)) return undefined;
    const below = this.#placeOf(value);
    let above = below;
    while (above < this.#count && this.#sorted[above] === value) above += 1;
    return (100 * (below + (above - below) / 2)) / this.#count;
  }

  /** The place of the first value that is not below. */
  #placeOf(value: number): number {
    let [low, high] = [0, this.#count];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sorted[middle] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
