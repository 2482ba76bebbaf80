import type { DatabaseSync } from 'node:sqlite';
import type { DamageBook } from './damage.ts';
import type { Stretch } from './retention.ts';
import type { StoredRow } from './row.ts';
import { sealPayload, unsealed } from './seal.ts';
import { DamagedFileError } from './sqliteErrors.ts';
import type { KnownSeries } from './sqliteSeries.ts';

/**
 * The row area: single rows as they come (the live day; events and context values for ever), and what was replaced. A row
 * here stands before one of the same time in a block. Transactions are the caller's.
 */
export class SqliteRows {
  readonly #sql: ReturnType<typeof prepareAll>;
  readonly #damage: DamageBook;

  constructor(db: DatabaseSync, damage: DamageBook) {
    this.#sql = prepareAll(db);
    this.#damage = damage;
  }

  /** The row of that time and event; undefined also where it cannot be read, so that the next one takes its place. */
  find(series: KnownSeries, atMs: number, event: string): StoredRow | undefined {
    const row = this.#sql.find.get(series.id, atMs, event) as unknown as StoredRow | undefined;
    return row && this.#read(series, [row])[0];
  }

  /** Rows of a time, ascending; those that cannot be read are left out and counted. */
  within(series: KnownSeries, fromMs: number, toMs: number): StoredRow[] {
    const rows = this.#sql.within.all(series.id, fromMs, toMs) as unknown as StoredRow[];
    return this.#read(series, rows);
  }

  /** The first rows, at most `limit`, before a time; `damaged` are those of them that cannot be read. */
  oldest(series: KnownSeries, beforeMs: number, limit: number): { rows: StoredRow[]; damaged: StoredRow[] } {
    const all = this.#sql.oldest.all(series.id, beforeMs, limit) as unknown as StoredRow[];
    const rows = this.#read(series, all);
    const sound = new Set(rows.map(({ atMs, event }) => `${atMs} ${event}`));
    return { rows, damaged: all.filter(({ atMs, event }) => !sound.has(`${atMs} ${event}`)) };
  }

