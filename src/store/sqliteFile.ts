import { existsSync, unlinkSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from '../core/ids.ts';
import { beginsAsDatabase, identityOf, isSameFile, type FileIdentity } from './fileIdentity.ts';
import type { SqliteModule } from './loadSqlite.ts';
import { makeFolder } from './makeFolder.ts';
import { withOpeningLock } from './openingLock.ts';
import { setAside } from './setAside.ts';
import { isBusy, isDamage } from './sqliteErrors.ts';
import type { SqliteHistory } from './sqliteHistory.ts';
import { openHistory } from './sqliteOpen.ts';

/** An open history, and what tells its file from another. */
export interface OpenFile {
  readonly history: SqliteHistory;
  readonly seen: Seen;
  /** What was found and done on opening, for the user. */
  readonly notice: string | undefined;
  /** A damaged file that was set aside, of which more may be read. */
  readonly kept: string | undefined;
}

export interface FileOptions {
  readonly file: string;
  readonly source: DataSource;
  readonly sqlite: SqliteModule;
}

/** How long opening waits for a write of another process. The thread is free meanwhile. */
const OPENING_PATIENCE_MS = 2_000;
const POLL_MS = 15;

/**
 * Opens the history in a file, made with its folder where there is none. A damaged file, or one of ours that is not whole, is
 * renamed, never deleted, and a new one opened. Throws what SQLite and the file system throw, and code `store` for a file of
 * the other data source, of another program or of a newer Perpscope.
 */
export async function openFile({ file, source, sqlite }: FileOptions): Promise<OpenFile> {
  makeFolder(dirname(file));
  const attempt = (): OpenFile => {
    const open = (notice?: string, kept?: string): OpenFile => {
      const history = openHistory(sqlite, file, source);
      return { history, seen: look(file), notice, kept };
    };
    try {
      return open();
    } catch (error) {
      if (!isDamage(error)) throw error;
      const { kept, notice } = setAside(file, error instanceof Error ? error.message : String(error));
      return open(notice, kept);
    }
  };
  const startMs = performance.now();
  for (;;) {
    try {
      return await withOpeningLock(sqlite, file, attempt);
    } catch (error) {
      if (!isBusy(error) || performance.now() - startMs >= OPENING_PATIENCE_MS) throw error;
      await sleep(POLL_MS);
    }
  }
}

/** What has become of an open file: SQLite itself sees damage, but not that the path leads elsewhere, or to less. */
export type Fate = 'as-it-was' | 'gone' | 'replaced' | 'cut-short' | 'overwritten';

/** Returns what has become of a file since it was seen last. */
export function fateOf(file: string, seen: Seen | undefined): Fate {
  const now = identityOf(file);
  if (seen === undefined) return 'as-it-was';
  if (now === undefined) return 'gone';
  if (!isSameFile(seen.database, now)) return 'replaced';
  if (seen.database !== undefined && now.bytes < seen.database.bytes) return 'cut-short';
  return beginsAsDatabase(file) ? 'as-it-was' : 'overwritten';
}

/** What stood at the path, and its journal. */
export interface Seen {
  readonly database: FileIdentity | undefined;
  readonly journal: readonly (FileIdentity | undefined)[];
}

const JOURNAL_SUFFIXES = ['-wal', '-shm'] as const;

/** Looks at a file and its journal. */
export function look(file: string): Seen {
  return { database: identityOf(file), journal: JOURNAL_SUFFIXES.map((suffix) => identityOf(file + suffix)) };
}

/** Sets a file aside that was found damaged while open, unless another process has done so already. */
export async function setAsideDamaged(
  { file, sqlite }: FileOptions,
  { database }: Seen,
  reason: string,
): Promise<{ readonly notice: string; readonly kept: string | undefined }> {
  const isOther = {
    notice: `The history ${basename(file)} was damaged (${reason}), and another is open.`,
    kept: undefined,
  };
  return withOpeningLock(sqlite, file, () =>
    isSameFile(database, identityOf(file)) ? setAside(file, reason) : isOther,
  );
}

/**
 * Removes the journal of a database that is no longer at the path: the one that is there, or will be, would take it for its
 * own, and SQLite would write pages of the one into the other.
 */
export async function removeLeftJournal({ file, sqlite }: FileOptions, { journal }: Seen): Promise<void> {
  makeFolder(dirname(file));
  await withOpeningLock(sqlite, file, () => {
    JOURNAL_SUFFIXES.forEach((suffix, index) => {
      const left = identityOf(file + suffix);
      const isOurs = isSameFile(journal[index], left);
      if (left !== undefined && (isOurs || !existsSync(file))) unlinkSync(file + suffix);
    });
  });
}

/** Opens a file that was set aside for reading; undefined where not even that works. */
export function openKept(sqlite: SqliteModule, kept: string): DatabaseSync | undefined {
  try {
    return new sqlite.DatabaseSync(kept, { readOnly: true });
  } catch {
    return undefined;
  }
}
