import type { MachineClock } from '../../core/clock.ts';
import { machineClockText } from './clockText.ts';
import type { RegimeAssessment } from '../../analysis/regime/assessment.ts';
import type { ContextSnapshot } from '../../core/contextValue.ts';
import type { DataSource } from '../../core/ids.ts';
import { DOLLAR_NOTE, TRACKED_SCOPE } from '../../core/scope.ts';
import { HOUR_MS } from '../../core/units.ts';
import type { AssetSnapshot } from '../../market/snapshot.ts';
import { contextLine } from './contextRows.ts';
import { plainText } from '../../core/outsideText.ts';
import { exchangeRows, type ExchangeRow } from './exchangeRows.ts';
import * as format from './format.ts';
import { lower } from './reportParts.ts';
import { offlineWords, troubleLines } from './troubleGroups.ts';
import { unlistedWords } from './unlistedWords.ts';
import { unverifiedWords } from './unverifiedWords.ts';
import { venueLine } from './venueRows.ts';
import {
  bearingWord,
  coverageWords,
  DISCLAIMER,
  evidenceAgeMs,
  evidenceName,
  metricName,
  observedWords,
  outWords,
  regimeSentence,
  storedHistoryWords,
  thresholdWords,
} from './regimeWords.ts';

/** The longest name of an exchange, so that columns stand below each other. */
const NAME_WIDTH = 'Kraken Futures'.length;

/** How many rows of evidence and how many remarks fit a terminal; the report has them all. */
const EVIDENCE_ROWS = 6;
const STATEMENTS = { withMarket: 3, alone: 5 };
const REMARKS = { withMarket: 1, alone: 3 };

/**
 * Returns the assessment in 15 to 25 lines of plain text for a terminal, without a line break at the end. Holds the
 * same facts as the report; exchange text is freed of control characters.
 */
export function regimeText(
  assessment: RegimeAssessment,
  snapshot: AssetSnapshot | undefined,
  source: DataSource,
  nowMs: number,
  context: readonly ContextSnapshot[] = [],
  machineClock?: MachineClock,
): string {
  const isSimulated = source === 'simulated' || assessment.source === 'simulated';
  const from = isSimulated ? 'SIMULATED market' : assessment.source === 'stated' ? 'stated values' : 'live';
  const unlisted = snapshot === undefined ? undefined : unlistedWords(snapshot);
  const offline = snapshot === undefined ? undefined : offlineWords([snapshot]);
  const room = snapshot === undefined ? 'alone' : 'withMarket';
  const lines = [
    `${isSimulated ? 'SIMULATED ' : ''}${plainText(assessment.baseAsset)}: ${regimeSentence(assessment)}`,
    `${format.formatUtc(assessment.asOfMs)}, ${from}${coveragePart(assessment)}, rules ${plainText(assessment.rulesVersion)}`,
    ...(machineClock === undefined ? [] : [machineClockText(machineClock)]),
    ...(offline === undefined ? [] : [offline]),
    ...(unlisted === undefined ? [] : [unlisted]),
    ...(assessment.storedHistory === undefined ? [] : [storedHistoryWords(assessment.storedHistory, nowMs)]),
    ...assessment.statements.slice(0, STATEMENTS[room]).map(plainText),
    ...(assessment.hasCascadeRisk ? ['Cascade risk: longs and leverage are crowded (estimate).'] : []),
    ...evidenceLines(assessment, nowMs),
    ...[venueLine(assessment.venues ?? [], assessment)].filter((line) => line !== undefined),
    ...missingLine(assessment),
    ...(snapshot === undefined ? [] : marketLines(snapshot, nowMs)),
    ...(snapshot === undefined
      ? []
      : [contextLine(context, snapshot, nowMs)].filter((line) => line !== undefined)),
    ...assessment.remarks.slice(0, REMARKS[room]).map((remark) => `Note: ${plainText(remark)}`),
    DISCLAIMER,
  ];
  return lines.join('\n');
}

/** Returns the text of an assessment of stated values, for which nothing was fetched. */
export function statedRegimeText(assessment: RegimeAssessment): string {
  return regimeText(assessment, undefined, 'live', assessment.asOfMs);
}

function coveragePart({ coverage, source }: RegimeAssessment): string {
  return source === 'stated' ? '' : `, ${coverageWords(coverage)} fresh`;
}

