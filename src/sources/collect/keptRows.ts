import { isChunk, keepRows, type Chunk, type Rows } from '../../core/chunk.ts';
import type { Observation, ObservationKind } from '../../core/observation.ts';

const isSum = (kind: ObservationKind): boolean => kind === 'taker-volume' || kind === 'liquidation-volume';

/**
 * Returns the rows that are stored. Trades are summed by the streams, not kept one by one. The sum of a running bar is left
 * out: once the bar is over it would pass for the sum of all of it, until history is asked for again.
 */
export function keptRows(rows: Rows): Rows {
  return rows.flatMap((part): (Observation | Chunk)[] => {
    if (isChunk(part)) return keptOf(part);
    if (part.kind === 'trade') return [];
    const barMs = 'barMs' in part ? (part.barMs ?? 0) : 0;
    return isSum(part.kind) && part.atMs + barMs > part.receivedAtMs ? [] : [part];
  });
}

function keptOf(chunk: Chunk): Chunk[] {
  const { kind, receivedAtMs, barMs } = chunk.shared;
  if (kind === 'trade') return [];
  if (!isSum(kind)) return [chunk];
  const lengths = chunk.columns['barMs'];
  const isOver = (index: number): boolean =>
    (chunk.atMs[index] ?? 0) + (lengths?.[index] ?? (barMs as number)) <= receivedAtMs;
  const kept = keepRows(chunk, isOver);
  return kept.atMs.length === 0 ? [] : [kept];
}
