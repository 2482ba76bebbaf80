import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import type { PriceType } from '../flow.ts';
import type { SimulatedMarket } from '../market.ts';
import { assetProfile } from '../profiles.ts';
import type { Listing } from './shared.ts';

/**
 * Numbers that exchanges state beside the ones that are meant, close to them and never the same: what an adapter takes
 * by mistake must not be right by accident.
 */

/** The index over the last half hour, as futures are settled by. */
export function averagedIndex(market: SimulatedMarket, listing: Listing, atMs: number): number {
  const prices = [0, 10, 20, 30].map((minutes) => market.price(listing, 'index', atMs - minutes * MINUTE_MS));
  return prices.reduce((sum, price) => sum + price, 0) / prices.length;
}

/** What the rate of the next interval is expected to be, as a fraction per interval: nearer to zero, then lower. */
export function nextIntervalRate(market: SimulatedMarket, listing: Listing, atMs: number): number {
  const lower = (2e-5 * market.fundingIntervalMs(listing)) / (8 * HOUR_MS);
  return 0.7 * market.fundingRate(listing, atMs) - lower;
}

/** The price at the last time that a day began; `shiftMs` after midnight UTC. */
export function openOfDay(
  market: SimulatedMarket,
  listing: Listing,
  atMs: number,
  shiftMs = 0,
  type: PriceType = 'last',
): number {
  return market.price(listing, type, Math.floor((atMs - shiftMs) / DAY_MS) * DAY_MS + shiftMs);
}

/** The best prices around the last one: a tick below and above it. */
export function quotesAround(listing: Listing, last: number): { readonly bid: number; readonly ask: number } {
  const tick = 10 ** -assetProfile(listing.asset).priceDecimals;
  return { bid: last - tick, ask: last + tick };
}
