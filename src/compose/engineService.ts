import { PerpscopeError } from '../core/errors.ts';
import type { KeySource } from '../core/keySource.ts';
import type { Logger } from '../core/logger.ts';
import { contextKeys, createEngine, type Engine, type EngineOptions } from '../engine.ts';
import type { KeepMonths } from '../core/keepMonths.ts';
import type { Envelope } from '../surfaces/protocol/messages.ts';
import { createRpcPeer, Transferred, type RpcPeer } from '../surfaces/protocol/rpc.ts';
import { columnBuffers } from './columnBuffers.ts';
import type { EditorSide, EngineSide, StartParams } from './engineWire.ts';
import { StateSender } from './stateParts.ts';

/** A refresh may name several causes, each with its address. */
const MESSAGE_LIMIT = 2_000;
/** The editor looks a key up in its own time. */
const KEY_TIMEOUT_MS = 30_000;

export interface ServiceDeps {
  readonly post: (message: Envelope, transfer: readonly ArrayBuffer[]) => void;
  readonly nowMs?: () => number;
  /** Makes the engine; the product's own unless stated. */
  readonly create?: (options: EngineOptions) => Promise<Engine>;
  /** Whether what exchanges push is received as well; it is unless stated. */
  readonly streams?: boolean;
  /** Called after the engine has ended and its answer was sent. */
  readonly onStopped?: () => void;
}

type Started = EditorSide['requests']['start']['result'];

/** The engine's side of the conversation: makes one engine when told to, and serves it until told to stop. */
export class EngineService {
  readonly #deps: ServiceDeps;
  readonly #peer: RpcPeer<EngineSide>;
  readonly #sender = new StateSender();
  #engine: Promise<Engine> | undefined;
  #keepMonths: KeepMonths = {};
  #watching: { dispose(): void } | undefined;
  #isWatched = false;
  /** The engine's own: it knows the keys, and what it knew holds when it has ended. */
  #redact = (text: string): string => text;

  constructor(deps: ServiceDeps) {
    this.#deps = deps;
    this.#peer = createRpcPeer<EngineSide, EditorSide>({
      post: deps.post,
      otherSide: 'editor',
      messageLimit: MESSAGE_LIMIT,
      onProblem: (problem) => this.logger.warn(`engine: ${problem}`),
      handlers: {
        start: (params) => this.#start(params),
        ping: () => null,
        refresh: async (params, signal) => {
          const engine = await this.#running();
          try {
            await engine.market.refresh({ ...params, signal });
          } finally {
            this.#peer.emit('transportState', engine.transportState());
          }
          return null;
        },
        health: async () => (await this.#running()).market.health(),
        listedAssets: async () => (await this.#running()).market.listedAssets(),
        charts: async (request) => {
          const charts = await (await this.#running()).charts(request);
          return new Transferred(charts, columnBuffers(charts));
        },
        lines: async (wish, signal) => {
          const lines = await (await this.#running()).lines(wish, signal);
          return new Transferred(lines, columnBuffers(lines));
        },
        keyedProviders: () => contextKeys(),
        stop: () => this.#stop(),
      },
      listeners: {
        watch: ({ isWatched }) => void this.#watch(isWatched),
        keepMonths: ({ months }) => {
          this.#keepMonths = months;
        },
        rules: (choice) =>
          void this.#engine?.then((engine) => engine.chooseRules(choice)).catch(() => undefined),
      },
    });
  }

  /** Log lines go to the editor, without keys. */
  readonly logger: Logger = {
    debug: (message) => this.#log('debug', message),
    info: (message) => this.#log('info', message),
    warn: (message) => this.#log('warn', message),
    error: (message) => this.#log('error', message),
  };

  #log(level: keyof Logger, message: string): void {
    this.#peer.emit('log', { level, message: this.#redact(message) });
  }

  /** Logs a failure that nobody waited for. */
  unhandled(reason: unknown): void {
    const text = reason instanceof Error ? reason.stack : String(reason);
    this.logger.error(`nobody waited for what failed: ${text}`);
  }

  /** Returns what the thread may end with in place of what was thrown past everything: the message alone, without keys. */
  uncaught(error: unknown): Error {
    return new Error(this.#redact(error instanceof Error ? error.message : String(error)));
  }

  /** Takes one message of the editor. */
  receive(message: unknown): void {
    this.#peer.receive(message);
  }

  async #start({ keepMonths, ...params }: StartParams): Promise<Started> {
    if (this.#engine !== undefined) throw new PerpscopeError('protocol', 'the engine runs already');
    this.#keepMonths = keepMonths;
    const keys: KeySource = {
      get: async (providerId) =>
        (await this.#peer.call('key', { providerId }, { timeoutMs: KEY_TIMEOUT_MS })) ?? undefined,
    };
    const { create = createEngine, streams = true } = this.#deps;
    this.#engine = create({
      ...params,
      streams,
      // Of the windows that keep this history one collects.
      share: 'window',
      keys,
      logger: this.logger,
      keepMonths: () => this.#keepMonths,
      onNotice: (text) => this.#peer.emit('notice', { text }),
    });
    // A market that could not be made can be made anew, for example with other settings.
    this.#engine.catch(() => (this.#engine = undefined));
    return this.#started(await this.#engine);
  }

  async #started({ market, adapters, redact }: Engine): Promise<Started> {
    this.#redact = redact;
    const { nowMs = Date.now } = this.#deps;
    market.onDidChange((state) => {
      if (this.#peer.emit('state', this.#sender.message(state, market.nowMs() - nowMs()))) return;
      this.#sender.takeBack();
      this.logger.warn('a state of the market could not be sent');
    });
    await this.#watch(this.#isWatched);
    return { adapters: adapters.map(({ id, displayName }) => ({ id, displayName })) };
  }

  #running(): Promise<Engine> {
    return this.#engine ?? Promise.reject(new PerpscopeError('protocol', 'the engine does not run'));
  }

  async #watch(isWatched: boolean): Promise<void> {
    this.#isWatched = isWatched;
    const engine = await this.#engine?.catch(() => undefined);
    if (this.#isWatched && engine !== undefined) this.#watching ??= engine.market.watch();
    else {
      this.#watching?.dispose();
      this.#watching = undefined;
    }
  }

  async #stop(): Promise<{ readonly transportState: unknown }> {
    const engine = await this.#engine?.catch(() => undefined);
    this.#engine = undefined;
    const transportState = engine?.transportState();
    await engine?.dispose();
    setImmediate(() => {
      this.#peer.dispose();
      this.#deps.onStopped?.();
    });
    return { transportState };
  }
}
