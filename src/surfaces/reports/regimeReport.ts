import type { MachineClock } from '../../core/clock.ts';
import { CHANGE_HEAD, changeTable, UNKNOWN_CHANGES } from './changeRows.ts';
import { machineClockText } from './clockText.ts';
import type { Evidence, RegimeAssessment } from '../../analysis/regime/assessment.ts';
import type { ContextSnapshot } from '../../core/contextValue.ts';
import type { DataSource } from '../../core/ids.ts';
import { escapeMarkdown } from '../../core/outsideText.ts';
import type { AssetSnapshot } from '../../market/snapshot.ts';
import { aggregateTable } from './aggregateTable.ts';
import { contextSection } from './contextSection.ts';
import { exchangeRows } from './exchangeRows.ts';
import { exchangeTables } from './exchangeTables.ts';
import * as format from './format.ts';
import { liquidationSection } from './liquidationRows.ts';
import { markdownTable } from './markdownTable.ts';
import {
  DISCLAIMER,
  baselineWords,
  bearingWord,
  confidenceWords,
  evidenceAgeMs,
  evidenceName,
  missingWords,
  observedWords,
  outWords,
  qualityWords,
  regimeName,
  sinceWords,
  sourceNames,
  storedHistoryWords,
  thresholdWords,
} from './regimeWords.ts';
import { reportEnd } from './reportEnd.ts';
import { bullets, capital, contentsLine, lower, section, unbroken } from './reportParts.ts';
import { unlistedWords } from './unlistedWords.ts';
import { TERM_STRUCTURE_HEAD, termStructureRows } from './termStructureTable.ts';
import { offlineWords } from './troubleGroups.ts';
import { venueSection } from './venueRows.ts';

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
  /** What must be said of the rules, a sentence each. */
  readonly ofRules?: readonly string[];
}

/**
 * Returns the regime report as Markdown: headline, reading, links to the sections, then numbers, and at the end how they
 * are made. Pure. Every text from outside is escaped; what is not reported says so.
 */
export function regimeReport(input: RegimeReportInput): string {
  const { assessment, snapshot, nowMs } = input;
  const rows = snapshot === undefined ? [] : exchangeRows(snapshot, nowMs);
  const unlisted = snapshot === undefined ? undefined : unlistedWords(snapshot);
  const offline = snapshot === undefined ? undefined : offlineWords([snapshot]);
  const isSimulated = input.source === 'simulated' || assessment.source === 'simulated';
  const asset = escapeMarkdown(assessment.baseAsset);
  const hasNumbers = rows.some(
    ({ used, snapshot: one }) => used.length > 0 || one.termStructure !== undefined,
  );
  const sections: readonly (readonly [title: string, body: string])[] = [
    // Without numbers the reasons come first.
    ...(snapshot === undefined || hasNumbers
      ? []
      : [['Exchanges', exchangeTables(rows, snapshot, nowMs)] as const]),
    ['Evidence', evidenceTables(assessment, nowMs)],
    ...(assessment.venues === undefined
      ? []
      : [['By exchange', venueSection(assessment.venues, assessment, nowMs)] as const]),
    ['Missing inputs', bullets(missingWords(assessment.missing), 'None.')],
    ['Remarks', bullets(assessment.remarks, 'None.')],
    ...(snapshot === undefined || !hasNumbers
      ? []
      : ([
          ['Exchanges', exchangeTables(rows, snapshot, nowMs)],
          ['Aggregate', aggregateTable(snapshot, nowMs)],
          ['Changes', changes(snapshot, nowMs)],
          ['Liquidations', liquidationSection(snapshot, nowMs)],
          ['Term structure', termStructure(snapshot, nowMs)],
        ] as const)),
    ...(snapshot === undefined || input.context === undefined
      ? []
      : [['Context', contextSection(input.context, snapshot, nowMs)] as const]),
    ...reportEnd(assessment, snapshot, rows, nowMs),
  ];
  const parts = [
    `# ${isSimulated ? 'SIMULATED · ' : ''}${asset}: ${regimeName(assessment)}`,
    ...(isSimulated
      ? ['> **SIMULATED.** These numbers come from the simulator, not from any exchange.']
      : []),
    ...(input.machineClock === undefined ? [] : [`> **${machineClockText(input.machineClock)}**`]),
    ...(offline === undefined ? [] : [`> **${offline}**`]),
    headline(assessment, nowMs),
    ...(input.ofRules ?? []).map((line) => `> ${escapeMarkdown(line)}`),
    ...(unlisted === undefined ? [] : [escapeMarkdown(unlisted)]),
    ...(assessment.storedHistory === undefined
      ? []
      : [escapeMarkdown(storedHistoryWords(assessment.storedHistory, nowMs))]),
    reading(assessment),
    contentsLine(sections.map(([title]) => title)),
    ...sections.map(([title, body]) => section(title, body)),
    `---\n\n${DISCLAIMER}`,
  ];
  return `${parts.join('\n\n')}\n`;
}

