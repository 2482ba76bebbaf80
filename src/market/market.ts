import type { RegimeAssessment } from '../analysis/regime/assessment.ts';
import { assess } from '../analysis/regime/assess.ts';
import { deriveFeatures } from '../analysis/regime/deriveFeatures.ts';
import type { Clock } from '../core/clock.ts';
import type { ContextSnapshot } from '../core/contextValue.ts';
import { Emitter, type Event } from '../core/emitter.ts';
import type { Asset, DataSource, ExchangeId } from '../core/ids.ts';
import type { Logger } from '../core/logger.ts';
import { HOUR_MS, SECOND_MS } from '../core/units.ts';
import type { Observation } from '../core/observation.ts';
import type { Collector, StoreOf } from '../sources/collect/collector.ts';
import type { ContextCollector } from '../sources/collect/contextCollector.ts';
import type { ExchangeResult } from '../sources/collect/exchangeSession.ts';
import type { ExchangeAdapter } from '../sources/exchanges/contract.ts';
import { aggregateAsset } from './aggregate.ts';
import { HISTORY_WINDOW_MS, readAssetHistory, type AssetHistory } from './assetHistory.ts';
import { correlationWith, dailyCloses, withMarketCap } from './contextMetrics.ts';
import { exchangeSnapshot } from './exchangeSnapshots.ts';
import { featureInput } from './featureInput.ts';
import type { StreamStatus } from '../sources/collect/streams/streamStatus.ts';
import type { MarketHealth } from './health.ts';
import { HealthBook } from './healthBook.ts';
import { LatestObservations } from './latestObservations.ts';
import type { AssetSnapshot, MarketSnapshot, MarketState } from './snapshot.ts';

export interface MarketDeps {
  readonly collector: Collector;
  /** Numbers beside the exchanges; absent where none are wanted. */
  readonly context?: ContextCollector;
  readonly adapters: readonly ExchangeAdapter[];
  readonly storeOf: StoreOf;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The source that is expected before the first answer has told. */
  readonly expectedSource: DataSource;
  /** What the streams do; absent where none are run. */
  readonly streamStatus?: () => readonly StreamStatus[];
}

export interface RefreshRequest {
  readonly assets: readonly Asset[];
  readonly exchanges?: readonly ExchangeId[];
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

/** How long a finished refresh waits for context that is still asked for; what comes later is shown with the next. */
const CONTEXT_GRACE_MS = 2 * SECOND_MS;

/**
 * The application service and only mutable holder: intents in (refresh), plain snapshots out. A refresh that is asked
 * for while one runs for the same assets joins it.
 */
export class Market {
  readonly #deps: MarketDeps;
  readonly #changed: Emitter<MarketState>;
  readonly #latest: Record<DataSource, LatestObservations> = {
    live: new LatestObservations(),
    simulated: new LatestObservations(),
  };
  readonly #health = new HealthBook();
  #state: MarketState;
  #running: { key: string; promise: Promise<MarketSnapshot> } | undefined;

  constructor(deps: MarketDeps) {
    this.#deps = deps;
    this.#changed = new Emitter((error) => deps.logger.error(`a view failed to update: ${String(error)}`));
    this.#state = { phase: 'idle', source: deps.expectedSource, isRefreshing: false, regimes: new Map() };
  }

  get state(): MarketState {
    return this.#state;
  }

  get onDidChange(): Event<MarketState> {
    return this.#changed.event;
  }