  /** At most `limit` rows after another; `last` is where to go on, undefined at the end. */
  after(
    series: KnownSeries,
    { atMs, event }: Pick<StoredRow, 'atMs' | 'event'>,
    limit: number,
  ): { rows: StoredRow[]; last: StoredRow | undefined } {
    const all = this.#sql.after.all(series.id, atMs, event, limit) as unknown as StoredRow[];
    return { rows: this.#read(series, all), last: all.length < limit ? undefined : all.at(-1) };
  }

  /** At most `limit` rows before a time, the newest first. */
  newest(series: KnownSeries, beforeMs: number, limit: number): StoredRow[] {
    return this.#read(series, this.#sql.newest.all(series.id, beforeMs, limit) as unknown as StoredRow[]);
  }

  /** First and last time of the rows of a time; undefined where there is none. */
  span(series: KnownSeries, fromMs: number, toMs: number): { fromMs: number; toMs: number } | undefined {
    const first = this.#sql.first.get(series.id, fromMs, toMs)?.['at_ms'];
    if (first === undefined) return undefined;
    return { fromMs: Number(first), toMs: Number(this.#sql.last.get(series.id, fromMs, toMs)?.['at_ms']) };
  }

  put(series: KnownSeries, row: StoredRow): void {
    this.#sql.put.run(series.id, row.atMs, row.event, row.receivedAtMs, sealPayload(series.id, row));
  }

  /** Keeps a row that another takes the place of. */
  keepReplaced(series: KnownSeries, row: StoredRow): void {
    const payload = sealPayload(series.id, row);
    this.#sql.keep.run(series.id, row.atMs, row.event, row.receivedAtMs, payload);
  }

  /** What was replaced, of a time, ascending, the older receipt first. */
  replacedWithin(series: KnownSeries, fromMs: number, toMs: number): StoredRow[] {
    const rows = this.#sql.replaced.all(series.id, fromMs, toMs) as unknown as StoredRow[];
    return this.#read(series, rows);
  }

  hasReplaced(series: KnownSeries, { fromMs, toMs }: Stretch): boolean {
    return this.#sql.hasReplaced.get(series.id, fromMs, toMs) !== undefined;
  }

  /** Moves rows that cannot be read out of the way. */
  setAside(series: KnownSeries, rows: readonly StoredRow[]): void {
    for (const { atMs, event, receivedAtMs, payload } of rows)
      this.#sql.setAside.run(series.id, atMs, event, receivedAtMs, payload);
    this.delete(series, rows);
  }

  /** Deletes rows that were read. Throws a DamagedFileError where one is not where the tree of the table leads. */
  delete(series: KnownSeries, rows: readonly StoredRow[]): void {
    for (const { atMs, event } of rows)
      if (Number(this.#sql.deleteOne.run(series.id, atMs, event).changes) !== 1)
        throw new DamagedFileError('a row is out of its order');
  }

  /** Deletes rows of a time; returns how many. */
  deleteWithin(series: KnownSeries, fromMs: number, toMs: number): number {
    return Number(this.#sql.deleteWithin.run(series.id, fromMs, toMs).changes);
  }

  deleteReplaced(series: KnownSeries, { fromMs, toMs }: Stretch): void {
    this.#sql.deleteReplaced.run(series.id, fromMs, toMs);
  }

  #read(series: KnownSeries, rows: readonly StoredRow[]): StoredRow[] {
    return rows.flatMap((row) => {
      const sound = unsealed(series.id, row);
      if (sound === undefined)
        this.#damage.noteRow(series.instrument, `${series.id} ${row.atMs} ${row.event} ${row.receivedAtMs}`);
      return sound ?? [];
    });
  }
}

function prepareAll(db: DatabaseSync) {
  const columns = 'at_ms AS atMs, event, received_at_ms AS receivedAtMs, payload';
  const within = 'WHERE series_id = ? AND at_ms >= ? AND at_ms < ?';
  return {
    find: db.prepare(`SELECT ${columns} FROM observation WHERE series_id = ? AND at_ms = ? AND event = ?`),
    within: db.prepare(`SELECT ${columns} FROM observation ${within} ORDER BY at_ms, event`),
    oldest: db.prepare(
      `SELECT ${columns} FROM observation WHERE series_id = ? AND at_ms < ? ORDER BY at_ms, event LIMIT ?`,
    ),
    after: db.prepare(
      `SELECT ${columns} FROM observation WHERE series_id = ? AND (at_ms, event) > (?, ?)
       ORDER BY at_ms, event LIMIT ?`,
    ),
    newest: db.prepare(
      `SELECT ${columns} FROM observation WHERE series_id = ? AND at_ms < ? ORDER BY at_ms DESC LIMIT ?`,
    ),
    first: db.prepare(`SELECT at_ms FROM observation ${within} ORDER BY at_ms LIMIT 1`),
    last: db.prepare(`SELECT at_ms FROM observation ${within} ORDER BY at_ms DESC LIMIT 1`),
    put: db.prepare('INSERT OR REPLACE INTO observation VALUES (?, ?, ?, ?, ?)'),
    keep: db.prepare('INSERT OR IGNORE INTO revision VALUES (?, ?, ?, ?, ?)'),
    replaced: db.prepare(`SELECT ${columns} FROM revision ${within} ORDER BY at_ms, event, received_at_ms`),
    hasReplaced: db.prepare(`SELECT 1 FROM revision ${within} LIMIT 1`),
    setAside: db.prepare('INSERT INTO damaged VALUES (?, ?, ?, ?, ?)'),
    deleteOne: db.prepare('DELETE FROM observation WHERE series_id = ? AND at_ms = ? AND event = ?'),
    deleteWithin: db.prepare(`DELETE FROM observation ${within}`),
    deleteReplaced: db.prepare(`DELETE FROM revision ${within}`),
  };
}
