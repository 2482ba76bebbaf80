import type { FundingHeatmap } from '../../src/surfaces/protocol/payloads.ts';
import type { HoverText } from './chartText.ts';
import { TIME_AXIS_TITLE } from './chartText.ts';
import type { ColourScale } from './colourScale.ts';
import { divergingScale } from './colourScale.ts';
import { formatExact, formatPercent, formatUtc } from './format.ts';
import { percentLegend, placeAt, rowGrid, type RowHeatmap } from './rowGrid.ts';
import type { TableTwin } from './table.ts';
import { numberCell, timeTable } from './table.ts';

const HOURS_PER_YEAR = 8_760;

export interface FundingModel extends RowHeatmap {
  readonly scale: ColourScale;
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
  const grid = rowGrid(cells, payload, scale, before?.grid);
  const percent = (value: number): string => formatPercent(value);

  function hover(atMs: number, rowFromBottom: number): HoverText | undefined {
    const place = placeAt(grid, atMs, rowFromBottom);
    const row = rows[place?.row ?? -1];
    if (!place || !row) return undefined;
    const { column, time } = place;
    const value = column < 0 ? NaN : (cells[place.row * sourceColumns + column] ?? NaN);
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
    grid,
    scale,
    rowLabels: rows.map(rowLabel).reverse(),
    legend: {
      title: 'Funding (% per year, simple)',
      labels: percentLegend(scale),
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
      const column = placeAt(grid, atMs, 0)?.column ?? -1;
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
