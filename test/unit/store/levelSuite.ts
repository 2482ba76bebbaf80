import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Chunk } from '../../../src/core/chunk.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/core/units.ts';
import type { HistoryStore, StoredColumns } from '../../../src/store/historyStore.ts';
import { allBefore } from '../../support/allBefore.ts';
import { T0, openInterest } from './rows.ts';

const BAR_MS = 5 * MINUTE_MS;
const PER_DAY = DAY_MS / BAR_MS;

/** Five-minute levels whose value is the number of the bar: a neighbour taken for it is off by one. */
function levels(days: number, fields: Partial<Chunk['shared']> = {}, isLeftOut = (_at: number): boolean => false): Chunk {
  const { atMs: _at, openInterestBase: _base, ...shared } = openInterest({ barMs: BAR_MS, receivedAtMs: T0 + 99 * DAY_MS, ...(fields as object) });
  const places = Array.from({ length: days * PER_DAY }, (_, at) => at).filter((at) => !isLeftOut(at));
  return {
    shared: shared as unknown as Chunk['shared'],
    atMs: Float64Array.from(places, (at) => T0 + at * BAR_MS),
    columns: { openInterestBase: Float64Array.from(places) },
  };
} // prettier-ignore

/** What every history makes of five-minute levels by the hour and day; `tidy` folds, where there is something to fold. */
export function describeLevels(name: string, open: () => Promise<HistoryStore>, tidy: (store: HistoryStore) => void): void {
  describe(`hours of five-minute levels in ${name}`, () => {
    let store: HistoryStore;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    const stepped = async (stepMs: number, exchange = 'binance', fromMs = T0): Promise<StoredColumns | undefined> => {
      const asked = { kind: 'open-interest', facet: `bar-${BAR_MS}`, fields: ['openInterestBase'], exchange, stepMs } as const;
      return (await store.columns({ ...asked, fromMs }))[0];
    };
    const places = (found: StoredColumns | undefined): number[] => [...(found?.columns['openInterestBase'] ?? [])];

    for (const isTidied of [false, true])
      it(`are the rows of their own labels, ${isTidied ? 'from roll-ups' : 'from rows'}`, async () => {
        await store.append([levels(40)]);
        if (isTidied) tidy(store);
        const hours = await stepped(HOUR_MS);
        assert.deepEqual(places(hours), Array.from({ length: 40 * 24 }, (_, hour) => hour * 12));
        assert.deepEqual([...(hours?.atMs ?? [])].slice(0, 2), [T0, T0 + HOUR_MS]);
        const days = await stepped(DAY_MS);
        assert.deepEqual(places(days), Array.from({ length: 40 }, (_, day) => day * PER_DAY));
        assert.deepEqual(places(await stepped(DAY_MS, 'binance', T0 + 39 * DAY_MS)), [39 * PER_DAY]);
      });

    it('are not there where their own row is not, whatever stands beside it', async () => {
      await store.append([levels(3, {}, (at) => at % PER_DAY === 0 || at === 12)]);
      tidy(store);
      const hours = places(await stepped(HOUR_MS));
      assert.ok(!hours.includes(0) && !hours.includes(12) && hours.includes(24));
      assert.deepEqual(places(await stepped(DAY_MS)), []);
    });

    it('follow a row that is revised, filled in later or pruned', async () => {
      await store.append([levels(3, {}, (at) => at === 12)]);
      tidy(store);
      await store.append([openInterest({ barMs: BAR_MS, atMs: T0 + HOUR_MS, openInterestBase: 5, receivedAtMs: T0 + 100 * DAY_MS })]);
      await store.append([openInterest({ barMs: BAR_MS, atMs: T0 + DAY_MS, openInterestBase: 7, receivedAtMs: T0 + 100 * DAY_MS })]);
      assert.deepEqual(places(await stepped(HOUR_MS)).slice(0, 3), [0, 5, 24]);
      assert.deepEqual(places(await stepped(DAY_MS)), [0, 7, 2 * PER_DAY]);
      tidy(store);
      assert.deepEqual(places(await stepped(DAY_MS)), [0, 7, 2 * PER_DAY]);
      await store.prune(allBefore(T0 + HOUR_MS));
      tidy(store);
      assert.deepEqual(places(await stepped(HOUR_MS)).slice(0, 2), [5, 24]);
      assert.deepEqual(places(await stepped(DAY_MS)), [7, 2 * PER_DAY]);
    });

    it('are none of an exchange whose bars may say another moment than their label, nor days of hours', async () => {
      await store.append([levels(2, { exchange: 'gate' })]);
      await store.append([openInterest({ exchange: 'okx', barMs: HOUR_MS })]);
      tidy(store);
      assert.equal(await stepped(HOUR_MS, 'gate'), undefined);
      const hourly = { kind: 'open-interest', facet: `bar-${HOUR_MS}`, fields: ['openInterestBase'], stepMs: DAY_MS } as const;
      assert.deepEqual(await store.columns(hourly), []);
    });
  });
} // prettier-ignore
