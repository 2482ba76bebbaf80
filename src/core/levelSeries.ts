import { judgeBarVolumes } from './barVolumes.ts';
import type { InstrumentKey } from './ids.ts';
import { isChunk, type Chunk } from './chunk.ts';
import { judgeLevels, type Anchor, type Judged, type Verdict } from './levels.ts';
import { facetOf, type Observation } from './observation.ts';
import { Places, type Part } from './places.ts';
import { behaviourOf, leveledFields, numberAt, type Quantity } from './quantities.ts';

/** Values of one field of one instrument from one endpoint, in the order of their times. */
export interface Series {
  readonly instrument: InstrumentKey;
  readonly endpoint: string;
  readonly quantity: Quantity;
  readonly field: string;
  /** A history of bars, as opposed to readings of a moment. */
  readonly isHistory: boolean;
  /** Places of the rows, see places.ts. */
  readonly at: number[];
  readonly timesMs: number[];
  readonly values: number[];
}

/** Cuts rows into series; each ascends in time. */
export function seriesOf(rows: readonly Part[] | Places): Series[] {
  const places = rows instanceof Places ? rows : new Places(rows);
  const cut = new SeriesCut();
  places.each((part, first) => {
    if (isChunk(part)) return cutChunk(cut, part, first);
    for (const [field, quantity] of leveledFields(part)) {
      const value = numberAt(part, field);
      if (value === undefined || isTrueSilence(part, value, quantity)) continue;
      cut.push(part, { field, quantity, value, at: first });
    }
  });
  return cut.series();
}

function cutChunk(cut: SeriesCut, chunk: Chunk, first: number): void {
  const { highQuote, lowQuote } = chunk.columns;
  for (const [field, quantity] of leveledFields(chunk.shared)) {
    const column = chunk.columns[field];
    if (column === undefined) continue;
    const mayBeSilent = quantity.startsWith('bar-');
    const isSilent = (at: number): boolean =>
      mayBeSilent && column[at] === 0 && highQuote?.[at] === lowQuote?.[at];
    cut.pushColumn(chunk, { field, quantity, column, first, isLeftOut: isSilent });
  }
}

/** A bar without a trade has one price; a zero beside a price that moved is none. */
const isTrueSilence = (row: Observation, value: number, quantity: Quantity): boolean =>
  value === 0 && quantity.startsWith('bar-') && row.kind === 'candle' && row.highQuote === row.lowQuote;

/** What one field of the row at a place states. */
export interface Point {
  readonly field: string;
  readonly quantity: Quantity;
  readonly value: number;
  readonly at: number;
}

/** What one field of the rows of a chunk states; `first` is the place of the first. NaN, and what is left out, is no point. */
export interface ColumnPoints {
  readonly field: string;
  readonly quantity: Quantity;
  readonly column: Float64Array;
  readonly first: number;
  isLeftOut?(index: number): boolean;
}

/** Gathers points into series by what their rows are about. */
export class SeriesCut {
  readonly #byRow = new Map<string, Map<string, Series>>();
  #last: { readonly row: Observation; readonly own: Map<string, Series> } | undefined;

  push(row: Observation, { field, quantity, value, at }: Point): void {
    const own = this.#last?.row === row ? this.#last.own : this.#fieldsOf(row);
    this.#last = { row, own };
    const series = this.#seriesOf(own, row, field, quantity);
    series.at.push(at);
    series.timesMs.push(row.atMs);
    series.values.push(value);
  }

  pushColumn({ shared, atMs }: Chunk, { field, quantity, column, first, isLeftOut }: ColumnPoints): void {
    const row = shared as unknown as Observation;
    const { at, timesMs, values } = this.#seriesOf(this.#fieldsOf(row), row, field, quantity);
    for (let index = 0; index < column.length; index += 1) {
      const value = column[index] ?? Number.NaN;
      if (Number.isNaN(value) || (value === 0 && isLeftOut?.(index) === true)) continue;
      at.push(first + index);
      timesMs.push(atMs[index] ?? Number.NaN);
      values.push(value);
    }
  }

  series(): Series[] {
    return [...this.#byRow.values()].flatMap((own) =>
      [...own.values()].filter(({ values }) => values.length > 0).map(ascending),
    );
  }

