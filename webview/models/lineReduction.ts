import type { TimeColumn } from '../../src/surfaces/protocol/payloads.ts';
import type { Range } from './axis.ts';
import { indexAtOrBefore } from './grid.ts';

/** With more points than this for each column of pixels a line is drawn by columns. */
const DENSE = 0.7;

/**
 * What is drawn of a line, from left to right; `x` counts columns of pixels from the left edge, all else is in the line's own
 * unit. Where points lie further apart than pixels an entry is a point, of which only `first` is filled. Where they lie
 * closer an entry is a column with its first, least, greatest and last value. A NaN in `first` breaks the line. One
 * reduction is kept and filled again at each draw.
 */
export interface ReducedLine {
  isDense: boolean;
  count: number;
  x: Float64Array;
  first: Float64Array;
  low: Float64Array;
  high: Float64Array;
  last: Float64Array;
}

const FIELDS = ['x', 'first', 'low', 'high', 'last'] as const;

/** Makes an empty reduction. */
export function emptyReduction(): ReducedLine {
  const make = (): Float64Array => new Float64Array(256);
  return { isDense: false, count: 0, x: make(), first: make(), low: make(), high: make(), last: make() };
}

function push(into: ReducedLine, x: number, first: number, low = NaN, high = NaN, last = NaN): void {
  const at = into.count++;
  if (at === into.x.length)
    for (const field of FIELDS) {
      const longer = new Float64Array(2 * at);
      longer.set(into[field]);
      into[field] = longer;
    }
  into.x[at] = x;
  into.first[at] = first;
  into.low[at] = low;
  into.high[at] = high;
  into.last[at] = last;
}

/** Returns the stretch [from, to) of points that a range shows, with the one before and the one after it. */
function visibleStretch(atMs: Float64Array, { min, max }: Range): { from: number; to: number } {
  const before = indexAtOrBefore(atMs, min);
  return { from: Math.max(0, before), to: Math.min(atMs.length, indexAtOrBefore(atMs, max) + 2) };
}

/**
 * Fills `into` with what `columns` columns of pixels show of a line in a range of time. No extreme is lost, and a gap stays a
 * gap, also one that is narrower than a column.
 */
export function reduceLine(
  { atMs, values }: TimeColumn,
  range: Range,
  columns: number,
  into: ReducedLine,
): void {
  const { from, to } = visibleStretch(atMs, range);
  const columnMs = (range.max - range.min) / columns;
  into.count = 0;
  into.isDense = to - from > columns * DENSE;
  if (!into.isDense)
    for (let index = from; index < to; index++)
      push(into, ((atMs[index] as number) - range.min) / columnMs, values[index] as number);
  else
    for (let index = from; index < to;) {
      const column = Math.floor(((atMs[index] as number) - range.min) / columnMs);
      const next = firstAtOrAfter(atMs, range.min + (column + 1) * columnMs, index + 1, to);
      reduceColumn(values, index, next, column, into);
      index = next;
    }
}

/** Returns the first index in [from, to) whose time is not before `time`: it is near `from`, so that steps double from there. */
function firstAtOrAfter(atMs: Float64Array, time: number, from: number, to: number): number {
  let low = from;
  let step = 8;
  while (low + step < to && (atMs[low + step] as number) < time) {
    low += step;
    step *= 2;
  }
  let high = Math.min(to, low + step);
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((atMs[middle] as number) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Adds what a column has of the points [from, to): one entry for each stretch between gaps. */
function reduceColumn(
  values: Float64Array,
  from: number,
  to: number,
  column: number,
  into: ReducedLine,
): void {
  let index = from;
  while (index < to) {
    const first = values[index] as number;
    const isGap = Number.isNaN(first);
    let [low, high, last] = [first, first, first];
    for (index += 1; index < to; index++) {
      const value = values[index] as number;
      if (value < low) low = value;
      else if (value > high) high = value;
      else if (Number.isNaN(value) !== isGap) break;
      last = value;
    }
    push(into, column, first, low, high, last);
  }
}

/** Returns the points with a gap on both sides: a line through one point shows nothing, so they get a dot. */
export function lonePoints({ first, count }: ReducedLine): number[] {
  const isGap = (index: number): boolean => index < 0 || index >= count || Number.isNaN(first[index]);
  const lone: number[] = [];
  for (let index = 0; index < count; index++)
    if (!isGap(index) && isGap(index - 1) && isGap(index + 1)) lone.push(index);
  return lone;
}

/**
 * Returns the least and greatest value that a line has in a range, where it enters and leaves it too; undefined where it
 * has none there.
 */
export function visibleValues({ atMs, values }: TimeColumn, range: Range): Range | undefined {
  let min = Infinity;
  let max = -Infinity;
  const before = indexAtOrBefore(atMs, range.min);
  const last = indexAtOrBefore(atMs, range.max);
  for (let index = before + (atMs[before] === range.min ? 0 : 1); index <= last; index++) {
    const value = values[index] as number;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  for (const [edgeMs, index] of [
    [range.min, before],
    [range.max, last],
  ] as const) {
    const [startMs = NaN, endMs = NaN] = [atMs[index], atMs[index + 1]];
    const [start = NaN, end = NaN] = [values[index], values[index + 1]];
    const value = start + ((end - start) * (edgeMs - startMs)) / (endMs - startMs);
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return min <= max ? { min, max } : undefined;
}

/** Returns whether a range shows anything of a line: a value in it, or what joins the values beside it. */
export function isSeenIn(line: TimeColumn, range: Range): boolean {
  const { atMs, values } = line;
  for (let index = indexAtOrBefore(atMs, range.min) + 1; index < atMs.length; index++) {
    if ((atMs[index] as number) > range.max) break;
    if (Number.isFinite(values[index])) return true;
  }
  return visibleValues(line, range) !== undefined;
}
