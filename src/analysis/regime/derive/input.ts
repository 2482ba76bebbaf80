import type {
  Candle,
  FundingRate,
  Depth,
  LiquidationVolume,
  LongShortRatio,
  OpenInterest,
  TakerVolume,
} from '../../../core/observation.ts';

/** The stored rows of one asset, hourly bars ascending. */
export interface FeatureHistory {
  /** Hourly rows; for instruments whose exchange keeps no history, the readings seen here. */
  readonly openInterest: readonly OpenInterest[];
  /** Open interest by the day, reaching further back where an exchange gives it: for records. */
  readonly openInterestDaily: readonly OpenInterest[];
  readonly candles: readonly Candle[];
  readonly takerVolume: readonly TakerVolume[];
  readonly spotTakerVolume: readonly TakerVolume[];
  readonly settledFunding: readonly FundingRate[];
  readonly liquidationVolume: readonly LiquidationVolume[];
  readonly longShort: readonly LongShortRatio[];
  readonly depth: readonly Depth[];
}
