import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { movesOf } from '../../../../src/analysis/noise/moves.ts';
import { HoursToShuffle } from '../../../../src/analysis/noise/hoursToShuffle.ts';
import { NoiseBook } from '../../../../src/analysis/noise/noiseBook.ts';
import { NoiseOfDay } from '../../../../src/analysis/noise/noiseOfDay.ts';
import { seededRandom } from '../../../../src/analysis/noise/random.ts';
import type { Track } from '../../../../src/analysis/noise/track.ts';
import { inUsualSizes, usualSizesAt } from '../../../../src/analysis/noise/usualSizes.ts';
import { changed, noiseMarket, withRise } from './markets.ts';

const OPTIONS = { shuffles: 40, minimumHours: 200 };

function rarityAt(track: Track, index: number, book = new NoiseBook(OPTIONS)): number | undefined {
  const moves = movesOf(track);
  const usual = usualSizesAt(moves, index);
  book.prepareNow(track, index);
  return usual === undefined ? undefined : book.rarityOf(track, index, inUsualSizes(moves, index, usual));
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

  it('is not known with little history, without a price, and before the day was drawn', async () => {
    const track = noiseMarket(9, 400);
    assert.equal(rarityAt(track, 210), undefined, 'the day began with 192 hours');
    const book = new NoiseBook(OPTIONS);
    assert.equal(book.rarityOf(track, 380, { price: 1 }), undefined);
    let pauses = 0;
    await book.prepare(track, 380, async () => void (pauses += 1));
    assert.ok(pauses >= 10, 'others are let run while it is drawn');
    assert.ok(book.rarityOf(track, 380, { price: 1 }) !== undefined);
    assert.equal(book.rarityOf(track, 380, { price: Number.NaN }), undefined);
    assert.equal(book.rarityOf({ ...track, asset: 'ETH' }, 380, { price: 1 }), undefined);
  });

  it('is known as soon as the history has been read, also within the day', () => {
    const whole = noiseMarket(9, 400);
    const short = changed(whole, { close: (value, index) => (index < 300 ? Number.NaN : value) });
    const book = new NoiseBook(OPTIONS);
    book.prepareNow(short, 380);
    assert.equal(book.rarityOf(short, 380, { price: 1 }), undefined);
    book.prepareNow(whole, 381);
    assert.ok(book.rarityOf(whole, 381, { price: 1 }) !== undefined);
  });

  it('measures what is known of an hour against the same of noise', () => {
    const moments = [0.5, 1, 1.5, 2].map((price) => ({ price, taker: 3, forceSide: 3 }));
    const noise = new NoiseOfDay(moments);
    assert.equal(noise.rarityOf({ price: 2, taker: Number.NaN, forceSide: Number.NaN }), 2 / 5);
    assert.equal(noise.rarityOf({ price: 2, taker: 0, forceSide: 0 }), 1);
    assert.equal(noise.rarityOf({ price: 9, taker: 9, forceSide: 9 }), 1 / 5);
    assert.equal(new NoiseOfDay([]).rarityOf({ price: 1 }), undefined);
  });
});
