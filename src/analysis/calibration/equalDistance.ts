import { median } from '../metrics/statistics.ts';
import { ROW_FRACTION, ROWS } from '../heatmap/priceRows.ts';
import type { SideWindows } from './windows.ts';

/** Fewer windows that reached a distance say nothing about it. */
const LEAST_AT_DISTANCE = 20;
/** The densest fifth is looked at. */
const DENSEST = 0.2;

/** Rows that the price went through whole, of one distance from the price before. */
interface Reached {
  readonly row: number;
  /** Windows that went through the row, ascending. */
  readonly windows: readonly number[];
  /** Whether more than the median of this distance was liquidated there, over how often that is so. */
  readonly hit: Float64Array;
  /** What was liquidated there, over the mean of this distance. */
  readonly size: Float64Array;
}

export interface Lift {
  /** How much more often a row of the densest fifth is hit than rows at equal distance; 1 = as often. */
  readonly hit: number | undefined;
  /** How much more is liquidated there. */
  readonly size: number | undefined;
}

/**
 * What was liquidated, by distance from the price before: rows are compared at equal distance only. What a window liquidated is
 * spread evenly over the rows that its price went through whole.
 */
export class EqualDistance {
  readonly #reached: readonly Reached[];

  constructor({ distance, liquidatedQuote }: Pick<SideWindows, 'distance' | 'liquidatedQuote'>) {
    const through = distance.map((one) => Math.min(ROWS, Math.floor(one / ROW_FRACTION)));
    this.#reached = Array.from({ length: ROWS }, (_, row) => {
      const windows = [...through.keys()].filter((at) => (through[at] ?? 0) > row);
      const usd = windows.map((at) => (liquidatedQuote[at] ?? Number.NaN) / (through[at] ?? Number.NaN));
      const middle = median(usd) ?? Number.NaN;
      const mean = usd.reduce((sum, one) => sum + one, 0) / usd.length;
      const base = usd.filter((one) => one > middle).length / usd.length;
      return {
        ...{ row, windows },
        hit: Float64Array.from(usd, (one) => (one > middle ? 1 / base : 0)),
        size: Float64Array.from(usd, (one) => one / mean),
      };
    }).filter(({ windows, hit, size }) => windows.length >= LEAST_AT_DISTANCE && isKnown(hit, size));
  }

  /**
   * Returns the lift of the densest fifth of rows at equal distance. `rows` are the densities, windows × ROWS. Densities that
   * are equal where the fifth ends count in part.
   */
  lift(rows: Float32Array | Float64Array): Lift {
    let [hits, sizes, looked] = [0, 0, 0];
    for (const { row, windows, hit, size } of this.#reached) {
      const density = windows.map((at) => rows[at * ROWS + row] ?? Number.NaN);
      const wanted = Math.floor(windows.length * DENSEST);
      const edge = density.toSorted((a, b) => b - a)[wanted - 1] ?? Number.NaN;
      let [above, equal] = [0, 0];
      for (const one of density) {
        if (one > edge) above += 1;
        else if (one === edge) equal += 1;
      }
      const part = (wanted - above) / equal;
      for (const [at, one] of density.entries()) {
        const weight = one > edge ? 1 : one === edge ? part : 0;
        hits += weight * (hit[at] ?? Number.NaN);
        sizes += weight * (size[at] ?? Number.NaN);
      }
      looked += wanted;
    }
    return looked === 0 ? { hit: undefined, size: undefined } : { hit: hits / looked, size: sizes / looked };
  }
}

/** Where all windows liquidated the same, most often nothing, there is nothing to hit. */
const isKnown = (hit: Float64Array, size: Float64Array): boolean =>
  hit.some((one) => one > 0) && size.every(Number.isFinite);
