import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { htx } from '../../../../src/sources/exchanges/htx/adapter.ts';
import { exchangeAdapters } from '../../../../src/sources/exchanges/registry.ts';
import { assertRows, decode } from './fixtureAnswers.ts';

/** JSON that no `String()` survives: it names its own `toString`. */
const UNTEXTABLE = { toString: 1, valueOf: 1 };
const VALUES: readonly unknown[] = [null, undefined, 0, Number.NaN, '', 'x', true, [], [[]], {}, UNTEXTABLE];
/** Every key that errors, acknowledgements and pushes are told apart by. */
const KEYS = [
  'error', 'errors', 'result', 'code', 'message', 'msg', 'status', 'err-code', 'err_code', 'err-msg', 'err_msg', 'event',
  'feed', 'product_id', 'op', 'topic', 'ch', 'tick', 'ping', 'pong', 'channel', 'data', 'params', 'method', 'ctxs',
] as const; // prettier-ignore
const STARTS: readonly object[] = [
  {}, { event: 'error' }, { event: 'alert' }, { feed: 'ticker' }, { status: 'error' }, { op: 'error' },
  { op: 'sub', 'err-code': 1 }, { op: 'notify' }, { method: 'heartbeat' }, { channel: 'error' }, { channel: 'trades' },
  { result: 'error' }, { error: { code: 1, message: 'x' } },
]; // prettier-ignore

describe('frames and bodies of any value', () => {
  const odd = [
    ...VALUES,
    ...STARTS.flatMap((start) =>
      KEYS.flatMap((key) => VALUES.map((value): object => ({ ...start, [key]: value }))),
    ),
    ...['code', 'message', 'data'].map((key) => ({ error: { code: 1, message: 'x', [key]: UNTEXTABLE } })),
    ...['code', 'type', 'msg'].map((key) => ({ errors: [{ [key]: UNTEXTABLE }] })),
  ];
  for (const adapter of exchangeAdapters)
    it(`are told apart by ${adapter.id} without throwing`, () => {
      for (const body of odd) {
        for (const { classify } of adapter.streams ?? []) assert.equal(typeof classify(body).role, 'string');
        for (const status of [200, 429, 500]) adapter.venueError(body, status);
      }
    });

  it('cost one settlement, not the whole history', () => {
    const row = (hour: number, contract_code: unknown): object => ({
      contract_code, funding_time: String(1_789_948_800_000 + hour * 3_600_000), funding_rate: '0.0001',
    }); // prettier-ignore
    const data = [row(-8, 'BTC-USDT'), row(0, 'BTC-USDT'), row(8, 'BTC-USDT'), row(16, UNTEXTABLE)];
    const query = { contract_code: 'BTC-USDT' };
    const body = { code: 200, data, ts: 1_790_000_000_000 };
    const { observations } = decode(htx, '/v5/market/funding_rate_history', query, body);
    assertRows(observations, [{ intervalMs: 28_800_000 }, { intervalMs: 28_800_000 }]);
  });
});
