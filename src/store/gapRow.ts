import { PerpscopeError } from '../core/errors.ts';
import type { StreamGap } from '../core/streamGap.ts';
import type { GapQuery } from './historyStore.ts';
import { compareText, LAST_MS } from './row.ts';

/** Throws code `store` for a gap whose times are none or whose end is before its start. */
export function assertGap({ exchange, stream, fromMs, toMs }: StreamGap): void {
  const isTime = (atMs: number): boolean => Math.abs(atMs) <= LAST_MS;
  if (isTime(fromMs) && isTime(toMs) && fromMs <= toMs) return;
  const message = `not stored: the gap of ${stream} from ${fromMs} to ${toMs} is no stretch of time`;
  throw new PerpscopeError('store', message, { exchange });
}

/** What names a gap: the same stream and the same time are the same gap. */
export function gapKey({ exchange, stream, fromMs, toMs }: StreamGap): string {
  return JSON.stringify([exchange, stream, fromMs, toMs]);
}

/** Returns whether a gap is asked for. */
export function gapMatches(gap: StreamGap, query: GapQuery): boolean {
  const { exchange, stream, fromMs = -Infinity, toMs = Infinity } = query;
  if (exchange !== undefined && gap.exchange !== exchange) return false;
  if (stream !== undefined && gap.stream !== stream) return false;
  return gap.toMs >= fromMs && gap.fromMs < toMs;
}

/** Orders gaps as `HistoryStore.gaps` promises. */
export function compareGaps(left: StreamGap, right: StreamGap): number {
  return (
    left.fromMs - right.fromMs ||
    left.toMs - right.toMs ||
    compareText(left.exchange, right.exchange) ||
    compareText(left.stream, right.stream)
  );
}
