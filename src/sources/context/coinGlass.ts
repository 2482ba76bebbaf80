import { parseAsset } from '../../core/assetName.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../core/units.ts';
import { plainText } from '../exchanges/kit/field.ts';
import { decimal, epochMs, nonNegative, optional, text } from '../exchanges/kit/fields.ts';
import { object, rows } from '../exchanges/kit/payloads.ts';
import { rowReader } from '../exchanges/kit/rowReader.ts';
import { contextValue, defineContextRequest, hasBarEnded, type ContextProvider } from './contract.ts';

/*
 * Evidence. https://docs.coinglass.com/ (API v4); no payload was at hand.
 *
 * | endpoint | yields | unit, time | seen |
 * | --- | --- | --- | --- |
 * | GET /api/etf/{coin}/flow-history | etf-net-flow-usd | dollars a day, `timestamp` in ms | knowledge |
 * | GET /api/futures/open-interest/exchange-list?symbol=BTC | aggregated-open-interest-usd | dollars, row `All`; whether sides are counted once is not stated | knowledge |
 * | GET /api/futures/liquidation/aggregated-history | long-, short-liquidations-usd | dollars a day by side of the position, `time` in ms | knowledge |
 *
 * Every answer is { code: "0", msg, data }; another code is a refusal (venues.md §4). The last row of a series is the
 * running day and is left out.
 */

const ETF_COINS: Readonly<Record<string, string>> = { BTC: 'bitcoin', ETH: 'ethereum' };
// Only what these list is summed by CoinGlass; stated with the number.
const LIQUIDATION_EXCHANGES = 'Binance,OKX,Bybit,Bitget,Gate';
/** Funds report after the close in New York; until then a day may read 0. */
const ETF_DELAY_MS = 12 * HOUR_MS;

const listed = object({ data: rows });
const flowRows = rowReader({ timestamp: epochMs, flow_usd: decimal });
const openInterestRows = rowReader({
  exchange: text,
  symbol: optional(text),
  open_interest_usd: optional(nonNegative),
});
const liquidationRows = rowReader({
  time: epochMs,
  aggregated_long_liquidation_usd: optional(nonNegative),
  aggregated_short_liquidation_usd: optional(nonNegative),
});
const symbolOf = (params: Readonly<Record<string, string>>): string | undefined =>
  parseAsset(params['symbol'] ?? '');

const etfFlows = defineContextRequest({
  id: 'coinglass/etf-flows',
  docsUrl: 'https://docs.coinglass.com/reference/etf-flows-history',
  path: '/api/etf/{coin}/flow-history',
  yields: ['etf-net-flow-usd'],
  cadenceMs: 3 * HOUR_MS,
  // Over a long weekend nothing is traded.
  freshForMs: 6 * DAY_MS,
  weight: 1,
  specs: ({ assets }) =>
    assets.flatMap((asset) => {
      const coin = Object.hasOwn(ETF_COINS, asset) ? ETF_COINS[asset] : undefined;
      return coin === undefined ? [] : [{ path: `/api/etf/${coin}/flow-history`, query: {} }];
    }),
  schema: listed,
  map({ data }, scope) {
    const coin = Object.entries(ETF_COINS).find(([, name]) => name === scope.params['coin']);
    if (coin === undefined) {
      scope.report({ code: 'unsupported', path: '', message: 'funds of this coin are not used' });
      return [];
    }
    return flowRows
      .list(data, 'data', scope)
      .filter(({ timestamp }) => hasBarEnded(timestamp, DAY_MS, scope, ETF_DELAY_MS))
      .map(({ timestamp, flow_usd: flow }) =>
        contextValue(scope, 'etf-net-flow-usd', flow, {
          asset: coin[0],
          atMs: timestamp,
          barMs: DAY_MS,
          scope: 'US spot funds, net',
        }),
      );
  },
});

