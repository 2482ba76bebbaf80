import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { moveAt, movesOf, MOVE_HOURS } from '../../../../src/analysis/noise/moves.ts';
import { changed, noiseMarket } from './markets.ts';

const track = noiseMarket(1, 100);
const sum = (column: Float64Array, last: number): number =>
  column.subarray(last - MOVE_HOURS + 1, last + 1).reduce((total, value) => total + value, 0);

describe('the moves of 24 hours', () => {
  it('are changes of logs, shares of what was traded and liquidated, and the size of the latter', () => {
    const move = moveAt(movesOf(track), 60);
    const [buys, volume] = [sum(track.takerBuyBase, 60), sum(track.volumeBase, 60)];
    const [longs, shorts] = [sum(track.longLiquidatedUsd, 60), sum(track.shortLiquidatedUsd, 60)];
    const near = (actual: number, expected: number): void =>
      assert.ok(Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`);
    near(move.price, Math.log(track.close[60]! / track.close[36]!));
    near(move.openInterest, Math.log(track.openInterestBase[60]! / track.openInterestBase[36]!));
    near(move.taker, (2 * buys - volume) / volume);
    near(move.forceSide, (shorts - longs) / (shorts + longs));
    near(move.forceSize, Math.log1p(shorts + longs));
  });

  it('are not known before a day has passed, and of an hour beyond the track', () => {
    const moves = movesOf(track);
    for (const index of [0, 22, 100]) assert.ok(Object.values(moveAt(moves, index)).every(Number.isNaN));
    assert.ok(!Number.isNaN(moveAt(moves, 23).taker));
  });

  it('know nothing where an end is not known, and take a share over two unknown hours but not three', () => {
    const without = (...hours: number[]) =>
      movesOf(
        changed(track, {
          close: (value, index) => (index === 36 ? Number.NaN : value),
          takerBuyBase: (value, index) => (hours.includes(index) ? Number.NaN : value),
          longLiquidatedUsd: (value, index) => (hours.includes(index) ? Number.NaN : value),
        }),
      );
    const two = moveAt(without(50, 51), 60);
    assert.ok(Number.isNaN(two.price));
    assert.ok(!Number.isNaN(two.openInterest) && !Number.isNaN(two.taker) && !Number.isNaN(two.forceSide));
    assert.ok(Number.isNaN(two.forceSize), 'a sum without two of its hours is not the sum');
    const three = moveAt(without(50, 51, 52), 60);
    assert.ok(Number.isNaN(three.taker) && Number.isNaN(three.forceSide));
  });

  it('have no side where nothing was liquidated, and a size of nothing', () => {
    const none = { longLiquidatedUsd: () => 0, shortLiquidatedUsd: () => 0 };
    const move = moveAt(movesOf(changed(track, none)), 60);
    assert.ok(Number.isNaN(move.forceSide));
    assert.equal(move.forceSize, 0);
  });
});
