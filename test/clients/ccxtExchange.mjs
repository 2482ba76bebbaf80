/** ccxt's exchanges with every address on the loopback address, and nothing asked that is no market data of derivatives. */
import ccxt from 'ccxt';

const IDS = {
  binance: 'binanceusdm', okx: 'okx', bybit: 'bybit', bitget: 'bitget', gate: 'gate', deribit: 'deribit',
  hyperliquid: 'hyperliquid', 'kraken-futures': 'krakenfutures', htx: 'htx',
}; // prettier-ignore

const swap = { defaultType: 'swap' };
const OPTIONS = {
  binance: { ...swap, fetchMarkets: { types: ['linear'] } },
  okx: { ...swap, fetchMarkets: { types: ['swap', 'future', 'spot'] } },
  bybit: { ...swap, fetchMarkets: { types: ['linear', 'inverse'] } },
  bitget: { ...swap, fetchMarkets: { types: ['swap'] }, uta: false },
  gate: { ...swap, fetchMarkets: { types: ['swap', 'future'] }, swap: { fetchMarkets: { settlementCurrencies: ['usdt', 'btc'] } } },
  deribit: swap,
  hyperliquid: { ...swap, fetchMarkets: { types: ['swap'], hip3: { limit: 0 } } },
  'kraken-futures': {},
  htx: { ...swap, defaultSubType: 'linear', fetchMarkets: { types: { spot: false, linear: true, inverse: false } } },
}; // prettier-ignore

/** Lists of coins and spot pairs that ccxt asks for before it begins, and that the simulator does not speak. */
const COIN = { name: 'USDC', szDecimals: 8, weiDecimals: 8, index: 0, isCanonical: true };
const UNSPOKEN = {
  deribit: [[/get_currencies/, { result: [{ currency: 'BTC' }, { currency: 'ETH' }, { currency: 'USDC' }] }]],
  hyperliquid: [
    [/"spotMeta"/, { tokens: [COIN], universe: [] }],
    [/"spotMetaAndAssetCtxs"/, [{ tokens: [COIN], universe: [] }, []]],
    [/"perpDexs"/, [null]],
  ],
}; // prettier-ignore

const moved = (value, to) => {
  if (typeof value === 'string')
    return value.replace(/^https?:\/\/[^/]+/, to.rest).replace(/^wss?:\/\/[^/]+/, to.ws);
  if (typeof value !== 'object' || value === null) return value;
  return Array.isArray(value)
    ? value.map((one) => moved(one, to))
    : Object.fromEntries(Object.entries(value).map(([key, one]) => [key, moved(one, to)]));
};

/** Builds one; `isStream` for ccxt.pro. */
export async function ccxtExchange(exchange, to, isStream = false) {
  const one = new (isStream ? ccxt.pro : ccxt)[IDS[exchange]]({ enableRateLimit: false, timeout: 60_000 });
  one.urls.api = moved(one.urls.api, to);
  if (one.urls.hostnames !== undefined) one.urls.hostnames = moved(one.urls.hostnames, to);
  one.options = one.deepExtend(one.options, OPTIONS[exchange]);
  one.has.fetchCurrencies = false;
  const ask = one.fetch.bind(one);
  one.fetch = async (url, method, headers, body) => {
    if (!url.startsWith('http://127.0.0.1:')) throw new Error(`${url} is not on the loopback address`);
    const known = (UNSPOKEN[exchange] ?? []).find(([what]) => what.test(`${url} ${body ?? ''}`));
    return known === undefined ? ask(url, method, headers, body) : known[1];
  };
  if (isStream) await one.loadHttpProxyAgent();
  await one.loadMarkets();
  return one;
}

/** The exchange's own name of a market. */
export const symbolOf = (exchange, market) => exchange === 'hyperliquid' ? (market.baseName ?? market.base) : market.id; // prettier-ignore

/** What sort of contract a market is. */
export function contractOf({ expiry, inverse }) {
  if (expiry !== undefined && expiry !== null) return 'dated';
  return inverse ? 'inverse' : 'linear';
}
