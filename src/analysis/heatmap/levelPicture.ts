import { BIN_LOG, positionOf, type PathBar } from './barPath.ts';
import type { ExchangeLevels } from './exchangeLevels.ts';
import type { LeverageWeight } from './leveragePriors.ts';
import type { Side } from './sideBook.ts';

/** Modelled levels by price and time, added up over exchanges. */
export interface LevelPicture {
  /** Start of each column, ascending and evenly spaced; a column shows what stands at its end. */
  readonly columnAtMs: Float64Array;
  readonly columnMs: number;
  /** Row edges in quote currency, ascending, rows + 1 of them, evenly spaced in the logarithm. */
  readonly priceEdges: Float64Array;
  readonly rows: number;
  /**
   * `cells[row * columns + column]` = notional (coins times the level's price, in quote currency) whose level lies in the row, row 0
   * = lowest price; NaN where no exchange has a bar in the column.
   */
  readonly longCells: Float32Array;
  readonly shortCells: Float32Array;
}

/** Where a picture begins, and what it shows. */
export interface PictureFrame {
  readonly firstMs: number;
  readonly columnMs: number;
  readonly columns: number;
  readonly lowQuote: number;
  readonly highQuote: number;
  readonly rows: number;
}

/** For each bin from `firstBin` on, the row that its centre lies in, and its price. */
interface Bins {
  readonly firstBin: number;
  readonly rowOf: Int32Array;
  readonly priceOf: Float64Array;
}

function binsOf({ lowQuote, highQuote, rows }: PictureFrame): Bins {
  const [low, high] = [positionOf(lowQuote), positionOf(highQuote)];
  const firstBin = Math.ceil(low - 0.5);
  const count = Math.max(0, Math.floor(high - 0.5) - firstBin + 1);
  const centre = (at: number): number => firstBin + at + 0.5;
  const rowAt = (at: number): number => Math.floor(((centre(at) - low) / (high - low)) * rows);
  return {
    firstBin,
    rowOf: Int32Array.from({ length: count }, (_, at) => Math.min(rows - 1, rowAt(at))),
    priceOf: Float64Array.from({ length: count }, (_, at) => Math.exp(centre(at) * BIN_LOG)),
  };
}

/**
 * Steps the levels of exchanges over their bars, ascending, and returns what stood at the end of each column. Bars before the
 * first column only fill the levels. Afterwards the levels are those of the last bar.
 */
export function levelPicture(
  exchanges: readonly { readonly levels: ExchangeLevels; readonly bars: readonly PathBar[] }[],
  weights: readonly LeverageWeight[],
  frame: PictureFrame,
): LevelPicture {
  const { firstMs, columnMs, columns, lowQuote, highQuote, rows } = frame;
  const cells = {
    long: new Float32Array(rows * columns).fill(Number.NaN),
    short: new Float32Array(rows * columns).fill(Number.NaN),
  };
  const bins = binsOf(frame);
  const each = exchanges.map((one) => ({ ...one, shares: one.levels.sharesOf(weights), next: 0 }));
  for (let column = 0; column < columns; column += 1) {
    const [fromMs, toMs] = [firstMs + column * columnMs, firstMs + (column + 1) * columnMs];
    let isKnown = false;
    for (const own of each)
      for (let bar = own.bars[own.next]; bar !== undefined && bar.atMs < toMs; bar = own.bars[own.next]) {
        own.levels.step(bar);
        own.next += 1;
        isKnown ||= bar.atMs >= fromMs;
      }
    if (!isKnown) continue;
    for (const side of ['long', 'short'] as const) {
      const sums = new Float64Array(rows);
      for (const { levels, shares } of each) addLevels(levels, side, shares, bins, sums);
      for (let row = 0; row < rows; row += 1) cells[side][row * columns + column] = sums[row] ?? Number.NaN;
    }
  }
  const rowLog = Math.log(highQuote / lowQuote) / rows;
  return {
    columnAtMs: Float64Array.from({ length: columns }, (_, column) => firstMs + column * columnMs),
    columnMs,
    priceEdges: Float64Array.from({ length: rows + 1 }, (_, edge) => lowQuote * Math.exp(edge * rowLog)),
    ...{ rows, longCells: cells.long, shortCells: cells.short },
  };
}

/** A picture of a month spends its time here, hence the plain loop. */
function addLevels(
  { books }: ExchangeLevels,
  side: Side,
  shares: readonly number[],
  { firstBin, rowOf, priceOf }: Bins,
  sums: Float64Array,
): void {
  for (let book = 0; book < books.length; book += 1) {
    const [own, share] = [books[book]?.[side], shares[book] ?? 0];
    if (own === undefined || share === 0) continue;
    for (let at = 0; at < rowOf.length; at += 1) {
      const size = own.sizeAt(firstBin + at);
      if (size === 0) continue;
      const row = rowOf[at] ?? 0;
      sums[row] = (sums[row] ?? 0) + share * size * (priceOf[at] ?? Number.NaN);
    }
  }
}
