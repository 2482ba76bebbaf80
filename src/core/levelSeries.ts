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
  const found = new Map<string, Series>();
  for (const [at, row] of rows.entries()) {
    for (const [field, quantity] of leveledFields(row)) {
      const value = numberAt(row, field);
      if (value === undefined || isTrueSilence(row, value, quantity)) continue;
      pushPoint(found, row, { field, quantity, value, at });
    }
  }
  return [...found.values()].map(ascending);
}

/** A bar without a trade has one price; a zero beside a price that moved is none. */
const isTrueSilence = (row: Observation, value: number, quantity: Quantity): boolean =>
  value === 0 && quantity.startsWith('bar-') && row.kind === 'candle' && row.highQuote === row.lowQuote;

export interface Point {
  readonly field: string;
  readonly quantity: Quantity;
  readonly value: number;
  readonly at: number;
}

export function pushPoint(
  found: Map<string, Series>,
  row: Observation,
  { field, quantity, value, at }: Point,
): void {
  const { instrument, endpoint } = row;
  // Of single events the facet is that of one event.
  const facet = row.kind === 'liquidation' ? '' : facetOf(row);
  const key = `${instrument} ${row.kind} ${facet} ${endpoint} ${field}`;
  let series = found.get(key);
  if (series === undefined) {
    const isHistory = 'barMs' in row && row.barMs !== undefined;
    series = { instrument, endpoint, quantity, field, isHistory, at: [], timesMs: [], values: [] };
    found.set(key, series);
  }
  series.at.push(at);
  series.timesMs.push(row.atMs);
  series.values.push(value);
}

export function ascending(series: Series): Series {
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
  const { step, zero } = behaviourOf(series.quantity);
  const isSilent = series.values.every((value) => value === 0) && !((evidence.anchor?.value ?? 0) > 0);
  // Without any trade the volume is zero; that nothing is held of a contract that is listed needs a witness.
  if (isSilent && series.quantity.includes('volume'))
    return { verdicts: series.values.map(() => 'plausible'), isUndecided: false };
  const floor = floorOf(series, evidence.anchor, priceQuote);
  const judged = judgeLevels(series.timesMs, series.values, { step, zero, floor }, evidence);
  return series.quantity.startsWith('bar-') ? lenient(judged) : judged;
}

/** So many bars of a level make a market liquid. */
const LIQUID_BARS = 3;

/** Of bars: the volume of the newest may be the first of a new level, and a market of few bars has no usual volume. */
function lenient({ verdicts }: Judged): Judged {
  const first = verdicts.indexOf('plausible');
  const last = verdicts.lastIndexOf('plausible');
  const isLiquid = verdicts.filter((verdict) => verdict === 'plausible').length >= LIQUID_BARS;
  const isSparing = (index: number): boolean =>
    !isLiquid || (verdicts[index] === 'jump' && (index < first || index > last));
  return {
    verdicts: verdicts.map((verdict, index) => (isSparing(index) ? 'plausible' : verdict)),
    isUndecided: false,
  };
}

/** Below a hundred-thousandth of the largest value nothing is told apart where a coin's worth is not known. */
const UNPRICED_FLOOR = 1e-5;

function floorOf(series: Series, anchor: Anchor | undefined, priceQuote: number | undefined): number {
  const { floorUsd } = behaviourOf(series.quantity);
  if (floorUsd === 0) return 0;
  if (series.quantity.endsWith('usd')) return floorUsd;
  if (series.quantity.endsWith('base') && priceQuote !== undefined) return floorUsd / priceQuote;
  const largest = series.values.reduce((most, value) => Math.max(most, value), anchor?.value ?? 0);
  return largest * UNPRICED_FLOOR;
}
