/** Bins that a row has at first; it doubles towards where a level is added. */
const FIRST_BINS = 256;

/**
 * The untouched levels of one side, in coins, by bin: a higher bin is reached first. Bins are whole numbers of either sign, and
 * the row grows with the prices. Closing shrinks all levels by one factor, which is kept beside the row: it costs the same for
 * any number of bins, and reaching costs the bins that are reached.
 */
export class LevelRow {
  #sizes = new Float64Array(FIRST_BINS);
  /** The bin of the first size. */
  #origin = 0;
  /** No level lies above this bin. */
  #top = Number.NEGATIVE_INFINITY;
  #factor = 1;
  #placedBase = 0;

  /** Everything placed and still there, in coins; sizes that no price reaches included. */
  get placedBase(): number {
    return this.#placedBase;
  }

  /**
   * Adds coins around a position in bins: of `sizeBase` a share at each offset, which are at most 0; NaN: no price reaches it, it
   * counts, and closes with the rest. `reach` has the lowest and the highest offset. A year of bars spends its time here, hence the
   * plain loop.
   */
  add(
    position: number,
    sizeBase: number,
    offsets: Float64Array,
    shares: Float64Array,
    reach: { readonly lowest: number; readonly highest: number },
  ): void {
    const highest = Math.floor(position + reach.highest);
    this.#cover(Math.floor(position + reach.lowest), highest);
    const [sizes, origin, stored] = [this.#sizes, this.#origin, sizeBase / this.#factor];
    for (let at = 0; at < offsets.length; at += 1) {
      const place = Math.floor(position + (offsets[at] ?? 0)) - origin;
      if (place >= 0) sizes[place] = (sizes[place] ?? 0) + stored * (shares[at] ?? 0);
    }
    this.#placedBase += sizeBase;
    if (highest > this.#top) this.#top = highest;
  }

  /** Removes the levels at `bin` and above; returns their size in coins. */
  reach(bin: number): number {
    if (!(this.#top >= bin)) return 0;
    const lowest = Math.max(bin, this.#origin);
    let stored = 0;
    for (let one = this.#top; one >= lowest; one -= 1) {
      stored += this.#sizes[one - this.#origin] ?? Number.NaN;
      this.#sizes[one - this.#origin] = 0;
    }
    this.#top = bin - 1;
    const reached = Math.min(stored * this.#factor, this.#placedBase);
    this.#placedBase -= reached;
    return reached;
  }

  /** Keeps `share`, 0 to 1, of every level; returns the coins that are gone. */
  keep(share: number): number {
    const gone = this.#placedBase * (1 - share);
    this.#placedBase -= gone;
    this.#factor *= share;
    // Long before the factor loses digits; a share of 0 ends here too.
    if (this.#factor < 1e-60) this.#settle();
    return gone;
  }

  /** Coins at a bin. */
  sizeAt(bin: number): number {
    return (this.#sizes[bin - this.#origin] ?? 0) * this.#factor;
  }

  #settle(): void {
    for (const [place, size] of this.#sizes.entries()) this.#sizes[place] = size * this.#factor;
    this.#factor = 1;
  }

  /** Returns a row of its own with the same levels. */
  copy(): LevelRow {
    const other = new LevelRow();
    other.#sizes = this.#sizes.slice();
    [other.#origin, other.#top] = [this.#origin, this.#top];
    [other.#factor, other.#placedBase] = [this.#factor, this.#placedBase];
    return other;
  }

  /** Makes room for bins from `lowest` to `highest`. */
  #cover(lowest: number, highest: number): void {
    const [length, origin] = [this.#sizes.length, this.#origin];
    if (lowest >= origin && highest < origin + length) return;
    const isEmpty = this.#top === Number.NEGATIVE_INFINITY;
    const from = isEmpty ? lowest : Math.min(lowest, origin);
    const to = isEmpty ? highest + 1 : Math.max(highest + 1, origin + length);
    const wanted = Math.max(2 * length, 2 * (to - from));
    // Room on the side that has run out.
    this.#origin = lowest < origin || isEmpty ? to - wanted : from;
    const grown = new Float64Array(wanted);
    if (!isEmpty) grown.set(this.#sizes, origin - this.#origin);
    this.#sizes = grown;
  }
}
