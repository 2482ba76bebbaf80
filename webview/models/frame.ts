import type {
  ChartKind,
  ChartPayload,
  ChartUnavailable,
  PanelSnapshot,
} from '../../src/surfaces/protocol/payloads.ts';
import { coverageText } from './chartText.ts';
import { formatAge, formatUtc } from './format.ts';

/** The head of a panel, in words. */
export interface FrameModel {
  readonly title: string;
  readonly regime: string;
  readonly time: string;
  readonly age: string;
  readonly coverage: string;
  readonly isSimulated: boolean;
  readonly problem: string;
}

/** "BTC derivatives". */
export function panelTitle(asset: string): string {
  return asset === '' ? 'Derivatives' : `${asset} derivatives`;
}

function isPayload(chart: ChartPayload | ChartUnavailable): chart is ChartPayload {
  return !('unavailable' in chart);
}

/** Returns the charts that a panel of this kind shows, in the snapshot's order; one that is absent is unavailable. */
export function chartsOf(
  snapshot: PanelSnapshot,
  chart: ChartKind | 'all',
): readonly (ChartPayload | ChartUnavailable)[] {
  if (chart === 'all') return snapshot.charts;
  const found = snapshot.charts.filter(({ kind }) => kind === chart);
  if (found.length > 0 || snapshot.isLoading) return found;
  return [{ kind: chart, unavailable: 'There are no numbers for this chart yet.' }];
}

function regimeText(regime: PanelSnapshot['regime']): string {
  if (!regime) return 'Regime: not assessed yet';
  if (regime.label === 'unknown') return 'Regime: unknown, inputs are missing';
  const confidence = Math.round(regime.confidence * 100);
  return `Regime: ${regime.label}, confidence ${confidence} %`;
}

/** Returns the head of a panel: what, how old, from how many exchanges, and whether it is simulated. */
export function frameModel(snapshot: PanelSnapshot, nowMs: number): FrameModel {
  const payloads = snapshot.charts.filter(isPayload);
  const newest = snapshot.asOfMs ?? payloads.reduce((most, { asOfMs }) => Math.max(most, asOfMs), -Infinity);
  const widest = payloads.reduce<PanelSnapshot['coverage']>(
    (most, { coverage }) => (most === undefined || coverage.of > most.of ? coverage : most),
    undefined,
  );
  const coverage = snapshot.coverage ?? widest;
  const hasTime = Number.isFinite(newest);
  return {
    title: panelTitle(snapshot.asset),
    regime: regimeText(snapshot.regime),
    time: hasTime ? `Data of ${formatUtc(newest)}` : 'No data yet',
    age: hasTime ? formatAge(newest, nowMs + (snapshot.clockBehindMs ?? 0)) : '',
    coverage: coverage ? coverageText(coverage) : '',
    isSimulated: snapshot.source === 'simulated',
    problem: snapshot.problem ?? '',
  };
}
