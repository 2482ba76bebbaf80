import { AHEAD_TOLERANCE_MS, type Clock } from '../../core/clock.ts';
import { PerpscopeError, toPerpscopeError } from '../../core/errors.ts';
import { allRows, isChunk, type Chunk, type Rows } from '../../core/chunk.ts';
import type { Asset } from '../../core/ids.ts';
import type { Instrument } from '../../core/instrument.ts';
import type { Observation } from '../../core/observation.ts';
import { MINUTE_MS, SECOND_MS } from '../../core/units.ts';
import type { ObservationPoll } from '../exchanges/contract.ts';
import { applyPoll } from '../exchanges/decodeAnswer.ts';
import { ListCorrections } from '../exchanges/listCorrections.ts';
import { durationText } from '../transport/faults.ts';
import { Catalogue } from './catalogue.ts';
import { EarlierPages } from './earlierPages.ts';
import {
  ExchangeRequests,
  type HostBudget,
  type RefreshOptions,
  type SessionDeps,
} from './exchangeRequests.ts';
import { openInterestAnswer, type OpenInterestAnswer, type ReceivedStatement } from './openInterestAnswer.ts';
import { inMarketTime } from './rightlyDated.ts';
import {
  answerTo,
  Gathered,
  groupsOf,
  pagesOf,
  type Asked,
  type CollectedIssue,
  type Group,
  type PollFailure,
  type Round,
} from './round.ts';
import { aheadOf, LiquidationPages } from './liquidationPages.ts';
import { inSingleCoins } from './singleCoins.ts';
import { trackedInstruments, type TrackedInstrument } from './tracking.ts';

/** An exchange has so long to answer a round unless the caller says otherwise; a call may take longer, and is told late. */
const ROUND_MS = 13 * SECOND_MS;
/** Where the caller sets the time of a call, those that started with the round say first what they waited for. */
const ROUND_SLACK_MS = SECOND_MS / 4;
/** A pair that does not exist need not be asked about again and again; an exchange in trouble soon answers. */
const REFUSED_SPOT_RETRY_MS = 10 * MINUTE_MS;

/** What one refresh of one exchange brought. Nothing here is thrown: failures are part of the result. */
export interface ExchangeResult {
  readonly exchange: string;
  readonly startedAtMs: number;
  /** From the first request of the refresh to its last answer, waiting for the limits included. */
  readonly refreshMs: number;
  /** Median time from a request's sending to its answer; absent where none came. */
  readonly requestLatencyMs?: number;
  readonly tracked: readonly TrackedInstrument[];
  /** Single rows, and those of histories as columns. */
  readonly observations: Rows;
  readonly issues: readonly CollectedIssue[];
  /** With what is open, see `PollFailure.isOpen`. */
  readonly failures: readonly PollFailure[];
  /** The exchange is being asked: this is what has come until now. */
  readonly isPart?: true;
  /** Of answers about many instruments, before those that nobody follows are left out. */
  readonly openInterestAnswers?: readonly OpenInterestAnswer[];
  readonly sideStatements?: readonly ReceivedStatement[];
  readonly answered: number;
  /** What the list of instruments holds that is not followed for want of knowing it, in words; it stands as long as the list. */
  readonly notListed: readonly string[];
  /** Present once an answer has come: whether it was made by the simulator. */
  readonly isSimulated?: boolean;
  /** Some answers carry the simulator's mark and some do not. */
  readonly isMixed?: true;
  readonly nextAttemptAtMs?: number;
  /** The assets with a perpetual in trading by the exchange's list; absent while it could not be read. */
  readonly listed?: ReadonlySet<Asset>;
  /** How much of each published limit is used, by host. */
  readonly budgets: readonly HostBudget[];
}

interface AskedRound {
  readonly assets: readonly Asset[];
  readonly gathered: Gathered;
  readonly startedAtMs: number;
  readonly startedMonotonicMs: number;
  readonly failures: PollFailure[];
  answered: number;
  /** See `aheadOf`. */
  aheadMs?: number;
}

/** Errors after which asking the same exchange again at once is pointless or forbidden. */
const STOPS_THE_EXCHANGE: readonly string[] = [
  'aborted',
  'timeout',
  'network',
  'rate-limited',
  'geo-blocked',
];

/**
 * Talks to one exchange: keeps its list of instruments, asks its polls when they are due and turns answers into
 * observations. One exchange's trouble stays inside its session.
 */
