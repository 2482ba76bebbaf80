import { describeAssumptions } from './assumptions.ts';
import type { LevelBar } from './levelBook.ts';
import { LevelBook, usableOpenInterest } from './levelBook.ts';
import type { LeverageWeight } from './leverageTiers.ts';
import { DEFAULT_LEVERAGE_WEIGHTS, resolveTiers } from './leverageTiers.ts';
import { createPriceGrid, drawnRange } from './priceGrid.ts';

export interface LevelModelOptions {
  readonly leverageWeights?: readonly LeverageWeight[];
  /** Fraction of the position's value, for every size; default 0.004. */
  readonly maintenanceMargin?: number;
  /** Price rows, default 200, at most 2,000. */
  readonly rows?: number;
  /** Most time columns, default 400, at most 4,000; a column is a whole number of bars. */
  readonly columns?: number;
  /** How far beyond the prices of the bars levels are drawn at most, as a fraction of price; default 0.2, at most 0.95. */
  readonly padding?: number;
  /** What the bars' prices are, for the assumptions; default "the mark price". */
  readonly priceSource?: string;
}

/** Bounds on the size of the matrix: 2,000 x 4,000 cells are 32 MB. */
const MOST_ROWS = 2_000;
const MOST_COLUMNS = 4_000;

/** Modelled liquidation levels, price by time. Everything in it is an estimate under `assumptions`. */
export interface LiquidationLevels {
  /** Start of each column, ascending and evenly spaced; a column shows the state at the end of its last bar. */
  readonly columnAtMs: Float64Array;
  readonly columnMs: number;
  /** Row edges in quote currency, ascending, rows + 1 of them, evenly spaced in the logarithm. */
  readonly priceEdges: Float64Array;
  readonly rows: number;
  /**
   * `cells[row * columns + column]` = notional (coins times level price, in quote currency; US dollars where that is
   * a dollar) whose liquidation price lies in the row, longs and shorts together. Row 0 = lowest price. A column
   * without a single usable bar repeats the one before it; `columnHasBars` is 0 there.
   */
  readonly cells: Float32Array;
  readonly columnHasBars: Uint8Array;
  /** Modelled size still open after the last bar, in coins, levels beyond the drawn prices included. */
  readonly outstandingLongBase: number;
  readonly outstandingShortBase: number;
  /** The last known open interest in coins: what the two sums above are part of. */
  readonly openInterestBase: number;
  /** Plain sentences with units, to be shown with the picture. */
  readonly assumptions: string[];
}

/**
 * Returns the modelled levels of one linear instrument from bars in ascending time (see LevelBook for the algorithm).
 * Bars without usable prices and bars that do not follow the one before are left out, and `assumptions` counts them.
 * Undefined where nothing can be modelled: fewer than two bars with a known open interest, or no leverage is possible
 * at this maintenance margin. Never throws for bad numbers and never returns NaN.
 */
export function modelLiquidationLevels(
  bars: readonly LevelBar[],
  options: LevelModelOptions = {},
): LiquidationLevels | undefined {
  const { leverageWeights = DEFAULT_LEVERAGE_WEIGHTS, maintenanceMargin = 0.004 } = options;
  const { tiers, impossible } = resolveTiers(leverageWeights, maintenanceMargin);
  const usable = usableBars(bars);
  const levels = usable.map(usableOpenInterest).filter((level) => level !== undefined);
  const [first, last, openInterestBase] = [usable[0], usable.at(-1), levels.at(-1)];
  if (first === undefined || last === undefined || openInterestBase === undefined) return undefined;
  if (levels.length < 2 || tiers.length === 0) return undefined;

  const rows = countOption(options.rows, 200, MOST_ROWS);
  const padding = clampedPadding(options.padding);
  const range = usable.reduce(
    ({ low, high }, bar) => ({ low: Math.min(low, bar.lowQuote), high: Math.max(high, bar.highQuote) }),
    { low: Infinity, high: 0 },
  );
  const { lowQuote, highQuote } = drawnRange(range.low, range.high, tiers, padding);
  const grid = createPriceGrid(lowQuote, highQuote, rows);
  const book = new LevelBook(grid, tiers);

  const barMs = usable.reduce((shortest, bar) => Math.min(shortest, bar.barMs), Infinity);
  const spanMs = last.atMs + last.barMs - first.atMs;
  const columnMs = barMs * Math.ceil(spanMs / barMs / countOption(options.columns, 400, MOST_COLUMNS));
  const columns = Math.ceil(spanMs / columnMs);
  const cells = new Float32Array(rows * columns);
  const columnHasBars = new Uint8Array(columns);

  let index = 0;
  for (let column = 0; column < columns; column += 1) {
    const endMs = first.atMs + (column + 1) * columnMs;
    for (let bar = usable[index]; bar !== undefined && bar.atMs < endMs; bar = usable[(index += 1)]) {
      book.step(bar);
      columnHasBars[column] = 1;
    }
    book.writeColumn(cells, columns, column);
  }
  return {
    columnAtMs: Float64Array.from({ length: columns }, (_, column) => first.atMs + column * columnMs),
    columnMs,
    priceEdges: grid.priceEdges,
    rows,
    cells,
    columnHasBars,
    outstandingLongBase: book.outstandingLongBase,
    outstandingShortBase: book.outstandingShortBase,
    openInterestBase,
    assumptions: describeAssumptions({
      tiers,
      impossible,
      maintenanceMargin,
      padding,
      barMs,
      priceSource: options.priceSource ?? 'the mark price',
      barCount: bars.length,
      droppedBars: bars.length - usable.length,
      barsWithoutOpenInterest: usable.length - levels.length,
      binFraction: Math.expm1(grid.binLog),
    }),
  };
}

function usableBars(bars: readonly LevelBar[]): LevelBar[] {
  const usable: LevelBar[] = [];
  let lastMs = -Infinity;
  for (const bar of bars) {
    const { atMs, barMs, lowQuote, highQuote, closeQuote } = bar;
    const isUsable =
      Number.isFinite(atMs + barMs + 2 * highQuote) &&
      barMs > 0 &&
      atMs > lastMs &&
      lowQuote > 0 &&
      lowQuote <= closeQuote &&
      closeQuote <= highQuote;
    if (!isUsable) continue;
    usable.push(bar);
    lastMs = atMs;
  }
  return usable;
}

function countOption(value: number | undefined, fallback: number, most: number): number {
  return value !== undefined && value >= 1 ? Math.floor(Math.min(value, most)) : fallback;
}

function clampedPadding(value = 0.2): number {
  // Below 1 with room to spare, because the range must stay above a price of 0.
  return value >= 0 ? Math.min(value, 0.95) : 0.2;
}
