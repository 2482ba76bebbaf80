import type { ValueScale } from '../../src/surfaces/protocol/messages.ts';
import type { TimeColumn } from '../../src/surfaces/protocol/payloads.ts';
import { niceStep, valueTicks, type Range, type Tick } from './axis.ts';
import { formatPercent, formatShort } from './format.ts';
import { indexAtOrBefore } from './grid.ts';
import { visibleValues } from './lineReduction.ts';

/** Free room above and below what is shown, as a share of it. */
const MARGIN = 0.05;

/** A value axis that is fitted to what a range of time shows of lines. */
export interface ValueAxis {
  /** The scale in force: linear where the one that was asked for cannot show these values. */
  readonly scale: ValueScale;
  /** In the unit of the axis: values, their decimal logarithms, or percent. */
  readonly range: Range;
  ticks(range: Range, maxCount: number): Tick[];
  /** For each line, from a value to the unit of the axis; it grows with the value. */
  readonly maps: readonly ((value: number) => number)[];
}

/** Returns the title of an axis whose values have a title of their own. */
export function scaledTitle(title: string, scale: ValueScale): string {
  if (scale === 'linear') return title;
  return scale === 'log' ? `${title}, log` : 'Change since the first value shown (%)';
}

/** Returns the first value that a line has in a range, from which its change is reckoned; undefined where it has none above zero. */
export function valueSince({ atMs, values }: TimeColumn, { min, max }: Range): number | undefined {
  for (let index = indexAtOrBefore(atMs, min - 1) + 1; index < atMs.length; index++) {
    if ((atMs[index] ?? NaN) > max) return undefined;
    const value = values[index] ?? NaN;
    if (Number.isFinite(value)) return value > 0 ? value : undefined;
  }
  return undefined;
}

/**
 * Returns the axis for lines in a range of time. A logarithm is not taken where any value is zero or below; changes are reckoned from
 * the first value within `since`.
 */
export function valueAxis(
  lines: readonly TimeColumn[],
  visible: Range,
  wanted: ValueScale,
  since = visible,
): ValueAxis {
  const shown = lines.map((line) => visibleValues(line, visible));
  const low = Math.min(...shown.flatMap((one) => one?.min ?? []));
  const high = Math.max(...shown.flatMap((one) => one?.max ?? []));
  const same = (value: number): number => value;
  if (wanted === 'log' && low > 0 && high < Infinity)
    return {
      scale: 'log',
      range: withMargin(Math.log10(low), Math.log10(high), Math.log10(1.01)),
      ticks: logTicks,
      maps: lines.map(() => Math.log10),
    };
  if (wanted === 'change' && low < Infinity) {
    const bases = lines.map((line) => valueSince(line, since));
    const maps = bases.map(
      (base) => (value: number) => (base === undefined ? NaN : 100 * (value / base - 1)),
    );
    const ends = shown.flatMap((one, at) =>
      one ? [one.min, one.max].map((value) => maps[at]?.(value) ?? NaN) : [],
    );
    const known = ends.filter(Number.isFinite);
    if (known.length > 0)
      return {
        scale: 'change',
        range: withMargin(Math.min(...known), Math.max(...known), 0.1),
        ticks: changeTicks,
        maps,
      };
  }
  if (!(low <= high))
    return { scale: 'linear', range: { min: 0, max: 1 }, ticks: () => [], maps: lines.map(() => same) };
  const range = withMargin(low, high, Math.abs(low) * 0.01 || 1);
  return {
    scale: 'linear',
    // No room for what cannot be: where no value is below zero the axis is not either.
    range: low >= 0 ? { ...range, min: Math.max(0, range.min) } : range,
    ticks: valueTicks,
    maps: lines.map(() => same),
  };
}

/** `least` is how far the ends lie apart at least, so that a value that does not change is a line in the middle. */
function withMargin(low: number, high: number, least: number): Range {
  const margin = Math.max((high - low) * MARGIN, (least - (high - low)) / 2);
  return { min: low - margin, max: high + margin };
}

function logTicks({ min, max }: Range, maxCount: number): Tick[] {
  const [low, high] = [10 ** min, 10 ** max];
  if (max - min < 1)
    return valueTicks({ min: low, max: high }, maxCount).map(({ value, label }) => ({
      value: Math.log10(value),
      label,
    }));
  const factors = max - min < maxCount / 3 ? [1, 2, 5] : [1];
  const ticks: Tick[] = [];
  for (let power = Math.floor(min); power <= max; power++)
    for (const factor of factors) {
      const value = factor * 10 ** power;
      if (value < low || value > high) continue;
      ticks.push({ value: Math.log10(value), label: formatShort(value) });
    }
  return ticks;
}

function changeTicks(range: Range, maxCount: number): Tick[] {
  const step = niceStep((range.max - range.min) / Math.max(1, maxCount));
  // As many as the step has: rounded, two ticks would carry the same number or a wrong one.
  const decimals =
    [0, 1, 2, 3, 4].find((count) => Number.isInteger(Number((step * 10 ** count).toPrecision(9)))) ?? 5;
  return valueTicks(range, maxCount, (value) => formatPercent(value / 100, decimals));
}
