import { dirname } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { ContextValue } from '../core/contextValue.ts';
import { PerpscopeError } from '../core/errors.ts';
import type { DataSource } from '../core/ids.ts';
import type { Observation, ObservationKind, ObservationOf } from '../core/observation.ts';
import type { StreamGap } from '../core/streamGap.ts';
import type { ContextQuery } from './contextQuery.ts';
import { compareContext, decodeContext, encodeContext, isWanted, type ContextSeries } from './contextRow.ts';
import { assertGap } from './gapRow.ts';
import { allRows, type Rows } from '../core/chunk.ts';
import { columnsOfRows, extremesOfRows } from './columnsOfRows.ts';
import type {
  AppendResult,
  ColumnsQuery,
  Extreme,
  FeedPart,
  GapQuery,
  HistoryQuery,
  HistoryStore,
  LeaseRow,
  StoredColumns,
} from './historyStore.ts';
import type { JournalEntry, JournalQuery } from './journal.ts';
import type { SqliteModule } from './loadSqlite.ts';
import { loadSqlite } from './loadSqlite.ts';
import { makeFolder } from './makeFolder.ts';
import { withOpeningLock } from './openingLock.ts';
import type { SeriesIdentity, StoredRow } from './row.ts';
import {
  decodeObservation,
  encodeObservation,
  filtersOf,
  hasHead,
  isEventKind,
  matchesQuery,
  newestPerFacet,
  replaces,
} from './row.ts';
import { setAside } from './setAside.ts';
import { DamagedFileError, isDamage, storeError } from './sqliteErrors.ts';
import { SqliteHeads } from './sqliteHeads.ts';
import { SqliteJournal } from './sqliteJournal.ts';
import { SqliteLease } from './sqliteLease.ts';
import { prepareSchema, rollback } from './sqliteSchema.ts';

/** How long a statement waits for another process's transaction. Node's default is 0: fail at once. */
const BUSY_TIMEOUT_MS = 5_000;

/** A history in a file. `notice` is a sentence for the user if a damaged file was set aside on opening. */
export interface SqliteStore extends HistoryStore {
  readonly file: string;
  readonly notice: string | undefined;
}

type Encoded = ReturnType<typeof encodeObservation> | ReturnType<typeof encodeContext>;
type KnownSeries = Pick<SeriesIdentity, 'exchange' | 'venueSymbol' | 'baseAsset'> & { readonly id: number };

const SELECT_ROWS = `
  SELECT s.kind, s.instrument, s.facet, s.endpoint, s.exchange, s.venue_symbol AS venueSymbol,
    s.base_asset AS baseAsset, o.at_ms AS atMs, o.event, o.received_at_ms AS receivedAtMs, o.payload
  FROM series s CROSS JOIN observation o ON o.series_id = s.id`;
// An event's facet stands in its row, and its series has none.
const SERIES_FILTER = `
  WHERE s.kind = :kind AND (:instrument IS NULL OR s.instrument = :instrument)
    AND (:exchange IS NULL OR s.exchange = :exchange) AND (:baseAsset IS NULL OR s.base_asset = :baseAsset)
    AND (:facet IS NULL OR s.facet || o.event = :facet)`;

