import type { RegimeAssessment } from '../../analysis/regime/assessment.ts';
import type { Asset } from '../../core/ids.ts';
import type { MachineClock } from '../../core/clock.ts';
import { isFresh } from '../../market/exchangeSnapshots.ts';
import type { AssetAggregate, MarketState } from '../../market/snapshot.ts';
import { machineClockText } from '../reports/clockText.ts';
import { escapeMarkdown } from '../../core/outsideText.ts';
import { formatAgo, formatDuration, formatOld, formatRate, formatUsd } from '../reports/format.ts';
import {
  evidenceName,
  evidenceNumber,
  labelWords,
  metricName,
  sourceNames,
  storedHistoryWords,
  thresholdWords,
} from '../reports/regimeWords.ts';

import { unverifiedWords } from '../reports/unverifiedWords.ts';
import { unlistedWords } from '../reports/unlistedWords.ts';

/** What the status item shows. `tone` asks for the editor's warning colour; nothing else is coloured. */
export interface StatusView {
  readonly text: string;
  /** Markdown without links or HTML. */
  readonly tooltip: string;
  readonly accessibleText: string;
  readonly tone: 'plain' | 'warning';
}

/** A tooltip holds so many reasons; the report holds all. */
const MAX_REASONS = 8;

/**
 * Returns what the status bar shows for an asset. The one place that decides; pure. `problems` are settings that could
 * not be used, one sentence each: the hover names them.
 */
export function statusView(
  state: MarketState,
  asset: Asset,
  nowMs: number,
  problems: readonly string[] = [],
): StatusView {
  const view = marketView(state, asset, nowMs);
  if (problems.length === 0) return view;
  const lines = problems.map((problem) => `Setting not used: ${escapeMarkdown(problem)}`);
  return { ...view, tooltip: [view.tooltip, ...lines].join('\n\n') };
}

function marketView(state: MarketState, asset: Asset, nowMs: number): StatusView {
  const mark = state.source === 'simulated' ? 'SIMULATED ' : '';
  const regime = state.regimes.get(asset);
  const snapshot = state.snapshot?.assets.find((one) => one.asset === asset);
  const aggregate = snapshot?.aggregate;
  const unlisted = snapshot === undefined ? undefined : unlistedWords(snapshot);
  const plain = (
    icon: string,
    words: string,
    tooltip: string,
    tone: StatusView['tone'] = 'plain',
  ): StatusView => ({
    text: `$(${icon}) ${mark}${asset} ${words}`,
    tooltip: `**${mark}${escapeMarkdown(asset)}**\n\n${tooltip}`,
    accessibleText: `Perpscope, ${mark}${asset}, ${words}`,
    tone,
  });
  const isBlind = state.phase === 'offline' && regime?.label === 'unknown';
  if (regime === undefined || aggregate === undefined || isBlind) {
    if (state.isRefreshing) return plain('sync~spin', 'loading', 'Asking the exchanges.');
    if (state.phase === 'offline') {
      return plain(
        'debug-disconnect',
        'offline',
        'No exchange could be reached. The log names the reason for each.',
        'warning',
      );
    }
    if (state.phase === 'failed') {
      const reason = escapeMarkdown(state.lastError ?? 'The log says why.');
      return plain('error', 'not started', `Perpscope could not start. ${reason}`, 'warning');
    }
    return plain('pulse', 'not read yet', 'No numbers have been read yet. Select to read them.');
  }
  if (unlisted !== undefined) {
    const advice = 'Run **Perpscope: Select Asset** to choose another.';
    return plain('question', 'not listed', `${escapeMarkdown(unlisted)} ${advice}`, 'warning');
  }
  const isStale =
    state.phase === 'offline' || !isFresh(regime.asOfMs, nowMs) || aggregate.coverage.fresh === 0;
  const figure = keyFigure(aggregate);
  const words = [
    labelWords(regime.label),
    ...(figure === undefined ? [] : [figure]),
    ...(isStale ? [`stale, ${formatOld(regime.asOfMs, nowMs)}`] : []),
  ];
  return {
    text: `$(${isStale ? 'history' : 'pulse'}) ${mark}${asset} ${words.join(' · ')}`,
    tooltip: tooltipOf(regime, aggregate, mark, isStale, nowMs, state.snapshot?.machineClock),
    accessibleText: `Perpscope, ${mark}${asset}, ${words.join(', ')}`,
    tone: isStale ? 'warning' : 'plain',
  };
}

function keyFigure(aggregate: AssetAggregate): string | undefined {
  const { fundingAnnualisedOiWeighted: funding, openInterestUsd } = aggregate;
  if (funding !== undefined) return `funding ${formatRate(funding, 1)}/yr`;
  return openInterestUsd === undefined ? undefined : `OI ${formatUsd(openInterestUsd)}`;
}

function tooltipOf(
  regime: RegimeAssessment,
  aggregate: AssetAggregate,
  mark: string,
  isStale: boolean,
  nowMs: number,
  machineClock: MachineClock | undefined,
): string {
  const lines = [
    `**${mark}${escapeMarkdown(regime.baseAsset)}: ${labelWords(regime.label)}**`,
    ...(machineClock === undefined ? [] : [escapeMarkdown(machineClockText(machineClock))]),
    `Confidence ${Math.round(regime.confidence * 100)} % (an estimate), ${aggregate.coverage.fresh} of ${aggregate.coverage.of} exchanges, read ${formatAgo(regime.asOfMs, nowMs)}${isStale ? ', stale' : ''}`,
    evidenceTable(regime),
    ...[unverifiedWords(aggregate)].flatMap((words) => (words === undefined ? [] : escapeMarkdown(words))),
    ...(regime.storedHistory === undefined
      ? []
      : [escapeMarkdown(storedHistoryWords(regime.storedHistory, nowMs))]),
    ...regime.statements.map((statement) => escapeMarkdown(statement)),
    ...(regime.missing.length === 0
      ? []
      : [`Missing: ${regime.missing.map((one) => escapeMarkdown(metricName(one.metric))).join(', ')}`]),
  ];
  return lines.join('\n\n');
}

/** The reasons as a Markdown table: what was seen, the threshold, whether it is met, where from. */
function evidenceTable({ evidence }: RegimeAssessment): string {
  if (evidence.length === 0) return 'No evidence: see what is missing.';
  const rows = evidence.slice(0, MAX_REASONS).map((one) => {
    const cells = [
      evidenceName(one),
      evidenceNumber(one.observed, one.unit),
      `${thresholdWords(one)}${one.isMet ? '' : ' (not met)'}`,
      one.ageMs === undefined ? 'stated' : formatDuration(one.ageMs),
      sourceNames(one.sources),
    ];
    return `| ${cells.map((cell) => escapeMarkdown(cell)).join(' | ')} |`;
  });
  const more =
    evidence.length > MAX_REASONS ? `\n\n${evidence.length - MAX_REASONS} more in the report.` : '';
  return (
    ['| Reason | Seen | Threshold | Age | Source |', '| --- | --- | --- | --- | --- |', ...rows].join('\n') +
    more
  );
}
