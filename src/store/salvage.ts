import type { DatabaseSync } from 'node:sqlite';
import type { StreamGap } from '../core/streamGap.ts';
import { DamageBook } from './damage.ts';
import type { JournalEntry } from './journal.ts';
import { LAST_MS, type AnyIdentity, type SeriesIdentity, type StoredRow } from './row.ts';
import type { SeriesRows } from './seriesRows.ts';
import { SqliteBlocks } from './sqliteBlocks.ts';
import { SqliteGaps } from './sqliteGaps.ts';
import { SqliteJournal } from './sqliteJournal.ts';
import { SqliteRows } from './sqliteRows.ts';
import type { SqliteModule } from './loadSqlite.ts';
import { MIGRATIONS } from './sqliteSchema.ts';
import { readableSeries, type KnownSeries } from './sqliteSeries.ts';

/** A piece of what could be read of another file, small enough to be written at once. */
export interface Salvaged {
  readonly rows: readonly { readonly series: AnyIdentity; readonly row: StoredRow }[];
  readonly pages: readonly { readonly series: SeriesIdentity; readonly page: SeriesRows }[];
  readonly gaps: readonly StreamGap[];
  readonly entries: readonly JournalEntry[];
}

const NOTHING: Salvaged = { rows: [], pages: [], gaps: [], entries: [] };
const SLICE_ROWS = 512;
const JOURNAL_TOPICS = ['round', 'assessment', 'import', 'backfill'] as const;

/**
 * Reads what can be read of a file that is no longer the history, piece by piece. Whatever fails is left out: the file
 * itself is kept, or its loss was said. Nothing is written to it.
 */
export function* salvage(db: DatabaseSync, sqlite: SqliteModule): Generator<Salvaged> {
  attempt(() => addMissing(db, sqlite));
  const damage = new DamageBook();
  const blocks = attempt(() => new SqliteBlocks(db, damage));
  const rows = attempt(() => new SqliteRows(db, damage));
  for (const one of readableSeries(db)) {
    const replaced = attempt(() => rows?.replacedWithin(one, -Infinity, Infinity)) ?? [];
    if (blocks !== undefined) yield* afterReplaced(one, replaced, pagesOf(blocks, one));
    if (rows !== undefined) yield* afterReplaced(one, replaced, rowsOf(rows, one));
  }
  yield { ...NOTHING, gaps: attempt(() => new SqliteGaps(db, damage).query({})) ?? [] };
  for (const topic of JOURNAL_TOPICS)
    yield { ...NOTHING, entries: attempt(() => new SqliteJournal(db).query({ topic })) ?? [] };
}

/**
 * Pieces of a series, each after what its rows took the place of, so that it is replaced again. What was replaced by a row
 * that is lost stays out: it would stand as if it were still true.
 */
function* afterReplaced(
  series: KnownSeries,
  replaced: readonly StoredRow[],
  pieces: Iterable<Salvaged>,
): Generator<Salvaged> {
  for (const piece of replaced.length === 0 ? [] : pieces) {
    const receipts = new Map<string, number>();
    for (const { page } of piece.pages)
      page.atMs.forEach((atMs, row) => receipts.set(`${atMs} `, page.receivedAtMs[row] ?? 0));
    for (const { row } of piece.rows) receipts.set(`${row.atMs} ${row.event}`, row.receivedAtMs);
    const isStanding = ({ atMs, event, receivedAtMs }: StoredRow): boolean =>
      receivedAtMs < (receipts.get(`${atMs} ${event}`) ?? -Infinity);
    const own = replaced.filter(isStanding);
    if (own.length > 0) yield rowPiece(series, own);
    yield piece;
  }
  if (replaced.length === 0) yield* pieces;
}

function* pagesOf(blocks: SqliteBlocks, series: KnownSeries): Generator<Salvaged> {
  for (const info of attempt(() => blocks.within(series, 0, -Infinity, Infinity)) ?? []) {
    const page = attempt(() => blocks.rowsOf(series, info));
    if (page !== undefined) yield { ...NOTHING, pages: [{ series: series as SeriesIdentity, page }] };
  }
}

function rowPiece(series: AnyIdentity, rows: readonly StoredRow[]): Salvaged {
  return { ...NOTHING, rows: rows.map((row) => ({ series, row })) };
}

/** Rows from the first on, as far as they can be read, and then from the last; before what cannot, one by one. */
function* rowsOf(rows: SqliteRows, series: KnownSeries): Generator<Salvaged> {
  let after = { atMs: -LAST_MS, event: '' };
  for (let limit = SLICE_ROWS; ;) {
    const found = attempt(() => rows.after(series, after, limit));
    if (found === undefined && limit > 1) {
      limit = 1;
      continue;
    }
    if (found === undefined) break;
    yield rowPiece(series, found.rows);
    if (found.last === undefined) return;
    // In a tree that is damaged a search may lead back.
    if (found.last.atMs < after.atMs) break;
    after = found.last;
  }
  for (let [beforeMs, limit] = [LAST_MS, SLICE_ROWS]; ;) {
    const found = attempt(() => rows.newest(series, beforeMs, limit));
    if (found === undefined && limit > 1) {
      limit = 1;
      continue;
    }
    if (found === undefined || found.length === 0) return;
    yield rowPiece(series, found);
    const firstMs = found.at(-1)?.atMs ?? -Infinity;
    if (firstMs <= after.atMs || firstMs >= beforeMs) return;
    beforeMs = firstMs;
  }
}

/** Tables that the file lacks, so that what it has can be read. */
function addMissing(db: DatabaseSync, sqlite: SqliteModule): void {
  const blank = new sqlite.DatabaseSync(':memory:');
  for (const migrate of MIGRATIONS) migrate(blank);
  const tables = "SELECT name, sql FROM sqlite_master WHERE type = 'table'";
  const has = new Set(db.prepare(tables).all().map(({ name }) => name)); // prettier-ignore
  for (const { name, sql } of blank.prepare(tables).all())
    if (!has.has(name)) attempt(() => db.exec(String(sql).replace(/^CREATE TABLE/, 'CREATE TEMP TABLE')));
  blank.close();
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
