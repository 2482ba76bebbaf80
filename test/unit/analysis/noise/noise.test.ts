import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { movesOf } from '../../../../src/analysis/noise/moves.ts';
import { HoursToShuffle } from '../../../../src/analysis/noise/hoursToShuffle.ts';
import { NoiseBook } from '../../../../src/analysis/noise/noiseBook.ts';
import { NoiseOfDay } from '../../../../src/analysis/noise/noiseOfDay.ts';
import { seededRandom } from '../../../../src/analysis/noise/random.ts';
import { shuffledMoments } from '../../../../src/analysis/noise/shuffledMoments.ts';
import { rankAt } from '../../../../src/analysis/noise/stake.ts';
import type { Track } from '../../../../src/analysis/noise/track.ts';
import { inUsualSizes, usualSizesAt } from '../../../../src/analysis/noise/usualSizes.ts';
import { changed, noiseMarket, withRise } from './markets.ts';

const OPTIONS = { moments: 60, minimumHours: 200 };

function rarityAt(track: Track, index: number, book = new NoiseBook(OPTIONS)): number | undefined {
  const moves = movesOf(track);
  const usual = usualSizesAt(moves, index);
  return usual === undefined
    ? undefined
    : book.rarityOf(track, index, inUsualSizes(moves, index, usual)).ofMove;
}

function stakeRarityAt(track: Track, index: number, book = new NoiseBook(OPTIONS)): number | undefined {
  const moves = movesOf(track);
  const usual = usualSizesAt(moves, index)!;
  const moment = { ...inUsualSizes(moves, index, usual), rank: rankAt(track.openInterestBase, index) };
  return book.rarityOf(track, index, moment).ofStake;
}

const sorted = (column: Float64Array): number[] => [...column].sort((a, b) => a - b);

describe('shuffled hours', () => {
  const track = noiseMarket(4, 300);
  const shuffled = new HoursToShuffle(track, 0, 300).shuffled(seededRandom(1));

  it('are the real ones in another order, pairs kept, without drift', () => {
    assert.equal(shuffled.close.length, 299);
    const logs = [...shuffled.close].map(Math.log);
    assert.ok(Math.abs(logs.at(-1)!) < 1e-9, 'the walk ends where it began');
    const kept = new Set(
      [...track.volumeBase].map((volume, hour) => `${volume} ${track.takerBuyBase[hour]}`),
    );
    shuffled.volumeBase.forEach((volume, hour) =>
      assert.ok(kept.has(`${volume} ${shuffled.takerBuyBase[hour]}`)),
    );
    assert.notDeepEqual([...shuffled.volumeBase], [...track.volumeBase.subarray(1)]);
    assert.equal(new Set(sorted(shuffled.longLiquidatedUsd)).size, 299);
  });

  it('leave out what is not known: no return over a gap, and unknown hours of a kind come first', () => {
    const gaps = changed(track, {
      close: (value, index) => (index === 100 ? Number.NaN : value),
      takerBuyBase: (value, index) => (index < 50 ? Number.NaN : value),
    });
    const { close, takerBuyBase } = new HoursToShuffle(gaps, 0, 300).shuffled(seededRandom(1));
    assert.equal(close.length, 297);
    assert.ok(close.every(Number.isFinite));
    assert.equal(
      takerBuyBase.findIndex((value) => !Number.isNaN(value)),
      297 - 250,
    );
  });
});

