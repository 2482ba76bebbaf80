import type { MachineClock } from '../../core/clock.ts';
import type { Collecting, ExchangeHealth, HealthState, MarketHealth } from '../../market/health.ts';
import { machineClockText } from '../reports/clockText.ts';
import { collectingText, collectorName } from '../reports/collectingWords.ts';
import { formatOld, formatShortAge } from '../reports/format.ts';
import type { HealthRow } from '../reports/healthRow.ts';
import { HEALTH_WORDS, healthRows, latencyText, wasAsked } from '../reports/healthRows.ts';
import { fits, fitting } from './rowWidth.ts';
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
    ...(health.collecting === undefined ? [] : [collectingNode(health.collecting)]),
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

/** Stands below the exchanges: it matters to who wonders why a window asks nobody. */
function collectingNode(collecting: Collecting): TreeNode {
  const label = 'Collected by';
  const description = collectorName(collecting);
  return {
    id: 'health/collecting',
    label,
    description,
    tooltip: collectingText(collecting),
    icon: 'database',
    isExpanded: false,
    children: [],
    spoken: `${label} ${description}`,
  };
}

function exchangeNode(health: ExchangeHealth, mark: string, nowMs: number): TreeNode {
  const state = health.state;
  const trouble = health.streams.filter(({ state: is }) => is === 'stale' || is === 'gap').length;
  const live = health.streams.filter(({ state: is }) => is === 'live').length;
  const label = health.displayName;
  const words = state === 'fresh' || state === 'partial' ? [] : [BRIEF[state] ?? HEALTH_WORDS[state]];
  const streams = health.streams.length === 0 ? [] : [`${live}/${health.streams.length} live`];
  const age = health.newestAtMs === undefined ? [] : [formatShortAge(health.newestAtMs, nowMs)];
  const latency = health.latencyMs === undefined ? [] : [latencyText(health.latencyMs)];
  const descriptions = [
    [...words, ...streams, ...age, ...latency],
    [...words, ...streams, ...age],
    [...words, ...streams],
    [...(words.length > 0 ? words : streams)],
    [],
  ].map((some) => some.join(' '));
  const spoken = [
    `${mark}${HEALTH_WORDS[state]}`,
    ...(health.streams.length === 0 ? [] : [`${live}/${health.streams.length} streams live`]),
    ...(health.newestAtMs === undefined ? [] : [formatOld(health.newestAtMs, nowMs)]),
    ...(health.latencyMs === undefined ? [] : [latencyText(health.latencyMs)]),
  ];
  return {
    id: `health/${health.exchange}`,
    label,
    description: fitting(1, label, descriptions, true),
    tooltip: [`${label}: ${spoken.join(' · ')}`, health.explanation ?? ''].join('\n').trim(),
    icon: state === 'fresh' && trouble > 0 ? 'warning' : ICONS[state],
    isExpanded: false,
    spoken: `${label}, ${spoken.join(' · ')}`,
    children: healthRows(health, nowMs).map((row) => lineNode(row, `health/${health.exchange}`)),
  };
}

/** What it is, then how it is: these are words more than numbers. What has no room stands in the hover. */
function lineNode({ id, label, shortLabel, value, detail, isTrouble }: HealthRow, parent: string): TreeNode {
  const brief = shortLabel ?? SHORT_LABELS[id] ?? label;
  const briefValue = value.split(' · ')[0]?.split(', ')[0] ?? '';
  const forms = [[label, value], [brief, value], [label, briefValue], [brief, briefValue]] as const; // prettier-ignore
  const [shownLabel, shownValue] = forms.find(([name, text]) => fits(2, name, text, isTrouble)) ?? forms[3];
  return {
    id: `${parent}/${id}`,
    label: shownLabel,
    description: shownValue,
    tooltip: [`${label}: ${value}`, detail].join('\n').trim(),
    icon: isTrouble ? 'warning' : 'dash',
    isExpanded: false,
    children: [],
    spoken: `${label}, ${value}`,
  };
}

/** States where there is little room. */
const BRIEF: Readonly<Partial<Record<HealthState, string>>> = {
  'switched-off': 'off',
  'geo-blocked': 'blocked',
  waiting: 'waiting',
};

/** Labels where there is little room, by row. */
const SHORT_LABELS: Readonly<Record<string, string>> = {
  requests: 'Asked',
  'budget-0': 'Weight',
  'budget-1': 'Weight',
  'budget-2': 'Weight',
  error: 'Error',
  next: 'Next',
  refresh: 'Refresh',
};
