import { coherenceOf, type Coherent } from './coherence.ts';

/** What was drawn for one day, to be asked how many moments show as much as an hour. */
export class NoiseOfDay {
  readonly #moments: readonly Coherent[];
  readonly #sorted = new Map<string, Float64Array>();

  constructor(moments: readonly Coherent[]) {
    this.#moments = moments;
  }

  /**
   * Returns which share of the moments shows as much as this one, the moment itself counted among them: never 0. Where takers
   * or liquidations are not known, they are left out of the moments as well. Undefined where the price is not known.
   */
  rarityOf(moment: Coherent): number | undefined {
    const shown = coherenceOf(moment);
    if (Number.isNaN(shown) || this.#moments.length === 0) return undefined;
    const sorted = this.#sortedFor(isKnown(moment.taker), isKnown(moment.forceSide));
    return (sorted.length - firstAtLeast(sorted, shown) + 1) / (sorted.length + 1);
  }

  #sortedFor(withTaker: boolean, withForce: boolean): Float64Array {
    const key = `${withTaker} ${withForce}`;
    let sorted = this.#sorted.get(key);
    if (sorted === undefined) {
      sorted = Float64Array.from(this.#moments, ({ price, taker, forceSide }) =>
        coherenceOf({
          price,
          ...(withTaker && taker !== undefined ? { taker } : {}),
          ...(withForce && forceSide !== undefined ? { forceSide } : {}),
        }),
      ).sort();
      this.#sorted.set(key, sorted);
    }
    return sorted;
  }
}

const isKnown = (value: number | undefined): boolean => value !== undefined && !Number.isNaN(value);

function firstAtLeast(sorted: Float64Array, wanted: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? Number.NaN) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
