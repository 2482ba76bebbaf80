/** ccxt's methods against the simulated exchanges, and what they claim. */
import { ccxtExchange, contractOf, symbolOf } from './ccxtExchange.mjs';
import { inCoins } from './claims.mjs';

const HOUR_MS = 3_600_000;
const DEPTH = { binance: 1000, okx: 400, bybit: 1000, bitget: 1000, gate: 300, deribit: 1000, htx: 150 };
const BARS = ['1h', undefined, 10];

/** Arguments by method. */
const METHODS = {
  fetchOpenInterest: (symbol) => [symbol],
  fetchOpenInterestHistory: (symbol) => [symbol, '1h', undefined, 24],
  fetchFundingRate: (symbol) => [symbol],
  fetchFundingRates: (symbol) => [[symbol]],
  fetchFundingRateHistory: (symbol) => [symbol, undefined, 20],
  fetchTicker: (symbol) => [symbol],
  fetchTickers: (symbol) => [[symbol]],
  fetchMarkPrice: (symbol) => [symbol],
  fetchOHLCV: (symbol) => [symbol, ...BARS],
  fetchMarkOHLCV: (symbol) => [symbol, ...BARS],
  fetchIndexOHLCV: (symbol) => [symbol, ...BARS],
  fetchOrderBook: (symbol, exchange) => [symbol, DEPTH[exchange]],
  fetchTrades: (symbol) => [symbol, undefined, 50],
  fetchLiquidations: (symbol) => [symbol, undefined, 50],
  fetchLongShortRatioHistory: (symbol) => [symbol, ...BARS],
  fetchMarketLeverageTiers: (symbol) => [symbol],
};

/** Asks an exchange about its contracts on three coins. A call holds its result or error, and the answers behind it. */
export async function restCalls(exchange, recorder) {
  const own = () => recorder.answers.filter((answer) => answer.exchange === exchange);
  const client = await ccxtExchange(exchange, recorder.endpoints[exchange]);
  const calls = [];
  for (const market of Object.values(client.markets)) {
    if (!/^(BTC|SOL|ETH)\/.*:/.test(market.symbol)) continue;
    const base = {
      exchange,
      market,
      contract: contractOf(market),
      venueSymbol: symbolOf(exchange, market),
    };
    calls.push({ ...base, method: 'loadMarkets', result: market, answers: own() });
    for (const [method, argumentsOf] of Object.entries(METHODS)) {
      if (!client.has[method]) continue;
      const before = own().length;
      const call = { ...base, method };
      try {
        call.result = await client[method](...argumentsOf(market.symbol, exchange));
      } catch (error) {
        call.error = `${error.constructor.name}: ${String(error.message).slice(0, 120)}`;
      }
      calls.push({ ...call, answers: own().slice(before) });
    }
  }
  return calls;
}

/** What a call's result claims. `instruments` are the product's. */
export function claimsOf(call, instruments) {
  const { exchange, market, contract, venueSymbol, method, result, error } = call;
  const observed = call.answers.flatMap((answer) => answer.observations ?? []);
  const readings = observed.filter((one) => one.venueSymbol === venueSymbol && one.market !== 'spot');
  const claims = [];
  const claim = (kind, field, value, more = {}) => {
    if (value !== undefined && value !== null)
      claims.push({ exchange, client: 'ccxt', method, contract, kind, field, value, readings, ...more });
  };
  if (error !== undefined)
    return [
      {
        exchange,
        client: 'ccxt',
        method,
        contract,
        kind: 'call',
        field: 'call',
        value: error,
        verdict: 'differ',
      },
    ];
  const read = READERS[method];
  const one =
    Array.isArray(result) && method === 'fetchFundingRates' ? result[0] : (result[market.symbol] ?? result);
  read({ claim, market, exchange, readings, instruments, venueSymbol, one, result });
  return claims;
}

const priceIn = (readings) => {
  const marked = readings.find((one) => one.markPriceQuote !== undefined);
  const interest = readings.find(
    (one) => one.openInterestUsd !== undefined && one.openInterestBase !== undefined,
  );
  const traded = readings.find((one) => one.volumeUsd !== undefined && one.volumeBase !== undefined);
  return (
    marked?.markPriceQuote ??
    (interest && interest.openInterestUsd / interest.openInterestBase) ??
    (traded && traded.volumeUsd / traded.volumeBase)
  );
};

function openInterest({ claim, market, readings }, row, atMs) {
  const near = readings.filter((one) => atMs === undefined || Math.abs(one.atMs - atMs) < 60_000);
  const price = priceIn(near);
  claim('open-interest', 'openInterestBase', row.openInterestAmount, {
    atMs,
    ways: inCoins(row.openInterestAmount, market, price),
  });
  claim('open-interest', 'openInterestUsd', row.openInterestValue, {
    atMs,
    ways: { coins: row.openInterestValue * price },
    tolerance: 1e-5,
  });
}

function funding({ claim }, row) {
  const where = (one) => one.phase === 'predicted';
  claim('funding-rate', 'fundingRatePerInterval', row.fundingRate, { where });
  if (row.interval)
    claim('funding-rate', 'intervalMs', Number.parseInt(row.interval, 10) * HOUR_MS, { where });
  claim('funding-rate', 'settlesAtMs', row.fundingTimestamp, { where });
  prices({ claim }, { mark: row.markPrice, index: row.indexPrice });
}

function prices({ claim }, { mark, index, last }) {
  claim('mark-price', 'markPriceQuote', mark);
  claim('mark-price', 'indexPriceQuote', index);
  claim('mark-price', 'lastPriceQuote', last);
}