export class ExchangeSession {
  readonly #deps: SessionDeps;
  readonly #catalogue: Catalogue;
  readonly #corrections: ListCorrections;
  readonly #requests: ExchangeRequests;
  readonly #liquidations = new LiquidationPages();
  readonly #earlier: EarlierPages;
  #isBusy = false;
  /** The round that `refresh` has not returned yet. */
  #running: AskedRound | undefined;
  #tail: Promise<ExchangeResult> | undefined;
  readonly #lastAnsweredAtMs = new Map<string, number>();
  /** When questions about spot pairs that were refused may be asked again, by poll and instrument. */
  readonly #refusedUntilMs = new Map<string, number>();

  constructor(deps: SessionDeps) {
    this.#deps = deps;
    this.#corrections = deps.corrections ?? new ListCorrections();
    this.#requests = new ExchangeRequests(deps);
    this.#catalogue = new Catalogue(deps, this.#requests, this.#corrections);
    this.#earlier = new EarlierPages(this.#liquidations, deps.clock);
  }

  /** Whether a round runs, its tail included. A session runs one at a time. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** What the last round waits for beyond its deadline: resolves with what came since, never rejects. Undefined where all is answered. */
  get tail(): Promise<ExchangeResult> | undefined {
    return this.#tail;
  }

