import type { Layout } from './layouts.ts';
import { targetOf, type Target, type TargetName } from './targets.ts';

export interface ValueAt {
  readonly atMs: number;
  readonly value: number;
}

export interface ColumnTally {
  readonly column: string;
  readonly to: TargetName;
  readonly unit: string;
  values: number;
  /** Cells without a value. */
  absent: number;
  /** Empty cells that are read as 0, because the layout says so; part of `values`. */
  noneWhereEmpty: number;
  first: ValueAt | null;
  last: ValueAt | null;
}

/** Steps that are missing between the rows of an instrument. */
export interface Holes {
  count: number;
  missing: number;
  longestMs: number;
  longestFromMs: number | null;
}

/** What was seen of a file. */
export class Tally {
  rows = 0;
  /** Rows of which at least one value was kept. */
  kept = 0;
  /** Rows of other assets. */
  others = 0;
  /** Rows of bars that are not over, and of times to come. */
  running = 0;
  repeated = 0;
  firstRepeated: string | null = null;
  series = 0;
  /** Rows nearer to the one before than their step; of funding that is a hint of another interval. */
  short = 0;
  steps = 0;
  readonly holes: Holes | null;
  readonly columns: readonly ColumnTally[];
  readonly targetOf = targetOf as (name: TargetName) => Target;
  readonly #barMs: number;

  constructor({ barMs, interval, columns }: Layout) {
    this.#barMs = barMs ?? Number.NaN;
    const hasSteps = barMs !== undefined || interval !== undefined;
    this.holes = hasSteps ? { count: 0, missing: 0, longestMs: 0, longestFromMs: null } : null;
    this.columns = columns.map(({ column, to }) => ({
      ...{ column, to, unit: targetOf(to).isPercent === true ? 'fraction' : targetOf(to).unit },
      ...{ values: 0, absent: 0, noneWhereEmpty: 0, first: null, last: null },
    }));
  }

  repeat(where: string): void {
    this.repeated += 1;
    this.firstRepeated ??= where;
  }

  /** Counts the step between two rows; `intervalMs` is NaN where there is none. */
  step(fromMs: number, lengthMs: number, intervalMs: number): void {
    const stepMs = Number.isNaN(this.#barMs) ? intervalMs : this.#barMs;
    if (this.holes === null || !(stepMs > 0)) return;
    this.steps += 1;
    if (lengthMs < stepMs * 0.9) this.short += 1;
    if (lengthMs < stepMs * 1.5) return;
    this.holes.count += 1;
    this.holes.missing += Math.round(lengthMs / stepMs) - 1;
    if (lengthMs <= this.holes.longestMs) return;
    this.holes.longestMs = lengthMs;
    this.holes.longestFromMs = fromMs;
  }

  value(at: number, atMs: number, value: number, isNoneWhereEmpty: boolean): void {
    const column = this.columns[at];
    if (column === undefined) return;
    if (Number.isNaN(value)) {
      column.absent += 1;
      return;
    }
    column.values += 1;
    if (isNoneWhereEmpty) column.noneWhereEmpty += 1;
    if (column.first === null || atMs < column.first.atMs) column.first = { atMs, value };
    if (column.last === null || atMs >= column.last.atMs) column.last = { atMs, value };
  }

  /** The times of the first and the last value; null where there is none. */
  span(): { readonly firstMs: number | null; readonly lastMs: number | null } {
    const firsts = this.columns.flatMap(({ first }) => (first === null ? [] : [first.atMs]));
    const lasts = this.columns.flatMap(({ last }) => (last === null ? [] : [last.atMs]));
    return {
      firstMs: firsts.length === 0 ? null : Math.min(...firsts),
      lastMs: lasts.length === 0 ? null : Math.max(...lasts),
    };
  }
}
