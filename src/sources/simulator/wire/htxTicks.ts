import { SECOND_MS } from '../../../core/units.ts';
import type { Bar, PriceType } from '../flow.ts';
import type { SimulatedMarket } from '../market.ts';
import { assetProfile } from '../profiles.ts';
import { lastDay, type Listing } from './shared.ts';

/** The ticks that HTX answers over REST and pushes over its sockets in the same shape. */

/** Whole epoch seconds. */
export const whole = (ms: number): number => Math.floor(ms / SECOND_MS);
/** A number with so many decimals, as JSON states it. */
export const rounded = (value: number, decimals: number): number => Number(value.toFixed(decimals));

/** What a bar traded, as HTX counts it: buyer and seller. */
export function traded(listing: Listing, bar: Pick<Bar, 'volumeBase' | 'volumeUsd'>) {
  return {
    amount: rounded(2 * bar.volumeBase, 8),
    vol: 2 * Math.round(bar.volumeBase / listing.contractSize),
    trade_turnover: rounded(2 * bar.volumeUsd, 4),
  };
}

/** The day's ticker, as `tick` of the merged detail and of the `detail` push. */
export function detailTick(market: SimulatedMarket, listing: Listing, atMs: number): object {
  const day = lastDay(market, listing, atMs);
  const tick = 10 ** -assetProfile(listing.asset).priceDecimals;
  return {
    id: whole(atMs), open: day.open, close: day.close, high: day.high, low: day.low, count: day.trades,
    ...traded(listing, day), ask: [rounded(day.close + tick, 6), 131], bid: [day.close, 38],
  }; // prettier-ignore
}

/** The prices of a minute or of its beginning: seen at four times, with a wick of a tick. */
export function minuteBar(
  market: SimulatedMarket,
  listing: Listing,
  type: PriceType,
  startMs: number,
  endMs: number,
) {
  const price = (share: number): number => market.price(listing, type, startMs + share * (endMs - startMs));
  const [open, close] = [price(0), price(1)];
  const seen = [open, price(0.33), price(0.67), close];
  const wick = 10 ** -assetProfile(listing.asset).priceDecimals;
  return { open, close, high: Math.max(...seen) + wick, low: Math.min(...seen) - wick };
}

/** The order book in contracts, best price first. */
export function depthTick(market: SimulatedMarket, listing: Listing, atMs: number, levels: number): object {
  const { bids, asks } = market.book(listing, atMs);
  const side = (list: typeof bids): number[][] =>
    list.slice(0, levels).map(([price, size]) => [price, Math.round(size / listing.contractSize)]);
  const id = whole(atMs);
  const version = id - 1_600_000_000;
  return { mrid: 131_000_000_000 + version, id, bids: side(bids), asks: side(asks), ts: atMs, version };
}
