import type { RegimeAssessment, VenueAssessment } from '../../../../src/analysis/regime/assessment.ts';
import type { FeatureSet, RegimeFeatures } from '../../../../src/analysis/regime/features.ts';
import { BUILT_IN_RULES } from '../../../../src/analysis/regime/rules.ts';
import { ownTurnsOf } from '../../../../src/analysis/regime/venues/ownTurns.ts';
import { VenueBook, type VenueSeries } from '../../../../src/analysis/regime/venues/venueHours.ts';
import { venuesOf, type VenueInput } from '../../../../src/analysis/regime/venues/venues.ts';
import { normalFrom, seededRandom } from '../../../../src/analysis/noise/random.ts';
import { DAY_MS, HOUR_MS } from '../../../../src/core/units.ts';
import type { StepColumn } from '../../../../src/series/hours.ts';
import { computed, NOW, observed } from './support.ts';

/** Markets of several exchanges, by the hours of their open interest, for worked examples and for chance. */

/** A month of hours, the newest of which has just begun. */
export const HOURS = 721;
export const LAST = HOURS - 1;
const FIRST_MS = NOW - 60_000 - LAST * HOUR_MS;

/** Coins by exchange, one value an hour; a column may begin later than the others. */
export type Coins = Readonly<Record<string, readonly number[] | Float64Array>>;

export interface VenueExample {
  readonly coins: Coins;
  /** By the day. */
  readonly daily?: Coins;
  readonly buys?: Coins;
  readonly sells?: Coins;
  /** Of the market, in usual sizes. */
  readonly price?: number;
  readonly shares?: VenueInput['shares'];
  readonly values?: RegimeFeatures;
  readonly nowMs?: number;
}

/** Columns that end with the newest hour. */
const columnsOf = (of: Coins, stepMs = HOUR_MS): ReadonlyMap<string, StepColumn> =>
  new Map(
    Object.entries(of).map(([exchange, values]) => [
      exchange,
      {
        firstMs: FIRST_MS + LAST * HOUR_MS - (values.length - 1) * stepMs,
        stepMs,
        values: Float64Array.from(values),
      },
    ]),
  );

export function seriesFrom({ coins, daily = {}, buys = {}, sells = {} }: VenueExample): VenueSeries {
  const columns = new Map([
    ['open-interest', columnsOf(coins)],
    ['open-interest-daily', columnsOf(daily, DAY_MS)],
    ['taker-buy', columnsOf(buys)],
    ['taker-sell', columnsOf(sells)],
  ]);
  return { column: (id) => columns.get(id) ?? new Map<string, StepColumn>() };
}

export function inputFrom(example: VenueExample): VenueInput {
  const series = seriesFrom(example);
  const newest = Object.entries(example.coins).map(([exchange, values]) => ({
    exchange,
    share: values.at(-1) || 0,
  }));
  const whole = newest.reduce((sum, { share }) => sum + share, 0) || 1;
  return {
    series,
    hours: new VenueBook().hoursOf(series, 'BTC', example.nowMs ?? NOW, ''),
    shares: example.shares ?? newest.map(({ exchange, share }) => ({ exchange, share: share / whole })),
  };
}

/** The rows of a market's exchanges. */
export function venuesFrom(example: VenueExample): VenueAssessment[] {
  const features: FeatureSet = computed(example.values ?? {});
  return venuesOf(inputFrom(example), {
    ...{ asset: 'BTC', asOfMs: example.nowMs ?? NOW, features, price: example.price, rules: BUILT_IN_RULES },
    decision: { family: 'unknown', label: 'unknown' },
  });
}

export function rowOf(example: VenueExample, exchange: string): VenueAssessment {
  return venuesFrom(example).find((one) => one.exchange === exchange)!;
}

/** What is said of exchanges that go their own way: `binance rises (…) while …`. */
export function turnsIn(example: VenueExample): string[] {
  return ownTurnsOf(venuesFrom(example)).map(({ exchange, says }) => `${exchange} ${says}`);
}

/** The whole assessment of a market with these exchanges. */
export function assessedFrom(example: VenueExample): RegimeAssessment {
  return observed(computed({ returnPct: 0.5, openInterestChangePct: 1, ...example.values }), {
    venues: inputFrom(example),
  });
}

/** Coins that stand `size` higher on every other day, so that every change of 24 h is of that size. */
export function swinging(level: number, size: number, hours = HOURS): number[] {
  return Array.from(
    { length: hours },
    (_, at) => level * Math.exp(Math.floor((at + HOURS - hours) / 24) % 2 === 0 ? 0 : size),
  );
}

/** The same with another value in the newest hour: that of a day before times `factor`. */
export function endingWith(values: readonly number[] | Float64Array, factor: number): number[] {
  return [...values.slice(0, -1), (values.at(-25) ?? Number.NaN) * factor];
}

/** Coins of exchanges with these levels that go by chance, of which `common` of the variance is the same for all. */
export function byChance(
  seed: number,
  levels: Readonly<Record<string, number>>,
  { common = 0, hours = HOURS, growth }: { common?: number; hours?: number; growth?: readonly number[] } = {},
): Record<string, Float64Array> {
  const random = seededRandom(seed);
  const normal = normalFrom(random);
  const draw = (): number =>
    growth === undefined ? 0.004 * normal() : (growth[Math.floor(random() * growth.length)] ?? 0);
  const together = Float64Array.from({ length: hours }, draw);
  const walk = (level: number): Float64Array => {
    let log = Math.log(level);
    return together.map((one) => {
      log += Math.sqrt(common) * one + Math.sqrt(1 - common) * draw();
      return Math.exp(log);
    });
  };
  return Object.fromEntries(Object.entries(levels).map(([exchange, level]) => [exchange, walk(level)]));
}
