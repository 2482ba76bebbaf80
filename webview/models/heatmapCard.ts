import type { HeatmapPayload } from '../../src/surfaces/protocol/heatmaps.ts';
import { TIME_AXIS_TITLE, type HoverText } from './chartText.ts';
import { HEATMAPS } from './choices.ts';
import { divergingScale } from './colourScale.ts';
import { formatPercent, formatUtc } from './format.ts';
import { percentLegend, placeAt, rowGrid, type RowHeatmap } from './rowGrid.ts';
import { numberCell, timeTable, type TableTwin } from './table.ts';

/** Everything a heatmap card shows. */
export interface HeatmapCardModel extends RowHeatmap {
  /** "BTC · hourly · stored history to 2026-11-22 04:00 UTC". */
  readonly head: string;
  readonly notes: readonly string[];
  readonly summary: string;
  readonly table: TableTwin;
  /** `height` counts rows from the bottom: 0.0 to 1.0 is the lowest. `atMs` is where the column begins. */
  hover(atMs: number, height: number): (HoverText & { readonly atMs: number }) | undefined;
  /** The row that speaks for the panel's asset at a moment, in a line. */
  linesAt(atMs: number): readonly string[];
}

const STEPS: Readonly<Record<number, { readonly word: string; readonly per: string }>> = {
  300_000: { word: 'five-minute steps', per: '5 minutes' },
  3_600_000: { word: 'hourly', per: 'hour' },
  28_800_000: { word: 'eight-hour steps', per: '8 hours' },
  86_400_000: { word: 'daily', per: 'day' },
};

/** Returns everything a heatmap card shows; of the one `before` what is still so. */
export function heatmapCardModel(
  payload: HeatmapPayload,
  kind: 'linear' | 'log',
  before?: HeatmapCardModel,
): HeatmapCardModel {
  const { card, asset, stepMs, firstMs, columns, rows, values } = payload;
  const { title, rows: rowTitle, unit, isPerStep, meaning } = HEATMAPS[card];
  const { word = '', per = '' } = STEPS[stepMs] ?? {};
  const percent = (value: number): string => formatPercent(value);
  const valueAt = (row: number, column: number): number => (column < 0 ? NaN : (values[row * columns + column] ?? NaN));
  const isOfAssets = rowTitle !== 'Exchange';
  const name = isOfAssets ? `${title}, followed assets` : `${title} of ${asset}`;
  const unitTitle = `${unit}${isPerStep ? ` per ${per}` : ''}${kind === 'log' ? ', log' : ''})`;
  const isEmpty = values.length === 0;
  // Nothing at all is one cell that is not known.
  const columnAtMs = Float64Array.from({ length: isEmpty ? 1 : columns }, (_, at) => firstMs + at * stepMs);
  const cells = isEmpty ? Float32Array.of(NaN) : Float32Array.from(values);
  const times = isEmpty ? new Float64Array() : columnAtMs;
  const scale = divergingScale(cells, kind);
  const grid = rowGrid(cells, { columnAtMs, columnMs: stepMs }, scale, before?.grid);
  const lead = isOfAssets ? rows.findIndex(({ id }) => id === asset) : 0;
  const newest = isEmpty ? 'no stored history of this time' : `stored history to ${formatUtc(firstMs + columns * stepMs)}`;
  return {
    head: [isOfAssets ? 'Followed assets' : asset, word, newest].join(' · '),
    axisTitles: { x: TIME_AXIS_TITLE, y: rowTitle },
    grid,
    rowLabels: rows.map(({ label }) => label).reverse(),
    legend: { title: unitTitle, labels: percentLegend(scale) },
    notes: [meaning, ...payload.notes, isEmpty ? 'Nothing is kept of this time.' : 'Hatched: not known.'],
    summary: summaryOf(payload, name),
    table: timeTable(
      `${name}, percent`,
      rows.map(({ label }) => `${label} (%${isPerStep ? ` per ${per}` : ' per year'})`),
      times,
      (column, row) => numberCell(valueAt(row, column), percent),
      { inTitleUnit: 100, lastsMs: stepMs },
    ),
    hover: (atMs, height) => {
      const place = placeAt(grid, atMs, height);
      const pointed = rows[place?.row ?? -1];
      if (!place || !pointed) return undefined;
      const textOf = (row: number): string => {
        const value = valueAt(row, place.column);
        return Number.isFinite(value) ? percent(value) : 'no number';
      };
      const others = rows.flatMap((row, at) => (row === pointed ? [] : [`${row.label} ${textOf(at)}`]));
      return {
        title: `${pointed.label}: ${textOf(place.row)}`,
        lines: [place.time, ...(others.length === 0 ? [] : [others.join(', ')])],
        atMs: place.startMs,
      };
    },
    linesAt: (atMs) => {
      const value = valueAt(lead, placeAt(grid, atMs, 0)?.column ?? -1);
      return Number.isFinite(value) ? [`${title}, ${rows[lead]?.label ?? ''}: ${percent(value)}`] : [];
    },
  };
} // prettier-ignore

/** One sentence for who does not see the picture: the newest value of each row. */
function summaryOf({ source, firstMs, stepMs, columns, rows, values }: HeatmapPayload, name: string): string {
  const simulated = source === 'simulated' ? ' Simulated numbers.' : '';
  if (rows.length === 0) return `Heatmap: ${name}, no numbers.${simulated}`;
  const newest = rows.map(({ label }, row) => {
    const value = values.subarray(row * columns, (row + 1) * columns).findLast(Number.isFinite);
    return `${label} ${value === undefined ? 'no number' : formatPercent(value)}`;
  });
  const span = `${formatUtc(firstMs)} to ${formatUtc(firstMs + columns * stepMs)}`;
  return `Heatmap: ${name}, percent, ${span}.${simulated} Newest: ${newest.join('; ')}.`;
}
