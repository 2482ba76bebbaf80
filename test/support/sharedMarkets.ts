import type { DataSource, ExchangeId } from '../../src/core/ids.ts';
import { silentLogger } from '../../src/core/logger.ts';
import { CollectorDesk } from '../../src/market/collectorDesk.ts';
import { Market, type MarketDeps } from '../../src/market/market.ts';
import type { MarketState } from '../../src/market/snapshot.ts';
import type { Collected, Collector, CollectRequest } from '../../src/sources/collect/collector.ts';
import type { ExchangeResult } from '../../src/sources/collect/exchangeSession.ts';
import { fencedStore } from '../../src/sources/collect/fence.ts';
import { CollectorLease } from '../../src/sources/collect/lease.ts';
import { exchangeAdapters } from '../../src/sources/exchanges/registry.ts';
import { followedStore, SeriesBook } from '../../src/series/seriesBook.ts';
import type { HistoryStore } from '../../src/store/historyStore.ts';
import { FakeClock, settle } from './fakeClock.ts';

/** What the exchanges would answer a window that asks. */
export type Answers = (exchange: ExchangeId, request: CollectRequest, clock: FakeClock) => ExchangeResult;

/** Windows on one store in one process: each with a clock of its own, and a collector that counts what it is asked. */
export function sharedMarkets(
  stores: Readonly<Record<DataSource, HistoryStore>>,
  answers: Answers,
  { source = 'live', startMs }: { readonly source?: DataSource; readonly startMs: number },
) {
  const all: SharedWindow[] = [];
  const open = (name: string, rules?: MarketDeps['rules']): SharedWindow => {
    const clock = new FakeClock(startMs);
    // One machine has one time.
    const aheadMs = (all[0]?.clock.nowMs() ?? startMs) - startMs;
    clock.skip(aheadMs);
    const book: SeriesBook = new SeriesBook((of) => storeOf(of));
    const own = { live: followedStore(stores.live, book), simulated: followedStore(stores.simulated, book) };
    const storeOf = (of: DataSource): Promise<HistoryStore> => Promise.resolve(own[of]);
    const lease: CollectorLease = new CollectorLease({
      store: () => storeOf('live'),
      clock,
      logger: silentLogger,
      holder: name,
      onRole: (role) => desk.roleChanged(role),
    });
    const desk = new CollectorDesk({
      lease,
      clock,
      logger: silentLogger,
      window: name,
      source: 'live',
      storeOf,
    });
    const asked: CollectRequest[] = [];
    const held: { gate?: Promise<void> } = {};
    const refresh = async (request: CollectRequest): Promise<Collected> => {
      asked.push(request);
      await held.gate;
      const ids = exchangeAdapters
        .map(({ id }) => id)
        .filter((id) => request.exchanges?.includes(id) !== false);
      const results = ids.map((id) => answers(id, request, clock));
      request.onAnswered?.({ source, results });
      const rows = results.flatMap(({ observations }) => observations);
      const store = fencedStore(await storeOf(source), lease);
      await store.append(rows).catch(() => undefined);
      await window.onRound?.(store);
      return { source, results };
    };
    const market = new Market({
      collector: { refresh } as unknown as Collector,
      adapters: exchangeAdapters,
      ...{ storeOf, book, clock, desk, logger: silentLogger, expectedSource: 'live' as const },
      ...(rules === undefined ? {} : { rules }),
    });
    const states: MarketState[] = [];
    market.onDidChange((state) => void states.push(state));
    const window: SharedWindow = { name, clock, lease, desk, market, asked, states, held };
    all.push(window);
    return window;
  };
  /** Lets time go by for these windows, or for all; the others stand still, as stopped processes do. */
  const advance = async (ms: number, awake: readonly SharedWindow[] = all): Promise<void> => {
    for (let left = ms; left > 0; left -= 100)
      for (const one of all) {
        if (awake.includes(one)) await one.clock.advance(Math.min(100, left));
        else one.clock.skip(Math.min(100, left));
      }
    for (let turn = 0; turn < 5; turn += 1) await settle();
  };
  /** Runs a window's refresh to its end while time goes by. */
  const during = async <T>(work: Promise<T>, awake?: readonly SharedWindow[]): Promise<T> => {
    let isDone = false;
    const done = work.finally(() => (isDone = true));
    done.catch(() => undefined);
    for (let turn = 0; turn < 600 && !isDone; turn += 1) await advance(100, awake);
    return done;
  };
  return { open, advance, during, all };
}

export interface SharedWindow {
  readonly name: string;
  readonly clock: FakeClock;
  readonly lease: CollectorLease;
  readonly desk: CollectorDesk;
  readonly market: Market;
  readonly asked: CollectRequest[];
  readonly states: MarketState[];
  /** What the collector waits for before it answers. */
  readonly held: { gate?: Promise<void> };
  /** What a round stores beside its answers. */
  onRound?: (store: HistoryStore) => Promise<unknown>;
}
