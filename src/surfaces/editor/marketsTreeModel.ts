import { statusAt } from '../../market/exchangeSnapshots.ts';
import { plainText } from '../../core/outsideText.ts';
import type { AssetSnapshot, ExchangeSnapshot, MarketSnapshot, MarketState } from '../../market/snapshot.ts';
import { formatOld, formatRate, formatShortAge, formatUsd } from '../reports/format.ts';
import { exchangeMetricRows } from '../reports/liquidationRows.ts';
import type { MetricRow } from '../reports/metricRows.ts';
import { coverageWords } from '../reports/regimeWords.ts';
import { faultNodes } from './faultNodes.ts';
import type { SettingFault } from './settingsReader.ts';
import { contextNodes } from './contextNodes.ts';
import { copyText } from './copyText.ts';
import { metricNode, openInterestCount, sumNodes } from './marketsTreeRows.ts';
import { fitting } from './rowWidth.ts';
import type { TreeNode } from './treeNode.ts';
import { waitingNode } from './waitingNode.ts';

export type Grouping = 'exchange' | 'asset';

const ICONS: Readonly<Record<ExchangeSnapshot['status'], string>> = {
  fresh: 'circle-filled',
  stale: 'history',
  limited: 'watch',
  failed: 'error',
  unsupported: 'circle-slash',
  waiting: 'sync',
};
/** Stands for the simulated market wherever a group would show that all is well. */
const SIMULATED_ICON = 'beaker';

/** The market that is shown: its mark, its sources' state and the moment of showing. */
interface View {
  readonly state: MarketState;
  readonly snapshot: MarketSnapshot;
  readonly mark: string;
  readonly nowMs: number;
}

/**
 * Returns the tree's rows, grouped by exchange or by asset, below a row for each faulty setting. Empty while nothing has
 * been read and no setting is faulty: a welcome view shows.
 */
export function marketsTree(
  state: MarketState,
  grouping: Grouping,
  nowMs: number,
  faults: readonly SettingFault[] = [],
): TreeNode[] {
  const { snapshot } = state;
  const hasNumbers = snapshot?.assets.some((asset) =>
    asset.exchanges.some((one) => one.newestAtMs !== undefined),
  );
  // Without a single number the welcome view shows; with old ones they show, and say how old they are. The editor shows
  // no welcome view beside rows: beside those of faulty settings a row says what it would.
  if (snapshot === undefined || hasNumbers !== true)
    return faults.length === 0 ? [] : [...faultNodes(faults), waitingNode(state)];
  const mark = snapshot.source === 'simulated' ? 'SIMULATED ' : '';
  const view: View = { state, snapshot, mark, nowMs };
  const groups = grouping === 'asset' ? byAsset(view) : byExchange(view);
  return [...faultNodes(faults), ...groups, ...contextNodes(snapshot.context ?? [], mark, nowMs)];
}

/** What the view says of itself, once: that its market is simulated. */
export function treeHeader(state: MarketState): { readonly message: string; readonly badge: string } {
  const isSimulated = state.source === 'simulated' && state.snapshot !== undefined;
  return isSimulated
    ? { message: 'SIMULATED market: these numbers come from no exchange.', badge: 'SIMULATED' }
    : { message: '', badge: '' };
}

function byAsset(view: View): TreeNode[] {
  const { snapshot, mark } = view;
  return snapshot.assets.map((asset) => ({
    ...sumGroup(asset, asset.asset, 1, view),
    id: asset.asset,
    isExpanded: true,
    children: [
      {
        ...sumGroup(asset, 'All exchanges', 2, view),
        id: `${asset.asset}/aggregate`,
        icon: mark === '' ? 'layers' : SIMULATED_ICON,
        children: sumRows(asset, `${asset.asset}/aggregate`, view),
      },
      ...asset.exchanges.map((one) => exchangeNode(asset, one, shortName(one), asset.asset, view)),
    ],
  }));
}

