import type { RegimeAssessment } from '../analysis/regime/assessment.ts';
import type { Clock, MachineClock } from '../core/clock.ts';
import type { ContextSnapshot, ContextValue } from '../core/contextValue.ts';
import type { Disposable } from '../core/disposable.ts';
import { Emitter, type Event } from '../core/emitter.ts';
import type { Asset, DataSource, ExchangeId } from '../core/ids.ts';
import type { Logger } from '../core/logger.ts';
import type { Observation } from '../core/observation.ts';
import { SECOND_MS } from '../core/units.ts';
import { HISTORY_WINDOW_MS } from '../series/assetBook.ts';
import type { ExchangeResult } from '../sources/collect/exchangeSession.ts';
import { withExtras, type AssetExtra } from './assetExtras.ts';
import { exchangesOf, historyOf } from './chosenExchanges.ts';
import type { ReportInput } from './exchangeReport.ts';
import { HealthBook } from './healthBook.ts';
import { listedAssets } from './listing.ts';
import { LiveSnapshot, type SnapshotScope } from './liveSnapshot.ts';
import { Paced } from './paced.ts';
import type { Wanted } from './refreshRequest.ts';
import { endOfRound, storedHistories, type EndedAsset, type HistorySource } from './roundEnd.ts';
import type { AssetSnapshot, MarketSnapshot, MarketState } from './snapshot.ts';

export interface ViewDeps extends HistorySource {
  readonly clock: Clock;
  readonly logger: Logger;
  /** The source that is expected before the first answer has told. */
  readonly expectedSource: DataSource;
  /** Now by the exchanges' clocks, epoch ms. */
  readonly nowMs: () => number;
  readonly machineClock: () => MachineClock | undefined;
  /** The rules in force here, and whether another window judges; part of every state. */
  readonly rules: () => Pick<MarketState, 'rules' | 'isFollowing'>;
}

/** What the end of a round is shown with, beside the answers. */
export interface RoundEnding {
  readonly source: DataSource;
  /** Who was asked in the round, answered or not. */
  readonly asked: ReadonlySet<ExchangeId>;
  readonly context: readonly ContextSnapshot[];
  /** Reads the daily levels of each traditional series since a time. */
  readonly series: (fromMs: number) => Promise<readonly (readonly ContextValue[])[]>;
}

/** What is known of a round when its regimes are needed. */
export interface Judging {
  readonly ended: readonly EndedAsset[];
  /** The assessments that stand beside the snapshot. */
  readonly standing: ReadonlyMap<Asset, RegimeAssessment>;
  readonly source: DataSource;
  readonly isOffline: boolean;
  readonly nowMs: number;
  readonly context: readonly ContextSnapshot[];
  readonly series: readonly (readonly ContextValue[])[];
}

/** Gives the regimes at the end of a round: who collects judges them, who follows reads them. */
export type Judge = (judging: Judging) => ReadonlyMap<Asset, RegimeAssessment>;

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
 * What one window sees, made from answers, rows and history: the same wherever these come from, from the exchanges in
 * this process or from what another one has written. It asks nobody and writes nothing.
 */
export class MarketView {
  readonly #deps: ViewDeps;
  readonly #changed: Emitter<MarketState>;
  readonly live: LiveSnapshot;
  readonly health = new HealthBook();
  /** Publishes exchanges that have answered. */
  readonly #answers: Paced;
  /** Publishes what was pushed. */
  readonly #pushes: Paced;
  readonly #watchers = new Set<symbol>();
  /** Of the newest request, answered or not; undefined for all. */
  #chosen: readonly ExchangeId[] | undefined;
  #listed: readonly Asset[] = [];
  #state: MarketState;
  #frame: Frame | undefined;
  /** What the regimes that stand were judged from. */
  #judged: Judging | undefined;
  #isDisposed = false;

