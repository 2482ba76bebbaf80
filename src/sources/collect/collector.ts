import type { Clock } from '../../core/clock.ts';
import type { Asset, DataSource, ExchangeId } from '../../core/ids.ts';
import type { Logger } from '../../core/logger.ts';
import type { Observation } from '../../core/observation.ts';
import type { HistoryStore } from '../../store/historyStore.ts';
import type { ExchangeAdapter, HostName } from '../exchanges/contract.ts';
import type { HttpClient } from '../transport/httpClient.ts';
import type { Instrument } from '../../core/instrument.ts';
import { ExchangeSession, type ExchangeResult } from './exchangeSession.ts';

/** Gives the store of a source; opened at first use, so that live and simulated rows can never meet. */
export type StoreOf = (source: DataSource) => Promise<HistoryStore>;

export interface CollectorDeps {
  readonly adapters: readonly ExchangeAdapter[];
  /** Base addresses that replace the adapters' own. */
  readonly baseUrls: Readonly<Record<ExchangeId, string | undefined>>;
  /** Of exchanges with further hosts: the addresses that replace them. */
  readonly hostUrls?: Readonly<Record<ExchangeId, Readonly<Partial<Record<HostName, string>>> | undefined>>;
  readonly http: HttpClient;
  readonly storeOf: StoreOf;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told of every round, for example to stream what is followed. */
  readonly onCollected?: (collected: Collected) => void;
}

export interface CollectRequest {
  readonly assets: readonly Asset[];
  readonly exchanges?: readonly ExchangeId[];
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

export interface Collected {
  /** Absent where nobody answered: silence tells nothing about the source. */
  readonly source?: DataSource;
  readonly results: readonly ExchangeResult[];
}

/** Asks all exchanges side by side and stores what they say. One exchange's failure never delays or hides another. */
export class Collector {
  readonly #deps: CollectorDeps;
  readonly #sessions: readonly ExchangeSession[];

  constructor(deps: CollectorDeps) {
    this.#deps = deps;
    this.#sessions = deps.adapters.map((adapter) => {
      const baseUrl = deps.baseUrls[adapter.id] ?? adapter.restBaseUrl;
      const hostUrls = deps.hostUrls?.[adapter.id] ?? {};
      return new ExchangeSession({ adapter, baseUrl, hostUrls, http: deps.http, clock: deps.clock });
    });
  }

  /**
   * Refreshes the assets on the exchanges named (all if none are). Rows go to the store of their source: an answer
   * that carries the simulator's mark can only reach the simulated store. A mix of sources is reported as simulated
   * and the live answers of that round are left out.
   */
  async refresh(request: CollectRequest): Promise<Collected> {
    const { adapters, logger, storeOf } = this.#deps;
    const wanted = adapters.flatMap((adapter, index) => {
      const session = this.#sessions[index];
      const isWanted = request.exchanges === undefined || request.exchanges.includes(adapter.id);
      return isWanted && session !== undefined ? [session] : [];
    });
    const options = {
      ...(request.signal === undefined ? {} : { signal: request.signal }),
      ...(request.timeoutMs === undefined ? {} : { timeoutMs: request.timeoutMs }),
    };
    const results = await Promise.all(wanted.map((session) => session.refresh(request.assets, options)));
    const source = sourceOf(results);
    const kept = results.map((result) => leaveOutOtherSource(result, source));
    const rows: Observation[] = kept.flatMap((result) => result.observations.filter(isKept));
    if (rows.length > 0 && source !== undefined) {
      try {
        await (await storeOf(source)).append(rows);
      } catch (error) {
        logger.error(
          `history could not be written: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    }
    for (const { exchange, failures } of kept) {
      const first = failures[0];
      if (first !== undefined) {
        logger.warn(
          `${exchange}: ${failures.length} requests failed, first ${first.error.code}: ${first.error.message}`,
        );
      }
    }
    const collected = { ...(source === undefined ? {} : { source }), results: kept };
    this.#deps.onCollected?.(collected);
    return collected;
  }

  /** Asks one poll of an exchange for what a stream has missed; see `ExchangeSession.backfill`. */
  async backfill(
    exchange: ExchangeId,
    poll: string,
    instruments: readonly Instrument[],
  ): Promise<{ rows: Observation[]; isSimulated: boolean } | undefined> {
    const index = this.#deps.adapters.findIndex((adapter) => adapter.id === exchange);
    return this.#sessions[index]?.backfill(poll, instruments);
  }
}

/**
 * Trades are summed by the streams, not kept one by one. The sum of a running bar is left out: once the bar is over it
 * would pass for the sum of all of it, until history is asked for again.
 */
function isKept(one: Observation): boolean {
  if (one.kind === 'trade') return false;
  const isSum = one.kind === 'taker-volume' || one.kind === 'liquidation-volume';
  return !isSum || one.atMs + one.barMs <= one.receivedAtMs;
}

function sourceOf(results: readonly ExchangeResult[]): DataSource | undefined {
  const marks = results.map((result) => result.isSimulated);
  if (marks.includes(true)) return 'simulated';
  return marks.includes(false) ? 'live' : undefined;
}

function leaveOutOtherSource(result: ExchangeResult, source: DataSource | undefined): ExchangeResult {
  const isOther = result.isSimulated !== undefined && result.isSimulated !== (source === 'simulated');
  if (!isOther) return result;
  const issue = {
    code: 'unsupported',
    path: '',
    message: 'live answers are not shown beside simulated ones',
  } as const;
  return { ...result, observations: [], openInterestAnswers: [], answered: 0, issues: [issue] };
}
