import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/core/units.ts';
import { startSimulator, type Simulator } from '../../src/sources/simulator/server.ts';
import { perpetual } from '../../src/sources/simulator/symbols.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { fetchAnswer } from '../unit/sources/simulator/simulatorClient.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 5, 17, 23, 456);

type Query = Record<string, string>;
type Row = Record<string, unknown> | unknown[];

/** How the pages of one endpoint are asked for and read. */
interface Paged {
  readonly name: string;
  readonly exchange: string;
  readonly path: string;
  readonly query: Query;
  readonly rows: (body: unknown) => Row[];
  readonly timeMs: (row: Row) => number;
  /** The query of the next page, from the times of the page before and its body; undefined ends. */
  readonly next: (timesMs: readonly number[], body: unknown, page: number) => Query | undefined;
  readonly stepMs: number;
  readonly pages: number;
}

const field = (key: string | number) => (row: Row) => Number((row as Record<string | number, unknown>)[key]);
const inData = (body: unknown): Row[] => (body as { data: Row[] }).data;
const inList = (body: unknown): Row[] => (body as { result: { list: Row[] } }).result.list;
const bare = (body: unknown): Row[] => body as Row[];
const after_ =
  (key: string) =>
  (times: readonly number[]): Query => ({ [key]: String(Math.max(...times) + 1) });
const before_ =
  (key: string, less = 0) =>
  (times: readonly number[]): Query => ({ [key]: String(Math.min(...times) - less) });
const cursor = (_: readonly number[], body: unknown): Query | undefined => {
  const { nextPageCursor } = (body as { result: { nextPageCursor: string } }).result;
  return nextPageCursor === '' ? undefined : { cursor: decodeURIComponent(nextPageCursor) };
};
const startMs = String(NOW_MS - 20 * DAY_MS);
const seconds = (row: string) => (value: Row) => field(row)(value) * SECOND_MS;