function ticker(context, row) {
  const { claim, market, readings } = context;
  prices(context, { mark: row.markPrice, index: row.indexPrice, last: row.last });
  claim('volume', 'volumeBase', row.baseVolume, {
    ways: inCoins(row.baseVolume, market, priceIn(readings)),
    tolerance: 1e-5,
  });
  claim('volume', 'volumeUsd', row.quoteVolume, {
    ways: { contracts: row.quoteVolume * (market.contractSize ?? 1) },
    tolerance: 1e-4,
  });
}

const candles = (priceType) => ({ claim, market, result }) => {
  const where = (one) => one.priceType === priceType && one.barMs === HOUR_MS;
  for (const [atMs, open, high, low, close, volume] of result) {
    for (const [field, value] of Object.entries({ openQuote: open, highQuote: high, lowQuote: low, closeQuote: close }))
      claim('candle', field, value, { atMs, where });
    if (priceType === 'last')
      claim('candle', 'volumeBase', volume, { atMs, where, ways: inCoins(volume, market, (open + close) / 2), tolerance: market.inverse ? 0.02 : 1e-5 });
  }
}; // prettier-ignore

/** Dollars of a level: Deribit states coins or dollars, Bitget coins, the others contracts. */
function levelUsd(exchange, market, price, size) {
  if (exchange === 'bitget' || (exchange === 'deribit' && !market.inverse)) return size * price;
  if (market.inverse)
    return exchange === 'deribit' || exchange === 'bybit' ? size : size * market.contractSize;
  return size * price * market.contractSize;
}

const READERS = {
  loadMarkets({ claim, market, instruments, venueSymbol, exchange }) {
    const own = instruments.filter(
      (one) => one.exchange === exchange && one.venueSymbol === venueSymbol && one.kind !== 'spot',
    );
    const readings = own.map((one) => ({ ...one, kind: 'instrument', size: one.contractSize?.amount }));
    claim('instrument', 'size', market.contractSize, { readings });
    claim('instrument', 'expiresAtMs', market.expiry, { readings });
    claim('instrument', 'margin', market.inverse ? 'inverse' : 'linear', { readings });
  },
  fetchOpenInterest: (context) => openInterest(context, context.one),
  fetchOpenInterestHistory(context) {
    for (const row of context.result) openInterest(context, row, row.timestamp);
  },
  fetchFundingRate: (context) => funding(context, context.one),
  fetchFundingRates: (context) => funding(context, context.one),
  fetchFundingRateHistory({ claim, result }) {
    const where = (one) => one.phase === 'settled';
    for (const row of result)
      claim('funding-rate', 'fundingRatePerInterval', row.fundingRate, { atMs: row.timestamp, where });
  },
  fetchTicker: (context) => ticker(context, context.one),
  fetchTickers: (context) => ticker(context, context.one),
  fetchMarkPrice: (context) =>
    prices(context, { mark: context.one.markPrice, index: context.one.indexPrice }),
  fetchOHLCV: candles('last'),
  fetchMarkOHLCV: candles('mark'),
  fetchIndexOHLCV: candles('index'),
  fetchOrderBook({ claim, exchange, market, result: { bids, asks } }) {
    const mid = (bids[0][0] + asks[0][0]) / 2;
    const sum = (side, isIn) =>
      side.reduce(
        (all, [price, size]) => all + (isIn(price) ? levelUsd(exchange, market, price, size) : 0),
        0,
      );
    // Merged levels move the edge of the band by a step.
    const tolerance = exchange === 'bitget' || exchange === 'hyperliquid' ? 0.1 : 1e-3;
    claim('depth', 'midPriceQuote', mid);
    claim(
      'depth',
      'bidUsd',
      sum(bids, (price) => price >= mid * 0.99),
      { tolerance },
    );
    claim(
      'depth',
      'askUsd',
      sum(asks, (price) => price <= mid * 1.01),
      { tolerance },
    );
  },
  fetchTrades({ claim, market, result }) {
    for (const row of result) {
      const where = (one) => String(one.tradeId) === row.id;
      claim('trade', 'takerSide', row.side, { where });
      claim('trade', 'priceQuote', row.price, { where });
      claim('trade', 'sizeBase', row.amount, { where, ways: inCoins(row.amount, market, row.price) });
    }
  },
  fetchLiquidations({ claim, market, result }) {
    for (const row of result) {
      const where = (one) => Math.abs(one.priceQuote - row.price) < 1e-9;
      const at = { atMs: row.timestamp, within: 1_001, where };
      claim('liquidation', 'sizeBase', row.contracts, {
        ...at,
        ways: inCoins(row.contracts, market, row.price),
        tolerance: 1e-4,
      });
      claim('liquidation', 'liquidatedSide', row.side === 'sell' ? 'long' : 'short', at);
    }
  },
  fetchLongShortRatioHistory({ claim, result }) {
    const where = (one) => one.population === 'all-accounts' || one.population === 'unstated';
    for (const row of result)
      claim('long-short-ratio', 'longShortRatio', row.longShortRatio, {
        atMs: row.timestamp,
        where,
        tolerance: 2e-3,
      });
  },
  fetchMarketLeverageTiers({ claim, market, readings, result }) {
    const tiers = readings.find((one) => one.kind === 'margin-tiers')?.tiers ?? [];
    for (const [index, row] of result.entries()) {
      const own = tiers[index] === undefined ? [] : [{ kind: 'tier', ...tiers[index] }];
      claim('tier', 'maintenanceMarginRate', row.maintenanceMarginRate, { readings: own });
      claim('tier', 'maxLeverage', row.maxLeverage, { readings: own, tolerance: 1e-3 });
      claim('tier', 'to', row.maxNotional, {
        readings: own,
        ways: { contracts: row.maxNotional * (market.contractSize ?? 1) },
      });
    }
  },
};
