import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { isPerpscopeError } from '../../src/core/errors.ts';
import type { ResumableHttpClient } from '../../src/sources/transport/httpClient.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { type FaultServer, type Plan, startFaultServer } from '../support/faultServer.ts';
import { createHttpClient } from '../support/subject.ts';

const NOON = Date.UTC(2026, 10, 22, 12);

describe('pauses that windows share', () => {
  let server: FaultServer;
  let folder: string;
  let file: string;
  let clock: FakeClock;
  let clients: ResumableHttpClient[];

  /** A window: a client of its own over the same file. */
  const window = (time = clock): ResumableHttpClient => {
    const client = createHttpClient({ clock: time, random: () => 0, env: {}, pausesFile: file });
    clients.push(client);
    return client;
  };
  const ask = (client: ResumableHttpClient, exchange = 'binance'): Promise<string> =>
    client
      .send({ exchange, baseUrl: server.url, method: 'GET', path: '/x', query: {}, weight: 1, limits: [] })
      .then(
        () => 'answered',
        (error: unknown) => (isPerpscopeError(error) ? error.code : String(error)),
      );

  beforeEach(async () => {
    server = await startFaultServer();
    folder = mkdtempSync(join(tmpdir(), 'perpscope-pauses-'));
    file = join(folder, 'history.pauses.json');
    clock = new FakeClock(NOON);
    clients = [];
  });
  afterEach(async () => {
    for (const client of clients) await client.close();
    await server.close();
    chmodSync(folder, 0o700);
    rmSync(folder, { recursive: true });
  });

  const asked: [string, string, Plan, number][] = [
    ['429 with Retry-After 2', 'okx', { status: 429, headers: { 'retry-after': '2' } }, 2_000],
    ['429 with Retry-After 600', 'okx', { status: 429, headers: { 'retry-after': '600' } }, 600_000],
    ['429 with a date', 'gate', { status: 429, headers: { date: new Date(NOON).toUTCString(), 'retry-after': new Date(NOON + 90_000).toUTCString() } }, 90_000],
    ['418 with 7,200 s', 'binance', { status: 418, headers: { 'retry-after': '7200' } }, 7_200_000],
    ["Bybit's 403", 'bybit', { status: 403, body: 'access too frequent' }, 600_000],
    ['429 without a header', 'htx', { status: 429 }, 60_000],
  ]; // prettier-ignore
  for (const [name, exchange, plan, pauseMs] of asked) {
    it(`${name}: no other window and no later start sends anything before the time is up`, async () => {
      const [first, second] = [window(), window()];
      assert.equal(await ask(second, exchange), 'answered');
      server.answer(plan);
      assert.equal(await ask(first, exchange), 'rate-limited');
      server.answer({ json: {} });
      const before = server.requests.length;
      assert.equal(await ask(second, exchange), 'rate-limited', 'the other window');
      await clock.advance(pauseMs - 1);
      assert.equal(await ask(window(), exchange), 'rate-limited', 'a window that starts later');
      // A process that starts with a clock of its own knows wall time only.
      const restarted = window(new FakeClock(NOON + pauseMs - 1_000));
      assert.equal(await ask(restarted, exchange), 'rate-limited', 'another process');
      assert.equal(server.requests.length, before);
      await clock.advance(1_000);
      assert.equal(await ask(second, exchange), 'answered');
    });
  }

  it('leaves other exchanges alone', async () => {
    server.answer({ status: 429, headers: { 'retry-after': '60' } });
    await ask(window(), 'okx');
    server.answer({ json: {} });
    assert.equal(await ask(window(), 'gate'), 'answered');
  });

  it('keeps the longer of two pauses, whoever writes last', async () => {
    const [first, second] = [window(), window()];
    first.pause('okx', server.url, NOON + 600_000);
    second.pause('okx', server.url, NOON + 5_000);
    await clock.advance(10_000);
    assert.equal(await ask(window(), 'okx'), 'rate-limited');
  });

  it('works without the file where it is damaged, too large or cannot be written', async () => {
    for (const content of ['{', '[]', 'null', '{"version":1,"hosts":7}', `"${'x'.repeat(300_000)}"`]) {
      writeFileSync(file, content);
      assert.equal(await ask(window(), 'okx'), 'answered', content.slice(0, 30));
    }
    const hosts = [{ exchange: 'okx', origin: server.url, closedUntilMs: Number.MAX_SAFE_INTEGER }, null, 7];
    writeFileSync(file, JSON.stringify({ version: 1, savedAtMs: NOON, hosts }));
    const client = window();
    assert.equal(await ask(client, 'okx'), 'rate-limited');
    const untilMs = client.nextAttemptAtMs('okx', server.url) ?? 0;
    assert.ok(untilMs <= NOON + 3 * 86_400_000 + 1, 'a damaged file closes nothing for ever');
  });

  it('holds names and times alone, nothing of the requests', async () => {
    window().pause('okx', server.url, NOON + 5_000);
    const state = JSON.parse(readFileSync(file, 'utf8')) as { hosts: object[] };
    assert.deepEqual(state.hosts.map((host) => Object.keys(host).sort()), [
      ['closedUntilMs', 'exchange', 'origin', 'reason'],
    ]); // prettier-ignore
  });
});
