import type { InstrumentKey } from './ids.ts';
import type { Quantity } from './quantities.ts';

/** What a series is of. */
export interface SeriesName {
  readonly instrument: InstrumentKey;
  readonly endpoint: string;
  readonly quantity: Quantity;
  readonly field: string;
  /** A history of bars, as opposed to readings of a moment. */
  readonly isHistory: boolean;
}

/** The points of a series in the order of their times. */
export interface Points {
  /** Places of the rows, see places.ts. */
  readonly at: readonly number[];
  readonly timesMs: readonly number[];
  readonly values: readonly number[];
}

/** A column of a chunk, which ascends in time; NaN is no point, and a 0 none where `isLeftOut`. */
export interface Column {
  readonly values: Float64Array;
  readonly atMs: Float64Array;
  readonly first: number;
  isLeftOut?(index: number): boolean;
}

/**
 * Values of one field of one instrument from one endpoint. What it takes to see that all of them are plausible is read from the
 * columns as they came; points are only made of them where they must be judged one by one.
 */
export class Series implements SeriesName {
  readonly instrument: InstrumentKey;
  readonly endpoint: string;
  readonly quantity: Quantity;
  readonly field: string;
  readonly isHistory: boolean;
  readonly #columns: readonly Column[];
  #points: Points | undefined;
  #range: Range | undefined;

  constructor(name: SeriesName, columns: readonly Column[], points: Points) {
    this.instrument = name.instrument;
    this.endpoint = name.endpoint;
    this.quantity = name.quantity;
    this.field = name.field;
    this.isHistory = name.isHistory;
    this.#columns = columns;
    if (columns.length === 0) this.#points = ascending(points);
    else if (points.at.length > 0) this.#points = ascending(together(columns, points));
  }

  get at(): readonly number[] {
    return this.#made().at;
  }

  get timesMs(): readonly number[] {
    return this.#made().timesMs;
  }

  get values(): readonly number[] {
    return this.#made().values;
  }

  get range(): Range {
    this.#range ??= this.#points === undefined ? rangeOf(this.#columns) : rangeOfValues(this.#points.values);
    return this.#range;
  }

  /** The time of the newest point; -Infinity where there is none. */
  get newestMs(): number {
    return this.range.newestMs ?? this.timesMs.at(-1) ?? Number.NEGATIVE_INFINITY;
  }

  /** Returns the series without some of its points. */
  without(isOut: (at: number) => boolean): Series {
    const { at, timesMs, values } = this.#made();
    const keep = (list: readonly number[]): number[] => list.filter((_, index) => !isOut(at[index] ?? -1));
    return new Series(this, [], { at: keep(at), timesMs: keep(timesMs), values: keep(values) });
  }

  #made(): Points {
    this.#points ??= ascending(together(this.#columns, { at: [], timesMs: [], values: [] }));
    return this.#points;
  }
}

/** What is seen of all values at a glance. */
export interface Range {
  readonly count: number;
  readonly lowest: number;
  readonly highest: number;
  /** Of a series that was not cut into points: its newest value above zero, and the time of its newest value. */
  readonly newest?: { readonly value: number; readonly atMs: number } | undefined;
  readonly newestMs?: number;
}

function rangeOf(columns: readonly Column[]): Range {
  let [count, lowest, highest, newestMs] = [0, Infinity, -Infinity, -Infinity];
  let newest: Range['newest'];
  for (const { values, atMs, isLeftOut } of columns) {
    let newestAt = -1;
    for (let index = 0; index < values.length; index += 1) {
      const value = values[index] ?? Number.NaN;
      if (Number.isNaN(value) || (value === 0 && isLeftOut?.(index) === true)) continue;
      count += 1;
      if (value < lowest) lowest = value;
      if (value > highest) highest = value;
      newestAt = index;
    }
    let last = newestAt;
    while (last >= 0 && !((values[last] ?? 0) > 0)) last -= 1;
    newestMs = Math.max(newestMs, atMs[newestAt] ?? -Infinity);
    const own = atMs[last];
    if (own !== undefined && own >= (newest?.atMs ?? -Infinity))
      newest = { value: values[last] ?? Number.NaN, atMs: own };
  }
  return { count, lowest, highest, newest, newestMs };
}

function rangeOfValues(values: readonly number[]): Range {
  let [lowest, highest] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
  }
  return { count: values.length, lowest, highest };
}

function together(columns: readonly Column[], points: Points): Points {
  const [at, timesMs, values] = [[...points.at], [...points.timesMs], [...points.values]];
  for (const column of columns) {
    for (let index = 0; index < column.values.length; index += 1) {
      const value = column.values[index] ?? Number.NaN;
      if (Number.isNaN(value) || (value === 0 && column.isLeftOut?.(index) === true)) continue;
      at.push(column.first + index);
      timesMs.push(column.atMs[index] ?? Number.NaN);
      values.push(value);
    }
  }
  return { at, timesMs, values };
}

function ascending(points: Points): Points {
  const { at, timesMs, values } = points;
  if (timesMs.every((atMs, index) => index === 0 || atMs >= (timesMs[index - 1] ?? 0))) return points;
  const order = [...timesMs.keys()].sort(
    (a, b) => (timesMs[a] ?? 0) - (timesMs[b] ?? 0) || (at[a] ?? 0) - (at[b] ?? 0),
  );
  const sorted = (list: readonly number[]): number[] => order.map((index) => list[index] ?? 0);
  return { at: sorted(at), timesMs: sorted(timesMs), values: sorted(values) };
}
