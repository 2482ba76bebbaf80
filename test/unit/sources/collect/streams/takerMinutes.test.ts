import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { TakerVolume } from '../../../../../src/core/observation.ts';
import { EventWindow } from '../../../../../src/sources/collect/streams/eventWindow.ts';
import { TakerHours, TakerMinutes } from '../../../../../src/sources/collect/streams/takerMinutes.ts';
import { HOUR, MINUTE, T0, trade } from './trades.ts';

/** Feeds a trade a second over a time; returns the minutes given out, by their start in minutes from T0. */
function feed(minutes: TakerMinutes, fromMs: number, toMs: number): Record<number, number | undefined> {
  const found: Record<number, number | undefined> = {};
  for (let atMs = fromMs; atMs < toMs; atMs += 1_000)
    for (const row of minutes.add([trade(atMs)], atMs)) found[(row.atMs - T0) / MINUTE] = row.takerBuyBase;
  return found;
}

describe('taker volume by the minute', () => {
  it('gives whole minutes once nothing of them can come any more, and no part of one', () => {
    const minutes = new TakerMinutes();
    assert.deepEqual(feed(minutes, T0 + 20_000, T0 + 4 * MINUTE), { 1: 60 });
    assert.deepEqual(feed(minutes, T0 + 4 * MINUTE, T0 + 4 * MINUTE + 1_000), { 2: 60 });
  });

  it('gives nothing for minutes that touch a gap', () => {
    const minutes = new TakerMinutes();
    feed(minutes, T0, T0 + 3 * MINUTE + 30_000);
    minutes.uncover();
    assert.deepEqual(feed(minutes, T0 + 3 * MINUTE + 50_000, T0 + 7 * MINUTE), { 4: 60 });
  });

  it('gives nothing for a minute of which a trade was missed', () => {
    const minutes = new TakerMinutes();
    feed(minutes, T0 - 1_000, T0 + MINUTE + 30_000);
    minutes.missed(T0 + MINUTE + 10_000, T0 + MINUTE + 30_000);
    assert.deepEqual(feed(minutes, T0 + MINUTE + 30_000, T0 + 5 * MINUTE), { 2: 60 });
  });

  it('begins for each instrument with its own first trade', () => {
    const minutes = new TakerMinutes();
    const other = { instrument: 'fake:ETHUSDT', venueSymbol: 'ETHUSDT', baseAsset: 'ETH' } as const;
    const rows: TakerVolume[] = [];
    for (let atMs = T0 - 1_000; atMs <= T0 + 4 * MINUTE; atMs += 1_000) {
      const both = atMs < T0 + 30_000 ? [trade(atMs)] : [trade(atMs), trade(atMs, other)];
      rows.push(...minutes.add(both, atMs));
    }
    const named = rows.map((row) => `${row.baseAsset} ${(row.atMs - T0) / MINUTE}`);
    assert.deepEqual(named, ['BTC 0', 'BTC 1', 'ETH 1', 'BTC 2', 'ETH 2']);
  });

  it('does not take a repeated past for cover', () => {
    const minutes = new TakerMinutes();
    // A snapshot of the last two minutes, received at once.
    const snapshot = [0, 30, 60, 90, 119].map((s) =>
      trade(T0 + s * 1_000, { receivedAtMs: T0 + 2 * MINUTE }),
    );
    minutes.add(snapshot, T0 + 119_000);
    assert.deepEqual(feed(minutes, T0 + 2 * MINUTE, T0 + 5 * MINUTE), { 2: 60 });
  });

  it('keeps sides apart, and leaves out a unit that not every trade states', () => {
    const minutes = new TakerMinutes();
    minutes.add([trade(T0 - 1)], T0 - 1);
    minutes.add(
      [
        trade(T0 + 1, { notionalUsd: 100, sizeContracts: 3 }),
        trade(T0 + 2, { takerSide: 'sell', sizeBase: 2, sizeContracts: 6 }),
      ],
      T0 + 2,
    );
    const [row] = minutes.add([trade(T0 + 2 * MINUTE)], T0 + 2 * MINUTE);
    const { takerBuyBase, takerSellBase, takerBuyContracts, takerSellContracts, barMs, atMs } = row ?? {};
    assert.deepEqual([takerBuyBase, takerSellBase, takerBuyContracts, takerSellContracts], [1, 2, 3, 6]);
    assert.deepEqual([barMs, atMs], [MINUTE, T0]);
    assert.ok(row !== undefined && !('takerBuyUsd' in row));
  });

  it('has no coins and no contracts of a minute in which one trade states none', () => {
    const minutes = new TakerMinutes();
    minutes.add([trade(T0 - 1)], T0 - 1);
    const { sizeBase: _coins, ...inContracts } = trade(T0 + 2, { sizeContracts: 6, notionalUsd: 50 });
    minutes.add([trade(T0 + 1, { notionalUsd: 100 }), inContracts], T0 + 2);
    const [row] = minutes.add([trade(T0 + 2 * MINUTE)], T0 + 2 * MINUTE);
    assert.deepEqual([row?.takerBuyUsd, row?.takerSellUsd], [150, 0]);
    for (const unit of ['takerBuyBase', 'takerSellBase', 'takerBuyContracts', 'takerSellContracts'])
      assert.ok(row !== undefined && !(unit in row), unit);
  });

  it('sums hours of 60 minutes and nothing less', () => {
    const hours = new TakerHours();
    const minute = (n: number, changes: Partial<TakerVolume> = {}): TakerVolume => ({
      ...(trade(T0 + n * MINUTE) as unknown as TakerVolume),
      kind: 'taker-volume', barMs: MINUTE, takerBuyBase: 2, takerSellBase: 1, ...changes,
    }); // prettier-ignore
    const first = Array.from({ length: 60 }, (_, n) => minute(n));
    const [row] = hours.add(first);
    assert.deepEqual([row?.atMs, row?.barMs, row?.takerBuyBase, row?.takerSellBase], [T0, HOUR, 120, 60]);
    const second = Array.from({ length: 59 }, (_, n) => minute(60 + n + (n > 30 ? 1 : 0)));
    assert.deepEqual(hours.add(second), []);
    assert.deepEqual(hours.add([minute(120)]), []);
  });
});

