import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { silentLogger } from '../../../../../src/core/logger.ts';
import { ConnectPacer } from '../../../../../src/sources/collect/streams/connectPacer.ts';
import { FrameQueue } from '../../../../../src/sources/collect/streams/frameQueue.ts';
import { Lane } from '../../../../../src/sources/collect/streams/lane.ts';
import type { EndedGap } from '../../../../../src/sources/collect/streams/laneState.ts';
import { SocketRunner } from '../../../../../src/sources/collect/streams/socketRunner.ts';
import type { SocketHandlers } from '../../../../../src/sources/transport/webSocketClient.ts';
import { FakeClock, settle } from '../../../../support/fakeClock.ts';
import { instrument, streamExchange } from '../../../../support/streamExchange.ts';
import { T0 } from './trades.ts';

const btc = instrument('BTC');
const followed = { instruments: [btc], table: new Map([[btc.key, btc]]), keys: new Set<string>([btc.key]) };

/** A runner of one channel whose connections are in the hands of the test. */
function setup(capacity: number) {
  const clock = new FakeClock(T0);
  const adapter = streamExchange({ channels: ['price'] });
  const [spec] = adapter.streams ?? [];
  assert.ok(spec?.channels[0] !== undefined);
  const lane = new Lane(adapter, spec.channels[0], 0, { wallMs: T0, monoMs: 0 });
  lane.topics = ['price.BTCUSDT'];
  const sockets: SocketHandlers[] = [];
  const ended: number[] = [];
  const gaps: EndedGap[] = [];
  const stored: boolean[] = [];
  const runner = new SocketRunner(
    { exchange: 'fake', spec, url: 'ws://fake.invalid/ws', lanes: [lane], followed },
    {
      clock,
      logger: silentLogger,
      random: () => 0,
      pacer: new ConnectPacer(clock),
      gate: { nextAttemptAtMs: () => undefined, pause: () => undefined },
      frames: new FrameQueue((error) => assert.fail(String(error)), { socketFrames: capacity }),
      client: {
        connect(_request, handlers) {
          const index = sockets.push(handlers) - 1;
          return { send: () => undefined, ping: () => undefined, close: () => void ended.push(index) };
        },
      },
      onRows: (_rows, isSimulated) => void stored.push(isSimulated),
      onGap: (_lane, gap) => void gaps.push(gap),
      exchangeTime: () => undefined,
      askWitness: () => Promise.resolve('quiet'),
    },
  );
  const price = (): string => JSON.stringify({ ch: 'price', s: 'BTCUSDT', t: clock.nowMs(), p: 100 });
  const push = (index = 0): void => sockets[index]?.onMessage(price(), clock.nowMs());
  const tick = async (seconds = 1): Promise<void> => {
    for (let second = 0; second < seconds; second += 1) {
      await clock.advance(1_000);
      runner.tick({ wallMs: clock.nowMs(), monoMs: clock.monotonicMs() });
      await settle();
    }
  };
  return { clock, runner, lane, sockets, ended, gaps, stored, push, tick };
}

describe('the runner of a socket of streams', () => {
  it('an overflow is one gap, from the last frame before it to the first after it', async () => {
    const { clock, runner, lane, sockets, gaps, push, tick } = setup(2);
    runner.start();
    await settle();
    sockets[0]?.onOpen({ isSimulated: true });
    push();
    await settle();
    const lastMs = clock.nowMs();
    await tick();
    // Two wait, three do not fit; then one more waits behind them, and is followed by others that do not fit.
    for (let n = 0; n < 5; n += 1) push();
    await settle();
    push();
    push();
    push();
    await settle();
    assert.equal(lane.state.state, 'gap');
    assert.deepEqual(gaps, [], 'frames that waited beside the lost ones end no gap');
    await tick();
    push();
    await settle();
    assert.equal(lane.state.state, 'live');
    assert.deepEqual(gaps, [{ fromMs: lastMs, toMs: clock.nowMs(), cause: 'overflow' }]);
    runner.stop();
  });

  it('never has a simulated and a live connection of one socket side by side', async () => {
    const { runner, sockets, ended, stored, lane, push, tick } = setup(100);
    runner.start();
    await settle();
    sockets[0]?.onOpen({ isSimulated: true });
    push();
    await tick(40);
    // Data is overdue: a successor is opened, which says that it is live.
    assert.equal(sockets.length, 2);
    sockets[1]?.onOpen({ isSimulated: false });
    assert.deepEqual(ended, [0]);
    push(0);
    push(1);
    await settle();
    assert.deepEqual(stored, [true, false], 'what the old one still says is not read');
    assert.equal(lane.state.state, 'live');
    runner.stop();
  });
});
