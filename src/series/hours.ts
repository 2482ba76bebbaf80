import type { ExchangeId } from '../core/ids.ts';
import { HOUR_MS } from '../core/units.ts';

/**
 * Values at even steps: `values[i]` belongs to the step that starts at `firstMs + i × stepMs`; NaN = gap, never 0. The
 * floor between store and analysis hands out nothing else.
 */
export interface StepColumn {
  readonly firstMs: number;
  readonly stepMs: number;
  readonly values: Float64Array;
}

/** One column per exchange, on one grid. */
export type ColumnsByExchange = ReadonlyMap<ExchangeId, StepColumn>;

/** Returns the value of the step that starts at `atMs`; NaN where there is none. */
export function valueAt({ firstMs, stepMs, values }: StepColumn, atMs: number): number {
  return values[(atMs - firstMs) / stepMs] ?? Number.NaN;
}

/** Returns the values of so many steps from one on, NaN where a column has none, and all of them NaN without a column. */
export function valuesFrom(column: StepColumn | undefined, firstMs: number, steps: number): Float64Array {
  const values = new Float64Array(steps).fill(Number.NaN);
  if (column === undefined) return values;
  for (let at = 0; at < steps; at += 1) values[at] = valueAt(column, firstMs + at * column.stepMs);
  return values;
}

/** Returns the start of the step that a time lies in: what a bar is labelled with. */
export function stepOf(atMs: number, stepMs = HOUR_MS): number {
  return Math.floor(atMs / stepMs) * stepMs;
}

/**
 * Returns the label of a reading of the moment: the nearest start of a step, because a label means the state at that
 * time, so that it is off by half a step at most.
 */
export function labelOfReading(atMs: number, stepMs = HOUR_MS): number {
  return stepOf(atMs + stepMs / 2, stepMs);
}

/** Returns the label of the newest value not after `untilMs`; undefined where there is none. */
export function newestLabel({ firstMs, stepMs, values }: StepColumn, untilMs = Infinity): number | undefined {
  const from = Math.min(values.length - 1, Math.floor((untilMs - firstMs) / stepMs));
  for (let index = from; index >= 0; index -= 1)
    if (!Number.isNaN(values[index])) return firstMs + index * stepMs;
  return undefined;
}

/** Returns the newest label not after `untilMs` that any exchange has a value for. */
export function newestStep(byExchange: ColumnsByExchange, untilMs: number): number | undefined {
  let newest: number | undefined;
  for (const column of byExchange.values()) {
    const own = newestLabel(column, untilMs);
    if (own !== undefined && (newest === undefined || own > newest)) newest = own;
  }
  return newest;
}

/** Returns how many values a column has. */
export function countOf({ values }: Pick<StepColumn, 'values'>): number {
  let count = 0;
  for (let at = 0; at < values.length; at += 1) if (!Number.isNaN(values[at])) count += 1;
  return count;
}
