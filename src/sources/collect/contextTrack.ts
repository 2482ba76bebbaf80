import {
  contextSeriesKey,
  type ContextMetric,
  type ContextSnapshot,
  type ContextStatus,
  type ContextValue,
} from '../../core/contextValue.ts';
import type { DataSource } from '../../core/ids.ts';
import { howToSetKey } from '../context/keys.ts';
import type { ContextProvider } from '../context/contract.ts';

/** Why a request of a provider brought nothing. `reason` holds no key. */
export interface ContextFailure {
  readonly kind: 'limited' | 'failed';
  readonly reason: string;
  /** Not asked again before this time. */
  readonly retryAtMs: number;
}

/** Why a provider takes no part in a market that is not real. */
export const OFF_REASON = 'not used while the exchanges are simulated or replaced';

/** What is remembered about one provider: answers, failures, the newest value of each series, by source. */
export class ContextTrack {
  readonly lastAnsweredAtMs = new Map<string, number>();
  readonly failures = new Map<string, ContextFailure>();
  /** Why it is not asked at all; undefined while it is. */
  idle: { readonly status: 'needs-key' | 'off'; readonly reason?: string } | undefined;
  /** The source that its last answer came from. */
  answeredAs: DataSource | undefined;
  readonly #newest: Record<DataSource, Map<string, ContextValue>> = { live: new Map(), simulated: new Map() };

  /** Takes in values of any order; an older value never replaces a newer one. */
  add(source: DataSource, values: readonly ContextValue[]): void {
    const newest = this.#newest[source];
    for (const value of values) {
      const key = contextSeriesKey(value);
      const before = newest.get(key);
      if (before === undefined || before.atMs <= value.atMs) newest.set(key, value);
    }
  }

  /** As `add`, and forgets what was there: for a file that is read as a whole. */
  replace(source: DataSource, values: readonly ContextValue[]): void {
    this.#newest[source].clear();
    this.add(source, values);
  }

  newest(source: DataSource): ContextValue[] {
    return [...this.#newest[source].values()];
  }
}

/** Returns how old a value of a metric may be. */
export function freshForMs(provider: Pick<ContextProvider, 'requests'>, metric: ContextMetric): number {
  return provider.requests.find((request) => request.yields.includes(metric))?.freshForMs ?? 0;
}

interface ShownAs {
  readonly source: DataSource;
  readonly assets: readonly string[];
  readonly nowMs: number;
  readonly nextAttemptAtMs?: number | undefined;
}

/** Returns a provider as surfaces show it: only values of the source and about the assets, each with its age judged. */
export function contextSnapshotOf(
  provider: Pick<ContextProvider, 'id' | 'displayName' | 'docsUrl' | 'adds' | 'key' | 'requests'>,
  track: ContextTrack,
  { source, assets, nowMs, nextAttemptAtMs }: ShownAs,
): ContextSnapshot {
  const isShown = track.idle?.status !== 'off';
  const values = (isShown ? track.newest(source) : [])
    .filter(({ asset }) => asset === undefined || assets.includes(asset))
    .map((value) => ({ ...value, isStale: nowMs - value.atMs > freshForMs(provider, value.metric) }))
    .sort((a, b) => compare(contextSeriesKey(a), contextSeriesKey(b)));
  const { status, reason } = judge(track, values, source);
  return {
    provider: provider.id,
    displayName: provider.displayName,
    docsUrl: provider.docsUrl,
    status,
    ...(reason === undefined ? {} : { reason }),
    ...(provider.key === undefined ? {} : { adds: provider.adds, howToSet: howToSetKey(provider) }),
    values,
    ...(nextAttemptAtMs === undefined ? {} : { nextAttemptAtMs }),
  };
}

function judge(
  { idle, failures, lastAnsweredAtMs, answeredAs }: ContextTrack,
  values: readonly { readonly isStale: boolean }[],
  source: DataSource,
): { status: ContextStatus; reason?: string } {
  if (idle !== undefined) return idle;
  if (answeredAs !== undefined && answeredAs !== source)
    return {
      status: 'off',
      reason: source === 'simulated' ? OFF_REASON : 'its answers are simulated, the market is live',
    };
  const [failure] = failures.values();
  const hasFresh = values.some(({ isStale }) => !isStale);
  const of = failures.size + [...lastAnsweredAtMs.keys()].filter((key) => !failures.has(key)).length;
  const partly =
    of > 1 ? `${failures.size} of ${of} requests failed: ${failure?.reason ?? ''}` : failure?.reason;
  if (hasFresh) {
    if (failure === undefined || partly === undefined) return { status: 'fresh' };
    return { status: 'fresh', reason: partly };
  }
  if (failure !== undefined) return { status: failure.kind, reason: failure.reason };
  if (values.length > 0) return { status: 'stale' };
  const reason = lastAnsweredAtMs.size === 0 ? 'no answer yet' : 'it has no values for these assets';
  return { status: 'stale', reason };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
