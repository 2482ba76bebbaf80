import type { Clock } from '../../core/clock.ts';
import type { ContextMetric, ContextSnapshot, ContextValue } from '../../core/contextValue.ts';
import { PerpscopeError, toPerpscopeError } from '../../core/errors.ts';
import type { Asset, DataSource } from '../../core/ids.ts';
import type { KeySource } from '../../core/keySource.ts';
import type { Logger } from '../../core/logger.ts';
import { plainLine } from '../../core/outsideText.ts';
import { redactingLogger, type Redactor } from '../../core/redact.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../core/units.ts';
import type { HistoryStore } from '../../store/historyStore.ts';
import type { ContextProvider, ContextRequest, ContextRequestSpec } from '../context/contract.ts';
import { applyContextRequest } from '../context/decodeContext.ts';
import { isSendableKey } from '../context/keys.ts';
import { readUserCsv, USER_CSV } from '../context/userCsv.ts';
import type { HttpClient } from '../transport/httpClient.ts';
import { contextSnapshotOf, ContextTrack, OFF_REASON } from './contextTrack.ts';

export interface ContextCollectorDeps {
  readonly providers: readonly ContextProvider[];
  /** Where a provider is asked; undefined where it must not be asked at all (a simulated or tested market). */
  readonly addressOf: (provider: ContextProvider) => string | undefined;
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly keys: KeySource;
  readonly redactor: Redactor;
  readonly storeOf: (source: DataSource) => Promise<HistoryStore>;
  /** Reads the user's file of daily levels; absent where none is set. */
  readonly readUserFile?: () => Promise<string>;
}

export interface ContextRefreshOptions {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

const RETRY_MS = 10 * MINUTE_MS;
const REFUSED_KEY_RETRY_MS = HOUR_MS;
/** How far back stored values are looked at for the newest ones. */
const SEED_MS = 30 * DAY_MS;

/**
 * Asks context providers that are due, keeps the newest value of each series and stores their history. Nothing here
 * rejects, and nothing here is waited for by the exchanges.
 */
export class ContextCollector {
  readonly #deps: ContextCollectorDeps;
  readonly #log: Logger;
  readonly #tracks = new Map<string, ContextTrack>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #keys = new Map<string, string>();
  readonly #seeded = new Set<DataSource>();
  readonly #userTrack = new ContextTrack();
  #userValues: readonly ContextValue[] = [];

  constructor(deps: ContextCollectorDeps) {
    this.#deps = deps;
    this.#log = redactingLogger(deps.logger, deps.redactor);
    for (const provider of deps.providers) this.#tracks.set(provider.id, new ContextTrack());
  }

  /** Asks for what is due about the assets. A provider that is still being asked is not asked again. */
  async refresh(assets: readonly Asset[], options: ContextRefreshOptions = {}): Promise<void> {
    const { providers, readUserFile } = this.#deps;
    if (readUserFile !== undefined) this.#run(USER_CSV.id, () => this.#readUserFile(readUserFile));
    for (const provider of providers)
      this.#run(provider.id, () => this.#refreshProvider(provider, assets, options));
    await this.settled();
  }

