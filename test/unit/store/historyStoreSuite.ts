import assert from 'node:assert/strict';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { ContextValue } from '../../../src/core/contextValue.ts';
import { isPerpscopeError } from '../../../src/core/errors.ts';
import type { Candle, Observation } from '../../../src/core/observation.ts';
import type { Chunk } from '../../../src/core/chunk.ts';
import { DAY_MS, HOUR_MS } from '../../../src/core/units.ts';
import type { AppendResult, HistoryQuery, HistoryStore } from '../../../src/store/historyStore.ts';
import type { ObservationKind } from '../../../src/core/observation.ts';
import { NaiveModel } from './naiveModel.ts';
import { T0, candle, liquidation, openInterest } from './rows.ts';
import { allBefore } from '../../support/allBefore.ts';

const OI = { kind: 'open-interest' } as const;

/** The contract of HistoryStore, run unchanged against every implementation. `open` gives a new, empty history. */
export function describeHistoryStore(name: string, open: () => Promise<HistoryStore>): void {
  describe(`history in ${name}`, () => {
    let store: HistoryStore;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    it('gives back every field of what was appended', async () => {
      const rows = [
        openInterest({ openInterestBase: 0, usdBasis: 'venue', openInterestUsd: 1e10 / 3, barMs: 300_000 }),
        candle(),
        liquidation({ eventId: "x'; DROP TABLE series; --\0é😀" }),
        openInterest({ atBasis: 'received', openInterestBase: Number.MIN_VALUE }),
      ];
      assert.deepEqual(await store.append(rows), { inserted: 4, unchanged: 0, revised: 0 });
      assert.deepEqual(await store.query({ kind: 'candle' }), [rows[1]]);
      assert.deepEqual(await store.query({ kind: 'liquidation' }), [rows[2]]);
      assert.deepEqual(await store.query(OI), [rows[0], rows[3]]);
      assert.deepEqual(await store.query({ kind: 'depth' }), []);
    });

    it('leaves absent fields absent, and keeps a reported zero', async () => {
      const { openInterestBase: _, ...withoutBase } = openInterest();
      await store.append([withoutBase, openInterest({ atMs: T0 + 1, openInterestBase: 0 })]);
      const [absent, zero] = await store.query(OI);
      assert.ok(absent !== undefined && !('openInterestBase' in absent));
      assert.equal(zero?.openInterestBase, 0);
    });

    it('stores a batch once when it arrives three times', async () => {
      const batch = [openInterest(), candle(), liquidation()];
      await store.append(batch);
      for (const _ of [2, 3])
        assert.deepEqual(await store.append(batch), { inserted: 0, unchanged: 3, revised: 0 });
      assert.deepEqual(await store.append([...batch, ...batch]), { inserted: 0, unchanged: 6, revised: 0 });
      assert.equal((await store.query(OI)).length, 1);
    });

    it('counts a later receipt of equal values as unchanged, whatever the order of the fields', async () => {
      const row = openInterest();
      await store.append([row]);
      const reordered = { ...Object.fromEntries(Object.entries(row).reverse()), receivedAtMs: T0 + 9_000 };
      const result = await store.append([reordered as unknown as Observation]);
      assert.deepEqual(result, { inserted: 0, unchanged: 1, revised: 0 });
      assert.deepEqual(await store.query(OI), [row]);
    });

    it('takes a later receipt with other values and never an older or equally old one', async () => {
      const revised = openInterest({ openInterestBase: 101, receivedAtMs: T0 + 800 });
      await store.append([openInterest()]);
      assert.equal((await store.append([revised])).revised, 1);
      for (const receivedAtMs of [T0 + 700, T0 + 800]) {
        const result = await store.append([openInterest({ openInterestBase: 7, receivedAtMs })]);
        assert.deepEqual(result, { inserted: 0, unchanged: 1, revised: 0 });
      }
      assert.deepEqual(await store.query(OI), [revised]);
    });

    it('keeps a bar that was read while it ran as one that has ended, once it is read unchanged after its end', async () => {
      const at = (afterMs: number, fields: Partial<Candle> = {}): Candle => candle({ ...fields, receivedAtMs: T0 + afterMs });
      assert.equal((await store.append([at(30_000)])).inserted, 1);
      assert.equal((await store.append([at(59_999)])).unchanged, 1, 'it runs still');
      assert.deepEqual(await store.append([at(60_000)]), { inserted: 0, unchanged: 0, revised: 1 });
      assert.equal((await store.append([at(90_000)])).unchanged, 1, 'that it has ended is known');
      assert.deepEqual(await store.query({ kind: 'candle' }), [at(60_000)]);
      assert.deepEqual(await store.latest({ kind: 'candle' }), [at(60_000)]);
      assert.deepEqual(await store.query({ kind: 'candle', knownAtMs: T0 + 59_999 }), [at(30_000)]);
      const before = await store.feed();
      const day = (afterMs: number): Chunk => {
        const { atMs: _, closeQuote: _close, ...shared } = at(afterMs, { barMs: DAY_MS });
        return { shared, atMs: Float64Array.of(T0), columns: { closeQuote: Float64Array.of(7) } };
      };
      const counts = [2 * HOUR_MS, 3 * HOUR_MS, DAY_MS, 2 * DAY_MS];
      const results = await counts.reduce(async (all, ms) => [...(await all), await store.append([day(ms)])], Promise.resolve<AppendResult[]>([]));
      assert.deepEqual(results.map(({ inserted, revised }) => [inserted, revised]), [[1, 0], [0, 0], [0, 1], [0, 0]]);
      assert.deepEqual((await store.feed(before)).rows.map(({ receivedAtMs }) => receivedAtMs), [T0 + DAY_MS]);
      // A reading with the label of a bar is of one moment: nothing of it ends.
      await store.append([openInterest({ barMs: 60_000 })]);
      assert.equal((await store.append([openInterest({ barMs: 60_000, receivedAtMs: T0 + 90_000 })])).unchanged, 1);
    }); // prettier-ignore

    it('shows a stored row before the same one that was noted earlier', async () => {
      const later = openInterest({ receivedAtMs: T0 + 900 });
      await store.noteNewest([openInterest()]);
      const before = await store.feed();
      await store.append([later]);
      assert.deepEqual(await store.latest(OI), [later]);
      const fed = await store.feed(before);
      assert.deepEqual(fed.rows, [later]);
      await store.append([later]);
      assert.deepEqual((await store.feed(fed)).rows, []);
    });

    it('tells apart facets, endpoints and instruments of one moment', async () => {
      const rows = [
        openInterest({ endpoint: 'b' }),
        openInterest({ endpoint: 'a' }),
        openInterest({ endpoint: 'a', barMs: 300_000 }),
        openInterest({ endpoint: 'a', venueSymbol: 'ETHUSDT', baseAsset: 'ETH' }),
      ];
      assert.equal((await store.append(rows)).inserted, 4);
      assert.deepEqual(
        (await store.query(OI)).map((row) => `${row.endpoint} ${row.venueSymbol} ${row.barMs ?? 'now'}`),
        ['a BTCUSDT 300000', 'a BTCUSDT now', 'a ETHUSDT now', 'b BTCUSDT now'],
      );
    });

    it('returns rows in event time although they arrive out of order', async () => {
      const offsets = [5, 1, 4, 2, 3];
      for (const offset of offsets) await store.append([openInterest({ atMs: T0 + offset })]);
      assert.deepEqual(
        (await store.query(OI)).map((row) => row.atMs - T0),
        [1, 2, 3, 4, 5],
      );
    });

    it('includes the start of a range and excludes its end', async () => {
      await store.append([0, 1, 2, 3].map((offset) => openInterest({ atMs: T0 + offset })));
      const range = async (fromMs?: number, toMs?: number): Promise<number[]> => {
        const bounds = { ...(fromMs !== undefined && { fromMs }), ...(toMs !== undefined && { toMs }) };
        return (await store.query({ ...OI, ...bounds })).map((row) => row.atMs - T0);
      };
      assert.deepEqual(await range(T0 + 1, T0 + 3), [1, 2]);
      assert.deepEqual(await range(T0 + 2), [2, 3]);
      assert.deepEqual(await range(undefined, T0 + 1), [0]);
      assert.deepEqual(await range(T0 + 2, T0 + 2), []);
      assert.deepEqual(await range(T0 + 3, T0), []);
    });

    it('filters by instrument, exchange, base asset and facet, alone and together', async () => {
      await store.append([
        openInterest(),
        openInterest({ venueSymbol: 'ETHUSDT', baseAsset: 'ETH' }),
        openInterest({ exchange: 'bybit', barMs: 300_000 }),
      ]);
      const found = async (query: Partial<HistoryQuery<'open-interest'>>): Promise<string[]> =>
        (await store.query({ ...OI, ...query })).map((row) => row.instrument);
      assert.deepEqual(await found({ instrument: 'binance:ETHUSDT' }), ['binance:ETHUSDT']);
      assert.deepEqual(await found({ exchange: 'bybit' }), ['bybit:BTCUSDT']);
      assert.deepEqual(await found({ baseAsset: 'BTC' }), ['binance:BTCUSDT', 'bybit:BTCUSDT']);
      assert.deepEqual(await found({ facet: 'bar-300000' }), ['bybit:BTCUSDT']);
      assert.deepEqual(await found({ facet: 'now', baseAsset: 'ETH' }), ['binance:ETHUSDT']);
      assert.deepEqual(await found({ exchange: 'bybit', baseAsset: 'ETH' }), []);
    });

    it('gives the newest row per instrument and facet', async () => {
      const newest = [
        openInterest({ atMs: T0 + 2, endpoint: 'a' }),
        openInterest({ atMs: T0 + 3, barMs: 300_000 }),
        openInterest({ atMs: T0 + 4, exchange: 'bybit' }),
      ];
      await store.append([
        openInterest(),
        openInterest({ endpoint: 'a' }),
        openInterest({ barMs: 300_000 }),
        ...newest,
      ]);
      assert.deepEqual(await store.latest(OI), newest);
      assert.deepEqual(await store.latest({ ...OI, exchange: 'bybit' }), newest.slice(2));
      assert.deepEqual(await store.latest({ ...OI, facet: 'bar-300000' }), newest.slice(1, 2));
      const [early] = await store.latest({ ...OI, facet: 'now', exchange: 'binance', toMs: T0 + 1 });
      assert.equal(early?.atMs, T0);
      assert.deepEqual(await store.latest({ ...OI, fromMs: T0 + 5 }), []);
    });

    it('prefers the row received last where two endpoints report the same newest moment', async () => {
      const late = openInterest({ endpoint: 'b', receivedAtMs: T0 + 900 });
      await store.append([openInterest({ endpoint: 'a' }), late, openInterest({ endpoint: 'c' })]);
      assert.deepEqual(await store.latest(OI), [late]);
    });

    it('keeps each of several liquidations of one moment, and finds one by its facet', async () => {
      const rows = ['1', '2', '3'].map((eventId) => liquidation({ eventId }));
      await store.append([...rows, ...rows]);
      assert.deepEqual(await store.query({ kind: 'liquidation' }), rows);
      assert.deepEqual(await store.latest({ kind: 'liquidation' }), rows);
      assert.deepEqual(await store.query({ kind: 'liquidation', facet: '2' }), rows.slice(1, 2));
    });

    it('applies the newest base asset of an instrument to all of its rows', async () => {
      await store.append([openInterest({ baseAsset: 'XBT' })]);
      const later = { atMs: T0 + 1, receivedAtMs: T0 + 900 };
      await store.append([
        openInterest(later),
        openInterest({ ...later, baseAsset: 'XBT' }),
        openInterest(later),
      ]);
      assert.equal((await store.query({ ...OI, baseAsset: 'BTC' })).length, 2);
      assert.equal((await store.query({ ...OI, baseAsset: 'XBT' })).length, 0);
    });

    it('deletes what is older than the limit and says how much', async () => {
      await store.append([0, 1, 2].map((offset) => openInterest({ atMs: T0 + offset })));
      await store.append([liquidation(), liquidation({ atMs: T0 + 1, eventId: 'x' })]);
      assert.equal(await store.prune(allBefore(T0 + 1)), 2);
      assert.equal(await store.prune(allBefore(T0 + 1)), 0);
      assert.equal((await store.query(OI)).length, 2);
      assert.equal((await store.append([openInterest()])).inserted, 1);
    });

    it('refuses a batch with a number that is not finite or a time that is no time, and writes none of it', async () => {
      for (const bad of [
        openInterest({ openInterestUsd: NaN }),
        openInterest({ openInterestBase: Infinity }),
        openInterest({ atMs: NaN }),
        openInterest({ atMs: T0 * 1e6 }),
      ])
        await assert.rejects(store.append([candle(), bad]), (error) => isPerpscopeError(error, 'store'));
      assert.deepEqual(await store.query({ kind: 'candle' }), []);
    });

    it('keeps values of context providers beside the observations, once each', async () => {
      const score: ContextValue = {
        kind: 'context', provider: 'alternative-me', metric: 'fear-greed', unit: 'score', value: 0, label: "Fear'; --",
        atMs: T0, barMs: 86_400_000, receivedAtMs: T0 + 5, endpoint: 'GET /fng/',
      }; // prettier-ignore
      const { label: _label, barMs: _barMs, ...bare } = score;
      const flow: ContextValue = {
        ...bare, metric: 'etf-net-flow-usd', unit: 'usd', value: -1.5e8, provider: 'coinglass', asset: 'BTC',
        scope: 'US spot funds', atBasis: 'received', atMs: T0 + 1,
      }; // prettier-ignore
      assert.equal((await store.appendContext([flow, score])).inserted, 2);
      const revised = { ...score, value: 3, receivedAtMs: T0 + 9 };
      const older = { ...score, value: 8, receivedAtMs: T0 + 1 };
      const counts = await store.appendContext([score, revised, older]);
      assert.deepEqual(counts, { inserted: 0, unchanged: 2, revised: 1 });
      await store.append([candle()]);
      assert.deepEqual(await store.queryContext({}), [revised, flow]);
      assert.deepEqual(await store.queryContext({ metric: 'etf-net-flow-usd' }), [flow]);
      assert.deepEqual(await store.queryContext({ provider: 'alternative-me', toMs: T0 }), []);
      assert.deepEqual(await store.queryContext({ asset: 'BTC', fromMs: T0 + 1 }), [flow]);
      assert.equal((await store.query({ kind: 'candle' })).length, 1);
      for (const bad of [{ value: Number.NaN }, { atMs: T0 * 1e6 }])
        await assert.rejects(store.appendContext([{ ...flow, ...bad }]), (one) =>
          isPerpscopeError(one, 'store'),
        );
      assert.equal(await store.prune(allBefore(T0 + 1)), 2, 'the candle and the score');
      assert.deepEqual(await store.queryContext({}), [flow]);
    });

    it('accepts an empty batch', async () => {
      assert.deepEqual(await store.append([]), { inserted: 0, unchanged: 0, revised: 0 });
    });

    it('may be closed twice and refuses work afterwards', async () => {
      await store.close();
      await store.close();
      const isStoreError = (error: unknown): boolean => isPerpscopeError(error, 'store');
      await assert.rejects(store.append([openInterest()]), isStoreError);
      await assert.rejects(store.query(OI), isStoreError);
      await assert.rejects(store.latest(OI), isStoreError);
      await assert.rejects(store.prune(allBefore(T0)), isStoreError);
    });

    const seed = Number(process.env['PERPSCOPE_SEED'] ?? Date.now() % 2 ** 31);
    it(`agrees with a plain model on random commands (PERPSCOPE_SEED=${seed})`, async () => {
      const runs = fc.asyncProperty(fc.array(anyCommand, { maxLength: 25 }), async (commands) => {
        const [tested, model] = [await open(), new NaiveModel()];
        try {
          for (const { batch, query, pruneBefore } of commands) {
            assert.deepEqual(await tested.append(batch), model.append(batch));
            assert.deepEqual(await tested.query(query), model.query(query));
            assert.deepEqual(await tested.latest(query), model.latest(query));
            if (pruneBefore !== undefined)
              assert.equal(await tested.prune(allBefore(pruneBefore)), model.prune(pruneBefore));
          }
        } finally {
          await tested.close();
        }
      });
      await fc.assert(runs, { seed, numRuns: 150, interruptAfterTimeLimit: 4_000 });
    }).timeout(20_000);
  });
}

