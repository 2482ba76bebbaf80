import type { ContextValue } from '../core/contextValue.ts';
import type { Asset, DataSource, ExchangeId, InstrumentKey } from '../core/ids.ts';
import type { ObservationKind, ObservationOf } from '../core/observation.ts';
import type { Observation } from '../core/observation.ts';
import type { ContextQuery } from './contextQuery.ts';
import type { StreamGap } from '../core/streamGap.ts';

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
 * values replaces the row and counts as revised. Implementations pass the same tests.
 */
export interface HistoryStore {
  readonly source: DataSource;
  append(observations: readonly Observation[]): Promise<AppendResult>;
  /** Rows in ascending event time, ties in order of endpoint. */
  query<K extends ObservationKind>(query: HistoryQuery<K>): Promise<ObservationOf<K>[]>;
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
  /** Deletes rows with event time before `beforeMs`, and gaps that ended before; returns how many rows. */
  prune(beforeMs: number): Promise<number>;
  close(): Promise<void>;
}
