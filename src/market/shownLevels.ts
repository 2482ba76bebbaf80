import type { Asset, DataSource, ExchangeId } from '../core/ids.ts';
import type { HistoryStore } from '../store/historyStore.ts';
import type { ChartInput, Charted, LiquidationModel } from './chartData.ts';
import { contractMargin, type SymbolReader } from './contractMargin.ts';
import { levelScore } from './levelScore.ts';
import { levelPlan, liquidationChart } from './liquidationChart.ts';
import type { LevelSeries } from './priceBars.ts';
import { olderSeriesRead, type StoredLevels } from './olderBars.ts';
import type { AssetSnapshot, MarketState } from './snapshot.ts';

interface Shown {
  readonly market: { readonly state: MarketState };
  readonly storeOf: (source: DataSource) => Promise<LevelStore>;
  readonly adapters: LevelContracts['adapters'];
  readonly historyAt: StoredLevels['historyAt'];
}

/** What levels take from a store beside the history in memory. */
export type LevelStore = Pick<HistoryStore, 'source' | 'latest'>;

/** Whose levels are wanted. */
export interface LevelsWish {
  readonly asset: Asset;
  /** The exchange whose levels are wanted alone; all of them where undefined. */
  readonly levelsOf: ExchangeId | undefined;
}

/** What is known of exchanges, their contracts, and older days. */
export interface LevelContracts {
  readonly adapters: readonly SymbolReader[];
  /** What the store holds before the days in memory, newest first. */
  readonly older: readonly LevelSeries[];
  /** The instruments of the exchanges, where their lists were read. */
  readonly listed?: AssetSnapshot['exchanges'];
}

/**
 * Returns the levels that a panel shows of an asset, see `storedLevels`. A panel does not wait for days before those in memory: it has
 * them once they are read.
 */
export async function shownLevels(
  { market, storeOf, adapters, historyAt }: Shown,
  input: ChartInput,
  { source, ...wish }: LevelsWish & { readonly source: DataSource },
): Promise<Charted<LiquidationModel>> {
  const listed = market.state.snapshot?.assets.find(({ asset }) => asset === wish.asset)?.exchanges ?? [];
  const store = await storeOf(source);
  const older = olderSeriesRead({ source, asset: wish.asset, store, historyAt }, input.history.nowMs);
  return storedLevels(store, input, wish, { adapters, older, listed });
}

/**
 * Returns the modelled liquidation levels of an asset, with the margin tables that its store holds, and their score: of all
 * exchanges, or of `levelsOf` alone. Panels and the command line both draw what this says. Rejects where the store cannot be read.
 */
export async function storedLevels(
  store: LevelStore,
  input: ChartInput,
  { asset, levelsOf }: LevelsWish,
  { adapters, older, listed = [] }: LevelContracts,
): Promise<Charted<LiquidationModel>> {
  const tiers = await store.latest({ kind: 'margin-tiers', baseAsset: asset });
  const plan = levelPlan({
    ...{ ...input, tiers, older, marginOf: contractMargin(adapters, listed) },
    ...(levelsOf === undefined ? {} : { levelsOf }),
  });
  if (!('data' in plan)) return plan;
  const scored = await levelScore(input.history, plan.data);
  return { data: liquidationChart(plan.data, input, scored) };
}
