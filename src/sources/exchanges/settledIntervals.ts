import type { Chunk } from '../../core/chunk.ts';
import { isRecord, plainText, readDecimal } from './decode.ts';
import { intervalBetween, SETTLEMENT_JITTER_MS, type IntervalOf } from './fundingInterval.ts';
import { columnsOf } from './kit/columns.ts';
import { pathOf, type Path, type Place } from './kit/place.ts';
import type { MapContext } from './mapContext.ts';
import type { Subject } from './mapping.ts';

const isMultiple = (longMs: number, shortMs: number): boolean =>
  longMs > shortMs + SETTLEMENT_JITTER_MS &&
  Math.abs(longMs - Math.round(longMs / shortMs) * shortMs) < SETTLEMENT_JITTER_MS;

/** Two or three times its neighbour may be one or two settlements that are missing; more of them are no slip. */
const mayMissSome = (longMs: number, shortMs: number): boolean =>
  isMultiple(longMs, shortMs) && longMs < 3.5 * shortMs;

/**
 * The interval of the settlement that ends a spacing, in ms. A spacing stands for itself where one beside it is as long,
 * or where none beside it shows that a settlement may be missing: a longer one that is a multiple of its neighbour.
 * A longer one between two that are equal is one of those with settlements missing, or nothing; a change would last.
 */
function intervalAt(
  spacings: readonly (number | undefined)[],
  rawMs: number,
  index: number,
  listedMs: number | undefined,
): number | undefined {
  const own = spacings[index];
  const [before, after] = [spacings[index - 1], spacings[index + 1]];
  if (own !== undefined && (own === before || own === after)) return own;
  if (before !== undefined && before === after) {
    if (mayMissSome(rawMs, before)) return before;
    return own !== undefined && own < before ? own : undefined;
  }
  if (own === undefined) return undefined;
  // The list is about now, and so about the newest settlement alone.
  if (index === spacings.length - 1 && own === listedMs) return own;
  const isDoubtful = before !== undefined && after !== undefined ? isMultiple : mayMissSome;
  const beside = spacings.length === 1 ? [listedMs] : [before, after];
  return beside.some((one) => one !== undefined && isDoubtful(own, one)) ? undefined : own;
}

/**
 * Returns the funding interval that ends at each settlement time of one page (any order, some ms of jitter allowed): the
 * spacing to the settlement before it, where that is a documented interval and no settlement seems to be missing. The
 * earliest has none: what lies before it is on another page, and at a change of the interval the spacing after it is not
 * its own. `listedMs` is the interval in the list, which confirms a change at the newest settlement.
 * One thing cannot be told apart: a settlement that is missing beside a change between an interval and its double.
 */
export function intervalsFromSchedule(
  settledAtMs: readonly number[],
  listedMs?: number,
): Map<number, IntervalOf> {
  const sorted = [...new Set(settledAtMs)].sort((a, b) => a - b);
  // One settlement that is dated twice, some ms apart.
  const distinct = sorted.filter((atMs, index) => atMs - (sorted[index - 1] ?? 0) >= SETTLEMENT_JITTER_MS);
  const raw = distinct.slice(1).map((atMs, index) => atMs - (distinct[index] ?? atMs));
  const spacings = raw.map((spacingMs) => intervalBetween(0, spacingMs));
  const intervals = new Map<number, IntervalOf>();
  for (const [index, rawMs] of raw.entries()) {
    const intervalMs = intervalAt(spacings, rawMs, index, listedMs);
    const atMs = distinct[index + 1];
    if (intervalMs !== undefined && atMs !== undefined)
      intervals.set(atMs, { intervalMs, intervalBasis: 'schedule' });
  }
  return intervals;
}

/** Where the settlements of a page stand: `symbolKey` is absent where rows name no symbol. */
interface PageKeys {
  readonly symbolKey?: string;
  readonly timeKey: string;
  /** Of one unit of the stated time. */
  readonly unitMs?: number;
}

