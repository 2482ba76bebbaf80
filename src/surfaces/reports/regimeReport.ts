import type { MachineClock } from '../../core/clock.ts';
import { changeTable } from './changeRows.ts';
import { machineClockText } from './clockText.ts';
import type { RegimeAssessment } from '../../analysis/regime/assessment.ts';
import { metricDefinition } from '../../analysis/metrics/dictionary.ts';
import type { ContextSnapshot } from '../../core/contextValue.ts';
import type { DataSource } from '../../core/ids.ts';
import { DOLLAR_NOTE, TRACKED_NOTE, TRACKED_SCOPE } from '../../core/scope.ts';
import { HOUR_MS } from '../../core/units.ts';
import type { AssetSnapshot } from '../../market/snapshot.ts';
import { contextFormulaIds, contextSection } from './contextSection.ts';
import { escapeMarkdown } from '../../core/outsideText.ts';
import { markdownTable } from './markdownTable.ts';
import { exchangeRows, type ExchangeRow } from './exchangeRows.ts';
import * as format from './format.ts';
import { liquidationSection } from './liquidationRows.ts';
import {
  DISCLAIMER,
  baselineWords,
  bearing,
  confidenceWords,
  evidenceNumber,
  labelWords,
  metricName,
  sinceWords,
  sourceNames,
  storedHistoryWords,
  thresholdWords,
} from './regimeWords.ts';
import { unlistedWords } from './unlistedWords.ts';
import { TERM_STRUCTURE_HEAD, termStructureRows } from './termStructureTable.ts';

export { regimeText, statedRegimeText } from './regimeText.ts';

export interface RegimeReportInput {
  readonly assessment: RegimeAssessment;
  /** Absent for stated features: nothing was fetched. */
  readonly snapshot?: AssetSnapshot | undefined;
  /** Numbers beside the exchanges; absent where no provider is there. */
  readonly context?: readonly ContextSnapshot[] | undefined;
  readonly source: DataSource;
  readonly nowMs: number;
  /** Present where the clock of this machine is wrong. */
  readonly machineClock?: MachineClock | undefined;
}

/**
 * Returns the regime report as Markdown: headline, reading, evidence, what is missing, exchanges, aggregate, context,
 * formulas, sources and conventions. Pure. Every text from outside is escaped; what is not reported says so.
 */
export function regimeReport(input: RegimeReportInput): string {
  const { assessment, snapshot, nowMs } = input;
  const rows = snapshot === undefined ? [] : exchangeRows(snapshot, nowMs);
  const unlisted = snapshot === undefined ? undefined : unlistedWords(snapshot);
  const isSimulated = input.source === 'simulated' || assessment.source === 'simulated';
  const asset = escapeMarkdown(assessment.baseAsset);
  const sections = [
    `# ${isSimulated ? 'SIMULATED · ' : ''}${asset}: ${labelWords(assessment.label)}`,
    ...(isSimulated
      ? ['> **SIMULATED.** These numbers come from the simulator, not from any exchange.']
      : []),
    ...(input.machineClock === undefined ? [] : [`> **${machineClockText(input.machineClock)}**`]),
    headline(assessment, nowMs),
    ...(unlisted === undefined ? [] : [escapeMarkdown(unlisted)]),
    ...(assessment.storedHistory === undefined
      ? []
      : [escapeMarkdown(storedHistoryWords(assessment.storedHistory, nowMs))]),
    reading(assessment),
    section('Evidence', evidenceTable(assessment)),
    section('Missing inputs', missing(assessment)),
    section('Remarks', bullets(assessment.remarks, 'None.')),
    ...(snapshot === undefined
      ? []
      : [
          section('Exchanges', exchangeTables(rows, snapshot.asset, nowMs)),
          section('Aggregate', aggregate(snapshot)),
          section('Changes', changes(snapshot)),
          section('Liquidations', liquidationSection(snapshot, nowMs)),
          section('Term structure', termStructure(snapshot, nowMs)),
          ...(input.context === undefined
            ? []
            : [section('Context', contextSection(input.context, snapshot, nowMs))]),
        ]),
    section('Formulas', formulas(assessment, snapshot)),
    section('Sources', sources(rows, assessment, nowMs)),
    section('Conventions', conventions(assessment)),
    `---\n\n${DISCLAIMER}`,
  ];
  return `${sections.join('\n\n')}\n`;
}

function headline(assessment: RegimeAssessment, nowMs: number): string {
  const words = sinceWords(assessment, nowMs);
  const since = words === undefined ? '' : `, ${words}`;
  const candidate =
    assessment.candidate === undefined ? '' : ` Candidate: ${labelWords(assessment.candidate)}.`;
  const label = labelWords(assessment.label);
  return `**${capital(label)}**, ${confidenceWords(assessment)}${since}. As of ${format.formatUtc(assessment.asOfMs)}.${candidate} Source: ${assessment.source === 'stated' ? 'stated values, nothing was fetched' : assessment.source}.`;
}

