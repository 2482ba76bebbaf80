import type { RegimeAssessment } from '../../analysis/regime/assessment.ts';
import type { Asset } from '../../core/ids.ts';
import { MINUTE_MS } from '../../core/units.ts';
import { isFresh } from '../../market/exchangeSnapshots.ts';
import type { AssetSnapshot, MarketSnapshot, MarketState } from '../../market/snapshot.ts';
import { changeLines, changeRows } from '../reports/changeRows.ts';
import { machineClockText } from '../reports/clockText.ts';
import { escapeMarkdown } from '../../core/outsideText.ts';
import {
  formatAgo,
  formatCoins,
  formatDuration,
  formatOld,
  formatPrice,
  formatRate,
  formatUsd,
} from '../reports/format.ts';
import {
  bearingWord,
  confidencePercent,
  confidenceWords,
  coverageWords,
  evidenceAgeMs,
  evidenceName,
  regimeName,
  metricName,
  observedWords,
  outWords,
  sinceWords,
  sourceNames,
  storedHistoryWords,
  thresholdWords,
} from '../reports/regimeWords.ts';

import { markdownTable } from '../reports/markdownTable.ts';
import { capital, unbroken } from '../reports/reportParts.ts';
import { rulesWords } from '../reports/rulesWords.ts';
import { unverifiedWords } from '../reports/unverifiedWords.ts';
import { unlistedWords } from '../reports/unlistedWords.ts';
import { notStartedWords } from './notStartedWords.ts';
import { DEFAULT_FIGURES, type StatusFigure } from './statusFigures.ts';

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
/** More exchanges than these are counted, not named. */
const MAX_NAMES = 3;

/**
 * Returns what the status bar shows for an asset. The one place that decides; pure. `problems` are faults in the settings,
 * one line each: the hover names them. `figures` stand beside the regime.
 */
export function statusView(
  state: MarketState,
  asset: Asset,
  nowMs: number,
  problems: readonly string[] = [],
  figures: readonly StatusFigure[] = DEFAULT_FIGURES,
): StatusView {
  const view = marketView(state, asset, nowMs, figures);
  if (problems.length === 0) return view;
  // What keeps it from starting is said once.
  const rest = problems.filter((problem) => problem !== state.lastError);
  const lines = rest.map((problem) => `Setting: ${escapeMarkdown(problem)}`);
  return { ...view, tooltip: [view.tooltip, ...lines].join('\n\n') };
}

function marketView(
  state: MarketState,
  asset: Asset,
  nowMs: number,
  figures: readonly StatusFigure[],
): StatusView {
  const mark = state.source === 'simulated' ? 'SIMULATED ' : '';
  const regime = state.regimes.get(asset);
  const whole = state.snapshot;
  const snapshot = whole?.assets.find((one) => one.asset === asset);
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
  if (regime === undefined || whole === undefined || snapshot === undefined || isBlind) {
    if (state.isRefreshing) return plain('sync~spin', 'loading', 'Asking the exchanges.');
    if (state.phase === 'offline') {
      return plain(
        'debug-disconnect',
        'offline',
        'No exchange could be reached. **Perpscope: Show Exchange Health** names the reason for each.',
        'warning',
      );
    }
    if (state.phase === 'failed') {
      return plain('error', 'not started', escapeMarkdown(notStartedWords(state)), 'warning');
    }
    return plain('pulse', 'not read yet', 'No numbers have been read yet. Select to read them.');
  }
  if (unlisted !== undefined) {
    const advice = 'Run **Perpscope: Select Asset** to choose another.';
    return plain('question', 'not listed', `${escapeMarkdown(unlisted)} ${advice}`, 'warning');
  }
  const isStale =
    state.phase === 'offline' || !isFresh(regime.asOfMs, nowMs) || snapshot.aggregate.coverage.fresh === 0;
  const shown = figureTexts(snapshot, figures, nowMs);
  const rest = [...shown, ...(isStale ? [`stale, ${formatOld(regime.asOfMs, nowMs)}`] : [])];
  const sure = regime.label === 'unknown' ? [] : [confidencePercent(regime)];
  return {
    text: `$(${isStale ? 'history' : 'pulse'}) ${mark}${asset} ${[[regimeName(regime), ...sure].join(' '), ...rest].join(' · ')}`,
    tooltip: tooltipOf(regime, snapshot, mark, isStale, nowMs, whole, rulesWords(state, regime)),
    accessibleText: `Perpscope, ${mark}${asset}, ${[[regimeName(regime), ...sure].join(', confidence '), ...rest].join(', ')}`,
    tone: isStale ? 'warning' : 'plain',
  };
}

/** The wanted figures that are there, each with name and unit; open interest where funding is wanted alone and unknown. */
function figureTexts(snapshot: AssetSnapshot, figures: readonly StatusFigure[], nowMs: number): string[] {
  const texts = figures.flatMap((figure) => figureText(snapshot, figure, nowMs) ?? []);
  const isLost = texts.length === 0 && figures.includes('funding');
  return isLost ? [figureText(snapshot, 'open-interest', nowMs)].filter((text) => text !== undefined) : texts;
}

