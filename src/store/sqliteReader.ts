import type { Observation, ObservationKind } from '../core/observation.ts';
import { columnsOfRows, extremesOfRows, joinExtremes, sharedKey } from './columnsOfRows.ts';
import type { ColumnsQuery, Extreme, HistoryQuery, SeriesFields, StoredColumns } from './historyStore.ts';
import { mergeRows } from './mergeRows.ts';
import { steppedRows } from './rollUps.ts';
import {
  compareObservations,
  compareText,
  decodeObservation,
  hasHead,
  isAbout,
  isOfAllTime,
  newestPerFacet,
  type SeriesIdentity,
  type StoredRow,
} from './row.ts';
import { joinRows, NO_ROWS, observationsOf, pickRows, rowsOfStored, rowsWithin, storedAt, type SeriesRows } from './seriesRows.ts'; // prettier-ignore
import { addRanges, type Ranges } from './sqliteExtremes.ts';
import type { KnownSeries } from './sqliteSeries.ts';
import type { SqliteTables } from './sqliteTables.ts';
import { stepRows, variantOf } from './stepRows.ts';

type Query = HistoryQuery<ObservationKind>;

/** Returns the series that a query asks for. */
export function seriesOf(tables: SqliteTables, query: Query): KnownSeries[] {
  const { kind, facet } = query;
  // The facet of a single event stands in its row.
  const isAnyFacet = facet === undefined || !hasHead(kind);
  return tables.series
    .ofKind(kind)
    .filter((series) => isAbout(series, query) && (isAnyFacet || series.facet === facet));
}

/** Returns rows of a series that become blocks, of a time, as they stand; of the fields named, or all. */
export function rawRows(
  { rows, blocks }: SqliteTables,
  series: KnownSeries,
  fromMs: number,
  toMs: number,
  fields?: readonly string[],
): SeriesRows {
  const inBlocks = blocks.read(series, 0, fromMs, toMs, fields);
  const area = rows.within(series, fromMs, toMs);
  if (area.length === 0) return inBlocks;
  const live = rowsOfStored(area);
  const last = inBlocks.atMs.at(-1) ?? -Infinity;
  return last < (live.atMs[0] ?? 0) ? joinRows(inBlocks === NO_ROWS ? [live] : [inBlocks, live]) : mergeRows(inBlocks, live, 'always').rows; // prettier-ignore
}

/** Single events of a series as they stood at a time, ascending. */
function eventRows({ rows }: SqliteTables, series: KnownSeries, query: Query): StoredRow[] {
  const { facet, fromMs = -Infinity, toMs = Infinity, knownAtMs = Infinity } = query;
  const standing = rows
    .within(series, fromMs, toMs)
    .filter(({ event }) => facet === undefined || series.facet + event === facet);
  if (standing.every(({ receivedAtMs }) => receivedAtMs <= knownAtMs)) return standing;
  const older = Map.groupBy(rows.replacedWithin(series, fromMs, toMs), keyOf);
  return standing.flatMap((row) => {
    const versions = [...(older.get(keyOf(row)) ?? []), row];
    return versions.findLast(({ receivedAtMs }) => receivedAtMs <= knownAtMs) ?? [];
  });
}

function keyOf({ atMs, event }: StoredRow): string {
  return `${atMs} ${event}`;
}

function eventsOf(tables: SqliteTables, query: Query): Observation[] {
  return seriesOf(tables, query)
    .flatMap((series) =>
      eventRows(tables, series, query).map((row) => decodeObservation(series as SeriesIdentity, row)),
    )
    .sort(compareObservations);
}

/** See `HistoryStore.query`. */
export function readObservations(tables: SqliteTables, query: Query): Observation[] {
  const { fromMs = -Infinity, toMs = Infinity, knownAtMs } = query;
  const found = seriesOf(tables, query).flatMap((one) => {
    const series = one as SeriesIdentity;
    const hasBlocks = hasHead(one.kind) && tables.blocks.within(one, 0, fromMs, toMs).length > 0;
    if (!hasBlocks) return eventRows(tables, one, query).map((row) => decodeObservation(series, row));
    return knownAtMs === undefined
      ? observationsOf(series, rawRows(tables, one, fromMs, toMs))
      : observationsOf(series, knownRows(tables, one, fromMs, toMs, knownAtMs));
  });
  return found.sort(compareObservations);
}

