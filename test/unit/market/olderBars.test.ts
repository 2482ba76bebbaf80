import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ScoredBar } from '../../../src/analysis/calibration/windows.ts';
import { ASSUMED_MARGIN } from '../../../src/analysis/heatmap/assumedMargin.ts';
import { ExchangeLevels, placedShare } from '../../../src/analysis/heatmap/exchangeLevels.ts';
import { DEFAULT_LEVERAGE_WEIGHTS, LEVERAGES } from '../../../src/analysis/heatmap/leveragePriors.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/core/units.ts';
import type { Charted, LiquidationModel } from '../../../src/market/chartData.ts';
import { chartInput } from '../../../src/market/charts.ts';
import { firstHeldMs } from '../../../src/market/levelSources.ts';
import { FILLED_DAYS, olderSeries, olderSeriesRead } from '../../../src/market/olderBars.ts';
import { pastHistory, storedHistory } from '../../../src/market/roundEnd.ts';
import { storedLevels } from '../../../src/market/shownLevels.ts';
import { adapterOf } from '../../../src/sources/exchanges/registry.ts';
import { createMemoryStore } from '../../../src/store/memoryStore.ts';
import type { HistoryStore } from '../../../src/store/historyStore.ts';
import { endingAt, levelHistory } from '../../support/levelHistory.ts';
import { structurelessMarket } from '../analysis/calibration/markets.ts';

const NOW = Date.UTC(2026, 9, 20, 12, 23);
const LAST_FULL_HOUR = Date.UTC(2026, 9, 20, 11);
const OKX = { exchange: 'okx', venueSymbol: 'BTC-USDT-SWAP', part: 1 };
const OLDEST_MS = firstHeldMs(NOW) - (FILLED_DAYS - 30) * DAY_MS;
const adapters = [adapterOf('okx')].filter((one) => one !== undefined);
/** Little is traded, so that what was opened long ago still stands. */
const market = (days: number): ScoredBar[] =>
  endingAt(structurelessMarket(5, days * 24), LAST_FULL_HOUR).map((bar) => ({
    ...bar,
    volumeBase: (bar.volumeBase ?? 0) / 100,
  }));

async function storeOf(bars: readonly ScoredBar[]): Promise<HistoryStore> {
  const store = createMemoryStore('live');
  // Without liquidations there is no score, and the weights are the assumed ones.
  await store.append(levelHistory(OKX, bars).filter(({ kind }) => kind !== 'liquidation-volume'));
  return store;
}

async function levelsOf(store: HistoryStore, nowMs = NOW): Promise<Charted<LiquidationModel>> {
  const from = { adapters, storeOf: () => Promise.resolve(store) };
  const historyAt = (atMs: number) => pastHistory(from, 'BTC', 'live', atMs);
  const history = await storedHistory(from, 'BTC', 'live', nowMs);
  const input = chartInput(history, 168, adapters);
  const older = await olderSeries({ source: 'live', asset: 'BTC', store, historyAt }, nowMs);
  return storedLevels(store, input, { asset: 'BTC', levelsOf: undefined }, { adapters, older });
}

async function modelOf(store: HistoryStore, nowMs = NOW): Promise<LiquidationModel> {
  const levels = await levelsOf(store, nowMs);
  assert.ok('data' in levels, 'unavailable' in levels ? levels.unavailable : '');
  return levels.data;
}

/** What one run over bars places of longs. */
function placedBy(bars: readonly ScoredBar[]): number {
  const levels = new ExchangeLevels('okx', ASSUMED_MARGIN, LEVERAGES, bars[0]?.closeQuote ?? Number.NaN);
  for (const bar of bars) levels.step(bar);
  return placedShare([levels], 'long', DEFAULT_LEVERAGE_WEIGHTS) ?? Number.NaN;
}
const since = (bars: readonly ScoredBar[], fromMs: number) => bars.filter(({ atMs }) => atMs >= fromMs);
const filledFrom = ({ assumptions }: LiquidationModel): string =>
  assumptions.find((words) => words.startsWith('Filled by the hour from ')) ?? '';
const minute = (atMs: number): string => new Date(atMs).toISOString().slice(0, 16).replace('T', ' ');

