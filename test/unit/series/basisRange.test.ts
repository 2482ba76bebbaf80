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

/** Names, expiries and numbers of lines. */
async function futuresOf(rows: readonly Observation[]) {
  const store = createMemoryStore('live');
  await store.append(rows);
  const wish = {
    asset: 'BTC',
    series: ['term-structure'],
    stepMs: HOUR_MS,
    fromMs: DAY0,
    toMs: NOW_MS,
  } as const;
  const { lines } = await seriesLines(store, wish, { nowMs: NOW_MS });
  return lines.map(({ id, feed, instrument, values }) => [
    ...[id, feed?.slice(0, 16), instrument],
    ...Array.from(values, (value) => Number(value.toPrecision(9))),
  ]);
}

const future = (exchange: string, minute: number, days: number, stated: Partial<MarkPrice>) =>
  prices(exchange, minute, {
    ...{ venueSymbol: 'BTCUSDT_F', market: 'dated-future', indexPriceQuote: 100 },
    expiresAtMs: DAY0 + days * DAY_MS,
    ...stated,
  });

describe('the term structure', () => {
  it('is the basis of each future by the days from the label to its expiry, simple, 365 days', async () => {
    const lines = await futuresOf([
      future('binance', 2, 73, { markPriceQuote: 102 }),
      future('binance', 61, 73, { markPriceQuote: 101 }),
      future('deribit', 0, 146, { markPriceQuote: 99, venueSymbol: 'BTC-26MAY26' }),
      future('deribit', 60, 36.5, { markPriceQuote: 101, venueSymbol: 'BTC-6FEB26' }),
    ]);
    const hourless = (days: number): number => Number((365 / (days - 1 / 24)).toPrecision(9));
    assert.deepEqual(lines, [
      [
        'binance',
        '2026-03-15T00:00',
        'binance:BTCUSDT_F',
        0.1,
        Number((0.01 * (365 / (73 - 1 / 24))).toPrecision(9)),
      ],
      [
        'deribit',
        '2026-02-06T12:00',
        'deribit:BTC-6FEB26',
        Number.NaN,
        Number((0.01 * hourless(36.5)).toPrecision(9)),
      ],
      ['deribit', '2026-05-27T00:00', 'deribit:BTC-26MAY26', -0.025, Number.NaN],
    ]);
  });

  it('ends two days before the expiry, and is of no future that did not say when it expires', async () => {
    const { expiresAtMs: _, ...silent } = future('bybit', 0, 73, { markPriceQuote: 102 }) as MarkPrice;
    const lines = await futuresOf([
      silent,
      ...[0, 60, 120].map((minute) => future('binance', minute, 2 + 1 / 24, { markPriceQuote: 100.1 })),
    ]);
    const yearly = (days: number): number => Number((0.001 * (365 / days)).toPrecision(9));
    assert.deepEqual(lines, [
      ['binance', '2026-01-03T01:00', 'binance:BTCUSDT_F', yearly(2 + 1 / 24), yearly(2)],
    ]);
  });

  it('has one line for an expiry of an exchange: of the future with the most numbers', async () => {
    const other = { venueSymbol: 'BTCUSD_F', markPriceQuote: 104 };
    const lines = await futuresOf([
      future('bybit', 0, 73, other),
      ...[0, 60].map((minute) => future('bybit', minute, 73, { markPriceQuote: 102 })),
      prices('bybit', 0, { markPriceQuote: 150, indexPriceQuote: 100 }),
    ]);
    assert.deepEqual(lines.map(([, expiry, instrument, first]) => [expiry, instrument, first]), [['2026-03-15T00:00', 'bybit:BTCUSDT_F', 0.1]]); // prettier-ignore
  });

  it('keeps a date that an exchange has moved apart from the one before', async () => {
    const lines = await futuresOf([
      future('bybit', 0, 73, { markPriceQuote: 102 }),
      future('bybit', 60, 80, { markPriceQuote: 102 }),
    ]);
    assert.deepEqual(lines.map(([, expiry]) => expiry), ['2026-03-15T00:00', '2026-03-22T00:00']); // prettier-ignore
  });
});

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
