import { ROW_FRACTION, ROWS } from '../heatmap/priceRows.ts';
import { EqualDistance } from './equalDistance.ts';
import { dot, partialOf, unitRanks } from './ranks.ts';
import type { SideWindows, Windows } from './windows.ts';

/** How well the levels of one side foretold what was liquidated. Absent = cannot be told from these windows. */
export interface SideScore {
  /** Rank correlation of crossed modelled notional with realised liquidations, given the distance moved. */
  readonly partialRankCorrelation: number | undefined;
  /** Rank correlation of the distance moved with realised liquidations. */
  readonly distanceAlone: number | undefined;
  /** The same as partialRankCorrelation with the levels of other times in the size of this time: mean over shifts. */
  readonly placebo: number | undefined;
  readonly hitLift: number | undefined;
  readonly sizeLift: number | undefined;
  /** The same as hitLift with the levels of other times in the size of this time: mean over shifts. */
  readonly placeboLift: number | undefined;
}

export interface Score {
  readonly long: SideScore;
  readonly short: SideScore;
  /** Of both sides. */
  readonly mean: SideScore;
  /** Standard deviation over the shifts, of the mean of both sides: how far chance alone carries. */
  readonly placeboSpread: number | undefined;
  readonly placeboLiftSpread: number | undefined;
  /** Shares of shifts whose mean of both sides is at least the real one; 1/(shifts + 1) at the least. */
  readonly chanceOfCorrelation: number | undefined;
  readonly chanceOfLift: number | undefined;
}

/** How many times the levels are shifted against the liquidations: for a verdict, and where the mean is enough. */
const SHIFTS = 99;
export const FEW_SHIFTS = 19;
/** No shift is nearer than this part of the windows: levels last. */
const NEAREST_SHIFT = 0.05;

/** What one side of windows is scored by, made once for any levels. */
export class SideScorer {
  readonly #side: SideWindows;
  readonly #distance: Float64Array | undefined;
  readonly #liquidated: Float64Array | undefined;
  readonly #equal: EqualDistance;

  constructor(side: SideWindows) {
    this.#side = side;
    this.#distance = unitRanks(side.distance);
    this.#liquidated = unitRanks(side.liquidatedQuote);
    this.#equal = new EqualDistance(side);
  }

