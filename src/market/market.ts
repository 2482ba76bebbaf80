import { lineOf, type TimelineLine } from '../analysis/timeline/line.ts';
import type { RegimeAssessment } from '../analysis/regime/assessment.ts';
import { BUILT_IN_RULES } from '../analysis/regime/rules.ts';
import type { MachineClock } from '../core/clock.ts';
import type { Disposable } from '../core/disposable.ts';
import type { Event } from '../core/emitter.ts';
import { PerpscopeError } from '../core/errors.ts';
import type { Asset, DataSource, ExchangeId } from '../core/ids.ts';
import type { Observation } from '../core/observation.ts';
import type { Collected, Collector } from '../sources/collect/collector.ts';
import type { ContextCollector } from '../sources/collect/contextCollector.ts';
import type { ExchangeResult } from '../sources/collect/exchangeSession.ts';
import type { MarketTime } from '../sources/collect/marketTime.ts';
import type { FillWindow } from '../sources/collect/streams/fillWindows.ts';
import type { StreamStatus } from '../sources/collect/streams/streamStatus.ts';
import type { Way } from '../sources/collect/ways.ts';
import type { AssetSeries } from '../series/assetSeries.ts';
import { historyOf } from './chosenExchanges.ts';
import type { CollectorDesk } from './collectorDesk.ts';
import { regimeKey } from './collectorNote.ts';
import { ContextNumbers } from './contextNumbers.ts';
import { countedHistory } from './countedHistory.ts';
import { Follower } from './follower.ts';
import { JudgedLines } from './judgedLines.ts';
import type { MarketHealth } from './health.ts';
import { marketHealth } from './marketHealth.ts';
import { MarketView, type Judging, type ViewDeps } from './marketView.ts';
import type { RefreshRequest, Wanted } from './refreshRequest.ts';
import { assessments, keptForJudging, storedHistory, type JudgedWith } from './roundEnd.ts';
import { RoundWriter, type EndedRound } from './roundWriter.ts';
import type { RulesInForce } from './rulesInForce.ts';
import type { MarketSnapshot, MarketState, RulesStanding } from './snapshot.ts';
import { together } from './wishes.ts';

export type { RefreshRequest } from './refreshRequest.ts';

export interface MarketDeps extends Omit<ViewDeps, 'nowMs' | 'machineClock' | 'rules'> {
  readonly collector: Collector;
  /** Numbers beside the exchanges; absent where none are wanted. */
  readonly context?: ContextCollector;
  /** The exchanges' time, by which all ages are counted; the clock here where nobody tells it. */
  readonly time?: Pick<MarketTime, 'nowMs' | 'offsetMs' | 'machineClock'>;
  /** By which way the calls of an exchange leave this machine. */
  readonly waysOf?: (exchange: ExchangeId) => readonly Way[];
  /** What the streams do; absent where none are run. */
  readonly streamStatus?: () => readonly StreamStatus[];
  /** Told which exchanges are asked and received from (undefined: all) as soon as a refresh asks for them, before it is answered. */
  readonly onChosen?: (exchanges: readonly ExchangeId[] | undefined) => void;
  /** Told of rows that another window has collected. */
  readonly onFollowed?: (source: DataSource, rows: readonly Observation[]) => void;
  /** The rules that regimes are judged by; the built-in ones unless stated. Who changes them calls `rejudge`. */
  readonly rules?: Pick<RulesInForce, 'rules' | 'standing'>;
  /** Where this window meets others that keep the same history; absent where it collects for itself. */
  readonly desk?: CollectorDesk;
}

/** One object, so that a state that says the same is the same. */
const BUILT_IN: RulesStanding = { version: BUILT_IN_RULES.version };

/** What a window has that shares a history with others. */
interface Shared {
  readonly desk: CollectorDesk;
  readonly writer: RoundWriter;
  readonly follower: Follower;
}

/**
 * The application service and only mutable holder: intents in (refresh, watch), plain snapshots out. A refresh that is
 * asked for while one runs for the same assets joins it. Exchanges are shown as they answer; regimes are judged when
 * the refresh ends, and by nothing else. Of windows that share a history one asks the exchanges and writes; the others
 * show what it writes, and a refresh of theirs is a question to it.
 */
