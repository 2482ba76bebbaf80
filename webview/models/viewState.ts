import type { PanelViewState } from '../../src/surfaces/protocol/messages.ts';
import type { ChartKind } from '../../src/surfaces/protocol/payloads.ts';

const CHARTS: readonly string[] = [
  'open-interest',
  'funding-heatmap',
  'liquidation-heatmap',
  'all',
] satisfies readonly PanelViewState['chart'][];

/**
 * Returns the state to start with: what the page was made for (`chart`, `asset`) wins over what was kept; layout
 * comes from what was kept. Kept state may be of an older version, so each field is looked at.
 */
export function startState(
  page: { chart?: string; asset?: string },
  kept: unknown,
): Required<PanelViewState> {
  const old = (typeof kept === 'object' && kept !== null ? kept : {}) as Readonly<Record<string, unknown>>;
  const chart = [page.chart, old['chart']].find(
    (value): value is PanelViewState['chart'] => typeof value === 'string' && CHARTS.includes(value),
  );
  const keptAsset = typeof old['asset'] === 'string' ? old['asset'] : '';
  const hidden: unknown[] = Array.isArray(old['hiddenLines']) ? old['hiddenLines'] : [];
  const tables: unknown[] = Array.isArray(old['openTables']) ? old['openTables'] : [];
  const scrollPx = old['scrollPx'];
  return {
    chart: chart ?? 'all',
    asset: page.asset === undefined || page.asset === '' ? keptAsset : page.asset,
    openInterestUnit: old['openInterestUnit'] === 'usd' ? 'usd' : 'base',
    hiddenLines: hidden.filter((id): id is string => typeof id === 'string'),
    heatmapScale: old['heatmapScale'] === 'linear' ? 'linear' : 'log',
    openTables: tables.filter(
      (kind): kind is ChartKind => typeof kind === 'string' && kind !== 'all' && CHARTS.includes(kind),
    ),
    scrollPx: typeof scrollPx === 'number' && scrollPx > 0 ? scrollPx : 0,
  };
}