/** See `HistoryStore.columns`. */
export function readColumns(tables: SqliteTables, query: ColumnsQuery<ObservationKind>): StoredColumns[] {
  const { fields, stepMs, knownAtMs = Infinity, fromMs = -Infinity, toMs = Infinity } = query;
  const all = seriesOf(tables, query);
  if (!hasHead(query.kind)) {
    const wide = { ...query, fromMs: fromMs - (stepMs ?? 0), toMs: toMs + (stepMs ?? 0) };
    return columnsOfRows(eventsOf(tables, wide), query);
  }
  const found = all.flatMap((series) => {
    const raw = (from: number, to: number): SeriesRows =>
      knownAtMs === Infinity
        ? rawRows(tables, series, from, to, fields)
        : knownRows(tables, series, from, to, knownAtMs);
    if (stepMs === undefined) return columnsOf(series, raw(fromMs, toMs), fields);
    if (knownAtMs === Infinity)
      return columnsOf(series, steppedRows(tables, series, stepMs, { fromMs, toMs }, fields, raw), fields);
    const stepped = stepRows(series, raw(fromMs - stepMs, toMs + stepMs), stepMs);
    return columnsOf(series, rowsWithin(stepped, fromMs, toMs), fields);
  });
  return found
    .map((columns) => ({ key: sharedKey(columns.shared), columns }))
    .sort((a, b) => compareText(a.key, b.key))
    .map(({ columns }) => columns);
}

/** Rows as they stood at a time: of what was replaced since, the newest that had been received. */
function knownRows(
  tables: SqliteTables,
  series: KnownSeries,
  fromMs: number,
  toMs: number,
  knownAtMs: number,
): SeriesRows {
  const rows = rawRows(tables, series, fromMs, toMs);
  const places = Array.from(rows.atMs.keys());
  const later = new Set(places.filter((row) => (rows.receivedAtMs[row] ?? 0) > knownAtMs));
  if (later.size === 0) return rows;
  const kept = pickRows(rows, places.filter((row) => !later.has(row))); // prettier-ignore
  const laterMs = new Set([...later].map((row) => rows.atMs[row]));
  const versions = tables.rows
    .replacedWithin(series, fromMs, toMs)
    .filter(({ atMs, receivedAtMs }) => laterMs.has(atMs) && receivedAtMs <= knownAtMs);
  const newest = [...new Map(versions.map((row) => [row.atMs, row])).values()];
  return newest.length === 0 ? kept : mergeRows(kept, rowsOfStored(newest), 'always').rows;
}

/** One entry per variant of the rows; those without any value of the fields are left out. */
function columnsOf(series: KnownSeries, rows: SeriesRows, fields: readonly string[]): StoredColumns[] {
  return byVariant(rows).flatMap(([variant, own]): StoredColumns[] => {
    const named = fields.filter((field) => own.columns[field]?.some((value) => value === value));
    if (named.length === 0) return [];
    const columns = named.map((field) => [field, whole(own.columns[field] ?? new Float64Array())]);
    return [
      {
        shared: fieldsOf(series, variant),
        atMs: whole(own.atMs),
        receivedAtMs: whole(own.receivedAtMs),
        columns: Object.fromEntries(columns) as Record<string, Float64Array>,
      },
    ];
  });
}

function byVariant(rows: SeriesRows): [variant: string, rows: SeriesRows][] {
  const variants = rows.rests.map(variantOf);
  const distinct = new Set(variants);
  if (distinct.size <= 1) return [...distinct].map((variant) => [variant, rows]);
  return [...distinct].flatMap((variant): [string, SeriesRows][] => {
    const places = Array.from(rows.atMs.keys()).filter((row) => variants[rows.restOf[row] ?? 0] === variant);
    return places.length === 0 ? [] : [[variant, pickRows(rows, places)]];
  });
}

