import { AHEAD_TOLERANCE_MS } from '../../core/clock.ts';
import { PerpscopeError, toPerpscopeError } from '../../core/errors.ts';
import type { Asset } from '../../core/ids.ts';
import type { Instrument } from '../../core/instrument.ts';
import type { Issue } from '../../core/issue.ts';
import type { Observation } from '../../core/observation.ts';
import { unitOfInstrument } from '../../core/scaledUnit.ts';
import { HOUR_MS, MINUTE_MS } from '../../core/units.ts';
import { joinUnknownValues } from '../exchanges/closedList.ts';
import type { HttpRequestSpec, InstrumentDetail, ObservationPoll } from '../exchanges/contract.ts';
import { applyPoll } from '../exchanges/decodeAnswer.ts';
import { ListCorrections } from '../exchanges/listCorrections.ts';
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
  type CollectedIssue,
  type Group,
  type PollFailure,
  type Round,
} from './round.ts';
import { aheadOf, LiquidationPages } from './liquidationPages.ts';
import { inSingleCoins } from './singleCoins.ts';
import { trackedInstruments, type TrackedInstrument } from './tracking.ts';

const CATALOG_MAX_AGE_MS = 6 * HOUR_MS;
/**
 * A list that a payload contradicts is read again at the next round. Where it then says the same, the exchange is slow to
 * change it: so long it is left alone, since the largest lists are megabytes and what the payloads prove holds meanwhile.
 */
const DOUBTED_CATALOG_MAX_AGE_MS = 5 * MINUTE_MS;
const MAX_PAGES = 10;
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
  readonly observations: readonly Observation[];
  readonly issues: readonly CollectedIssue[];
  readonly failures: readonly PollFailure[];
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

interface Catalog {
  readonly instruments: ReadonlyMap<string, Instrument>;
  readonly listed: ReadonlySet<Asset>;
  readonly readAtMs: number;
  /** False while what completes the instruments could not be had; only that is then asked again. */
  readonly isComplete: boolean;
  /** Why contracts of the list are not followed, once each. */
  readonly notListed: readonly string[];
}

interface Listed {
  readonly instruments: readonly Instrument[];
  readonly notListed: readonly string[];
}

