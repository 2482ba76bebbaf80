import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Clock } from '../../core/clock.ts';
import { Door } from './door.ts';
import {
  aboutAnother, drip, dripHeaders, HTML_PAGE, sendBomb, sendEndless, SIMULATED_HEADER, withNulls,
  type AnyFault, type Fault, type Packing,
} from './faults.ts'; // prettier-ignore
import { createSimulatedMarket, type SimulatedMarket } from './market.ts';
import { listenAt, pipePlaces, portPlaces } from './place.ts';
import { SIMULATED_EXCHANGES, SIMULATED_PROVIDERS, type SimulatedHost } from './profiles.ts';
import type { ScenarioName } from './scenarioNames.ts';
import { isSocketFault, type SocketFault } from './socketFaults.ts';
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
import type { WireAnswer, WireExchange, WireRequest } from './wire/shared.ts';

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
  readonly faults?: Readonly<Partial<Record<SimulatedHost, AnyFault>>>;
  /** Real time between two pushes of the streams. */
  readonly pushEveryMs?: number;
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
  /**
   * Makes an exchange go wrong, or right again with undefined. One fault of answers and one of streams (`ws-…`) may
   * hold at the same time.
   */
  setFault(exchange: SimulatedHost, fault: AnyFault | undefined): void;
  /** Resolves once `no-connect` holds, or holds no longer. */
  settled(): Promise<void>;
  /** Stops listening and ends every connection. */
  close(): Promise<void>;
}

