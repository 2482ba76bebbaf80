import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { allRows, type Chunk, type Rows } from '../../../src/core/chunk.ts';
import { facetOf, type FundingRate, type Observation } from '../../../src/core/observation.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/core/units.ts';
import { countOf } from '../../../src/series/hours.ts';
import { followedStore, SeriesBook } from '../../../src/series/seriesBook.ts';
import type { HistoryStore } from '../../../src/store/historyStore.ts';
import { createMemoryStore } from '../../../src/store/memoryStore.ts';
import { openSqliteStore } from '../../../src/store/sqliteStore.ts';
import { NOW, observe } from '../market/builders.ts';
import { contentOf } from './seriesOfRows.ts';

const HOUR = Math.floor(NOW / HOUR_MS) * HOUR_MS;

describe('a book of series', () => {
  const hours = fc.integer({ min: 1, max: 200 });
  const value = fc.integer({ min: 900, max: 1_100 });
  const exchange = fc.constantFrom('one', 'two');
  const endpoint = fc.constantFrom('GET /a', 'WS b');
  const row: fc.Arbitrary<Observation> = fc
    .tuple(fc.constantFrom('bar', 'five', 'now', 'day', 'last', 'mark', 'taker', 'ratio', 'settled', 'running', 'price', 'depth', 'liquidation'), exchange, endpoint, hours, value, fc.integer({ min: 0, max: 59 }), fc.boolean()) // prettier-ignore
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
        case 'five':
          return observe(id === 'two' ? 'gate' : id, 'open-interest', { ...receipt, endpoint: from, barMs: 5 * MINUTE_MS, atMs: bar.atMs + (minute % 12 < 6 ? 0 : 5 * MINUTE_MS), openInterestBase: amount, sides: isLate ? 'both' : 'one' });
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

  /** Rows as they come while time goes by: readings of the last hour, bars that have ended in the last three. */
  const recent = row.map((one): Observation => {
    const isReading = !('barMs' in one) && !('phase' in one && one.phase === 'settled');
    const agoMs = Math.abs(HOUR - one.atMs) % (isReading ? HOUR_MS : 3 * HOUR_MS);
    const atMs = isReading ? NOW - agoMs : HOUR - Math.floor(agoMs / HOUR_MS) * HOUR_MS;
    const isDay = 'barMs' in one && one.barMs === DAY_MS;
    return isDay
      ? { ...one, atMs: HOUR }
      : { ...one, atMs, receivedAtMs: one.receivedAtMs - one.atMs + atMs };
  });

  const sameAsReadAnew = async (openStore: () => Promise<HistoryStore>, numRuns: number): Promise<void> =>
    fc.assert(
      fc.asyncProperty(
        fc.array(row, { maxLength: 60 }),
        fc.array(fc.array(row, { minLength: 1, maxLength: 20 }), { maxLength: 5 }),
        fc.integer({ min: 0, max: 3 * HOUR_MS }),
        async (before, batches, laterMs) => {
          const store = await openStore();
          try {
            await store.append(before);
            const book = new SeriesBook(() => Promise.resolve(store));
            const followed = followedStore(store, book);
            await book.read('live', 'BTC', NOW);
            for (const batch of batches) await followed.append(inChunks(batch));
            const nowMs = NOW + laterMs;
            const incremental = await book.read('live', 'BTC', nowMs);
            const anew = await new SeriesBook(() => Promise.resolve(store)).read('live', 'BTC', nowMs);
            assert.deepEqual(contentOf(incremental), contentOf(anew));
          } finally {
            await store.close();
          }
        },
      ),
      { numRuns },
    );

  it('reads again what the store could not read before', async () => {
    const stored = createMemoryStore('live');
    const bar = { atMs: HOUR - 2 * HOUR_MS, barMs: HOUR_MS, receivedAtMs: HOUR, endpoint: 'GET /a' };
    await stored.append([observe('one', 'open-interest', { ...bar, openInterestBase: 5, sides: 'one' })]);
    let [isOpen, epoch, reads] = [false, 0, 0];
    const store = new Proxy(stored, {
      get(target, name): unknown {
        if (name === 'readingEpoch') return () => epoch;
        const value: unknown = Reflect.get(target, name);
        if (name === 'columns') reads += 1;
        return name === 'columns' && !isOpen ? async () => [] : typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const book = new SeriesBook(async () => store);
    const held = async (): Promise<number> => (await book.read('live', 'BTC', NOW)).column('open-interest').size;
    assert.equal(await held(), 0);
    [isOpen, epoch] = [true, 1];
    assert.equal(await held(), 1);
    const before = reads;
    await held();
    assert.equal(reads, before, 'once is enough');
  }); // prettier-ignore

  it('is to the bit what a book holds that reads the store afterwards, in whatever order rows come', () =>
    sameAsReadAnew(() => Promise.resolve(createMemoryStore('live')), 150));

  const told = async (known: readonly Observation[], later: readonly Observation[]) => {
    const store = createMemoryStore('live');
    await store.append(known);
    const book = new SeriesBook(() => Promise.resolve(store));
    const followed = followedStore(store, book);
    await book.read('live', 'BTC', NOW);
    for (const one of later) await followed.append([one]);
    const incremental = await book.read('live', 'BTC', NOW);
    const anew = await new SeriesBook(() => Promise.resolve(store)).read('live', 'BTC', NOW);
    assert.deepEqual(contentOf(incremental), contentOf(anew));
    return incremental;
  };

  it('holds one reading an hour, the nearest, though another one of the hour says more than its numbers', async () => {
    const depth = fc
      .tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: -20, max: 20 }), fc.boolean(), fc.integer({ min: 1, max: 3 }))
      .map(([ago, minute, reachedBid, late]) => {
        const atMs = HOUR - ago * HOUR_MS + minute * MINUTE_MS;
        return observe('one', 'depth', { atMs, receivedAtMs: atMs + 12 * HOUR_MS + late, reachedBid, bidUsd: late, askUsd: ago });
      });
    const readings = fc.array(depth, { maxLength: 20 });
    await fc.assert(fc.asyncProperty(readings, readings, async (known, later) => void (await told(known, later))), { numRuns: 300 });
    const hours = [1, 2, 3, 4].flatMap((ago) =>
      [1, 6].map((minute) => {
        const atMs = HOUR - ago * HOUR_MS + minute * MINUTE_MS;
        return observe('one', 'depth', { atMs, receivedAtMs: atMs, reachedBid: minute === 6, bidUsd: 5, askUsd: 5 });
      }),
    );
    const series = await told([], hours);
    assert.deepEqual([...series.column('depth-usd').values()].map(countOf), [], 'the nearest is a lower bound each hour');
  }); // prettier-ignore

  it('counts a settlement once that is told of again with another interval or basis, whichever comes first', async () => {
    const settlement = (receivedAtMs: number, intervalBasis: FundingRate['intervalBasis'], hours: number) => {
      const interval = { intervalBasis, intervalMs: hours * HOUR_MS, fundingRatePerInterval: 1e-4 };
      return observe('one', 'funding-rate', { ...interval, phase: 'settled', atMs: HOUR - 4 * HOUR_MS, receivedAtMs });
    };
    const first = settlement(HOUR + 1_000, 'schedule', 8);
    const second = settlement(HOUR + 2_000, 'payload', 4);
    for (const order of [[first, second], [second, first]])
      for (const known of [0, 1]) {
        const [settled] = (await told(order.slice(0, known), order.slice(known))).settledFunding;
        assert.deepEqual([...(settled?.intervalMs ?? [])], [4 * HOUR_MS]);
      }
    const basis = fc.constantFrom('payload' as const, 'schedule' as const, 'venue-default' as const);
    const rows = fc.array(
      fc
        .tuple(fc.integer({ min: 1, max: 4 }), basis, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 3 }))
        .map(([ago, own, received, hours]) => ({ ...settlement(HOUR + received, own, hours), atMs: HOUR - ago * HOUR_MS })),
      { maxLength: 20 },
    );
    await fc.assert(fc.asyncProperty(rows, rows, async (known, later) => void (await told(known, later))), { numRuns: 200 });
  }); // prettier-ignore

  it('is so over the file as well', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'perpscope-series-'));
    let files = 0;
    const open = () => openSqliteStore(join(folder, `${(files += 1)}.sqlite`), { source: 'live' });
    try {
      await sameAsReadAnew(open, 25);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('catches up with what another process has appended, reading the newest rows alone', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 60 }), fc.array(recent, { maxLength: 30 }), fc.integer({ min: 0, max: 40 }), async (before, batch, minutes) => {
        const store = createMemoryStore('live');
        await store.append(before);
        const book = new SeriesBook(() => Promise.resolve(store));
        await book.read('live', 'BTC', NOW);
        await store.append(batch);
        book.fallBehind('live');
        const nowMs = NOW + minutes * MINUTE_MS;
        const caughtUp = await book.read('live', 'BTC', nowMs);
        const anew = await new SeriesBook(() => Promise.resolve(store)).read('live', 'BTC', nowMs);
        assert.deepEqual(contentOf(caughtUp), contentOf(anew));
      }),
      { numRuns: 150 },
    ); // prettier-ignore
  });

  const bar = (exchange: string, ago: number) =>
    observe(exchange, 'open-interest', { barMs: HOUR_MS, atMs: HOUR - ago * HOUR_MS, openInterestBase: 10 });
  const hoursIn = async (book: SeriesBook, nowMs: number) =>
    [...(await book.read('live', 'BTC', nowMs)).column('open-interest').values()].map(countOf);

  it('sees at once that an exchange is back after a break, and within the hour what has filled a hole', async () => {
    const store = createMemoryStore('live');
    const bars = (exchange: string, from: number, to: number) =>
      Array.from({ length: from - to }, (_, index) => bar(exchange, from - index));
    await store.append([...bars('one', 40, 0), ...bars('two', 40, 20)]);
    const book = new SeriesBook(() => Promise.resolve(store));
    assert.deepEqual(await hoursIn(book, NOW), [40, 20]);
    await store.append(bars('two', 20, 0));
    assert.deepEqual(await hoursIn(book, NOW), [40, 20], 'nobody has said that there is more');
    book.fallBehind('live');
    assert.deepEqual(await hoursIn(book, NOW), [40, 40]);
    await store.append(bars('one', 60, 40));
    book.fallBehind('live');
    assert.deepEqual(await hoursIn(book, NOW + MINUTE_MS), [40, 40]);
    book.fallBehind('live');
    assert.deepEqual(await hoursIn(book, NOW + 61 * MINUTE_MS), [60, 40]);
  });

  it('keeps what it holds where the store cannot be read, and reads on when it can', async () => {
    const store = createMemoryStore('live');
    await store.append([bar('one', 2)]);
    const lock = { isHeld: false };
    const book = new SeriesBook(() =>
      lock.isHeld ? Promise.reject(new Error('locked')) : Promise.resolve(store),
    );
    assert.deepEqual(await hoursIn(book, NOW), [1]);
    await store.append([bar('one', 1)]);
    book.fallBehind('live');
    lock.isHeld = true;
    await assert.rejects(hoursIn(book, NOW), /locked/);
    lock.isHeld = false;
    assert.deepEqual(await hoursIn(book, NOW), [2]);
  });

  it('catches up with what was appended during a read that failed', async () => {
    const store = createMemoryStore('live');
    await store.append([bar('one', 2)]);
    const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
    const { promise: broken, reject: fail } = Promise.withResolvers<never>();
    const failing: HistoryStore = Object.assign(Object.create(store) as HistoryStore, {
      columns: () => {
        ask();
        return broken;
      },
    });
    let current: HistoryStore = store;
    const book = new SeriesBook(() => Promise.resolve(current));
    assert.deepEqual(await hoursIn(book, NOW), [1]);
    current = failing;
    // Far enough on that the read asks for points, though nobody has said that there is more.
    const later = NOW + 3 * HOUR_MS;
    const reading = hoursIn(book, later);
    await asked;
    await store.append([bar('one', 1)]);
    book.fallBehind('live');
    fail(new Error('locked'));
    await assert.rejects(reading, /locked/);
    current = store;
    assert.deepEqual(await hoursIn(book, NOW), [2]);
  });

  it('dates a reading of which only the label is known no later than its receipt', async () => {
    const store = createMemoryStore('live');
    const atMs = HOUR - 4 * HOUR_MS + 35 * MINUTE_MS;
    await store.append([observe('one', 'open-interest', { openInterestBase: 10, atMs, receivedAtMs: atMs + 100 })]);
    const series = await new SeriesBook(() => Promise.resolve(store)).read('live', 'BTC', NOW);
    const exchange = [...series.column('open-interest').keys()][0];
    assert.ok(exchange !== undefined);
    assert.equal(series.toldUntilMs(exchange), atMs + 100);
  }); // prettier-ignore

  it('holds what was appended while it read the store', async () => {
    const store = createMemoryStore('live');
    await store.append([bar('one', 3)]);
    const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    const slow: HistoryStore = Object.assign(Object.create(store) as HistoryStore, {
      columns: async (query: Parameters<HistoryStore['columns']>[0]) => {
        const columns = await store.columns(query);
        ask();
        await answered;
        return columns;
      },
    });
    const book = new SeriesBook(() => Promise.resolve(slow));
    const reading = hoursIn(book, NOW);
    await asked;
    await followedStore(store, book).append([bar('one', 2)]);
    answer();
    await reading;
    assert.deepEqual(await hoursIn(book, NOW), [2]);
  });

  it('counts a bar that was read again unchanged once it is over, as the store does', async () => {
    const store = createMemoryStore('live');
    const book = new SeriesBook(() => Promise.resolve(store));
    const followed = followedStore(store, book);
    const quotes = { openQuote: 1, highQuote: 2, lowQuote: 1, closeQuote: 2 };
    const candle = (receivedAtMs: number) =>
      observe('one', 'candle', { ...quotes, priceType: 'last', barMs: HOUR_MS, atMs: HOUR - HOUR_MS, receivedAtMs });
    await book.read('live', 'BTC', NOW);
    await followed.append([candle(HOUR - 3 * MINUTE_MS)]);
    await followed.append([candle(HOUR - 2 * MINUTE_MS)]);
    const closesIn = async (one: SeriesBook) => (await one.read('live', 'BTC', NOW)).column('last-close').size;
    assert.equal(await closesIn(book), 0, 'it was seen while it ran');
    assert.equal(await closesIn(new SeriesBook(() => Promise.resolve(store))), 0);
    await followed.append([candle(HOUR + 2 * MINUTE_MS)]);
    assert.equal(await closesIn(book), 1);
    assert.equal(await closesIn(new SeriesBook(() => Promise.resolve(store))), 1);
  }); // prettier-ignore

  it('reads nothing that it holds: where all that is appended is told, a refresh asks the store for no row', async () => {
    const store = createMemoryStore('live');
    let reads = 0;
    const counting = new Proxy(store, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (name === 'columns') reads += 1;
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    const book = new SeriesBook(() => Promise.resolve(counting));
    const followed = followedStore(counting, book);
    await book.read('live', 'BTC', NOW);
    const first = reads;
    assert.ok(first > 0);
    for (let minute = 1; minute <= 30; minute += 1) {
      const atMs = NOW + minute * MINUTE_MS;
      await followed.append([observe('one', 'open-interest', { openInterestBase: 10, atMs, receivedAtMs: atMs })]);
      await book.read('live', 'BTC', atMs + 1_000);
    } // prettier-ignore
    assert.equal(reads, first);
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
