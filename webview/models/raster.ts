import { isSameScale, type ColourScale } from './colourScale.ts';
import type { ColumnMap, Raster, RasterChange } from './grid.ts';
import type { Range } from './axis.ts';

/** Values on the grid of a payload, `cells[row * sourceColumns + column]`, and where they go in an even picture. */
export interface GridCells {
  readonly cells: Float32Array;
  readonly sourceColumns: number;
  readonly columns: ColumnMap;
  /** For each row of the picture, the lowest first, the row of the payload. */
  readonly rowSource: Int32Array;
  readonly yRange: Range;
  readonly scale: ColourScale;
}

/** A raster with what it was made of, to make the next one from it. */
export interface PaintedGrid extends GridCells {
  readonly raster: Raster;
}

/**
 * Returns the raster of a grid. Of one that was made before it takes the columns that are the same, so that a new column
 * costs a column; the outcome is the same as without it.
 */
export function paintGrid(grid: GridCells, before?: PaintedGrid): PaintedGrid {
  const { columns, rowSource, yRange, scale, cells, sourceColumns } = grid;
  const [width, height] = [columns.source.length, rowSource.length];
  const levels = new Uint8Array(width * height);
  const since = before && changeSince(grid, before);
  if (since) copyKept(levels, width, height, before.raster, since.shift);
  const fill = (row: number, column: number): void => {
    const source = columns.source[column] as number;
    const value = source < 0 ? NaN : (cells[(rowSource[row] as number) * sourceColumns + source] as number);
    levels[row * width + column] = scale.levelOf(value);
  };
  for (let row = 0; row < height; row++)
    if (since) for (const column of since.columns) fill(row, column);
    else for (let column = 0; column < width; column++) fill(row, column);
  const size = { columns: width, rows: height, xRange: columns.xRange, yRange };
  const raster = { ...size, levels, hasBlanks: levels.includes(0), key: {} };
  return { ...grid, raster: since ? { ...raster, since } : raster };
}

function copyKept(levels: Uint8Array, width: number, height: number, raster: Raster, shift: number): void {
  const from = Math.max(0, -shift);
  const to = Math.min(width, raster.columns - shift);
  for (let row = 0; row < height; row++) {
    const start = row * raster.columns + shift;
    levels.set(raster.levels.subarray(start + from, start + to), row * width + from);
  }
}

/** Returns which columns a grid does not share with one before it; undefined where rows, colours or the grid are others. */
function changeSince(grid: GridCells, before: PaintedGrid): RasterChange | undefined {
  const { columns, rowSource, yRange, scale } = grid;
  const columnMs = (columns.xRange.max - columns.xRange.min) / columns.source.length;
  const beforeMs = (before.columns.xRange.max - before.columns.xRange.min) / before.columns.source.length;
  const shift = (columns.xRange.min - before.columns.xRange.min) / columnMs;
  const isSameGrid =
    columnMs === beforeMs &&
    Number.isInteger(shift) &&
    yRange.min === before.yRange.min &&
    yRange.max === before.yRange.max &&
    rowSource.length === before.rowSource.length &&
    rowSource.every((source, row) => source === before.rowSource[row]) &&
    isSameScale(scale, before.scale);
  if (!isSameGrid) return undefined;
  const changed = changedColumns(grid, before, shift);
  const found = [...changed.keys()].filter((column) => changed[column] === 1);
  return found.length === changed.length ? undefined : { key: before.raster.key, shift, columns: found };
}

/** Compares cells bit by bit, in the order in which they are kept. */
function changedColumns(
  { cells, sourceColumns, columns }: GridCells,
  before: PaintedGrid,
  shift: number,
): Uint8Array {
  const { source } = columns;
  const changed = new Uint8Array(source.length);
  /** Stretches of columns that lie side by side here and before, compared without another look at where they come from. */
  const runs: { column: number; count: number; from: number; other: number }[] = [];
  source.forEach((from, column) => {
    const other = before.columns.source[column + shift];
    if (other === undefined || from < 0 !== other < 0) changed[column] = 1;
    if (other === undefined || from < 0 || other < 0) return;
    const run = runs.at(-1);
    const isNext =
      run &&
      run.column + run.count === column &&
      run.from + run.count === from &&
      run.other + run.count === other;
    if (isNext) run.count += 1;
    else runs.push({ column, count: 1, from, other });
  });
  const [bits, bitsBefore] = [bitsOf(cells), bitsOf(before.cells)];
  const rows = cells.length / sourceColumns;
  for (const { column, count, from, other } of runs)
    for (let row = 0; row < rows; row++) {
      const start = row * sourceColumns + from;
      const startBefore = row * before.sourceColumns + other;
      for (let at = 0; at < count; at++)
        if (bits[start + at] !== bitsBefore[startBefore + at]) changed[column + at] = 1;
    }
  return changed;
}

function bitsOf({ buffer, byteOffset, length }: Float32Array): Int32Array {
  return new Int32Array(buffer, byteOffset, length);
}
