import { isFreshAt, isReading, isStale } from '../analysis/metrics/freshness.ts';
import type { PerpscopeError } from '../core/errors.ts';
import type { Asset } from '../core/ids.ts';
import type { Observation, ObservationKind } from '../core/observation.ts';
import type { ExchangeResult } from '../sources/collect/exchangeSession.ts';
import type { ExchangeAdapter } from '../sources/exchanges/contract.ts';
import { failuresOf, type PollFailure } from '../sources/collect/round.ts';
import type { LatestObservations } from './latestObservations.ts';
import type { ExchangeSnapshot, ExchangeStatus, InstrumentSnapshot } from './snapshot.ts';
import { termStructureOf } from './termStructure.ts';

const REASONS: Readonly<Partial<Record<PerpscopeError['code'], string>>> = {
  'geo-blocked': 'not available from this region (HTTP 451 or 403)',
  'rate-limited': 'asked to wait by the exchange',
  timeout: 'no answer in time',
  network: 'cannot be reached',
};

/** Without one of these an exchange would take part in the sums with half of what they are made of. */
const NEEDED: Readonly<Partial<Record<ObservationKind, string>>> = {
  'open-interest': 'open interest',
  'mark-price': 'the mark price',
  'funding-rate': 'funding',
};

/** Returns of what is needed and still being asked for that of which there is no fresh number from before, in words. */
function awaited(
  failures: readonly PollFailure[],
  perpetuals: readonly InstrumentSnapshot[],
  nowMs: number,
): string[] {
  const isThere = (row: Observation): boolean => isReading(row) && !isStale(row, nowMs);
  const rows = perpetuals.flatMap(({ observations }) => observations).filter(isThere);
  const open = failures.flatMap(({ isOpen, current = [] }) => (isOpen === true ? current : []));
  return [...new Set(open)].flatMap((kind) =>
    rows.some((row) => row.kind === kind) ? [] : (NEEDED[kind] ?? []),
  );
}

/** Returns in words how many requests are open, for failures that all are. */
export function openWords(failures: readonly PollFailure[]): string {
  const isOne = failures.length === 1;
  const poll = failures[0]?.poll ?? '';
  return isOne
    ? `one request has not been answered yet: ${poll}`
    : `${failures.length} requests have not been answered yet, first ${poll}`;
}

/** The status of an exchange, why, and what the failure has in common with others. */
type Verdict = Pick<ExchangeSnapshot, 'status' | 'reason' | 'failure'>;

function failed(status: ExchangeStatus, { code, message, what }: PerpscopeError, before = ''): Verdict {
  const known = REASONS[code];
  const said = (text: string): string => (known === undefined ? text : `${known}: ${text}`);
  return { status, reason: `${before}${said(message)}`, failure: { code, what: said(what) } };
}

/** Returns one exchange's part of an asset's snapshot: its newest numbers, how fresh they are and what went wrong. */
export function exchangeSnapshot(
  adapter: ExchangeAdapter,
  asset: Asset,
  result: ExchangeResult,
  latest: LatestObservations,
  nowMs: number,
): ExchangeSnapshot {
  const tracked = result.tracked.filter((one) => one.asset === asset);
  const concerns = (one: { readonly asset?: Asset }): boolean =>
    one.asset === undefined || one.asset === asset;
  const failures = result.failures.filter(concerns);
  const instruments = tracked.map(({ instrument, isProvisional }): InstrumentSnapshot => {
    const {
      venueSymbol,
      kind,
      margin,
      quoteAsset,
      assetClass,
      contractSize,
      fundingIntervalMs,
      coinsPerUnit,
      expiresAtMs,
    } = instrument;
    return {
      venueSymbol,
      kind,
      margin,
      ...(isProvisional ? {} : { quoteAsset }),
      ...(assetClass === undefined ? {} : { assetClass }),
      ...(isProvisional ? {} : { contractSize }),
      ...(fundingIntervalMs === undefined ? {} : { fundingIntervalMs }),
      ...(coinsPerUnit === undefined ? {} : { coinsPerUnit }),
      ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
      observations: latest.of(instrument.key, nowMs),
    };
  });
  // The perpetual decides: a spot price that answers makes no open interest fresh.
  const perpetuals = instruments.filter((one) => one.kind === 'perpetual');
  const readings = perpetuals.flatMap((one) => one.observations).filter(isReading);
  // Where some answers state their time, these tell how fresh the exchange is; the time of receipt proves nothing.
  const stated = readings.filter((reading) => reading.atBasis !== 'received');
  const times = (stated.length > 0 ? stated : readings).map((reading) => reading.atMs);
  const newestAtMs = times.length === 0 ? undefined : Math.max(...times);
  const unverified = unverifiedSidesOf(adapter);
  const termStructure = termStructureOf({ exchange: adapter.id, instruments }, nowMs);
  const { status, reason, failure } = statusOf(
    { ...result, failures, issues: result.issues.filter(concerns) },
    perpetuals.length > 0,
    newestAtMs,
    nowMs,
    asset,
    awaited(failures, perpetuals, nowMs),
  );
  return {
    exchange: adapter.id,
    displayName: adapter.displayName,
    status,
    ...(reason === undefined ? {} : { reason }),
    ...(failure === undefined ? {} : { failure }),
    instruments,
    ...(unverified === undefined ? {} : { unverifiedSides: unverified }),
    ...(termStructure.length === 0 ? {} : { termStructure }),
    issues: result.issues.filter(concerns).map(({ code, path, message, count }) => ({
      ...{ code, path, message },
      ...(count === undefined ? {} : { count }),
    })),
    failedRequests: failures.length,
    ...(newestAtMs === undefined ? {} : { newestAtMs }),
    ...latenciesOf(result),
    ...(result.nextAttemptAtMs === undefined ? {} : { nextAttemptAtMs: result.nextAttemptAtMs }),
  };
}

