import type { Verdict } from '../analysis/calibration/calibrate.ts';
import type { LevelPicture } from '../analysis/heatmap/levelPicture.ts';
import type { LeverageWeight } from '../analysis/heatmap/leveragePriors.ts';
import type { ModelledRow } from '../analysis/heatmap/priceRows.ts';
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

/** What was liquidated in each column of a picture of levels, and between which prices; NaN = not known. Measured. */
export interface RealisedColumns {
  readonly exchanges: readonly ExchangeId[];
  /** One of the feeds is sampled, or not known to be complete. */
  readonly isLowerBound: boolean;
  /** USD, by the side of the position. */
  readonly longUsd: Float64Array;
  readonly shortUsd: Float64Array;
  /** Of the prices of the column. */
  readonly lowQuote: Float64Array;
  readonly highQuote: Float64Array;
}

/** Modelled liquidation levels, of one exchange or added up. Everything in it is an estimate under `assumptions`. */
export interface LiquidationModel {
  readonly levels: LevelPicture;
  readonly shown: ExchangeId | 'aggregate';
  /** The exchanges whose levels can be shown alone; the aggregate adds up all of them. */
  readonly choices: readonly ExchangeId[];
  /** Where the first bar begins that fills any of these levels, epoch ms. */
  readonly filledFromMs: number;
  /** Those whose levels are shown. */
  readonly exchanges: readonly ExchangeId[];
  /** Those of them of which no margin table was read. */
  readonly assumedMargin: readonly ExchangeId[];
  readonly price: ChartColumn;
  readonly priceFrom: ExchangeId;
  readonly priceType: 'mark price' | 'last price';
  /** The last close, which distances are counted from. */
  readonly priceQuote: number;
  /** Coins, one side. */
  readonly openInterestBase: number;
  /** Of it the part whose levels are placed, 0..1; absent without open interest. */
  readonly placed: { readonly long?: number; readonly short?: number };
  /** The largest levels within 12 % of the price, largest first. */
  readonly largest: readonly ModelledRow[];
  /** Shares of open interest by leverage, 1 in all. */
  readonly weights: readonly LeverageWeight[];
  /** What these levels foretold of what was liquidated, in a sentence. */
  readonly score: { readonly verdict: Verdict | 'not-scored'; readonly words: string };
  readonly assumptions: readonly string[];
  /** Absent where nothing is stored of them. */
  readonly realised?: RealisedColumns;
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