function reading(assessment: RegimeAssessment): string {
  const supporting = assessment.evidence.filter((row) => row.isMet && row.weight > 0);
  const heaviest = [...supporting].sort((a, b) => b.weight - a.weight);
  const numbers = [...new Map(heaviest.map((row) => [row.metric, row])).values()]
    .slice(0, 4)
    .map((row) => `${lower(metricName(row.metric))} ${evidenceNumber(row.observed, row.unit)}`);
  const based = numbers.length === 0 ? [] : [`It rests on ${numbers.join('; ')}.`];
  const risk = assessment.hasCascadeRisk
    ? ['Longs and leverage are crowded, so that a fall could feed on itself; this is an estimate.']
    : [];
  return [...assessment.statements.map(escapeMarkdown), ...based.map(escapeMarkdown), ...risk]
    .map((sentence) => (/[.!?]$/.test(sentence) ? sentence : `${sentence}.`))
    .join(' ');
}

function evidenceTable(assessment: RegimeAssessment): string {
  if (assessment.evidence.length === 0) return 'No input that a rule looks at is there.';
  return markdownTable(
    ['Metric', 'Observed', 'Baseline', 'Window', 'Threshold', 'Met', 'Weight', 'Source', 'Age'],
    assessment.evidence.map((row) => [
      metricName(row.metric),
      evidenceNumber(row.observed, row.unit),
      baselineWords(row),
      row.windowMs === undefined
        ? assessment.source === 'stated'
          ? 'not stated'
          : 'now'
        : format.formatDuration(row.windowMs),
      thresholdWords(row),
      bearing(row),
      row.weight === 0 ? 'none' : format.formatSignificant(row.weight),
      sourceNames(row.sources),
      row.ageMs === undefined
        ? assessment.source === 'stated'
          ? 'stated'
          : format.NOT_REPORTED
        : format.formatDuration(row.ageMs),
    ]),
  );
}

function missing(assessment: RegimeAssessment): string {
  return bullets(
    assessment.missing.map(({ metric, reason }) => `${metricName(metric)}: ${reason}`),
    'None.',
  );
}

function exchangeTables(rows: readonly ExchangeRow[], asset: string, nowMs: number): string {
  const positions = markdownTable(
    ['Exchange', 'Status', `Open interest, ${asset}`, 'Open interest, USD', 'Counting', 'Share', 'Age'],
    rows.map((row) => [
      row.snapshot.displayName,
      statusWords(row),
      format.formatCoins(row.openInterestBase, asset),
      format.formatUsd(row.openInterestUsd),
      row.openInterestNote ?? format.NOT_REPORTED,
      row.share === undefined ? 'not counted' : format.formatShare(row.share),
      `${format.formatAge(row.openInterestAtMs, nowMs)}${row.isOpenInterestStale ? ', stale' : ''}`,
    ]),
  );
  const flows = markdownTable(
    [
      'Exchange',
      'Funding',
      'Funding, annualised',
      'Next funding',
      'Long/short',
      'Volume, 24 h',
      'Depth ±1 %',
      'Oldest',
    ],
    rows.map((row) => [
      row.snapshot.displayName,
      fundingWords(row),
      format.formatRate(row.fundingAnnualised),
      row.funding?.phase === 'settled'
        ? format.NOT_REPORTED
        : format.formatUpcoming(row.funding?.settlesAtMs, nowMs),
      format.formatRatio(row.longShortRatio),
      format.formatUsd(row.volume24hUsd),
      row.isDepthLowerBound && row.depthUsd !== undefined
        ? `at least ${format.formatUsd(row.depthUsd)}`
        : format.formatUsd(row.depthUsd),
      format.formatAge(row.oldestAtMs, nowMs),
    ]),
  );
  return `${positions}\n\n${flows}\n\nOldest is the age of the oldest number of an exchange; long/short comes by the hour.`;
}

function statusWords({ snapshot }: ExchangeRow): string {
  return snapshot.reason === undefined ? snapshot.status : `${snapshot.status}: ${snapshot.reason}`;
}

function fundingWords({ funding }: ExchangeRow): string {
  if (funding === undefined) return format.NOT_REPORTED;
  const hours = format.formatSignificant(funding.intervalMs / HOUR_MS);
  const basis = funding.intervalBasis === 'venue-default' ? ', interval not stated' : '';
  return `${format.formatRate(funding.fundingRatePerInterval)} per ${hours} h, ${funding.phase}${basis}`;
}

