import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { FundingRate, Observation, OpenInterest } from '../../../src/core/observation.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/core/units.ts';
import type { Resolution } from '../../../src/core/keepMonths.ts';
import type { HistoryStore } from '../../../src/store/historyStore.ts';
import type { JournalEntry } from '../../../src/store/journal.ts';
import type { KeepNote } from '../../../src/store/keepNote.ts';
import type { PruneBefore } from '../../../src/store/retention.ts';
import { T0, candle, liquidation, openInterest } from './rows.ts';

const LONG_AGO_MS = T0 - 1_500 * DAY_MS;
const DIM: Readonly<Record<Resolution, readonly number[]>> = {
  live: [MINUTE_MS],
  fiveMinutes: [5 * MINUTE_MS, 15 * MINUTE_MS],
  hourly: [HOUR_MS, 4 * HOUR_MS],
  daily: [DAY_MS, 7 * DAY_MS],
};
const ALL = Object.keys(DIM) as Resolution[];

const settlement: FundingRate = {
  ...{ kind: 'funding-rate', exchange: 'binance', venueSymbol: 'BTCUSDT', baseAsset: 'BTC', instrument: 'binance:BTCUSDT' },
  ...{ endpoint: 'GET /fundingRate', atMs: LONG_AGO_MS, receivedAtMs: T0, phase: 'settled', fundingRatePerInterval: 0.0001, intervalMs: 8 * HOUR_MS, intervalBasis: 'payload' },
}; // prettier-ignore

/** Rows that lie far back, by how far apart they are. */
function oldRows(): Record<Resolution, Observation[]> {
  const bars = (resolution: Resolution): Observation[] =>
    DIM[resolution].map((barMs) => candle({ barMs, atMs: LONG_AGO_MS, receivedAtMs: T0 }));
  const known = { atMs: LONG_AGO_MS, receivedAtMs: T0 };
  return {
    live: [...bars('live'), openInterest(known), liquidation(known), { ...settlement, phase: 'predicted' }],
    fiveMinutes: [...bars('fiveMinutes'), openInterest({ ...known, barMs: 5 * MINUTE_MS })],
    hourly: [...bars('hourly'), settlement],
    daily: bars('daily'),
  };
}

