import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { PerpscopeError } from '../../../src/core/errors.ts';
import type { DataSource } from '../../../src/core/ids.ts';
import { silentLogger } from '../../../src/core/logger.ts';
import type { Observation } from '../../../src/core/observation.ts';
import { HOUR_MS, MINUTE_MS } from '../../../src/core/units.ts';
import { Market } from '../../../src/market/market.ts';
import type { MarketState } from '../../../src/market/snapshot.ts';
import type { Collected, Collector, CollectRequest } from '../../../src/sources/collect/collector.ts';
import type { ExchangeResult } from '../../../src/sources/collect/exchangeSession.ts';
import { adapterOf } from '../../../src/sources/exchanges/registry.ts';
import { createMemoryStore } from '../../../src/store/memoryStore.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { NOW, observe, resultOf } from './builders.ts';

const IDS = ['okx', 'bybit'];
const REQUEST = { assets: ['BTC'] };

/** A market whose collector answers with what a test puts in line. */
function marketWith(expectedSource: DataSource = 'live') {
  const clock = new FakeClock(NOW);
  const line: (() => Collected | Promise<Collected>)[] = [];
  const asked: CollectRequest[] = [];
  const stores = { live: createMemoryStore('live'), simulated: createMemoryStore('simulated') };
  const errors: string[] = [];
  const refresh = async (request: CollectRequest): Promise<Collected> => {
    asked.push(request);
    const next = line.shift();
    assert.ok(next !== undefined, 'asked more often than the test expects');
    return next();
  };
  const market = new Market({
    collector: { refresh } as unknown as Collector,
    adapters: IDS.map((id) => adapterOf(id)!),
    storeOf: (source) => Promise.resolve(stores[source]),
    clock,
    logger: { ...silentLogger, error: (message) => void errors.push(message) },
    expectedSource,
  });
  const states: MarketState[] = [];
  market.onDidChange((state) => void states.push(state));
  return { market, clock, line, asked, stores, states, errors };
}

const prices = (price: number, atMs = NOW): ExchangeResult[] =>
  IDS.map((id) => resultOf(id, [observe(id, 'mark-price', { markPriceQuote: price, atMs })]));
const answers = (source: DataSource, price: number) => (): Collected => ({ source, results: prices(price) });
const nothing = (code: 'network' | 'timeout' = 'network'): ExchangeResult[] =>
  IDS.map((id) => {
    const { isSimulated: _unknown, ...result } = resultOf(id, []);
    return { ...result, failures: [{ poll: 'p', error: new PerpscopeError(code, 'gone') }] };
  });
const priceOf = (state: MarketState): number | undefined =>
  state.snapshot?.assets[0]?.aggregate.markPriceQuote;

