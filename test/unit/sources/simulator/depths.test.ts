import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { DAY_MS, HOUR_MS, SECOND_MS } from '../../../../src/core/units.ts';
import { createSimulatedMarket } from '../../../../src/sources/simulator/market.ts';
import type { SimulatedExchange } from '../../../../src/sources/simulator/profiles.ts';
import { createWire } from '../../../../src/sources/simulator/server.ts';

/** How far back the simulated exchanges answer, in which order, and which rows they keep, as the real ones document it. */

const NOW_MS = Date.UTC(2026, 10, 22, 5, 17, 23, 456);
const HOUR_BEGAN_MS = Date.UTC(2026, 10, 22, 5);
const START_MS = Date.UTC(2026, 10, 20);
const market = createSimulatedMarket({ seed: 11, scenario: 'calm', anchorMs: NOW_MS });

type Fields = Readonly<Record<string, string | number>>;
const textsOf = (fields: Fields): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)]));

function bodyOf(exchange: SimulatedExchange, path: string, query: Fields): unknown {
  const { status, body } = createWire(exchange, market).answer({ path, query: textsOf(query), nowMs: NOW_MS }); // prettier-ignore
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

/** Epoch times of hours after another one. */
const hoursFrom = (atMs: number, count: number, unitMs = 1): number[] =>
  Array.from({ length: count }, (_, hour) => (atMs + hour * HOUR_MS) / unitMs);

describe('the depth of the simulated HTX', () => {
  const code = { contract_code: 'BTC-USDT' };
  const hourly = { ...code, period: '60min' };
  const KLINE = '/linear-swap-ex/market/history/kline';
  const idsOf = (path: string, query: Fields): number[] =>
    (bodyOf('htx', path, query) as { data: { id: number }[] }).data.map(({ id }) => id);
  const V1 = '/linear-swap-api/v1/swap_historical_funding_rate';
  const V5 = '/v5/market/funding_rate_history';
  interface Settled {
    readonly funding_time: string;
  }
  const timesOf = (rows: readonly Settled[]): number[] => rows.map(({ funding_time: atMs }) => Number(atMs));
  const v5 = (query: Fields): number[] =>
    timesOf((bodyOf('htx', V5, { ...code, ...query }) as { data: Settled[] }).data);

  it('includes both ends of a range of bars, and leaves the range out of account where a size is stated', () => {
    const range = { from: START_MS / SECOND_MS, to: START_MS / SECOND_MS + 2 * 3_600 };
    assert.deepEqual(idsOf(KLINE, { ...hourly, ...range }), hoursFrom(START_MS, 3, SECOND_MS));
    const sized = idsOf(KLINE, { ...hourly, ...range, size: 2 });
    assert.deepEqual(sized, hoursFrom(HOUR_BEGAN_MS - HOUR_MS, 2, SECOND_MS));
  });

  it('holds bars of two years', () => {
    const pageAt = (atMs: number): number[] => {
      const from = Math.floor(atMs / HOUR_MS) * 3_600;
      return idsOf(KLINE, { ...hourly, from, to: from + 9 * 3_600 });
    };
    assert.equal(pageAt(NOW_MS - 729 * DAY_MS).length, 10);
    assert.equal(pageAt(NOW_MS - 731 * DAY_MS).length, 0);
  });

  it('knows no range of mark prices, basis, open interest and ratios: the newest rows come', () => {
    const range = { from: START_MS / SECOND_MS, to: START_MS / SECOND_MS + 2 * 3_600, size: 3 };
    const newest = hoursFrom(HOUR_BEGAN_MS - 2 * HOUR_MS, 3, SECOND_MS);
    const INDEX = '/index/market/history';
    assert.deepEqual(idsOf(`${INDEX}/linear_swap_mark_price_kline`, { ...hourly, ...range }), newest);
    assert.deepEqual(idsOf(`${INDEX}/linear_swap_basis`, { ...hourly, ...range }), newest);
    const API = '/linear-swap-api/v1';
    const open = bodyOf('htx', `${API}/swap_his_open_interest`, { ...hourly, ...range, amount_type: 2 });
    const { tick } = (open as { data: { tick: { ts: number }[] } }).data;
    // Newest first.
    assert.deepEqual(tick.map(({ ts }) => ts), hoursFrom(HOUR_BEGAN_MS - 2 * HOUR_MS, 3).reverse()); // prettier-ignore
    const ratios = bodyOf('htx', `${API}/swap_elite_account_ratio`, { ...hourly, ...range });
    const { list } = (ratios as { data: { list: { ts: number }[] } }).data;
    assert.equal(list.length, 48);
    assert.ok(list.some(({ ts }) => ts === HOUR_BEGAN_MS));
  });

  it('counts pages of settlements from the newest, back to its first contract', () => {
    const pageOf = (page: number, size = 50) => {
      const query = { ...code, page_index: page, page_size: size, start_time: START_MS };
      return (bodyOf('htx', V1, query) as { data: { total_page: number; total_size: number; current_page: number; data: Settled[] } }).data; // prettier-ignore
    };
    const [first, second] = [pageOf(1), pageOf(2)];
    const newestMs = Date.UTC(2026, 10, 22);
    const wanted = Array.from({ length: 100 }, (_, back) => newestMs - back * 8 * HOUR_MS);
    assert.deepEqual([...timesOf(first.data), ...timesOf(second.data)], wanted);
    const last = pageOf(first.total_page);
    assert.equal(timesOf(last.data).at(-1), Date.UTC(2020, 9, 21));
    assert.equal((first.total_page - 1) * 50 + last.data.length, first.total_size);
    assert.deepEqual(pageOf(first.total_page + 1).data, []);
  });

  it('finds settlements by time too, at most 100 of them', () => {
    const day = { start_time: START_MS, end_time: START_MS + DAY_MS, limit: 100 };
    assert.deepEqual(v5(day), [24, 16, 8, 0].map((hour) => START_MS + hour * HOUR_MS)); // prettier-ignore
    assert.equal(v5({ limit: 100 }).length, 100);
    assert.deepEqual(v5({ start_time: 0, end_time: Date.UTC(2020, 9, 21) - 1 }), []);
    const refused = bodyOf('htx', V5, { ...code, limit: 101 });
    assert.equal((refused as { err_code?: number }).err_code, 1067);
  });
});

describe('the depth of the simulated Kraken Futures', () => {
  const CHARTS = '/api/charts/v1';
  interface Analytics {
    readonly timestamp: number[];
    readonly more: boolean;
    readonly data: unknown;
  }
  const analytics = (type: string, query: Fields): Analytics =>
    (bodyOf('kraken-futures', `${CHARTS}/analytics/PF_XBTUSD/${type}`, query) as { result: Analytics }).result; // prettier-ignore
  const since = START_MS / SECOND_MS;

  it('includes both ends of a range, and keeps the oldest 2,000 rows of a longer one', () => {
    const three = analytics('long-short-ratio', { since, to: since + 7_200, interval: 3_600 });
    assert.deepEqual([three.timestamp, three.more], [hoursFrom(START_MS, 3, SECOND_MS), false]);
    const from = since - 100 * 86_400;
    const cut = analytics('long-short-ratio', { since: from, to: since, interval: 3_600 });
    assert.deepEqual([cut.timestamp[0], cut.timestamp.length, cut.more], [from, 2_000, true]);
  });

  it('has nothing of the time before its contracts, and rates of a year', () => {
    const from = Date.UTC(2022, 2, 22) / SECOND_MS;
    const opening = analytics('open-interest', { since: from, to: from + 86_400, interval: 3_600 });
    assert.equal(opening.timestamp[0], Date.UTC(2022, 2, 22, 15) / SECOND_MS);
    const path = '/derivatives/api/v4/historicalfundingrates';
    const { rates } = bodyOf('kraken-futures', path, { symbol: 'PF_XBTUSD' }) as { rates: { timestamp: string }[] }; // prettier-ignore
    assert.equal(rates.length, 365 * 24);
    assert.equal(rates.at(-1)?.timestamp, new Date(HOUR_BEGAN_MS).toISOString());
  });

  it('states what takers bought and sold, and the difference as a sum', () => {
    const { data } = analytics('cvd', { since, to: since + 7_200, interval: 3_600 });
    const { buyVolume, sellVolume, cvd } = data as Record<'buyVolume' | 'sellVolume' | 'cvd', string[]>;
    const range = { since, to: since + 7_200, interval: 3_600 };
    const [sums, differences] = ['trade-volume', 'aggressor-differential'].map((type) => (analytics(type, range).data as string[]).map(Number)); // prettier-ignore
    let sum = 0;
    for (const hour of [0, 1, 2]) {
      const [bought, sold] = [Number(buyVolume[hour]), Number(sellVolume[hour])];
      assert.ok(bought > 0 && sold > 0);
      assert.ok(Math.abs(bought + sold - (sums?.[hour] ?? 0)) < 1e-6);
      assert.ok(Math.abs(bought - sold - (differences?.[hour] ?? 0)) < 1e-6);
      sum += bought - sold;
      assert.ok(Math.abs(Number(cvd[hour]) - sum) < 1e-6);
    }
  });
});

describe('the depth of the simulated Deribit', () => {
  const PUBLIC = '/api/v2/public';
  const named = { instrument_name: 'BTC-PERPETUAL' };
  const ratesIn = (from: number, to: number): number[] => {
    const query = { ...named, start_timestamp: from, end_timestamp: to };
    const { result } = bodyOf('deribit', `${PUBLIC}/get_funding_rate_history`, query) as { result: { timestamp: number }[] }; // prettier-ignore
    return result.map(({ timestamp }) => timestamp);
  };

  it('includes both ends of a range, 744 rows at most, back to its first contract', () => {
    assert.deepEqual(ratesIn(START_MS, START_MS + 2 * HOUR_MS), hoursFrom(START_MS, 3));
    assert.deepEqual(ratesIn(START_MS, START_MS + 2 * HOUR_MS - 1), hoursFrom(START_MS, 2));
    assert.equal(ratesIn(START_MS - 40 * DAY_MS, START_MS).length, 744);
    assert.deepEqual(ratesIn(Date.UTC(2018, 7, 12), Date.UTC(2018, 7, 13, 15)), [
      Date.UTC(2018, 7, 13, 14),
      Date.UTC(2018, 7, 13, 15),
    ]);
  });

  it('says that there are no bars of the time before', () => {
    const query = { ...named, resolution: 60, start_timestamp: Date.UTC(2018, 0, 1), end_timestamp: Date.UTC(2018, 1, 1) }; // prettier-ignore
    const { result } = bodyOf('deribit', `${PUBLIC}/get_tradingview_chart_data`, query) as { result: { ticks: number[]; status: string } }; // prettier-ignore
    assert.deepEqual([result.ticks, result.status], [[], 'no_data']);
  });
});

describe('the depth of the simulated Hyperliquid', () => {
  const wire = createWire('hyperliquid', market);
  function ask<T>(body: object): T {
    const answer = wire.answer({ method: 'POST', path: '/info', query: {}, body, nowMs: NOW_MS });
    assert.equal(answer.status, 200);
    return answer.body as T;
  }
  const ratesIn = (range: object): number[] =>
    ask<{ time: number }[]>({ type: 'fundingHistory', coin: 'BTC', ...range }).map(({ time }) => time);
  const barsIn = (startTime: number, endTime: number): number[] =>
    ask<{ t: number }[]>({ type: 'candleSnapshot', req: { coin: 'BTC', interval: '1h', startTime, endTime } }).map(({ t }) => t); // prettier-ignore

  it('keeps the oldest 500 rates from a time on, back to its launch', () => {
    const rates = ratesIn({ startTime: START_MS - 100 * DAY_MS });
    assert.equal(rates.length, 500);
    assert.ok((rates[0] ?? 0) - (START_MS - 100 * DAY_MS) < HOUR_MS);
    const launch = ratesIn({ startTime: Date.UTC(2023, 0, 1), endTime: Date.UTC(2023, 4, 12, 5) });
    assert.ok(launch.length > 0 && launch.every((time) => time >= Date.UTC(2023, 4, 12)));
    assert.deepEqual(ratesIn({ startTime: 0, endTime: Date.UTC(2023, 4, 12) - 1 }), []);
  });

  it('has the 5,000 newest bars of a length, the first and the last of a range included', () => {
    assert.deepEqual(barsIn(START_MS, START_MS + HOUR_MS), hoursFrom(START_MS, 2));
    assert.deepEqual(barsIn(START_MS, START_MS + HOUR_MS - 1), hoursFrom(START_MS, 1));
    const oldestMs = HOUR_BEGAN_MS - 4_999 * HOUR_MS;
    assert.deepEqual(barsIn(oldestMs - 10 * HOUR_MS, oldestMs + HOUR_MS), hoursFrom(oldestMs, 2));
  });
});
