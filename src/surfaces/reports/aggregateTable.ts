import type { ExchangeId } from '../../core/ids.ts';
import { escapeMarkdown } from '../../core/outsideText.ts';
import type { AggregateSource, AssetSnapshot } from '../../market/snapshot.ts';
import * as format from './format.ts';
import { markdownTable } from './markdownTable.ts';
import { shownWords } from './metricWords.ts';
import { coverageWords } from './regimeWords.ts';
import { bullets } from './reportParts.ts';

/** Returns the body of the report's section on sums and means, in Markdown: each with its exchanges and its oldest part. */
export function aggregateTable(snapshot: AssetSnapshot, nowMs: number): string {
  const { aggregate: sum, asset } = snapshot;
  const { sources = {} } = sum;
  const nameOf = namesIn(snapshot);
  const counted = snapshot.exchanges.filter(
    ({ exchange, status }) =>
      status === 'fresh' && !(sum.leftOut ?? []).some((one) => one.exchange === exchange),
  );
  const madeFrom = (source: AggregateSource | undefined): string => {
    if (source === undefined) return 'none';
    const isAll = source.exchanges.length === counted.length;
    return isAll ? 'all that are counted' : source.exchanges.map(nameOf).join(', ');
  };
  const row = (label: string, value: string, source?: AggregateSource): string[] => [
    label,
    value,
    madeFrom(source),
    source === undefined ? format.NOT_REPORTED : format.formatAge(source.oldestAtMs, nowMs),
  ];
  const rows = [
    row(
      shownWords('open-interest').ofAll,
      format.formatCoins(sum.openInterestBase, asset),
      sources.openInterestBase,
    ),
    row(
      shownWords('open-interest-usd').ofAll,
      format.formatUsd(sum.openInterestUsd),
      sources.openInterestUsd,
    ),
    row(
      shownWords('funding-annualised').ofAll,
      format.formatRate(sum.fundingAnnualisedOiWeighted),
      sources.funding,
    ),
    row(shownWords('volume').ofAll, format.formatUsd(sum.volume24hUsd), sources.volume24h),
    row(
      shownWords('spot-volume-share').ofAll,
      format.formatShare(sum.spotVolumeShare),
      sources.spotVolumeShare,
    ),
    row(shownWords('basis-annualised').ofAll, format.formatRate(sum.basisAnnualised), sources.basis),
    row(
      shownWords('depth-1pct').ofAll,
      `${sum.isDepthLowerBound === true ? 'at least ' : ''}${format.formatUsd(sum.depthUsd)}`,
      sources.depth,
    ),
    row(shownWords('long-short-ratio').ofAll, format.formatRatio(sum.longShortRatio), sources.longShort),
    row(
      sources.markPrice?.exchanges.length === 1 ? 'Mark price' : 'Mark price, median',
      format.formatPrice(sum.markPriceQuote),
      sources.markPrice,
    ),
    row(
      shownWords('open-interest-share').ofAll,
      sum.largestShare === undefined
        ? format.NOT_REPORTED
        : `${nameOf(sum.largestShare.exchange)} ${format.formatShare(sum.largestShare.share)}`,
      sources.openInterestBase,
    ),
    row(
      shownWords('open-interest-concentration').ofAll,
      format.formatRatio(sum.concentrationHhi),
      sources.openInterestBase,
    ),
  ];
  const names = counted.map(({ displayName }) => displayName).join(', ');
  const head = escapeMarkdown(
    `${coverageWords(sum.coverage)} ${sum.coverage.of === 1 ? 'is' : 'are'} counted${names === '' ? '' : `: ${names}`}.`,
  );
  const table = markdownTable(['Metric', 'Value', 'Made from', 'Oldest part'], rows);
  return [head, table, bullets(sum.notes)].filter((part) => part !== '').join('\n\n');
}

function namesIn({ exchanges }: Pick<AssetSnapshot, 'exchanges'>): (id: ExchangeId) => string {
  return (id) => exchanges.find((one) => one.exchange === id)?.displayName ?? id;
}
