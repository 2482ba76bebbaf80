import type { ContextValue } from '../../core/contextValue.ts';
import type { Asset } from '../../core/ids.ts';
import { HOUR_MS, MINUTE_MS } from '../../core/units.ts';
import { readDecimal } from '../exchanges/kit/decimals.ts';
import { plainText } from '../exchanges/kit/field.ts';
import { optional, optionalNonZero, positive, text, timeBy } from '../exchanges/kit/fields.ts';
import { rows } from '../exchanges/kit/payloads.ts';
import { rowReader } from '../exchanges/kit/rowReader.ts';
import { contextValue, defineContextRequest, type ContextProvider } from './contract.ts';

/*
 * Evidence. https://docs.coingecko.com/reference/coins-markets
 *
 * | endpoint | yields | unit, time | seen |
 * | --- | --- | --- | --- |
 * | GET /api/v3/coins/markets?vs_currency=usd&ids=… | market-cap-usd | dollars, number; 0 or null where CoinGecko has none | knowledge |
 * | the same | circulating-supply-base | coins, number | knowledge |
 *
 * `last_updated` is an ISO time of the row. Tickers are not unique there (a dozen coins call themselves BTC), ids are:
 * only assets whose id is listed below are asked for, and a row whose symbol is another one is refused.
 */

const IDS: Readonly<Record<Asset, string>> = {
  BTC: 'bitcoin', ETH: 'ethereum', SOL: 'solana', XRP: 'ripple', DOGE: 'dogecoin', BNB: 'binancecoin', ADA: 'cardano',
  AVAX: 'avalanche-2', LINK: 'chainlink', DOT: 'polkadot', LTC: 'litecoin', BCH: 'bitcoin-cash', TRX: 'tron',
  SUI: 'sui', APT: 'aptos', ARB: 'arbitrum', OP: 'optimism', NEAR: 'near', UNI: 'uniswap', AAVE: 'aave',
  ATOM: 'cosmos', FIL: 'filecoin', ETC: 'ethereum-classic', XLM: 'stellar', HBAR: 'hedera-hashgraph',
  HYPE: 'hyperliquid', XMR: 'monero', ICP: 'internet-computer',
}; // prettier-ignore

const ASSETS: ReadonlyMap<string, Asset> = new Map(Object.entries(IDS).map(([asset, id]) => [id, asset]));

/** A UTC time as CoinGecko writes it; another spelling is refused rather than guessed. */
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;
const isoTime = timeBy(
  (value) => (typeof value === 'string' && ISO_TIME.test(value) ? Date.parse(value) : Number.NaN),
  'not an ISO time in UTC',
);

const coins = rowReader({
  id: text,
  symbol: text,
  // 0 is CoinGecko's word for "not known".
  market_cap: optionalNonZero(positive),
  circulating_supply: optionalNonZero(positive),
  last_updated: optional(isoTime),
});

const markets = defineContextRequest({
  id: 'coingecko/markets',
  docsUrl: 'https://docs.coingecko.com/reference/coins-markets',
  path: '/api/v3/coins/markets',
  yields: ['market-cap-usd', 'circulating-supply-base'],
  cadenceMs: 15 * MINUTE_MS,
  freshForMs: 2 * HOUR_MS,
  weight: 1,
  accepts: (query) => (query['vs_currency'] ?? '').toLowerCase() === 'usd',
  specs({ assets }) {
    const ids = assets.flatMap((asset) => (Object.hasOwn(IDS, asset) ? [IDS[asset] ?? ''] : [])).sort();
    if (ids.length === 0) return [];
    const query = { vs_currency: 'usd', ids: ids.join(','), per_page: '250' };
    return [{ path: '/api/v3/coins/markets', query }];
  },
  schema: rows,
  map: (list, scope) =>
    coins.list(list, '', scope).flatMap((one, index): ContextValue[] => {
      const asset = ASSETS.get(one.id);
      if (asset === undefined || asset.toLowerCase() !== one.symbol.toLowerCase()) {
        const message = `which asset ${one.id} (${one.symbol}) is, is not known; it was dropped`;
        scope.report({ code: 'unknown-instrument', path: `[${index}]`, message });
        return [];
      }
      const at = { asset, ...(one.last_updated === undefined ? {} : { atMs: one.last_updated }) };
      const { market_cap: cap, circulating_supply: supply } = one;
      return [
        ...(cap === undefined ? [] : [contextValue(scope, 'market-cap-usd', cap, at)]),
        ...(supply === undefined ? [] : [contextValue(scope, 'circulating-supply-base', supply, at)]),
      ];
    }),
});

/** Market capitalisation and circulating supply, without a key. */
export const coinGecko: ContextProvider = {
  id: 'coingecko',
  displayName: 'CoinGecko',
  docsUrl: 'https://docs.coingecko.com/',
  baseUrl: 'https://api.coingecko.com',
  // Public addresses share a pool; 5 to 15 a minute are documented, the lower end is kept.
  limits: [{ weight: 5, windowMs: MINUTE_MS }],
  adds: 'market capitalisation and circulating supply',
  requests: [markets],
  rejection(body) {
    const { status, error } = (body ?? {}) as { status?: unknown; error?: unknown };
    if (typeof error === 'string') return { code: 'error', message: error, kind: 'rejected' };
    const { error_code: code, error_message: message } = (status ?? {}) as Record<string, unknown>;
    if (code === undefined || code === 0) return undefined;
    const kind = readDecimal(code) === 429 ? 'rate-limited' : 'rejected';
    return { code: plainText(code), message: plainText(message), kind };
  },
};
