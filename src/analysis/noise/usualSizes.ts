import { HOUR_MS } from '../../core/units.ts';
import { Window, type Usual } from './middle.ts';
import { MOVE_HOURS, moveAt, type Move, type Moves } from './moves.ts';

/** How far back what is usual is taken from: 60 days of overlapping windows. */
export const HISTORY_HOURS = 1_440;
/** With fewer windows than a week of hours there is nothing to call usual. */
export const MINIMUM_WINDOWS = 168;

/** How large the moves of an asset usually are; NaN of a kind whose history is too short or never moved. */
export interface UsualSizes {
  /** The stretch that a move is taken over. */
  readonly windowMs: number;
  /** How many windows it rests on. */
  readonly hours: number;
  /** The spread of the change of log price around zero. */
  readonly price: number;
  /** The same of log open interest in coins. */
  readonly openInterest: number;
  /** Of (bought − sold) / (bought + sold) by takers. */
  readonly taker: Usual;
  /** The same on spot markets. */
  readonly spot: Usual;
  /** Of (shorts − longs) / (shorts + longs) of what was liquidated, in USD. */
  readonly forceSide: Usual;
  /** Of log(1 + USD). */
  readonly forceSize: Usual;
}

export type UsualKind = 'price' | 'openInterest' | 'taker' | 'forceSide' | 'forceSize';

/** Returns whether the history was long enough to say what is usual of a kind. */
export function isUsualKnown(usual: UsualSizes, kind: UsualKind): boolean {
  const size = usual[kind];
  return (typeof size === 'number' ? size : size.spread) > 0;
}

const room = new Window(HISTORY_HOURS);

/**
 * Returns what is usual before an hour, from up to 60 days of its own history; undefined where the price is known over
 * less than a week or never moved. The spread is 1.4826 × the median distance, so that the hours of a crash, which are
 * few, do not make every other move small.
 */
export function usualSizesAt(moves: Moves, index: number): UsualSizes | undefined {
  const price = spreadBefore(moves.price, index);
  if (Number.isNaN(price)) return undefined;
  return {
    windowMs: MOVE_HOURS * HOUR_MS,
    hours: room.fill(moves.price, index - HISTORY_HOURS, index),
    price,
    openInterest: spreadBefore(moves.openInterest, index),
    taker: usualBefore(moves.taker, index),
    spot: usualBefore(moves.spot, index),
    forceSide: usualBefore(moves.forceSide, index),
    forceSize: usualBefore(moves.forceSize, index),
  };
}

/** Returns the robust spread around zero of the values before an hour; NaN where they are of less than a week or never moved. */
export function spreadBefore(column: Float64Array, index: number): number {
  return isWeek(column, index) ? orNaN(room.spreadAround(0)) : Number.NaN;
}

/** Returns middle and spread of the values before an hour; NaN where they are of less than a week or never moved. */
export function usualBefore(column: Float64Array, index: number): Usual {
  const { middle, spread } = isWeek(column, index) ? room.usual() : NOTHING;
  return spread > 0 ? { middle, spread } : NOTHING;
}

const isWeek = (column: Float64Array, index: number): boolean =>
  room.fill(column, index - HISTORY_HOURS, index) >= MINIMUM_WINDOWS;

/** Returns the moves of an hour in usual sizes: 1 is a usual day. NaN = not known, or nothing is usual. */
export function inUsualSizes(moves: Moves, index: number, usual: UsualSizes): Move {
  const move = moveAt(moves, index);
  const away = (value: number, { middle, spread }: Usual): number => (value - middle) / spread;
  return {
    price: move.price / usual.price,
    openInterest: move.openInterest / usual.openInterest,
    taker: away(move.taker, usual.taker),
    spot: away(move.spot, usual.spot),
    forceSide: away(move.forceSide, usual.forceSide),
    forceSize: away(move.forceSize, usual.forceSize),
  };
}

const NOTHING: Usual = { middle: Number.NaN, spread: Number.NaN };

/** A spread of nothing is none: what is divided by it would be infinite. */
const orNaN = (spread: number): number => (spread > 0 ? spread : Number.NaN);
