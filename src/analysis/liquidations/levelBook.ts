import type { LeverageTier } from './leverageTiers.ts';
import { LiveLevels } from './liveLevels.ts';
import type { PriceGrid } from './priceGrid.ts';
import { gridPosition } from './priceGrid.ts';

/** A bar of one instrument, `[atMs, atMs + barMs)`. Prices are mark prices in quote currency. */
export interface LevelBar {
  readonly atMs: number;
  readonly barMs: number;
  /** Open interest at the end of the bar in coins, each contract counted once; undefined = not known. */
  readonly openInterestBase: number | undefined;
  readonly highQuote: number;
  readonly lowQuote: number;
  readonly closeQuote: number;
}

/** Returns the open interest of a bar in coins where it can be used: a reported zero is a value, nonsense is none. */
export function usableOpenInterest(bar: LevelBar): number | undefined {
  const level = bar.openInterestBase;
  return level !== undefined && level >= 0 && Number.isFinite(level) ? level : undefined;
}

/**
 * The state of the level model between two bars (definitions.md §7, with both sides of each contract). One step costs
 * the bins it touches. Longs and shorts are followed apart; on either side the sum never exceeds the open interest:
 *   1. levels that the bar's prices reached are gone: longs at or above the low, shorts at or below the high;
 *   2. a fall of open interest is first explained by what was consumed on that side since the last known level;
 *   3. a rise opens the same size long and short at the close, spread over the leverage tiers;
 *   4. what is left of a fall closes pro rata: of all positions of the side, including those never placed (opened
 *      before the first bar, or by whoever took over a liquidated position), so each level keeps the same share.
 */
export class LevelBook {
  readonly #grid: PriceGrid;
  readonly #tiers: readonly { share: number; longOffset: number; shortOffset: number }[];
  readonly #longs: LiveLevels;
  /** Bins counted from the highest price down, so that on both sides a higher index is reached first. */
  readonly #shorts: LiveLevels;
  #openInterestBase: number | undefined;
  #consumedLongBase = 0;
  #consumedShortBase = 0;

  constructor(grid: PriceGrid, tiers: readonly LeverageTier[]) {
    this.#grid = grid;
    this.#longs = new LiveLevels(grid.bins);
    this.#shorts = new LiveLevels(grid.bins);
    // On a logarithmic grid a tier lies a constant number of bins away from any entry. NaN = never liquidated.
    const offset = (ratio: number | undefined): number =>
      ratio === undefined ? NaN : Math.log(ratio) / grid.binLog;
    this.#tiers = tiers.map(({ share, longRatio, shortRatio }) => ({
      share,
      longOffset: offset(longRatio),
      shortOffset: offset(shortRatio),
    }));
  }

  get outstandingLongBase(): number {
    return this.#longs.outstandingBase;
  }

  get outstandingShortBase(): number {
    return this.#shorts.outstandingBase;
  }

  /** Applies the next bar. Its prices must be finite and positive. */
  step(bar: LevelBar): void {
    // A level stands at the centre of its bin, hence the half.
    const lowestLong = Math.ceil(gridPosition(this.#grid, bar.lowQuote) - 0.5);
    const highestShort = Math.floor(gridPosition(this.#grid, bar.highQuote) - 0.5);
    this.#consumedLongBase += this.#longs.consumeFrom(lowestLong);
    this.#consumedShortBase += this.#shorts.consumeFrom(this.#grid.bins - 1 - highestShort);

    const level = usableOpenInterest(bar);
    if (level === undefined) return;
    const previous = this.#openInterestBase;
    if (previous !== undefined) {
      if (level > previous) this.#open(bar.closeQuote, level - previous);
      else {
        closeProRata(this.#longs, previous, level, this.#consumedLongBase);
        closeProRata(this.#shorts, previous, level, this.#consumedShortBase);
      }
    }
    this.#openInterestBase = level;
    this.#consumedLongBase = 0;
    this.#consumedShortBase = 0;
  }

  #open(entryQuote: number, sizeBase: number): void {
    const entry = gridPosition(this.#grid, entryQuote);
    for (const { share, longOffset, shortOffset } of this.#tiers) {
      this.#longs.add(Math.floor(entry + longOffset), sizeBase * share);
      this.#shorts.add(this.#grid.bins - 1 - Math.floor(entry + shortOffset), sizeBase * share);
    }
  }

  /** Writes the notional per row, in quote currency at the level's price, into one column of a matrix. */
  writeColumn(cells: Float32Array, columns: number, column: number): void {
    const { bins, binsPerRow, rows, binPrices } = this.#grid;
    const notional = new Float64Array(rows);
    const put = (bin: number, sizeBase: number): void => {
      const row = Math.floor(bin / binsPerRow);
      notional[row] = (notional[row] ?? NaN) + sizeBase * (binPrices[bin] ?? NaN);
    };
    this.#longs.forEach(put);
    this.#shorts.forEach((bin, sizeBase) => put(bins - 1 - bin, sizeBase));
    for (let row = 0; row < rows; row += 1) cells[row * columns + column] = notional[row] ?? NaN;
  }
}

/** Closes on one side what a fall of open interest from `previous` to `level` leaves after `consumed` (all coins). */
function closeProRata(side: LiveLevels, previous: number, level: number, consumed: number): void {
  const left = previous - consumed;
  if (left > level) side.shrink(level / left);
}
