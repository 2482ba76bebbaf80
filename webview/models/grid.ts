import type { Range } from './axis.ts';

/** Wider than this no canvas is drawn on every platform; the host thins out before that. */
export const MAX_COLUMNS = 16_384;
const MAX_ROWS = 4_096;

/**
 * A matrix on an even grid, ready to be painted: row 0 is the lowest on the screen, `levels[row * columns + column]`
 * an entry of a colour table. `xRange` and `yRange` are the outer edges in axis units.
 */
export interface Raster {
  readonly columns: number;
  readonly rows: number;
  readonly levels: Uint8Array;
  readonly xRange: Range;
  readonly yRange: Range;
  /** Whether any cell has no value. */
  readonly hasBlanks: boolean;
  /** By which a later raster names it: the raster itself would be kept, and all before it. */
  readonly key: object;
  /** How it differs from the raster before it; absent where it has nothing in common with one. */
  readonly since?: RasterChange;
}

/** `columns` of a raster differ from those of the raster `key`, which lie `shift` columns further right; the others are the same. */
export interface RasterChange {
  readonly key: object;
  readonly shift: number;
  readonly columns: readonly number[];
}

/** For each even column of the time axis the source column, or -1 where the payload has none. */
export interface ColumnMap {
  readonly source: Int32Array;
  readonly xRange: Range;
}

/** Lays columns on an even time grid; a missing start is an empty column, never a stretched neighbour. */
export function evenColumns(columnAtMs: Float64Array, columnMs: number): ColumnMap {
  const first = columnAtMs[0];
  const last = columnAtMs[columnAtMs.length - 1];
  if (first === undefined || last === undefined || !(columnMs > 0))
    throw new Error('the heatmap has no columns');
  const count = Math.round((last - first) / columnMs) + 1;
  if (count > MAX_COLUMNS) throw new Error(`the heatmap has ${count} columns, more than ${MAX_COLUMNS}`);
  const source = new Int32Array(count).fill(-1);
  columnAtMs.forEach((atMs, index) => {
    source[Math.round((atMs - first) / columnMs)] = index;
  });
  return { source, xRange: { min: first, max: first + count * columnMs } };
}

/** For each even row of the value axis the bin it lies in. Bins of equal height map one to one. */
export function evenRows(edges: Float64Array): { source: Int32Array; yRange: Range } {
  const bins = edges.length - 1;
  const min = edges[0] ?? NaN;
  const max = edges[bins] ?? NaN;
  if (bins < 1 || !(max > min)) throw new Error('the heatmap has no price bins');
  const height = (max - min) / bins;
  const isEven = edges.every((edge, index) => Math.abs(edge - (min + index * height)) < height * 0.01);
  const count = isEven ? bins : Math.min(MAX_ROWS, bins * 2);
  const source = new Int32Array(count);
  let bin = 0;
  for (let row = 0; row < count; row++) {
    const middle = min + ((row + 0.5) * (max - min)) / count;
    while (bin < bins - 1 && (edges[bin + 1] ?? Infinity) <= middle) bin++;
    source[row] = bin;
  }
  return { source, yRange: { min, max } };
}

/** Returns the index of the last entry at or before `value` in an ascending column, -1 before the first. */
export function indexAtOrBefore(ascending: Float64Array, value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? Infinity) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Returns the index of the entry nearest to `value`, -1 for an empty column. */
export function nearestIndex(ascending: Float64Array, value: number): number {
  const before = indexAtOrBefore(ascending, value);
  const after = before + 1;
  if (before < 0) return ascending.length > 0 ? 0 : -1;
  if (after >= ascending.length) return before;
  return value - (ascending[before] ?? NaN) <= (ascending[after] ?? NaN) - value ? before : after;
}
