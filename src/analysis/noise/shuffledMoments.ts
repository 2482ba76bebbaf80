import { DAY_MS, HOUR_MS } from '../../core/units.ts';
import { HoursToShuffle } from './hoursToShuffle.ts';
import { MOVE_HOURS, movesOf } from './moves.ts';
import type { Moment } from './noiseOfDay.ts';
import { seededRandom, seedOf } from './random.ts';
import { rankAt } from './stake.ts';
import { endOfHour, type Track } from './track.ts';
import { HISTORY_HOURS, inUsualSizes, usualSizesAt } from './usualSizes.ts';

export interface ShuffleOptions {
  /** How many moments are taken. */
  readonly moments: number;
  /** With fewer hours before the day nothing is shuffled. */
  readonly minimumHours: number;
}

export const SHUFFLE_OPTIONS: ShuffleOptions = { moments: 300, minimumHours: 336 };
/** Of a shuffled history so many of its last days are taken: they do not overlap, and three times as many say what is usual. */
const MOST_DAYS = 10;
const HOURS_PER_DAY_TAKEN = 3 * MOVE_HOURS;

/** Returns the first hour of the UTC day that an hour lies in: the null of a day rests on the hours before it. */
export function firstHourOfDay(track: Track, index: number): number {
  const startMs = endOfHour(track, index) - HOUR_MS;
  return Math.max(0, index - Math.floor((startMs % DAY_MS) / HOUR_MS));
}

/**
 * Shuffles the history before a day again and again, and takes moments a day apart from the end of each, in the usual sizes of the
 * shuffled hours, as a real hour is taken. The same day of the same history gives the same moments.
 */
export function* shuffledMoments(
  track: Track,
  dayStart: number,
  { moments, minimumHours }: ShuffleOptions = SHUFFLE_OPTIONS,
): Generator<Moment, void> {
  const history = new HoursToShuffle(track, Math.max(0, dayStart - HISTORY_HOURS - MOVE_HOURS), dayStart);
  if (history.hours + 1 < minimumHours) return;
  const random = seededRandom(seedOf(`${track.asset} ${endOfHour(track, dayStart)}`));
  const days = Math.min(MOST_DAYS, Math.floor(history.hours / HOURS_PER_DAY_TAKEN));
  for (let count = 0; count < moments; count += days) {
    const market = history.shuffled(random);
    const moves = movesOf(market);
    const last = history.hours - 1;
    const usual = usualSizesAt(moves, last);
    if (usual === undefined) return;
    for (let hour = last; hour > last - days * MOVE_HOURS; hour -= MOVE_HOURS)
      yield { ...inUsualSizes(moves, hour, usual), rank: rankAt(market.openInterestBase, hour) };
  }
}
