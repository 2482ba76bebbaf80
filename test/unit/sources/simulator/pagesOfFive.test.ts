import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../../src/core/units.ts';
import { createSimulatedMarket } from '../../../../src/sources/simulator/market.ts';
import type { SimulatedExchange } from '../../../../src/sources/simulator/profiles.ts';
import { createWire } from '../../../../src/sources/simulator/server.ts';
import { jittered } from '../../../../src/sources/simulator/wire/binance.ts';

/** Pages of the five exchanges as they document them: how many rows, which ends are in, what is kept, how far back. */

const NOW_MS = Date.UTC(2026, 10, 22, 5, 17, 23, 456);
const HOUR_AGO_MS = Math.floor(NOW_MS / HOUR_MS) * HOUR_MS;
const market = createSimulatedMarket({ seed: 11, scenario: 'calm', anchorMs: NOW_MS });

type Query = Readonly<Record<string, string | number>>;

function answerOf(
  exchange: SimulatedExchange,
  path: string,
  query: Query,
): { status: number; body: unknown } {
  const texts = Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)]));
  return createWire(exchange, market).answer({ path, query: texts, nowMs: NOW_MS });
}

/** The times of the rows of an answer, in its order; ms. */
function timesOf(exchange: SimulatedExchange, path: string, query: Query): number[] {
  const { status, body } = answerOf(exchange, path, query);
  assert.equal(status, 200, JSON.stringify(body));
  const { data, result } = body as { data?: unknown[]; result?: { list?: unknown[] } };
  const rows = (Array.isArray(body) ? (body as unknown[]) : (data ?? result?.list)) ?? assert.fail(JSON.stringify(body)); // prettier-ignore
  const unit = exchange === 'gate' ? SECOND_MS : 1;
  return rows.map((row) => {
    const { timestamp, fundingTime, fundingRateTimestamp, t, time } = row as Record<string, string>;
    const stated = Array.isArray(row) ? (row as string[])[0] : (timestamp ?? fundingTime ?? fundingRateTimestamp ?? t ?? time); // prettier-ignore
    return Number(stated) * unit;
  });
}

const isRefused = (exchange: SimulatedExchange, path: string, query: Query): boolean => {
  const { status, body } = answerOf(exchange, path, query);
  return status !== 200 || ((body as { retCode?: number }).retCode ?? 0) !== 0;
};

const hours = (fromMs: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => fromMs + index * HOUR_MS);

describe('pages of simulated Binance', () => {
  const klines = { symbol: 'BTCUSDT', interval: '1h' };
  const path = '/fapi/v1/klines';

  it('hold both ends, oldest first, and the oldest where there are more', () => {
    const [startTime, endTime] = [HOUR_AGO_MS - 10 * HOUR_MS, HOUR_AGO_MS - 5 * HOUR_MS];
    assert.deepEqual(timesOf('binance', path, { ...klines, startTime, endTime }), hours(startTime, 6));
    assert.deepEqual(
      timesOf('binance', path, { ...klines, startTime, endTime, limit: 2 }),
      hours(startTime, 2),
    );
    assert.deepEqual(timesOf('binance', path, { ...klines, startTime: startTime + 1, endTime: endTime - 1 }), hours(startTime + HOUR_MS, 4)); // prettier-ignore
    assert.deepEqual(timesOf('binance', path, { ...klines, endTime, limit: 2 }), hours(endTime - HOUR_MS, 2));
  });

  it('refuse more rows than are documented', () => {
    assert.equal(isRefused('binance', path, { ...klines, limit: 1_501 }), true);
    assert.equal(isRefused('binance', '/fapi/v1/fundingRate', { symbol: 'BTCUSDT', limit: 1_001 }), true);
    const statistic = { symbol: 'BTCUSDT', period: '5m', limit: 501 };
    assert.equal(isRefused('binance', '/futures/data/openInterestHist', statistic), true);
  });

  it('go back to the first day, statistics a month and no further', () => {
    const onboardedMs = 1_569_398_400_000;
    assert.deepEqual(timesOf('binance', path, { ...klines, startTime: 0, limit: 2 }), hours(onboardedMs, 2));
    const funding = timesOf('binance', '/fapi/v1/fundingRate', { symbol: 'BTCUSDT', startTime: 0, limit: 2 });
    assert.deepEqual(funding.map((atMs) => Math.floor(atMs / HOUR_MS) * HOUR_MS), [onboardedMs, onboardedMs + 8 * HOUR_MS]); // prettier-ignore
    const statistic = { symbol: 'BTCUSDT', period: '1h', limit: 500 };
    const older = { ...statistic, startTime: NOW_MS - 32 * DAY_MS };
    assert.equal(isRefused('binance', '/futures/data/openInterestHist', older), true);
    const byEnd = timesOf('binance', '/futures/data/openInterestHist', { ...statistic, endTime: NOW_MS - 29 * DAY_MS }); // prettier-ignore
    assert.equal(byEnd.length, 24);
    assert.ok((byEnd[0] ?? 0) >= NOW_MS - 30 * DAY_MS);
  });

  it('hold settlements that jitter over an end, each in one page', () => {
    const settled = Math.floor(NOW_MS / (8 * HOUR_MS)) * 8 * HOUR_MS - 300 * DAY_MS;
    const query = { symbol: 'BTCUSDT', limit: 1_000 };
    const at = (startTime: number, endTime: number): number =>
      timesOf('binance', '/fapi/v1/fundingRate', { ...query, startTime, endTime }).length;
    assert.equal(at(settled, settled + DAY_MS - 1) + at(settled + DAY_MS, settled + 2 * DAY_MS - 1), 6);
    const late = [0, 8, 16]
      .map((after) => jittered(settled + after * HOUR_MS))
      .filter((atMs) => atMs % HOUR_MS > 1);
    assert.ok(late.length > 0);
    for (const atMs of late) assert.equal(at(atMs, atMs), 1);
  });
});

