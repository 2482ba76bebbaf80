import type { RegimeAssessment } from '../../analysis/regime/assessment.ts';
import type { AssetSnapshot } from '../../market/snapshot.ts';
import { changeRows, type ChangeRow } from '../reports/changeRows.ts';
import { exchangeRows } from '../reports/exchangeRows.ts';
import { formatOld, formatShortAge } from '../reports/format.ts';
import { liquidationSumRows } from '../reports/liquidationRows.ts';
import type { MetricRow } from '../reports/metricRows.ts';
import {
  confidencePercent,
  regimeName,
  regimeSentence,
  sinceShort,
  sinceWords,
} from '../reports/regimeWords.ts';
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
  const { value, shorter, names, lastName } = row.narrow;
  const { isStale } = row;
  const { label, description, hasIcon } = fittedNumber(LEVEL, {
    values: shorter === undefined ? [value] : [value, shorter],
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
    ...(regime === undefined ? [] : regimeNodes(regime, place)),
    ...rows.map((one) => metricNode(one, place)),
  ];
}

/** The row has room for the window of a change; how old its newer end is stands in the hover. */
function changeMetricRow(change: ChangeRow, nowMs: number): MetricRow {
  const { id, label, shortLabel, value, isStale, asOfMs, detail } = change;
  // Percentage points of the yearly rate, as the hover says; it has the digits that the name leaves no room for.
  const narrow = value.replace('pp/yr', 'pp');
  const shorter = narrow.replace(/\d*\.\d{3,}/, (digits) => Number(digits).toFixed(2));
  const ageText = `${formatOld(asOfMs, nowMs)}${isStale ? ', stale' : ''}`;
  return {
    id,
    label,
    value,
    ageText,
    isStale,
    detail,
    narrow: { value: narrow, shorter, names: [shortLabel] },
  };
}

/** What the market is called and since when; below it how sure that is, since a row holds no more. */
function regimeNodes(regime: RegimeAssessment, { parent, asset, mark, nowMs }: RowPlace): TreeNode[] {
  const since = sinceWords(regime, nowMs);
  const whole = [regimeSentence(regime), ...(since === undefined ? [] : [since])].join(', ');
  const node = (id: string, label: string, descriptions: readonly string[]): TreeNode => ({
    id: `${parent}/${id}`,
    label,
    description: fitting(LEVEL, label, [...descriptions, ''], false),
    tooltip: `${mark}Regime of ${asset}: ${whole}`,
    icon: 'dash',
    isExpanded: false,
    children: [],
    spoken: `${mark}Regime, ${whole}`,
    copied: copyText(mark, regimeName(regime)),
    asset,
  });
  return [
    node('regime', regime.words, [sinceShort(regime, nowMs)]),
    ...(regime.label === 'unknown'
      ? []
      : [node('confidence', confidencePercent(regime), [regime.isWeak ? 'conf., weak' : 'confidence'])]),
  ];
}

/** How many exchanges the sum of open interest is of. */
export function openInterestCount(snapshot: AssetSnapshot, nowMs: number): number {
  return exchangeRows(snapshot, nowMs).filter((row) => row.isCounted && row.openInterestUsd !== undefined)
    .length;
}
