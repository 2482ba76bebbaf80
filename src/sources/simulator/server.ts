import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Clock } from '../../core/clock.ts';
import { answersTo } from './answers.ts';
import type { Interceptor } from './interceptor.ts';
import { createSimulatedMarket, type SimulatedMarket } from './market.ts';
import { listenAt, pipePlaces, portPlaces } from './place.ts';
import { SIMULATED_EXCHANGES, SIMULATED_PROVIDERS, type SimulatedHost } from './profiles.ts';
import type { ScenarioName } from './scenarioNames.ts';
import { createSocketServer, type SocketServer } from './socketServer.ts';
import { createBinanceWire } from './wire/binance.ts';
import { createBitgetWire } from './wire/bitget.ts';
import { createBybitWire } from './wire/bybit.ts';
import { createDeribitWire } from './wire/deribit.ts';
import { CONTEXT_WIRES } from './wire/context.ts';
import { createGateWire } from './wire/gate.ts';
import { createHtxWire } from './wire/htx.ts';
import { createHyperliquidWire } from './wire/hyperliquid.ts';
import { createKrakenFuturesWire } from './wire/krakenFutures.ts';
import { createOkxWire } from './wire/okx.ts';
import type { WireExchange, WireRequest } from './wire/shared.ts';

export interface SimulatorOptions {
  readonly seed: number;
  readonly scenario: ScenarioName;
  /** The time of the exchanges; latency and dripping run on the machine's own. */
  readonly clock: Clock;
  /** The moment at which the scenario has unfolded; the clock's time at the start unless stated. */
  readonly anchorMs?: number;
  /** 0 (any free port), or the port of the first exchange; the others and the context providers follow it. */
  readonly port?: number;
  /** Ports unless stated. At pipes the exchanges are found by `Simulator.pipes`, under names that no network knows. */
  readonly listenAt?: 'ports' | 'pipes';
  readonly exchanges?: readonly SimulatedHost[];
  readonly latencyMs?: number;
  /** Where the exchanges' public files are found (`startDumpServer`): they stand in the endpoints, and OKX links to its own. */
  readonly dumps?: Readonly<Partial<Record<SimulatedHost, string>>>;
  /** Real time between two pushes of the streams. */
  readonly pushEveryMs?: number;
  /** What stands between the exchanges and who asks them, for those who test against wrong ones. */
  readonly interceptor?: Interceptor;
}

/** One request that reached a simulated exchange. */
export interface SimulatedRequest {
  readonly exchange: SimulatedHost;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly atMs: number;
}

/** Where a simulated exchange is found. */
export interface SimulatedAddresses {
  readonly rest: string;
  readonly ws: string;
  readonly spot?: string;
  readonly spotWs?: string;
  readonly dumps?: string;
}

/** Simulated exchanges that listen on 127.0.0.1, or at pipes. */
export interface Simulator {
  /** The endpoints file: base addresses by exchange. */
  readonly endpoints: Readonly<Record<string, SimulatedAddresses>>;
  /** The pipe behind each host name of the endpoints; empty where they are ports. */
  readonly pipes: ReadonlyMap<string, string>;
  /** The requests so far, oldest first; the last 10,000 are kept. */
  readonly requests: readonly SimulatedRequest[];
  readonly market: SimulatedMarket;
  /** The streams of each exchange: who connected, what was said. */
  readonly sockets: ReadonlyMap<SimulatedHost, SocketServer>;
  /** Stops listening and ends every connection. */
  close(): Promise<void>;
}

const MAX_REQUESTS = 10_000;
const WIRES: Readonly<Record<SimulatedHost, (market: SimulatedMarket, dumps?: string) => WireExchange>> = {
  binance: createBinanceWire,
  okx: createOkxWire,
  bybit: createBybitWire,
  bitget: createBitgetWire,
  gate: createGateWire,
  deribit: createDeribitWire,
  hyperliquid: createHyperliquidWire,
  'kraken-futures': createKrakenFuturesWire,
  htx: createHtxWire,
  ...CONTEXT_WIRES,
};

/** Builds the wire format of an exchange over a market, without a server. */
export function createWire(exchange: SimulatedHost, market: SimulatedMarket, dumps?: string): WireExchange {
  return WIRES[exchange](market, dumps);
}