function figureText(snapshot: AssetSnapshot, figure: StatusFigure, nowMs: number): string | undefined {
  const { fundingAnnualisedOiWeighted: funding, markPriceQuote, openInterestUsd } = snapshot.aggregate;
  switch (figure) {
    case 'funding':
      return funding === undefined ? undefined : `funding ${formatRate(funding)}/yr`;
    case 'price':
      return markPriceQuote === undefined ? undefined : formatPrice(markPriceQuote);
    case 'open-interest':
      return openInterestUsd === undefined ? undefined : `OI ${formatUsd(openInterestUsd)}`;
    default: {
      const row = changeRows(snapshot, nowMs).find(({ id }) => id === `change-${figure}`);
      if (row === undefined) return undefined;
      const [window = '', name = ''] = row.shortLabel.split(' ');
      return `${name === 'fund' ? 'funding' : name} ${row.value} ${window}`;
    }
  }
}

function tooltipOf(
  regime: RegimeAssessment,
  snapshot: AssetSnapshot,
  mark: string,
  isStale: boolean,
  nowMs: number,
  { asOfMs, machineClock }: Pick<MarketSnapshot, 'asOfMs' | 'machineClock'>,
  ofRules: readonly string[],
): string {
  const since = sinceWords(regime, nowMs);
  const lines = [
    `**${mark}${escapeMarkdown(regime.baseAsset)}: ${regimeName(regime)}**`,
    ...(machineClock === undefined ? [] : [escapeMarkdown(machineClockText(machineClock))]),
    capital(confidenceWords(regime)),
    `Read ${formatAgo(regime.asOfMs, nowMs)}${isStale ? ', stale' : ''}, from ${coverageWords(snapshot.aggregate.coverage)}`,
    ...(since === undefined ? [] : [escapeMarkdown(`Regime ${since}`)]),
    ...ofRules.map(escapeMarkdown),
    ...numbersLine(snapshot, asOfMs, nowMs),
    ...changeLines(snapshot, nowMs).map((line) => escapeMarkdown(line)),
    evidenceTable(regime, nowMs),
    ...[unverifiedWords(snapshot.aggregate)].flatMap((words) =>
      words === undefined ? [] : escapeMarkdown(words),
    ),
    ...(regime.storedHistory === undefined
      ? []
      : [escapeMarkdown(storedHistoryWords(regime.storedHistory, nowMs))]),
    ...regime.statements.map((statement) => escapeMarkdown(statement)),
    ...(regime.missing.length === 0
      ? []
      : [`Missing: ${regime.missing.map((one) => escapeMarkdown(metricName(one.metric))).join(', ')}`]),
  ];
  return unbroken(lines.join('\n\n'));
}

/** The numbers of the snapshot, each with its unit, and the age of their oldest part, once that is no longer now. */
function numbersLine({ asset, aggregate }: AssetSnapshot, asOfMs: number, nowMs: number): string[] {
  const { markPriceQuote, openInterestBase, openInterestUsd, fundingAnnualisedOiWeighted } = aggregate;
  const coins = openInterestBase === undefined ? '' : ` (${formatCoins(openInterestBase, asset)})`;
  const parts = [
    ...(markPriceQuote === undefined
      ? []
      : [
          `price ${formatPrice(markPriceQuote)}${aggregate.sources?.markPrice?.exchanges.length === 1 ? '' : ', the median'}`,
        ]),
    ...(openInterestUsd === undefined ? [] : [`open interest ${formatUsd(openInterestUsd)}${coins}`]),
    ...(fundingAnnualisedOiWeighted === undefined
      ? []
      : [`funding ${formatRate(fundingAnnualisedOiWeighted)}/yr`]),
  ];
  const { markPrice, openInterestUsd: openInterest, funding } = aggregate.sources ?? {};
  const times = [markPrice, openInterest, funding].flatMap((source) => source?.oldestAtMs ?? []);
  const oldestMs = Math.min(asOfMs, ...times);
  const when = nowMs - oldestMs < MINUTE_MS ? 'Now' : `Oldest part ${formatAgo(oldestMs, nowMs)}`;
  return parts.length === 0 ? [] : [escapeMarkdown(`${when}: ${parts.join('; ')}`)];
}

/** The reasons as a Markdown table; what the name does not look at is left to the report where there are reasons. */
function evidenceTable(regime: RegimeAssessment, nowMs: number): string {
  const { evidence } = regime;
  if (evidence.length === 0) return 'No evidence: see what is missing.';
  const reasons = evidence.filter(({ bearing }) => bearing !== 'beside');
  const shown = (reasons.length === 0 ? evidence : reasons).slice(0, MAX_REASONS);
  const rows = shown.map((one) => [
    evidenceName(one),
    observedWords(one),
    outWords(one),
    one.bearing === 'beside'
      ? 'none'
      : `${one.bearing === 'for' ? '' : `${bearingWord(one)}: `}${thresholdWords(one)}`,
    one.ageMs === undefined ? 'stated' : formatDuration(evidenceAgeMs(one, regime, nowMs)),
    one.sources.length > MAX_NAMES ? `${one.sources.length} exchanges` : sourceNames(one.sources),
  ]);
  const table = markdownTable(['Reason', 'Seen', 'Out by', 'Threshold', 'Age', 'Source'], rows);
  const more = evidence.length - shown.length;
  return more > 0 ? `${table}\n\n${more} more in the report.` : table;
}
