import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../core/units.ts';
import { median } from './statistics.ts';

/**
 * How far price, open interest and funding have come within a window. Both ends are of the same exchanges, and of each of
 * them of one kind: one that has no such number at either end takes no part and is named. Where a number then is not
 * there, the change is absent, never zero.
 */

/** A value that was seen at a moment. */
export interface Point {
  readonly atMs: number;
  readonly value: number;
}

/** A yearly rate, a fraction, that was in force after `fromMs` up to and with `untilMs`; read while it ran, or settled. */
export interface RateSpan {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly perYear: number;
  readonly phase: 'running' | 'settled';
}

/** The windows that changes are shown over. */
export const CHANGE_WINDOWS_MS: readonly number[] = [HOUR_MS, DAY_MS, 7 * DAY_MS];
/** Exchanges with both ends must hold so much of today's open interest, else their change is not that of the asset. */
const LEAST_SHARE = 0.5;

/**
 * Returns how far from the moment one window ago a number may have been measured, in ms: 5 minutes of an hour, half an
 * hour of a day and longer, where the nearest full hour will do. No number is made up between two measured ones: a
 * straight line shows moves that were over before the window began.
 */
export function toleranceMs(windowMs: number): number {
  return windowMs < DAY_MS ? 5 * MINUTE_MS : 30 * MINUTE_MS;
}

/** Returns the point nearest to a moment, the earlier of equals; undefined where none is within `withinMs` of it. */
export function nearestAt<P extends Point>(
  points: readonly P[],
  atMs: number,
  withinMs: number,
): P | undefined {
  const awayMs = (point: P): number => Math.abs(point.atMs - atMs);
  let best: P | undefined;
  for (const point of points)
    if (awayMs(point) <= withinMs && (best === undefined || awayMs(point) < awayMs(best))) best = point;
  return best;
}

/** Returns the yearly rate that was in force at a moment; undefined where none is known. */
export function rateAt(spans: readonly RateSpan[], atMs: number): RateSpan | undefined {
  return spans.find(({ fromMs, untilMs }) => fromMs < atMs && atMs <= untilMs);
}

/**
 * What an exchange is compared by. Both ends are mark prices, last prices, readings of open interest, or rows of its
 * hourly history, which may count otherwise than its readings do. Of funding the newer end is always a running rate, the
 * older one `running` or `settled`.
 */
export type ChangeBasis = 'mark' | 'last' | 'reading' | 'hourly' | RateSpan['phase'];

/** What one exchange shows now and showed then. */
export interface ChangeLeg {
  readonly exchange: string;
  /** Both ends, of one kind; absent where one of them is not known. */
  readonly pair?: ChangePair | undefined;
  /** What it counts for now, where it has a current number: open interest in coins, of funding in USD. */
  readonly weight?: number | undefined;
}

export interface ChangePair {
  readonly basis: ChangeBasis;
  readonly now: Point;
  readonly then: Point;
}

/** When the two ends of an exchange's change were, epoch ms, and what they are. */
export interface ChangeEnds {
  readonly exchange: string;
  readonly basis: ChangeBasis;
  readonly nowAtMs: number;
  readonly thenAtMs: number;
}

export interface Change {
  /** A fraction, or for funding a difference of yearly rates, itself a fraction. */
  readonly value: number;
  /** The exchanges that it is of. */
  readonly exchanges: readonly string[];
  readonly ends: readonly ChangeEnds[];
  /** Exchanges with a number now and none of the same kind then; absent where there are none. */
  readonly leftOut?: readonly string[];
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
  const whole = withBothEnds(legs).filter(({ pair: { now, then } }) => now.value > 0 && then.value > 0);
  const value = median(whole.map(({ pair: { now, then } }) => now.value / then.value - 1));
  return changeOf(value, whole, legs);
}

/**
 * Returns Σ coins now / Σ coins then − 1, a fraction, of one-sided open interest in coins: in coins, so that a move of
 * the price alone is no change. Coins now are those of the current reading (the weight); coins then are fewer or more by
 * the exchange's own ratio, so that a series that counts otherwise than the reading neither makes a change nor weighs
 * double. Undefined where the exchanges with both ends hold less than half of today's coins.
 */
export function openInterestChange(legs: readonly ChangeLeg[]): Change | undefined {
  const whole = withBothEnds(legs).filter(
    ({ weight, pair: { now } }) => weight !== undefined && now.value > 0,
  );
  const now = sum(whole.map(weightOf));
  const then = sum(whole.map((leg) => (weightOf(leg) * leg.pair.then.value) / leg.pair.now.value));
  if (!(then > 0) || now < LEAST_SHARE * sum(legs.map(weightOf))) return undefined;
  return changeOf(now / then - 1, whole, legs);
}

/**
 * Returns the mean of yearly rate now − yearly rate then, weighted by today's open interest, as a fraction (0.01 is one
 * percentage point a year). Undefined where the exchanges with both ends hold less than half of the weight.
 */
export function fundingChange(legs: readonly ChangeLeg[]): Change | undefined {
  const whole = withBothEnds(legs).filter((leg) => weightOf(leg) > 0);
  const weight = sum(whole.map(weightOf));
  if (!(weight > 0) || weight < LEAST_SHARE * sum(legs.map(weightOf))) return undefined;
  const weighted = sum(whole.map((leg) => (leg.pair.now.value - leg.pair.then.value) * weightOf(leg)));
  return changeOf(weighted / weight, whole, legs);
}

type WholeLeg = ChangeLeg & { readonly pair: ChangePair };

const withBothEnds = (legs: readonly ChangeLeg[]): WholeLeg[] =>
  legs.filter(
    (leg): leg is WholeLeg => Number.isFinite(leg.pair?.now.value) && Number.isFinite(leg.pair?.then.value),
  );

const weightOf = ({ weight = 0 }: ChangeLeg): number => weight;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Differences of floats leave traces; a change that no exchange could state is none. */
const SMALLEST = 1e-9;

function changeOf(
  value: number | undefined,
  whole: readonly WholeLeg[],
  all: readonly ChangeLeg[],
): Change | undefined {
  if (value === undefined || !Number.isFinite(value)) return undefined;
  const known: readonly ChangeLeg[] = withBothEnds(all);
  const leftOut = all.filter((leg) => !known.includes(leg)).map(({ exchange }) => exchange);
  return {
    value: Math.abs(value) < SMALLEST ? 0 : value,
    exchanges: whole.map(({ exchange }) => exchange),
    ends: whole.map(({ exchange, pair: { basis, now, then } }) => ({
      ...{ exchange, basis },
      ...{ nowAtMs: now.atMs, thenAtMs: then.atMs },
    })),
    ...(leftOut.length === 0 ? {} : { leftOut }),
  };
}