describe('pages of simulated OKX', () => {
  const bars = { instId: 'BTC-USDT-SWAP', bar: '1H' };
  const history = '/api/v5/market/history-candles';
  const openInterest = '/api/v5/rubik/stat/contracts/open-interest-history';

  it('leave out both ends, newest first, and the newest where there are more', () => {
    const [before, after] = [HOUR_AGO_MS - 10 * HOUR_MS, HOUR_AGO_MS - 5 * HOUR_MS];
    const between = hours(before + HOUR_MS, 4).reverse();
    assert.deepEqual(timesOf('okx', history, { ...bars, before, after }), between);
    assert.deepEqual(timesOf('okx', history, { ...bars, before, after, limit: 2 }), between.slice(0, 2));
    const statistic = { instId: 'BTC-USDT-SWAP', period: '1H', begin: before, end: after };
    assert.deepEqual(timesOf('okx', openInterest, statistic), between);
    // After a time alone: the newest of all, the running bar among them.
    assert.deepEqual(timesOf('okx', history, { ...bars, before, limit: 2 }), [HOUR_AGO_MS, HOUR_AGO_MS - HOUR_MS]); // prettier-ignore
  });

  it('refuse more rows than are documented', () => {
    assert.equal(isRefused('okx', history, { ...bars, limit: 301 }), true);
    assert.equal(
      isRefused('okx', '/api/v5/market/history-mark-price-candles', { ...bars, limit: 101 }),
      true,
    );
    assert.equal(isRefused('okx', openInterest, { instId: 'BTC-USDT-SWAP', period: '1H', limit: 101 }), true);
    const funding = { instId: 'BTC-USDT-SWAP', limit: 401 };
    assert.equal(isRefused('okx', '/api/v5/public/funding-rate-history', funding), true);
  });

  it('hold 1,440 rows of statistics and candles, days since 2024, bars of years as a history', () => {
    const oldest = (period: string, stepMs: number): number[] =>
      timesOf('okx', openInterest, {
        instId: 'BTC-USDT-SWAP',
        period,
        end: NOW_MS - 1_439 * stepMs + 2 * stepMs,
      });
    assert.equal(oldest('5m', 5 * MINUTE_MS).length, 3);
    assert.equal(oldest('1H', HOUR_MS).length, 3);
    const daily = { instId: 'BTC-USDT-SWAP', period: '1Dutc', end: Date.UTC(2024, 0, 4) };
    assert.deepEqual(
      timesOf('okx', openInterest, daily),
      [3, 2, 1].map((day) => Date.UTC(2024, 0, day)),
    );
    assert.deepEqual(timesOf('okx', '/api/v5/market/candles', { ...bars, after: NOW_MS - 61 * DAY_MS }), []);
    const listedMs = 1_611_916_828_000;
    const first = timesOf('okx', history, { ...bars, after: listedMs + 2 * HOUR_MS });
    assert.equal(first.at(-1), Math.ceil(listedMs / HOUR_MS) * HOUR_MS);
  });

  it('hold settlements of about three months', () => {
    const query = { instId: 'BTC-USDT-SWAP', after: NOW_MS - 89 * DAY_MS };
    assert.equal(timesOf('okx', '/api/v5/public/funding-rate-history', query).length, 9);
    const older = { ...query, after: NOW_MS - 93 * DAY_MS };
    assert.deepEqual(timesOf('okx', '/api/v5/public/funding-rate-history', older), []);
  });

  it('hold takers of spot pairs of as many days as each bar is documented to have', () => {
    const query = { ccy: 'BTC', instType: 'SPOT', period: '1H' };
    const since = (days: number): boolean =>
      isRefused('okx', '/api/v5/rubik/stat/taker-volume', { ...query, begin: NOW_MS - days * DAY_MS });
    assert.deepEqual([since(29), since(31)], [false, true]);
  });
});

