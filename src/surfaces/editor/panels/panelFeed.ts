import type { Disposable } from '../../../core/disposable.ts';
import type { Event } from '../../../core/emitter.ts';
import type { Asset, DataSource, ExchangeId } from '../../../core/ids.ts';
import type { AssetCharts, ChartsWish } from '../../../market/charts.ts';
import type { MarketState } from '../../../market/snapshot.ts';
import type { PanelQuery } from '../../protocol/messages.ts';
import type { NewestNumbers, PanelSnapshot } from '../../protocol/payloads.ts';
import { chartNames } from './chartNames.ts';
import { newestNumbers } from './newestNumbers.ts';
import { panelSnapshot } from './panelSnapshot.ts';

interface SourcedCharts {
  readonly source: DataSource;
  readonly charts: Partial<AssetCharts>;
}

/** What a panel needs of the session. */
export interface FeedSession {
  readonly state: MarketState;
  readonly onDidChange: Event<MarketState>;
  charts(request: ChartsWish & { readonly asset: Asset }): Promise<SourcedCharts | undefined>;
  nameOf(exchange: ExchangeId): string;
  refresh(): Promise<void>;
  watch(): Disposable;
}

export interface FeedDeps {
  readonly session: FeedSession;
  /** What the panel shows before its page has said what it wants. */
  readonly query: PanelQuery;
  readonly send: {
    snapshot(snapshot: PanelSnapshot): void;
    newest(newest: NewestNumbers): void;
  };
  readonly onError: (error: unknown) => void;
}

/**
 * Feeds one panel with what it asked for: all of that after each refresh, the newest readings between, nothing while it
 * is hidden. A hidden panel costs nothing and nothing is kept for it: its page asks again when it comes back. Charts that
 * it does not show are neither made nor sent.
 */
export class PanelFeed implements Disposable {
  readonly #deps: FeedDeps;
  readonly #listening: Disposable;
  #watching: Disposable | undefined;
  #seen: MarketState;
  #query: PanelQuery;
  #version = 0;
  /** What the last snapshot was made from, and what was said since. */
  #shown:
    | { readonly version: number; readonly asset: Asset; readonly charted: SourcedCharts; said: string }
    | undefined;
  #reading: Promise<PanelSnapshot> | undefined;
  #ahead: Promise<PanelSnapshot> | undefined;
  #refreshing: Promise<void> | undefined;
  #isDue = false;
  #isVisible = false;

  constructor(deps: FeedDeps) {
    this.#deps = deps;
    this.#query = deps.query;
    this.#seen = deps.session.state;
    this.#listening = deps.session.onDidChange((state) => this.#onChange(state));
  }

  /** Begins to read what a new page will ask for, while the editor loads it. What changes until then is read anew. */
  lookAhead(): void {
    this.#ahead = this.snapshot();
    // Who asks is told of it.
    this.#ahead.catch(() => undefined);
  }

  /** Takes what the panel wants to see from now on, and returns it. */
  ask(query: PanelQuery): Promise<PanelSnapshot> {
    const { asset, chart, hours, levelsOf } = this.#query;
    const isOther =
      query.asset !== asset || query.chart !== chart || query.hours !== hours || query.levelsOf !== levelsOf;
    const ahead = isOther ? undefined : this.#ahead;
    this.#ahead = undefined;
    // What is being read is something else.
    if (isOther) this.#reading = undefined;
    this.#query = query;
    return ahead ?? this.snapshot();
  }

  /** As `ask`, for the same of another asset. */
  turnTo(asset: Asset): Promise<PanelSnapshot> {
    return this.ask({ ...this.#query, asset });
  }

  /** Everything that the panel shows, now. Those who ask while it is read get the same. */
  snapshot(): Promise<PanelSnapshot> {
    const reading = (this.#reading ??= this.#read().finally(() => {
      if (this.#reading === reading) this.#reading = undefined;
    }));
    return reading;
  }

  /** As `snapshot`, after a refresh; those who ask while one runs wait for that one. */
  async refresh(): Promise<PanelSnapshot> {
    this.#refreshing ??= this.#deps.session.refresh().finally(() => {
      this.#refreshing = undefined;
    });
    await this.#refreshing;
    return this.snapshot();
  }

  /** Pushed numbers are followed for as long as somebody can see them. */
  show(isVisible: boolean): void {
    this.#isVisible = isVisible;
    if (isVisible) this.#watching ??= this.#deps.session.watch();
    else {
      this.#watching?.dispose();
      this.#watching = undefined;
    }
  }

  dispose(): void {
    this.#listening.dispose();
    this.show(false);
  }

  async #read(): Promise<PanelSnapshot> {
    const { session } = this.#deps;
    const { asset, chart, hours, levelsOf } = this.#query;
    this.#version += 1;
    const version = this.#version;
    const charted = await session.charts({
      ...{ asset, hours, charts: chartNames(chart) },
      ...(levelsOf === undefined ? {} : { levelsOf }),
    });
    const nameOf = (id: string): string => session.nameOf(id);
    // Of two that were read at the same time the later one is what the panel shows.
    if (version === this.#version)
      this.#shown = charted === undefined ? undefined : { version, asset, charted, said: '' };
    return panelSnapshot({ version, asset, state: session.state, charted, nameOf });
  }

  #onChange(state: MarketState): void {
    const before = this.#seen;
    this.#seen = state;
    const isPushed =
      state.snapshot !== undefined &&
      before.snapshot !== undefined &&
      state.phase === before.phase &&
      state.source === before.source &&
      state.isRefreshing === before.isRefreshing &&
      state.lastError === before.lastError;
    if (!isPushed) this.#ahead = undefined;
    if (!this.#isVisible) return;
    if (isPushed) return this.#sendNewest(state);
    // The end of a refresh brings numbers; its start only matters while there are none.
    if (!state.isRefreshing || before.snapshot === undefined) this.#sendSnapshot();
  }

  #sendNewest(state: MarketState): void {
    const shown = this.#shown;
    if (shown === undefined || shown.charted.source !== state.source) return;
    // What the page has asked for since is not what it shows yet.
    const { version, asset, charted } = shown;
    const newest = newestNumbers({ version, asset, state, charts: charted.charts });
    const said = JSON.stringify(newest);
    if (said === shown.said) return;
    shown.said = said;
    this.#deps.send.newest(newest);
  }

  /** One at a time: what changes while one is made is in the next one. */
  #sendSnapshot(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    const reading = this.#reading ?? Promise.resolve();
    reading
      .catch(() => undefined)
      .then(() => {
        this.#isDue = false;
        return this.snapshot();
      })
      .then((snapshot) => {
        if (this.#isVisible) this.#deps.send.snapshot(snapshot);
      })
      .catch((error: unknown) => this.#deps.onError(error));
  }
}
