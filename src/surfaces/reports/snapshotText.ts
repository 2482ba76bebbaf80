import type { MarketSnapshot } from '../../market/snapshot.ts';
import { changeRows, countWords } from './changeRows.ts';
import { machineClockText } from './clockText.ts';
import { contextNotes, contextRows, correlationLabel, correlationText } from './contextRows.ts';
import { formatCoins, formatPrice, formatRate, formatShare, formatUsd, formatUtc } from './format.ts';
import { plainText } from '../../core/outsideText.ts';
import { exchangeMetricRows, liquidationSumRows } from './liquidationRows.ts';
import { coverageWords } from './regimeWords.ts';
import { offlineWords } from './troubleGroups.ts';
import { unlistedWords } from './unlistedWords.ts';

/** Returns a snapshot as text for a terminal: every number with unit and age, every exchange with its state. */
export function snapshotText(snapshot: MarketSnapshot): string {
  const mark = snapshot.source === 'simulated' ? 'SIMULATED ' : '';
  const { machineClock } = snapshot;
  const offline = offlineWords(snapshot.assets);
  const lines: string[] = [
    ...(offline === undefined ? [] : [offline]),
    `${mark}Snapshot of ${formatUtc(snapshot.asOfMs)}`,
    ...(machineClock === undefined ? [] : [machineClockText(machineClock)]),
  ];
  for (const one of snapshot.assets) {
    const { asset, aggregate, exchanges, correlations } = one;
    const { coverage, largestShare } = aggregate;
    const nameOf = (id: string): string => exchanges.find((one) => one.exchange === id)?.displayName ?? id;
    lines.push('', `${mark}${asset}, ${coverageWords(coverage)} fresh`);
    const unlisted = unlistedWords(one);
    if (unlisted !== undefined) lines.push(`  ${unlisted}`);
    const totals: [string, string | undefined][] = [
      ['Open interest', present(aggregate.openInterestBase, (value) => formatCoins(value, asset))],
      ['Open interest in USD', present(aggregate.openInterestUsd, formatUsd)],
      [
        'Funding annualised, OI-weighted',
        present(aggregate.fundingAnnualisedOiWeighted, (value) => formatRate(value)),
      ],
      ['Volume 24 h', present(aggregate.volume24hUsd, formatUsd)],
      ['Spot share of volume 24 h', present(aggregate.spotVolumeShare, (value) => formatShare(value))],
      ['Basis a year, median', present(aggregate.basisAnnualised, (value) => formatRate(value))],
      [
        aggregate.sources?.markPrice?.exchanges.length === 1 ? 'Mark price' : 'Mark price, median',
        present(aggregate.markPriceQuote, formatPrice),
      ],
      [
        'Open interest / market cap',
        present(
          aggregate.openInterestToMarketCap,
          (value) =>
            `${formatShare(value)}${aggregate.unverifiedSides === undefined ? '' : ' (sides in part unverified)'}`,
        ),
      ],
      [
        'Largest share',
        largestShare === undefined
          ? undefined
          : `${nameOf(largestShare.exchange)} ${formatShare(largestShare.share)}`,
      ],
    ];
    for (const [label, value] of totals)
      if (value !== undefined) lines.push(`  ${label.padEnd(33)} ${value}`);
    for (const row of changeRows(one, snapshot.asOfMs))
      lines.push(`  ${row.label.padEnd(33)} ${row.value} (${countWords(row)})`);
    for (const row of liquidationSumRows(one, snapshot.asOfMs))
      lines.push(`  ${row.label.padEnd(33)} ${row.value} (${row.ageText})`);
    for (const correlation of correlations ?? [])
      lines.push(`  ${plainText(`${correlationLabel(correlation)}: ${correlationText(correlation)}`)}`);
    for (const note of aggregate.notes) lines.push(`  ${plainText(note)}`);
    // Where no exchange has a number the notes have named all of them, each reason once.
    const isEmpty = exchanges.every(({ newestAtMs }) => newestAtMs === undefined);
    for (const exchange of isEmpty && aggregate.notes.length > 0 ? [] : exchanges) {
      const symbol = exchange.instruments[0]?.venueSymbol ?? '';
      const reason = exchange.reason === undefined ? '' : `, ${plainText(exchange.reason)}`;
      const name = `${exchange.displayName} ${plainText(symbol)}`.trimEnd();
      lines.push('', `  ${name}: ${exchange.status}${reason}`);
      for (const row of exchangeMetricRows(one, exchange, snapshot.asOfMs)) {
        lines.push(`    ${row.label.padEnd(23)} ${row.value} (${row.ageText})`);
      }
    }
  }
  const { context = [] } = snapshot;
  if (context.length > 0) lines.push('', `${mark}Context`);
  for (const row of contextRows(context, undefined, snapshot.asOfMs))
    lines.push(`  ${row.label.padEnd(33)} ${plainText(`${row.value} (${row.about}, ${row.ageText})`)}`);
  for (const note of contextNotes(context)) lines.push(`  ${plainText(note)}`);
  return `${lines.join('\n')}\n`;
}

const present = (value: number | undefined, format: (value: number) => string): string | undefined =>
  value === undefined ? undefined : format(value);
