import { at, type Track } from './track.ts';

/** How many hours a move is taken over. */
export const MOVE_HOURS = 24;
/** A share of what was traded or liquidated still is one where so many of its hours are not known; a sum is not. */
const MOST_UNKNOWN_HOURS = 2;

/** One number of each kind. */
export interface Move {
  /** Change of log price. */
  readonly price: number;
  /** Change of log open interest in coins. */
  readonly openInterest: number;
  /** (bought − sold) / (bought + sold) by takers. */
  readonly taker: number;
  /** The same on spot markets. */
  readonly spot: number;
  /** (shorts − longs) / (shorts + longs) of what was liquidated, in USD: positive where shorts had to buy. */
  readonly forceSide: number;
  /** log(1 + USD) of what was liquidated. */
  readonly forceSize: number;
}

/** The moves of the 24 hours up to and with each hour; NaN = not known. */
export type Moves = { readonly [Kind in keyof Move]: Float64Array };

/** Returns the moves of every hour of a track. Each rests on its own 24 hours alone. */
export function movesOf(track: Track): Moves {
  const { longLiquidatedUsd: longs, shortLiquidatedUsd: shorts } = track;
  const force = shorts.map((amount, index) => amount - at(longs, index));
  const forced = shorts.map((amount, index) => amount + at(longs, index));
  return {
    price: logChange(track.close),
    openInterest: logChange(track.openInterestBase),
    taker: boughtOfDay(track.takerBuyBase, track.volumeBase),
    spot: boughtOfDay(track.spotTakerBuyBase, track.spotVolumeBase),
    forceSide: shareOfDay(force, forced),
    forceSize: sumsOfDay(forced, forced, 0).map(Math.log1p),
  };
}

/** Returns the moves of one hour. */
export function moveAt(moves: Moves, index: number): Move {
  return {
    price: at(moves.price, index),
    openInterest: at(moves.openInterest, index),
    taker: at(moves.taker, index),
    spot: at(moves.spot, index),
    forceSide: at(moves.forceSide, index),
    forceSize: at(moves.forceSize, index),
  };
}

/** Returns the change of the logarithm over 24 hours, by the hour. */
export function logChange(levels: Float64Array): Float64Array {
  const logs = levels.map((level) => (level > 0 ? Math.log(level) : Number.NaN));
  return logs.map((log, index) => log - at(logs, index - MOVE_HOURS));
}

function boughtOfDay(bought: Float64Array, volume: Float64Array): Float64Array {
  return shareOfDay(
    volume.map((all, index) => 2 * at(bought, index) - all),
    volume,
  );
}

/** Returns Σ part / Σ whole over a day; NaN where nothing was traded, or too few hours are known. */
export function shareOfDay(part: Float64Array, whole: Float64Array): Float64Array {
  const parts = sumsOfDay(part, whole, MOST_UNKNOWN_HOURS);
  return sumsOfDay(whole, part, MOST_UNKNOWN_HOURS).map((sum, index) =>
    sum > 0 ? Math.max(-1, Math.min(1, at(parts, index) / sum)) : Number.NaN,
  );
}

/**
 * Sums the last 24 hours, of those in which a value and the one beside it are known; NaN where more hours are not known than
 * may be. As differences of running totals: a day without any is 0, to the last digit.
 */
function sumsOfDay(values: Float64Array, beside: Float64Array, mostUnknown: number): Float64Array {
  const sums = new Float64Array(values.length).fill(Number.NaN);
  const totals = new Float64Array(values.length + 1);
  const unknown = new Float64Array(values.length + 1);
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? Number.NaN;
    const isKnown = !Number.isNaN(value) && !Number.isNaN(beside[index] ?? Number.NaN);
    const total = (totals[index] ?? 0) + (isKnown ? value : 0);
    const missed = (unknown[index] ?? 0) + (isKnown ? 0 : 1);
    totals[index + 1] = total;
    unknown[index + 1] = missed;
    const first = index + 1 - MOVE_HOURS;
    if (first >= 0 && missed - (unknown[first] ?? 0) <= mostUnknown)
      sums[index] = total - (totals[first] ?? 0);
  }
  return sums;
}