  get distanceAlone(): number | undefined {
    if (this.#distance === undefined || this.#liquidated === undefined) return undefined;
    return dot(this.#distance, this.#liquidated);
  }

  /** Returns the rank correlation of crossed notional with liquidations, given the distance. */
  partial(crossed: Float64Array): number | undefined {
    const own = unitRanks(crossed);
    const alone = this.distanceAlone;
    if (own === undefined || alone === undefined) return undefined;
    if (this.#distance === undefined || this.#liquidated === undefined) return undefined;
    return partialOf(dot(own, this.#liquidated), dot(own, this.#distance), alone);
  }

  /** Returns what each window crossed: rows up to the distance moved, the last one in part. */
  crossed(rows: Float32Array | Float64Array): Float64Array {
    return this.#side.distance.map((distance, at) => {
      const start = at * ROWS;
      const reach = Math.min(ROWS, distance / ROW_FRACTION);
      const whole = Math.floor(reach);
      let sum = 0;
      for (let row = 0; row < whole; row += 1) sum += rows[start + row] ?? Number.NaN;
      return whole < ROWS ? sum + (reach - whole) * (rows[start + whole] ?? Number.NaN) : sum;
    });
  }

  at(rows: Float32Array | Float64Array): { partial?: number; hit?: number; size?: number } {
    const partial = this.partial(this.crossed(rows));
    const { hit, size } = this.#equal.lift(rows);
    return {
      ...(partial === undefined ? {} : { partial }),
      ...(hit === undefined || size === undefined ? {} : { hit, size }),
    };
  }
}

/** Returns the rows of one side by weights, windows × ROWS. */
export function weightedRows({ rows }: SideWindows, weights: readonly number[]): Float64Array {
  const sum = new Float64Array(rows[0]?.length ?? 0);
  for (const [part, list] of rows.entries()) {
    const weight = weights[part] ?? 0;
    if (weight === 0) continue;
    for (const [at, one] of list.entries()) sum[at] = (sum[at] ?? 0) + weight * one;
  }
  return sum;
}

/**
 * Returns the levels of other times in the size of this time: each window gets the rows of the one that is `shift` later, around
 * the end, so scaled that their sum is its own. What grows or livens up over a history stays; where levels stand does not.
 */
export function shiftedRows(rows: Float64Array, shift: number): Float64Array {
  const count = rows.length / ROWS;
  const sums = Array.from({ length: count }, (_, at) =>
    rows.subarray(at * ROWS, (at + 1) * ROWS).reduce((sum, one) => sum + one, 0),
  );
  const shifted = new Float64Array(rows.length);
  for (let at = 0; at < count; at += 1) {
    const other = (at + shift) % count;
    const [own, theirs] = [sums[at] ?? 0, sums[other] ?? 0];
    const scale = theirs > 0 ? own / theirs : 0;
    for (let row = 0; row < ROWS; row += 1)
      shifted[at * ROWS + row] = scale * (rows[other * ROWS + row] ?? Number.NaN);
  }
  return shifted;
}

/** Scores levels, by the weights of their parts, against what was liquidated in the windows; `most` shifts make the placebo. */
export function scoreOf(windows: Windows, weights: readonly number[], most = SHIFTS): Score {
  const shifts = shiftsOf(windows.count, most);
  const scored = (side: SideWindows): Scored => {
    const scorer = new SideScorer(side);
    const rows = weightedRows(side, weights);
    return {
      scorer,
      real: scorer.at(rows),
      shifted: shifts.map((shift) => scorer.at(shiftedRows(rows, shift))),
    };
  };
  const [long, short] = [scored(windows.long), scored(windows.short)];
  const meanAt = (key: 'partial' | 'hit'): number[] =>
    known(shifts.map((_, at) => middle(long.shifted[at]?.[key], short.shifted[at]?.[key])));
  const [partials, lifts] = [meanAt('partial'), meanAt('hit')];
  const scores = { long: sideOf(long), short: sideOf(short) };
  const mean = meanOf(scores.long, scores.short);
  return {
    ...{ ...scores, mean, placeboSpread: spreadOf(partials), placeboLiftSpread: spreadOf(lifts) },
    chanceOfCorrelation: chanceOf(mean.partialRankCorrelation, partials),
    chanceOfLift: chanceOf(mean.hitLift, lifts),
  };
}

interface Scored {
  readonly scorer: SideScorer;
  readonly real: ReturnType<SideScorer['at']>;
  readonly shifted: readonly ReturnType<SideScorer['at']>[];
}

function shiftsOf(count: number, most: number): number[] {
  const nearest = Math.ceil(count * NEAREST_SHIFT);
  const span = count - 2 * nearest;
  const all = Array.from({ length: most }, (_, at) => nearest + Math.round((span * at) / (most - 1)));
  return [...new Set(all)].filter((shift) => shift > 0 && shift < count);
}

function sideOf({ scorer, real, shifted }: Scored): SideScore {
  return {
    partialRankCorrelation: real.partial,
    distanceAlone: scorer.distanceAlone,
    placebo: averageOf(known(shifted.map(({ partial }) => partial))),
    hitLift: real.hit,
    sizeLift: real.size,
    placeboLift: averageOf(known(shifted.map(({ hit }) => hit))),
  };
}

function meanOf(long: SideScore, short: SideScore): SideScore {
  const keys = Object.keys(long) as (keyof SideScore)[];
  return Object.fromEntries(keys.map((key) => [key, middle(long[key], short[key])])) as unknown as SideScore;
}

const known = (values: readonly (number | undefined)[]): number[] =>
  values.filter((value) => value !== undefined);

const middle = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : (a + b) / 2;

const averageOf = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((sum, one) => sum + one, 0) / values.length;

function spreadOf(values: readonly number[]): number | undefined {
  const mean = averageOf(values);
  if (mean === undefined || values.length < 2) return undefined;
  return Math.sqrt(values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (values.length - 1));
}

function chanceOf(real: number | undefined, shifted: readonly number[]): number | undefined {
  if (real === undefined || shifted.length === 0) return undefined;
  return (1 + shifted.filter((one) => one >= real).length) / (1 + shifted.length);
}
