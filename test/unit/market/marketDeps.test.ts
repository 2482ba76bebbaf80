import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ContextSnapshot, ContextValue } from '../../../src/core/contextValue.ts';
import { silentLogger } from '../../../src/core/logger.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/core/units.ts';
import { Market, type MarketDeps } from '../../../src/market/market.ts';
import type { Collector, CollectRequest } from '../../../src/sources/collect/collector.ts';
import type { ContextCollector } from '../../../src/sources/collect/contextCollector.ts';
import type { ExchangeResult } from '../../../src/sources/collect/exchangeSession.ts';
import type { StreamStatus } from '../../../src/sources/collect/streams/streamStatus.ts';
import { adapterOf } from '../../../src/sources/exchanges/registry.ts';
import { createMemoryStore } from '../../../src/store/memoryStore.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { candleRow } from '../analysis/regime/history.ts';
import { NOW, observe, resultOf } from './builders.ts';

/** What a market makes of the parts that it may be given or not: context, time, streams. */

const IDS = ['okx', 'bybit'];
const REQUEST = { assets: ['BTC'] };

function marketWith(deps: Partial<MarketDeps>, results?: () => ExchangeResult[]) {
  const clock = new FakeClock(NOW);
  const store = createMemoryStore('live');
  const warnings: string[] = [];
  const asked: CollectRequest[] = [];
  const refresh = (request: CollectRequest) => {
    asked.push(request);
    const chosen = request.exchanges ?? IDS;
    const usual = () => chosen.map((id) => resultOf(id, [observe(id, 'open-interest', { openInterestBase: 10, openInterestUsd: 1_000, usdBasis: 'venue' })])); // prettier-ignore
    return Promise.resolve({ source: 'live' as const, results: (results ?? usual)() });
  };
  const market = new Market({
    collector: { refresh } as unknown as Collector,
    adapters: IDS.map((id) => adapterOf(id)!),
    storeOf: () => Promise.resolve(store),
    clock,
    logger: { ...silentLogger, warn: (message) => void warnings.push(message) },
    expectedSource: 'live',
    ...deps,
  });
  return { market, clock, store, warnings, asked };
}

const DAYS = 30;
const LAST_MIDNIGHT = Math.floor(NOW / DAY_MS) * DAY_MS;
const levelOf = (day: number): number => 100 + ((day * 7) % 11);
const levels = (): ContextValue[] =>
  Array.from({ length: DAYS }, (_, day) => ({
    ...{ kind: 'context', provider: 'fred', metric: 'equity-index', unit: 'points', endpoint: 'GET /x' } as const,
    atMs: LAST_MIDNIGHT - (DAYS - day) * DAY_MS,
    receivedAtMs: NOW,
    value: levelOf(day),
  })); // prettier-ignore
const CAP = [{ values: [{ metric: 'market-cap-usd', asset: 'BTC', unit: 'usd', value: 1e5, atMs: NOW - HOUR_MS, isStale: false }] }] as unknown as ContextSnapshot[]; // prettier-ignore

/** Hourly bars whose close at midnight is that of the traditional series (or its mirror). */
const bars = (exchange: string, isMirror = false) =>
  Array.from({ length: DAYS * 24 }, (_, index) => {
    const level = levelOf(Math.floor(index / 24));
    const atMs = LAST_MIDNIGHT - DAYS * DAY_MS + index * HOUR_MS;
    return candleRow(exchange, atMs, isMirror ? 300 - level : level, { receivedAtMs: atMs + HOUR_MS });
  }); // prettier-ignore

function contextWith(parts: Partial<Record<'refresh' | 'snapshot' | 'dailyLevels', unknown>>) {
  const calls: unknown[][] = [];
  const context = {
    refresh: (...given: unknown[]) => (calls.push(given), Promise.resolve()),
    snapshot: () => Promise.resolve(CAP),
    dailyLevels: (_source: string, metric: string) =>
      Promise.resolve(metric === 'equity-index' ? levels() : []),
    ...parts,
  } as unknown as ContextCollector;
  return { context, calls };
}

