import { PerpscopeError } from '../../core/errors.ts';
import { plainLine } from '../../core/outsideText.ts';
import { rangeSeriesOf } from '../../series/range/rangeSeries.ts';
import type { Range } from '../../series/range/readRange.ts';
import type { JournalEntry } from '../../store/journal.ts';
import { keepNotesOf, type KeepNote } from '../../store/keepNote.ts';
import { openForReading } from '../../store/readOnlyHistory.ts';
import { openSqliteStore, type SqliteStore } from '../../store/sqliteStore.ts';
import type { CommandIo } from '../commandIo.ts';
import type { Asked } from './rangeOptions.ts';

/** A note that holds, with the key that takes it back. */
export interface KeptNote extends KeepNote {
  readonly key: string;
  readonly notedAtMs: number;
}

/** Reads `--keep`. Errors: `usage` where it says nothing. */
export function readWhy(value: string | undefined): string | undefined {
  const why = value === undefined ? undefined : plainLine(value, 200).trim();
  if (why === '') throw new PerpscopeError('usage', '--keep says why, for example --keep "study of May"');
  return why;
}

/** Returns the entry that protects what a range was read from: rows of the kind, from its first value to its last. */
export function keepEntry(
  { query, step }: Asked,
  { extent, stepMs }: Range,
  why: string,
  atMs: number,
): JournalEntry[] {
  if (extent === undefined) return [];
  const { asset, id } = query;
  // The reading nearest to the first label may stand before it.
  const [fromMs, toMs] = [extent.firstMs - stepMs, extent.lastMs + stepMs];
  const body: KeepNote = { asset, kind: rangeSeriesOf(id).observation, fromMs, toMs, metric: id, step, why };
  const key = [
    asset,
    id,
    step,
    ...[extent.firstMs, toMs].map((ms) => new Date(ms).toISOString().slice(0, 13)),
  ].join('_');
  return [{ topic: 'keep', key, atMs, body }];
}

/** Returns the notes that hold in a history, in order of their keys. */
export async function keptNotes(store: SqliteStore): Promise<KeptNote[]> {
  const entries = await store.journal({ topic: 'keep', isNewestOnly: true });
  return entries
    .flatMap((entry) =>
      keepNotesOf([entry]).map((note) => ({ ...note, key: entry.key, notedAtMs: entry.atMs })),
    )
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Opens a history for a note, whichever data source it is of. Errors: as `openForReading`. */
export async function openForNotes(path: string, io: CommandIo): Promise<SqliteStore> {
  const reading = openForReading(path);
  reading.close();
  return openSqliteStore(path, { source: reading.source, onNotice: (notice) => io.note(notice) });
}
