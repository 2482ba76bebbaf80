import type { MachineClock } from '../../core/clock.ts';
import type { ExchangeHealth, HealthState, MarketHealth } from '../../market/health.ts';
import { machineClockText } from '../reports/clockText.ts';
import { formatOld } from '../reports/format.ts';
import { HEALTH_WORDS, healthRows, latencyText, wasAsked } from '../reports/healthRows.ts';
import type { TreeNode } from './treeNode.ts';

const ICONS: Readonly<Record<HealthState, string>> = {
  fresh: 'pass',
  partial: 'warning',
  stale: 'history',
  limited: 'watch',
  'geo-blocked': 'globe',
  failed: 'error',
  waiting: 'circle-outline',
  'switched-off': 'circle-slash',
};

/** Returns the rows of the health tree. Empty while no exchange was asked: a welcome view shows. */
export function healthTree(health: MarketHealth | undefined, nowMs: number): TreeNode[] {
  if (health === undefined || !health.exchanges.some(wasAsked)) return [];
  const mark = health.source === 'simulated' ? 'SIMULATED ' : '';
  return [
    ...(health.machineClock === undefined ? [] : [clockNode(health.machineClock)]),
    ...health.exchanges.map((one) => exchangeNode(one, mark, nowMs)),
  ];
}

/** Stands above the exchanges: all their ages hang on it. */
function clockNode(machineClock: MachineClock): TreeNode {
  const [label = '', ...rest] = machineClockText(machineClock).split(/(?<=\.) /);
  return {
    id: 'health/machine-clock',
    label: label.replace(/\.$/, ''),
    description: rest.join(' '),
    tooltip: 'Set the clock of this machine, or let it be set by the network.',
    icon: 'warning',
    isExpanded: false,
    children: [],
  };
}

function exchangeNode(health: ExchangeHealth, mark: string, nowMs: number): TreeNode {
  const state = health.state;
  const trouble = health.streams.filter(({ state: is }) => is === 'stale' || is === 'gap').length;
  const live = health.streams.filter(({ state: is }) => is === 'live').length;
  const parts = [
    `${mark}${HEALTH_WORDS[state]}`,
    // The narrow view cuts off the end: what changes by itself stands first.
    ...(health.streams.length === 0 ? [] : [`${live}/${health.streams.length} streams live`]),
    ...(health.newestAtMs === undefined ? [] : [formatOld(health.newestAtMs, nowMs)]),
    ...(health.latencyMs === undefined ? [] : [latencyText(health.latencyMs)]),
  ];
  return {
    id: `health/${health.exchange}`,
    label: health.displayName,
    description: parts.join(' · '),
    tooltip: health.explanation ?? '',
    icon: state === 'fresh' && trouble > 0 ? 'warning' : ICONS[state],
    isExpanded: false,
    children: healthRows(health, nowMs).map((row) => ({
      id: `health/${health.exchange}/${row.id}`,
      label: row.label,
      description: row.value,
      tooltip: row.detail,
      icon: row.isTrouble ? 'warning' : 'dash',
      isExpanded: false,
      children: [],
    })),
  };
}