/** Returns the part of an exchange that was asked about an asset and has not answered yet. */
export function waitingSnapshot({ id, displayName }: ExchangeAdapter): ExchangeSnapshot {
  const reason = 'it has not answered yet';
  return { exchange: id, displayName, status: 'waiting', reason, instruments: [], issues: [], failedRequests: 0 }; // prettier-ignore
}

/** How long an answer takes, and how long the whole refresh took with its waiting; whole ms. */
export function latenciesOf({ refreshMs, requestLatencyMs }: ExchangeResult): {
  readonly latencyMs?: number;
  readonly refreshMs: number;
} {
  const latency = requestLatencyMs === undefined ? {} : { latencyMs: Math.round(requestLatencyMs) };
  return { ...latency, refreshMs: Math.round(refreshMs) };
}

/** Returns whether something that was read or assessed then still speaks of now; the same limit for all views. */
export const isFresh = isFreshAt;

function unverifiedSidesOf({ openInterestSides = [] }: ExchangeAdapter): ExchangeSnapshot['unverifiedSides'] {
  const found = openInterestSides.find(({ sides }) => sides === 'unverified');
  if (found === undefined) return undefined;
  const { likely, reason } = found;
  return { reason, ...(likely === undefined ? {} : { likely }) };
}

/** Returns the status as of `nowMs`: what was fresh when it was read grows stale while nobody reads. */
export function statusAt(exchange: ExchangeSnapshot, nowMs: number): ExchangeStatus {
  const isOld = exchange.newestAtMs !== undefined && !isFreshAt(exchange.newestAtMs, nowMs);
  return exchange.status === 'fresh' && isOld ? 'stale' : exchange.status;
}

function statusOf(
  result: ExchangeResult,
  isListed: boolean,
  newestAtMs: number | undefined,
  nowMs: number,
  asset: Asset,
  missing: readonly string[],
): Verdict {
  const limited = result.failures.find(
    ({ host, error }) => host === undefined && error.code === 'rate-limited',
  );
  const failures = failuresOf(result);
  const first = limited ?? failures[0] ?? result.failures[0];
  const ahead = result.issues.find(({ code }) => code === 'ahead-of-clock');
  // Who has only old numbers, or none, and does not answer in time is stale or failed, and may be out of reach.
  const isHeard = result.isPart === true || (newestAtMs !== undefined && isFreshAt(newestAtMs, nowMs));
  const isWaiting = missing.length > 0 && isHeard;
  if (isWaiting && limited === undefined)
    return {
      status: 'waiting',
      reason: `${missing.join(' and ')} ${missing.length === 1 ? 'has' : 'have'} not answered yet`,
    };
  if (newestAtMs === undefined) {
    if (limited !== undefined) return failed('limited', limited.error);
    if (first !== undefined) return failed('failed', first.error);
    if (!isListed)
      return { status: 'unsupported', reason: `no perpetual on ${asset} that Perpscope follows` };
    const issue = ahead ?? result.issues.find(({ code }) => code !== 'unsupported');
    return { status: 'failed', reason: issue?.message ?? 'the answers held no current numbers' };
  }
  if (limited !== undefined) return failed('limited', limited.error);
  if (!isFreshAt(newestAtMs, nowMs)) {
    const cause = ahead?.message ?? 'the newest number is older than 5 minutes';
    return first === undefined ? { status: 'stale', reason: cause } : failed('stale', first.error);
  }
  if (first === undefined)
    return { status: 'fresh', ...(ahead === undefined ? {} : { reason: ahead.message }) };
  if (failures.length === 0) return { status: 'fresh', reason: openWords(result.failures) };
  const count = failures.length === 1 ? 'one request' : `${failures.length} requests`;
  return failed('fresh', first.error, `${count} failed, first ${first.poll}: `);
}
