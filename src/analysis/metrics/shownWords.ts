import { basisAnnualised } from './basisAnnualised.ts';
import { depth1pct } from './depth1pct.ts';
import { fundingAnnualised } from './fundingAnnualised.ts';
import { fundingPerInterval } from './fundingPerInterval.ts';
import { longShortRatio } from './longShortRatio.ts';
import { openInterest } from './openInterest.ts';
import { openInterestConcentration } from './openInterestConcentration.ts';
import { openInterestShare } from './openInterestShare.ts';
import { openInterestUsd } from './openInterestUsd.ts';
import { spotVolumeShare } from './spotVolumeShare.ts';
import { takerRatio } from './takerRatio.ts';
import { volume } from './volume.ts';

/**
 * What reports and trees call the metrics that they have rows for. The build evaluates this file as it does
 * `metricWords.ts`: the editor's thread holds these words and not how the numbers are made.
 */
export const SHOWN = {
  basisAnnualised: basisAnnualised.shown,
  depth1pct: depth1pct.shown,
  fundingAnnualised: fundingAnnualised.shown,
  fundingPerInterval: fundingPerInterval.shown,
  longShortRatio: longShortRatio.shown,
  openInterest: openInterest.shown,
  openInterestConcentration: openInterestConcentration.shown,
  openInterestShare: openInterestShare.shown,
  openInterestUsd: openInterestUsd.shown,
  spotVolumeShare: spotVolumeShare.shown,
  takerRatio: takerRatio.shown,
  volume: volume.shown,
} as const;