describe('pages of simulated Bybit', () => {
  const bars = { category: 'linear', symbol: 'BTCUSDT', interval: '60' };
  const series = { category: 'linear', symbol: 'BTCUSDT', intervalTime: '1h' };

  it('hold both ends, newest first, and the newest where there are more', () => {
    const [start, end] = [HOUR_AGO_MS - 10 * HOUR_MS, HOUR_AGO_MS - 5 * HOUR_MS];
    const within = hours(start, 6).reverse();
    assert.deepEqual(timesOf('bybit', '/v5/market/kline', { ...bars, start, end }), within);
    assert.deepEqual(timesOf('bybit', '/v5/market/kline', { ...bars, start, end, limit: 1 }), [end]);
    const range = { startTime: start, endTime: end };
    assert.deepEqual(timesOf('bybit', '/v5/market/open-interest', { ...series, ...range }), within);
    assert.deepEqual(timesOf('bybit', '/v5/market/open-interest', { ...series, ...range, limit: 2 }), within.slice(0, 2)); // prettier-ignore
    const settled = Math.floor(NOW_MS / (8 * HOUR_MS)) * 8 * HOUR_MS;
    const funding = { category: 'linear', symbol: 'BTCUSDT', startTime: settled - DAY_MS, endTime: settled };
    assert.deepEqual(timesOf('bybit', '/v5/market/funding/history', funding), [0, 8, 16, 24].map((ago) => settled - ago * HOUR_MS)); // prettier-ignore
  });

  it('refuse more rows than are documented, and settlements since a time alone', () => {
    assert.equal(isRefused('bybit', '/v5/market/kline', { ...bars, limit: 1_001 }), true);
    assert.equal(isRefused('bybit', '/v5/market/open-interest', { ...series, limit: 201 }), true);
    const ratio = { category: 'linear', symbol: 'BTCUSDT', period: '1h', limit: 501 };
    assert.equal(isRefused('bybit', '/v5/market/account-ratio', ratio), true);
    const funding = { category: 'linear', symbol: 'BTCUSDT' };
    assert.equal(isRefused('bybit', '/v5/market/funding/history', { ...funding, limit: 201 }), true);
    assert.equal(isRefused('bybit', '/v5/market/funding/history', { ...funding, startTime: 0 }), true);
  });

  it('go back to the launch, ratios to 20 July 2020', () => {
    const launchedMs = 1_585_526_400_000;
    const endTime = launchedMs + 2 * HOUR_MS;
    assert.deepEqual(timesOf('bybit', '/v5/market/open-interest', { ...series, endTime }), hours(launchedMs, 3).reverse()); // prettier-ignore
    assert.deepEqual(timesOf('bybit', '/v5/market/kline', { ...bars, end: endTime }), hours(launchedMs, 3).reverse()); // prettier-ignore
    const ratio = { category: 'linear', symbol: 'BTCUSDT', period: '1h', endTime: Date.UTC(2020, 6, 20, 1) };
    assert.equal(timesOf('bybit', '/v5/market/account-ratio', ratio).length, 2);
  });
});