  constructor(deps: ViewDeps) {
    this.#deps = deps;
    this.#changed = new Emitter((error) => deps.logger.error(`a view failed to update: ${String(error)}`));
    this.live = new LiveSnapshot(deps.adapters);
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

  /** Every asset that the exchanges of the last round list a perpetual on, sorted. */
  get listed(): readonly Asset[] {
    return this.#listed;
  }

  isChosen(exchange: ExchangeId): boolean {
    return this.#chosen?.includes(exchange) !== false;
  }

  /** The exchanges that history beside the snapshot is of; undefined for all. */
  get shownExchanges(): readonly ExchangeId[] | undefined {
    return exchangesOf(this.#state.snapshot) ?? this.#chosen;
  }

  /** See `Market.watch`. */
  watch(): Disposable {
    const watcher = Symbol('watcher');
    this.#watchers.add(watcher);
    return { dispose: () => void this.#watchers.delete(watcher) };
  }

  /** Shows these exchanges alone (undefined: all) from now on: others leave what is shown at once, whatever still runs. */
  choose(exchanges: readonly ExchangeId[] | undefined): void {
    this.#chosen = exchanges;
    const before = this.#frame;
    const left = before?.exchanges.filter((id) => this.isChosen(id));
    if (before === undefined || left === undefined || left.length === before.exchanges.length) return;
    // What rests on history rests on that of all who were chosen.
    this.#frame = { ...before, exchanges: left, extras: new Map() };
    if (this.#state.snapshot !== undefined) this.#show(this.#frame);
  }

  /** A round for this begins: until it ends, what stands of it is shown. */
  begin({ assets, exchanges: chosen }: Wanted): void {
    const exchanges = this.ids(chosen);
    const before = this.#frame;
    const isSameMarket = before !== undefined && isSame(before.exchanges, exchanges);
    this.#frame = {
      ...{ assets, exchanges, source: before?.source ?? this.#state.source },
      extras: isSameMarket ? before.extras : new Map<Asset, AssetExtra[]>(),
      context: before?.context ?? [],
    };
    const { isPushed: _pushed, ...state } = this.#state;
    this.#set({ ...state, phase: state.phase === 'idle' ? 'loading' : state.phase, isRefreshing: true });
  }

  /** The round that was begun, or that another window runs, goes on or is over without a snapshot of its own. */
  refreshing(isRefreshing: boolean): void {
    if (this.#state.isRefreshing === isRefreshing) return;
    this.#set({ ...this.#state, isRefreshing });
  }

  /** The round broke off. */
  failed(error: unknown): void {
    const lastError = error instanceof Error ? error.message : String(error);
    const phase = this.#state.snapshot === undefined ? 'offline' : this.#state.phase;
    this.#set({ ...this.#state, phase, isRefreshing: false, lastError });
  }

  /** Takes in answers about the assets, with their rows. */
  answered(
    source: DataSource | undefined,
    results: readonly ExchangeResult[],
    assets: readonly Asset[],
  ): void {
    const nowMs = this.#deps.nowMs();
    this.health.record(results, nowMs);
    for (const result of results) this.live.answered(source, result, assets, nowMs);
    this.#turnTo(source);
  }

  /** Shows what has answered within a tenth of a second, once there are numbers to compare it with. */
  showAnswers(): void {
    if (this.#isComparable()) this.#answers.ask();
  }

  /** Takes in what another window tells of an exchange; its rows come by `pushed`. */
  reported({ source, result, assets, endedBars, health }: ReportInput): void {
    const nowMs = this.#deps.nowMs();
    this.health.adopt(result, health);
    this.live.answered(source, result, assets, nowMs);
    if (source !== undefined) this.live.pushed(source, endedBars, nowMs);
    this.#turnTo(source);
    this.showAnswers();
  }

  /** Takes in rows that were pushed or written elsewhere; they are shown within a second while somebody watches. */
  pushed(source: DataSource, rows: readonly Observation[]): void {
    const nowMs = this.#deps.nowMs();
    this.live.pushed(source, rows, nowMs);
    this.health.observe(source, rows);
    if (this.#watchers.size > 0 && source === this.#frame?.source) this.#pushes.ask();
  }

  /** What answered is shown with the end of the round, and not by itself any more. */
  forgetAnswers(): void {
    this.#answers.forget();
  }

  /** The end of a round: reads history, has regimes judged and shows both. Rejects where history cannot be read. */
  async conclude(wanted: Wanted, round: RoundEnding, judge: Judge): Promise<MarketSnapshot> {
    const { source, asked, context } = round;
    const startedAtMs = this.#deps.nowMs();
    const scopeNow = (): SnapshotScope => ({
      ...{ source, assets: wanted.assets },
      exchanges: this.ids(this.#chosen).filter((id) => asked.has(id)),
    });
    const series = await round.series(startedAtMs - HISTORY_WINDOW_MS);
    const stored = await storedHistories(this.#deps, scopeNow(), startedAtMs);
    // What was chosen, has answered or was pushed while history was read is part of what is shown.
    const nowMs = this.#deps.nowMs();
    const scope = scopeNow();
    const answers = this.live.answersOf(scope);
    this.#listed = listedAssets(answers);
    const histories = new Map([...stored].map(([asset, one]) => [asset, historyOf(one, scope.exchanges)]));
    for (const one of histories.values()) this.health.sides.recordHistory(source, one, answers, nowMs);
    const ended = endOfRound({ histories, context, series }, this.live.assets(scope, nowMs), nowMs);
    const extras = new Map(ended.map((one) => [one.asset.asset, one.extras]));
    // A newer request for other exchanges waits; what streams push until it begins is shown of these.
    this.#frame = { ...scope, extras, context };
    const assets = ended.map(({ asset }) => asset);
    const snapshot = this.#snapshotOf(this.#frame, assets, nowMs);
    const isOffline = answers.length > 0 && answers.every((result) => result.answered === 0);
    const standing = this.#standing(snapshot);
    // Of exchanges that are not those which are wanted by now nothing is judged.
    const judging = { ended, standing, source, isOffline, nowMs, context, series };
    const isOfWanted = isSame(this.ids(wanted.exchanges), this.ids(this.#chosen));
    const regimes = isOfWanted ? judge(judging) : standing;
    this.#judged = isOfWanted ? judging : undefined;
    this.#set({ phase: isOffline ? 'offline' : 'ready', source, isRefreshing: false, snapshot, regimes });
    return snapshot;
  }

  /** Judges anew, from the numbers that the regimes were judged from, and says which rules are in force. */
  rejudge(judge: Judge): void {
    const judged = this.#judged;
    const regimes =
      judged === undefined || judged.source !== this.#state.source || this.#state.regimes.size === 0
        ? this.#state.regimes
        : judge({ ...judged, standing: this.#state.regimes });
    this.#set({ ...this.#state, regimes });
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#answers.dispose();
    this.#pushes.dispose();
    this.#changed.dispose();
  }

  /** The exchanges that a choice names (undefined: all), in the order in which they are shown. */
  ids(chosen: readonly ExchangeId[] | undefined): ExchangeId[] {
    return this.#deps.adapters.map(({ id }) => id).filter((id) => chosen?.includes(id) !== false);
  }

  #turnTo(source: DataSource | undefined): void {
    if (this.#frame !== undefined && source !== undefined && source !== this.#frame.source)
      this.#frame = { ...this.#frame, source, extras: new Map(), context: [] };
  }

  /** Whether so many exchanges have answered that their numbers can be held against each other. */
  #isComparable(): boolean {
    if (this.#frame === undefined) return false;
    const answered = this.live.answersOf(this.#frame).filter((one) => one.answered > 0);
    return answered.length >= Math.min(COMPARABLE, this.#frame.exchanges.length);
  }

  /** Shows the numbers of this moment. */
  #publish(mark: Pick<MarketState, 'isPushed'> = {}): void {
    if (this.#frame !== undefined && this.#isComparable()) this.#show(this.#frame, mark);
  }

  #show(frame: Frame, mark: Pick<MarketState, 'isPushed'> = {}): void {
    if (this.#isDisposed) return;
    const nowMs = this.#deps.nowMs();
    const assets = this.live
      .assets(frame, nowMs)
      .map((asset) => withExtras(asset, frame.extras.get(asset.asset) ?? [], nowMs));
    const snapshot = this.#snapshotOf(frame, assets, nowMs);
    const { isPushed: _pushed, ...state } = this.#state;
    const regimes = this.#standing(snapshot);
    this.#set({ ...state, ...mark, phase: 'ready', source: frame.source, snapshot, regimes });
  }

  #snapshotOf({ source, context }: Frame, assets: readonly AssetSnapshot[], nowMs: number): MarketSnapshot {
    const machineClock = this.#deps.machineClock();
    return {
      schema: 'perpscope.snapshot/1',
      asOfMs: nowMs,
      source,
      ...(machineClock === undefined ? {} : { machineClock }),
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

  #set(state: MarketState): void {
    const { isFollowing: _before, ...rest } = state;
    this.#state = { ...rest, ...this.#deps.rules() };
    this.#changed.fire(this.#state);
  }
}

const isSame = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((id) => other.includes(id));