const isTradingPerpetual = ({ kind, status }: Instrument): boolean =>
  kind === 'perpetual' && status === 'trading';

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
  #catalog: Catalog | undefined;
  readonly #corrections: ListCorrections;
  readonly #requests: ExchangeRequests;
  readonly #liquidations = new LiquidationPages();
  readonly #earlier: EarlierPages;
  readonly #lastAnsweredAtMs = new Map<string, number>();
  /** When questions about spot pairs that were refused may be asked again, by poll and instrument. */
  readonly #refusedUntilMs = new Map<string, number>();

  constructor(deps: SessionDeps) {
    this.#deps = deps;
    this.#corrections = deps.corrections ?? new ListCorrections();
    this.#requests = new ExchangeRequests(deps);
    this.#earlier = new EarlierPages(this.#liquidations, deps.clock);
  }

  /** Asks for everything that is due about the assets. Never rejects. */
  async refresh(assets: readonly Asset[], options: RefreshOptions = {}): Promise<ExchangeResult> {
    const { adapter, baseUrl, clock, http } = this.#deps;
    const startedAtMs = clock.nowMs();
    const startedMonotonicMs = clock.monotonicMs();
    const gathered = new Gathered();
    const catalogError = await this.#readCatalog(gathered, options);
    const tracked = trackedInstruments(adapter, this.#catalog?.instruments, assets);
    if (catalogError === undefined || !STOPS_THE_EXCHANGE.includes(catalogError.code)) {
      const known = new Map(this.#catalog?.instruments);
      const followed = tracked.map(({ instrument }) => instrument);
      for (const one of followed) if (one.kind === 'spot') known.set(one.key, one);
      const exchangeNowMs = this.#exchangeNowMs();
      const round = { followed, known, gathered, nowMs: startedAtMs, exchangeNowMs, options };
      await Promise.all(
        adapter.polls.flatMap((poll) =>
          groupsOf(poll, round).map((group) => this.#runPoll(poll, group, round)),
        ),
      );
    }
    const nowMs = clock.nowMs();
    const aheadMs = aheadOf(gathered.observations);
    gathered.observations.push(...this.#liquidations.hours(aheadMs, nowMs, this.#exchangeNowMs()));
    const nextAttemptAtMs = http.nextAttemptAtMs(adapter.id, baseUrl);
    const requestLatencyMs = this.#requests.takeLatencyMs();
    return {
      exchange: adapter.id,
      startedAtMs,
      refreshMs: clock.monotonicMs() - startedMonotonicMs,
      ...(requestLatencyMs === undefined ? {} : { requestLatencyMs }),
      tracked,
      observations: gathered.observations,
      issues: gathered.issues,
      failures: gathered.failures,
      openInterestAnswers: gathered.openInterestAnswers,
      sideStatements: gathered.sideStatements,
      answered: gathered.answered,
      notListed: this.#catalog?.notListed ?? [],
      ...(gathered.isSimulated === undefined ? {} : { isSimulated: gathered.isSimulated }),
      ...(gathered.isMixed === undefined ? {} : { isMixed: gathered.isMixed }),
      ...(nextAttemptAtMs === undefined ? {} : { nextAttemptAtMs }),
      ...(this.#catalog === undefined ? {} : { listed: this.#catalog.listed }),
      budgets: this.#requests.budgets(),
    };
  }

  /** Asked by a clock that is wrong, an exchange would tell of another day. */
  #exchangeNowMs(): number {
    const { adapter, clock, time } = this.#deps;
    const nowMs = clock.nowMs();
    const ownMs = time.at(adapter.id, nowMs) ?? time.nowMs();
    return Math.abs(ownMs - nowMs) <= AHEAD_TOLERANCE_MS ? nowMs : ownMs;
  }

  async #readCatalog(gathered: Gathered, options: RefreshOptions): Promise<PerpscopeError | undefined> {
    const { adapter, clock } = this.#deps;
    const isInDoubt = this.#corrections.isListInDoubt(adapter.id);
    const maxAgeMs = isInDoubt ? DOUBTED_CATALOG_MAX_AGE_MS : CATALOG_MAX_AGE_MS;
    const isYoung = this.#catalog !== undefined && clock.nowMs() - this.#catalog.readAtMs < maxAgeMs;
    const young = isYoung ? this.#catalog : undefined;
    if (young?.isComplete === true) return undefined;
    const [listed, details] = await Promise.all([
      young === undefined
        ? this.#readInstruments(gathered, options)
        : { instruments: [...young.instruments.values()], notListed: young.notListed },
      this.#readDetails(gathered, options),
    ]);
    if (listed instanceof PerpscopeError) {
      gathered.failures.push({ poll: adapter.instruments.id, error: listed });
      return listed;
    }
    const complete =
      details === undefined
        ? listed.instruments
        : listed.instruments.map(
            (one) => adapter.instrumentDetails?.apply(one, details.get(one.venueSymbol)) ?? one,
          );
    const instruments = new Map(complete.map((one) => [one.key, one]));
    if (young === undefined) this.#corrections.listWasRead(adapter.id, instruments);
    this.#catalog = {
      instruments,
      listed: new Set(
        complete.filter(isTradingPerpetual).map((one) => unitOfInstrument(one)?.asset ?? one.baseAsset),
      ),
      readAtMs: young?.readAtMs ?? clock.nowMs(),
      isComplete: adapter.instrumentDetails === undefined || details !== undefined,
      notListed: listed.notListed,
    };
    return undefined;
  }

  async #readInstruments(gathered: Gathered, options: RefreshOptions): Promise<Listed | PerpscopeError> {
    const { adapter } = this.#deps;
    const poll = adapter.instruments;
    const told: Issue[] = [];
    try {
      const lists = await Promise.all(
        poll.requests().map(async (first) => {
          const instruments: Instrument[] = [];
          let spec: HttpRequestSpec | undefined = first;
          for (let page = 0; spec !== undefined && page < MAX_PAGES; page += 1) {
            const answer = await this.#requests.send(poll, spec, gathered, options);
            const current: HttpRequestSpec = spec;
            const received = answerTo(current, answer);
            const { rows, issues } = applyPoll<Instrument>(adapter, poll, received, new Map());
            told.push(...issues);
            instruments.push(...rows);
            const parsed = poll.next === undefined ? undefined : poll.schema().safeParse(answer.body);
            spec = parsed?.success === true ? poll.next?.(parsed.data, current) : undefined;
          }
          return instruments;
        }),
      );
      const instruments = lists.flat();
      // The list comes in pages and parts: what several of them say is said once.
      const issues = joinUnknownValues(told);
      gathered.issues.push(...issues);
      const notListed = issues.flatMap(({ code, message }) => (code === 'unsupported' ? [message] : []));
      if (instruments.length > 0) return { instruments, notListed };
      // An exchange without a single contract: the answer was not the list, and must not stand for hours.
      const where = { exchange: adapter.id, endpoint: poll.path };
      return new PerpscopeError('decode', `${poll.path}: the list of instruments is empty`, where);
    } catch (error) {
      gathered.issues.push(...joinUnknownValues(told));
      return toPerpscopeError(error);
    }
  }

  async #readDetails(
    gathered: Gathered,
    options: RefreshOptions,
  ): Promise<Map<string, InstrumentDetail> | undefined> {
    const { adapter } = this.#deps;
    const poll = adapter.instrumentDetails;
    if (poll === undefined) return undefined;
    try {
      const spec = poll.request();
      const answer = await this.#requests.send(poll, spec, gathered, options);
      const received = answerTo(spec, answer);
      const { rows, issues } = applyPoll<InstrumentDetail>(adapter, poll, received, new Map());
      gathered.issues.push(...issues);
      return rows.length === 0 ? undefined : new Map(rows.map((detail) => [detail.venueSymbol, detail]));
    } catch (error) {
      gathered.failures.push({ poll: poll.id, error: toPerpscopeError(error) });
      return undefined;
    }
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
    const first = await this.#ask(poll, group, round);
    if (first === undefined) {
      for (const key of dueKeys) this.#lastAnsweredAtMs.set(key, nowMs);
      await this.#earlier.walk(poll, group, round, (part, edgeMs) => this.#ask(poll, part, round, edgeMs));
      return;
    }
    const [one] = group.instruments;
    if (poll.about === 'spot' && first.code === 'venue-rejected' && one !== undefined) {
      // Not every perpetual has a spot pair beside it, nor every pair all statistics: the other polls go on.
      for (const key of dueKeys) this.#refusedUntilMs.set(key, nowMs + REFUSED_SPOT_RETRY_MS);
      const message = `nothing about the spot pair ${one.venueSymbol}: ${first.message}`;
      gathered.issues.push({ code: 'unsupported', path: '', message, asset: one.baseAsset });
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
    const about = group.instruments.length === 1 && one !== undefined ? { asset: one.baseAsset } : {};
    const at = poll.host === undefined || poll.host === 'rest' ? {} : { host: poll.host };
    if (!isReplaced) gathered.failures.push({ poll: poll.id, ...about, ...at, error: first });
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
      const decoded = applyPoll<Observation>(adapter, poll, received, known, this.#corrections);
      const { issues, page } = decoded;
      const rows = inMarketTime(decoded.rows, -behindMs);
      const whole = openInterestAnswer(rows, known);
      if (whole !== undefined) gathered.openInterestAnswers.push(whole);
      const source = { endpoint: `${spec.method} ${spec.path}`, receivedAtMs: answer.receivedAtMs };
      for (const one of decoded.statements ?? []) gathered.sideStatements.push({ ...one, ...source });
      // One answer may be about the whole exchange: what nobody follows is left out.
      const keys = new Set(followed.map((one) => one.key));
      const kept = inSingleCoins(
        rows.filter((row) => keys.has(row.instrument)),
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
    const known = new Map(this.#catalog?.instruments);
    for (const one of instruments) if (one.kind === 'spot') known.set(one.key, one);
    const exchangeNowMs = this.#exchangeNowMs();
    const round = { followed: instruments, known, gathered, nowMs, exchangeNowMs, options: {} };
    const failures = await Promise.all(groupsOf(poll, round).map((group) => this.#ask(poll, group, round)));
    const { isSimulated, isMixed, observations } = gathered;
    if (isSimulated === undefined || isMixed === true || failures.some((one) => one !== undefined))
      return undefined;
    return { rows: observations, isSimulated };
  }
}
