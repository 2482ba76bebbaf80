/**
 * The levels of one side that have not been touched, in coins, by distance: a higher index is reached first. Closing
 * shrinks all of them by one factor, so the factor is kept beside the row and costs the same for any number of bins.
 */
export class LiveLevels {
  readonly #row: Float64Array;
  #factor = 1;
  #outstandingBase = 0;
  /** No level lies above this index. */
  #top = -1;

  constructor(bins: number) {
    this.#row = new Float64Array(bins);
  }

  /** Everything modelled as open on this side, in coins; levels outside the grid included. */
  get outstandingBase(): number {
    return this.#outstandingBase;
  }

  /** Adds `sizeBase` coins at a bin. A size without a bin still counts, and closes with the rest. */
  add(bin: number, sizeBase: number): void {
    this.#outstandingBase += sizeBase;
    // Beyond the grid, or NaN: never liquidated.
    if (!(bin >= 0 && bin < this.#row.length)) return;
    this.#row[bin] = (this.#row[bin] ?? NaN) + sizeBase / this.#factor;
    if (bin > this.#top) this.#top = bin;
  }

  /** Removes all levels at `from` and above; returns their size in coins. */
  consumeFrom(from: number): number {
    const first = Math.max(0, from);
    let stored = 0;
    for (let bin = this.#top; bin >= first; bin -= 1) {
      stored += this.#row[bin] ?? NaN;
      this.#row[bin] = 0;
    }
    this.#top = Math.min(this.#top, first - 1);
    const consumed = Math.min(stored * this.#factor, this.#outstandingBase);
    this.#outstandingBase -= consumed;
    return consumed;
  }

  /** Keeps `share` (0 to 1) of every level. */
  shrink(share: number): void {
    this.#factor *= share;
    this.#outstandingBase *= share;
    // Long before the factor loses precision; a share of 0 ends here too.
    if (this.#factor < 1e-60) this.#settle();
  }

  #settle(): void {
    const factor = this.#factor;
    for (let bin = 0; bin <= this.#top; bin += 1) this.#row[bin] = (this.#row[bin] ?? NaN) * factor;
    this.#factor = 1;
  }

  /** Calls `visit` with each bin that may hold a level and its size in coins. */
  forEach(visit: (bin: number, sizeBase: number) => void): void {
    for (let bin = 0; bin <= this.#top; bin += 1) {
      const stored = this.#row[bin] ?? NaN;
      if (stored !== 0) visit(bin, stored * this.#factor);
    }
  }
}