  /**
   * Asks for everything that is due about the assets. What is not answered within the round's time, all pages and polls
   * together, is a failure of the result and goes on as its `tail`. Never rejects.
   */
  async refresh(assets: readonly Asset[], options: RefreshOptions = {}): Promise<ExchangeResult> {
    const { clock } = this.#deps;
    const gathered = new Gathered();
    const [startedAtMs, startedMonotonicMs] = [clock.nowMs(), clock.monotonicMs()];
    const asked = { assets, gathered, startedAtMs, startedMonotonicMs, failures: [], answered: 0 };
    this.#isBusy = true;
    this.#running = asked;
    const { timeoutMs } = options;
    const roundMs = timeoutMs === undefined ? ROUND_MS : timeoutMs + ROUND_SLACK_MS;
    const work = this.#askAll(assets, gathered, options);
    const isDone = await isDoneWithin(clock, work, roundMs);
    this.#running = undefined;
    if (isDone) {
      this.#isBusy = false;
      return this.#resultOf(asked);
    }
    const open = this.#open(gathered.open, `within ${durationText(timeoutMs ?? ROUND_MS)}`);
    const result = this.#resultOf(asked, open);
    this.#tail = work.then(() => {
      this.#tail = undefined;
      this.#isBusy = false;
      return this.#resultOf(asked);
    });
    return result;
  }

  /**
   * Returns the rows that have come in the round that runs, undefined where there are none; `refresh` returns the others.
   * What is not answered yet is named among the failures, as open.
   */
  handOver(): ExchangeResult | undefined {
    const round = this.#running;
    if (round === undefined || round.gathered.observations.length === 0) return undefined;
    return { ...this.#resultOf(round, this.#open(round.gathered.open, 'yet')), isPart: true };
  }

  async #askAll(assets: readonly Asset[], gathered: Gathered, options: RefreshOptions): Promise<void> {
    const { adapter, clock } = this.#deps;
    const nowMs = clock.nowMs();
    const error = await this.#catalogue.read(gathered, options);
    if (error !== undefined && STOPS_THE_EXCHANGE.includes(error.code)) return;
    const catalog = this.#catalogue.current;
    const followed = trackedInstruments(adapter, catalog?.instruments, assets).map((one) => one.instrument);
    const known = new Map(catalog?.instruments);
    for (const one of followed) if (one.kind === 'spot') known.set(one.key, one);
    const round = { followed, known, gathered, nowMs, exchangeNowMs: this.#exchangeNowMs(), options };
    await Promise.all(
      adapter.polls
        .flatMap(pagesOf)
        .flatMap((poll) => groupsOf(poll, round).map((group) => this.#runPoll(poll, group, round))),
    );
  }

  /** Makes a result of what came since the last one was made. */
  #resultOf(round: AskedRound, open: readonly PollFailure[] = []): ExchangeResult {
    const { adapter, baseUrl, clock, http } = this.#deps;
    const { assets, gathered, startedAtMs, startedMonotonicMs } = round;
    const { observations, failures, answered, ...taken } = gathered.take();
    // Rows are told once; how the round went is told of all of it.
    round.failures.push(...failures);
    round.answered += answered;
    const aheadMs = aheadOf(observations);
    // What came after the deadline may hold no price: the clocks are those of before.
    if (aheadMs !== undefined) round.aheadMs = Math.min(aheadMs, round.aheadMs ?? aheadMs);
    const hours = this.#liquidations.hours(round.aheadMs, clock.nowMs(), this.#exchangeNowMs());
    const nextAttemptAtMs = http.nextAttemptAtMs(adapter.id, baseUrl);
    const requestLatencyMs = this.#requests.takeLatencyMs();
    const catalog = this.#catalogue.current;
    return {
      exchange: adapter.id,
      startedAtMs,
      refreshMs: clock.monotonicMs() - startedMonotonicMs,
      ...(requestLatencyMs === undefined ? {} : { requestLatencyMs }),
      tracked: trackedInstruments(adapter, catalog?.instruments, assets),
      ...taken,
      observations: [...observations, ...hours],
      failures: [...round.failures, ...open],
      answered: round.answered,
      notListed: catalog?.notListed ?? [],
      ...(gathered.isSimulated === undefined ? {} : { isSimulated: gathered.isSimulated }),
      ...(gathered.isMixed === undefined ? {} : { isMixed: gathered.isMixed }),
      ...(nextAttemptAtMs === undefined ? {} : { nextAttemptAtMs }),
      ...(catalog === undefined ? {} : { listed: catalog.listed }),
      budgets: this.#requests.budgets(),
    };
  }

  #open(asked: readonly Asked[], until: string): PollFailure[] {
    const { id, displayName } = this.#deps.adapter;
    const message = `${displayName} has not answered ${until}; what it still says is shown when it comes`;
    const error = new PerpscopeError('timeout', message, { exchange: id });
    return asked.map((one) => ({ ...one, isOpen: true, error }));
  }

  /** Asked by a clock that is wrong, an exchange would tell of another day. */
  #exchangeNowMs(): number {
    const { adapter, clock, time } = this.#deps;
    const nowMs = clock.nowMs();
    const ownMs = time.at(adapter.id, nowMs) ?? time.nowMs();
    return Math.abs(ownMs - nowMs) <= AHEAD_TOLERANCE_MS ? nowMs : ownMs;
  }

  async #runPoll(poll: ObservationPoll<never>, group: Group, round: Round): Promise<void> {
    const { gathered, nowMs } = round;
    const dueKeys = group.instruments.map((instrument) => `${poll.id} ${instrument.key}`);
    const isDue = dueKeys.some((key) => {
      const lastMs = this.#lastAnsweredAtMs.get(key);
      return poll.tense === 'now' || lastMs === undefined || nowMs - lastMs >= poll.cadenceMs;
    });
    const isRefused = dueKeys.every((key) => nowMs < (this.#refusedUntilMs.get(key) ?? 0));
    if (!isDue || isRefused) return;
    const [one] = group.instruments;
    const about = group.instruments.length === 1 && one !== undefined ? { asset: one.baseAsset } : {};
    const at = poll.host === undefined || poll.host === 'rest' ? {} : { host: poll.host };
    const isCurrent = poll.tense === 'now' && (poll.about ?? 'perpetual') === 'perpetual';
    const asked = { poll: poll.id, ...about, ...at, ...(isCurrent ? { current: poll.yields } : {}) };
    const answered = gathered.asking(asked);
    const first = await this.#ask(poll, group, round);
    if (first === undefined) {
      answered();
      for (const key of dueKeys) this.#lastAnsweredAtMs.set(key, nowMs);
      await this.#earlier.walk(poll, group, round, (part, edgeMs) => this.#ask(poll, part, round, edgeMs));
      return;
    }
    if (poll.about === 'spot' && first.code === 'venue-rejected' && one !== undefined) {
      // Not every perpetual has a spot pair beside it, nor every pair all statistics: the other polls go on.
      for (const key of dueKeys) this.#refusedUntilMs.set(key, nowMs + REFUSED_SPOT_RETRY_MS);
      const message = `nothing about the spot pair ${one.venueSymbol}: ${first.message}`;
      gathered.issues.push({ code: 'unsupported', path: '', message, asset: one.baseAsset });
      answered();
      return;
    }
    const canAskAgain = !STOPS_THE_EXCHANGE.includes(first.code);
    const fallbacks = canAskAgain ? (poll.fallbacks ?? []) : [];
    const second = await Promise.all(
      fallbacks.flatMap((other) =>
        groupsOf(other, { ...round, followed: group.instruments }).map((part) =>
          this.#ask(other, part, round),
        ),
      ),
    );
    const isReplaced = second.length > 0 && second.every((failure) => failure === undefined);
    answered();
    if (!isReplaced) gathered.failures.push({ ...asked, error: first });
  }

  /** Asks once and keeps what comes; returns why nothing usable came. `edgeMs`: see `ReceivedPage`. */
  async #ask(
    poll: ObservationPoll<never>,
    { spec, instruments }: Group,
    { followed, known, gathered, options }: Round,
    edgeMs?: number,
  ): Promise<PerpscopeError | undefined> {
    try {
      const answer = await this.#requests.send(poll, spec, gathered, options);
      // Whether a bar is over is asked of the exchange's clock; rows have the time of the clock here until the round ends.
      const behindMs = this.#exchangeNowMs() - this.#deps.clock.nowMs();
      const received = answerTo(spec, { ...answer, receivedAtMs: answer.receivedAtMs + behindMs });
      const { adapter } = this.#deps;
      const decoded = applyPoll<Observation | Chunk>(adapter, poll, received, known, this.#corrections);
      const { issues, page } = decoded;
      const rows = inMarketTime(decoded.rows, -behindMs);
      const whole = openInterestAnswer(rows, known);
      if (whole !== undefined) gathered.openInterestAnswers.push(whole);
      const source = { endpoint: `${spec.method} ${spec.path}`, receivedAtMs: answer.receivedAtMs };
      for (const one of decoded.statements ?? []) gathered.sideStatements.push({ ...one, ...source });
      // One answer may be about the whole exchange: what nobody follows is left out.
      const keys = new Set(followed.map((one) => one.key));
      const kept = inSingleCoins(
        rows.filter((part) => keys.has((isChunk(part) ? part.shared : part).instrument)),
        followed,
      );
      gathered.observations.push(...kept);
      const [single] = instruments;
      // Without its contract size an instrument's events are not read, and their absence would be a zero.
      const sized =
        instruments.length === 1 && single !== undefined && known.has(single.key) ? single : undefined;
      if (page !== undefined && poll.events !== undefined && sized !== undefined) {
        const endpoint = `${spec.method} ${spec.path}`;
        const feed = { instrument: sized, endpoint, coverage: poll.events.coverage };
        const at = edgeMs === undefined ? {} : { edgeMs };
        const { receivedAtMs } = answer;
        this.#liquidations.add(
          { feed, page, rows: kept, receivedAtMs, ...at },
          gathered.isSimulated === true,
        );
      }
      const about = instruments.length === 1 && single !== undefined ? { asset: single.baseAsset } : {};
      gathered.issues.push(
        ...issues.map((issue) => ({ ...issue, ...about, path: `${spec.path} ${issue.path}`.trim() })),
      );
      const where = { exchange: adapter.id, endpoint: spec.path };
      if (kept.length === 0 && rows.length > 0) {
        const names = instruments.map((one) => one.venueSymbol).join(', ');
        return new PerpscopeError('decode', `${spec.path}: the answer holds nothing about ${names}`, where);
      }
      const [issue] = issues;
      if (kept.length > 0 || issue === undefined) return undefined;
      return new PerpscopeError('decode', `${spec.path}: ${issue.message}`, where);
    } catch (error) {
      return toPerpscopeError(error);
    }
  }

  /**
   * Asks one poll about the instruments outside of its cadence, to fill what a stream has missed. Resolves with rows
   * of these instruments; undefined where there is no such poll or nobody answered. Never rejects.
   */
  async backfill(
    pollId: string,
    instruments: readonly Instrument[],
  ): Promise<{ rows: Observation[]; isSimulated: boolean } | undefined> {
    const poll = this.#deps.adapter.polls.find((one) => one.id === pollId);
    if (poll === undefined) return undefined;
    const gathered = new Gathered();
    const nowMs = this.#deps.clock.nowMs();
    const known = new Map(this.#catalogue.current?.instruments);
    for (const one of instruments) if (one.kind === 'spot') known.set(one.key, one);
    const exchangeNowMs = this.#exchangeNowMs();
    const round = { followed: instruments, known, gathered, nowMs, exchangeNowMs, options: {} };
    const failures = await Promise.all(groupsOf(poll, round).map((group) => this.#ask(poll, group, round)));
    const { isSimulated, isMixed, observations } = gathered;
    if (isSimulated === undefined || isMixed === true || failures.some((one) => one !== undefined))
      return undefined;
    return { rows: allRows(observations), isSimulated };
  }
}

/** Returns whether a promise that never rejects was fulfilled in time. */
async function isDoneWithin(clock: Clock, work: Promise<void>, ms: number): Promise<boolean> {
  const timer = new AbortController();
  const isLate = clock.sleep(ms, timer.signal).then(
    () => true,
    () => false,
  );
  const isDone = await Promise.race([work.then(() => true), isLate.then((late) => !late)]);
  timer.abort();
  return isDone;
}
