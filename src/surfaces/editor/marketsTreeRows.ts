import type { RegimeAssessment } from '../../analysis/regime/assessment.ts';
import { plainText } from '../../core/outsideText.ts';
import { FRESH_LIMIT_MS, HOURLY_FRESH_LIMIT_MS } from '../../analysis/metrics/freshness.ts';
import type { AggregateSource, AssetSnapshot } from '../../market/snapshot.ts';
import { changeRows, type ChangeRow } from '../reports/changeRows.ts';
import { exchangeRows } from '../reports/exchangeRows.ts';
import {
  formatCoins,
  formatOld,
  formatPrice,
  formatRate,
  formatRatio,
  formatShortAge,
  formatUsd,
} from '../reports/format.ts';
import { liquidationSumRows } from '../reports/liquidationRows.ts';
import type { MetricRow } from '../reports/metricRows.ts';
import { confidenceWords, labelWords, sinceShort, sinceWords, sourceNames } from '../reports/regimeWords.ts';
import { copyText } from './copyText.ts';
import { fits, fitting } from './rowWidth.ts';
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

/** One number as a row: value and unit, then age, then as much of its name as a narrow view holds. */
export function metricNode(row: MetricRow, { parent, asset, mark, nowMs }: RowPlace): TreeNode {
  const age = row.asOfMs === undefined ? '' : formatShortAge(row.asOfMs, nowMs);
  const { value, names, isNamed = / s$/.test(age) } = row.narrow;
  const hasIcon = row.isStale && fits(LEVEL, value, age, true);
  return {
    id: `${parent}/${row.id}`,
    label: value,
    description: behindValue(value, age, names, { hasIcon, isNamed }),
    tooltip: `${mark}${row.label}: ${row.value}${row.ageText === '' ? '' : `, ${row.ageText}`}\n${row.detail}`,
    icon: hasIcon ? 'history' : 'dash',
    isExpanded: false,
    children: [],
    spoken: [`${mark}${row.label}`, row.value, ...(row.ageText === '' ? [] : [row.ageText])].join(', '),
    copied: copyText(mark, row.value),
    asset,
  };
}

/**
 * Age and name, as far as there is room for both. Where there is not, a number that is younger than a minute is named and
 * an older one says how old it is.
 */
function behindValue(
  value: string,
  age: string,
  names: readonly string[],
  { hasIcon, isNamed }: { readonly hasIcon: boolean; readonly isNamed: boolean },
): string {
  if (age === '') return fitting(LEVEL, value, [...names, ''], hasIcon);
  // Room for two digits, so that a row does not change its words as it ages.
  const wide = age.replace(/^\d+/, '00');
  const both = names.find((name) => fits(LEVEL, value, `${wide} ${name}`, hasIcon));
  if (both !== undefined) return `${age} ${both}`;
  const name = isNamed ? names.find((one) => fits(LEVEL, value, one, hasIcon)) : undefined;
  // A number that fills the row by itself has its age in the hover, and in the row of the same reading below it.
  return name ?? fitting(LEVEL, value, [age, ''], hasIcon);
}

/**
 * The sums of an asset as rows: price, open interest, funding, changes, liquidations, regime. Each is as old as its oldest
 * part and names the exchanges that it is of.
 */
