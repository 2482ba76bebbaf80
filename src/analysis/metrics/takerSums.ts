import { takerImbalance } from './flow.ts';
import { againstWeek } from './kit/tails.ts';
import { ofTrailing } from './kit/through.ts';
import {
  BASELINE_MS,
  DAY_AND_WEEK,
  FLOW_WINDOW_HOURS,
  FLOW_WINDOW_MS,
  MINIMUM_HOURS,
} from './kit/windows.ts';

/** What the metrics of taker flow share: buys and sells in coins, by the hour, over exchanges that state both. */

export const TAKERS = {
  series: ['taker-buy', 'taker-sell'],
  stretch: DAY_AND_WEEK,
  absent: `no exchange gave hourly taker volume over ${MINIMUM_HOURS} h`,
} as const;

export const SPOT_TAKERS = {
  series: ['spot-taker-buy', 'spot-taker-sell'],
  stretch: DAY_AND_WEEK,
  absent: `no exchange gave hourly spot taker volume over ${MINIMUM_HOURS} h`,
} as const;

/** The imbalance of a day, against those of the week before. */
export const IMBALANCE_AGAINST_WEEK = againstWeek(ofTrailing(FLOW_WINDOW_HOURS, takerImbalance));

/** A day. */
export const OF_DAY = { windowMs: FLOW_WINDOW_MS };
/** A day against the week before it. */
export const DAY_AGAINST_WEEK = { windowMs: FLOW_WINDOW_MS, baselineWindowMs: BASELINE_MS };
