import type { PriceBar } from '../analysis/heatmap/barPath.ts';
import { bestCoveredFirst, liquidationFeeds, newestWindow } from '../analysis/metrics/liquidationFeeds.ts';
import type { ExchangeId } from '../core/ids.ts';
import { HOUR_MS } from '../core/units.ts';
import type { AssetSeries } from '../series/assetSeries.ts';
import { countOf, newestStep, valueAt, type StepColumn } from '../series/hours.ts';
import { alignedSum } from '../series/sums.ts';
import type { RealisedColumns } from './chartData.ts';

/** What was liquidated hour by hour, in USD by the side of the position; NaN = an hour that is not covered. */
export interface RealisedLiquidations {
  readonly longUsd: StepColumn;
  readonly shortUsd: StepColumn;
  /** Whose liquidations are added up. */
  readonly exchanges: readonly ExchangeId[];
  /** One of the feeds is sampled, or not known to be complete. */
  readonly isLowerBound: boolean;
}

/**
 * Returns the liquidations of exchanges over the `hours` hours up to the newest, of each from the best covered of its feeds, added up
 * like for like: those that have less than half of the hours that one of them has, or holes, take no part. Undefined where nothing
 * recent is known of any.
 */
export function realisedLiquidations(
  history: AssetSeries,
  exchanges: readonly ExchangeId[],
  hours: number,
): RealisedLiquidations | undefined {
  const byExchange = Map.groupBy(liquidationFeeds(history, history.nowMs), ({ exchange }) => exchange);
  const feeds = exchanges.flatMap((id) => bestCoveredFirst(byExchange.get(id) ?? [], hours).slice(0, 1));
  const [longs, shorts] = (['longUsd', 'shortUsd'] as const).map(
    (side) =>
      new Map(
        feeds.map(({ exchange, firstMs, amounts }): [ExchangeId, StepColumn] => [
          exchange,
          { firstMs, stepMs: HOUR_MS, values: amounts[side] },
        ]),
      ),
  );
  if (longs === undefined || shorts === undefined || feeds.length === 0) return undefined;
  // The newest hour may be that of one exchange alone: the others follow within their delay.
  const newestMs = newestStep(longs, history.nowMs) ?? Number.NaN;
  const most = Math.max(...[...longs.values()].map((column) => Math.min(hours, countOf(column))));
  const sumsAt = (endMs: number) => {
    const options = { minimumSteps: most / 2 };
    const [longUsd, shortUsd] = [longs, shorts].map((side) => alignedSum(side, endMs, hours, options));
    return longUsd === undefined || shortUsd === undefined ? undefined : { longUsd, shortUsd };
  };
  const [best] = [0, 1, 2, 3]
    .flatMap((late) => sumsAt(newestMs - late * HOUR_MS) ?? [])
    .sort((a, b) => b.longUsd.exchanges.length - a.longUsd.exchanges.length);
  if (best === undefined) return undefined;
  const counted = feeds.filter(({ exchange }) => best.longUsd.exchanges.includes(exchange));
  return {
    ...best,
    exchanges: best.longUsd.exchanges,
    isLowerBound: counted.some((feed) => newestWindow(feed, hours).coverage !== 'complete'),
  };
}

/**
 * Returns what was liquidated on exchanges in each column of a picture of levels, with the price range of its hour out of the bars that
 * are drawn; undefined where nothing is known of any of these hours.
 */
export function realisedColumns(
  history: AssetSeries,
  exchanges: readonly ExchangeId[],
  columnAtMs: Float64Array,
  bars: readonly PriceBar[],
): RealisedColumns | undefined {
  const realised = realisedLiquidations(history, exchanges, columnAtMs.length);
  if (realised === undefined) return undefined;
  const barAt = new Map(bars.map((bar) => [bar.atMs, bar]));
  const [longUsd, shortUsd] = [realised.longUsd, realised.shortUsd].map((column) =>
    columnAtMs.map((atMs) => valueAt(column, atMs)),
  );
  if (longUsd === undefined || shortUsd === undefined || longUsd.every(Number.isNaN)) return undefined;
  return {
    ...{ exchanges: realised.exchanges, isLowerBound: realised.isLowerBound, longUsd, shortUsd },
    lowQuote: columnAtMs.map((atMs) => barAt.get(atMs)?.lowQuote ?? Number.NaN),
    highQuote: columnAtMs.map((atMs) => barAt.get(atMs)?.highQuote ?? Number.NaN),
  };
}
