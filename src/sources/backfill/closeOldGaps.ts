import type { StreamGap } from '../../core/streamGap.ts';
import type { HistoryStore } from '../../store/historyStore.ts';
import type { FileSource } from './fileSource.ts';
import type { Unit } from './plan.ts';

/**
 * Marks the gaps of a file that its new issue does not have as filled: what the new one lacks is all that is still missing. `left`: the
 * gaps of the new issue.
 */
export async function closeOldGaps(
  store: HistoryStore,
  { exchange, format }: FileSource,
  venueSymbol: string,
  { fromMs, toMs }: Unit,
  left: readonly StreamGap[],
): Promise<void> {
  const stream = `${format.endpoint} ${venueSymbol}`;
  const isOfFile = (gap: StreamGap): boolean =>
    (gap.stream === stream || gap.stream.startsWith(`${stream} `)) &&
    gap.fromMs >= fromMs &&
    gap.toMs <= toMs;
  const isLeft = (gap: StreamGap): boolean =>
    left.some((one) => one.stream === gap.stream && one.fromMs === gap.fromMs && one.toMs === gap.toMs);
  const known = await store.gaps({ exchange, fromMs, toMs });
  const filled = known.filter((gap) => isOfFile(gap) && !gap.backfilled && !isLeft(gap));
  if (filled.length > 0) await store.appendGaps(filled.map((gap) => ({ ...gap, backfilled: true })));
}
