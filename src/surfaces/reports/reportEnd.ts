import { metricWords } from './metricWords.ts';
import type { RegimeAssessment } from '../../analysis/regime/assessment.ts';
import { escapeMarkdown } from '../../core/outsideText.ts';
import { DOLLAR_NOTE, TRACKED_NOTE, TRACKED_SCOPE } from '../../core/scope.ts';
import type { AssetSnapshot } from '../../market/snapshot.ts';
import { contextFormulaIds } from './contextSection.ts';
import type { ExchangeRow } from './exchangeRows.ts';
import * as format from './format.ts';
import { bullets, details } from './reportParts.ts';

/** Returns how the numbers of a report are made, as sections: conventions in sight, formulas and requests folded. */
export function reportEnd(
  assessment: RegimeAssessment,
  snapshot: AssetSnapshot | undefined,
  rows: readonly ExchangeRow[],
  nowMs: number,
): (readonly [title: string, body: string])[] {
  return [
    ['Conventions', conventions(assessment)],
    ['Formulas', formulas(assessment, snapshot)],
    ['Sources', requests(rows, assessment, nowMs)],
  ];
}

function conventions({ rulesVersion }: RegimeAssessment): string {
  return bullets([
    `${DOLLAR_NOTE}.`,
    `Sums over exchanges count ${TRACKED_SCOPE}: ${TRACKED_NOTE}. Dated futures, other contracts and spot stand beside them.`,
    'Open interest counts longs and shorts once where it is known how an exchange counts; where it is not known, the number is taken as it is and the exchange is named.',
    'No set of liquidation feeds is the whole market: sums of liquidations are those of the exchanges named.',
    'Annualised rates are simple, over 365 days.',
    'How far out a reading is: in usual sizes of its own window. From its threshold on it is a clear sign for the name.',
    `Confidence is the estimated probability of the same name with all inputs known and fresh. Rules ${escapeMarkdown(rulesVersion)}.`,
    'Shuffled hours are those of the asset in a made-up order; modelled hours stand in for them where history is short and for stated values.',
  ]);
}

/** Formulas of every metric that the report shows. */
function formulas(assessment: RegimeAssessment, snapshot: AssetSnapshot | undefined): string {
  const shown =
    snapshot === undefined || snapshot.aggregate.coverage.fresh === 0
      ? []
      : [
          'open-interest',
          'open-interest-usd',
          'open-interest-share',
          'open-interest-concentration',
          'funding-annualised',
          ...(snapshot.changes === undefined
            ? []
            : ['price-change', 'open-interest-change-same-exchanges', 'funding-change']),
          'long-short-ratio',
          'volume',
          'spot-volume-share',
          'basis-annualised',
          'depth-1pct',
          ...(snapshot.liquidations === undefined ? [] : ['liquidations']),
          ...contextFormulaIds(snapshot),
        ];
  const ids = [...assessment.evidence.map((row) => row.metric), ...shown];
  const definitions = new Set(ids.map(metricWords).filter((one) => one !== undefined));
  if (definitions.size === 0) return 'None used.';
  const lines = [...definitions].map((one) => `- ${one.name} (${one.unit}): ${one.formula}. ${one.caveats}`);
  return details(`${definitions.size} ${definitions.size === 1 ? 'formula' : 'formulas'}`, lines.join('\n'));
}

function requests(rows: readonly ExchangeRow[], assessment: RegimeAssessment, nowMs: number): string {
  if (assessment.source === 'stated') return 'Stated values from a features file; nothing was fetched.';
  if (rows.every(({ used }) => used.length === 0)) return 'No exchange gave numbers.';
  const lines = rows.map((row) => {
    const newest = new Map<string, number>();
    for (const one of row.used)
      newest.set(one.endpoint, Math.max(one.atMs, newest.get(one.endpoint) ?? -Infinity));
    const endpoints = [...newest].map(([endpoint, atMs]) => `${endpoint}, ${format.formatOld(atMs, nowMs)}`);
    return `${row.snapshot.displayName}: ${endpoints.length === 0 ? 'no numbers' : endpoints.join('; ')}`;
  });
  return details('The requests of each exchange, with the age of what they brought', bullets(lines));
}
