import type { RegimeAssessment } from '../analysis/regime/assessment.ts';
import { assess } from '../analysis/regime/assess.ts';
import { deriveFeatures } from '../analysis/regime/deriveFeatures.ts';
import type { Clock } from '../core/clock.ts';
import { Emitter, type Event } from '../core/emitter.ts';
import type { Asset, DataSource, ExchangeId } from '../core/ids.ts';
import type { Logger } from '../core/logger.ts';
import type { Observation } from '../core/observation.ts';
import type { Collector, StoreOf } from '../sources/collect/collector.ts';
import type { ExchangeResult } from '../sources/collect/exchangeSession.ts';
import type { ExchangeAdapter } from '../sources/exchanges/contract.ts';
import { aggregateAsset } from './aggregate.ts';
import { readAssetHistory, type AssetHistory } from './assetHistory.ts';
import { exchangeSnapshot } from './exchangeSnapshots.ts';
import { featureInput } from './featureInput.ts';
import { LatestObservations } from './latestObservations.ts';
import type { AssetSnapshot, MarketSnapshot, MarketState } from './snapshot.ts';

export interface MarketDeps {
  readonly collector: Collector;
  readonly adapters: readonly ExchangeAdapter[];
  readonly storeOf: StoreOf;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The source that is expected before the first answer has told. */
  readonly expectedSource: DataSource;
}

export interface RefreshRequest {
  readonly assets: readonly Asset[];
  readonly exchanges?: readonly ExchangeId[];
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

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
    const history = await readAssetHistory(await this.#deps.storeOf(source), asset, this.#deps.clock.nowMs());
    return { source, history };
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
      const { source = this.#state.source, results } = await collector.refresh(request);
      const nowMs = clock.nowMs();
      const latest = this.#latest[source];
      for (const result of results) latest.add(result.observations, nowMs);
      const assets = request.assets.map((asset) => this.#assetSnapshot(asset, results, latest, nowMs));
      const snapshot: MarketSnapshot = { schema: 'perpscope.snapshot/1', asOfMs: nowMs, source, assets };
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
    const history = await readAssetHistory(await this.#deps.storeOf(source), snapshot.asset, nowMs);
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
