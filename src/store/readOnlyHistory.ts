import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { PerpscopeError } from '../core/errors.ts';
import type { DataSource } from '../core/ids.ts';
import type { ObservationKind, ObservationOf } from '../core/observation.ts';
import type { StreamGap } from '../core/streamGap.ts';
import type { StoreDamage } from './damage.ts';
import type { ColumnsQuery, GapQuery, HistoryQuery, StoredColumns } from './historyStore.ts';
import { loadSqlite, type SqliteModule } from './loadSqlite.ts';
import { isBusy, storeError } from './sqliteErrors.ts';
import { readColumns, readLatest } from './sqliteReader.ts';
import { MIGRATIONS, ownerOf } from './sqliteSchema.ts';
import { SqliteTables } from './sqliteTables.ts';

/** How long a read waits for a lock, which only a writer that cleans up its journal keeps. */
const PATIENCE_MS = 5_000;
const POLL_MS = 15;

/** A history that is only looked at: nothing is written, migrated, set aside or leased, so that no writer is disturbed. */
export interface ReadOnlyHistory {
  readonly source: DataSource;
  /** As `HistoryStore.columns`; each answer is of one moment. */
  columns<K extends ObservationKind>(query: ColumnsQuery<K>): Promise<StoredColumns[]>;
  /** As `HistoryStore.latest`. */
  latest<K extends ObservationKind>(query: HistoryQuery<K>): Promise<ObservationOf<K>[]>;
  /** As `HistoryStore.gaps`. */
  gaps(query: GapQuery): Promise<StreamGap[]>;
  /** What could not be read until now. */
  damage(): StoreDamage;
  close(): void;
}

/**
 * Opens the history in a file for reading alone, whichever data source it is of. Throws code `usage` where there is no file, and
 * `store` for a file of another program, of an older or a newer Perpscope (it is left as it is), or one that cannot be read.
 */
export function openForReading(file: string, sqlite: SqliteModule = loadSqlite()): ReadOnlyHistory {
  if (!existsSync(file))
    throw new PerpscopeError('usage', `there is no history ${basename(file)}; check the path of --store`);
  let db: DatabaseSync | undefined;
  try {
    db = new sqlite.DatabaseSync(file, { readOnly: true });
    db.exec('PRAGMA busy_timeout = 1000; PRAGMA cache_size = -16384');
    const source = sourceOf(db);
    return new OpenForReading(file, db, source);
  } catch (error) {
    db?.close();
    throw storeError(error, file);
  }
}

class OpenForReading implements ReadOnlyHistory {
  readonly source: DataSource;
  readonly #file: string;
  readonly #tables: SqliteTables;

  constructor(file: string, db: DatabaseSync, source: DataSource) {
    this.#file = file;
    this.source = source;
    this.#tables = new SqliteTables(db);
  }

  columns<K extends ObservationKind>(query: ColumnsQuery<K>): Promise<StoredColumns[]> {
    return this.#reading((tables) => readColumns(tables, query));
  }

  latest<K extends ObservationKind>(query: HistoryQuery<K>): Promise<ObservationOf<K>[]> {
    return this.#reading((tables) => readLatest(tables, query) as ObservationOf<K>[]);
  }

  gaps(query: GapQuery): Promise<StreamGap[]> {
    return this.#reading(({ gaps }) => gaps.query(query));
  }

  damage(): StoreDamage {
    return this.#tables.damage.read();
  }

  close(): void {
    if (this.#tables.db.isOpen) this.#tables.db.close();
  }

  async #reading<T>(work: (tables: SqliteTables) => T): Promise<T> {
    const startMs = performance.now();
    for (;;) {
      try {
        return this.#tables.reading(() => work(this.#tables));
      } catch (error) {
        if (!isBusy(error) || performance.now() - startMs >= PATIENCE_MS) throw storeError(error, this.#file);
        await sleep(POLL_MS);
      }
    }
  }
}

/** Whose numbers a file holds, once it is known that it can be read as it is. */
function sourceOf(db: DatabaseSync): DataSource {
  const { source, version: written } = ownerOf(db);
  const version = Number(written);
  const known = MIGRATIONS.length;
  if (version === known) return source;
  throw new PerpscopeError(
    'store',
    version > known
      ? `this history was written by a newer Perpscope (schema ${version}, this one reads ${known}); update Perpscope`
      : `this history was written by an older Perpscope (schema ${version}, this one reads ${known}) and is only read here, ` +
          'never changed; open it once with this Perpscope, in the editor or with perpscope collect, and ask again',
  );
}
