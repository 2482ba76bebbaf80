import { isAssessment, type RegimeAssessment } from '../analysis/regime/assessment.ts';
import type { Clock, MachineClock } from '../core/clock.ts';
import { isPerpscopeError, PerpscopeError } from '../core/errors.ts';
import type { Asset, DataSource, ExchangeId } from '../core/ids.ts';
import type { Logger } from '../core/logger.ts';
import type { Observation } from '../core/observation.ts';
import { SECOND_MS } from '../core/units.ts';
import type { FeedPart } from '../store/historyStore.ts';
import type { JournalEntry } from '../store/journal.ts';
import type { CollectorDesk } from './collectorDesk.ts';
import { ofThisForm, regimeKey, type CollectorNote, type ContextBody } from './collectorNote.ts';
import { readReport } from './exchangeReport.ts';
import { hasEnded } from './latestObservations.ts';
import type { MarketView } from './marketView.ts';
import type { RefreshRequest, Wanted } from './refreshRequest.ts';
import type { MarketSnapshot } from './snapshot.ts';
import { covers } from './wishes.ts';

export interface FollowerDeps {
  readonly desk: CollectorDesk;
  readonly view: MarketView;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told of rows that another window has collected. */
  readonly onRows?: (source: DataSource, rows: readonly Observation[]) => void;
  /** More was appended to the store of a source than the rows that are told: what is remembered of it is out of date. */
  readonly onAppended?: (source: DataSource) => void;
}

/** Who collects says within so long that it does, once it knows that somebody follows. */
const NOTE_WITHIN_MS = 4 * SECOND_MS;
/** A question waits for the round that runs, and for one more; or for another window to take over. */
const ANSWER_WITHIN_MS = 35 * SECOND_MS;
/** A round lasts no longer, from its first question to its end. */
const LONGEST_ROUND_MS = 20 * SECOND_MS;
/** The clock here was set, or slept: what it is wrong by is not known until the next note. */
const JUMP_MS = 2 * SECOND_MS;

interface Waiting {
  readonly isDone: () => boolean;
  readonly end: (error?: Error) => void;
}

