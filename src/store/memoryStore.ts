import type { ContextValue } from '../core/contextValue.ts';
import { PerpscopeError } from '../core/errors.ts';
import { isImported, type DataSource } from '../core/ids.ts';
import { allRows, type Rows } from '../core/chunk.ts';
import type { Observation, ObservationKind, ObservationOf } from '../core/observation.ts';
import type { StreamGap } from '../core/streamGap.ts';
import type { ContextQuery } from './contextQuery.ts';
import { compareContext, decodeContext, encodeContext, isWanted, type ContextSeries } from './contextRow.ts';
import { assertGap, compareGaps, gapKey, gapMatches } from './gapRow.ts';
import { columnsOfRows, extremesOfRows, joinExtremes } from './columnsOfRows.ts';
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
import { placeIn } from './feedPlace.ts';
import {
  isStanding,
  KEPT_TOPICS,
  LOOK_ROUNDS,
  MOST_ROUNDS,
  UNFED_TOPIC,
  type JournalEntry,
  type JournalQuery,
} from './journal.ts';
import { keepNotesOf } from './keepNote.ts';
import { gapsBefore, isIn, outdated, type PruneBefore } from './retention.ts';
import type { AnyIdentity, SeriesIdentity, StoredRow } from './row.ts';
import {
  compareObservations,
  decodeObservation,
  encodeObservation,
  hasHead,
  isAbout,
  isEventKind,
  isNewer,
  isOfAllTime,
  isOf,
  matchesQuery,
  newestPerFacet,
  replaces,
  seriesKey,
} from './row.ts';
import { runMsOf } from './stepWays.ts';

interface MemorySeries<I = SeriesIdentity> {
  identity: I;
  readonly rows: Map<string, StoredRow>;
  /** What was replaced, by the key of its row, newest first. */
  readonly replaced: Map<string, StoredRow[]>;
}

type Encoded = ReturnType<typeof encodeObservation>;
type Newest = Encoded & { readonly sequence: number };

/** A history that lasts as long as the process: for tests, for one-off reports, and while no file can be written. */
class MemoryStore implements HistoryStore {
  readonly source: DataSource;
  readonly #file = crypto.randomUUID();
  readonly #series = new Map<string, MemorySeries>();
  readonly #context = new Map<string, MemorySeries<ContextSeries>>();
  readonly #gaps = new Map<string, StreamGap>();
  readonly #newest = new Map<string, Newest>();
  #journal: { readonly sequence: number; readonly entry: JournalEntry }[] = [];
  /** A record stays one, also when the rows that it stood in are no longer kept. */
  #pruned: readonly Extreme[] = [];
  #sequence = 0;
  #lease: LeaseRow | undefined;
  #epoch = 0;
  #isClosed = false;

  constructor(source: DataSource) {
    this.source = source;
  }

