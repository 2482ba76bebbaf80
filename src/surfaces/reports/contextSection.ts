import type { ContextSnapshot } from '../../core/contextValue.ts';
import type { AssetSnapshot } from '../../market/snapshot.ts';
import { contextNotes, contextRows, correlationLabel, correlationText } from './contextRows.ts';
import { escapeMarkdown } from '../../core/outsideText.ts';
import { formatShare } from './format.ts';
import { unverifiedWords } from './unverifiedWords.ts';

/** Returns the body of the report's section on context, in Markdown: numbers, then what is missing and how to get it. */
export function contextSection(
  context: readonly ContextSnapshot[],
  snapshot: AssetSnapshot,
  nowMs: number,
): string {
  const { openInterestToMarketCap: ratio } = snapshot.aggregate;
  const unverified = unverifiedWords(snapshot.aggregate);
  const about = `exchanges above${unverified === undefined ? '' : `; ${unverified.replace(/\.$/, '')}`}`;
  const rows = contextRows(context, snapshot.asset, nowMs).map((row) => [
    row.label, row.value, row.about, row.source, row.ageText,
  ]); // prettier-ignore
  const computed = [
    ...(ratio === undefined
      ? []
      : [['Open interest / market cap', formatShare(ratio), about, 'computed', 'now']]),
    ...(snapshot.correlations ?? []).map((one) => [
      correlationLabel(one), correlationText(one), 'daily returns', 'computed', 'daily',
    ]),
  ]; // prettier-ignore
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeMarkdown).join(' | ')} |`;
  const all = [...rows, ...computed];
  const table =
    all.length === 0
      ? 'No number beside the exchanges.'
      : [
          line(['Metric', 'Value', 'About', 'Source', 'Age']),
          `|${' --- |'.repeat(5)}`,
          ...all.map(line),
        ].join('\n');
  const notes = contextNotes(context).map((note) => `- ${escapeMarkdown(note)}`);
  return notes.length === 0 ? table : `${table}\n\n${notes.join('\n')}`;
}

/** The metrics that the section computes, for the report's list of formulas. */
export function contextFormulaIds(snapshot: AssetSnapshot): string[] {
  return [
    ...(snapshot.aggregate.openInterestToMarketCap === undefined ? [] : ['open-interest-market-cap']),
    ...((snapshot.correlations ?? []).length === 0 ? [] : ['return-correlation-30d']),
  ];
}
