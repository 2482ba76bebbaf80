import type { Clock } from '../../core/clock.ts';
import type { Asset, DataSource, ExchangeId } from '../../core/ids.ts';
import type { Logger } from '../../core/logger.ts';
import type { HistoryStore } from '../../store/historyStore.ts';
import type { ExchangeAdapter, HostName } from '../exchanges/contract.ts';
import { ListCorrections } from '../exchanges/listCorrections.ts';
import type { HttpClient } from '../transport/httpClient.ts';
import type { Instrument } from '../../core/instrument.ts';
import { enoughOf } from './enoughOf.ts';
import { keptRows } from './keptRows.ts';
import type { Observation } from '../../core/observation.ts';
import { failuresOf } from './round.ts';
import { RowGate } from './rowGate.ts';
import { ExchangeSession, type ExchangeResult } from './exchangeSession.ts';
import { MarketTime } from './marketTime.ts';
import { OneSource } from './oneSource.ts';
import { RoundJudge, type JudgeDeps, type Judged } from './roundJudge.ts';

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
  /** For one call, and for all of an exchange in a round. */
  readonly timeoutMs?: number;
  /** So long past events may be asked for beside what is current, in ms. */
  readonly pastMs?: number;
  /** Ends the round so long after the last answer once most exchanges have answered, in ms; unless stated all are waited for. */
  readonly graceMs?: number;
  /** Told of each result once, as soon as it may be shown: while the round runs, and of who is late after it. */
  readonly onAnswered?: (answered: Judged) => void;
}

export interface Collected extends Judged {
  /** Those of the wanted exchanges that still answer; what they say comes by `onAnswered`. */
  readonly waiting?: readonly ExchangeId[];
}

/** Asks all exchanges side by side and stores what they say. One exchange's failure never delays or hides another. */
export class Collector {
  readonly #deps: CollectorDeps;
  readonly #sessions: ReadonlyMap<ExchangeId, ExchangeSession>;
  /** What all rows pass, those of the streams too. */
  readonly gate = new RowGate();
  readonly #judging: JudgeDeps;
  #newest: CollectRequest | undefined;
  #isClosed = false;

  constructor(deps: CollectorDeps) {
    this.#deps = deps;
    const { http, clock, time = new MarketTime(clock), corrections = new ListCorrections() } = deps;
    this.#judging = { source: new OneSource(deps.expectedSource ?? 'live'), time, gate: this.gate };
    const sessionOf = (adapter: ExchangeAdapter): ExchangeSession => {
      const baseUrl = deps.baseUrls[adapter.id] ?? adapter.restBaseUrl;
      const hostUrls = deps.hostUrls?.[adapter.id] ?? {};
      return new ExchangeSession({ adapter, baseUrl, hostUrls, http, clock, time, corrections });
    };
    this.#sessions = new Map(deps.adapters.map((adapter) => [adapter.id, sessionOf(adapter)]));
  }

