import type { Chunk } from '../core/chunk.ts';
import type { Observation } from '../core/observation.ts';
import { isColumn } from './columnsOfRows.ts';
import { payloadOf, type SeriesIdentity, type StoredRow } from './row.ts';

/**
 * Rows of one series as columns, `atMs` strictly ascending: what a block holds. NaN in a column stands for a field that
 * the row does not have. What a row holds beside numbers (`sides`, `usdBasis`, `coverage`, `barMs`) changes rarely: it is
 * kept as a few texts, JSON in order of name, and the place of its own for each row.
 */
export interface SeriesRows {
  readonly atMs: Float64Array;
  readonly receivedAtMs: Float64Array;
  readonly rests: readonly string[];
  readonly restOf: Uint32Array;
  readonly columns: Readonly<Record<string, Float64Array>>;
}

export const NO_ROWS: SeriesRows = {
  atMs: new Float64Array(),
  receivedAtMs: new Float64Array(),
  rests: [],
  restOf: new Uint32Array(),
  columns: {},
};

/** Returns rows of the row area, ascending, as columns. Throws a SyntaxError where a payload is no JSON. */
export function rowsOfStored(stored: readonly StoredRow[]): SeriesRows {
  const places = new Map<string, number>();
  const restOf = new Uint32Array(stored.length);
  const columns: Record<string, Float64Array> = {};
  stored.forEach(({ payload }, row) => {
    const rest: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(JSON.parse(payload) as object))
      if (isColumn(name, value))
        (columns[name] ??= new Float64Array(stored.length).fill(Number.NaN))[row] = value as number;
      else rest[name] = value;
    restOf[row] = placeOf(places, payloadOf(rest));
  });
  return {
    atMs: Float64Array.from(stored, ({ atMs }) => atMs),
    receivedAtMs: Float64Array.from(stored, ({ receivedAtMs }) => receivedAtMs),
    rests: [...places.keys()],
    restOf,
    columns,
  };
}

/** Returns the rows `from` to `to` (not included) of a chunk. */
export function rowsOfChunk({ shared, atMs, columns }: Chunk, from: number, to: number): SeriesRows {
  const { kind, instrument, receivedAtMs, endpoint, exchange, venueSymbol, baseAsset, ...rest } = shared;
  const length = to - from;
  const named: Record<string, Float64Array> = {};
  for (const [name, value] of Object.entries(rest))
    if (isColumn(name, value)) named[name] = new Float64Array(length).fill(value as number);
  const others = Object.fromEntries(Object.entries(rest).filter(([name]) => !(name in named)));
  for (const [name, column] of Object.entries(columns)) named[name] = column.subarray(from, to);
  return {
    atMs: atMs.subarray(from, to),
    receivedAtMs: new Float64Array(length).fill(receivedAtMs),
    rests: [payloadOf(others)],
    restOf: new Uint32Array(length),
    columns: named,
  };
}

function placeOf(places: Map<string, number>, rest: string): number {
  const known = places.get(rest);
  if (known !== undefined) return known;
  places.set(rest, places.size);
  return places.size - 1;
}

/** Returns the rows at the places, in their order. */
export function pickRows(rows: SeriesRows, places: ArrayLike<number>): SeriesRows {
  const { length } = places;
  const pick = (column: Float64Array): Float64Array => {
    const picked = new Float64Array(length);
    for (let row = 0; row < length; row += 1) picked[row] = column[places[row] ?? 0] ?? Number.NaN;
    return picked;
  };
  return {
    atMs: pick(rows.atMs),
    receivedAtMs: pick(rows.receivedAtMs),
    rests: rows.rests,
    restOf: Uint32Array.from(places, (place) => rows.restOf[place] ?? 0),
    columns: mapColumns(rows.columns, pick),
  };
}

/** Returns the rows `from` to `to` (not included), sharing memory. */
export function sliceRows(rows: SeriesRows, from: number, to: number): SeriesRows {
  if (from <= 0 && to >= rows.atMs.length) return rows;
  return {
    atMs: rows.atMs.subarray(from, to),
    receivedAtMs: rows.receivedAtMs.subarray(from, to),
    rests: rows.rests,
    restOf: rows.restOf.subarray(from, to),
    columns: mapColumns(rows.columns, (column) => column.subarray(from, to)),
  };
}