describe('rarity in noise', () => {
  it('is calibrated on markets without structure: a fifth of hours are among the rarest fifth', () => {
    let [rare, all] = [0, 0];
    for (let seed = 10; seed < 25; seed += 1) {
      const track = noiseMarket(seed, 400);
      const book = new NoiseBook(OPTIONS);
      // Hours a day apart say little of each other.
      for (let index = 260; index < 400; index += 24) {
        const rarity = rarityAt(track, index, book) ?? Number.NaN;
        assert.ok(rarity > 0 && rarity <= 1, String(rarity));
        if (rarity <= 0.2) rare += 1;
        all += 1;
      }
    }
    assert.ok(rare / all > 0.1 && rare / all < 0.3, `${rare} of ${all}`);
  });

  it('is small of a rise that takers and liquidations carry, and not of the same rise against them', () => {
    const track = noiseMarket(7, 400);
    const against = changed(withRise(track, 399), {
      takerBuyBase: (_, index) => track.takerBuyBase[index]! * (index > 375 ? 0.94 : 1),
      longLiquidatedUsd: (value, index) => value * (index > 375 ? 400 : 1),
    });
    assert.ok((rarityAt(withRise(track, 399), 399) ?? 1) <= 0.03);
    assert.ok((rarityAt(against, 399) ?? 0) > 0.5);
  });

  it('knows nothing of later hours, and of its own day only the hour itself', () => {
    const track = noiseMarket(8, 400);
    const later = changed(track, {
      close: (value, index) => (index > 350 ? value * 2 : value),
      shortLiquidatedUsd: (value, index) => (index > 350 ? 1e9 : value),
    });
    assert.equal(rarityAt(later, 350), rarityAt(track, 350));
    assert.notEqual(rarityAt(later, 399), rarityAt(track, 399));
  });

  it('is the same each time, whichever hour of the day was asked first', () => {
    const track = noiseMarket(9, 400);
    const book = new NoiseBook(OPTIONS);
    rarityAt(track, 383, book);
    assert.equal(rarityAt(track, 370, book), rarityAt(track, 370));
  });

  it('is not known with little history and without a price, and of each market its own', () => {
    const track = noiseMarket(9, 400);
    assert.equal(rarityAt(track, 210), undefined, 'the day began with 192 hours');
    const book = new NoiseBook(OPTIONS);
    assert.deepEqual(book.rarityOf(track, 380, { price: Number.NaN }), {});
    const calm = changed(track, { close: (_, index) => 100 * Math.exp(1e-4 * (index % 7)) });
    const moment = { price: 1, taker: 1, forceSide: 0 };
    const known = [book.rarityOf(track, 380, moment), book.rarityOf(calm, 380, moment, 'another')];
    assert.ok(known[0]?.ofMove !== undefined);
    assert.notDeepEqual(known[0], known[1]);
    assert.deepEqual(book.rarityOf(calm, 380, moment), known[0], 'held for the day');
    assert.deepEqual(book.rarityOf(calm, 380, moment, 'another'), known[1]);
  });

  it('is known as soon as the history has been read, also within the day', () => {
    const whole = noiseMarket(9, 400);
    const short = changed(whole, { close: (value, index) => (index < 300 ? Number.NaN : value) });
    const book = new NoiseBook(OPTIONS);
    assert.deepEqual(book.rarityOf(short, 380, { price: 1 }), {});
    assert.ok(book.rarityOf(whole, 381, { price: 1 }).ofMove !== undefined);
  });

  it('of a stake is calibrated too, and small where open interest stands higher than ever', () => {
    let [rare, all] = [0, 0];
    for (let seed = 30; seed < 45; seed += 1) {
      const track = noiseMarket(seed, 400);
      const book = new NoiseBook(OPTIONS);
      for (let index = 260; index < 400; index += 24) {
        const rarity = stakeRarityAt(track, index, book) ?? Number.NaN;
        assert.ok(rarity > 0 && rarity <= 1, String(rarity));
        if (rarity <= 0.2) rare += 1;
        all += 1;
      }
    }
    assert.ok(rare / all > 0.1 && rare / all < 0.35, `${rare} of ${all}`);
    const track = noiseMarket(31, 400);
    const record = changed(track, {
      openInterestBase: (value, index) => (index > 375 ? value * Math.exp((index - 375) * 0.01) : value),
    });
    assert.ok((stakeRarityAt(record, 399) ?? 1) <= 0.03);
    assert.equal(rarityAt(record, 399), rarityAt(track, 399), 'the move is the same');
    const unknown = changed(track, { openInterestBase: () => Number.NaN });
    assert.equal(stakeRarityAt(unknown, 399), undefined);
    assert.ok(rarityAt(unknown, 399) !== undefined);
  });

  it('is smaller of a rise that spot takers carry, where they are known', () => {
    const flat = noiseMarket(7, 400);
    const bell = noiseMarket(70, 400);
    const track = changed(flat, {
      spotVolumeBase: () => 100,
      spotTakerBuyBase: (_, index) => 100 * (bell.takerBuyBase[index]! / bell.volumeBase[index]!),
    });
    // Of the price alone: takers and liquidations leave room for what spot says.
    const rise = { ...track, close: withRise(track, 399).close };
    const withSpot = changed(rise, { spotTakerBuyBase: (value, index) => value * (index > 375 ? 1.06 : 1) });
    const againstSpot = changed(rise, {
      spotTakerBuyBase: (value, index) => value * (index > 375 ? 0.9 : 1),
    });
    assert.ok(rarityAt(withSpot, 399)! <= rarityAt(rise, 399)!);
    assert.ok(rarityAt(againstSpot, 399)! > rarityAt(withSpot, 399)!);
  });

  it('counts those moments alone of which a way is known', () => {
    const known = [0.5, 1, 1.5, 2].map((openInterest) => ({ price: 1, openInterest }));
    const some = new NoiseOfDay([...known, { price: 1 }, { price: 1, openInterest: Number.NaN }]);
    assert.deepEqual(some.rarityOf({ price: 0, openInterest: 9 }), new NoiseOfDay(known).rarityOf({ price: 0, openInterest: 9 })); // prettier-ignore
    assert.equal(some.rarityOf({ price: 1, openInterest: -9 }).ofStake, 1 / 5);
  });

  it('takes a day for every three of the history out of a shuffle, ten at most', () => {
    const taken = (hours: number): number =>
      [...shuffledMoments(noiseMarket(3, hours), hours, { moments: 1, minimumHours: 200 })].length;
    assert.deepEqual([taken(220), taken(400), taken(1_500)], [3, 5, 10]);
  });

  it('ranks a level among its own hours, a tie as half, and not with less than a week of them', () => {
    const levels = Float64Array.from({ length: 200 }, (_, hour) => hour);
    assert.equal(rankAt(levels, 199), 199.5 / 200);
    assert.equal(
      rankAt(
        levels.map(() => 7),
        199,
      ),
      0.5,
    );
    assert.ok(Number.isNaN(rankAt(levels, 100)));
    levels[150] = Number.NaN;
    assert.equal(rankAt(levels, 199), 198.5 / 199);
    assert.ok(Number.isNaN(rankAt(levels, 150)));
  });

  it('is of what the hour and the noise both know: what came in after the draw makes nothing rarer or more usual', () => {
    const prices = Array.from({ length: 99 }, (_, at) => ({ price: (at - 49) / 20, taker: Number.NaN }));
    const [early, hour] = [new NoiseOfDay(prices), { price: 1, taker: 3, openInterest: 4, rank: 1 }];
    assert.deepEqual(early.rarityOf(hour), early.rarityOf({ price: 1 }));
    assert.equal(early.rarityOf(hour).ofStake, undefined, 'and is not everywhere in noise that lacks it');
    // Moments of before a kind is known are none that lack it.
    const drawn = (isKnown: boolean) => (_: unknown, at: number) =>
      ({ price: at / 20, taker: isKnown ? 2 : NaN, openInterest: isKnown ? at / 10 : NaN });
    const [lacking, whole] = [Array.from({ length: 40 }, drawn(false)), Array.from({ length: 40 }, drawn(true))];
    const mixed = { price: 1, taker: 2, openInterest: 3 };
    assert.deepEqual(new NoiseOfDay([...lacking, ...whole]).rarityOf(mixed), new NoiseOfDay(whole).rarityOf(mixed));
  }); // prettier-ignore

  it('measures what is known of an hour against the same of noise', () => {
    const moments = [0.5, 1, 1.5, 2].map((price) => ({ price, taker: 3, forceSide: 3 }));
    const noise = new NoiseOfDay(moments);
    assert.equal(noise.rarityOf({ price: 2, taker: Number.NaN, forceSide: Number.NaN }).ofMove, 2 / 5);
    assert.equal(noise.rarityOf({ price: 2, taker: 0, forceSide: 0 }).ofMove, 1);
    assert.equal(noise.rarityOf({ price: 9, taker: 9, forceSide: 9 }).ofMove, 1 / 5);
    assert.deepEqual(new NoiseOfDay([]).rarityOf({ price: 1 }), {});
  });
});