/** Starts one listener per exchange, at a port of the loopback address or at a pipe. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const {
    seed,
    scenario,
    clock,
    latencyMs = 0,
    interceptor,
    port = 0,
    exchanges = [...SIMULATED_EXCHANGES, ...SIMULATED_PROVIDERS],
  } = options;
  const market = createSimulatedMarket({ seed, scenario, anchorMs: options.anchorMs ?? clock.nowMs() });
  const requests: SimulatedRequest[] = [];
  const servers: Server[] = [];
  const streams = new Map<SimulatedHost, SocketServer>();
  const places = options.listenAt === 'pipes' ? await pipePlaces() : portPlaces(port);
  const pipes = new Map<string, string>();
  const timers = new Set<NodeJS.Timeout>();

  const handle = (wire: WireExchange, message: IncomingMessage, response: ServerResponse): void => {
    // Not `new URL`: it throws on paths like `//`, and a client's mistake must not end the simulator.
    const [path = '/', search = ''] = (message.url ?? '/').split('?', 2);
    const method = message.method ?? 'GET';
    const query = Object.fromEntries(new URLSearchParams(search));
    const request: WireRequest = { path, query, nowMs: clock.nowMs() };
    requests.push({ exchange: wire.id, method, path, query, atMs: request.nowMs });
    if (requests.length > MAX_REQUESTS) requests.shift();
    const answer = (whole: WireRequest): void => {
      const call = answersTo(wire, whole, response);
      if (interceptor?.request?.(call) !== true) call.send(call.answer());
    };
    if (method === 'GET' || !(wire.methods ?? []).includes(method)) return answer({ ...request, method });
    readJson(message).then(
      (body) => answer({ ...request, method, body }),
      () => response.destroy(),
    );
  };

  const listener = (wire: WireExchange) => (message: IncomingMessage, response: ServerResponse) => {
    if (latencyMs <= 0) return handle(wire, message, response);
    const timer = setTimeout(() => {
      timers.delete(timer);
      handle(wire, message, response);
    }, latencyMs);
    timers.add(timer);
  };

  const close = async (): Promise<void> => {
    for (const timer of timers) clearTimeout(timer);
    timers.clear();
    for (const one of streams.values()) one.close();
    await Promise.all(
      servers.map((server) => {
        const closed = new Promise((resolve) => server.close(resolve));
        server.closeAllConnections();
        return closed;
      }),
    );
    await places.close();
  };

  const endpoints: Record<string, SimulatedAddresses> = {};
  try {
    for (const [index, exchange] of exchanges.entries()) {
      const dumps = options.dumps?.[exchange];
      const wire = createWire(exchange, market, dumps);
      const server = createServer(listener(wire));
      const { pushEveryMs } = options;
      const pace = pushEveryMs === undefined ? {} : { everyMs: pushEveryMs };
      const between = interceptor?.streams?.(exchange);
      const stream = createSocketServer({ streams: wire.streams, clock, ...pace, interceptor: between });
      stream.attach(server);
      streams.set(exchange, stream);
      const place = await listenAt(server, places.of(index));
      servers.push(server);
      interceptor?.listening?.(exchange, server, place);
      // No look-up is made for a name of a pipe; `.localhost` says that it is of this machine.
      const address = 'path' in place ? `${exchange}.localhost` : `${place.host}:${place.port}`;
      if ('path' in place) pipes.set(address, place.path);
      const [rest, ws] = [`http://${address}`, `ws://${address}`];
      const extra = (wire.extraHosts ?? []).map((host) => [host, host === 'spot' ? rest : ws]);
      const files = dumps === undefined ? {} : { dumps };
      endpoints[exchange] = { rest, ws, ...Object.fromEntries(extra), ...files };
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { endpoints, pipes, requests, market, sockets: streams, close };
}

const MAX_POST_BYTES = 64 * 1024;

/** The parsed body of a request; undefined for what is not JSON. */
async function readJson(message: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    size += (chunk as Buffer).length;
    if (size > MAX_POST_BYTES) return undefined;
    chunks.push(chunk as Buffer);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
