import { correlationOf, type DailyLevel } from '../analysis/metrics/correlation.ts';
import { openInterestToMarketCap } from '../analysis/metrics/marketCap.ts';
import type { ContextSnapshot, ContextValue } from '../core/contextValue.ts';
import { DAY_MS, HOUR_MS } from '../core/units.ts';
import { countOf } from '../series/hours.ts';
import type { AssetSeries } from '../series/assetSeries.ts';
import type { AssetAggregate, AssetSnapshot, AssetCorrelation } from './snapshot.ts';

/** Returns the aggregate with open interest over market capitalisation, where the capitalisation is fresh. */
export function withMarketCap(
  asset: AssetSnapshot,
  context: readonly ContextSnapshot[],
  nowMs: number,
): AssetSnapshot {
  const cap = context
    .flatMap(({ values }) => values)
    .find((one) => one.metric === 'market-cap-usd' && one.asset === asset.asset && !one.isStale);
  const fraction = openInterestToMarketCap(asset.aggregate.openInterestUsd, cap, nowMs);
  if (fraction === undefined) return asset;
  const aggregate: AssetAggregate = { ...asset.aggregate, openInterestToMarketCap: fraction };
  return { ...asset, aggregate };
}

/**
 * Returns the closes of whole UTC days from hourly bars of the instrument that has most of them; instruments are never
 * mixed. The close of a day is that of its last hour, at midnight.
 */
export function dailyCloses(history: Pick<AssetSeries, 'parts'>): DailyLevel[] {
  const [longest] = history
    .parts('last-close')
    .toSorted((a, b) => countOf(b.column) - countOf(a.column) || (a.instrument < b.instrument ? -1 : 1));
  if (longest === undefined) return [];
  const { firstMs, values } = longest.column;
  return Array.from(values, (level, index) => ({ endMs: firstMs + (index + 1) * HOUR_MS, level }))
    .filter(({ endMs, level }) => endMs % DAY_MS === 0 && !Number.isNaN(level))
    .map(({ endMs, level }) => ({ atMs: endMs - DAY_MS, level }));
}

/** Returns how an asset's daily returns moved with a traditional series; undefined where too few days are there. */
export function correlationWith(
  closes: readonly DailyLevel[],
  levels: readonly ContextValue[],
): AssetCorrelation | undefined {
  const newest = levels.at(-1);
  if (newest === undefined) return undefined;
  const own = levels.filter(({ provider, scope }) => provider === newest.provider && scope === newest.scope);
  const found = correlationOf(
    closes,
    own.map(({ atMs, value }) => ({ atMs, level: value })),
  );
  if (found === undefined) return undefined;
  const { metric, provider, scope } = newest;
  return { metric, provider, ...(scope === undefined ? {} : { scope }), ...found };
}
