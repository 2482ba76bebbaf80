import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { isPerpscopeError, type PerpscopeError } from '../../src/core/errors.ts';
import type {
  HttpClientOptions,
  HttpRequest,
  ResumableHttpClient,
} from '../../src/sources/transport/httpClient.ts';
import { type FaultServer, startFaultServer } from '../support/faultServer.ts';
import { createHttpClient } from '../support/subject.ts';

const LIMITS = [{ weight: 1_000, windowMs: 60_000 }];

describe('HTTP client: answers', () => {
  let server: FaultServer;
  let client: ResumableHttpClient;
  const open = (options: HttpClientOptions = {}): void => {
    client = createHttpClient({ random: () => 0, env: {}, ...options });
  };
  const request = (part: Partial<HttpRequest> = {}): HttpRequest => ({
    exchange: 'okx',
    baseUrl: server.url,
    method: 'GET',
    path: '/api/x',
    query: {},
    weight: 1,
    limits: LIMITS,
    ...part,
  });
  const failure = async (part: Partial<HttpRequest> = {}): Promise<PerpscopeError> => {
    const error: unknown = await client.send(request(part)).then(
      () => assert.fail('it did not fail'),
      (thrown: unknown) => thrown,
    );
    assert.ok(isPerpscopeError(error));
    assert.ok(!error.message.includes('\n'));
    return error;
  };
  beforeEach(async () => {
    server = await startFaultServer();
    open();
  });
  afterEach(async () => {
    await client.close();
    await server.openBecomes(0);
    await server.close();
  });

  it('returns status, body, times and whether the answer is simulated', async () => {
    server.answer({ json: { oi: '1.5' }, headers: { 'x-perpscope-simulated': '1' } });
    const before = Date.now();
    const answer = await client.send(request({ query: { instId: 'BTC-USDT-SWAP' } }));
    assert.deepEqual([answer.status, answer.body, answer.isSimulated], [200, { oi: '1.5' }, true]);
    assert.ok(answer.receivedAtMs >= before && answer.latencyMs > 0 && answer.latencyMs < 5_000);
    const [seen] = server.requests;
    assert.equal(seen?.url, '/api/x?instId=BTC-USDT-SWAP');
    assert.equal(seen?.headers['accept-encoding'], 'gzip, deflate');
    server.answer({ json: {}, headers: { 'x-perpscope-simulated': '0' } });
    assert.equal((await client.send(request())).isSimulated, false);
  });

  it('posts JSON', async () => {
    await client.send(request({ method: 'POST', body: { type: 'meta' } }));
    const [seen] = server.requests;
    assert.deepEqual([seen?.method, seen?.body], ['POST', '{"type":"meta"}']);
    assert.equal(seen?.headers['content-type'], 'application/json');
  });

  // undici rests a socket for one turn of the event loop before it uses it again, so two take turns.
  it('uses its connections again and again', async () => {
    for (let index = 0; index < 20; index++) await client.send(request());
    assert.ok(server.accepted <= 2, `${server.accepted} connections`);
  });

  it('repeats reading after 5xx, 408 and a reset, and returns the good answer', async () => {
    for (const plan of [500, 502, 503, 504, 408].map((status) => ({ status })).concat()) {
      const first = server.requests.length;
      server.answer((_seen, index) => (index - first < 2 ? plan : { json: { index } }));
      assert.equal((await client.send(request())).status, 200);
      assert.equal(server.requests.length - first, 3);
    }
    const first = server.requests.length;
    server.answer((_seen, index) => (index === first ? { fault: 'reset' } : { json: {} }));
    assert.equal((await client.send(request())).status, 200);
  });

  it('gives up after two repeats, and repeats no POST that might write', async () => {
    server.answer({ status: 503, json: { msg: 'maintenance' } });
    const error = await failure();
    assert.deepEqual([error.code, error.status, error.retryable], ['http-status', 503, true]);
    assert.deepEqual(error.cause, { body: { msg: 'maintenance' } });
    assert.equal(server.requests.length, 3);
    await failure({ method: 'POST', body: {} });
    assert.equal(server.requests.length, 4);
    await failure({ method: 'POST', body: {}, isReadOnly: true });
    assert.equal(server.requests.length, 7);
  });

  it('does not repeat what would fail again, and hands over the error of the exchange', async () => {
    server.answer({ status: 400, json: { code: -1121, msg: 'Invalid symbol.' } });
    const error = await failure();
    assert.deepEqual([error.code, error.status, error.retryable], ['http-status', 400, false]);
    assert.deepEqual(error.cause, { body: { code: -1121, msg: 'Invalid symbol.' } });
    assert.match(error.message, /^okx GET \/api\/x at 127\.0\.0\.1:\d+: HTTP 400 ".*Invalid symbol.*"; /);
    assert.equal(server.requests.length, 1);
  });

  it('knows a region that is not served', async () => {
    server.answer({ status: 451, body: 'Service unavailable from a restricted location' });
    assert.equal((await failure({ exchange: 'binance' })).code, 'geo-blocked');
    server.answer({ status: 403, body: '<p>configured to block access from your country</p>' });
    assert.equal((await failure({ exchange: 'bybit' })).code, 'geo-blocked');
    server.answer({ status: 403, body: 'Forbidden' });
    assert.equal((await failure()).code, 'http-status');
    // Each is asked again later: a region after an hour, a wall after ten minutes.
    const pausedMinutes = (exchange: string): number =>
      Math.round(((client.nextAttemptAtMs(exchange, server.url) ?? 0) - Date.now()) / 60_000);
    assert.deepEqual(['binance', 'bybit', 'okx'].map(pausedMinutes), [60, 60, 10]);
    assert.equal((await failure({ exchange: 'bybit' })).code, 'geo-blocked');
    assert.equal((await failure()).code, 'rate-limited');
    assert.equal(server.requests.length, 3);
  });

  it('follows no redirect, and returns JSON of any status below 400', async () => {
    server.answer({ status: 302, headers: { location: 'http://127.0.0.1:1/' }, body: '<a href>moved</a>' });
    assert.deepEqual([(await failure()).code, server.requests.length], ['http-status', 1]);
    server.answer({ status: 202, json: [] });
    assert.equal((await client.send(request())).status, 202);
  });

  it('names answers that are not JSON', async () => {
    for (const [body, pattern] of [
      ['{"list":[1,2', /not JSON/],
      ['<html>login</html>', /begins with "<html>login<\/html>"; a proxy or login page/],
      ['{"rate":NaN}', /not JSON/],
      ['', /empty/],
      ['['.repeat(1_000) + ']'.repeat(1_000), /deeper than 64/],
    ] as const) {
      server.answer({ body });
      const error = await failure();
      assert.equal(error.code, 'decode');
      assert.match(error.message, pattern);
    }
    assert.equal(server.requests.length, 5);
  });

  it('repeats an answer that is cut, and keeps the status of a refusal whose body is cut', async () => {
    server.answer((_seen, index) => ({
      json: { index, text: 'x'.repeat(500) },
      ...(index === 0 && { fault: 'cut' }),
    }));
    assert.equal((await client.send(request())).status, 200);
    server.answer({ json: { a: 1 }, fault: 'cut' });
    assert.deepEqual([(await failure()).code, server.requests.length], ['network', 5]);
    server.answer({ status: 404, json: { a: 1 }, fault: 'cut' });
    assert.deepEqual([(await failure()).status, server.requests.length], [404, 6]);
  });

  it('names a refused connection and an unknown host', async () => {
    const gone = await startFaultServer();
    await gone.close();
    const refused = await failure({ baseUrl: gone.url });
    assert.deepEqual([refused.code, refused.retryable], ['network', true]);
    assert.match(refused.message, /the connection was refused \(ECONNREFUSED\); check the network/);
    const unknown = await failure({ baseUrl: 'http://nowhere.invalid' });
    assert.ok(unknown.code === 'network' || unknown.code === 'timeout');
  });

  it('refuses a malformed request without asking', async () => {
    for (const part of [{ baseUrl: 'ftp://a' }, { baseUrl: '' }, { path: 'x' }, { weight: 9_999 }])
      assert.equal((await failure(part)).code, 'config');
    assert.equal(server.requests.length, 0);
  });

  it('fails what is under way when it is closed, and everything after', async () => {
    server.answer({ fault: 'no-answer' });
    const running = failure();
    await server.requestsReach(1);
    await client.close();
    assert.equal((await running).code, 'aborted');
    assert.equal((await failure()).code, 'aborted');
    assert.equal(server.requests.length, 1);
  });
});
