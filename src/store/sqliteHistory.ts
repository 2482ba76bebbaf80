import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ContextValue } from '../core/contextValue.ts';
import { PerpscopeError } from '../core/errors.ts';
import type { DataSource } from '../core/ids.ts';
import type { Rows } from '../core/chunk.ts';
import type { Observation, ObservationKind, ObservationOf } from '../core/observation.ts';
import type { StreamGap } from '../core/streamGap.ts';
import type { ContextQuery } from './contextQuery.ts';
import { compareContext, decodeContext, encodeContext, isWanted, type ContextSeries } from './contextRow.ts';
import type { StoreDamage } from './damage.ts';
import { assertGap } from './gapRow.ts';
import type {
  AppendResult,
  ColumnsQuery,
  Extreme,
  FeedPart,
  FeedPlace,
  GapQuery,
  HistoryQuery,
  HistoryStore,
  LeaseRow,
  StoredColumns,
} from './historyStore.ts';
import type { JournalEntry, JournalQuery } from './journal.ts';
import { keepNotesOf } from './keepNote.ts';
import { prepareRows } from './preparedRows.ts';
import { placeIn } from './feedPlace.ts';
import { encodeObservation, hasHead } from './row.ts';
import { gapsBefore, outdated, type PruneBefore } from './retention.ts';
import type { Salvaged } from './salvage.ts';
import { newestRow, readColumns, readExtremes, readLatest, readObservations } from './sqliteReader.ts';
import { SqliteTables } from './sqliteTables.ts';
import { hasAnyOf, pruneSeries, SqliteTidying } from './sqliteTidying.ts';
import { SqliteWriter } from './sqliteWriter.ts';

/** Answers that are kept until something is written. */
const MOST_ANSWERS = 256;

/**
 * A history over one open database, plainly: what SQLite throws is thrown. Keeping it open, trying again and setting aside
 * is the work of `DurableFile`.
 */
export class SqliteHistory implements HistoryStore {
  readonly source: DataSource;
  readonly #file = crypto.randomUUID();
  readonly #tables: SqliteTables;
  readonly #tidying: SqliteTidying;
  readonly #made = new Map<string, readonly unknown[]>();
  #madeOf = -1;

  /** `isChecked`: the order of all keys is known to be right. */
  constructor(db: DatabaseSync, source: DataSource, isChecked: boolean) {
    this.#tables = new SqliteTables(db);
    this.#tidying = new SqliteTidying(this.#tables, isChecked);
    this.source = source;
  }

