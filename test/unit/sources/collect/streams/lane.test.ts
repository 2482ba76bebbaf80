import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { FollowedAssets } from '../../../../../src/sources/collect/streams/followedAssets.ts';
import { Lane, type Followed } from '../../../../../src/sources/collect/streams/lane.ts';
import { bybit } from '../../../../../src/sources/exchanges/bybit/adapter.ts';
import { ListCorrections } from '../../../../../src/sources/exchanges/listCorrections.ts';
import { instrument, streamExchange } from '../../../../support/streamExchange.ts';
import { HOUR, MINUTE, T0 } from './trades.ts';

const at = (ms: number) => ({ wallMs: T0 + ms, monoMs: ms });
const btc = instrument('BTC');
const followed: Followed = { instruments: [btc], table: new Map([[btc.key, btc]]), keys: new Set([btc.key]) };

function tradeLane(): Lane {
  const adapter = streamExchange({ channels: ['trade'] });
  const [channel] = adapter.streams?.[0]?.channels ?? [];
  assert.ok(channel !== undefined);
  const lane = new Lane(adapter, channel, 0, at(0));
  lane.topics = ['trade.BTCUSDT'];
  lane.handle({ type: 'connecting', connection: 1 }, at(0));
  lane.handle({ type: 'subscribed', connection: 1 }, at(0));
  return lane;
}

const tick = (ms: number, changes: object = {}): object => ({
  ch: 'trade',
  s: 'BTCUSDT',
  t: T0 + ms,
  p: 100,
  q: 1,
  id: `${ms}`,
  side: 'buy',
  ...changes,
});

/** Reads one frame as the runner does. */
function read(lane: Lane, ms: number, body: unknown): { atMs: number; base: number | undefined }[] {
  const { rows, isValid } = lane.read({ body, receivedAtMs: T0 + ms }, followed, ms);
  lane.handle({ type: 'data', connection: 1, isValid }, at(ms));
  return rows.flatMap((row) =>
    row.kind === 'taker-volume' ? [{ atMs: (row.atMs - T0) / MINUTE, base: row.takerBuyBase }] : [],
  );
}

describe('one channel on one socket', () => {
  it('gives no minute of which a row could not be read', () => {
    const lane = tradeLane();
    const minutes = [];
    for (let second = 0; second <= 300; second += 1) {
      const isBad = second === 90;
      minutes.push(...read(lane, second * 1_000, tick(second * 1_000, isBad ? { p: 'NaN' } : {})));
    }
    // Its time is unknown: it may belong to the minute before, which was not given out yet.
    assert.deepEqual(minutes, [
      { atMs: 2, base: 60 },
      { atMs: 3, base: 60 },
    ]);
  });

  it('gives no minute whose first row could not be read', () => {
    const lane = tradeLane();
    const minutes = [];
    for (let second = 0; second <= 300; second += 1)
      minutes.push(...read(lane, second * 1_000, tick(second * 1_000, second === 120 ? { p: 'NaN' } : {})));
    assert.deepEqual(minutes, [{ atMs: 3, base: 60 }]);
  });

  it('counts what it drops by reason and flags a share above 1 % once enough frames have come', () => {
    const lane = tradeLane();
    for (let n = 0; n < 99; n += 1) read(lane, n, n < 2 ? tick(n, { p: null }) : tick(n));
    assert.equal(lane.status(at(100)).isDropShareHigh, false, 'too few to tell');
    read(lane, 99, tick(99));
    read(lane, 100, tick(99));
    const { drops, messages, dropShare, isDropShareHigh } = lane.status(at(100));
    assert.deepEqual([messages, drops.issues.decode, drops.duplicates, isDropShareHigh], [101, 2, 1, true]);
    assert.ok(Math.abs(dropShare - 2 / 101) < 1e-9);
  });

  it('takes note of what its frames say against the list, and reads them as others have corrected it', () => {
    const adapter = bybit;
    const channel = adapter.streams
      ?.flatMap(({ channels }) => channels)
      .find(({ id }) => id === 'bybit/stream-tickers');
    assert.ok(channel !== undefined);
    const la = {
      ...instrument('LA'),
      key: 'bybit:LAUSDT',
      exchange: 'bybit',
      fundingIntervalMs: 4 * HOUR,
    } as const;
    const own: Followed = { instruments: [la], table: new Map([[la.key, la]]), keys: new Set([la.key]) };
    const corrections = new ListCorrections();
    const [first, second] = [0, 1].map((part) => new Lane(adapter, channel, part, at(0), corrections));
    const push = (lane: Lane | undefined, data: object): (number | false)[] =>
      (
        lane?.read(
          {
            body: { topic: 'tickers.LAUSDT', type: 'delta', ts: T0, data: { symbol: 'LAUSDT', ...data } },
            receivedAtMs: T0,
          },
          own,
          0,
        ).rows ?? []
      ).map((row) => row.kind === 'funding-rate' && row.intervalMs / HOUR);
    assert.deepEqual(push(second, { fundingRate: '0.001' }), [4]);
    assert.deepEqual(push(first, { fundingIntervalHour: '1' }), []);
    assert.deepEqual(push(second, { fundingRate: '0.001' }), [1], 'of the other socket too');
    assert.ok(corrections.isListInDoubt('bybit'), 'which has the list read again');
    assert.deepEqual(first?.status(at(0)).drops.issues, { contradiction: 1 });
    assert.equal(first.status(at(0)).dropShare, 0, 'it was read');
  });

  it('leaves out what nobody follows, which is still data', () => {
    const lane = tradeLane();
    const { rows, isValid } = lane.read({ body: tick(1, { s: 'DOGEUSDT' }), receivedAtMs: T0 }, followed, 1);
    assert.deepEqual([rows.length, isValid], [0, true]);
  });
});

describe('what is followed', () => {
  const tracked = (asset: string, isProvisional = false) => ({
    asset,
    instrument: instrument(asset),
    isProvisional,
  });

  it('outlives a question about something else, and ends when nobody asks any more', () => {
    const assets = new FollowedAssets();
    assets.add('fake', [tracked('BTC'), tracked('ETH')], 0);
    assets.add('fake', [tracked('AAVE')], HOUR);
    const names = (ms: number): string[] =>
      (assets.instruments(ms).get('fake') ?? []).map((one) => one.baseAsset);
    assert.deepEqual(names(HOUR), ['AAVE', 'BTC', 'ETH']);
    assets.add('fake', [tracked('BTC')], 2 * HOUR + 1);
    assert.deepEqual(names(2 * HOUR + 1), ['AAVE', 'BTC']);
    assert.deepEqual(names(5 * HOUR), []);
  });

  it('keeps known instruments through a round without the list, and is bounded', () => {
    const assets = new FollowedAssets();
    assets.add('fake', [tracked('BTC')], 0);
    const standIn = { ...tracked('BTC', true), instrument: { ...instrument('BTC'), venueSymbol: 'GUESS' } };
    assets.add('fake', [standIn], 1);
    assert.equal(assets.instruments(1).get('fake')?.[0]?.venueSymbol, 'BTCUSDT');
    assets.add(
      'fake',
      Array.from({ length: 500 }, (_, n) => tracked(`C${n}`)),
      2,
    );
    assert.equal(assets.instruments(2).get('fake')?.length, 200);
  });
});
