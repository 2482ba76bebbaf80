import type { Depth } from '../../core/observation.ts';

/** A price level: price in quote currency, size in coins or contracts; what may follow is not read. */
export type Level = readonly [priceQuote: number, size: number, ...rest: unknown[]];

/** The band that the product reports: one percent to each side of the mid price. */
export const DEPTH_BAND = 0.01;

type DepthSums = Omit<
  Depth,
  'kind' | 'exchange' | 'venueSymbol' | 'baseAsset' | 'instrument' | 'atMs' | 'receivedAtMs' | 'endpoint'
>;

/**
 * Sums a book within `DEPTH_BAND` of the mid price, per side, in coins and quote currency. `basePerUnit` converts a
 * level's size to coins (1 for coins, the contract size for linear contracts); undefined keeps contracts. Levels may
 * come in any order. Returns undefined for a book that is empty on one side or crossed.
 * Formula: Σ price × size over levels with |price / mid − 1| ≤ band (definitions: depth).
 */
export function sumDepth(
  bids: readonly Level[],
  asks: readonly Level[],
  basePerUnit: number | undefined,
): DepthSums | undefined {
  if (bids.length === 0 || asks.length === 0) return undefined;
  const bestBid = Math.max(...bids.map(([price]) => price));
  const bestAsk = Math.min(...asks.map(([price]) => price));
  if (bestBid >= bestAsk) return undefined;
  const mid = (bestBid + bestAsk) / 2;
  const lowest = mid * (1 - DEPTH_BAND);
  const highest = mid * (1 + DEPTH_BAND);
  let [bidSize, bidQuote, askSize, askQuote, levels] = [0, 0, 0, 0, 0];
  for (const [price, size] of bids) {
    if (price < lowest) continue;
    bidSize += size;
    bidQuote += price * size;
    levels += 1;
  }
  for (const [price, size] of asks) {
    if (price > highest) continue;
    askSize += size;
    askQuote += price * size;
    levels += 1;
  }
  const reach = {
    bandFraction: DEPTH_BAND,
    midPriceQuote: mid,
    reachedBid: Math.min(...bids.map(([price]) => price)) <= lowest,
    reachedAsk: Math.max(...asks.map(([price]) => price)) >= highest,
    levels,
  };
  if (basePerUnit === undefined) return { ...reach, bidContracts: bidSize, askContracts: askSize };
  return {
    ...reach,
    bidBase: bidSize * basePerUnit,
    askBase: askSize * basePerUnit,
    bidUsd: bidQuote * basePerUnit,
    askUsd: askQuote * basePerUnit,
  };
}
