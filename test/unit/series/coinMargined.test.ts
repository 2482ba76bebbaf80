import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { describe, it } from 'mocha';
import type { Chunk } from '../../../src/core/chunk.ts';
import type { Observation } from '../../../src/core/observation.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/core/units.ts';
import type { SeriesId } from '../../../src/series/catalogue.ts';
import { readRange } from '../../../src/series/range/readRange.ts';
import { createMemoryStore } from '../../../src/store/memoryStore.ts';
import { csvOf, readTable } from '../../support/dumpFiles.ts';
import { observe } from '../market/builders.ts';
import { contentOf, seriesOfRows } from './seriesOfRows.ts';

const DAY = Date.UTC(2026, 9, 20);
const NOW_MS = DAY + DAY_MS;
const HEADER = ['create_time', 'symbol', 'sum_open_interest', 'sum_open_interest_value', 'count_toptrader_long_short_ratio', 'sum_toptrader_long_short_ratio', 'count_long_short_ratio', 'sum_taker_long_short_vol_ratio']; // prettier-ignore
const text = (atMs: number): string => new Date(atMs).toISOString().slice(0, 19).replace('T', ' ');

/** A day of what is followed at two exchanges. */
const followed: readonly Observation[] = ['binance', 'okx'].flatMap((exchange) =>
  Array.from({ length: 24 }, (_, hour): Observation[] => {
    const at = { atMs: DAY + hour * HOUR_MS, receivedAtMs: DAY + (hour + 1) * HOUR_MS, barMs: HOUR_MS };
    const prices = { openQuote: 60_000, highQuote: 60_100, lowQuote: 59_900, closeQuote: 60_050 };
    return [
      observe(exchange, 'open-interest', { ...at, sides: 'one', openInterestBase: 1_000 + hour }),
      observe(exchange, 'candle', { ...at, ...prices, priceType: 'last', volumeBase: 50, volumeUsd: 3e6 }),
      observe(exchange, 'taker-volume', { ...at, takerBuyBase: 30, takerSellBase: 20 }),
    ];
  }).flat(),
);

/** The same day of the coin-margined perpetual, as its files state it: five minutes of open interest, hours of bars, settlements. */
async function coinMargined(): Promise<Chunk[]> {
  const metrics = Array.from({ length: 288 }, (_, at) => [text(DAY + at * 5 * MINUTE_MS), 'BTCUSD_PERP', 600_000, 1_000, 1.1, 1.2, 1.3, 0.9]); // prettier-ignore
  const bars = Array.from({ length: 24 }, (_, hour) => {
    const at = DAY + hour * HOUR_MS;
    return [at, 60_000, 60_100, 59_900, 60_050, 6_000, at + HOUR_MS - 1, 10, 9, 3_000, 5, 0];
  });
  const rates = [0, 8, 16].map((hour) => [DAY + hour * HOUR_MS, 8, 0.0001]);
  const files = await Promise.all([
    readTable('binance/cm-metrics', 'BTCUSD_PERP-metrics-2026-10-20.zip', csvOf([HEADER, ...metrics])),
    readTable('binance/cm-klines', 'BTCUSD_PERP-1h-2026-10-20.zip', csvOf(bars)),
    readTable('binance/cm-indexPriceKlines', 'BTCUSD-1h-2026-10-20.zip', csvOf(bars)),
    readTable('binance/cm-fundingRate', 'BTCUSD_PERP-fundingRate-2026-10.zip', csvOf(rates)),
  ]);
  return files.flatMap(({ chunks }) => chunks);
}

describe('coin-margined perpetuals beside those that are followed', () => {
  it('are instruments of their own, each row marked', async () => {
    const rows = await coinMargined();
    const names = rows.map(({ shared: { kind, instrument, market } }) => `${kind} ${instrument} ${market}`);
    assert.deepEqual([...new Set(names)].toSorted(), [
      'candle binance:BTCUSD coin-margined',
      'candle binance:BTCUSD_PERP coin-margined',
      'funding-rate binance:BTCUSD_PERP coin-margined',
      'long-short-ratio binance:BTCUSD_PERP coin-margined',
      'open-interest binance:BTCUSD_PERP coin-margined',
      'taker-volume binance:BTCUSD_PERP coin-margined',
    ]);
  });

  it('change no sum and no line of a range', async () => {
    const [without, beside] = [createMemoryStore('live'), createMemoryStore('live')];
    await without.append(followed);
    await beside.append(followed);
    await beside.append(await coinMargined());
    const ids: SeriesId[] = ['open-interest', 'open-interest-usd', 'volume', 'volume-usd', 'taker-buy', 'last-close', 'long-short-ratio']; // prettier-ignore
    for (const id of ids)
      for (const stepMs of [5 * MINUTE_MS, HOUR_MS]) {
        const about = { asset: 'BTC', id, stepMs, fromMs: DAY, toMs: NOW_MS, nowMs: NOW_MS, isSummed: true };
        const [first, second] = await Promise.all([readRange(without, about), readRange(beside, about)]);
        const rowsOf = async (range: typeof first) => {
          const found: unknown[] = [];
          for await (const { sum, columns } of range.rows()) found.push([sum, columns]);
          return found;
        };
        assert.ok(isDeepStrictEqual(await rowsOf(second), await rowsOf(first)), id);
        assert.deepEqual(second.sources, first.sources, id);
      }
    const rates = await beside.query({ kind: 'funding-rate', instrument: 'binance:BTCUSD_PERP' });
    assert.equal(rates.length, 3, 'asked for by name they are there');
  });

  it('change nothing of the history that charts and judgements read', async () => {
    const rows = await coinMargined();
    const [without, beside] = [seriesOfRows(followed, NOW_MS), seriesOfRows([...followed, ...rows], NOW_MS)];
    assert.ok(isDeepStrictEqual(contentOf(beside), contentOf(without)));
  });
});
