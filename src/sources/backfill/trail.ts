import { isChunk, type Rows } from '../../core/chunk.ts';
import { facetOf, type Observation } from '../../core/observation.ts';
import type { Part } from '../../core/places.ts';
import type { StreamGap } from '../../core/streamGap.ts';

/** The last label of each series of a chain, epoch ms: what lies between it and the next is a hole. */
export type Labels = Readonly<Record<string, number>>;

/**
 * Finds the holes of rows that came in pages: stretches between two rows of a series that are longer than its step. What lies
 * before the first row that was ever given is none. Returns them as gaps of the endpoint, and the last labels for the next page.
 */
export function holesIn(rows: Rows, last: Labels): { readonly gaps: StreamGap[]; readonly last: Labels } {
  const gaps: StreamGap[] = [];
  const newest: Record<string, number> = { ...last };
  for (const part of [...rows].sort((a, b) => firstOf(a) - firstOf(b)))
    for (const { key, atMs, stepMs } of labelsOf(part)) {
      const before = newest[key];
      if (before !== undefined && stepMs > 0 && atMs - before > 1.5 * stepMs)
        gaps.push(gapOf(part, before + stepMs, atMs));
      newest[key] = Math.max(before ?? atMs, atMs);
    }
  return { gaps, last: newest };
}

const namesOf = (part: Part) => (isChunk(part) ? part.shared : part);
const firstOf = (part: Part): number => (isChunk(part) ? (part.atMs[0] ?? 0) : part.atMs);

function gapOf(part: Part, fromMs: number, toMs: number): StreamGap {
  const { exchange, endpoint, venueSymbol } = namesOf(part);
  return {
    exchange,
    stream: `${endpoint} ${venueSymbol}`,
    fromMs,
    toMs,
    cause: 'missing',
    backfilled: false,
  };
}

function* labelsOf(part: Part): Generator<{ key: string; atMs: number; stepMs: number }> {
  const shared = namesOf(part) as Observation & { readonly barMs?: number; readonly intervalMs?: number };
  const key = `${shared.kind} ${facetOf(shared)}`;
  if (!isChunk(part)) {
    yield { key, atMs: part.atMs, stepMs: shared.barMs ?? shared.intervalMs ?? 0 };
    return;
  }
  const { atMs, columns } = part;
  const steps = columns['barMs'] ?? columns['intervalMs'];
  for (const [row, at] of atMs.entries())
    yield { key, atMs: at, stepMs: steps?.[row] ?? shared.barMs ?? shared.intervalMs ?? 0 };
}
