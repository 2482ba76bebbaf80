import { isAhead } from '../../core/clock.ts';
import type { Asset } from '../../core/ids.ts';
import type { Observation } from '../../core/observation.ts';
import { durationText } from '../transport/faults.ts';
import type { CollectedIssue } from './round.ts';

/**
 * Returns rows whose times are those of the exchanges' clocks: the time of receipt, and the row's own where it is one.
 * Stored for weeks, a time of receipt still answers whether a bar was over when it was seen.
 */
export function inMarketTime<T extends Observation>(rows: readonly T[], offsetMs: number): readonly T[] {
  if (offsetMs === 0) return rows;
  return rows.map((row) => ({
    ...row,
    receivedAtMs: row.receivedAtMs + offsetMs,
    ...(row.atBasis === 'received' ? { atMs: row.atMs + offsetMs } : {}),
  }));
}

/** Rows that are dated ahead of now are not measurements: returns the others, and an issue for each kind of them. */
export function rightlyDated(
  rows: readonly Observation[],
  nowMs: number,
): { readonly rows: readonly Observation[]; readonly issues: readonly CollectedIssue[] } {
  const ahead = rows.filter((row) => isAhead(row.atMs, nowMs));
  if (ahead.length === 0) return { rows, issues: [] };
  const groups = Map.groupBy(ahead, (row) => `${row.baseAsset} ${row.endpoint}`);
  const issues = [...groups.values()].map((group) => issueOf(group, nowMs));
  return { rows: rows.filter((row) => !isAhead(row.atMs, nowMs)), issues };
}

function issueOf(group: readonly Observation[], nowMs: number): CollectedIssue {
  const { baseAsset, endpoint } = group[0] as { readonly baseAsset: Asset; readonly endpoint: string };
  const furthestMs = group.reduce((most, { atMs }) => Math.max(most, atMs - nowMs), 0);
  const count = group.length === 1 ? 'one row is' : `${group.length} rows are`;
  const message = `${count} dated ${durationText(furthestMs)} ahead of the clock; not measured, not used`;
  return { code: 'ahead-of-clock', path: endpoint.replace(/^\S+ /, ''), message, asset: baseAsset };
}
