import type { ColourScale } from './colourScale.ts';
import { legendLabels } from './colourScale.ts';
import { formatExact, formatPercent, formatUtc } from './format.ts';
import { evenColumns } from './grid.ts';
import { paintGrid, type PaintedGrid } from './raster.ts';

const LEGEND_LABELS = 5;
const MOST_DECIMALS = 4;
/** A label may be off its place on the scale by so much of it. */
const OFF = 0.005;

/** What a heatmap of rows by time shows beside its title: rows are things, and not places on an axis. */
export interface RowHeatmap {
  readonly axisTitles: { readonly x: string; readonly y: string };
  readonly grid: PaintedGrid;
  /** From bottom to top, as the raster's rows. */
  readonly rowLabels: readonly string[];
  readonly legend: { readonly title: string; readonly labels: readonly string[] };
}

/** Columns of one length, each from its time on. */
interface TimedColumns {
  readonly columnAtMs: Float64Array;
  readonly columnMs: number;
}

/** Returns the picture of rows, `cells[row × columns + column]`, the first row on top; of the one `before` what is still so. */
export function rowGrid(
  cells: Float32Array,
  { columnAtMs, columnMs }: TimedColumns,
  scale: ColourScale,
  before?: PaintedGrid,
): PaintedGrid {
  const [sourceColumns, columns] = [columnAtMs.length, evenColumns(columnAtMs, columnMs)];
  const rows = cells.length / sourceColumns;
  const rowSource = Int32Array.from({ length: rows }, (_, index) => rows - 1 - index);
  return paintGrid(
    { cells, sourceColumns, columns, rowSource, yRange: { min: 0, max: rows }, scale },
    before,
  );
}

/** A place in a picture of rows. */
export interface GridPlace {
  /** Of the payload, the top one first. */
  readonly row: number;
  /** Of the payload; -1 where it has none. */
  readonly column: number;
  readonly startMs: number;
  /** "2026-11-22 04:00 UTC, 8 h". */
  readonly time: string;
}

/** Returns what lies at a time and a height, counted in rows from the bottom; undefined beside the picture. */
export function placeAt(
  { columns, rowSource }: PaintedGrid,
  atMs: number,
  height: number,
): GridPlace | undefined {
  const { source, xRange } = columns;
  const columnMs = (xRange.max - xRange.min) / source.length;
  const at = Math.floor((atMs - xRange.min) / columnMs);
  const [row, column] = [rowSource[Math.floor(height)], source[at]];
  if (row === undefined || column === undefined) return undefined;
  const startMs = xRange.min + at * columnMs;
  return { row, column, startMs, time: `${formatUtc(startMs)}, ${lengthText(columnMs)}` };
}

/** "8 h", or "5 min" of what is shorter than an hour. */
function lengthText(ms: number): string {
  return ms < 3_600_000 ? `${formatExact(ms / 60_000)} min` : `${formatExact(ms / 3_600_000)} h`;
}

/** Returns the labels of a legend of fractions in percent, with as many decimals as tell its ends and what lies between. */
export function percentLegend(scale: ColourScale): string[] {
  const sizes = [scale.high, scale.valueAt(0.75)].map((value) => Math.abs(value) * 100);
  const isTold = (size: number, decimals: number): boolean =>
    Math.abs(Number(size.toFixed(decimals)) - size) <= size * OFF;
  let decimals = 0;
  while (decimals < MOST_DECIMALS && !sizes.every((size) => isTold(size, decimals))) decimals += 1;
  return legendLabels(scale, LEGEND_LABELS, (value) => formatPercent(value, decimals));
}
