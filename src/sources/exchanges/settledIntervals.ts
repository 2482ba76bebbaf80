import type { Chunk } from '../../core/chunk.ts';
import { decimalOf } from './kit/decimals.ts';
import { isRecord, plainText } from './kit/field.ts';
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
  spacings: Float64Array,
  rawMs: number,
  index: number,
  listedMs: number | undefined,
): number | undefined {
  const [own, before, after] = [
    known(spacings[index]),
    known(spacings[index - 1]),
    known(spacings[index + 1]),
  ];
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

const known = (value: number | undefined): number | undefined =>
  value === undefined || Number.isNaN(value) ? undefined : value;

/** Times ascending. Pages come in the order of time or in the reverse, which need no sorting. */
function ascending(times: readonly number[]): Float64Array {
  const copy = Float64Array.from(times);
  let [isUp, isDown] = [true, true];
  for (let index = 1; index < copy.length; index += 1) {
    const step = (copy[index] ?? 0) - (copy[index - 1] ?? 0);
    if (step < 0) isUp = false;
    if (step > 0) isDown = false;
  }
  return isUp ? copy : isDown ? copy.reverse() : copy.sort();
}

/**
 * The settlements of one page, and the funding interval that ends at each: the spacing to the settlement before it, where that
 * is a documented interval and no settlement seems to be missing. The earliest has none: what lies before it is on another
 * page, and at a change of the interval the spacing after it is not its own.
 * One thing cannot be told apart: a settlement that is missing beside a change between an interval and its double.
 */
export class Schedule {
  /** Ascending; of a settlement that is dated twice, some ms apart, the first. */
  readonly #atMs: Float64Array;
  /** NaN where it is not known. */
  readonly #intervalMs: Float64Array;
  /** How many times are stated. */
  readonly count: number;
  readonly oldestMs: number | undefined;
  #at = 0;

  /** `settledAtMs`: any order, some ms of jitter. `listedMs`: the list's interval, which confirms a change at the newest settlement. */
  constructor(settledAtMs: readonly number[], listedMs?: number) {
    const sorted = ascending(settledAtMs);
    let [count, distinct] = [0, 0];
    const atMs = new Float64Array(sorted.length);
    for (let index = 0; index < sorted.length; index += 1) {
      const [own, before] = [sorted[index] ?? 0, index === 0 ? 0 : (sorted[index - 1] ?? 0)];
      if (index > 0 && own === before) continue;
      count += 1;
      if (own - before >= SETTLEMENT_JITTER_MS) atMs[distinct++] = own;
    }
    this.count = count;
    this.oldestMs = sorted[0];
    this.#atMs = atMs.subarray(0, distinct);
    this.#intervalMs = new Float64Array(distinct).fill(Number.NaN);
    const spacings = new Float64Array(Math.max(0, distinct - 1));
    let [lastMs, lastSpacing] = [Number.NaN, Number.NaN];
    for (let index = 0; index < spacings.length; index += 1) {
      const rawMs = (atMs[index + 1] ?? 0) - (atMs[index] ?? 0);
      if (rawMs !== lastMs) [lastMs, lastSpacing] = [rawMs, intervalBetween(0, rawMs) ?? Number.NaN];
      spacings[index] = lastSpacing;
    }
    for (let index = 0; index < spacings.length; index += 1) {
      const own = spacings[index] ?? Number.NaN;
      const isRepeated = own === spacings[index - 1] || own === spacings[index + 1];
      const rawMs = (atMs[index + 1] ?? 0) - (atMs[index] ?? 0);
      this.#intervalMs[index + 1] = isRepeated
        ? own
        : (intervalAt(spacings, rawMs, index, listedMs) ?? Number.NaN);
    }
  }

  /** The interval that ends at a settlement; undefined where it is not known. */
  intervalAt(atMs: number): number | undefined {
    const at = this.#indexOf(atMs);
    const intervalMs = at < 0 ? Number.NaN : (this.#intervalMs[at] ?? Number.NaN);
    return Number.isNaN(intervalMs) ? undefined : intervalMs;
  }

  /** The interval of all settlements together; undefined where they have several, or none is known. */
  get only(): number | undefined {
    const known = this.#intervalMs.filter((intervalMs) => !Number.isNaN(intervalMs));
    return known.every((intervalMs) => intervalMs === known[0]) ? known[0] : undefined;
  }

  /** The interval of the earliest settlement that has a known one. */
  get earliest(): number | undefined {
    return this.#intervalMs.find((intervalMs) => !Number.isNaN(intervalMs));
  }

  /** Rows come in the order of their times, or in the reverse: the next one is beside the last. */
  #indexOf(atMs: number): number {
    const times = this.#atMs;
    for (const at of [this.#at + 1, this.#at - 1, this.#at]) if (times[at] === atMs) return (this.#at = at);
    const found = times.indexOf(atMs);
    if (found >= 0) this.#at = found;
    return found;
  }
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
  keys: PageKeys,
): SettledIntervals {
  const times = timesBySymbol(list, keys);
  const schedules = new Map<string, Schedule>();
  const scheduleFor = (who: Subject): Schedule => {
    const symbol = times.has(who.venueSymbol) ? who.venueSymbol : '';
    const schedule = schedules.get(symbol) ?? scheduleOf(context, who, times.get(symbol) ?? []);
    schedules.set(symbol, schedule);
    return schedule;
  };
  const intervals = new Map<number, IntervalOf>();
  let last: { readonly who: Subject; readonly schedule: Schedule } | undefined;
  return (who, settledAtMs, path, field) => {
    if (last?.who !== who) last = { who, schedule: scheduleFor(who) };
    const { schedule } = last;
    const intervalMs = schedule.intervalAt(settledAtMs);
    if (intervalMs !== undefined) {
      const known = intervals.get(intervalMs) ?? { intervalMs, intervalBasis: 'schedule' };
      intervals.set(intervalMs, known);
      return known;
    }
    if (settledAtMs === schedule.oldestMs && schedule.count > 1) return undefined;
    const message = `${who.venueSymbol}: the settlements around it do not tell the interval of this rate; it was dropped`;
    context.report({ code: 'unknown-interval', path: pathOf(path, field), message });
    return undefined;
  };
}

/** The stated times of rows by the symbols that they name, '' where they name none. Also of rows that are no use otherwise. */
function timesBySymbol(
  list: readonly unknown[],
  { symbolKey, timeKey, unitMs = 1 }: PageKeys,
): Map<string, number[]> {
  const times = new Map<string, number[]>();
  let last: { readonly symbol: string; readonly own: number[] } | undefined;
  for (const row of list) {
    if (!isRecord(row)) continue;
    const stated = decimalOf(row[timeKey]);
    if (Number.isNaN(stated)) continue;
    const symbol = symbolKey === undefined ? '' : plainText(row[symbolKey]);
    if (last?.symbol !== symbol) {
      last = { symbol, own: times.get(symbol) ?? [] };
      times.set(symbol, last.own);
    }
    last.own.push(Math.round(stated * unitMs));
  }
  return times;
}

function scheduleOf(context: MapContext, who: Subject, settledAtMs: readonly number[]): Schedule {
  // A page may hold thousands of rows: they are not spread into arguments.
  const newestMs = settledAtMs.reduce((newest, one) => Math.max(newest, one), 0);
  const listedMs = who.instrument?.fundingIntervalMs ?? 0;
  // Of an earlier page, whose last settlement is not the last there was, the list says nothing.
  const isNow = context.receivedAtMs - newestMs <= listedMs + SETTLEMENT_JITTER_MS;
  return new Schedule(settledAtMs, isNow ? listedMs : undefined);
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
