import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { isPerpscopeError, type PerpscopeError } from '../../src/core/errors.ts';
import type { BootTime } from '../../src/sources/transport/bootTime.ts';
import type { HttpRequest, ResumableHttpClient } from '../../src/sources/transport/httpClient.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { createHttpClient } from '../support/subject.ts';
import { type FaultServer, type Plan, startFaultServer } from '../support/faultServer.ts';

const NOON = Date.UTC(2026, 10, 22, 12);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe('pauses that exchanges ask for', () => {
  let server: FaultServer;
  let folder: string;
  let file: string;
  let clock: FakeClock;
  let clients: ResumableHttpClient[];

  /** A process of its own over the same file, at a time of its own. */
  const start = (atMs = NOON, boot?: BootTime): ResumableHttpClient => {
    clock = new FakeClock(atMs);
    const client = createHttpClient({
      clock,
      random: () => 0,
      env: {},
      pausesFile: file,
      ...(boot === undefined ? {} : { boot }),
    });
    clients.push(client);
    return client;
  };
  const request = (part: Partial<HttpRequest> = {}): HttpRequest => ({
    exchange: 'gate',
    baseUrl: server.url,
    method: 'GET',
    path: '/x',
    query: {},
    weight: 1,
    limits: [{ weight: 1_000, windowMs: 60_000 }],
    ...part,
  });
  const refusal = (client: ResumableHttpClient, part: Partial<HttpRequest> = {}): Promise<PerpscopeError> =>
    client.send(request(part)).then(
      () => assert.fail('it was answered'),
      (error: unknown) => {
        assert.ok(isPerpscopeError(error), String(error));
        return error;
      },
    );
  /** Whether a process that starts at that time leaves the host alone. */
  const isLeftAlone = async (atMs: number, boot?: BootTime): Promise<boolean> => {
    server.answer({ json: {} });
    const before = server.requests.length;
    await start(atMs, boot)
      .send(request())
      .catch(() => undefined);
    return server.requests.length === before;
  };

  beforeEach(async () => {
    server = await startFaultServer();
    folder = mkdtempSync(join(tmpdir(), 'perpscope-pauses-'));
    file = join(folder, 'history.pauses.json');
    clients = [];
  });
  afterEach(async () => {
    for (const client of clients) await client.close();
    await server.close();
    rmSync(folder, { recursive: true });
  });

  const honest = new Date(NOON + 120_000).toUTCString();
  const absurd: [string, Plan, number][] = [
    ['1e9 seconds', { status: 429, headers: { 'retry-after': '1000000000' } }, 3 * DAY],
    ['1e15 seconds', { status: 418, headers: { 'retry-after': '1000000000000000' } }, 3 * DAY],
    ['400 digits', { status: 429, headers: { 'retry-after': '9'.repeat(400) } }, 3 * DAY],
    ['the year 2099', { status: 429, headers: { 'retry-after': 'Fri, 01 Jan 2099 00:00:00 GMT' } }, 3 * DAY],
    ['the year 9999', { status: 418, headers: { 'retry-after': 'Fri, 31 Dec 9999 23:59:59 GMT' } }, 3 * DAY],
    ['an honest date beside one of 1970', { status: 429, headers: { 'retry-after': honest, date: 'Thu, 01 Jan 1970 00:00:00 GMT' } }, 120_000],
    ['an honest date beside one of 2021', { status: 429, headers: { 'retry-after': honest, date: 'Fri, 01 Jan 2021 00:00:00 GMT' } }, 120_000],
    ['1e9 seconds of maintenance', { status: 503, headers: { 'retry-after': '1000000000' } }, DAY],
    ['a ban until the year 2286', { status: 418, body: '{"code":-1003,"msg":"banned until 9999999999999"}' }, 3 * DAY],
    ['a year at a refused stream', { status: 403, headers: { 'retry-after': '31536000' } }, 3 * DAY],
  ]; // prettier-ignore
  for (const [name, plan, pauseMs] of absurd)
    it(`${name}: a pause that ends, whatever starts anew meanwhile`, async () => {
      server.answer(plan);
      const first = start();
      assert.equal((await refusal(first)).retryAfterMs, pauseMs);
      // Every start reads the file, and none begins the pause anew.
      for (let atMs = NOON + pauseMs / 4; atMs < NOON + pauseMs; atMs += pauseMs / 4)
        assert.equal(await isLeftAlone(atMs), true, `after ${atMs - NOON} ms`);
      assert.equal(await isLeftAlone(NOON + pauseMs - 1_000), true, 'to its end');
      assert.equal(await isLeftAlone(NOON + pauseMs + 1_000), false, 'and no longer');
    });

  it('says what was asked for and what is waited', async () => {
    server.answer({ status: 429, headers: { 'retry-after': '9999999999' } });
    const client = start();
    assert.match(
      (await refusal(client)).message,
      /left alone for 3 days, asked for 317 years, taken as 3 days$/,
    );
    const later = await refusal(client);
    assert.match(
      later.message,
      /left alone for 3 days more \(HTTP 429, asked for 317 years, taken as 3 days\); wait, nothing was sent/,
    );
    client.pause('okx', server.url, NOON + 400 * 365 * DAY, 418);
    assert.equal(client.nextAttemptAtMs('okx', server.url), NOON + 3 * DAY);
    assert.match((await refusal(client, { exchange: 'okx' })).message, /HTTP 418, asked for 4\d\d years/);
  });

  it('a file that closes for ever closes for the longest ban, once', async () => {
    const hosts = [
      { exchange: 'gate', origin: server.url, closedUntilMs: 9e15, reason: '\u001b[2JHTTP 429' },
    ];
    for (const savedAtMs of [NOON, 8.6e15]) {
      writeFileSync(file, JSON.stringify({ version: 1, savedAtMs, hosts }));
      assert.equal(await isLeftAlone(NOON), true);
      assert.match((await refusal(clients.at(-1) ?? start())).message, /\( ?\[2JHTTP 429\)/);
      for (const days of [1, 2, 2.9])
        assert.equal(await isLeftAlone(NOON + days * DAY), true, `${days} days`);
      assert.equal(await isLeftAlone(NOON + 3 * DAY + 1_000), false);
    }
  });

  it('takes nothing over from damaged entries', async () => {
    const origin = server.url;
    for (const entry of [
      { exchange: 'gate', origin, closedUntilMs: 'soon' },
      { exchange: 'gate', origin, closedUntilMs: -1 },
      { exchange: 'gate', origin, closedUntilMs: null },
      { exchange: 7, origin, closedUntilMs: NOON + HOUR },
      null,
      [],
    ])
      for (const savedAtMs of [NOON, 'x', -5, null]) {
        writeFileSync(file, JSON.stringify({ version: 1, savedAtMs, hosts: [entry] }));
        assert.equal(await isLeftAlone(NOON), false, JSON.stringify(entry));
      }
    const many = Array.from({ length: 2_000 }, (_, n) => ({ exchange: 'gate', origin: `https://h${n}.example`, closedUntilMs: NOON + HOUR })); // prettier-ignore
    writeFileSync(file, JSON.stringify({ version: 1, savedAtMs: NOON, hosts: many }));
    assert.equal(await isLeftAlone(NOON), false, 'far more hosts than there are leave room for those in use');
  });

  it('a clock that is set meanwhile opens nothing early within one start of the machine', async () => {
    let sinceBootMs = 5 * HOUR;
    const boot: BootTime = { bootId: 'a', sinceBootMs: () => sinceBootMs };
    server.answer({ status: 418, headers: { 'retry-after': '7200' } });
    await refusal(start(NOON, boot));
    sinceBootMs += HOUR;
    assert.equal(await isLeftAlone(NOON + 4 * HOUR, boot), true, '3 h ahead of the truth');
    assert.equal(clients.at(-1)?.nextAttemptAtMs('gate', server.url), NOON + 5 * HOUR);
    assert.equal(await isLeftAlone(NOON - DAY, boot), true, 'a day behind it');
    assert.equal(clients.at(-1)?.nextAttemptAtMs('gate', server.url), NOON - DAY + HOUR);
    sinceBootMs += HOUR + 1_000;
    assert.equal(await isLeftAlone(NOON - DAY, boot), false, 'the two hours are over');
  });

  it('a virtual machine that stood still for days does not count them, and its clock is believed then', async () => {
    const boot: BootTime = { bootId: 'a', sinceBootMs: () => HOUR };
    server.answer({ status: 418, headers: { 'retry-after': '259200' } });
    await refusal(start(NOON, boot));
    assert.equal(await isLeftAlone(NOON + 2 * DAY, boot), true);
    assert.equal(await isLeftAlone(NOON + 8 * DAY, boot), false);
  });

  it('after another start of the machine the clock is believed, and one that was set back ends in time', async () => {
    server.answer({ status: 418, headers: { 'retry-after': '7200' } });
    await refusal(start(NOON, { bootId: 'a', sinceBootMs: () => 0 }));
    const boot: BootTime = { bootId: 'b', sinceBootMs: () => 60_000 };
    assert.equal(await isLeftAlone(NOON + HOUR, boot), true);
    assert.equal(await isLeftAlone(NOON + HOUR, { bootId: 'c', sinceBootMs: () => 0 }), true);
    // A year back: the two hours run from the first look at that time.
    assert.equal(await isLeftAlone(NOON - 365 * DAY), true);
    assert.equal(await isLeftAlone(NOON - 365 * DAY + 2 * HOUR + 1_000), false);
  });

  it('writes down what it has made of a doubtful file', async () => {
    const hosts = [{ exchange: 'gate', origin: server.url, closedUntilMs: 9e15, reason: 'HTTP 429' }];
    writeFileSync(file, JSON.stringify({ version: 1, savedAtMs: NOON, hosts }));
    await isLeftAlone(NOON + HOUR);
    const state = JSON.parse(readFileSync(file, 'utf8')) as {
      savedAtMs: number;
      hosts: { closedUntilMs: number }[];
    };
    assert.deepEqual([state.savedAtMs, state.hosts[0]?.closedUntilMs], [NOON + HOUR, NOON + 3 * DAY]);
  });

  const dated = { date: new Date(NOON).toUTCString() };
  const refusals: [string, Plan, number][] = [
    ['503 with Retry-After', { status: 503, headers: { 'retry-after': '3600' } }, HOUR],
    ['500 with Retry-After', { status: 500, headers: { 'retry-after': '600' } }, 600_000],
    ['403 without a word', { status: 403, body: 'Forbidden' }, 600_000],
    ['403 of a region', { status: 403, body: 'not available in your country' }, HOUR],
    ['451', { status: 451 }, HOUR],
    ['429 with a ban in words', { status: 429, headers: dated, body: `{"code":-1003,"msg":"IP banned until ${NOON + 2 * HOUR}."}` }, 2 * HOUR],
    ['400 with a ban in words', { status: 400, headers: dated, body: `{"code":-1003,"msg":"IP banned until ${NOON + 2 * HOUR}."}` }, 2 * HOUR],
    ['403 with a wait in words', { status: 403, body: 'too many requests, try again in 15 minutes' }, 900_000],
  ]; // prettier-ignore
  for (const [name, plan, pauseMs] of refusals)
    it(`${name}: one request, no other of that round, and one when the time is up`, async () => {
      server.answer(plan);
      const client = start();
      await refusal(client);
      assert.equal(server.requests.length, 1);
      const round = (): Promise<PerpscopeError[]> =>
        Promise.all(Array.from({ length: 14 }, (_, n) => refusal(client, { path: `/${n}` })));
      await round();
      await clock.advance(pauseMs - 1_000);
      await round();
      assert.equal(server.requests.length, 1);
      await clock.advance(1_000);
      const errors = await round();
      assert.equal(server.requests.length, 2, 'one asks whether all is well, the others wait for it');
      assert.equal(errors.filter(({ message }) => message.includes(' more (HTTP ')).length, 13);
      server.answer({ json: {} });
      await clock.advance(pauseMs);
      await Promise.all(Array.from({ length: 14 }, (_, n) => client.send(request({ path: `/${n}` }))));
      assert.equal(server.requests.length, 16);
    });

  it('reads a ban that comes as an answer like any other', async () => {
    server.answer({ json: { code: -1003, msg: `IP banned until ${NOON + HOUR}.` }, headers: dated });
    const client = start();
    await client.send(request());
    assert.equal((await refusal(client)).retryAfterMs, HOUR);
    server.answer({ json: { text: `${'x'.repeat(2_000)} banned until ${NOON + HOUR}` } });
    assert.equal((await client.send(request({ exchange: 'okx' }))).status, 200);
    assert.equal(client.nextAttemptAtMs('okx', server.url), undefined, 'data is not searched for words');
  });

  it('takes no time for a pause that an ordinary answer names', async () => {
    server.answer({ json: { note: 'settles; please wait 30 seconds' } });
    const client = start();
    await client.send(request());
    assert.equal(client.nextAttemptAtMs('gate', server.url), undefined);
  });

  it('measures a ban by the clock of its server, and believes a Retry-After before words', async () => {
    const body = `{"code":-1003,"msg":"IP banned until ${NOON + 120_000}."}`;
    for (const [at, behindMs] of [3, -3, 26].map((hours, index) => [index, hours * HOUR] as const)) {
      server.answer({ status: 418, headers: dated, body });
      const client = start(NOON - behindMs);
      assert.equal((await refusal(client, { exchange: `clock-${at}` })).retryAfterMs, 120_000);
      server.answer({ status: 418, headers: { ...dated, 'retry-after': '60' }, body });
      assert.equal((await refusal(client, { exchange: `header-${at}` })).retryAfterMs, 60_000);
    }
  });

  it('a key that is refused closes nothing: the next one may be better', async () => {
    server.answer({ status: 403, body: 'your plan has no such series' });
    const client = start();
    const keyed = { exchange: 'coinglass', headers: { 'CG-API-KEY': 'x' } };
    assert.equal((await refusal(client, keyed)).status, 403);
    server.answer({ json: {} });
    assert.equal((await client.send(request({ ...keyed, path: '/y' }))).status, 200);
  });

  it('503 with a short Retry-After is tried again within the call', async () => {
    server.answer((_seen, index) =>
      index === 0 ? { status: 503, headers: { 'retry-after': '2' } } : { json: {} },
    );
    const client = start();
    const sent = client.send(request());
    await server.requestsReach(1);
    while (client.nextAttemptAtMs('gate', server.url) === undefined) await new Promise(setImmediate);
    await clock.advance(2_000);
    assert.equal((await sent).status, 200);
    assert.equal(server.requests.length, 2);
  });
});
