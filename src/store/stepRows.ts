import { isPerRow } from './columnsOfRows.ts';
import { payloadOf } from './row.ts';
import { pickRows, NO_ROWS, type SeriesRows } from './seriesRows.ts';
import { addsUp, barMsOf, labelOf, wayOf } from './stepWays.ts';

/** Returns the text of what a row shares with its series: its rest without what is a row's alone. */
export function variantOf(rest: string): string {
  const shared = Object.entries(JSON.parse(rest) as object).filter(([name]) => !isPerRow(name));
  return payloadOf(Object.fromEntries(shared));
}

type Series = { readonly kind: string; readonly facet: string; readonly exchange: string };

/** As `columnsOfRows` does it, on columns: returns one row a step, labelled by its start. */
export function stepRows(series: Series, rows: SeriesRows, stepMs: number): SeriesRows {
  const barMs = barMsOf(series.kind, series.facet);
  switch (wayOf(series, barMs, stepMs)) {
    case 'as-they-are':
      return rows;
    case 'nearest':
      return nearestRows(rows, stepMs);
    case 'sum':
      return summedRows(rows, stepMs, barMs ?? 0);
    case 'at-label':
      return pickRows(rows, placesAtLabel(rows, stepMs));
    case 'none':
      return NO_ROWS;
  }
}

function nearestRows(rows: SeriesRows, stepMs: number): SeriesRows {
  const { places, labels } = nearestPlaces(rows, stepMs);
  return { ...pickRows(rows, places), atMs: Float64Array.from(labels) };
}

/** Which rows are labelled as a step is. */
export function placesAtLabel({ atMs }: Pick<SeriesRows, 'atMs'>, stepMs: number): number[] {
  const places: number[] = [];
  for (let row = 0; row < atMs.length; row += 1) if ((atMs[row] ?? 0) % stepMs === 0) places.push(row);
  return places;
}

/** Which rows stand for which steps: of each the nearest to its start, of equals the one received later. */
export function nearestPlaces(
  { atMs, receivedAtMs }: Pick<SeriesRows, 'atMs' | 'receivedAtMs'>,
  stepMs: number,
): { readonly places: number[]; readonly labels: number[] } {
  const [places, labels]: [number[], number[]] = [[], []];
  for (let row = 0; row < atMs.length; row += 1) {
    const label = labelOf('nearest', atMs[row] ?? 0, stepMs);
    const last = labels.length - 1;
    if (labels[last] !== label) {
      places.push(row);
      labels.push(label);
      continue;
    }
    const best = places[last] ?? 0;
    const closer = Math.abs((atMs[best] ?? 0) - label) - Math.abs((atMs[row] ?? 0) - label);
    if (closer > 0 || (closer === 0 && (receivedAtMs[row] ?? 0) >= (receivedAtMs[best] ?? 0)))
      places[last] = row;
  }
  return { places, labels };
}

function summedRows(rows: SeriesRows, stepMs: number, barMs: number): SeriesRows {
  const variants = rows.rests.map(variantOf);
  const steps = wholeSteps(rows, variants, stepMs, barMs);
  const names = Object.keys(rows.columns).filter(addsUp);
  const sumOf = (column: Float64Array): Float64Array =>
    Float64Array.from(steps, ({ from, to }) => column.subarray(from, to).reduce((a, b) => a + b, 0));
  return {
    atMs: Float64Array.from(steps, ({ atMs }) => atMs),
    receivedAtMs: Float64Array.from(steps, ({ from, to }) =>
      rows.receivedAtMs.subarray(from, to).reduce((a, b) => Math.max(a, b), -Infinity),
    ),
    rests: variants,
    restOf: Uint32Array.from(steps, ({ from }) => rows.restOf[from] ?? 0),
    columns: Object.fromEntries(names.map((name) => [name, sumOf(rows.columns[name] ?? new Float64Array())])),
  };
}

interface Step {
  readonly atMs: number;
  readonly from: number;
  readonly to: number;
}

/** Steps of which every bar is there, all of one variant. A bar that lacks a field makes its sum NaN: absent. */
function wholeSteps(
  { atMs, restOf }: SeriesRows,
  variants: readonly string[],
  stepMs: number,
  barMs: number,
): Step[] {
  const steps: Step[] = [];
  for (let from = 0, to = 0; from < atMs.length; from = to) {
    const label = labelOf('sum', atMs[from] ?? 0, stepMs);
    const variant = variants[restOf[from] ?? 0];
    let isOne = true;
    for (; to < atMs.length && labelOf('sum', atMs[to] ?? 0, stepMs) === label; to += 1)
      isOne &&= variants[restOf[to] ?? 0] === variant;
    if (isOne && (to - from) * barMs === stepMs) steps.push({ atMs: label, from, to });
  }
  return steps;
}
