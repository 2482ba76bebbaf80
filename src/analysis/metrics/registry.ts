import type { Metric } from './kit/metric.ts';
import { baseMetricId, metricIdWithWindow } from './metricIds.ts';
import { basisAnnualised } from './basisAnnualised.ts';
import { depth1pct } from './depth1pct.ts';
import { depthZ } from './depthZ.ts';
import { fundingAnnualised } from './fundingAnnualised.ts';
import { fundingCap } from './fundingCap.ts';
import { fundingChange } from './fundingChange.ts';
import { fundingPercentile } from './fundingPercentile.ts';
import { fundingPerInterval } from './fundingPerInterval.ts';
import { futuresVolumeChange } from './futuresVolumeChange.ts';
import { liquidations } from './liquidations.ts';
import { liquidationsZ } from './liquidationsZ.ts';
import { longShortPercentile } from './longShortPercentile.ts';
import { longShortRatio } from './longShortRatio.ts';
import { netTakerVolume } from './netTakerVolume.ts';
import { openInterest } from './openInterest.ts';
import { openInterestChange } from './openInterestChange.ts';
import { openInterestChangeSameExchanges } from './openInterestChangeSameExchanges.ts';
import { openInterestConcentration } from './openInterestConcentration.ts';
import { openInterestMarketCap } from './openInterestMarketCap.ts';
import { openInterestPercentile } from './openInterestPercentile.ts';
import { openInterestRecord } from './openInterestRecord.ts';
import { openInterestShare } from './openInterestShare.ts';
import { openInterestUsd } from './openInterestUsd.ts';
import { openInterestZ } from './openInterestZ.ts';
import { priceChange } from './priceChange.ts';
import { priceReturn } from './return.ts';
import { returnCorrelation } from './returnCorrelation.ts';
import { shortLiquidationShare } from './shortLiquidationShare.ts';
import { spotLeadZ } from './spotLeadZ.ts';
import { spotTakerImbalanceZ } from './spotTakerImbalanceZ.ts';
import { spotVolumeShare } from './spotVolumeShare.ts';
import { takerImbalanceZ } from './takerImbalanceZ.ts';
import { takerRatio } from './takerRatio.ts';
import { takerRatioChange } from './takerRatioChange.ts';
import { volume } from './volume.ts';

/** Every metric, in the order in which dictionary, missing inputs and schemas name them. A new one is a file and its place here. */
export const METRICS = [
  priceReturn,
  priceChange,
  openInterest,
  openInterestUsd,
  openInterestShare,
  openInterestConcentration,
  openInterestMarketCap,
  openInterestChange,
  openInterestChangeSameExchanges,
  openInterestZ,
  openInterestPercentile,
  openInterestRecord,
  fundingAnnualised,
  fundingChange,
  fundingPerInterval,
  fundingPercentile,
  fundingCap,
  longShortRatio,
  longShortPercentile,
  takerRatio,
  takerImbalanceZ,
  netTakerVolume,
  takerRatioChange,
  depth1pct,
  depthZ,
  liquidationsZ,
  liquidations,
  shortLiquidationShare,
  volume,
  futuresVolumeChange,
  spotVolumeShare,
  spotTakerImbalanceZ,
  spotLeadZ,
  basisAnnualised,
  returnCorrelation,
] as const satisfies readonly Metric[];

/** The features of the registry, each with its own types. */
export type RegisteredFeature = Extract<(typeof METRICS)[number], { readonly feature: object }>['feature'];

const BY_ID: ReadonlyMap<string, Metric> = new Map(METRICS.map((metric) => [metric.id, metric]));

/** Returns the metric of an id, over whatever window; undefined for an unknown id. */
export function metricOf(id: string): Metric | undefined {
  return BY_ID.get(baseMetricId(id));
}

/** Returns the id of a metric over its default window, as the dictionary shows it. */
export function shownId({ id, window }: Metric): string {
  return metricIdWithWindow(id, window.ms);
}
