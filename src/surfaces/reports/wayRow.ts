import type { ExchangeHealth } from '../../market/health.ts';
import type { HealthRow } from './healthRow.ts';

type Ways = NonNullable<ExchangeHealth['ways']>;

const WHERE_FROM =
  'A proxy comes from http.proxy and http.noProxy of your settings, else from HTTPS_PROXY, ALL_PROXY and NO_PROXY of the environment. In a remote window the editor takes http.proxy from the settings of your own machine, unless http.useLocalProxyConfiguration is off.';

/** Returns the line that says by which way an exchange's calls go; the hosts one by one where they differ. */
export function wayRow(ways: Ways): HealthRow {
  const words = ({ proxy }: Ways[number]): string =>
    proxy === undefined ? 'direct' : `by way of proxy ${proxy}`;
  const kinds = [...Map.groupBy(ways, words)].sort(([, a], [, b]) => b.length - a.length);
  const value =
    kinds.length === 1
      ? (kinds[0]?.[0] ?? '')
      : kinds.map(([way, { length }]) => `${length} ${length === 1 ? 'host' : 'hosts'} ${way}`).join(', ');
  const hosts = ways.map((way) => `${way.host}: ${words(way)}`);
  return { id: 'way', label: 'Way', value, detail: [...hosts, WHERE_FROM].join('\n'), isTrouble: false };
}
