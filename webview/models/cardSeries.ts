import type { CardLine, CardPayload } from '../../src/surfaces/protocol/cards.ts';
import type { TimeColumn } from '../../src/surfaces/protocol/payloads.ts';
import type { Range } from './axis.ts';
import type { HoverText } from './chartText.ts';
import { unitOf, type CardUnit } from './cardUnits.ts';
import { formatPercent, formatTable, formatUtc } from './format.ts';
import { nearestIndex } from './grid.ts';
import type { NamedLine } from './namedLine.ts';
import { numberCell, timeTable, type TableTwin } from './table.ts';
import { valueSince } from './valueAxis.ts';

/** A line of a card: how it is drawn, and what can be said of it at a label. */
export interface CardSeries {
  readonly line: NamedLine;
  readonly unit: CardUnit;
  readonly firstMs: number;
  readonly stepMs: number;
  /** In the unit, one a step; NaN = absent. */
  readonly values: Float64Array;
  readonly holdsMs?: Float64Array | undefined;
}

/** Returns a line of a payload as it is shown. `isSummedUp`: as the sum of all values until each. */
export function cardSeries(
  { firstMs, values: stated, holdsMs }: CardLine,
  payload: CardPayload,
  named: Omit<NamedLine, 'column'>,
  isSummedUp: boolean,
): CardSeries {
  const { stepMs } = payload;
  const unit = unitOf(payload);
  const own = unit.times === 1 ? stated : stated.map((value) => value * unit.times);
  const values = isSummedUp ? summedUp(own) : own;
  const column =
    holdsMs === undefined
      ? { atMs: Float64Array.from(values, (_, at) => firstMs + at * stepMs), values }
      : heldColumn(firstMs, stepMs, values, holdsMs);
  return { line: { ...named, column }, unit, firstMs, stepMs, values, holdsMs };
}

/** The sum of all values until each, from the first that is held; over a gap it goes on as it was. */
function summedUp(values: Float64Array): Float64Array {
  let sum = 0;
  return values.map((value) => (Number.isNaN(value) ? Number.NaN : (sum += value)));
}

/** A line of stairs: each value from when it began to hold up to its label. Where nothing is known to hold it is broken. */
function heldColumn(firstMs: number, stepMs: number, values: Float64Array, holdsMs: Float64Array): TimeColumn {
  const [atMs, steps]: [number[], number[]] = [[], []];
  const push = (time: number, value: number): void => {
    atMs.push(time);
    steps.push(value);
  };
  let endMs = -Infinity;
  for (const [at, value] of values.entries()) {
    if (Number.isNaN(value)) continue;
    const labelMs = firstMs + at * stepMs;
    // Settlements stand at the nearest hour: so little is no time without a rate.
    const startMs = Math.max(endMs, labelMs - (holdsMs[at] ?? Number.NaN));
    const isNext = startMs - endMs < stepMs;
    if (!isNext && endMs > -Infinity) push((endMs + startMs) / 2, Number.NaN);
    push(isNext ? endMs : startMs, value);
    push(labelMs, value);
    endMs = labelMs;
  }
  return { atMs: Float64Array.from(atMs), values: Float64Array.from(steps) };
} // prettier-ignore

/** What a series states at a label, and of what lasts the label that it ends with; NaN = nothing. */
interface Stated {
  readonly value: number;
  readonly labelMs: number;
}

function statedAt({ firstMs, stepMs, values }: CardSeries, atMs: number): Stated {
  return { value: values[(atMs - firstMs) / stepMs] ?? Number.NaN, labelMs: atMs };
}

/** Of what lasts: the value that holds at a moment. */
function holdingAt(series: CardSeries, atMs: number): Stated {
  const { firstMs, stepMs, values, holdsMs } = series;
  if (holdsMs === undefined) return statedAt(series, atMs);
  for (let at = Math.max(0, Math.ceil((atMs - firstMs) / stepMs)); at < values.length; at++) {
    const value = values[at] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    const labelMs = firstMs + at * stepMs;
    return labelMs - (holdsMs[at] ?? Number.NaN) < atMs || labelMs === atMs
      ? { value, labelMs }
      : { value: Number.NaN, labelMs };
  }
  return { value: Number.NaN, labelMs: atMs };
}

/** Returns every step from the first label of any line to the last, at the shortest step of them. */
export function gridOf(all: readonly Pick<CardSeries, 'firstMs' | 'stepMs' | 'values'>[]): Float64Array {
  const stepMs = Math.min(...all.map((one) => one.stepMs));
  const firstMs = Math.min(...all.map((one) => one.firstMs));
  const lastMs = Math.max(...all.map((one) => one.firstMs + (one.values.length - 1) * one.stepMs));
  if (!(lastMs >= firstMs)) return new Float64Array(0);
  const length = Math.round((lastMs - firstMs) / stepMs) + 1;
  return Float64Array.from({ length }, (_, at) => firstMs + at * stepMs);
}

/** Returns the numbers as a table, each line in its own unit. */
export function tableOf(caption: string, all: readonly CardSeries[], times: Float64Array): TableTwin {
  const titles = all.map(({ line, unit }) => `${line.label} (${unit.name})`);
  return timeTable(caption, titles, times, (timeIndex, index) => {
    const series = all[index];
    const value = series === undefined ? Number.NaN : statedAt(series, times[timeIndex] ?? Number.NaN).value;
    return numberCell(value, formatTable);
  });
}

/** Returns what is said at the label nearest to a moment; with `since` also the change since the first value in it. */
export function hoverOf(
  all: readonly CardSeries[],
  times: Float64Array,
  atMs: number,
  since?: Range,
): (HoverText & { readonly atMs: number }) | undefined {
  const at = times[nearestIndex(times, atMs)];
  if (at === undefined) return undefined;
  const texts = all.flatMap((series) => {
    const { line, unit, holdsMs } = series;
    if (line.isHidden) return [];
    const { value, labelMs } = holdingAt(series, at);
    if (!Number.isFinite(value)) return [`${line.label}: no number`];
    const settled = holdsMs === undefined ? '' : `, settled ${formatUtc(labelMs)}`;
    const base = since && valueSince(line.column, since);
    const change = base === undefined ? '' : `, ${formatPercent(value / base - 1)}`;
    return [`${line.label}: ${unit.format(value)}${settled}${change}`];
  });
  return texts.length === 0 ? undefined : { title: formatUtc(at), lines: texts, atMs: at };
}

/** Returns one sentence for who does not see the picture: the newest value of each line. */
export function summaryOf(
  what: string,
  source: CardPayload['source'],
  all: readonly CardSeries[],
  times: Float64Array,
): string {
  const newest = all.flatMap(({ line, unit, values }) => {
    const value = values.findLast(Number.isFinite);
    return value === undefined ? [] : [`${line.label} ${unit.format(value)}`];
  });
  const simulated = source === 'simulated' ? ' Simulated numbers.' : '';
  if (newest.length === 0) return `${what}: no numbers.${simulated}`;
  const span = `${formatUtc(times[0] ?? 0)} to ${formatUtc(times.at(-1) ?? 0)}`;
  return `${what}, ${span}.${simulated} Newest: ${newest.join('; ')}.`;
}