export function sumNodes(
  snapshot: AssetSnapshot,
  regime: RegimeAssessment | undefined,
  place: RowPlace,
): TreeNode[] {
  const { aggregate, asset } = snapshot;
  const { nowMs } = place;
  const { sources = {} } = aggregate;
  const row = (
    id: string,
    label: string,
    value: string | undefined,
    names: readonly string[],
    source: AggregateSource | undefined,
    { detail = '', narrow = value, limitMs = FRESH_LIMIT_MS }: SumExtras = {},
  ): MetricRow[] => {
    if (value === undefined) return [];
    const of = source === undefined ? [] : [`of ${sourceNames(source.exchanges)}`];
    const age =
      source === undefined ? { ageText: '', isStale: false } : aged(source.oldestAtMs, nowMs, limitMs);
    const lines = [...(detail === '' ? [] : [detail]), ...of, notes].filter((line) => line !== '');
    return [
      { id, label, value, ...age, detail: lines.join('\n'), narrow: { value: narrow ?? value, names } },
    ];
  };
  const stated = <T>(number: number | undefined, text: (number: number) => T): T | undefined =>
    number === undefined ? undefined : text(number);
  const year = stated(aggregate.fundingAnnualisedOiWeighted, formatRate);
  const price = stated(aggregate.markPriceQuote, formatPrice);
  const coins = stated(aggregate.openInterestBase, (value) => formatCoins(value, asset));
  const usd = stated(aggregate.openInterestUsd, formatUsd);
  const volume = stated(aggregate.volume24hUsd, formatUsd);
  const ratio = stated(aggregate.longShortRatio, formatRatio);
  const notes = aggregate.notes.map((note) => plainText(note)).join('\n');
  const openInterestNames = (source: AggregateSource | undefined): string[] =>
    source === undefined ? ['OI'] : [`OI of ${source.exchanges.length}`, 'OI'];
  const rows: MetricRow[] = [
    ...row('mark', 'Mark price', price, ['mark price', 'mark'], sources.markPrice, { detail: 'median over exchanges' }),
    ...row('oi', 'Open interest', coins, openInterestNames(sources.openInterestBase), sources.openInterestBase, { detail: 'sum' }),
    ...row('oi-usd', 'Open interest in USD', usd, openInterestNames(sources.openInterestUsd), sources.openInterestUsd, { detail: 'sum' }),
    ...row('funding-year', 'Funding annualised', year, ['funding', 'fund'], sources.funding, {
      detail: 'weighted by open interest',
      narrow: year === undefined ? undefined : `${year}/yr`,
    }),
    ...row('volume', 'Volume 24 h', volume, ['volume 24h', 'vol 24h', 'vol'], sources.volume24h, { detail: 'sum' }),
    ...row('long-short', 'Long/short, median', ratio, ['long/short 1h', 'L/S 1h'], sources.longShort, { limitMs: HOURLY_FRESH_LIMIT_MS }),
    ...changeRows(snapshot, nowMs).map((change) => changeMetricRow(change, nowMs)),
    ...liquidationSumRows(snapshot, nowMs),
  ]; // prettier-ignore
  return [
    ...(regime === undefined ? [] : [regimeNode(regime, place)]),
    ...rows.map((one) => metricNode(one, place)),
  ];
}

interface SumExtras {
  readonly detail?: string;
  /** The value where there is little room; the same one without it. */
  readonly narrow?: string | undefined;
  /** A sum whose oldest part is older is stale. */
  readonly limitMs?: number;
}

function aged(
  asOfMs: number,
  nowMs: number,
  limitMs: number,
): Pick<MetricRow, 'ageText' | 'isStale' | 'asOfMs'> {
  const isStale = nowMs - asOfMs > limitMs;
  return { ageText: `${formatOld(asOfMs, nowMs)}${isStale ? ', stale' : ''}`, isStale, asOfMs };
}

/** The row has room for the window of a change; how old its newer end is stands in the hover. */
function changeMetricRow(change: ChangeRow, nowMs: number): MetricRow {
  const { id, label, shortLabel, value, isStale, asOfMs, detail } = change;
  const window = shortLabel.split(' ')[0] ?? shortLabel;
  const names = [shortLabel, shortLabel.replace('price', 'px'), window];
  const short = fits(LEVEL, value, window, false) ? value : value.replace('pp/yr', 'pp/y');
  const ageText = `${formatOld(asOfMs, nowMs)}${isStale ? ', stale' : ''}`;
  return { id, label, value, ageText, isStale, detail, narrow: { value: short, names } };
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