/** What every history promises about what it keeps for how long, run unchanged against each implementation. */
export function describeRetention(
  name: string,
  open: () => Promise<HistoryStore>,
  tidy: (store: HistoryStore) => void = () => undefined,
): void {
  describe(`retention in ${name}`, () => {
    let store: HistoryStore;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    const standing = async (): Promise<number> => {
      const kinds = ['candle', 'open-interest', 'liquidation', 'funding-rate'] as const;
      const all = await Promise.all(kinds.map((kind) => store.query({ kind })));
      return all.flat().length;
    };

    for (const resolution of ALL)
      it(`deletes of ${resolution} what is older than stated and of no other rows any`, async () => {
        const rows = oldRows();
        await store.append(Object.values(rows).flat());
        const before = await standing();
        assert.equal(await store.prune({ [resolution]: LONG_AGO_MS }), 0, 'the limit itself is kept');
        assert.equal(await store.prune({ [resolution]: T0 }), rows[resolution].length);
        assert.equal(await standing(), before - rows[resolution].length);
        const newest = (await store.feed()).rows.length;
        assert.equal(newest, before - rows[resolution].length - (resolution === 'live' ? 0 : 1), 'heads go with their rows');
      }); // prettier-ignore

    it('keeps for ever what is not stated, and all that was imported', async () => {
      const own = { exchange: 'import:mine', atMs: LONG_AGO_MS } as const;
      await store.append([...Object.values(oldRows()).flat(), openInterest(own)]);
      const [before] = [await standing()];
      assert.equal(await store.prune({}), 0);
      assert.equal(await standing(), before);
      const all: PruneBefore = { live: T0, fiveMinutes: T0, hourly: T0, daily: T0 };
      assert.equal(await store.prune(all), before);
      assert.equal((await store.query({ kind: 'open-interest', exchange: 'import:mine' })).length, 1);
      assert.equal((await store.latest({ kind: 'open-interest', exchange: 'import:mine' })).length, 1);
    });

    it('keeps gaps for as long as any rows, and the journal as live rows', async () => {
      const gap = { exchange: 'okx', stream: 'okx/trades', cause: 'closed', backfilled: false } as const;
      await store.appendGaps([{ ...gap, fromMs: LONG_AGO_MS, toMs: LONG_AGO_MS + 1 }]);
      await store.appendJournal([{ topic: 'assessment', key: 'BTC', atMs: LONG_AGO_MS, body: 1 }]);
      await store.prune({ fiveMinutes: T0, hourly: T0, daily: T0 });
      assert.equal((await store.journal({ topic: 'assessment' })).length, 1);
      await store.prune({ live: T0, fiveMinutes: T0, hourly: T0 });
      assert.equal((await store.journal({ topic: 'assessment' })).length, 0);
      assert.equal((await store.gaps({})).length, 1, 'days are kept for ever');
      await store.prune({ live: T0, fiveMinutes: T0, hourly: T0, daily: LONG_AGO_MS });
      assert.equal((await store.gaps({})).length, 1, 'days reach back to it');
      await store.prune({ live: T0, fiveMinutes: T0, hourly: T0, daily: T0 });
      assert.equal((await store.gaps({})).length, 0);
    });

    it('deletes around what a note protects, until the note is taken back', async () => {
      const days = (barMs: number, changes: Partial<OpenInterest> = {}): Observation[] =>
        Array.from({ length: (9 * DAY_MS) / barMs }, (_, at) =>
          openInterest({ barMs, atMs: LONG_AGO_MS + at * barMs, receivedAtMs: T0, openInterestBase: at + 1, ...changes }),
        );
      const other = { baseAsset: 'ETH', instrument: 'binance:ETHUSDT', venueSymbol: 'ETHUSDT' } as const;
      const price = candle({ barMs: HOUR_MS, atMs: LONG_AGO_MS + 4 * DAY_MS, receivedAtMs: T0 });
      await store.append([...days(HOUR_MS), ...days(5 * MINUTE_MS), ...days(HOUR_MS, other), price]);
      const revised = { barMs: HOUR_MS, atMs: LONG_AGO_MS + 5 * DAY_MS, openInterestBase: 7_777, receivedAtMs: T0 + 1 };
      await store.append([openInterest(revised)]);
      tidy(store);
      const [fromMs, toMs] = [LONG_AGO_MS + 3 * DAY_MS, LONG_AGO_MS + 6 * DAY_MS];
      const gap = { exchange: 'okx', stream: 'okx/trades', cause: 'closed', backfilled: false } as const;
      await store.appendGaps([{ ...gap, fromMs: fromMs + 1, toMs: fromMs + 2 }]);
      const note: KeepNote = { asset: 'BTC', kind: 'open-interest', fromMs, toMs, metric: 'open-interest', step: '1h', why: 'a study' };
      const keep = (body: KeepNote | null): JournalEntry => ({ topic: 'keep', key: 'a', atMs: LONG_AGO_MS, body });
      await store.appendJournal([keep(note)]);
      const all: PruneBefore = { live: T0, fiveMinutes: T0, hourly: T0, daily: T0 };
      const perDay = 24 + 288;
      assert.equal(await store.prune(all), 6 * perDay + 9 * 24 + 1);
      const left = await store.query({ kind: 'open-interest' });
      assert.equal(left.length, 3 * perDay);
      assert.ok(left.every(({ atMs, baseAsset }) => atMs >= fromMs && atMs < toMs && baseAsset === 'BTC'));
      tidy(store);
      const asked = { kind: 'open-interest', facet: 'bar-300000', fields: ['openInterestBase'], stepMs: HOUR_MS } as const;
      const [hours] = await store.columns(asked);
      assert.deepEqual([hours?.atMs[0], hours?.atMs.at(-1), hours?.atMs.length], [fromMs, toMs - HOUR_MS, 72]);
      const [then] = await store.query({ kind: 'open-interest', facet: 'bar-3600000', fromMs: revised.atMs, toMs: revised.atMs + 1, knownAtMs: T0 });
      assert.equal(then?.openInterestBase, 5 * 24 + 1, 'what it was before is kept with it');
      assert.equal((await store.gaps({})).length, 1);
      assert.equal(await store.prune(all), 0);
      assert.equal((await store.query({ kind: 'open-interest' })).length, 3 * perDay);
      await store.appendJournal([keep(null)]);
      assert.equal(await store.prune(all), 3 * perDay);
      assert.deepEqual([await store.query({ kind: 'open-interest' }), await store.gaps({})], [[], []]);
    }); // prettier-ignore

    for (const isTidied of [false, true])
      it(`has of a series whose newest row is deleted the newest that a note protects, ${isTidied ? 'tidied' : 'untidied'}, and feeds it to nobody anew`, async () => {
        const at = (day: number, openInterestBase: number): Observation => openInterest({ atMs: T0 + day * DAY_MS, receivedAtMs: T0 + 9 * DAY_MS, openInterestBase });
        await store.append([at(1, 1), at(3, 3), at(5, 5)]);
        if (isTidied) tidy(store);
        const body: KeepNote = { asset: 'BTC', kind: 'open-interest', fromMs: T0, toMs: T0 + 4 * DAY_MS, metric: 'open-interest', step: '1h', why: 'a study' };
        await store.appendJournal([{ topic: 'keep', key: 'a', atMs: T0, body }]);
        const seen = await store.feed();
        await store.prune({ live: T0 + 6 * DAY_MS });
        assert.deepEqual((await store.feed(seen)).rows, []);
        assert.deepEqual((await store.feed()).rows, [at(3, 3)]);
        // What is older comes later.
        await store.append([at(2, 2)]);
        assert.deepEqual(await store.latest({ kind: 'open-interest' }), [at(3, 3)]);
        assert.deepEqual((await store.feed()).rows, [at(3, 3)]);
        await store.append([at(7, 7)]);
        assert.deepEqual((await store.feed(seen)).rows, [at(7, 7)]);
      }); // prettier-ignore

    it('has no step any more of readings that are deleted, wherever the edge lies in it and what else is left', async () => {
      const at = (days: number): number => T0 + days * DAY_MS;
      const newest = 20;
      // Which readings (days after T0) there are, before when they are deleted, and what a note protects.
      const cases: readonly (readonly [readings: number[], before: number, left: number[], protectsTo?: number])[] = [
        [[0.6, 0.7], 0.9, []],
        [[0.6, 0.7, 9], 0.9, [9]],
        [[0.6, 1.1, 9], 0.9, [1, 9]],
        [[3, 5.1], 6, [3], 5.02],
        [[3, 4.9, 5.1, 7], 6, [3, 5, 7], 5.02],
      ];
      for (const [place, [readings, before, left, protectsTo]] of cases.entries()) {
        const asset = `A${place}`;
        const own = { baseAsset: asset, venueSymbol: `${asset}USDT`, instrument: `binance:${asset}USDT` } as const;
        await store.append([...readings, newest].map((days) => openInterest({ ...own, atMs: at(days), receivedAtMs: at(newest) })));
        tidy(store);
        if (protectsTo !== undefined) {
          const body: KeepNote = { asset, kind: 'open-interest', fromMs: at(2), toMs: at(protectsTo), metric: 'open-interest', step: '1h', why: 'a study' };
          await store.appendJournal([{ topic: 'keep', key: asset, atMs: T0, body }]);
        }
        await store.prune({ live: at(before) });
        for (const isTidied of [false, true]) {
          if (isTidied) tidy(store);
          const [days] = await store.columns({ kind: 'open-interest', baseAsset: asset, facet: 'now', fields: ['openInterestBase'], stepMs: DAY_MS });
          assert.deepEqual([...(days?.atMs ?? [])], [...left, newest].map(at), `${asset}${isTidied ? ', tidied' : ''}`);
        }
      }
    }); // prettier-ignore

    it('keeps what says which files were filled in, finds it by its key at once and feeds none of it', async () => {
      const keys = Array.from({ length: 10 }, (_, at) => `binance/um-metrics S${at}USDT`);
      const entries = keys.flatMap((key) =>
        Array.from({ length: 2_000 }, (_, day): JournalEntry => {
          const fromMs = LONG_AGO_MS + day * DAY_MS;
          return { topic: 'backfill', key, atMs: fromMs, body: { fromMs, toMs: fromMs + DAY_MS, rows: 288 } };
        }),
      );
      await store.appendJournal([{ topic: 'exchange', key: 'okx', atMs: T0, body: 1 }]);
      const seen = await store.feed();
      await store.appendJournal(entries);
      assert.deepEqual((await store.feed(seen)).entries, []);
      const beganMs = performance.now();
      assert.deepEqual((await store.feed()).entries.map(({ topic }) => topic), ['exchange']);
      const fedMs = performance.now();
      assert.deepEqual(await store.journal({ topic: 'backfill', key: keys[3] ?? '' }), entries.slice(6_000, 8_000));
      const [first] = await store.journal({ topic: 'backfill', isNewestOnly: true });
      assert.deepEqual(first, entries[1_999]);
      const tookMs = performance.now() - beganMs;
      assert.ok(tookMs < 2_000, `${tookMs} ms, ${fedMs - beganMs} of them for the feed`);
      await store.prune({ live: T0 + 1, fiveMinutes: T0, hourly: T0, daily: T0 });
      assert.equal((await store.journal({ topic: 'backfill' })).length, entries.length);
      const asked = { topic: 'backfill', key: keys[0] ?? '', fromMs: LONG_AGO_MS + DAY_MS, toMs: LONG_AGO_MS + 3 * DAY_MS } as const;
      assert.deepEqual(await store.journal(asked), entries.slice(1, 3));
      assert.deepEqual(await store.journal({ topic: 'backfill', key: '' }), []);
    }); // prettier-ignore
  });
}
