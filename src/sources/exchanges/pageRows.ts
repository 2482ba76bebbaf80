import { isChunk, keepRows, type Rows } from '../../core/chunk.ts';
import type { PageRange } from './deepPages.ts';

/**
 * Returns the rows of an answer that belong to its page: those labelled in [fromMs, toMs). Answers may hold rows beside it,
 * which are worse than those of their own page: the oldest settlement of an answer has nothing that tells its interval.
 */
export function rowsOfPage(rows: Rows, { fromMs, toMs }: PageRange): Rows {
  const isInside = (atMs: number | undefined): boolean => atMs !== undefined && atMs >= fromMs && atMs < toMs;
  return rows.flatMap((part): Rows => {
    if (!isChunk(part)) return isInside(part.atMs) ? [part] : [];
    const kept = keepRows(part, (index) => isInside(part.atMs[index]));
    return kept.atMs.length === 0 ? [] : [kept];
  });
}
