import { HOUR_MS } from '../../core/units.ts';
import { median } from './statistics.ts';

/**
 * How far price, open interest and funding have come within a window. Both ends are of the same exchanges: one that has
 * no number at either end takes no part. Where a number then is not there, the change is absent, never zero.
 */

/** A value that was seen at a moment. */
export interface Point {
  readonly atMs: number;
  readonly value: number;
}

/** A yearly rate, a fraction, that was in force after `fromMs` up to and with `untilMs`. */
export interface RateSpan {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly perYear: number;
}

/** Two points that are further apart say nothing about the time between them. */
export const LONGEST_STRETCH_MS = 2 * HOUR_MS;
/** Exchanges with both ends must hold so much of today's open interest, else their change is not that of the asset. */
const LEAST_SHARE = 0.5;

/**
 * Returns the value at a moment on the straight line between the points around it (ascending in time); a point of that
 * very moment as it is. Undefined where there is none on either side or the two are more than two hours apart.
 */
export function valueAt(points: readonly Point[], atMs: number): number | undefined {
  const before = points.findLast((point) => point.atMs <= atMs);
  if (before === undefined || before.atMs === atMs) return before?.value;
  const after = points.find((point) => point.atMs > atMs);
  if (after === undefined || after.atMs - before.atMs > LONGEST_STRETCH_MS) return undefined;
  const part = (atMs - before.atMs) / (after.atMs - before.atMs);
  return before.value + part * (after.value - before.value);
}

/** Returns the yearly rate that was in force at a moment, as a fraction; undefined where none is known. */
export function rateAt(spans: readonly RateSpan[], atMs: number): number | undefined {
  return spans.find(({ fromMs, untilMs }) => fromMs < atMs && atMs <= untilMs)?.perYear;
}

/** What one exchange shows now and showed then. */
export interface ChangeLeg {
  readonly exchange: string;
  readonly now?: number | undefined;
  readonly then?: number | undefined;
  /** Of funding: what its rate is weighed with, open interest in USD now. */
  readonly weight?: number | undefined;
}

export interface Change {
  /** A fraction, or for funding a difference of yearly rates, itself a fraction. */
  readonly value: number;
  /** The exchanges that it is of. */
  readonly exchanges: readonly string[];
}

/** How far an asset has come within `windowMs`; a part is absent where too few exchanges have a number then. */
export interface AssetChange {
  readonly windowMs: number;
  /** Price now / then − 1, a fraction: the median over exchanges. */
  readonly price?: Change;
  /** Open interest in coins now / then − 1, a fraction. */
  readonly openInterest?: Change;
  /** Funding now − then, as a difference of yearly rates (a fraction: 0.01 is one percentage point a year). */
  readonly fundingPerYear?: Change;
}

/** Returns the median over exchanges of price now / price then − 1, a fraction; undefined where no exchange has both. */
export function priceChange(legs: readonly ChangeLeg[]): Change | undefined {
  const whole = withBothEnds(legs).filter(({ now, then }) => now > 0 && then > 0);
  const value = median(whole.map(({ now, then }) => now / then - 1));
  return changeOf(value, whole);
}

/**
 * Returns Σ coins now / Σ coins then − 1, a fraction, of one-sided open interest in coins: in coins, so that a move of
 * the price alone is no change. Undefined where the exchanges with both ends hold less than half of today's coins.
 */
export function openInterestChange(legs: readonly ChangeLeg[]): Change | undefined {
  const whole = withBothEnds(legs);
  const [now, then] = [sum(whole.map((leg) => leg.now)), sum(whole.map((leg) => leg.then))];
  const all = sum(legs.map((leg) => leg.now ?? 0));
  if (!(then > 0) || now < LEAST_SHARE * all) return undefined;
  return changeOf(now / then - 1, whole);
}

/**
 * Returns the mean of yearly rate now − yearly rate then, weighted by today's open interest, as a fraction (0.01 is one
 * percentage point a year). Undefined where the exchanges with both ends hold less than half of the weight.
 */
export function fundingChange(legs: readonly ChangeLeg[]): Change | undefined {
  const whole = withBothEnds(legs).filter(({ weight }) => weight !== undefined && weight > 0);
  const weight = sum(whole.map((leg) => leg.weight ?? 0));
  const all = sum(legs.map((leg) => (leg.now === undefined ? 0 : (leg.weight ?? 0))));
  if (!(weight > 0) || weight < LEAST_SHARE * all) return undefined;
  const weighted = sum(whole.map((leg) => (leg.now - leg.then) * (leg.weight ?? 0)));
  return changeOf(weighted / weight, whole);
}

type WholeLeg = ChangeLeg & { readonly now: number; readonly then: number };

const withBothEnds = (legs: readonly ChangeLeg[]): WholeLeg[] =>
  legs.filter((leg): leg is WholeLeg => Number.isFinite(leg.now) && Number.isFinite(leg.then));

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Differences of floats leave traces; a change that no exchange could state is none. */
const SMALLEST = 1e-9;

function changeOf(value: number | undefined, legs: readonly ChangeLeg[]): Change | undefined {
  if (value === undefined || !Number.isFinite(value)) return undefined;
  return {
    value: Math.abs(value) < SMALLEST ? 0 : value,
    exchanges: legs.map(({ exchange }) => exchange),
  };
}
