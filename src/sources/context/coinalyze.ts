import { parseAsset } from '../../core/assetName.ts';
import type { ContextValue } from '../../core/contextValue.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../core/units.ts';
import { epochSeconds, nonNegative, optional, text } from '../exchanges/kit/fields.ts';
import { rows } from '../exchanges/kit/payloads.ts';
import { rowReader } from '../exchanges/kit/rowReader.ts';
import { contextValue, defineContextRequest, hasBarEnded, type ContextProvider } from './contract.ts';

/*
 * Evidence. https://api.coinalyze.net/v1/doc/; no payload was at hand.
 *
 * | endpoint | yields | unit, time | seen |
 * | --- | --- | --- | --- |
 * | GET /v1/liquidation-history?symbols=BTCUSDT_PERP.A&interval=daily&convert_to_usd=true | long-, short-liquidations-usd | dollars a day: `l` longs, `s` shorts; `t` in seconds | knowledge |
 *
 * `A` is Binance (venues.md §4 writes BTCUSDT_PERP.A). The running day is left out. The key goes in a header, which
 * the documentation allows beside the query.
 */

const SYMBOL = /^(.+)USDT_PERP\.A$/u;

const bars = rowReader({ t: epochSeconds, l: optional(nonNegative), s: optional(nonNegative) });
const series = rowReader({ symbol: text, history: rows });

const liquidations = defineContextRequest({
  id: 'coinalyze/liquidations',
  docsUrl: 'https://api.coinalyze.net/v1/doc/',
  path: '/v1/liquidation-history',
  yields: ['long-liquidations-usd', 'short-liquidations-usd'],
  cadenceMs: 3 * HOUR_MS,
  freshForMs: 60 * HOUR_MS,
  // Each symbol counts.
  weight: 1,
  specs: ({ assets, nowMs }) =>
    assets.map((asset) => ({
      path: '/v1/liquidation-history',
      query: {
        symbols: `${asset}USDT_PERP.A`,
        interval: 'daily',
        from: String(Math.floor((nowMs - 31 * DAY_MS) / DAY_MS) * 86_400),
        to: String(Math.floor(nowMs / DAY_MS) * 86_400),
        convert_to_usd: 'true',
      },
    })),
  schema: rows,
  map(list, scope) {
    const { interval, convert_to_usd: isUsd } = scope.params;
    if (interval !== 'daily' || isUsd !== 'true') {
      const message = 'the request is not about days in dollars';
      scope.report({ code: 'unsupported', path: '', message });
      return [];
    }
    return series.list(list, '', scope).flatMap(({ symbol, history }, index): ContextValue[] => {
      const asset = parseAsset(SYMBOL.exec(symbol)?.[1] ?? '');
      if (asset === undefined) {
        scope.report({ code: 'unknown-instrument', path: `[${index}]`, message: `${symbol} is not read` });
        return [];
      }
      return bars
        .list(history, `[${index}].history`, scope)
        .filter(({ t }) => hasBarEnded(t, DAY_MS, scope))
        .flatMap(({ t, l, s }) => {
          const at = { asset, atMs: t, barMs: DAY_MS, scope: 'Binance, USDT-margined perpetual' };
          return [
            ...(l === undefined ? [] : [contextValue(scope, 'long-liquidations-usd', l, at)]),
            ...(s === undefined ? [] : [contextValue(scope, 'short-liquidations-usd', s, at)]),
          ];
        });
    });
  },
});

/** Liquidations of Binance by day, which Binance itself does not publish in full. Needs a key, which is free. */
export const coinalyze: ContextProvider = {
  id: 'coinalyze',
  displayName: 'Coinalyze',
  docsUrl: 'https://api.coinalyze.net/v1/doc/',
  baseUrl: 'https://api.coinalyze.net',
  limits: [{ weight: 40, windowMs: MINUTE_MS }],
  adds: 'liquidations of a day on Binance, longs and shorts',
  key: {
    environment: 'PERPSCOPE_COINALYZE_KEY',
    header: 'api_key',
    signUpUrl: 'https://coinalyze.net/account/api-key/',
  },
  requests: [liquidations],
  rejection(body) {
    const message = (body as { message?: unknown } | null)?.message;
    if (Array.isArray(body) || typeof message !== 'string') return undefined;
    const kind = /api.?key/i.test(message)
      ? 'key-refused'
      : /too many/i.test(message)
        ? 'rate-limited'
        : 'rejected';
    return { code: 'error', message: message, kind };
  },
};
