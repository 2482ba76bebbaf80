import type { ExchangeId } from '../../../core/ids.ts';
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

/** Current readings, fresh ones only. */
export interface FeatureReadings {
  readonly funding: readonly {
    readonly exchange: ExchangeId;
    readonly rate: FundingRate;
    readonly openInterestUsd?: number;
  }[];
  readonly fundingAnnualisedOiWeighted?: number;
  readonly longShortRatios: readonly {
    readonly exchange: ExchangeId;
    readonly ratio: number;
    readonly atMs: number;
  }[];
  readonly longShortRatio?: number;
  /** Spot share of the 24 h volume, 0..1, of the exchanges named. */
  readonly spotVolume?: {
    readonly share: number;
    readonly exchanges: readonly ExchangeId[];
    /** Time of the oldest volume in it. */
    readonly atMs?: number;
  };
  /** The dated future nearest three months of each exchange that has one; fraction per year. */
  readonly basis: readonly {
    readonly exchange: ExchangeId;
    readonly annualised: number;
    readonly atMs: number;
  }[];
}

export interface FeatureInput {
  readonly asset: string;
  readonly history: FeatureHistory;
  readonly readings: FeatureReadings;
  readonly nowMs: number;
}
