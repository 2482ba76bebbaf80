import type { ExchangeId } from '../../../core/ids.ts';
import type { FundingRate } from '../../../core/observation.ts';
import type { AssetSeries, SeriesPart } from '../../../series/assetSeries.ts';
import type { SeriesId } from '../../../series/catalogue.ts';

/** What metrics are computed from: an asset's history as series, and what its exchanges state now. */
export interface MetricInputs {
  readonly nowMs: number;
  readonly series: MetricSeries;
  readonly readings: CurrentReadings;
}

/** The part of an asset's history that metrics read. */
export interface MetricSeries extends Pick<AssetSeries, 'column' | 'settledFunding'> {
  parts(id: SeriesId): readonly MetricPart[];
}

/** One stored series of an instrument. */
export type MetricPart = Pick<SeriesPart, 'exchange' | 'instrument' | 'endpoint' | 'column'> & {
  readonly shared: Readonly<Record<string, unknown>>;
};

/** Current readings, fresh ones only. */
export interface CurrentReadings {
  readonly funding: readonly CurrentFunding[];
  /** Σ rate × open interest / Σ open interest, a fraction per year, as `oiWeightedFunding` gives it. */
  readonly fundingAnnualisedOiWeighted?: number;
  readonly longShortRatios: readonly {
    readonly exchange: ExchangeId;
    readonly ratio: number;
    readonly atMs: number;
  }[];
  /** The median of them. */
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

export interface CurrentFunding {
  readonly exchange: ExchangeId;
  readonly rate: FundingRate;
  readonly openInterestUsd?: number;
}

export const NO_READINGS: CurrentReadings = { funding: [], longShortRatios: [], basis: [] };
