import type {
  OpenInterestChart,
  OpenInterestLine,
  TimeColumn,
} from '../../src/surfaces/protocol/payloads.ts';
import type { HoverText } from './chartText.ts';
import { TIME_AXIS_TITLE } from './chartText.ts';
import type { Range } from './axis.ts';
import { placeOfExchange } from './exchangeLook.ts';
import { formatTable, formatNumber, formatPercent, formatUsdShort, formatUtc } from './format.ts';
import { nearestIndex } from './grid.ts';
import type { NamedLine } from './namedLine.ts';
import { sideNotes } from './sideNotes.ts';
import { valueSince } from './valueAxis.ts';
import type { TableTwin } from './table.ts';
import { lazyTable, numberCell, timeTable } from './table.ts';

export type OpenInterestUnit = 'base' | 'usd';

export interface LineModel extends NamedLine {
  /** Whether the line has any number in the chosen unit. */
  readonly hasData: boolean;
}

export interface OpenInterestModel {
  readonly unitName: string;
  readonly axisTitles: { readonly x: string; readonly y: string };
  readonly xRange: Range;
  readonly lines: readonly LineModel[];
  readonly notes: readonly string[];
  readonly summary: string;
  readonly table: TableTwin;
  /** With a range also the change since the first value in it. */
  hover(atMs: number, since?: Range): (HoverText & { readonly atMs: number }) | undefined;
}

function columnOf(line: OpenInterestLine, unit: OpenInterestUnit): TimeColumn {
  return unit === 'base' ? line.base : line.usd;
}

function unionOfTimes(columns: readonly TimeColumn[]): Float64Array {
  const times = new Set<number>();
  for (const column of columns) for (const atMs of column.atMs) times.add(atMs);
  return Float64Array.from(times).sort();
}

/** From the first to the last time of all lines. */
function spanOf(columns: readonly TimeColumn[]): Range {
  const ends = columns.flatMap(({ atMs }) => (atMs.length === 0 ? [] : [atMs[0] ?? NaN, atMs.at(-1) ?? NaN]));
  return ends.length === 0 ? { min: 0, max: 1 } : { min: Math.min(...ends), max: Math.max(...ends) };
}

/** The time nearest to a moment that any line has. */
function nearestTime(columns: readonly TimeColumn[], atMs: number): number | undefined {
  const near = columns.flatMap((column) => column.atMs[nearestIndex(column.atMs, atMs)] ?? []);
  return near.sort((one, other) => Math.abs(one - atMs) - Math.abs(other - atMs))[0];
}

function lastAndFirst({ values }: TimeColumn): { first: number; last: number } {
  return { first: values.find(Number.isFinite) ?? NaN, last: values.findLast(Number.isFinite) ?? NaN };
}

/** Returns everything the open interest chart shows, in one unit. Hidden lines stay in the table. */
export function openInterestModel(
  payload: OpenInterestChart,
  unit: OpenInterestUnit,
  hidden: ReadonlySet<string> = new Set(),
): OpenInterestModel {
  const unitName = unit === 'base' ? payload.asset : 'USD';
  const columns = payload.lines.map((line) => columnOf(line, unit));
  const lines = payload.lines.map((line): LineModel => {
    const column = columnOf(line, unit);
    const isAggregate = line.id === 'aggregate';
    return {
      id: line.id,
      label: line.label,
      isAggregate,
      isHidden: hidden.has(line.id),
      hasData: column.values.some(Number.isFinite),
      colourIndex: isAggregate ? -1 : placeOfExchange(line.id),
      column,
    };
  });
  const span = spanOf(columns);
  const unitText = (value: number): string => `${formatNumber(value)} ${unitName}`;

  function hover(atMs: number, since?: Range): (HoverText & { atMs: number }) | undefined {
    const titleAt = nearestTime(columns, atMs);
    if (titleAt === undefined) return undefined;
    const texts = lines.flatMap((line, index) => {
      const column = columns[index];
      if (line.isHidden || !column) return [];
      const at = nearestIndex(column.atMs, titleAt);
      if (at < 0) return [];
      const value = column.values[at] ?? NaN;
      const time = column.atMs[at] === titleAt ? '' : ` (${formatUtc(column.atMs[at] ?? NaN)})`;
      const base = since && valueSince(column, since);
      const change = base === undefined ? '' : `, ${formatPercent(value / base - 1)}`;
      return [`${line.label}: ${Number.isFinite(value) ? unitText(value) + change : 'no number'}${time}`];
    });
    return texts.length === 0 ? undefined : { title: formatUtc(titleAt), lines: texts, atMs: titleAt };
  }

  const notes = sideNotes(payload.lines);
  for (const line of lines) if (!line.hasData) notes.push(`${line.label}: no numbers in ${unitName}.`);
  notes.push('A break in a line is a time without a number.');

  return {
    unitName,
    axisTitles: { x: TIME_AXIS_TITLE, y: `Open interest (${unitName})` },
    // The band under the lines ends with the last assessment, which may be later than their last reading.
    xRange: { min: span.min, max: Math.max(span.max, payload.regime?.runs.at(-1)?.toMs ?? 0) },
    lines,
    notes: [...payload.notes, ...notes.filter((note) => !payload.notes.includes(note))],
    summary: summaryOf(payload, lines, span, unit),
    table: lazyTable(() => tableOf(lines, `Open interest of ${payload.asset} in ${unitName}`, unitName)),
    hover,
  };
}

/** One row for each time that any line has. */
function tableOf(lines: readonly LineModel[], caption: string, unitName: string): TableTwin {
  const times = unionOfTimes(lines.map(({ column }) => column));
  return timeTable(
    caption,
    lines.map((line) => `${line.label} (${unitName})`),
    times,
    (timeIndex, index) => {
      const column = lines[index]?.column;
      const atMs = times[timeIndex] ?? NaN;
      const at = column ? nearestIndex(column.atMs, atMs) : -1;
      const value = column && column.atMs[at] === atMs ? (column.values[at] ?? NaN) : NaN;
      return numberCell(value, formatTable);
    },
  );
}

function summaryOf(
  payload: OpenInterestChart,
  lines: readonly LineModel[],
  { min: fromMs, max: toMs }: Range,
  unit: OpenInterestUnit,
): string {
  const unitName = unit === 'base' ? payload.asset : 'USD';
  const format = (value: number): string =>
    unit === 'usd' ? formatUsdShort(value) : `${formatNumber(value)} ${unitName}`;
  const parts = lines.flatMap((line) => {
    if (!line.hasData) return [];
    const { first, last } = lastAndFirst(line.column);
    return [`${line.label} ${format(last)}, change ${formatPercent(last / first - 1)}`];
  });
  const span = `${formatUtc(fromMs)} to ${formatUtc(toMs)}`;
  const source = payload.source === 'simulated' ? ' Simulated numbers.' : '';
  return `Line chart of ${payload.asset} open interest in ${unitName}, ${span}.${source} ${parts.join('; ')}.`;
}
