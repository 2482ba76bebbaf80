import type { Asset } from '../core/ids.ts';
import { AHEAD_TOLERANCE_MS } from '../core/clock.ts';
import { DAY_MS, HOUR_MS } from '../core/units.ts';
import type { StoredColumns } from '../store/historyStore.ts';
import { wayOf } from '../store/stepWays.ts';
import {
  lastLabelOf,
  nearerOf,
  trimmed,
  withoutReplaced,
  withRows,
  type HeldPart,
  type Timing,
} from './heldPart.ts';
import { labelOfReading } from './hours.ts';
import { incomingOf, type Incoming } from './incoming.ts';
import { LISTS, listName, POINT_LISTS, type List, type PointListName } from './lists.ts';
import { byKey, Points, type PointPart, type SeriesStore } from './points.ts';

/** How far back features and charts look. */
export const HISTORY_WINDOW_MS = 30 * DAY_MS;
/** What is held beyond the window: clocks that are set back need nothing anew, and columns are not cut at every step. */
const SLACK_MS = DAY_MS;
/** Where another process appends, everything is read again so often: holes are filled without a word. */
const COMPLETE_EVERY_MS = HOUR_MS;
/** Daily rows reach back as far as they are stored, and no further than this. */
const DAILY_WINDOW_MS = 3_660 * DAY_MS;

interface Held {
  readonly list: List;
  parts: Map<string, HeldPart>;
  /** Has to be read anew: what was appended cannot be told from what is held. */
  isUnsure: boolean;
}

/**
 * The columns of one asset: read once from the store, kept up by what is appended. Bounded: 30 days and a little by the
 * hour, ten years by the day, of the exchanges' instruments.
 */
export class AssetBook {
  readonly #asset: Asset;
  readonly #lists: ReadonlyMap<string, Held>;
  readonly #points: Readonly<Record<PointListName, Points>>;
  /** What was appended while the store was read. */
  #waiting: ReadonlyMap<string, readonly Incoming[]>[] | undefined;
  /** The first time from which the hourly columns are held. */
  #fromMs: number | undefined;
  /** Another process has appended since the last load. */
  #isBehind = false;
  #loadedAtMs = 0;
  #completeAtMs = 0;
  /** The store's, when all of it was read last. */
  #readingEpoch: number | undefined;

