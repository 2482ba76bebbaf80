import type { LiquidationLevels } from '../analysis/liquidations/levelModel.ts';
import type { TimelineLine } from '../analysis/timeline/line.ts';
import type { RegimeRun } from '../analysis/timeline/runs.ts';
import type { ExchangeId } from '../core/ids.ts';
import type { AssetSeries } from '../series/assetSeries.ts';

/** What charts show, as columns: made once, and handed on as it is. */

export interface ChartColumn {
  readonly atMs: Float64Array;
  readonly values: Float64Array;
}

export interface OpenInterestHistory {
  readonly lines: readonly {
    readonly id: ExchangeId | 'aggregate';
    readonly sides: 'one' | 'both, halved' | 'unverified';
    readonly base: ChartColumn;
    readonly usd: ChartColumn;
  }[];
  /** The exchanges that the aggregate adds up. */
  readonly aggregated: readonly ExchangeId[];
  /** Those of them that lack an hour and are carried on over it, in coins. */
  readonly carried: readonly ExchangeId[];
  /** The part of the usual total that the aggregate rests on, 0..1; absent without one. */
  readonly share?: number;
}

export interface FundingGrid {
  readonly rows: readonly { readonly id: ExchangeId; readonly intervalHours?: number }[];
  readonly columnAtMs: Float64Array;
  readonly columnMs: number;
  readonly newestSettledAtMs: number;
  /** Annualised fraction, row by row; NaN = no settlement known. */
  readonly cells: Float32Array;
}

export interface LiquidationModel {
  readonly levels: LiquidationLevels;
  readonly price: ChartColumn;
  readonly exchanges: readonly ExchangeId[];
  readonly priceFrom: ExchangeId;
  readonly priceType: 'mark price' | 'last price';
}

/** What was said of the asset over time, as it was said then. */
export interface RegimeHistory {
  /** The closes of hours; absent where there are too few up to now. */
  readonly price?: ChartColumn & Pick<LiquidationModel, 'priceFrom' | 'priceType'>;
  /** Ascending, at least one. */
  readonly runs: readonly RegimeRun[];
  /** From when on it was looked at. */
  readonly fromMs: number;
  /** Nobody watched where assessments lie further apart. */
  readonly longestPauseMs: number;
}

/** A chart's data, or why there is none. */
export type Charted<T> = { readonly data: T } | { readonly unavailable: string };

/** The order in which exchanges are shown. */
export type Order = (a: ExchangeId, b: ExchangeId) => number;

/** What a chart is made of. */
export interface ChartInput {
  readonly history: AssetSeries;
  readonly inOrder: Order;
  readonly nameOf: (exchange: ExchangeId) => string;
  /** How far back it looks. */
  readonly hours: number;
  /** The assessments of these hours; none where they are not wanted. */
  readonly judged: readonly TimelineLine[];
}
