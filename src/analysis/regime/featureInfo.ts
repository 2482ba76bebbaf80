import type { Evidence } from './assessment.ts';
import type { FeatureOrigin, RegimeFeatures } from './features.ts';
import { metricIdWithWindow } from '../metrics/metricIds.ts';
import { HOUR_MS } from '../../core/units.ts';

/** A feature that a rule can look at: a number, or a claim that is counted as 1 or 0. */
export type JudgedFeature = Exclude<
  keyof RegimeFeatures,
  | 'asset'
  | 'windowHours'
  | 'fundingIntervalHours'
  | 'openInterestRecordByExchange'
  | 'openInterestRecordAggregate'
  | 'fundingCapPctByExchange'
>;

export interface FeatureInfo {
  /** Metric id of the dictionary with its default window. */
  readonly metric: string;
  readonly unit: Evidence['unit'];
  /** What the feature is called within a sentence. */
  readonly words: string;
  /** `windowHours` of a features file is this feature's window. */
  readonly hasReturnWindow?: true;
}

/** Metric, unit and wording of every feature. The keys are those of a features file. */
export const FEATURES: Readonly<Record<JudgedFeature, FeatureInfo>> = {
  returnPct: { metric: 'return-24h', unit: 'percent', words: 'price change', hasReturnWindow: true },
  openInterestChangePct: {
    metric: 'open-interest-change-24h',
    unit: 'percent',
    words: 'open interest change',
    hasReturnWindow: true,
  },
  openInterestZ: { metric: 'open-interest-z-7d', unit: 'z-score', words: 'open interest z-score' },
  openInterestPercentile: {
    metric: 'open-interest-percentile-30d',
    unit: 'percentile',
    words: 'open interest percentile',
  },
  openInterestRecord: { metric: 'open-interest-record-30d', unit: 'boolean', words: 'open interest record' },
  fundingAnnualisedPct: { metric: 'funding-annualised', unit: 'percent', words: 'annualised funding' },
  fundingPerIntervalPct: {
    metric: 'funding-per-interval',
    unit: 'percent',
    words: 'funding rate per interval',
  },
  fundingPercentile: { metric: 'funding-percentile-30d', unit: 'percentile', words: 'funding percentile' },
  fundingCapPct: { metric: 'funding-cap', unit: 'percent', words: 'funding cap' },
  longShortRatio: { metric: 'long-short-ratio', unit: 'ratio', words: 'long/short ratio' },
  longShortPercentile: {
    metric: 'long-short-percentile-30d',
    unit: 'percentile',
    words: 'long/short percentile',
  },
  takerBuySellRatio: { metric: 'taker-ratio', unit: 'ratio', words: 'taker buy/sell ratio' },
  takerImbalanceZ: { metric: 'taker-imbalance-z-7d', unit: 'z-score', words: 'taker imbalance z-score' },
  netTakerVolumeUsd: { metric: 'net-taker-volume', unit: 'usd', words: 'net taker volume' },
  takerRatioChangePct: { metric: 'taker-ratio-change', unit: 'percent', words: 'change of the taker ratio' },
  depthZ: { metric: 'depth-z-7d', unit: 'z-score', words: 'depth index' },
  liquidationsZ: { metric: 'liquidations-z-7d', unit: 'z-score', words: 'liquidations z-score' },
  liquidationsUsd: { metric: 'liquidations', unit: 'usd', words: 'liquidations' },
  shortLiquidationShare: {
    metric: 'short-liquidation-share',
    unit: 'fraction',
    words: 'share of shorts in liquidations',
  },
  futuresVolumeChangePct: {
    metric: 'futures-volume-change',
    unit: 'percent',
    words: 'futures volume change',
  },
  spotVolumeShare: { metric: 'spot-volume-share', unit: 'fraction', words: 'spot share of volume' },
  spotTakerImbalanceZ: {
    metric: 'spot-taker-imbalance-z-7d',
    unit: 'z-score',
    words: 'spot taker imbalance z-score',
  },
  spotLeadZ: { metric: 'spot-lead-z-7d', unit: 'z-score', words: 'lead of the spot takers' },
  basisAnnualisedPct: { metric: 'basis-annualised', unit: 'percent', words: 'annualised basis' },
};

/** Returns the window that a feature itself was taken over; undefined where it is of the moment or not known. */
export function readingWindowMs(
  feature: JudgedFeature,
  origin: FeatureOrigin | undefined,
  windowHours?: number,
): number | undefined {
  const isStated = FEATURES[feature].hasReturnWindow && windowHours !== undefined;
  return origin?.windowMs ?? (isStated ? windowHours * HOUR_MS : undefined);
}

/**
 * Returns the metric id of a feature over the window it was really taken over: what is a rank within history carries
 * that history's window. Without a window where none is known, as for stated z-scores.
 */
export function featureMetricId(
  feature: JudgedFeature,
  origin: FeatureOrigin | undefined,
  windowHours?: number,
): string {
  const { metric, unit } = FEATURES[feature];
  const isRank = unit === 'z-score' || unit === 'percentile' || unit === 'boolean';
  const ownMs = readingWindowMs(feature, origin, windowHours);
  return metricIdWithWindow(metric, (isRank ? origin?.baselineWindowMs : undefined) ?? ownMs);
}
