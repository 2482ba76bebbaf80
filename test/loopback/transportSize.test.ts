import assert from 'node:assert/strict';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { LONGEST_LIST_ANSWER, SMALL_ANSWER } from '../../src/core/answerBounds.ts';
import { isPerpscopeError } from '../../src/core/errors.ts';
import type { HttpRequest, ResumableHttpClient } from '../../src/sources/transport/httpClient.ts';
import { type FaultServer, type Plan, startFaultServer } from '../support/faultServer.ts';
import { createHttpClient } from '../support/subject.ts';

const MIB = 1_048_576;

describe('HTTP client: size', () => {
  let server: FaultServer;
  let client: ResumableHttpClient;
  const request = (): HttpRequest => ({
    exchange: 'okx',
    baseUrl: server.url,
    method: 'GET',
    path: '/x',
    query: {},
    weight: 1,
    limits: [{ weight: 1_000, windowMs: 60_000 }],
  });
  beforeEach(async () => {
    server = await startFaultServer();
    const warm = createHttpClient({ env: {} });
    await warm.send(request());
    await warm.close();
    client = createHttpClient({ env: {} });
  });
  afterEach(async () => {
    await client.close();
    await server.close();
  });

  /** Sends once; returns how far the peak of the process's memory rose, in MiB. */
  async function growth(plan: Plan): Promise<number> {
    server.answer(plan);
    const before = process.resourceUsage().maxRSS;
    await assert.rejects(
      client.send(request()),
      (error) =>
        isPerpscopeError(error, 'decode') &&
        /larger than 1048576 bytes|"br", which nobody asked for/.test(error.message),
    );
    // A small bomb is over before it is too large; an endless body must lose its socket.
    if (plan.fault !== 'endless') await client.close();
    await server.openBecomes(0);
    return (process.resourceUsage().maxRSS - before) / 1_024;
  }

  // 64 MiB in about 64 kB; gzip members can follow one another without end.
  const zeros = Buffer.alloc(64 * MIB);
  const bombs: [string, Plan][] = [
    ['an endless body', { fault: 'endless', body: Buffer.alloc(MIB, 0x20) }],
    [
      'an endless gzip bomb',
      { fault: 'endless', body: gzipSync(zeros), headers: { 'content-encoding': 'gzip' } },
    ],
    ['a deflate bomb', { body: deflateSync(zeros), headers: { 'content-encoding': 'deflate' } }],
    ['a brotli bomb', { body: brotliCompressSync(zeros), headers: { 'content-encoding': 'br' } }],
  ];
  for (const [name, plan] of bombs)
    it(`ends ${name} at 1 MiB or unread`, async () => {
      const grown = await growth(plan);
      assert.ok(grown < 64, `memory rose by ${grown.toFixed(0)} MiB`);
    });

  it('does not begin a body that is announced as too large', async () => {
    server.answer({ body: 'x', headers: { 'content-length': '10000000000' } });
    await assert.rejects(client.send(request()), /larger than/);
    await server.openBecomes(0);
  });

  it('names a damaged compressed body, and goes on', async () => {
    server.answer({ body: Buffer.from('rubbish'), headers: { 'content-encoding': 'deflate' } });
    await assert.rejects(client.send(request()), /the deflate body of the answer is damaged/);
    server.answer({ body: gzipSync('{"a":1}'), headers: { 'content-encoding': 'gzip' } });
    assert.deepEqual((await client.send(request())).body, { a: 1 });
  });

  it('reads a compressed list of several MiB where the endpoint has one', async () => {
    const rows = Array.from({ length: 60_000 }, (_, index) => [index, `${index * 1.5}`, 'BTCUSDT', 'linear']);
    server.answer({ body: gzipSync(JSON.stringify(rows)), headers: { 'content-encoding': 'gzip' } });
    const list = { ...request(), bounds: LONGEST_LIST_ANSWER };
    assert.deepEqual((await client.send(list)).body, rows);
    await assert.rejects(client.send(request()), /larger than 1048576 bytes/);
  });

  it('refuses more values than the endpoint has, whatever they are, and reads as many as it has', async () => {
    const list = (count: number): string => `[${'{},'.repeat(count)}{}]`;
    server.answer({ body: list(SMALL_ANSWER.maxValues / 2 - 10) });
    assert.equal((await client.send(request())).status, 200);
    for (const count of [SMALL_ANSWER.maxValues / 2 + 10, 300_000]) {
      server.answer({ body: list(count) });
      await assert.rejects(
        client.send(request()),
        (error) => isPerpscopeError(error, 'decode') && /more than 50000 values/.test(error.message),
      );
    }
    server.answer({ body: list(100_000) });
    assert.equal((await client.send({ ...request(), bounds: LONGEST_LIST_ANSWER })).status, 200);
  });

  it('leaves a host alone for a minute that sends too much three times in a row', async () => {
    server.answer({ body: 'x'.repeat(2 * MIB) });
    const before = server.requests.length;
    const round = (): Promise<PromiseSettledResult<unknown>[]> =>
      Promise.allSettled(Array.from({ length: 14 }, () => client.send(request())));
    await assert.rejects(client.send(request()), /larger than/);
    const errors = (await round()).map((one) => (one.status === 'rejected' ? String(one.reason) : ''));
    assert.equal(server.requests.length - before, 3, 'one at a time after the first');
    assert.equal(errors.filter((text) => /left alone for 60 s more \(3 answers in a row were too large\)/.test(text)).length, 12); // prettier-ignore
    await round();
    assert.equal(server.requests.length - before, 3);
  });

  it('a good answer between them counts anew', async () => {
    for (let n = 0; n < 6; n += 1) {
      server.answer({ body: 'x'.repeat(2 * MIB) });
      await assert.rejects(client.send(request()), /larger than/);
      server.answer({ json: {} });
      await client.send(request());
    }
    assert.equal(client.nextAttemptAtMs('okx', server.url), undefined);
  });

  it('reads ten times as many larger bodies as fit at once, each whole, and holds no other host up', async () => {
    const json = { text: 'x'.repeat(900_000) };
    server.answer((seen) =>
      seen.url === '/slow' ? { body: JSON.stringify(json), fault: 'stall' } : { json },
    );
    const slow = [1, 2].map(() =>
      client.send({ ...request(), exchange: 'htx', path: '/slow' }, { timeoutMs: 1_000 }).catch(() => 'late'),
    );
    const answers = await Promise.all(Array.from({ length: 20 }, () => client.send(request())));
    assert.ok(answers.every(({ body }) => (body as typeof json).text.length === 900_000));
    // Those who hold the room of their own host give it back at their deadline.
    const after = await client.send({ ...request(), exchange: 'htx' });
    assert.equal((after.body as typeof json).text.length, 900_000);
    assert.deepEqual(await Promise.all(slow), ['late', 'late']);
  });
});
