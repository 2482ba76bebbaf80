import type { ExchangeId } from '../core/ids.ts';
import { HOUR_MS } from '../core/units.ts';
import { newestStep, type ColumnsByExchange, type StepColumn } from './hours.ts';

/**
 * Sums over exchanges, of amounts only: prices and ratios have no sum. A sum is of the same exchanges at all of its
 * steps, because one over fewer of them would look like a fall.
 */

/** `values[i]` belongs to the step `firstMs + i × stepMs`; NaN = gap. */
export interface AlignedSum extends StepColumn {
  /** The exchanges that are added up. */
  readonly exchanges: readonly ExchangeId[];
  /** Those of them that are carried on over a hole. */
  readonly carried: readonly ExchangeId[];
  /** The part of the usual total that these exchanges hold, 0..1: each is usually what it was on average in this stretch. */
  readonly share: number;
}

export interface SumOptions {
  /** An exchange with fewer values in the stretch is left out. */
  readonly minimumSteps: number;
  /** Over a hole that is no longer than this the value before it is carried on; 0 unless stated. Of amounts that are there at a moment only, never of flows. */
  readonly carryMs?: number;
}

/** Share of the steps since an exchange's first that may be missing; two may in any case. */
const MOST_HOLES = 0.05;

/**
 * Returns whether an exchange may take part in a sum: it has values enough, and hardly a hole among the `span` steps from its
 * first one on (many would blank the sum).
 */
export function mayTakePart(known: number, span: number, minimumSteps: number): boolean {
  return known >= minimumSteps && span - known <= Math.max(2, MOST_HOLES * span);
}

/**
 * Returns the sum over the `steps` steps that end with the one labelled `endMs`. Only exchanges take part that have the
 * last step, at least `minimumSteps` in all and hardly a hole since their first (one with many would blank the sum); a
 * step in which one of these is missing is a gap. Undefined where no exchange takes part.
 */
export function alignedSum(
  byExchange: ColumnsByExchange,
  endMs: number,
  steps: number,
  { minimumSteps, carryMs = 0 }: SumOptions,
): AlignedSum | undefined {
  const stepMs = stepOfAll(byExchange);
  const firstMs = endMs - (steps - 1) * stepMs;
  const stretches = [...byExchange].map(([exchange, column]) =>
    stretchOf(exchange, column, firstMs, steps, Math.floor(carryMs / stepMs)),
  );
  const counted = stretches.filter((stretch) => isCounted(stretch, steps, minimumSteps));
  if (counted.length === 0) return undefined;
  const values = new Float64Array(steps);
  for (const { column, offset } of counted)
    for (let at = 0; at < steps; at += 1)
      values[at] = (values[at] ?? 0) + (column[offset + at] ?? Number.NaN);
  const usual = (list: readonly Stretch[]): number => list.reduce((sum, one) => sum + one.usual, 0);
  const whole = usual(stretches);
  return {
    ...{ firstMs, stepMs, values },
    exchanges: counted.map(({ exchange }) => exchange),
    carried: counted.filter(({ isCarried }) => isCarried).map(({ exchange }) => exchange),
    share: whole > 0 ? usual(counted) / whole : 1,
  };
}

/**
 * As `alignedSum` up to the newest step. Some exchanges state an hour when it starts, others when it is over: where
 * one step back counts more exchanges, the sum ends there.
 */
export function newestAlignedSum(
  byExchange: ColumnsByExchange,
  nowMs: number,
  steps: number,
  options: SumOptions,
): AlignedSum | undefined {
  const newest = newestStep(byExchange, nowMs);
  if (newest === undefined) return undefined;
  // Where the sum ends is chosen without carrying: else it would end with a step that most exchanges do not have yet.
  const stepMs = stepOfAll(byExchange);
  const earlier = newest - stepMs;
  const count = (endMs: number): number => {
    const firstMs = endMs - (steps - 1) * stepMs;
    const stretches = [...byExchange].map(([id, column]) => stretchOf(id, column, firstMs, steps, 0));
    return stretches.filter((stretch) => isCounted(stretch, steps, options.minimumSteps)).length;
  };
  return alignedSum(byExchange, count(earlier) > count(newest) ? earlier : newest, steps, options);
}

/** Rolling sums over `width` steps; NaN where the window is not full or holds a gap. */
export function rollingSum(values: Float64Array, width: number): Float64Array {
  return values.map((_, index) => {
    if (index + 1 < width) return Number.NaN;
    let sum = 0;
    for (let offset = 0; offset < width; offset += 1) sum += values[index - offset] ?? Number.NaN;
    return sum;
  });
}

/** Differences to the value `width` steps before; NaN where either is missing. */
export function rollingDifference(values: Float64Array, width: number): Float64Array {
  return values.map((value, index) => value - (values[index - width] ?? Number.NaN));
}

/** An exchange's values of a stretch: the places of `column` from `offset` on. */
interface Stretch {
  readonly exchange: ExchangeId;
  readonly column: Float64Array;
  readonly offset: number;
  /** The place of its first value; the number of steps where it has none. */
  readonly first: number;
  readonly known: number;
  readonly hasLast: boolean;
  readonly usual: number;
  readonly isCarried: boolean;
}

const isCounted = ({ first, known, hasLast }: Stretch, steps: number, minimumSteps: number): boolean =>
  hasLast && mayTakePart(known, steps - first, minimumSteps);

/** Holes of at most `carry` steps are bridged, and are then none. */
function stretchOf(
  exchange: ExchangeId,
  { firstMs, stepMs, values }: StepColumn,
  fromMs: number,
  steps: number,
  carry: number,
): Stretch {
  const offset = (fromMs - firstMs) / stepMs;
  const carried = carry > 0 ? carriedOver(values, offset, steps, carry) : undefined;
  const place = carried === undefined ? { column: values, offset } : { column: carried, offset: 0 };
  let [first, known, total] = [steps, 0, 0];
  for (let at = 0; at < steps; at += 1) {
    const value = place.column[place.offset + at] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    if (known === 0) first = at;
    known += 1;
    total += value;
  }
  const hasLast = !Number.isNaN(place.column[place.offset + steps - 1] ?? Number.NaN);
  const isCarried = carried !== undefined && carried.some((value, at) => !Object.is(value, values[offset + at] ?? Number.NaN)); // prettier-ignore
  return { exchange, ...place, first, known, hasLast, usual: known > 0 ? total / known : 0, isCarried };
}

/** Only between two values: what an exchange has not stated since is not known, and it has no last step. */
function carriedOver(column: Float64Array, offset: number, steps: number, carry: number): Float64Array {
  const values = Float64Array.from({ length: steps }, (_, at) => column[offset + at] ?? Number.NaN);
  let before = -1;
  for (let at = 0; at < steps; at += 1) {
    if (Number.isNaN(values[at])) continue;
    const missing = at - before - 1;
    if (before >= 0 && missing > 0 && missing <= carry)
      values.fill(values[before] ?? Number.NaN, before + 1, at);
    before = at;
  }
  return values;
}

const stepOfAll = (byExchange: ColumnsByExchange): number =>
  byExchange.values().next().value?.stepMs ?? HOUR_MS;
