import {
  fundingChange,
  nearestAt,
  openInterestChange,
  priceChange,
  rateAt,
  toleranceMs,
  type AssetChange,
  type ChangeBasis,
  type ChangeLeg,
  type ChangePair,
  type Point,
} from '../analysis/metrics/changes.ts';
import { currentNumbers, type CurrentNumbers } from '../analysis/metrics/currentNumbers.ts';
import { isStale } from '../analysis/metrics/freshness.ts';
import { annualisedRate } from '../analysis/metrics/funding.ts';
import type { InstrumentKey } from '../core/ids.ts';
import type { MarkPrice } from '../core/observation.ts';
import { VALID_MS, type ChangeReferences, type WindowReferences } from './changeReferences.ts';
import { compareLegs } from './legs.ts';
import { readingsOf, type ExchangeReadings } from './readings.ts';
import type { AssetSnapshot } from './snapshot.ts';

/** One exchange that the sums count: its fresh values, and the rows that they come from. */
interface Counted {
  readonly values: ExchangeReadings;
  readonly current: CurrentNumbers;
  readonly instrument: InstrumentKey;
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
  const exchanges = counted.flatMap((values): Counted[] => {
    const instruments = fresh.find(({ exchange }) => exchange === values.exchange)?.instruments ?? [];
    const instrument = instruments.find(({ kind }) => kind === 'perpetual')?.observations[0]?.instrument;
    return instrument === undefined ? [] : [{ values, current: currentNumbers(instruments), instrument }];
  });
  const confirmed = exchanges.filter(({ values }) => !unconfirmed.includes(values));
  const changes = references.windows.flatMap((window): AssetChange[] => {
    const price = priceChange(exchanges.flatMap((one) => priceLeg(one, window, nowMs)));
    const openInterest = openInterestChange(confirmed.flatMap((one) => openInterestLeg(one, window)));
    const fundingPerYear = fundingChange(exchanges.flatMap((one) => fundingLeg(one, window, nowMs)));
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

/** Mark price with mark price; where none was measured then, last price with last price: the two are never joined. */
function priceLeg(
  { values: { exchange, markPriceQuote }, current, instrument }: Counted,
  window: WindowReferences,
  nowMs: number,
): ChangeLeg[] {
  if (markPriceQuote === undefined) return [];
  const now = (row: MarkPrice | undefined, value: number | undefined): Point | undefined =>
    row === undefined || value === undefined || isStale(row, nowMs) ? undefined : { atMs: row.atMs, value };
  const mark = now(current.mark, current.mark?.markPriceQuote);
  const last = now(current.last, current.last?.lastPriceQuote);
  const pair =
    measuredPair('mark', mark, window.markPrices.get(instrument), window) ??
    measuredPair('last', last, window.lastPrices.get(instrument), window);
  return [{ exchange, pair }];
}

/**
 * The reading of now with one of then that counts sides as it does; else the newest hour of the exchange's history with
 * the hour then. A reading and a row of history are never joined: they may count sides otherwise or differ in level.
 */
function openInterestLeg(
  { values: { exchange, openInterestBase: weight }, current, instrument }: Counted,
  window: WindowReferences,
): ChangeLeg[] {
  const row = current.openInterest?.row;
  if (weight === undefined || row === undefined) return [];
  const alike = window.openInterest.get(instrument)?.filter(({ sides }) => sides === row.sides);
  const pair =
    measuredPair('reading', { atMs: row.atMs, value: weight }, alike, window) ??
    window.hourlyOpenInterest.get(instrument);
  return [{ exchange, weight, pair }];
}

/** The running rate of now with the rate that was in force then: as it was read, else as it was settled. */
function fundingLeg(
  { values: { exchange, funding, openInterestUsd: weight }, instrument }: Counted,
  window: WindowReferences,
  nowMs: number,
): ChangeLeg[] {
  const value = funding === undefined ? undefined : annualisedRate(funding);
  if (funding === undefined || value === undefined) return [];
  const atMs = nowMs - window.windowMs;
  const then = rateAt(window.funding.get(instrument) ?? [], atMs);
  const now = { atMs: funding.atMs, value };
  const pair = then && { basis: then.phase, now, then: { atMs, value: then.perYear } };
  return [{ exchange, weight, pair }];
}

function measuredPair(
  basis: ChangeBasis,
  now: Point | undefined,
  points: readonly Point[] = [],
  { windowMs }: WindowReferences,
): ChangePair | undefined {
  if (now === undefined) return undefined;
  const then = nearestAt(points, now.atMs - windowMs, toleranceMs(windowMs));
  return then === undefined ? undefined : { basis, now, then };
}
