import { isIP, type LookupFunction } from 'node:net';
import { Agent, type Dispatcher, Pool, ProxyAgent } from 'undici';
import { PerpscopeError } from '../../core/errors.ts';
import { isLoopback } from './addresses.ts';
import { systemTrust } from './trust.ts';

/**
 * The user's proxy settings. A set `proxy` wins over the environment, and so does a `noProxy` that is not empty.
 *
 * Loopback is always reached directly: the simulated exchanges live there, and a proxy elsewhere could only reach
 * its own machine by that name. `proxyLoopback` is the explicit exception, and holds for a set `proxy` alone.
 */
export interface ProxySettings {
  /** `http://` or `https://`, with user name and password in the URL where the proxy wants them. */
  readonly proxy?: string;
  /** `host` (with its subdomains), `.suffix`, `host:port`, `*`. */
  readonly noProxy?: readonly string[];
  /** False accepts any certificate, of the hosts and of the proxy. */
  readonly strictSsl?: boolean;
  /** False trusts no certificate authority of the system, only Node's own list and `NODE_EXTRA_CA_CERTS`. */
  readonly systemCertificates?: boolean;
  readonly proxyLoopback?: boolean;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Lower case first, as curl has it. */
function fromEnvironment(env: Environment, name: string): string {
  return (env[name.toLowerCase()] ?? '').trim() || (env[name.toUpperCase()] ?? '').trim();
}

/** Returns whether an entry of the list covers the target, whose scheme gives the port where none is written. */
export function isBypassed(target: URL, list: readonly string[]): boolean {
  const host = target.hostname.toLowerCase().replace(/^\[|\]$/g, '');
  const port = target.port || (/^(http|ws):$/.test(target.protocol) ? '80' : '443');
  return list.some((raw) => {
    const entry = raw.trim().toLowerCase();
    if (entry === '*' || entry === host) return true;
    const [, name = '', wantedPort] = /^(\[[^\]]*\]|[^:]*(?=:\d+$)|.*?)(?::(\d+))?$/.exec(entry) ?? [];
    const bare = name.replace(/^\[|\]$/g, '').replace(/^\*?\./, '');
    if (bare === '' || (wantedPort !== undefined && wantedPort !== port)) return false;
    return host === bare || (isIP(host) === 0 && host.endsWith(`.${bare}`));
  });
}

/**
 * Returns the proxy for a target (http, https, ws or wss), undefined for the direct way. Throws `config` for a
 * proxy that is not an http(s) URL: going past it in silence could leak what its owner wants to pass through it.
 */
export function resolveProxy(target: URL, settings: ProxySettings, env: Environment): URL | undefined {
  const explicit = settings.proxy?.trim() ?? '';
  if (isLoopback(target.hostname) && !(explicit !== '' && settings.proxyLoopback === true)) return undefined;
  const listed = settings.noProxy ?? [];
  const bypass = listed.length > 0 ? listed : fromEnvironment(env, 'NO_PROXY').split(/[\s,]+/);
  if (isBypassed(target, bypass)) return undefined;
  const isPlain = /^(http|ws):$/.test(target.protocol);
  const text =
    explicit ||
    fromEnvironment(env, isPlain ? 'HTTP_PROXY' : 'HTTPS_PROXY') ||
    fromEnvironment(env, 'ALL_PROXY');
  if (text === '') return undefined;
  const url = URL.parse(text.includes('://') ? text : `http://${text}`);
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === '')
    throw new PerpscopeError(
      'config',
      `${explicit === '' ? 'the proxy of the environment' : 'the setting http.proxy'} is not an http:// or https:// URL; correct or remove it`,
    );
  return url;
}

/** Returns host and port of the proxy for a target, undefined for the direct way and for an unusable proxy. Never throws. */
export function proxyHost(target: URL, settings: ProxySettings, env: Environment): string | undefined {
  try {
    return resolveProxy(target, settings, env)?.host;
  } catch {
    return undefined;
  }
}