function mapColumns(
  columns: SeriesRows['columns'],
  change: (column: Float64Array) => Float64Array,
): Record<string, Float64Array> {
  const changed: Record<string, Float64Array> = {};
  for (const name in columns) changed[name] = change(columns[name] ?? new Float64Array());
  return changed;
}

/** Returns the place of the first row that is not before a time. */
export function placeFrom(atMs: Float64Array, fromMs: number): number {
  let [low, high] = [0, atMs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((atMs[middle] ?? Infinity) < fromMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Returns the rows with event time from `fromMs` to before `toMs`. */
export function rowsWithin(rows: SeriesRows, fromMs: number, toMs: number): SeriesRows {
  return sliceRows(rows, placeFrom(rows.atMs, fromMs), placeFrom(rows.atMs, toMs));
}

/** Returns the rows of all parts, one part after the other. */
export function joinRows(parts: readonly SeriesRows[]): SeriesRows {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const length = parts.reduce((sum, { atMs }) => sum + atMs.length, 0);
  const places = new Map<string, number>();
  const [atMs, receivedAtMs] = [new Float64Array(length), new Float64Array(length)];
  const restOf = new Uint32Array(length);
  const columns: Record<string, Float64Array> = {};
  let start = 0;
  for (const part of parts) {
    atMs.set(part.atMs, start);
    receivedAtMs.set(part.receivedAtMs, start);
    const renamed = part.rests.map((rest) => placeOf(places, rest));
    if (renamed.length === 1) restOf.fill(renamed[0] ?? 0, start, start + part.restOf.length);
    else
      for (let row = 0; row < part.restOf.length; row += 1)
        restOf[start + row] = renamed[part.restOf[row] ?? 0] ?? 0;
    for (const name in part.columns)
      (columns[name] ??= new Float64Array(length).fill(Number.NaN)).set(part.columns[name] ?? [], start);
    start += part.atMs.length;
  }
  return { atMs, receivedAtMs, rests: [...places.keys()], restOf, columns };
}

/** Returns what a row of the row area would hold: JSON of all of its fields in order of name. */
export function payloadAt(rows: SeriesRows, row: number): string {
  return payloadOf(valuesAt(rows, row));
}

function valuesAt(rows: SeriesRows, row: number): Record<string, unknown> {
  const values = JSON.parse(rows.rests[rows.restOf[row] ?? 0] ?? '{}') as Record<string, unknown>;
  for (const name in rows.columns) {
    const value = rows.columns[name]?.[row];
    if (value !== undefined && value === value) values[name] = value;
  }
  return values;
}

/** Returns one row in the form of the row area. */
export function storedAt(rows: SeriesRows, row: number): StoredRow {
  const { atMs, receivedAtMs } = rows;
  return {
    atMs: atMs[row] ?? 0,
    event: '',
    receivedAtMs: receivedAtMs[row] ?? 0,
    payload: payloadAt(rows, row),
  };
}

/** Returns the rows as observations. */
export function observationsOf(series: SeriesIdentity, rows: SeriesRows): Observation[] {
  const { kind, instrument, endpoint, exchange, venueSymbol, baseAsset } = series;
  const known = { kind, exchange, venueSymbol, baseAsset, instrument, endpoint };
  const rests = rows.rests.map((rest) => JSON.parse(rest) as object);
  const columns = Object.entries(rows.columns);
  return Array.from(rows.atMs, (atMs, row) => {
    const values: Record<string, unknown> = { ...rests[rows.restOf[row] ?? 0], ...known };
    for (const [name, column] of columns) {
      const value = column[row];
      if (value !== undefined && value === value) values[name] = value;
    }
    values['atMs'] = atMs;
    values['receivedAtMs'] = rows.receivedAtMs[row];
    return values;
  }) as unknown as Observation[];
}
