import type { FundingHeatmap } from '../../src/surfaces/protocol/payloads.ts';
import type { HoverText } from './chartText.ts';
import { TIME_AXIS_TITLE } from './chartText.ts';
import type { ColourScale } from './colourScale.ts';
import { divergingScale, legendLabels } from './colourScale.ts';
import { formatExact, formatPercent, formatUtc } from './format.ts';
import { evenColumns } from './grid.ts';
import { paintGrid, type PaintedGrid } from './raster.ts';
import type { TableTwin } from './table.ts';
import { numberCell, timeTable } from './table.ts';

const HOURS_PER_YEAR = 8_760;
const LEGEND_LABELS = 5;

export interface FundingModel {
  readonly axisTitles: { readonly x: string; readonly y: string };
  readonly grid: PaintedGrid;
  readonly scale: ColourScale;
  /** Row labels from bottom to top, as the raster's rows. */
  readonly rowLabels: readonly string[];
  readonly legend: { readonly title: string; readonly labels: readonly string[] };
  readonly notes: readonly string[];
  readonly summary: string;
  readonly table: TableTwin;
  /** `row` counts from the bottom, fractions allowed: 0.0 to 1.0 is the lowest row. */
  hover(atMs: number, row: number): HoverText | undefined;
  /** The rates of all exchanges at a moment, in a line. */
  linesAt(atMs: number): readonly string[];
}

function rowLabel(row: FundingHeatmap['rows'][number]): string {
  return row.intervalHours === undefined
    ? `${row.label}, interval unknown`
    : `${row.label}, ${formatExact(row.intervalHours)} h`;
}

/** Returns everything the funding heatmap shows; of the one `before` what is still so. The payload's first row is the top row. */
export function fundingModel(payload: FundingHeatmap, before?: FundingModel): FundingModel {
  const { rows, cells, columnAtMs, columnMs } = payload;
  const sourceColumns = columnAtMs.length;
  if (rows.length === 0) throw new Error('the funding heatmap has no exchanges');
  if (cells.length !== rows.length * sourceColumns) throw new Error('the funding heatmap has a wrong size');
  const scale = divergingScale(cells);
  const columns = evenColumns(columnAtMs, columnMs);
  const { source, xRange } = columns;
  const rowSource = Int32Array.from(rows, (_, index) => rows.length - 1 - index);
  const yRange = { min: 0, max: rows.length };
  const percent = (value: number): string => formatPercent(value);
  const legendPercent = (value: number): string =>
    formatPercent(value, scale.high < 0.02 ? 2 : scale.high < 0.1 ? 1 : 0);

  function hover(atMs: number, rowFromBottom: number): HoverText | undefined {
    const rowIndex = rows.length - 1 - Math.floor(rowFromBottom);
    const row = rows[rowIndex];
    const column = source[Math.floor((atMs - xRange.min) / columnMs)];
    if (!row || column === undefined) return undefined;
    const start = xRange.min + Math.floor((atMs - xRange.min) / columnMs) * columnMs;
    const time = `${formatUtc(start)}, ${formatExact(columnMs / 3_600_000)} h`;
    const value = column < 0 ? NaN : (cells[rowIndex * sourceColumns + column] ?? NaN);
    if (!Number.isFinite(value)) return { title: row.label, lines: ['No settlement known', time] };
    const lines = [`${percent(value)} a year`];
    if (row.intervalHours !== undefined)
      lines.push(
        `${formatPercent((value * row.intervalHours) / HOURS_PER_YEAR)} per ${formatExact(row.intervalHours)} h`,
      );
    return { title: row.label, lines: [...lines, time] };
  }

  return {
    axisTitles: { x: TIME_AXIS_TITLE, y: 'Exchange, funding interval' },
    grid: paintGrid({ cells, sourceColumns, columns, rowSource, yRange, scale }, before?.grid),
    scale,
    rowLabels: rows.map(rowLabel).reverse(),
    legend: {
      title: 'Funding (% per year, simple)',
      labels: legendLabels(scale, LEGEND_LABELS, legendPercent),
    },
    notes: [
      ...payload.notes,
      'Above zero longs pay shorts, below zero shorts pay longs.',
      'Hatched: no settlement known.',
    ],
    summary: summaryOf(payload),
    table: timeTable(
      `Funding of ${payload.asset}, percent per year`,
      rows.map((row) => `${rowLabel(row)} (% per year)`),
      columnAtMs,
      (column, row) => numberCell(cells[row * sourceColumns + column] ?? NaN, percent),
      { inTitleUnit: 100, lastsMs: columnMs },
    ),
    hover,
    linesAt: (atMs) => {
      const column = source[Math.floor((atMs - xRange.min) / columnMs)] ?? -1;
      if (column < 0) return [];
      const texts = rows.flatMap(({ label }, row) => {
        const value = cells[row * sourceColumns + column] ?? NaN;
        return Number.isFinite(value) ? [`${label} ${percent(value)}`] : [];
      });
      return texts.length === 0 ? [] : [`Funding a year: ${texts.join(', ')}`];
    },
  };
}

function summaryOf(payload: FundingHeatmap): string {
  const { rows, cells, columnAtMs } = payload;
  const columns = columnAtMs.length;
  const newest = rows.map((row, index) => {
    for (let column = columns - 1; column >= 0; column--) {
      const value = cells[index * columns + column] ?? NaN;
      if (Number.isFinite(value)) return `${row.label} ${formatPercent(value)}`;
    }
    return `${row.label} no settlement`;
  });
  const span = `${formatUtc(columnAtMs[0] ?? NaN)} to ${formatUtc(columnAtMs.at(-1) ?? NaN)}`;
  const source = payload.source === 'simulated' ? ' Simulated numbers.' : '';
  return `Heatmap of ${payload.asset} funding by exchange, percent per year, ${span}.${source} Newest: ${newest.join('; ')}.`;
}
