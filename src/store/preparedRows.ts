import { isChunk, rowAt, rowsOf, type Chunk, type Rows } from '../core/chunk.ts';
import type { Observation } from '../core/observation.ts';
import { HOUR_MS } from '../core/units.ts';
import { encodeObservation, isEventKind, LAST_MS, type SeriesIdentity, type StoredRow } from './row.ts';
import { rowsOfChunk, type SeriesRows } from './seriesRows.ts';

/** How old a row of a page is that will hardly change any more. */
const LIVE_MS = HOUR_MS;

/** Rows as they are written: single ones, and pages of history as columns. */
export type Prepared =
  | { readonly series: SeriesIdentity; readonly row: StoredRow }
  | { readonly series: SeriesIdentity; readonly page: SeriesRows };

/**
 * Returns rows as they are written. Of a chunk, what is more than an hour older than its receipt goes as a page, the rest,
 * which is likely to be revised soon, as single rows. Throws code `store` for what `encodeObservation` refuses; nothing of the batch is to be written then.
 */
export function prepareRows(parts: Rows): Prepared[] {
  return parts.flatMap((part) => (isChunk(part) ? prepareChunk(part) : [encodeObservation(part)]));
}

function prepareChunk(chunk: Chunk): Prepared[] {
  const { shared, atMs } = chunk;
  const { length } = atMs;
  if (length === 0) return [];
  if (isEventKind(shared.kind) || !isAscending(atMs)) return rowsOf(chunk).map(encodeObservation);
  const cutMs = shared.receivedAtMs - LIVE_MS;
  let cut = length;
  while (cut > 0 && (atMs[cut - 1] ?? 0) >= cutMs) cut -= 1;
  const { series } = encodeObservation(firstSound(chunk));
  const live = Array.from({ length: length - cut }, (_, index) =>
    encodeObservation(rowAt(chunk, cut + index)),
  );
  return cut === 0 ? live : [{ series, page: rowsOfChunk(chunk, 0, cut) }, ...live];
}

/** The first row, or the first that will be refused: its refusal says why. */
function firstSound(chunk: Chunk): Observation {
  const { atMs, columns } = chunk;
  let bad = Math.abs(atMs[0] ?? 0) <= LAST_MS ? firstInfinite(atMs) : 0;
  if (bad === -1 && !(Math.abs(atMs.at(-1) ?? 0) <= LAST_MS)) bad = atMs.length - 1;
  for (const name in columns) if (bad === -1) bad = firstInfinite(columns[name] ?? atMs);
  return rowAt(chunk, Math.max(0, bad));
}

function firstInfinite(values: Float64Array): number {
  for (let row = 0; row < values.length; row += 1)
    if (values[row] === Infinity || values[row] === -Infinity) return row;
  return -1;
}

function isAscending(atMs: Float64Array): boolean {
  for (let row = 1; row < atMs.length; row += 1) if (!((atMs[row - 1] ?? 0) < (atMs[row] ?? 0))) return false;
  return true;
}

/** Returns how many rows there are. */
export function countRows(parts: Rows): number {
  return parts.reduce((sum, part) => sum + (isChunk(part) ? part.atMs.length : 1), 0);
}
