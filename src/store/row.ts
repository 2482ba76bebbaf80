import { PerpscopeError } from '../core/errors.ts';
import { isImported } from '../core/ids.ts';
import type { Observation, ObservationKind } from '../core/observation.ts';
import { facetOf } from '../core/observation.ts';
import type { HistoryQuery, SeriesFields } from './historyStore.ts';

/** What the rows of one series share. Exchange, symbol and asset describe the instrument; the newest statement holds. */
export interface SeriesIdentity {
  readonly kind: ObservationKind;
  readonly instrument: string;
  readonly facet: string;
  readonly endpoint: string;
  readonly exchange: string;
  readonly venueSymbol: string;
  readonly baseAsset: string;
}

/** A series of observations, or of context values (kind `context`). */
export type AnyIdentity = Omit<SeriesIdentity, 'kind'> & { readonly kind: string };

/**
 * An observation in stored form. `event` is the facet of a single event (a liquidation): it would make one series per
 * event, so it stands in the row and the facet of the series is empty. `payload` is JSON of all other fields in
 * alphabetical order, so that equal values are equal texts.
 */
export interface StoredRow {
  readonly atMs: number;
  readonly event: string;
  readonly receivedAtMs: number;
  readonly payload: string;
}

/** Latest time a Date can hold; anything beyond is microseconds or nanoseconds by mistake. */
export const LAST_MS = 8.64e15;

/** Returns whether rows of this kind are single events, each with a facet of its own. */
export function isEventKind(kind: ObservationKind): boolean {
  return kind === 'liquidation';
}

/** Returns whether the newest row of a series of this kind says something about the moment: single events do not. */
export function hasHead(kind: string): boolean {
  return kind !== 'liquidation' && kind !== 'trade' && kind !== 'context';
}

/**
 * Returns the stored form of an observation. Throws code `store` for a time that is no epoch time in ms and for a
 * number that is not finite: both are faults of the sender, and JSON would turn them into null.
 */
export function encodeObservation(observation: Observation): { series: SeriesIdentity; row: StoredRow } {
  const { kind, instrument, atMs, receivedAtMs, endpoint, exchange, venueSymbol, baseAsset, ...values } =
    observation;
  const facet = facetOf(observation);
  for (const [name, timeMs] of Object.entries({ atMs, receivedAtMs }))
    if (!(Math.abs(timeMs) <= LAST_MS)) throw refused(observation, name, timeMs);
  return {
    series: {
      kind,
      // SQLite keeps UTF-8, which has no lone surrogates: both stores must see the same key.
      instrument: instrument.toWellFormed(),
      facet: isEventKind(kind) ? '' : facet.toWellFormed(),
      endpoint: endpoint.toWellFormed(),
      exchange: exchange.toWellFormed(),
      venueSymbol: venueSymbol.toWellFormed(),
      baseAsset: baseAsset.toWellFormed(),
    },
    row: {
      atMs,
      event: isEventKind(kind) ? facet.toWellFormed() : '',
      receivedAtMs,
      payload: encodeValues(observation, values),
    },
  };
}

function encodeValues(observation: Observation, values: object): string {
  for (const [name, value] of Object.entries(values) as [string, unknown][])
    if (typeof value === 'number' && !Number.isFinite(value)) throw refused(observation, name, value);
  return payloadOf(values);
}

/** Returns the JSON of a row's fields in order of name, without those that are undefined; -0 keeps its sign. */
export function payloadOf(values: object): string {
  const sorted = (Object.entries(values) as [string, unknown][])
    .filter(([, value]) => value !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1));
  if (!sorted.some(([, value]) => Object.is(value, -0))) return JSON.stringify(Object.fromEntries(sorted));
  // JSON knows -0, but JSON.stringify does not write it.
  const text = (value: unknown): string => (Object.is(value, -0) ? '-0' : JSON.stringify(value));
  return `{${sorted.map(([name, value]) => `${JSON.stringify(name)}:${text(value)}`).join(',')}}`;
}

function refused(observation: Observation, name: string, value: number): PerpscopeError {
  const { exchange, endpoint, kind } = observation;
  const message = `not stored: ${name} of ${kind} is ${value}; no row of this batch was written`;
  return new PerpscopeError('store', message, { exchange, endpoint });
}

