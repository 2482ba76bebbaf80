import type { ContextValue } from '../core/contextValue.ts';
import type { Asset, DataSource, ExchangeId, InstrumentKey } from '../core/ids.ts';
import type { Observation, ObservationKind, ObservationOf, Provenance } from '../core/observation.ts';
import type { Rows } from '../core/chunk.ts';
import type { StreamGap } from '../core/streamGap.ts';
import type { ContextQuery } from './contextQuery.ts';
import type { JournalEntry, JournalQuery } from './journal.ts';
import type { PruneBefore } from './retention.ts';

/** What an append did: rows that were new, rows already there, rows whose values the exchange has changed since. */
export interface AppendResult {
  readonly inserted: number;
  readonly unchanged: number;
  readonly revised: number;
}

/** Which rows to read. Times are event times, epoch ms; `fromMs` inclusive, `toMs` exclusive. */
export interface HistoryQuery<K extends ObservationKind> {
  readonly kind: K;
  readonly instrument?: InstrumentKey;
  readonly exchange?: ExchangeId;
  readonly baseAsset?: Asset;
  /** As returned by `facetOf`, for example `bar-3600000`. */
  readonly facet?: string;
  readonly fromMs?: number;
  readonly toMs?: number;
  /** Only what had been received by then, as it stood then, also where it was replaced later; epoch ms. */
  readonly knownAtMs?: number;
}

/** Which columns to read, and at what step. */
export interface ColumnsQuery<K extends ObservationKind> extends HistoryQuery<K> {
  /** Names of numeric fields; a series that has none of them is left out. */
  readonly fields: readonly string[];
  /**
   * Absent: every row. An hour or a day: one value a step, from the roll-ups: of readings the one nearest to the start of
   * the step (off by half a step at most; of equals the one received later), of bars of that length the bar, of shorter
   * bars the sum of amounts where all of them are there and share `sides`, `coverage` and the like; of a level (open interest) the
   * bar of less than an hour that has the label of the step, where labels are moments, and of other bars nothing. The range is one of labels then: rows outside of it take part in the values at its ends.
   */
  readonly stepMs?: number;
}

/** What the rows of one series share; without a receipt, which each row has of its own. */
export type SeriesFields = Omit<Provenance, 'atMs' | 'atBasis' | 'receivedAtMs'> & {
  readonly kind: ObservationKind;
} & Readonly<Record<string, unknown>>;

/** Stored rows of one series as columns, ascending. Events (liquidations) of one series are one, without their ids. */
export interface StoredColumns {
  readonly shared: SeriesFields;
  readonly atMs: Float64Array;
  readonly receivedAtMs: Float64Array;
  readonly columns: Readonly<Record<string, Float64Array>>;
}

/** The highest and lowest value that a field of a series ever had, also where its row is no longer kept; the first of equals. */
export interface Extreme {
  readonly shared: SeriesFields;
  readonly field: string;
  readonly highest: { readonly value: number; readonly atMs: number };
  readonly lowest: { readonly value: number; readonly atMs: number };
}

/** How far the feed of a file was read. `file` names one opening of it: a file that took its place counts anew. */
export interface FeedPlace {
  readonly file: string;
  readonly sequence: number;
}

/**
 * What has come since a place of the feed: the newest row of each series that has changed, and the newest journal entry
 * of each topic and key.
 */
export interface FeedPart extends FeedPlace {
  readonly rows: readonly Observation[];
  readonly entries: readonly JournalEntry[];
}

/** Who collects, as it stands in the store. `beat` counts up while the holder lives; who reads it judges by its own monotonic time. */
export interface LeaseRow {
  readonly epoch: number;
  readonly holder: string;
  readonly beat: number;
}

/** Which gaps to read: those of a stream or exchange that overlap a time, epoch ms, `toMs` exclusive. */
export interface GapQuery {
  readonly exchange?: ExchangeId;
  readonly stream?: string;
  readonly fromMs?: number;
  readonly toMs?: number;
}

/**
 * History of observations. One store holds one data source, for ever: opening a store of the other source fails with
 * code `store`. Appending is idempotent per (instrument, kind, facet, atMs, endpoint); a later receipt with other
 * values, or the first after the end of a bar, replaces the row and counts as revised. What the user imported (`isImported`)
 * is found by its exchange or instrument alone, is not in the feed and is not pruned. Implementations pass the same tests.
 */
export interface HistoryStore {
  readonly source: DataSource;
  append(rows: Rows): Promise<AppendResult>;
  /** Rows in ascending event time, ties in order of endpoint. */
  query<K extends ObservationKind>(query: HistoryQuery<K>): Promise<ObservationOf<K>[]>;
  /** Rows as columns, one entry per series (instrument, facet, endpoint and what else its rows share), ordered by these. */
  columns<K extends ObservationKind>(query: ColumnsQuery<K>): Promise<StoredColumns[]>;
  /** The highest and lowest by series and field, of all time where no range is given. Not of single events. */
  extremes<K extends ObservationKind>(query: HistoryQuery<K>): Promise<Extreme[]>;
  /**
   * Notes the newest rows of readings that are not stored one by one (the store takes one a minute), for who follows the
   * feed; their place in `latest` is theirs too.
   */
  noteNewest(rows: readonly Observation[]): Promise<void>;
  /**
   * What was written since, by any process: newest rows that changed, and of each topic and key of the journal the newest
   * entry. Without a place, or with one of another file: all that stands.
   */
  feed(since?: FeedPlace): Promise<FeedPart>;
  appendJournal(entries: readonly JournalEntry[]): Promise<void>;
  journal(query: JournalQuery): Promise<JournalEntry[]>;
  lease(): Promise<LeaseRow | undefined>;
  /**
   * Takes the lease if it still stands as `seen`; returns it as it stands then, undefined where another was faster. An
   * epoch never comes twice, also not after an end.
   */
  takeLease(holder: string, seen: LeaseRow | undefined): Promise<LeaseRow | undefined>;
  /** Counts the beat up; false where the lease is no longer this one. */
  beatLease(held: LeaseRow): Promise<boolean>;
  /** Gives the lease up, so that nobody needs to wait for its end. */
  endLease(held: LeaseRow): Promise<void>;
  /** The newest row per instrument and facet. */
  latest<K extends ObservationKind>(query: HistoryQuery<K>): Promise<ObservationOf<K>[]>;
  /** As `append`, for values of context providers; idempotent per (provider, metric, asset, scope, atMs, endpoint). */
  appendContext(values: readonly ContextValue[]): Promise<AppendResult>;
  /** Values in ascending time. */
  queryContext(query: ContextQuery): Promise<ContextValue[]>;
  /**
   * Writes gaps; one of the same stream and time is kept once. `backfilled` only ever turns true: writing a gap again
   * with it is how it is updated. Throws code `store` for times that are none, or an end before the start.
   */
  appendGaps(gaps: readonly StreamGap[]): Promise<void>;
  /** Gaps in order of start, then end, exchange and stream. */
  gaps(query: GapQuery): Promise<StreamGap[]>;
  /**
   * Deletes rows with event time before what is stated for rows as far apart, of the journal what goes with live rows, and gaps
   * of before all of that; returns how many rows.
   */
  prune(before: PruneBefore): Promise<number>;
  /**
   * A number that changes when answers given before may have lacked rows that can be read now: the file did not answer, has
   * only now been opened, or all that could be read of a damaged one has been taken over, by whichever process. Who holds
   * what was read reads it again. Absent where every answer is whole.
   */
  readingEpoch?(): number;
  close(): Promise<void>;
}
