import type { RegimeAssessment } from '../../analysis/regime/assessment.ts';
import { plainText } from '../../core/outsideText.ts';
import type { AssetSnapshot } from '../../market/snapshot.ts';
import { changeRows } from '../reports/changeRows.ts';
import { exchangeRows } from '../reports/exchangeRows.ts';
import {
  formatCoins,
  formatOld,
  formatNarrowPrice,
  formatPrice,
  formatRate,
  formatRatio,
  formatShortAge,
  formatUsd,
} from '../reports/format.ts';
import { liquidationSumRows } from '../reports/liquidationRows.ts';
import type { MetricRow } from '../reports/metricRows.ts';
import { confidenceWords, labelWords, sinceShort, sinceWords } from '../reports/regimeWords.ts';
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

/** The sums of an asset as rows: price, open interest, funding, changes, liquidations, regime. Each says of how many it is. */
export function sumNodes(
  snapshot: AssetSnapshot,
  regime: RegimeAssessment | undefined,
  asOfMs: number,
  place: RowPlace,
): TreeNode[] {
  const { aggregate, asset } = snapshot;
  const { fresh } = aggregate.coverage;
  const ageText = formatOld(asOfMs, place.nowMs);
  const row = (
    id: string,
    label: string,
    value: string | undefined,
    narrow: MetricRow['narrow'] | undefined,
    detail: string,
  ): MetricRow[] =>
    value === undefined
      ? []
      : [
          {
            id,
            label,
            value,
            ageText,
            isStale: false,
            asOfMs,
            detail,
            narrow: narrow ?? { value, names: [] },
          },
        ];
  const stated = <T>(number: number | undefined, text: (number: number) => T): T | undefined =>
    number === undefined ? undefined : text(number);
  const of = openInterestCount(snapshot, place.nowMs);
  const year = stated(aggregate.fundingAnnualisedOiWeighted, formatRate);
  const named = (value: string | undefined, ...names: string[]): MetricRow['narrow'] | undefined =>
    value === undefined ? undefined : { value, names };
  const price = stated(aggregate.markPriceQuote, formatPrice);
  const coins = stated(aggregate.openInterestBase, (value) => formatCoins(value, asset));
  const usd = stated(aggregate.openInterestUsd, formatUsd);
  const volume = stated(aggregate.volume24hUsd, formatUsd);
  const ratio = stated(aggregate.longShortRatio, formatRatio);
  const notes = aggregate.notes.map((note) => plainText(note)).join('\n');
  const rows: MetricRow[] = [
    ...row(
      'mark',
      'Mark price',
      price,
      named(stated(aggregate.markPriceQuote, formatNarrowPrice), 'mark price', 'mark'),
      'median over exchanges',
    ),
    ...row('oi', 'Open interest', coins, named(coins, `OI of ${of}`, 'OI'), `sum of ${of}\n${notes}`),
    ...row('oi-usd', 'Open interest in USD', usd, named(usd, `OI of ${of}`, 'OI'), `sum of ${of}\n${notes}`),
    ...row(
      'funding-year',
      'Funding annualised',
      year,
      named(
        stated(year === undefined ? undefined : 0, () => `${year}/yr`),
        'funding',
        'fund',
      ),
      `weighted by open interest, of ${fresh} exchanges at most\n${notes}`,
    ),
    ...row('volume', 'Volume 24 h', volume, named(volume, 'volume 24h', 'vol 24h', 'vol'), notes),
    ...row('long-short', 'Long/short, median', ratio, named(ratio, 'long/short 1h', 'L/S 1h'), notes),
    ...changeRows(snapshot).map(({ id, label, shortLabel, value, detail }) => {
      // The window is the time of a change; its end is as old as the sums are.
      const names = [shortLabel, shortLabel.replace('price', 'px')];
      const lastName = shortLabel.replace('fund', 'fr');
      // Percentage points of the yearly rate, as the hover says.
      const short = value.replace('pp/yr', 'pp');
      return { id, label, value, ageText, isStale: false, detail, narrow: { value: short, names, lastName } };
    }),
    ...liquidationSumRows(snapshot, place.nowMs),
  ];
  return [
    ...(regime === undefined ? [] : [regimeNode(regime, place)]),
    ...rows.map((one) => metricNode(one, place)),
  ];
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