describe('levels over more than the days in memory', function () {
  this.timeout(120_000);
  const year = market(140);

  it('are those of one run over all bars of the last 90 days, and say so', async () => {
    const model = await modelOf(await storeOf(year));
    const expected = placedBy(since(year, OLDEST_MS));
    assert.ok(Math.abs((model.placed.long ?? NaN) / expected - 1) < 1e-9, `${model.placed.long} ${expected}`);
    const month = placedBy(since(year, firstHeldMs(NOW)));
    assert.ok(expected > month + 0.05, `${expected} of 90 days, ${month} of 30`);
    assert.equal(filledFrom(model), `Filled by the hour from ${minute(OLDEST_MS)} UTC on of OKX.`);
    assert.ok(model.assumptions.some((words) => /^The score is of levels filled from the last 30 d alone/.test(words)));
  }); // prettier-ignore

  it('are those of the days in memory where nothing older is stored, and say no more', async () => {
    const model = await modelOf(await storeOf(since(year, firstHeldMs(NOW))));
    assert.equal(filledFrom(model), `Filled by the hour from ${minute(firstHeldMs(NOW))} UTC on of OKX.`);
    assert.ok(model.assumptions.every((words) => !words.startsWith('The score is of')));
  });

  it('take nothing from before a hole of more than a day, and step over a shorter one', async () => {
    const endMs = firstHeldMs(NOW) - 20 * DAY_MS;
    const without = (hours: number) =>
      year.filter(({ atMs }) => atMs < endMs - hours * HOUR_MS || atMs >= endMs);
    const long = await modelOf(await storeOf(without(25)));
    assert.equal(filledFrom(long), `Filled by the hour from ${minute(endMs)} UTC on of OKX.`);
    const short = await modelOf(await storeOf(without(20)));
    assert.equal(filledFrom(short), `Filled by the hour from ${minute(OLDEST_MS)} UTC on of OKX.`);
    assert.ok(short.assumptions.some((words) => /^Left out: 20 of \d+ bars/.test(words)));
  });

  it('are drawn without those that are not read yet, and then with them', async () => {
    const store = await storeOf(year);
    const historyAt = (atMs: number) => pastHistory({ adapters, storeOf: () => Promise.resolve(store) }, 'BTC', 'live', atMs);
    const from = { source: 'live', asset: 'BTC', store, historyAt } as const;
    const { columns } = store;
    let reads = 0;
    store.columns = (query) => ((reads += 1), columns.call(store, query));
    const soonMs = NOW - 10_000;
    for (const afterMs of [0, 4_999]) assert.deepEqual(olderSeriesRead(from, soonMs + afterMs), []);
    assert.equal(reads, 0, 'a page that was just opened waits for nothing else');
    assert.deepEqual(olderSeriesRead(from, soonMs + 5_000), []);
    const read = await olderSeries(from, NOW);
    assert.ok(reads > 0);
    assert.equal(read.length, 2);
    assert.equal(olderSeriesRead(from, NOW + HOUR_MS / 2), read);
    // What is due anew is drawn as it was until it is there.
    assert.equal(olderSeriesRead(from, NOW + HOUR_MS), read);
    const again = await olderSeries(from, NOW + HOUR_MS);
    assert.notEqual(again, read);
    assert.equal(olderSeriesRead(from, NOW + HOUR_MS), again);
  }); // prettier-ignore

  it('join those in memory without a hole, also when midnight has moved these on within the hour', async () => {
    const store = await storeOf(year);
    const midnight = Date.UTC(2026, 9, 20);
    for (const nowMs of [midnight - 10 * MINUTE_MS, midnight + 10 * MINUTE_MS]) {
      const from = firstHeldMs(nowMs) - (FILLED_DAYS - 30) * DAY_MS;
      const model = await modelOf(store, nowMs);
      assert.equal(filledFrom(model), `Filled by the hour from ${minute(from)} UTC on of OKX.`);
      assert.ok(model.assumptions.every((words) => !words.startsWith('Left out')));
    }
  });

  it('see within an hour what was brought or revised meanwhile', async () => {
    const store = await storeOf(since(year, OLDEST_MS));
    const before = await modelOf(store);
    const changed = year.map((bar) => {
      const isOld = bar.atMs >= OLDEST_MS + 10 * DAY_MS && bar.atMs < OLDEST_MS + 11 * DAY_MS;
      return isOld ? { ...bar, openInterestBase: 1.5 * (bar.openInterestBase ?? NaN) } : bar;
    });
    const rows = levelHistory(OKX, since(changed, OLDEST_MS));
    const later = rows.map((row) => ({ ...row, receivedAtMs: row.receivedAtMs + DAY_MS }));
    await store.append(later.filter(({ kind }) => kind === 'open-interest'));
    assert.deepEqual((await modelOf(store, NOW + HOUR_MS / 2)).placed, before.placed, 'not read yet');
    const after = await modelOf(store, NOW + HOUR_MS);
    const expected = placedBy(since(changed, OLDEST_MS));
    assert.ok(Math.abs((after.placed.long ?? NaN) / expected - 1) < 1e-9, `${after.placed.long} ${expected}`);
    assert.notEqual(after.placed.long, before.placed.long);
  });

  it('are asked for again where they could not be read', async () => {
    const store = await storeOf(year);
    let isBroken = true;
    const { columns } = store;
    store.columns = (query) =>
      isBroken && (query.toMs ?? Infinity) < firstHeldMs(NOW) + DAY_MS
        ? Promise.reject(new Error('the file is gone'))
        : columns.call(store, query);
    await assert.rejects(levelsOf(store), /the file is gone/);
    isBroken = false;
    assert.equal(filledFrom(await modelOf(store)), `Filled by the hour from ${minute(OLDEST_MS)} UTC on of OKX.`);
  }); // prettier-ignore
});
