import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { DataSource } from '../core/ids.ts';
import type { HistoryStore } from './historyStore.ts';
import type { SqliteModule } from './loadSqlite.ts';
import { loadSqlite } from './loadSqlite.ts';
import { makeFolder } from './makeFolder.ts';
import { withOpeningLock } from './openingLock.ts';
import { setAside } from './setAside.ts';
import { DamagedFileError, isDamage, storeError } from './sqliteErrors.ts';
import { SqliteHistory } from './sqliteHistory.ts';
import { prepareSchema } from './sqliteSchema.ts';

/** How long a statement waits for another process's transaction. Node's default is 0: fail at once. */
const BUSY_TIMEOUT_MS = 5_000;

/** A history in a file. `notice` is a sentence for the user if a damaged file was set aside on opening. */
export interface SqliteStore extends HistoryStore {
  readonly file: string;
  readonly notice: string | undefined;
  tidySlice(): boolean;
}

function openDatabase(sqlite: SqliteModule, file: string, source: DataSource): DatabaseSync {
  const db = new sqlite.DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
  try {
    // Also as a pragma, because the option is younger than the module.
    db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    const [check] = db.prepare('PRAGMA quick_check(1)').all();
    const verdict = String(check?.['quick_check']);
    // A heading for the database's name stands on a line of its own.
    if (verdict !== 'ok') throw new DamagedFileError(verdict.split('\n').at(-1));
    prepareSchema(db, source);
    // Only now, because it changes the file: a database of another program must stay as it is.
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * Opens, or creates with its folder, the history in `file`. A damaged file is renamed, never deleted, and a new one
 * opened; `notice` says so. Throws code `store` if the file holds the other data source, belongs to another program
 * or a newer Perpscope, cannot be opened or written, or if this Node has no SQLite.
 */
export async function openSqliteStore(
  file: string,
  options: { readonly source: DataSource; readonly sqlite?: SqliteModule },
): Promise<SqliteStore> {
  const { source, sqlite = loadSqlite() } = options;
  try {
    makeFolder(dirname(file));
    return await withOpeningLock(sqlite, file, () => {
      try {
        return Object.assign(new SqliteHistory(openDatabase(sqlite, file, source), source), {
          file,
          notice: undefined,
        });
      } catch (error) {
        if (!isDamage(error)) throw error;
        const notice = setAside(file, error instanceof Error ? error.message : String(error));
        return Object.assign(new SqliteHistory(openDatabase(sqlite, file, source), source), { file, notice });
      }
    });
  } catch (error) {
    throw storeError(error, file);
  }
}
