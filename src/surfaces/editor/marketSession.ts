import * as vscode from 'vscode';
import { DisposableStore } from '../../core/disposable.ts';
import { Emitter } from '../../core/emitter.ts';
import type { Asset, DataSource, ExchangeId } from '../../core/ids.ts';
import type { Logger } from '../../core/logger.ts';
import type { AssetCharts } from '../../market/charts.ts';
import type { MarketHealth } from '../../market/health.ts';
import type { Market } from '../../market/market.ts';
import type { MarketState } from '../../market/snapshot.ts';
import { noticeText, plainText } from '../../core/outsideText.ts';
import { readSettings, type Settings } from './settings.ts';

/** Chart data with the source it came from: the two must not part on the way to a view. */
export interface SourcedCharts {
  readonly source: DataSource;
  readonly charts: AssetCharts;
}

/** A running engine: the market and its end. Made by the composition root, at first use. */
export interface Engine {
  readonly market: Market;
  readonly adapters: readonly { readonly id: ExchangeId; readonly displayName: string }[];
  charts(asset: Asset): Promise<SourcedCharts>;
  transportState(): unknown;
  dispose(): Promise<void>;
}

export interface SessionDeps {
  /** Loads and starts the engine; loading is what costs, so it happens here and not at activation. */
  readonly startEngine: (settings: Settings, transportState: unknown) => Promise<Engine>;
  readonly logger: Logger;
  readonly memento: vscode.Memento;
}

const USED_KEY = 'perpscope.hasBeenUsed';
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
  #exchangeProblem: string | undefined;
  #names: ReadonlyMap<ExchangeId, string> = new Map();
  #engine: Promise<Engine> | undefined;
  #market: Market | undefined;
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
        if (event.affectsConfiguration('perpscope') || changesProxy(event)) void this.#onSettings(event);
      }),
    );
  }

  get settings(): Settings {
    return this.#settings;
  }

  /** Settings that could not be used, one sentence each. */
  get problems(): readonly string[] {
    return [
      ...this.#settings.problems,
      ...(this.#exchangeProblem === undefined ? [] : [this.#exchangeProblem]),
    ];
  }

  get state(): MarketState {
    return this.#state;
  }

  /** Now by the exchanges' clocks, or by the one here before any has told. */
  nowMs(): number {
    return this.#market?.nowMs() ?? Date.now();
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

  /** Refreshes now and keeps refreshing. Never rejects: what fails is in the state and in the log. */
  async refresh(): Promise<void> {
    if (this.#isDisposed) return;
    this.#isWanted = true;
    const { signal } = this.#abort;
    if (!this.hasBeenUsed) void this.#deps.memento.update(USED_KEY, true);
    try {
      const engine = await this.#start();
      if (signal.aborted) return;
      const exchanges = this.#chosenExchanges();
      const request = { assets: this.assets, signal };
      await engine.market.refresh(exchanges === undefined ? request : { ...request, exchanges });
    } catch (error) {
      if (signal.aborted) return;
      const lastError = error instanceof Error ? error.message : String(error);
      this.#deps.logger.error(`refresh failed: ${lastError}`);
      if (this.#state.phase !== 'ready')
        this.#set({ ...this.#state, phase: 'failed', isRefreshing: false, lastError });
    }
  }

  /** Makes sure there are numbers, refreshing only if none have been read yet. */
  async ensureNumbers(): Promise<void> {
    if (this.#state.snapshot === undefined) await this.refresh();
  }

  /** How the exchanges answer, or undefined while nothing runs. Fetches nothing. */
  async health(): Promise<MarketHealth | undefined> {
    return this.#state.snapshot === undefined ? undefined : (await this.#engine)?.market.health();
  }

  /** Every asset that the exchanges list, as far as their lists were read; empty while nothing has been. Asks nobody. */
  async listedAssets(): Promise<readonly Asset[]> {
    return (await this.#engine?.catch(() => undefined))?.market.listedAssets() ?? [];
  }

  /** The charts of an asset from stored history, or undefined while nothing has been read. */
  async charts(asset: Asset): Promise<SourcedCharts | undefined> {
    if (this.#engine === undefined || this.#state.snapshot === undefined) return undefined;
    return (await this.#engine).charts(asset);
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
    this.#market = undefined;
    if (engine !== undefined) {
      const ended = engine
        .then((running) => {
          this.#transportState = running.transportState();
          return running.dispose();
        })
        .catch((error: unknown) => this.#deps.logger.warn(String(error)));
      this.#stopping = Promise.all([this.#stopping, ended]).then(() => undefined);
    }
    return this.#stopping;
  }

  #start(): Promise<Engine> {
    this.#engine ??= this.#stopping
      .then(() => this.#deps.startEngine(this.#settings, this.#transportState))
      .then((engine) => {
        this.#names = new Map(engine.adapters.map((adapter) => [adapter.id, adapter.displayName]));
        engine.market.onDidChange((state) => this.#set(state));
        this.#market = engine.market;
        return engine;
      });
    const starting = this.#engine;
    starting.catch(() => {
      if (this.#engine === starting) this.#engine = undefined;
    });
    this.#timer ??= setInterval(() => void this.refresh(), this.#settings.refreshSeconds * 1_000);
    return starting;
  }

  async #onSettings(event: vscode.ConfigurationChangeEvent): Promise<void> {
    const before = this.#settings;
    this.#settings = this.#readSettings();
    const keys = [
      'dataSource',
      'context',
      ...(this.#settings.dataSource === 'simulated' ? ['simulator'] : ['endpoints']),
    ];
    const needsNewEngine =
      changesProxy(event) || keys.some((key) => event.affectsConfiguration(`perpscope.${key}`));
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

  /** The exchanges to ask, or undefined for all. Unknown ids are named in the log. */
  #chosenExchanges(): ExchangeId[] | undefined {
    const chosen = this.#settings.exchanges;
    const known = chosen.filter((id) => this.#names.has(id));
    const unknown = chosen.filter((id) => !this.#names.has(id)).join(', ');
    const all = [...this.#names.keys()].join(', ');
    const problem =
      unknown === '' ? undefined : `perpscope.exchanges: unknown ${plainText(unknown)}; known are ${all}`;
    if (problem !== this.#exchangeProblem) {
      this.#exchangeProblem = problem;
      if (problem !== undefined) {
        this.#deps.logger.warn(problem);
        // Asking all because none is known is not what was meant: say so where it is seen, once.
        if (known.length === 0)
          void vscode.window.showWarningMessage(noticeText(`Perpscope: ${problem}. All are asked.`));
      }
    }
    return known.length === 0 ? undefined : known;
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
    void vscode.commands.executeCommand('setContext', 'perpscope.phase', hasNumbers ? 'ready' : state.phase);
    this.#changed.fire(state);
  }
}

/** The editor's own proxy settings, which the engine reads when it starts. */
function changesProxy(event: vscode.ConfigurationChangeEvent): boolean {
  return ['proxy', 'noProxy', 'proxyStrictSSL'].some((key) => event.affectsConfiguration(`http.${key}`));
}
