import type { DatabaseSync } from 'node:sqlite';
import type { DataSource } from '../core/ids.ts';
import type { SqliteModule } from './loadSqlite.ts';
import { DamagedFileError, isIncomplete } from './sqliteErrors.ts';
import { raiseSequence } from './sqliteHeads.ts';
import { SqliteHistory } from './sqliteHistory.ts';
import { prepareSchema } from './sqliteSchema.ts';

/**
 * How long a statement waits, and holds its thread, for another process's transaction. Longer waits are the caller's, who
 * can do something else meanwhile.
 */
const BUSY_TIMEOUT_MS = 5;

/** A file up to this size is checked as a whole on opening, which takes some 30 ms; of a larger one the head alone. */
const MOST_CHECKED_BYTES = 16 * 1_048_576;

/** Tables whose size does not grow with the history, or by a few bytes for each block of it. */
const HEAD_TABLES = [
  'meta',
  'counter',
  'series',
  'series_copy',
  'head',
  'block',
  'stale',
  'extreme',
  'lease',
];

/** Opens a database as SQLite does, with a short wait for locks. */
export function connect(sqlite: SqliteModule, file: string): DatabaseSync {
  const db = new sqlite.DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
  // Also as a pragma, because the option is younger than the module.
  db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
  return db;
}

/** Opens the history in a file, made where there is none. Throws what SQLite throws, and `DamagedFileError`. */
export function openHistory(sqlite: SqliteModule, file: string, source: DataSource): SqliteHistory {
  const db = connect(sqlite, file);
  try {
    const isChecked = check(db);
    prepareSchema(db, source);
    // Only now, because it changes the file: a database of another program must stay as it is.
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16384');
    // Pages of the head are written again and again: each goes into the file once in 16 MB of journal.
    db.exec('PRAGMA wal_autocheckpoint = 4096');
    raiseSequence(db);
    const history = new SqliteHistory(db, source, isChecked);
    // The first read makes the journal, so that it can be told from another.
    db.prepare('SELECT epoch FROM lease').get();
    return history;
  } catch (error) {
    db.close();
    if (isIncomplete(error)) throw new DamagedFileError((error as Error).message, { cause: error });
    throw error;
  }
}

/**
 * Throws a DamagedFileError where pages are not as SQLite has written them, in time that the head bounds. The quick check
 * would not do: it does not see a key out of its order, behind which a search finds nothing. Returns whether that was looked
 * for in the whole file.
 */
function check(db: DatabaseSync): boolean {
  const numberOf = (pragma: string): number =>
    Number(Object.values(db.prepare(`PRAGMA ${pragma}`).get() ?? {})[0]);
  const isSmall = numberOf('page_count') * numberOf('page_size') <= MOST_CHECKED_BYTES;
  const names = new Set(
    db
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
      .all()
      .map((row) => row['name']),
  );
  const checks = isSmall
    ? ['integrity_check(1)']
    : HEAD_TABLES.filter((name) => names.has(name)).map((name) => `integrity_check('${name}')`);
  for (const pragma of checks) {
    const [found] = db.prepare(`PRAGMA ${pragma}`).all();
    const verdict = String(found?.['integrity_check']);
    // A heading for the database's name stands on a line of its own.
    if (verdict !== 'ok') throw new DamagedFileError(verdict.split('\n').at(-1));
  }
  return isSmall;
}
