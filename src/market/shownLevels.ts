import type { Asset, DataSource, ExchangeId } from '../core/ids.ts';
import type { HistoryStore } from '../store/historyStore.ts';
import type { ChartInput, Charted, LiquidationModel } from './chartData.ts';
import { levelScore } from './levelScore.ts';
import { levelPlan, liquidationChart } from './liquidationChart.ts';
import type { MarketState } from './snapshot.ts';

interface Shown {
  readonly market: { readonly state: MarketState };
  readonly storeOf: (source: DataSource) => Promise<HistoryStore>;
}

/**
 * Returns the modelled liquidation levels of an asset, with the margin tables that its store holds, and their score: of all
 * exchanges, or of `levelsOf` alone. Rejects where the store cannot be read.
 */
export async function shownLevels(
  { market, storeOf }: Shown,
  input: ChartInput,
  { source, asset, levelsOf }: { source: DataSource; asset: Asset; levelsOf: ExchangeId | undefined },
): Promise<Charted<LiquidationModel>> {
  const tiers = await (await storeOf(source)).latest({ kind: 'margin-tiers', baseAsset: asset });
  const listed = market.state.snapshot?.assets.find((one) => one.asset === asset)?.exchanges ?? [];
  const plan = levelPlan({
    ...{ ...input, tiers },
    marginOf: (exchange, venueSymbol) => {
      const own = listed.find((one) => one.exchange === exchange)?.instruments;
      const margin = own?.find((one) => one.venueSymbol === venueSymbol)?.margin;
      // A quanto contract gains and loses with the price as a linear one does, in a coin that is not the price's.
      return margin === 'quanto' ? 'linear' : margin;
    },
    ...(levelsOf === undefined ? {} : { levelsOf }),
  });
  if (!('data' in plan)) return plan;
  const scored = await levelScore(input.history, plan.data);
  return { data: liquidationChart(plan.data, input, scored) };
}