  #seriesOf(own: Map<string, Series>, row: Observation, field: string, quantity: Quantity): Series {
    const known = own.get(field);
    if (known !== undefined) return known;
    const { instrument, endpoint } = row;
    const isHistory = 'barMs' in row && row.barMs !== undefined;
    const series = { instrument, endpoint, quantity, field, isHistory, at: [], timesMs: [], values: [] };
    own.set(field, series);
    return series;
  }

  #fieldsOf(row: Observation): Map<string, Series> {
    // Of single events the facet is that of one event.
    const facet = row.kind === 'liquidation' ? '' : facetOf(row);
    const key = `${row.instrument} ${row.kind} ${facet} ${row.endpoint}`;
    const own = this.#byRow.get(key) ?? new Map<string, Series>();
    this.#byRow.set(key, own);
    return own;
  }
}

function ascending(series: Series): Series {
  const { at, timesMs, values } = series;
  if (timesMs.every((atMs, index) => index === 0 || atMs >= (timesMs[index - 1] ?? 0))) return series;
  const order = [...timesMs.keys()].sort((a, b) => (timesMs[a] ?? 0) - (timesMs[b] ?? 0));
  const sorted = (list: readonly number[]): number[] => order.map((index) => list[index] ?? 0);
  return { ...series, at: sorted(at), timesMs: sorted(timesMs), values: sorted(values) };
}

/** What is nearer to the line than this is left to the judge, whose logarithms are rounded. */
const NEARLY = 1 - 1e-9;
const PLAUSIBLE: Verdict[] = [];

/** So many verdicts that all is plausible. */
function allPlausible(count: number): Judged {
  while (PLAUSIBLE.length < count) PLAUSIBLE.push('plausible');
  return { verdicts: PLAUSIBLE, isUndecided: false };
}

/**
 * Whether values are so even that whoever judges them keeps all: no zero, and the highest within a step of the lowest and of
 * the level known beside them.
 */
function isEven(values: readonly number[], step: number, anchor: Anchor | undefined): boolean {
  if (anchor !== undefined && !(anchor.value > 0)) return false;
  let [lowest, highest] = [anchor?.value ?? Infinity, anchor?.value ?? -Infinity];
  for (const value of values) {
    if (!(value > 0)) return false;
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
  }
  return highest <= lowest * step * NEARLY;
}

/**
 * Returns the verdicts on a series; there may be more of them than values. `priceQuote` of the instrument, where known, tells
 * how much a coin is worth.
 */
export function judgeSeries(
  series: Series,
  evidence: { readonly anchor?: Anchor | undefined; readonly isEmpty?: boolean },
  priceQuote: () => number | undefined = () => undefined,
): Judged {
  const { step, growth, zero } = behaviourOf(series.quantity);
  const isBar = series.quantity.startsWith('bar-');
  // Volumes of bars are judged by each other alone.
  if (isEven(series.values, step, isBar ? undefined : evidence.anchor))
    return allPlausible(series.values.length);
  const isSilent = series.values.every((value) => value === 0) && !((evidence.anchor?.value ?? 0) > 0);
  // Without any trade the volume is zero; that nothing is held of a contract that is listed needs a witness.
  if (isSilent && series.quantity.includes('volume')) return allPlausible(series.values.length);
  const floor = floorOf(series, evidence.anchor, priceQuote);
  const limits = { step, growth, zero, floor };
  return isBar
    ? { verdicts: judgeBarVolumes(series.values, limits), isUndecided: false }
    : judgeLevels(series.timesMs, series.values, limits, evidence);
}

/** Where a coin's worth is not known, nothing is told apart below this part of what the series usually states. */
const UNPRICED_FLOOR = 1e-4;
/** Of its values above zero; high, so that a market that fades is measured by what it was. */
const USUAL_QUANTILE = 0.75;

function floorOf(series: Series, anchor: Anchor | undefined, priceQuote: () => number | undefined): number {
  const { floorUsd } = behaviourOf(series.quantity);
  if (floorUsd === 0) return 0;
  if (series.quantity.endsWith('usd')) return floorUsd;
  const worth = series.quantity.endsWith('base') ? priceQuote() : undefined;
  if (worth !== undefined) return floorUsd / worth;
  return (anchor?.value ?? usualOf(series.values)) * UNPRICED_FLOOR;
}

function usualOf(values: readonly number[]): number {
  const sorted = values.filter((value) => value > 0).sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * USUAL_QUANTILE)] ?? 0;
}