/** Shows in a window what another one collects: the same rows, answers and assessments, from the store. */
export class Follower {
  readonly #deps: FollowerDeps;
  readonly #regimes: Record<DataSource, Map<string, RegimeAssessment>> = {
    live: new Map(),
    simulated: new Map(),
  };
  #context: ContextBody | undefined;
  #note: CollectorNote | undefined;
  #notedAt = { wallMs: 0, monoMs: 0 };
  #roundAtMs = Number.NEGATIVE_INFINITY;
  #wanted: Wanted | undefined;
  /** The round and the wish that are shown. */
  #shown: string | undefined;
  #concluding: Promise<void> | undefined;
  #waiting: Waiting[] = [];

  constructor(deps: FollowerDeps) {
    this.#deps = deps;
  }

  /** What who collects has said of itself last; undefined where nobody has. */
  get note(): CollectorNote | undefined {
    return this.#note;
  }

  /** The exchanges' time as who collects knows it. */
  readonly time = {
    nowMs: (): number => this.#deps.clock.nowMs() + this.time.offsetMs(),
    offsetMs: (): number => (this.#hasJumped() ? 0 : (this.#note?.offsetMs ?? 0)),
    machineClock: (): MachineClock | undefined => (this.#hasJumped() ? undefined : this.#note?.machineClock),
  };

  /** Takes in what was written; false where it cannot be told yet what of it is part of the market that is collected. */
  take(source: DataSource, { rows, entries }: FeedPart): boolean {
    for (const { topic, body } of entries) if (topic === 'collector') this.#hear(body);
    const { sinceMs } = this.#note ?? {};
    if (sinceMs === undefined) return false;
    for (const entry of entries) this.#read(source, entry);
    const own = rows.filter((row) => row.receivedAtMs >= sinceMs && hasEnded(row, row.receivedAtMs));
    if (own.length > 0) {
      this.#deps.onRows?.(source, own);
      this.#deps.view.pushed(source, own);
    }
    return true;
  }

  /** All that was written until now was taken in: shows the round that has ended. */
  settle(): void {
    const { view } = this.#deps;
    const note = this.#note;
    if (note?.isTold !== true || this.#wanted === undefined) return this.#wake();
    const key = this.#keyOf(note);
    const { assets, exchanges } = this.#wanted;
    const isThere = note.round?.assets.some((asset) => assets.includes(asset)) === true;
    if (isThere && key !== this.#shown && this.#concluding === undefined) {
      this.#concluding = this.#conclude(note, { assets, ...(exchanges === undefined ? {} : { exchanges }) })
        .then(() => void (this.#shown = key))
        .catch((error: unknown) => view.failed(error))
        .finally(() => {
          this.#concluding = undefined;
          this.#wake();
        });
    } else if (this.#concluding === undefined) {
      if (note.lastError !== undefined && view.state.isRefreshing) view.failed(new Error(note.lastError));
      // A question of this window keeps it refreshing until its answer.
      else if (this.#waiting.length === 0) view.refreshing(note.isRefreshing);
      this.#wake();
    }
  }

  /**
   * Returns the snapshot that who collects answers with, undefined where this window collects by now. Rejects with
   * `timeout` where nobody answers, and with the reason of the request's signal.
   */
  async refresh(request: RefreshRequest): Promise<MarketSnapshot | undefined> {
    const { desk, view, clock } = this.#deps;
    const { assets, exchanges, servedByMs, signal } = request;
    const wanted = { assets, ...(exchanges === undefined ? {} : { exchanges }) };
    const isNew = JSON.stringify(wanted) !== JSON.stringify(this.#wanted);
    if (isNew) {
      this.#wanted = wanted;
      view.begin(request);
    }
    await desk.read().catch(() => undefined);
    await this.#until(() => this.#isNoteCurrent(), NOTE_WITHIN_MS, signal).catch(rethrowAborted);
    // A round that runs will serve; asked now, another one would be run after it.
    const isResting = (): boolean => this.#note?.isRefreshing !== true;
    if (servedByMs !== undefined)
      await this.#until(isResting, LONGEST_ROUND_MS, signal).catch(rethrowAborted);
    const ageMs = clock.monotonicMs() - this.#roundAtMs;
    const isRecent = servedByMs !== undefined && ageMs <= servedByMs;
    // Who collects judges what it knows to be wished for.
    const isJudged = !isNew || this.#isJudged(wanted);
    const isServed = isRecent && isJudged && this.#isCovered(wanted);
    try {
      if (isServed) await this.#until(() => this.#isShown(), NOTE_WITHIN_MS, signal);
      else {
        if (!view.state.isRefreshing) view.begin(request);
        const ask = await desk.ask(this.#note?.answered[desk.window]);
        const isAnswered = (): boolean => (this.#note?.answered[desk.window] ?? 0) >= ask && this.#isShown();
        await this.#until(isAnswered, ANSWER_WITHIN_MS, signal);
      }
    } catch (error) {
      if (desk.role === 'follower') view.refreshing(false);
      throw error;
    }
    return desk.role === 'follower' ? view.state.snapshot : undefined;
  }

  /** This window collects now: nobody is waited for any more. */
  release(): void {
    this.#shown = undefined;
    if (this.#note !== undefined) this.#deps.onAppended?.(this.#note.source);
    for (const { end } of this.#waiting.splice(0)) end();
  }

  dispose(): void {
    for (const { end } of this.#waiting.splice(0))
      end(new PerpscopeError('aborted', 'the market was closed while it waited for numbers'));
  }

  #hear(body: unknown): void {
    const { clock, desk, view } = this.#deps;
    const note = ofThisForm<CollectorNote>(body);
    const before = this.#note;
    // Of an earlier session there may be anything; of the one that this window has followed it is an end.
    if (note === undefined || (before === undefined && note.holder !== desk.heldBy)) return;
    const nowMs = clock.monotonicMs();
    if (before === undefined || this.#keyOf(note) !== this.#keyOf(before)) {
      const agoMs =
        note.round === undefined
          ? Number.POSITIVE_INFINITY
          : clock.nowMs() + note.offsetMs - note.round.beganAtMs;
      // Of a round that was seen to end no clock that is set meanwhile makes an old one.
      const mostMs = before === undefined ? Number.POSITIVE_INFINITY : LONGEST_ROUND_MS;
      this.#roundAtMs = nowMs - Math.min(Math.max(0, agoMs), mostMs);
    }
    this.#note = note;
    this.#notedAt = { wallMs: clock.nowMs(), monoMs: nowMs };
    view.health.adoptSides(note.sides);
    desk.follow(note.source);
  }

  #read(source: DataSource, { topic, key, body }: JournalEntry): void {
    if (topic === 'exchange') {
      const report = readReport(key, body);
      if (report !== undefined) this.#deps.view.reported(report);
    } else if (topic === 'regime') {
      if (isAssessment(body)) this.#regimes[source].set(key, body);
    } else if (topic === 'context') this.#context = ofThisForm<ContextBody>(body) ?? this.#context;
  }

  async #conclude(note: CollectorNote, wanted: Wanted): Promise<void> {
    const { view } = this.#deps;
    const { source, round } = note;
    const asked = new Set<ExchangeId>(round?.asked);
    this.#deps.onAppended?.(source);
    const { snapshots: context = [], series = [] } = this.#context ?? {};
    await view.conclude(wanted, { source, asked, context, series: () => Promise.resolve(series) }, () =>
      this.#regimesOf(source, wanted),
    );
    if (note.isRefreshing) view.refreshing(true);
  }

  #regimesOf(source: DataSource, { assets, exchanges }: Wanted): ReadonlyMap<Asset, RegimeAssessment> {
    const all = this.#deps.view.ids(undefined);
    return new Map(
      assets.flatMap((asset) => {
        const assessment = this.#regimes[source].get(regimeKey(asset, exchanges, all));
        return assessment === undefined ? [] : [[asset, assessment] as const];
      }),
    );
  }

  #isNoteCurrent(): boolean {
    return this.#note !== undefined && this.#note.holder === this.#deps.desk.heldBy;
  }

  #isCovered({ assets, exchanges }: Wanted): boolean {
    return covers(this.#note?.round, assets, this.#deps.view.ids(exchanges));
  }

  #isJudged(wanted: Wanted): boolean {
    const { source } = this.#note ?? {};
    return source !== undefined && this.#regimesOf(source, wanted).size === wanted.assets.length;
  }

  /** Whether the newest round that is known is the one that is shown. */
  #isShown(): boolean {
    const note = this.#note;
    return note !== undefined && this.#shown === this.#keyOf(note);
  }

  /** What is shown once: a round of a holder, in one of its lives, as it was wished for here. */
  #keyOf({ holder, rounds, round }: CollectorNote): string {
    return JSON.stringify([holder, rounds, round?.beganAtMs, this.#wanted]);
  }

  #hasJumped(): boolean {
    const { clock } = this.#deps;
    const { wallMs, monoMs } = this.#notedAt;
    return Math.abs(clock.nowMs() - wallMs - (clock.monotonicMs() - monoMs)) > JUMP_MS;
  }

  #wake(): void {
    for (const waiting of [...this.#waiting]) if (waiting.isDone()) waiting.end();
  }

  /** Resolves once something is so, or this window collects. Rejects with `timeout`, and with the signal's reason. */
  async #until(isDone: () => boolean, withinMs: number, signal: AbortSignal | undefined): Promise<void> {
    if (isDone()) return;
    const timer = new AbortController();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const end = (error?: Error): void => (error === undefined ? resolve() : reject(error));
    const waiting = { isDone, end };
    const onAbort = (): void => end(signal?.reason as Error);
    this.#waiting.push(waiting);
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted === true) onAbort();
    this.#deps.clock.sleep(withinMs, timer.signal).then(
      () => end(this.#lateAfter(withinMs)),
      () => undefined,
    );
    try {
      await promise;
    } finally {
      timer.abort();
      signal?.removeEventListener('abort', onAbort);
      this.#waiting = this.#waiting.filter((one) => one !== waiting);
    }
  }

  #lateAfter(ms: number): PerpscopeError {
    const words = `Another window collects and has not answered within ${Math.round(ms / SECOND_MS)} s`;
    return new PerpscopeError(
      'timeout',
      `${words}; its last numbers are shown. Reload it, or close it: this one takes over`,
    );
  }
}

/** Not to know what who collects does is no reason to give up: it is asked. */
function rethrowAborted(error: unknown): void {
  if (!isPerpscopeError(error, 'timeout')) throw error;
}
