import type { DatabaseSync } from 'node:sqlite';
import { PerpscopeError } from '../core/errors.ts';
import type { DataSource } from '../core/ids.ts';

/** Brings a file from the version of its index to the next one. */
export type Migration = (db: DatabaseSync) => void;

/** Append only: a released migration is never edited. Version 0 is an empty file. */
export const MIGRATIONS: readonly Migration[] = [
  (db) =>
    db.exec(`
      CREATE TABLE series (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        instrument TEXT NOT NULL,
        facet TEXT NOT NULL,
        endpoint TEXT NOT NULL,
        exchange TEXT NOT NULL,
        venue_symbol TEXT NOT NULL,
        base_asset TEXT NOT NULL,
        UNIQUE (kind, instrument, facet, endpoint)
      );
      CREATE TABLE observation (
        series_id INTEGER NOT NULL,
        at_ms INTEGER NOT NULL,
        event TEXT NOT NULL,
        received_at_ms INTEGER NOT NULL,
        payload TEXT NOT NULL,
        PRIMARY KEY (series_id, at_ms, event)
      ) WITHOUT ROWID;
    `),
  (db) =>
    db.exec(`
      CREATE TABLE gap (
        from_ms INTEGER NOT NULL,
        to_ms INTEGER NOT NULL,
        exchange TEXT NOT NULL,
        stream TEXT NOT NULL,
        cause TEXT NOT NULL,
        backfilled INTEGER NOT NULL,
        PRIMARY KEY (from_ms, to_ms, exchange, stream)
      ) WITHOUT ROWID;
    `),
  (db) =>
    db.exec(`
      -- One number for everything that readers of other processes follow; counts up with each write.
      CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
      INSERT INTO counter VALUES ('sequence', 1);
      -- The newest row of each series that is no event.
      CREATE TABLE head (
        series_id INTEGER PRIMARY KEY,
        sequence INTEGER NOT NULL,
        at_ms INTEGER NOT NULL,
        received_at_ms INTEGER NOT NULL,
        payload TEXT NOT NULL
      );
      CREATE INDEX head_sequence ON head (sequence);
      INSERT INTO head SELECT s.id, 1, o.at_ms, o.received_at_ms, o.payload
        FROM series s CROSS JOIN observation o ON o.series_id = s.id AND o.at_ms =
          (SELECT max(at_ms) FROM observation WHERE series_id = s.id AND event = '') AND o.event = ''
        WHERE s.kind NOT IN ('liquidation', 'trade', 'context');
      CREATE TABLE journal (
        sequence INTEGER PRIMARY KEY,
        topic TEXT NOT NULL,
        key TEXT NOT NULL,
        at_ms INTEGER NOT NULL,
        body TEXT NOT NULL
      );
      CREATE INDEX journal_topic ON journal (topic, key, at_ms);
      CREATE TABLE lease (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        epoch INTEGER NOT NULL,
        holder TEXT NOT NULL,
        beat INTEGER NOT NULL
      );
      INSERT INTO lease VALUES (1, 0, '', 0);
    `),
];

/**
 * Makes an empty file a history of `source`, or checks that an existing one is: same source, known version. Runs
 * missing migrations in the same transaction, so that two processes opening at once cannot both do it.
 * Throws code `store` for the other source, a file of a newer Perpscope, or a database of another program.
 */
export function prepareSchema(
  db: DatabaseSync,
  source: DataSource,
  migrations: readonly Migration[] = MIGRATIONS,
): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    const version = readVersion(db, source);
    if (version > migrations.length)
      throw new PerpscopeError(
        'store',
        `this history was written by a newer Perpscope (schema ${version}, this one knows ${migrations.length}); ` +
          'update Perpscope or choose another path',
      );
    for (const migrate of migrations.slice(version)) migrate(db);
    if (version < migrations.length) writeMeta(db, 'schemaVersion', String(migrations.length));
    db.exec('COMMIT');
  } catch (error) {
    rollback(db);
    throw error;
  }
}

/** Ends a failed transaction. SQLite itself has rolled back already when the disk is full. */
export function rollback(db: DatabaseSync): void {
  try {
    db.exec('ROLLBACK');
  } catch {
    // "no transaction is active": nothing left to undo, and the first error is the one to report
  }
}

function readVersion(db: DatabaseSync, source: DataSource): number {
  const tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  if (tables.length === 0) {
    db.exec('CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID');
    writeMeta(db, 'source', source);
    return 0;
  }
  const isOurs = tables.some((table) => table['name'] === 'meta');
  const meta = new Map(
    isOurs
      ? db
          .prepare('SELECT * FROM meta')
          .all()
          .map((row) => [row['key'], row['value']])
      : [],
  );
  const stored = meta.get('source');
  const version = Number(meta.get('schemaVersion'));
  if (stored === undefined || !Number.isInteger(version))
    throw new PerpscopeError(
      'store',
      'this file is a database of another program, not a history; choose another path',
    );
  if (stored !== source)
    throw new PerpscopeError(
      'store',
      `this history holds ${String(stored)} numbers and cannot take ${source} ones; choose another path`,
    );
  return version;
}

function writeMeta(db: DatabaseSync, key: string, value: string): void {
  db.prepare('INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value').run(
    key,
    value,
  );
}
