import type { ContextMetric, ContextValue } from '../core/contextValue.ts';
import { PerpscopeError } from '../core/errors.ts';
import { isImported } from '../core/ids.ts';
import type { ContextQuery } from './contextQuery.ts';
import { LAST_MS, payloadOf, type SeriesIdentity, type StoredRow } from './row.ts';

/** The series that context values are kept in: the table of observations, under a kind of their own. */
export type ContextSeries = Omit<SeriesIdentity, 'kind'> & { readonly kind: 'context' };

/**
 * Returns the stored form of a context value. Throws code `store` for a number that is not finite or a time that is
 * none, as for observations.
 */
export function encodeContext(value: ContextValue): { series: ContextSeries; row: StoredRow } {
  const { kind, provider, metric, asset = '', scope = '', atMs, receivedAtMs, endpoint, ...rest } = value;
  const isTime = (one: number): boolean => Math.abs(one) <= LAST_MS;
  const problem =
    [atMs, receivedAtMs].find((one) => !isTime(one)) ??
    (Number.isFinite(value.value) ? undefined : value.value);
  if (problem !== undefined)
    throw new PerpscopeError('store', `not stored: ${provider} ${metric} holds ${problem}`);
  return {
    series: {
      kind,
      instrument: `${provider}:${metric}/${asset}`.toWellFormed(),
      facet: scope.toWellFormed(),
      endpoint: endpoint.toWellFormed(),
      exchange: provider,
      venueSymbol: metric,
      baseAsset: asset.toWellFormed(),
    },
    row: { atMs, event: '', receivedAtMs, payload: payloadOf(rest) },
  };
}

/** Returns the context value of a stored row. Throws code `store` if the payload is no JSON. */
export function decodeContext(
  series: Pick<ContextSeries, 'exchange' | 'venueSymbol' | 'baseAsset' | 'facet' | 'endpoint'>,
  row: StoredRow,
): ContextValue {
  const { exchange: provider, venueSymbol, baseAsset, facet, endpoint } = series;
  try {
    return {
      ...(JSON.parse(row.payload) as Pick<ContextValue, 'unit' | 'value'>),
      kind: 'context',
      provider,
      metric: venueSymbol as ContextMetric,
      ...(baseAsset === '' ? {} : { asset: baseAsset }),
      ...(facet === '' ? {} : { scope: facet }),
      atMs: row.atMs,
      receivedAtMs: row.receivedAtMs,
      endpoint,
    };
  } catch (cause) {
    throw new PerpscopeError('store', `a stored row of ${provider} cannot be read`, { cause });
  }
}

/** Returns whether a value is wanted: what the index of the store does not filter by itself. */
export function isWanted(value: ContextValue, query: ContextQuery): boolean {
  return (
    (query.provider === undefined ? !isImported(value.provider) : value.provider === query.provider) &&
    (query.metric === undefined || value.metric === query.metric) &&
    (query.asset === undefined || value.asset === query.asset)
  );
}

/** Orders context values by time; ties by provider, metric, asset, scope and endpoint. */
export function compareContext(left: ContextValue, right: ContextValue): number {
  const nameOf = ({ provider, metric, asset, scope, endpoint }: ContextValue): string =>
    JSON.stringify([provider, metric, asset ?? '', scope ?? '', endpoint]);
  const [a, b] = [nameOf(left), nameOf(right)];
  return left.atMs - right.atMs || (a < b ? -1 : a > b ? 1 : 0);
}
