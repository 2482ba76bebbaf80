import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, it } from 'mocha';
import { SOCKET_FAULT_NAMES } from '../support/faults/socketFaults.ts';
import { heapAfterCollection } from '../support/memory.ts';
import { instrument } from '../support/streamExchange.ts';
import { createRig, type Rig, type RigOptions } from '../support/streamRig.ts';
import { tradesOf } from '../support/streamWire.ts';

const MINUTE = 60_000;
const GOING_AWAY = { event: 'going-away' };

describe('streams on sockets', () => {
  let rig: Rig;
  const start = async (options: RigOptions = {}): Promise<Rig> => {
    rig = await createRig(options);
    return rig;
  };
  afterEach(async () => {
    await rig.close();
  });

  /** The stored minutes of taker volume must be what the exchange's tape says, and nothing but whole minutes. */
  const checkMinutes = async (atLeast: number): Promise<number[]> => {
    const rows = (await rig.rows('taker-volume')).filter((row) => row.barMs === MINUTE);
    assert.ok(rows.length >= atLeast, `${rows.length} minutes`);
    for (const row of rows) {
      const tape = tradesOf(row.atMs - 1, row.atMs + MINUTE - 1);
      const sum = (side: string): number =>
        tape.filter((one) => one.side === side).reduce((all, one) => all + one.q, 0);
      assert.deepEqual(
        [row.takerBuyBase, row.takerSellBase],
        [sum('buy'), sum('sell')],
        new Date(row.atMs).toISOString(),
      );
    }
    return rows.map((row) => row.atMs);
  };

  it('is live by data, sums minutes as the tape has them, and keeps everything apart from live rows', async () => {
    await start();
    await rig.run(5);
    assert.equal(rig.stream('trade').state, 'live');
    assert.equal(rig.stream('price').state, 'live');
    assert.equal(rig.stream('liq').state, 'subscribed', 'no liquidation has proved the channel');
    await rig.run(240);
    const minutes = await checkMinutes(2);
    assert.equal(Math.min(...minutes) % MINUTE, 0);
    assert.equal(rig.stream('trade').isSimulated, true);
    assert.equal((await rig.stores.live.query({ kind: 'mark-price' })).length, 0);
    const prices = await rig.rows('mark-price');
    assert.ok(prices.length >= 4 && prices.length <= 6, `one price a minute is stored, not ${prices.length}`);
    assert.ok(rig.told.filter((row) => row.kind === 'mark-price').length > 200, 'the market hears of all');
    assert.equal((await rig.rows('trade')).length, 0);
    assert.deepEqual(await rig.gaps(), []);
  });

  for (const name of ['ws-ack-only', 'ws-pong-only', 'ws-silent'] as const)
    it(`F5 ${name}: never or no longer live, stale by the limit, connected again, a gap from the last data`, async () => {
      await start();
      await rig.run(10);
      const lastDataAtMs = rig.stream('trade').lastDataAtMs ?? 0;
      rig.wire.sockets.setFault({ name, pongs: true });
      const before = rig.wire.sockets.upgrades.length;
      await rig.run(23);
      assert.notEqual(rig.stream('trade').state, 'live');
      assert.ok(rig.wire.sockets.upgrades.length > before, 'connected again within 3 s of the limit');
      await rig.run(60);
      assert.notEqual(rig.stream('trade').state, 'live', 'acknowledgements and pongs prove nothing');
      rig.wire.sockets.setFault(undefined);
      await rig.run(120);
      assert.equal(rig.stream('trade').state, 'live');
      const gaps = (await rig.gaps()).filter((gap) => gap.stream === 'fake/trade');
      assert.equal(gaps.length, 1);
      assert.equal(gaps[0]?.fromMs, lastDataAtMs);
      await rig.run(240);
      const minutes = await checkMinutes(1);
      for (const atMs of minutes)
        for (const gap of gaps)
          assert.ok(atMs + MINUTE <= gap.fromMs || atMs >= gap.toMs, 'no minute touches the gap');
    });

  for (const fault of [
    { name: 'ws-reset-mid-frame', times: 1 },
    { name: 'ws-close', code: 1_006, times: 1 },
    { name: 'ws-close', code: 1_008, times: 1 },
    { name: 'ws-close', code: 4_004, times: 1 },
    { name: 'ws-deflate-bomb', times: 1 },
    { name: 'ws-bad-deflate', times: 1 },
    { name: 'ws-endless-frame', times: 1 },
  ] as const)
    it(`F6, F11 ${fault.name} ${'code' in fault ? fault.code : ''}: subscribed again within seconds, one gap, no repetition`, async () => {
      await start();
      await rig.run(10);
      rig.wire.sockets.setFault(fault);
      await rig.run(8);
      assert.equal(rig.stream('trade').state, 'live');
      assert.equal(rig.wire.sockets.upgrades.length, 2);
      assert.equal(rig.wire.sockets.connections, 1);
      const gaps = (await rig.gaps()).filter((gap) => gap.stream === 'fake/trade');
      assert.deepEqual(
        gaps.map((gap) => gap.cause),
        ['closed'],
      );
      assert.ok((gaps[0]?.toMs ?? 0) - (gaps[0]?.fromMs ?? 0) < 8_000);
      assert.equal(rig.stream('trade').drops.duplicates, 0);
      await rig.run(240);
      await checkMinutes(1);
    });

  it('F6 a notice and an expiry: the successor is live before the old one ends, without gap or repetition', async () => {
    await start({ exchange: { spec: { maxLifeMs: 100_000 } } });
    await rig.run(10);
    rig.wire.sockets.setFault({ name: 'ws-shutdown-notice', times: 1, afterMs: 60_000, notice: GOING_AWAY });
    await rig.run(5);
    assert.equal(rig.wire.sockets.upgrades.length, 2);
    rig.wire.sockets.setFault({ name: 'ws-expire', lifeMs: 100_000 });
    await rig.run(240);
    if (rig.wire.sockets.connections === 2) await rig.run(10);
    assert.ok(rig.wire.sockets.upgrades.length >= 4, 'replaced before the end of its life, again and again');
    assert.equal(rig.wire.sockets.connections, 1);
    assert.deepEqual(await rig.gaps(), []);
    const minutes = await checkMinutes(2);
    for (const [index, atMs] of minutes.slice(1).entries())
      assert.equal(atMs - (minutes[index] ?? 0), MINUTE);
    assert.ok(rig.stream('trade').drops.duplicates > 0, 'both connections told the same trades');
  });

  it('F6 connects at most once in 2 s per host, however often it breaks', async () => {
    await start();
    rig.wire.sockets.setFault({ name: 'ws-close', code: 1_008 });
    await rig.run(120);
    const times = rig.dials;
    assert.ok(times.length > 3);
    for (const [index, atMs] of times.slice(1).entries()) assert.ok(atMs - (times[index] ?? 0) >= 2_000);
    assert.ok(rig.lines.length <= 3, `${rig.lines.length} lines in two minutes`);
  });

  it('F7 refused for 24 h: attempts bounded by the cap, few lines, flat memory', async function () {
    this.timeout(60_000);
    await start({ address: 'ws://127.0.0.1:1' });
    const before = heapAfterCollection();
    let hours = 0;
    const endMs = rig.clock.nowMs() + 24 * 60 * MINUTE;
    while (rig.clock.nowMs() < endMs) {
      await rig.clock.advance(10_000);
      // A refusal comes from the machine's own network: a turn or two of real time.
      await new Promise((resolve) => setTimeout(resolve, 1));
      hours += 10 / 3_600;
    }
    const { reconnects, state, lastError, nextAttemptAtMs } = rig.stream('trade');
    assert.ok(hours > 23.9);
    assert.ok(reconnects > 1_000 && reconnects < 24 * 60 * 2.2, `${reconnects} attempts at 30 s on average`);
    assert.match(`${state} ${lastError}`, /^(gap|connecting) .*(refused|failed|closed)/);
    assert.ok(state !== 'gap' || nextAttemptAtMs !== undefined);
    assert.ok(rig.lines.length <= 24 * 60 + 1, `${rig.lines.length} lines`);
    const grownBytes = heapAfterCollection() - before;
    assert.ok(grownBytes < 4 * 1_048_576, `${Math.round(grownBytes / 1_024)} KiB more`);
  });

  for (const jumpMs of [3_600_000, -3_600_000, 8 * 3_600_000])
    it(`F8 a clock that jumps by ${jumpMs / 3_600_000} h: connected again within 10 s, minutes right, no negative age`, async () => {
      await start();
      await rig.run(10);
      rig.clock.jumpWall(jumpMs);
      await rig.run(10);
      assert.equal(rig.stream('trade').state, 'live');
      assert.equal(rig.wire.sockets.upgrades.length, 2);
      const gaps = (await rig.gaps()).filter((gap) => gap.stream === 'fake/trade');
      assert.deepEqual(
        gaps.map((gap) => gap.cause),
        ['clock'],
      );
      for (const gap of gaps) assert.ok(gap.toMs >= gap.fromMs);
      await rig.run(540);
      await checkMinutes(1);
      const { asOfMs, streams } = rig.hub.status();
      for (const one of streams) assert.ok(asOfMs >= one.sinceMs && asOfMs >= (one.lastDataAtMs ?? 0));
    });

  for (const [status, pauseMs] of [
    [429, 120_000],
    [403, 600_000],
    [451, 3_600_000],
  ] as const)
    it(`an upgrade refused with ${status} pauses ${status === 429 ? 'the host, for REST as well,' : 'streams alone,'} and none is asked before its time`, async () => {
      await start();
      await rig.run(5);
      rig.wire.sockets.setFault({
        name: 'ws-refuse-upgrade',
        status,
        retryAfter: status === 429 ? '120' : null,
        times: 1,
      });
      // The next connection is refused.
      rig.hub.follow(new Map());
      await rig.run(1);
      rig.hub.follow(new Map([['fake', [instrument('BTC')]]]));
      await rig.run(5);
      const refusedAtMs = rig.wire.sockets.upgrades.at(-1)?.atMs ?? 0;
      assert.equal(rig.wire.sockets.upgrades.at(-1)?.status, status);
      const seen = rig.wire.sockets.upgrades.length;
      const restAtMs = rig.http.nextAttemptAtMs('fake', rig.wire.url.replace('ws', 'http'));
      if (status === 429) assert.ok((restAtMs ?? 0) >= refusedAtMs + pauseMs - 10_000);
      else assert.equal(restAtMs, undefined);
      assert.ok((rig.stream('trade').nextAttemptAtMs ?? 0) > rig.clock.nowMs());
      await rig.clock.advance(pauseMs - 20_000);
      assert.equal(rig.wire.sockets.upgrades.length, seen, 'nothing is asked before its time');
      await rig.run(90);
      assert.equal(rig.stream('trade').state, 'live');
    });

  for (const name of ['ws-duplicate', 'ws-out-of-order', 'ws-replay'] as const)
    it(`F13 ${name}: the stored set is the reference set`, async () => {
      const liquidations = (fromMs: number, toMs: number): ReturnType<typeof tradesOf> =>
        tradesOf(fromMs, toMs, 5_000);
      await start({ wire: { liquidations } });
      if (name !== 'ws-replay') rig.wire.sockets.setFault({ name });
      await rig.run(60);
      if (name === 'ws-replay') {
        rig.wire.sockets.setFault({ name: 'ws-close', code: 1_006, times: 1 });
        await rig.run(1);
        rig.wire.sockets.setFault({ name });
      }
      await rig.run(240);
      rig.wire.sockets.setFault(undefined);
      await rig.run(3);
      await checkMinutes(2);
      const stored = await rig.rows('liquidation');
      const first = stored[0]?.atMs ?? 0;
      const reference = liquidations(first - 1, rig.clock.nowMs() - 2_000).map((one) => one.id);
      const ids = stored.map((row) => row.eventId);
      assert.equal(new Set(ids).size, ids.length, 'none twice');
      for (const id of reference)
        assert.ok(ids.includes(id), `liquidation ${id} was delivered and is stored`);
      if (name === 'ws-duplicate') assert.ok(rig.stream('trade').drops.duplicates > 1_000);
    });

  it('F13 ws-id-gap: what was delivered is stored, and nothing is made up for the rest', async () => {
    const liquidations = (fromMs: number, toMs: number): ReturnType<typeof tradesOf> =>
      tradesOf(fromMs, toMs, 1_000);
    await start({ wire: { liquidations }, exchange: { channels: ['liq'] } });
    rig.wire.sockets.setFault({ name: 'ws-id-gap' });
    await rig.run(102);
    const { messages } = rig.stream('liq');
    assert.ok(messages >= 85 && messages <= 92, `${messages} of 100`);
    await rig.gaps();
    assert.equal((await rig.rows('liquidation')).length, messages);
  });

  it('ws-flood: repetitions by the thousand change no number', async () => {
    await start();
    rig.wire.sockets.setFault({ name: 'ws-flood', perSecond: 2_000 });
    await rig.run(200);
    rig.wire.sockets.setFault(undefined);
    await rig.run(3);
    await checkMinutes(1);
    assert.ok(rig.stream('trade').drops.duplicates > 10_000);
    assert.equal(rig.hub.status().frames.dropped, 0);
  });

  it('ws-garbage: counted, and the stream goes on', async () => {
    await start();
    rig.wire.sockets.setFault({ name: 'ws-garbage' });
    await rig.run(30);
    assert.equal(rig.stream('trade').state, 'live');
    assert.equal(Object.prototype.hasOwnProperty.call({}, 'polluted'), false);
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
    assert.ok((rig.stream('trade').drops.issues.decode ?? 0) > 0, 'deep nesting is counted');
  });

  it('liquidations: back-fill shows events in the silence, so the channel is stale and its gap is filled', async () => {
    const liquidations = (fromMs: number, toMs: number): ReturnType<typeof tradesOf> =>
      tradesOf(fromMs, toMs, 5_000);
    const asked: string[] = [];
    await start({
      wire: { liquidations },
      exchange: { liq: { backfill: 'fake/history' } },
      backfill: (exchange, poll) => {
        asked.push(`${exchange} ${poll}`);
        const rows = liquidations(rig.clock.nowMs() - 10 * MINUTE, rig.clock.nowMs()).map((one) => ({
          kind: 'liquidation', exchange: 'fake', venueSymbol: 'BTCUSDT', baseAsset: 'BTC', instrument: 'fake:BTCUSDT',
          endpoint: 'GET /history', atMs: one.t, receivedAtMs: rig.clock.nowMs(), liquidatedSide: 'long', priceQuote: one.p,
          priceBasis: 'fill', sizeBase: one.q, coverage: 'complete', eventId: one.id,
        }) as const); // prettier-ignore
        return Promise.resolve({ rows, isSimulated: true });
      },
    });
    await rig.run(30);
    assert.equal(rig.stream('liq').state, 'live');
    const lastMs = rig.stream('liq').lastDataAtMs ?? 0;
    // From here on liquidations alone are not pushed.
    const frames = rig.wire.sockets;
    frames.setFault({ name: 'ws-ack-only' });
    await rig.run(70);
    frames.setFault(undefined);
    await rig.run(100);
    assert.equal(rig.stream('liq').state, 'live');
    const [gap] = (await rig.gaps()).filter((one) => one.stream === 'fake/liq');
    assert.ok(gap !== undefined && gap.fromMs <= lastMs + 30_000);
    assert.equal(gap.backfilled, true);
    assert.ok(asked.length >= 1 && asked.length <= 5, `${asked.length} times asked`);
    const ids = new Set((await rig.rows('liquidation')).map((row) => row.eventId));
    const reference = liquidations(gap.fromMs, gap.toMs).map((one) => one.id);
    for (const id of reference) assert.ok(ids.has(id), `liquidation ${id} of the gap`);
  });

  for (const [market, price, isStale] of [
    ['has moved', undefined, true],
    ['stands still', () => 100, false],
  ] as const)
    it(`F5 silent liquidations without a history, beside channels that go on: the market ${market}`, async () => {
      const endMs = Date.UTC(2026, 10, 1, 12, 1);
      const liquidations = (fromMs: number, toMs: number): ReturnType<typeof tradesOf> =>
        tradesOf(fromMs, Math.min(toMs, endMs), 1_000);
      await start({ wire: { liquidations, ...(price === undefined ? {} : { price }) } });
      await rig.run(40);
      assert.equal(rig.stream('liq').state, 'live');
      await rig.run(70);
      assert.equal(rig.wire.sockets.upgrades.length, isStale ? 2 : 1);
      const { state, isQuiet, gaps } = rig.stream('liq');
      assert.deepEqual([state, isQuiet, gaps], isStale ? ['subscribed', false, 1] : ['live', true, 0]);
      assert.equal(rig.stream('trade').gaps, 0, 'the other channels changed over without a gap');
    });

  it('a refused subscription is named and tried again', async () => {
    await start({ exchange: { price: { topics: () => ['bad.topic'] } } });
    await rig.run(5);
    assert.match(rig.stream('price').lastError ?? '', /refused: 4 no topic bad\.topic/);
    assert.equal(rig.stream('price').state, 'gap');
    await rig.run(180);
    const { length } = rig.wire.sockets.upgrades;
    assert.ok(length >= 3 && length <= 5, `tried again ever more slowly: ${length} connections`);
    assert.ok(rig.lines.length <= 5, `${rig.lines.length} lines in three minutes`);
  });

  it('answers pings of the exchange, sends its own, and unpacks gzip', async () => {
    await start({ wire: { packing: 'gzip', pingEveryMs: 5_000 }, exchange: { spec: { packing: 'gzip' } } });
    await rig.run(30);
    assert.equal(rig.stream('trade').state, 'live');
    assert.ok(rig.wire.sockets.received.filter((text) => text.startsWith('{"pong":')).length >= 4);
    assert.ok(rig.wire.sockets.received.filter((text) => text === 'ping').length >= 2);
  });

  it('splits topics over sockets and follows others without leaving the old before the new', async () => {
    await start({
      assets: ['BTC', 'ETH'],
      exchange: { channels: ['trade'], spec: { maxTopicsPerSocket: 1 } },
    });
    await rig.run(10);
    assert.equal(rig.wire.sockets.connections, 2);
    rig.hub.follow(new Map([['fake', [instrument('BTC'), instrument('SOL')]]]));
    await rig.run(10);
    assert.equal(rig.wire.sockets.connections, 2);
    assert.equal(rig.wire.sockets.upgrades.length, 3);
    assert.equal((await rig.gaps()).length, 0);
    assert.deepEqual(
      rig.hub.status().streams.map((one) => [one.part, one.state]),
      [
        [0, 'live'],
        [1, 'live'],
      ],
    );
  });

  it('ws-slow-upgrade: given up after 10 s and tried again', async () => {
    await start();
    rig.hub.follow(new Map());
    rig.wire.sockets.setFault({ name: 'ws-slow-upgrade', afterMs: 600_000, times: 1 });
    rig.hub.follow(new Map([['fake', [instrument('BTC')]]]));
    await rig.run(40);
    assert.equal(rig.stream('trade').state, 'live');
    assert.ok(rig.stream('trade').reconnects >= 1);
  });

  it('has a test for every fault of streams', async () => {
    await start();
    const here = readFileSync(import.meta.filename, 'utf8');
    const besides = readFileSync(join(import.meta.dirname, 'streamsTransport.test.ts'), 'utf8');
    for (const name of SOCKET_FAULT_NAMES) assert.ok((here + besides).includes(`'${name}'`), name);
  });

  it('leaves no timer, socket or listener behind', async () => {
    await start();
    await rig.run(5);
    await rig.hub.dispose();
    await rig.hub.dispose();
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(rig.clock.pending, 0);
    assert.equal(rig.client.size, 0);
    assert.equal(rig.wire.sockets.connections, 0);
  });
});