export class Market {
  readonly #deps: MarketDeps;
  readonly #view: MarketView;
  readonly #context: ContextNumbers;
  readonly #kept = keptForJudging();
  readonly #shared: Shared | undefined;
  readonly #judged = new JudgedLines();
  #running: { key: string; promise: Promise<MarketSnapshot> } | undefined;
  /** What was asked last, for rounds that others ask for. */
  #last: RefreshRequest | undefined;
  /** Aborted when another window becomes the one that collects. */
  #holding = new AbortController();
  /** The round whose regimes stand. */
  #ended: EndedRound | undefined;
  #isDisposed = false;

  constructor(deps: MarketDeps) {
    this.#deps = deps;
    const machineClock = (): MachineClock | undefined => this.#time().machineClock();
    this.#view = new MarketView({
      ...deps,
      nowMs: () => this.nowMs(),
      machineClock,
      rules: () => this.#rulesState(),
    });
    this.#context = new ContextNumbers(deps);
    this.#shared = deps.desk === undefined ? undefined : this.#share(deps.desk);
  }

  get state(): MarketState {
    return this.#view.state;
  }

  get onDidChange(): Event<MarketState> {
    return this.#view.onDidChange;
  }

  /**
   * Asks the exchanges and returns the new snapshot. Exchanges that fail are named in it. Rejects where history cannot be
   * read, the market was closed meanwhile, the window that collects does not answer in time (`timeout`), or, where windows
   * share a history, the request was called off.
   */
  refresh(request: RefreshRequest): Promise<MarketSnapshot> {
    const key = JSON.stringify([request.assets, request.exchanges ?? 'all']);
    this.#last = request;
    this.#shared?.desk.want(wantedOf(request));
    this.#view.choose(request.exchanges);
    this.#deps.onChosen?.(this.#union(request).exchanges);
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
  async history(asset: Asset): Promise<{ readonly source: DataSource; readonly history: AssetSeries }> {
    const { source, snapshot } = this.state;
    const nowMs = this.nowMs();
    const chosen = this.#view.shownExchanges;
    const history = historyOf(await storedHistory(this.#deps, asset, source, nowMs), chosen);
    const shown = snapshot?.assets.find((one) => one.asset === asset);
    return { source, history: shown === undefined ? history : countedHistory(history, shown, nowMs) };
  }

  /** What was judged of an asset from a moment on, of the exchanges that are shown, as it was judged: in every window the same. */
  async judged(source: DataSource, asset: Asset, fromMs: number): Promise<readonly TimelineLine[]> {
    const key = regimeKey(asset, this.#view.shownExchanges, this.#view.ids(undefined));
    const store = await this.#deps.storeOf(source);
    const lines = await this.#judged.read(store, { source, asset, key, fromMs, nowMs: this.nowMs() });
    // What a round ends with is shown before it is written.
    const stands = this.state.regimes.get(asset);
    const isLater = stands?.source === source && stands.asOfMs > (lines.at(-1)?.atMs ?? fromMs);
    return isLater ? [...lines, lineOf(asset, stands.asOfMs, stands)] : lines;
  }

  /** Now by the exchanges' clocks, epoch ms: what snapshots, ages and charts are counted by. */
  nowMs(): number {
    return this.#time().nowMs();
  }

  /** How every exchange answers, right now, and which window asks them. */
  health(): MarketHealth {
    const { adapters, streamStatus, waysOf, desk } = this.#deps;
    const isFollowing = this.#isFollowing;
    return marketHealth({
      view: this.#view,
      adapters,
      nowMs: this.nowMs(),
      offsetMs: this.#time().offsetMs(),
      machineClock: this.#time().machineClock(),
      streams: (isFollowing ? this.#shared?.follower.note?.streams : streamStatus?.()) ?? [],
      ...(waysOf === undefined ? {} : { waysOf }),
      ...(desk?.heldBy === undefined ? {} : { collecting: { isHere: !isFollowing, by: desk.heldBy } }),
    });
  }

  /** Every asset that the exchanges of the last refresh list a perpetual on, sorted. Asks nobody. */
  listedAssets(): readonly Asset[] {
    return this.#view.listed;
  }

  /** Takes in what was streamed. It is part of the next snapshot, which follows within a second while somebody watches. */
  observe(source: DataSource, observations: readonly Observation[]): void {
    this.#view.pushed(source, observations);
  }

  /**
   * Wants to see what is pushed: until the returned disposable is disposed, the snapshot follows the streams, once a
   * second at most, and `onDidChange` tells. Nothing is asked for and no regime is judged by it.
   */
  watch(): Disposable {
    return this.#view.watch();
  }

  /** The rules have changed: judges anew from the numbers that stand, here and, where this window collects, for the others. */
  rejudge(): void {
    if (this.#isDisposed) return;
    const round = this.#ended;
    const judges = round !== undefined && !this.#isFollowing;
    this.#view.rejudge((judging) => (judges ? this.#judge(round.own, judging) : judging.standing));
    // A round that runs will write what it comes to itself.
    if (judges && this.#running === undefined) void this.#shared?.writer.ended(round);
  }

  /** Takes in lone trades that were streamed: evidence of how open interest counts sides. */
  observeFills(source: DataSource, windows: readonly FillWindow[]): void {
    this.#view.health.sides.recordFills(source, windows, this.nowMs());
  }

  /** Whether other windows follow what this one collects. */
  get isFollowed(): boolean {
    return this.#shared?.desk.isFollowed === true;
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#holding.abort(new Error('the market was closed'));
    this.#shared?.follower.dispose();
    this.#view.dispose();
  }

  get #isFollowing(): boolean {
    return this.#shared?.desk.role === 'follower';
  }

  #share(desk: CollectorDesk): Shared {
    const view = this.#view;
    const { clock, logger, streamStatus, onFollowed, book } = this.#deps;
    const writer = new RoundWriter({
      ...{ desk, view, from: this.#deps },
      judgedWith: () => this.#judgedWith(),
      monotonicMs: () => clock.monotonicMs(),
      streamStatus: () => streamStatus?.() ?? [],
      time: () => this.#ownTime(),
    });
    const follower = new Follower({
      ...{ desk, view, clock, logger },
      ...(onFollowed === undefined ? {} : { onRows: onFollowed }),
      onAppended: (source) => book?.fallBehind(source),
    });
    desk.handle({
      onRole: (role, before) => this.#onRole(role, before),
      onPart: (source, part) => follower.take(source, part),
      onRead: () => follower.settle(),
      onFollowed: () => writer.tellAll(),
      onAsked: () => this.#serve(),
      note: () => writer.note(),
    });
    return { desk, writer, follower };
  }

  async #refresh(request: RefreshRequest): Promise<MarketSnapshot> {
    if (this.#shared === undefined) return this.#collect(request);
    const { desk, writer, follower } = this.#shared;
    for (;;) {
      // Nothing is waited for in a round of a closed market: without an end here it would begin anew for ever.
      if (this.#isDisposed) throw new PerpscopeError('aborted', 'the market was closed');
      const isFollowing = (await desk.join()) === 'follower';
      const snapshot = isFollowing
        ? await follower.refresh(request)
        : (writer.servedBy(request) ?? (await this.#collectShared(request, desk)));
      if (snapshot !== undefined) return snapshot;
      // The role has changed meanwhile.
      request.signal?.throwIfAborted();
    }
  }

  /** As `#collect`, for all windows; undefined where another one has taken over. */
  async #collectShared(request: RefreshRequest, desk: CollectorDesk): Promise<MarketSnapshot | undefined> {
    const { signal: holding } = this.#holding;
    await desk.hear().catch(() => undefined);
    const union = this.#union(request);
    this.#deps.onChosen?.(union.exchanges);
    const { exchanges: _own, signal, ...rest } = request;
    const stop = signal === undefined ? holding : AbortSignal.any([signal, holding]);
    try {
      return await this.#collect(request, { ...rest, ...union, signal: stop });
    } catch (error) {
      if (holding.aborted && signal?.aborted !== true) return undefined;
      throw error;
    }
  }

  /** Runs a round for all that is wanted and shows what is wanted here. */
  async #collect(request: RefreshRequest, all: RefreshRequest = request): Promise<MarketSnapshot> {
    const { desk, writer } = this.#shared ?? {};
    const answering = desk?.answering();
    // What fails because the round was called off is nothing that an exchange has said: it is not told to others.
    const isCalledOff = (): boolean => desk !== undefined && all.signal?.aborted === true;
    this.#view.begin(request);
    writer?.began();
    try {
      const contextAsked = this.#context.ask(all.assets, all);
      const taken = new Set<ExchangeResult>();
      const collected = await this.#deps.collector.refresh({
        ...all,
        onAnswered: (some) => {
          if (isCalledOff()) return;
          for (const result of some.results) taken.add(result);
          const show = (): void => {
            this.#take(some, all);
            this.#view.showAnswers();
          };
          if (desk === undefined || desk.isHeld) show();
          else void desk.ensureHeld().then((isHeld) => isHeld && show());
        },
      });
      if (desk !== undefined) all.signal?.throwIfAborted();
      if (desk !== undefined && !(await desk.ensureHeld())) throw this.#holding.signal.reason;
      const rest = collected.results.filter((result) => !taken.has(result));
      this.#take({ ...collected, results: rest }, all);
      this.#view.forgetAnswers();
      const source = collected.source ?? this.state.source;
      const context = await this.#context.snapshot(source, all.assets, contextAsked);
      const ids = [...collected.results.map(({ exchange }) => exchange), ...(collected.waiting ?? [])];
      const round = { source, asked: new Set(ids), context };
      await writer?.recall(source);
      const series = (fromMs: number) => this.#context.series(source, fromMs);
      const snapshot = await this.#view.conclude(request, { ...round, series }, (judging) =>
        this.#judge(request, judging),
      );
      answering?.();
      this.#ended = { ...round, request: all, own: request };
      await writer?.ended(this.#ended);
      return snapshot;
    } catch (error) {
      if (this.#isFollowing) throw error;
      this.#view.failed(error);
      writer?.broken(isCalledOff() ? undefined : error);
      throw error;
    }
  }

  #judge(own: Wanted, judging: Judging): ReadonlyMap<Asset, RegimeAssessment> {
    const judged = this.#shared?.writer.judge(own, judging);
    return judged ?? assessments(judging.ended, judging.standing, judging, this.#judgedWith());
  }

  #judgedWith(): JudgedWith {
    return { ...this.#kept, rules: this.#deps.rules?.rules ?? BUILT_IN_RULES };
  }

  #rulesState(): Pick<MarketState, 'rules' | 'isFollowing'> {
    const rules = this.#deps.rules?.standing ?? BUILT_IN;
    return this.#isFollowing ? { rules, isFollowing: true } : { rules };
  }

  /** Takes in answers as they come. */
  #take({ source, results }: Collected, { assets, exchanges }: Wanted): void {
    // For itself a window takes in what it shows; for others what was asked for.
    const isWanted = (id: ExchangeId): boolean =>
      this.#shared === undefined ? this.#view.isChosen(id) : exchanges?.includes(id) !== false;
    const wanted = results.filter(({ exchange }) => isWanted(exchange));
    this.#view.answered(source, wanted, assets);
    this.#shared?.writer.answered(source, wanted, assets);
  }

  #onRole(role: 'holder' | 'follower' | 'alone', before: string | undefined): void {
    if (role === 'follower') {
      this.#holding.abort(new Error('another window collects now'));
      return;
    }
    if (this.#holding.signal.aborted) this.#holding = new AbortController();
    if (before !== 'follower') return;
    const { writer, follower } = this.#shared ?? {};
    writer?.takeOver(follower?.note);
    follower?.release();
    // Who followed has numbers that age from now on: the exchanges are asked at once.
    this.#serve();
  }

  /** Runs a round for others, or for what this window has asked another one for. */
  #serve(): void {
    if (this.#isDisposed || this.#last === undefined || this.#running !== undefined) return;
    const { servedByMs: _served, signal, ...request } = this.#last;
    if (signal?.aborted === true) return;
    this.refresh(request).catch((error: unknown) =>
      this.#deps.logger.warn(`a round failed: ${String(error)}`),
    );
  }

  #union(request: Wanted): Wanted {
    return together(wantedOf(request), this.#shared?.desk.wishes.living().values() ?? []);
  }

  #time(): Pick<MarketTime, 'nowMs' | 'offsetMs' | 'machineClock'> {
    const { desk, follower } = this.#shared ?? {};
    return desk?.role === 'follower' && follower !== undefined ? follower.time : this.#ownTime();
  }

  #ownTime(): Pick<MarketTime, 'nowMs' | 'offsetMs' | 'machineClock'> {
    const { time, clock } = this.#deps;
    return time ?? { nowMs: () => clock.nowMs(), offsetMs: () => 0, machineClock: () => undefined };
  }
}

function wantedOf({ assets, exchanges }: Wanted): Wanted {
  return { assets, ...(exchanges === undefined ? {} : { exchanges }) };
}
