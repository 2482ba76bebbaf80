import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { instrumentKey } from '../../../src/core/ids.ts';
import type { MarkPrice, Observation } from '../../../src/core/observation.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/core/units.ts';
import { seriesLines } from '../../../src/series/range/seriesLines.ts';
import type { RangeSeriesId } from '../../../src/series/range/rangeSeries.ts';
import { createMemoryStore } from '../../../src/store/memoryStore.ts';
import { DAY0 } from '../../support/queryRig.ts';

const NOW_MS = DAY0 + 12 * HOUR_MS;

/** Prices that an answer of an exchange stated so many minutes after midnight. */
function prices(exchange: string, minute: number, stated: Partial<MarkPrice>): Observation {
  const { venueSymbol = 'BTCUSDT' } = stated;
  const atMs = DAY0 + minute * MINUTE_MS;
  return {
    ...{ exchange, venueSymbol, baseAsset: 'BTC', endpoint: 'GET /ticker' },
    ...{
      instrument: instrumentKey(exchange, venueSymbol),
      atMs,
      receivedAtMs: atMs + 200,
      kind: 'mark-price',
    },
    ...stated,
  };
}

async function linesOf(
  id: RangeSeriesId,
  rows: readonly Observation[],
  stepMs: number = HOUR_MS,
): Promise<readonly (readonly [name: string, hour: number, values: readonly number[]])[]> {
  const store = createMemoryStore('live');
  await store.append(rows);
  const wish = { asset: 'BTC', series: [id], stepMs, fromMs: DAY0, toMs: NOW_MS };
  const { lines } = await seriesLines(store, wish, { nowMs: NOW_MS });
  return lines.map((line) => [
    line.id,
    (line.firstMs - DAY0) / HOUR_MS,
    Array.from(line.values, (value) => Number(value.toPrecision(9))),
  ]);
}

describe('the basis of a perpetual against its index', () => {
  it('is mark by index, minus 1, of the answer nearest to each hour, and a gap where there is none', async () => {
    const lines = await linesOf('basis-index', [
      prices('binance', 3, { markPriceQuote: 101, indexPriceQuote: 100 }),
      prices('binance', 20, { markPriceQuote: 150, indexPriceQuote: 100 }),
      prices('binance', 121, { markPriceQuote: 99.5, indexPriceQuote: 100 }),
      prices('gate', 61, { markPriceQuote: 100, indexPriceQuote: 100 }),
    ]);
    assert.deepEqual(lines, [
      ['binance', 0, [0.01, Number.NaN, -0.005]],
      ['gate', 0, [Number.NaN, 0, Number.NaN]],
    ]);
  });

  it('is of no two answers, however near in time, and of no answer that lacks one of both', async () => {
    const lines = await linesOf('basis-index', [
      prices('okx', 1, { endpoint: 'GET /mark-price', markPriceQuote: 101 }),
      prices('okx', 1, { endpoint: 'GET /index-tickers', indexPriceQuote: 100 }),
      // What is pushed states what has changed alone: the answer that states both counts, though it is further away.
      prices('bybit', 0, { endpoint: 'WS tickers', markPriceQuote: 180 }),
      prices('bybit', 4, { markPriceQuote: 102, indexPriceQuote: 100 }),
      prices('bybit', 60, { endpoint: 'WS tickers', indexPriceQuote: 100 }),
      prices('bybit', 119, { markPriceQuote: 103, indexPriceQuote: 100 }),
    ]);
    assert.deepEqual(lines, [['bybit', 0, [0.02, Number.NaN, 0.03]]]);
  });

  it('is of perpetuals alone', async () => {
    const both = { markPriceQuote: 104, indexPriceQuote: 100 };
    const lines = await linesOf('basis-index', [
      prices('binance', 0, { ...both, venueSymbol: 'BTCUSDT_261225', market: 'dated-future' }),
      prices('binance', 0, { ...both, venueSymbol: 'BTCUSD_PERP', market: 'coin-margined' }),
    ]);
    assert.deepEqual(lines, []);
  });

  it('of a day is that of its first hour', async () => {
    const lines = await linesOf(
      'basis-index',
      [
        prices('binance', 2, { markPriceQuote: 101, indexPriceQuote: 100 }),
        prices('binance', 300, { markPriceQuote: 109, indexPriceQuote: 100 }),
      ],
      DAY_MS,
    );
    assert.deepEqual(lines, [['binance', 0, [0.01]]]);
  });
});
