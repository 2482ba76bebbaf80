import type { ContextValue } from '../core/contextValue.ts';
import type { ObservationKind, ObservationOf } from '../core/observation.ts';
import type { StreamGap } from '../core/streamGap.ts';
import { columnsOfRows, joinExtremes } from './columnsOfRows.ts';
import type { ContextQuery } from './contextQuery.ts';
import { compareGaps, gapKey } from './gapRow.ts';
import type {
  ColumnsQuery,
  Extreme,
  FeedPart,
  GapQuery,
  HistoryQuery,
  HistoryStore,
  StoredColumns,
} from './historyStore.ts';
import type { JournalEntry, JournalQuery } from './journal.ts';
import { createMemoryStore } from './memoryStore.ts';
import { newestPerFacet } from './row.ts';

/** What a file and the rows that it has not taken yet say together. Used only while rows wait: everything goes by rows. */

/** See `HistoryStore.query`. */
export async function queryTogether<K extends ObservationKind>(
  file: readonly ObservationOf<K>[],
  waiting: HistoryStore,
  query: HistoryQuery<K>,
): Promise<ObservationOf<K>[]> {
  const both = createMemoryStore(waiting.source);
  await both.append(file);
  await both.append(await waiting.query(query));
  return both.query(query);
}

/** See `HistoryStore.columns`; `read` reads rows of the file. */
export async function columnsTogether<K extends ObservationKind>(
  read: (query: HistoryQuery<K>) => Promise<ObservationOf<K>[]>,
  waiting: HistoryStore,
  query: ColumnsQuery<K>,
): Promise<StoredColumns[]> {
  const { stepMs = 0, fields: _fields, fromMs = -Infinity, toMs = Infinity, ...rest } = query;
  const wide = { ...rest, fromMs: fromMs - stepMs, toMs: toMs + stepMs } as unknown as HistoryQuery<K>;
  return columnsOfRows(await queryTogether(await read(wide), waiting, wide), query);
}

/** See `HistoryStore.latest`. */
export async function latestTogether<K extends ObservationKind>(
  file: readonly ObservationOf<K>[],
  waiting: HistoryStore,
  query: HistoryQuery<K>,
): Promise<ObservationOf<K>[]> {
  return newestPerFacet([...file, ...(await waiting.latest(query))]);
}

/** See `HistoryStore.extremes`; a record that a waiting row takes back stands until that is written. */
export async function extremesTogether<K extends ObservationKind>(
  file: readonly Extreme[],
  waiting: HistoryStore,
  query: HistoryQuery<K>,
): Promise<Extreme[]> {
  return joinExtremes(file, await waiting.extremes(query));
}

/** See `HistoryStore.feed`; what waits is fed again until it is written, under the place in the file. */
export async function feedTogether(file: FeedPart, waiting: HistoryStore): Promise<FeedPart> {
  const { rows, entries } = await waiting.feed();
  return { ...file, rows: [...file.rows, ...rows], entries: [...file.entries, ...entries] };
}

/** See `HistoryStore.journal`. */
export async function journalTogether(
  file: readonly JournalEntry[],
  waiting: HistoryStore,
  query: JournalQuery,
): Promise<JournalEntry[]> {
  const both = createMemoryStore(waiting.source);
  await both.appendJournal([...file, ...(await waiting.journal(query))]);
  return both.journal(query);
}

/** See `HistoryStore.gaps`. */
export async function gapsTogether(
  file: readonly StreamGap[],
  waiting: HistoryStore,
  query: GapQuery,
): Promise<StreamGap[]> {
  const all = new Map(file.map((gap) => [gapKey(gap), gap]));
  for (const gap of await waiting.gaps(query))
    all.set(gapKey(gap), { ...gap, backfilled: gap.backfilled || all.get(gapKey(gap))?.backfilled === true });
  return [...all.values()].sort(compareGaps);
}

/** See `HistoryStore.queryContext`. */
export async function contextTogether(
  file: readonly ContextValue[],
  waiting: HistoryStore,
  query: ContextQuery,
): Promise<ContextValue[]> {
  const both = createMemoryStore(waiting.source);
  await both.appendContext(file);
  await both.appendContext(await waiting.queryContext(query));
  return both.queryContext(query);
}