  /**
   * Refreshes the assets on the exchanges named (all if none are). Rows go to the store of their source: an answer
   * that carries the simulator's mark can only reach the simulated store. What may be shown, and when, is for
   * `RoundJudge` to say. Resolves when every exchange has answered or used up its time; one that still answers an earlier
   * round is neither asked anew nor waited for.
   */
  async refresh(request: CollectRequest): Promise<Collected> {
    this.#newest = request;
    const wanted = [...this.#sessions].filter(([exchange]) => isWanted(exchange, request));
    this.#judging.source.restrictTo(wanted.map(([exchange]) => exchange));
    const asked = wanted.filter(([, session]) => !session.isBusy);
    const judge = new RoundJudge(
      asked.map(([exchange]) => exchange),
      this.#judging,
    );
    const writing: Promise<void>[] = [];
    let isOver = false;
    const answers = asked.map(async ([, session]) => {
      const result = await this.#ask(session, request);
      if (isOver) void this.#takeLate(result, session, request);
      else writing.push(this.#take(judge.add(result), request));
      return { isOfUse: result.answered > 0 };
    });
    await enoughOf(answers, request.graceMs, this.#deps.clock);
    isOver = true;
    // Of who is slower than the others there may be numbers all the same: the rest of them comes late.
    for (const [, session] of asked) {
      const part = session.handOver();
      if (part !== undefined) writing.push(this.#take(judge.add(part), request));
    }
    const rest = judge.end();
    writing.push(this.#take(rest, request));
    await Promise.all(writing);
    const told = new Map(judge.results.map((result) => [result.exchange, result]));
    const waiting = wanted.flatMap(([exchange]) => (told.has(exchange) ? [] : [exchange]));
    const collected = {
      ...(rest.source === undefined ? {} : { source: rest.source }),
      results: wanted.flatMap(([exchange]) => told.get(exchange) ?? []),
      ...(waiting.length === 0 ? {} : { waiting }),
    };
    this.#deps.onCollected?.(collected);
    return collected;
  }

  /** From now on what is late is neither shown nor stored. */
  close(): void {
    this.#isClosed = true;
  }

  async #ask(session: ExchangeSession, request: CollectRequest): Promise<ExchangeResult> {
    const { assets, signal, timeoutMs, pastMs } = request;
    const result = await session.refresh(assets, {
      ...(signal === undefined ? {} : { signal }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      ...(pastMs === undefined ? {} : { pastMs }),
    });
    void session.tail?.then((rest) => this.#takeLate(rest, session, request));
    return result;
  }

  /** Shows results and stores what they hold. */
  async #take(judged: Judged, { onAnswered }: CollectRequest): Promise<void> {
    const { source, results } = judged;
    if (results.length === 0 || this.#isClosed) return;
    const { logger, storeOf } = this.#deps;
    onAnswered?.(judged);
    for (const result of results) {
      const { exchange } = result;
      const failures = failuresOf(result);
      const first = failures[0];
      if (first !== undefined) {
        logger.warn(
          `${exchange}: ${failures.length} requests failed, first ${first.error.code}: ${first.error.message}`,
        );
      }
    }
    const rows = results.flatMap((result) => keptRows(result.observations));
    if (rows.length === 0 || source === undefined) return;
    try {
      await (await storeOf(source)).append(rows);
    } catch (error) {
      logger.error(`history could not be written: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /**
   * Takes what an exchange says after its round, unless it is no longer wanted. Where a newer round asked about other
   * assets meanwhile, the exchange is asked about them now. Never rejects.
   */
  async #takeLate(result: ExchangeResult, session: ExchangeSession, request: CollectRequest): Promise<void> {
    const newest = this.#newest ?? request;
    if (this.#isClosed || !isWanted(result.exchange, newest)) return;
    try {
      const judge = new RoundJudge([result.exchange], this.#judging);
      judge.add(result);
      const { source } = judge.end();
      const collected = { ...(source === undefined ? {} : { source }), results: judge.results };
      await this.#take(collected, request);
      this.#deps.onCollected?.(collected);
    } catch (error) {
      this.#deps.logger.error(`${result.exchange}: a late answer was not used: ${String(error)}`);
    }
    if (session.isBusy || newest.assets.every((asset) => request.assets.includes(asset))) return;
    await this.#takeLate(await this.#ask(session, newest), session, newest);
  }

  /** Asks one poll of an exchange for what a stream has missed; see `ExchangeSession.backfill`. */
  async backfill(
    exchange: ExchangeId,
    poll: string,
    instruments: readonly Instrument[],
  ): Promise<{ rows: Observation[]; isSimulated: boolean } | undefined> {
    return this.#sessions.get(exchange)?.backfill(poll, instruments);
  }
}

function isWanted(exchange: ExchangeId, { exchanges }: CollectRequest): boolean {
  return exchanges === undefined || exchanges.includes(exchange);
}
