import type { RegimeAssessment } from '../analysis/regime/assessment.ts';
import { assess } from '../analysis/regime/assess.ts';
import { deriveFeatures } from '../analysis/regime/deriveFeatures.ts';
import type { Beside } from '../core/beside.ts';
import type { Clock, MachineClock } from '../core/clock.ts';
import type { ContextSnapshot } from '../core/contextValue.ts';
import { Emitter, type Event } from '../core/emitter.ts';
import type { Asset, DataSource, ExchangeId } from '../core/ids.ts';
import type { Logger } from '../core/logger.ts';
import type { Observation } from '../core/observation.ts';
import { SECOND_MS } from '../core/units.ts';
import type { Collector, StoreOf } from '../sources/collect/collector.ts';
import type { ContextCollector } from '../sources/collect/contextCollector.ts';
import type { ExchangeResult } from '../sources/collect/exchangeSession.ts';
import type { MarketTime } from '../sources/collect/marketTime.ts';
import type { ExchangeAdapter } from '../sources/exchanges/contract.ts';
import { aggregateAsset } from './aggregate.ts';
import { HISTORY_WINDOW_MS, readAssetHistory, type AssetHistory } from './assetHistory.ts';
import { exchangesOf, historyOf, switchedOff } from './chosenExchanges.ts';
import { correlationWith, dailyCloses, withMarketCap } from './contextMetrics.ts';
import { countedHistory } from './countedHistory.ts';
import { exchangeSnapshot } from './exchangeSnapshots.ts';
import { featureInput } from './featureInput.ts';
import { withLiquidations } from './liquidations.ts';
import type { FillWindow } from '../sources/collect/streams/fillWindows.ts';
import type { Way } from '../sources/collect/ways.ts';
import type { StreamStatus } from '../sources/collect/streams/streamStatus.ts';
import type { MarketHealth } from './health.ts';
import { HealthBook } from './healthBook.ts';
import { listedAssets, unlistedOf } from './listing.ts';
import { LatestObservations } from './latestObservations.ts';
import type { AssetSnapshot, MarketSnapshot, MarketState } from './snapshot.ts';
import { storedHistoryOf } from './storedHistory.ts';

export interface MarketDeps {
  readonly collector: Collector;
  /** Numbers beside the exchanges; absent where none are wanted. */
  readonly context?: ContextCollector;
  readonly adapters: readonly ExchangeAdapter[];
  readonly storeOf: StoreOf;
  readonly clock: Clock;
  /** The exchanges' time, by which all ages are counted; the clock here where nobody tells it. */
  readonly time?: Pick<MarketTime, 'nowMs' | 'offsetMs' | 'machineClock'>;
  readonly logger: Logger;
  /** The source that is expected before the first answer has told. */
  readonly expectedSource: DataSource;
  /** The levels that stored rows are held against; absent where nothing is known beside them. */
  readonly levelsOf?: (source: DataSource) => Beside;
  /** By which way the calls of an exchange leave this machine. */
  readonly waysOf?: (exchange: ExchangeId) => readonly Way[];
  /** What the streams do; absent where none are run. */
  readonly streamStatus?: () => readonly StreamStatus[];
  /** Told which exchanges are chosen (undefined: all) as soon as a refresh asks for them, before it is answered. */
  readonly onChosen?: (exchanges: readonly ExchangeId[] | undefined) => void;
}

export interface RefreshRequest {
  readonly assets: readonly Asset[];
  /** The chosen exchanges, all if absent. The others are switched off until a refresh names them: nothing of them is received, counted or looked at. */
  readonly exchanges?: readonly ExchangeId[];
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  /** So long past events may be asked for beside what is current, in ms; unless stated half a second, at first not at all. */
  readonly pastMs?: number;
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
  /** Of the newest request, answered or not; undefined for all. */
  #chosen: readonly ExchangeId[] | undefined;
  #listed: readonly Asset[] = [];
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
    this.#chosen = request.exchanges;
    this.#deps.onChosen?.(request.exchanges);
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

