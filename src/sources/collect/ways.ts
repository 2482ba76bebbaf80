import type { ExchangeAdapter } from '../exchanges/contract.ts';
import type { ExchangeEndpoints } from '../transport/endpoints.ts';
import { socketAddress } from './streams/startStreams.ts';

/** By which way the calls to one host leave this machine. */
export interface Way {
  /** Host, with its port where the address names one. */
  readonly host: string;
  /** Host and port of the proxy on the way, never its user; absent for the direct way. */
  readonly proxy?: string;
}

/** Returns the way to each host of an exchange, requests first, then streams; each host once. */
export function waysOf(
  adapter: ExchangeAdapter,
  replaced: ExchangeEndpoints | undefined,
  proxyOf: (target: URL) => string | undefined,
): Way[] {
  const extra = Object.entries(adapter.hosts ?? {}).map(([name, host]) =>
    replaced === undefined ? host.baseUrl : replaced[name as keyof ExchangeEndpoints],
  );
  const addresses = [
    replaced?.rest ?? adapter.restBaseUrl,
    ...extra,
    ...(adapter.streams ?? []).map((spec) => socketAddress(spec, replaced)),
  ];
  const targets = addresses.flatMap((address) => (address === undefined ? [] : [new URL(address)]));
  const ways = targets.map((target): [string, Way] => {
    const proxy = proxyOf(target);
    return [target.host, { host: target.host, ...(proxy === undefined ? {} : { proxy }) }];
  });
  return [...new Map(ways).values()];
}