describe('pages of simulated Bitget', () => {
  const bars = { symbol: 'BTCUSDT', productType: 'usdt-futures', granularity: '1H' };
  const history = '/api/v2/mix/market/history-candles';

  it('end before their end, oldest first, and keep the newest where there are more', () => {
    const [startTime, endTime] = [HOUR_AGO_MS - 10 * HOUR_MS, HOUR_AGO_MS - 5 * HOUR_MS];
    assert.deepEqual(timesOf('bitget', history, { ...bars, startTime, endTime }), hours(startTime, 5));
    assert.deepEqual(timesOf('bitget', history, { ...bars, startTime, endTime, limit: 2 }), hours(startTime + 3 * HOUR_MS, 2)); // prettier-ignore
  });

  it('refuse more rows, and longer ranges, than are documented', () => {
    assert.equal(isRefused('bitget', history, { ...bars, limit: 201 }), true);
    const range = { startTime: NOW_MS - 200 * DAY_MS, endTime: NOW_MS - 109 * DAY_MS };
    assert.equal(isRefused('bitget', history, { ...bars, ...range }), true);
    assert.equal(isRefused('bitget', history, { ...bars, ...range, endTime: range.startTime + 90 * DAY_MS }), false); // prettier-ignore
  });

  it('hold finished bars of all years as a history, and the last 83 days of hours otherwise', () => {
    assert.equal(timesOf('bitget', history, bars).at(-1), HOUR_AGO_MS - HOUR_MS);
    const old = { ...bars, endTime: Date.UTC(2021, 0, 1), limit: 3 };
    assert.equal(timesOf('bitget', history, old).length, 3);
    assert.deepEqual(timesOf('bitget', '/api/v2/mix/market/candles', old), []);
    assert.deepEqual(timesOf('bitget', history, { ...bars, endTime: Date.UTC(2019, 0, 1) }), []);
  });

  it('count settlements from the newest by the number of a page', () => {
    const query = { symbol: 'BTCUSDT', productType: 'usdt-futures', pageSize: 2 };
    const path = '/api/v2/mix/market/history-fund-rate';
    const newest = Math.floor(NOW_MS / (8 * HOUR_MS)) * 8 * HOUR_MS;
    const page = (pageNo: number): number[] => timesOf('bitget', path, { ...query, pageNo });
    assert.deepEqual(
      [...page(1), ...page(2)],
      [0, 8, 16, 24].map((ago) => newest - ago * HOUR_MS),
    );
    assert.equal(isRefused('bitget', path, { ...query, pageSize: 101 }), true);
  });
});

describe('pages of simulated Gate', () => {
  const stats = { contract: 'BTC_USDT', interval: '1h' };
  const futures = '/api/v4/futures/usdt';
  const seconds = (atMs: number): number => Math.floor(atMs / SECOND_MS);

  it('of statistics begin at a time and go on from there', () => {
    const fromMs = HOUR_AGO_MS - 100 * DAY_MS;
    const query = { ...stats, from: seconds(fromMs), limit: 3 };
    assert.deepEqual(timesOf('gate', `${futures}/contract_stats`, query), hours(fromMs, 3));
    assert.equal(isRefused('gate', `${futures}/contract_stats`, { ...query, limit: 101 }), true);
  });

  it('of statistics and settlements are refused where they begin more than 180 days ago', () => {
    const from = (days: number): Query => ({ ...stats, from: seconds(NOW_MS - days * DAY_MS) });
    for (const path of ['contract_stats', 'funding_rate']) {
      assert.equal(isRefused('gate', `${futures}/${path}`, from(179)), false, path);
      assert.equal(isRefused('gate', `${futures}/${path}`, from(181)), true, path);
    }
  });

  it('of bars hold both ends, at most 2,000 and of the last 10,000, and take no limit beside a range', () => {
    const [fromMs, toMs] = [HOUR_AGO_MS - 10 * HOUR_MS, HOUR_AGO_MS - 5 * HOUR_MS];
    const range = { ...stats, from: seconds(fromMs), to: seconds(toMs) };
    assert.deepEqual(timesOf('gate', `${futures}/candlesticks`, range), hours(fromMs, 6));
    assert.equal(isRefused('gate', `${futures}/candlesticks`, { ...range, limit: 5 }), true);
    const long = { ...range, from: seconds(toMs - 2_001 * HOUR_MS) };
    assert.equal(isRefused('gate', `${futures}/candlesticks`, long), true);
    const old = { ...stats, from: seconds(NOW_MS - 10_001 * HOUR_MS), to: seconds(NOW_MS - 9_990 * HOUR_MS) };
    assert.equal(isRefused('gate', `${futures}/candlesticks`, old), true);
    const spot = { currency_pair: 'BTC_USDT', interval: '1h' };
    const path = '/api/v4/spot/candlesticks';
    assert.equal(isRefused('gate', path, { ...spot, from: old.from, to: old.to }), true);
    assert.equal(
      isRefused('gate', path, { ...spot, from: seconds(toMs - 1_001 * HOUR_MS), to: range.to }),
      true,
    );
    assert.deepEqual(timesOf('gate', path, { ...spot, from: range.from, to: range.to }), hours(fromMs, 6));
  });
});
