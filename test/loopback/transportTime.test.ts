import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { isPerpscopeError, type PerpscopeError } from '../../src/core/errors.ts';
import type { HttpRequest, ResumableHttpClient } from '../../src/sources/transport/httpClient.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { type FaultServer, type Plan, startFaultServer } from '../support/faultServer.ts';
import { createHttpClient } from '../support/subject.ts';

const LIMITS = [{ weight: 1_000, windowMs: 60_000 }];

describe('HTTP client: time', () => {
  let server: FaultServer;
  let clock: FakeClock;
  let client: ResumableHttpClient;
  const request = (part: Partial<HttpRequest> = {}): HttpRequest => ({
    exchange: 'okx',
    baseUrl: server.url,
    method: 'GET',
    path: '/x',
    query: {},
    weight: 1,
    limits: LIMITS,
    ...part,
  });
  const failed = (sent: Promise<unknown>): Promise<PerpscopeError> =>
    sent.then(
      () => assert.fail('it did not fail'),
      (error: unknown) => {
        assert.ok(isPerpscopeError(error));
        return error;
      },
    );
  beforeEach(async () => {
    server = await startFaultServer();
    clock = new FakeClock();
    client = createHttpClient({ clock, random: () => 0, env: {} });
  });
  afterEach(async () => {
    await client.close();
    assert.equal(clock.pending, 0, 'no timer is left');
    await server.openBecomes(0);
    await server.close();
  });

  const slow: [string, Plan][] = [
    ['a server that does not answer', { fault: 'no-answer' }],
    ['headers that never end', { fault: 'half-headers' }],
    ['a body that stops half-way', { fault: 'stall', json: { a: 'x'.repeat(100) } }],
    ['a body of one byte at a time', { fault: 'drip', json: { a: 'x'.repeat(10_000) } }],
  ];
  for (const [name, plan] of slow)
    it(`ends ${name} after 10 s per attempt and 15 s in all, and frees the sockets`, async () => {
      server.answer(plan);
      const sent = failed(client.send(request()));
      await server.requestsReach(1);
      await clock.advance(9_999);
      assert.equal(server.requests.length, 1);
      await clock.advance(1);
      await server.requestsReach(2);
      await clock.advance(5_000);
      const error = await sent;
      assert.deepEqual([error.code, error.retryable], ['timeout', true]);
      assert.match(error.message, /no answer within 15 s; check the network/);
      await server.openBecomes(0);
    });

  it('ends a slow drip in real time too', async () => {
    const real = createHttpClient({ env: {}, attemptTimeoutMs: 150, callTimeoutMs: 200 });
    server.answer({ fault: 'drip', json: { a: 'x'.repeat(10_000) } });
    const startedAtMs = performance.now();
    assert.equal((await failed(real.send(request()))).code, 'timeout');
    assert.ok(performance.now() - startedAtMs < 1_000);
    await server.openBecomes(0);
    await real.close();
  });

  it('gives up a connection that is never completed and frees its socket', async () => {
    const sockets = new Set<Socket>();
    const silent = createServer((socket) => void sockets.add(socket.on('error', () => undefined)));
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as { port: number };
    const quick = createHttpClient({ env: {}, random: () => 0, connectTimeoutMs: 100 });
    // The TLS handshake is never answered.
    const error = await failed(quick.send(request({ baseUrl: `https://127.0.0.1:${port}` })));
    assert.equal(error.code, 'timeout');
    assert.match(error.message, /UND_ERR_CONNECT_TIMEOUT/);
    for (const socket of sockets) if (!socket.closed) await once(socket.resume(), 'close');
    assert.equal(sockets.size, 3);
    await quick.close();
    silent.close();
  });

  it('aborts at once in every phase, and leaves no listener, timer or socket', async () => {
    const narrow = [{ weight: 1, windowMs: 10_000 }];
    for (const plan of [{ fault: 'no-answer' }, { fault: 'stall' }, { status: 503 }] as Plan[]) {
      server.answer(plan);
      const abort = new AbortController();
      const count = server.requests.length;
      const sent = failed(client.send(request(), { signal: abort.signal }));
      await server.requestsReach(count + 1);
      abort.abort(new Error('the view was closed'));
      const error = await sent;
      assert.equal(error.code, 'aborted');
      assert.equal((error.cause as Error).message, 'the view was closed');
      assert.equal(getEventListeners(abort.signal, 'abort').length, 0);
    }
    server.answer({ json: {} });
    const abort = new AbortController();
    await client.send(request({ exchange: 'gate', limits: narrow }));
    const queued = failed(
      client.send(request({ exchange: 'gate', limits: narrow }), { signal: abort.signal }),
    );
    abort.abort();
    assert.equal((await queued).code, 'aborted');
    assert.equal((await failed(client.send(request(), { signal: abort.signal }))).code, 'aborted');
    assert.equal(getEventListeners(abort.signal, 'abort').length, 0);
    assert.equal(clock.pending, 0);
  });

  it('leaves no listeners on a signal that many calls share', async () => {
    const { signal } = new AbortController();
    await Promise.all(Array.from({ length: 100 }, () => client.send(request(), { signal })));
    assert.equal(getEventListeners(signal, 'abort').length, 0);
    assert.ok(server.accepted <= 32);
  });

  it('waits for the budget where the call lasts long enough, and else says so at once', async () => {
    const narrow = { limits: [{ weight: 2, windowMs: 60_000 }] };
    await Promise.all([client.send(request(narrow)), client.send(request(narrow))]);
    const error = await failed(client.send(request(narrow)));
    assert.deepEqual([error.code, error.retryAfterMs], ['rate-limited', 60_000]);
    assert.match(error.message, /the request budget of this address is spent for 60 s; ask for less at once/);
    await clock.advance(50_000);
    const later = client.send(request(narrow));
    await clock.advance(10_000);
    assert.equal((await later).status, 200);
    assert.equal(server.requests.length, 3);
  });

  it('counts what waits before it into the call as well', async () => {
    const narrow = { limits: [{ weight: 1, windowMs: 10_000 }] };
    await client.send(request(narrow));
    const [first, second] = [client.send(request(narrow)), failed(client.send(request(narrow)))];
    await clock.advance(10_000);
    assert.equal((await first).status, 200);
    const error = await second;
    assert.deepEqual([error.code, error.retryAfterMs], ['rate-limited', 10_000]);
  });

  it('does not wait for a repeat that the time does not allow', async () => {
    server.answer({ status: 503, headers: { 'retry-after': '20' } });
    const error = await failed(client.send(request()));
    assert.deepEqual([error.status, error.retryAfterMs, server.requests.length], [503, 20_000, 1]);
  });
});
