import type { DatabaseSync } from 'node:sqlite';
import { isImported } from '../core/ids.ts';
import type { Observation } from '../core/observation.ts';
import type { DamageBook } from './damage.ts';
import { isIn, type Stretch } from './retention.ts';
import { decodeObservation, isNewer, type SeriesIdentity, type StoredRow } from './row.ts';
import { sealPayload, unsealed } from './seal.ts';
import type { KnownSeries, SqliteSeries } from './sqliteSeries.ts';
import { runMsOf } from './stepWays.ts';

interface Head {
  readonly sequence: number;
  readonly row: StoredRow;
  readonly observation: Observation;
}

type StoredHead = StoredRow & { readonly seriesId: number; readonly sequence: number };

/**
 * The newest row of each series, all of them in memory, and the number that counts up with each write. Transactions are the
 * caller's.
 */
export class SqliteHeads {
  readonly #sql: ReturnType<typeof prepareAll>;
  readonly #series: SqliteSeries;
  readonly #damage: DamageBook;
  readonly #heads = new Map<number, Head>();
  /** Up to which number of the feed they were read; undefined: not at all. */
  #readTo: number | undefined;

  constructor(db: DatabaseSync, series: SqliteSeries, damage: DamageBook) {
    this.#sql = prepareAll(db);
    this.#series = series;
    this.#damage = damage;
  }

  /** Reads what other processes have written; all again where a series was described anew, or after a roll-back. */
  refresh(isAllNew: boolean): void {
    const sequence = this.sequence();
    if (isAllNew || this.#readTo === undefined || sequence < this.#readTo) this.#heads.clear();
    if (this.#heads.size === 0) this.#readTo = undefined;
    if (this.#readTo === sequence) return;
    const stored = this.#sql.since.all(this.#readTo ?? -1) as unknown as StoredHead[];
    for (const { seriesId, sequence: own, ...sealed } of stored) {
      const series = this.#series.byId(seriesId);
      const row = unsealed(seriesId, sealed);
      if (series !== undefined && row !== undefined) this.#keep(series, row, own);
      else this.#damage.noteRow(series?.instrument ?? 'head', `head ${seriesId}`);
    }
    this.#readTo = sequence;
  }

  forget(): void {
    this.#readTo = undefined;
  }

  /** The number of the last write. */
  sequence(): number {
    return Number(this.#sql.sequence.get()?.['value'] ?? 0);
  }

  /** Counts up and returns the number of this write. */
  nextSequence(): number {
    const sequence = Number(this.#sql.next.get()?.['value'] ?? 0);
    // Everything before is in memory: a transaction begins with `refresh`.
    if (this.#readTo !== undefined) this.#readTo = sequence;
    return sequence;
  }

  /** Takes the row as the newest of its series unless a newer one stands; `sequence` is asked for where it does. */
  note(series: KnownSeries, row: StoredRow, sequence: () => number, isStored: boolean): void {
    const before = this.#heads.get(series.id)?.row;
    if (before !== undefined && !isNewer(row, before, runMsOf(series), isStored)) return;
    this.#put(series, row, sequence());
  }

  of(series: KnownSeries): Observation | undefined {
    return this.#heads.get(series.id)?.observation;
  }

  /** The newest rows that have changed after a number of the feed, in order of change. */
  since(sequence: number): Observation[] {
    return [...this.#heads.values()]
      .filter((head) => head.sequence > sequence && !isImported(head.observation.exchange))
      .sort((a, b) => a.sequence - b.sequence)
      .map(({ observation }) => observation);
  }

  /** Of a series whose newest row is deleted the newest that `standing` finds takes its place, with the number that there was. */
  prune(
    outdatedOf: (series: KnownSeries) => readonly Stretch[],
    standing: (series: KnownSeries) => StoredRow | undefined,
  ): void {
    for (const [id, { row, sequence }] of this.#heads) {
      const series = this.#series.byId(id);
      if (series === undefined || !isIn(outdatedOf(series), row.atMs)) continue;
      const next = standing(series);
      if (next === undefined) {
        this.#sql.delete.run(id);
        this.#heads.delete(id);
      } else this.#put(series, next, sequence);
    }
  }

  #put(series: KnownSeries, { atMs, receivedAtMs, payload }: StoredRow, sequence: number): void {
    const stored = { atMs, event: '', receivedAtMs, payload };
    this.#sql.put.run(series.id, sequence, atMs, receivedAtMs, sealPayload(series.id, stored));
    this.#keep(series, stored, sequence);
  }

  #keep(series: KnownSeries, row: StoredRow, sequence: number): void {
    const observation = decodeObservation(series as SeriesIdentity, row);
    this.#heads.set(series.id, { sequence, row, observation });
  }
}

/**
 * Brings the number of the feed to what newest rows and journal have been given at least: it bears no checksum, and none may
 * be given twice.
 */
export function raiseSequence(db: DatabaseSync): void {
  db.exec(`INSERT INTO counter SELECT 'sequence', max(1, ifnull((SELECT max(sequence) FROM head), 1),
    ifnull((SELECT max(sequence) FROM journal), 1)) WHERE true
    ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE value < excluded.value`);
}

function prepareAll(db: DatabaseSync) {
  return {
    sequence: db.prepare("SELECT value FROM counter WHERE name = 'sequence'"),
    next: db.prepare("UPDATE counter SET value = value + 1 WHERE name = 'sequence' RETURNING value"),
    put: db.prepare('INSERT OR REPLACE INTO head VALUES (?, ?, ?, ?, ?)'),
    since: db.prepare(
      `SELECT series_id AS seriesId, sequence, at_ms AS atMs, '' AS event, received_at_ms AS receivedAtMs, payload
       FROM head WHERE sequence > ? ORDER BY sequence, series_id`,
    ),
    delete: db.prepare('DELETE FROM head WHERE series_id = ?'),
  };
}