/** One sum on top, then the exchanges in their order, folded. */
function byExchange(view: View): TreeNode[] {
  const { snapshot, mark, nowMs } = view;
  const ids = [...new Set(snapshot.assets.flatMap((asset) => asset.exchanges.map((one) => one.exchange)))];
  const exchanges = ids.map((id): TreeNode => {
    const parts = snapshot.assets.flatMap((asset) =>
      asset.exchanges.filter((one) => one.exchange === id).map((one) => ({ asset, one })),
    );
    const first = parts[0]?.one;
    const label = first === undefined ? id : shortName(first);
    const status = first === undefined ? 'failed' : statusAt(first, nowMs);
    const icon = iconOf(status, mark);
    const age = first?.newestAtMs === undefined ? [] : [formatShortAge(first.newestAtMs, nowMs)];
    const words = status === 'fresh' ? [] : [status];
    return {
      id,
      label,
      description: fitting(1, label, [[...words, ...age].join(' '), words[0] ?? age[0] ?? '', ''], true),
      tooltip: [
        `${mark}${label}: ${first === undefined ? status : statusText(first, nowMs)}`,
        ...(first?.reason === undefined ? [] : [plainText(first.reason)]),
      ].join('\n'),
      icon,
      isExpanded: false,
      children: parts.map(({ asset, one }) => exchangeNode(asset, one, asset.asset, id, view)),
      spoken: `${first?.displayName ?? id}, ${mark}${first === undefined ? status : statusText(first, nowMs)}`,
    };
  });
  const sums = snapshot.assets.map((asset): TreeNode => {
    const id = `all/${asset.asset}`;
    return { ...sumGroup(asset, asset.asset, 2, view), id, children: sumRows(asset, id, view) };
  });
  const all: TreeNode = {
    id: 'all',
    label: 'All exchanges',
    description: '',
    tooltip: `${mark}Sums over the exchanges that are fresh and agree`,
    icon: mark === '' ? 'layers' : SIMULATED_ICON,
    isExpanded: true,
    children: sums,
    spoken: `${mark}All exchanges`,
  };
  return sums.length === 0 ? exchanges : [all, ...exchanges];
}

const sumRows = (asset: AssetSnapshot, parent: string, { state, mark, nowMs }: View): TreeNode[] =>
  sumNodes(asset, state.regimes.get(asset.asset), {
    parent,
    asset: asset.asset,
    mark,
    nowMs,
  });

/** A row over the sums of an asset: how much is open and of how many exchanges, then the funding where there is room. */
function sumGroup(
  snapshot: AssetSnapshot,
  label: string,
  level: number,
  { mark, nowMs }: View,
): Omit<TreeNode, 'id'> {
  const { aggregate, asset } = snapshot;
  const of = openInterestCount(snapshot, nowMs);
  const size = aggregate.openInterestUsd === undefined ? undefined : formatUsd(aggregate.openInterestUsd);
  const { fundingAnnualisedOiWeighted: funding } = aggregate;
  const year = funding === undefined ? [] : [`${formatRate(funding)}/yr`];
  const { fresh, of: asked } = aggregate.coverage;
  const coverage = `${fresh} of ${asked}`;
  const descriptions =
    size === undefined
      ? [[coverage, ...year].join(' '), coverage]
      : [[`${size} OI of ${of}`, ...year].join(' '), `${size} OI of ${of}`, `${size} OI`, `${size} of ${of}`];
  const whole = [
    ...(size === undefined ? [] : [`open interest ${size} of ${of} ${of === 1 ? 'exchange' : 'exchanges'}`]),
    ...year.map((text) => `funding ${text}`),
    `${coverageWords(aggregate.coverage)} fresh`,
  ].join(', ');
  const hasIcon = level === 2 && label !== asset;
  return {
    label,
    description: fitting(level, label, [...descriptions, ''], hasIcon),
    tooltip: [`${mark}${asset}: ${whole}`, ...aggregate.notes.map((note) => plainText(note))].join('\n'),
    icon: 'dash',
    isExpanded: false,
    children: [],
    spoken: `${label}, ${mark}${whole}`,
    ...(size === undefined ? {} : { copied: copyText(mark, size) }),
    asset,
  };
}

