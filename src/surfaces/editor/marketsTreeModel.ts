import { statusAt } from '../../market/exchangeSnapshots.ts';
import type { AssetSnapshot, ExchangeSnapshot, MarketState } from '../../market/snapshot.ts';
import { plainText } from '../../core/outsideText.ts';
import { formatOld, formatRate, formatUsd } from '../reports/format.ts';
import { exchangeMetricRows, liquidationSumRows } from '../reports/liquidationRows.ts';
import type { MetricRow } from '../reports/metricRows.ts';
import { contextNodes } from './contextNodes.ts';
import type { TreeNode } from './treeNode.ts';

export type Grouping = 'exchange' | 'asset';

const ICONS: Readonly<Record<ExchangeSnapshot['status'], string>> = {
  fresh: 'circle-filled',
  stale: 'history',
  limited: 'watch',
  failed: 'error',
  unsupported: 'circle-slash',
};

/** Returns the tree's rows, grouped by exchange or by asset. Empty while nothing has been read: a welcome view shows. */
export function marketsTree(state: MarketState, grouping: Grouping, nowMs: number): TreeNode[] {
  const { snapshot } = state;
  const hasNumbers = snapshot?.assets.some((asset) =>
    asset.exchanges.some((one) => one.newestAtMs !== undefined),
  );
  // Without a single number the welcome view shows; with old ones they show, and say how old they are.
  if (snapshot === undefined || hasNumbers !== true) return [];
  const mark = snapshot.source === 'simulated' ? 'SIMULATED ' : '';
  const beside = contextNodes(snapshot.context ?? [], mark, nowMs);
  if (grouping === 'asset') {
    const assets = snapshot.assets.map((asset) => ({
      id: asset.asset,
      label: asset.asset,
      description: `${mark}${aggregateText(asset)}`,
      tooltip: asset.aggregate.notes.map(plainText).join('\n'),
      icon: 'symbol-numeric',
      isExpanded: true,
      children: [
        aggregateNode(asset, mark, nowMs),
        ...asset.exchanges.map((one) => exchangeNode(asset, one, mark, nowMs, one.displayName, asset.asset)),
      ],
    }));
    return [...assets, ...beside];
  }
  const ids = snapshot.assets[0]?.exchanges.map((one) => one.exchange) ?? [];
  const exchanges = ids.map((id) => {
    const parts = snapshot.assets.flatMap((asset) =>
      asset.exchanges.filter((one) => one.exchange === id).map((one) => ({ asset, one })),
    );
    const first = parts[0]?.one;
    return {
      id,
      label: first?.displayName ?? id,
      description: `${mark}${first === undefined ? '' : statusText(first, nowMs)}`,
      tooltip: plainText(first?.reason ?? ''),
      icon: ICONS[first === undefined ? 'failed' : statusAt(first, nowMs)],
      isExpanded: true,
      children: parts.map(({ asset, one }) => exchangeNode(asset, one, mark, nowMs, asset.asset, id)),
    };
  });
  return [...exchanges, ...beside];
}

function exchangeNode(
  asset: AssetSnapshot,
  exchange: ExchangeSnapshot,
  mark: string,
  nowMs: number,
  label: string,
  parent: string,
): TreeNode {
  const id = `${parent}/${asset.asset}/${exchange.exchange}`;
  const rows = exchangeMetricRows(asset, exchange, nowMs);
  const leftOut = asset.aggregate.leftOut?.find((one) => one.exchange === exchange.exchange);
  return {
    id,
    label,
    description: `${leftOut === undefined ? '' : 'not in sums · '}${exchangeText(exchange, rows, nowMs, mark)}`,
    tooltip: [
      `${exchange.displayName} ${plainText(exchange.instruments[0]?.venueSymbol ?? '')}: ${statusText(exchange, nowMs)}`,
      ...(exchange.reason === undefined ? [] : [plainText(exchange.reason)]),
      ...(leftOut === undefined ? [] : [`Not in sums: ${plainText(leftOut.reason)}`]),
    ].join('\n'),
    icon: ICONS[statusAt(exchange, nowMs)],
    isExpanded: false,
    children: rows.map((row) => metricNode(row, id, mark)),
  };
}

/** The two numbers people look for first; the state where there is trouble. */
function exchangeText(
  exchange: ExchangeSnapshot,
  rows: readonly MetricRow[],
  nowMs: number,
  mark: string,
): string {
  const valueOf = (id: string): string | undefined =>
    rows.find((row) => row.id === id && !row.isStale)?.value;
  const [size, year] = [valueOf('oi-usd') ?? valueOf('oi'), valueOf('funding-year')];
  const parts = [
    ...(statusAt(exchange, nowMs) === 'fresh' ? [] : [statusText(exchange, nowMs)]),
    ...(size === undefined ? [] : [`OI ${size}`]),
    ...(year === undefined ? [] : [`${year}/yr`]),
    ...(mark === '' ? [] : ['SIMULATED']),
  ];
  return parts.join(' · ');
}

function metricNode(row: MetricRow, parent: string, mark: string): TreeNode {
  return {
    id: `${parent}/${row.id}`,
    label: row.label,
    // The mark stands before the age: a narrow view cuts off the end.
    description: [row.value, ...(mark === '' ? [] : ['SIMULATED']), row.ageText.replace(' old', '')].join(
      ' · ',
    ),
    tooltip: `${mark}${row.detail}`,
    icon: row.isStale ? 'history' : 'dash',
    isExpanded: false,
    children: [],
  };
}

function aggregateNode(asset: AssetSnapshot, mark: string, nowMs: number): TreeNode {
  const { aggregate } = asset;
  const id = `${asset.asset}/aggregate`;
  return {
    id,
    label: 'All exchanges',
    description: `${mark}${aggregateText(asset)}`,
    tooltip: aggregate.notes.map(plainText).join('\n'),
    icon: 'layers',
    isExpanded: false,
    children: liquidationSumRows(asset, nowMs).map((row) => metricNode(row, id, mark)),
  };
}

function aggregateText({ aggregate }: AssetSnapshot): string {
  const parts = [
    aggregate.openInterestUsd === undefined ? undefined : `OI ${formatUsd(aggregate.openInterestUsd)}`,
    aggregate.fundingAnnualisedOiWeighted === undefined
      ? undefined
      : `funding ${formatRate(aggregate.fundingAnnualisedOiWeighted, 1)} a year`,
    `${aggregate.coverage.fresh} of ${aggregate.coverage.of} exchanges`,
  ];
  return parts.filter((part) => part !== undefined).join(' · ');
}

function statusText(exchange: ExchangeSnapshot, nowMs: number): string {
  const { newestAtMs } = exchange;
  const age = newestAtMs === undefined ? '' : `, ${formatOld(newestAtMs, nowMs)}`;
  return `${statusAt(exchange, nowMs)}${age}`;
}
