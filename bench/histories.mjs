/** Answers of histories as exchanges write them, with the parser of ccxt for each. */
import { createRequire } from 'node:module';
import { ensureInstalled } from '../scripts/bootstrap.mjs';
import { benchFile } from './measure.mjs';

const hourMs = 3_600_000;
const newestMs = Date.UTC(2026, 10, 22);

/**
 * @typedef {object} History
 * @property {string} what
 * @property {string} exchange
 * @property {string} path
 * @property {Record<string, string>} query
 * @property {string} text
 * @property {(body: any) => unknown} peer what ccxt makes of the parsed answer
 * @property {number} rows
 * @property {boolean} [isOpenInterest]
 */

/** @param {number} count @param {(index: number, atMs: number, price: number) => unknown} row the oldest first @param {number} [stepMs] */
function rowsOf(count, row, stepMs = hourMs) {
  return Array.from({ length: count }, (_, index) => {
    const atMs = newestMs - (count - index) * stepMs;
    return row(index, atMs, 90_000 + 4_000 * Math.sin(index / 40) + (index % 17));
  });
}

/** @returns {History[]} */
export function histories() {
  ensureInstalled(benchFile('decodePeer'));
  const ccxt = createRequire(benchFile('decodePeer/package.json'))('ccxt');
  const marketOf = (/** @type {string} */ id) => ({
    id, symbol: 'BTC/USDT:USDT', base: 'BTC', quote: 'USDT', settle: 'USDT', type: 'swap', contract: true, swap: true, spot: false,
    linear: true, inverse: false, contractSize: 1, precision: {}, limits: {}, info: {},
  }); // prettier-ignore
  const peers = Object.fromEntries(
    [['binance', 'binanceusdm', 'BTCUSDT'], ['okx', 'okx', 'BTC-USDT-SWAP'], ['bybit', 'bybit', 'BTCUSDT']].map(
      ([name = '', type = '', id = '']) => {
        const peer = new ccxt[type]();
        peer.setMarkets([marketOf(id)]);
        return [name, { peer, market: peer.market('BTC/USDT:USDT') }];
      },
    ),
  ); // prettier-ignore
  const { binance, okx, bybit } = peers;
  const size = (/** @type {number} */ index) => 80_000 + 900 * Math.sin(index / 30) + (index % 7) / 8;
  const bar = (/** @type {number} */ price) =>
    [price, price * 1.004, price * 0.996, price * 1.001].map((one) => one.toFixed(2));
  const listed = (/** @type {unknown[]} */ list) =>
    JSON.stringify({
      retCode: 0,
      retMsg: 'OK',
      result: { category: 'linear', symbol: 'BTCUSDT', list },
      time: newestMs,
    });
  const wrapped = (/** @type {unknown[]} */ data) => JSON.stringify({ code: '0', msg: '', data });
  const byBinance = { symbol: 'BTCUSDT', period: '1h', interval: '1h' };
  return [
    {
      what: 'Binance open interest', exchange: 'binance', path: '/futures/data/openInterestHist', query: byBinance, rows: 500, isOpenInterest: true,
      text: JSON.stringify(rowsOf(500, (index, timestamp, price) => ({
        symbol: 'BTCUSDT', sumOpenInterest: size(index).toFixed(8), sumOpenInterestValue: (size(index) * price).toFixed(8), CMCCirculatingSupply: '19950156.00000000', timestamp,
      }))),
      peer: (body) => binance?.peer.parseOpenInterestsHistory(body, binance.market),
    },
    {
      what: 'Binance klines', exchange: 'binance', path: '/fapi/v1/klines', query: byBinance, rows: 1_000,
      text: JSON.stringify(rowsOf(1_000, (index, atMs, price) => {
        const volume = 4_000 + 900 * Math.sin(index / 5);
        return [atMs, ...bar(price), volume.toFixed(3), atMs + hourMs - 1, (volume * price).toFixed(5), 98_765 + index, (volume * 0.49).toFixed(3), (volume * 0.49 * price).toFixed(5), '0'];
      })),
      peer: (body) => binance?.peer.parseOHLCVs(body, binance.market, '1h'),
    },
    {
      what: 'Binance funding rates', exchange: 'binance', path: '/fapi/v1/fundingRate', query: { symbol: 'BTCUSDT' }, rows: 1_000,
      text: JSON.stringify(rowsOf(1_000, (index, atMs, price) => ({
        symbol: 'BTCUSDT', fundingTime: atMs + (index % 7), fundingRate: (0.0001 * Math.sin(index / 9)).toFixed(8), markPrice: price.toFixed(8),
      }), 8 * hourMs)),
      peer: (body) => binance?.peer.parseFundingRateHistories(body, binance.market),
    },
    {
      what: 'OKX open interest', exchange: 'okx', path: '/api/v5/rubik/stat/contracts/open-interest-history', query: { instId: 'BTC-USDT-SWAP', period: '1H' }, rows: 100, isOpenInterest: true,
      text: wrapped(rowsOf(100, (index, atMs, price) => [String(atMs), (size(index) * 100).toFixed(2), size(index).toFixed(4), (size(index) * price).toFixed(4)]).reverse()),
      peer: (body) => okx?.peer.parseOpenInterestsHistory(body.data, okx.market),
    },
    {
      what: 'OKX candles', exchange: 'okx', path: '/api/v5/market/candles', query: { instId: 'BTC-USDT-SWAP', bar: '1H' }, rows: 300,
      text: wrapped(rowsOf(300, (index, atMs, price) => {
        const volume = 4_000 + 900 * Math.sin(index / 5);
        return [String(atMs), ...bar(price), (volume * 100).toFixed(2), volume.toFixed(4), (volume * price).toFixed(4), '1'];
      }).reverse()),
      peer: (body) => okx?.peer.parseOHLCVs(body.data, okx.market, '1h'),
    },
    {
      what: 'Bybit klines', exchange: 'bybit', path: '/v5/market/kline', query: { category: 'linear', symbol: 'BTCUSDT', interval: '60' }, rows: 1_000,
      text: listed(rowsOf(1_000, (index, atMs, price) => {
        const volume = 4_000 + 900 * Math.sin(index / 5);
        return [String(atMs), ...bar(price), volume.toFixed(3), (volume * price).toFixed(4)];
      }).reverse()),
      peer: (body) => bybit?.peer.parseOHLCVs(body.result.list, bybit.market, '1h'),
    },
    {
      what: 'Bybit open interest', exchange: 'bybit', path: '/v5/market/open-interest', query: { category: 'linear', symbol: 'BTCUSDT', intervalTime: '1h' }, rows: 200, isOpenInterest: true,
      text: listed(rowsOf(200, (index, atMs) => ({ openInterest: (2 * size(index)).toFixed(3), singleOpenInterest: size(index).toFixed(3), timestamp: String(atMs) })).reverse()),
      peer: (body) => bybit?.peer.parseOpenInterestsHistory(body.result.list, bybit.market),
    },
  ]; // prettier-ignore
}
