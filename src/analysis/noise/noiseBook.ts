import { NoiseOfDay, type Moment, type Rarity } from './noiseOfDay.ts';
import { firstHourOfDay, shuffledMoments, type ShuffleOptions } from './shuffledMoments.ts';
import { endOfHour, type Track } from './track.ts';

/** What noise shows, drawn once a day of each market. Holds the newest day that was asked for. */
export class NoiseBook {
  readonly #days = new Map<string, { readonly startMs: number; readonly noise: NoiseOfDay }>();
  readonly #options: ShuffleOptions | undefined;

  constructor(options?: ShuffleOptions) {
    this.#options = options;
  }

  /**
   * Returns which share of shuffled moments shows as much as an hour does; `moment` is the hour in usual sizes, `market` tells apart
   * whose hours of the asset they are. Nothing is known where the history before the hour's day is too short.
   */
  rarityOf(track: Track, index: number, moment: Moment, market = ''): Rarity {
    return this.#noiseOf(track, index, `${market} ${track.asset}`)?.rarityOf(moment) ?? {};
  }

  #noiseOf(track: Track, index: number, key: string): NoiseOfDay | undefined {
    const dayStart = firstHourOfDay(track, index);
    const startMs = endOfHour(track, dayStart);
    const held = this.#days.get(key);
    if (held?.startMs === startMs) return held.noise;
    const moments = [...shuffledMoments(track, dayStart, this.#options)];
    // Nothing is held of a history that is too short: it may be read on within the day.
    if (moments.length === 0) return undefined;
    const noise = new NoiseOfDay(moments);
    this.#days.set(key, { startMs, noise });
    return noise;
  }
}
