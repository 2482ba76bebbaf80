import type { PathBar } from '../analysis/heatmap/barPath.ts';
import type { Asset, DataSource, ExchangeId } from '../core/ids.ts';
import { DAY_MS, HOUR_MS, SECOND_MS } from '../core/units.ts';
import type { ColumnsByExchange } from '../series/hours.ts';
import { firstHeldMs, HELD_HOURS, LEVEL_COLUMNS, pathBars, type Prices } from './levelSources.ts';
import type { LevelSeries } from './priceBars.ts';

/**
 * So far back levels are filled where a history reaches as far. Turnover closes what was opened long before, and each month more
 * costs a read of the store: docs/heatmap.md has the figures of a year.
 */
export const FILLED_DAYS = 90;
const PIECE_MS = HELD_HOURS * HOUR_MS;
const PIECES = (FILLED_DAYS * DAY_MS) / PIECE_MS - 1;
/** So long what was read of a store stands: a back-fill is seen within it. */
const STANDS_MS = HOUR_MS;
/** A panel that was just opened has other things to wait for: what is older is read for who asks after that. */
const SETTLED_MS = 5 * SECOND_MS;
/** So many assets are kept in memory, each of a megabyte. */
const MOST_KEPT = 2;
/** What the price passed in a longer hole is not known: bars before it fill no levels. */
const LONGEST_HOLE_MS = DAY_MS;

/** A history as it is stored. */
export interface StoredLevels {
  readonly source: DataSource;
  readonly asset: Asset;
  /** What is read of one store is kept apart from what is read of another. */
  readonly store: object;
  /** The history as it is held in memory, but of the 30 days up to a moment of the past. */
  readonly historyAt: (atMs: number) => Promise<LevelSeries>;
}

interface Kept {
  readonly key: string;
  readonly readAtMs: number;
  readonly reading: Promise<readonly LevelSeries[]>;
  /** What was read, once it is. */
  pieces?: readonly LevelSeries[];
}

const keptOf = new WeakMap<object, readonly Kept[]>();
/** Of each store by asset: when its older days were first asked for without waiting. */
const firstAskedOf = new WeakMap<object, Map<string, number>>();

/**
 * Returns what a history holds before the days in memory, newest first, in pieces of 30 days that are read and judged as those are. Read
 * again after an hour. Rejects where the store cannot be read.
 */
export function olderSeries(from: StoredLevels, nowMs: number): Promise<readonly LevelSeries[]> {
  return begun(from, nowMs).reading;
}

/**
 * As `olderSeries`, without waiting: what was read last, nothing before that. Begins to read where it is time, some seconds after it was
 * first asked for, so that who asks with each refresh has it after the next one.
 */
export function olderSeriesRead(from: StoredLevels, nowMs: number): readonly LevelSeries[] {
  const asked = firstAskedOf.get(from.store) ?? new Map<string, number>();
  const firstMs = asked.get(keyOf(from)) ?? nowMs;
  firstAskedOf.set(from.store, asked.set(keyOf(from), firstMs));
  if (nowMs - firstMs < SETTLED_MS) return [];
  const before = keptOf.get(from.store)?.find(({ key }) => key === keyOf(from));
  return begun(from, nowMs).pieces ?? before?.pieces ?? [];
}

const keyOf = ({ source, asset }: StoredLevels): string => `${source} ${asset}`;

/** Returns what is read of a history; begins to where that was never done, an hour ago, or when other days were in memory. */
function begun(from: StoredLevels, nowMs: number): Kept {
  const key = keyOf(from);
  const kept = keptOf.get(from.store) ?? [];
  const found = kept.find((one) => one.key === key);
  const isDue =
    found === undefined ||
    Math.abs(nowMs - found.readAtMs) >= STANDS_MS ||
    firstHeldMs(nowMs) !== firstHeldMs(found.readAtMs);
  const pieces = found?.pieces;
  const own: Kept = isDue
    ? { key, readAtMs: nowMs, reading: readAll(from, nowMs), ...(pieces === undefined ? {} : { pieces }) }
    : found;
  keptOf.set(from.store, [own, ...kept.filter((one) => one !== found)].slice(0, MOST_KEPT));
  if (isDue)
    own.reading.then(
      (read) => (own.pieces = read),
      // What could not be read is asked for again.
      () => keptOf.set(from.store, (keptOf.get(from.store) ?? []).filter((one) => one !== own)),
    ); // prettier-ignore
  return own;
}

async function readAll({ historyAt }: StoredLevels, nowMs: number): Promise<readonly LevelSeries[]> {
  const pieces: LevelSeries[] = [];
  for (let piece = 0; piece < PIECES; piece += 1)
    pieces.push(await readPiece(historyAt, firstHeldMs(nowMs) - piece * PIECE_MS));
  return pieces;
}

async function readPiece(historyAt: StoredLevels['historyAt'], atMs: number): Promise<LevelSeries> {
  const read = await historyAt(atMs);
  const columns = LEVEL_COLUMNS.map((id): [string, ColumnsByExchange] => [id, read.column(id)]);
  const byId = new Map(columns);
  return { nowMs: atMs, column: (id) => byId.get(id) ?? new Map() };
}

/**
 * Returns the bars of an exchange with those of the pieces before them, ascending, all of the same prices; without what lies before
 * a hole of more than a day.
 */
export function withOlder(
  bars: readonly PathBar[],
  older: readonly LevelSeries[],
  exchange: ExchangeId,
  prices: Prices,
): readonly PathBar[] {
  let all = bars;
  for (const piece of older) {
    const [first] = all;
    if (first === undefined) return all;
    const before = unbroken(pathBars(piece, exchange, prices), first.atMs);
    all = [...before, ...all];
  }
  return all;
}

/** The last of the bars that follow one another up to a moment without a long hole. */
function unbroken(bars: readonly PathBar[], untilMs: number): readonly PathBar[] {
  let nextMs = untilMs;
  let from = bars.length;
  for (; from > 0; from -= 1) {
    const bar = bars[from - 1];
    if (bar === undefined || nextMs - (bar.atMs + bar.barMs) > LONGEST_HOLE_MS) break;
    nextMs = bar.atMs;
  }
  return bars.slice(from);
}
