import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { PerpscopeError, type ErrorCode } from '../../../../../src/core/errors.ts';
import { sharedGates } from '../../../../../src/sources/collect/streams/sharedGates.ts';
import { createHttpClient, type HttpClient } from '../../../../../src/sources/transport/httpClient.ts';
import { FakeClock } from '../../../../support/fakeClock.ts';

const REST = 'https://api.example.invalid';
const STREAM = 'https://stream.example.invalid';

describe('the gates of streams', () => {
  const setup = () => {
    const clock = new FakeClock();
    const http = createHttpClient({ clock, env: {} });
    return { clock, http, gates: sharedGates(http, () => REST) };
  };
  const refusal = (code: ErrorCode, status: number): PerpscopeError =>
    new PerpscopeError(code, 'refused', { status });
  const ask = (http: HttpClient): Promise<unknown> =>
    http.send({
      exchange: 'bybit',
      baseUrl: REST,
      method: 'GET',
      path: '/x',
      query: {},
      weight: 1,
      limits: [],
    });

  it('open no stream while the exchange’s REST host is to be left alone', async () => {
    const { clock, http, gates } = setup();
    assert.equal(gates.nextAttemptAtMs('bybit', STREAM), undefined);
    http.pause('bybit', REST, clock.nowMs() + 5_000);
    assert.equal(gates.nextAttemptAtMs('bybit', STREAM), clock.nowMs() + 5_000);
    assert.equal(gates.nextAttemptAtMs('okx', STREAM), undefined);
    await http.close();
  });

  for (const [code, status, isEverywhere] of [
    ['rate-limited', 403, true],
    ['rate-limited', 418, true],
    ['rate-limited', 429, false],
  ] as const)
    it(`${code} ${status} holds for ${isEverywhere ? 'REST as well' : 'the host alone'}`, async () => {
      const { clock, http, gates } = setup();
      const untilMs = clock.nowMs() + 600_000;
      gates.pause('bybit', STREAM, untilMs, refusal(code, status));
      assert.equal(http.nextAttemptAtMs('bybit', STREAM), untilMs);
      assert.equal(http.nextAttemptAtMs('bybit', REST), isEverywhere ? untilMs : undefined);
      await http.close();
    });

  for (const [code, status] of [
    ['http-status', 403],
    ['http-status', 503],
    ['geo-blocked', 451],
  ] as const)
    it(`an upgrade refused with ${code} ${status} keeps streams away and leaves REST alone, on one host too`, async () => {
      const { clock, http, gates } = setup();
      const untilMs = clock.nowMs() + 600_000;
      gates.pause('deribit', REST, untilMs, refusal(code, status));
      assert.equal(gates.nextAttemptAtMs('deribit', REST), untilMs);
      assert.equal(gates.nextAttemptAtMs('htx', REST), undefined);
      assert.equal(http.nextAttemptAtMs('deribit', REST), undefined);
      await http.close();
    });

  it('a limit of requests that a stream hears of holds for REST on the same host', async () => {
    const { clock, http, gates } = setup();
    const untilMs = clock.nowMs() + 60_000;
    gates.pause('deribit', REST, untilMs, refusal('rate-limited', 429));
    assert.equal(http.nextAttemptAtMs('deribit', REST), untilMs);
    await http.close();
  });

  it('name a region that is not served, also after a restart, instead of a matter of waiting', async () => {
    const { clock, http } = setup();
    http.pause('bybit', REST, clock.nowMs() + 3_600_000, 451);
    const next = createHttpClient({ clock, env: {} });
    next.restore(JSON.parse(JSON.stringify(http.snapshot())));
    for (const client of [http, next])
      await assert.rejects(ask(client), (error: PerpscopeError) => {
        assert.equal(error.code, 'geo-blocked');
        return /not served in your region/.test(error.message);
      });
    await http.close();
    await next.close();
  });
});
