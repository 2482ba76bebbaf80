import type { Clock } from '../core/clock.ts';
import { systemClock } from '../core/clock.ts';
import type { Disposable } from '../core/disposable.ts';
import { Emitter, type Event } from '../core/emitter.ts';
import { PerpscopeError, toPerpscopeError } from '../core/errors.ts';
import type { Asset, DataSource } from '../core/ids.ts';
import type { KeySource } from '../core/keySource.ts';
import type { Logger } from '../core/logger.ts';
import { MINUTE_MS, SECOND_MS } from '../core/units.ts';
import type { SourcedCharts } from '../market/shownCharts.ts';
import type { MarketHealth } from '../market/health.ts';
import type { RefreshRequest } from '../market/market.ts';
import type { RulesChoice } from '../market/rulesChoice.ts';
import type { LinesWish, SourcedLines } from '../market/shownLines.ts';
import type { MarketState } from '../market/snapshot.ts';
import type { KeepMonths } from '../core/keepMonths.ts';
import { EngineClient } from './engineClient.ts';
import type { ChartsRequest, NamedExchange, StartParams } from './engineWire.ts';
import type { EngineThread } from './workerThread.ts';

export interface KeptEngineDeps {
  readonly startThread: () => EngineThread;
  readonly params: Omit<StartParams, 'keepMonths' | 'transportState' | 'rules'>;
  readonly keepMonths: () => KeepMonths;
  /** The rules that regimes are judged by, asked for at each refresh. */
  readonly rules: () => RulesChoice;
  /** What an earlier engine of this window knew of pauses. */
  readonly transportState: unknown;
  /** The source that is expected before the first answer has told. */
  readonly source: DataSource;
  readonly logger: Logger;
  readonly keys: KeySource;
  readonly onNotice: (text: string) => void;
  readonly clock?: Clock;
  /** Ends the wait for the first engine. */
  readonly signal?: AbortSignal;
}

/** Waits before an engine is started again: doubled from death to death, none longer than the last. */
const FIRST_WAIT_MS = SECOND_MS;
const LONGEST_WAIT_MS = MINUTE_MS;
/** An engine that has lived so long was well: the next wait is the first one again. */
const STEADY_MS = 5 * MINUTE_MS;

/**
 * An engine that is there as long as somebody wants it: one that dies is named in the state and started again. What was
 * shown stays meanwhile, with its age; a refresh that ran is refused with `engine`.
 */
export class KeptEngine {
  readonly #deps: KeptEngineDeps;
  readonly #clock: Clock;
  readonly #changed: Emitter<MarketState>;
  readonly #over = new AbortController();
  readonly #watchers = new Set<symbol>();
  /** The newest engine, dead or alive. */
  #client: EngineClient | undefined;
  /** Why there is none now; undefined while one runs. */
  #downWords: string | undefined;
  /** An engine that has died left its lease behind: the next one is known by this, and takes it back at once. */
  readonly #shareId = crypto.randomUUID();
  #restarting: Promise<void> = Promise.resolve();
  #startedAtMs = 0;
  #deaths = 0;
  #adapters: readonly NamedExchange[] = [];
  #state: MarketState;
  #health: MarketHealth | undefined;
  #request: Omit<RefreshRequest, 'signal'> | undefined;

  private constructor(deps: KeptEngineDeps) {
    this.#deps = deps;
    this.#clock = deps.clock ?? systemClock;
    this.#changed = new Emitter((error) => deps.logger.error(`a view failed: ${String(error)}`));
    this.#state = { phase: 'idle', source: deps.source, isRefreshing: false, regimes: new Map() };
  }

  /** Starts an engine and keeps it. Rejects where the first one cannot start, with its own error. */
  static async start(deps: KeptEngineDeps): Promise<KeptEngine> {
    const kept = new KeptEngine(deps);
    await kept.#launch(deps.transportState);
    return kept;
  }

  get adapters(): readonly NamedExchange[] {
    return this.#adapters;
  }

  get onDidChange(): Event<MarketState> {
    return this.#changed.event;
  }

  /** Now by the exchanges' clocks. */
  nowMs(): number {
    return this.#client?.nowMs() ?? this.#clock.nowMs();
  }

