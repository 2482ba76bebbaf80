import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { isPerpscopeError, type PerpscopeError } from '../../src/core/errors.ts';
import type { HttpRequest, ResumableHttpClient } from '../../src/sources/transport/httpClient.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { type FaultServer, type Plan, startFaultServer } from '../support/faultServer.ts';
import { createHttpClient } from '../support/subject.ts';

const LIMITS = [{ weight: 1_000, windowMs: 60_000 }];

describe('HTTP client: limits', () => {
  let server: FaultServer;
  let clock: FakeClock;
  let client: ResumableHttpClient;
  const request = (part: Partial<HttpRequest> = {}): HttpRequest => ({
    exchange: 'binance',
    baseUrl: server.url,
    method: 'GET',
    path: '/x',
    query: {},
    weight: 1,
    limits: LIMITS,
    ...part,
  });
  const limited = (exchange = 'binance', by = client): Promise<PerpscopeError> =>
    by.send(request({ exchange })).then(
      () => assert.fail('it was sent'),
      (error: unknown) => {
        assert.ok(isPerpscopeError(error, 'rate-limited'), String(error));
        return error;
      },
    );
  beforeEach(async () => {
    server = await startFaultServer();
    clock = new FakeClock(Date.UTC(2026, 10, 1, 12));
    client = createHttpClient({ clock, random: () => 0, env: {} });
  });
  afterEach(async () => {
    await client.close();
    await server.close();
  });

  it('takes keys out of no more of a refusal than a message can show', async () => {
    const lengths: number[] = [];
    const redact = (text: string): string => {
      lengths.push(text.length);
      return text.replaceAll('canary', '[gone]');
    };
    const redacting = createHttpClient({ clock, random: () => 0, env: {}, redact });
    server.answer({ status: 429, body: `canary ${'"'.repeat(18_000)}` });
    const error = await limited('okx', redacting);
    assert.match(error.message, /"\[gone\] /);
    assert.ok(Math.max(...lengths) <= 2_000, `${lengths.join(', ')} characters`);
    await redacting.close();
  });

  it("keeps the limit of a scope beside the host's: both must grant", async () => {
    const scope = { name: 'rubik', limits: [{ weight: 5, windowMs: 2_000 }], weight: 5 };
    await client.send(request({ scope }));
    const second = client.send(request({ scope }));
    await client.send(request({ path: '/other' }));
    await clock.advance(1_999);
    assert.equal(server.requests.length, 2);
    await clock.advance(1);
    await second;
    assert.equal(server.requests.length, 3);
  });

  const atNoon = new Date(Date.UTC(2026, 10, 1, 12)).toUTCString();
  const tenPast = new Date(Date.UTC(2026, 10, 1, 12, 10)).toUTCString();
  const pauses: [string, string, Plan, number][] = [
    ['429 with Retry-After 2', 'binance', { status: 429, headers: { 'retry-after': '2' } }, 2_000],
    ['429 with Retry-After 60', 'okx', { status: 429, headers: { 'retry-after': '60' } }, 60_000],
    ['429 with Retry-After 600', 'gate', { status: 429, headers: { 'retry-after': '600' } }, 600_000],
    [
      '429 with a date',
      'binance',
      { status: 429, headers: { 'retry-after': tenPast, date: atNoon } },
      600_000,
    ],
    ['429 without a header', 'okx', { status: 429 }, 60_000],
    ['418 with Retry-After 7200', 'binance', { status: 418, headers: { 'retry-after': '7200' } }, 7_200_000],
    ['418 without a header', 'binance', { status: 418 }, 120_000],
    ['403 of Bybit', 'bybit', { status: 403, body: '403, access too frequent' }, 600_000],
  ];
  for (const [name, exchange, plan, pauseMs] of pauses)
    it(`sends nothing for ${pauseMs / 1_000} s after ${name}`, async () => {
      server.answer(plan);
      const first = await limited(exchange);
      assert.deepEqual([first.status, first.retryAfterMs], [plan.status, pauseMs]);
      server.answer({ json: {} });
      assert.equal(client.nextAttemptAtMs(exchange, server.url), clock.nowMs() + pauseMs);
      await clock.advance(pauseMs - 1);
      const second = await limited(exchange);
      assert.deepEqual([second.status, second.retryAfterMs], [undefined, 1]);
      assert.match(second.message, /left alone for 1 ms more \(HTTP \d+\); wait, nothing was sent/);
      assert.equal(server.requests.length, 1);
      await clock.advance(1);
      assert.equal(client.nextAttemptAtMs(exchange, server.url), undefined);
      assert.equal((await client.send(request({ exchange }))).status, 200);
    });

  it('obeys a ban after a restart and in another window', async () => {
    server.answer({ status: 418, headers: { 'retry-after': '7200' } });
    await limited();
    const stored = JSON.stringify(client.snapshot());
    await client.close();
    client = createHttpClient({ clock: new FakeClock(clock.nowMs() + 60_000), env: {} });
    client.restore(JSON.parse(stored));
    assert.equal((await limited()).retryAfterMs, 7_140_000);
    assert.equal(server.requests.length, 1);
  });

  it('closes at the headers, although the body never comes', async () => {
    server.answer({ status: 429, headers: { 'retry-after': '600' }, body: 'slow down', fault: 'stall' });
    const first = limited();
    while (client.nextAttemptAtMs('binance', server.url) === undefined) await new Promise(setImmediate);
    assert.equal((await limited()).status, undefined);
    await clock.advance(10_000);
    assert.deepEqual([(await first).status, server.requests.length], [429, 1]);
  });

  it('fails everything that waits in the queue, and lets nothing more leave', async () => {
    server.answer({ status: 429, headers: { 'retry-after': '60' }, delayMs: 50 });
    const sent = Array.from({ length: 100 }, () => limited());
    const errors = await Promise.all(sent);
    assert.equal(server.requests.length, 32);
    assert.equal(errors.filter(({ status }) => status === 429).length, 32);
    assert.equal(errors.filter(({ message }) => message.includes('nothing was sent')).length, 68);
  });

  it('stops a request that has its turn but has not left when the ban comes', async () => {
    const first = limited();
    client.pause('binance', server.url, clock.nowMs() + 60_000);
    assert.match((await first).message, /nothing was sent/);
    assert.equal(server.requests.length, 0);
  });

  it('pauses a host as its exchange asks, and no other', async () => {
    client.pause('binance', `${server.url}/api`, clock.nowMs() + 5_000);
    assert.equal((await limited()).retryAfterMs, 5_000);
    client.pause('binance', server.url, clock.nowMs() + 1_000);
    assert.equal((await limited()).retryAfterMs, 5_000);
    assert.equal((await client.send(request({ exchange: 'okx' }))).status, 200);
  });

  it('spends no more than the use that the server reports leaves', async () => {
    server.answer({ json: {}, headers: { 'x-mbx-used-weight-1m': '999' } });
    await client.send(request());
    const second = client.send(request());
    await server.requestsReach(2);
    await second;
    const third = client.send(request(), { timeoutMs: 120_000 });
    await clock.advance(59_999);
    assert.equal(server.requests.length, 2);
    await clock.advance(1);
    await third;
  });

  for (const [header, value] of [
    ['x-mbx-used-weight-1m', '1000'],
    ['x-mbx-used-weight-1m', '1e308'],
    ['x-mbx-used-weight-1m', '999999999999'],
  ] as const)
    it(`says at once that the budget is spent where the server says so (${value}), and goes on after the window`, async () => {
      server.answer({ json: {}, headers: { [header]: value } });
      await client.send(request());
      for (let round = 0; round < 3; round += 1) {
        const errors = await Promise.all(Array.from({ length: 14 }, () => limited()));
        const left = 60_000 - round * 10_000;
        assert.deepEqual([...new Set(errors.map(({ retryAfterMs }) => retryAfterMs))], [left]);
        assert.match(errors[0]?.message ?? '', /the request budget of this address is spent for \d+ s/);
        await clock.advance(10_000);
      }
      assert.equal(server.requests.length, 1);
      server.answer({ json: {} });
      await clock.advance(30_000);
      assert.equal((await client.send(request())).status, 200);
    });

  for (const [header, value] of [
    ['x-mbx-used-weight-1d', '999999'],
    ['x-mbx-used-weight-1h', '1e308'],
    ['x-mbx-used-weight-1m', 'NaN'],
    ['x-mbx-used-weight-1m', '-5'],
    ['x-mbx-used-weight-1m', 'Infinity'],
    ['x-mbx-used-weight-9999999999999999999999d', '5'],
  ] as const)
    it(`takes nothing from a count of another window or of nothing (${header}: ${value})`, async () => {
      server.answer({ json: {}, headers: { [header]: value } });
      await Promise.all(Array.from({ length: 30 }, () => client.send(request())));
      assert.equal(server.requests.length, 30);
    });

  it('keeps below the window that a server counts', async () => {
    const real = createHttpClient({ env: {} });
    const limits = [
      { weight: 8, windowMs: 100 },
      { weight: 30, windowMs: 400 },
    ];
    server.answer((_seen, index) => ({ json: {}, delayMs: (index * 7) % 30 }));
    await Promise.all(Array.from({ length: 60 }, () => real.send(request({ limits }))));
    const times = server.requests.map(({ atMs }) => atMs);
    for (const { weight, windowMs } of limits)
      for (const [index, atMs] of times.entries()) {
        const nextOver = times[index + weight];
        assert.ok(
          nextOver === undefined || nextOver - atMs >= windowMs,
          `${weight + 1} within ${windowMs} ms`,
        );
      }
    await real.close();
  });
});
