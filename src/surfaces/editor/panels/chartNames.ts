import type { ChartName } from '../../../market/charts.ts';
import type { PanelQuery } from '../../protocol/messages.ts';
import type { ChartKind } from '../../protocol/payloads.ts';

const NAMES: Readonly<Record<ChartKind, ChartName>> = {
  'open-interest': 'openInterest',
  'funding-heatmap': 'funding',
  'liquidation-heatmap': 'liquidation',
};

/** Returns the charts that a panel wants, as the market names them. */
export function chartNames(chart: PanelQuery['chart']): readonly ChartName[] {
  return chart === 'all' ? Object.values(NAMES) : [NAMES[chart]];
}
