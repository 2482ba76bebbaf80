import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { isPerpscopeError } from '../../../src/core/errors.ts';
import type { StreamGap } from '../../../src/core/streamGap.ts';
import type { HistoryStore } from '../../../src/store/historyStore.ts';
import { T0, openInterest } from './rows.ts';
import { allBefore } from '../../support/allBefore.ts';

function gap(changes: Partial<StreamGap> = {}): StreamGap {
  const known = {
    exchange: 'binance',
    stream: 'binance/trades',
    cause: 'closed',
    backfilled: false,
  } as const;
  return { ...known, fromMs: T0, toMs: T0 + 60_000, ...changes };
}

/** What every history promises about gaps, run unchanged against each implementation. */
export function describeGaps(name: string, open: () => Promise<HistoryStore>): void {
  describe(`gaps in ${name}`, () => {
    let store: HistoryStore;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    it('gives back what was written, once, in order of start', async () => {
      const late = gap({ fromMs: T0 + 10, cause: 'silent' });
      const other = gap({ exchange: 'bybit', stream: 'bybit/trades', cause: 'clock' });
      await store.appendGaps([late, gap()]);
      await store.appendGaps([gap(), other]);
      assert.deepEqual(await store.gaps({}), [gap(), other, late]);
    });

    it('turns backfilled to true and never back', async () => {
      await store.appendGaps([gap()]);
      await store.appendGaps([gap({ backfilled: true })]);
      await store.appendGaps([gap()]);
      assert.deepEqual(await store.gaps({}), [gap({ backfilled: true })]);
    });

    it('finds gaps that overlap a time, of one exchange or stream', async () => {
      const early = gap({ fromMs: T0 - 1_000, toMs: T0 - 500 });
      const other = gap({ exchange: 'bybit', stream: 'bybit/trades' });
      await store.appendGaps([early, gap(), other]);
      assert.deepEqual(await store.gaps({ fromMs: T0 - 100 }), [gap(), other]);
      assert.deepEqual(await store.gaps({ fromMs: T0 + 59_999, toMs: T0 + 70_000 }), [gap(), other]);
      assert.deepEqual(await store.gaps({ toMs: T0 }), [early]);
      assert.deepEqual(await store.gaps({ exchange: 'bybit' }), [other]);
      assert.deepEqual(await store.gaps({ stream: 'binance/trades', fromMs: T0 }), [gap()]);
    });

    it('refuses what is no stretch of time and writes none of the batch', async () => {
      for (const bad of [gap({ fromMs: NaN }), gap({ toMs: Infinity }), gap({ toMs: T0 - 1 })])
        await assert.rejects(store.appendGaps([gap(), bad]), (error) => isPerpscopeError(error, 'store'));
      assert.deepEqual(await store.gaps({}), []);
    });

    it('prunes gaps that ended, without counting them as rows', async () => {
      await store.append([openInterest()]);
      await store.appendGaps([gap(), gap({ toMs: T0 + 120_000 })]);
      assert.equal(await store.prune(allBefore(T0 + 90_000)), 1);
      assert.deepEqual(await store.gaps({}), [gap({ toMs: T0 + 120_000 })]);
    });

    it('refuses work after it was closed', async () => {
      await store.close();
      await assert.rejects(store.appendGaps([gap()]), (error) => isPerpscopeError(error, 'store'));
      await assert.rejects(store.gaps({}), (error) => isPerpscopeError(error, 'store'));
    });
  });
}
