import type { IncomingMessage, Server } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { STATUS_CODES } from 'node:http';
import type { Clock } from '../../core/clock.ts';
import type { StreamInterceptor } from './interceptor.ts';
import { SimulatedSocket } from './simulatedSocket.ts';
import { acceptKey } from './socketFrames.ts';
import { SIMULATED_HEADER, type WireStreams } from './wire/shared.ts';

export interface SocketServerOptions {
  /** Absent: every upgrade is refused. */
  readonly streams: WireStreams | undefined;
  /** The time of the exchange; pushes come by it, every `everyMs` of the machine's own. */
  readonly clock: Clock;
  /** Real time between two pushes; 250 ms unless stated, 0: only when `push` is called. */
  readonly everyMs?: number;
  readonly interceptor?: StreamInterceptor | undefined;
}

/** One wish to upgrade. */
export interface SeenUpgrade {
  readonly path: string;
  readonly atMs: number;
  /** 101 where it was granted. */
  readonly status: number;
}

/** The streams of one simulated exchange. */
export interface SocketServer {
  /** Takes over the upgrades of a server. */
  attach(server: Server): void;
  /** Pushes what happened since the last push, now. */
  push(): void;
  /** Upgrades so far, oldest first; the last 10,000 are kept. */
  readonly upgrades: readonly SeenUpgrade[];
  /** Open connections. */
  readonly connections: number;
  /** What clients said, oldest first; the last 10,000 texts are kept. */
  readonly received: readonly string[];
  /** Ends every connection. */
  close(): void;
}

const headOf = (status: number, headers: Readonly<Record<string, string>>): string => {
  const lines = Object.entries({ [SIMULATED_HEADER]: '1', ...headers });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${head}\r\n`;
};

/** The path that serves an address, and what the address subscribes. */
interface Located {
  readonly path: string;
  readonly topics: readonly string[];
}

const MAX_SEEN = 10_000;
const PUSH_EVERY_MS = 250;

/** Builds a stream server. Its data are frames of the wire format, pushed by the exchange's clock. */
export function createSocketServer(options: SocketServerOptions): SocketServer {
  const { streams, clock, everyMs = PUSH_EVERY_MS, interceptor } = options;
  const upgrades: SeenUpgrade[] = [];
  const received: string[] = [];
  const open = new Set<SimulatedSocket>();
  const raw = new Set<Duplex>();
  const timers = new Set<NodeJS.Timeout>();
  const see = <T>(list: T[], one: T): void => {
    list.push(one);
    if (list.length > MAX_SEEN) list.shift();
  };
  const after = (ms: number, work: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      work();
    }, ms);
    timers.add(timer);
  };

  const locate = (path: string, search = ''): Located | undefined =>
    streams?.locate?.(path, Object.fromEntries(new URLSearchParams(search))) ??
    (streams?.paths.includes(path) === true ? { path, topics: [] } : undefined);

  const refuse = (socket: Duplex, status: number, headers: Readonly<Record<string, string>> = {}): void => {
    socket.end(headOf(status, { connection: 'close', 'content-length': '0', ...headers }));
  };

  const grant = (
    wire: WireStreams,
    { path, topics }: Located,
    key: string,
    headers: Readonly<Record<string, string>>,
    socket: Duplex,
  ): void => {
    if (socket.destroyed) return;
    const accepted = { upgrade: 'websocket', connection: 'Upgrade', 'sec-websocket-accept': acceptKey(key) };
    socket.write(headOf(101, { ...accepted, ...headers }));
    const one = new SimulatedSocket(socket, {
      wire,
      path,
      topics,
      clock,
      interceptor,
      onText: (text) => see(received, text),
      onGone: () => void open.delete(one),
    });
    open.add(one);
    one.start();
  };

  const onUpgrade = (message: IncomingMessage, socket: Duplex): void => {
    // A client that has gone already is none of our business.
    socket.on('error', () => undefined);
    raw.add(socket);
    socket.on('close', () => raw.delete(socket));
    if (socket instanceof Socket) socket.setNoDelay(true);
    const [path = '/', search] = (message.url ?? '/').split('?', 2);
    const located = locate(path, search);
    const key = message.headers['sec-websocket-key'];
    const say = (status: number): void => see(upgrades, { path, atMs: clock.nowMs(), status });
    if (streams === undefined || key === undefined || located === undefined) {
      const status = streams === undefined ? 501 : key === undefined ? 400 : 404;
      say(status);
      return refuse(socket, status);
    }
    const { status = 101, headers = {}, afterMs = 0 } = interceptor?.upgrade?.(path, streams) ?? {};
    say(status);
    const answer = (): void =>
      status === 101 ? grant(streams, located, key, headers, socket) : refuse(socket, status, headers);
    if (afterMs > 0) after(afterMs, answer);
    else answer();
  };

  const push = (): void => {
    for (const one of [...open]) one.push();
  };
  const timer = streams === undefined || everyMs <= 0 ? undefined : setInterval(push, everyMs);
  return {
    attach: (server) => void server.on('upgrade', onUpgrade),
    push,
    upgrades,
    get connections() {
      return open.size;
    },
    received,
    close() {
      clearInterval(timer);
      for (const one of timers) clearTimeout(one);
      timers.clear();
      for (const one of [...open]) one.stop();
      for (const socket of raw) socket.destroy();
    },
  };
}
