import type { DatabaseSync } from 'node:sqlite';
import { PerpscopeError } from '../core/errors.ts';
import type { DataSource } from '../core/ids.ts';
import { DamagedFileError } from './sqliteErrors.ts';

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
      -- Numbers that count up: with each write that readers of other processes follow, and with each change of the series.
      CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
      INSERT INTO counter VALUES ('sequence', 1), ('series', 1);
      -- Each series once more, as JSON with a checksum.
      CREATE TABLE series_copy (id INTEGER PRIMARY KEY, text TEXT NOT NULL, seal INTEGER NOT NULL);
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
      -- What a row held before it was replaced.
      CREATE TABLE revision (
        series_id INTEGER NOT NULL,
        at_ms INTEGER NOT NULL,
        event TEXT NOT NULL,
        received_at_ms INTEGER NOT NULL,
        payload TEXT NOT NULL,
        PRIMARY KEY (series_id, at_ms, event, received_at_ms)
      ) WITHOUT ROWID;
      -- Rows as columns: of a series (step_ms 0) or of its roll-up by the hour or day. The parts of block n are 64 n and on.
      CREATE TABLE block (
        id INTEGER PRIMARY KEY,
        series_id INTEGER NOT NULL,
        step_ms INTEGER NOT NULL,
        from_ms INTEGER NOT NULL,
        to_ms INTEGER NOT NULL,
        rows INTEGER NOT NULL,
        fields TEXT NOT NULL,
        seal INTEGER NOT NULL
      );
      CREATE INDEX block_place ON block (series_id, step_ms, from_ms);
      CREATE TABLE part (id INTEGER PRIMARY KEY, data BLOB NOT NULL);
      -- Roll-ups that are to be made again, from a time to a time.
      CREATE TABLE stale (
        series_id INTEGER NOT NULL,
        step_ms INTEGER NOT NULL,
        from_ms INTEGER NOT NULL,
        to_ms INTEGER NOT NULL,
        seal INTEGER NOT NULL,
        PRIMARY KEY (series_id, step_ms)
      ) WITHOUT ROWID;
      -- Highest and lowest values of a series.
      CREATE TABLE extreme (
        series_id INTEGER PRIMARY KEY,
        is_stale INTEGER NOT NULL,
        ranges TEXT NOT NULL,
        pruned TEXT NOT NULL,
        seal INTEGER NOT NULL
      );
      CREATE TABLE journal (
        sequence INTEGER PRIMARY KEY,
        topic TEXT NOT NULL,
        key TEXT NOT NULL,
        at_ms INTEGER NOT NULL,
        body TEXT NOT NULL,
        seal INTEGER NOT NULL
      );
      CREATE INDEX journal_topic ON journal (topic, key, at_ms);
      CREATE TABLE lease (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        epoch INTEGER NOT NULL,
        holder TEXT NOT NULL,
        beat INTEGER NOT NULL
      );
      INSERT INTO lease VALUES (1, 0, '', 0);
      ALTER TABLE gap ADD COLUMN seal INTEGER;
      -- Rows that cannot be read, out of the way.
      CREATE TABLE damaged (
        series_id INTEGER,
        at_ms INTEGER,
        event TEXT,
        received_at_ms INTEGER,
        payload TEXT
      );
      CREATE VIEW readable_row AS
        SELECT s.kind, s.exchange, s.instrument, s.base_asset, s.facet, s.endpoint, o.at_ms, o.event,
          o.received_at_ms, json_remove(o.payload, '$."~"') AS payload
        FROM observation o JOIN series s ON s.id = o.series_id WHERE json_valid(o.payload);
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

/** Whose file it is where damage has hit the very row that says so: no other program has so many tables of these names. */
const OWN_TABLES: ReadonlySet<string> = new Set([
  ...['observation', 'series', 'block', 'part', 'head', 'journal', 'gap', 'lease', 'counter', 'extreme'],
]);
const ENOUGH_TABLES = 6;

/**
 * Returns whose numbers the history in a file holds, and its version as it is written there. Throws code `store` for a file of
 * another program, and `DamagedFileError` where it is a history that does not say.
 */
export function ownerOf(db: DatabaseSync): { readonly source: DataSource; readonly version: unknown } {
  const names = tablesOf(db);
  const rows = names.includes('meta') ? db.prepare('SELECT * FROM meta').all() : [];
  const meta = new Map(rows.map((row) => [row['key'], row['value']]));
  const source = meta.get('source');
  if (source === 'live' || source === 'simulated') return { source, version: meta.get('schemaVersion') };
  if (names.filter((name) => OWN_TABLES.has(name)).length >= ENOUGH_TABLES)
    throw new DamagedFileError(`its source is ${String(source)}`);
  throw new PerpscopeError(
    'store',
    'this file is a database of another program, not a history; choose another path',
  );
}

function readVersion(db: DatabaseSync, source: DataSource): number {
  if (tablesOf(db).length === 0) {
    db.exec('CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID');
    writeMeta(db, 'source', source);
    return 0;
  }
  const { source: stored, version: written } = ownerOf(db);
  if (stored !== source)
    throw new PerpscopeError(
      'store',
      `this history holds ${stored} numbers and cannot take ${source} ones; choose another path`,
    );
  const version = Number(written);
  if (!Number.isInteger(version) || version < 1)
    throw new DamagedFileError(`its version is ${String(written)}`);
  return version;
}

function tablesOf(db: DatabaseSync): string[] {
  const rows = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  return rows.map(({ name }) => String(name));
}

function writeMeta(db: DatabaseSync, key: string, value: string): void {
  db.prepare('INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value').run(
    key,
    value,
  );
}
