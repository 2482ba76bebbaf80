import { nearestThreeMonths } from '../analysis/metrics/basis.ts';
import { currentNumbers } from '../analysis/metrics/currentNumbers.ts';
import type { ExchangeReadings } from '../analysis/metrics/exchangeReadings.ts';
import { isFreshAt, isStale } from '../analysis/metrics/freshness.ts';
import type { Observation } from '../core/observation.ts';
import type { AssetSnapshot, ExchangeSnapshot } from './snapshot.ts';

export type { ExchangeReadings };

/** Returns those of an exchange's `currentNumbers` that are fresh at `nowMs`, as plain values. */
export function readingsOf(snapshot: ExchangeSnapshot, nowMs: number): ExchangeReadings {
  const current = currentNumbers(snapshot.instruments);
  const fresh = <O extends Observation>(row: O | undefined): O | undefined =>
    row === undefined || isStale(row, nowMs) ? undefined : row;
  const openInterest = fresh(current.openInterest?.row) === undefined ? undefined : current.openInterest;
  const volume = fresh(current.volume24h?.row) === undefined ? undefined : current.volume24h;
  const spotVolume = fresh(current.spotVolume24h?.row) === undefined ? undefined : current.spotVolume24h;
  const termStructure = (snapshot.termStructure ?? []).filter((one) => isFreshAt(one.atMs, nowMs));
  const all = {
    markPriceQuote: fresh(current.price?.row) === undefined ? undefined : current.price?.quote,
    priceAtMs: fresh(current.price?.row)?.atMs,
    openInterestBase: openInterest?.base?.value,
    openInterestUsd: openInterest?.usd?.value,
    openInterestAtMs: openInterest?.row.atMs,
    openInterestSides: openInterest?.row.sides,
    funding: fresh(current.funding),
    volume24hUsd: volume?.usd,
    volumeAtMs: volume?.usd === undefined ? undefined : volume.row.atMs,
    spotVolume24hUsd: spotVolume?.usd,
    volumesAtMs:
      volume === undefined || spotVolume === undefined
        ? undefined
        : Math.min(volume.row.atMs, spotVolume.row.atMs),
    basis: nearestThreeMonths(termStructure, nowMs),
    depth: fresh(current.depth1pct),
    longShort: fresh(current.longShort1h),
    taker: fresh(current.takerVolume1h),
    coinsPerUnit: snapshot.instruments.find((one) => one.kind === 'perpetual')?.coinsPerUnit,
    spotPriceQuote: fresh(current.spotPrice)?.lastPriceQuote,
  };
  const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  return { exchange: snapshot.exchange, displayName: snapshot.displayName, ...given };
}

/** Returns the readings of the exchanges that are counted: fresh ones that the others do not contradict. */
export function countedReadings({ exchanges, aggregate }: AssetSnapshot, nowMs: number): ExchangeReadings[] {
  const leftOut = new Set(aggregate.leftOut?.map(({ exchange }) => exchange));
  return exchanges
    .filter((one) => one.status === 'fresh' && !leftOut.has(one.exchange))
    .map((one) => readingsOf(one, nowMs));
}
