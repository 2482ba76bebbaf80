import type { ChartName } from '../../../market/charts.ts';
import type { PanelQuery } from '../../protocol/messages.ts';
import type { ChartKind } from '../../protocol/payloads.ts';

const NAMES: Readonly<Record<ChartKind, readonly ChartName[]>> = {
  'open-interest': ['openInterest', 'regime'],
  'funding-heatmap': ['funding'],
  'liquidation-heatmap': ['liquidation'],
  'regime-timeline': ['regime'],
};

/** Returns the charts that a panel wants, as the market names them. */
export function chartNames(chart: PanelQuery['chart']): readonly ChartName[] {
  return chart === 'all' ? [...new Set(Object.values(NAMES).flat())] : NAMES[chart];
}
