/** What ccxt.pro and tardis-dev's mappers claim of the frames of a stream. */
import * as tardis from 'tardis-dev';
import { inCoins } from './claims.mjs';
import { contractOf, symbolOf } from './ccxtExchange.mjs';

const TARDIS = {
  binance: 'binance-futures', okx: 'okex-swap', bybit: 'bybit', bitget: 'bitget-futures', gate: 'gate-io-futures',
  deribit: 'deribit', hyperliquid: 'hyperliquid', 'kraken-futures': 'cryptofacilities', htx: 'huobi-dm-linear-swap',
}; // prettier-ignore

/** An order that sells closes a long. */
const sideOf = (order) => (order === 'sell' ? 'long' : 'short');

function tradeClaims(claim, row, where, ways) {
  claim('trade', 'takerSide', row.side, { where });
  claim('trade', 'priceQuote', row.price, { where });
  claim('trade', 'atMs', Number(row.timestamp), { where });
  claim('trade', 'sizeBase', row.amount, { where, ways });
}

function liquidationClaims(claim, row, size, ways) {
  const at = {
    atMs: Number(row.timestamp),
    within: 1_001,
    where: (one) => Math.abs(one.priceQuote / row.price - 1) < 0.01,
  };
  claim('liquidation', 'liquidatedSide', sideOf(row.side), at);
  claim('liquidation', 'priceQuote', row.price, at);
  claim('liquidation', 'sizeBase', size, { ...at, ways, tolerance: 1e-4 });
}

/** Claims of what ccxt.pro told; `readings` are the product's of all the exchange's frames. */
export function watchedClaims(exchange, events, readings) {
  const bySymbol = Map.groupBy(readings, (one) => `${one.venueSymbol} ${one.kind}`);
  const told = new Set();
  return events.flatMap(({ method, market, row }) => {
    const venueSymbol = symbolOf(exchange, market);
    const key = `${method} ${venueSymbol} ${row.id ?? ''} ${row.timestamp} ${row.last ?? ''} ${row.price ?? ''}`;
    if (told.has(key)) return [];
    told.add(key);
    const claims = [];
    const claim = (kind, field, value, more = {}) => {
      const contract = contractOf(market);
      const own = (bySymbol.get(`${venueSymbol} ${kind}`) ?? []).filter((one) => one.market !== 'spot');
      if (value !== undefined && value !== null)
        claims.push({
          exchange,
          client: 'ccxt.pro',
          method,
          contract,
          kind,
          field,
          value,
          readings: own,
          ...more,
        });
    };
    // Bybit pushes what changed alone, and all of it every ten seconds.
    const at = { atMs: row.timestamp, within: exchange === 'bybit' ? 12_001 : 2_001 };
    if (method === 'watchTrades') {
      // HTX names trades beyond 2^53, which lose digits: there time and price tell them.
      const where = (one) => exchange === 'htx' ? one.atMs === row.timestamp && one.priceQuote === row.price : String(one.tradeId) === row.id; // prettier-ignore
      tradeClaims(claim, row, where, inCoins(row.amount, market, row.price));
    } else if (method === 'watchLiquidations') {
      liquidationClaims(claim, row, row.contracts, inCoins(row.contracts, market, row.price));
    } else {
      claim('mark-price', 'lastPriceQuote', row.last, at);
      claim('mark-price', 'markPriceQuote', row.markPrice, at);
      claim('mark-price', 'indexPriceQuote', row.indexPrice, at);
      if (method === 'watchFundingRate') claim('funding-rate', 'fundingRatePerInterval', row.fundingRate);
    }
    return claims;
  });
}

const TICKER = {
  lastPrice: ['mark-price', 'lastPriceQuote'], markPrice: ['mark-price', 'markPriceQuote'], indexPrice: ['mark-price', 'indexPriceQuote'],
  fundingRate: ['funding-rate', 'fundingRatePerInterval'], fundingTimestamp: ['funding-rate', 'settlesAtMs'],
  openInterest: ['open-interest', 'openInterestBase'],
}; // prettier-ignore

/** Claims of tardis-dev's mappers, frame by frame; `frames` hold a text and the product's reading of it. */
export function mappedClaims(exchange, frames, instruments) {
  const now = new Date();
  const make = (normalize) => {
    try {
      return normalize(TARDIS[exchange], now);
    } catch {
      return undefined;
    }
  };
  const mappers = [
    ['trades', make(tardis.normalizeTrades)],
    ['liquidations', make(tardis.normalizeLiquidations)],
    ['derivativeTickers', make(tardis.normalizeDerivativeTickers)],
  ];
  const claims = [];
  for (const { text, observations } of frames) {
    if (!/^[{[]/.test(text)) continue;
    const message = JSON.parse(text);
    for (const [method, mapper] of mappers)
      for (const row of mapper?.canHandle(message) ? (mapper.map(message, now) ?? []) : [])
        claims.push(...rowClaims(exchange, method, row, observations, instruments));
  }
  return claims;
}

function rowClaims(exchange, method, row, observations, instruments) {
  const isOwn = (one) =>
    one.market !== 'spot' && one.venueSymbol.toUpperCase() === String(row.symbol).toUpperCase();
  const readings = observations.filter(isOwn);
  const instrument = instruments.find(
    (one) => one.exchange === exchange && one.kind !== 'spot' && isOwn(one),
  );
  const market = { contractSize: instrument?.contractSize?.amount ?? 1 };
  const claims = [];
  const claim = (kind, field, value, more = {}) => {
    if (value !== undefined && value !== null)
      claims.push({
        exchange,
        client: 'tardis',
        method,
        contract: instrument?.margin ?? 'linear',
        kind,
        field,
        value,
        readings,
        ...more,
      });
  };
  const ways = inCoins(row.amount, market, row.price);
  if (method === 'trades') {
    const where = (one) =>
      String(one.tradeId) === String(row.id) ||
      (one.atMs === Number(row.timestamp) && one.priceQuote === row.price);
    tradeClaims(claim, row, where, ways);
  } else if (method === 'liquidations') liquidationClaims(claim, row, row.amount, ways);
  else
    for (const [name, [kind, field]] of Object.entries(TICKER)) {
      const value = row[name] === undefined ? undefined : Number(row[name]);
      const price = row.markPrice ?? row.lastPrice;
      claim(
        kind,
        field,
        value,
        name === 'openInterest' ? { ways: inCoins(value, market, price), tolerance: 1e-4 } : {},
      );
    }
  return claims;
}
