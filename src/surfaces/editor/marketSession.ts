import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/disposable.ts';
import { Emitter, type Event } from '../../core/emitter.ts';
import type { Asset, DataSource, ExchangeId } from '../../core/ids.ts';
import { PerpscopeError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import type { AssetCharts, ChartsWish } from '../../market/charts.ts';
import type { MarketHealth } from '../../market/health.ts';
import type { RefreshRequest } from '../../market/market.ts';
import type { MarketState } from '../../market/snapshot.ts';
import type { LinesWish, SourcedLines } from '../../market/shownLines.ts';
import { MarketWatch } from './marketWatch.ts';
import { readSettings, type Settings } from './settings.ts';

/** Chart data with the source it came from: the two must not part on the way to a view. */
export interface SourcedCharts {
  readonly source: DataSource;
  readonly charts: Partial<AssetCharts>;
}

/** A running engine, wherever it runs, and its end. Made by the composition root, at first use. */
export interface Engine {
  readonly adapters: readonly { readonly id: ExchangeId; readonly displayName: string }[];
  readonly onDidChange: Event<MarketState>;
  nowMs(): number;
  refresh(request: RefreshRequest): Promise<unknown>;
  watch(): Disposable;
  health(): Promise<MarketHealth | undefined>;
  listedAssets(): Promise<readonly Asset[]>;
  charts(request: ChartsWish & { readonly asset: Asset }): Promise<SourcedCharts>;
  lines(wish: LinesWish, signal: AbortSignal): Promise<SourcedLines>;
  /** Plain data for the next engine; complete once this one has ended. */
  transportState(): unknown;
  dispose(): Promise<void>;
}

export interface SessionDeps {
  /** Loads and starts the engine; loading is what costs, so it happens here and not at activation. */
  readonly startEngine: (settings: Settings, transportState: unknown, signal: AbortSignal) => Promise<Engine>;
  readonly logger: Logger;
  readonly memento: vscode.Memento;
}

/** A panel, a report and the status bar wait no longer than this for an exchange that is slower than most. */
const GRACE_MS = 2_000;
/** Of the time between two refreshes: what another window has asked for since then need not be asked for again. */
const LATELY = 0.75;
const USED_KEY = 'perpscope.hasBeenUsed';
/** Of `http.*`, what the engine is started with. */
const ENGINE_HTTP_KEYS = ['proxy', 'noProxy', 'proxyStrictSSL', 'systemCertificates'];
const IDLE: MarketState = { phase: 'idle', source: 'live', isRefreshing: false, regimes: new Map() };

/**
 * The editor's hold on the market: starts the engine at first use, refreshes on a timer, restarts when settings that
 * matter change. Until then nothing is loaded and nothing is fetched.
 */
export class MarketSession implements vscode.Disposable {
  readonly #deps: SessionDeps;
  readonly #disposables = new DisposableStore();
  readonly #changed = new Emitter<MarketState>((error) =>
    this.#deps.logger.error(`a view failed: ${String(error)}`),
  );
  #settings: Settings;
  #isDisposed = false;
  /** Somebody has asked for numbers: a changed setting then starts over instead of waiting for a click. */
  #isWanted = false;
  /** What earlier engines of this window have used of the limits. */
  #transportState: unknown;
  #names: ReadonlyMap<ExchangeId, string> = new Map();
  #engine: Promise<Engine> | undefined;
  /** The engine that runs; undefined while none does. */
  #running: Engine | undefined;
  readonly #watch = new MarketWatch();
  /** What the editor was told last. */
  #toldPhase: string | undefined;
  #state: MarketState = IDLE;
  #timer: NodeJS.Timeout | undefined;
  #stopping: Promise<void> = Promise.resolve();
  #abort = new AbortController();

  constructor(deps: SessionDeps) {
    this.#deps = deps;
    this.#settings = this.#readSettings();
    this.#state = { ...IDLE, source: this.#settings.dataSource };
    this.#disposables.add(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('perpscope') || changesConnections(event))
          void this.#onSettings(event);
      }),
    );
    this.#disposables.add(vscode.workspace.onDidGrantWorkspaceTrust(() => void this.#onSettings()));
  }

  get settings(): Settings {
    return this.#settings;
  }

  /** Faults in the settings, one line each. */
  get problems(): readonly string[] {
    return this.#settings.problems;
  }

  get state(): MarketState {
    return this.#state;
  }

  /** Now by the exchanges' clocks, or by the one here before any has told. */
  nowMs(): number {
    return this.#running?.nowMs() ?? Date.now();
  }

  get onDidChange(): Emitter<MarketState>['event'] {
    return this.#changed.event;
  }

  /** Whether Perpscope was used before on this machine: then a window starts by itself. */
  get hasBeenUsed(): boolean {
    return this.#deps.memento.get(USED_KEY) === true;
  }

  /** The assets that are followed: the list, and the status bar's own. */
  get assets(): readonly Asset[] {
    return [...new Set([...this.#settings.assets, this.#settings.statusBarAsset])];
  }

  nameOf(exchange: ExchangeId): string {
    return this.#names.get(exchange) ?? exchange;
  }

  /** The place of an exchange among all; one that is not known comes last. */
  placeOf(exchange: ExchangeId): number {
    const place = [...this.#names.keys()].indexOf(exchange);
    return place < 0 ? this.#names.size : place;
  }

  /**
   * Refreshes and keeps refreshing; where windows share a history, a round that another one has run lately serves unless
   * `now`. Never rejects: what fails is in the state and in the log.
   */
  async refresh(when: 'now' | 'lately' = 'now'): Promise<void> {
    if (this.#isDisposed) return;
    this.#isWanted = true;
    const { blocked, exchanges } = this.#settings;
    if (blocked !== undefined) return this.#block(blocked);
    const { signal } = this.#abort;
    if (!this.hasBeenUsed) void this.#deps.memento.update(USED_KEY, true);
    try {
      const engine = await this.#start();
      if (signal.aborted) return;
      const servedByMs = this.#settings.refreshSeconds * 1_000 * LATELY;
      const request = {
        ...{ assets: this.assets, signal, graceMs: GRACE_MS },
        ...(when === 'now' ? {} : { servedByMs }),
      };
      await engine.refresh(exchanges.length === 0 ? request : { ...request, exchanges });
    } catch (error) {
      if (signal.aborted) return;
      const lastError = error instanceof Error ? error.message : String(error);
      this.#deps.logger.error(`refresh failed: ${lastError}`);
      const { isBlocked: _blocked, ...state } = this.#state;
      if (state.phase !== 'ready') this.#set({ ...state, phase: 'failed', isRefreshing: false, lastError });
    }
  }

  /**
   * Wants to see what exchanges push: until the returned disposable is disposed, the numbers follow them, once a second at
   * most, whichever engine runs. Starts none.
   */
  watch(): Disposable {
    return this.#watch.watch();
  }

  /** Makes sure there are numbers and regimes, refreshing only if none have been read yet. */
  async ensureNumbers(): Promise<void> {
    // While the first refresh runs there are numbers, but no regime: its end is waited for.
    if (this.#state.snapshot === undefined || this.#state.regimes.size === 0) await this.refresh('lately');
  }

  /** How the exchanges answer, or undefined while nothing runs. Fetches nothing. */
  async health(): Promise<MarketHealth | undefined> {
    return this.#state.snapshot === undefined ? undefined : this.#running?.health();
  }

  /** Every asset that the exchanges list, as far as their lists were read; empty while nothing has been. Asks nobody. */
  async listedAssets(): Promise<readonly Asset[]> {
    return (await this.#running?.listedAssets().catch(() => undefined)) ?? [];
  }

  /** The charts that are wanted of an asset, from stored history, or undefined while nothing has been read. */
  async charts(request: ChartsWish & { readonly asset: Asset }): Promise<SourcedCharts | undefined> {
    return this.#state.snapshot === undefined ? undefined : this.#running?.charts(request);
  }

  /** Series over any time; rejects with code `engine` while nothing runs. */
  async lines(wish: LinesWish, signal: AbortSignal): Promise<SourcedLines> {
    if (this.#running === undefined) throw new PerpscopeError('engine', 'nothing has been read yet');
    return this.#running.lines(wish, signal);
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#disposables.dispose();
    void this.stop();
    this.#changed.dispose();
  }

  /** Ends the engine: aborts what runs, writes what is pending, closes the store. */
  stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#abort.abort(new Error('Perpscope is stopping'));
    this.#abort = new AbortController();
    const engine = this.#engine;
    this.#engine = undefined;
    this.#running = undefined;
    this.#watch.follow(undefined);
    if (engine !== undefined) {
      const ended = engine
        .then((running) =>
          running.dispose().finally(() => {
            this.#transportState = running.transportState();
          }),
        )
        .catch((error: unknown) => this.#deps.logger.warn(String(error)));
      this.#stopping = Promise.all([this.#stopping, ended]).then(() => undefined);
    }
    return this.#stopping;
  }

  #start(): Promise<Engine> {
    const { signal } = this.#abort;
    this.#engine ??= this.#stopping
      .then(() => this.#deps.startEngine(this.#settings, this.#transportState, signal))
      .then((engine) => {
        // Stopped while it started: it is being disposed of, and what it says is of a market that is over.
        if (!signal.aborted) this.#adopt(engine);
        return engine;
      });
    const starting = this.#engine;
    starting.catch(() => {
      if (this.#engine === starting) this.#engine = undefined;
    });
    this.#timer ??= setInterval(() => void this.refresh('lately'), this.#settings.refreshSeconds * 1_000);
    return starting;
  }

  #adopt(engine: Engine): void {
    this.#names = new Map(engine.adapters.map((adapter) => [adapter.id, adapter.displayName]));
    engine.onDidChange((state) => this.#set(state));
    this.#running = engine;
    this.#watch.follow(engine);
  }

  /** `event` is absent where only what a workspace may say has changed. */
  async #onSettings(event?: vscode.ConfigurationChangeEvent): Promise<void> {
    const before = this.#settings;
    this.#settings = this.#readSettings();
    const keys = [
      'dataSource',
      'context',
      ...(this.#settings.dataSource === 'simulated' ? ['simulator'] : ['endpoints']),
    ];
    const needsNewEngine =
      event !== undefined &&
      (changesConnections(event) || keys.some((key) => event.affectsConfiguration(`perpscope.${key}`)));
    if (needsNewEngine) {
      await this.stop();
      this.#set({ ...IDLE, source: this.#settings.dataSource });
    } else if (before.refreshSeconds !== this.#settings.refreshSeconds) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    if (this.#isWanted) await this.refresh();
    else this.#changed.fire(this.#state);
  }

  /** Ends what runs and shows no number: whatever is still there is of exchanges that were not meant. */
  async #block(reason: string): Promise<void> {
    await this.stop();
    this.#set({
      ...IDLE,
      source: this.#settings.dataSource,
      phase: 'failed',
      lastError: reason,
      isBlocked: true,
    });
  }

  #readSettings(): Settings {
    const settings = readSettings();
    for (const problem of settings.problems) this.#deps.logger.warn(problem);
    return settings;
  }

  #set(state: MarketState): void {
    this.#state = state;
    const hasNumbers =
      state.snapshot?.assets.some((asset) => asset.exchanges.some((one) => one.newestAtMs)) === true;
    const phase = hasNumbers ? 'ready' : state.phase;
    if (phase !== this.#toldPhase)
      void vscode.commands.executeCommand('setContext', 'perpscope.phase', phase);
    this.#toldPhase = phase;
    this.#changed.fire(state);
  }
}

/** Whether the editor's own settings of connections change, which the engine reads when it starts. */
function changesConnections(event: vscode.ConfigurationChangeEvent): boolean {
  return ENGINE_HTTP_KEYS.some((key) => event.affectsConfiguration(`http.${key}`));
}
