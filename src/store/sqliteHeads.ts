import type { DatabaseSync } from 'node:sqlite';
import type { Observation } from '../core/observation.ts';
import { decodeObservation, type SeriesIdentity, type StoredRow } from './row.ts';

/** The newest row of each series, and the number that counts up with each write. Transactions are the caller's. */
export class SqliteHeads {
  readonly #sql: ReturnType<typeof prepareAll>;

  constructor(db: DatabaseSync) {
    this.#sql = prepareAll(db);
  }

  /** The number of the last write. */
  sequence(): number {
    return Number(this.#sql.sequence.get()?.['value'] ?? 0);
  }

  /** Counts up and returns the number of this write. */
  nextSequence(): number {
    return Number(this.#sql.next.get()?.['value'] ?? 0);
  }

  /** Takes the row as the newest of its series unless a newer one stands. */
  note(seriesId: number, { atMs, receivedAtMs, payload }: StoredRow, sequence: number): void {
    this.#sql.note.run(seriesId, sequence, atMs, receivedAtMs, payload);
  }

  /** The newest rows that have changed after a number of the feed, in order of change. */
  since(sequence: number): Observation[] {
    const rows = this.#sql.since.all(sequence) as unknown as (SeriesIdentity & StoredRow)[];
    return rows.map((row) => decodeObservation(row, row));
  }

  prune(beforeMs: number): void {
    this.#sql.prune.run(beforeMs);
  }
}

function prepareAll(db: DatabaseSync) {
  return {
    sequence: db.prepare("SELECT value FROM counter WHERE name = 'sequence'"),
    next: db.prepare("UPDATE counter SET value = value + 1 WHERE name = 'sequence' RETURNING value"),
    note: db.prepare(
      `INSERT INTO head VALUES (?, ?, ?, ?, ?) ON CONFLICT (series_id) DO UPDATE SET
         sequence = excluded.sequence, at_ms = excluded.at_ms, received_at_ms = excluded.received_at_ms,
         payload = excluded.payload
       WHERE excluded.at_ms > at_ms OR (excluded.at_ms = at_ms AND excluded.received_at_ms > received_at_ms
         AND excluded.payload <> payload)`,
    ),
    since: db.prepare(
      `SELECT s.kind, s.instrument, s.facet, s.endpoint, s.exchange, s.venue_symbol AS venueSymbol,
         s.base_asset AS baseAsset, h.at_ms AS atMs, '' AS event, h.received_at_ms AS receivedAtMs, h.payload
       FROM head h JOIN series s ON s.id = h.series_id WHERE h.sequence > ? ORDER BY h.sequence, h.series_id`,
    ),
    prune: db.prepare('DELETE FROM head WHERE at_ms < ?'),
  };
}
