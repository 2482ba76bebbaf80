import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { HttpRequest } from '../../src/sources/transport/httpClient.ts';
import { type FaultServer, startFaultServer } from '../support/faultServer.ts';
import { createHttpClient } from '../support/subject.ts';

const LATENCY_MS = 300;

function requests(baseUrl: string, exchange: string, count: number): HttpRequest[] {
  return Array.from({ length: count }, (_, index) => ({
    exchange,
    baseUrl,
    method: 'GET',
    path: `/x/${index}`,
    query: {},
    weight: 1,
    limits: [{ weight: 20, windowMs: 2_000 }],
  }));
}

describe('HTTP client: many hosts', () => {
  let servers: FaultServer[];
  beforeEach(async () => {
    const plan = { json: { data: 'x'.repeat(7_000) }, delayMs: LATENCY_MS };
    servers = await Promise.all(Array.from({ length: 5 }, () => startFaultServer(plan)));
  });
  afterEach(async () => {
    await Promise.all(servers.map((server) => server.close()));
  });
  const askAll = async (client: ReturnType<typeof createHttpClient>): Promise<number> => {
    const startedAtMs = performance.now();
    const all = servers.flatMap((server, index) => requests(server.url, `exchange${index}`, 12));
    await Promise.all(all.map((request) => client.send(request)));
    return performance.now() - startedAtMs;
  };

  it('asks five cold hosts twelve times each in under two round trips', async () => {
    const client = createHttpClient({ env: {} });
    const tookMs = await askAll(client);
    assert.ok(tookMs < 2 * LATENCY_MS, `${tookMs.toFixed(0)} ms`);
    await client.close();
  });

  it('is not delayed by a host that is dead', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => void sockets.push(socket.on('error', () => undefined)));
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const client = createHttpClient({ env: {} });
    const abort = new AbortController();
    const dead = `http://127.0.0.1:${(silent.address() as { port: number }).port}`;
    const lost = requests(dead, 'dead', 40).map((request) => client.send(request, { signal: abort.signal }));
    const ended = Promise.allSettled(lost);
    const tookMs = await askAll(client);
    assert.ok(tookMs < 2 * LATENCY_MS, `${tookMs.toFixed(0)} ms`);
    abort.abort();
    assert.ok((await ended).every(({ status }) => status === 'rejected'));
    for (const socket of sockets) if (!socket.closed) await once(socket.resume(), 'close');
    await client.close();
    silent.close();
  });

  it('keeps memory and connections flat over a thousand refused calls', async () => {
    const gone = await startFaultServer();
    await gone.close();
    const client = createHttpClient({ env: {}, random: () => 0 });
    const [request] = requests(gone.url, 'gone', 1);
    assert.ok(request);
    const once = async (): Promise<void> =>
      void (await client.send({ ...request, limits: [] }).catch((error: unknown) => error));
    for (let index = 0; index < 200; index++) await once();
    const before = process.getActiveResourcesInfo().length;
    for (let index = 0; index < 1_000; index++) await once();
    assert.ok(process.getActiveResourcesInfo().length <= before + 1);
    await client.close();
  }).timeout(20_000);
});