  async append(parts: Rows): Promise<AppendResult> {
    this.#assertOpen();
    // Encoded as a whole first, because a refused row must leave nothing of its batch behind.
    const encoded = allRows(parts).map(encodeObservation);
    const { result, changed } = write(this.#series, encoded);
    this.#note(changed, true);
    return result;
  }

  async noteNewest(rows: readonly Observation[]): Promise<void> {
    this.#assertOpen();
    const encoded = rows.map(encodeObservation);
    for (const { series } of encoded) seriesOf(this.#series, series);
    this.#note(encoded, false);
  }

  async feed(since?: FeedPlace): Promise<FeedPart> {
    this.#assertOpen();
    const from = placeIn(this.#file, this.#sequence, since);
    const newer = <T extends { readonly sequence: number }>(all: Iterable<T>): T[] =>
      [...all].filter((one) => one.sequence > from).sort((a, b) => a.sequence - b.sequence);
    const keyOf = ({ entry: { topic, key } }: { entry: JournalEntry }): string =>
      JSON.stringify([topic, key]);
    return {
      file: this.#file,
      sequence: this.#sequence,
      rows: newer(this.#newest.values())
        .filter(({ series }) => !isImported(series.exchange))
        .map((one) => this.#rowOf(one)),
      entries: newer(new Map(this.#journal.map((one) => [keyOf(one), one])).values())
        .map(({ entry }) => entry)
        .filter(({ topic }) => topic !== UNFED_TOPIC),
    };
  }

  async columns<K extends ObservationKind>(query: ColumnsQuery<K>): Promise<StoredColumns[]> {
    this.#assertOpen();
    const { knownAtMs = Infinity, stepMs = 0, fromMs = -Infinity, toMs = Infinity } = query;
    const rows = this.#read({ ...query, fromMs: fromMs - stepMs, toMs: toMs + stepMs }, knownAtMs);
    return columnsOfRows(rows, query);
  }

  async extremes<K extends ObservationKind>(query: HistoryQuery<K>): Promise<Extreme[]> {
    const own = extremesOfRows(await this.query(query));
    const isWhole = isOfAllTime(query);
    return joinExtremes(own, isWhole ? this.#pruned.filter(({ shared }) => isOf(shared, query)) : []);
  }

  async appendJournal(entries: readonly JournalEntry[]): Promise<void> {
    this.#assertOpen();
    const kept = structuredClone(entries);
    for (const entry of kept) {
      const { topic, key } = entry;
      if (isStanding(topic))
        this.#journal = this.#journal.filter(({ entry: old }) => old.topic !== topic || old.key !== key);
      this.#journal.push({ sequence: ++this.#sequence, entry });
    }
    this.#trimRounds();
  }

  #trimRounds(): void {
    const rounds = this.#journal.filter(({ entry }) => entry.topic === 'round');
    if (rounds.length < MOST_ROUNDS + LOOK_ROUNDS) return;
    const first = rounds.at(-MOST_ROUNDS)?.sequence ?? 0;
    this.#journal = this.#journal.filter(
      ({ sequence, entry }) => entry.topic !== 'round' || sequence >= first,
    );
  }

  async journal({
    topic,
    key,
    fromMs = -Infinity,
    toMs = Infinity,
    isNewestOnly,
  }: JournalQuery): Promise<JournalEntry[]> {
    this.#assertOpen();
    const found = this.#journal
      .map(({ entry }) => entry)
      .filter((one) => one.topic === topic && (key === undefined || one.key === key))
      .filter((one) => one.atMs >= fromMs && one.atMs < toMs)
      .sort((a, b) => a.atMs - b.atMs);
    const newest = new Map(found.map((one) => [one.key, one])).values();
    return isNewestOnly === true ? [...newest].sort((a, b) => a.atMs - b.atMs) : found;
  }

  async lease(): Promise<LeaseRow | undefined> {
    this.#assertOpen();
    return this.#lease;
  }

  async takeLease(holder: string, seen: LeaseRow | undefined): Promise<LeaseRow | undefined> {
    this.#assertOpen();
    const stands = this.#lease;
    if (stands?.epoch !== seen?.epoch || stands?.beat !== seen?.beat) return undefined;
    this.#lease = { epoch: (this.#epoch += 1), holder, beat: 0 };
    return this.#lease;
  }

  async beatLease({ epoch, holder }: LeaseRow): Promise<boolean> {
    this.#assertOpen();
    if (this.#lease?.epoch !== epoch || this.#lease.holder !== holder) return false;
    this.#lease = { ...this.#lease, beat: this.#lease.beat + 1 };
    return true;
  }

  async endLease({ epoch }: LeaseRow): Promise<void> {
    this.#assertOpen();
    if (this.#lease?.epoch === epoch) this.#lease = undefined;
  }

  async appendContext(values: readonly ContextValue[]): Promise<AppendResult> {
    this.#assertOpen();
    return write(this.#context, values.map(encodeContext)).result;
  }

  async queryContext(query: ContextQuery): Promise<ContextValue[]> {
    this.#assertOpen();
    const { fromMs = -Infinity, toMs = Infinity } = query;
    return [...this.#context.values()]
      .flatMap(({ identity, rows }) => [...rows.values()].map((row) => decodeContext(identity, row)))
      .filter((one) => one.atMs >= fromMs && one.atMs < toMs && isWanted(one, query))
      .sort(compareContext);
  }

  async query<K extends ObservationKind>(query: HistoryQuery<K>): Promise<ObservationOf<K>[]> {
    this.#assertOpen();
    return this.#read(query, query.knownAtMs ?? Infinity) as ObservationOf<K>[];
  }

  async latest<K extends ObservationKind>(query: HistoryQuery<K>): Promise<ObservationOf<K>[]> {
    const noted = [...this.#newest.values()].map((one) => this.#rowOf(one));
    const { knownAtMs = Infinity } = query;
    const asked = noted.filter((row) => matchesQuery(row, query) && row.receivedAtMs <= knownAtMs);
    return newestPerFacet([...(await this.query(query)), ...(asked as ObservationOf<K>[])]);
  }

  async appendGaps(gaps: readonly StreamGap[]): Promise<void> {
    this.#assertOpen();
    for (const gap of gaps) assertGap(gap);
    for (const gap of gaps) {
      const stored = this.#gaps.get(gapKey(gap));
      if (stored === undefined || gap.backfilled)
        this.#gaps.set(gapKey(gap), { ...(stored ?? gap), backfilled: gap.backfilled });
    }
  }

  async gaps(query: GapQuery): Promise<StreamGap[]> {
    this.#assertOpen();
    return [...this.#gaps.values()].filter((gap) => gapMatches(gap, query)).sort(compareGaps);
  }

  async prune(before: PruneBefore): Promise<number> {
    this.#assertOpen();
    const { live = -Infinity } = before;
    let deleted = 0;
    const notes = keepNotesOf(await this.journal({ topic: 'keep', isNewestOnly: true }));
    for (const { identity, rows, replaced } of this.#series.values()) {
      const times = outdated(identity, before, notes);
      const old = [...rows].filter(([, row]) => isIn(times, row.atMs));
      for (const [key] of old) rows.delete(key);
      for (const [key] of old) replaced.delete(key);
      const pruned = old.map(([, row]) => decodeObservation(identity, row)).sort(compareObservations);
      if (!isEventKind(identity.kind)) this.#pruned = joinExtremes(this.#pruned, extremesOfRows(pruned));
      deleted += old.length;
    }
    for (const { identity, rows } of this.#context.values())
      for (const [key, row] of rows)
        if (isIn(outdated(identity, before, notes), row.atMs) && rows.delete(key)) deleted += 1;
    for (const [key, gap] of this.#gaps) if (gap.toMs < gapsBefore(before, notes)) this.#gaps.delete(key);
    for (const [key, { sequence, series, row }] of this.#newest) {
      if (!isIn(outdated(series, before, notes), row.atMs)) continue;
      const [next] = [...(this.#series.get(key)?.rows.values() ?? [])].sort((a, b) => b.atMs - a.atMs);
      if (next === undefined) this.#newest.delete(key);
      else this.#newest.set(key, { sequence, series, row: next });
    }
    this.#journal = this.#journal.filter(
      ({ entry }) => entry.atMs >= live || KEPT_TOPICS.includes(entry.topic),
    );
    return deleted;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#series.clear();
    this.#context.clear();
    this.#gaps.clear();
  }

  /** Rows as they stood at a time, ordered as a query. */
  #read(query: HistoryQuery<ObservationKind>, knownAtMs: number): Observation[] {
    const { facet, fromMs = -Infinity, toMs = Infinity } = query;
    const found: Observation[] = [];
    for (const { identity, rows, replaced } of this.#series.values()) {
      if (!isAbout(identity, query)) continue;
      for (const [key, newest] of rows) {
        if (facet !== undefined && identity.facet + newest.event !== facet) continue;
        if (newest.atMs < fromMs || newest.atMs >= toMs) continue;
        const versions = [newest, ...(replaced.get(key) ?? [])];
        const row = versions.find(({ receivedAtMs }) => receivedAtMs <= knownAtMs);
        if (row !== undefined) found.push(decodeObservation(identity, row));
      }
    }
    return found.sort(compareObservations);
  }

  /** Events say nothing about the moment; the feed has the newest row of everything else. */
  #note(encoded: readonly Encoded[], isStored: boolean): void {
    this.#sequence += 1;
    for (const { series, row } of encoded) {
      if (!hasHead(series.kind)) continue;
      const key = seriesKey(series);
      const before = this.#newest.get(key)?.row;
      if (before === undefined || isNewer(row, before, runMsOf(series), isStored))
        this.#newest.set(key, { sequence: this.#sequence, series, row });
    }
  }

  /** What the newest statement says of the instrument holds for its noted rows, too. */
  #rowOf({ series, row }: Newest): Observation {
    return decodeObservation(this.#series.get(seriesKey(series))?.identity ?? series, row);
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new PerpscopeError('store', 'the history is closed');
  }
}

type EncodedOf<I> = { readonly series: I; readonly row: StoredRow };

/** Writes encoded rows into their series; see `HistoryStore.append`. */
function write<I extends AnyIdentity>(
  all: Map<string, MemorySeries<I>>,
  encoded: readonly EncodedOf<I>[],
): { readonly result: AppendResult; readonly changed: EncodedOf<I>[] } {
  const result = { inserted: 0, unchanged: 0, revised: 0 };
  const changed: EncodedOf<I>[] = [];
  for (const one of encoded) {
    const { series: identity, row } = one;
    const series = seriesOf(all, identity);
    const key = JSON.stringify([row.atMs, row.event]);
    const stored = series.rows.get(key);
    if (stored !== undefined && !replaces(row, stored, runMsOf(identity))) {
      result.unchanged += 1;
      continue;
    }
    series.rows.set(key, row);
    if (stored !== undefined) series.replaced.set(key, [stored, ...(series.replaced.get(key) ?? [])]);
    changed.push(one);
    if (stored === undefined) result.inserted += 1;
    else result.revised += 1;
  }
  return { result, changed };
}

function seriesOf<I extends AnyIdentity>(all: Map<string, MemorySeries<I>>, identity: I): MemorySeries<I> {
  const key = seriesKey(identity);
  let series = all.get(key);
  if (series === undefined) all.set(key, (series = { identity, rows: new Map(), replaced: new Map() }));
  else series.identity = identity;
  return series;
}

/** Returns an empty history of one data source in memory; nothing outlives `close`. */
export function createMemoryStore(source: DataSource): HistoryStore {
  return new MemoryStore(source);
}
