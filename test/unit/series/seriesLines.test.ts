import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { instrumentKey } from '../../../src/core/ids.ts';
import type { FundingRate, Observation } from '../../../src/core/observation.ts';
import { DAY_MS, HOUR_MS } from '../../../src/core/units.ts';
import { seriesLines, type LinesWish } from '../../../src/series/range/seriesLines.ts';
import { createMemoryStore } from '../../../src/store/memoryStore.ts';
import { DAY0, openInterestHours } from '../../support/queryRig.ts';
import { observe } from '../market/builders.ts';

const HOURS = 30;
const nowMs = DAY0 + HOURS * HOUR_MS;
const wish: LinesWish = {
  asset: 'BTC',
  series: ['open-interest'],
  stepMs: HOUR_MS,
  fromMs: DAY0,
  toMs: nowMs,
};
const flat = (level: number): number[] => Array.from({ length: HOURS }, (_, at) => level + (at % 3));

async function storeOf(rows: readonly Observation[]) {
  const store = createMemoryStore('live');
  await store.append(rows);
  return store;
}

describe('lines of series', () => {
  it('are one for each exchange and their sum, as long as the range, with holes where nothing was stated', async () => {
    const holed = flat(50).map((value, at) => (at === 4 ? Number.NaN : value));
    const store = await storeOf([
      ...openInterestHours('binance', flat(100)),
      ...openInterestHours('okx', holed),
    ]);
    const { lines, sums, apart } = await seriesLines(store, wish, { nowMs });
    assert.deepEqual(
      lines.map(({ id, firstMs, values }) => [id, firstMs, values.length]),
      [
        ['binance', DAY0, HOURS],
        ['okx', DAY0, HOURS],
        ['aggregate', DAY0, HOURS],
      ],
    );
    const at = (step: number): number[] => lines.map(({ values }) => values[step] ?? Number.NaN);
    assert.deepEqual(at(3), [100, 50, 150]);
    assert.deepEqual(at(4), [101, Number.NaN, Number.NaN]);
    assert.deepEqual([sums[0]?.exchanges, sums[0]?.leftOut, apart], [['binance', 'okx'], [], 0]);
  });

  it('have what stands beside their values at the same labels, over more than one piece, and who speaks for an exchange', async () => {
    const settled = (hour: number): Observation => ({
      ...{ kind: 'funding-rate', phase: 'settled', exchange: 'okx', venueSymbol: 'X', baseAsset: 'BTC' },
      ...{ instrument: instrumentKey('okx', 'X'), endpoint: 'GET /f', intervalBasis: 'payload' },
      ...{ atMs: DAY0 + hour * HOUR_MS, receivedAtMs: DAY0 + hour * HOUR_MS + 1_000 },
      ...{ fundingRatePerInterval: hour / 1e6, intervalMs: 8 * HOUR_MS },
    }); // prettier-ignore
    const hours = Array.from({ length: 150 }, (_, at) => at * 8);
    const store = await storeOf(hours.map(settled));
    const toMs = DAY0 + 50 * DAY_MS;
    const { lines, sums } = await seriesLines(store, { ...wish, series: ['funding'], toMs }, { nowMs: toMs });
    const [{ values, beside, instrument, firstMs } = assert.fail()] = lines;
    assert.deepEqual([lines.length, sums, instrument, firstMs], [1, [], 'okx:X', DAY0]);
    const stated = Array.from(values, (value, hour) => [hour, value, beside?.['intervalMs']?.[hour], beside?.['fundingRatePerYear']?.[hour]]);
    const yearly = (hour: number): number => (hour / 1e6) * (365 * 3);
    assert.deepEqual(
      stated.filter(([, value]) => !Number.isNaN(value)).map(([hour, value, span, rate]) => [hour, value, span, rate?.toFixed(12)]),
      hours.map((hour) => [hour, hour / 1e6, 8 * HOUR_MS, yearly(hour).toFixed(12)]),
    );
  }); // prettier-ignore

  it('have no sum of one exchange, nor of a ratio, and of a history without such rows none at all', async () => {
    const store = await storeOf(openInterestHours('binance', flat(100)));
    const series = ['open-interest', 'long-short-ratio', 'taker-buy'] as const;
    const { lines, sums } = await seriesLines(store, { ...wish, series }, { nowMs });
    assert.deepEqual(
      lines.map(({ series, id }) => [series, id]),
      [['open-interest', 'binance']],
    );
    assert.deepEqual(
      sums.map(({ series, exchanges }) => [series, exchanges.length]),
      [['open-interest', 1]],
    );
  });

  it('are of the exchanges that are chosen, and so is their sum', async () => {
    const store = await storeOf(
      ['binance', 'gate', 'okx'].flatMap((id, at) => openInterestHours(id, flat(100 * (at + 1)))),
    );
    const { lines } = await seriesLines(store, wish, { nowMs, exchanges: ['okx', 'binance'] });
    assert.deepEqual(
      lines.map(({ id, values }) => [id, values[0]]),
      [
        ['binance', 100],
        ['okx', 300],
        ['aggregate', 400],
      ],
    );
  });

  it('have beside each settlement, at its hour, its rate a year, where its interval is no guess; and no sum', async () => {
    const settled = (exchange: string, hour: number, changes: Partial<FundingRate> = {}): Observation =>
      observe(exchange, 'funding-rate', {
        ...{ phase: 'settled', fundingRatePerInterval: 0.0001, atMs: DAY0 + hour * HOUR_MS + 7, receivedAtMs: nowMs },
        ...changes,
      });
    const store = await storeOf([
      settled('okx', 8),
      settled('okx', 10, { intervalMs: 2 * HOUR_MS }),
      settled('gate', 9, { intervalBasis: 'venue-default' }),
    ]);
    const { lines, sums } = await seriesLines(store, { ...wish, series: ['funding'] }, { nowMs });
    assert.deepEqual(lines.map(({ id, beside }) => [id, ...(beside?.['fundingRatePerYear'] ?? [])]), [
      ['gate', Number.NaN, Number.NaN, Number.NaN],
      ['okx', 0.0001 * 1_095, Number.NaN, 0.0001 * 4_380],
    ]);
    assert.deepEqual([lines[0]?.firstMs, sums], [DAY0 + 8 * HOUR_MS, []]);
  }); // prettier-ignore

  it('are refused for more steps than a year at five minutes, and for none', async () => {
    const store = await storeOf([]);
    const asked = (fromMs: number) => seriesLines(store, { ...wish, stepMs: 300_000, fromMs }, { nowMs });
    await assert.rejects(asked(nowMs - 420 * DAY_MS), { code: 'usage' });
    await assert.rejects(asked(nowMs), { code: 'usage' });
    assert.deepEqual((await asked(nowMs - 366 * DAY_MS)).lines, []);
  });

  it('end when they are called off', async () => {
    const store = await storeOf(openInterestHours('binance', flat(100)));
    const called = AbortSignal.abort(new Error('closed'));
    await assert.rejects(seriesLines(store, wish, { nowMs }, called), /closed/);
  });
});
