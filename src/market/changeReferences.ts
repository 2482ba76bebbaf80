import {
  CHANGE_WINDOWS_MS,
  toleranceMs,
  type ChangePair,
  type Point,
  type RateSpan,
} from '../analysis/metrics/changes.ts';
import { FRESH_LIMIT_MS, HOURLY_FRESH_LIMIT_MS } from '../analysis/metrics/freshness.ts';
import { annualiseFunding } from '../analysis/metrics/funding.ts';
import type { InstrumentKey } from '../core/ids.ts';
import type { OpenInterest } from '../core/observation.ts';
import { countedOnce } from '../core/sides.ts';
import { DAY_MS, MINUTE_MS } from '../core/units.ts';
import type { ReadingPoints, SeriesPart } from '../series/assetSeries.ts';
import type { SeriesId } from '../series/catalogue.ts';
import { newestLabel, valueAt } from '../series/hours.ts';
import type { AssetSeries } from '../series/assetSeries.ts';

/** References are taken at a refresh; numbers that are pushed later move on by no more than this. */
export const VALID_MS = 15 * MINUTE_MS;
/** So long before and after it was read a running rate is taken for the one of the moment. */
export const RUNNING_RATE_MS = 10 * MINUTE_MS;

/** One-sided open interest in coins, and how its row counts sides. */
export interface SidedPoint extends Point {
  readonly sides: OpenInterest['sides'];
}

type ByInstrument<V> = ReadonlyMap<InstrumentKey, V>;

export interface WindowReferences {
  readonly windowMs: number;
  readonly markPrices: ByInstrument<readonly Point[]>;
  readonly lastPrices: ByInstrument<readonly Point[]>;
  /** As read, in coins. */
  readonly openInterest: ByInstrument<readonly SidedPoint[]>;
  /** Both ends of hourly history, in coins: its numbers are never joined with readings. */
  readonly hourlyOpenInterest: ByInstrument<ChangePair>;
  readonly funding: ByInstrument<readonly RateSpan[]>;
}

/** What was around one window ago, by instrument: a few points, so that changes of pushed numbers cost next to nothing. */
export interface ChangeReferences {
  readonly takenAtMs: number;
  readonly windows: readonly WindowReferences[];
}

