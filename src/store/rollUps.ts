import { DAY_MS, HOUR_MS } from '../core/units.ts';
import { joinRows, NO_ROWS, rowsWithin, sliceRows, type SeriesRows } from './seriesRows.ts';
import { MOST_BLOCK_ROWS } from './sqliteBlocks.ts';
import type { KnownSeries } from './sqliteSeries.ts';
import type { Span } from './sqliteStale.ts';
import type { SqliteTables } from './sqliteTables.ts';
import { nearestPlaces, placesAtLabel, stepRows } from './stepRows.ts';
import { barMsOf, labelOf, ROLL_UP_STEPS, wayOf, type StepWay } from './stepWays.ts';

/** How much of a roll-up is made again at a time: 512 hours or days. */
const SLICE_STEPS = 512;

/** Returns how a series is rolled up; undefined where its rows are no parts of a step. */
function rolledBy(series: KnownSeries, stepMs: number): StepWay | undefined {
  const way = wayOf(series, barMsOf(series.kind, series.facet), stepMs);
  return way === 'as-they-are' || way === 'none' ? undefined : way;
}

/** Returns the labels of a roll-up that rows of a time are part of; where a series has none, that time. */
export function labelsOf(series: KnownSeries, stepMs: number, { fromMs, toMs }: Span): Span {
  const way = rolledBy(series, stepMs);
  if (way === undefined) return { fromMs, toMs };
  return { fromMs: labelOf(way, fromMs, stepMs), toMs: labelOf(way, toMs - 1, stepMs) + stepMs };
}

/** Notes that the labels of rows are to be made again. */
export function addLabels(tables: SqliteTables, series: KnownSeries, rows: Pick<SeriesRows, 'atMs'>): void {
  for (const stepMs of ROLL_UP_STEPS) {
    const way = rolledBy(series, stepMs);
    const [first, last] = [rows.atMs[0], rows.atMs.at(-1)];
    if (way === undefined || first === undefined || last === undefined) continue;
    const oldest = hasNone(tables, series, stepMs)
      ? tables.blocks.within(series, 0, -Infinity, Infinity)[0]?.fromMs
      : undefined;
    const fromMs = labelOf(way, Math.min(first, oldest ?? first), stepMs);
    tables.stale.widen(series, stepMs, { fromMs, toMs: labelOf(way, last, stepMs) + stepMs });
  }
}

/** Whether nothing of a roll-up was ever made, as of levels in files of before these had any. */
function hasNone({ blocks, stale }: SqliteTables, series: KnownSeries, stepMs: number): boolean {
  return (
    rolledBy(series, stepMs) === 'at-label' &&
    stale.of(series, stepMs) === undefined &&
    blocks.within(series, stepMs, -Infinity, Infinity).length === 0
  );
}

/** Reads raw rows of a time, as they stand. */
export type ReadRaw = (fromMs: number, toMs: number) => SeriesRows;

/** Returns one row a step with labels of a time: from the roll-up where it is up to date, else from the rows. */
export function steppedRows(
  tables: SqliteTables,
  series: KnownSeries,
  stepMs: number,
  { fromMs, toMs }: Span,
  fields: readonly string[],
  raw: ReadRaw,
): SeriesRows {
  const way = wayOf(series, barMsOf(series.kind, series.facet), stepMs);
  const make = (span: Span): SeriesRows =>
    rowsWithin(
      stepRows(series, raw(span.fromMs - stepMs, span.toMs + stepMs), stepMs),
      span.fromMs,
      span.toMs,
    );
  if (way === 'as-they-are') return raw(fromMs, toMs);
  if (way === 'none') return NO_ROWS;
  if (!ROLL_UP_STEPS.includes(stepMs) || hasNone(tables, series, stepMs)) return make({ fromMs, toMs });
  const live = tables.rows.span(series, fromMs - stepMs, toMs + stepMs);
  const liveLabels = live && {
    fromMs: labelOf(way, live.fromMs, stepMs),
    toMs: labelOf(way, live.toMs, stepMs) + stepMs,
  };
  const clean = (from: number, to: number): SeriesRows[] => {
    const rows = from < to ? tables.blocks.read(series, stepMs, from, to, fields) : undefined;
    return rows === undefined || rows.atMs.length === 0 ? [] : [rows];
  };
  for (;;) {
    const stale = tables.stale.of(series, stepMs);
    const dirty = within(hull(stale, liveLabels), { fromMs, toMs });
    const parts =
      dirty === undefined
        ? clean(fromMs, toMs)
        : [...clean(fromMs, dirty.fromMs), make(dirty), ...clean(dirty.toMs, toMs)];
    // A block that could not be read has made the stretch wider: its labels are made of the rows.
    if (tables.stale.of(series, stepMs) === stale) return joinRows(parts);
  }
}

