import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

/** What the server does with one request. The members combine; `fault` says how the answer goes wrong. */
export interface Plan {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly body?: string | Buffer;
  /** Before the first byte, in real ms. */
  readonly delayMs?: number;
  readonly fault?:
    | 'no-answer' // reads the request and stays silent
    | 'half-headers' // a status line and a header that never ends
    | 'stall' // headers and half of the body, then silence
    | 'drip' // one byte every 20 ms
    | 'cut' // half of the announced body, then a clean close
    | 'reset' // RST before any byte
    | 'endless'; // the body again and again
}

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly atMs: number;
  /** Tells connections apart. */
  readonly connection: number;
}

export type Planner = Plan | ((request: SeenRequest, index: number) => Plan);

export interface FaultServer {
  readonly url: string;
  readonly port: number;
  readonly requests: readonly SeenRequest[];
  /** Connections accepted since the start. */
  readonly accepted: number;
  /** Connections open now. */
  readonly open: number;
  answer(plan: Planner): void;
  /** Resolves once so many requests have come since the start. */
  requestsReach(count: number): Promise<void>;
  /** Resolves once so many connections are open. */
  openBecomes(count: number): Promise<void>;
  close(): Promise<void>;
}

/** Starts a server on a free port of 127.0.0.1 that answers as it is told; `tls` makes it https. */
export async function startFaultServer(
  planner: Planner = { json: {} },
  tls?: { readonly key: string; readonly cert: string },
): Promise<FaultServer> {
  const requests: SeenRequest[] = [];
  const sockets = new Map<Socket, number>();
  const waiting = new Set<() => void>();
  let accepted = 0;
  let plan = planner;

  const changed = (): void => {
    for (const check of [...waiting]) check();
  };
  const until = (isDone: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const check = (): void => {
        if (!isDone()) return;
        waiting.delete(check);
        resolve();
      };
      waiting.add(check);
      check();
    });
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    request.on('error', () => undefined).on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const seen: SeenRequest = {
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
        atMs: performance.now(),
        connection: sockets.get(request.socket) ?? 0,
      };
      requests.push(seen);
      const chosen = typeof plan === 'function' ? plan(seen, requests.length - 1) : plan;
      if (chosen.delayMs === undefined) carryOut(chosen, response);
      else setTimeout(() => carryOut(chosen, response), chosen.delayMs);
      changed();
    });
  };
  const server = tls === undefined ? createServer(onRequest) : createTlsServer(tls, onRequest);
  server.keepAliveTimeout = 60_000;
  server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
    sockets.set(socket, ++accepted);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      changed();
    });
    changed();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    port,
    requests,
    get accepted() {
      return accepted;
    },
    get open() {
      return sockets.size;
    },
    answer: (next) => void (plan = next),
    requestsReach: (count) => until(() => requests.length >= count),
    openBecomes: (count) => until(() => sockets.size === count),
    async close() {
      server.closeAllConnections();
      for (const socket of sockets.keys()) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function carryOut(plan: Plan, response: ServerResponse): void {
  const { status = 200, headers = {}, fault } = plan;
  const { socket } = response;
  const body = Buffer.isBuffer(plan.body)
    ? plan.body
    : Buffer.from(plan.body ?? JSON.stringify(plan.json ?? {}));
  const half = body.subarray(0, Math.ceil(body.length / 2));
  if (fault === 'no-answer') return;
  if (fault === 'reset') return void socket?.resetAndDestroy();
  if (fault === 'half-headers') return void socket?.write('HTTP/1.1 200 OK\r\nx-slow: a');
  if (fault === 'endless') {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    return pour(response, body);
  }
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': String(body.length),
    ...headers,
  });
  if (fault === 'stall') return void response.write(half);
  if (fault === 'cut') return void response.write(half, () => socket?.end());
  if (fault === 'drip') return drip(response, body);
  response.end(body);
}

function pour(response: ServerResponse, body: Buffer): void {
  if (response.destroyed) return;
  while (response.write(body)) if (response.destroyed) return;
  response.once('drain', () => pour(response, body));
}

function drip(response: ServerResponse, body: Buffer, index = 0): void {
  if (response.destroyed || index >= body.length) return void response.end();
  response.write(body.subarray(index, index + 1));
  setTimeout(() => drip(response, body, index + 1), 20);
}
