/** Of numbers spread as a normal distribution, the median distance from the middle times this is the standard deviation. */
const MAD_TO_SD = 1.4826;

/** What is usual: the median, and the robust spread around it in the unit of the values. */
export interface Usual {
  readonly middle: number;
  readonly spread: number;
}

/** Room for the values of one window: medians are looked for in it, so that nothing is made anew for each. */
export class Window {
  readonly #values: Float64Array;
  #count = 0;

  constructor(most: number) {
    this.#values = new Float64Array(most);
  }

  /** Takes the known values of `[from, to)` of a column. Returns how many they are. */
  fill(column: Float64Array, from: number, to: number): number {
    this.#count = 0;
    for (let index = Math.max(0, from); index < to; index += 1) {
      const value = column[index] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      this.#values[this.#count] = value;
      this.#count += 1;
    }
    return this.#count;
  }

  /** Returns median and spread of what was taken last; of an even number of values the lower of the middle two counts. */
  usual(): Usual {
    const middle = this.#median();
    return { middle, spread: this.spreadAround(middle) };
  }

  /** Returns the spread around a middle that is known. What was taken is used up. */
  spreadAround(middle: number): number {
    for (let index = 0; index < this.#count; index += 1)
      this.#values[index] = Math.abs((this.#values[index] ?? 0) - middle);
    return MAD_TO_SD * this.#median();
  }

  /** The value in the middle, by Hoare's selection. */
  #median(): number {
    const values = this.#values;
    const wanted = (this.#count - 1) >> 1;
    let [low, high] = [0, this.#count - 1];
    while (low < high) {
      const pivot = values[(low + high) >> 1] ?? 0;
      let [left, right] = [low, high];
      while (left <= right) {
        while ((values[left] ?? 0) < pivot) left += 1;
        while ((values[right] ?? 0) > pivot) right -= 1;
        if (left > right) break;
        const kept = values[left] ?? 0;
        values[left] = values[right] ?? 0;
        values[right] = kept;
        left += 1;
        right -= 1;
      }
      if (wanted <= right) high = right;
      else if (wanted >= left) low = left;
      else break;
    }
    return this.#count === 0 ? Number.NaN : (values[wanted] ?? Number.NaN);
  }
}