  async append(parts: Rows): Promise<AppendResult> {
    const prepared = prepareRows(parts);
    return this.#writing((writer) => {
      const result = writer.write(prepared);
      this.#tidying.touch(writer.changed());
      return result;
    });
  }

  async noteNewest(rows: readonly Observation[]): Promise<void> {
    const encoded = rows.map(encodeObservation);
    this.#writing((writer) => {
      const { series: known, heads } = this.#tables;
      for (const { series, row } of encoded)
        if (hasHead(series.kind)) heads.note(known.named(series), row, writer.sequence, false);
    });
  }

  async appendContext(values: readonly ContextValue[]): Promise<AppendResult> {
    const encoded = values.map(encodeContext);
    return this.#writing((writer) => writer.write(encoded));
  }

  async queryContext(query: ContextQuery): Promise<ContextValue[]> {
    const { fromMs = -Infinity, toMs = Infinity } = query;
    return this.#reading(({ series, rows }) =>
      series
        .ofKind('context')
        .flatMap((one) =>
          rows.within(one, fromMs, toMs).map((row) => decodeContext(one as ContextSeries, row)),
        )
        .filter((one) => isWanted(one, query))
        .sort(compareContext),
    );
  }

  async query<K extends ObservationKind>(query: HistoryQuery<K>): Promise<ObservationOf<K>[]> {
    return this.#reading((tables) => readObservations(tables, query) as ObservationOf<K>[]);
  }

  async columns<K extends ObservationKind>(query: ColumnsQuery<K>): Promise<StoredColumns[]> {
    return this.#reading((tables) => readColumns(tables, query));
  }

  async latest<K extends ObservationKind>(query: HistoryQuery<K>): Promise<ObservationOf<K>[]> {
    return this.#once(['latest', query], (tables) => readLatest(tables, query) as ObservationOf<K>[]);
  }

  async extremes<K extends ObservationKind>(query: HistoryQuery<K>): Promise<Extreme[]> {
    return this.#once(['extremes', query], (tables) => readExtremes(tables, query));
  }

  async feed(since?: FeedPlace): Promise<FeedPart> {
    const file = this.#file;
    return this.#reading(({ heads, journal }) => {
      const sequence = heads.sequence();
      const from = placeIn(file, sequence, since);
      if (from === sequence) return { file, sequence, rows: [], entries: [] };
      return { file, sequence, rows: heads.since(from), entries: journal.since(from) };
    });
  }

  async appendJournal(entries: readonly JournalEntry[]): Promise<void> {
    this.#writing(() => {
      for (const entry of entries) this.#tables.journal.add(entry, this.#tables.heads.nextSequence());
    });
  }

  async journal(query: JournalQuery): Promise<JournalEntry[]> {
    return this.#reading(({ journal }) => journal.query(query));
  }

  async appendGaps(gaps: readonly StreamGap[]): Promise<void> {
    for (const gap of gaps) assertGap(gap);
    this.#writing(() => {
      for (const gap of gaps) this.#tables.gaps.add(gap);
    });
  }

  async gaps(query: GapQuery): Promise<StreamGap[]> {
    return this.#reading(({ gaps }) => gaps.query(query));
  }

  async lease(): Promise<LeaseRow | undefined> {
    return this.#reading(({ lease }) => lease.read());
  }

  async takeLease(holder: string, seen: LeaseRow | undefined): Promise<LeaseRow | undefined> {
    return this.#writing(() => this.#tables.lease.take(holder, seen));
  }

  async beatLease(held: LeaseRow): Promise<boolean> {
    return this.#writing(() => this.#tables.lease.beat(held));
  }

  async endLease(held: LeaseRow): Promise<void> {
    this.#writing(() => {
      this.#tables.lease.end(held);
    });
  }

  async prune(before: PruneBefore): Promise<number> {
    // A transaction per series, so that other windows, and other work of this thread, get their turn.
    let deleted = 0;
    const notes = keepNotesOf(await this.journal({ topic: 'keep', isNewestOnly: true }));
    for (const series of this.#reading((tables) => tables.series.all())) {
      for (const old of outdated(series, before, notes)) {
        if (!this.#reading((tables) => hasAnyOf(tables, series, old))) continue;
        deleted += this.#writing(() => pruneSeries(this.#tables, series, old));
        await nextTurn();
      }
    }
    this.#writing(() => {
      const { heads, journal, gaps, series } = this.#tables;
      heads.prune(
        (one) => outdated(one, before, notes),
        (one) => newestRow(this.#tables, one),
      );
      journal.prune(before.live ?? -Infinity);
      gaps.prune(gapsBefore(before, notes));
      series.touch();
    });
    return deleted;
  }

  /** Writes a piece of another file, as it stood there. */
  takeOver({ rows, pages, gaps, entries }: Salvaged): void {
    this.#writing((writer) => {
      writer.write([...pages, ...rows]);
      this.#tidying.touch(writer.changed());
      for (const gap of gaps) this.#tables.gaps.add(gap);
      for (const entry of entries) this.#tables.journal.add(entry, this.#tables.heads.nextSequence());
    });
  }

  /** All that could be read of another file is taken over: whoever holds what was read meanwhile reads again. */
  endTakeOver(): void {
    this.#writing(() => this.#tables.countTakeOver());
  }

  /** How many files were taken over into this one until now, by whichever process; undefined where that cannot be read. */
  takenOver(): number | undefined {
    try {
      return this.#tables.takenOver();
    } catch {
      // Reading finds out why.
      return undefined;
    }
  }

  /** Does a few milliseconds of the work that is put off; returns whether there was any. */
  tidySlice(): boolean {
    this.#assertOpen();
    return this.#tidying.slice();
  }

  /** The open database, for who reads what can still be read of it. */
  database(): DatabaseSync {
    return this.#tables.db;
  }

  damage(): StoreDamage {
    return this.#tables.damage.read();
  }

  async close(): Promise<void> {
    if (this.#tables.db.isOpen) this.#tables.db.close();
  }

  #writing<T>(work: (writer: SqliteWriter) => T): T {
    this.#assertOpen();
    return this.#tables.writing(() => work(new SqliteWriter(this.#tables)));
  }

  #reading<T>(work: (tables: SqliteTables) => T): T {
    this.#assertOpen();
    return this.#tables.reading(() => work(this.#tables));
  }

  /** As `#reading`, for answers that are asked for again and again: made anew only where something was written. */
  #once<T>(key: unknown, make: (tables: SqliteTables) => readonly T[]): T[] {
    this.#assertOpen();
    const text = JSON.stringify(key);
    const isOld = this.#madeOf !== this.#tables.generation || !this.#tables.isAsSeen();
    const known = isOld ? undefined : this.#made.get(text);
    if (known !== undefined) return [...(known as readonly T[])];
    const made = this.#tables.reading(() => make(this.#tables));
    if (this.#madeOf !== this.#tables.generation || this.#made.size >= MOST_ANSWERS) this.#made.clear();
    this.#madeOf = this.#tables.generation;
    this.#made.set(text, made);
    return [...made];
  }

  #assertOpen(): void {
    if (!this.#tables.db.isOpen) throw new PerpscopeError('store', 'the history is closed');
  }
}
