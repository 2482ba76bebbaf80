import type { DatabaseSync } from 'node:sqlite';
import { sealOf } from './seal.ts';
import type { SeriesRows } from './seriesRows.ts';
import type { KnownSeries } from './sqliteSeries.ts';
import { variantOf } from './stepRows.ts';

/** The highest and lowest of one field among rows of one variant: value, time, value, time. */
export type Range = [high: number, highAtMs: number, low: number, lowAtMs: number];
/** By variant, then by field. */
export type Ranges = Map<string, Map<string, Range>>;

interface State {
  ranges: Ranges;
  /** Those of rows that are no longer kept. */
  pruned: Ranges;
  /** A value that was a record was replaced: the ranges must be made from the rows again. */
  isStale: boolean;
}

/** Highest and lowest values by series, kept as rows come. Transactions are the caller's. */
export class SqliteExtremes {
  readonly #sql: ReturnType<typeof prepareAll>;
  readonly #states = new Map<number, State>();
  readonly #unwritten = new Set<number>();

  constructor(db: DatabaseSync) {
    this.#sql = prepareAll(db);
  }

  forget(): void {
    this.#states.clear();
    this.#unwritten.clear();
  }

  /** Of a series that is new everything is known: nothing. */
  begin(series: KnownSeries): void {
    this.#states.set(series.id, { ranges: new Map(), pruned: new Map(), isStale: false });
  }

  /** Returns what is known of a series; `remake` makes its ranges from its rows where they are not known. */
  of(series: KnownSeries, remake: () => Ranges): Pick<State, 'ranges' | 'pruned'> {
    const state = this.#state(series);
    if (state.isStale) {
      state.ranges = remake();
      state.isStale = false;
      this.#unwritten.add(series.id);
    }
    return state;
  }

  /** Takes rows that have come; `replaced` are those whose place they took, in the same order of time. */
  note(series: KnownSeries, rows: SeriesRows, replaced: SeriesRows | undefined): void {
    const state = this.#state(series);
    if (state.isStale) return;
    if (replaced !== undefined && !holds(state.ranges, replaced, rows)) state.isStale = true;
    const isChanged = !state.isStale && addRanges(state.ranges, rows);
    if (isChanged || state.isStale) this.#write(series.id, state);
  }

  /** Takes rows that are deleted: what they held stays a record. */
  prune(series: KnownSeries, rows: SeriesRows): void {
    const state = this.#state(series);
    if (addRanges(state.pruned, rows)) this.#write(series.id, state);
  }

  /** Writes what reading has made again. */
  writeRemade(): void {
    for (const id of this.#unwritten) {
      const state = this.#states.get(id);
      if (state !== undefined) this.#write(id, state);
    }
    this.#unwritten.clear();
  }

  hasRemade(): boolean {
    return this.#unwritten.size > 0;
  }

  #state(series: KnownSeries): State {
    const known = this.#states.get(series.id);
    if (known !== undefined) return known;
    const stored = this.#sql.read.get(series.id) as unknown as StoredState | undefined;
    const state = stateOf(series.id, stored);
    this.#states.set(series.id, state);
    return state;
  }

  #write(id: number, { ranges, pruned, isStale }: State): void {
    const texts = [textOf(isStale ? new Map() : ranges), textOf(pruned)] as const;
    this.#sql.write.run(id, isStale ? 1 : 0, ...texts, sealOf(`${id} ${isStale ? 1 : 0} ${texts.join(' ')}`));
  }
}

interface StoredState {
  readonly isStale: number;
  readonly ranges: string;
  readonly pruned: string;
  readonly seal: number;
}

/** Without a sound row nothing is known but what the rows say. */
function stateOf(id: number, stored: StoredState | undefined): State {
  const none = { ranges: new Map(), pruned: new Map(), isStale: true };
  if (stored === undefined) return none;
  const { isStale, ranges, pruned, seal } = stored;
  if (sealOf(`${id} ${isStale} ${ranges} ${pruned}`) !== seal) return none;
  return { ranges: rangesOf(ranges), pruned: rangesOf(pruned), isStale: isStale === 1 };
}

