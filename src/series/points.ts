import { AHEAD_TOLERANCE_MS } from '../core/clock.ts';
import type { Asset, ExchangeId, InstrumentKey } from '../core/ids.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../core/units.ts';
import type { HistoryStore, StoredColumns } from '../store/historyStore.ts';
import { incomingOf, type Incoming } from './incoming.ts';
import type { PointList } from './lists.ts';

/** What a history is read from: a store, or one that is only looked at. */
export type SeriesStore = Pick<HistoryStore, 'columns'> & Partial<Pick<HistoryStore, 'readingEpoch'>>;

/** Rows of one stored series at their own times, ascending. Never written to. */
export interface PointPart {
  readonly key: string;
  readonly exchange: ExchangeId;
  readonly instrument: InstrumentKey;
  readonly endpoint: string;
  readonly shared: StoredColumns['shared'];
  readonly atMs: Float64Array;
  readonly receivedAtMs: Float64Array;
  readonly columns: Readonly<Record<string, Float64Array>>;
}

/** Readings are looked for so long before and after the moment. */
const AROUND_MS = 45 * MINUTE_MS;
/** So far ahead of what is asked for is read, so that most refreshes read nothing. */
const AHEAD_MS = HOUR_MS;
const CATCH_UP_MS = 9 * HOUR_MS;
/** How far back settlements are looked at. */
const WINDOW_MS = 30 * DAY_MS;

