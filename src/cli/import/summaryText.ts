import type { ExchangeId } from '../../core/ids.ts';
import type { AppendResult } from '../../store/historyStore.ts';
import { formatDuration, formatUtc } from '../../surfaces/reports/format.ts';
import { count } from '../count.ts';
import type { Layout } from './layouts.ts';
import type { ColumnTally, Holes, Tally } from './tally.ts';

/** What an import did, or would do. */
export interface ImportSummary {
  readonly file: string;
  readonly sha256: string;
  /** The source that the rows are kept as. */
  readonly exchange: ExchangeId;
  readonly layout: Layout;
  readonly isDryRun: boolean;
  readonly tally: Tally;
  /** Absent where nothing was written. */
  readonly stored?: AppendResult;
}

/** Returns the summary in words, with a line for each column. */
export function summaryText({ file, sha256, exchange, layout, tally, stored }: ImportSummary): string {
  const { rows, kept, others, running, repeated, firstRepeated, series, short, holes } = tally;
  const { firstMs, lastMs } = tally.span();
  const aside = [
    ...(others > 0 ? [`${count(others)} of other assets`] : []),
    ...(running > 0 ? [`${count(running)} not over yet`] : []),
    ...(repeated > 0 ? [`${count(repeated)} repeated, the first in ${firstRepeated ?? ''}`] : []),
    ...(short > 0 ? [`${count(short)} sooner than the interval`] : []),
  ];
  const sidesOf =
    layout.sides === undefined
      ? ''
      : `, open interest counted ${layout.sides === 'one' ? 'once' : 'on both sides'}`;
  return [
    `${file} as ${exchange}, layout ${layout.name}${sidesOf}; SHA-256 ${sha256}`,
    `${count(rows)} rows, ${count(kept)} kept${aside.map((part) => `, ${part}`).join('')}; ${series === 1 ? '1 instrument' : `${count(series)} instruments`}, ${formatUtc(firstMs ?? undefined)} to ${formatUtc(lastMs ?? undefined)}`,
    holesText(holes),
    ...tally.columns.map((column) => `  ${columnText(column)}`),
    ...(layout.notRead === undefined ? [] : [`Not read: ${layout.notRead.join(', ')}`]),
    stored === undefined
      ? 'Nothing was written.'
      : `Written: ${count(stored.inserted)} new, ${count(stored.revised)} revised; ${count(stored.unchanged)} were there.`,
    '',
  ].join('\n');
}

function holesText(holes: Holes | null): string {
  if (holes === null) return 'Rows have no fixed step: holes cannot be told.';
  if (holes.count === 0) return 'No holes.';
  const { count: many, missing, longestMs, longestFromMs } = holes;
  return `${many === 1 ? '1 hole' : `${count(many)} holes`}, ${count(missing)} steps missing, the longest ${formatDuration(longestMs)} from ${formatUtc(longestFromMs ?? undefined)}; left as holes`;
}

function columnText({ column, to, unit, values, absent, noneWhereEmpty, first, last }: ColumnTally): string {
  const none = noneWhereEmpty === 0 ? '' : ` (${count(noneWhereEmpty)} empty cells that mean none)`;
  const ends =
    first === null || last === null
      ? ''
      : `; first ${first.value} at ${formatUtc(first.atMs)}, last ${last.value} at ${formatUtc(last.atMs)}`;
  return `${column} as ${to}, ${unit}: ${count(values)} values${none}, ${count(absent)} absent${ends}`;
}
