import type { LiquidationEvent } from '../liquidations.ts';
import type { SimulatedMarket } from '../market.ts';
import type { Listing } from './shared.ts';

/** The times of pushes, in (fromMs, toMs]. */
export interface PushRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Returns the time of the newest push of a state that is repeated every `stepMs`, as a list of one; empty where none
 * falls into the range. A state that was missed is not pushed late.
 */
export function newestTick({ fromMs, toMs }: PushRange, stepMs: number): number[] {
  const at = Math.floor(toMs / stepMs) * stepMs;
  return at > fromMs ? [at] : [];
}

/** Returns the liquidations of some contracts in the range, oldest first. */
export function liquidationsIn(
  market: SimulatedMarket,
  listings: readonly Listing[],
  { fromMs, toMs }: PushRange,
): { listing: Listing; event: LiquidationEvent }[] {
  return listings
    .flatMap((listing) =>
      market.liquidations(listing, fromMs + 1, toMs + 1).map((event) => ({ listing, event })),
    )
    .sort((a, b) => a.event.atMs - b.event.atMs);
}

/** As `liquidationsIn`, those of a contract within `stepMs` together, pushed when the time is over. */
export function liquidationGroups(
  market: SimulatedMarket,
  listings: readonly Listing[],
  { fromMs, toMs }: PushRange,
  stepMs: number,
): { listing: Listing; events: LiquidationEvent[] }[] {
  const floor = (atMs: number): number => Math.floor(atMs / stepMs) * stepMs;
  const groups = new Map<string, { listing: Listing; events: LiquidationEvent[] }>();
  for (const { listing, event } of liquidationsIn(market, listings, {
    fromMs: floor(fromMs),
    toMs: floor(toMs),
  })) {
    const key = `${listing.venueSymbol} ${Math.ceil(event.atMs / stepMs)}`;
    const group = groups.get(key) ?? { listing, events: [] };
    group.events.push(event);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** Returns the JSON object of a client's text; undefined for everything else. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed = JSON.parse(text) as unknown;
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Returns a list's objects; undefined where it is no list of objects. */
export function objectsOf(value: unknown): Readonly<Record<string, unknown>>[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const objects = value.filter((one) => typeof one === 'object' && one !== null && !Array.isArray(one));
  return objects.length === value.length ? (objects as Readonly<Record<string, unknown>>[]) : undefined;
}
