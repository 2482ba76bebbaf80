import type { RegimeAssessment } from '../analysis/regime/assessment.ts';
import type { Clock, MachineClock } from '../core/clock.ts';
import type { ContextSnapshot } from '../core/contextValue.ts';
import type { Disposable } from '../core/disposable.ts';
import { Emitter, type Event } from '../core/emitter.ts';
import type { Asset, DataSource, ExchangeId } from '../core/ids.ts';
import type { Logger } from '../core/logger.ts';
import type { Observation } from '../core/observation.ts';
import { SECOND_MS } from '../core/units.ts';
import type { Collected, Collector } from '../sources/collect/collector.ts';
import type { ContextCollector } from '../sources/collect/contextCollector.ts';
import type { ExchangeResult } from '../sources/collect/exchangeSession.ts';
import type { MarketTime } from '../sources/collect/marketTime.ts';
import type { FillWindow } from '../sources/collect/streams/fillWindows.ts';
import type { Way } from '../sources/collect/ways.ts';
import type { StreamStatus } from '../sources/collect/streams/streamStatus.ts';
import { withExtras, type AssetExtra } from './assetExtras.ts';
import { HISTORY_WINDOW_MS, type AssetHistory } from './assetHistory.ts';
import { exchangesOf, historyOf, switchedOff } from './chosenExchanges.ts';
import { ContextNumbers } from './contextNumbers.ts';
import { countedHistory } from './countedHistory.ts';
import type { MarketHealth } from './health.ts';
import { HealthBook } from './healthBook.ts';
import { listedAssets } from './listing.ts';
import { LiveSnapshot, type SnapshotScope } from './liveSnapshot.ts';
import { Paced } from './paced.ts';
import { assessments, endOfRound, storedHistories, storedHistory, type HistorySource } from './roundEnd.ts';
import type { AssetSnapshot, MarketSnapshot, MarketState } from './snapshot.ts';

export interface MarketDeps extends HistorySource {
  readonly collector: Collector;
  /** Numbers beside the exchanges; absent where none are wanted. */
  readonly context?: ContextCollector;
  readonly clock: Clock;
  /** The exchanges' time, by which all ages are counted; the clock here where nobody tells it. */
  readonly time?: Pick<MarketTime, 'nowMs' | 'offsetMs' | 'machineClock'>;
  readonly logger: Logger;
  /** The source that is expected before the first answer has told. */
  readonly expectedSource: DataSource;
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
  /** Ends the refresh so long after the last answer once most exchanges have answered, in ms; who is late is shown when it answers. Unless stated all are waited for. */
  readonly graceMs?: number;
}

/** While a refresh runs, the answers that come are shown together so often at most. */
const ANSWERS_EVERY_MS = SECOND_MS / 10;
/** What streams push is folded into a snapshot so often at most. */
const PUSHES_EVERY_MS = SECOND_MS;
/** An exchange alone is not shown: prices of so many tell which of them is wrong. */
const COMPARABLE = 3;

/** What the snapshot of this moment is of, and what the last round read beside current numbers. */
interface Frame extends SnapshotScope {
  readonly extras: ReadonlyMap<Asset, readonly AssetExtra[]>;
  readonly context: readonly ContextSnapshot[];
}

/**
 * The application service and only mutable holder: intents in (refresh, watch), plain snapshots out. A refresh that is
 * asked for while one runs for the same assets joins it. Exchanges are shown as they answer; regimes are judged when
 * the refresh ends, and by nothing else.
 */
export class Market {
  readonly #deps: MarketDeps;
  readonly #changed: Emitter<MarketState>;
  readonly #live: LiveSnapshot;
  readonly #context: ContextNumbers;
  /** Publishes exchanges that have answered. */
  readonly #answers: Paced;
  /** Publishes what was pushed. */
  readonly #pushes: Paced;
  readonly #watchers = new Set<symbol>();
  readonly #health = new HealthBook();
  /** Of the newest request, answered or not; undefined for all. */
  #chosen: readonly ExchangeId[] | undefined;
  #listed: readonly Asset[] = [];
  #state: MarketState;
  #frame: Frame | undefined;
  #isDisposed = false;
  #running: { key: string; promise: Promise<MarketSnapshot> } | undefined;