/** Returns parts in the order of their keys. */
export function byKey<P extends { readonly key: string }>(parts: Iterable<P>): P[] {
  return [...parts].sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** What was read around one moment in the past, moving on with the time. Bounded by the length of its window. */
export class Points {
  readonly #list: PointList;
  #parts = new Map<string, PointPart>();
  /** What is held, epoch ms; `toMs` exclusive, Infinity where the window reaches to what is appended now. */
  #held: { readonly fromMs: number; readonly toMs: number } | undefined;

  constructor(list: PointList) {
    this.#list = list;
  }

  /** Reads what is not held yet of the window at `nowMs`. */
  async load(store: SeriesStore, asset: Asset, nowMs: number): Promise<void> {
    const { kind, facet, fields } = this.#list;
    const { fromMs, toMs } = this.#windowAt(nowMs);
    if (this.#held !== undefined && this.#held.fromMs <= fromMs && this.#held.toMs >= toMs) return;
    const isNext = this.#held !== undefined && this.#held.fromMs <= fromMs && this.#held.toMs >= fromMs;
    const readFromMs = isNext ? (this.#held?.toMs ?? fromMs) : fromMs;
    const readToMs = toMs + AHEAD_MS;
    const range = { baseAsset: asset, fromMs: readFromMs, toMs: readToMs };
    const stored = await store.columns({ ...range, kind, facet, fields });
    if (!isNext) this.#parts = new Map();
    // Beyond now is only what is still to come, and that is taken in as it comes.
    this.#held = {
      fromMs: isNext ? (this.#held?.fromMs ?? fromMs) : fromMs,
      toMs: readToMs > nowMs ? Infinity : readToMs,
    };
    this.take(stored.map(incomingOf));
    this.#forget(fromMs);
  }

  /** Takes in rows that were appended, as far as they are of what is held. */
  take(incoming: readonly Incoming[]): void {
    const held = this.#held;
    if (held === undefined) return;
    for (const rows of incoming) {
      const part = withPoints(
        this.#parts.get(rows.key),
        rows,
        this.#list.fields,
        (atMs) => atMs >= held.fromMs && atMs < held.toMs,
      );
      if (part !== undefined) this.#keepNewest(part, rows.atMs);
    }
  }

  /** Keeps a part; of what it and another one of its instrument and endpoint state of one time, as a store does, one. */
  #keepNewest(part: PointPart, times: Float64Array): void {
    let own = part;
    for (const other of [...this.#parts.values()]) {
      const { key, instrument, endpoint } = part;
      if (other.key === key || other.instrument !== instrument || other.endpoint !== endpoint) continue;
      const [lost, lostOwn]: [Set<number>, Set<number>] = [new Set(), new Set()];
      for (const atMs of times) {
        const [received, receivedOwn] = [receiptOf(other, atMs), receiptOf(own, atMs)];
        if (received === undefined || receivedOwn === undefined) continue;
        (receivedOwn > received ? lost : lostOwn).add(atMs);
      }
      this.#keep(withoutTimes(other, lost));
      own = withoutTimes(own, lostOwn);
    }
    this.#keep(own);
  }

  #keep(part: PointPart): void {
    if (part.atMs.length === 0) this.#parts.delete(part.key);
    else this.#parts.set(part.key, part);
  }

  /** Reads the newest rows again that another process may have appended since a load at `sinceMs`. */
  async catchUp(store: SeriesStore, asset: Asset, sinceMs: number): Promise<void> {
    // What lies a day back does not change any more; a settlement may be told of some hours late.
    if (this.#held?.toMs !== Infinity) return;
    const { kind, facet, fields } = this.#list;
    const fromMs = Math.max(this.#held.fromMs, sinceMs - CATCH_UP_MS);
    this.take((await store.columns({ baseAsset: asset, fromMs, kind, facet, fields })).map(incomingOf));
  }

  /** Starts with nothing, of a store that is known to be empty at `nowMs`. */
  begin(nowMs: number): void {
    this.#held = { fromMs: this.#windowAt(nowMs).fromMs, toMs: Infinity };
  }

  /** Forgets what is held: it is read again. */
  clear(): void {
    this.#held = undefined;
  }

  /** Returns the points of the window at `nowMs`, by stored series. */
  at(nowMs: number): PointPart[] {
    const { fromMs, toMs } = this.#windowAt(nowMs);
    return byKey(this.#parts.values())
      .map((part) => cut(part, fromMs, toMs))
      .filter(({ atMs }) => atMs.length > 0);
  }

  #windowAt(nowMs: number): { fromMs: number; toMs: number } {
    const { agoMs } = this.#list;
    if (agoMs === 0) return { fromMs: nowMs - WINDOW_MS, toMs: nowMs + AHEAD_TOLERANCE_MS };
    return { fromMs: nowMs - agoMs - AROUND_MS, toMs: nowMs - agoMs + AROUND_MS + 1 };
  }

  #forget(fromMs: number): void {
    if (this.#held === undefined || fromMs - this.#held.fromMs < AHEAD_MS) return;
    this.#held = { ...this.#held, fromMs };
    for (const [key, part] of this.#parts) {
      const rest = cut(part, fromMs, Infinity);
      if (rest.atMs.length === 0) this.#parts.delete(key);
      else this.#parts.set(key, copied(rest));
    }
  }
}

/** Returns the places of a part from `fromMs` to before `toMs`: a view where not all of them are. */
function cut(part: PointPart, fromMs: number, toMs: number): PointPart {
  const from = placeOf(part.atMs, fromMs);
  const to = placeOf(part.atMs, toMs);
  return from === 0 && to === part.atMs.length ? part : mapped(part, (column) => column.subarray(from, to));
}

const copied = (part: PointPart): PointPart => mapped(part, (column) => column.slice());

/** When the row of a time was received; undefined where there is none. */
function receiptOf({ atMs: times, receivedAtMs }: PointPart, atMs: number): number | undefined {
  const place = placeOf(times, atMs);
  return times[place] === atMs ? receivedAtMs[place] : undefined;
}

function withoutTimes(part: PointPart, times: ReadonlySet<number>): PointPart {
  if (times.size === 0) return part;
  const isKept = part.atMs.map((atMs) => (times.has(atMs) ? 0 : 1));
  return mapped(part, (column) => column.filter((_, at) => isKept[at] === 1));
}

/** The first place whose time is not before `atMs`. */
function placeOf(times: Float64Array, atMs: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0) < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A part with further rows, as a store keeps them: of two of one time the one received later, where it states something else. */
function withPoints(
  part: PointPart | undefined,
  rows: Incoming,
  fields: readonly string[],
  isHeld: (atMs: number) => boolean,
): PointPart | undefined {
  const places = Array.from(rows.atMs.keys()).filter((at) => isHeld(rows.atMs[at] ?? Number.NaN));
  if (places.length === 0) return part;
  const lastMs = part?.atMs.at(-1) ?? -Infinity;
  if (part !== undefined && places.length === 1 && (rows.atMs[places[0] ?? 0] ?? 0) > lastMs)
    return extended(part, rows, places[0] ?? 0);
  const points = part === undefined ? [] : Array.from(part.atMs.keys(), (at) => pointAt(part, at));
  const byTime = new Map(points.map((point) => [point.atMs, point]));
  for (const at of places) {
    const point = pointAt(rows, at);
    const before = byTime.get(point.atMs);
    if (before === undefined || (point.receivedAtMs > before.receivedAtMs && !isSame(point, before, fields)))
      byTime.set(point.atMs, point);
  }
  const sorted = [...byTime.values()].sort((a, b) => a.atMs - b.atMs);
  const { key, exchange, instrument, endpoint, shared } = rows;
  const column = (read: (point: Point) => number): Float64Array => Float64Array.from(sorted, read);
  return {
    ...{ key, exchange, instrument, endpoint, shared },
    atMs: column(({ atMs }) => atMs),
    receivedAtMs: column(({ receivedAtMs }) => receivedAtMs),
    columns: Object.fromEntries(
      fields.map((name) => [name, column(({ values }) => values[name] ?? Number.NaN)]),
    ),
  };
}

/** A part with one more row behind its others, as most rows come. */
function extended(part: PointPart, rows: Incoming, at: number): PointPart {
  const longer = (column: Float64Array, value = Number.NaN): Float64Array => {
    const copy = new Float64Array(column.length + 1);
    copy.set(column);
    copy[column.length] = value;
    return copy;
  };
  const columns = Object.entries(part.columns).map(([name, column]) => [
    name,
    longer(column, rows.columns[name]?.[at]),
  ]);
  return {
    ...part,
    atMs: longer(part.atMs, rows.atMs[at]),
    receivedAtMs: longer(part.receivedAtMs, rows.receivedAtMs[at]),
    columns: Object.fromEntries(columns) as Record<string, Float64Array>,
  };
}

interface Point {
  readonly atMs: number;
  readonly receivedAtMs: number;
  readonly values: Readonly<Record<string, number>>;
}

function pointAt({ atMs, receivedAtMs, columns }: StoredColumns, at: number): Point {
  const values: Record<string, number> = {};
  for (const name in columns) values[name] = columns[name]?.[at] ?? Number.NaN;
  return { atMs: atMs[at] ?? Number.NaN, receivedAtMs: receivedAtMs[at] ?? Number.NaN, values };
}

const isSame = (one: Point, other: Point, fields: readonly string[]): boolean =>
  fields.every((name) => Object.is(one.values[name] ?? Number.NaN, other.values[name] ?? Number.NaN));

function mapped(part: PointPart, change: (column: Float64Array) => Float64Array): PointPart {
  const columns = Object.entries(part.columns).map(([name, column]) => [name, change(column)]);
  return {
    ...part,
    atMs: change(part.atMs),
    receivedAtMs: change(part.receivedAtMs),
    columns: Object.fromEntries(columns) as Record<string, Float64Array>,
  };
}