/** Gives the interval of a settled row, or undefined: the row must then be left out. */
export type SettledIntervals = (
  who: Subject,
  settledAtMs: number,
  path: Path,
  field?: string,
) => IntervalOf | undefined;

/**
 * Returns what tells the interval of each row of a page of settled rates. The oldest row of a page is left out without a
 * word: an earlier page or the store has it with its own interval. Any other row without an interval is reported.
 */
export function settledIntervals(
  context: MapContext,
  list: readonly unknown[],
  { symbolKey, timeKey, unitMs = 1 }: PageKeys,
): SettledIntervals {
  const times = new Map<string, number[]>();
  for (const row of list) {
    if (!isRecord(row)) continue;
    const stated = readDecimal(row[timeKey]);
    if (stated === undefined) continue;
    const symbol = symbolKey === undefined ? '' : plainText(row[symbolKey]);
    const own = times.get(symbol) ?? [];
    own.push(Math.round(stated * unitMs));
    times.set(symbol, own);
  }
  const schedules = new Map<string, Schedule>();
  return (who, settledAtMs, path, field) => {
    const symbol = times.has(who.venueSymbol) ? who.venueSymbol : '';
    const own = times.get(symbol) ?? [];
    const schedule = schedules.get(symbol) ?? scheduleOf(context, who, own);
    schedules.set(symbol, schedule);
    const interval = schedule.intervals.get(settledAtMs);
    const isOldestOfMany = settledAtMs === schedule.oldestMs && schedule.rows > 1;
    if (interval !== undefined || isOldestOfMany) return interval;
    const message = `${who.venueSymbol}: the settlements around it do not tell the interval of this rate; it was dropped`;
    context.report({ code: 'unknown-interval', path: pathOf(path, field), message });
    return undefined;
  };
}

interface Schedule {
  readonly oldestMs: number;
  readonly rows: number;
  readonly intervals: ReadonlyMap<number, IntervalOf>;
}

function scheduleOf(context: MapContext, who: Subject, settledAtMs: readonly number[]): Schedule {
  // A page may hold thousands of rows: they are not spread into arguments.
  const oldestMs = settledAtMs.reduce((oldest, one) => Math.min(oldest, one), Number.POSITIVE_INFINITY);
  const newestMs = settledAtMs.reduce((newest, one) => Math.max(newest, one), 0);
  const listedMs = who.instrument?.fundingIntervalMs ?? 0;
  // Of an earlier page, whose last settlement is not the last there was, the list says nothing.
  const isNow = context.receivedAtMs - newestMs <= listedMs + SETTLEMENT_JITTER_MS;
  const intervals = intervalsFromSchedule(settledAtMs, isNow ? listedMs : undefined);
  return { oldestMs, rows: new Set(settledAtMs).size, intervals };
}

const COLUMNS = ['fundingRatePerInterval', 'intervalMs', 'settlesAtMs'] as const;

/** Gathers settled rates as columns; those whose interval the settlements around them do not tell are left out, see above. */
export function settledColumns(
  context: MapContext,
  list: readonly unknown[],
  keys: PageKeys,
): {
  /** Adds a rate; `at` and `field` say where it stands, should its interval not be known. */
  push(who: Subject, settledAtMs: number, rate: number, at: Place, field: string): void;
  chunks(): Chunk[];
} {
  const intervalOf = settledIntervals(context, list, keys);
  const shared = { kind: 'funding-rate', phase: 'settled', intervalBasis: 'schedule' } as const;
  const out = columnsOf(context, shared, COLUMNS, list.length);
  return {
    push(who, settledAtMs, rate, at, field) {
      const interval = intervalOf(who, settledAtMs, at, field);
      if (interval !== undefined) out.of(who).push(settledAtMs, rate, interval.intervalMs, settledAtMs);
    },
    chunks: () => out.chunks(),
  };
}