/** A column that can be given away: its memory is no other's, and not much more than it needs. */
function whole(column: Float64Array): Float64Array {
  return column.buffer.byteLength <= 2 * column.byteLength ? column : column.slice();
}

function fieldsOf(series: KnownSeries, variant: string): SeriesFields {
  const { kind, instrument, endpoint, exchange, venueSymbol, baseAsset } = series;
  const known = { kind, exchange, venueSymbol, baseAsset, instrument, endpoint };
  return { ...(JSON.parse(variant) as object), ...known } as unknown as SeriesFields;
}

/** See `HistoryStore.latest`. */
export function readLatest(tables: SqliteTables, query: Query): Observation[] {
  const { fromMs = -Infinity, toMs = Infinity } = query;
  const all = seriesOf(tables, query);
  if (!hasHead(query.kind)) return newestPerFacet(eventsOf(tables, query));
  if (query.knownAtMs !== undefined) return newestKnown(tables, query, query.knownAtMs);
  const newest = all.flatMap((series): Observation[] => {
    const head = tables.heads.of(series);
    if (head !== undefined && head.atMs < toMs) return head.atMs >= fromMs ? [head] : [];
    const row = newestRow(tables, series, fromMs, toMs);
    return row === undefined ? [] : [decodeObservation(series as SeriesIdentity, row)];
  });
  return newestPerFacet(newest);
}

/** Newest rows are noted without what they replaced: one that was received later says nothing. */
function newestKnown(tables: SqliteTables, query: Query, knownAtMs: number): Observation[] {
  const { fromMs = -Infinity, toMs = Infinity } = query;
  const noted = seriesOf(tables, query).flatMap((series) => tables.heads.of(series) ?? []);
  const asked = noted.filter((row) => row.receivedAtMs <= knownAtMs && row.atMs >= fromMs && row.atMs < toMs);
  return newestPerFacet([...readObservations(tables, query), ...asked]);
}

/** Returns the newest row of a series that has heads, of a time; undefined where there is none. */
export function newestRow(
  tables: SqliteTables,
  series: KnownSeries,
  fromMs = -Infinity,
  toMs = Infinity,
): StoredRow | undefined {
  const live = tables.rows.span(series, fromMs, toMs)?.toMs;
  const block = tables.blocks.within(series, 0, fromMs, toMs).at(-1)?.fromMs;
  const lastMs = Math.max(live ?? -Infinity, block ?? -Infinity, fromMs);
  if (live === undefined && block === undefined) return undefined;
  const rows = rawRows(tables, series, lastMs, toMs);
  return rows.atMs.length === 0 ? undefined : storedAt(rows, rows.atMs.length - 1);
}

/** See `HistoryStore.extremes`. */
export function readExtremes(tables: SqliteTables, query: Query): Extreme[] {
  if (!isOfAllTime(query) || !hasHead(query.kind)) return extremesOfRows(readObservations(tables, query));
  const found = seriesOf(tables, query).flatMap((series) => {
    const { ranges, pruned } = tables.extremes.of(series, () => {
      const made: Ranges = new Map();
      addRanges(made, rawRows(tables, series, -Infinity, Infinity));
      return made;
    });
    const own = extremesIn(series, ranges);
    return pruned.size === 0 ? own : joinExtremes(own, extremesIn(series, pruned));
  });
  return joinExtremes(found, []);
}

function extremesIn(series: KnownSeries, ranges: Ranges): Extreme[] {
  return [...ranges].flatMap(([variant, fields]) => {
    const shared = fieldsOf(series, variant);
    return [...fields].map(([field, [high, highAtMs, low, lowAtMs]]): Extreme => {
      const highest = { value: high, atMs: highAtMs };
      return { shared, field, highest, lowest: { value: low, atMs: lowAtMs } };
    });
  });
}