describe('a market with numbers beside the exchanges', () => {
  it('states open interest over capitalisation and the correlation of the series that is there', async () => {
    const { context, calls } = contextWith({});
    const { market, store } = marketWith({ context });
    await store.append([...bars('okx'), ...bars('gate', true), ...bars('gate', true).map((bar) => ({ ...bar, instrument: 'gate:OTHER' as const }))]); // prettier-ignore
    const { assets, context: shown } = await market.refresh({ ...REQUEST, timeoutMs: 7 });
    const [btc] = assets;
    assert.equal(shown, CAP);
    assert.equal(btc?.aggregate.openInterestToMarketCap, 2_000 / 1e5);
    assert.deepEqual(
      btc.correlations?.map(({ metric, pearson }) => [metric, Math.round(pearson * 1_000)]),
      [['equity-index', 1_000]],
    );
    assert.deepEqual(calls, [[['BTC'], { timeoutMs: 7 }]]);
  });

  it('has no correlation without bars or without a series', async () => {
    const noBars = marketWith(contextWith({}));
    assert.equal('correlations' in (await noBars.market.refresh(REQUEST)).assets[0]!, false);
    const noSeries = marketWith(contextWith({ dailyLevels: () => Promise.resolve([]) }));
    await noSeries.store.append(bars('okx'));
    assert.equal('correlations' in (await noSeries.market.refresh(REQUEST)).assets[0]!, false);
  });

  it('asks for the levels of the window that history covers', async () => {
    const asked: unknown[][] = [];
    const dailyLevels = (...given: unknown[]) => (asked.push(given), Promise.resolve([]));
    await marketWith(contextWith({ dailyLevels })).market.refresh(REQUEST);
    assert.deepEqual(asked, ['equity-index', 'dollar-index'].map((metric) => ['live', metric, NOW - DAYS * DAY_MS])); // prettier-ignore
  });

  it('waits two seconds for it and no longer', async () => {
    const { context } = contextWith({ refresh: () => new Promise(() => undefined) });
    const { market, clock } = marketWith({ context });
    const refreshed = market.refresh(REQUEST);
    let isDone = false;
    void refreshed.then(() => (isDone = true));
    await clock.advance(1_999);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(isDone, false);
    await clock.advance(1);
    assert.equal((await refreshed).context, CAP);
  });

  it('does without it where it breaks, and where there is none', async () => {
    const snapshot = () => Promise.reject(new Error('no file'));
    const broken = marketWith(contextWith({ snapshot }));
    assert.equal('context' in (await broken.market.refresh(REQUEST)), false);
    assert.deepEqual(broken.warnings, ['context: no file']);
    assert.equal('context' in (await marketWith({}).market.refresh(REQUEST)), false);
  });
});

describe('a market on a machine whose clock is wrong', () => {
  const machineClock = { behindMs: 600_000, exchanges: 9 };
  const time = { nowMs: () => NOW + MINUTE_MS, offsetMs: () => MINUTE_MS, machineClock: () => machineClock };
  const stream = (changes: Partial<StreamStatus>): StreamStatus =>
    ({ exchange: 'okx', stream: 'okx/x', sinceMs: NOW - 9_000, state: 'live', ...changes }) as StreamStatus;

  it('counts by the exchanges’ time, says so, and shows the times of streams by it', async () => {
    const dated = stream({ lastDataAtMs: NOW - 5_000, nextAttemptAtMs: NOW + 5_000 });
    const streamStatus = () => [dated, stream({ exchange: 'gate' }), stream({})];
    const { market } = marketWith({ time, streamStatus });
    const snapshot = await market.refresh(REQUEST);
    assert.deepEqual([snapshot.asOfMs, snapshot.machineClock], [NOW + MINUTE_MS, machineClock]);
    const health = market.health();
    assert.deepEqual([health.asOfMs, health.machineClock], [NOW + MINUTE_MS, machineClock]);
    const later = { sinceMs: NOW - 9_000 + MINUTE_MS };
    assert.deepEqual(health.exchanges.map(({ streams }) => streams), [
      [stream({ ...later, lastDataAtMs: NOW - 5_000 + MINUTE_MS, nextAttemptAtMs: NOW + 5_000 + MINUTE_MS }), stream(later)],
      [],
    ]); // prettier-ignore
  });

  it('leaves times as they are where nothing is wrong', async () => {
    const { market } = marketWith({ streamStatus: () => [stream({})] });
    const snapshot = await market.refresh(REQUEST);
    assert.equal('machineClock' in snapshot || 'machineClock' in market.health(), false);
    assert.deepEqual(market.health().exchanges[0]?.streams, [stream({})]);
    assert.deepEqual(marketWith({}).market.health().exchanges[0]?.streams, []);
  });
});

