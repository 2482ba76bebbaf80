import { DAY_MS, HOUR_MS } from '../../core/units.ts';
import type { UsualKind, UsualSizes } from '../noise/usualSizes.ts';
import type { Aspect } from './aspects.ts';
import type { JudgedFeature } from './featureInfo.ts';

/** How each input of the regime is measured in usual sizes, and back. */

export interface ScaleContext {
  readonly usual: UsualSizes;
  /** Of price and open interest. */
  readonly windowMs: number;
  readonly fundingIntervalMs: number;
  /** How many of the table's feeds (one pair on one exchange) an amount of liquidations is about. */
  readonly feeds: number;
  /** The finest rank that a history tells, 0..0.5. */
  readonly finestRank: number;
}

export interface Scale {
  readonly aspect: Aspect;
  /** Which of an aspect's inputs is founded best, the highest first; `ofUsual`: one more where the asset's own history says what of it is usual. */
  readonly foundation: number;
  readonly ofUsual?: UsualKind;
  /** Where all inputs of this aspect have to be out: a rank without a size, or a size without a rank, is not. */
  readonly isJoint?: true;
  readonly toSizes: (value: number, context: ScaleContext) => number;
  /** The value that is so many usual sizes out; absent for a claim. */
  readonly fromSizes?: (sizes: number, context: ScaleContext) => number;
}

/** Default funding of most exchanges, 0.01 % per 8 h, in percent a year, and the spread that leaves a twentieth of BTC's rates of 2022 to 2026 beyond 2. */
const FUNDING = { middle: 10, spread: 10 };
/** Tails of funding are heavier than a normal's: the rate at rank 0.975 is 1.8 to 6.8 spreads off in the years 2019 to 2026. */
const SIZES_PER_COST_RANK = 1.5;
const HOURS_PER_YEAR = 8_760;
/** Long accounts for a short one: the middle and spread of its logarithm over ten perpetuals (binance-perps-1d). */
const ACCOUNTS = { middle: 0.6, spread: 0.43 };
/** Of log volume in 24 h (binance-btcusdt-1h, binance-solusdt-1h). */
const VOLUME_SPREAD = 0.42;
/** Two deviations of a sum of dollars are 1.3 usual sizes of its logarithm (BTC, SOL): it has heavy tails. */
const SIZES_PER_FORCE_Z = 0.65;
/** An amount without its size says no more than a side. */
const NET_TAKER_USD = 40e6;
/** A record among hours or days is in the outer hundredth of its history. */
const RECORD = 2.6;

const itself: Pick<Scale, 'toSizes' | 'fromSizes'> = { toSizes: (z) => z, fromSizes: (sizes) => sizes };
const overWindow = (kind: 'price' | 'openInterest'): Pick<Scale, 'toSizes' | 'fromSizes'> => {
  const spread = ({ usual, windowMs }: ScaleContext): number =>
    usual[kind] * Math.sqrt(windowMs / usual.windowMs);
  return {
    toSizes: (percent, context) => Math.log(Math.max(1e-4, 1 + percent / 100)) / spread(context),
    fromSizes: (sizes, context) => 100 * Math.expm1(sizes * spread(context)),
  };
};
const rank = {
  toSizes: (percentile: number, { finestRank }: ScaleContext): number =>
    normalQuantile(Math.min(1 - finestRank, Math.max(finestRank, percentile / 100))),
  fromSizes: (sizes: number): number => 100 * normalShare(sizes),
};
const yearly = (percentPerYear: (value: number, context: ScaleContext) => number) => ({
  toSizes: (value: number, context: ScaleContext): number =>
    (percentPerYear(value, context) - FUNDING.middle) / FUNDING.spread,
});
const yearlyFrom = (sizes: number): number => FUNDING.middle + sizes * FUNDING.spread;
const perYear = ({ fundingIntervalMs }: ScaleContext): number =>
  (HOURS_PER_YEAR * HOUR_MS) / fundingIntervalMs;

