import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { coherenceOf } from '../../../../src/analysis/noise/coherence.ts';
import { movesOf } from '../../../../src/analysis/noise/moves.ts';
import type { Track } from '../../../../src/analysis/noise/track.ts';
import { inUsualSizes, usualSizesAt } from '../../../../src/analysis/noise/usualSizes.ts';
import { changed, noiseMarket } from './markets.ts';

const track = noiseMarket(2, 600);
const sizesOf = (of: Track, index = 500) => usualSizesAt(movesOf(of), index);

describe('usual sizes', () => {
  it('are the spread of the asset itself: of a walk, that of an hour times the root of 24', () => {
    const long = usualSizesAt(movesOf(noiseMarket(3, 1_500)), 1_499);
    assert.ok(
      long !== undefined && Math.abs(long.price / (0.005 * Math.sqrt(24)) - 1) < 0.25,
      `${long?.price}`,
    );
    assert.equal(long.hours, 1_440);
    assert.ok(Math.abs(long.taker.middle) < 0.01 && long.taker.spread > 0);
  });

  it('know nothing of the judged hour and of later ones', () => {
    const later = changed(track, {
      close: (value, index) => (index >= 500 ? value * 3 : value),
      takerBuyBase: (value, index) => (index >= 500 ? 0 : value),
      shortLiquidatedUsd: (value, index) => (index >= 500 ? 1e9 : value),
    });
    assert.deepEqual(sizesOf(later), sizesOf(track));
    assert.notDeepEqual(sizesOf(later, 560), sizesOf(track, 560));
  });

  it('hardly grow with a crash', () => {
    const crash = changed(track, { close: (value, index) => (index >= 400 ? value * 0.7 : value) });
    const [calm, after] = [sizesOf(track)?.price ?? 0, sizesOf(crash)?.price ?? 0];
    assert.ok(after < calm * 1.3, `${calm} became ${after}`);
  });

  it('need a week, and a price that moves', () => {
    const moves = movesOf(track);
    assert.equal(usualSizesAt(moves, 24 + 166), undefined);
    assert.ok(usualSizesAt(moves, 24 + 168) !== undefined);
    assert.equal(sizesOf(changed(track, { close: () => 100 })), undefined);
    assert.equal(sizesOf(changed(track, { close: () => Number.NaN })), undefined);
  });

  it('are not known of a kind that never moves or is not there, and nothing is infinite of it', () => {
    const still = changed(track, {
      openInterestBase: (_, index) => (index < 500 ? 5_000 : 6_000),
      // Until the judged hour: against no spread it would be infinitely far out.
      takerBuyBase: (_, index) => (track.volumeBase[index] ?? 0) / (index < 500 ? 2 : 1.5),
      longLiquidatedUsd: () => Number.NaN,
    });
    const usual = sizesOf(still);
    assert.ok(usual !== undefined);
    const move = inUsualSizes(movesOf(still), 500, usual);
    assert.ok(Number.isFinite(move.price));
    for (const kind of ['openInterest', 'taker', 'forceSide', 'forceSize'] as const)
      assert.ok(Number.isNaN(move[kind]), `${kind} is ${move[kind]}`);
  });
});

describe('coherence', () => {
  it('is the size of a move with what lies on its side, alike for a rise and a fall', () => {
    assert.equal(coherenceOf({ price: 2, taker: 1, forceSide: -0.5 }), 2.5);
    assert.equal(coherenceOf({ price: -2, taker: -1, forceSide: 0.5 }), 2.5);
  });

  it('counts nothing beyond three usual sizes, and what is not known not at all', () => {
    assert.equal(coherenceOf({ price: 9, taker: -9 }), 0);
    assert.equal(coherenceOf({ price: 1, taker: Number.NaN }), 1);
    assert.ok(Number.isNaN(coherenceOf({ price: Number.NaN, taker: 2, forceSide: 2 })));
  });
});
