import { systemClock, type Clock } from '../core/clock.ts';
import { Emitter, type Event } from '../core/emitter.ts';
import { PerpscopeError } from '../core/errors.ts';
import type { Asset } from '../core/ids.ts';
import type { KeySource } from '../core/keySource.ts';
import type { Logger } from '../core/logger.ts';
import type { SourcedCharts } from '../market/shownCharts.ts';
import { SECOND_MS } from '../core/units.ts';
import type { MarketHealth } from '../market/health.ts';
import type { RefreshRequest } from '../market/market.ts';
import type { RulesChoice } from '../market/rulesChoice.ts';
import type { LinesWish, SourcedLines } from '../market/shownLines.ts';
import type { MarketState } from '../market/snapshot.ts';
import type { KeyedProvider } from '../sources/context/keys.ts';
import type { KeepMonths } from '../core/keepMonths.ts';
import { createRpcPeer, type RpcPeer } from '../surfaces/protocol/rpc.ts';
import type {
  ChartsRequest, EditorSide, EngineSide, NamedExchange, StartParams,
} from './engineWire.ts'; // prettier-ignore
import { hasHung, HUNG_AFTER_MS } from './pulse.ts';
import { StateReceiver } from './stateParts.ts';
import type { EngineThread } from './workerThread.ts';

/** The code is loaded, the settings are read and, in the simulated market, its pipes are opened. */
const START_TIMEOUT_MS = 60_000;
/** All that a refresh waits for is bounded in the engine; this bounds the engine. */
const REFRESH_TIMEOUT_MS = 5 * 60_000;
const CHARTS_TIMEOUT_MS = 30_000;
/** The editor gives an extension five seconds to end. */
const STOP_TIMEOUT_MS = 4_000;

export interface ClientDeps {
  readonly thread: EngineThread;
  readonly logger: Logger;
  readonly keys: KeySource;
  readonly onNotice: (text: string) => void;
  readonly clock?: Clock;
}

/** The editor's side of one engine in a thread of its own: what surfaces need of it, and its end. */
export class EngineClient {
  readonly #thread: EngineThread;
  readonly #logger: Logger;
  readonly #peer: RpcPeer<EditorSide>;
  readonly #clock: Clock;
  /** Aborted when it has ended, or is told to. */
  readonly #over = new AbortController();
  readonly #receiver = new StateReceiver();
  readonly #changed: Emitter<MarketState>;
  #offsetMs = 0;
  #isWatched = false;
  #hasStarted = false;
  #transportState: unknown;
  #stopped: Promise<void> | undefined;
  /** Resolves, with the reason, when the engine has ended without having been told to; never where it was told to. */
  readonly died: Promise<string>;

  constructor({ thread, logger, keys, onNotice, clock = systemClock }: ClientDeps) {
    this.#thread = thread;
    this.#logger = logger;
    this.#clock = clock;
    this.#changed = new Emitter((error) => logger.error(`a view failed: ${String(error)}`));
    this.#peer = createRpcPeer<EditorSide, EngineSide>({
      post: (message, transfer) => thread.post(message, transfer),
      otherSide: 'engine',
      onProblem: (problem) => logger.warn(`engine: ${problem}`),
      handlers: { key: async ({ providerId }) => (await keys.get(providerId)) ?? null },
      listeners: {
        state: (message) => {
          this.#offsetMs = message.offsetMs;
          this.#changed.fire(this.#receiver.state(message));
        },
        transportState: (state) => {
          this.#transportState = state;
        },
        log: ({ level, message }) => logger[level](message),
        notice: ({ text }) => onNotice(text),
      },
    });
    thread.onMessage((message) => this.#peer.receive(message));
    this.died = new Promise((resolve) => {
      void thread.ended.then((reason) => {
        this.#over.abort();
        this.#peer.dispose(new PerpscopeError('engine', `the engine ended ${reason}`));
        if (this.#stopped === undefined) resolve(reason);
      });
    });
  }

  /**
   * Starts the engine, and ends it should it hang later; returns the exchanges that it knows. Rejects with the engine's own
   * errors, for example `config`.
   */
  async start(params: StartParams, signal?: AbortSignal): Promise<readonly NamedExchange[]> {
    const options = { timeoutMs: START_TIMEOUT_MS, ...(signal === undefined ? {} : { signal }) };
    const { adapters } = await this.#peer.call('start', params, options);
    this.#hasStarted = true;
    void hasHung(() => this.#peer.call('ping', {}), this.#clock, this.#over.signal).then((isHung) => {
      if (isHung) void this.#thread.end(`because it gave no answer for ${HUNG_AFTER_MS / SECOND_MS} s`);
    });
    return adapters;
  }

  get onDidChange(): Event<MarketState> {
    return this.#changed.event;
  }

  /** Now by the exchanges' clocks, as far ahead of the clock here as the newest state said. */
  nowMs(): number {
    return this.#clock.nowMs() + this.#offsetMs;
  }

  /** Asks the exchanges. What they answer is in the states; rejects as `Market.refresh`, and with `engine` where it dies. */
  async refresh({ signal, ...request }: RefreshRequest): Promise<void> {
    await this.#peer.call('refresh', request, {
      timeoutMs: REFRESH_TIMEOUT_MS,
      ...(signal === undefined ? {} : { signal }),
    });
  }

  /** Says whether somebody looks at what is pushed. */
  watch(isWatched: boolean): void {
    if (isWatched !== this.#isWatched) this.#peer.emit('watch', { isWatched });
    this.#isWatched = isWatched;
  }

  health(): Promise<MarketHealth> {
    return this.#peer.call('health', {});
  }

  listedAssets(): Promise<readonly Asset[]> {
    return this.#peer.call('listedAssets', {});
  }

  /** The charts that are named and no others; their columns belong to whoever asked. */
  charts(request: ChartsRequest): Promise<SourcedCharts> {
    return this.#peer.call('charts', request, { timeoutMs: CHARTS_TIMEOUT_MS });
  }

  /** Series over any time, as `Engine.lines`; their columns belong to whoever asked. */
  lines(wish: LinesWish, signal: AbortSignal): Promise<SourcedLines> {
    return this.#peer.call('lines', wish, { timeoutMs: CHARTS_TIMEOUT_MS, signal });
  }

  /** The providers that take a key; needs no engine that runs. */
  keyedProviders(): Promise<readonly KeyedProvider[]> {
    return this.#peer.call('keyedProviders', {});
  }

  keepMonths(months: KeepMonths): void {
    this.#peer.emit('keepMonths', { months });
  }

  rules(choice: RulesChoice): void {
    this.#peer.emit('rules', choice);
  }

  /** What the transport knew of pauses when it was last heard. */
  get transportState(): unknown {
    return this.#transportState;
  }

  /**
   * Ends the engine: its history is closed first, then the thread ends, in less time than the editor gives. One that has not
   * started has nothing to close, and ends at once. Never rejects.
   */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#over.abort();
    this.#changed.dispose();
    if (this.#hasStarted) await this.#close();
    this.#peer.dispose();
    await this.#thread.end();
  }

  async #close(): Promise<void> {
    try {
      const { transportState } = await this.#peer.call('stop', {}, { timeoutMs: STOP_TIMEOUT_MS });
      this.#transportState = transportState ?? this.#transportState;
    } catch (error) {
      this.#logger.warn(`the engine was ended in the middle of its work: ${String(error)}`);
    }
  }
}