describe('a market', () => {
  it('is idle first, loading while it asks, ready with numbers, and tells each step', async () => {
    const { market, line, states } = marketWith();
    assert.deepEqual([market.state.phase, market.state.isRefreshing], ['idle', false]);
    line.push(answers('live', 100));
    const snapshot = await market.refresh(REQUEST);
    assert.deepEqual(
      states.map((state) => [state.phase, state.isRefreshing, priceOf(state)]),
      [
        ['loading', true, undefined],
        ['ready', false, 100],
      ],
    );
    assert.equal(market.state.snapshot, snapshot);
    assert.equal(snapshot.asOfMs, NOW);
    assert.deepEqual(snapshot.assets[0]?.aggregate.coverage, { fresh: 2, of: 2 });
    assert.equal(market.state.regimes.get('BTC')?.baseAsset, 'BTC');
  });

  it('shows its numbers while it asks again', async () => {
    const { market, line, states } = marketWith();
    line.push(answers('live', 100), answers('live', 101));
    await market.refresh(REQUEST);
    await market.refresh(REQUEST);
    assert.deepEqual(
      states.slice(2).map((state) => [state.phase, state.isRefreshing, priceOf(state)]),
      [
        ['ready', true, 100],
        ['ready', false, 101],
      ],
    );
  });

  it('tells in health what lone trades and stored hours say of the sides of open interest', async () => {
    const { market, line, stores } = marketWith();
    const hours = Array.from({ length: 24 }, (_, hour) => hour);
    const first = Math.floor(NOW / HOUR_MS) * HOUR_MS - 30 * HOUR_MS;
    const bar = (hour: number) => ({
      atMs: first + hour * HOUR_MS,
      receivedAtMs: NOW,
      barMs: HOUR_MS,
    });
    const prices = {
      priceType: 'last',
      openQuote: 100,
      highQuote: 101,
      lowQuote: 99,
      closeQuote: 100,
    } as const;
    await stores.live.append(
      hours.flatMap((hour) => [
        observe('okx', 'open-interest', {
          ...bar(hour),
          sides: 'one',
          openInterestBase: 10_000 + 150 * (hour % 2),
        }),
        observe('okx', 'candle', { ...bar(hour), ...prices, volumeBase: 100 }),
      ]),
    );
    line.push(answers('live', 100));
    await market.refresh(REQUEST);
    const window = {
      exchange: 'okx',
      endpoint: 'WS open-interest',
      sides: 'one' as const,
      before: 1,
      after: 2,
      fill: 1,
    };
    market.observeFills('live', Array<typeof window>(10).fill(window));
    const okx = market.health().exchanges.find(({ exchange }) => exchange === 'okx');
    assert.deepEqual(
      okx?.sideEvidence.map(({ evidence, isContradiction }) => [
        evidence.check,
        evidence.verdict,
        isContradiction,
      ]),
      [
        ['change-within-volume', 'both', true],
        ['single-fills', 'one', false],
      ],
    );
  });

  it('lets the same request join the one that runs, and makes another wait its turn', async () => {
    const { market, line, asked } = marketWith();
    let answer = (_collected: Collected): void => undefined;
    line.push(() => new Promise((resolve) => void (answer = resolve)));
    line.push(answers('live', 7), answers('live', 8));
    const [first, joined] = [market.refresh(REQUEST), market.refresh({ ...REQUEST })];
    assert.equal(first, joined);
    const other = market.refresh({ assets: ['ETH'] });
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(asked.length, 1, 'the other request waits');
    answer({ source: 'live', results: prices(100) });
    assert.equal(await first, await joined);
    assert.equal((await other).assets[0]?.asset, 'ETH');
    assert.equal(asked.length, 2);
    await market.refresh(REQUEST);
    assert.equal(asked.length, 3, 'a finished request is not joined');
  });

  it('is offline where no exchange answered, keeps the last numbers and says how old they are', async () => {
    const { market, clock, line } = marketWith();
    line.push(answers('live', 100), () => ({ source: 'live', results: nothing() }));
    await market.refresh(REQUEST);
    await clock.advance(10 * MINUTE_MS);
    const snapshot = await market.refresh(REQUEST);
    assert.equal(market.state.phase, 'offline');
    const okx = snapshot.assets[0]?.exchanges[0];
    assert.deepEqual([okx?.status, okx?.newestAtMs], ['stale', NOW]);
    assert.equal(okx?.instruments[0]?.observations.length, 1);
    assert.deepEqual(snapshot.assets[0]?.aggregate.coverage, { fresh: 0, of: 2 });
    assert.equal(priceOf(market.state), undefined, 'old numbers are not added up');
    line.push(answers('live', 102));
    await market.refresh(REQUEST);
    assert.equal(market.state.phase, 'ready');
  });

  it('does not judge on silence: the last assessment stands with its time; without one it says what it lacks', async () => {
    const { market, clock, line } = marketWith();
    line.push(answers('live', 100), () => ({ source: 'live', results: nothing() }));
    await market.refresh(REQUEST);
    const before = market.state.regimes.get('BTC');
    await clock.advance(10 * MINUTE_MS);
    await market.refresh(REQUEST);
    assert.equal(market.state.regimes.get('BTC'), before);
    assert.equal(before?.asOfMs, NOW);
    const silent = marketWith();
    silent.line.push(() => ({ source: 'live', results: nothing() }));
    await silent.market.refresh(REQUEST);
    assert.equal(silent.market.state.regimes.get('BTC')?.asOfMs, NOW);
  });

  it('reports a refresh that broke, keeps what it had, and can be asked again', async () => {
    const { market, line, states } = marketWith();
    const broken = (): Collected => {
      throw new Error('out of memory');
    };
    line.push(broken, answers('live', 100), broken);
    await assert.rejects(market.refresh(REQUEST), /out of memory/);
    assert.deepEqual([market.state.phase, market.state.isRefreshing], ['offline', false]);
    assert.equal(states.at(-1)?.lastError, 'out of memory');
    await market.refresh(REQUEST);
    assert.equal(market.state.lastError, undefined);
    await assert.rejects(market.refresh(REQUEST));
    assert.deepEqual([market.state.phase, priceOf(market.state)], ['ready', 100]);
  });

  it('keeps a view that breaks from breaking the others', async () => {
    const { market, line, errors } = marketWith();
    const heard: string[] = [];
    market.onDidChange(() => {
      throw new Error('view');
    });
    market.onDidChange((state) => void heard.push(state.phase));
    line.push(answers('live', 1));
    await market.refresh(REQUEST);
    assert.deepEqual(heard, ['loading', 'ready']);
    assert.match(errors[0] ?? '', /a view failed to update/);
    market.dispose();
  });

  it('hands the assessment before to the next one, so that a label keeps its beginning', async () => {
    const { market, clock, line } = marketWith();
    line.push(answers('live', 100), () => ({ source: 'live', results: prices(100, NOW + MINUTE_MS) }));
    await market.refresh(REQUEST);
    const before = market.state.regimes.get('BTC');
    await clock.advance(MINUTE_MS);
    await market.refresh(REQUEST);
    const after = market.state.regimes.get('BTC');
    assert.deepEqual([after?.label, after?.asOfMs], [before?.label, NOW + MINUTE_MS]);
    assert.equal(after?.sinceMs, NOW);
  });
});

