import type { LeverageTier } from './leverageTiers.ts';

/**
 * A logarithmic price grid. Each of the `rows` that are drawn is cut into `binsPerRow` bins, in which levels are
 * kept: drawn rows alone would be too coarse to tell whether a price has touched a level at 100x (0.6 % away).
 */
export interface PriceGrid {
  readonly rows: number;
  readonly binsPerRow: number;
  readonly bins: number;
  readonly lowestLog: number;
  readonly binLog: number;
  /** Row edges in quote currency, ascending, rows + 1. */
  readonly priceEdges: Float64Array;
  /** Geometric centre of each bin in quote currency: the price its levels are taken to have. */
  readonly binPrices: Float64Array;
}

/** Widest bin as a fraction of price: a twelfth of the distance of a 100x level. */
const WIDEST_BIN = 0.0005;
const MOST_BINS_PER_ROW = 64;
/** Keeps a grid open where prices do not move and no padding is asked for. */
const LEAST_PADDING = 0.001;

/** Returns a grid of `rows` rows from `lowQuote` to `highQuote` (both positive, low < high), in quote currency. */
export function createPriceGrid(lowQuote: number, highQuote: number, rows: number): PriceGrid {
  const lowestLog = Math.log(lowQuote);
  const rowLog = (Math.log(highQuote) - lowestLog) / rows;
  const binsPerRow = Math.min(MOST_BINS_PER_ROW, Math.max(1, Math.ceil(rowLog / WIDEST_BIN)));
  const binLog = rowLog / binsPerRow;
  const bins = rows * binsPerRow;
  return {
    rows,
    binsPerRow,
    bins,
    lowestLog,
    binLog,
    priceEdges: Float64Array.from({ length: rows + 1 }, (_, row) => Math.exp(lowestLog + row * rowLog)),
    binPrices: Float64Array.from({ length: bins }, (_, bin) => Math.exp(lowestLog + (bin + 0.5) * binLog)),
  };
}

/**
 * Returns the price range to draw, in quote currency: from the lowest to the highest price, plus the reach of the
 * lowest leverage that can exist, but no more than `padding` (a fraction of price). Levels beyond are never touched
 * by the prices the range was made from, so they need no row.
 */
export function drawnRange(
  lowestQuote: number,
  highestQuote: number,
  tiers: readonly LeverageTier[],
  padding: number,
): { lowQuote: number; highQuote: number } {
  let [below, above] = [LEAST_PADDING, LEAST_PADDING];
  for (const { longRatio, shortRatio } of tiers) {
    below = Math.max(below, longRatio === undefined ? padding : Math.min(padding, 1 - longRatio));
    above = Math.max(above, shortRatio === undefined ? padding : Math.min(padding, shortRatio - 1));
  }
  // A thousandth more, because a level exactly on the outer edge belongs to the picture.
  return { lowQuote: lowestQuote * (1 - below * 1.001), highQuote: highestQuote * (1 + above * 1.001) };
}

/** Returns the position of a price on the grid in bins, as a real number: 0 = lower edge of the lowest bin. */
export function gridPosition(grid: PriceGrid, priceQuote: number): number {
  return (Math.log(priceQuote) - grid.lowestLog) / grid.binLog;
}
