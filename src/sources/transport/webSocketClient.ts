import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { LookupFunction } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ErrorEvent, ping, WebSocket } from 'undici';
import { type Clock, systemClock } from '../../core/clock.ts';
import type { PerpscopeError } from '../../core/errors.ts';
import { toTransportError } from './errorMapping.ts';
import { fault, shortText, type Where } from './faults.ts';
import { MAX_FRAME_BYTES, unpackFrame } from './frameText.ts';
import { SOCKET_BOUNDS } from './frameMeter.ts';
import { HandshakeDispatcher, type HandshakeAnswer, type HandshakeWatcher } from './handshake.ts';
import { headerText, retryAfter } from './headers.ts';
import { MeteredSocket } from './meteredSocket.ts';
import { pauseAfter } from './pauseLength.ts';
import { createRoutes, type Environment, type ProxySettings } from './proxy.ts';
import { type RateWindow, WindowLimiter } from './rateLimiter.ts';
import { ReadTurns } from './readTurns.ts';
import { statusError, statusKind } from './statusPolicy.ts';

export interface SocketRequest {
  readonly exchange: string;
  /** `wss://host/path`. */
  readonly url: string;
  /** How binary frames are packed. */
  readonly packing?: 'gzip';
  /** What may be sent over one connection. */
  readonly messages?: RateWindow;
}

/** How a connection ended. */
export interface SocketEnd {
  /** Close code; 1006 where the connection broke or never came about. */
  readonly code: number;
  readonly error: PerpscopeError;
  /** So long the host must be left alone; absent where it asked for nothing. */
  readonly pauseMs?: number;
  /** It sent more than a socket may and was ended for that. */
  readonly isFlood?: true;
}

export interface SocketHandlers {
  onOpen(opened: { readonly isSimulated: boolean }): void;
  /** The text of a frame, undefined for one that cannot be unpacked. */
  onMessage(text: string | undefined, receivedAtMs: number): void;
  /** A ping or pong of the protocol: the peer is there, whether or not it has data. */
  onSignOfLife?(): void;
  /** Called once, and nothing after it; not called after `close`. */
  onClose(end: SocketEnd): void;
}

export interface ClientSocket {
  /** Queues a message under the limit of the connection. What is asked after the end is ignored. */
  send(message: string): void;
  /** Asks the peer for a sign of life. */
  ping(): void;
  /** Ends the connection; no handler is called any more. */
  close(): void;
}

export interface WebSocketClient {
  /** Opens a connection. Throws nothing: whatever goes wrong arrives at `onClose`. */
  connect(request: SocketRequest, handlers: SocketHandlers): ClientSocket;
  /** Connections that are open or being opened. */
  readonly size: number;
  /** Ends all connections at once. */
  close(): Promise<void>;
}

export interface WebSocketClientOptions {
  readonly clock?: Clock;
  readonly proxy?: ProxySettings;
  readonly env?: Environment;
  /** For name look-up, TCP, TLS, a proxy's tunnel and the upgrade together. */
  readonly connectTimeoutMs?: number;
  readonly userAgent?: string;
  /** How names become addresses; the system's way unless stated. */
  readonly lookup?: LookupFunction;
  /** Hosts of this machine that are reached by a pipe, by name. */
  readonly pipes?: ReadonlyMap<string, string>;
}

/** An exchange that does not read what little is sent to it is no longer there. */
const MAX_BUFFERED_BYTES = 256 * 1024;
const MAX_QUEUED_MESSAGES = 1_000;
/** Time for the peer to answer our closing frame. */
const CLOSING_MS = 1_000;
const SIGNS_OF_LIFE = ['undici:websocket:ping', 'undici:websocket:pong'] as const;