const PAGED: readonly Paged[] = [
  { name: 'klines forward', exchange: 'binance', path: '/fapi/v1/klines', query: { symbol: 'BTCUSDT', interval: '1h', limit: '200', startTime: startMs }, rows: bare, timeMs: field(0), next: after_('startTime'), stepMs: HOUR_MS, pages: 3 },
  { name: 'klines backward', exchange: 'binance', path: '/fapi/v1/klines', query: { symbol: 'BTCUSDT', interval: '4h', limit: '150' }, rows: bare, timeMs: field(0), next: before_('endTime', 1), stepMs: 4 * HOUR_MS, pages: 5 },
  { name: 'open interest history', exchange: 'binance', path: '/futures/data/openInterestHist', query: { symbol: 'ETHUSDT', period: '5m', limit: '500', startTime: startMs }, rows: bare, timeMs: field('timestamp'), next: after_('startTime'), stepMs: 5 * MINUTE_MS, pages: 12 },
  { name: 'funding', exchange: 'binance', path: '/fapi/v1/fundingRate', query: { symbol: 'SOLUSDT', limit: '50', startTime: startMs }, rows: bare, timeMs: (row) => Math.round(field('fundingTime')(row) / MINUTE_MS) * MINUTE_MS, next: (times) => ({ startTime: String(Math.max(...times) + MINUTE_MS) }), stepMs: 4 * HOUR_MS, pages: 3 },
  { name: 'candles', exchange: 'okx', path: '/api/v5/market/candles', query: { instId: 'BTC-USDT-SWAP', bar: '1H', limit: '300' }, rows: inData, timeMs: field(0), next: before_('after'), stepMs: HOUR_MS, pages: 4 },
  { name: 'open interest history', exchange: 'okx', path: '/api/v5/rubik/stat/contracts/open-interest-history', query: { instId: 'BTC-USDT-SWAP', period: '1H', limit: '100' }, rows: inData, timeMs: field(0), next: before_('end'), stepMs: HOUR_MS, pages: 5 },
  { name: 'funding', exchange: 'okx', path: '/api/v5/public/funding-rate-history', query: { instId: 'SOL-USDT-SWAP', limit: '100' }, rows: inData, timeMs: field('fundingTime'), next: before_('after'), stepMs: 4 * HOUR_MS, pages: 4 },
  { name: 'open interest history', exchange: 'bybit', path: '/v5/market/open-interest', query: { category: 'linear', symbol: 'BTCUSDT', intervalTime: '1h', limit: '200' }, rows: inList, timeMs: field('timestamp'), next: cursor, stepMs: HOUR_MS, pages: 5 },
  { name: 'account ratio in a range', exchange: 'bybit', path: '/v5/market/account-ratio', query: { category: 'linear', symbol: 'BTCUSDT', period: '1h', limit: '100', startTime: startMs, endTime: String(NOW_MS - DAY_MS) }, rows: inList, timeMs: field('timestamp'), next: cursor, stepMs: HOUR_MS, pages: 9 },
  { name: 'klines', exchange: 'bybit', path: '/v5/market/kline', query: { category: 'linear', symbol: 'BTCUSDT', interval: '60', limit: '300' }, rows: inList, timeMs: field(0), next: before_('end', 1), stepMs: HOUR_MS, pages: 3 },
  { name: 'funding', exchange: 'bybit', path: '/v5/market/funding/history', query: { category: 'linear', symbol: 'BTCUSDT', limit: '50' }, rows: inList, timeMs: field('fundingRateTimestamp'), next: before_('endTime', 1), stepMs: 8 * HOUR_MS, pages: 3 },
  { name: 'funding by page number', exchange: 'bitget', path: '/api/v2/mix/market/history-fund-rate', query: { symbol: 'BTCUSDT', productType: 'usdt-futures', pageSize: '60' }, rows: inData, timeMs: field('fundingTime'), next: (_, __, page) => ({ pageNo: String(page + 1) }), stepMs: 8 * HOUR_MS, pages: 4 },
  { name: 'candles', exchange: 'bitget', path: '/api/v2/mix/market/candles', query: { symbol: 'BTCUSDT', productType: 'usdt-futures', granularity: '1H', limit: '300' }, rows: inData, timeMs: field(0), next: before_('endTime', 1), stepMs: HOUR_MS, pages: 3 },
  { name: 'contract statistics', exchange: 'gate', path: '/api/v4/futures/usdt/contract_stats', query: { contract: 'BTC_USDT', interval: '1h', limit: '100', from: String(Math.floor(NOW_MS / SECOND_MS) - 20 * 86_400) }, rows: bare, timeMs: seconds('time'), next: (times) => ({ from: String(Math.max(...times) / SECOND_MS + 1) }), stepMs: HOUR_MS, pages: 5 },
  { name: 'candlesticks by range', exchange: 'gate', path: '/api/v4/futures/usdt/candlesticks', query: { contract: 'BTC_USDT', interval: '1h', from: String(Math.floor(NOW_MS / SECOND_MS) - 3 * 86_400), to: String(Math.floor(NOW_MS / SECOND_MS) - 2 * 86_400) }, rows: bare, timeMs: seconds('t'), next: (times) => ({ from: String(Math.max(...times) / SECOND_MS + 1), to: String(Math.max(...times) / SECOND_MS + 86_400) }), stepMs: HOUR_MS, pages: 3 },
  { name: 'funding', exchange: 'gate', path: '/api/v4/futures/usdt/funding_rate', query: { contract: 'BTC_USDT', limit: '40' }, rows: bare, timeMs: seconds('t'), next: (times) => ({ to: String(Math.min(...times) / SECOND_MS - 1) }), stepMs: 8 * HOUR_MS, pages: 4 },
]; // prettier-ignore