/** Returns the observation of a stored row. Throws code `store` if the payload is no JSON (the file was tampered with). */
export function decodeObservation(series: SeriesIdentity, row: StoredRow): Observation {
  const { kind, instrument, endpoint, exchange, venueSymbol, baseAsset } = series;
  try {
    const values = JSON.parse(row.payload) as object;
    const { atMs, receivedAtMs } = row;
    const known = { kind, exchange, venueSymbol, baseAsset, instrument, atMs, receivedAtMs, endpoint };
    return { ...values, ...known } as Observation;
  } catch (cause) {
    throw new PerpscopeError('store', `a stored row of ${instrument} cannot be read`, { cause });
  }
}

/** Returns whether a bar of a length ran still when it was received first, and was over when it was received later. */
export function endsBetween(atMs: number, runMs: number, firstMs: number, laterMs: number): boolean {
  return runMs > 0 && firstMs < atMs + runMs && laterMs >= atMs + runMs;
}

/**
 * Returns whether a newly received row replaces the stored one: received later, with other values or as the first that
 * knows its bar to be over.
 */
export function replaces(incoming: StoredRow, stored: StoredRow, runMs: number): boolean {
  const { atMs, receivedAtMs, payload } = incoming;
  if (receivedAtMs <= stored.receivedAtMs) return false;
  return payload !== stored.payload || endsBetween(atMs, runMs, stored.receivedAtMs, receivedAtMs);
}

/** Returns whether a row is newer than the newest of its series: one that is stored stands before one that was noted. */
export function isNewer(row: StoredRow, before: StoredRow, runMs: number, isStored: boolean): boolean {
  if (row.atMs !== before.atMs) return row.atMs > before.atMs;
  if (!isStored) return replaces(row, before, runMs);
  const later = row.receivedAtMs - before.receivedAtMs;
  return later > 0 || (later === 0 && row.payload !== before.payload);
}

/** Orders observations as `HistoryStore.query` promises: event time, endpoint; then instrument and facet. */
export function compareObservations(left: Observation, right: Observation): number {
  return (
    left.atMs - right.atMs ||
    compareText(left.endpoint, right.endpoint) ||
    compareText(left.instrument, right.instrument) ||
    compareText(facetOf(left), facetOf(right))
  );
}

/** SQLite compares UTF-8 bytes; so does this. */
export function compareText(left: string, right: string): number {
  return left === right ? 0 : Buffer.compare(Buffer.from(left), Buffer.from(right));
}

/**
 * Returns the newest observation per instrument and facet, ordered like a query. Where two endpoints report the same
 * event time, the one received last stands; received together, the first in order of endpoint.
 */
export function newestPerFacet<O extends Observation>(observations: readonly O[]): O[] {
  const newest = new Map<string, O>();
  for (const candidate of observations) {
    const key = JSON.stringify([candidate.instrument, facetOf(candidate)]);
    const known = newest.get(key);
    if (known === undefined || isLater(candidate, known)) newest.set(key, candidate);
  }
  return [...newest.values()].sort(compareObservations);
}

function isLater(candidate: Observation, known: Observation): boolean {
  const difference = candidate.atMs - known.atMs || candidate.receivedAtMs - known.receivedAtMs;
  return difference > 0 || (difference === 0 && compareText(candidate.endpoint, known.endpoint) < 0);
}

/** Returns whether a query is about all that ever was. */
export function isOfAllTime({ fromMs, toMs, knownAtMs }: HistoryQuery<ObservationKind>): boolean {
  return fromMs === undefined && toMs === undefined && knownAtMs === undefined;
}

/** Returns whether a row is asked for. */
export function matchesQuery(row: Observation, query: HistoryQuery<ObservationKind>): boolean {
  const { fromMs = -Infinity, toMs = Infinity } = query;
  return row.atMs >= fromMs && row.atMs < toMs && isOf(row, query);
}

/** Returns whether a row, or what the rows of a series share, is asked for, whatever its time. */
export function isOf(row: Observation | SeriesFields, query: HistoryQuery<ObservationKind>): boolean {
  return isAbout(row, query) && (query.facet === undefined || facetOf(row as Observation) === query.facet);
}

/** Returns whether rows of that kind and instrument are asked for, whatever their facet and time. */
export function isAbout(
  { kind, instrument, exchange, baseAsset }: Omit<AnyIdentity, 'facet'>,
  query: HistoryQuery<ObservationKind>,
): boolean {
  if (kind !== query.kind || instrument !== (query.instrument ?? instrument)) return false;
  if (isImported(exchange) && (query.exchange ?? query.instrument) === undefined) return false;
  return exchange === (query.exchange ?? exchange) && baseAsset === (query.baseAsset ?? baseAsset);
}

/** Returns a text that is equal for equal series. */
export function seriesKey({ kind, instrument, facet, endpoint }: AnyIdentity): string {
  return JSON.stringify([kind, instrument, facet, endpoint]);
}
