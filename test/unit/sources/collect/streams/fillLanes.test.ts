import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { FillWindows } from '../../../../../src/sources/collect/streams/fillWindows.ts';
import { Lane, type Followed } from '../../../../../src/sources/collect/streams/lane.ts';
import { openInterestChannel } from '../../../../support/openInterestChannel.ts';
import { instrument, streamExchange } from '../../../../support/streamExchange.ts';
import { T0 } from './trades.ts';

const at = (ms: number) => ({ wallMs: T0 + ms, monoMs: ms });
const btc = instrument('BTC');
const followed: Followed = { instruments: [btc], table: new Map([[btc.key, btc]]), keys: new Set([btc.key]) };

/** Two lanes of one exchange over half a minute with one trade; `at14` happens to the lane of trades in between. */
function windowsWith(at14: (trades: Lane, frame: (ms: number, changes?: object) => void) => void): number {
  const adapter = streamExchange({ channels: ['trade', 'price'], price: openInterestChannel });
  const fills = new FillWindows();
  const [trades, sizes] = (adapter.streams?.[0]?.channels ?? []).map((channel) => {
    const lane = new Lane(adapter, channel, 0, at(0), undefined, fills);
    lane.handle({ type: 'connecting', connection: 1 }, at(0));
    lane.handle({ type: 'subscribed', connection: 1 }, at(0));
    return lane;
  });
  assert.ok(trades !== undefined && sizes !== undefined);
  const push = (lane: Lane, ms: number, changes: object): void => {
    const body = { s: 'BTCUSDT', t: T0 + ms, ...changes };
    const { isValid } = lane.read({ body, receivedAtMs: T0 + ms }, followed, ms);
    lane.handle({ type: 'data', connection: 1, isValid }, at(ms));
  };
  const trade = (ms: number, changes = {}): void =>
    push(trades, ms, { ch: 'trade', p: 100, q: 3, id: `${ms}`, side: 'buy', ...changes });
  trade(1_000);
  for (let ms = 5_000; ms <= 40_000; ms += 1_000) {
    push(sizes, ms, { ch: 'price', p: ms < 20_000 ? 100 : 106 });
    if (ms === 14_000) at14(trades, trade);
    if (ms === 19_000) trade(ms + 500);
  }
  return fills.drain().length;
}

describe('lone trades over two channels', () => {
  it('are found among the frames of both, once each', () => {
    assert.equal(windowsWith(() => undefined), 1); // prettier-ignore
    assert.equal(windowsWith((_, trade) => trade(1_000)), 1, 'a repetition is no second trade'); // prettier-ignore
  });

  it('are not, where the channel of trades has lost, misread or stopped something, or follows others', () => {
    const faults: Record<string, Parameters<typeof windowsWith>[0]> = {
      lost: (lane) => void lane.handle({ type: 'lost' }, at(14_000)),
      unreadable: (_, trade) => trade(14_000, { p: 'NaN' }),
      ended: (lane) => void lane.handle({ type: 'closed', connection: 1, cause: 'closed' }, at(14_000)),
      topics: (lane) => lane.setTopics(['trade.ETHUSDT']),
      late: (_, trade) => trade(-90_000),
    };
    for (const [name, fault] of Object.entries(faults)) assert.equal(windowsWith(fault), 0, name);
  });
});
