import { isCurrentWindow } from '../analysis/metrics/liquidationFeeds.ts';
import type { ContextSnapshot, ContextValue } from '../core/contextValue.ts';
import type { AssetSeries } from '../series/assetSeries.ts';
import { changeReferences } from './changeReferences.ts';
import { withChanges } from './changes.ts';
import { correlationWith, dailyCloses, withMarketCap } from './contextMetrics.ts';
import { liquidationTotals, type LiquidationTotals } from './liquidations.ts';
import type { AssetCorrelation, AssetSnapshot } from './snapshot.ts';

/**
 * Adds to an asset's snapshot what rests on history or context. Made once at the end of a round, laid over every
 * snapshot until the next: so it must be pure, quick, and right for numbers that streams push meanwhile.
 */
export type AssetExtra = (snapshot: AssetSnapshot, nowMs: number) => AssetSnapshot;

/** What a round has read beside the exchanges' current numbers. */
export interface ExtrasInput {
  readonly read: AssetSnapshot;
  readonly history: AssetSeries;
  readonly context: readonly ContextSnapshot[];
  /** Daily levels of each traditional series. */
  readonly series: readonly (readonly ContextValue[])[];
  readonly nowMs: number;
}

/** Returns what is laid over an asset's numbers, in order. A further one is one more line here. */
export function assetExtras({ read, history, context, series, nowMs }: ExtrasInput): readonly AssetExtra[] {
  const exchanges = read.exchanges.map(({ exchange }) => exchange);
  const liquidations = liquidationTotals(history, exchanges, nowMs);
  const correlations = correlationsOf(history, series);
  const references = changeReferences(history, nowMs);
  return [
    (snapshot, atMs) => withLiquidations(snapshot, liquidations, atMs),
    (snapshot, atMs) => withChanges(snapshot, references, atMs),
    (snapshot, atMs) => withMarketCap(snapshot, context, atMs),
    (snapshot) => (correlations.length === 0 ? snapshot : { ...snapshot, correlations }),
  ];
}

/** Totals are of the round; without another one they are left out once they no longer speak of now. */
function withLiquidations(
  snapshot: AssetSnapshot,
  totals: readonly LiquidationTotals[],
  nowMs: number,
): AssetSnapshot {
  const liquidations = totals.filter((one) => isCurrentWindow(one, nowMs));
  return liquidations.length === 0 ? snapshot : { ...snapshot, liquidations };
}

/** Returns a snapshot with all that is laid over it. */
export function withExtras(
  snapshot: AssetSnapshot,
  extras: readonly AssetExtra[],
  nowMs: number,
): AssetSnapshot {
  return extras.reduce((whole, extra) => extra(whole, nowMs), snapshot);
}

function correlationsOf(history: AssetSeries, series: ExtrasInput['series']): AssetCorrelation[] {
  if (series.every((levels) => levels.length === 0)) return [];
  const closes = dailyCloses(history);
  return series.flatMap((levels) => correlationWith(closes, levels) ?? []);
}
