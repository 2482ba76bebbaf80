import type { Clock } from '../../core/clock.ts';
import { isPerpscopeError, PerpscopeError } from '../../core/errors.ts';
import type { Asset, DataSource } from '../../core/ids.ts';
import type { Instrument } from '../../core/instrument.ts';
import { MINUTE_MS } from '../../core/units.ts';
import { Catalogue } from '../collect/catalogue.ts';
import { ExchangeRequests, noteMark } from '../collect/exchangeRequests.ts';
import { MarketTime } from '../collect/marketTime.ts';
import { answerTo, Gathered } from '../collect/round.ts';
import { trackedInstruments } from '../collect/tracking.ts';
import type { ExchangeAdapter, HttpRequestSpec, LimitScope, RateLimit } from '../exchanges/contract.ts';
import type { Answer } from '../exchanges/decodeAnswer.ts';
import type { DeepPages } from '../exchanges/deepPages.ts';
import { ListCorrections } from '../exchanges/listCorrections.ts';
import type { ExchangeEndpoints } from '../transport/endpoints.ts';
import type { HttpClient, HttpRequest } from '../transport/httpClient.ts';
import { parseChecksum } from '../dumps/checksum.ts';
import { fileNameOf, type FileSource } from './fileSource.ts';
import type { Unit } from './plan.ts';

/** Back-fill uses no more than this share of what an exchange allows: what collects beside it goes first. */
export const SHARE_OF_LIMITS = 0.5;
/** A call may wait for its turn so long; one attempt has the time that the client gives it. */
const CALL_MS = 10 * MINUTE_MS;
const FILE_BOUNDS = { maxBytes: 64 * 2 ** 20, maxValues: 0 };
const CHECKSUM_BOUNDS = { maxBytes: 4_096, maxValues: 0 };

export interface DeskDeps {
  readonly adapter: ExchangeAdapter;
  readonly endpoints?: ExchangeEndpoints;
  readonly http: HttpClient;
  readonly clock: Clock;
}

/** A file as it was fetched; `bytes` is absent where the exchange does not have it. */
export interface FetchedFile {
  readonly name: string;
  readonly bytes?: Uint8Array;
  readonly checksumText?: string;
  readonly receivedAtMs: number;
}

/** One exchange, as a back-fill asks it: its instruments, pages and files, within half of its limits. */
export class ExchangeDesk {
  readonly adapter: ExchangeAdapter;
  readonly #deps: DeskDeps;
  readonly #requests: ExchangeRequests;
  readonly #catalogue: Catalogue;
  readonly #gathered = new Gathered();
  /** What was sent and received. */
  requests = 0;
  bytes = 0;

  constructor(deps: DeskDeps) {
    const { endpoints, clock, http } = deps;
    this.adapter = slower(deps.adapter);
    this.#deps = deps;
    const session = {
      ...{ adapter: this.adapter, http: this.#counted(http), clock, time: new MarketTime(clock) },
      baseUrl: endpoints?.rest ?? deps.adapter.restBaseUrl,
      hostUrls: endpoints?.spot === undefined ? {} : { spot: endpoints.spot },
    };
    this.#requests = new ExchangeRequests(session);
    this.#catalogue = new Catalogue(session, this.#requests, new ListCorrections());
  }

  /** Which market answers; undefined before the first answer and where some answers are the simulator's and some are not. */
  get source(): DataSource | undefined {
    const { isSimulated, isMixed } = this.#gathered;
    if (isSimulated === undefined || isMixed === true) return undefined;
    return isSimulated ? 'simulated' : 'live';
  }

  /** The median time of the answers since the last call, ms; undefined without one. */
  takeLatencyMs(): number | undefined {
    return this.#requests.takeLatencyMs();
  }

  /** The instruments that are known, by key. */
  get instruments(): ReadonlyMap<string, Instrument> {
    return this.#catalogue.current?.instruments ?? new Map<string, Instrument>();
  }

  /** Reads the list and returns what is followed of each asset. Throws the error that kept the list from being read. */
  async list(
    assets: readonly Asset[],
    signal: AbortSignal,
  ): Promise<{ readonly asset: Asset; readonly instrument: Instrument }[]> {
    const error = await this.#catalogue.read(this.#gathered, { signal });
    const known = this.#catalogue.current?.instruments;
    if (known === undefined)
      throw (
        error ??
        new PerpscopeError('decode', 'the list of instruments is empty', { exchange: this.adapter.id })
      );
    return trackedInstruments(this.adapter, known, assets)
      .filter(({ isProvisional }) => !isProvisional)
      .map(({ asset, instrument }) => ({ asset, instrument }));
  }

  /** Asks for a page. Rejects as `ExchangeRequests.send`; `usage` where the source does not apply to the instrument. */
  async page(source: DeepPages, instrument: Instrument, range: Unit, signal: AbortSignal): Promise<Answer> {
    const spec = source.request({ instrument, nowMs: this.#deps.clock.nowMs(), range });
    if (spec === undefined)
      throw new PerpscopeError('usage', `${source.id} is not about ${instrument.venueSymbol}`);
    const { poll, weight = poll.weight } = source;
    const asked = {
      ...poll,
      weight,
      ...(poll.scope === undefined ? {} : { scope: slowerScope(poll.scope) }),
    };
    return answerTo(
      spec,
      await this.#requests.send(asked, spec, this.#gathered, { signal, timeoutMs: CALL_MS }),
    );
  }

  /**
   * Fetches a file with its checksum. One that the exchange does not have comes without bytes; rejects as the client does for
   * everything else.
   */
  async file(source: FileSource, venueSymbol: string, unit: Unit, signal: AbortSignal): Promise<FetchedFile> {
    const named = source.pathOf(venueSymbol, unit.fromMs);
    const path = source.links === undefined ? named : await this.#linked(source, venueSymbol, unit, signal);
    const name = fileNameOf(path ?? named);
    const receivedAtMs = this.#deps.clock.nowMs();
    if (path === undefined) return { name, receivedAtMs };
    const [file, checksum] = await Promise.all([
      this.#fetch(source, path, 'bytes', signal),
      source.hasChecksums ? this.#fetch(source, checksumPath(path), 'text', signal) : undefined,
    ]);
    if (file === undefined) return { name, receivedAtMs };
    const checksumText = checksum?.body as string | undefined;
    return {
      ...{ name, bytes: file.body as Uint8Array, receivedAtMs: file.receivedAtMs },
      ...(checksumText === undefined ? {} : { checksumText }),
    };
  }

  /**
   * Returns the SHA-256 that the exchange states of a file now, where it states one beside each; undefined where it has no such
   * file. Rejects as `file`; with code `decode` where it states none.
   */
  async checksum(
    source: FileSource,
    venueSymbol: string,
    unit: Unit,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const path = source.pathOf(venueSymbol, unit.fromMs);
    const answer = await this.#fetch(source, checksumPath(path), 'text', signal);
    return answer === undefined ? undefined : parseChecksum(answer.body as string, fileNameOf(path));
  }

  async #linked(
    source: FileSource,
    venueSymbol: string,
    unit: Unit,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const { links } = source;
    if (links === undefined) return undefined;
    const spec: HttpRequestSpec = { method: 'GET', path: links.path, query: links.query(venueSymbol, unit) };
    const scope = slowerScope({ name: links.path, limits: links.limits });
    const { body } = await this.#requests.send({ weight: 1, scope }, spec, this.#gathered, {
      ...{ signal, timeoutMs: CALL_MS },
    });
    return links.find(body);
  }

