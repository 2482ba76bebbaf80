import { PerpscopeError } from '../../core/errors.ts';

/** The parts of a request that make its address. */
export interface Target {
  readonly exchange: string;
  readonly baseUrl: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
}

/** Returns `https://host:port`. Throws `config` for what is not an address. */
export function originOf(exchange: string, baseUrl: string): string {
  const url = URL.parse(baseUrl);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new PerpscopeError('config', `${exchange}: the base address is not an http(s) URL; correct it`, {
      exchange,
    });
  return url.origin;
}

/** Returns the whole address. Throws `config` where the parts make none on the base address's own host. */
export function targetUrl({ exchange, baseUrl, path, query }: Target): URL {
  const search = new URLSearchParams(query).toString();
  const url = path.startsWith('/') ? URL.parse(baseUrl.replace(/\/+$/, '') + path) : null;
  if (url === null || url.search !== '' || url.hash !== '')
    throw new PerpscopeError(
      'config',
      `${exchange}: "${path}" is not a path that starts with /; correct the request`,
      {
        exchange,
      },
    );
  url.search = search;
  return url;
}
