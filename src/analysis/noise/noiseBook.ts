import type { Asset } from '../../core/ids.ts';
import type { Coherent } from './coherence.ts';
import { NoiseOfDay } from './noiseOfDay.ts';
import { firstHourOfDay, shuffledMoments, type ShuffleOptions } from './shuffledMoments.ts';
import { endOfHour, type Track } from './track.ts';

/** So many shuffles are drawn in one go: some milliseconds of work. */
const SHUFFLES_AT_A_TIME = 4;

/** What noise shows, drawn once a day of the series and asset. Holds the newest day that was asked for of each asset. */
export class NoiseBook {
  readonly #days = new Map<Asset, { readonly startMs: number; readonly noise: NoiseOfDay }>();
  readonly #options: ShuffleOptions | undefined;

  constructor(options?: ShuffleOptions) {
    this.#options = options;
  }

  /**
   * Draws the noise of an hour's day unless it is held, some shuffles at a time; `pause` lets others run in between. What
   * is asked before it is done has no answer.
   */
  async prepare(track: Track, index: number, pause: () => Promise<void>): Promise<void> {
    if (this.#heldFor(track, index) !== undefined) return;
    const dayStart = firstHourOfDay(track, index);
    const moments: Coherent[] = [];
    for (const moment of shuffledMoments(track, dayStart, this.#options)) {
      moments.push(moment);
      if (moments.length % SHUFFLES_AT_A_TIME === 0) await pause();
    }
    this.#hold(track, dayStart, moments);
  }

  /** The same at once: for who has nothing else to do. */
  prepareNow(track: Track, index: number): void {
    if (this.#heldFor(track, index) !== undefined) return;
    const dayStart = firstHourOfDay(track, index);
    this.#hold(track, dayStart, [...shuffledMoments(track, dayStart, this.#options)]);
  }

  /**
   * Returns which share of shuffled moments shows as much as an hour does; `moment` is the hour in usual sizes. Undefined
   * where the history is too short or the noise of the hour's day was not drawn.
   */
  rarityOf(track: Track, index: number, moment: Coherent): number | undefined {
    return this.#heldFor(track, index)?.rarityOf(moment);
  }

  #heldFor(track: Track, index: number): NoiseOfDay | undefined {
    const held = this.#days.get(track.asset);
    return held?.startMs === endOfHour(track, firstHourOfDay(track, index)) ? held.noise : undefined;
  }

  /** Nothing is held of a history that is too short: it may be read on within the day. */
  #hold(track: Track, dayStart: number, moments: readonly Coherent[]): void {
    if (moments.length === 0) return;
    this.#days.set(track.asset, { startMs: endOfHour(track, dayStart), noise: new NoiseOfDay(moments) });
  }
}