  async #fetch(source: FileSource, path: string, format: 'bytes' | 'text', signal: AbortSignal) {
    const { endpoints, http, adapter } = this.#deps;
    // The files of an exchange whose address was replaced are never the real ones.
    const baseUrl = endpoints?.dumps ?? endpoints?.rest ?? source.baseUrl;
    const request = {
      ...{ exchange: adapter.id, baseUrl, path, query: {}, format, weight: 1, limits: source.limits },
      ...{ method: 'GET', isReadOnly: true },
      bounds: format === 'bytes' ? FILE_BOUNDS : CHECKSUM_BOUNDS,
    } as const satisfies HttpRequest;
    try {
      const answer = await this.#counted(http).send(request, { signal, timeoutMs: CALL_MS });
      noteMark(this.#gathered, answer);
      return answer;
    } catch (error) {
      if (isPerpscopeError(error, 'http-status') && error.status === 404) return undefined;
      throw error;
    }
  }

  #counted(http: HttpClient): HttpClient {
    return {
      ...http,
      send: async (request, options) => {
        this.requests += 1;
        const answer = await http.send(request, options);
        this.bytes += answer.bytes;
        return answer;
      },
    };
  }
}

const checksumPath = (path: string): string => `${path}.CHECKSUM`;

/** So many requests of a page may be on their way that a share of the limit is left, one at least. */
function share({ weight, windowMs }: RateLimit): RateLimit {
  return { weight: Math.max(1, Math.floor(weight * SHARE_OF_LIMITS)), windowMs };
}

function slowerScope(scope: LimitScope): LimitScope {
  return { ...scope, limits: scope.limits.map(share) };
}

/** An adapter with a share of its limits. A request that costs more than the share of a window needs all of it. */
function slower(adapter: ExchangeAdapter): ExchangeAdapter {
  const hosts = Object.entries(adapter.hosts ?? {}).map(([name, host]) => [
    name,
    { ...host, limits: host.limits.map(share) },
  ]);
  return { ...adapter, limits: adapter.limits.map(share), hosts: Object.fromEntries(hosts) as object };
}

/** Returns the share of an exchange's limits that a source is asked under, for estimates: of its host and of its own. */
export function limitsOf(
  adapter: ExchangeAdapter,
  source: DeepPages | FileSource,
): { readonly scope: string; readonly limits: readonly RateLimit[]; readonly weight: number }[] {
  if ('format' in source)
    return [{ scope: source.baseUrl, limits: source.limits, weight: source.hasChecksums ? 2 : 1 }];
  const { poll, weight = poll.weight } = source;
  const host = poll.host ?? 'rest';
  const limits = (adapter.hosts?.[host]?.limits ?? adapter.limits).map(share);
  const own =
    poll.scope === undefined
      ? []
      : [{ scope: poll.scope.name, limits: slowerScope(poll.scope).limits, weight: poll.scope.weight ?? 1 }];
  return [{ scope: host, limits, weight }, ...own];
}