/** A stretch of time, epoch ms, both ends included. */
interface Stretch {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Returns what the changes of an asset are measured from, out of its history. Computed once for each refresh. */
export function changeReferences(history: AssetSeries, nowMs: number): ChangeReferences {
  const windows = CHANGE_WINDOWS_MS.map((windowMs): WindowReferences => {
    // What is compared with then may itself have been read a few minutes ago.
    const near = {
      fromMs: nowMs - windowMs - toleranceMs(windowMs) - FRESH_LIMIT_MS,
      untilMs: nowMs - windowMs + toleranceMs(windowMs) + VALID_MS,
    };
    return {
      windowMs,
      markPrices: pricePoints(history, 'mark', near),
      lastPrices: pricePoints(history, 'last', near),
      openInterest: openInterestPoints(history, near),
      hourlyOpenInterest: hourlyPairs(history, windowMs, nowMs),
      funding: fundingSpans(history, near),
    };
  });
  return { takenAtMs: nowMs, windows };
}

/** Prices as they were measured: an opening at a bar's start, a close at its end, and what was read between. */
function pricePoints(
  history: AssetSeries,
  type: 'mark' | 'last',
  near: Stretch,
): Map<InstrumentKey, Point[]> {
  const points = new Map<InstrumentKey, Point[]>();
  barPoints(points, history.parts(`${type}-open` satisfies SeriesId), 0, near);
  barPoints(points, history.parts(`${type}-close` satisfies SeriesId), 1, near);
  for (const reading of history.readings.prices)
    eachPoint(reading, `${type}PriceQuote`, near, (point) => note(points, reading.instrument, point));
  return sorted(points);
}

/** `endSteps`: how many steps after its label a value is of. */
function barPoints(
  points: Map<InstrumentKey, Point[]>,
  parts: readonly SeriesPart[],
  endSteps: number,
  { fromMs, untilMs }: Stretch,
): void {
  for (const { instrument, column } of parts) {
    const { firstMs, stepMs, values } = column;
    const first = Math.max(0, Math.ceil((fromMs - firstMs) / stepMs) - endSteps);
    const last = Math.min(values.length - 1, Math.floor((untilMs - firstMs) / stepMs) - endSteps);
    for (let at = first; at <= last; at += 1) {
      const value = values[at] ?? Number.NaN;
      if (!Number.isNaN(value)) note(points, instrument, { atMs: firstMs + (at + endSteps) * stepMs, value });
    }
  }
}

function openInterestPoints(history: AssetSeries, near: Stretch): Map<InstrumentKey, SidedPoint[]> {
  const points = new Map<InstrumentKey, SidedPoint[]>();
  for (const reading of history.readings.openInterest) {
    const sides = reading.shared['sides'] as OpenInterest['sides'];
    eachPoint(reading, 'openInterestBase', near, ({ atMs, value: stated }) => {
      const value = countedOnce(stated, sides);
      if (!Number.isNaN(value)) note(points, reading.instrument, { atMs, value, sides });
    });
  }
  return sorted(points);
}

/**
 * The newest hour and the one a window before it, of one endpoint and one way of counting sides. Of an hour there is none:
 * what a row of an hour holds is known to within its hour only.
 */
function hourlyPairs(history: AssetSeries, windowMs: number, nowMs: number): Map<InstrumentKey, ChangePair> {
  if (windowMs < DAY_MS) return new Map();
  const bars = history.parts('open-interest').filter(({ shared }) => shared['barMs'] !== undefined);
  const pairs = [...Map.groupBy(bars, ({ instrument }) => instrument)].flatMap(
    ([instrument, parts]): [InstrumentKey, ChangePair][] => {
      // Parts are in the order of the lengths of their bars: of equally new ones that of hours is the last, and counts.
      const newest = parts.reduce((best, part) => (newestOf(part) >= newestOf(best) ? part : best));
      const atMs = newestOf(newest);
      if (nowMs - atMs > HOURLY_FRESH_LIMIT_MS) return [];
      const { endpoint, shared } = newest;
      const then = parts
        .filter((part) => part.endpoint === endpoint && part.shared['sides'] === shared['sides'])
        .filter((part) => part.shared['barMs'] === shared['barMs'])
        .map(({ column }) => ({ atMs: atMs - windowMs, value: valueAt(column, atMs - windowMs) }))
        .find(({ value }) => !Number.isNaN(value));
      const now = { atMs, value: valueAt(newest.column, atMs) };
      return then === undefined ? [] : [[instrument, { basis: 'hourly', now, then }]];
    },
  );
  return new Map(pairs);
}

const newestOf = ({ column }: SeriesPart): number => newestLabel(column) ?? -Infinity;

/** A settlement pays for the interval before it; a running rate that was read stands for the few minutes around it. */
function fundingSpans(
  { settledFunding, readings }: AssetSeries,
  { fromMs, untilMs }: Stretch,
): Map<InstrumentKey, RateSpan[]> {
  const spans = new Map<InstrumentKey, RateSpan[]>();
  const add = (instrument: InstrumentKey, span: RateSpan): void => {
    if (span.untilMs >= fromMs && span.fromMs <= untilMs && !Number.isNaN(span.perYear))
      note(spans, instrument, span);
  };
  for (const { instrument, shared, atMs, columns } of readings.runningFunding) {
    if (shared['intervalBasis'] === 'venue-default') continue;
    for (const [at, readAtMs] of atMs.entries()) {
      const rate = columns['fundingRatePerInterval']?.[at] ?? Number.NaN;
      const perYear = annualiseFunding(rate, columns['intervalMs']?.[at] ?? Number.NaN) ?? Number.NaN;
      const around = { fromMs: readAtMs - RUNNING_RATE_MS, untilMs: readAtMs + RUNNING_RATE_MS };
      add(instrument, { ...around, perYear, phase: 'running' });
    }
  }
  for (const { instrument, atMs, intervalMs, perYear } of settledFunding)
    for (const [at, settledAtMs] of atMs.entries()) {
      const ends = { fromMs: settledAtMs - (intervalMs[at] ?? Number.NaN), untilMs: settledAtMs };
      add(instrument, { ...ends, perYear: perYear[at] ?? Number.NaN, phase: 'settled' });
    }
  return spans;
}

function eachPoint(
  { atMs, columns }: ReadingPoints,
  field: string,
  { fromMs, untilMs }: Stretch,
  take: (point: Point) => void,
): void {
  for (const [at, readAtMs] of atMs.entries()) {
    const value = columns[field]?.[at] ?? Number.NaN;
    if (readAtMs >= fromMs && readAtMs <= untilMs && !Number.isNaN(value)) take({ atMs: readAtMs, value });
  }
}

function note<V>(map: Map<InstrumentKey, V[]>, instrument: InstrumentKey, value: V): void {
  const own = map.get(instrument);
  if (own === undefined) map.set(instrument, [value]);
  else own.push(value);
}

function sorted<P extends Point>(map: Map<InstrumentKey, P[]>): Map<InstrumentKey, P[]> {
  for (const own of map.values()) own.sort((a, b) => a.atMs - b.atMs);
  return map;
}