function hull(one: Span | undefined, other: Span | undefined): Span | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return { fromMs: Math.min(one.fromMs, other.fromMs), toMs: Math.max(one.toMs, other.toMs) };
}

function within(span: Span | undefined, bounds: Span): Span | undefined {
  if (span === undefined) return undefined;
  const cut = { fromMs: Math.max(span.fromMs, bounds.fromMs), toMs: Math.min(span.toMs, bounds.toMs) };
  return cut.fromMs < cut.toMs ? cut : undefined;
}

/** Makes a slice of a roll-up again, within a transaction. */
export function remakeSlice(tables: SqliteTables, series: KnownSeries, stepMs: number, raw: ReadRaw): void {
  const { blocks, stale } = tables;
  const known = stale.of(series, stepMs);
  const all = blocks.within(series, 0, -Infinity, Infinity);
  // A damaged stretch is all of time; there is nothing to make outside of what there is.
  const span = within(known, {
    fromMs: Math.floor((all[0]?.fromMs ?? 0) / stepMs - 1) * stepMs,
    toMs: Math.ceil((all.at(-1)?.toMs ?? 0) / stepMs + 2) * stepMs,
  });
  if (known === undefined || span === undefined) return stale.set(series, stepMs, undefined);
  const toMs = Math.min(span.toMs, span.fromMs + SLICE_STEPS * stepMs);
  const old = blocks.within(series, stepMs, span.fromMs, toMs);
  const standing = joinRows(old.flatMap((info) => blocks.rowsOf(series, info) ?? []));
  const before = blocks.last(series, stepMs, span.fromMs, MOST_BLOCK_ROWS - SLICE_STEPS);
  const appended = before !== undefined && old.length === 0 ? blocks.rowsOf(series, before) : undefined;
  // A block that could not be read has made the stretch wider: the next slice begins where it does.
  if (stale.of(series, stepMs) !== known) return;
  const made = makeLabels(tables, series, stepMs, { fromMs: span.fromMs, toMs }, raw);
  blocks.replace(
    series,
    stepMs,
    appended === undefined || before === undefined ? old : [before],
    joinRows([
      appended ?? rowsWithin(standing, -Infinity, span.fromMs),
      made,
      rowsWithin(standing, toMs, Infinity),
    ]),
  );
  stale.set(series, stepMs, toMs < span.toMs ? { fromMs: toMs, toMs: span.toMs } : undefined);
}

/** Makes labels from the rows; the reading nearest to a day's start from the hours, where its hour has one. */
function makeLabels(
  tables: SqliteTables,
  series: KnownSeries,
  stepMs: number,
  { fromMs, toMs }: Span,
  raw: ReadRaw,
): SeriesRows {
  const make = (from: number, to: number): SeriesRows =>
    pickNearest(tables, series, stepMs, { fromMs: from, toMs: to }) ??
    rowsWithin(stepRows(series, raw(from - stepMs, to + stepMs), stepMs), from, to);
  const hours = stepMs === DAY_MS && rolledBy(series, stepMs) === 'nearest' ? HOUR_MS : undefined;
  if (hours === undefined || within(tables.stale.of(series, hours), { fromMs, toMs }) !== undefined)
    return make(fromMs, toMs);
  const byHour = tables.blocks.read(series, hours, fromMs, toMs);
  const parts: SeriesRows[] = [];
  let madeMs = fromMs;
  for (let row = 0; row < byHour.atMs.length; row += 1) {
    const atMs = byHour.atMs[row] ?? 0;
    if (atMs % stepMs !== 0) continue;
    if (atMs > madeMs) parts.push(make(madeMs, atMs));
    parts.push(sliceRows(byHour, row, row + 1));
    madeMs = atMs + stepMs;
  }
  if (madeMs < toMs) parts.push(make(madeMs, toMs));
  return joinRows(parts.filter(({ atMs }) => atMs.length > 0));
}

/** Labels of readings that are all in blocks, without reading the rows between them. */
function pickNearest(
  { blocks, rows }: SqliteTables,
  series: KnownSeries,
  stepMs: number,
  { fromMs, toMs }: Span,
): SeriesRows | undefined {
  const way = rolledBy(series, stepMs);
  if (way !== 'nearest' && way !== 'at-label') return undefined;
  if (rows.span(series, fromMs - stepMs, toMs + stepMs) !== undefined) return undefined;
  let labels: number[] = [];
  const picked = blocks.pick(series, fromMs - stepMs, toMs + stepMs, (all) => {
    const places = way === 'at-label' ? placesAtLabel(all, stepMs) : undefined;
    const nearest =
      places === undefined
        ? nearestPlaces(all, stepMs)
        : { places, labels: places.map((row) => all.atMs[row] ?? 0) };
    labels = nearest.labels;
    return nearest.places;
  });
  return picked && rowsWithin({ ...picked, atMs: Float64Array.from(labels) }, fromMs, toMs);
}
