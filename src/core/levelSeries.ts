import { judgeBarVolumes } from './barVolumes.ts';
import type { InstrumentKey } from './ids.ts';
import { judgeLevels, type Anchor, type Judged } from './levels.ts';
import { facetOf, type Observation } from './observation.ts';
import { behaviourOf, leveledFields, numberAt, type Quantity } from './quantities.ts';

/** Values of one field of one instrument from one endpoint, in the order of their times. */
export interface Series {
  readonly instrument: InstrumentKey;
  readonly endpoint: string;
  readonly quantity: Quantity;
  readonly field: string;
  /** A history of bars, as opposed to readings of a moment. */
  readonly isHistory: boolean;
  /** Places in the list of rows. */
  readonly at: number[];
  readonly timesMs: number[];
  readonly values: number[];
}

/** Cuts rows into series; each ascends in time. */
export function seriesOf(rows: readonly Observation[]): Series[] {
  const cut = new SeriesCut();
  for (const [at, row] of rows.entries()) {
    for (const [field, quantity] of leveledFields(row)) {
      const value = numberAt(row, field);
      if (value === undefined || isTrueSilence(row, value, quantity)) continue;
      cut.push(row, { field, quantity, value, at });
    }
  }
  return cut.series();
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

/** Gathers points into series by what their rows are about. */
export class SeriesCut {
  readonly #byRow = new Map<string, Map<string, Series>>();
  #last: { readonly row: Observation; readonly own: Map<string, Series> } | undefined;

  push(row: Observation, { field, quantity, value, at }: Point): void {
    const own = this.#last?.row === row ? this.#last.own : this.#fieldsOf(row);
    this.#last = { row, own };
    let series = own.get(field);
    if (series === undefined) {
      const { instrument, endpoint } = row;
      const isHistory = 'barMs' in row && row.barMs !== undefined;
      series = { instrument, endpoint, quantity, field, isHistory, at: [], timesMs: [], values: [] };
      own.set(field, series);
    }
    series.at.push(at);
    series.timesMs.push(row.atMs);
    series.values.push(value);
  }

  series(): Series[] {
    return [...this.#byRow.values()].flatMap((own) => [...own.values()].map(ascending));
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

/** Returns the verdicts on a series. `priceQuote` of the instrument, where known, tells how much a coin is worth. */
export function judgeSeries(
  series: Series,
  evidence: { readonly anchor?: Anchor | undefined; readonly isEmpty?: boolean },
  priceQuote: number | undefined,
): Judged {
  const { step, growth, zero } = behaviourOf(series.quantity);
  const isSilent = series.values.every((value) => value === 0) && !((evidence.anchor?.value ?? 0) > 0);
  // Without any trade the volume is zero; that nothing is held of a contract that is listed needs a witness.
  if (isSilent && series.quantity.includes('volume'))
    return { verdicts: series.values.map(() => 'plausible'), isUndecided: false };
  const floor = floorOf(series, evidence.anchor, priceQuote);
  const limits = { step, growth, zero, floor };
  return series.quantity.startsWith('bar-')
    ? { verdicts: judgeBarVolumes(series.values, limits), isUndecided: false }
    : judgeLevels(series.timesMs, series.values, limits, evidence);
}

/** Where a coin's worth is not known, nothing is told apart below this part of what the series usually states. */
const UNPRICED_FLOOR = 1e-4;
/** Of its values above zero; high, so that a market that fades is measured by what it was. */
const USUAL_QUANTILE = 0.75;

function floorOf(series: Series, anchor: Anchor | undefined, priceQuote: number | undefined): number {
  const { floorUsd } = behaviourOf(series.quantity);
  if (floorUsd === 0) return 0;
  if (series.quantity.endsWith('usd')) return floorUsd;
  if (series.quantity.endsWith('base') && priceQuote !== undefined) return floorUsd / priceQuote;
  return (anchor?.value ?? usualOf(series.values)) * UNPRICED_FLOOR;
}

function usualOf(values: readonly number[]): number {
  const sorted = values.filter((value) => value > 0).sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * USUAL_QUANTILE)] ?? 0;
}
