import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { DAY_MS, HOUR_MS, SECOND_MS } from '../../../../src/core/units.ts';
import { createSimulatedMarket } from '../../../../src/sources/simulator/market.ts';
import type { SimulatedExchange } from '../../../../src/sources/simulator/profiles.ts';
import { createWire } from '../../../../src/sources/simulator/server.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 5, 17, 23, 456);
const START_MS = Date.UTC(2026, 10, 20);
const market = createSimulatedMarket({ seed: 11, scenario: 'calm', anchorMs: NOW_MS });

/** The rows of an answer, wherever they stand in it. */
function rowsOf(
  exchange: SimulatedExchange,
  path: string,
  query: Record<string, string | number>,
): unknown[][] {
  const texts = Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)]));
  const { status, body } = createWire(exchange, market).answer({ path, query: texts, nowMs: NOW_MS });
  assert.equal(status, 200, JSON.stringify(body));
  const { data, result } = body as { data?: unknown[][]; result?: unknown[][] | { list: unknown[][] } };
  return data ?? (Array.isArray(result) ? result : (result?.list ?? []));
}

describe('ranges of the simulated exchanges', () => {
  it('are kept by HTX: bars from and to a second, settlements from a time on', () => {
    const path = '/linear-swap-ex/market/history/kline';
    const [from, to] = [START_MS / SECOND_MS, START_MS / SECOND_MS + 4 * 3_600];
    const bars = rowsOf('htx', path, { contract_code: 'BTC-USDT', period: '60min', from, to });
    assert.deepEqual(bars.map((bar) => (bar as unknown as { id: number }).id), [0, 1, 2, 3, 4].map((hour) => from + hour * 3_600)); // prettier-ignore
    const settled = rowsOf('htx', '/v5/market/funding_rate_history', { contract_code: 'BTC-USDT', start_time: START_MS, limit: 2 }); // prettier-ignore
    const times = settled.map((row) => Number((row as unknown as { funding_time: string }).funding_time));
    assert.deepEqual(times, [START_MS + 8 * HOUR_MS, START_MS]);
  });

  it('end before their end on Bitget', () => {
    const query = { symbol: 'BTCUSDT', productType: 'usdt-futures', granularity: '1H', startTime: START_MS, endTime: START_MS + 3 * HOUR_MS }; // prettier-ignore
    const bars = rowsOf('bitget', '/api/v2/mix/market/candles', query);
    assert.deepEqual(bars.map(([atMs]) => Number(atMs)), [0, 1, 2].map((hour) => START_MS + hour * HOUR_MS)); // prettier-ignore
  });

  it('hold no old bars on OKX and Bitget, but in their history', () => {
    const old = NOW_MS - 120 * DAY_MS;
    const okx = { instId: 'BTC-USDT-SWAP', bar: '1H', after: old, limit: 5 };
    assert.equal(rowsOf('okx', '/api/v5/market/candles', okx).length, 0);
    assert.equal(rowsOf('okx', '/api/v5/market/history-candles', okx).length, 5);
    const bitget = { symbol: 'BTCUSDT', productType: 'usdt-futures', granularity: '1H', endTime: old, limit: 5 }; // prettier-ignore
    assert.equal(rowsOf('bitget', '/api/v2/mix/market/candles', bitget).length, 0);
    assert.equal(rowsOf('bitget', '/api/v2/mix/market/history-candles', bitget).length, 5);
  });

  it('know states, demo products and any currency', () => {
    const bybit = { category: 'linear' };
    assert.ok(rowsOf('bybit', '/v5/market/instruments-info', bybit).length > 0);
    assert.equal(rowsOf('bybit', '/v5/market/instruments-info', { ...bybit, status: 'PreLaunch' }).length, 0);
    assert.equal(rowsOf('bitget', '/api/v2/mix/market/contracts', { productType: 'SUSDT-FUTURES' }).length, 0); // prettier-ignore
    const any = rowsOf('deribit', '/api/v2/public/get_instruments', { currency: 'any' });
    assert.deepEqual(rowsOf('deribit', '/api/v2/public/get_instruments', {}), any);
  });

  it('stand in the address of Binance as topics', () => {
    const { streams } = createWire('binance', market);
    assert.deepEqual(streams?.locate?.('/market/ws/btcusdt@aggTrade', {}), { path: '/market/ws', topics: ['btcusdt@aggTrade'] }); // prettier-ignore
    assert.deepEqual(streams?.locate?.('/market/stream', { streams: 'a@b/c@d' }), { path: '/market/stream', topics: ['a@b', 'c@d'] }); // prettier-ignore
    assert.equal(streams?.locate?.('/market/other', {}), undefined);
  });
});
