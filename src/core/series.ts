import type { Asset, ExchangeId, InstrumentKey } from './ids.ts';

export type Unit = 'base' | 'usd' | 'quote' | 'fraction' | 'fraction-per-year' | 'ratio' | 'z-score';

/** A half-open stretch of time, epoch ms. */
export interface Interval {
  readonly fromMs: number;
  readonly toMs: number;
}

/** One metric over time in columns, ascending and without duplicates. NaN marks a gap; a gap is never filled. */
export interface Series {
  readonly metric: string;
  readonly scope:
    { readonly exchange: ExchangeId; readonly instrument: InstrumentKey } | { readonly aggregate: Asset };
  readonly unit: Unit;
  readonly atMs: Float64Array;
  readonly values: Float64Array;
  readonly gaps: readonly Interval[];
}