function aggregate(snapshot: AssetSnapshot): string {
  const { aggregate: sum, asset } = snapshot;
  const { fresh, of } = sum.coverage;
  const largest = snapshot.exchanges.find((one) => one.exchange === sum.largestShare?.exchange);
  const rows = markdownTable(
    ['Metric', 'Value'],
    [
      ['Coverage', `${fresh} of ${of} exchanges`],
      ['Open interest', format.formatCoins(sum.openInterestBase, asset)],
      ['Open interest, USD', format.formatUsd(sum.openInterestUsd)],
      ['Funding, annualised, weighted by open interest', format.formatRate(sum.fundingAnnualisedOiWeighted)],
      ['Volume, 24 h', format.formatUsd(sum.volume24hUsd)],
      ['Spot share of volume, 24 h', format.formatShare(sum.spotVolumeShare)],
      ['Basis a year, future nearest three months, median', format.formatRate(sum.basisAnnualised)],
      ['Depth ±1 %', `${sum.isDepthLowerBound === true ? 'at least ' : ''}${format.formatUsd(sum.depthUsd)}`],
      ['Long/short, median', format.formatRatio(sum.longShortRatio)],
      ['Mark price', format.formatPrice(sum.markPriceQuote)],
      [
        'Largest share of open interest',
        sum.largestShare === undefined
          ? format.NOT_REPORTED
          : `${largest?.displayName ?? sum.largestShare.exchange} ${format.formatShare(sum.largestShare.share)}`,
      ],
      ['Concentration, HHI 0 to 1', format.formatRatio(sum.concentrationHhi)],
    ],
  );
  return sum.notes.length === 0 ? rows : `${rows}\n\n${bullets(sum.notes, '')}`;
}

function changes(snapshot: AssetSnapshot): string {
  if (snapshot.changes === undefined) return 'No exchange has a number of an hour, a day or a week ago.';
  return markdownTable(['Change', '1 h', '24 h', '7 d', 'What'], changeTable(snapshot));
}

function termStructure(snapshot: AssetSnapshot, nowMs: number): string {
  const rows = termStructureRows(snapshot, nowMs);
  return rows.length === 0
    ? 'No exchange gave a dated future with its index.'
    : markdownTable(TERM_STRUCTURE_HEAD, rows);
}

/** Formulas of every metric that the report shows. */
function formulas(assessment: RegimeAssessment, snapshot: AssetSnapshot | undefined): string {
  const shown =
    snapshot === undefined
      ? []
      : [
          'open-interest',
          'open-interest-usd',
          'open-interest-share',
          'open-interest-concentration',
          'funding-annualised',
          ...(snapshot.changes === undefined
            ? []
            : ['price-change-24h', 'open-interest-change-same-exchanges-24h', 'funding-change-24h']),
          'long-short-ratio',
          'volume-24h',
          'spot-volume-share',
          'basis-annualised',
          'depth-1pct',
          ...(snapshot.liquidations === undefined ? [] : ['liquidations']),
          ...contextFormulaIds(snapshot),
        ];
  const ids = [...assessment.evidence.map((row) => row.metric), ...shown];
  const definitions = new Set(ids.map(metricDefinition).filter((one) => one !== undefined));
  if (definitions.size === 0) return 'None used.';
  return [...definitions]
    .map((one) => `- ${one.name} (${one.unit}): ${one.formula}. ${one.caveats}`)
    .join('\n');
}

function sources(rows: readonly ExchangeRow[], assessment: RegimeAssessment, nowMs: number): string {
  if (assessment.source === 'stated') return 'Stated values from a features file; nothing was fetched.';
  const lines = rows.map((row) => {
    const newest = new Map<string, number>();
    for (const one of row.used)
      newest.set(one.endpoint, Math.max(one.atMs, newest.get(one.endpoint) ?? -Infinity));
    const endpoints = [...newest].map(([endpoint, atMs]) => `${endpoint}, ${format.formatOld(atMs, nowMs)}`);
    return `${row.snapshot.displayName}: ${endpoints.length === 0 ? 'no numbers' : endpoints.join('; ')}`;
  });
  return bullets(lines, 'No exchange gave numbers.');
}

function conventions(assessment: RegimeAssessment): string {
  return bullets(
    [
      `${DOLLAR_NOTE}.`,
      `Sums over exchanges count ${TRACKED_SCOPE}: ${TRACKED_NOTE}. Dated futures, other contracts and spot stand beside them.`,
      'Open interest counts longs and shorts once.',
      'Annualised rates are simple, over 365 days.',
      'Thresholds are inclusive; negative weight speaks against the label.',
      `Confidence is an estimate that falls with missing, partial and old inputs. Rules ${assessment.rulesVersion}.`,
    ],
    '',
  );
}

function section(title: string, body: string): string {
  return `## ${title}\n\n${body}`;
}

function bullets(lines: readonly string[], none: string): string {
  return lines.length === 0 ? none : lines.map((line) => `- ${escapeMarkdown(line)}`).join('\n');
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function lower(words: string): string {
  return words.charAt(0).toLowerCase() + words.slice(1);
}
