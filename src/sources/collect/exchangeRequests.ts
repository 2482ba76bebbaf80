import type { Clock } from '../../core/clock.ts';
import { PerpscopeError, toPerpscopeError } from '../../core/errors.ts';
import type { ExchangeAdapter, HostName, HttpRequestSpec, ObservationPoll } from '../exchanges/contract.ts';
import type { ListCorrections } from '../exchanges/listCorrections.ts';
import { shortText } from '../transport/faults.ts';
import type { HttpClient } from '../transport/httpClient.ts';
import type { MarketTime } from './marketTime.ts';

export interface SessionDeps {
  readonly adapter: ExchangeAdapter;
  readonly baseUrl: string;
  /** Addresses of the exchange's further hosts, by the name that polls use. */
  readonly hostUrls?: Readonly<Partial<Record<HostName, string>>>;
  readonly http: HttpClient;
  readonly clock: Clock;
  /** What payloads have said against the list of instruments; absent where nobody else listens. */
  readonly corrections?: ListCorrections;
  /** Told of the date of each answer. */
  readonly time: MarketTime;
}

export interface RefreshOptions {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  /** So long the refresh may go on asking for past events, in ms; unless stated half a second, at first not at all. */
  readonly pastMs?: number;
}

/** One published limit of one host, and what is used of it. */
export interface HostBudget {
  readonly host: HostName;
  readonly usedWeight: number;
  readonly weight: number;
  readonly windowMs: number;
  /** Present while the exchange wants to be left alone. */
  readonly nextAttemptAtMs?: number;
}

/** What the answers of a round say together. */
export interface Tally {
  answered: number;
  /** Absent before the first answer. */
  isSimulated: boolean | undefined;
  /** Some answers carry the simulator's mark and some do not. */
  isMixed?: true;
}

/** Notes whether an answer carries the simulator's mark, and whether it is the only one that does, or does not. */
export function noteMark(
  tally: Omit<Tally, 'answered'>,
  { isSimulated }: { readonly isSimulated: boolean },
): void {
  if (tally.isSimulated !== undefined && tally.isSimulated !== isSimulated) tally.isMixed = true;
  tally.isSimulated = tally.isSimulated === true || isSimulated;
}

/** Sends requests to the hosts of one exchange and reads refusals in the exchange's own words. */
export class ExchangeRequests {
  readonly #deps: SessionDeps;
  /** Of the answers since the last call of `takeLatencyMs`. */
  #latenciesMs: number[] = [];

  constructor(deps: SessionDeps) {
    this.#deps = deps;
  }

  /** Returns the median time from a request's sending to its answer, since the last call; undefined without an answer. */
  takeLatencyMs(): number | undefined {
    const sorted = this.#latenciesMs.sort((a, b) => a - b);
    this.#latenciesMs = [];
    const half = sorted.length / 2;
    const middle = sorted.slice(Math.ceil(half) - 1, Math.floor(half) + 1);
    return middle.length === 0 ? undefined : middle.reduce((sum, one) => sum + one, 0) / middle.length;
  }

  /**
   * Sends one request and returns its answer. What it says about the source is noted in `tally`. Rejects with a
   * PerpscopeError; the exchange's own refusal is `venue-rejected` or `rate-limited`.
   */
  async send(
    { weight, scope, bounds, host = 'rest' }: Pick<ObservationPoll, 'weight' | 'scope' | 'bounds' | 'host'>,
    spec: HttpRequestSpec,
    tally: Tally,
    options: RefreshOptions,
  ): Promise<{ body: unknown; receivedAtMs: number }> {
    const { adapter, http, time } = this.#deps;
    const baseUrl = this.#addressOf(host);
    try {
      // Everything Perpscope sends only reads, whatever its method.
      const request = {
        ...spec,
        exchange: adapter.id,
        baseUrl,
        weight,
        limits: adapter.hosts?.[host]?.limits ?? adapter.limits,
        ...(scope === undefined ? {} : { scope }),
        ...(bounds === undefined ? {} : { bounds }),
        isReadOnly: true,
      };
      const answer = await http.send(request, options);
      time.noteAnswer(adapter.id, answer);
      this.#latenciesMs.push(answer.latencyMs);
      noteMark(tally, answer);
      const venueError = adapter.venueError(answer.body, answer.status);
      if (venueError !== undefined) throw this.#rejected(venueError, spec, answer.status, baseUrl);
      tally.answered += 1;
      return answer;
    } catch (error) {
      const failure = toPerpscopeError(error);
      const body = (failure.cause as { body?: unknown } | undefined)?.body;
      const venueError =
        failure.code === 'http-status' ? adapter.venueError(body, failure.status ?? 0) : undefined;
      throw venueError === undefined ? failure : this.#rejected(venueError, spec, failure.status, baseUrl);
    }
  }

  /** How much of each published limit is used, by host. */
  budgets(): HostBudget[] {
    const { adapter, http } = this.#deps;
    const names = ['rest', ...Object.keys(adapter.hosts ?? {})] as HostName[];
    return names.flatMap((host) => {
      const url = this.#addressOf(host);
      const nextAttemptAtMs = http.nextAttemptAtMs(adapter.id, url);
      const paused = nextAttemptAtMs === undefined ? {} : { nextAttemptAtMs };
      return (adapter.hosts?.[host]?.limits ?? adapter.limits).map(({ weight, windowMs }) => ({
        host,
        usedWeight: http.usedWeight(adapter.id, url, windowMs),
        weight,
        windowMs,
        ...paused,
      }));
    });
  }

  /** A further host of an exchange whose address was replaced is never the real one: it falls back to the replacement. */
  #addressOf(host: HostName): string {
    const { adapter, baseUrl, hostUrls } = this.#deps;
    const own = adapter.hosts?.[host];
    if (host === 'rest' || own === undefined) return baseUrl;
    return hostUrls?.[host] ?? (baseUrl === adapter.restBaseUrl ? own.baseUrl : baseUrl);
  }

  /** The exchange's own refusal as an error; where it asks for a pause, the host gets one, whatever the status was. */
  #rejected(
    venueError: NonNullable<ReturnType<ExchangeAdapter['venueError']>>,
    spec: HttpRequestSpec,
    status: number | undefined,
    baseUrl: string,
  ): PerpscopeError {
    const { adapter, clock, http } = this.#deps;
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