/** Returns a client. It opens nothing before `connect`; close it. */
export function createWebSocketClient(options: WebSocketClientOptions = {}): WebSocketClient {
  const { clock = systemClock, connectTimeoutMs = 10_000, userAgent = 'perpscope' } = options;
  const routes = createRoutes({
    settings: options.proxy ?? {},
    env: options.env ?? process.env,
    connectionsPerHost: 64,
    connectTimeoutMs: Math.min(connectTimeoutMs, 5_000),
    ...(options.lookup === undefined ? {} : { lookup: options.lookup }),
    ...(options.pipes === undefined ? {} : { pipes: options.pipes }),
  });
  const turns = new ReadTurns();
  const open = new Map<WebSocket, Connection>();
  const onSign = (message: unknown): void =>
    open.get((message as { websocket: WebSocket }).websocket)?.isAlive();
  for (const name of SIGNS_OF_LIFE) subscribe(name, onSign);

  return {
    connect(request, handlers) {
      const connection = new Connection(request, handlers, { clock, timeoutMs: connectTimeoutMs, turns });
      const failed = connection.start((url, watcher) => {
        const { dispatcher, proxy } = routes.routeTo(url);
        const ws = new WebSocket(url.href, {
          dispatcher: new HandshakeDispatcher(dispatcher, watcher),
          headers: { 'user-agent': userAgent },
        });
        open.set(ws, connection);
        connection.onGone = () => void open.delete(ws);
        return { ws, proxy };
      });
      if (failed !== undefined) queueMicrotask(() => connection.fail(failed));
      return connection;
    },
    get size() {
      return open.size;
    },
    async close() {
      for (const name of SIGNS_OF_LIFE) unsubscribe(name, onSign);
      for (const connection of [...open.values()]) connection.destroy();
      await routes.close();
    },
  };
}

type Dial = (
  url: URL,
  watcher: HandshakeWatcher,
) => { readonly ws: WebSocket; readonly proxy: string | undefined };

interface ConnectionDeps {
  readonly clock: Clock;
  /** For the whole of the dial. */
  readonly timeoutMs: number;
  readonly turns: ReadTurns;
}

/** One connection from the wish for it to its end. */
class Connection implements ClientSocket {
  onGone: () => void = () => undefined;
  readonly #request: SocketRequest;
  readonly #handlers: SocketHandlers;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #where: Where;
  readonly #timers = new AbortController();
  readonly #limiter: WindowLimiter;
  readonly #turns: ReadTurns;
  #queued = 0;
  #ws: WebSocket | undefined;
  #proxy: string | undefined;
  #socket: MeteredSocket | undefined;
  #answer: HandshakeAnswer | undefined;
  #error: unknown;
  #isOpen = false;
  #isOver = false;
  #closing: ReturnType<typeof setTimeout> | undefined;

  constructor(request: SocketRequest, handlers: SocketHandlers, deps: ConnectionDeps) {
    const { clock, timeoutMs, turns } = deps;
    this.#request = request;
    this.#handlers = handlers;
    this.#clock = clock;
    this.#turns = turns;
    this.#timeoutMs = timeoutMs;
    this.#limiter = new WindowLimiter(clock, { maxWaiting: MAX_QUEUED_MESSAGES });
    const url = URL.parse(request.url);
    const endpoint = `WS ${url?.pathname ?? request.url}`;
    this.#where = { exchange: request.exchange, endpoint, host: url?.host ?? '' };
  }