  /**
   * Asks the exchanges and returns the new snapshot. Exchanges that fail are named in it. Rejects where history cannot be
   * read or the market was closed meanwhile.
   */
  refresh(request: RefreshRequest): Promise<MarketSnapshot> {
    const key = JSON.stringify([request.assets, request.exchanges ?? 'all']);
    if (this.#running?.key === key) return this.#running.promise;
    // Another request waits its turn: the one that ends last must be the one that was asked last.
    const before = this.#running?.promise.catch(() => undefined) ?? Promise.resolve();
    const promise = before
      .then(() => this.#refresh(request))
      .finally(() => {
        if (this.#running?.promise === promise) this.#running = undefined;
      });
    this.#running = { key, promise };
    return promise;
  }

  /** The stored history of an asset from the current source, for charts; the source is part of it. */
  async history(asset: Asset): Promise<{ readonly source: DataSource; readonly history: AssetHistory }> {
    const { source } = this.#state;
    const { adapters, clock, storeOf } = this.#deps;
    const history = await readAssetHistory(await storeOf(source), asset, clock.nowMs(), adapters);
    return { source, history };
  }

  /** How every exchange answers, right now. */
  health(): MarketHealth {
    const { adapters, clock, streamStatus } = this.#deps;
    const nowMs = clock.nowMs();
    const streams = Map.groupBy(streamStatus?.() ?? [], (one) => one.exchange);
    return {
      asOfMs: nowMs,
      source: this.#state.source,
      exchanges: adapters.map(({ id, displayName }) =>
        this.#health.of(id, displayName, streams.get(id) ?? [], nowMs),
      ),
    };
  }

  /** Takes in what was streamed; it is part of the next snapshot. */
  observe(source: DataSource, observations: readonly Observation[]): void {
    this.#latest[source].add(observations, this.#deps.clock.nowMs());
  }

  dispose(): void {
    this.#changed.dispose();
  }

  async #refresh(request: RefreshRequest): Promise<MarketSnapshot> {
    const { collector, clock } = this.#deps;
    this.#set({
      ...this.#state,
      phase: this.#state.phase === 'idle' ? 'loading' : this.#state.phase,
      isRefreshing: true,
    });
    try {
      const contextAsked = this.#askContext(request);
      const { source = this.#state.source, results } = await collector.refresh(request);
      const context = await this.#contextOf(source, request.assets, contextAsked);
      const nowMs = clock.nowMs();
      this.#health.record(results, nowMs);
      const latest = this.#latest[source];
      for (const result of results) latest.add(result.observations, nowMs);
      const assets: AssetSnapshot[] = [];
      for (const asset of request.assets) {
        const own = this.#assetSnapshot(asset, results, latest, nowMs);
        assets.push(await this.#withContext(own, context, source, nowMs));
      }
      const snapshot: MarketSnapshot = {
        schema: 'perpscope.snapshot/1',
        asOfMs: nowMs,
        source,
        assets,
        ...(context.length === 0 ? {} : { context }),
      };
      const regimes = new Map<Asset, RegimeAssessment>(
        this.#state.source === source ? this.#state.regimes : [],
      );
      const isOffline = results.length > 0 && results.every((result) => result.answered === 0);
      // Silence says nothing about the market: the last assessment stands, and its age tells.
      for (const asset of assets) {
        if (isOffline && regimes.has(asset.asset)) continue;
        regimes.set(asset.asset, await this.#assess(asset, source, nowMs, regimes));
      }
      this.#set({ phase: isOffline ? 'offline' : 'ready', source, isRefreshing: false, snapshot, regimes });
      return snapshot;
    } catch (error) {
      const lastError = error instanceof Error ? error.message : String(error);
      this.#set({
        ...this.#state,
        phase: this.#state.snapshot === undefined ? 'offline' : this.#state.phase,
        isRefreshing: false,
        lastError,
      });
      throw error;
    }
  }

  /** Starts asking context providers beside the exchanges; never rejects. */
  async #askContext({ assets, signal, timeoutMs }: RefreshRequest): Promise<void> {
    await this.#deps.context?.refresh(assets, {
      ...(signal === undefined ? {} : { signal }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
  }

  async #contextOf(
    source: DataSource,
    assets: readonly Asset[],
    asked: Promise<void>,
  ): Promise<ContextSnapshot[]> {
    const { context, clock, logger } = this.#deps;
    if (context === undefined) return [];
    const done = new AbortController();
    const grace = clock.sleep(CONTEXT_GRACE_MS, done.signal).catch(() => undefined);
    try {
      await Promise.race([asked, grace]);
      return await context.snapshot(source, assets);
    } catch (error) {
      logger.warn(`context: ${error instanceof Error ? error.message : String(error)}`);
      return [];
    } finally {
      done.abort();
    }
  }

  /** Adds what only context makes possible: open interest over market capitalisation, correlations. */
  async #withContext(
    asset: AssetSnapshot,
    snapshots: readonly ContextSnapshot[],
    source: DataSource,
    nowMs: number,
  ): Promise<AssetSnapshot> {
    const { context, storeOf } = this.#deps;
    const priced = withMarketCap(asset, snapshots, nowMs);
    if (context === undefined) return priced;
    const fromMs = nowMs - HISTORY_WINDOW_MS;
    const series = await Promise.all(
      (['equity-index', 'dollar-index'] as const).map((metric) =>
        context.dailyLevels(source, metric, fromMs),
      ),
    );
    if (series.every((levels) => levels.length === 0)) return priced;
    const store = await storeOf(source);
    const facet = `last-${HOUR_MS}`;
    const candles = await store.query({ kind: 'candle', baseAsset: asset.asset, facet, fromMs, toMs: nowMs });
    const closes = dailyCloses(candles, nowMs);
    const correlations = series
      .map((levels) => correlationWith(closes, levels))
      .filter((one) => one !== undefined);
    return correlations.length === 0 ? priced : { ...priced, correlations };
  }

  #assetSnapshot(
    asset: Asset,
    results: readonly ExchangeResult[],
    latest: LatestObservations,
    nowMs: number,
  ): AssetSnapshot {
    const exchanges = results.flatMap((result) => {
      const adapter = this.#deps.adapters.find((one) => one.id === result.exchange);
      return adapter === undefined ? [] : [exchangeSnapshot(adapter, asset, result, latest, nowMs)];
    });
    return { asset, exchanges, aggregate: aggregateAsset(asset, exchanges, nowMs) };
  }

  async #assess(
    snapshot: AssetSnapshot,
    source: DataSource,
    nowMs: number,
    previous: ReadonlyMap<Asset, RegimeAssessment>,
  ): Promise<RegimeAssessment> {
    const { adapters, storeOf } = this.#deps;
    const history = await readAssetHistory(await storeOf(source), snapshot.asset, nowMs, adapters);
    const features = deriveFeatures(featureInput(snapshot, history, nowMs));
    const before = previous.get(snapshot.asset);
    return assess(features, {
      asOfMs: nowMs,
      baseAsset: snapshot.asset,
      source,
      coverage: snapshot.aggregate.coverage,
      ...(before === undefined ? {} : { previous: before }),
    });
  }

  #set(state: MarketState): void {
    this.#state = state;
    this.#changed.fire(state);
  }
}
