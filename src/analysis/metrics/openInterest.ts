import type { ExchangeId } from '../../core/ids.ts';
import type { ExchangeReadings } from './exchangeReadings.ts';
import { atOnce, defineMetric } from './kit/metric.ts';
import { originNow, statedNow, type StatedNow } from './kit/now.ts';
import { AMOUNT } from './kit/range.ts';

/** Open interest of one side, in coins and USD, summed over exchanges. Source: definitions.md §6, §8. */

export const openInterest = defineMetric({
  id: 'open-interest',
  name: 'Open interest',
  unit: 'coins',
  formula: 'Σ open interest; both-sided numbers are halved, unverified ones taken as they are',
  window: { words: 'now' },
  sources: 'open-interest endpoints',
  caveats: 'Exchanges differ in whether longs and shorts are added up; unverified ones are named.',
  range: AMOUNT,
  inputs: ['now:open-interest'],
  shown: { id: 'oi', label: 'Open interest', names: ['open interest', 'OI'], ofAll: 'Open interest' },
  computation: atOnce(({ readings }) => {
    const sum = openInterestNow(readings);
    if (sum.base === undefined) return { absent: 'no exchange gave open interest in coins' };
    return { value: sum.base, origin: originNow(sum.baseStated) };
  }),
});

/** One-sided open interest of one instrument or one exchange. */
export interface VenueOpenInterest {
  readonly exchange: ExchangeId;
  readonly base?: number | undefined;
  readonly usd?: number | undefined;
}

export interface AggregateOpenInterest {
  /** Σ in coins over the exchanges that report coins; absent where none does. */
  readonly base?: number;
  readonly usd?: number;
  /** Share of each exchange, 0..1, largest first, in coins or in USD as `shareUnit` says. */
  readonly shares: readonly { readonly exchange: ExchangeId; readonly share: number }[];
  readonly shareUnit: 'base' | 'usd';
  /** Herfindahl index Σ share², 1/n..1; absent where there is nothing to share. */
  readonly hhi?: number;
  readonly coverage: { readonly base: number; readonly usd: number; readonly of: number };
}

/**
 * Returns the sum over exchanges in coins and USD, the share of each and their concentration. Entries of the same
 * exchange are added up. Shares are in coins unless more exchanges report USD.
 */
export function aggregateOpenInterest(venues: readonly VenueOpenInterest[]): AggregateOpenInterest {
  const exchanges = new Set(venues.map((venue) => venue.exchange));
  const base = totals(venues, 'base');
  const usd = totals(venues, 'usd');
  const shareUnit = usd.size > base.size ? 'usd' : 'base';
  const parts = shareUnit === 'usd' ? usd : base;
  const whole = sum(parts.values());
  const shares = [...parts]
    .map(([exchange, value]) => ({ exchange, share: value / whole }))
    .sort((a, b) => b.share - a.share || (a.exchange < b.exchange ? -1 : 1));
  const isShared = whole > 0 && Number.isFinite(whole);
  return {
    ...(base.size > 0 ? { base: sum(base.values()) } : {}),
    ...(usd.size > 0 ? { usd: sum(usd.values()) } : {}),
    shares: isShared ? shares : [],
    shareUnit,
    ...(isShared ? { hhi: concentration(shares.map((entry) => entry.share)) } : {}),
    coverage: { base: base.size, usd: usd.size, of: exchanges.size },
  };
}

/** The same of current readings, with whose they are. */
export interface OpenInterestNow extends AggregateOpenInterest {
  readonly baseStated: StatedNow;
  readonly usdStated: StatedNow;
}

/** Returns the sums of current readings over exchanges. */
export function openInterestNow(readings: readonly ExchangeReadings[]): OpenInterestNow {
  const atMsOf = (one: ExchangeReadings): number | undefined => one.openInterestAtMs;
  return {
    ...aggregateOpenInterest(
      readings.map(({ exchange, openInterestBase: base, openInterestUsd: usd }) => ({ exchange, base, usd })),
    ),
    baseStated: statedNow(readings, (one) => one.openInterestBase, atMsOf),
    usdStated: statedNow(readings, (one) => one.openInterestUsd, atMsOf),
  };
}

/** Returns the Herfindahl index of shares that add up to 1: Σ share². 1 = one exchange has everything. */
export function concentration(shares: readonly number[]): number {
  return sum(shares.map((share) => share * share));
}

/** Who opens or closes positions, read from price and open interest together. */
export type Quadrant = 'new-longs' | 'short-covering' | 'new-shorts' | 'long-flush' | 'flat';

/**
 * Returns the price × open-interest quadrant (definitions.md §8). Changes are fractions; moves no larger than the
 * two bands count as flat. Undefined where a change is not a finite number.
 */
export function quadrant(
  priceChange: number,
  openInterestChange: number,
  bands: { readonly price?: number; readonly openInterest?: number } = {},
): Quadrant | undefined {
  if (!Number.isFinite(priceChange) || !Number.isFinite(openInterestChange)) return undefined;
  if (Math.abs(priceChange) <= (bands.price ?? 0)) return 'flat';
  if (Math.abs(openInterestChange) <= (bands.openInterest ?? 0)) return 'flat';
  if (priceChange > 0) return openInterestChange > 0 ? 'new-longs' : 'short-covering';
  return openInterestChange > 0 ? 'new-shorts' : 'long-flush';
}

function totals(venues: readonly VenueOpenInterest[], unit: 'base' | 'usd'): Map<ExchangeId, number> {
  const byExchange = new Map<ExchangeId, number>();
  for (const venue of venues) {
    const value = venue[unit];
    if (value === undefined || !Number.isFinite(value) || value < 0) continue;
    byExchange.set(venue.exchange, (byExchange.get(venue.exchange) ?? 0) + value);
  }
  return byExchange;
}

/** Adds smallest first, so that the order of exchanges does not change the last digits. */
function sum(values: Iterable<number>): number {
  return [...values].sort((a, b) => Math.abs(a) - Math.abs(b) || a - b).reduce((total, v) => total + v, 0);
}
