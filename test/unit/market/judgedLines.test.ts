import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/core/units.ts';
import { JudgedLines } from '../../../src/market/judgedLines.ts';
import { regimeChart } from '../../../src/market/regimeChart.ts';
import { createMemoryStore } from '../../../src/store/memoryStore.ts';
import type { JournalQuery } from '../../../src/store/journal.ts';
import { lineOf } from '../../../src/analysis/timeline/line.ts';
import { candleRow, hoursBack, LAST_FULL_HOUR } from '../analysis/regime/history.ts';
import type { SharedWindow } from '../../support/sharedMarkets.ts';
import { historyWith, NOW } from './builders.ts';
import { BTC, TIMED, windows } from './sharedWindows.ts';

const judgedAt = (atMs: number, label: string, key = 'BTC') =>
  ({ topic: 'assessment', key, atMs, body: { label, family: 'quiet', isWeak: false } }) as const;

describe('stored assessments', () => {
  it('are read once: what was read stays, what was written since is added, what is too old now is left out', async () => {
    const store = createMemoryStore('live');
    const asked: (number | undefined)[] = [];
    const watched = { ...store, journal: (query: JournalQuery) => (asked.push(query.fromMs), store.journal(query)) }; // prettier-ignore
    const lines = new JudgedLines();
    const read = async (fromMs: number) =>
      (await lines.read(watched, { source: 'live', asset: 'BTC', key: 'BTC', fromMs, nowMs: 1_000 })).map(({ atMs }) => atMs);
    await store.appendJournal([judgedAt(10, 'neutral'), judgedAt(20, 'neutral'), judgedAt(20, 'unknown', 'ETH')]);
    assert.deepEqual(await read(5), [10, 20]);
    await store.appendJournal([judgedAt(30, 'unknown')]);
    assert.deepEqual(await read(15), [20, 30]);
    assert.deepEqual(await read(15), [20, 30]);
    // Further back than what is kept: all of it is read anew.
    assert.deepEqual(await read(0), [10, 20, 30]);
    assert.deepEqual(asked, [5, 20, 30, 0]);
  }); // prettier-ignore

  it('judged anew at the same moment are there as well, as in a window that reads them for the first time', async () => {
    const store = createMemoryStore('live');
    const of = async (lines: JudgedLines) =>
      (await lines.read(store, { source: 'live', asset: 'BTC', key: 'BTC', fromMs: 0, nowMs: 1_000 })).map(({ label }) => label);
    const lines = new JudgedLines();
    await store.appendJournal([judgedAt(10, 'neutral'), judgedAt(20, 'neutral')]);
    await of(lines);
    await store.appendJournal([judgedAt(20, 'short-squeeze')]);
    assert.deepEqual(await of(lines), ['neutral', 'neutral', 'short-squeeze']);
    await store.appendJournal([judgedAt(30, 'unknown')]);
    assert.deepEqual(await of(lines), ['neutral', 'neutral', 'short-squeeze', 'unknown']);
    assert.deepEqual(await of(lines), await of(new JudgedLines()));
  }); // prettier-ignore

  it('are read anew where a clock that ran ahead was set back', async () => {
    const store = createMemoryStore('live');
    const lines = new JudgedLines();
    const at = async (nowMs: number) =>
      (await lines.read(store, { source: 'live', asset: 'BTC', key: 'BTC', fromMs: 0, nowMs })).map(({ atMs }) => atMs);
    await store.appendJournal([judgedAt(10, 'neutral'), judgedAt(900, 'neutral')]);
    assert.deepEqual(await at(1_000), [10, 900]);
    await store.appendJournal([judgedAt(20, 'neutral')]);
    assert.deepEqual(await at(30), [10, 20, 900]);
  }); // prettier-ignore

  it('of one source or choice of exchanges are never given for another', async () => {
    const [live, simulated] = [createMemoryStore('live'), createMemoryStore('simulated')];
    await live.appendJournal([judgedAt(10, 'neutral'), judgedAt(11, 'unknown', 'BTC okx')]);
    await simulated.appendJournal([judgedAt(12, 'short-squeeze')]);
    const lines = new JudgedLines();
    const labels = async (source: 'live' | 'simulated', key: string) =>
      (
        await lines.read(source === 'live' ? live : simulated, {
          source,
          asset: 'BTC',
          key,
          fromMs: 0,
          nowMs: 1_000,
        })
      ).map(({ label }) => label);
    for (let time = 0; time < 2; time += 1) {
      assert.deepEqual(await labels('live', 'BTC'), ['neutral']);
      assert.deepEqual(await labels('simulated', 'BTC'), ['short-squeeze']);
      assert.deepEqual(await labels('live', 'BTC okx'), ['unknown']);
    }
  });

  it('are the same in the window that follows as in the one that collects', async () => {
    const { opened, during, advance, stores } = await windows(['a', 'b']);
    const [a, b] = opened as [SharedWindow, SharedWindow];
    await stores.simulated.appendJournal([judgedAt(a.market.nowMs(), 'short-squeeze')]);
    for (let round = 0; round < 3; round += 1) {
      await during(a.market.refresh(BTC));
      await during(b.market.refresh(TIMED));
      await advance(MINUTE_MS);
    }
    assert.ok(b.asked.length === 0 && a.asked.length > 0);
    const of = (one: SharedWindow) => one.market.judged('live', 'BTC', NOW - DAY_MS);
    const [own, told] = [await of(a), await of(b)];
    assert.ok(own.length >= 3 && own.every(({ label }) => label !== 'short-squeeze'));
    assert.deepEqual(told, own);
    assert.equal(own.at(-1)?.atMs, b.market.state.regimes.get('BTC')?.asOfMs);
  });

  it('end with the one that stands, though it is not written yet', async () => {
    const { opened, during, stores } = await windows(['a']);
    const [a] = opened as [SharedWindow];
    const shown: Promise<readonly unknown[]>[] = [];
    // As a panel does: it asks as soon as the end of a round is shown.
    a.market.onDidChange(({ regimes }) => {
      if (regimes.size > 0) shown.push(a.market.judged('live', 'BTC', NOW - DAY_MS));
    });
    await during(a.market.refresh(BTC));
    const stands = a.market.state.regimes.get('BTC');
    const first = (await shown[0]) as { atMs: number; label: string }[];
    assert.deepEqual([first.length, first[0]?.atMs, first[0]?.label], [1, stands?.asOfMs, stands?.label]);
    assert.deepEqual(await a.market.judged('live', 'BTC', NOW - DAY_MS), first, 'nor is it there twice');
    assert.equal((await stores.live.journal({ topic: 'assessment', key: 'BTC' })).length, 1);
    assert.deepEqual(await a.market.judged('simulated', 'BTC', NOW - DAY_MS), []);
  });

  it('are looked up for the exchanges that are shown', async () => {
    const { opened, during } = await windows(['a']);
    const [a] = opened as [SharedWindow];
    await during(a.market.refresh({ ...BTC, exchanges: ['okx', 'gate'] }));
    const [line] = await a.market.judged('live', 'BTC', NOW - DAY_MS);
    assert.equal(line?.atMs, a.market.state.regimes.get('BTC')?.asOfMs);
    await during(a.market.refresh(BTC));
    const all = await a.market.judged('live', 'BTC', NOW - DAY_MS);
    assert.deepEqual(
      all.map(({ atMs }) => atMs),
      [a.market.state.regimes.get('BTC')?.asOfMs],
    );
  });
});

