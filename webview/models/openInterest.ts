import type {
  OpenInterestChart,
  OpenInterestLine,
  TimeColumn,
} from '../../src/surfaces/protocol/payloads.ts';
import type { HoverText } from './chartText.ts';
import { TIME_AXIS_TITLE } from './chartText.ts';
import type { Range } from './axis.ts';
import { niceRange } from './axis.ts';
import { formatTable, formatNumber, formatPercent, formatUsdShort, formatUtc } from './format.ts';
import { nearestIndex } from './grid.ts';
import type { TableTwin } from './table.ts';
import { numberCell, timeTable } from './table.ts';

export type OpenInterestUnit = 'base' | 'usd';

export interface LineModel {
  readonly id: string;
  readonly label: string;
  readonly isAggregate: boolean;
  readonly isHidden: boolean;
  /** Whether the line has any number in the chosen unit. */
  readonly hasData: boolean;
  /** Place among the exchanges, for its colour. */
  readonly colourIndex: number;
  readonly points: readonly { readonly x: number; readonly y: number }[];
  /** Points with a gap on both sides: a line through one point shows nothing, so they get a dot. */
  readonly isolated: ReadonlySet<number>;
}

export interface OpenInterestModel {
  readonly unitName: string;
  readonly axisTitles: { readonly x: string; readonly y: string };
  readonly xRange: Range;
  readonly yRange: Range;
  readonly lines: readonly LineModel[];
  readonly notes: readonly string[];
  readonly summary: string;
  readonly table: TableTwin;
  hover(atMs: number): (HoverText & { readonly atMs: number }) | undefined;
}

const COUNT_WORDS = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine', 'Ten'];

/** What is said of the exchanges whose hourly numbers count sides alike; nothing where they count one side. */
function sideNote(sides: OpenInterestLine['sides'], names: readonly string[]): string | undefined {
  const [first = ''] = names;
  const several = `${COUNT_WORDS[names.length] ?? names.length} exchanges (${names.join(', ')})`;
  const isOne = names.length === 1;
  switch (sides) {
    case 'one':
      return undefined;
    case 'both, halved':
      return isOne
        ? `The hourly numbers of ${first} count both sides; half of them is shown.`
        : `${several} count both sides in their hourly numbers; half of them is shown.`;
    case 'unverified':
      return isOne
        ? `${first} does not say whether its hourly numbers count one side or both; its line may be up to twice too high.`
        : `${several} do not say whether their hourly numbers count one side or both; their lines may be up to twice too high.`;
  }
}

function columnOf(line: OpenInterestLine, unit: OpenInterestUnit): TimeColumn {
  return unit === 'base' ? line.base : line.usd;
}

function isolatedPoints(values: Float64Array): Set<number> {
  const isolated = new Set<number>();
  const isGap = (index: number): boolean => !Number.isFinite(values[index] ?? NaN);
  values.forEach((_, index) => {
    if (!isGap(index) && isGap(index - 1) && isGap(index + 1)) isolated.add(index);
  });
  return isolated;
}

function unionOfTimes(columns: readonly TimeColumn[]): Float64Array {
  const times = new Set<number>();
  for (const column of columns) for (const atMs of column.atMs) times.add(atMs);
  return Float64Array.from(times).sort();
}

function rangeOver(columns: readonly TimeColumn[], read: (column: TimeColumn) => Float64Array): Range {
  let min = Infinity;
  let max = -Infinity;
  for (const column of columns)
    for (const value of read(column)) {
      if (value < min) min = value;
      if (value > max) max = value;
    }
  return { min, max };
}

/** One sentence for all exchanges that count alike. */
function sideNotes(lines: readonly OpenInterestLine[]): string[] {
  const exchanges = lines.filter(({ id }) => id !== 'aggregate');
  return [...Map.groupBy(exchanges, ({ sides }) => sides)].flatMap(
    ([sides, own]) =>
      sideNote(
        sides,
        own.map(({ label }) => label),
      ) ?? [],
  );
}

function lastAndFirst({ values }: TimeColumn): { first: number; last: number } {
  const known = values.filter(Number.isFinite);
  return { first: known[0] ?? NaN, last: known.at(-1) ?? NaN };
}