  constructor(asset: Asset) {
    this.#asset = asset;
    this.#lists = new Map(
      LISTS.map((list) => [listName(list.kind, list.facet), { list, parts: new Map(), isUnsure: false }]),
    );
    const points = Object.entries(POINT_LISTS).map(([name, list]) => [name, new Points(list)]);
    this.#points = Object.fromEntries(points) as Record<PointListName, Points>;
  }

  /** Reads what is not held yet. Calls must not overlap. Rejects where the store cannot be read; what was held stays. */
  async load(store: SeriesStore, nowMs: number): Promise<void> {
    const waiting: ReadonlyMap<string, readonly Incoming[]>[] = [];
    this.#waiting = waiting;
    const isBehind = this.#isBehind;
    this.#isBehind = false;
    // Of before the first read: what the store could not read meanwhile is read by the next load.
    const epoch = store.readingEpoch?.();
    try {
      const windowMs = nowMs - HISTORY_WINDOW_MS;
      const isFirst = this.#fromMs === undefined || windowMs < this.#fromMs;
      const fromMs = isFirst ? windowMs - SLACK_MS : (this.#fromMs ?? windowMs);
      const isAnew =
        isFirst ||
        epoch !== this.#readingEpoch ||
        (isBehind && nowMs - this.#completeAtMs > COMPLETE_EVERY_MS);
      for (const held of this.#lists.values()) {
        if (isBehind && !isAnew) await this.#catchUp(store, held, nowMs);
        if (isAnew || held.isUnsure) await this.#read(store, held, fromMs, nowMs);
      }
      for (const points of Object.values(this.#points)) {
        if (isAnew) points.clear();
        else if (isBehind) await points.catchUp(store, this.#asset, this.#loadedAtMs);
        await points.load(store, this.#asset, nowMs);
      }
      this.#fromMs = fromMs;
      this.#loadedAtMs = nowMs;
      this.#readingEpoch = epoch;
      if (isAnew) this.#completeAtMs = nowMs;
    } catch (error) {
      // Or it was told meanwhile.
      this.#isBehind ||= isBehind;
      throw error;
    } finally {
      this.#waiting = undefined;
      for (const one of waiting) this.take(one);
    }
    this.#forget(nowMs);
  }

  /** Starts with nothing, of a store that is known to be empty at `nowMs`. */
  begin(nowMs: number): void {
    this.#fromMs = nowMs - HISTORY_WINDOW_MS - SLACK_MS;
    for (const points of Object.values(this.#points)) points.begin(nowMs);
  }

  /** Takes in rows that were appended to the store, by list. */
  take(rows: ReadonlyMap<string, readonly Incoming[]>): void {
    if (this.#waiting !== undefined) {
      this.#waiting.push(rows);
      return;
    }
    if (this.#fromMs === undefined) return;
    for (const [name, incoming] of rows) {
      for (const held of this.#lists.values()) {
        const { kind, facet, finerFacet, stepMs } = held.list;
        const isOwn = name === listName(kind, facet);
        if (!isOwn && name !== `${kind} ${finerFacet}`) continue;
        for (const one of incoming)
          if (isOwn || wayOf(one.shared, Number(one.shared['barMs']), stepMs) === 'at-label')
            apply(held, one, isOwn ? 'own-times' : 'labels', this.#keptFromMs(held));
      }
      for (const key of Object.keys(POINT_LISTS) as PointListName[])
        if (listName(POINT_LISTS[key].kind, POINT_LISTS[key].facet) === name)
          this.#points[key].take(incoming);
    }
  }

  /** Another process has appended to the store: the next load reads what has come since the last one. */
  fallBehind(): void {
    this.#isBehind = true;
  }

  /** Returns what is held of a list, in an order that does not hang on what came first. */
  parts(name: string): readonly HeldPart[] {
    return byKey(this.#lists.get(name)?.parts.values() ?? []);
  }

  /** Returns what was read around a moment of the past, as it is looked back to at `nowMs`. */
  points(name: PointListName, nowMs: number): readonly PointPart[] {
    return this.#points[name].at(nowMs);
  }

  #keptFromMs({ list }: Held): number {
    return list.stepMs === DAY_MS ? 0 : (this.#fromMs ?? 0);
  }

  async #read(store: SeriesStore, held: Held, windowMs: number, nowMs: number): Promise<void> {
    const { list } = held;
    const { kind, facet, stepMs, isReading, fields } = list;
    const query = { kind, facet, fields, baseAsset: this.#asset };
    const toMs = nowMs + AHEAD_TOLERANCE_MS;
    const fromMs = stepMs === DAY_MS ? Math.max(0, nowMs - DAILY_WINDOW_MS) : windowMs;
    // Of the newest hours every reading, since a nearer one may still come; before them one an hour.
    const tailMs = isReading ? tailOf(nowMs) : fromMs;
    const firstMs = Math.ceil(fromMs / HOUR_MS) * HOUR_MS - HOUR_MS / 2;
    const [rolled, finer, tail] = await Promise.all([
      isReading ? store.columns({ ...query, fromMs: firstMs, toMs: tailMs, stepMs }) : [],
      this.#finer(store, list, fromMs, toMs),
      store.columns({ ...query, fromMs: tailMs, toMs }),
    ]);
    const read: Held = { list, parts: new Map(), isUnsure: false };
    for (const one of [...rolled, ...finer]) apply(read, incomingOf(one), 'labels', fromMs);
    for (const one of tail) apply(read, incomingOf(one), 'own-times', fromMs);
    [held.parts, held.isUnsure] = [read.parts, false];
  }

  /**
   * Reads the newest rows of a list again. Where a series is new, or begins again after a break, more may have come than
   * these, and the list has to be read as a whole; what fills a hole in the middle is found when everything is read.
   */
  async #catchUp(store: SeriesStore, held: Held, nowMs: number): Promise<void> {
    const { kind, facet, stepMs, isReading, fields } = held.list;
    const tailMs = isReading ? tailOf(this.#loadedAtMs) : this.#loadedAtMs - 3 * stepMs;
    const range = { baseAsset: this.#asset, fromMs: tailMs, toMs: nowMs + AHEAD_TOLERANCE_MS };
    const stored = await store.columns({ ...range, kind, facet, fields });
    const finer = await this.#finer(store, held.list, tailMs, range.toMs);
    // A reading may lose its part to a nearer one that says something else beside its numbers: no break.
    const known = [...held.parts.values()].filter((part) => lastLabelOf(part) >= tailMs - stepMs);
    for (const [at, one] of [...finer, ...stored].entries()) {
      const incoming = incomingOf(one);
      const isKnown = known.some((part) =>
        isReading
          ? part.instrument === incoming.instrument && part.endpoint === incoming.endpoint
          : part.key === incoming.key,
      );
      if (!isKnown) held.isUnsure = true;
      apply(held, incoming, at < finer.length ? 'labels' : 'own-times', this.#keptFromMs(held));
    }
  }

  /** What shorter bars say of the steps of a list. */
  async #finer(store: SeriesStore, list: List, fromMs: number, toMs: number): Promise<StoredColumns[]> {
    const { kind, finerFacet: facet, stepMs, fields } = list;
    return facet === undefined
      ? []
      : store.columns({ kind, facet, fields, baseAsset: this.#asset, fromMs, toMs, stepMs });
  }

  #forget(nowMs: number): void {
    const fromMs = nowMs - HISTORY_WINDOW_MS - SLACK_MS;
    if (this.#fromMs === undefined || fromMs - this.#fromMs < SLACK_MS) return;
    this.#fromMs = fromMs;
    for (const held of this.#lists.values()) {
      if (held.list.stepMs === DAY_MS) continue;
      for (const [key, part] of held.parts) {
        const rest = trimmed(part, fromMs);
        if (rest.receivedAtMs.length === 0) held.parts.delete(key);
        else held.parts.set(key, rest);
      }
    }
  }
}

/** From when on every reading is held with its time, so that a nearer one is known when it comes. */
const tailOf = (nowMs: number): number => labelOfReading(nowMs) - HOUR_MS - HOUR_MS / 2;

function apply(held: Held, rows: Incoming, timing: Timing, fromMs: number): void {
  const applied = withRows(held.parts.get(rows.key), rows, held.list, timing, fromMs);
  if (applied === undefined) return;
  const { part, isUnsure } = applied;
  held.parts.set(rows.key, part);
  if (isUnsure) held.isUnsure = true;
  let own = part;
  for (const other of [...held.parts.values()]) {
    const { instrument, endpoint } = rows;
    if (other.key === own.key || other.instrument !== instrument || other.endpoint !== endpoint) continue;
    // What shorter bars say of a step takes no place: `joinParts` sets it behind the bars of the step.
    if (other.shared['barMs'] !== own.shared['barMs']) continue;
    if (held.list.isReading) {
      const nearer = nearerOf(other, own);
      if (nearer.isUnsure) held.isUnsure = true;
      keep(held, nearer.parts[0]);
      own = nearer.parts[1];
      continue;
    }
    keep(held, withoutReplaced(other, own));
    own = withoutReplaced(own, other);
  }
  keep(held, own);
}

function keep({ parts }: Held, part: HeldPart): void {
  if (part.receivedAtMs.every(Number.isNaN)) parts.delete(part.key);
  else parts.set(part.key, part);
}
