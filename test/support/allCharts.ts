import type { TimelineLine } from '../../src/analysis/timeline/line.ts';
import type { AssetSeries } from '../../src/series/assetSeries.ts';
import {
  wantedCharts,
  type AssetCharts,
  type ChartedExchange,
  type ChartName,
} from '../../src/market/charts.ts';
import { PANEL_HOURS } from '../../src/surfaces/protocol/payloads.ts';

/** As far back as panels look. */
export const CHART_HOURS = PANEL_HOURS.usual;

/** Returns all charts of an asset, as far back as panels look. */
export function assetCharts(
  history: AssetSeries,
  exchanges: readonly ChartedExchange[] = [],
  judged: readonly TimelineLine[] = [],
): AssetCharts {
  const charts: readonly ChartName[] = ['openInterest', 'funding', 'liquidation', 'regime'];
  return wantedCharts({ charts, hours: CHART_HOURS }, history, exchanges, judged) as AssetCharts;
}