/** Features that say nothing about the regime by themselves, such as the cap of funding, are not in it. */
export const SCALES: Readonly<Partial<Record<JudgedFeature, Scale>>> = {
  returnPct: { aspect: 'price', foundation: 2, ofUsual: 'price', ...overWindow('price') },
  openInterestChangePct: {
    ...{ aspect: 'positions', foundation: 1, ofUsual: 'openInterest' },
    ...overWindow('openInterest'),
  },
  openInterestZ: { aspect: 'positions', foundation: 1.5, ...itself },
  openInterestRecord: {
    ...{ aspect: 'level', foundation: 2 },
    toSizes: (claim) => (claim === 1 ? RECORD : Number.NaN),
  },
  openInterestPercentile: { aspect: 'level', foundation: 1, ...rank },
  fundingAnnualisedPct: {
    ...{ aspect: 'cost', foundation: 3, isJoint: true },
    ...yearly((value) => value),
    fromSizes: yearlyFrom,
  },
  fundingPerIntervalPct: {
    ...{ aspect: 'cost', foundation: 2, isJoint: true },
    ...yearly((value, context) => value * perYear(context)),
    fromSizes: (sizes, context) => yearlyFrom(sizes) / perYear(context),
  },
  fundingPercentile: {
    ...{ aspect: 'cost', foundation: 1, isJoint: true },
    toSizes: (percentile, context) => SIZES_PER_COST_RANK * rank.toSizes(percentile, context),
    fromSizes: (sizes) => 100 * normalShare(sizes / SIZES_PER_COST_RANK),
  },
  basisAnnualisedPct: {
    ...{ aspect: 'cost', foundation: 0.5 },
    ...yearly((value) => value),
    fromSizes: yearlyFrom,
  },
  longShortPercentile: { aspect: 'accounts', foundation: 2, ...rank },
  longShortRatio: {
    ...{ aspect: 'accounts', foundation: 1 },
    toSizes: (ratio) => (Math.log(Math.max(1e-6, ratio)) - ACCOUNTS.middle) / ACCOUNTS.spread,
    fromSizes: (sizes) => Math.exp(ACCOUNTS.middle + sizes * ACCOUNTS.spread),
  },
  takerBuySellRatio: {
    ...{ aspect: 'flow', foundation: 2, ofUsual: 'taker' },
    toSizes: (ratio, { usual: { taker } }) => ((ratio - 1) / (ratio + 1) - taker.middle) / taker.spread,
    fromSizes: (sizes, { usual: { taker } }) => {
      const imbalance = Math.max(-0.999, Math.min(0.999, taker.middle + sizes * taker.spread));
      return (1 + imbalance) / (1 - imbalance);
    },
  },
  takerImbalanceZ: { aspect: 'flow', foundation: 1.5, ...itself },
  takerRatioChangePct: {
    ...{ aspect: 'flow', foundation: 0.5 },
    // The difference of two imbalances has √2 times the spread of one.
    toSizes: (percent, { usual: { taker } }) =>
      Math.tanh(Math.log(Math.max(1e-4, 1 + percent / 100)) / 2) / (Math.SQRT2 * taker.spread),
    fromSizes: (sizes, { usual: { taker } }) =>
      100 * Math.expm1(2 * Math.atanh(Math.max(-0.999, Math.min(0.999, sizes * Math.SQRT2 * taker.spread)))),
  },
  netTakerVolumeUsd: {
    ...{ aspect: 'flow', foundation: 0.1 },
    toSizes: (usd) => 0.5 * Math.tanh(usd / NET_TAKER_USD),
    fromSizes: (sizes) => NET_TAKER_USD * sizes,
  },
  spotLeadZ: { aspect: 'spot', foundation: 2, ...itself },
  depthZ: { aspect: 'depth', foundation: 1, ...itself },
  futuresVolumeChangePct: {
    ...{ aspect: 'volume', foundation: 1 },
    toSizes: (percent) => Math.log(Math.max(1e-4, 1 + percent / 100)) / VOLUME_SPREAD,
    fromSizes: (sizes) => 100 * Math.expm1(sizes * VOLUME_SPREAD),
  },
  liquidationsUsd: {
    ...{ aspect: 'forceSize', foundation: 1, ofUsual: 'forceSize' },
    toSizes: (usd, { usual: { forceSize }, feeds }) =>
      (Math.log1p(usd / feeds) - forceSize.middle) / forceSize.spread,
    fromSizes: (sizes, { usual: { forceSize }, feeds }) =>
      feeds * Math.expm1(forceSize.middle + sizes * forceSize.spread),
  },
  liquidationsZ: {
    ...{ aspect: 'forceSize', foundation: 1.5 },
    toSizes: (z) => SIZES_PER_FORCE_Z * z,
    fromSizes: (sizes) => sizes / SIZES_PER_FORCE_Z,
  },
  shortLiquidationShare: {
    ...{ aspect: 'forceSide', foundation: 1, ofUsual: 'forceSide' },
    toSizes: (share, { usual: { forceSide } }) => (2 * share - 1 - forceSide.middle) / forceSide.spread,
    fromSizes: (sizes, { usual: { forceSide } }) =>
      Math.max(0, Math.min(1, (1 + forceSide.middle + sizes * forceSide.spread) / 2)),
  },
};

/** What a stated value is over where nothing is said: the horizon of the families. */
export const DEFAULT_WINDOW_MS = DAY_MS;

/** Returns the share of a normal distribution below a value (Abramowitz and Stegun 7.1.26, to 1e-7). */
export function normalShare(sizes: number): number {
  const x = Math.abs(sizes) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const series =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const tail = (series * Math.exp(-x * x)) / 2;
  return sizes < 0 ? tail : 1 - tail;
}

/** The value below which a share of a normal distribution lies, by halving: 40 steps leave no visible error. */
function normalQuantile(share: number): number {
  let [low, high] = [-6, 6];
  for (let step = 0; step < 40; step += 1) {
    const middle = (low + high) / 2;
    if (normalShare(middle) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