describe('what a market is asked', () => {
  it('joins no request for other exchanges, and waits for its turn', async () => {
    const { market, asked } = marketWith({});
    const [all, one, again] = [market.refresh(REQUEST), market.refresh({ ...REQUEST, exchanges: ['okx'] }), market.refresh({ ...REQUEST, exchanges: ['okx'] })]; // prettier-ignore
    assert.notEqual(all, one);
    assert.equal(one, again);
    await Promise.all([all, one]);
    assert.deepEqual(asked.map(({ exchanges }) => exchanges), [undefined, ['okx']]); // prettier-ignore
  });

  it('shows history of the exchanges of its snapshot, and of the chosen ones before there is one', async () => {
    const { market, store } = marketWith({});
    const row = (exchange: string) =>
      observe(exchange, 'open-interest', { openInterestBase: 1, barMs: HOUR_MS, atMs: NOW - HOUR_MS });
    await store.append(['okx', 'bybit', 'gate'].map(row));
    const shown = async () => [...(await market.history('BTC')).history.column('open-interest').keys()];
    assert.deepEqual(await shown(), ['bybit', 'gate', 'okx']);
    const refreshed = market.refresh({ ...REQUEST, exchanges: ['okx'] });
    assert.deepEqual(await shown(), ['okx'], 'chosen, not answered yet');
    await refreshed;
    const all = market.refresh(REQUEST);
    assert.deepEqual(await shown(), ['okx'], 'what stands beside the snapshot');
    await all;
    assert.deepEqual(await shown(), ['bybit', 'okx']);
  });

  it('is offline only where no exchange answered at all, and not where none was asked', async () => {
    let answered = [0, 1];
    const results = () => answered.map((count, index) => resultOf(IDS[index]!, [], { answered: count }));
    const { market } = marketWith({}, results);
    const phase = async () => (await market.refresh(REQUEST), market.state.phase);
    assert.equal(await phase(), 'ready');
    answered = [0, 0];
    assert.equal(await phase(), 'offline');
    answered = [];
    assert.equal(await phase(), 'ready');
  });

  it('keeps an assessment through another order of the same exchanges, not through others', async () => {
    let ids = ['okx', 'bybit'];
    const results = () => ids.map((id) => resultOf(id, [observe(id, 'mark-price', { markPriceQuote: 1, atMs: clock.nowMs() })])); // prettier-ignore
    const { market, clock } = marketWith({}, results);
    const since = async () => {
      await clock.advance(MINUTE_MS);
      await market.refresh(REQUEST);
      return market.state.regimes.get('BTC')?.sinceMs;
    };
    const first = await since();
    ids = ['bybit', 'okx'];
    assert.equal(await since(), first);
    ids = ['bybit', 'gate'];
    assert.notEqual(await since(), first);
  });

  it('names in health the exchange alone that contradicts the others', async () => {
    const third = { ...adapterOf('gate')! };
    const quotes = { okx: 100, bybit: 101, gate: 9 };
    const results = () =>
      Object.entries(quotes).map(([id, markPriceQuote]) => resultOf(id, [observe(id, 'mark-price', { markPriceQuote })])); // prettier-ignore
    const { market } = marketWith({ adapters: [...IDS.map((id) => adapterOf(id)!), third] }, results);
    assert.deepEqual(market.health().exchanges.map(({ leftOut }) => leftOut), [undefined, undefined, undefined]); // prettier-ignore
    await market.refresh(REQUEST);
    assert.deepEqual(
      market.health().exchanges.map(({ leftOut }) => leftOut?.length),
      [undefined, undefined, 1],
    );
  });

  it('says of an asset that no list holds', async () => {
    const results = () => [resultOf('okx', [], { listed: new Set(['ETH', 'BTCA', 'BTCB', 'BTCD', 'BTCE']) })];
    const { assets } = await marketWith({}, results).market.refresh(REQUEST);
    assert.equal(assets[0]?.unlisted?.lists, 1);
    assert.equal(assets[0].unlisted.of, 2);
    assert.equal(assets[0].unlisted.nearest.length, 3);
    assert.equal('unlisted' in (await marketWith({}).market.refresh(REQUEST)).assets[0]!, false);
  });
});