function exchangeNode(
  asset: AssetSnapshot,
  exchange: ExchangeSnapshot,
  label: string,
  parent: string,
  { mark, nowMs }: View,
): TreeNode {
  const id = `${parent}/${asset.asset}/${exchange.exchange}`;
  const rows = exchangeMetricRows(asset, exchange, nowMs);
  const leftOut = asset.aggregate.leftOut?.find((one) => one.exchange === exchange.exchange);
  const status = statusAt(exchange, nowMs);
  const isWell = status === 'fresh' && leftOut === undefined;
  // Where all is well the room is for the number; the view says above whether its market is simulated.
  const icon = isWell ? 'dash' : leftOut === undefined ? iconOf(status, mark) : 'warning';
  const numbers = numbersOf(rows);
  const states = [
    ...(leftOut === undefined ? [] : ['not in sums']),
    ...(status === 'fresh' ? [] : [statusText(exchange, nowMs)]),
  ];
  const whole = [...states, ...numbers].join(', ');
  return {
    id,
    label,
    description: fitting(2, label, descriptionsOf(states, numbers), icon !== 'dash'),
    tooltip: [
      `${mark}${exchange.displayName} ${plainText(exchange.instruments[0]?.venueSymbol ?? '')}: ${statusText(exchange, nowMs)}`,
      ...numbers,
      ...(exchange.reason === undefined ? [] : [plainText(exchange.reason)]),
      ...(leftOut === undefined ? [] : [`Not in sums: ${plainText(leftOut.reason)}`]),
    ].join('\n'),
    icon,
    isExpanded: false,
    children: rows.map((row) => metricNode(row, { parent: id, asset: asset.asset, mark, nowMs })),
    spoken: `${label === asset.asset ? label : exchange.displayName}, ${mark}${whole}`,
    ...(numbers[0] === undefined ? {} : { copied: copyText(mark, numbers[0].replace(' OI', '')) }),
    asset: asset.asset,
  };
}

/** Trouble first; of what is well the two numbers that people look for first, each with its name or unit. */
function descriptionsOf(states: readonly string[], numbers: readonly string[]): string[] {
  const [size, year] = numbers;
  if (states.length > 0)
    return [
      ...(size === undefined ? [] : [[...states, size].join(' ')]),
      states.join(' '),
      states[0]?.split(',')[0] ?? '',
      '',
    ];
  // Beside rows that say OI a bare size is better than none.
  return [numbers.join(' '), size ?? '', year ?? '', size?.replace(' OI', '') ?? '', ''];
}

/** Open interest and yearly funding, where they are not too old. */
function numbersOf(rows: readonly MetricRow[]): string[] {
  const valueOf = (id: string): string | undefined =>
    rows.find((row) => row.id === id && !row.isStale)?.narrow.value;
  const [size, year] = [valueOf('oi-usd') ?? valueOf('oi'), valueOf('funding-year')];
  return [...(size === undefined ? [] : [`${size} OI`]), ...(year === undefined ? [] : [year])];
}

/** Kraken, where there is no room for Kraken Futures. */
const shortName = ({ displayName }: ExchangeSnapshot): string => displayName.replace(/ Futures$/, '');

function iconOf(status: ExchangeSnapshot['status'], mark: string): string {
  return status === 'fresh' && mark !== '' ? SIMULATED_ICON : ICONS[status];
}

function statusText(exchange: ExchangeSnapshot, nowMs: number): string {
  const { newestAtMs } = exchange;
  const age = newestAtMs === undefined ? '' : `, ${formatOld(newestAtMs, nowMs)}`;
  return `${statusAt(exchange, nowMs)}${age}`;
}
