import type { Asset, DataSource } from '../../core/ids.ts';
import type { LiquidationModel, RealisedColumns } from '../../market/chartData.ts';

/** The levels of an asset as a history keeps what they are made of. */
export interface StoredHeatmap {
  readonly asset: Asset;
  readonly source: DataSource;
  readonly nowMs: number;
  /** Over so many hours until then liquidations are counted. */
  readonly hours: number;
  readonly model: LiquidationModel;
  /** Of the prices, where the symbols that they are of agree on it. */
  readonly quoteAsset: string | undefined;
}

/** What was liquidated over the columns of a picture, USD by the side of the position, and how many of its hours nobody knows. */
export interface RealisedTotals {
  readonly longUsd: number;
  readonly shortUsd: number;
  readonly unknownHours: number;
}

/** Adds up the hours that are known. */
export function liquidatedUsd({ longUsd, shortUsd }: RealisedColumns): RealisedTotals {
  const totalOf = (column: Float64Array): number =>
    column.reduce((sum, value) => (Number.isNaN(value) ? sum : sum + value), 0);
  const unknown = longUsd.filter((value, at) => Number.isNaN(value + (shortUsd[at] ?? Number.NaN)));
  return { longUsd: totalOf(longUsd), shortUsd: totalOf(shortUsd), unknownHours: unknown.length };
}