  /** As `Market.refresh`; rejects with `engine` where the engine dies meanwhile or is not there. */
  async refresh(request: RefreshRequest): Promise<void> {
    const { signal: _signal, ...again } = request;
    this.#request = again;
    const client = this.#running();
    client.keepMonths(this.#deps.keepMonths());
    client.rules(this.#deps.rules());
    await client.refresh(request);
  }

  /** As `Market.watch`, whichever engine runs. */
  watch(): Disposable {
    const watcher = Symbol('watcher');
    this.#watchers.add(watcher);
    this.#follow();
    return {
      dispose: () => {
        this.#watchers.delete(watcher);
        this.#follow();
      },
    };
  }

  /** How every exchange answers; while no engine runs as it was last heard, undefined where it never was. */
  async health(): Promise<MarketHealth | undefined> {
    try {
      this.#health = await this.#running().health();
    } catch (error) {
      this.#deps.logger.debug(`health: ${String(error)}`);
    }
    return this.#health;
  }

  async listedAssets(): Promise<readonly Asset[]> {
    return this.#running().listedAssets();
  }

  async charts(request: ChartsRequest): Promise<SourcedCharts> {
    return this.#running().charts(request);
  }

  async lines(wish: LinesWish, signal: AbortSignal): Promise<SourcedLines> {
    return this.#running().lines(wish, signal);
  }

  /** What is known of pauses, for the next engine. */
  transportState(): unknown {
    return this.#client?.transportState ?? this.#deps.transportState;
  }

  /** Ends it for good. */
  async dispose(): Promise<void> {
    this.#over.abort();
    this.#changed.dispose();
    await this.#restarting;
    if (this.#downWords === undefined) await this.#client?.stop();
  }

  #running(): EngineClient {
    if (this.#client === undefined || this.#downWords !== undefined)
      throw new PerpscopeError('engine', this.#downWords ?? 'the engine does not run');
    return this.#client;
  }

  async #launch(transportState: unknown): Promise<void> {
    const { startThread, logger, keys, onNotice, keepMonths, rules, params, signal } = this.#deps;
    const client = new EngineClient({ thread: startThread(), logger, keys, onNotice, clock: this.#clock });
    try {
      const shared = transportState === undefined ? {} : { transportState };
      const shareId = this.#shareId;
      const over = AbortSignal.any([this.#over.signal, ...(signal === undefined ? [] : [signal])]);
      const started = { ...params, ...shared, shareId, rules: rules(), keepMonths: keepMonths() };
      this.#adapters = await client.start(started, over);
    } catch (error) {
      await client.stop();
      throw error;
    }
    this.#startedAtMs = this.#clock.monotonicMs();
    this.#client = client;
    this.#downWords = undefined;
    client.onDidChange((state) => this.#take(state));
    client.watch(this.#watchers.size > 0);
    void client.died.then((reason) => {
      if (!this.#over.signal.aborted) this.#restarting = this.#restart(reason);
    });
  }

  #follow(): void {
    if (this.#downWords === undefined) this.#client?.watch(this.#watchers.size > 0);
  }

  /** Until an engine that was started again has numbers of its own, those of the one before stay, with their age. */
  #take(state: MarketState): void {
    const { snapshot, regimes, phase, lastError } = this.#state;
    this.#set(
      state.snapshot === undefined && snapshot !== undefined
        ? { ...(lastError === undefined ? {} : { lastError }), ...state, snapshot, regimes, phase }
        : state,
    );
  }

  async #restart(why: string): Promise<void> {
    const { logger } = this.#deps;
    const hasLivedMs = this.#clock.monotonicMs() - this.#startedAtMs;
    this.#deaths = hasLivedMs >= STEADY_MS ? 0 : this.#deaths;
    let reason = why;
    for (;;) {
      const waitMs = Math.min(FIRST_WAIT_MS * 2 ** this.#deaths, LONGEST_WAIT_MS);
      this.#deaths += 1;
      this.#downWords = `The engine of Perpscope ended ${reason}. It starts again in ${waitMs / SECOND_MS} s.`;
      logger.error(this.#downWords);
      this.#say(this.#downWords);
      try {
        await this.#clock.sleep(waitMs, this.#over.signal);
        await this.#launch(this.transportState());
        break;
      } catch (error) {
        if (this.#over.signal.aborted) return;
        reason = `and could not start: ${toPerpscopeError(error, 'engine').message}`;
      }
    }
    if (this.#over.signal.aborted) return;
    logger.info('the engine has started again');
    this.#say(`The engine of Perpscope ended ${reason}. It has started again and asks the exchanges.`);
    if (this.#request === undefined) return;
    this.refresh(this.#request).catch((error: unknown) =>
      logger.warn(`the refresh after the new start failed: ${String(error)}`),
    );
  }

  /** Says what became of the engine beside the numbers that stand. */
  #say(lastError: string): void {
    const { isPushed: _pushed, ...state } = this.#state;
    const phase = state.snapshot === undefined ? 'failed' : state.phase;
    this.#set({ ...state, phase, isRefreshing: false, lastError });
  }

  #set(state: MarketState): void {
    this.#state = state;
    this.#changed.fire(state);
  }
}
