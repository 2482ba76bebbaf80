import type { ExchangeId } from '../core/ids.ts';

/**
 * Values at even steps: `values[i]` belongs to the step that starts at `firstMs + i × stepMs`; NaN = gap, never 0. The
 * floor between store and analysis hands out nothing else.
 */
export interface StepColumn {
  readonly firstMs: number;
  readonly stepMs: number;
  readonly values: Float64Array;
}

/** One column per exchange. */
export type ColumnsByExchange = ReadonlyMap<ExchangeId, StepColumn>;

/** Returns the value of the step that starts at `atMs`; NaN where there is none. */
export function valueAt({ firstMs, stepMs, values }: StepColumn, atMs: number): number {
  return values[(atMs - firstMs) / stepMs] ?? Number.NaN;
}
