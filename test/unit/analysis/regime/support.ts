import { assess, type AssessOptions } from '../../../../src/analysis/regime/assess.ts';
import type { RegimeAssessment } from '../../../../src/analysis/regime/assessment.ts';
import type { FeatureOrigin, FeatureSet, RegimeFeatures } from '../../../../src/analysis/regime/features.ts';
import { parseFeatures } from '../../../../src/analysis/regime/featuresFile.ts';

export const NOW = 1.79e12;

/** Assesses stated values the way `perpscope regime --features` does. */
export function stated(features: RegimeFeatures): RegimeAssessment {
  return assess(parseFeatures(features), {
    asOfMs: NOW,
    baseAsset: features.asset ?? 'BTC',
    source: 'stated',
    coverage: { fresh: 0, of: 0 },
  });
}

/** Returns a feature set as computed from five exchanges. */
export function computed(values: RegimeFeatures, origin: Partial<FeatureOrigin> = {}): FeatureSet {
  const origins = Object.keys(values).map((key) => [
    key,
    { sources: ['binance', 'okx'], ageMs: 1000, ...origin },
  ]);
  return { values, origins: Object.fromEntries(origins) as FeatureSet['origins'], absent: {} };
}

/** Assesses computed values; five of five exchanges are fresh unless stated otherwise. */
export function observed(features: FeatureSet, options: Partial<AssessOptions> = {}): RegimeAssessment {
  return assess(features, {
    asOfMs: NOW,
    baseAsset: 'BTC',
    source: 'live',
    coverage: { fresh: 5, of: 5 },
    ...options,
  });
}

/** Every non-empty part of an object's keys, at most those `keep` allows. */
export function subsets(values: RegimeFeatures, keep: (part: RegimeFeatures) => boolean): RegimeFeatures[] {
  const entries = Object.entries(values);
  return Array.from({ length: 2 ** entries.length }, (_, mask) =>
    Object.fromEntries(entries.filter((_entry, bit) => (mask >> bit) & 1)),
  ).filter(keep) as RegimeFeatures[];
}

export const EXAMPLE: RegimeFeatures = {
  asset: 'BTC',
  returnPct: 11.4,
  windowHours: 72,
  openInterestChangePct: -6,
  openInterestZ: -1.48,
  openInterestPercentile: 99,
  openInterestRecord: true,
  fundingAnnualisedPct: 4,
  fundingPerIntervalPct: 0.5,
  fundingIntervalHours: 8,
  longShortRatio: 1.6,
  takerBuySellRatio: 0.79,
  takerImbalanceZ: -2.28,
  netTakerVolumeUsd: 62e6,
  takerRatioChangePct: 19,
  depthZ: -0.8,
  liquidationsZ: 2.34,
  liquidationsUsd: 180e6,
  shortLiquidationShare: 0.8,
  futuresVolumeChangePct: 52,
  spotVolumeShare: 0.4,
  basisAnnualisedPct: 8,
};