function prepareAll(db: DatabaseSync) {
  return {
    findSeries: db.prepare(
      `SELECT id, exchange, venue_symbol AS venueSymbol, base_asset AS baseAsset FROM series
       WHERE kind = ? AND instrument = ? AND facet = ? AND endpoint = ?`,
    ),
    addSeries: db.prepare(
      `INSERT INTO series (kind, instrument, facet, endpoint, exchange, venue_symbol, base_asset)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    ),
    describeSeries: db.prepare(
      'UPDATE series SET exchange = ?, venue_symbol = ?, base_asset = ? WHERE id = ?',
    ),
    allSeries: db.prepare('SELECT id FROM series'),
    findRow: db.prepare(
      `SELECT received_at_ms AS receivedAtMs, payload FROM observation
       WHERE series_id = ? AND at_ms = ? AND event = ?`,
    ),
    addRow: db.prepare('INSERT INTO observation VALUES (?, ?, ?, ?, ?)'),
    reviseRow: db.prepare(
      `UPDATE observation SET received_at_ms = ?, payload = ?
       WHERE series_id = ? AND at_ms = ? AND event = ?`,
    ),
    query: db.prepare(`${SELECT_ROWS} ${SERIES_FILTER} AND o.at_ms >= :fromMs AND o.at_ms < :toMs
      ORDER BY o.at_ms, s.endpoint, s.instrument, s.facet, o.event`),
    latest: db.prepare(`${SELECT_ROWS} AND o.at_ms = (SELECT max(at_ms) FROM observation
        WHERE series_id = s.id AND at_ms >= :fromMs AND at_ms < :toMs) ${SERIES_FILTER}`),
    addGap: db.prepare(`INSERT INTO gap VALUES (:fromMs, :toMs, :exchange, :stream, :cause, :backfilled)
      ON CONFLICT DO UPDATE SET backfilled = max(backfilled, excluded.backfilled)`),
    gaps: db.prepare(`SELECT exchange, stream, from_ms AS fromMs, to_ms AS toMs, cause, backfilled FROM gap
      WHERE (:exchange IS NULL OR exchange = :exchange) AND (:stream IS NULL OR stream = :stream)
        AND to_ms >= :fromMs AND from_ms < :toMs ORDER BY from_ms, to_ms, exchange, stream`),
    pruneGaps: db.prepare('DELETE FROM gap WHERE to_ms < ?'),
    prune: db.prepare('DELETE FROM observation WHERE series_id = ? AND at_ms < ?'),
  } satisfies Record<string, StatementSync>;
}

class SqliteHistory implements SqliteStore {
  readonly source: DataSource;
  readonly file: string;
  readonly notice: string | undefined;
  readonly #db: DatabaseSync;
  readonly #sql: ReturnType<typeof prepareAll>;
  readonly #heads: SqliteHeads;
  readonly #journal: SqliteJournal;
  readonly #lease: SqliteLease;

  constructor(db: DatabaseSync, file: string, source: DataSource, notice: string | undefined) {
    this.#db = db;
    this.#sql = prepareAll(db);
    this.#heads = new SqliteHeads(db);
    this.#journal = new SqliteJournal(db);
    this.#lease = new SqliteLease(db);
    this.file = file;
    this.source = source;
    this.notice = notice;
  }

  async append(parts: Rows): Promise<AppendResult> {
    const encoded = allRows(parts).map(encodeObservation);
    return this.#guard(() => this.#atOnce(() => this.#write(encoded)));
  }

  async noteNewest(rows: readonly Observation[]): Promise<void> {
    const encoded = rows.map(encodeObservation);
    this.#guard(() =>
      this.#atOnce(() => {
        const known = new Map<string, KnownSeries>();
        const sequence = this.#heads.nextSequence();
        for (const { series, row } of encoded)
          if (hasHead(series.kind)) this.#heads.note(this.#seriesId(series, known), row, sequence);
      }),
    );
  }

  async feed(sequence: number): Promise<FeedPart> {
    return this.#guard(() =>
      this.#atOnce(() => {
        const last = this.#heads.sequence();
        // A number that was never given is of another file: what stands here is all new to its holder.
        const from = sequence > last ? 0 : sequence;
        return { sequence: last, rows: this.#heads.since(from), entries: this.#journal.since(from) };
      }, 'BEGIN'),
    );
  }

  async columns<K extends ObservationKind>(query: ColumnsQuery<K>): Promise<StoredColumns[]> {
    const { knownAtMs = Infinity } = query;
    const rows = (await this.query(query)).filter((row) => row.receivedAtMs <= knownAtMs);
    return columnsOfRows(rows, query.fields, query.stepMs);
  }

  async extremes<K extends ObservationKind>(query: HistoryQuery<K>): Promise<Extreme[]> {
    return extremesOfRows(await this.query(query));
  }

  async appendJournal(entries: readonly JournalEntry[]): Promise<void> {
    this.#guard(() =>
      this.#atOnce(() => {
        for (const entry of entries) this.#journal.add(entry, this.#heads.nextSequence());
      }),
    );
  }

  async journal(query: JournalQuery): Promise<JournalEntry[]> {
    return this.#guard(() => this.#journal.query(query));
  }

  async lease(): Promise<LeaseRow | undefined> {
    return this.#guard(() => this.#lease.read());
  }

  async takeLease(holder: string, seen: LeaseRow | undefined): Promise<LeaseRow | undefined> {
    return this.#guard(() => this.#atOnce(() => this.#lease.take(holder, seen)));
  }

  async beatLease(held: LeaseRow): Promise<boolean> {
    return this.#guard(() => this.#atOnce(() => this.#lease.beat(held)));
  }

  async endLease(held: LeaseRow): Promise<void> {
    this.#guard(() => this.#atOnce(() => this.#lease.end(held)));
  }

  async appendContext(values: readonly ContextValue[]): Promise<AppendResult> {
    const encoded = values.map(encodeContext);
    return this.#guard(() => this.#atOnce(() => this.#write(encoded)));
  }

  async queryContext(query: ContextQuery): Promise<ContextValue[]> {
    const filters = {
      kind: 'context',
      instrument: null,
      exchange: query.provider ?? null,
      baseAsset: query.asset ?? null,
      facet: null,
      fromMs: query.fromMs ?? -Infinity,
      toMs: query.toMs ?? Infinity,
    };
    return this.#guard(() => {
      const rows = this.#sql.query.all(filters) as unknown as (ContextSeries & StoredRow)[];
      return rows
        .map((row) => decodeContext(row, row))
        .filter((one) => isWanted(one, query))
        .sort(compareContext);
    });
  }

  async appendGaps(gaps: readonly StreamGap[]): Promise<void> {
    for (const gap of gaps) assertGap(gap);
    this.#guard(() =>
      this.#atOnce(() => {
        for (const { backfilled, exchange, stream, fromMs, toMs, cause } of gaps)
          this.#sql.addGap.run({ exchange, stream, fromMs, toMs, cause, backfilled: backfilled ? 1 : 0 });
      }),
    );
  }

  async gaps({ exchange, stream, fromMs, toMs }: GapQuery): Promise<StreamGap[]> {
    const filters = {
      exchange: exchange ?? null,
      stream: stream ?? null,
      fromMs: fromMs ?? -Infinity,
      toMs: toMs ?? Infinity,
    };
    const rows = this.#guard(() => this.#sql.gaps.all(filters)) as unknown as StreamGap[];
    return rows.map((row) => ({ ...row, backfilled: Number(row.backfilled) === 1 }));
  }

  async query<K extends ObservationKind>(query: HistoryQuery<K>): Promise<ObservationOf<K>[]> {
    return this.#guard(() => this.#read(this.#sql.query, query));
  }

  async latest<K extends ObservationKind>(query: HistoryQuery<K>): Promise<ObservationOf<K>[]> {
    // One seek per series; the events of one series each count on their own, so there all rows are looked at.
    const statement = isEventKind(query.kind) ? this.#sql.query : this.#sql.latest;
    return this.#guard(() => {
      const noted = this.#heads.since(0).filter((row) => matchesQuery(row, query)) as ObservationOf<K>[];
      return newestPerFacet([...this.#read(statement, query), ...noted]);
    });
  }

  async prune(beforeMs: number): Promise<number> {
    return this.#guard(() => {
      let deleted = 0;
      // A transaction per series, so that other windows get their turn. Series rows stay: others may hold their ids.
      for (const { id } of this.#sql.allSeries.all())
        deleted += Number(this.#sql.prune.run(id as number, beforeMs).changes);
      this.#sql.pruneGaps.run(beforeMs);
      this.#heads.prune(beforeMs);
      this.#journal.prune(beforeMs);
      return deleted;
    });
  }

  async close(): Promise<void> {
    if (this.#db.isOpen) this.#db.close();
  }

  /** All of the work or none of it. */
  #atOnce<T>(work: () => T, begin: 'BEGIN' | 'BEGIN IMMEDIATE' = 'BEGIN IMMEDIATE'): T {
    this.#db.exec(begin);
    try {
      const result = work();
      this.#db.exec('COMMIT');
      return result;
    } catch (error) {
      rollback(this.#db);
      throw error;
    }
  }

  #write(encoded: readonly Encoded[]): AppendResult {
    const result = { inserted: 0, unchanged: 0, revised: 0 };
    const known = new Map<string, KnownSeries>();
    let sequence: number | undefined;
    for (const { series, row } of encoded) {
      const id = this.#seriesId(series, known);
      const isFollowed = hasHead(series.kind);
      const { atMs, event, receivedAtMs, payload } = row;
      const stored = this.#sql.findRow.get(id, atMs, event) as unknown as StoredRow | undefined;
      if (stored === undefined) {
        this.#sql.addRow.run(id, atMs, event, receivedAtMs, payload);
        result.inserted += 1;
      } else if (replaces(row, stored)) {
        this.#sql.reviseRow.run(receivedAtMs, payload, id, atMs, event);
        result.revised += 1;
      } else {
        result.unchanged += 1;
        continue;
      }
      if (isFollowed) this.#heads.note(id, row, (sequence ??= this.#heads.nextSequence()));
    }
    return result;
  }

  /** `known` lasts one transaction only: a roll-back or another process may change what an id stands for. */
  #seriesId(series: Encoded['series'], known: Map<string, KnownSeries>): number {
    const { kind, instrument, facet, endpoint, exchange, venueSymbol, baseAsset } = series;
    const key = JSON.stringify([kind, instrument, facet, endpoint]);
    let found =
      known.get(key) ??
      (this.#sql.findSeries.get(kind, instrument, facet, endpoint) as KnownSeries | undefined);
    if (found === undefined) {
      const names = [exchange, venueSymbol, baseAsset] as const;
      const added = this.#sql.addSeries.run(kind, instrument, facet, endpoint, ...names);
      found = { id: Number(added.lastInsertRowid), exchange, venueSymbol, baseAsset };
    } else if (
      found.exchange !== exchange ||
      found.venueSymbol !== venueSymbol ||
      found.baseAsset !== baseAsset
    ) {
      this.#sql.describeSeries.run(exchange, venueSymbol, baseAsset, found.id);
      found = { id: found.id, exchange, venueSymbol, baseAsset };
    }
    known.set(key, found);
    return found.id;
  }

  #read<K extends ObservationKind>(statement: StatementSync, query: HistoryQuery<K>): ObservationOf<K>[] {
    const rows = statement.all(filtersOf(query)) as unknown as (SeriesIdentity & StoredRow)[];
    return rows.map((row) => decodeObservation(row, row) as ObservationOf<K>);
  }

  #guard<T>(work: () => T): T {
    if (!this.#db.isOpen) throw new PerpscopeError('store', 'the history is closed');
    try {
      return work();
    } catch (error) {
      throw storeError(error, this.file);
    }
  }
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
        return new SqliteHistory(openDatabase(sqlite, file, source), file, source, undefined);
      } catch (error) {
        if (!isDamage(error)) throw error;
        const notice = setAside(file, error instanceof Error ? error.message : String(error));
        return new SqliteHistory(openDatabase(sqlite, file, source), file, source, notice);
      }
    });
  } catch (error) {
    throw storeError(error, file);
  }
}