const small = fc.integer({ min: 0, max: 4 });

// Few values each, so that keys collide often.
const anyObservation: fc.Arbitrary<Observation> = fc
  .record({
    kind: fc.constantFrom('open-interest' as const, 'liquidation' as const, 'candle' as const),
    isBar: fc.boolean(),
    exchange: fc.constantFrom('binance', 'bybit'),
    endpoint: fc.constantFrom('a', 'b'),
    at: small,
    received: small,
    value: fc.integer({ min: 0, max: 2 }),
  })
  .map(({ kind, isBar, exchange, endpoint, at, received, value }) => {
    const instrument = `${exchange}:BTCUSDT` as const;
    const known = { exchange, instrument, endpoint, atMs: T0 + at, receivedAtMs: T0 + received };
    if (kind === 'liquidation')
      return liquidation({ ...known, eventId: isBar ? 'x' : 'y', priceQuote: value });
    // Its bars last as long as two receipts lie apart: some are read while they run, and again.
    if (kind === 'candle') return candle({ ...known, closeQuote: value, barMs: 2 });
    return openInterest({ ...known, openInterestBase: value, ...(isBar && { barMs: 300_000 }) });
  });

const anyQuery: fc.Arbitrary<HistoryQuery<ObservationKind>> = fc.record(
  {
    kind: fc.constantFrom<ObservationKind>('open-interest', 'liquidation', 'candle'),
    exchange: fc.constantFrom('binance', 'bybit'),
    instrument: fc.constantFrom('binance:BTCUSDT' as const, 'bybit:BTCUSDT' as const),
    facet: fc.constantFrom('now', 'bar-300000', 'x'),
    baseAsset: fc.constantFrom('BTC', 'ETH'),
    fromMs: small.map((offset) => T0 + offset),
    toMs: small.map((offset) => T0 + offset),
  },
  { requiredKeys: ['kind'] },
);

const anyCommand = fc.record({
  batch: fc.array(anyObservation, { maxLength: 6 }),
  query: anyQuery,
  pruneBefore: fc.option(
    small.map((offset) => T0 + offset),
    { nil: undefined, freq: 4 },
  ),
});
