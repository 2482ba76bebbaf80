import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { silentLogger } from '../../../../../src/core/logger.ts';
import type { Observation } from '../../../../../src/core/observation.ts';
import type { StreamGap } from '../../../../../src/core/streamGap.ts';
import { ConnectPacer } from '../../../../../src/sources/collect/streams/connectPacer.ts';
import { Dialer } from '../../../../../src/sources/collect/streams/dialer.ts';
import { FrameQueue } from '../../../../../src/sources/collect/streams/frameQueue.ts';
import { GapKeeper, type Backfill } from '../../../../../src/sources/collect/streams/gapKeeper.ts';
import { socketAddress } from '../../../../../src/sources/collect/streams/startStreams.ts';
import { ThrottledLog } from '../../../../../src/sources/collect/streams/throttledLog.ts';
import { createMemoryStore } from '../../../../../src/store/memoryStore.ts';
import { FakeClock, settle } from '../../../../support/fakeClock.ts';
import { instrument } from '../../../../support/streamExchange.ts';
import { HOUR, MINUTE, T0, trade } from './trades.ts';

const { tradeId: _id, takerSide: _side, sizeBase: _size, ...known } = trade(T0);
const liquidation = (n: number, atMs = T0 + n): Observation =>
  ({
    ...known, kind: 'liquidation', atMs, receivedAtMs: atMs, liquidatedSide: 'long', priceBasis: 'fill', sizeBase: 1,
    coverage: 'complete', eventId: `${n}`,
  }) as Observation; // prettier-ignore

describe('the queue of frames', () => {
  it('keeps the order, lets others have their turn, and survives what throws', async () => {
    const errors: unknown[] = [];
    const queue = new FrameQueue((error) => errors.push(error));
    const socket = queue.open();
    const done: number[] = [];
    const turns: number[] = [];
    for (let n = 0; n < 200; n += 1)
      socket.push(1, () => {
        const endMs = performance.now() + 0.5;
        while (performance.now() < endMs);
        if (n === 5) throw new Error('bad frame');
        done.push(n);
      });
    const turn = (): void => {
      turns.push(done.length);
      if (queue.status.length > 0) setImmediate(turn);
    };
    setImmediate(turn);
    while (queue.status.length > 0) await settle();
    assert.equal(done.length, 199);
    assert.deepEqual(
      done,
      done.toSorted((a, b) => a - b),
    );
    assert.equal(errors.length, 1);
    assert.ok(turns.length > 3, `${turns.length} turns for others`);
  });

  it('ends a turn after a large frame: what takes long is not read many times in a row', async () => {
    const queue = new FrameQueue((error) => assert.fail(String(error)));
    const [large, other] = [queue.open(), queue.open()];
    const order: string[] = [];
    const busy = (name: string): void => {
      const endMs = performance.now() + 8;
      while (performance.now() < endMs);
      order.push(name);
    };
    for (let n = 0; n < 4; n += 1) large.push(900_000, () => busy('large'));
    other.push(10, () => order.push('other'));
    const turn = (): void => {
      order.push('loop');
      if (queue.status.length > 0) setImmediate(turn);
    };
    setImmediate(turn);
    while (queue.status.length > 0) await settle();
    assert.deepEqual(order.filter((name) => name !== 'loop').slice(0, 2), ['large', 'other']);
    assert.ok(!order.join(' ').includes('large large'), order.join(' '));
  });

  it('is bounded by number and size for each socket, counts what it drops, and never drops a mark', async () => {
    const queue = new FrameQueue(() => undefined, { socketFrames: 10 });
    const [socket, other] = [queue.open(), queue.open()];
    let done = 0;
    const taken = Array.from({ length: 100 }, () => socket.push(1, () => (done += 1))).filter(Boolean);
    socket.mark(() => (done += 1_000));
    assert.equal(taken.length, 10);
    assert.deepEqual([socket.dropped, other.dropped, queue.status.dropped], [90, 0, 90]);
    assert.equal(
      other.push(1, () => (done += 10_000)),
      true,
      'another socket has its own room',
    );
    await settle();
    assert.equal(done, 11_010);
    assert.deepEqual([queue.status.length, socket.length, socket.characters], [0, 0, 0]);
    assert.equal(
      socket.push(9 * 1_048_576, () => undefined),
      false,
    );
  });

  it('is bounded for all sockets together, and keeps a little room for each', () => {
    const queue = new FrameQueue(() => undefined, { frames: 50, socketFrames: 20, reservedFrames: 2 });
    const floods = Array.from({ length: 10 }, () => queue.open());
    for (const flood of floods) for (let n = 0; n < 50; n += 1) flood.push(1, () => undefined);
    assert.deepEqual(
      floods.map((one) => one.length),
      [20, 20, 10, 2, 2, 2, 2, 2, 2, 2],
    );
    assert.equal(queue.status.length, 64);
    assert.equal(queue.status.dropped, 500 - 64);
    const small = new FrameQueue(() => undefined, { characters: 100, reservedCharacters: 10 });
    const [first, second] = [small.open(), small.open()];
    assert.equal(
      first.push(95, () => undefined),
      true,
    );
    assert.equal(
      second.push(11, () => undefined),
      false,
    );
    assert.equal(
      second.push(10, () => undefined),
      true,
    );
    for (const one of [queue, small]) one.clear();
    assert.equal(queue.status.length, 0);
  });

  it('works sockets off by turns: who has much delays no other', async () => {
    const queue = new FrameQueue(() => undefined);
    const [flood, calm] = [queue.open(), queue.open()];
    let before = 0;
    for (let n = 0; n < 10_000; n += 1) flood.push(1, () => (before += 1));
    let seen: number | undefined;
    calm.push(1, () => (seen = before));
    while (seen === undefined) await settle();
    assert.ok(seen <= 16, `${seen} frames of the other socket came first`);
    queue.clear();
  });
});

