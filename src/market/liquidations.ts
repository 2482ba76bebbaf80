import {
  bestCoveredFirst,
  liquidationFeeds,
  newestWindow,
  type LiquidationWindow,
} from '../analysis/metrics/liquidationFeeds.ts';
import type { ExchangeId } from '../core/ids.ts';
import { DAY_MS, HOUR_MS } from '../core/units.ts';
import type { AssetSeries } from '../series/assetSeries.ts';

/** The windows that are shown: the day, which the regime looks at, and its newest hour. */
export const LIQUIDATION_WINDOWS_MS = [DAY_MS, HOUR_MS] as const;

/**
 * Forced closures on one exchange over the `windowMs` that end at `endMs`, by the side of the position, from the better
 * covered of its feeds. Amounts are absent while `coveredHours` is less than `hours`, coins also where not every part
 * states them. `isLowerBound`: the feed is sampled, or not known to be complete.
 */
export interface LiquidationTotals extends LiquidationWindow {
  readonly exchange: ExchangeId;
  /** The endpoint or channel of the feed. */
  readonly endpoint: string;
  readonly windowMs: number;
  readonly isLowerBound: boolean;
}

/**
 * Returns the totals of the exchanges that have covered at least one recent hour, in their order, the day before the hour.
 * Pure.
 */
export function liquidationTotals(
  history: Pick<AssetSeries, 'parts'>,
  exchanges: readonly ExchangeId[],
  nowMs: number,
): LiquidationTotals[] {
  const byExchange = Map.groupBy(liquidationFeeds(history, nowMs), ({ exchange }) => exchange);
  return exchanges.flatMap((exchange) => {
    const feeds = byExchange.get(exchange) ?? [];
    return LIQUIDATION_WINDOWS_MS.flatMap((windowMs): LiquidationTotals[] => {
      const hours = windowMs / HOUR_MS;
      const [feed] = bestCoveredFirst(feeds, hours);
      if (feed === undefined) return [];
      const window = newestWindow(feed, hours);
      const isLowerBound = window.coverage !== 'complete';
      return [{ exchange, endpoint: feed.endpoint, windowMs, ...window, isLowerBound }];
    });
  });
}