  /**
   * The stored history of an asset from the current source, for charts; the source is part of it. It holds the
   * exchanges of the snapshot that stands beside it, and no others.
   */
  async history(asset: Asset): Promise<{ readonly source: DataSource; readonly history: AssetHistory }> {
    const { source } = this.#state;
    const nowMs = this.nowMs();
    const chosen = exchangesOf(this.#state.snapshot) ?? this.#chosen;
    const history = historyOf(await this.#read(asset, source, nowMs), chosen);
    const snapshot = this.#state.snapshot?.assets.find((one) => one.asset === asset);
    return { source, history: snapshot === undefined ? history : countedHistory(history, snapshot, nowMs) };
  }

  /** Now by the exchanges' clocks, epoch ms: what snapshots, ages and charts are counted by. */
  nowMs(): number {
    return this.#deps.time?.nowMs() ?? this.#deps.clock.nowMs();
  }

  /** How every exchange answers, right now. */
  health(): MarketHealth {
    const { adapters, streamStatus, time } = this.#deps;
    const nowMs = this.nowMs();
    const offsetMs = time?.offsetMs() ?? 0;
    const status = (streamStatus?.() ?? []).map((one) => inTime(one, offsetMs));
    const streams = Map.groupBy(status, (one) => one.exchange);
    return {
      asOfMs: nowMs,
      source: this.#state.source,
      ...this.#machineClock(),
      exchanges: adapters.map(({ id, displayName }) => {
        if (this.#chosen?.includes(id) === false) return switchedOff(id, displayName);
        const leftOut = this.#leftOut(id);
        const health = this.#health.of(id, displayName, streams.get(id) ?? [], nowMs);
        const ways = this.#deps.waysOf?.(id);
        return {
          ...health,
          ...(ways === undefined ? {} : { ways }),
          ...(leftOut.length === 0 ? {} : { leftOut }),
        };
      }),
    };
  }

  #leftOut(exchange: ExchangeId): { readonly asset: Asset; readonly reason: string }[] {
    const { assets = [] } = this.#state.snapshot ?? {};
    return assets.flatMap(({ asset, aggregate }) =>
      (aggregate.leftOut ?? []).flatMap((one) =>
        one.exchange === exchange ? [{ asset, reason: one.reason }] : [],
      ),
    );
  }

  /** Every asset that the exchanges of the last refresh list a perpetual on, sorted. Asks nobody. */
  listedAssets(): readonly Asset[] {
    return this.#listed;
  }

  /** Takes in what was streamed; it is part of the next snapshot. */
  observe(source: DataSource, observations: readonly Observation[]): void {
    this.#latest[source].add(observations, this.nowMs());
  }

  /** Takes in lone trades that were streamed: evidence of how open interest counts sides. */
  observeFills(source: DataSource, windows: readonly FillWindow[]): void {
    this.#health.sides.recordFills(source, windows, this.nowMs());
  }

  dispose(): void {
    this.#changed.dispose();
  }

  async #refresh(request: RefreshRequest): Promise<MarketSnapshot> {
    const { collector } = this.#deps;
    this.#set({
      ...this.#state,
      phase: this.#state.phase === 'idle' ? 'loading' : this.#state.phase,
      isRefreshing: true,
    });
    try {
      const contextAsked = this.#askContext(request);
      const { source = this.#state.source, results } = await collector.refresh(request);
      const context = await this.#contextOf(source, request.assets, contextAsked);
      const nowMs = this.nowMs();
      this.#health.record(results, nowMs);
      this.#listed = listedAssets(results);
      const latest = this.#latest[source];
      for (const result of results) latest.add(result.observations, nowMs);
      const assets: AssetSnapshot[] = [];
      const histories: AssetHistory[] = [];
      for (const asset of request.assets) {
        const read = this.#assetSnapshot(asset, results, latest, nowMs);
        const chosen = read.exchanges.map(({ exchange }) => exchange);
        const stored = historyOf(await this.#read(asset, source, nowMs), chosen);
        this.#health.sides.recordHistory(source, stored, results, nowMs);
        const history = countedHistory(stored, read, nowMs);
        histories.push(history);
        const own = withLiquidations(read, history, nowMs);
        assets.push(await this.#withContext(own, history, context, source, nowMs));
      }
      const snapshot: MarketSnapshot = {
        schema: 'perpscope.snapshot/1',
        asOfMs: nowMs,
        source,
        ...this.#machineClock(),
        assets,
        ...(context.length === 0 ? {} : { context }),
      };
      // An assessment of another source or of other exchanges says nothing about these.
      const isSameMarket =
        this.#state.source === source &&
        isSame(exchangesOf(this.#state.snapshot) ?? [], exchangesOf(snapshot) ?? []);
      const regimes = new Map<Asset, RegimeAssessment>(isSameMarket ? this.#state.regimes : []);
      const isOffline = results.length > 0 && results.every((result) => result.answered === 0);
      // Silence says nothing about the market: the last assessment stands, and its age tells.
      for (const [index, asset] of assets.entries()) {
        const history = histories[index];
        if (history === undefined || (isOffline && regimes.has(asset.asset))) continue;
        regimes.set(asset.asset, this.#assess(asset, history, source, nowMs, regimes));
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
    history: AssetHistory,
    snapshots: readonly ContextSnapshot[],
    source: DataSource,
    nowMs: number,
  ): Promise<AssetSnapshot> {
    const { context } = this.#deps;
    const priced = withMarketCap(asset, snapshots, nowMs);
    if (context === undefined) return priced;
    const fromMs = nowMs - HISTORY_WINDOW_MS;
    const series = await Promise.all(
      (['equity-index', 'dollar-index'] as const).map((metric) =>
        context.dailyLevels(source, metric, fromMs),
      ),
    );
    if (series.every((levels) => levels.length === 0)) return priced;
    const closes = dailyCloses(history.candles, nowMs);
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
    const unlisted = unlistedOf(asset, results, this.#deps.adapters.length);
    const aggregate = aggregateAsset(asset, exchanges, nowMs);
    return { asset, exchanges, aggregate, ...(unlisted === undefined ? {} : { unlisted }) };
  }

  #assess(
    snapshot: AssetSnapshot,
    history: AssetHistory,
    source: DataSource,
    nowMs: number,
    previous: ReadonlyMap<Asset, RegimeAssessment>,
  ): RegimeAssessment {
    const features = deriveFeatures(featureInput(snapshot, history, nowMs));
    const before = previous.get(snapshot.asset);
    const assessment = assess(features, {
      asOfMs: nowMs,
      baseAsset: snapshot.asset,
      source,
      coverage: snapshot.aggregate.coverage,
      ...(before === undefined ? {} : { previous: before }),
    });
    const storedHistory = storedHistoryOf(assessment, snapshot, history);
    return storedHistory === undefined ? assessment : { ...assessment, storedHistory };
  }

  /** History as far as the levels that are known today let it stand. */
  async #read(asset: Asset, source: DataSource, nowMs: number): Promise<AssetHistory> {
    const { adapters, storeOf, levelsOf } = this.#deps;
    return readAssetHistory(await storeOf(source), asset, nowMs, adapters, levelsOf?.(source));
  }

  #machineClock(): { readonly machineClock?: MachineClock } {
    const machineClock = this.#deps.time?.machineClock();
    return machineClock === undefined ? {} : { machineClock };
  }

  #set(state: MarketState): void {
    this.#state = state;
    this.#changed.fire(state);
  }
}

const isSame = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((id) => other.includes(id));
/** Streams keep the time of the clock here. */
function inTime(status: StreamStatus, offsetMs: number): StreamStatus {
  if (offsetMs === 0) return status;
  const { sinceMs, lastDataAtMs, nextAttemptAtMs } = status;
  return {
    ...status,
    sinceMs: sinceMs + offsetMs,
    ...(lastDataAtMs === undefined ? {} : { lastDataAtMs: lastDataAtMs + offsetMs }),
    ...(nextAttemptAtMs === undefined ? {} : { nextAttemptAtMs: nextAttemptAtMs + offsetMs }),
  };
}
