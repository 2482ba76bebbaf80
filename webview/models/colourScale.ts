import { LEVELS } from './colour.ts';
import { niceStep } from './axis.ts';

/** Values from which the shape of a distribution is read; more would only cost time. */
const SAMPLE_LIMIT = 4_096;

/** Maps values to entries of a colour table, and says what the legend must state about it. */
export interface ColourScale {
  readonly kind: 'diverging' | 'diverging log' | 'log' | 'linear';
  /** Values at the ends of the colour table; what lies beyond takes the end colour. */
  readonly low: number;
  readonly high: number;
  /** Whether any value lies beyond the end. */
  readonly isCutLow: boolean;
  readonly isCutHigh: boolean;
  /** Value at a position 0..1 on the legend. */
  valueAt(position: number): number;
  /** Entry 1..255 of the table, 0 for no value. */
  levelOf(value: number): number;
}

function sortedSample(parts: readonly Float32Array[], keep: (value: number) => boolean): Float64Array {
  const sample: number[] = [];
  for (const cells of parts) {
    // A stride that shares no factor with usual row lengths, so that a sample does not walk along one column.
    const stride = cells.length <= SAMPLE_LIMIT ? 1 : Math.ceil(cells.length / SAMPLE_LIMIT) | 1;
    for (let index = 0; index < cells.length; index += stride) {
      const value = cells[index] ?? NaN;
      if (keep(value)) sample.push(value);
    }
  }
  return Float64Array.from(sample).sort();
}

function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

/** Returns whether any cell is above a limit. */
function hasAbove(cells: Float32Array, limit: number): boolean {
  for (let index = 0; index < cells.length; index++) if ((cells[index] as number) > limit) return true;
  return false;
}

function hasBelow(cells: Float32Array, limit: number): boolean {
  for (let index = 0; index < cells.length; index++) if ((cells[index] as number) < limit) return true;
  return false;
}

function clampLevel(position: number): number {
  return 1 + Math.round(Math.min(1, Math.max(0, position)) * (LEVELS - 1));
}

/** Of a logarithmic scale about zero, the part of its end below which it is even: there a logarithm would have no end. */
const EVEN_PART = 1 / 100;

/**
 * Symmetric around zero, so that the neutral colour means zero; the end is a round number near the 98th percentile of sizes.
 * `log`: as much colour for the small as for the large on either side, up to nearly the largest.
 */
export function divergingScale(cells: Float32Array, kind: 'linear' | 'log' = 'linear'): ColourScale {
  const isLog = kind === 'log';
  const sizes = sortedSample([cells], Number.isFinite).map(Math.abs).sort();
  const wanted = quantile(sizes, isLog ? 0.999 : 0.98);
  const limit = wanted > 0 ? niceStep(wanted) : 0.01;
  const whole = Math.log1p(1 / EVEN_PART);
  /** From -1..1 to the share of the end that stands there, and back. */
  const shareAt = (far: number): number =>
    isLog ? Math.sign(far) * EVEN_PART * Math.expm1(Math.abs(far) * whole) : far;
  const farOf = (share: number): number =>
    isLog ? (Math.sign(share) * Math.log1p(Math.abs(share) / EVEN_PART)) / whole : share;
  return {
    kind: isLog ? 'diverging log' : 'diverging',
    low: -limit,
    high: limit,
    isCutLow: hasBelow(cells, -limit * (1 + 1e-6)),
    isCutHigh: hasAbove(cells, limit * (1 + 1e-6)),
    valueAt: (position) => shareAt(position * 2 - 1) * limit,
    levelOf: (value) => (Number.isNaN(value) ? 0 : clampLevel((farOf(value / limit) + 1) / 2)),
  };
}

/**
 * Ends of a scale are of these times a power of ten: a legend is read more easily, and data that changes a little keeps its
 * scale, so that what is painted already stays as it is.
 */
const ROUND = [1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];

/** Returns the round number that is nearest to a value above zero, not below it (`up`) or not above it. */
function roundEnd(value: number, direction: 'up' | 'down'): number {
  const power = 10 ** Math.floor(Math.log10(value) + 1e-9);
  const share = value / power;
  const factor =
    direction === 'up'
      ? ROUND.find((each) => each >= share * (1 - 1e-6))
      : ROUND.findLast((each) => each <= share * (1 + 1e-6));
  return Number(((factor ?? 1) * power).toPrecision(3));
}

/** Returns whether two scales colour every value alike. */
export function isSameScale(one: ColourScale, other: ColourScale): boolean {
  return one.kind === other.kind && one.low === other.low && one.high === other.high;
}

/**
 * From little to much, of values that stand in several lists. `log` runs over one to two decades and a bit up to the 99.5th
 * percentile of the values above zero, from their 5th percentile where that lies in between; `linear` from zero to the 99.5th. Zero
 * takes the lowest colour.
 */
export function sequentialScale(parts: readonly Float32Array[], kind: 'log' | 'linear'): ColourScale {
  const positive = sortedSample(parts, (value) => value > 0 && value < Infinity);
  const high = positive.length === 0 ? 1 : roundEnd(quantile(positive, 0.995), 'up');
  const lowQuantile = positive.length === 0 ? 0.1 : quantile(positive, 0.05);
  const isCutHigh = parts.some((cells) => hasAbove(cells, high));
  if (kind === 'linear')
    return {
      kind,
      low: 0,
      high,
      isCutLow: false,
      isCutHigh,
      valueAt: (position) => position * high,
      levelOf: (value) => (Number.isNaN(value) ? 0 : clampLevel(value / high)),
    };
  // At least one decade, so that noise among equal values is not stretched over the whole table, and at most two,
  // so that dust far below what matters does not take the colours from it.
  const low = roundEnd(Math.max(Math.min(lowQuantile, high / 10), high / 100), 'down');
  const logLow = Math.log(low);
  const logSpan = Math.log(high) - logLow;
  return {
    kind,
    low,
    high,
    isCutLow: true,
    isCutHigh,
    valueAt: (position) => Math.exp(logLow + position * logSpan),
    levelOf: (value) =>
      Number.isNaN(value) ? 0 : value > 0 ? clampLevel((Math.log(value) - logLow) / logSpan) : 1,
  };
}

const MIDDLE = (LEVELS + 1) / 2;

/**
 * Returns a scale of both sides: the sizes of shorts run from the middle of the table up, those of longs, which are below zero, from
 * the middle down.
 */
export function sidesScale(scale: ColourScale): ColourScale {
  return {
    ...scale,
    levelOf: (value) => {
      if (Number.isNaN(value)) return 0;
      const away = Math.round((scale.levelOf(Math.abs(value)) - 1) / 2);
      return value < 0 ? MIDDLE - away : MIDDLE + away;
    },
  };
}

/** Returns legend labels from low to high, with ≤ and ≥ where values are cut. */
export function legendLabels(scale: ColourScale, count: number, format: (value: number) => string): string[] {
  return Array.from({ length: count }, (_, index) => {
    const text = format(scale.valueAt(index / (count - 1)));
    if (index === 0 && scale.isCutLow) return `≤ ${text}`;
    return index === count - 1 && scale.isCutHigh ? `≥ ${text}` : text;
  });
}
