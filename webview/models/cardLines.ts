import type { CardLine, CardPayload } from '../../src/surfaces/protocol/cards.ts';
import type { TimeColumn } from '../../src/surfaces/protocol/payloads.ts';
import type { Range } from './axis.ts';
import { CARDS } from './cards.ts';
import { TIME_AXIS_TITLE, type HoverText } from './chartText.ts';
import { formatNumber, formatPrice, formatTable, formatUsdShort, formatUtc } from './format.ts';
import { nearestIndex } from './grid.ts';
import type { NamedLine } from './namedLine.ts';
import { numberCell, timeTable, type TableTwin } from './table.ts';

/** Everything a card shows, in one unit. */
export interface CardModel {
  /** "BTC · hourly · stored history to 2026-11-22 04:00 UTC". */
  readonly head: string;
  readonly axisTitles: { readonly x: string; readonly y: string };
  readonly xRange: Range | undefined;
  readonly lines: readonly NamedLine[];
  readonly notes: readonly string[];
  readonly summary: string;
  readonly table: TableTwin;
  hover(atMs: number): (HoverText & { readonly atMs: number }) | undefined;
}

/** Whether values are of the moment at their label or complete at the end of their step does not move them: a label is a step's start. */
function columnOf({ firstMs, values }: CardLine, stepMs: number, isSummedUp: boolean): TimeColumn {
  return {
    atMs: Float64Array.from(values, (_, at) => firstMs + at * stepMs),
    values: isSummedUp ? summedUp(values) : values,
  };
}

/** The sum of all values until each, from the first that is held; over a gap it goes on as it was. */
function summedUp(values: Float64Array): Float64Array {
  let sum = 0;
  return values.map((value) => (Number.isNaN(value) ? Number.NaN : (sum += value)));
}

function unitOf({ card, asset }: CardPayload): { name: string; format: (value: number) => string } {
  switch (CARDS[card].unit) {
    case 'usd':
      return { name: 'USD', format: formatUsdShort };
    case 'quote':
      return { name: 'quote currency', format: formatPrice };
    case 'base':
      return { name: asset, format: (value) => `${formatNumber(value)} ${asset}` };
    default:
      return { name: 'ratio', format: formatNumber };
  }
}

const STEP_WORDS: Readonly<Record<number, string>> = {
  300_000: 'five-minute steps',
  3_600_000: 'hourly',
  86_400_000: 'daily',
};

/** Returns what a card shows; `isSummedUp`: flows as their running sum (CVD of a delta). Hidden lines stay in the table. */
export function cardModel(
  payload: CardPayload,
  {
    hidden = new Set<string>(),
    isSummedUp = false,
  }: { hidden?: ReadonlySet<string>; isSummedUp?: boolean } = {},
): CardModel {
  const { card, stepMs, source, asset } = payload;
  const { title, meaning, form } = CARDS[card];
  const unit = unitOf(payload);
  let exchanges = 0;
  const lines = payload.lines.map((line): NamedLine => {
    const isAggregate = line.id === 'aggregate';
    const column = columnOf(line, stepMs, isSummedUp);
    return {
      // Of its label: feeds of one exchange are two lines.
      ...{ id: line.label, label: line.label, isAggregate, column, isHidden: hidden.has(line.label) },
      colourIndex: isAggregate ? -1 : exchanges++,
    };
  });
  const times = gridOf(payload);
  const name = isSummedUp ? `${title}, summed up` : title;
  const valueAt = ({ column }: NamedLine, atMs: number): number =>
    column.values[(atMs - (column.atMs[0] ?? Number.NaN)) / stepMs] ?? Number.NaN;
  const last = times.at(-1);
  // What flows is known until the end of its newest step, a level until its moment.
  const newestMs = last !== undefined && form === 'bars' ? last + stepMs : last;
  const newest =
    newestMs === undefined ? 'no stored history of this time' : `stored history to ${formatUtc(newestMs)}`;
  return {
    head: [asset, STEP_WORDS[stepMs] ?? '', newest].join(' · '),
    axisTitles: { x: TIME_AXIS_TITLE, y: `${name} (${unit.name})` },
    xRange: times.length === 0 ? undefined : { min: times[0] ?? 0, max: (times.at(-1) ?? 0) + stepMs },
    lines,
    notes: [
      isSummedUp ? `${meaning} Summed up from the left end of what is held; the level means nothing, its changes do.` : meaning,
      ...payload.notes,
      ...(lines.length === 0 ? ['Nothing is kept of this time.'] : []),
    ], // prettier-ignore
    summary: summaryOf({ name, asset, source, lines, times }, unit.format),
    table: timeTable(
      `${name} of ${asset} (${unit.name})`,
      lines.map(({ label }) => `${label} (${unit.name})`),
      times,
      (timeIndex, index) => {
        const line = lines[index];
        const value = line === undefined ? Number.NaN : valueAt(line, times[timeIndex] ?? Number.NaN);
        return numberCell(value, formatTable);
      },
    ),
    hover: (atMs) => {
      const at = times[nearestIndex(times, atMs)];
      if (at === undefined) return undefined;
      const texts = lines.flatMap((line) => {
        if (line.isHidden) return [];
        const value = valueAt(line, at);
        return [`${line.label}: ${Number.isFinite(value) ? unit.format(value) : 'no number'}`];
      });
      return texts.length === 0 ? undefined : { title: formatUtc(at), lines: texts, atMs: at };
    },
  };
}

/** Every step from the first label of any line to the last. */
function gridOf({ lines, stepMs }: CardPayload): Float64Array {
  const firstMs = Math.min(...lines.map((line) => line.firstMs));
  const endMs = Math.max(...lines.map((line) => line.firstMs + line.values.length * stepMs));
  if (!(endMs > firstMs)) return new Float64Array(0);
  return Float64Array.from(
    { length: Math.round((endMs - firstMs) / stepMs) },
    (_, at) => firstMs + at * stepMs,
  );
}

interface Summary extends Pick<CardPayload, 'asset' | 'source'> {
  readonly name: string;
  readonly lines: readonly NamedLine[];
  readonly times: Float64Array;
}

/** One sentence for who does not see the picture: the newest value of each line. */
function summaryOf(
  { name, asset, source, lines, times }: Summary,
  format: (value: number) => string,
): string {
  const newest = lines.flatMap(({ label, column }) => {
    const value = column.values.findLast(Number.isFinite);
    return value === undefined ? [] : [`${label} ${format(value)}`];
  });
  const simulated = source === 'simulated' ? ' Simulated numbers.' : '';
  if (newest.length === 0) return `${name} of ${asset}: no numbers.${simulated}`;
  const span = `${formatUtc(times[0] ?? 0)} to ${formatUtc(times.at(-1) ?? 0)}`;
  return `${name} of ${asset}, ${span}.${simulated} Newest: ${newest.join('; ')}.`;
}