export interface Route {
  readonly dispatcher: Dispatcher;
  /** Host and port of the proxy, for messages. */
  readonly proxy?: string;
}

/** Chooses the way to each target and owns the connections. */
export interface Routes {
  /** Returns the dispatcher for a target. Throws `config` for an unusable proxy. */
  routeTo(target: URL): Route;
  /** Ends all connections, finished or not. */
  close(): Promise<void>;
}

export interface RouteOptions {
  readonly settings: ProxySettings;
  readonly env: Environment;
  readonly connectionsPerHost: number;
  readonly connectTimeoutMs: number;
  /** How names become addresses; the system's way unless stated. */
  readonly lookup?: LookupFunction;
  /** Hosts of this machine that are reached by a pipe (a Unix socket, a named pipe on Windows), by name. */
  readonly pipes?: ReadonlyMap<string, string>;
}

/** undici tells a refused tunnel by its text alone; here its status is the error's code, such as `PROXY_407`. */
function tellingRefusals(pool: Pool): Pool {
  const connect = pool.connect.bind(pool) as (
    options: Dispatcher.ConnectOptions,
  ) => Promise<Dispatcher.ConnectData>;
  const telling = async (options: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> => {
    const answer = await connect(options);
    if (answer.statusCode === 200) return answer;
    answer.socket.on('error', () => undefined).destroy();
    throw Object.assign(new Error('the proxy refused the tunnel'), { code: `PROXY_${answer.statusCode}` });
  };
  pool.connect = telling as Pool['connect'];
  return pool;
}

/** Returns the routes; connections are opened at first use and kept for 20 s. */
export function createRoutes(options: RouteOptions): Routes {
  const { settings, env, connectionsPerHost, connectTimeoutMs, lookup } = options;
  const plain = {
    timeout: connectTimeoutMs,
    rejectUnauthorized: settings.strictSsl !== false,
    allowH2: false,
    ...(lookup === undefined ? {} : { lookup }),
  };
  const common = {
    allowH2: false,
    connections: connectionsPerHost,
    pipelining: 1,
    // The caller's deadline covers headers and body together; a gap between two chunks says nothing.
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 20_000,
    keepAliveMaxTimeout: 60_000,
  };
  const routes = new Map<string, Route>();

  const open = (proxy: URL | undefined, pipe: string | undefined, isEncrypted: boolean): Route => {
    if (pipe !== undefined)
      return {
        dispatcher: new Agent({ ...common, connect: { timeout: connectTimeoutMs, socketPath: pipe } }),
      };
    const tls =
      isEncrypted && settings.systemCertificates !== false
        ? { ...plain, secureContext: systemTrust() }
        : plain;
    if (proxy === undefined) return { dispatcher: new Agent({ ...common, connect: tls }) };
    const dispatcher = new ProxyAgent({
      ...common,
      uri: proxy.href,
      proxyTunnel: true,
      requestTls: tls,
      proxyTls: tls,
      // Our deadline does not reach the CONNECT request: a proxy that never answers it is given up here.
      clientFactory: (origin, clientOptions) =>
        tellingRefusals(new Pool(origin, { ...clientOptions, ...common, headersTimeout: connectTimeoutMs })),
    });
    return { dispatcher, proxy: proxy.host };
  };
  return {
    routeTo(target) {
      const pipe = options.pipes?.get(target.hostname);
      const proxy = pipe === undefined ? resolveProxy(target, settings, env) : undefined;
      // The system's certificates are not read for what is not encrypted, such as the simulated market.
      const isEncrypted = /^(https|wss):$/.test(target.protocol) || proxy?.protocol === 'https:';
      const key = pipe ?? `${isEncrypted ? 'encrypted' : 'plain'} ${proxy?.href ?? ''}`;
      const route = routes.get(key) ?? open(proxy, pipe, isEncrypted);
      routes.set(key, route);
      return route;
    },
    async close() {
      const open = [...routes.values()];
      routes.clear();
      await Promise.all(open.map(({ dispatcher }) => dispatcher.destroy()));
    },
  };
}
