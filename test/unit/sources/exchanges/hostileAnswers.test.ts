import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { contextProviders } from '../../../../src/sources/context/registry.ts';
import { binance } from '../../../../src/sources/exchanges/binance/adapter.ts';
import { bitget } from '../../../../src/sources/exchanges/bitget/adapter.ts';
import { bybit } from '../../../../src/sources/exchanges/bybit/adapter.ts';
import { decodeFrames } from '../../../../src/sources/exchanges/decodeFrame.ts';
import { gate } from '../../../../src/sources/exchanges/gate/adapter.ts';
import { okx } from '../../../../src/sources/exchanges/okx/adapter.ts';

/** What JSON may hold and `String` and `Number` throw for. */
const hostile: unknown = JSON.parse('{"toString":1,"valueOf":1}');

const FRAMES: readonly unknown[] = [
  hostile,
  [hostile],
  { event: 'error', code: hostile, msg: hostile },
  { event: 'notice', code: hostile, msg: hostile },
  { event: 'notice', code: '64008', msg: hostile },
  { event: hostile, channel: 'futures.trades', result: hostile },
  { channel: 'futures.trades', error: { code: hostile, message: hostile } },
  { type: 'upgrade', msg: hostile },
  { arg: { channel: 'books', instId: 'BTC-USDT-SWAP' }, data: [{ prevSeqId: hostile }] },
  { arg: { instType: 'usdt-futures', topic: 'liquidation', symbol: hostile }, data: [hostile] },
  { op: hostile, success: false, ret_msg: hostile },
  { error: { code: hostile, msg: hostile } },
  { stream: hostile, data: { e: 'aggTrade', s: hostile } },
];

const BODIES: readonly unknown[] = [
  { code: hostile, msg: hostile },
  { code: [hostile], msg: [hostile] },
  { label: hostile, message: hostile },
  { label: 'X', detail: hostile },
  { retCode: hostile, retMsg: hostile },
];

const REFUSALS: readonly unknown[] = [
  ...BODIES,
  { status: { code: hostile, message: hostile } },
  { status: { error_code: hostile, error_message: hostile } },
  { metadata: { error: hostile } },
  { message: hostile },
];

describe('a recorded session', () => {
  it('counts a message as received when its file was read where it states no possible time', () => {
    const message = { e: 'aggTrade', s: 'BTCUSDT', p: '1', q: '1', T: 1_790_000_000_000, m: true };
    const body = [1_790_000_000_500, 1e-320, 2 ** 53, null].map((received) => ({ received, message }));
    const { observations } = decodeFrames(binance, { body, receivedAtMs: 1_795_000_000_000 }, new Map());
    assert.deepEqual(
      observations.map(({ receivedAtMs }) => receivedAtMs),
      [1_790_000_000_500, 1_795_000_000_000, 1_795_000_000_000, 1_795_000_000_000],
    );
  });
});

describe('values that cannot be made texts', () => {
  for (const adapter of [binance, bybit, okx, bitget, gate])
    it(`are frames and errors like any other to ${adapter.displayName}`, () => {
      for (const stream of adapter.streams ?? [])
        for (const frame of FRAMES) assert.doesNotThrow(() => stream.classify(frame), JSON.stringify(frame));
      for (const body of BODIES)
        for (const status of [200, 403, 429])
          assert.doesNotThrow(() => adapter.venueError(body, status), JSON.stringify(body));
    });

  for (const provider of contextProviders)
    it(`are refusals like any other to ${provider.displayName}`, () => {
      for (const body of REFUSALS) assert.doesNotThrow(() => provider.rejection(body), JSON.stringify(body));
    });
});