/** JSON of lists: variant, field, high, when, low, when. A sign of zero is no part of a record. */
function textOf(ranges: Ranges): string {
  return JSON.stringify(
    [...ranges].flatMap(([variant, fields]) =>
      [...fields].map(([field, range]) => [variant, field, ...range]),
    ),
  );
}

function rangesOf(text: string): Ranges {
  const ranges: Ranges = new Map();
  for (const [variant, field, ...range] of JSON.parse(text) as [string, string, ...Range][])
    fieldsOf(ranges, variant).set(field, range);
  return ranges;
}

function fieldsOf(ranges: Ranges, variant: string): Map<string, Range> {
  let fields = ranges.get(variant);
  if (fields === undefined) ranges.set(variant, (fields = new Map()));
  return fields;
}

/** Widens ranges by rows, ascending; returns whether that changed them. Of equal values the first stands. */
export function addRanges(ranges: Ranges, { rests, restOf, columns, atMs }: SeriesRows): boolean {
  let isChanged = false;
  const variants = rests.map(variantOf);
  for (const field in columns) {
    const column = columns[field] ?? new Float64Array();
    for (let from = 0, to = 0; from < column.length; from = to) {
      const place = restOf[from] ?? 0;
      while (to < column.length && restOf[to] === place) to += 1;
      const run = rangeOf(column, atMs, from, to);
      if (run !== undefined)
        isChanged = widen(fieldsOf(ranges, variants[place] ?? '{}'), field, run) || isChanged;
    }
  }
  return isChanged;
}

/** The range of a run of rows; undefined where no row has the field. */
function rangeOf(column: Float64Array, atMs: Float64Array, from: number, to: number): Range | undefined {
  let [high, low] = [-Infinity, Infinity];
  let [highRow, lowRow] = [-1, -1];
  for (let row = from; row < to; row += 1) {
    const value = column[row] ?? Number.NaN;
    if (value > high) {
      high = value;
      highRow = row;
    }
    if (value < low) {
      low = value;
      lowRow = row;
    }
  }
  // The sign of a zero is no part of a record.
  return highRow === -1 ? undefined : [high + 0, atMs[highRow] ?? 0, low + 0, atMs[lowRow] ?? 0];
}

function widen(fields: Map<string, Range>, field: string, [high, highAtMs, low, lowAtMs]: Range): boolean {
  const known = fields.get(field);
  if (known === undefined) {
    fields.set(field, [high, highAtMs, low, lowAtMs]);
    return true;
  }
  const isHigher = high > known[0] || (high === known[0] && highAtMs < known[1]);
  const isLower = low < known[2] || (low === known[2] && lowAtMs < known[3]);
  if (isHigher) [known[0], known[1]] = [high, highAtMs];
  if (isLower) [known[2], known[3]] = [low, lowAtMs];
  return isHigher || isLower;
}

/** Whether ranges still hold when rows take the places of others: no record was taken back. */
function holds(ranges: Ranges, before: SeriesRows, after: SeriesRows): boolean {
  const newRow = new Map(Array.from(after.atMs, (atMs, row) => [atMs, row]));
  return Array.from(before.atMs).every((atMs, row) => {
    const variant = variantOf(before.rests[before.restOf[row] ?? 0] ?? '{}');
    const other = newRow.get(atMs) ?? -1;
    const isSame = variantOf(after.rests[after.restOf[other] ?? 0] ?? '{}') === variant;
    return [...(ranges.get(variant) ?? [])].every(([field, [high, highAtMs, low, lowAtMs]]) => {
      const value = isSame ? (after.columns[field]?.[other] ?? Number.NaN) : Number.NaN;
      return (highAtMs !== atMs || value >= high) && (lowAtMs !== atMs || value <= low);
    });
  });
}

function prepareAll(db: DatabaseSync) {
  return {
    read: db.prepare('SELECT is_stale AS isStale, ranges, pruned, seal FROM extreme WHERE series_id = ?'),
    write: db.prepare('INSERT OR REPLACE INTO extreme VALUES (?, ?, ?, ?, ?)'),
  };
}
