import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import type { TakerVolume } from '../../src/core/observation.ts';
import { createRig, type Rig, type RigOptions } from '../support/streamRig.ts';
import { tradesOf } from '../support/streamWire.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const liquidations = (fromMs: number, toMs: number): ReturnType<typeof tradesOf> =>
  tradesOf(fromMs, toMs, 20_000);
const summed = (tape: ReturnType<typeof tradesOf>, side: 'buy' | 'sell'): number =>
  tape.filter((one) => one.side === side).reduce((sum, one) => sum + one.q, 0);

describe('streams and clocks', () => {
  let rig: Rig;
  const start = async (options: RigOptions): Promise<Rig> => {
    rig = await createRig(options);
    return rig;
  };
  afterEach(async () => {
    await rig.close();
  });
  const minutes = async (): Promise<TakerVolume[]> => {
    const rows = (await rig.rows('taker-volume')).filter((row) => row.barMs === MINUTE);
    for (const row of rows) {
      const tape = tradesOf(row.atMs - 1, row.atMs + MINUTE - 1);
      assert.deepEqual([row.takerBuyBase, row.takerSellBase], [summed(tape, 'buy'), summed(tape, 'sell')]);
    }
    return rows;
  };

  for (const aheadMs of [HOUR, -HOUR])
    it(`F8 a machine whose clock is ${aheadMs > 0 ? 'ahead' : 'behind'} by an hour: hours of liquidations are the exchange's`, async function () {
      this.timeout(60_000);
      const fromMs = Date.UTC(2026, 10, 1, 12, 57);
      await start({
        startMs: fromMs + aheadMs,
        aheadMs,
        wire: { liquidations },
        exchange: { channels: ['price', 'liq'] },
      });
      await rig.run(30);
      await rig.run(65 * 60, 10);
      const [row, ...others] = await rig.rows('liquidation-volume');
      assert.deepEqual([row?.atMs, others], [Date.UTC(2026, 10, 1, 13), []]);
      const tape = liquidations(Date.UTC(2026, 10, 1, 13) - 1, Date.UTC(2026, 10, 1, 14) - 1);
      assert.deepEqual(
        [row?.longLiquidatedBase, row?.shortLiquidatedBase],
        [summed(tape, 'sell'), summed(tape, 'buy')],
      );
      assert.deepEqual(await rig.gaps(), []);
    });

  for (const aheadMs of [HOUR, -HOUR])
    it(`F8 a machine whose clock is ${aheadMs > 0 ? 'ahead' : 'behind'} by an hour: a history accuses no channel that is silent rightly`, async () => {
      const fromMs = Date.UTC(2026, 10, 1, 12);
      const [quietFromMs, quietUntilMs] =
        aheadMs > 0 ? [fromMs + MINUTE, fromMs + HOUR] : [fromMs + MINUTE, Infinity];
      const events = (afterMs: number, toMs: number): ReturnType<typeof tradesOf> =>
        liquidations(afterMs, toMs).filter((one) => one.t < quietFromMs || one.t > quietUntilMs);
      await start({
        startMs: fromMs + aheadMs,
        aheadMs,
        wire: { liquidations: events },
        exchange: { channels: ['price', 'liq'], liq: { backfill: 'fake/history' } },
        backfill: () => {
          const rows = events(fromMs - 3 * HOUR, fromMs + 3 * HOUR).map((one) => ({
            kind: 'liquidation', exchange: 'fake', venueSymbol: 'BTCUSDT', baseAsset: 'BTC', instrument: 'fake:BTCUSDT',
            endpoint: 'GET /history', atMs: one.t, receivedAtMs: one.t, liquidatedSide: 'long', priceQuote: one.p,
            priceBasis: 'fill', sizeBase: one.q, coverage: 'complete', eventId: one.id,
          }) as const); // prettier-ignore
          return Promise.resolve({ rows, isSimulated: true });
        },
      });
      await rig.run(300);
      const { state, isQuiet } = rig.stream('liq');
      assert.deepEqual([state, isQuiet, await rig.gaps()], ['live', true, []]);
    });

  for (const aheadMs of [HOUR, -HOUR])
    it(`F8 a machine whose clock is ${aheadMs > 0 ? 'ahead' : 'behind'} by an hour: minutes are the exchange's`, async () => {
      await start({ startMs: Date.UTC(2026, 10, 1, 12, 0, 30) + aheadMs, aheadMs });
      await rig.run(300);
      assert.ok((await minutes()).length >= 2);
      assert.equal(rig.stream('trade').state, 'live');
    });

  it('a stream whose payload is dated ahead of the exchanges’ time gives no rows, and health counts them', async () => {
    await start({ aheadMs: -HOUR, startMs: Date.UTC(2026, 10, 1, 12), hub: { isTimed: true } });
    const date = (): void => {
      for (const exchange of ['a', 'b', 'fake'])
        rig.time.noteAnswer(exchange, {
          receivedAtMs: rig.clock.nowMs(), latencyMs: 10, serverDateMs: rig.clock.nowMs(),
        }); // prettier-ignore
    };
    date();
    await rig.run(90);
    assert.deepEqual([rig.told, await rig.rows('mark-price')], [[], []]);
    assert.ok((rig.stream('price').drops.issues['ahead-of-clock'] ?? 0) > 0);
  });

  it('a stream of a machine that is wrong gives rows in the exchanges’ time', async () => {
    await start({ aheadMs: -HOUR, startMs: Date.UTC(2026, 10, 1, 12), hub: { isTimed: true } });
    for (const exchange of ['a', 'b', 'fake'])
      rig.time.noteAnswer(exchange, {
        receivedAtMs: rig.clock.nowMs(), latencyMs: 10, serverDateMs: rig.clock.nowMs() + HOUR,
      }); // prettier-ignore
    await rig.run(90);
    const rows = await rig.rows('mark-price');
    assert.ok(rows.length > 0);
    for (const row of rows) assert.ok(Math.abs(row.receivedAtMs - row.atMs) < 3_000);
  });

  it('a marked socket among live exchanges reaches no store, and health says why', async () => {
    await start({ hub: { isWanted: (source) => source === 'live' } });
    await rig.run(30);
    rig.wire.sockets.setFault({ name: 'ws-close', code: 1_008, times: 1 });
    await rig.run(10);
    assert.deepEqual([rig.told, await rig.rows('mark-price'), await rig.gaps()], [[], [], []]);
    assert.deepEqual(await rig.stores.live.query({ kind: 'mark-price' }), []);
    assert.match(rig.stream('price').lastError ?? '', /another source than the market shows/);
  });

  for (const [name, startMs] of [
    ['the end of summer time', Date.UTC(2026, 9, 25, 0, 58)],
    ['the beginning of summer time', Date.UTC(2026, 2, 29, 0, 58)],
    ['a leap day', Date.UTC(2028, 1, 28, 23, 58)],
    ['the day after', Date.UTC(2028, 1, 29, 23, 58)],
  ] as const)
    it(`F8 ${name}: minutes go on, each once`, async () => {
      const zone = process.env['TZ'];
      process.env['TZ'] = 'Europe/Berlin';
      try {
        await start({ startMs });
        await rig.run(330);
        const times = (await minutes()).map((row) => row.atMs);
        assert.deepEqual(
          times,
          [1, 2, 3].map((n) => startMs + n * MINUTE),
        );
        assert.deepEqual(await rig.gaps(), []);
      } finally {
        if (zone === undefined) delete process.env['TZ'];
        else process.env['TZ'] = zone;
      }
    });
});
