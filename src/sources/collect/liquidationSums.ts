import type { Instrument } from '../../core/instrument.ts';
import type { Liquidation, LiquidationVolume } from '../../core/observation.ts';
import { HOUR_MS, MINUTE_MS } from '../../core/units.ts';

/** Events may come late by as much: an hour is over when the exchange's clock is further. */
export const LATE_MS = MINUTE_MS;
/** More events than these are not kept; what is left would be a part. */
export const MAX_EVENTS = 50_000;

/** What the sums of a feed are called: the endpoint or channel that its events came from. */
export const summedEndpoint = (endpoint: string): string => `${endpoint}, summed by the hour`;

/** The feed that hours are summed from. */
export interface SummedFeed {
  readonly instrument: Instrument;
  /** `GET` and path, or `WS` and channel, of the events. */
  readonly endpoint: string;
  readonly coverage: LiquidationVolume['coverage'];
}

/**
 * Returns the liquidations of one hour of one feed, by the side of the position. `events` are all of the hour that starts at
 * `atMs`: that nothing is lacking is for the caller to know, and none of them is a sum of zero. A unit that not every
 * event can be stated in has no sum.
 */
export function hourOfLiquidations(
  { instrument, endpoint, coverage }: SummedFeed,
  atMs: number,
  receivedAtMs: number,
  events: readonly Liquidation[],
): LiquidationVolume {
  const of = (side: Liquidation['liquidatedSide']): Sums =>
    sumOf(events.filter((event) => event.liquidatedSide === side));
  const [longs, shorts] = [of('long'), of('short')];
  const { exchange, venueSymbol, baseAsset, key } = instrument;
  return {
    kind: 'liquidation-volume',
    exchange,
    venueSymbol,
    baseAsset,
    instrument: key,
    atMs,
    receivedAtMs,
    endpoint: summedEndpoint(endpoint),
    barMs: HOUR_MS,
    ...(longs.base === undefined ? {} : { longLiquidatedBase: longs.base }),
    ...(shorts.base === undefined ? {} : { shortLiquidatedBase: shorts.base }),
    ...(longs.usd === undefined ? {} : { longLiquidatedUsd: longs.usd }),
    ...(shorts.usd === undefined ? {} : { shortLiquidatedUsd: shorts.usd }),
    coverage,
  };
}

interface Sums {
  readonly base: number | undefined;
  readonly usd: number | undefined;
}

/** A unit that not every event can be stated in has no sum: a smaller number would be wrong. */
function sumOf(events: readonly Liquidation[]): Sums {
  const sum = (read: (event: Liquidation) => number | undefined): number | undefined =>
    events.reduce<number | undefined>((total, event) => {
      const value = read(event);
      return total === undefined || value === undefined ? undefined : total + value;
    }, 0);
  return {
    base: sum(({ sizeBase }) => sizeBase),
    usd: sum(
      ({ notionalUsd, sizeBase, priceQuote }) =>
        notionalUsd ?? (sizeBase === undefined ? undefined : sizeBase * priceQuote),
    ),
  };
}
