import { HOUR_MS, MINUTE_MS } from '../core/units.ts';

/** What is settled in eight hours is one cell: most exchanges settle as often. */
export const SETTLED_COLUMN_MS = 8 * HOUR_MS;

/** So many columns of one length, from one that starts at `firstMs`. */
export interface EvenColumns {
  readonly firstMs: number;
  /** Whole minutes. */
  readonly stepMs: number;
  readonly columns: number;
}

/**
 * Returns what was settled in each column: the mean where several settlements were, NaN where none is known. A settlement pays for
 * the interval before it, so that one at the very start of a column is of the column before; settlement times jitter by some ms.
 */
export function settledColumns(
  atMs: ArrayLike<number>,
  rates: Float64Array,
  { firstMs, stepMs, columns }: EvenColumns,
): Float64Array {
  const [sums, counts] = [new Float64Array(columns), new Float64Array(columns)];
  for (let at = 0; at < rates.length; at += 1) {
    const rate = rates[at] ?? Number.NaN;
    if (Number.isNaN(rate)) continue;
    const settledMs = Math.round((atMs[at] ?? 0) / MINUTE_MS) * MINUTE_MS;
    const column = Math.ceil((settledMs - firstMs) / stepMs) - 1;
    if (column < 0 || column >= columns) continue;
    sums[column] = (sums[column] ?? 0) + rate;
    counts[column] = (counts[column] ?? 0) + 1;
  }
  return sums.map((sum, column) => sum / (counts[column] || Number.NaN));
}