  constructor(deps: MarketDeps) {
    this.#deps = deps;
    this.#changed = new Emitter((error) => deps.logger.error(`a view failed to update: ${String(error)}`));
    this.#live = new LiveSnapshot(deps.adapters);
    this.#context = new ContextNumbers(deps);
    this.#answers = new Paced(() => this.#publish(), ANSWERS_EVERY_MS, deps.clock);
    this.#pushes = new Paced(() => this.#publish({ isPushed: true }), PUSHES_EVERY_MS, deps.clock);
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
    this.#narrow();
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
    const history = historyOf(await storedHistory(this.#deps, asset, source, nowMs), chosen);
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

  /** Takes in what was streamed. It is part of the next snapshot, which follows within a second while somebody watches. */
  observe(source: DataSource, observations: readonly Observation[]): void {
    this.#live.pushed(source, observations, this.nowMs());
    this.#health.observe(source, observations);
    if (this.#watchers.size > 0 && source === this.#frame?.source) this.#pushes.ask();
  }

  /**
   * Wants to see what is pushed: until the returned disposable is disposed, the snapshot follows the streams, once a
   * second at most, and `onDidChange` tells. Nothing is asked for and no regime is judged by it.
   */
  watch(): Disposable {
    const watcher = Symbol('watcher');
    this.#watchers.add(watcher);
    return { dispose: () => void this.#watchers.delete(watcher) };
  }

  /** Takes in lone trades that were streamed: evidence of how open interest counts sides. */
  observeFills(source: DataSource, windows: readonly FillWindow[]): void {
    this.#health.sides.recordFills(source, windows, this.nowMs());
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#answers.dispose();
    this.#pushes.dispose();
    this.#changed.dispose();
  }

  async #refresh(request: RefreshRequest): Promise<MarketSnapshot> {
    const { collector } = this.#deps;
    const { isPushed: _pushed, ...state } = this.#state;
    this.#begin(request);
    this.#set({ ...state, phase: state.phase === 'idle' ? 'loading' : state.phase, isRefreshing: true });
    try {
      const contextAsked = this.#context.ask(request.assets, request);
      const taken = new Set<ExchangeResult>();
      const collected = await collector.refresh({
        ...request,
        onAnswered: (answered) => {
          for (const result of answered.results) taken.add(result);
          this.#take(answered, request);
          if (this.#isComparable()) this.#answers.ask();
        },
      });
      const rest = collected.results.filter((result) => !taken.has(result));
      this.#take({ ...collected, results: rest }, request);
      this.#answers.forget();
      const source = collected.source ?? this.#state.source;
      const context = await this.#context.snapshot(source, request.assets, contextAsked);
      return await this.#conclude(request, collected, source, context);
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

  /** Takes exchanges that are not chosen any more out of what is shown, whatever still runs. */
  #narrow(): void {
    const before = this.#frame;
    const exchanges = before?.exchanges.filter((id) => this.#chosen?.includes(id) !== false);
    if (before === undefined || exchanges === undefined || exchanges.length === before.exchanges.length)
      return;
    // What rests on history rests on that of all who were chosen.
    this.#frame = { ...before, exchanges, extras: new Map() };
    if (this.#state.snapshot !== undefined) this.#show(this.#frame);
  }

  /** What is shown while the request is answered: what stands of it. */
  #begin({ assets, exchanges: chosen }: RefreshRequest): void {
    const exchanges = this.#ids(chosen);
    const before = this.#frame;
    const isSameMarket = before !== undefined && isSame(before.exchanges, exchanges);
    this.#frame = {
      ...{ assets, exchanges, source: before?.source ?? this.#state.source },
      extras: isSameMarket ? before.extras : new Map<Asset, AssetExtra[]>(),
      context: before?.context ?? [],
    };
  }

  /** Takes in answers as they come. */
  #take({ source, results }: Collected, { assets }: RefreshRequest): void {
    const nowMs = this.nowMs();
    const wanted = results.filter(({ exchange }) => this.#chosen?.includes(exchange) !== false);
    this.#health.record(wanted, nowMs);
    for (const result of wanted) this.#live.answered(source, result, assets, nowMs);
    if (this.#frame !== undefined && source !== undefined && source !== this.#frame.source)
      this.#frame = { ...this.#frame, source, extras: new Map(), context: [] };
  }

  /** The end of a round: reads history, judges regimes and publishes. */
  async #conclude(
    request: RefreshRequest,
    { results, waiting = [] }: Collected,
    source: DataSource,
    context: readonly ContextSnapshot[],
  ): Promise<MarketSnapshot> {
    const startedAtMs = this.nowMs();
    const asked = new Set([...results.map(({ exchange }) => exchange), ...waiting]);
    const scopeNow = (): SnapshotScope => ({
      ...{ source, assets: request.assets },
      exchanges: this.#ids(this.#chosen).filter((id) => asked.has(id)),
    });
    const series = await this.#context.series(source, startedAtMs - HISTORY_WINDOW_MS);
    const stored = await storedHistories(this.#deps, scopeNow(), startedAtMs);
    // What was chosen, has answered or was pushed while history was read is part of what is shown.
    const nowMs = this.nowMs();
    const scope = scopeNow();
    const answers = this.#live.answersOf(scope);
    this.#listed = listedAssets(answers);
    const histories = new Map([...stored].map(([asset, one]) => [asset, historyOf(one, scope.exchanges)]));
    for (const one of histories.values()) this.#health.sides.recordHistory(source, one, answers, nowMs);
    const ended = endOfRound({ histories, context, series }, this.#live.assets(scope, nowMs), nowMs);
    const extras = new Map(ended.map((one) => [one.asset.asset, one.extras]));
    // A newer request for other exchanges waits; what streams push until it begins is shown of these.
    this.#frame = { ...scope, extras, context };
    const assets = ended.map(({ asset }) => asset);
    const snapshot = this.#snapshotOf(this.#frame, assets, nowMs);
    const isOffline = answers.length > 0 && answers.every((result) => result.answered === 0);
    const standing = this.#standing(snapshot);
    // Of exchanges that are not those which are wanted by now nothing is judged.
    const regimes = isSame(this.#ids(request.exchanges), this.#ids(this.#chosen))
      ? assessments(ended, standing, { source, isOffline, nowMs })
      : standing;
    this.#set({ phase: isOffline ? 'offline' : 'ready', source, isRefreshing: false, snapshot, regimes });
    return snapshot;
  }

  /** The exchanges that a choice names (undefined: all), in the order in which they are shown. */
  #ids(chosen: readonly ExchangeId[] | undefined): ExchangeId[] {
    return this.#deps.adapters.map(({ id }) => id).filter((id) => chosen?.includes(id) !== false);
  }

  /** Whether so many exchanges have answered that their numbers can be held against each other. */
  #isComparable(): boolean {
    if (this.#frame === undefined) return false;
    const answered = this.#live.answersOf(this.#frame).filter((one) => one.answered > 0);
    return answered.length >= Math.min(COMPARABLE, this.#frame.exchanges.length);
  }

  /** Shows the numbers of this moment. */
  #publish(mark: Pick<MarketState, 'isPushed'> = {}): void {
    if (this.#frame !== undefined && this.#isComparable()) this.#show(this.#frame, mark);
  }

  #show(frame: Frame, mark: Pick<MarketState, 'isPushed'> = {}): void {
    if (this.#isDisposed) return;
    const nowMs = this.nowMs();
    const assets = this.#live
      .assets(frame, nowMs)
      .map((asset) => withExtras(asset, frame.extras.get(asset.asset) ?? [], nowMs));
    const snapshot = this.#snapshotOf(frame, assets, nowMs);
    const { isPushed: _pushed, ...state } = this.#state;
    const regimes = this.#standing(snapshot);
    this.#set({ ...state, ...mark, phase: 'ready', source: frame.source, snapshot, regimes });
  }

  #snapshotOf({ source, context }: Frame, assets: readonly AssetSnapshot[], nowMs: number): MarketSnapshot {
    return {
      schema: 'perpscope.snapshot/1',
      asOfMs: nowMs,
      source,
      ...this.#machineClock(),
      assets,
      ...(context.length === 0 ? {} : { context }),
    };
  }

  /** The assessments that stand beside a snapshot: those of another source or of other exchanges say nothing about it. */
  #standing(snapshot: MarketSnapshot): ReadonlyMap<Asset, RegimeAssessment> {
    const { source, snapshot: before, regimes } = this.#state;
    const isSameMarket =
      source === snapshot.source && isSame(exchangesOf(before) ?? [], exchangesOf(snapshot) ?? []);
    return isSameMarket ? regimes : new Map();
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
