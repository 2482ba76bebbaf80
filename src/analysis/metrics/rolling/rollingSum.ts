/** The sum of the last `width` values, value by value; NaN where the window is not full or holds a gap. */
export class RollingSum {
  readonly #ring: Float64Array;
  #next = 0;
  #gaps: number;
  #sum = 0;
  #peak = 0;
  #sinceCount = 0;

  constructor(width: number) {
    this.#ring = new Float64Array(width).fill(Number.NaN);
    this.#gaps = width;
  }

  /** Takes a value in and the oldest one out; returns the sum. */
  push(value: number): number {
    const left = this.#ring[this.#next] ?? Number.NaN;
    this.#ring[this.#next] = value;
    this.#next = this.#next + 1 === this.#ring.length ? 0 : this.#next + 1;
    this.#gaps += Number(!Number.isFinite(value)) - Number(!Number.isFinite(left));
    if (Number.isFinite(left)) this.#sum -= left;
    if (Number.isFinite(value)) this.#sum += value;
    this.#sinceCount += 1;
    this.#peak = Math.max(this.#peak, Math.abs(this.#sum), Math.abs(value) || 0);
    // What a large value took of the digits does not come back when it leaves.
    if (this.#sinceCount >= MOST_UPDATES || Math.abs(this.#sum) < LEAST_OF_PEAK * this.#peak)
      this.#countAnew();
    return this.#gaps === 0 ? this.#sum : Number.NaN;
  }

  #countAnew(): void {
    [this.#sum, this.#peak, this.#sinceCount] = [0, 0, 0];
    for (const value of this.#ring) {
      if (!Number.isFinite(value)) continue;
      this.#sum += value;
      this.#peak = Math.max(this.#peak, Math.abs(value));
    }
    this.#peak = Math.max(this.#peak, Math.abs(this.#sum));
  }
}

/** Updates after which the sum is counted anew in any case: rounding adds up. */
const MOST_UPDATES = 8_192;
/** Share of the largest sum since it was counted that it must still be. */
const LEAST_OF_PEAK = 1e-3;