describe('a market and its source', () => {
  it('is what the answers say, and expected until they come', async () => {
    const { market, line } = marketWith('simulated');
    assert.equal(market.state.source, 'simulated');
    line.push(answers('simulated', 100));
    assert.equal((await market.refresh(REQUEST)).source, 'simulated');
  });

  it('never shows numbers of the other source after a switch, nor starts from its regime', async () => {
    const { market, clock, line } = marketWith();
    const half = (): Collected => ({
      source: 'simulated',
      results: [prices(50, NOW + MINUTE_MS)[0]!, nothing()[1]!],
    });
    line.push(answers('live', 100), half);
    await market.refresh(REQUEST);
    await clock.advance(MINUTE_MS);
    const { assets } = await market.refresh(REQUEST);
    assert.equal(market.state.source, 'simulated');
    assert.deepEqual(
      assets[0]?.exchanges.map((one) => [one.status, one.instruments[0]?.observations.length]),
      [
        ['fresh', 1],
        ['failed', 0],
      ],
    );
    assert.equal(priceOf(market.state), 50);
    assert.equal(market.state.regimes.get('BTC')?.sinceMs, NOW + MINUTE_MS);
  });

  it('does not become live because simulated exchanges fall silent', async () => {
    const { market, clock, line } = marketWith('simulated');
    line.push(answers('simulated', 100), () => ({ results: nothing() }));
    await market.refresh(REQUEST);
    await clock.advance(10 * MINUTE_MS);
    const snapshot = await market.refresh(REQUEST);
    assert.deepEqual([snapshot.source, market.state.source], ['simulated', 'simulated']);
    assert.equal(snapshot.assets[0]?.exchanges[0]?.newestAtMs, NOW, 'the last numbers are kept');
  });

  it('reads history from the store of its source alone', async () => {
    const { market, line, stores } = marketWith();
    const row = (base: number): Observation =>
      observe('okx', 'open-interest', { openInterestBase: base, barMs: HOUR_MS, atMs: NOW - HOUR_MS });
    await stores.live.append([row(1)]);
    await stores.simulated.append([row(2)]);
    const bases = async () =>
      [...(await market.history('BTC')).history.column('open-interest').values()].map(({ values }) =>
        values.find((value) => !Number.isNaN(value)),
      );
    assert.deepEqual(await bases(), [1]);
    line.push(answers('simulated', 100));
    await market.refresh(REQUEST);
    assert.deepEqual(await bases(), [2]);
  });

  it('names in health what contradicts the others, and for which asset', async () => {
    const { market, line } = marketWith();
    const [okx, bybit] = [prices(100)[0]!, prices(100_000)[1]!];
    line.push(() => ({ source: 'live', results: [okx, bybit] }), answers('live', 100));
    await market.refresh(REQUEST);
    const leftOut = () => market.health().exchanges.map((one) => one.leftOut?.map(({ asset }) => asset));
    assert.deepEqual(leftOut(), [['BTC'], ['BTC']]);
    assert.match(market.health().exchanges[0]?.leftOut?.[0]?.reason ?? '', /prices contradict each other/);
    await market.refresh(REQUEST);
    assert.deepEqual(leftOut(), [undefined, undefined]);
  });
});
