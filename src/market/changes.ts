import {
  fundingChange,
  LONGEST_STRETCH_MS,
  openInterestChange,
  priceChange,
  rateAt,
  valueAt,
  type AssetChange,
  type ChangeLeg,
  type Point,
  type RateSpan,
} from '../analysis/metrics/changes.ts';
import { annualisedRate } from '../analysis/metrics/funding.ts';
import { oneSidedBase } from '../analysis/metrics/openInterest.ts';
import type { InstrumentKey } from '../core/ids.ts';
import type { Observation } from '../core/observation.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../core/units.ts';
import type { AssetHistory } from './assetHistory.ts';
import { compareLegs } from './legs.ts';
import { readingsOf, type ExchangeReadings } from './readings.ts';
import type { AssetSnapshot } from './snapshot.ts';

/** The windows that changes are shown over. */
export const CHANGE_WINDOWS_MS: readonly number[] = [HOUR_MS, DAY_MS, 7 * DAY_MS];
/** References are taken at a refresh; numbers that are pushed later move on by no more than this. */
const VALID_MS = 15 * MINUTE_MS;

interface WindowReferences {
  readonly windowMs: number;
  readonly prices: ReadonlyMap<InstrumentKey, readonly Point[]>;
  readonly openInterest: ReadonlyMap<InstrumentKey, readonly Point[]>;
  readonly funding: ReadonlyMap<InstrumentKey, readonly RateSpan[]>;
}

/** What was around one window ago, by instrument: a few points, so that changes of pushed numbers cost next to nothing. */
export interface ChangeReferences {
  readonly takenAtMs: number;
  readonly windows: readonly WindowReferences[];
}

/** Returns what the changes of an asset are measured from, out of its history. Computed once for each refresh. */
export function changeReferences(history: AssetHistory, nowMs: number): ChangeReferences {
  const prices = pricePoints(history);
  const openInterest = pointsOf(history.openInterest, (row) => {
    const value = oneSidedBase(row)?.value;
    return value === undefined ? [] : [{ atMs: row.atMs, value }];
  });
  const funding = fundingSpans(history);
  const windows = CHANGE_WINDOWS_MS.map((windowMs) => {
    const fromMs = nowMs - windowMs - LONGEST_STRETCH_MS;
    const untilMs = nowMs - windowMs + LONGEST_STRETCH_MS + VALID_MS;
    const near = (points: readonly Point[]): Point[] =>
      points.filter(({ atMs }) => atMs >= fromMs && atMs <= untilMs);
    const spans = (list: readonly RateSpan[]): RateSpan[] =>
      list.filter((span) => span.untilMs >= fromMs && span.fromMs <= untilMs);
    return {
      windowMs,
      prices: mapped(prices, near),
      openInterest: mapped(openInterest, near),
      funding: mapped(funding, spans),
    };
  });
  return { takenAtMs: nowMs, windows };
}

/**
 * Returns the snapshot with its changes up to `nowMs`, over the exchanges that its sums count. Without them where the
 * references are too old to speak of one window ago.
 */
export function withChanges(
  snapshot: AssetSnapshot,
  references: ChangeReferences,
  nowMs: number,
): AssetSnapshot {
  const { changes: _before, ...bare } = snapshot;
  const agoMs = nowMs - references.takenAtMs;
  if (agoMs < 0 || agoMs > VALID_MS) return bare;
  const fresh = snapshot.exchanges.filter((one) => one.status === 'fresh');
  const { counted, unconfirmed } = compareLegs(fresh.map((one) => readingsOf(one, nowMs)));
  const instrumentOf = new Map(
    fresh.map((one) => [
      one.exchange,
      one.instruments.find(({ kind }) => kind === 'perpetual')?.observations[0]?.instrument,
    ]),
  );
  const changes = references.windows.flatMap((window): AssetChange[] => {
    const thenMs = nowMs - window.windowMs;
    const legs = (leg: (one: ExchangeReadings, instrument: InstrumentKey) => Omit<ChangeLeg, 'exchange'>) =>
      counted.flatMap((one): ChangeLeg[] => {
        const instrument = instrumentOf.get(one.exchange);
        return instrument === undefined ? [] : [{ exchange: one.exchange, ...leg(one, instrument) }];
      });
    const then = (points: readonly Point[] = [], now: number | undefined): number | undefined =>
      valueAt(now === undefined ? points : [...points, { atMs: nowMs, value: now }], thenMs);
    const price = priceChange(
      legs(({ markPriceQuote: now }, key) => ({ now, then: then(window.prices.get(key), now) })),
    );
    const openInterest = openInterestChange(
      legs((one, key) => {
        const now = unconfirmed.includes(one) ? undefined : one.openInterestBase;
        return { now, then: then(window.openInterest.get(key), now) };
      }),
    );
    const fundingPerYear = fundingChange(
      legs(({ funding, openInterestUsd: weight }, key) => ({
        now: funding === undefined ? undefined : annualisedRate(funding),
        then: rateAt(window.funding.get(key) ?? [], thenMs),
        weight,
      })),
    );
    if (price === undefined && openInterest === undefined && fundingPerYear === undefined) return [];
    return [
      {
        windowMs: window.windowMs,
        ...(price === undefined ? {} : { price }),
        ...(openInterest === undefined ? {} : { openInterest }),
        ...(fundingPerYear === undefined ? {} : { fundingPerYear }),
      },
    ];
  });
  return changes.length === 0 ? bare : { ...bare, changes };
}

/** Mark prices where an instrument has them, else last prices: an opening at a bar's start, a close at its end. */
function pricePoints({ markCandles, candles }: AssetHistory): Map<InstrumentKey, Point[]> {
  const marked = new Set(markCandles.map(({ instrument }) => instrument));
  const bars = [...markCandles, ...candles.filter(({ instrument }) => !marked.has(instrument))];
  return pointsOf(bars, (bar) => [
    { atMs: bar.atMs, value: bar.openQuote },
    { atMs: bar.atMs + bar.barMs, value: bar.closeQuote },
  ]);
}

/** A settlement pays for the interval before it; a running rate that was read stands for the few minutes around it. */
function fundingSpans({ settledFunding, runningFunding }: AssetHistory): Map<InstrumentKey, RateSpan[]> {
  const rows = [...runningFunding, ...settledFunding].flatMap((row) => {
    const perYear = annualisedRate(row);
    if (perYear === undefined) return [];
    const around = row.phase === 'predicted' ? RUNNING_RATE_MS : 0;
    const beforeMs = row.phase === 'predicted' ? RUNNING_RATE_MS : row.intervalMs;
    return [{ row, span: { fromMs: row.atMs - beforeMs, untilMs: row.atMs + around, perYear } }];
  });
  return mapped(
    Map.groupBy(rows, ({ row }) => row.instrument),
    (own) => own.map(({ span }) => span),
  );
}

/** So long before and after it was read a running rate is taken for the one of the moment. */
export const RUNNING_RATE_MS = 10 * MINUTE_MS;

function pointsOf<O extends Observation>(
  rows: readonly O[],
  points: (row: O) => Point[],
): Map<InstrumentKey, Point[]> {
  return mapped(
    Map.groupBy(rows, ({ instrument }) => instrument),
    (own) => own.flatMap(points).sort((a, b) => a.atMs - b.atMs),
  );
}

const mapped = <V, W>(map: ReadonlyMap<InstrumentKey, V>, change: (value: V) => W): Map<InstrumentKey, W> =>
  new Map([...map].map(([key, value]) => [key, change(value)]));
