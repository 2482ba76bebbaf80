import type { RegimeAssessment } from '../../analysis/regime/assessment.ts';
import type { AssetSnapshot } from '../../market/snapshot.ts';
import { changeRows, type ChangeRow } from '../reports/changeRows.ts';
import { exchangeRows } from '../reports/exchangeRows.ts';
import { formatOld, formatShortAge } from '../reports/format.ts';
import { liquidationSumRows } from '../reports/liquidationRows.ts';
import type { MetricRow } from '../reports/metricRows.ts';
import { confidenceWords, labelWords, sinceShort, sinceWords } from '../reports/regimeWords.ts';
import { sumRows } from '../reports/sumRows.ts';
import { copyText } from './copyText.ts';
import { fitting, fittedNumber } from './rowWidth.ts';
import type { TreeNode } from './treeNode.ts';

/** Numbers stand at the third level of the tree. */
const LEVEL = 3;

/** Where a row stands and what it is about. */
export interface RowPlace {
  /** The id of the row above. */
  readonly parent: string;
  readonly asset: string;
  /** `SIMULATED ` where the numbers are. The view says so once; hover, screen reader and clipboard each by itself. */
  readonly mark: string;
  readonly nowMs: number;
}

/** One number as a row: value and unit, then age and name as far as a narrow view holds both, else its name. */
export function metricNode(row: MetricRow, { parent, asset, mark, nowMs }: RowPlace): TreeNode {
  const age = row.asOfMs === undefined ? '' : formatShortAge(row.asOfMs, nowMs);
  const { value, names, lastName } = row.narrow;
  const { isStale } = row;
  const { label, description, hasIcon } = fittedNumber(LEVEL, {
    values: [value],
    age,
    names,
    lastName,
    isStale,
  });
  return {
    id: `${parent}/${row.id}`,
    label,
    description,
    tooltip: `${mark}${row.label}: ${row.value}${row.ageText === '' ? '' : `, ${row.ageText}`}\n${row.detail}`,
    icon: hasIcon ? 'history' : 'dash',
    isExpanded: false,
    children: [],
    spoken: [`${mark}${row.label}`, row.value, ...(row.ageText === '' ? [] : [row.ageText])].join(', '),
    copied: copyText(mark, row.value),
    asset,
  };
}

/** The sums of an asset as rows: regime, price, open interest, funding, changes, liquidations. */
export function sumNodes(
  snapshot: AssetSnapshot,
  regime: RegimeAssessment | undefined,
  place: RowPlace,
): TreeNode[] {
  const { nowMs } = place;
  const rows: MetricRow[] = [
    ...sumRows(snapshot, nowMs),
    ...changeRows(snapshot, nowMs).map((change) => changeMetricRow(change, nowMs)),
    ...liquidationSumRows(snapshot, nowMs),
  ];
  return [
    ...(regime === undefined ? [] : [regimeNode(regime, place)]),
    ...rows.map((one) => metricNode(one, place)),
  ];
}

/** The row has room for the window of a change; how old its newer end is stands in the hover. */
function changeMetricRow(change: ChangeRow, nowMs: number): MetricRow {
  const { id, label, shortLabel, value, isStale, asOfMs, detail } = change;
  const names = [shortLabel, shortLabel.replace('price', 'px')];
  const lastName = shortLabel.replace('fund', 'fr');
  // Percentage points of the yearly rate, as the hover says.
  const short = value.replace('pp/yr', 'pp');
  const ageText = `${formatOld(asOfMs, nowMs)}${isStale ? ', stale' : ''}`;
  return { id, label, value, ageText, isStale, detail, narrow: { value: short, names, lastName } };
}

function regimeNode(regime: RegimeAssessment, { parent, asset, mark, nowMs }: RowPlace): TreeNode {
  const label = labelWords(regime.label);
  const since = sinceWords(regime, nowMs);
  const short = sinceShort(regime, nowMs);
  const whole = [confidenceWords(regime), ...(since === undefined ? [] : [since])].join(', ');
  return {
    id: `${parent}/regime`,
    label,
    description: fitting(LEVEL, label, [short, ''], false),
    tooltip: `${mark}Regime of ${asset}: ${label}, ${whole}`,
    icon: 'dash',
    isExpanded: false,
    children: [],
    spoken: `${mark}Regime, ${label}, ${whole}`,
    copied: copyText(mark, label),
    asset,
  };
}

/** How many exchanges the sum of open interest is of. */
export function openInterestCount(snapshot: AssetSnapshot, nowMs: number): number {
  return exchangeRows(snapshot, nowMs).filter((row) => row.isCounted && row.openInterestUsd !== undefined)
    .length;
}
