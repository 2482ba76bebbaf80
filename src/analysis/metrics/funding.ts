import { isAhead } from '../../core/clock.ts';
import type { ExchangeId } from '../../core/ids.ts';
import type { FundingRate } from '../../core/observation.ts';
import { scaledRate } from '../../core/scaledRate.ts';
import { HOUR_MS, YEAR_MS } from '../../core/units.ts';
import { FRESH_LIMIT_MS } from './freshness.ts';

/** Funding mathematics. Rates are fractions per stated interval, never percentages. Source: definitions.md §3. */

const EIGHT_HOURS_MS = 8 * HOUR_MS;

/** One exchange's funding and the open interest that weighs it. */
export interface FundingVenue {
  readonly exchange: ExchangeId;
  readonly funding?: FundingRate | undefined;
  /** One-sided, in USD. */
  readonly openInterestUsd?: number | undefined;
}

export interface DroppedVenue {
  readonly exchange: ExchangeId;
  readonly reason: string;
}

export interface WeightedFunding {
  /** Fraction per year, simple; absent where no exchange could be used. */
  readonly annualised?: number;
  /** The same mean as a fraction per 8 h. */
  readonly per8h?: number;
  readonly used: readonly ExchangeId[];
  readonly dropped: readonly DroppedVenue[];
  readonly coverage: { readonly used: number; readonly of: number };
}

/** Returns the simple yearly rate, rate × (365 days / interval), as a fraction; undefined for a bad interval. */
export function annualiseFunding(ratePerInterval: number, intervalMs: number): number | undefined {
  return scaledRate(ratePerInterval, intervalMs, YEAR_MS);
}

/** Returns the 8-hour equivalent, rate × (8 h / interval), as a fraction; undefined for a bad interval. */
export function fundingPer8h(ratePerInterval: number, intervalMs: number): number | undefined {
  return scaledRate(ratePerInterval, intervalMs, EIGHT_HOURS_MS);
}

/** Returns the simple yearly rate of a reading; undefined where its interval is only the exchange's default. */
export function annualisedRate(funding: FundingRate): number | undefined {
  if (funding.intervalBasis === 'venue-default') return undefined;
  return annualiseFunding(funding.fundingRatePerInterval, funding.intervalMs);
}

/**
 * Returns the mean funding over exchanges weighted by open interest, Σ rate × OI / Σ OI, each rate brought to one
 * year before it is weighted. Exchanges without a usable rate or open interest are dropped and named.
 */
export function oiWeightedFunding(
  venues: readonly FundingVenue[],
  options: { readonly nowMs: number; readonly maxAgeMs?: number },
): WeightedFunding {
  // A predicted rate that is older is stale; a settled one may be a whole interval older.
  const maxAgeMs = options.maxAgeMs ?? FRESH_LIMIT_MS;
  const used: ExchangeId[] = [];
  const dropped: DroppedVenue[] = [];
  let weighted = 0;
  let total = 0;
  for (const venue of venues) {
    const { funding, openInterestUsd } = venue;
    const reason = whyUnusable(venue, options.nowMs, maxAgeMs);
    const annualised = funding === undefined ? undefined : annualisedRate(funding);
    if (reason !== undefined || annualised === undefined || openInterestUsd === undefined) {
      dropped.push({ exchange: venue.exchange, reason: reason ?? 'funding interval is not usable' });
      continue;
    }
    used.push(venue.exchange);
    weighted += annualised * openInterestUsd;
    total += openInterestUsd;
  }
  const result = { used, dropped, coverage: { used: used.length, of: venues.length } };
  const annualised = weighted / total;
  if (!Number.isFinite(annualised)) return result;
  return { annualised, per8h: (annualised * EIGHT_HOURS_MS) / YEAR_MS, ...result };
}

function whyUnusable(venue: FundingVenue, nowMs: number, maxAgeMs: number): string | undefined {
  const { funding, openInterestUsd } = venue;
  if (funding === undefined || !Number.isFinite(funding.fundingRatePerInterval))
    return 'funding is not reported';
  if (funding.intervalBasis === 'venue-default')
    return 'funding interval is only the exchange default, not stated';
  if (!isInterval(funding.intervalMs)) return 'funding interval is not usable';
  const allowedMs = funding.phase === 'settled' ? maxAgeMs + funding.intervalMs : maxAgeMs;
  if (isAhead(funding.atMs, nowMs)) return 'funding rate is dated ahead';
  if (nowMs - funding.atMs > allowedMs) return 'funding rate is stale';
  if (openInterestUsd === undefined || !Number.isFinite(openInterestUsd) || openInterestUsd < 0)
    return 'open interest in USD is not reported';
  if (openInterestUsd === 0) return 'open interest is zero';
  return undefined;
}

function isInterval(intervalMs: number): boolean {
  return Number.isFinite(intervalMs) && intervalMs > 0;
}