describe('the regime chart', () => {
  const chartOf = (judged: Parameters<typeof regimeChart>[0]['judged'], candles = [] as object[]) =>
    regimeChart({
      history: historyWith({ candles } as never),
      judged,
      ...{ hours: 168, inOrder: () => 0, nameOf: (id: string) => id },
    });

  it('has runs and the price of the longest series, each hour at its end', () => {
    const lines = [0, 5, 30].map((minute, at) =>
      lineOf('BTC', NOW - HOUR_MS + minute * MINUTE_MS, { label: at === 0 ? 'neutral' : 'short-squeeze', family: 'quiet' }),
    );
    const chart = chartOf(lines, hoursBack(48, LAST_FULL_HOUR, (atMs, index) => candleRow('okx', atMs, 1, { closeQuote: 100 + index }))); // prettier-ignore
    assert.ok('data' in chart);
    const { runs, price, fromMs, longestPauseMs } = chart.data;
    assert.deepEqual(runs.map(({ label }) => label), ['neutral', 'short-squeeze', 'short-squeeze']); // prettier-ignore
    assert.deepEqual([fromMs, longestPauseMs], [NOW - 168 * HOUR_MS, 15 * MINUTE_MS]);
    assert.deepEqual([price?.priceFrom, price?.priceType], ['okx', 'last price']);
    assert.equal(price?.atMs.at(-1), LAST_FULL_HOUR + HOUR_MS);
  }); // prettier-ignore

  it('says what to do where nothing was assessed, and has no price where there is none up to now', () => {
    const empty = chartOf([]);
    assert.ok('unavailable' in empty);
    assert.match(empty.unavailable, /^No regime was assessed in these 168 h: .*kept from the first refresh on\. Press Refresh\.$/); // prettier-ignore
    const bare = chartOf([lineOf('BTC', NOW, { label: 'neutral' })]);
    assert.ok('data' in bare && bare.data.price === undefined);
  });
});
