import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import type { Clock } from '../../src/core/clock.ts';
import { createSocketServer, type SocketServer } from '../../src/sources/simulator/socketServer.ts';
import type { SocketFault } from './faults/socketFaults.ts';
import { StreamFaults } from './faults/streamFaults.ts';
import type { WireStreams } from '../../src/sources/simulator/wire/shared.ts';

/** A made-up exchange's stream format: `sub`/`ack`, `ping`/`pong`, trades, prices and liquidations by topic. */

/** A trade every so many ms of the exchange's time. */
export const TRADE_EVERY_MS = 100;
export const PRICE_EVERY_MS = 1_000;

export interface WireTrade {
  readonly id: string;
  readonly t: number;
  readonly side: 'buy' | 'sell';
  readonly p: number;
  readonly q: number;
}

/** The trades of a symbol with fromMs < time <= toMs: a pure function of time, so that tests know the truth. */
export function tradesOf(fromMs: number, toMs: number, everyMs = TRADE_EVERY_MS): WireTrade[] {
  const trades: WireTrade[] = [];
  for (let n = Math.floor(fromMs / everyMs) + 1; n * everyMs <= toMs; n += 1)
    trades.push({
      id: `${n}`,
      t: n * everyMs,
      side: n % 3 === 0 ? 'sell' : 'buy',
      p: 100 + (n % 7),
      q: 1 + (n % 4),
    });
  return trades;
}

export interface StreamWireOptions {
  readonly packing?: 'gzip';
  readonly pingEveryMs?: number;
  readonly tradeEveryMs?: number;
  /** Price by time; it moves by up to 6 % unless stated. */
  readonly price?: (atMs: number) => number;
  /** Liquidations by time; silent without it. */
  readonly liquidations?: (fromMs: number, toMs: number) => readonly WireTrade[];
}

/** Builds the format. Topics: `trade.SYMBOL`, `price.SYMBOL`, `liq.SYMBOL`; `bad.…` is refused. */
export function createStreamWire(options: StreamWireOptions = {}): WireStreams {
  return {
    paths: ['/ws'],
    greeting: () => [{ hello: true }],
    receive(text) {
      if (text === 'ping') return { replies: ['pong'] };
      let message: { op?: unknown; topics?: unknown; pong?: unknown };
      try {
        message = JSON.parse(text) as typeof message;
      } catch {
        return { replies: [{ error: 'not JSON' }] };
      }
      if (message.pong !== undefined) return { replies: [] };
      const topics = (Array.isArray(message.topics) ? message.topics : []).map(String);
      const bad = topics.find((topic) => topic.startsWith('bad.'));
      if (bad !== undefined) return { replies: [{ refused: bad }] };
      return {
        replies: [{ ack: topics }],
        ...(message.op === 'sub' ? { subscribe: topics } : { unsubscribe: topics }),
      };
    },
    frames(topic, { fromMs, toMs }) {
      const [kind, symbol] = topic.split('.');
      if (kind === 'trade')
        return tradesOf(fromMs, toMs, options.tradeEveryMs).map((trade) => ({
          ch: 'trade',
          s: symbol,
          ...trade,
        }));
      if (kind === 'liq')
        return (options.liquidations?.(fromMs, toMs) ?? []).map((one) => ({ ch: 'liq', s: symbol, ...one }));
      return tradesOf(fromMs, toMs, PRICE_EVERY_MS).map(({ t, p }) => ({
        ch: 'price',
        s: symbol,
        t,
        p: options.price?.(t) ?? p,
      }));
    },
    ...(options.pingEveryMs === undefined
      ? {}
      : { ping: { everyMs: options.pingEveryMs, frame: (nowMs: number) => ({ ping: nowMs }) } }),
    ...(options.packing === undefined ? {} : { packing: options.packing }),
  };
}

export interface RunningWire {
  readonly url: string;
  /** What it serves, and what goes wrong with it: for open connections as well, until it is undefined again. */
  readonly sockets: SocketServer & { setFault(fault: SocketFault | undefined): void };
  readonly server: Server;
  close(): Promise<void>;
}

/** Serves a format on loopback. Pushes happen when the test calls `sockets.push()`. */
export async function serveWire(
  streams: WireStreams | undefined,
  clock: Clock,
  everyMs = 0,
): Promise<RunningWire> {
  const server = createServer((_request, response) => response.end());
  const faults = new StreamFaults();
  const served = createSocketServer({ streams, clock, everyMs, interceptor: faults });
  const sockets = Object.assign(served, { setFault: (fault: SocketFault | undefined) => faults.set(fault) });
  sockets.attach(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sockets,
    server,
    async close() {
      sockets.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Resolves once the condition holds, looking again at every turn of the event loop; fails after `withinMs`. */
export async function until(what: string, condition: () => boolean, withinMs = 10_000): Promise<void> {
  const endMs = performance.now() + withinMs;
  while (!condition()) {
    if (performance.now() > endMs) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
