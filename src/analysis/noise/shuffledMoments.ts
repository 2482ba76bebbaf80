import { DAY_MS, HOUR_MS } from '../../core/units.ts';
import type { Coherent } from './coherence.ts';
import { HoursToShuffle } from './hoursToShuffle.ts';
import { MOVE_HOURS, movesOf } from './moves.ts';
import { seededRandom, seedOf } from './random.ts';
import { endOfHour, type Track } from './track.ts';
import { HISTORY_HOURS, inUsualSizes, usualSizesAt } from './usualSizes.ts';

export interface ShuffleOptions {
  /** How often the history is shuffled. */
  readonly shuffles: number;
  /** With fewer hours before the day nothing is shuffled. */
  readonly minimumHours: number;
}

export const SHUFFLE_OPTIONS: ShuffleOptions = { shuffles: 300, minimumHours: 336 };

/** Returns the first hour of the UTC day that an hour lies in: the null of a day rests on the hours before it. */
export function firstHourOfDay(track: Track, index: number): number {
  const startMs = endOfHour(track, index) - HOUR_MS;
  return Math.max(0, index - Math.floor((startMs % DAY_MS) / HOUR_MS));
}

/**
 * Shuffles the history before a day again and again, and takes the last moment of each, in the usual sizes of the shuffled
 * hours before it: exactly as a real hour is taken. Stops after each shuffle, so that who draws may let others run. The
 * same day of the same history gives the same moments.
 */
export function* shuffledMoments(
  track: Track,
  dayStart: number,
  { shuffles, minimumHours }: ShuffleOptions = SHUFFLE_OPTIONS,
): Generator<Coherent, void> {
  const history = new HoursToShuffle(track, Math.max(0, dayStart - HISTORY_HOURS - MOVE_HOURS), dayStart);
  if (history.hours + 1 < minimumHours) return;
  const random = seededRandom(seedOf(`${track.asset} ${endOfHour(track, dayStart)}`));
  for (let count = 0; count < shuffles; count += 1) {
    const moves = movesOf(history.shuffled(random));
    const last = history.hours - 1;
    const usual = usualSizesAt(moves, last);
    if (usual === undefined) return;
    yield inUsualSizes(moves, last, usual);
  }
}
