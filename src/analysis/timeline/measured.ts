import { movesOf, type Move, type Moves } from '../noise/moves.ts';
import { NoiseBook } from '../noise/noiseBook.ts';
import type { Rarity } from '../noise/noiseOfDay.ts';
import { rankAt } from '../noise/stake.ts';
import type { Track } from '../noise/track.ts';
import { inUsualSizes, usualSizesAt, type UsualSizes } from '../noise/usualSizes.ts';

/** What an hour is beside the asset's own history. Absent where that is too short. */
export interface Measured {
  readonly usual?: UsualSizes;
  /** The moves of the 24 hours, in usual sizes. */
  readonly move?: Move;
  /** Which share of shuffled hours shows as much. */
  readonly rarity?: Rarity;
}

/** Measures the hours of one track; the noise is drawn once a day of the series. */
export class Measure {
  readonly #track: Track;
  readonly #moves: Moves;
  readonly #noise: NoiseBook;
  readonly #market: string | undefined;

  /** `market` tells apart whose hours of the asset they are, where `noise` is of several. */
  constructor(track: Track, noise = new NoiseBook(), market?: string) {
    this.#track = track;
    this.#moves = movesOf(track);
    this.#noise = noise;
    this.#market = market;
  }

  /** Returns what is known of an hour. */
  at(index: number): Measured {
    const usual = usualSizesAt(this.#moves, index);
    if (usual === undefined) return {};
    const move = inUsualSizes(this.#moves, index, usual);
    const rank = rankAt(this.#track.openInterestBase, index);
    return { usual, move, rarity: this.#noise.rarityOf(this.#track, index, { ...move, rank }, this.#market) };
  }
}