function headline(assessment: RegimeAssessment, nowMs: number): string {
  const words = sinceWords(assessment, nowMs);
  const since = words === undefined ? '' : `, ${words}`;
  const sure = confidenceWords(assessment);
  const quality = assessment.label === 'unknown' ? '' : qualityWords(assessment);
  const rest = sure.includes(quality) ? '' : `; ${quality}`;
  return `**${capital(regimeName(assessment))}**, ${sure}${rest}${since}. As of ${format.formatUtc(assessment.asOfMs)}. Source: ${assessment.source === 'stated' ? 'stated values, nothing was fetched' : assessment.source}.`;
}

function reading(assessment: RegimeAssessment): string {
  const supporting = assessment.evidence.filter(({ bearing }) => bearing === 'for');
  const numbers = [...new Map(supporting.map((row) => [row.metric, row])).values()]
    .slice(0, 4)
    .map((row) => `${lower(evidenceName(row))}${row.unit === 'boolean' ? '' : ` ${observedWords(row)}`}`);
  const based = numbers.length === 0 ? [] : [`Main reasons: ${numbers.join(', ')}.`];
  const risk = assessment.hasCascadeRisk
    ? ['Longs and leverage are crowded, so that a fall could feed on itself; this is an estimate.']
    : [];
  return [...assessment.statements.map(escapeMarkdown), ...based.map(escapeMarkdown), ...risk]
    .map((sentence) => (/[.!?]$/.test(sentence) ? sentence : `${sentence}.`))
    .join(' ');
}

/** What is a sign for the name or against it, then what is none and has no threshold. */
function evidenceTables(assessment: RegimeAssessment, nowMs: number): string {
  const { evidence } = assessment;
  if (evidence.length === 0) return 'No input that a rule looks at is there.';
  const beside = evidence.filter(({ bearing }) => bearing === 'beside');
  const signs = evidence.filter((row) => !beside.includes(row));
  return [
    ...(signs.length === 0 ? [] : [evidenceTable(signs, assessment, nowMs)]),
    ...(beside.length === 0
      ? []
      : ['No sign for a name or against it:', evidenceTable(beside, assessment, nowMs)]),
  ].join('\n\n');
}

function evidenceTable(rows: readonly Evidence[], assessment: RegimeAssessment, nowMs: number): string {
  const isBeside = rows[0]?.bearing === 'beside';
  const isStated = assessment.source === 'stated';
  const cells = rows.map((row) => [
    evidenceName(row),
    observedWords(row),
    outWords(row),
    ...(isBeside ? [] : [thresholdWords(row), bearingWord(row)]),
    baselineWords(row),
    row.windowMs === undefined ? (isStated ? 'not stated' : 'now') : format.formatDuration(row.windowMs),
    sourceNames(row.sources),
    row.ageMs === undefined && isStated
      ? 'stated'
      : format.formatDuration(evidenceAgeMs(row, assessment, nowMs)),
  ]);
  const asked = isBeside ? [] : ['Threshold', 'Speaks'];
  const head = ['Metric', 'Observed', 'How far out', ...asked, 'Baseline', 'Window', 'Source', 'Age'];
  // Columns are narrow.
  return unbroken(markdownTable(head, cells));
}

function changes(snapshot: AssetSnapshot, nowMs: number): string {
  const rows = changeTable(snapshot, nowMs);
  return rows.length === 0 ? UNKNOWN_CHANGES : markdownTable(CHANGE_HEAD, rows);
}

function termStructure(snapshot: AssetSnapshot, nowMs: number): string {
  const rows = termStructureRows(snapshot, nowMs);
  return rows.length === 0
    ? 'No exchange gave a dated future with its index.'
    : markdownTable(TERM_STRUCTURE_HEAD, rows);
}
