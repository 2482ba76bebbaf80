import {
  CHANGE_WINDOWS_MS,
  nearestAt,
  toleranceMs,
  type ChangePair,
  type Point,
  type RateSpan,
} from '../analysis/metrics/changes.ts';
import { FRESH_LIMIT_MS, HOURLY_FRESH_LIMIT_MS } from '../analysis/metrics/freshness.ts';
import { annualisedRate } from '../analysis/metrics/funding.ts';
import { oneSidedBase } from '../analysis/metrics/openInterest.ts';
import type { InstrumentKey } from '../core/ids.ts';
import type { Candle, MarkPrice, Observation, OpenInterest } from '../core/observation.ts';
import { DAY_MS, MINUTE_MS } from '../core/units.ts';
import type { AssetHistory } from './assetHistory.ts';

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

/** Returns what the changes of an asset are measured from, out of its history. Computed once for each refresh. */
export function changeReferences(history: AssetHistory, nowMs: number): ChangeReferences {
  const markPrices = pricePoints(history.markCandles, history.priceReadings, (row) => row.markPriceQuote);
  const lastPrices = pricePoints(history.candles, history.priceReadings, (row) => row.lastPriceQuote);
  const readings = [
    ...history.openInterestReadings,
    ...history.openInterest.filter(({ barMs }) => barMs === undefined),
  ];
  const openInterest = pointsOf(readings, sidedPoint);
  const hours = Map.groupBy(
    history.openInterest.filter(({ barMs }) => barMs !== undefined),
    ({ instrument }) => instrument,
  );
  const funding = fundingSpans(history);
  const windows = CHANGE_WINDOWS_MS.map((windowMs): WindowReferences => {
    // What is compared with then may itself have been read a few minutes ago.
    const fromMs = nowMs - windowMs - toleranceMs(windowMs) - FRESH_LIMIT_MS;
    const untilMs = nowMs - windowMs + toleranceMs(windowMs) + VALID_MS;
    const near = <P extends Point>(points: readonly P[]): P[] =>
      points.filter(({ atMs }) => atMs >= fromMs && atMs <= untilMs);
    const spans = (list: readonly RateSpan[]): RateSpan[] =>
      list.filter((span) => span.untilMs >= fromMs && span.fromMs <= untilMs);
    return {
      windowMs,
      markPrices: mapped(markPrices, near),
      lastPrices: mapped(lastPrices, near),
      openInterest: mapped(openInterest, near),
      hourlyOpenInterest: hourlyPairs(hours, windowMs, nowMs),
      funding: mapped(funding, spans),
    };
  });
  return { takenAtMs: nowMs, windows };
}

/** Prices as they were measured: an opening at a bar's start, a close at its end, and what was read between. */
function pricePoints(
  bars: readonly Candle[],
  readings: readonly MarkPrice[],
  priceOf: (row: MarkPrice) => number | undefined,
): Map<InstrumentKey, Point[]> {
  return pointsOf<Candle | MarkPrice, Point>([...bars, ...readings], (row) => {
    if (row.kind === 'candle')
      return [
        { atMs: row.atMs, value: row.openQuote },
        { atMs: row.atMs + row.barMs, value: row.closeQuote },
      ];
    const value = priceOf(row);
    return value === undefined ? [] : [{ atMs: row.atMs, value }];
  });
}

/**
 * The newest hour and the one a window before it, of one endpoint and one way of counting sides. Of an hour there is none:
 * what a row of an hour holds is known to within its hour only.
 */
function hourlyPairs(
  hours: ByInstrument<readonly OpenInterest[]>,
  windowMs: number,
  nowMs: number,
): Map<InstrumentKey, ChangePair> {
  if (windowMs < DAY_MS) return new Map();
  const pairs = [...hours].flatMap(([instrument, rows]): [InstrumentKey, ChangePair][] => {
    const newest = rows.reduce((best, row) => (row.atMs > best.atMs ? row : best));
    const [now] = sidedPoint(newest);
    if (now === undefined || nowMs - now.atMs > HOURLY_FRESH_LIMIT_MS) return [];
    const same = rows.filter(({ endpoint, sides }) => endpoint === newest.endpoint && sides === newest.sides);
    const then = nearestAt(same.flatMap(sidedPoint), now.atMs - windowMs, toleranceMs(windowMs));
    return then === undefined ? [] : [[instrument, { basis: 'hourly', now, then }]];
  });
  return new Map(pairs);
}

function sidedPoint(row: OpenInterest): SidedPoint[] {
  const value = oneSidedBase(row)?.value;
  return value === undefined ? [] : [{ atMs: row.atMs, value, sides: row.sides }];
}

/** A settlement pays for the interval before it; a running rate that was read stands for the few minutes around it. */
function fundingSpans({ settledFunding, runningFunding }: AssetHistory): Map<InstrumentKey, RateSpan[]> {
  const rows = [...runningFunding, ...settledFunding].flatMap((row) => {
    const perYear = annualisedRate(row);
    if (perYear === undefined) return [];
    const span: RateSpan =
      row.phase === 'predicted'
        ? {
            fromMs: row.atMs - RUNNING_RATE_MS,
            untilMs: row.atMs + RUNNING_RATE_MS,
            perYear,
            phase: 'running',
          }
        : { fromMs: row.atMs - row.intervalMs, untilMs: row.atMs, perYear, phase: 'settled' };
    return [{ row, span }];
  });
  return mapped(
    Map.groupBy(rows, ({ row }) => row.instrument),
    (own) => own.map(({ span }) => span),
  );
}

function pointsOf<O extends Observation, P extends Point>(
  rows: readonly O[],
  points: (row: O) => P[],
): Map<InstrumentKey, P[]> {
  return mapped(
    Map.groupBy(rows, ({ instrument }) => instrument),
    (own) => own.flatMap(points).sort((a, b) => a.atMs - b.atMs),
  );
}

const mapped = <V, W>(map: ByInstrument<V>, change: (value: V) => W): Map<InstrumentKey, W> =>
  new Map([...map].map(([key, value]) => [key, change(value)]));
