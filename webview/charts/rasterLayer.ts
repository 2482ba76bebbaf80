import type { Chart, Plugin } from 'chart.js';
import { MAX_COLUMNS, type Raster } from '../models/grid.ts';
import { hatchPattern } from './hatch.ts';
import type { ChartTheme } from './theme.ts';

/** Columns that may be added before the image is made anew, as a share of those that are there. */
const SPARE = 1 / 16;

/** Paints a matrix under the lines of a chart: each column once through a colour table, then the image as it is at each draw. */
export interface RasterLayer {
  readonly plugin: Plugin<'line'>;
  /** Takes new cells or new colours. `separateRows` draws a thin line between rows (where rows are things). */
  paint(raster: Raster, table: Uint32Array, theme: ChartTheme, separateRows: boolean): void;
}

/** Makes a raster layer for one chart. */
export function createRasterLayer(): RasterLayer {
  // A ring: a new column takes the place of one that has left, and nothing else is painted.
  const image = document.createElement('canvas');
  const pen = image.getContext('2d');
  let firstSlot = 0;
  let current: { raster: Raster; table: Uint32Array; theme: ChartTheme; separateRows: boolean } | undefined;

  /** Paints columns that lie side by side in the raster and in the ring. */
  function paintColumns(
    { columns, rows, levels }: Raster,
    table: Uint32Array,
    from: number,
    to: number,
  ): void {
    if (!pen) throw new Error('the canvas gives no drawing context');
    const pixels = pen.createImageData(to - from, rows);
    const words = new Uint32Array(pixels.data.buffer);
    let word = 0;
    // The picture's first line is the top one.
    for (let row = rows - 1; row >= 0; row--)
      for (let column = from; column < to; column++)
        words[word++] = table[levels[row * columns + column] as number] as number;
    pen.putImageData(pixels, (firstSlot + from) % image.width, 0);
  }

  function paint(raster: Raster, table: Uint32Array, theme: ChartTheme, separateRows: boolean): void {
    const { since, columns, rows } = raster;
    const painted = current?.table === table ? current.raster.key : undefined;
    if (since && since.key === painted && columns <= image.width) {
      firstSlot = (firstSlot + (since.shift % image.width) + image.width) % image.width;
      for (const column of since.columns) paintColumns(raster, table, column, column + 1);
    } else if (raster.key !== painted) {
      image.width = Math.min(MAX_COLUMNS, columns + Math.ceil(columns * SPARE));
      image.height = rows;
      firstSlot = 0;
      paintColumns(raster, table, 0, columns);
    }
    current = { raster, table, theme, separateRows };
  }

  function draw({ ctx: context, chartArea: area, scales, currentDevicePixelRatio: ratio }: Chart): void {
    const { x, y } = scales;
    if (!current || !x || !y) return;
    const { raster, theme, separateRows } = current;
    const { xRange, yRange, columns, rows } = raster;
    context.save();
    context.beginPath();
    context.rect(area.left, area.top, area.width, area.height);
    context.clip();
    const pattern = raster.hasBlanks
      ? hatchPattern(context, theme.muted, theme.isHighContrast ? 0.9 : 0.4)
      : null;
    if (pattern) {
      context.fillStyle = pattern;
      context.fillRect(area.left, area.top, area.width, area.height);
    }
    context.imageSmoothingEnabled = false;
    // Not asked of the axes, which keep pixels within 16 bits.
    const [perMs, perUnit] = [area.width / (x.max - x.min), area.height / (y.max - y.min)];
    const left = area.left + (xRange.min - x.min) * perMs;
    const top = area.bottom - (yRange.max - y.min) * perUnit;
    const perColumn = ((xRange.max - xRange.min) * perMs) / columns;
    const perRow = ((yRange.max - yRange.min) * perUnit) / rows;
    // Only the part in view is handed to the canvas, so that a zoomed view costs no more than the whole.
    const fromColumn = Math.max(0, Math.floor((area.left - left) / perColumn));
    const toColumn = Math.min(columns, Math.ceil((area.right - left) / perColumn));
    const fromRow = Math.max(0, Math.floor((area.top - top) / perRow));
    const toRow = Math.min(rows, Math.ceil((area.bottom - top) / perRow));
    // Where two parts of the ring meet they meet on a pixel of the screen, without a seam.
    const across = (column: number): number => {
      const exact = left + column * perColumn;
      return column === fromColumn || column === toColumn ? exact : Math.round(exact * ratio) / ratio;
    };
    const [under, high] = [top + fromRow * perRow, (toRow - fromRow) * perRow];
    for (let from = fromColumn; from < toColumn && toRow > fromRow;) {
      const slot = (firstSlot + from) % image.width;
      const to = Math.min(toColumn, from + image.width - slot);
      const [start, wide] = [across(from), across(to) - across(from)];
      context.drawImage(image, slot, fromRow, to - from, toRow - fromRow, start, under, wide, high);
      from = to;
    }
    if (separateRows) {
      context.fillStyle = theme.background;
      for (let row = 1; row < rows; row++)
        context.fillRect(area.left, Math.round(top + row * perRow) - 1, area.width, 2);
    }
    context.restore();
  }

  return { paint, plugin: { id: 'rasterLayer', beforeDatasetsDraw: (chart) => draw(chart as Chart) } };
}
