import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { DamageBook } from './damage.ts';
import { SqliteBlocks } from './sqliteBlocks.ts';
import { SqliteExtremes } from './sqliteExtremes.ts';
import { SqliteGaps } from './sqliteGaps.ts';
import { SqliteHeads } from './sqliteHeads.ts';
import { SqliteJournal } from './sqliteJournal.ts';
import { SqliteLease } from './sqliteLease.ts';
import { SqliteRows } from './sqliteRows.ts';
import { rollback } from './sqliteSchema.ts';
import { SqliteSeries } from './sqliteSeries.ts';
import { SqliteStale } from './sqliteStale.ts';

/** The tables of one open file, what is kept of them in memory, and transactions over them. */
export class SqliteTables {
  readonly db: DatabaseSync;
  readonly damage = new DamageBook();
  readonly series: SqliteSeries;
  readonly rows: SqliteRows;
  readonly blocks: SqliteBlocks;
  readonly heads: SqliteHeads;
  readonly extremes: SqliteExtremes;
  readonly stale: SqliteStale;
  readonly gaps: SqliteGaps;
  readonly journal: SqliteJournal;
  readonly lease: SqliteLease;
  readonly #dataVersion: StatementSync;
  readonly #takenOver: StatementSync;
  #seenVersion: unknown;
  /** Counts up whenever something may have changed, by whomever: what was made of the tables before is old. */
  generation = 0;

  constructor(db: DatabaseSync) {
    this.db = db;
    const { damage } = this;
    this.series = new SqliteSeries(db, damage, (added) => this.extremes.begin(added));
    this.rows = new SqliteRows(db, damage);
    this.stale = new SqliteStale(db);
    this.blocks = new SqliteBlocks(db, damage, this.stale.note);
    this.heads = new SqliteHeads(db, this.series, damage);
    this.extremes = new SqliteExtremes(db);
    this.gaps = new SqliteGaps(db, damage);
    this.journal = new SqliteJournal(db);
    this.lease = new SqliteLease(db);
    this.#dataVersion = db.prepare('PRAGMA data_version');
    this.#takenOver = db.prepare("SELECT value FROM counter WHERE name = 'taken-over'");
  }

  /** All of the work or none of it. With it, damaged blocks of roll-ups are deleted, and their labels noted as stale. */
  writing<T>(work: () => T): T {
    const result = this.#within('BEGIN IMMEDIATE', 'COMMIT', () => {
      const done = work();
      this.blocks.deleteLost();
      this.stale.writeNoted();
      return done;
    });
    this.generation += 1;
    return result;
  }

  /** Everything that is read is of one moment. */
  reading<T>(work: () => T): T {
    // Ended by a roll-back, which no full disk can refuse.
    return this.#within('BEGIN', 'ROLLBACK', work);
  }

  /** Counts one more file that was taken over. Within a transaction. */
  countTakeOver(): void {
    this.db.exec(
      "INSERT INTO counter VALUES ('taken-over', 1) ON CONFLICT (name) DO UPDATE SET value = value + 1",
    );
  }

  /** How many files were taken over into this one until now, by whichever process. */
  takenOver(): number {
    return Number(this.#takenOver.get()?.['value'] ?? 0);
  }

  /** Whether nobody else has written since the last transaction. */
  isAsSeen(): boolean {
    return this.#readVersion() === this.#seenVersion;
  }

  #within<T>(begin: string, end: string, work: () => T): T {
    this.db.exec(begin);
    try {
      this.#refresh();
      const result = work();
      this.db.exec(end);
      return result;
    } catch (error) {
      rollback(this.db);
      this.#forget();
      throw error;
    }
  }

  #readVersion(): unknown {
    return this.#dataVersion.get()?.['data_version'];
  }

  #refresh(): void {
    const version = this.#readVersion();
    if (version === this.#seenVersion) return;
    this.generation += 1;
    for (const part of [this.blocks, this.extremes, this.stale]) part.forget();
    this.heads.refresh(this.series.refresh());
    this.#seenVersion = version;
  }

  #forget(): void {
    this.generation += 1;
    this.#seenVersion = undefined;
    for (const part of [this.series, this.heads, this.blocks, this.extremes, this.stale]) part.forget();
  }
}
