import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { allRows, type Chunk, type Rows } from '../../../src/core/chunk.ts';
import { facetOf, type Observation } from '../../../src/core/observation.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/core/units.ts';
import type { AssetSeries } from '../../../src/series/assetSeries.ts';
import { catalogue, type JoinedSeriesId, type SeriesId } from '../../../src/series/catalogue.ts';
import { followedStore, SeriesBook } from '../../../src/series/seriesBook.ts';
import { createMemoryStore } from '../../../src/store/memoryStore.ts';
import { NOW, observe } from '../market/builders.ts';

const HOUR = Math.floor(NOW / HOUR_MS) * HOUR_MS;

/** Everything that a history states, as plain data. */
function contentOf(series: AssetSeries): unknown {
  const columns = (Object.keys(catalogue) as SeriesId[]).map((id) => {
    const joined = 'isByFeed' in catalogue[id] ? [] : [...series.column(id as JoinedSeriesId)];
    return [id, joined, series.parts(id).map((part) => [part, part.receivedAtMs, part.awayMs])];
  });
  const { readings, settledFunding, apart } = series;
  return structuredClone({ columns, readings, settledFunding, apart });
}

describe('a book of series', () => {
  const hours = fc.integer({ min: 1, max: 200 });
  const value = fc.integer({ min: 900, max: 1_100 });
  const exchange = fc.constantFrom('one', 'two');
  const endpoint = fc.constantFrom('GET /a', 'WS b');
  const row: fc.Arbitrary<Observation> = fc
    .tuple(fc.constantFrom('bar', 'now', 'day', 'last', 'mark', 'taker', 'ratio', 'settled', 'running', 'price', 'depth', 'liquidation'), exchange, endpoint, hours, value, fc.integer({ min: 0, max: 59 }), fc.boolean()) // prettier-ignore
    .map(([what, id, from, ago, amount, minute, isLate]) => {
      const bar = { barMs: HOUR_MS, atMs: HOUR - ago * HOUR_MS, endpoint: from };
      // What is received later states something else, as revisions do.
      const receipt = { receivedAtMs: bar.atMs + (isLate ? 90 : 30) * MINUTE_MS + amount };
      const now = { atMs: bar.atMs + minute * MINUTE_MS + 7 * amount, endpoint: from };
      const read = { ...now, receivedAtMs: now.atMs + amount };
      const quotes = { openQuote: amount, highQuote: amount + 5, lowQuote: amount - 5, closeQuote: amount };
      switch (what) {
        case 'bar':
          return observe('one', 'open-interest', { ...bar, ...receipt, openInterestBase: amount, sides: isLate ? 'both' : 'unverified' });
        case 'now':
          return observe(id, 'open-interest', { ...read, openInterestBase: amount, openInterestUsd: amount * 5 });
        case 'day':
          return observe(id, 'open-interest', { ...receipt, endpoint: from, barMs: DAY_MS, atMs: HOUR - ago * DAY_MS, openInterestBase: amount });
        case 'last':
        case 'mark':
          return observe(id, 'candle', { ...bar, ...receipt, ...quotes, priceType: what, volumeBase: amount });
        case 'taker':
          return observe(id, 'taker-volume', { ...bar, ...receipt, takerBuyBase: amount, takerSellBase: amount + 1 });
        case 'ratio':
          return observe(id, 'long-short-ratio', { ...bar, ...receipt, longShortRatio: amount / 1_000 });
        case 'settled':
          return observe(id, 'funding-rate', { ...bar, ...receipt, phase: 'settled', fundingRatePerInterval: amount / 1e7 });
        case 'running':
          return observe(id, 'funding-rate', { ...read, fundingRatePerInterval: amount / 1e7 });
        case 'price':
          return observe(id, 'mark-price', { ...read, markPriceQuote: amount });
        case 'depth':
          return observe(id, 'depth', { ...read, bidUsd: amount, askUsd: amount, reachedAsk: isLate });
        default:
          return observe(id, 'liquidation-volume', { ...bar, ...receipt, longLiquidatedUsd: amount, shortLiquidatedUsd: amount, coverage: 'complete' });
      }
    }); // prettier-ignore

  it('is to the bit what a book holds that reads the store afterwards, in whatever order rows come', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { maxLength: 60 }),
        fc.array(fc.array(row, { minLength: 1, maxLength: 20 }), { maxLength: 5 }),
        fc.integer({ min: 0, max: 3 * HOUR_MS }),
        async (before, batches, laterMs) => {
          const store = createMemoryStore('live');
          await store.append(before);
          const book = new SeriesBook(() => Promise.resolve(store));
          const followed = followedStore(store, book);
          await book.read('live', 'BTC', NOW);
          for (const batch of batches) await followed.append(inChunks(batch));
          const nowMs = NOW + laterMs;
          const incremental = await book.read('live', 'BTC', nowMs);
          const anew = await new SeriesBook(() => Promise.resolve(store)).read('live', 'BTC', nowMs);
          assert.deepEqual(contentOf(incremental), contentOf(anew));
        },
      ),
      { numRuns: 150 },
    );
  });
});

/** Every second row of a batch as a chunk of its own. */
function inChunks(rows: readonly Observation[]): Rows {
  return rows.map((row, index) => (index % 2 === 0 ? row : chunkOf(row)));
}

function chunkOf(row: Observation): Chunk {
  const { atMs, ...rest } = row;
  const numbers = Object.entries(rest).filter(([name, value]) => typeof value === 'number' && /Base|Usd|Quote|Ratio/.test(name));
  const shared = Object.fromEntries(Object.entries(rest).filter(([name]) => !numbers.some(([own]) => own === name)));
  const chunk = {
    shared: shared as unknown as Chunk['shared'],
    atMs: Float64Array.of(atMs),
    columns: Object.fromEntries(numbers.map(([name, value]) => [name, Float64Array.of(value as number)])),
  };
  assert.deepEqual(allRows([chunk]), [row], facetOf(row));
  return chunk;
} // prettier-ignore
