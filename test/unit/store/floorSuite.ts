import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Chunk } from '../../../src/core/chunk.ts';
import { isPerpscopeError } from '../../../src/core/errors.ts';
import type { Observation } from '../../../src/core/observation.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/core/units.ts';
import { LOOK_ROUNDS, MOST_ROUNDS, type JournalEntry } from '../../../src/store/journal.ts';
import type { HistoryStore } from '../../../src/store/historyStore.ts';
import { T0, candle, liquidation, openInterest } from './rows.ts';
import { allBefore } from '../../support/allBefore.ts';

const OI = { kind: 'open-interest' } as const;

/** Open interest by bars of five minutes as one chunk. */
export function openInterestChunk(values: readonly number[], fields: Partial<Chunk['shared']> = {}): Chunk {
  const { atMs: _at, openInterestBase: _base, ...shared } = openInterest({ barMs: 5 * MINUTE_MS });
  return {
    shared: { ...shared, ...fields },
    atMs: Float64Array.from(values, (_, index) => T0 + index * 5 * MINUTE_MS),
    columns: { openInterestBase: Float64Array.from(values) },
  };
}

/** What the floor between store and analysis stands on, run unchanged against every implementation. */
export function describeFloor(name: string, open: () => Promise<HistoryStore>): void {
  describe(`columns, feed, journal and lease in ${name}`, () => {
    let store: HistoryStore;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    it('takes a chunk as its rows, once, and leaves out what is absent', async () => {
      const chunk = openInterestChunk([1, Number.NaN, 0]);
      assert.deepEqual(await store.append([chunk]), { inserted: 3, unchanged: 0, revised: 0 });
      assert.deepEqual(await store.append([chunk, candle()]), { inserted: 1, unchanged: 3, revised: 0 });
      const rows = await store.query(OI);
      assert.deepEqual(
        rows.map((row) => row.openInterestBase),
        [1, undefined, 0],
      );
      assert.deepEqual(rows[0], openInterest({ barMs: 5 * MINUTE_MS, openInterestBase: 1 }));
      const infinite = openInterestChunk([2, Infinity], { receivedAtMs: T0 + 900 });
      await assert.rejects(store.append([infinite]), (error) => isPerpscopeError(error, 'store'));
      assert.equal((await store.query(OI))[0]?.openInterestBase, 1);
    });

    it('keeps every bit of a number, also the sign of zero', async () => {
      const values = [
        -0,
        5e-324,
        0.1 + 0.2,
        1 / 3,
        1e21,
        123_456_789.123_456_78,
        Number.MAX_VALUE,
        2 ** 53 + 2,
      ];
      await store.append([openInterestChunk(values)]);
      await store.append(
        values.map((openInterestBase, at) => openInterest({ atMs: T0 + at, openInterestBase })),
      );
      for (const facet of ['now', 'bar-300000']) {
        const [found] = await store.columns({ ...OI, facet, fields: ['openInterestBase'] });
        assert.deepEqual([...(found?.columns['openInterestBase'] ?? [])], values);
        const rows = await store.query({ ...OI, facet });
        assert.deepEqual(rows.map((row) => row.openInterestBase), values); // prettier-ignore
      }
    });

    it('reads columns by series, with NaN where a row has no value, and leaves out series without the field', async () => {
      await store.append([
        openInterest({ atMs: T0 + 1 }),
        openInterest({ openInterestUsd: 5, usdBasis: 'venue', atMs: T0 + 2 }),
        openInterest({ exchange: 'bybit', openInterestUsd: 7, usdBasis: 'venue' }),
        openInterest({ exchange: 'bybit', atMs: T0 + 3, usdBasis: 'venue', receivedAtMs: T0 + 600 }),
      ]);
      const found = await store.columns({ ...OI, fields: ['openInterestUsd'] });
      assert.deepEqual(
        found.map(({ shared, atMs, receivedAtMs, columns }) => [
          shared.exchange,
          [...atMs],
          [...receivedAtMs],
          [...(columns['openInterestUsd'] ?? [])],
        ]),
        [
          ['binance', [T0 + 2], [T0 + 500], [5]],
          ['bybit', [T0, T0 + 3], [T0 + 500, T0 + 600], [7, Number.NaN]],
        ],
      );
      assert.equal(found[0]?.shared['usdBasis'], 'venue');
      assert.ok(!('receivedAtMs' in (found[0]?.shared ?? {})) && !('atMs' in (found[0]?.shared ?? {})));
      assert.deepEqual(await store.columns({ ...OI, fields: ['nonsense'] }), []);
      const late = { ...OI, fields: ['openInterestUsd'], fromMs: T0 + 3 };
      assert.deepEqual(await store.columns(late), []);
    });

    it('gives one value an hour or a day: the nearest reading, and sums of whole bars', async () => {
      const near = [-20, 10, 50, 70, 100].map((minute) =>
        openInterest({ atMs: T0 + minute * MINUTE_MS, openInterestBase: minute }),
      );
      await store.append(near);
      const [hours] = await store.columns({ ...OI, fields: ['openInterestBase'], stepMs: HOUR_MS });
      assert.deepEqual([...(hours?.atMs ?? [])], [T0, T0 + HOUR_MS, T0 + 2 * HOUR_MS]);
      assert.deepEqual([...(hours?.columns['openInterestBase'] ?? [])], [10, 70, 100]);
      const bars = Array.from({ length: 30 }, (_, hour) =>
        candle({ barMs: HOUR_MS, atMs: T0 + hour * HOUR_MS, volumeBase: hour, receivedAtMs: T0 + hour }),
      );
      await store.append(bars);
      const asked = { kind: 'candle', fields: ['volumeBase', 'closeQuote'] } as const;
      const [days] = await store.columns({ ...asked, stepMs: DAY_MS });
      assert.deepEqual([...(days?.atMs ?? [])], [T0], 'the second day is not whole');
      assert.deepEqual([...(days?.columns['volumeBase'] ?? [])], [(23 * 24) / 2]);
      assert.ok(!('closeQuote' in (days?.columns ?? {})), 'a price does not add up');
      assert.deepEqual([...(days?.receivedAtMs ?? [])], [T0 + 23]);
      const [same] = await store.columns({ ...asked, stepMs: HOUR_MS });
      assert.equal(same?.atMs.length, 30);
    });

    it('gives hours of a page at once, and anew when it is revised', async () => {
      const { barMs: _, ...shared } = openInterestChunk([]).shared;
      const page = (values: readonly number[], days: number): Chunk => ({
        ...openInterestChunk(values),
        shared: { ...shared, receivedAtMs: T0 + days * DAY_MS } as Chunk['shared'],
        atMs: Float64Array.from(values, (_value, row) => T0 + row * 20 * MINUTE_MS),
      });
      const hours = async (): Promise<number[]> => {
        const [found] = await store.columns({ ...OI, fields: ['openInterestBase'], stepMs: HOUR_MS });
        return [...(found?.columns['openInterestBase'] ?? [])];
      };
      await store.append([page([0, 1, 2, 3, 4, 5, 6], 9)]);
      assert.deepEqual(await hours(), [0, 3, 6]);
      await store.append([page([0, 1, 2, 30, 4, 5, 6, 7, 8, 9], 10)]);
      assert.deepEqual(await hours(), [0, 30, 6, 9]);
      await store.prune(allBefore(T0 + HOUR_MS));
      assert.deepEqual(await hours(), [30, 6, 9]);
      // A single row that goes into a block with a page around it, whose own rows stand for other hours.
      const late = openInterest({ exchange: 'okx', atMs: T0 + 3 * HOUR_MS, openInterestBase: 77 });
      const ends = { ...page([1, 2], 10), atMs: Float64Array.of(T0 + HOUR_MS, T0 + 6 * HOUR_MS) };
      const okx = { exchange: 'okx', instrument: late.instrument };
      await store.append([late]);
      await store.append([{ ...ends, shared: { ...ends.shared, ...okx } }]);
      const asked = { ...OI, exchange: 'okx', fields: ['openInterestBase'], stepMs: HOUR_MS } as const;
      const [found] = await store.columns(asked);
      assert.deepEqual([...(found?.columns['openInterestBase'] ?? [])], [1, 77, 2]);
    });

    it('knows what was known at a time: of rows, pages and events', async () => {
      const row = (openInterestBase: number, day: number): Observation =>
        openInterest({ openInterestBase, receivedAtMs: T0 + day * DAY_MS });
      const page = (value: number, day: number): Chunk =>
        openInterestChunk([value, 7], { receivedAtMs: T0 + day * DAY_MS });
      const event = (priceQuote: number, day: number): Observation =>
        liquidation({ priceQuote, eventId: 'x', receivedAtMs: T0 + day * DAY_MS });
      for (const day of [1, 2, 3]) await store.append([row(day, day), page(day, day), event(day, day)]);
      const known = async (day: number): Promise<unknown[]> => {
        const at = { knownAtMs: T0 + day * DAY_MS };
        const [now] = await store.query({ ...OI, facet: 'now', ...at });
        const [bar] = await store.columns({
          ...OI,
          facet: 'bar-300000',
          fields: ['openInterestBase'],
          ...at,
        });
        const [closed] = await store.query({ kind: 'liquidation', ...at });
        const [latest] = await store.latest({ ...OI, facet: 'now', ...at });
        return [
          now?.openInterestBase,
          latest?.openInterestBase,
          closed?.priceQuote,
          ...(bar?.columns['openInterestBase'] ?? []),
        ];
      };
      assert.deepEqual(await known(0.5), [undefined, undefined, undefined]);
      assert.deepEqual(await known(1), [1, 1, 1, 1, 7]);
      assert.deepEqual(await known(2.5), [2, 2, 2, 2, 7]);
      assert.deepEqual(await known(9), [3, 3, 3, 3, 7]);
    });

    it('knows the highest and lowest of each field of each series', async () => {
      await store.append([
        openInterestChunk([3, 1, Number.NaN, 9, 9]),
        openInterest({ openInterestBase: 4 }),
      ]);
      const found = await store.extremes({ ...OI, facet: 'bar-300000' });
      assert.deepEqual(
        found.map(({ field, highest, lowest }) => ({ field, highest, lowest })),
        [
          {
            field: 'openInterestBase',
            highest: { value: 9, atMs: T0 + 15 * MINUTE_MS },
            lowest: { value: 1, atMs: T0 + 5 * MINUTE_MS },
          },
        ],
      );
      assert.equal((await store.extremes(OI)).length, 2);
      await store.append([openInterestChunk([3, 1, 2, 2, 2], { receivedAtMs: T0 + 700 })]);
      const [revised] = await store.extremes({ ...OI, facet: 'bar-300000' });
      assert.deepEqual(revised?.highest, { value: 3, atMs: T0 }, 'what was taken back is no record');
    });

    it('dates equal extremes by the first in time, whatever came first', async () => {
      await store.append([5, 1].map((hour) => openInterest({ atMs: T0 + hour * HOUR_MS })));
      const [found] = await store.extremes(OI);
      assert.deepEqual([found?.highest.atMs, found?.lowest.atMs], [T0 + HOUR_MS, T0 + HOUR_MS]);
    });

    it('judges a single row by the page as it stands now, not as it stood at the row before', async () => {
      const late = T0 + 90 * DAY_MS;
      const page = (exchange: string, from: number, count: number, value: number, receivedAtMs: number): Chunk => {
        const whole = openInterestChunk(Array.from({ length: count }, () => value), { exchange, instrument: `${exchange}:BTCUSDT`, receivedAtMs });
        return { ...whole, atMs: whole.atMs.map((atMs) => atMs + from * 5 * MINUTE_MS) };
      };
      const single = (exchange: string, place: number, openInterestBase: number, receivedAtMs: number): Observation =>
        openInterest({ exchange, instrument: `${exchange}:BTCUSDT`, atMs: T0 + place * 5 * MINUTE_MS, barMs: 5 * MINUTE_MS, openInterestBase, receivedAtMs });
      await store.append([page('binance', 0, 600, 1_000, late), page('binance', 700, 600, 1_000, late)]);
      await store.append([single('binance', 750, 1_000, late + 1)]);
      // Two pages become one, and another instrument's page gets the number that is free now.
      await store.append([page('binance', 500, 300, 1_000, late + 2)]);
      await store.append([page('bybit', 700, 600, 7, late + 3)]);
      assert.deepEqual(await store.append([single('bybit', 760, 9, late - 1)]), { inserted: 0, unchanged: 1, revised: 0 });
      assert.deepEqual(await store.append([single('bybit', 760, 1_000, late + 5)]), { inserted: 0, unchanged: 0, revised: 1 });
      const before = await store.query({ ...OI, exchange: 'bybit', fromMs: T0 + 760 * 5 * MINUTE_MS, toMs: T0 + 761 * 5 * MINUTE_MS, knownAtMs: late + 4 });
      assert.deepEqual(before.map((row) => row.openInterestBase), [7]);
      // A row that filled a hole of the page is known, too.
      await store.append([single('binance', 650, 3, late - 1)]);
      assert.equal((await store.query({ ...OI, exchange: 'binance' })).find(({ atMs }) => atMs === T0 + 650 * 5 * MINUTE_MS)?.openInterestBase, 1_000);
    }); // prettier-ignore

    it('feeds what is new: newest rows and entries, once', async () => {
      const first = await store.feed();
      assert.deepEqual([first.rows, first.entries], [[], []]);
      await store.append([openInterest(), openInterest({ atMs: T0 + 5 }), liquidation()]);
      const second = await store.feed(first);
      assert.deepEqual(second.rows, [openInterest({ atMs: T0 + 5 })]);
      await store.append([openInterest(), openInterest({ atMs: T0 + 4 })]);
      assert.deepEqual((await store.feed(second)).rows, [], 'what is no news is not fed');
      const noted = openInterest({ atMs: T0 + 9, openInterestBase: 5 });
      await store.noteNewest([noted]);
      const entry = { topic: 'round', key: 'okx', atMs: T0, body: { ok: 1 } } as const;
      await store.appendJournal([entry, { ...entry, atMs: T0 + 1 }]);
      const third = await store.feed(second);
      assert.deepEqual(third.rows, [noted]);
      assert.deepEqual(
        third.entries,
        [{ ...entry, atMs: T0 + 1 }],
        'the newest of a key is the one that holds',
      );
      assert.deepEqual(await store.latest(OI), [noted], 'noted rows are the newest');
      assert.equal((await store.query(OI)).length, 3, 'and are not stored');
      assert.deepEqual((await store.feed(third)).rows, []);
      assert.deepEqual((await store.feed()).rows, [noted]);
      assert.deepEqual(
        (await store.feed({ ...third, sequence: 1e9 })).rows,
        [noted],
        'a number that was never given starts anew',
      );
      await assert.rejects(store.noteNewest([openInterest({ atMs: Number.NaN })]), (error) =>
        isPerpscopeError(error, 'store'),
      );
      await store.prune(allBefore(T0 + 10));
      assert.deepEqual(await store.latest(OI), []);
    });

    it('feeds all that stands to who comes from another file, however far that one had counted', async () => {
      const other = await open();
      const place = await other.feed();
      await other.close();
      const entry = { topic: 'exchange', key: 'okx', atMs: T0, body: 1 } as const;
      for (const key of ['okx', 'gate']) await store.appendJournal([{ ...entry, key }]);
      await store.append([openInterest()]);
      const last = await store.feed();
      const anew = await store.feed({ ...place, sequence: last.sequence - 1 });
      assert.deepEqual(anew, last);
      assert.deepEqual([anew.rows.length, anew.entries.length], [1, 2]);
      assert.deepEqual(await store.feed(anew), { ...anew, rows: [], entries: [] });
    });

    it('keeps a journal by topic and key', async () => {
      const entry = {
        topic: 'assessment',
        key: 'BTC',
        atMs: T0,
        body: { label: "it's", nothing: null },
      } as const;
      const later = { ...entry, atMs: T0 + 5, body: [1] };
      await store.appendJournal([later, entry, { ...entry, key: 'ETH' }, { ...entry, topic: 'round' }]);
      const asked = { topic: 'assessment' } as const;
      assert.deepEqual(await store.journal({ ...asked, key: 'BTC' }), [entry, later]);
      assert.deepEqual(await store.journal({ ...asked, key: 'BTC', fromMs: T0 + 1 }), [later]);
      assert.deepEqual(await store.journal({ ...asked, toMs: T0 }), []);
      assert.deepEqual(await store.journal({ ...asked, isNewestOnly: true }), [
        { ...entry, key: 'ETH' },
        later,
      ]);
      await store.prune(allBefore(T0 + 1));
      assert.deepEqual(await store.journal(asked), [later]);
    });

    it('keeps of what stands the newest of each key, whatever its time, and feeds it', async () => {
      const entry = { topic: 'exchange', key: 'okx', atMs: T0 + 5, body: { n: 1 } } as const;
      const newer = { ...entry, atMs: T0, body: { n: 2 } };
      await store.appendJournal([entry, { ...entry, key: 'gate' }]);
      const before = await store.feed();
      await store.appendJournal([newer]);
      assert.deepEqual(await store.journal({ topic: 'exchange', key: 'okx' }), [newer]);
      assert.deepEqual((await store.feed(before)).entries, [newer]);
      assert.deepEqual((await store.feed()).entries.map(({ key }) => key).sort(), ['gate', 'okx']);
    });

    it('keeps so many rounds and no more, and every assessment', async () => {
      const entry = { topic: 'round', key: 'okx', body: 1 } as const;
      const entries = (from: number, count: number): JournalEntry[] =>
        Array.from({ length: count }, (_, index) => ({ ...entry, atMs: T0 + from + index }));
      const judged = { topic: 'assessment', key: 'BTC', atMs: T0, body: 1 } as const;
      await store.appendJournal([judged, ...entries(0, MOST_ROUNDS)]);
      await store.appendJournal(entries(MOST_ROUNDS, 2 * LOOK_ROUNDS));
      const kept = await store.journal({ topic: 'round' });
      assert.ok(
        kept.length >= MOST_ROUNDS && kept.length <= MOST_ROUNDS + LOOK_ROUNDS,
        `${kept.length} are kept`,
      );
      assert.equal(kept.at(-1)?.atMs, T0 + MOST_ROUNDS + 2 * LOOK_ROUNDS - 1);
      assert.deepEqual(await store.journal({ topic: 'assessment' }), [judged]);
    }).timeout(20_000);

    it('gives the lease to one at a time', async () => {
      assert.equal(await store.lease(), undefined);
      const held = await store.takeLease('a', undefined);
      assert.deepEqual(held, { epoch: 1, holder: 'a', beat: 0 });
      assert.ok(held !== undefined);
      assert.equal(await store.takeLease('b', undefined), undefined, 'it was seen as free');
      assert.equal(await store.beatLease(held), true);
      assert.equal(await store.takeLease('b', held), undefined, 'it has beaten since');
      const seen = await store.lease();
      assert.deepEqual(seen, { epoch: 1, holder: 'a', beat: 1 });
      const taken = await store.takeLease('b', seen);
      assert.deepEqual(taken, { epoch: 2, holder: 'b', beat: 0 });
      assert.equal(await store.beatLease(held), false);
      await store.endLease(held);
      assert.deepEqual(await store.lease(), taken, 'who lost it cannot end it');
      assert.ok(taken !== undefined);
      await store.endLease(taken);
      assert.equal(await store.lease(), undefined);
      assert.equal((await store.takeLease('a', undefined))?.epoch, 3, 'an epoch never comes twice');
    });
  });
}
