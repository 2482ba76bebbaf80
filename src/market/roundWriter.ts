import { isAssessment, type RegimeAssessment } from '../analysis/regime/assessment.ts';
import type { ContextSnapshot, ContextValue } from '../core/contextValue.ts';
import type { Asset, DataSource, ExchangeId } from '../core/ids.ts';
import type { ExchangeResult } from '../sources/collect/exchangeSession.ts';
import type { MarketTime } from '../sources/collect/marketTime.ts';
import { failuresOf } from '../sources/collect/round.ts';
import type { StreamStatus } from '../sources/collect/streams/streamStatus.ts';
import type { JournalEntry } from '../store/journal.ts';
import type { CollectorDesk } from './collectorDesk.ts';
import { NOTE_FORM, regimeKey, type CollectorNote, type ContextBody } from './collectorNote.ts';
import { reportOf } from './exchangeReport.ts';
import type { Judging, MarketView } from './marketView.ts';
import type { Wanted } from './refreshRequest.ts';
import { assessments, endOfRound, storedHistories, type HistorySource, type JudgedWith } from './roundEnd.ts';
import type { MarketSnapshot } from './snapshot.ts';
import { covers } from './wishes.ts';

export interface WriterDeps {
  readonly desk: CollectorDesk;
  readonly view: MarketView;
  readonly from: HistorySource;
  readonly judgedWith: () => JudgedWith;
  readonly monotonicMs: () => number;
  readonly streamStatus: () => readonly StreamStatus[];
  readonly time: () => Pick<MarketTime, 'nowMs' | 'offsetMs' | 'machineClock'>;
}

/** A round that has ended. */
export interface EndedRound {
  readonly source: DataSource;
  readonly asked: ReadonlySet<ExchangeId>;
  /** All that was collected for, this window's own wish included. */
  readonly request: Wanted;
  readonly own: Wanted;
  readonly context: readonly ContextSnapshot[];
}

/** Rows of a round may be dated by the clock here before the exchanges have told the time. */
const BEFORE_MS = 60_000;

/**
 * Writes what other windows need beside rows, while this one collects: how each exchange answered, what was judged, and
 * what is being done. It judges for the others too: a window that has chosen other exchanges sees another market.
 */
