/**
 * A proxy on the loopback address before each simulated exchange. It keeps every answer and frame, so that the product
 * can read exactly the bytes that a client read.
 */
import { once } from 'node:events';
import http from 'node:http';
import { gunzipSync } from 'node:zlib';
import WebSocket, { WebSocketServer } from 'ws';

/**
 * @typedef {{ exchange: string, method: string, path: string, query: Record<string, unknown>, atMs: number, status: number, response?: unknown }} Answer
 * @typedef {{ exchange: string, path: string, frames: string[] }} Socket
 */

/** Starts the proxies. `endpoints` as `simulate` prints them; what comes back replaces them. */
export async function startRecorder(endpoints) {
  /** @type {Answer[]} */
  const answers = [];
  /** @type {Socket[]} */
  const sockets = [];
  const servers = [];
  const ours = {};
  for (const [exchange, to] of Object.entries(endpoints)) {
    const server = http.createServer((request, response) => {
      void forward(exchange, to.rest, request, response, answers);
    });
    const upgraded = new WebSocketServer({ noServer: true });
    server.keepAliveTimeout = 0;
    server.on('upgrade', (request, socket, head) =>
      tunnel(exchange, to.ws, upgraded, sockets, request, socket, head),
    );
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    servers.push(server);
    const host = `127.0.0.1:${server.address().port}`;
    const [rest, ws] = [`http://${host}`, `ws://${host}`];
    ours[exchange] = { rest, ws, ...(to.spot === undefined ? {} : { spot: rest, spotWs: ws }) };
  }
  const close = () => {
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
  };
  return { endpoints: ours, answers, sockets, close };
}

async function forward(exchange, base, request, response, answers) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const sent = Buffer.concat(chunks);
  const [path, search] = request.url.split('?', 2);
  const query = request.method === 'POST' ? json(sent) : Object.fromEntries(new URLSearchParams(search));
  const answer = { exchange, method: request.method, path, query, atMs: Date.now(), status: 0 };
  answers.push(answer);
  try {
    const back = await ask(base + request.url, request.method, sent);
    Object.assign(answer, { status: back.status, response: json(back.bytes) });
    response.writeHead(back.status, {
      'content-type': 'application/json',
      'content-length': back.bytes.length,
    });
    response.end(back.bytes);
  } catch {
    response.destroy();
  }
}

/** Asks over a connection of its own: one that is kept may be closed by the other side at the same moment. */
async function ask(url, method, sent) {
  const asked = http.request(url, {
    method,
    agent: false,
    headers: { 'content-type': 'application/json', 'content-length': sent.length },
  });
  asked.end(sent);
  const [back] = await once(asked, 'response');
  const chunks = [];
  for await (const chunk of back) chunks.push(chunk);
  return { status: back.statusCode, bytes: Buffer.concat(chunks) };
}

function tunnel(exchange, base, upgraded, sockets, request, socket, head) {
  const kept = { exchange, path: request.url.split('?', 1)[0], frames: [] };
  sockets.push(kept);
  const up = new WebSocket(base + request.url, { perMessageDeflate: false });
  const early = [];
  let client;
  up.on('error', () => socket.destroy());
  up.on('message', (data, isBinary) => {
    kept.frames.push(isBinary ? gunzipSync(data).toString() : data.toString());
    if (client === undefined) early.push([data, isBinary]);
    else client.send(data, { binary: isBinary });
  });
  up.on('open', () =>
    upgraded.handleUpgrade(request, socket, head, (opened) => {
      client = opened;
      for (const [data, binary] of early) client.send(data, { binary });
      client.on('message', (data) => up.readyState === WebSocket.OPEN && up.send(data.toString()));
      client.on('close', () => up.close());
      client.on('error', () => up.close());
      up.on('close', () => client.close());
    }),
  );
}

function json(bytes) {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return bytes.toString('utf8');
  }
}