describe('pages of the simulated exchanges', function () {
  this.timeout(20_000);
  let simulator: Simulator;
  const ask = async (
    exchange: string,
    path: string,
    query: Query,
  ): Promise<{ status: number; body: unknown }> =>
    fetchAnswer(simulator.endpoints[exchange]?.rest ?? '', { path, query });
  before(async () => {
    simulator = await startSimulator({ seed: 3, scenario: 'calm', clock: new FakeClock(NOW_MS) });
  });
  after(async () => {
    await simulator.close();
  });

  for (const paged of PAGED) {
    it(`${paged.exchange}: ${paged.name} follow on each other without holes or repeats`, async () => {
      const times: number[] = [];
      let query: Query | undefined = paged.query;
      for (let page = 1; page <= paged.pages && query !== undefined; page += 1) {
        const { status, body } = await ask(paged.exchange, paged.path, query);
        assert.equal(status, 200, JSON.stringify(body));
        const own = paged.rows(body).map(paged.timeMs);
        if (own.length === 0) break;
        times.push(...own);
        const next = paged.next(own, body, page);
        query = next === undefined ? undefined : { ...paged.query, ...next };
      }
      const sorted = [...times].sort((a, b) => a - b);
      assert.ok(sorted.length > 60, `${sorted.length} rows`);
      assert.equal(new Set(sorted).size, sorted.length, 'no row twice');
      for (const [index, time] of sorted.entries()) {
        if (index > 0)
          assert.equal(time - (sorted[index - 1] ?? 0), paged.stepMs, new Date(time).toISOString());
      }
      assert.ok((sorted.at(-1) ?? 0) <= NOW_MS, 'nothing of the future');
    });
  }

  it('order rows as their exchanges do', async () => {
    const newestFirst = new Map([
      ['binance', false], ['okx', true], ['bybit', true], ['bitget', false], ['gate', false],
    ]); // prettier-ignore
    for (const [exchange, wanted] of newestFirst) {
      const paged = PAGED.find(
        (candidate) => candidate.exchange === exchange && !candidate.name.startsWith('funding'),
      );
      assert.ok(paged !== undefined);
      const { body } = await ask(exchange, paged.path, paged.query);
      const times = paged.rows(body).map(paged.timeMs);
      assert.equal((times[0] ?? 0) > (times.at(-1) ?? 0), wanted, exchange);
    }
  });

  it('state the liquidations of three days on Bitget, page by page', async () => {
    const seen: string[] = [];
    let query: Query = { category: 'USDT-FUTURES', symbol: 'BTCUSDT', limit: '20' };
    for (let page = 0; page < 200; page += 1) {
      const { body } = await ask('bitget', '/api/v3/market/liquidations', query);
      const { list, cursor: next } = (body as { data: { list: Row[]; cursor: string } }).data;
      seen.push(...list.map((row) => JSON.stringify(row)));
      if (next === '') break;
      query = { ...query, cursor: next };
    }
    const wanted = simulator.market.liquidations(perpetual('bitget', 'BTC'), NOW_MS - 3 * DAY_MS, NOW_MS + 1);
    assert.equal(seen.length, wanted.length);
    assert.equal(new Set(seen).size, seen.length);
  });

  it('refuse in the words of each exchange: unknown symbols, missing parameters, too many rows', async () => {
    const cases: [exchange: string, path: string, query: Query, status: number, body: RegExp][] = [
      ['binance', '/fapi/v1/openInterest', { symbol: 'NOPEUSDT' }, 400, /"code":-1121,"msg":"Invalid symbol/],
      ['binance', '/fapi/v1/openInterest', {}, 400, /"code":-1102/],
      ['binance', '/fapi/v1/klines', { symbol: 'BTCUSDT', interval: '1h', limit: '1501' }, 400, /"code":-1130/],
      ['binance', '/futures/data/openInterestHist', { symbol: 'BTCUSDT', period: '1h', startTime: '1700000000000' }, 400, /startTime/],
      ['okx', '/api/v5/market/candles', { instId: 'NOPE-USDT-SWAP', bar: '1H' }, 200, /"code":"51001","data":\[\]/],
      ['okx', '/api/v5/market/candles', { bar: '1H' }, 400, /"code":"50014"/],
      ['okx', '/api/v5/market/candles', { instId: 'BTC-USDT-SWAP', bar: '1H', limit: '301' }, 400, /"code":"51000"/],
      ['bybit', '/v5/market/tickers', { category: 'linear', symbol: 'NOPEUSDT' }, 200, /"retCode":10001/],
      ['bybit', '/v5/market/tickers', { category: 'inverse', symbol: 'BTCUSDT' }, 200, /"retCode":10001/],
      ['bybit', '/v5/market/open-interest', { category: 'linear', symbol: 'BTCUSDT', intervalTime: '1h', limit: '201' }, 200, /"retCode":10001/],
      ['bybit', '/v5/market/funding/history', { category: 'linear', symbol: 'BTCUSDT', startTime: '1790000000000' }, 200, /"retCode":10001/],
      ['bitget', '/api/v2/mix/market/ticker', { productType: 'usdt-futures', symbol: 'NOPEUSDT' }, 400, /"code":"40034"/],
      ['bitget', '/api/v2/mix/market/ticker', { symbol: 'BTCUSDT' }, 400, /"code":"400172"/],
      ['bitget', '/api/v2/mix/market/history-fund-rate', { productType: 'usdt-futures', symbol: 'BTCUSDT', pageSize: '101' }, 400, /"code":"40020"/],
      ['gate', '/api/v4/futures/usdt/contracts/NOPE_USDT', {}, 400, /"label":"CONTRACT_NOT_FOUND"/],
      ['gate', '/api/v4/futures/usdt/contract_stats', {}, 400, /"label":"MISSING_REQUIRED_PARAM"/],
      ['gate', '/api/v4/futures/usdt/contract_stats', { contract: 'BTC_USDT', limit: '101' }, 400, /"label":"INVALID_PARAM_VALUE"/],
      ['gate', '/api/v4/futures/usdt/liq_orders', { contract: 'BTC_USDT', from: '1795000000', to: '1795324000' }, 400, /3600/],
      ['gate', '/api/v4/futures/usdt/candlesticks', { contract: 'BTC_USDT', from: '1795300000', limit: '5' }, 400, /conflicts/],
    ]; // prettier-ignore
    for (const [exchange, path, query, status, pattern] of cases) {
      const answer = await ask(exchange, path, query);
      assert.equal(answer.status, status, `${path} ${JSON.stringify(answer.body)}`);
      assert.match(JSON.stringify(answer.body), pattern, path);
    }
  });

  it('answer nonsense with a refusal or rows, and stay up', async () => {
    const nonsense = [
      '',
      '0',
      '-1',
      '1e9',
      '9007199254740991',
      '%',
      '%E0%A4%A',
      '..',
      '\u0000',
      'null',
      'BTC'.repeat(2_000),
    ];
    for (const paged of PAGED) {
      for (const key of [
        ...Object.keys(paged.query),
        'cursor',
        'after',
        'before',
        'startTime',
        'endTime',
        'from',
        'to',
      ]) {
        for (const value of nonsense) {
          const { status } = await ask(paged.exchange, paged.path, { ...paged.query, [key]: value });
          assert.ok(
            [200, 400].includes(status),
            `${paged.exchange} ${paged.path} ${key}=${value}: ${status}`,
          );
        }
      }
    }
    for (const path of ['//', '/%', '/api/v4/futures/%/contracts', '/fapi/v1/klines/']) {
      const { status } = await fetchAnswer(`${simulator.endpoints['gate']?.rest ?? ''}`, { path, query: {} });
      assert.ok([400, 404].includes(status), path);
    }
  });

  it('list inverse and dated contracts where the exchange keeps them', async () => {
    const lists: [exchange: string, path: string, query: Query, symbol: string][] = [
      ['binance', '/fapi/v1/exchangeInfo', {}, 'BTCUSDT_261225'],
      ['okx', '/api/v5/public/instruments', { instType: 'SWAP' }, 'BTC-USD-SWAP'],
      ['okx', '/api/v5/public/instruments', { instType: 'FUTURES' }, 'BTC-USDT-261225'],
      ['bybit', '/v5/market/instruments-info', { category: 'inverse' }, 'BTCUSD'],
      ['bybit', '/v5/market/instruments-info', { category: 'linear' }, 'BTCUSDT-25DEC26'],
      ['bitget', '/api/v2/mix/market/contracts', { productType: 'COIN-FUTURES' }, 'BTCUSD_261225'],
      ['gate', '/api/v4/futures/btc/contracts', {}, 'BTC_USD'],
      ['gate', '/api/v4/delivery/usdt/contracts', {}, 'BTC_USDT_20261225'],
    ]; // prettier-ignore
    for (const [exchange, path, query, symbol] of lists) {
      const { body } = await ask(exchange, path, query);
      assert.ok(JSON.stringify(body).includes(`"${symbol}"`), `${exchange} lists ${symbol}`);
    }
  });

  it('keep a log of what was asked', async () => {
    const known = simulator.requests.length;
    await ask('okx', '/api/v5/public/time', { a: '1' });
    assert.deepEqual(simulator.requests.slice(known), [
      { exchange: 'okx', method: 'GET', path: '/api/v5/public/time', query: { a: '1' }, atMs: NOW_MS },
    ]);
  });
});
