import type { ExchangeId } from '../../core/ids.ts';
import type { Unit } from '../../core/units.ts';

/**
 * The values a regime is judged from. Percent in names = per hundred; ratios and z-scores are plain. Every key is
 * optional: what is absent counts as missing, never as zero. The keys are the ones users write in a features file.
 */
export interface RegimeFeatures {
  asset?: string;
  returnPct?: number;
  windowHours?: number;
  openInterestChangePct?: number;
  openInterestZ?: number;
  openInterestPercentile?: number;
  openInterestRecord?: boolean;
  /** The sum over exchanges is at its record, not only one exchange. */
  openInterestRecordAggregate?: boolean;
  /** Which exchanges are at their own record; says whether a record is confirmed elsewhere. */
  openInterestRecordByExchange?: Readonly<Record<ExchangeId, boolean>>;
  fundingAnnualisedPct?: number;
  fundingPerIntervalPct?: number;
  fundingIntervalHours?: number;
  fundingPercentile?: number;
  /** Highest rate per interval that the exchanges allow, in percent. */
  fundingCapPct?: number;
  /** The cap of each exchange, in percent per 8 h. */
  fundingCapPctByExchange?: Readonly<Record<ExchangeId, number>>;
  longShortRatio?: number;
  longShortPercentile?: number;
  takerBuySellRatio?: number;
  takerImbalanceZ?: number;
  netTakerVolumeUsd?: number;
  takerRatioChangePct?: number;
  depthZ?: number;
  liquidationsZ?: number;
  liquidationsUsd?: number;
  shortLiquidationShare?: number;
  futuresVolumeChangePct?: number;
  spotVolumeShare?: number;
  /** z-score of the spot takers' imbalance, and how far it is above (or below) that of the futures' takers. */
  spotTakerImbalanceZ?: number;
  spotLeadZ?: number;
  basisAnnualisedPct?: number;
}

/** Where a feature came from; stated values have none. */
export interface FeatureOrigin {
  /** The stretch of time the value itself covers; absent for a reading of the moment. */
  readonly windowMs?: number;
  /** The earlier stretch that the value is compared with. */
  readonly baselineWindowMs?: number;
  /** What was usual in that stretch, in `baselineUnit`. */
  readonly baselineValue?: number;
  readonly baselineUnit?: Unit;
  /** The stated keys that a value was computed from where it was not stated itself. */
  readonly derivedFrom?: readonly (keyof RegimeFeatures)[];
  readonly sources: readonly string[];
  readonly ageMs?: number;
  /** The number covers only part of the market, for example liquidations of one exchange. */
  readonly isPartial?: boolean;
}

export interface FeatureSet {
  readonly values: RegimeFeatures;
  readonly origins: Readonly<Partial<Record<keyof RegimeFeatures, FeatureOrigin>>>;
  /** Why a feature could not be computed. */
  readonly absent: Readonly<Partial<Record<keyof RegimeFeatures, string>>>;
}
