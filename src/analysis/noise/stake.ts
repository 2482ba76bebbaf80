import { at } from './track.ts';
import { HISTORY_HOURS, MINIMUM_WINDOWS } from './usualSizes.ts';

/** How far open interest is out; NaN or absent = not known. */
export interface Stake {
  /** Its change over a day in usual sizes. */
  readonly openInterest?: number;
  /** The share of its own hours that it stands above, 0..1. */
  readonly rank?: number;
}

/**
 * Returns how high a level stands among the hours up to and with one, 60 days of them at most: the share that lies below, and
 * half of what is equal. NaN where it is known over less than a week.
 */
export function rankAt(levels: Float64Array, index: number): number {
  const own = at(levels, index);
  let [below, equal, known] = [0, 0, 0];
  for (let hour = Math.max(0, index + 1 - HISTORY_HOURS); hour <= index; hour += 1) {
    const level = at(levels, hour);
    if (level < own) below += 1;
    else if (level === own) equal += 1;
    if (!Number.isNaN(level)) known += 1;
  }
  return Number.isNaN(own) || known < MINIMUM_WINDOWS ? Number.NaN : (below + equal / 2) / known;
}

/** Returns the two ways in which a stake is out, each the larger the further; NaN = not known. */
export function outnessOf({
  openInterest = Number.NaN,
  rank = Number.NaN,
}: Stake): readonly [change: number, rank: number] {
  return [Math.abs(openInterest), Math.abs(rank - 0.5)];
}
