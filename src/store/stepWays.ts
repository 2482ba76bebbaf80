import { mayLevelBarsRun } from '../core/levelBars.ts';
import { DAY_MS, HOUR_MS } from '../core/units.ts';

/** Steps that the store keeps roll-ups of. */
export const ROLL_UP_STEPS: readonly number[] = [HOUR_MS, DAY_MS];

/** How rows become one value a step; see `ColumnsQuery.stepMs`. */
export type StepWay = 'as-they-are' | 'nearest' | 'sum' | 'at-label' | 'none';

/** Amounts that add up over time; of what does not, shorter bars say nothing about a longer one. */
const ADDS_UP = /(?:Base|Usd|Contracts)$/;

/** Readings at a moment, labelled with the bar that they belong to. */
const MOMENT_KINDS: ReadonlySet<string> = new Set(['open-interest', 'long-short-ratio']);

const BAR_KINDS: ReadonlySet<string> = new Set([
  'open-interest',
  'candle',
  'long-short-ratio',
  'taker-volume',
  'liquidation-volume',
  'basis',
]);

/** Returns the length of bars that a facet states; undefined for readings. */
export function barMsOf(kind: string, facet: string): number | undefined {
  const [, barMs] = /-(\d+)$/.exec(facet) ?? [];
  return barMs === undefined || !BAR_KINDS.has(kind) ? undefined : Number(barMs);
}

/** Of bars that an amount or a price is of, how long they run: what is read before may change. 0 for everything else. */
export function runMsOf({ kind, facet }: { readonly kind: string; readonly facet: string }): number {
  return MOMENT_KINDS.has(kind) ? 0 : (barMsOf(kind, facet) ?? 0);
}

interface OfBars {
  readonly kind: string;
  readonly exchange: string;
}

/** Returns how rows of a series of a bar length (undefined: readings) become one value a step. */
export function wayOf({ kind, exchange }: OfBars, barMs: number | undefined, stepMs: number): StepWay {
  if (barMs === undefined) return 'nearest';
  if (barMs === stepMs) return 'as-they-are';
  if (barMs > stepMs) return 'none';
  if (kind !== 'open-interest') return 'sum';
  // Bars of a level say what stood at one moment each, and none stands for an hour where it may be another moment than its label.
  // Days of hours are the exchange's own alone.
  return barMs < HOUR_MS && !mayLevelBarsRun(exchange) ? 'at-label' : 'none';
}

/** Returns the start of the step that a row belongs to. */
export function labelOf(way: StepWay, atMs: number, stepMs: number): number {
  return Math.floor(way === 'nearest' ? atMs / stepMs + 0.5 : atMs / stepMs) * stepMs;
}

/** Returns whether a field of bars adds up over time. */
export function addsUp(field: string): boolean {
  return ADDS_UP.test(field);
}
