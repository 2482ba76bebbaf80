import { exchangeName } from '../../core/exchangeNames.ts';
import type { Comparison } from '../../sources/backfill/compareSources.ts';
import { exchangeOf } from '../../sources/backfill/plan.ts';
import type { ChainResult, Progress } from '../../sources/backfill/runBackfill.ts';
import { formatDuration, formatUtc } from '../../surfaces/reports/format.ts';
import { count } from '../count.ts';
import { bytesText } from './planText.ts';

/** Returns how far a back-fill is, in one line. */
export function progressText({ units, ofUnits, rows, bytes, elapsedMs, remainingMs }: Progress): string {
  const perSecond = elapsedMs === 0 ? 0 : (rows / elapsedMs) * 1_000;
  const left = remainingMs === undefined ? '' : `, about ${formatDuration(remainingMs)} left`;
  return `${count(units)} of ${count(ofUnits)} pages and files, ${count(rows)} rows, ${count(perSecond)} a second, ${bytesText(bytes)}${left}`;
}

/** Returns the quality of what was fetched, a line for each source and asset, and how sources of one number differ. */
export function resultText(results: readonly ChainResult[], comparisons: readonly Comparison[]): string {
  return [
    ...results.filter(hasWork).map(chainText),
    ...comparisons.map(comparisonText),
    resultWords(results),
    '',
  ].join('\n');
}

const hasWork = ({ chain, error }: ChainResult): boolean =>
  chain.units.length + chain.checks.length > 0 || error !== undefined;

/** Returns what a back-fill gave in one line, for who has no room for more. */
export function resultWords(results: readonly ChainResult[]): string {
  const inserted = results.reduce((sum, one) => sum + one.inserted, 0);
  const left = results.filter(({ isOver }) => !isOver).length;
  const rest = left === 0 ? '' : `; of ${count(left)} of ${count(results.length)} sources something is left`;
  return `${count(inserted)} new ${inserted === 1 ? 'row' : 'rows'}${rest}.`;
}

function chainText(result: ChainResult): string {
  const { chain, fetched, rows, inserted, revised, error, failed } = result;
  const aside = [
    ...partsOf(result.checked, 'file looked at once more', 'files looked at once more'),
    ...partsOf(result.issuedAnew.length, 'file issued anew', 'files issued anew', result.issuedAnew),
    ...partsOf(result.holes, 'hole', 'holes'),
    ...partsOf(
      result.missingFiles,
      'file that the exchange does not have',
      'files that the exchange does not have',
    ),
    ...partsOf(result.lateFiles, 'file that is not there yet', 'files that are not there yet'),
    ...partsOf(result.repeats, 'repeated row', 'repeated rows'),
    ...partsOf(
      result.contradictions,
      'label with rows that contradict each other',
      'labels with rows that contradict each other',
    ),
    ...partsOf(result.apart, 'row set apart', 'rows set apart'),
    ...partsOf(failed, 'page or file failed', 'pages or files failed'),
  ];
  const left = chain.units.length - fetched - result.lateFiles;
  return [
    `${exchangeName(exchangeOf(chain.source))}, ${chain.asset} ${chain.instrument.venueSymbol}, ${chain.source.id}:`,
    `${count(rows)} rows, ${count(inserted)} new, ${count(revised)} revised${aside.map((one) => `, ${one}`).join('')}`,
    ...(left === 0 ? [] : [`; ${count(left)} of ${count(chain.units.length)} left`]),
    ...(error === undefined ? [] : [`; ${error.message}`]),
  ]
    .join(' ')
    .replaceAll(' ;', ';');
}

/** So many names are named. */
const MOST_NAMES = 5;

function partsOf(value: number, one: string, many: string, names: readonly string[] = []): string[] {
  const more = names.length > MOST_NAMES ? ' and others' : '';
  const named = names.length === 0 ? '' : ` (${names.slice(0, MOST_NAMES).join(', ')}${more})`;
  return value === 0 ? [] : [`${count(value)} ${value === 1 ? one : many}${named}`];
}

/** How two sources of one number differ where both state it. */
function comparisonText({ exchange, venueSymbol, what, first, second, found }: Comparison): string {
  const { overlaps, equal, medianRelative, largest } = found;
  const where = `${exchangeName(exchange)}, ${venueSymbol}, ${what}: ${first} and ${second}`;
  if (largest === undefined) return `${where} do not overlap.`;
  const differ = overlaps - equal;
  if (differ === 0) return `${where} agree at all ${count(overlaps)} times that both state.`;
  return `${where} differ at ${count(differ)} of ${count(overlaps)} times, by ${percent(medianRelative ?? 0)} in the middle and ${percent(largest.relative)} at most (${formatUtc(largest.atMs)}: ${largest.first} and ${largest.second}).`;
}

const percent = (fraction: number): string => `${(fraction * 100).toPrecision(2)} %`;