describe('gaps of streams', () => {
  const gap: StreamGap = {
    exchange: 'fake',
    stream: 'fake/liq',
    fromMs: T0,
    toMs: T0 + MINUTE,
    cause: 'closed',
    backfilled: false,
  };
  const setup = (backfill: Backfill) => {
    const clock = new FakeClock(T0 + 2 * MINUTE);
    const stores = { live: createMemoryStore('live'), simulated: createMemoryStore('simulated') };
    const rows: Observation[] = [];
    const keeper = new GapKeeper({
      storeOf: (source) => Promise.resolve(stores[source]), clock, logger: silentLogger, backfill,
      onRows: (_source, some) => void rows.push(...some),
    }); // prettier-ignore
    return { clock, stores, rows, keeper };
  };

  it('are filled only by a history that reaches back before them, and only from the same source', async () => {
    const cases = [
      { times: [T0 - 5, T0 + 5, T0 + 2 * MINUTE], isSimulated: false, filled: true, taken: 1 },
      { times: [T0 + 5], isSimulated: false, filled: false, taken: 1 },
      { times: [], isSimulated: false, filled: false, taken: 0 },
      { times: [T0 - 5, T0 + 5], isSimulated: true, filled: false, taken: 0 },
    ];
    for (const { times, isSimulated, filled, taken } of cases) {
      const history = times.map((atMs, n) => liquidation(n, atMs));
      const { keeper, rows, stores, clock } = setup(() => Promise.resolve({ rows: history, isSimulated }));
      keeper.add(gap, 'live', 'fake/history', [instrument('BTC')]);
      await clock.advance(10_000);
      await keeper.stop();
      assert.deepEqual(await stores.live.gaps({}), [{ ...gap, backfilled: filled }]);
      assert.equal(rows.length, taken);
      assert.deepEqual(await stores.simulated.gaps({}), []);
    }
  });

  it('are compared with a history in the exchange’s time, not that of the clock here', async () => {
    const history = [liquidation(1, T0 + 5), liquidation(2, T0 + MINUTE)];
    const { keeper, rows, stores, clock } = setup(() =>
      Promise.resolve({ rows: history, isSimulated: false }),
    );
    const ahead = { ...gap, fromMs: gap.fromMs + HOUR, toMs: gap.toMs + HOUR };
    keeper.add(ahead, 'live', 'fake/history', [instrument('BTC')], HOUR);
    await clock.advance(10_000);
    await keeper.stop();
    assert.equal(rows.length, 2);
    assert.deepEqual(await stores.live.gaps({}), [ahead], 'the history begins within the gap');
  });

  it('ask for history once it has settled, and once a minute, however many there are', async () => {
    let asked = 0;
    const { keeper, clock } = setup(() => Promise.resolve(void (asked += 1)));
    for (let n = 0; n < 500; n += 1)
      keeper.add({ ...gap, fromMs: T0 + n }, 'live', 'fake/history', [instrument('BTC')]);
    await clock.advance(9_000);
    assert.equal(asked, 0, 'the last seconds are not in the history yet');
    await clock.advance(1_000);
    assert.equal(asked, 1);
    keeper.add({ ...gap, fromMs: T0 + 500 }, 'live', 'fake/history', [instrument('BTC')]);
    await clock.advance(MINUTE);
    assert.equal(asked, 1);
    await clock.advance(10_000);
    assert.equal(asked, 2);
    await clock.advance(10 * MINUTE);
    assert.equal(asked, 2);
    await keeper.stop();
    assert.equal(clock.pending, 0);
  });
});

