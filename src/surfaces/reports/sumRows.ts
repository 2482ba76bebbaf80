import { FRESH_LIMIT_MS, HOURLY_FRESH_LIMIT_MS } from '../../analysis/metrics/freshness.ts';
import { plainText } from '../../core/outsideText.ts';
import type { AggregateSource, AssetSnapshot } from '../../market/snapshot.ts';
import {
  formatCoins,
  formatNarrowPrice,
  formatOld,
  formatPrice,
  formatRate,
  formatRatio,
  formatUsd,
} from './format.ts';
import type { MetricRow } from './metricRows.ts';
import { shownWords } from './metricWords.ts';
import { sourceNames } from './regimeWords.ts';

const OI = shownWords('open-interest');
const OI_USD = shownWords('open-interest-usd');
const FUNDING_YEAR = shownWords('funding-annualised');
const VOLUME = shownWords('volume');
const LONG_SHORT = shownWords('long-short-ratio');

interface SumWords {
  readonly id: string;
  readonly label: string;
  readonly value: string | undefined;
  readonly names: readonly string[];
  /** Whose readings it is made from, and when the oldest of them was. */
  readonly source: AggregateSource | undefined;
  readonly detail?: string;
  /** The value where there is little room; the same one without it. */
  readonly narrow?: string | undefined;
  /** A sum whose oldest part is older is stale. */
  readonly limitMs?: number;
}

/**
 * Returns the sums and medians of an asset as rows, those that are known. Each is as old as its oldest part and names the
 * exchanges that it is of.
 */
export function sumRows({ aggregate, asset }: AssetSnapshot, nowMs: number): MetricRow[] {
  const { sources = {} } = aggregate;
  const notes = aggregate.notes.map((note) => plainText(note));
  const row = (words: SumWords): MetricRow[] => {
    const { id, label, value, names, source, detail, narrow, limitMs = FRESH_LIMIT_MS } = words;
    if (value === undefined) return [];
    const of = source === undefined ? [] : [`of ${sourceNames(source.exchanges)}`];
    const lines = [...(detail === undefined ? [] : [detail]), ...of, ...notes];
    return [
      {
        ...{ id, label, value, ...ageOf(source, nowMs, limitMs) },
        detail: lines.join('\n'),
        narrow: { value: narrow ?? value, names },
      },
    ];
  };
  const stated = (number: number | undefined, text: (number: number) => string): string | undefined =>
    number === undefined ? undefined : text(number);
  const year = stated(aggregate.fundingAnnualisedOiWeighted, formatRate);
  const openInterest = (
    source: AggregateSource | undefined,
  ): Pick<SumWords, 'names' | 'source' | 'detail'> => ({
    ...{ source, detail: 'sum' },
    names: source === undefined ? ['OI'] : [`OI of ${source.exchanges.length}`, 'OI'],
  });
  return [
    ...row({
      ...{ id: 'mark', label: 'Mark price', value: stated(aggregate.markPriceQuote, formatPrice) },
      ...{ names: ['mark price', 'mark'], source: sources.markPrice, detail: 'median over exchanges' },
      narrow: stated(aggregate.markPriceQuote, formatNarrowPrice),
    }),
    ...row({
      ...{ id: OI.id, label: OI.ofAll },
      value: stated(aggregate.openInterestBase, (value) => formatCoins(value, asset)),
      ...openInterest(sources.openInterestBase),
    }),
    ...row({
      ...{ id: OI_USD.id, label: OI_USD.label, value: stated(aggregate.openInterestUsd, formatUsd) },
      ...openInterest(sources.openInterestUsd),
    }),
    ...row({
      ...{ id: FUNDING_YEAR.id, label: FUNDING_YEAR.label, value: year, narrow: stated(aggregate.fundingAnnualisedOiWeighted, (value) => `${formatRate(value)}/yr`) },
      ...{ names: FUNDING_YEAR.names, source: sources.funding, detail: 'weighted by open interest' },
    }),
    ...row({
      ...{ id: VOLUME.id, label: VOLUME.label, value: stated(aggregate.volume24hUsd, formatUsd) },
      ...{ names: VOLUME.names, source: sources.volume24h, detail: 'sum' },
    }),
    ...row({
      ...{ id: LONG_SHORT.id, label: LONG_SHORT.ofAll, value: stated(aggregate.longShortRatio, formatRatio) },
      ...{ names: LONG_SHORT.names, source: sources.longShort, limitMs: HOURLY_FRESH_LIMIT_MS },
    }),
  ]; // prettier-ignore
}

function ageOf(
  source: AggregateSource | undefined,
  nowMs: number,
  limitMs: number,
): Pick<MetricRow, 'ageText' | 'isStale' | 'asOfMs'> {
  if (source === undefined) return { ageText: '', isStale: false };
  const asOfMs = source.oldestAtMs;
  const isStale = nowMs - asOfMs > limitMs;
  return { ageText: `${formatOld(asOfMs, nowMs)}${isStale ? ', stale' : ''}`, isStale, asOfMs };
}
