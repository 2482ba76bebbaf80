import { isChunk, keepRows } from '../../core/chunk.ts';
import { isAhead } from '../../core/clock.ts';
import type { Asset } from '../../core/ids.ts';
import type { Part } from '../../core/places.ts';
import { durationText } from '../transport/faults.ts';
import type { CollectedIssue } from './round.ts';

/**
 * Returns rows whose times are those of the exchanges' clocks: the time of receipt, and the row's own where it is one.
 * Stored for weeks, a time of receipt still answers whether a bar was over when it was seen.
 */
export function inMarketTime<P extends Part>(rows: readonly P[], offsetMs: number): readonly P[] {
  if (offsetMs === 0) return rows;
  return rows.map((part: Part): Part => {
    const receivedAtMs = (isChunk(part) ? part.shared : part).receivedAtMs + offsetMs;
    if (isChunk(part)) return { ...part, shared: { ...part.shared, receivedAtMs } };
    return { ...part, receivedAtMs, ...(part.atBasis === 'received' ? { atMs: part.atMs + offsetMs } : {}) };
  }) as P[];
}

/** What is told of rows that are dated ahead. */
interface Ahead {
  readonly baseAsset: Asset;
  readonly endpoint: string;
  readonly rows: number;
  readonly furthestMs: number;
}

/** Rows that are dated ahead of now are not measurements: returns the others, and an issue for each kind of them. */
export function rightlyDated<P extends Part>(
  rows: readonly P[],
  nowMs: number,
): { readonly rows: readonly P[]; readonly issues: readonly CollectedIssue[] } {
  const ahead = rows.flatMap((part) => aheadIn(part, nowMs) ?? []);
  if (ahead.length === 0) return { rows, issues: [] };
  const groups = Map.groupBy(ahead, (one) => `${one.baseAsset} ${one.endpoint}`);
  const kept = rows.flatMap((part: Part): Part[] => {
    if (!isChunk(part)) return isAhead(part.atMs, nowMs) ? [] : [part];
    const rest = keepRows(part, (index) => !isAhead(part.atMs[index] ?? 0, nowMs));
    return rest.atMs.length === 0 ? [] : [rest];
  });
  return { rows: kept as P[], issues: [...groups.values()].map(issueOf) };
}

function aheadIn(part: Part, nowMs: number): Ahead | undefined {
  const { baseAsset, endpoint } = isChunk(part) ? part.shared : part;
  // Times ascend in a chunk.
  const newestMs = isChunk(part) ? (part.atMs.at(-1) ?? 0) : part.atMs;
  if (!isAhead(newestMs, nowMs)) return undefined;
  const count = isChunk(part) ? part.atMs.filter((atMs) => isAhead(atMs, nowMs)).length : 1;
  return { baseAsset, endpoint, rows: count, furthestMs: newestMs - nowMs };
}

function issueOf(group: readonly Ahead[]): CollectedIssue {
  const { baseAsset, endpoint } = group[0] as Ahead;
  const furthestMs = group.reduce((most, one) => Math.max(most, one.furthestMs), 0);
  const rows = group.reduce((sum, one) => sum + one.rows, 0);
  const count = rows === 1 ? 'one row is' : `${rows} rows are`;
  const message = `${count} dated ${durationText(furthestMs)} ahead of the clock; not measured, not used`;
  return { code: 'ahead-of-clock', path: endpoint.replace(/^\S+ /, ''), message, asset: baseAsset };
}