describe('the pace of connecting', () => {
  it('lets one through per host in 2 s', async () => {
    const clock = new FakeClock();
    const pacer = new ConnectPacer(clock);
    const { signal } = new AbortController();
    const times: number[] = [];
    for (const host of ['a', 'a', 'b', 'a'])
      void pacer.turn(host, signal).then(() => times.push(clock.monotonicMs()));
    await clock.advance(10_000);
    assert.deepEqual(times, [0, 0, 2_000, 4_000]);
  });

  it('counts the 2 s from when a connection is there or has failed, however long that takes', async () => {
    const clock = new FakeClock();
    const pacer = new ConnectPacer(clock);
    const { signal } = new AbortController();
    const times: number[] = [];
    const ends: (() => void)[] = [];
    for (let n = 0; n < 3; n += 1)
      void pacer.turn('a', signal).then(() => {
        times.push(clock.monotonicMs());
        ends.push(pacer.connecting('a'));
      });
    await clock.advance(7_000);
    assert.deepEqual(times, [0], 'one at a time');
    ends[0]?.();
    await clock.advance(1_999);
    ends[0]?.();
    assert.deepEqual(times, [0]);
    await clock.advance(1);
    assert.deepEqual(times, [0, 9_000]);
    ends[1]?.();
    await clock.advance(2_000);
    assert.deepEqual(times, [0, 9_000, 11_000]);
    ends[2]?.();
    assert.equal(clock.pending, 0);
  });

  it('one that gives up its turn leaves the next ones theirs', async () => {
    const clock = new FakeClock();
    const pacer = new ConnectPacer(clock);
    const stop = new AbortController();
    await pacer.turn('a', new AbortController().signal);
    const gone = pacer.turn('a', stop.signal);
    const next = pacer.turn('a', new AbortController().signal);
    await settle();
    stop.abort(new Error('stopped'));
    await assert.rejects(gone, /stopped/);
    await clock.advance(2_000);
    await next;
  });

  it('backs off with full jitter from 0.5 s to 60 s, keeps pauses of the host, and can be woken', async () => {
    const clock = new FakeClock();
    let pausedUntilMs = 0;
    const stop = new AbortController();
    const gate = {
      nextAttemptAtMs: () => (pausedUntilMs > clock.nowMs() ? pausedUntilMs : undefined),
      pause: () => undefined,
    };
    const dialer = new Dialer(
      { clock, random: () => 1, pacer: new ConnectPacer(clock), gate },
      'a',
      stop.signal,
    );
    const waits: number[] = [];
    for (let n = 0; n < 40; n += 1) {
      const beforeMs = clock.monotonicMs();
      const turn = dialer.turn();
      await clock.advance(70_000);
      assert.equal(await turn, true);
      waits.push(n);
      assert.ok(clock.monotonicMs() - beforeMs <= 70_000);
    }
    assert.ok(dialer.attempts <= 30);

    const long = dialer.turn();
    await settle();
    assert.equal(dialer.nextAttemptAtMs, clock.nowMs() + 60_000);
    dialer.wake();
    assert.equal(await long, true);

    pausedUntilMs = clock.nowMs() + 600_000;
    let isThrough = false;
    const paused = dialer.turn().then((isTurn) => (isThrough = isTurn));
    await clock.advance(300_000);
    dialer.wake();
    await clock.advance(299_000);
    assert.equal(isThrough, false, 'waking ends no pause');
    await clock.advance(5_000);
    await paused;
    assert.equal(isThrough, true);

    const last = dialer.turn();
    stop.abort(new Error('over'));
    assert.equal(await last, false);
    await settle();
    assert.equal(clock.pending, 0);
  });

  it('writes a line a minute and counts what it held back', async () => {
    const clock = new FakeClock();
    const lines: string[] = [];
    const log = new ThrottledLog({ ...silentLogger, warn: (line) => void lines.push(line) }, clock);
    for (let second = 0; second < 121; second += 1) {
      log.warn(`closed at ${second}`);
      await clock.advance(1_000);
    }
    assert.deepEqual(lines, [
      'closed at 0',
      'closed at 60 (and 59 more in the meantime)',
      'closed at 120 (and 59 more in the meantime)',
    ]);
  });
});

describe('the address of a stream', () => {
  it('is never the real one where the exchange was replaced', () => {
    const spec = { baseUrl: 'wss://real.example' };
    assert.equal(socketAddress(spec, undefined), 'wss://real.example');
    assert.equal(socketAddress(spec, {}), undefined);
    assert.equal(socketAddress(spec, { ws: 'ws://127.0.0.1:1' }), 'ws://127.0.0.1:1');
    const spot = { ...spec, host: 'spotWs' } as const;
    assert.equal(socketAddress(spot, { ws: 'ws://127.0.0.1:1' }), 'ws://127.0.0.1:1');
    assert.equal(
      socketAddress(spot, { ws: 'ws://127.0.0.1:1', spotWs: 'ws://127.0.0.1:2' }),
      'ws://127.0.0.1:2',
    );
  });
});
