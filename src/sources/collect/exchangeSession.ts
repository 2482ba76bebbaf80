import type { Clock } from '../../core/clock.ts';
import { PerpscopeError, toPerpscopeError } from '../../core/errors.ts';
import type { Asset } from '../../core/ids.ts';
import type { Instrument } from '../../core/instrument.ts';
import type { Issue } from '../../core/issue.ts';
import type { Observation } from '../../core/observation.ts';
import { HOUR_MS } from '../../core/units.ts';
import type {
  ExchangeAdapter,
  HttpRequestSpec,
  InstrumentDetail,
  ObservationPoll,
} from '../exchanges/contract.ts';
import { applyPoll, type Answer } from '../exchanges/decodeAnswer.ts';
import { shortText } from '../transport/faults.ts';
import type { HttpClient } from '../transport/httpClient.ts';
import { trackedInstruments, type TrackedInstrument } from './tracking.ts';

const CATALOG_MAX_AGE_MS = 6 * HOUR_MS;
const MAX_PAGES = 10;

/** A request that failed, by the poll it belongs to. */
export interface PollFailure {
  readonly poll: string;
  /** Absent where all assets are concerned, for example by the list of instruments. */
  readonly asset?: Asset;
  readonly error: PerpscopeError;
}

/** An issue, with the asset it is about where it is about one. */
export interface CollectedIssue extends Issue {
  readonly asset?: Asset;
}

/** What one refresh of one exchange brought. Nothing here is thrown: failures are part of the result. */
export interface ExchangeResult {
  readonly exchange: string;
  readonly startedAtMs: number;
  readonly latencyMs: number;
  readonly tracked: readonly TrackedInstrument[];
  readonly observations: readonly Observation[];
  readonly issues: readonly CollectedIssue[];
  readonly failures: readonly PollFailure[];
  readonly answered: number;
  /** Present once an answer has come: whether it was made by the simulator. */
  readonly isSimulated?: boolean;
  readonly nextAttemptAtMs?: number;
}

export interface SessionDeps {
  readonly adapter: ExchangeAdapter;
  readonly baseUrl: string;
  readonly http: HttpClient;
  readonly clock: Clock;
}

interface RefreshOptions {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

interface Catalog {
  readonly instruments: ReadonlyMap<string, Instrument>;
  readonly readAtMs: number;
  /** False while what completes the instruments could not be had; only that is then asked again. */
  readonly isComplete: boolean;
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
  #catalog: Catalog | undefined;
  readonly #lastAnsweredAtMs = new Map<string, number>();

  constructor(deps: SessionDeps) {
    this.#deps = deps;
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
      await Promise.all(
        tracked.flatMap(({ instrument }) =>
          adapter.polls.map((poll) => this.#runPoll(poll, instrument, known, gathered, startedAtMs, options)),
        ),
      );
    }
    const nextAttemptAtMs = http.nextAttemptAtMs(adapter.id, baseUrl);
    return {
      exchange: adapter.id,
      startedAtMs,
      latencyMs: clock.monotonicMs() - startedMonotonicMs,
      tracked,
      observations: gathered.observations,
      issues: gathered.issues,
      failures: gathered.failures,
      answered: gathered.answered,
      ...(gathered.isSimulated === undefined ? {} : { isSimulated: gathered.isSimulated }),
      ...(nextAttemptAtMs === undefined ? {} : { nextAttemptAtMs }),
    };
  }

