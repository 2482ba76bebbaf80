import { coherenceOf, type Coherent } from './coherence.ts';
import { outnessOf, type Stake } from './stake.ts';

/** One moment: its moves in usual sizes, and how high open interest stands. */
export type Moment = Coherent & Stake;

/** What a move is held together by, beside the price. */
const BESIDE_PRICE = ['taker', 'spot', 'forceSide'] as const;

/** Which share of moments without structure shows as much, 0..1; absent where that is not known. */
export interface Rarity {
  /** As coherent a move. */
  readonly ofMove?: number;
  /** Open interest as far out, by its change or by its level. */
  readonly ofStake?: number;
}

/** What was drawn for one day, to be asked how many moments show as much as an hour. */
export class NoiseOfDay {
  readonly #moments: readonly Moment[];
  readonly #sorted = new Map<string, Float64Array>();

  constructor(moments: readonly Moment[]) {
    this.#moments = moments;
  }

  /**
   * Returns which share of the moments shows as much as this one, the moment itself counted among them: never 0. What of it is
   * not known is left out of the moments as well.
   */
  rarityOf(moment: Moment): Rarity {
    const [ofMove, ofStake] = [this.#ofMove(moment), this.#ofStake(moment)];
    return {
      ...(ofMove === undefined ? {} : { ofMove }),
      ...(ofStake === undefined ? {} : { ofStake }),
    };
  }

  /** Of kinds that are known here and in the moments: a term that only one of the two has would make it rarer than it is. */
  #ofMove(moment: Moment): number | undefined {
    const kinds = BESIDE_PRICE.filter((kind) => isKnown(moment[kind]) && this.#knows((one) => one[kind]));
    const alike = (one: Moment): number =>
      kinds.every((kind) => isKnown(one[kind]))
        ? coherenceOf({
            price: one.price,
            ...Object.fromEntries(kinds.map((kind) => [kind, one[kind]])),
          })
        : Number.NaN;
    const shown = alike(moment);
    return Number.isNaN(shown) ? undefined : this.#shareFrom(shown, `move ${kinds.join()}`, alike);
  }

  /** Whether any moment knows a number: history that came in after the draw is not in it. */
  #knows(numberOf: (moment: Moment) => number | undefined): boolean {
    return this.#moments.some((one) => isKnown(numberOf(one)));
  }

  /** The rarer of the two ways in which it is out, held against the rarer of the two in each moment. */
  #ofStake(moment: Moment): number | undefined {
    const isWayKnown = outnessOf(moment).map(
      (outness, way) => isKnown(outness) && this.#knows((one) => outnessOf(one)[way]),
    );
    if (!isWayKnown.includes(true)) return undefined;
    const rarest = (one: Moment): number =>
      outnessOf(one).reduce((most, outness, way) => {
        if (isWayKnown[way] !== true) return most;
        if (!isKnown(outness)) return Number.NaN;
        const share = this.#shareFrom(outness, `way ${way}`, (other) => outnessOf(other)[way] ?? Number.NaN);
        return Math.min(most, share ?? 1);
      }, 1);
    return this.#shareFrom(-rarest(moment), `stake ${isWayKnown.join()}`, (one) => -rarest(one));
  }

  /** The share of moments of which a number is at least as large, the one that is asked for counted among them. */
  #shareFrom(shown: number, key: string, valueOf: (moment: Moment) => number): number | undefined {
    let sorted = this.#sorted.get(key);
    if (sorted === undefined) {
      sorted = Float64Array.from(this.#moments, valueOf)
        .filter((value) => !Number.isNaN(value))
        .sort();
      this.#sorted.set(key, sorted);
    }
    return sorted.length === 0
      ? undefined
      : (sorted.length - firstAtLeast(sorted, shown) + 1) / (sorted.length + 1);
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
