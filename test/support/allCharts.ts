import type { TimelineLine } from '../../src/analysis/timeline/line.ts';
import type { AssetSeries } from '../../src/series/assetSeries.ts';
import { levelPlan, liquidationChart, type LiquidationInput } from '../../src/market/liquidationChart.ts';
import {
  chartInput,
  wantedCharts,
  type AssetCharts,
  type ChartedExchange,
  type ChartName,
} from '../../src/market/charts.ts';
import { PANEL_HOURS } from '../../src/surfaces/protocol/payloads.ts';

/** As far back as panels look. */
export const CHART_HOURS = PANEL_HOURS.usual;

/**
 * Returns all charts of an asset, as far back as panels look; of levels, not scored, with what the store holds
 * besides the history.
 */
export function assetCharts(
  history: AssetSeries,
  exchanges: readonly ChartedExchange[] = [],
  judged: readonly TimelineLine[] = [],
  levels: Partial<LiquidationInput> = {},
): AssetCharts {
  const charts: readonly ChartName[] = ['openInterest', 'funding', 'regime'];
  const input = chartInput(history, CHART_HOURS, exchanges, judged);
  const plan = levelPlan({ ...input, tiers: [], marginOf: () => undefined, ...levels });
  const liquidation = 'data' in plan ? { data: liquidationChart(plan.data, input, 'no-liquidations') } : plan;
  return { ...wantedCharts(charts, input), liquidation } as AssetCharts;
}