const openInterest = defineContextRequest({
  id: 'coinglass/open-interest',
  docsUrl: 'https://docs.coinglass.com/reference/oi-exchange-list',
  path: '/api/futures/open-interest/exchange-list',
  yields: ['aggregated-open-interest-usd'],
  cadenceMs: 15 * MINUTE_MS,
  freshForMs: HOUR_MS,
  weight: 1,
  specs: ({ assets }) =>
    assets.map((symbol) => ({ path: '/api/futures/open-interest/exchange-list', query: { symbol } })),
  schema: listed,
  map({ data }, scope) {
    const asset = symbolOf(scope.params);
    return openInterestRows.list(data, 'data', scope).flatMap((one) => {
      const { open_interest_usd: value, symbol } = one;
      if (one.exchange !== 'All' || value === undefined) return [];
      const named = symbol ?? asset;
      if (named === undefined || (asset !== undefined && named !== asset)) {
        scope.report({ code: 'wrong-instrument', path: 'data', message: `asked for ${asset}, got ${named}` });
        return [];
      }
      const about = 'all exchanges of CoinGlass; whether sides are counted once is not stated';
      return [contextValue(scope, 'aggregated-open-interest-usd', value, { asset: named, scope: about })];
    });
  },
});

const liquidations = defineContextRequest({
  id: 'coinglass/liquidations',
  docsUrl: 'https://docs.coinglass.com/reference/aggregated-liquidation-history',
  path: '/api/futures/liquidation/aggregated-history',
  yields: ['long-liquidations-usd', 'short-liquidations-usd'],
  cadenceMs: 3 * HOUR_MS,
  freshForMs: 60 * HOUR_MS,
  weight: 1,
  specs: ({ assets }) =>
    assets.map((symbol) => ({
      path: '/api/futures/liquidation/aggregated-history',
      query: { exchange_list: LIQUIDATION_EXCHANGES, symbol, interval: '1d', limit: '31' },
    })),
  schema: listed,
  map({ data }, scope) {
    const asset = symbolOf(scope.params);
    if (asset === undefined || scope.params['interval'] !== '1d') {
      const message = 'the request names no asset, or another bar than a day';
      scope.report({ code: 'unsupported', path: '', message });
      return [];
    }
    const about = (scope.params['exchange_list'] ?? 'exchanges not named').replaceAll(',', ', ');
    return liquidationRows
      .list(data, 'data', scope)
      .filter(({ time }) => hasBarEnded(time, DAY_MS, scope))
      .flatMap((one) => {
        const at = { asset, atMs: one.time, barMs: DAY_MS, scope: about };
        const { aggregated_long_liquidation_usd: long, aggregated_short_liquidation_usd: short } = one;
        return [
          ...(long === undefined ? [] : [contextValue(scope, 'long-liquidations-usd', long, at)]),
          ...(short === undefined ? [] : [contextValue(scope, 'short-liquidations-usd', short, at)]),
        ];
      });
  },
});

/** Open interest and liquidations over many exchanges, flows of exchange-traded funds. Needs a key. */
export const coinGlass: ContextProvider = {
  id: 'coinglass',
  displayName: 'CoinGlass',
  docsUrl: 'https://docs.coinglass.com/',
  baseUrl: 'https://open-api-v4.coinglass.com',
  // The smallest plan.
  limits: [{ weight: 30, windowMs: MINUTE_MS }],
  adds: 'open interest and liquidations over many exchanges, and flows of spot ETFs',
  key: {
    environment: 'PERPSCOPE_COINGLASS_KEY',
    header: 'CG-API-KEY',
    signUpUrl: 'https://www.coinglass.com/pricing',
  },
  requests: [etfFlows, openInterest, liquidations],
  rejection(body) {
    const stated = (body ?? {}) as { code?: unknown; msg?: unknown };
    const code = plainText(stated.code);
    if (stated.code === undefined || code === '0') return undefined;
    const message = plainText(stated.msg);
    if (code === '429' || /too many|rate limit/i.test(message))
      return { code, message, kind: 'rate-limited' };
    const isKey = code === '401' || /\bkey\b|upgrade|\bplan\b/i.test(message);
    return { code, message, kind: isKey ? 'key-refused' : 'rejected' };
  },
};
