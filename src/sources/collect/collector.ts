import type { Clock } from '../../core/clock.ts';
import type { Asset, DataSource, ExchangeId } from '../../core/ids.ts';
import type { Logger } from '../../core/logger.ts';
import type { Observation } from '../../core/observation.ts';
import type { HistoryStore } from '../../store/historyStore.ts';
import type { ExchangeAdapter, HostName } from '../exchanges/contract.ts';
import { ListCorrections } from '../exchanges/listCorrections.ts';
import type { HttpClient } from '../transport/httpClient.ts';
import type { Instrument } from '../../core/instrument.ts';
import { RowGate } from './rowGate.ts';
import { ExchangeSession, type ExchangeResult } from './exchangeSession.ts';
import { MarketTime } from './marketTime.ts';
import { isOfOtherSource, OneSource, withoutAnswers } from './oneSource.ts';
import { inMarketTime, rightlyDated } from './rightlyDated.ts';

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
  /** The exchanges' time, learned from their answers; the collector's own unless stated. */
  readonly time?: MarketTime;
  readonly logger: Logger;
  /** What payloads have said against the lists of instruments, shared with the streams. */
  readonly corrections?: ListCorrections;
  /** The source that the engine was set up for; live unless stated. */
  readonly expectedSource?: DataSource;
  /** Told of every round, for example to stream what is followed. */
  readonly onCollected?: (collected: Collected) => void;
}

export interface CollectRequest {
  readonly assets: readonly Asset[];
  readonly exchanges?: readonly ExchangeId[];
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  /** So long past events may be asked for beside what is current, in ms. */
  readonly pastMs?: number;
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
  /** What all rows pass, those of the streams too. */
  readonly gate = new RowGate();
  readonly #time: MarketTime;
  readonly #source: OneSource;

  constructor(deps: CollectorDeps) {
    this.#deps = deps;
    const { http, clock, time = new MarketTime(clock), corrections = new ListCorrections() } = deps;
    this.#time = time;
    this.#source = new OneSource(deps.expectedSource ?? 'live');
    this.#sessions = deps.adapters.map((adapter) => {
      const baseUrl = deps.baseUrls[adapter.id] ?? adapter.restBaseUrl;
      const hostUrls = deps.hostUrls?.[adapter.id] ?? {};
      return new ExchangeSession({ adapter, baseUrl, hostUrls, http, clock, time, corrections });
    });
  }

  /**
   * Refreshes the assets on the exchanges named (all if none are). Rows go to the store of their source: an answer
   * that carries the simulator's mark can only reach the simulated store. An exchange that answers for another source
   * than the round's is left out (`OneSource`), and so are rows that are dated ahead of now (`rightlyDated`).
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
      ...(request.pastMs === undefined ? {} : { pastMs: request.pastMs }),
    };
    const results = await Promise.all(wanted.map((session) => session.refresh(request.assets, options)));
    const source = this.#source.of(results);
    const kept = this.#dated(results.map((result) => this.#ofSource(result, source))).map((result) =>
      source === undefined ? result : this.#sifted(result, source),
    );
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

  /** What the levels of its instruments contradict is no longer part of a result, but an issue of it. */
  #sifted(result: ExchangeResult, source: DataSource): ExchangeResult {
    const { kept, issues } = this.gate.sift(source, result.observations);
    const pushed = this.gate.takeIssues(result.exchange);
    return { ...result, observations: kept, issues: [...result.issues, ...issues, ...pushed] };
  }

  #ofSource(result: ExchangeResult, source: DataSource | undefined): ExchangeResult {
    if (!isOfOtherSource(result, source)) return result;
    this.#time.forget(result.exchange);
    return withoutAnswers(result, source);
  }

  /** Brings all times to the exchanges' clocks, which the answers of the round tell together. */
  #dated(results: readonly ExchangeResult[]): ExchangeResult[] {
    for (const { exchange, observations } of results) this.#time.notePrices(exchange, observations);
    const [offsetMs, nowMs] = [this.#time.offsetMs(), this.#time.nowMs()];
    const inTime = <T extends { readonly nextAttemptAtMs?: number }>(one: T): T =>
      one.nextAttemptAtMs === undefined ? one : { ...one, nextAttemptAtMs: one.nextAttemptAtMs + offsetMs };
    return results.map((result) => {
      const { rows, issues } = rightlyDated(inMarketTime(result.observations, offsetMs), nowMs);
      return {
        ...inTime(result),
        startedAtMs: result.startedAtMs + offsetMs,
        budgets: result.budgets.map(inTime),
        observations: rows,
        issues: issues.length === 0 ? result.issues : [...result.issues, ...issues],
      };
    });
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