describe('the window of events', () => {
  it('knows repetitions by id, also under another time, and by everything else without one', () => {
    const window = new EventWindow();
    assert.equal(window.judge(trade(T0), 0), 'new');
    assert.equal(window.judge(trade(T0), 0), 'duplicate');
    const { tradeId: _, ...bare } = trade(T0);
    assert.equal(window.judge(bare, 0), 'new');
    assert.equal(window.judge(bare, 0), 'duplicate');
    assert.equal(window.judge(bare, 0, 1), 'new', 'the second of two equal ones in a frame');
    assert.equal(window.judge({ ...bare, priceQuote: 101 }, 0), 'new');
    assert.equal(window.judge({ ...bare, instrument: 'fake:ETHUSDT' }, 0), 'new');
  });

  it('takes events up to 60 s out of order and counts later ones as late', () => {
    const window = new EventWindow();
    window.judge(trade(T0), 0);
    assert.equal(window.judge(trade(T0 - 60_000), 0), 'new');
    assert.equal(window.judge(trade(T0 - 60_001), 0), 'late');
  });

  it('is not led astray by one wrong time, and recovers where the first was wrong', () => {
    const window = new EventWindow();
    window.judge(trade(T0), 0);
    assert.equal(window.judge(trade(T0 + HOUR, { receivedAtMs: T0 }), 1_000), 'late');
    assert.equal(window.judge(trade(T0 + 1_000), 1_000), 'new');
    const wrong = new EventWindow();
    wrong.judge(trade(T0 + HOUR), 0);
    assert.equal(wrong.judge(trade(T0), 0), 'late');
    assert.equal(wrong.judge(trade(T0 + 301_000), 301_000), 'new');
  });

  it('is bounded: beyond 400,000 keys the oldest are forgotten and count as late', () => {
    const window = new EventWindow();
    for (let n = 0; n < 600_000; n += 1) window.judge(trade(T0 + Math.floor(n / 10), { tradeId: `${n}` }), 0);
    assert.ok(window.size <= 400_000, `${window.size}`);
    assert.equal(window.judge(trade(T0, { tradeId: '0' }), 0), 'late');
  });
});