  /** Dials; returns why that was not possible at all. */
  start(dial: Dial): PerpscopeError | undefined {
    try {
      const url = URL.parse(this.#request.url);
      if (url === null || !/^wss?:$/.test(url.protocol))
        return fault('config', this.#where, 'not a ws:// or wss:// address', 'correct it');
      const { ws, proxy } = dial(url, {
        onAnswer: (answer) => {
          this.#answer = answer;
        },
        wrap: (socket) => (this.#socket = this.#metered(socket)),
        onError: (error) => {
          this.#error ??= error;
        },
      });
      this.#ws = ws;
      this.#proxy = proxy;
      ws.binaryType = 'arraybuffer';
      ws.addEventListener('open', this.#onOpen);
      ws.addEventListener('message', this.#onMessage);
      ws.addEventListener('error', this.#onError);
      ws.addEventListener('close', this.#onClose);
      this.#clock.sleep(this.#timeoutMs, this.#timers.signal).then(
        () => this.#isOpen || this.fail(this.#timedOut()),
        () => undefined,
      );
      return undefined;
    } catch (error) {
      return toTransportError(error, this.#where);
    }
  }

  #metered(socket: Duplex): MeteredSocket {
    return new MeteredSocket(socket, {
      bounds: SOCKET_BOUNDS,
      turns: this.#turns,
      nowMs: () => this.#clock.monotonicMs(),
      onFlood: (what) =>
        this.fail(fault('network', this.#where, what, 'it is connected again later'), { isFlood: true }),
    });
  }

  isAlive(): void {
    if (!this.#isOver) this.#handlers.onSignOfLife?.();
  }

  send(message: string): void {
    const { messages } = this.#request;
    if (this.#isOver) return;
    if (messages === undefined) return this.#sendNow(message);
    this.#queued += 1;
    this.#limiter
      .acquire(1, [messages], { signal: this.#timers.signal })
      .then((permit) => {
        permit.release();
        this.#sendNow(message);
      })
      .catch((error: unknown) => this.fail(toTransportError(error, this.#where)))
      .finally(() => (this.#queued -= 1));
  }

  ping(): void {
    if (this.#ws !== undefined && this.#isOpen && !this.#isOver) ping(this.#ws);
  }

  close(): void {
    if (this.#isOver) return;
    this.#end();
    if (this.#socket === undefined || this.#ws === undefined) return this.destroy();
    this.#ws.close(1_000);
    this.#closing = setTimeout(() => this.destroy(), CLOSING_MS);
  }

  /** Ends at once, without waiting for the peer. */
  destroy(): void {
    this.#end();
    this.#ws?.close();
    this.#socket?.destroy();
    this.#gone();
  }

  /** Ends with an error of ours. */
  fail(error: PerpscopeError, more: Pick<SocketEnd, 'isFlood'> = {}): void {
    if (this.#isOver) return;
    this.destroy();
    this.#handlers.onClose({ code: 1_006, error, ...more });
  }

  #sendNow(message: string): void {
    const ws = this.#ws;
    if (this.#isOver || ws === undefined || !this.#isOpen) return;
    if (ws.bufferedAmount > MAX_BUFFERED_BYTES)
      return this.fail(fault('network', this.#where, 'what is sent is not read', 'it is connected again'));
    ws.send(message);
  }

  #end(): void {
    this.#isOver = true;
    this.#timers.abort();
  }

  #gone(): void {
    clearTimeout(this.#closing);
    this.#ws?.removeEventListener('open', this.#onOpen);
    this.#ws?.removeEventListener('message', this.#onMessage);
    this.onGone();
  }

  #timedOut(): PerpscopeError {
    const todo = 'check the network or proxy, it is tried again';
    return fault('timeout', this.#where, `no stream within ${this.#timeoutMs} ms`, todo, { retryable: true });
  }

  readonly #onOpen = (): void => {
    if (this.#isOver) return;
    this.#isOpen = true;
    const isSimulated = headerText(this.#answer?.headers ?? {}, 'x-perpscope-simulated') === '1';
    this.#guarded(() => this.#handlers.onOpen({ isSimulated }));
  };

  readonly #onMessage = (event: { readonly data: unknown }): void => {
    if (this.#isOver) return;
    const { data } = event;
    const text =
      typeof data === 'string' ? data : unpackFrame(Buffer.from(data as ArrayBuffer), this.#request.packing);
    // What was packed has been counted as it came, and is now larger.
    const isPacked = this.#ws?.extensions !== '' || this.#request.packing !== undefined;
    if (isPacked && this.#socket?.countUnpacked(text?.length ?? MAX_FRAME_BYTES) === false) return;
    this.#guarded(() => this.#handlers.onMessage(text, this.#clock.nowMs()));
  };

  readonly #onError = (event: ErrorEvent): void => {
    this.#error ??= event.error;
  };

  readonly #onClose = (event: { readonly code: number; readonly reason: string }): void => {
    this.#gone();
    if (this.#isOver) return;
    this.#end();
    this.#socket?.destroy();
    this.#handlers.onClose(this.#endOf(event.code, event.reason));
  };

  /** An error in a listener would otherwise end the process. */
  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.fail(toTransportError(error, this.#where));
    }
  }

  #endOf(code: number, reason: string): SocketEnd {
    const where = this.#where;
    const { status = 0, headers = {} } = this.#answer ?? {};
    if (!this.#isOpen && status !== 0 && status !== 101) {
      const kind = statusKind(where.exchange, status, '');
      const asked = retryAfter(headers, this.#clock.nowMs());
      const pause = pauseAfter({ status, headerMs: asked }, []);
      const error = statusError(where, kind, { status, text: '', body: '', pause });
      return { code: 1_006, error, ...(pause === undefined ? {} : { pauseMs: pause.ms }) };
    }
    if (!this.#isOpen) return { code: 1_006, error: toTransportError(this.#error, where, this.#proxy) };
    const said = shortText(reason);
    const what = `the stream was closed with code ${code}${said === '' ? '' : ` "${said}"`}`;
    return { code, error: fault('network', where, what, 'it is connected again', { cause: this.#error }) };
  }
}
