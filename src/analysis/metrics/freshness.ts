import { elapsedMs } from '../../core/clock.ts';
import type { Observation, ObservationKind, ObservationOf } from '../../core/observation.ts';
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

/** Returns the newest observation of a kind that `isWanted` accepts; the first of equally new ones. */
export function newestOf<K extends ObservationKind>(
  observations: readonly Observation[],
  kind: K,
  isWanted: (one: ObservationOf<K>) => boolean = () => true,
): ObservationOf<K> | undefined {
  let best: ObservationOf<K> | undefined;
  for (const one of observations) {
    if (one.kind !== kind) continue;
    const candidate = one as ObservationOf<K>;
    if (isWanted(candidate) && (best === undefined || candidate.atMs > best.atMs)) best = candidate;
  }
  return best;
}

/**
 * Returns the current open interest to use where an exchange states it in several places: of those within five minutes
 * of the newest, one whose side is known before one whose side is not. Else two endpoints would take turns.
 */
export function bestOpenInterest(
  observations: readonly Observation[],
  isWanted: (one: ObservationOf<'open-interest'>) => boolean = () => true,
): ObservationOf<'open-interest'> | undefined {
  const isReadingWanted = (one: ObservationOf<'open-interest'>): boolean =>
    one.barMs === undefined && isWanted(one);
  const newest = newestOf(observations, 'open-interest', isReadingWanted);
  if (newest === undefined || newest.sides !== 'unverified') return newest;
  const known = newestOf(
    observations,
    'open-interest',
    (one) => isReadingWanted(one) && one.sides !== 'unverified',
  );
  return known !== undefined && areOfOneMoment(known, newest) ? known : newest;
}

/** As `bestOpenInterest` for the predicted funding rate: one that says when it settles before one that does not. */
export function bestFunding(observations: readonly Observation[]): ObservationOf<'funding-rate'> | undefined {
  const newest = newestOf(observations, 'funding-rate', (one) => one.phase === 'predicted');
  if (newest === undefined || newest.settlesAtMs !== undefined) return newest;
  const dated = newestOf(
    observations,
    'funding-rate',
    (one) => one.phase === 'predicted' && one.settlesAtMs !== undefined && one.settlesAtMs > newest.atMs,
  );
  return dated !== undefined && areOfOneMoment(dated, newest) ? dated : newest;
}
