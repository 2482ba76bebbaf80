import type { Asset } from '../../core/ids.ts';
import { HOUR_MS } from '../../core/units.ts';

/** Funding as it was settled, ascending in time: a rate pays for the interval before it, as a fraction of the position. */
export interface Settlements {
  readonly atMs: Float64Array;
  readonly ratePerInterval: Float64Array;
  readonly intervalMs: Float64Array;
}

/**
 * The hours of one asset as columns on one grid: index i is the hour that starts at `firstMs + i × 1 h`, and its values
 * are known when it has ended. NaN = not known, never zero. What is said of an hour rests on it and on those before it.
 */
export interface Track {
  readonly asset: Asset;
  /** Start of the first hour, epoch ms. */
  readonly firstMs: number;
  /** Price at the end of the hour, in USD. */
  readonly close: Float64Array;
  /** One-sided open interest at the end of the hour, in coins. */
  readonly openInterestBase: Float64Array;
  /** What takers bought, and all that was traded, in coins. */
  readonly takerBuyBase: Float64Array;
  readonly volumeBase: Float64Array;
  /** The same on spot markets. */
  readonly spotTakerBuyBase: Float64Array;
  readonly spotVolumeBase: Float64Array;
  /** Positions that were liquidated within the hour, in USD. */
  readonly longLiquidatedUsd: Float64Array;
  readonly shortLiquidatedUsd: Float64Array;
  /** Long accounts per short account at the end of the hour. */
  readonly longShortRatio?: Float64Array;
  readonly settlements?: Settlements;
}

/** Returns when an hour has ended: the moment at which it can be judged, epoch ms. */
export function endOfHour(track: Pick<Track, 'firstMs'>, index: number): number {
  return track.firstMs + (index + 1) * HOUR_MS;
}

/** Returns the value of a column; NaN outside of it. */
export function at(column: Float64Array, index: number): number {
  return column[index] ?? Number.NaN;
}
