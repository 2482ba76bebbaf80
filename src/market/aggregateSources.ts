import type { WeightedFunding } from '../analysis/metrics/funding.ts';
import type { UnverifiedSides } from '../analysis/metrics/unverifiedSides.ts';
import type { ExchangeId } from '../core/ids.ts';
import type { ComparedLegs } from './legs.ts';
import type { ExchangeReadings } from './readings.ts';
import type { AggregateSource, AggregateSources, ExchangeSnapshot } from './snapshot.ts';

/** Returns of each number of an aggregate whose readings it is made from, and when the oldest of them was. */
export function aggregateSources(
  { counted, unconfirmed }: Pick<ComparedLegs, 'counted' | 'unconfirmed'>,
  funding: WeightedFunding,
): AggregateSources {
  const of = (timeOf: (one: ExchangeReadings) => number | undefined): AggregateSource | undefined => {
    const parts = counted.flatMap((one) => {
      const atMs = timeOf(one);
      return atMs === undefined ? [] : [{ exchange: one.exchange, atMs }];
    });
    if (parts.length === 0) return undefined;
    return {
      exchanges: parts.map(({ exchange }) => exchange),
      oldestAtMs: Math.min(...parts.map(({ atMs }) => atMs)),
    };
  };
  const all: Record<keyof AggregateSources, AggregateSource | undefined> = {
    openInterestBase: of((one) =>
      one.openInterestBase === undefined || unconfirmed.includes(one) ? undefined : one.openInterestAtMs,
    ),
    openInterestUsd: of((one) => (one.openInterestUsd === undefined ? undefined : one.openInterestAtMs)),
    funding: of((one) => (funding.used.includes(one.exchange) ? one.funding?.atMs : undefined)),
    volume24h: of((one) => one.volumeAtMs),
    spotVolumeShare: of((one) => one.volumesAtMs),
    basis: of((one) => (one.basis?.annualised === undefined ? undefined : one.basis.atMs)),
    depth: of((one) => one.depth?.atMs),
    longShort: of((one) => one.longShort?.atMs),
    markPrice: of((one) => (one.markPriceQuote === undefined ? undefined : one.priceAtMs)),
  };
  return Object.fromEntries(Object.entries(all).filter(([, source]) => source !== undefined));
}

/** Returns whose open interest is counted as it is because its convention is not known; undefined where all is known. */
export function unverifiedSides(
  counted: readonly ExchangeReadings[],
  exchanges: readonly ExchangeSnapshot[],
): UnverifiedSides | undefined {
  const sumOf = (readings: readonly ExchangeReadings[]): number =>
    readings.reduce((sum, one) => sum + (one.openInterestBase ?? 0), 0);
  const likelyOf = (id: ExchangeId): string | undefined =>
    exchanges.find(({ exchange }) => exchange === id)?.unverifiedSides?.likely;
  const own = counted.filter(
    (one) => one.openInterestSides === 'unverified' && one.openInterestBase !== undefined,
  );
  const uncertain = sumOf(own) / 2;
  // If all of them add up longs and shorts, the true sum is smaller by half of what they state.
  const atMost = uncertain / (sumOf(counted) - uncertain);
  if (own.length === 0 || !Number.isFinite(atMost)) return undefined;
  return {
    exchanges: own.map(({ exchange }) => exchange),
    tooHighAtMost: atMost,
    areLikelyOne: own.every(({ exchange }) => likelyOf(exchange) === 'one'),
  };
}
