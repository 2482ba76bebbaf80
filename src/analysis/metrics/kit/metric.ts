import type { Reach } from '../highestSince.ts';
import type { ExchangeId } from '../../../core/ids.ts';
import type { Unit } from '../../../core/units.ts';
import type { SeriesId } from '../../../series/catalogue.ts';
import type { MetricInputs } from './inputs.ts';
import type { LiveInputs } from './liveInputs.ts';
import type { Range } from './range.ts';

/**
 * One metric: everything that the product says of it, and how its number is made. Whatever needs a list of metrics (the
 * dictionary, the keys of a features file, schemas, names in reports) reads the registry.
 */
export interface Metric {
  /** Stable, without a window: `open-interest-z`. Shown with the window that a number was taken over. */
  readonly id: string;
  readonly name: string;
  readonly unit: string;
  readonly formula: string;
  /** The stretch of time behind one value; `ms` is the window that the id carries where nothing else is said. */
  readonly window: { readonly words: string; readonly ms?: number };
  /** Where the numbers come from, in words. */
  readonly sources: string;
  readonly caveats: string;
  /** Which values are possible, in the unit of the feature where there is one. */
  readonly range: Range;
  /** What it is computed from: series of the catalogue, and current readings. */
  readonly inputs: readonly MetricInput[];
  /** What the regime judges; absent for a metric that is only shown. */
  readonly feature?: Feature;
  /** What rows and tables call it; absent for what only stands as evidence of a regime. */
  readonly shown?: Shown;
  /** How its number is made; absent where it rests on what is no input yet: readings around a moment, context. ADR 0033. */
  readonly computation?: Computation;
}

/** A series by its id, or the current readings of one kind. */
export type MetricInput = SeriesId | 'settled-funding' | `now:${CurrentKind}`;

/** What exchanges state at present, each with its own time. */
export type CurrentKind =
  | 'open-interest'
  | 'funding'
  | 'long-short-ratio'
  | 'price'
  | 'volume'
  | 'spot-volume'
  | 'depth'
  | 'basis'
  | 'market-cap';

/** What reports and trees call a metric; its unit and window are in the words as far as they must be. */
export interface Shown {
  /** Of the row about one exchange. */
  readonly id?: string;
  readonly label?: string;
  /** Where there is little room, the fullest first. */
  readonly names?: readonly string[];
  /** Where none of the names fits. */
  readonly lastName?: string;
  /** Of the line about all exchanges together. */
  readonly ofAll?: string;
}

/** The unit of a feature's number. */
export type FeatureUnit = Unit | 'percent' | 'boolean' | 'percentile';

/** A metric as an input of the regime. */
export interface Feature {
  /** Its key in a features file. */
  readonly key: string;
  readonly unit: FeatureUnit;
  /** What it is called within a sentence. */
  readonly words: string;
  /** `windowHours` of a features file is this feature's window. */
  readonly hasReturnWindow?: true;
  /** Further keys of a features file that say more about this one; rules do not look at them. */
  readonly beside?: Readonly<Record<string, Range>>;
}

/** Where a number came from. */
export interface MetricOrigin {
  /** The stretch of time the value itself covers; absent for a reading of the moment. */
  readonly windowMs?: number;
  /** The earlier stretch that the value is compared with. */
  readonly baselineWindowMs?: number;
  /** What was usual in that stretch, in `baselineUnit`. */
  readonly baselineValue?: number;
  readonly baselineUnit?: Unit;
  readonly sources: readonly string[];
  /** Time of the oldest number behind it. */
  readonly newestMs?: number;
  /** The number covers only part of the market, for example liquidations of one exchange. */
  readonly isPartial?: boolean;
  /** Since when it is the highest, by exchange; of their sum as `sum`. */
  readonly reach?: Readonly<Record<string, Reach>>;
  /** The same of dollars, where the number is of coins. */
  readonly reachUsd?: Readonly<Record<string, Reach>>;
}

export type MetricValue = number | boolean | Readonly<Record<ExchangeId, number | boolean>>;

/** A value that is not defined (`undefined`, not finite) counts as absent. */
export interface Known<Value = MetricValue> {
  readonly value: Value | undefined;
  readonly origin: MetricOrigin;
}

/** What a computation comes to: a value, or why there is none. */
export type Outcome = Absent | (Known & { readonly beside?: Readonly<Record<string, Known>> });

export interface Absent {
  readonly absent: string;
}

/** How a number is made, all at once and value by value. Both give the same but for rounding. */
export interface Computation {
  /** From whole columns, as they stand at `inputs.nowMs`. Pure. */
  readonly batch: (inputs: MetricInputs) => Outcome;
  /** Follows inputs that are taken in value by value: new ones, late ones, and others for times that are known. */
  readonly start: (live: LiveInputs) => MetricRun;
}

/** Returns the metric at a moment, from what was taken in by then. Moments must not go back. */
export type MetricRun = (nowMs: number) => Outcome;

/**
 * Returns the computation of what costs no more than a look at the newest values: value by value it is made as from whole
 * columns.
 */
export function atOnce(batch: Computation['batch']): Computation {
  return { batch, start: (live) => (nowMs) => batch(live.inputs(nowMs)) };
}

/** Keeps a metric's own types: the key of its feature, its unit, and what stands beside it. */
export function defineMetric<const Own extends Metric>(metric: Own): Own {
  return metric;
}