function evidenceLines(assessment: RegimeAssessment, nowMs: number): string[] {
  const { evidence } = assessment;
  if (evidence.length === 0) return ['Reasons: none; no input that a rule looks at is there.'];
  const strongest = evidence.filter(
    (row, at) =>
      evidence.findIndex((other) => other.metric === row.metric && other.bearing === row.bearing) === at,
  );
  const shown = strongest.slice(0, EVIDENCE_ROWS);
  const rest = strongest.length - shown.length;
  return [
    'Reasons',
    ...shown.map((row) => {
      const ageMs = evidenceAgeMs(row, assessment, nowMs);
      const age = ageMs === undefined ? [] : [`${format.formatDuration(ageMs)} old`];
      // Yes is all that a yes can be held against, and what the name does not look at is held against nothing.
      const threshold = row.unit === 'boolean' || row.bearing === 'beside' ? [] : [thresholdWords(row)];
      const out = row.unit === 'boolean' || row.usualSizes === undefined ? [] : [outWords(row)];
      const behind = [...out, ...threshold, ...age].join(', ');
      const observed = observedWords(row);
      return `  ${bearingWord(row).padEnd('against'.length)}  ${evidenceName(row)}: ${observed}${behind === '' ? '' : ` (${behind})`}`;
    }),
    ...(rest > 0 ? [`  and ${rest} more in the report`] : []),
  ];
}

function missingLine({ missing }: RegimeAssessment): string[] {
  if (missing.length === 0) return [];
  const shown = missing.slice(0, 5).map(({ metric }) => lower(metricName(metric)));
  const rest = missing.length > shown.length ? ` and ${missing.length - shown.length} more` : '';
  const coverage = missing.find(({ metric }) => metric === 'coverage');
  const why = coverage === undefined ? '' : ` (${coverage.reason})`;
  return [`Missing: ${plainText(`${shown.join(', ')}${rest}${why}`)}`];
}

function marketLines(snapshot: AssetSnapshot, nowMs: number): string[] {
  const { aggregate, asset } = snapshot;
  const coverage = coverageWords(aggregate.coverage);
  const total = [
    `open interest ${format.formatCoins(aggregate.openInterestBase, asset)}`,
    format.formatUsd(aggregate.openInterestUsd),
    `funding ${format.formatRate(aggregate.fundingAnnualisedOiWeighted)} a year`,
    `volume 24 h ${format.formatUsd(aggregate.volume24hUsd)}`,
  ];
  const rows = exchangeRows(snapshot, nowMs);
  const troubles = troubleLines([snapshot]);
  const hasTotals = aggregate.openInterestBase !== undefined || aggregate.openInterestUsd !== undefined;
  return [
    `Aggregate (${coverage}): ${hasTotals ? total.join(', ') : 'none'}`,
    ...(hasTotals ? [unverifiedWords(snapshot.aggregate)] : []).filter((line) => line !== undefined),
    ...(rows.every(({ used }) => used.length === 0) && troubles.length > 0
      ? troubles.map((line) => `  ${line}`)
      : rows.map((row) => `  ${exchangeLine(row, asset, nowMs)}`)),
    `${DOLLAR_NOTE}; ${TRACKED_SCOPE} only.`,
  ];
}

function exchangeLine(row: ExchangeRow, asset: string, nowMs: number): string {
  const { snapshot, funding } = row;
  const name = plainText(snapshot.displayName).padEnd(NAME_WIDTH);
  const reason = snapshot.reason === undefined ? '' : `: ${plainText(snapshot.reason)}`;
  if (row.used.length === 0) return `${name} ${snapshot.status}${reason}`;
  const share = row.share === undefined ? '' : ` ${format.formatShare(row.share)}`;
  const rate =
    funding === undefined
      ? format.NOT_REPORTED
      : `${format.formatRate(funding.fundingRatePerInterval)} per ${format.formatSignificant(funding.intervalMs / HOUR_MS)} h`;
  const status = snapshot.status === 'fresh' ? '' : `, ${snapshot.status}${reason}`;
  return `${name} OI ${format.formatCoins(row.openInterestBase, asset)}${share}, funding ${rate}, L/S ${format.formatRatio(row.longShortRatio)}, oldest number ${format.formatAge(row.oldestAtMs, nowMs)}${status}`;
}