  async #readCatalog(gathered: Gathered, options: RefreshOptions): Promise<PerpscopeError | undefined> {
    const { adapter, clock } = this.#deps;
    const isYoung =
      this.#catalog !== undefined && clock.nowMs() - this.#catalog.readAtMs < CATALOG_MAX_AGE_MS;
    const young = isYoung ? this.#catalog : undefined;
    if (young?.isComplete === true) return undefined;
    const [listed, details] = await Promise.all([
      young === undefined ? this.#readInstruments(gathered, options) : [...young.instruments.values()],
      this.#readDetails(gathered, options),
    ]);
    if (listed instanceof PerpscopeError) {
      gathered.failures.push({ poll: adapter.instruments.id, error: listed });
      return listed;
    }
    const complete =
      details === undefined
        ? listed
        : listed.map((one) => adapter.instrumentDetails?.apply(one, details.get(one.venueSymbol)) ?? one);
    this.#catalog = {
      instruments: new Map(complete.map((one) => [one.key, one])),
      readAtMs: young?.readAtMs ?? clock.nowMs(),
      isComplete: adapter.instrumentDetails === undefined || details !== undefined,
    };
    return undefined;
  }

  async #readInstruments(
    gathered: Gathered,
    options: RefreshOptions,
  ): Promise<Instrument[] | PerpscopeError> {
    const { adapter } = this.#deps;
    const poll = adapter.instruments;
    try {
      const lists = await Promise.all(
        poll.requests().map(async (first) => {
          const instruments: Instrument[] = [];
          let spec: HttpRequestSpec | undefined = first;
          for (let page = 0; spec !== undefined && page < MAX_PAGES; page += 1) {
            const answer = await this.#send(poll.weight, spec, gathered, options);
            const current: HttpRequestSpec = spec;
            const received = answerTo(current, answer);
            const { rows, issues } = applyPoll<Instrument>(adapter, poll, received, new Map());
            gathered.issues.push(...issues.filter((issue) => issue.code !== 'unsupported'));
            instruments.push(...rows);
            const parsed = poll.next === undefined ? undefined : poll.schema().safeParse(answer.body);
            spec = parsed?.success === true ? poll.next?.(parsed.data, current) : undefined;
          }
          return instruments;
        }),
      );
      const listed = lists.flat();
      if (listed.length > 0) return listed;
      // An exchange without a single contract: the answer was not the list, and must not stand for hours.
      const where = { exchange: adapter.id, endpoint: poll.path };
      return new PerpscopeError('decode', `${poll.path}: the list of instruments is empty`, where);
    } catch (error) {
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
      const answer = await this.#send(poll.weight, spec, gathered, options);
      const received = answerTo(spec, answer);
      const { rows, issues } = applyPoll<InstrumentDetail>(adapter, poll, received, new Map());
      gathered.issues.push(...issues);
      return rows.length === 0 ? undefined : new Map(rows.map((detail) => [detail.venueSymbol, detail]));
    } catch (error) {
      gathered.failures.push({ poll: poll.id, error: toPerpscopeError(error) });
      return undefined;
    }
  }

  async #runPoll(
    poll: ObservationPoll<never>,
    instrument: Instrument,
    known: Map<string, Instrument>,
    gathered: Gathered,
    nowMs: number,
    options: RefreshOptions,
  ): Promise<void> {
    const dueKey = `${poll.id} ${instrument.key}`;
    const lastMs = this.#lastAnsweredAtMs.get(dueKey);
    if (poll.tense === 'history' && lastMs !== undefined && nowMs - lastMs < poll.cadenceMs) return;
    const first = await this.#ask(poll, instrument, known, gathered, nowMs, options);
    if (first === undefined) {
      this.#lastAnsweredAtMs.set(dueKey, nowMs);
      return;
    }
    const canAskAgain = !STOPS_THE_EXCHANGE.includes(first.code);
    const second = canAskAgain
      ? await Promise.all(
          (poll.fallbacks ?? []).map((one) => this.#ask(one, instrument, known, gathered, nowMs, options)),
        )
      : [];
    const isReplaced = second.length > 0 && second.every((failure) => failure === undefined);
    if (!isReplaced) gathered.failures.push({ poll: poll.id, asset: instrument.baseAsset, error: first });
  }

  /** Asks once and keeps what comes; returns why nothing usable came. */
  async #ask(
    poll: ObservationPoll<never>,
    instrument: Instrument,
    known: Map<string, Instrument>,
    gathered: Gathered,
    nowMs: number,
    options: RefreshOptions,
  ): Promise<PerpscopeError | undefined> {
    const spec = poll.request({ instrument, nowMs });
    if (spec === undefined) return undefined;
    try {
      const answer = await this.#send(poll.weight, spec, gathered, options);
      const received = answerTo(spec, answer);
      const { rows, issues } = applyPoll<Observation>(this.#deps.adapter, poll, received, known);
      gathered.observations.push(...rows);
      gathered.issues.push(
        ...issues.map((issue) => ({
          ...issue,
          asset: instrument.baseAsset,
          path: `${spec.path} ${issue.path}`.trim(),
        })),
      );
      const [issue] = issues;
      if (rows.length > 0 || issue === undefined) return undefined;
      const where = { exchange: this.#deps.adapter.id, endpoint: spec.path };
      return new PerpscopeError('decode', `${spec.path}: ${issue.message}`, where);
    } catch (error) {
      return toPerpscopeError(error);
    }
  }

  async #send(
    weight: number,
    spec: HttpRequestSpec,
    gathered: Gathered,
    options: RefreshOptions,
  ): Promise<{ body: unknown; receivedAtMs: number }> {
    const { adapter, baseUrl, http } = this.#deps;
    try {
      // Everything Perpscope sends only reads, whatever its method.
      const request = {
        ...spec,
        exchange: adapter.id,
        baseUrl,
        weight,
        limits: adapter.limits,
        isReadOnly: true,
      };
      const answer = await http.send(request, options);
      gathered.isSimulated = gathered.isSimulated === true || answer.isSimulated;
      const venueError = adapter.venueError(answer.body, answer.status);
      if (venueError !== undefined) throw this.#rejected(venueError, spec, answer.status);
      gathered.answered += 1;
      return answer;
    } catch (error) {
      const failure = toPerpscopeError(error);
      const body = (failure.cause as { body?: unknown } | undefined)?.body;
      const venueError =
        failure.code === 'http-status' ? adapter.venueError(body, failure.status ?? 0) : undefined;
      throw venueError === undefined ? failure : this.#rejected(venueError, spec, failure.status);
    }
  }

  /** The exchange's own refusal as an error; where it asks for a pause, the host gets one, whatever the status was. */
  #rejected(
    venueError: NonNullable<ReturnType<ExchangeAdapter['venueError']>>,
    spec: HttpRequestSpec,
    status: number | undefined,
  ): PerpscopeError {
    const { adapter, baseUrl, clock, http } = this.#deps;
    const code = venueError.kind === 'rate-limited' ? 'rate-limited' : 'venue-rejected';
    const said = shortText(`${venueError.code} ${venueError.message}`);
    const message = `${adapter.displayName} refused ${spec.path}: ${said}`;
    const retryAfterMs = venueError.retryAfterMs ?? (code === 'rate-limited' ? 10_000 : undefined);
    if (retryAfterMs !== undefined) http.pause(adapter.id, baseUrl, clock.nowMs() + retryAfterMs);
    return new PerpscopeError(code, message, {
      exchange: adapter.id,
      endpoint: spec.path,
      ...(status === undefined ? {} : { status }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }
}

/** An answer with what its request said: query and the plain fields of a JSON body. */
function answerTo(spec: HttpRequestSpec, answer: { body: unknown; receivedAtMs: number }): Answer {
  const fields = typeof spec.body === 'object' && spec.body !== null ? Object.entries(spec.body) : [];
  const plain = fields.filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value));
  const query = { ...spec.query, ...Object.fromEntries(plain.map(([key, value]) => [key, String(value)])) };
  return {
    method: spec.method,
    path: spec.path,
    query,
    body: answer.body,
    receivedAtMs: answer.receivedAtMs,
  };
}

/** What a refresh gathers while its requests run side by side. */
class Gathered {
  readonly observations: Observation[] = [];
  readonly issues: CollectedIssue[] = [];
  readonly failures: PollFailure[] = [];
  answered = 0;
  isSimulated: boolean | undefined;
}
