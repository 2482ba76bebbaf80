import type { Chart, Plugin } from 'chart.js';
import type { Raster } from '../models/grid.ts';
import type { ChartTheme } from './theme.ts';

const HATCH_PX = 7;

/** Paints a matrix under the lines of a chart: one ImageData through a colour table, then one drawImage a frame. */
export interface RasterLayer {
  readonly plugin: Plugin<'line'>;
  /** Takes new cells or new colours. `separateRows` draws a thin line between rows (where rows are things). */
  paint(raster: Raster, table: Uint32Array, theme: ChartTheme, separateRows: boolean): void;
}

function hatchPattern(context: CanvasRenderingContext2D, theme: ChartTheme): CanvasPattern | null {
  const tile = document.createElement('canvas');
  tile.width = tile.height = HATCH_PX;
  const pen = tile.getContext('2d');
  if (!pen) return null;
  pen.strokeStyle = theme.muted;
  pen.globalAlpha = theme.isHighContrast ? 0.9 : 0.4;
  pen.lineWidth = 1;
  pen.beginPath();
  // Drawn past the corners, so that tiles join without gaps.
  for (const shift of [-HATCH_PX, 0, HATCH_PX]) {
    pen.moveTo(shift - 1, HATCH_PX + 1);
    pen.lineTo(shift + HATCH_PX + 1, -1);
  }
  pen.stroke();
  return context.createPattern(tile, 'repeat');
}

/** Makes a raster layer for one chart. */
export function createRasterLayer(): RasterLayer {
  const image = document.createElement('canvas');
  let current: { raster: Raster; theme: ChartTheme; separateRows: boolean; hasBlanks: boolean } | undefined;

  function paint(raster: Raster, table: Uint32Array, theme: ChartTheme, separateRows: boolean): void {
    const { columns, rows, levels } = raster;
    image.width = columns;
    image.height = rows;
    const context = image.getContext('2d');
    if (!context) throw new Error('the canvas gives no drawing context');
    const pixels = context.createImageData(columns, rows);
    const words = new Uint32Array(pixels.data.buffer);
    let hasBlanks = false;
    for (let row = 0; row < rows; row++) {
      const from = row * columns;
      const to = (rows - 1 - row) * columns; // the picture's first line is the top one
      for (let column = 0; column < columns; column++) {
        const level = levels[from + column] ?? 0;
        if (level === 0) hasBlanks = true;
        words[to + column] = table[level] ?? 0;
      }
    }
    context.putImageData(pixels, 0, 0);
    current = { raster, theme, separateRows, hasBlanks };
  }

  function draw(chart: Chart): void {
    const { x, y } = chart.scales;
    if (!current || !x || !y) return;
    const { raster, theme, separateRows, hasBlanks } = current;
    const { ctx: context, chartArea: area } = chart;
    context.save();
    context.beginPath();
    context.rect(area.left, area.top, area.width, area.height);
    context.clip();
    const pattern = hasBlanks ? hatchPattern(context, theme) : null;
    if (pattern) {
      context.fillStyle = pattern;
      context.fillRect(area.left, area.top, area.width, area.height);
    }
    context.imageSmoothingEnabled = false;
    const left = x.getPixelForValue(raster.xRange.min);
    const right = x.getPixelForValue(raster.xRange.max);
    const bottom = y.getPixelForValue(raster.yRange.min);
    const top = y.getPixelForValue(raster.yRange.max);
    // Only the part in view is handed to the canvas, so that a zoomed view costs no more than the whole.
    const perColumn = (right - left) / raster.columns;
    const perRow = (bottom - top) / raster.rows;
    const fromColumn = Math.max(0, Math.floor((area.left - left) / perColumn));
    const toColumn = Math.min(raster.columns, Math.ceil((area.right - left) / perColumn));
    const fromRow = Math.max(0, Math.floor((area.top - top) / perRow));
    const toRow = Math.min(raster.rows, Math.ceil((area.bottom - top) / perRow));
    if (toColumn > fromColumn && toRow > fromRow)
      context.drawImage(
        image,
        fromColumn,
        fromRow,
        toColumn - fromColumn,
        toRow - fromRow,
        left + fromColumn * perColumn,
        top + fromRow * perRow,
        (toColumn - fromColumn) * perColumn,
        (toRow - fromRow) * perRow,
      );
    if (separateRows) {
      context.fillStyle = theme.background;
      for (let row = 1; row < raster.rows; row++)
        context.fillRect(area.left, Math.round(top + row * perRow) - 1, area.width, 2);
    }
    context.restore();
  }

  return { paint, plugin: { id: 'rasterLayer', beforeDatasetsDraw: (chart) => draw(chart as Chart) } };
}
