/** Frames as exchanges push them, one kind for each channel that pushes most. */

const atMs = Date.UTC(2026, 10, 22);
const soonMs = atMs + 8 * 3_600_000;

/** @typedef {{ exchange: string, what: string, texts: readonly string[] }} Frames */

/** @param {number} count @returns {Frames[]} `count` frames of each kind, whose times and prices differ */
export function frames(count) {
  const of = (/** @type {string} */ exchange, /** @type {string} */ what, /** @type {(at: number, price: number) => unknown} */ frame) => ({
    exchange,
    what,
    texts: Array.from({ length: count }, (_, index) => JSON.stringify(frame(atMs + index, 98_000 + (index % 977) / 10))),
  }); // prettier-ignore
  return [
    of('binance', 'liquidations', (T, price) => ({
      e: 'forceOrder', E: T, o: { s: 'BTCUSDT', S: 'SELL', o: 'LIMIT', f: 'IOC', q: '0.014', p: price.toFixed(2), ap: price.toFixed(2), X: 'FILLED', l: '0.014', z: '0.014', T },
    })),
    of('binance', 'mark prices', (T, price) => ({
      e: 'markPriceUpdate', E: T, s: 'BTCUSDT', p: price.toFixed(8), ap: price.toFixed(8), i: (price - 1).toFixed(8), P: (price + 2).toFixed(8), r: '0.00038167', T: soonMs,
    })),
    of('binance', 'trades', (T, price) => ({ e: 'aggTrade', E: T, s: 'BTCUSDT', a: 5_933_014 + T % 9_999, p: price.toFixed(2), q: '0.125', nq: '0.125', f: 100, l: 105, T, m: true })),
    of('okx', 'open interest', (T) => ({
      arg: { channel: 'open-interest', instId: 'BTC-USDT-SWAP' },
      data: [{ instId: 'BTC-USDT-SWAP', instType: 'SWAP', oi: '2216113.01', oiCcy: '22161.1301', oiUsd: '2171790749.8', ts: String(T) }],
    })),
    of('okx', 'trades', (T, price) => ({
      arg: { channel: 'trades', instId: 'BTC-USDT-SWAP' },
      data: [{ instId: 'BTC-USDT-SWAP', tradeId: '130639474', px: price.toFixed(1), sz: '12', side: 'buy', ts: String(T), count: '3', source: '0', seqId: 1234 }],
    })),
    of('bybit', 'tickers', (T, price) => ({
      topic: 'tickers.BTCUSDT', type: 'delta', cs: 24987956059, ts: T,
      data: {
        symbol: 'BTCUSDT', tickDirection: 'PlusTick', price24hPcnt: '0.017103', lastPrice: price.toFixed(2), turnover24h: '2352286830.6880', volume24h: '24049.5260',
        openInterest: '68744.761', openInterestValue: '6751927245.64', nextFundingTime: String(soonMs), fundingRate: '-0.000212', bid1Price: price.toFixed(2), bid1Size: '84.489', ask1Price: (price + 0.5).toFixed(2), ask1Size: '83.020',
      },
    })),
    of('bybit', 'trades', (T, price) => ({
      topic: 'publicTrade.BTCUSDT', type: 'snapshot', ts: T,
      data: [{ T, s: 'BTCUSDT', S: 'Buy', v: '0.001', p: price.toFixed(2), L: 'PlusTick', i: '20f43950-d8dd-5b31-9112-a178eb6023af', BT: false, seq: 1783284617 }],
    })),
  ]; // prettier-ignore
}
