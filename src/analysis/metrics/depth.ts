import { bookSideUsd } from '../../core/bookSide.ts';
import type { Depth } from '../../core/observation.ts';

/** Resting orders near the price. Source: definitions.md §5. */

export interface DepthSum {
  readonly bidUsd: number;
  readonly askUsd: number;
  /** Bids plus asks within the band. */
  readonly totalUsd: number;
  /** (bids − asks) / (bids + asks), -1..1; absent where the book is empty. */
  readonly imbalance?: number;
  /** The returned book ended inside the band: the real sum is at least this. */
  readonly isLowerBound: boolean;
}

/**
 * Returns bids, asks and their sum within the band in USD: as reported, else coins × mid price. Undefined where one
 * side has neither.
 */
export function depthSum(depth: Depth): DepthSum | undefined {
  const { bidUsd: statedBidUsd, askUsd: statedAskUsd, bidBase, askBase, midPriceQuote } = depth;
  const bidUsd = bookSideUsd(statedBidUsd ?? Number.NaN, bidBase ?? Number.NaN, midPriceQuote);
  const askUsd = bookSideUsd(statedAskUsd ?? Number.NaN, askBase ?? Number.NaN, midPriceQuote);
  const totalUsd = bidUsd + askUsd;
  if (!Number.isFinite(totalUsd)) return undefined;
  return {
    bidUsd,
    askUsd,
    totalUsd,
    ...(totalUsd > 0 ? { imbalance: (bidUsd - askUsd) / totalUsd } : {}),
    isLowerBound: !depth.reachedBid || !depth.reachedAsk,
  };
}