export class RoundWriter {
  readonly #deps: WriterDeps;
  /** The assessments that stand, by source and key. */
  readonly #regimes: Record<DataSource, Map<string, RegimeAssessment>> = {
    live: new Map(),
    simulated: new Map(),
  };
  readonly #recalled = new Set<DataSource>();
  /** The answers of the round, by exchange. */
  readonly #results = new Map<ExchangeId, ExchangeResult>();
  #reported = new Map<ExchangeId, { readonly source: DataSource | undefined; readonly assets: readonly Asset[]; readonly result: ExchangeResult }>(); // prettier-ignore
  #sinceMs = Number.POSITIVE_INFINITY;
  #isRefreshing = false;
  #rounds = 0;
  #round: CollectorNote['round'];
  /** What the last round has shown here. */
  #own: Wanted | undefined;
  #servesSinceMs = Number.NEGATIVE_INFINITY;
  #beganAt = { monoMs: 0, marketMs: 0 };
  /** Whether the answers that stand are written. */
  #isTold = false;
  #lastError: string | undefined;
  #lastJudging: Judging | undefined;

  constructor(deps: WriterDeps) {
    this.#deps = deps;
  }

  /** A round begins. */
  began(): void {
    this.#isRefreshing = true;
    this.#beganAt = { monoMs: this.#deps.monotonicMs(), marketMs: this.#deps.time().nowMs() };
    this.#lastError = undefined;
    this.#results.clear();
    if (this.#deps.desk.isFollowed) void this.#deps.desk.announce();
  }

  /** A round broke off; without an error it was called off. */
  broken(error?: unknown): void {
    this.#isRefreshing = false;
    if (error !== undefined) this.#lastError = error instanceof Error ? error.message : String(error);
    void this.#deps.desk.announce();
  }

  /** Exchanges have answered, in a round or late. */
  answered(
    source: DataSource | undefined,
    results: readonly ExchangeResult[],
    assets: readonly Asset[],
  ): void {
    for (const result of results) {
      this.#sinceMs = Math.min(this.#sinceMs, result.startedAtMs - BEFORE_MS);
      const bare = { ...result, observations: [] };
      this.#results.set(result.exchange, bare);
      this.#reported.set(result.exchange, { source, assets, result: bare });
    }
    if (this.#isTold && this.#deps.desk.isFollowed) this.#report(results.map(({ exchange }) => exchange));
    else this.#isTold = false;
  }

  /** Others begin to follow: they are told what stands. */
  tellAll(): void {
    this.#isTold = true;
    this.#report([...this.#reported.keys()]);
    const { view, desk } = this.#deps;
    const { context = [] } = view.state.snapshot ?? {};
    void desk.write(view.state.source, this.#contextEntries(context));
    void desk.announce();
  }

  /** Goes on where another window stopped. */
  takeOver(note: CollectorNote | undefined): void {
    if (note === undefined) return;
    this.#sinceMs = Math.min(this.#sinceMs, note.sinceMs);
    this.#deps.desk.adoptAnswered(note.answered);
  }

  /** Reads the assessments that stand in the store, once: a label does not begin anew with a window. Never rejects. */
  async recall(source: DataSource): Promise<void> {
    if (this.#recalled.has(source)) return;
    this.#recalled.add(source);
    try {
      const store = await this.#deps.from.storeOf(source);
      for (const { key, body } of await store.journal({ topic: 'regime', isNewestOnly: true })) {
        if (isAssessment(body)) this.#regimes[source].set(key, body);
      }
    } catch {
      // Without them labels begin anew, which is what they do in a new history.
    }
  }

  /** Returns the snapshot that stands where a round that began lately serves a timer's request; undefined where none does. */
  servedBy(wanted: Wanted & { readonly servedByMs?: number }): MarketSnapshot | undefined {
    const { assets, exchanges, servedByMs } = wanted;
    const { view, monotonicMs } = this.#deps;
    if (servedByMs === undefined || monotonicMs() - this.#servesSinceMs > servedByMs) return undefined;
    const { snapshot } = view.state;
    // Of another wish there are numbers, but nothing that was judged.
    const isShown = this.#own !== undefined && isSameWish(this.#own, wanted);
    return isShown && covers(this.#round, assets, view.ids(exchanges)) ? snapshot : undefined;
  }

  /** Judges the regimes of what was wanted; labels go on from those that stand for the same exchanges. */
  judge({ exchanges }: Wanted, judging: Judging): ReadonlyMap<Asset, RegimeAssessment> {
    const { ended, source } = judging;
    this.#lastJudging = judging;
    const regimes = this.#regimes[source];
    const keyOf = (asset: Asset): string => regimeKey(asset, exchanges, this.#deps.view.ids(undefined));
    const before = new Map(
      ended.flatMap(({ asset: { asset } }) => {
        const stands = regimes.get(keyOf(asset));
        return stands === undefined ? [] : [[asset, stands] as const];
      }),
    );
    const judged = assessments(ended, before, judging, this.#deps.judgedWith());
    for (const [asset, assessment] of judged) regimes.set(keyOf(asset), assessment);
    return judged;
  }

  /** A round has ended and is shown here: judges for the others and writes it all. Never rejects. */
  async ended(round: EndedRound): Promise<void> {
    const { desk, view } = this.#deps;
    const { source, asked, request, own } = round;
    this.#isRefreshing = false;
    this.#rounds += 1;
    this.#own = own;
    this.#servesSinceMs = this.#beganAt.monoMs;
    const nowMs = this.#deps.time().nowMs();
    this.#round = { beganAtMs: this.#beganAt.marketMs, assets: request.assets, asked: [...asked] };
    const keys = new Set(own.assets.map((asset) => regimeKey(asset, own.exchanges, view.ids(undefined))));
    try {
      for (const wish of this.#othersThan(own)) {
        await this.#judgeFor(wish, round);
        for (const asset of wish.assets) keys.add(regimeKey(asset, wish.exchanges, view.ids(undefined)));
      }
    } catch {
      // Their windows show numbers without a label until the next round; this one's stands.
    }
    const assessed = [...keys].flatMap((key) => {
      const assessment = this.#regimes[source].get(key);
      return assessment === undefined ? [] : assessmentEntries(key, assessment);
    });
    const history = [...this.#results.values()].map((result) => roundEntry(result, nowMs));
    // The same round may be judged anew; its answers are told once.
    this.#results.clear();
    const context = desk.isFollowed ? this.#contextEntries(round.context) : [];
    await desk.write(source, [...history, ...assessed, ...context]);
    await desk.announce();
  }

  /** What this window does, for the others. */
  note(): ReturnType<Parameters<CollectorDesk['handle']>[0]['note']> {
    const { view, streamStatus } = this.#deps;
    const time = this.#deps.time();
    const machineClock = time.machineClock();
    const sides = [...this.#reported.keys()].map((id) => [id, view.health.sidesOf(id)] as const);
    return {
      sinceMs: Number.isFinite(this.#sinceMs) ? this.#sinceMs : time.nowMs(),
      source: view.state.source,
      isRefreshing: this.#isRefreshing,
      isTold: this.#isTold,
      rounds: this.#rounds,
      ...(this.#round === undefined ? {} : { round: this.#round }),
      ...(this.#lastError === undefined ? {} : { lastError: this.#lastError }),
      offsetMs: time.offsetMs(),
      ...(machineClock === undefined ? {} : { machineClock }),
      streams: streamStatus(),
      sides: Object.fromEntries(sides.filter(([, found]) => found.length > 0)),
    };
  }

  #report(exchanges: readonly ExchangeId[]): void {
    const { view, desk } = this.#deps;
    const atMs = this.#deps.time().nowMs();
    const entries = exchanges.flatMap((exchange): JournalEntry[] => {
      const reported = this.#reported.get(exchange);
      const health = view.health.entryOf(exchange);
      if (reported === undefined || health === undefined) return [];
      const endedBars = view.live.endedBars(reported.source ?? view.state.source, reported.result);
      return [{ topic: 'exchange', key: exchange, atMs, body: reportOf({ ...reported, endedBars, health }) }];
    });
    if (entries.length > 0) void desk.write(view.state.source, entries);
  }

  #contextEntries(snapshots: readonly ContextSnapshot[]): JournalEntry[] {
    const series: readonly (readonly ContextValue[])[] = this.#lastJudging?.series ?? [];
    const body: ContextBody = { form: NOTE_FORM, snapshots, series };
    return [{ topic: 'context', key: 'context', atMs: this.#deps.time().nowMs(), body }];
  }

  /** What other windows want and this one's own regimes do not say, each choice of exchanges once. */
  #othersThan(own: Wanted): Wanted[] {
    const { view, desk } = this.#deps;
    const all = view.ids(undefined);
    const ownKeys = new Set(own.assets.map((asset) => regimeKey(asset, own.exchanges, all)));
    const byChoice = new Map<string, { exchanges: readonly ExchangeId[] | undefined; assets: Set<Asset> }>();
    for (const { assets, exchanges } of desk.wishes.living().values()) {
      const choice = regimeKey('', exchanges, all);
      const wish = byChoice.get(choice) ?? { exchanges, assets: new Set<Asset>() };
      for (const asset of assets) if (!ownKeys.has(regimeKey(asset, exchanges, all))) wish.assets.add(asset);
      byChoice.set(choice, wish);
    }
    return [...byChoice.values()].flatMap(({ exchanges, assets }) =>
      assets.size === 0 ? [] : [{ assets: [...assets], ...(exchanges === undefined ? {} : { exchanges }) }],
    );
  }

  async #judgeFor(wish: Wanted, { source, asked, context }: EndedRound): Promise<void> {
    const { view, from } = this.#deps;
    const exchanges = view.ids(wish.exchanges).filter((id) => asked.has(id));
    const scope = { source, assets: wish.assets, exchanges };
    const nowMs = this.#deps.time().nowMs();
    const histories = await storedHistories(from, scope, nowMs);
    const series = this.#lastJudging?.series ?? [];
    const ended = endOfRound({ histories, context, series }, view.live.assets(scope, nowMs), nowMs);
    const answers = view.live.answersOf(scope);
    const isOffline = answers.length > 0 && answers.every((result) => result.answered === 0);
    const own = this.#lastJudging;
    this.judge(wish, { ended, standing: new Map(), source, isOffline, nowMs, context, series });
    this.#lastJudging = own;
  }
}

/** What stands, and what stays: the evidence of what stands would be most of a history that nobody reads it from. */
function assessmentEntries(key: string, assessment: RegimeAssessment): JournalEntry[] {
  const {
    asOfMs: atMs,
    label,
    family,
    isWeak,
    candidates,
    candidate,
    confidence,
    rarity,
    rarityBasis,
    quality,
    sinceMs,
    coverage,
    rulesVersion,
    rulesDigest,
    hasCascadeRisk,
  } = assessment;
  const judged = { label, family, isWeak, candidates, candidate, confidence, rarity, rarityBasis, quality };
  const kept = { ...judged, sinceMs, coverage, rulesVersion, rulesDigest, hasCascadeRisk };
  return [
    { topic: 'regime', key, atMs, body: assessment },
    { topic: 'assessment', key, atMs, body: kept },
  ];
}

function isSameWish(one: Wanted, other: Wanted): boolean {
  const textOf = ({ assets, exchanges }: Wanted): string => JSON.stringify([assets, exchanges ?? 'all']);
  return textOf(one) === textOf(other);
}

function roundEntry(result: ExchangeResult, atMs: number): JournalEntry {
  const codes = Object.entries(Object.groupBy(failuresOf(result), ({ error }) => error.code));
  const { exchange, answered, refreshMs, requestLatencyMs } = result;
  const body = {
    answered,
    refreshMs: Math.round(refreshMs),
    ...(requestLatencyMs === undefined ? {} : { latencyMs: Math.round(requestLatencyMs) }),
    ...(codes.length === 0
      ? {}
      : { failed: Object.fromEntries(codes.map(([code, own]) => [code, own?.length ?? 0])) }),
  };
  return { topic: 'round', key: exchange, atMs, body };
}
