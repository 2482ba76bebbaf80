import { facetOf, type Observation, type ObservationKind, type Provenance } from './observation.ts';

/**
 * What all rows of a chunk have in common: the names, the receipt, and every field of the observation that is no number
 * or the same in all of its rows (`barMs`, `priceType`, `sides`, `population`).
 */
export type SharedFields = Omit<Provenance, 'atMs' | 'atBasis'> & {
  readonly kind: ObservationKind;
} & Readonly<Record<string, unknown>>;

/**
 * Rows of one series that came together, as columns: what a history answer becomes. `atMs` ascends; `columns[name][i]` is
 * the field of that name in row `i`, NaN where the row does not have it (never 0). Rows that differ in a field which is no
 * number are different chunks.
 */
export interface Chunk {
  readonly shared: SharedFields;
  readonly atMs: Float64Array;
  readonly columns: Readonly<Record<string, Float64Array>>;
}

/** Rows as they come: single ones, and those of histories as columns. */
export type Rows = readonly (Observation | Chunk)[];

/** Returns whether a part of `Rows` is a chunk. */
export function isChunk(part: Observation | Chunk): part is Chunk {
  return 'columns' in part;
}

/** Returns one row of a chunk as an observation; fields that are NaN are absent. */
export function rowAt({ shared, atMs, columns }: Chunk, index: number): Observation {
  const row: Record<string, unknown> = { ...shared, atMs: atMs[index] };
  for (const name in columns) {
    const value = columns[name]?.[index];
    if (value !== undefined && !Number.isNaN(value)) row[name] = value;
  }
  return row as unknown as Observation;
}

/** Returns all rows of a chunk as observations, for tests, `decode` and single rows; histories are read as columns. */
export function rowsOf(chunk: Chunk): Observation[] {
  return Array.from(chunk.atMs, (_, index) => rowAt(chunk, index));
}

/** Returns the rows of all parts as observations. */
export function allRows(parts: Rows): Observation[] {
  return parts.flatMap((part) => (isChunk(part) ? rowsOf(part) : [part]));
}

/** Returns the facet of a chunk's rows, see `facetOf`. */
export function facetOfChunk({ shared }: Chunk): string {
  return facetOf(shared as unknown as Observation);
}

/** Returns the chunk without the rows whose place does not hold; the chunk itself where all do. */
export function keepRows(chunk: Chunk, holds: (index: number) => boolean): Chunk {
  const places = Array.from(chunk.atMs.keys()).filter(holds);
  if (places.length === chunk.atMs.length) return chunk;
  const pick = (column: Float64Array): Float64Array =>
    Float64Array.from(places, (at) => column[at] ?? Number.NaN);
  const columns = Object.fromEntries(
    Object.entries(chunk.columns).map(([name, column]) => [name, pick(column)]),
  );
  return { shared: chunk.shared, atMs: pick(chunk.atMs), columns };
}