/** Returns everything the open interest chart shows, in one unit. Hidden lines stay in the table. */
export function openInterestModel(
  payload: OpenInterestChart,
  unit: OpenInterestUnit,
  hidden: ReadonlySet<string> = new Set(),
): OpenInterestModel {
  const unitName = unit === 'base' ? payload.asset : 'USD';
  const columns = payload.lines.map((line) => columnOf(line, unit));
  let exchanges = 0;
  const lines = payload.lines.map((line): LineModel => {
    const { atMs, values } = columnOf(line, unit);
    const isAggregate = line.id === 'aggregate';
    return {
      id: line.id,
      label: line.label,
      isAggregate,
      isHidden: hidden.has(line.id),
      hasData: values.some(Number.isFinite),
      colourIndex: isAggregate ? -1 : exchanges++,
      points: Array.from(atMs, (x, at) => ({ x, y: values[at] ?? NaN })),
      isolated: isolatedPoints(values),
    };
  });
  const shown = columns.filter((_, index) => lines[index]?.isHidden === false);
  const times = unionOfTimes(columns);
  const y = rangeOver(shown, (column) => column.values);
  const yRange = niceRange(y.min, y.max);
  const unitText = (value: number): string => `${formatNumber(value)} ${unitName}`;

  function hover(atMs: number): (HoverText & { atMs: number }) | undefined {
    const titleAt = times[nearestIndex(times, atMs)];
    if (titleAt === undefined) return undefined;
    const texts = lines.flatMap((line, index) => {
      const column = columns[index];
      if (line.isHidden || !column) return [];
      const at = nearestIndex(column.atMs, titleAt);
      if (at < 0) return [];
      const value = column.values[at] ?? NaN;
      const time = column.atMs[at] === titleAt ? '' : ` (${formatUtc(column.atMs[at] ?? NaN)})`;
      return [`${line.label}: ${Number.isFinite(value) ? unitText(value) : 'no number'}${time}`];
    });
    return texts.length === 0 ? undefined : { title: formatUtc(titleAt), lines: texts, atMs: titleAt };
  }

  const notes = sideNotes(payload.lines);
  for (const line of lines) if (!line.hasData) notes.push(`${line.label}: no numbers in ${unitName}.`);
  if (yRange.min > 0) notes.push('The value axis does not start at zero.');
  notes.push('A break in a line is a time without a number.');

  return {
    unitName,
    axisTitles: { x: TIME_AXIS_TITLE, y: `Open interest (${unitName})` },
    xRange: { min: times[0] ?? 0, max: times.at(-1) ?? 1 },
    yRange,
    lines,
    notes: [...payload.notes, ...notes.filter((note) => !payload.notes.includes(note))],
    summary: summaryOf(payload, lines, columns, times, unit),
    table: timeTable(
      `Open interest of ${payload.asset} in ${unitName}`,
      lines.map((line) => `${line.label} (${unitName})`),
      times,
      (timeIndex, index) => {
        const column = columns[index];
        const atMs = times[timeIndex] ?? NaN;
        const at = column ? nearestIndex(column.atMs, atMs) : -1;
        const value = column && column.atMs[at] === atMs ? (column.values[at] ?? NaN) : NaN;
        return numberCell(value, formatTable);
      },
    ),
    hover,
  };
}

function summaryOf(
  payload: OpenInterestChart,
  lines: readonly LineModel[],
  columns: readonly TimeColumn[],
  times: Float64Array,
  unit: OpenInterestUnit,
): string {
  const unitName = unit === 'base' ? payload.asset : 'USD';
  const format = (value: number): string =>
    unit === 'usd' ? formatUsdShort(value) : `${formatNumber(value)} ${unitName}`;
  const parts = lines.flatMap((line, index) => {
    const column = columns[index];
    if (!column || !line.hasData) return [];
    const { first, last } = lastAndFirst(column);
    return [`${line.label} ${format(last)}, change ${formatPercent(last / first - 1)}`];
  });
  const span = `${formatUtc(times[0] ?? NaN)} to ${formatUtc(times.at(-1) ?? NaN)}`;
  const source = payload.source === 'simulated' ? ' Simulated numbers.' : '';
  return `Line chart of ${payload.asset} open interest in ${unitName}, ${span}.${source} ${parts.join('; ')}.`;
}
