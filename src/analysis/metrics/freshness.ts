import { elapsedMs } from '../../core/clock.ts';
import type { Observation, ObservationKind } from '../../core/observation.ts';
import { HOUR_MS, MINUTE_MS } from '../../core/units.ts';

/** A reading of the moment that is older than this is stale. */
export const FRESH_LIMIT_MS = 5 * MINUTE_MS;
/** Rows of history endpoints come by the hour; older than this they no longer speak of now. */
export const HOURLY_FRESH_LIMIT_MS = 3 * HOUR_MS;

const READING_KINDS: ReadonlySet<ObservationKind> = new Set([
  'open-interest',
  'funding-rate',
  'mark-price',
  'volume',
  'depth',
  'basis',
]);

/** Returns whether an observation is a reading of the moment (not a row of history). */
export function isReading(observation: Observation): boolean {
  if (!READING_KINDS.has(observation.kind)) return false;
  if (observation.kind === 'open-interest' || observation.kind === 'basis')
    return observation.barMs === undefined;
  return observation.kind !== 'funding-rate' || observation.phase === 'predicted';
}

/** Returns whether something of this time is fresh: no older than a reading may be, and not dated ahead. */
export function isFreshAt(atMs: number, nowMs: number): boolean {
  return !isOutside(elapsedMs(atMs, nowMs), FRESH_LIMIT_MS);
}

const isOutside = (ageMs: number, limitMs: number): boolean => ageMs < 0 || ageMs > limitMs;

/** Returns the moment an observation speaks of: its event time; for what is summed over a bar, the bar's end. */
export function asOfMs(observation: Observation): number {
  const isSum = ['taker-volume', 'liquidation-volume', 'candle'].includes(observation.kind);
  return observation.atMs + (isSum && 'barMs' in observation ? (observation.barMs ?? 0) : 0);
}

/** Returns the age of an observation in ms; negative for one that is dated ahead by more than clocks differ. */
export function ageMs(observation: Observation, nowMs: number): number {
  return elapsedMs(asOfMs(observation), nowMs);
}

/** Returns whether two readings are close enough in time to be multiplied: coins by a price. */
export function areOfOneMoment(a: Observation, b: Observation): boolean {
  return Math.abs(a.atMs - b.atMs) <= FRESH_LIMIT_MS;
}

/**
 * Returns whether an observation does not speak of now: it is too old, or dated ahead, so that its age is not known. A
 * funding rate whose settlement has passed is about an interval that is over, whenever it was received.
 */
export function isStale(observation: Observation, nowMs: number): boolean {
  if (observation.kind === 'funding-rate' && observation.phase === 'predicted') {
    if (observation.settlesAtMs !== undefined && nowMs - observation.settlesAtMs > FRESH_LIMIT_MS)
      return true;
  }
  return isOutside(
    ageMs(observation, nowMs),
    isReading(observation) ? FRESH_LIMIT_MS : HOURLY_FRESH_LIMIT_MS,
  );
}
