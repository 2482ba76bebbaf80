import type { Chart, Plugin } from 'chart.js';
import type { TimeColumn } from '../../src/surfaces/protocol/payloads.ts';
import { emptyReduction, lonePoints, reduceLine, type ReducedLine } from '../models/lineReduction.ts';

const DOT_PX = 2.5;

/** How a line looks. */
export interface Stroke {
  readonly colour: string;
  readonly widthPx: number;
  /** Drawn where points lie far enough apart to show it. */
  readonly dash: readonly number[];
}

/** One line of a chart. */
export interface DrawnLine extends Stroke {
  readonly column: TimeColumn;
  /** From a value to the unit of the axis; it grows with the value. */
  map(value: number): number;
}

/** Draws lines over time, later ones over earlier ones; no object is made for a point. */
export interface LinesLayer {
  readonly plugin: Plugin<'line'>;
  set(lines: readonly DrawnLine[]): void;
}

/** Makes the lines of one chart. */
export function createLinesLayer(): LinesLayer {
  let lines: readonly DrawnLine[] = [];
  const reduced = emptyReduction();

  function draw({ ctx: context, chartArea: area, scales, currentDevicePixelRatio: ratio }: Chart): void {
    const { x, y } = scales;
    if (!x || !y) return;
    // On whole pixels of the screen: columns that touch must leave no seam.
    const left = Math.round(area.left * ratio) / ratio;
    const columns = Math.round((area.right - left) * ratio);
    if (columns < 1) return;
    const perUnit = area.height / (y.max - y.min);
    context.save();
    context.beginPath();
    context.rect(area.left, area.top, area.width, area.height);
    context.clip();
    context.lineJoin = 'bevel';
    for (const line of lines) {
      // Not asked of the axis, which keeps pixels within 16 bits.
      const heightOf = (value: number): number => area.bottom - (line.map(value) - y.min) * perUnit;
      const place: Place = { left, columnPx: 1 / ratio, heightOf };
      reduceLine(line.column, { min: x.min, max: x.max }, columns, reduced);
      context.strokeStyle = context.fillStyle = line.colour;
      context.lineWidth = line.widthPx;
      context.setLineDash(reduced.isDense ? [] : [...line.dash]);
      context.beginPath();
      if (reduced.isDense) fillColumns(context, reduced, place, line.widthPx);
      else tracePoints(context, reduced, place);
      context.stroke();
      if (!reduced.isDense) drawDots(context, reduced, place);
    }
    context.restore();
  }

  return {
    set: (next) => {
      lines = next;
    },
    plugin: { id: 'lines', beforeDatasetsDraw: (chart) => draw(chart as Chart) },
  };
}

/** Where columns and values are, CSS pixels of the canvas. */
interface Place {
  readonly left: number;
  /** Width of a column: one pixel of the screen. */
  readonly columnPx: number;
  heightOf(value: number): number;
}

/** Adds the line from point to point to the path. */
function tracePoints(
  context: CanvasRenderingContext2D,
  { x, first, count }: ReducedLine,
  place: Place,
): void {
  let isBroken = true;
  for (let index = 0; index < count; index++) {
    const value = first[index] as number;
    const across = place.left + (x[index] as number) * place.columnPx;
    if (!Number.isNaN(value) && isBroken) context.moveTo(across, place.heightOf(value));
    else if (!Number.isNaN(value)) context.lineTo(across, place.heightOf(value));
    isBroken = Number.isNaN(value);
  }
}

/**
 * Fills what the line covers of each column, from the end of the column before; where columns between two have no points,
 * the line over them is added to the path. A stroke of so many corners would take twenty times as long.
 */
function fillColumns(
  context: CanvasRenderingContext2D,
  { x, first, low, high, last, count }: ReducedLine,
  { left, columnPx, heightOf }: Place,
  widthPx: number,
): void {
  const wide = Math.max(columnPx, columnPx * Math.floor(widthPx / columnPx - 0.5));
  const aside = columnPx * Math.floor((wide / columnPx - 1) / 2);
  let endColumn = NaN;
  let end = NaN;
  for (let index = 0; index < count; index++) {
    const column = x[index] as number;
    const start = first[index] as number;
    if (Number.isNaN(start)) {
      end = endColumn = NaN;
      continue;
    }
    let from = low[index] as number;
    let to = high[index] as number;
    if (column - endColumn > 1) {
      context.moveTo(left + (endColumn + 0.5) * columnPx, heightOf(end));
      context.lineTo(left + (column + 0.5) * columnPx, heightOf(start));
    } else if (end < from) from = end;
    else if (end > to) to = end;
    const top = heightOf(to) - widthPx / 2;
    context.fillRect(left + column * columnPx - aside, top, wide, heightOf(from) + widthPx / 2 - top);
    endColumn = column;
    end = last[index] as number;
  }
}

/** A line through a point with a gap on both sides shows nothing, so that it gets a dot. */
function drawDots(context: CanvasRenderingContext2D, reduced: ReducedLine, place: Place): void {
  for (const index of lonePoints(reduced)) {
    const across = place.left + (reduced.x[index] as number) * place.columnPx;
    context.beginPath();
    context.arc(across, place.heightOf(reduced.first[index] as number), DOT_PX, 0, 2 * Math.PI);
    context.fill();
  }
}