  /** Resolves when nothing is being asked any more. */
  async settled(): Promise<void> {
    await Promise.all(this.#running.values());
  }

  /** Every provider as it stands, with the newest values of this source about these assets. */
  async snapshot(source: DataSource, assets: readonly Asset[]): Promise<ContextSnapshot[]> {
    const { providers, clock, http, addressOf, readUserFile } = this.#deps;
    await this.#seed(source);
    const nowMs = clock.nowMs();
    const shown = providers.map((provider) => {
      const track = this.#tracks.get(provider.id) ?? new ContextTrack();
      const address = addressOf(provider);
      const nextAttemptAtMs = address === undefined ? undefined : http.nextAttemptAtMs(provider.id, address);
      return contextSnapshotOf(provider, track, { source, assets, nowMs, nextAttemptAtMs });
    });
    if (readUserFile === undefined) return shown;
    const yields: readonly ContextMetric[] = ['equity-index', 'dollar-index'];
    const asProvider = { ...USER_CSV, adds: '', requests: [{ ...USER_CSV, yields }] };
    return [...shown, contextSnapshotOf(asProvider as never, this.#userTrack, { source, assets, nowMs })];
  }

  /** The daily levels of a metric, oldest first: the user's own file before any provider. */
  async dailyLevels(source: DataSource, metric: ContextMetric, fromMs: number): Promise<ContextValue[]> {
    const own = this.#userValues.filter((value) => value.metric === metric && value.atMs >= fromMs);
    if (source === 'live' && own.length > 0) return own.sort((a, b) => a.atMs - b.atMs);
    const stored = await (await this.#deps.storeOf(source)).queryContext({ metric, fromMs });
    const shown = new Set(
      this.#deps.providers.filter((one) => this.#deps.addressOf(one)).map(({ id }) => id),
    );
    return stored.filter((value) => shown.has(value.provider));
  }

  #run(id: string, work: () => Promise<void>): void {
    if (this.#running.has(id)) return;
    const running = work()
      .catch((error: unknown) => this.#log.error(`${id}: ${String(error)}`))
      .finally(() => this.#running.delete(id));
    this.#running.set(id, running);
  }

  async #refreshProvider(
    provider: ContextProvider,
    assets: readonly Asset[],
    options: ContextRefreshOptions,
  ): Promise<void> {
    const { addressOf, clock } = this.#deps;
    const track = this.#tracks.get(provider.id);
    const baseUrl = addressOf(provider);
    if (track === undefined) return;
    track.idle = baseUrl === undefined ? { status: 'off', reason: OFF_REASON } : undefined;
    if (baseUrl === undefined) return;
    const key = await this.#keyOf(provider, track);
    if (provider.key !== undefined && key === undefined) return;
    const nowMs = clock.nowMs();
    const asked = provider.requests.flatMap((request) =>
      request.specs({ assets, nowMs }).map((spec) => ({ request, spec })),
    );
    if (asked.length === 0 && track.lastAnsweredAtMs.size === 0)
      track.idle = { status: 'off', reason: `nothing it offers is about ${assets.join(', ')}` };
    // What is no longer asked, for example about an asset that nobody follows, is no trouble any more.
    const current = new Set(asked.map(({ request, spec }) => seriesOf(request, spec)));
    for (const series of track.failures.keys()) if (!current.has(series)) track.failures.delete(series);
    const due = asked.filter(({ request, spec }) => isDue(track, request, seriesOf(request, spec), nowMs));
    await Promise.all(
      due.map(({ request, spec }) => this.#ask(provider, request, spec, { baseUrl, key, track, options })),
    );
  }

  /** The provider's key, learnt by the redactor before anything is done with it. A changed key clears old refusals. */
  async #keyOf(provider: ContextProvider, track: ContextTrack): Promise<string | undefined> {
    if (provider.key === undefined) return undefined;
    let key: string | undefined;
    try {
      key = (await this.#deps.keys.get(provider.id))?.trim();
    } catch (error) {
      this.#log.warn(`${provider.id}: the key could not be read: ${String(error)}`);
    }
    if (key === undefined || key === '') {
      track.idle = { status: 'needs-key' };
      return undefined;
    }
    this.#deps.redactor.add(key);
    if (!isSendableKey(key)) {
      const reason = 'the key that is set holds characters that cannot be sent, or is too short or too long';
      track.idle = { status: 'needs-key', reason };
      return undefined;
    }
    if (this.#keys.get(provider.id) !== key) track.failures.clear();
    this.#keys.set(provider.id, key);
    return key;
  }

  async #ask(
    provider: ContextProvider,
    request: ContextRequest<never>,
    spec: ContextRequestSpec,
    { baseUrl, key, track, options }: Asking,
  ): Promise<void> {
    const { http, clock, redactor, storeOf } = this.#deps;
    const { id, limits } = provider;
    const series = seriesOf(request, spec);
    try {
      const auth =
        provider.key === undefined || key === undefined
          ? {}
          : { headers: { [provider.key.header]: `${provider.key.prefix ?? ''}${key}` } };
      const format = request.format === undefined ? {} : { format: request.format };
      const call = { exchange: id, baseUrl, method: 'GET', ...spec, weight: request.weight, limits } as const;
      const answer = await http.send({ ...call, ...auth, ...format }, options);
      const rejection = provider.rejection(answer.body);
      if (rejection !== undefined) {
        // Whole texts are searched for keys: what is cut first may end in half a key.
        const said = plainLine(redactor.redact(rejection.message), 200);
        throw refusalOf(provider, spec, rejection.kind, said);
      }
      const { values: stated, issues } = applyContextRequest(provider, request, { ...spec, ...answer });
      for (const issue of issues.slice(0, 5)) this.#log.debug(`${id} ${issue.path}: ${issue.message}`);
      const values = stated.map((value) => withoutKeys(value, redactor));
      if (values.length === 0)
        throw new PerpscopeError('decode', `${spec.path}: ${issues[0]?.message ?? 'no values'}`);
      const source: DataSource = answer.isSimulated ? 'simulated' : 'live';
      track.answeredAs = source;
      track.add(source, values);
      track.lastAnsweredAtMs.set(series, clock.nowMs());
      track.failures.delete(series);
      await (await storeOf(source)).appendContext(values).catch((error: unknown) => {
        this.#log.error(`context history could not be written: ${String(error)}`);
      });
    } catch (error) {
      const failure = toPerpscopeError(error);
      if (failure.code === 'aborted') return;
      const nowMs = clock.nowMs();
      const isRefused = key !== undefined && (failure.status === 401 || failure.status === 403);
      const told = isRefused ? refusalOf(provider, spec, 'key-refused', '') : failure;
      if (told.code === 'rate-limited' && told.retryAfterMs === undefined)
        http.pause(id, baseUrl, nowMs + MINUTE_MS);
      const retryMs = isKeyRefusal(told) ? REFUSED_KEY_RETRY_MS : Math.min(request.cadenceMs, RETRY_MS);
      const reason = redactor.redact(told.message);
      track.failures.set(series, {
        kind: told.code === 'rate-limited' ? 'limited' : 'failed',
        reason,
        retryAtMs: nowMs + Math.max(retryMs, told.retryAfterMs ?? 0),
      });
      this.#log.warn(`${id}: ${told.code}: ${reason}`);
    }
  }

  async #readUserFile(read: () => Promise<string>): Promise<void> {
    const { clock } = this.#deps;
    const track = this.#userTrack;
    const nowMs = clock.nowMs();
    let failure: string | undefined;
    try {
      const { values, issues } = readUserCsv(await read(), nowMs);
      track.answeredAs = 'live';
      track.lastAnsweredAtMs.set(USER_CSV.id, nowMs);
      track.replace('live', values);
      this.#userValues = values;
      const [first] = issues;
      const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
      if (first !== undefined) failure = `${first.path} ${first.message}${more}`.trim();
    } catch (error) {
      const code = (error as { code?: unknown } | null)?.code;
      const why = typeof code === 'string' ? code : toPerpscopeError(error).message;
      failure = `the file cannot be read (${why}); check perpscope.context.csvFile`;
    }
    if (failure === undefined) track.failures.clear();
    else track.failures.set(USER_CSV.id, { kind: 'failed', reason: failure, retryAtMs: nowMs });
  }

  /** Newest values of an earlier run: shown with their age until the provider answers again. */
  async #seed(source: DataSource): Promise<void> {
    if (this.#seeded.has(source)) return;
    this.#seeded.add(source);
    try {
      const fromMs = this.#deps.clock.nowMs() - SEED_MS;
      for (const value of await (await this.#deps.storeOf(source)).queryContext({ fromMs }))
        this.#tracks.get(value.provider)?.add(source, [value]);
    } catch (error) {
      this.#log.warn(`earlier context values could not be read: ${String(error)}`);
    }
  }
}

interface Asking {
  readonly baseUrl: string;
  readonly key: string | undefined;
  readonly track: ContextTrack;
  readonly options: ContextRefreshOptions;
}

/** What tells requests apart that are asked again and again: dates move on, the question stays. */
function seriesOf(request: ContextRequest<never>, { path, query }: ContextRequestSpec): string {
  const { from: _from, to: _to, cosd: _cosd, ...rest } = query;
  return `${request.id} ${path} ${JSON.stringify(rest)}`;
}

function isDue(track: ContextTrack, request: ContextRequest<never>, series: string, nowMs: number): boolean {
  const failure = track.failures.get(series);
  if (failure !== undefined) return nowMs >= failure.retryAtMs;
  const lastMs = track.lastAnsweredAtMs.get(series);
  return lastMs === undefined || nowMs - lastMs >= request.cadenceMs;
}

const KEY_REFUSED = 'refused the key';

function refusalOf(
  { displayName, key }: ContextProvider,
  { path }: ContextRequestSpec,
  kind: 'rejected' | 'rate-limited' | 'key-refused',
  said: string,
): PerpscopeError {
  const words = said === '' ? '' : `: ${said}`;
  if (kind === 'key-refused') {
    const todo = `check ${key?.environment ?? 'the key'} or run Perpscope: Set API Key; the plan may not include it`;
    return new PerpscopeError('venue-rejected', `${displayName} ${KEY_REFUSED} for ${path}${words}; ${todo}`);
  }
  const code = kind === 'rate-limited' ? 'rate-limited' : 'venue-rejected';
  return new PerpscopeError(code, `${displayName} refused ${path}${words}`);
}

/** A provider that repeats a key in its data gets it neither shown nor stored. */
function withoutKeys(value: ContextValue, redactor: Redactor): ContextValue {
  const { label, scope } = value;
  return {
    ...value,
    ...(label === undefined ? {} : { label: redactor.redact(label) }),
    ...(scope === undefined ? {} : { scope: redactor.redact(scope) }),
  };
}

const isKeyRefusal = (error: PerpscopeError): boolean => error.message.includes(KEY_REFUSED);
