import type { Rows } from '../core/chunk.ts';
import type { ContextValue } from '../core/contextValue.ts';
import type { DataSource } from '../core/ids.ts';
import type { Observation, ObservationKind, ObservationOf } from '../core/observation.ts';
import type { StreamGap } from '../core/streamGap.ts';
import type { ContextQuery } from './contextQuery.ts';
import type { StoreDamage } from './damage.ts';
import { DurableFile, type DurableOptions, type OnNotice } from './durableFile.ts';
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
import type { PruneBefore } from './retention.ts';
import type { SqliteModule } from './loadSqlite.ts';
import { loadSqlite } from './loadSqlite.ts';
import { isBusy, isOfEnvironment, storeError } from './sqliteErrors.ts';
import { openFile, type OpenFile } from './sqliteFile.ts';
import * as together from './together.ts';
import { doWork, type Work } from './waiting.ts';

const NO_PLACE: FeedPlace = { file: '', sequence: 0 };

/** A history in a file. `notice` is a sentence for the user if a damaged file was set aside on opening. */
export interface SqliteStore extends HistoryStore {
  readonly file: string;
  readonly notice: string | undefined;
  /** What could not be read, and what no place was left for. */
  damage(): StoreDamage;
  /** Does everything that is put off: writes what waits, folds rows of past days into blocks. */
  settle(): Promise<void>;
  /** Does a few milliseconds of it; returns whether there was any. */
  tidySlice(): boolean;
}

class SqliteFileStore implements SqliteStore {
  readonly source: DataSource;
  readonly file: string;
  readonly notice: string | undefined;
  readonly #durable: DurableFile;
  #journalled: Promise<unknown> = Promise.resolve();

  constructor(options: DurableOptions, open: OpenFile | undefined) {
    this.#durable = new DurableFile(options, open);
    this.source = options.source;
    this.file = options.file;
    this.notice = open?.notice;
  }

  append(rows: Rows): Promise<AppendResult> {
    return this.#write({ by: 'append', items: rows });
  }

  async noteNewest(rows: readonly Observation[]): Promise<void> {
    await this.#write({ by: 'noteNewest', items: rows });
  }

  appendContext(values: readonly ContextValue[]): Promise<AppendResult> {
    return this.#write({ by: 'appendContext', items: values });
  }

  async appendGaps(gaps: readonly StreamGap[]): Promise<void> {
    await this.#write({ by: 'appendGaps', items: gaps });
  }

  /** One after the other: of what stands the newest stays, and an older one may have to wait for a lock longer. */
  async appendJournal(entries: readonly JournalEntry[]): Promise<void> {
    const written = this.#journalled.then(() => this.#write({ by: 'appendJournal', items: entries }));
    this.#journalled = written.catch(() => undefined);
    await written;
  }

  query<K extends ObservationKind>(query: HistoryQuery<K>): Promise<ObservationOf<K>[]> {
    return this.#durable.read(
      (file) => file.query(query),
      [],
      (found, waiting) => together.queryTogether(found, waiting, query),
    );
  }

  columns<K extends ObservationKind>(query: ColumnsQuery<K>): Promise<StoredColumns[]> {
    return this.#durable.read(
      (file) => file.columns(query),
      [],
      (_found, waiting) =>
        together.columnsTogether(
          (rows) =>
            this.#durable.read(
              (file) => file.query(rows),
              [],
              (found) => Promise.resolve(found),
            ),
          waiting,
          query,
        ),
    );
  }

  latest<K extends ObservationKind>(query: HistoryQuery<K>): Promise<ObservationOf<K>[]> {
    return this.#durable.read(
      (file) => file.latest(query),
      [],
      (found, waiting) => together.latestTogether(found, waiting, query),
    );
  }

  extremes<K extends ObservationKind>(query: HistoryQuery<K>): Promise<Extreme[]> {
    return this.#durable.read(
      (file) => file.extremes(query),
      [],
      (found, waiting) => together.extremesTogether(found, waiting, query),
    );
  }

  feed(since: FeedPlace = NO_PLACE): Promise<FeedPart> {
    const none = { ...since, rows: [], entries: [] };
    return this.#durable.read((file) => file.feed(since), none, together.feedTogether);
  }

  journal(query: JournalQuery): Promise<JournalEntry[]> {
    return this.#durable.read(
      (file) => file.journal(query),
      [],
      (found, waiting) => together.journalTogether(found, waiting, query),
    );
  }

  gaps(query: GapQuery): Promise<StreamGap[]> {
    return this.#durable.read(
      (file) => file.gaps(query),
      [],
      (found, waiting) => together.gapsTogether(found, waiting, query),
    );
  }

  queryContext(query: ContextQuery): Promise<ContextValue[]> {
    return this.#durable.read(
      (file) => file.queryContext(query),
      [],
      (found, waiting) => together.contextTogether(found, waiting, query),
    );
  }

  lease(): Promise<LeaseRow | undefined> {
    return this.#durable.writeNow((file) => file.lease());
  }

  takeLease(holder: string, seen: LeaseRow | undefined): Promise<LeaseRow | undefined> {
    return this.#durable.writeNow((file) => file.takeLease(holder, seen));
  }

  beatLease(held: LeaseRow): Promise<boolean> {
    return this.#durable.writeNow((file) => file.beatLease(held));
  }

  endLease(held: LeaseRow): Promise<void> {
    return this.#durable.writeNow((file) => file.endLease(held));
  }

  prune(before: PruneBefore): Promise<number> {
    return this.#durable.writeNow((file) => file.prune(before));
  }

  damage(): StoreDamage {
    return this.#durable.damage();
  }

  readingEpoch(): number {
    return this.#durable.readingEpoch();
  }

  settle(): Promise<void> {
    return this.#durable.settle();
  }

  tidySlice(): boolean {
    return this.#durable.tidySlice();
  }

  close(): Promise<void> {
    return this.#durable.close();
  }

  #write(work: Work): Promise<AppendResult> {
    return this.#durable.write(work, (file) => doWork(file, work));
  }
}

export interface SqliteStoreOptions {
  readonly source: DataSource;
  readonly sqlite?: SqliteModule;
  /** Told what the user should know once, after opening. */
  readonly onNotice?: OnNotice;
  /** Whether what a disk or a right refuses on opening is tried again, in memory until then, instead of thrown. */
  readonly isPatient?: boolean;
  readonly mostWaitingRows?: number;
}

/**
 * Opens, or creates with its folder, the history in `file`. A damaged file is renamed, never deleted, and a new one
 * opened; `notice` says so. Throws code `store` if the file holds the other data source, belongs to another program
 * or a newer Perpscope, or if this Node has no SQLite; also where it cannot be opened or written, unless patient. A file
 * that another process keeps locked is tried again in any case.
 */
export async function openSqliteStore(file: string, options: SqliteStoreOptions): Promise<SqliteStore> {
  const { source, sqlite = loadSqlite(), onNotice, isPatient = false, mostWaitingRows } = options;
  const durable: DurableOptions = {
    ...{ file, source, sqlite, onNotice },
    ...(mostWaitingRows === undefined ? {} : { mostWaitingRows }),
  };
  try {
    return new SqliteFileStore(durable, await openFile(durable));
  } catch (error) {
    const failure = storeError(error, file);
    if (!isBusy(error) && !(isPatient && isOfEnvironment(error))) throw failure;
    const notice = `Perpscope cannot use its history on disk and keeps it in memory: ${failure.message}`;
    onNotice?.(notice, { isHistoryLost: true });
    return new SqliteFileStore(durable, undefined);
  }
}