const MAX_REQUESTS = 10_000;
const WIRES: Readonly<Record<SimulatedHost, (market: SimulatedMarket) => WireExchange>> = {
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
export function createWire(exchange: SimulatedHost, market: SimulatedMarket): WireExchange {
  return WIRES[exchange](market);
}

/** Starts one listener per exchange, at a port of the loopback address or at a pipe. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const {
    seed,
    scenario,
    clock,
    latencyMs = 0,
    port = 0,
    exchanges = [...SIMULATED_EXCHANGES, ...SIMULATED_PROVIDERS],
  } = options;
  const market = createSimulatedMarket({ seed, scenario, anchorMs: options.anchorMs ?? clock.nowMs() });
  const requests: SimulatedRequest[] = [];
  const faults = new Map<SimulatedHost, Fault & { left: number }>();
  const doors = new Map<SimulatedHost, Door>();
  const streams = new Map<SimulatedHost, SocketServer>();
  const places = options.listenAt === 'pipes' ? await pipePlaces() : portPlaces(port);
  const pipes = new Map<string, string>();
  const timers = new Set<() => void>();

  const setFault = (exchange: SimulatedHost, fault: AnyFault | undefined): void => {
    const name = typeof fault === 'string' ? fault : fault?.name;
    if (name === undefined || !isSocketFault(name)) doors.get(exchange)?.block(name === 'no-connect');
    if (fault === undefined) {
      faults.delete(exchange);
      streams.get(exchange)?.setFault(undefined);
      return;
    }
    const full = (typeof fault === 'string' ? { name: fault } : fault) as Fault | SocketFault;
    if (isSocketFault(full.name)) streams.get(exchange)?.setFault(full as SocketFault);
    else faults.set(exchange, { ...(full as Fault), left: full.times ?? Number.POSITIVE_INFINITY });
  };

  const takeFault = (exchange: SimulatedHost, path: string): Fault | undefined => {
    const fault = faults.get(exchange);
    if (fault === undefined || !path.includes(fault.path ?? '') || fault.left <= 0) return undefined;
    fault.left -= 1;
    return fault;
  };

  const handle = (wire: WireExchange, message: IncomingMessage, response: ServerResponse): void => {
    // Not `new URL`: it throws on paths like `//`, and a client's mistake must not end the simulator.
    const [path = '/', search = ''] = (message.url ?? '/').split('?', 2);
    const method = message.method ?? 'GET';
    const query = Object.fromEntries(new URLSearchParams(search));
    const request: WireRequest = { path, query, nowMs: clock.nowMs() };
    requests.push({ exchange: wire.id, method, path, query, atMs: request.nowMs });
    if (requests.length > MAX_REQUESTS) requests.shift();
    const fault = takeFault(wire.id, path);
    const answer = (whole: WireRequest): void => {
      const stop = respond(wire, method, whole, fault, response);
      if (stop === undefined) return;
      timers.add(stop);
      response.on('close', () => timers.delete(stop));
    };
    if (method === 'GET' || !(wire.methods ?? []).includes(method)) return answer(request);
    readJson(message).then(
      (body) => answer({ ...request, method, body }),
      () => response.destroy(),
    );
  };

  const listener = (wire: WireExchange) => (message: IncomingMessage, response: ServerResponse) => {
    if (latencyMs <= 0) return handle(wire, message, response);
    const timer = setTimeout(() => {
      timers.delete(stop);
      handle(wire, message, response);
    }, latencyMs);
    const stop = (): void => clearTimeout(timer);
    timers.add(stop);
  };

  const close = async (): Promise<void> => {
    for (const stop of timers) stop();
    timers.clear();
    for (const one of streams.values()) one.close();
    await Promise.all([...doors.values()].map((door) => door.close()));
    await places.close();
  };

  const endpoints: Record<string, SimulatedAddresses> = {};
  try {
    for (const [index, exchange] of exchanges.entries()) {
      const wire = createWire(exchange, market);
      const server = createServer(listener(wire));
      const { pushEveryMs } = options;
      const pace = pushEveryMs === undefined ? {} : { everyMs: pushEveryMs };
      const stream = createSocketServer({ streams: wire.streams, clock, ...pace });
      stream.attach(server);
      streams.set(exchange, stream);
      const place = await listenAt(server, places.of(index));
      doors.set(exchange, new Door(server, place));
      // No look-up is made for a name of a pipe; `.localhost` says that it is of this machine.
      const address = 'path' in place ? `${exchange}.localhost` : `${place.host}:${place.port}`;
      if ('path' in place) pipes.set(address, place.path);
      const [rest, ws] = [`http://${address}`, `ws://${address}`];
      const extra = (wire.extraHosts ?? []).map((host) => [host, host === 'spot' ? rest : ws]);
      endpoints[exchange] = { rest, ws, ...Object.fromEntries(extra) };
    }
  } catch (error) {
    await close();
    throw error;
  }
  for (const exchange of exchanges) setFault(exchange, options.faults?.[exchange]);
  const settled = async (): Promise<void> => {
    await Promise.all([...doors.values()].map((door) => door.settled()));
  };
  await settled();
  return { endpoints, pipes, requests, market, sockets: streams, setFault, settled, close };
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

/** Answers one request, rightly or as the fault wants it; returns what ends an answer that takes its time. */
function respond(
  wire: WireExchange,
  method: string,
  request: WireRequest,
  fault: Fault | undefined,
  response: ServerResponse,
): (() => void) | undefined {
  const head = (status: number, headers: Readonly<Record<string, string>> = {}): void =>
    void response.writeHead(status, {
      'content-type': 'application/json',
      // Against which a Retry-After that is a date is measured.
      date: new Date(request.nowMs).toUTCString(),
      [SIMULATED_HEADER]: '1',
      ...headers,
    });
  const send = ({ status, body }: WireAnswer, headers?: Readonly<Record<string, string>>): undefined => {
    // A text is no JSON but a file, for example of comma-separated values.
    const isFile = status === 200 && typeof body === 'string';
    head(status, isFile ? { 'content-type': 'text/csv', ...headers } : headers);
    response.end(isFile ? body : JSON.stringify(body));
  };
  const usual = (): WireAnswer =>
    method === 'GET' || (wire.methods ?? []).includes(method)
      ? wire.answer(request)
      : { status: 405, body: { message: `Method ${method} not allowed` } };
  const retryAfter = (usualSeconds: string): Record<string, string> =>
    fault?.retryAfter === null ? {} : { 'retry-after': fault?.retryAfter ?? usualSeconds };

  switch (fault?.name) {
    case undefined:
      return send(usual());
    case 'geo-block':
      return send(wire.failure('geo-blocked', request.nowMs));
    case 'rate-limit':
      return send(wire.failure('rate-limited', request.nowMs), retryAfter('2'));
    case 'ban':
      return send(wire.failure('banned', request.nowMs), retryAfter('7200'));
    case 'forbidden':
      return send({ status: 403, body: { retCode: 403, retMsg: 'access too frequent' } });
    case 'server-error':
      return send(wire.failure('server-error', request.nowMs));
    case 'garbage': {
      const isHtml = fault.form !== 'cut-json';
      const whole = JSON.stringify(usual().body);
      head(200, isHtml ? { 'content-type': 'text/html' } : {});
      response.end(isHtml ? HTML_PAGE : whole.slice(0, Math.max(1, Math.floor(whole.length * 0.6))));
      return undefined;
    }
    case 'empty':
      return send({ status: 200, body: {} });
    case 'null-fields': {
      const { status, body } = usual();
      return send({ status, body: withNulls(body) });
    }
    case 'wrong-symbol':
      return send(wire.answer(aboutAnother(request, wire.listings)));
    case 'stall':
      return undefined;
    case 'slow-header':
      return dripHeaders(response, fault.byteEveryMs ?? 1_000);
    case 'slow-drip': {
      const { status, body } = usual();
      head(status);
      return drip(response, JSON.stringify(body), fault.byteEveryMs ?? 1_000);
    }
    case 'endless-body':
      head(200);
      return void sendEndless(response);
    case 'gzip-bomb':
    case 'br-bomb':
    case 'zstd-bomb': {
      const packing = fault.name.replace('-bomb', '') as Packing;
      head(200, { 'content-encoding': packing });
      return void sendBomb(response, packing);
    }
    case 'refuse':
      response.socket?.resetAndDestroy();
      return undefined;
    // No request comes so far.
    case 'no-connect':
      return undefined;
  }
}
