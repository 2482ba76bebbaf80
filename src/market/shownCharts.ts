import type { TimelineLine } from '../analysis/timeline/line.ts';
import type { Asset, DataSource } from '../core/ids.ts';
import { HOUR_MS } from '../core/units.ts';
import type { AssetSeries } from '../series/assetSeries.ts';
import type { ExchangeAdapter } from '../sources/exchanges/contract.ts';
import type { HistoryStore } from '../store/historyStore.ts';
import { chartInput, wantedCharts, type AssetCharts, type ChartsWish } from './charts.ts';
import { pastHistory } from './roundEnd.ts';
import type { MarketState } from './snapshot.ts';

/** Charts with the source they came from: the two must not part on the way to a view. */
export interface SourcedCharts {
  readonly source: DataSource;
  readonly charts: Partial<AssetCharts>;
}

interface Shown {
  readonly market: {
    readonly state: MarketState;
    history(asset: Asset): Promise<{ readonly source: DataSource; readonly history: AssetSeries }>;
    judged(source: DataSource, asset: Asset, fromMs: number): Promise<readonly TimelineLine[]>;
  };
  readonly storeOf: (source: DataSource) => Promise<HistoryStore>;
  readonly adapters: readonly ExchangeAdapter[];
}

/** Returns the charts that are wanted of an asset, of the exchanges that are shown. Rejects where the store cannot be read. */
export async function shownCharts(
  { market, storeOf, adapters }: Shown,
  { asset, charts: names, hours, levelsOf }: ChartsWish & { readonly asset: Asset },
): Promise<SourcedCharts> {
  const { source, history } = await market.history(asset);
  const fromMs = history.nowMs - hours * HOUR_MS;
  const judged = names.includes('regime') ? await market.judged(source, asset, fromMs) : [];
  const input = chartInput(history, hours, adapters, judged);
  const charts = wantedCharts(names, input);
  if (!names.includes('liquidation')) return { source, charts };
  const historyAt = (atMs: number) => pastHistory({ adapters, storeOf }, asset, source, atMs);
  // A file of its own when built: who draws no levels never loads their model.
  const { shownLevels } = await import('./shownLevels.ts');
  const liquidation = await shownLevels({ market, storeOf, adapters, historyAt }, input, {
    source,
    asset,
    levelsOf,
  });
  return { source, charts: { ...charts, liquidation } };
}
