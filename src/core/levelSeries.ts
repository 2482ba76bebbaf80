import { judgeBarVolumes } from './barVolumes.ts';
import { isChunk, type Chunk } from './chunk.ts';
import { judgeLevels, type Anchor, type Judged } from './levels.ts';
import { facetOf, type Observation } from './observation.ts';
import { Places, type Part } from './places.ts';
import { Series, type Column, type Range, type SeriesName } from './series.ts';
import { behaviourOf, leveledFields, numberAt, type Quantity } from './quantities.ts';

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

interface Gathered {
  readonly name: SeriesName;
  readonly columns: Column[];
  readonly points: { readonly at: number[]; readonly timesMs: number[]; readonly values: number[] };
}

/** Gathers points into series by what their rows are about. */
export class SeriesCut {
  readonly #byRow = new Map<string, Map<string, Gathered>>();
  #last: { readonly row: Observation; readonly own: Map<string, Gathered> } | undefined;

  push(row: Observation, { field, quantity, value, at }: Point): void {
    const own = this.#last?.row === row ? this.#last.own : this.#fieldsOf(row);
    this.#last = { row, own };
    const { points } = this.#gathered(own, row, field, quantity);
    points.at.push(at);
    points.timesMs.push(row.atMs);
    points.values.push(value);
  }

  pushColumn({ shared, atMs }: Chunk, { field, quantity, column, first, isLeftOut }: ColumnPoints): void {
    const row = shared as unknown as Observation;
    const { columns } = this.#gathered(this.#fieldsOf(row), row, field, quantity);
    columns.push({ values: column, atMs, first, ...(isLeftOut === undefined ? {} : { isLeftOut }) });
  }

  series(): Series[] {
    const all = [...this.#byRow.values()].flatMap((own) => [...own.values()]);
    return all
      .map(({ name, columns, points }) => new Series(name, columns, points))
      .filter(({ range }) => range.count > 0);
  }

  #gathered(own: Map<string, Gathered>, row: Observation, field: string, quantity: Quantity): Gathered {
    const known = own.get(field);
    if (known !== undefined) return known;
    const { instrument, endpoint } = row;
    const isHistory = 'barMs' in row && row.barMs !== undefined;
    const name = { instrument, endpoint, quantity, field, isHistory };
    const gathered = { name, columns: [], points: { at: [], timesMs: [], values: [] } };
    own.set(field, gathered);
    return gathered;
  }

  #fieldsOf(row: Observation): Map<string, Gathered> {
    // Of single events the facet is that of one event.
    const facet = row.kind === 'liquidation' ? '' : facetOf(row);
    const key = `${row.instrument} ${row.kind} ${facet} ${row.endpoint}`;
    const own = this.#byRow.get(key) ?? new Map<string, Gathered>();
    this.#byRow.set(key, own);
    return own;
  }
}

/** What is nearer to the line than this is left to the judge, whose logarithms are rounded. */
const NEARLY = 1 - 1e-9;
/** Nothing is set apart. */
const ALL_PLAUSIBLE: Judged = { verdicts: [], isUndecided: false };

/**
 * Whether values are so even that whoever judges them keeps all: no zero, and the highest within a step of the lowest and of
 * the level known beside them.
 */
function isEven({ lowest, highest }: Range, step: number, level: number | undefined): boolean {
  const least = Math.min(lowest, level ?? lowest);
  return least > 0 && Math.max(highest, level ?? highest) <= least * step * NEARLY;
}

/**
 * Returns the verdicts on a series, none where all of it is plausible. `priceQuote` of the instrument, where known, tells
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
  if (isEven(series.range, step, isBar ? undefined : evidence.anchor?.value)) return ALL_PLAUSIBLE;
  const isSilent = series.range.highest === 0 && !((evidence.anchor?.value ?? 0) > 0);
  // Without any trade the volume is zero; that nothing is held of a contract that is listed needs a witness.
  if (isSilent && series.quantity.includes('volume')) return ALL_PLAUSIBLE;
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
