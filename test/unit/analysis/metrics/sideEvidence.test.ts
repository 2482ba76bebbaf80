import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { wholeLots } from '../../../../src/analysis/metrics/sideEvidence/evidence.ts';
import {
  changeWithinVolume,
  singleFills,
  type FilledWindow,
  type TradedInterval,
} from '../../../../src/analysis/metrics/sideEvidence/fills.ts';
import { evenLots, oneLot } from '../../../../src/analysis/metrics/sideEvidence/lots.ts';
import { twoStatements } from '../../../../src/analysis/metrics/sideEvidence/twoStatements.ts';
import { seed } from './seed.ts';

const evens = (count: number): number[] => Array.from({ length: count }, (_, index) => 2 * (index + 1));

describe('whole lots', () => {
  it('are told through the noise of decimal fractions, and refused where the lot does not fit', () => {
    assert.equal(wholeLots(27_353.17682, 10 ** -5), 2_735_317_682);
    assert.equal(wholeLots(0.3, 0.1), 3);
    assert.equal(wholeLots(5_000_000_000, 1), 5_000_000_000);
    assert.equal(wholeLots(0.35, 0.1), undefined);
    assert.equal(wholeLots(1, 0), undefined);
    assert.equal(wholeLots(Number.NaN, 1), undefined);
  });
});

describe('even lots', () => {
  it('prove both sides where all of at least 20 are even, with the chance of one side', () => {
    const ones = evenLots(Array.from({ length: 20 }, () => 1));
    assert.deepEqual([ones.counted, ones.of], [0, 20]);
    const found = evenLots(evens(25));
    assert.deepEqual([found.verdict, found.counted, found.of, found.chance], ['both', 25, 25, 2 ** -25]);
    assert.equal(found.words, 'Open interest counts both sides: 25 of 25 values are even lots (chance 3e-8)');
    assert.equal(evenLots(evens(20)).verdict, 'both');
  });

  it('prove nothing with fewer, nor with one odd value', () => {
    assert.equal(evenLots(evens(19)).verdict, 'undecided');
    assert.match(evenLots(evens(19)).words, /19 of 19 values are even lots, 20 instruments are needed/);
    const odd = evenLots([...evens(24), 7]);
    assert.deepEqual([odd.verdict, odd.counted, odd.of, odd.chance], ['undecided', 24, 25, undefined]);
    assert.match(odd.words, /^Undecided: 24 of 25 values are even lots, which proves nothing$/);
  });

  it('count no zeros: an empty book is even on any side', () => {
    assert.equal(evenLots([...evens(19), 0, 0, 0]).of, 19);
    assert.equal(evenLots([]).verdict, 'undecided');
  });

  it(`follow parity alone (seed ${seed})`, () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1e9 }), { minLength: 20, maxLength: 200 }), (sizes) => {
        assert.equal(evenLots(sizes).verdict, sizes.every((size) => size % 2 === 0) ? 'both' : 'undecided');
        assert.equal(evenLots(sizes.map((size) => 2 * size)).verdict, 'both');
      }),
      { seed },
    );
  });
});

describe('a single lot', () => {
  it('proves one side: counted twice it would be two', () => {
    const found = oneLot([40, 1, 0, 3]);
    assert.deepEqual([found.verdict, found.counted, found.of], ['one', 1, 3]);
    assert.equal(found.words, 'Open interest counts one side: 1 of 3 values are a single lot');
  });

  it('is needed: two lots, zeros and nothing prove nothing', () => {
    for (const lots of [[2, 40], [0, 0], []]) assert.equal(oneLot(lots).verdict, 'undecided', String(lots));
    assert.match(oneLot([40, 2, 6]).words, /the smallest of 3 values is 2 lots/);
  });
});

describe('changes over a single trade', () => {
  const opened = (factor: number, fills: number): FilledWindow[] =>
    Array.from({ length: fills }, (_, index) => {
      const change = factor * (index + 1) * (index % 2 === 0 ? -1 : 1);
      return { before: 1_000, after: 1_000 + change, fill: index + 1 };
    });

  it('are once the size of one side, twice the size of both', () => {
    assert.deepEqual([singleFills(opened(1, 10)).verdict, singleFills(opened(1, 10)).of], ['one', 10]);
    assert.equal(singleFills(opened(2, 10)).verdict, 'both');
    assert.match(singleFills(opened(2, 12)).words, /12 of 12 changes over a single trade are twice its size/);
  });

  it('prove nothing in fewer than ten windows, nor where a tenth and more are neither', () => {
    assert.equal(singleFills(opened(1, 9)).verdict, 'undecided');
    assert.equal(singleFills([...opened(1, 10), ...opened(1.5, 2)]).verdict, 'undecided');
    assert.equal(singleFills([...opened(1, 10), ...opened(2, 10)]).verdict, 'undecided');
    for (const neither of [0.5, 1.1, 1.5, 2.2, 4]) {
      const found = singleFills(opened(neither, 10));
      assert.deepEqual([found.verdict, found.counted, found.of], ['undecided', 0, 10], `${neither} times`);
    }
    assert.equal(singleFills([]).verdict, 'undecided');
  });

  it('leave out windows without a change', () => {
    assert.equal(singleFills([{ before: 110, after: 110, fill: 4 }]).of, 0);
  });
});

describe('changes against volume', () => {
  const interval = (change: number, volume: number): TradedInterval => ({
    openInterestBefore: 1_000,
    openInterestAfter: 1_000 + change,
    volume,
  });

  it('prove both sides where ten are larger than the volume and none than twice', () => {
    const breaches = Array.from({ length: 10 }, (_, index) =>
      interval((index % 2 ? -1 : 1) * (110 + 9 * index), 100),
    );
    const found = changeWithinVolume([...breaches, interval(5, 100)]);
    assert.deepEqual([found.verdict, found.counted, found.of], ['both', 10, 11]);
    assert.equal(changeWithinVolume(breaches.slice(1)).verdict, 'undecided');
  });

  it('prove nothing by fewer, by none, or where times or units do not fit', () => {
    assert.equal(changeWithinVolume([interval(150, 100), interval(150, 100)]).verdict, 'undecided');
    assert.equal(changeWithinVolume([interval(100, 100), interval(-101, 100)]).counted, 0);
    assert.equal(
      changeWithinVolume([interval(1, 100), interval(2, 100)]).words,
      'Undecided: 0 of 2 changes are larger than the volume',
    );
    const wild = [...Array<number>(12).fill(150), 900].map((change) => interval(change, 100));
    assert.match(changeWithinVolume(wild).words, /1 of them larger than twice/);
    assert.equal(changeWithinVolume(wild).verdict, 'undecided');
    assert.equal(changeWithinVolume([interval(5, 0), interval(5, Number.NaN)]).of, 0);
  });

  it(`are never breached by one side: what opens is traded (seed ${seed})`, () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 1e6 }), fc.double({ min: -1, max: 1, noNaN: true }))),
        (bars) => {
          const one = bars.map(([volume, share]) => interval(volume * share, volume));
          assert.equal(changeWithinVolume(one).counted, 0);
        },
      ),
      { seed },
    );
  });
});

describe('two statements of one number', () => {
  it('show twice the one-sided field: the control is Bybit, whose documents say so', () => {
    // openInterest and singleOpenInterest of one answer.
    const found = twoStatements([{ stated: 52_664.642, oneSided: 26_332.321 }]);
    assert.deepEqual([found.verdict, found.counted, found.of], ['both', 1, 1]);
    assert.equal(
      found.words,
      'Open interest counts both sides: 1 of 1 values are 2 times the one-sided field',
    );
  });

  it('show the same number, or neither', () => {
    assert.equal(twoStatements([{ stated: 100, oneSided: 101 }, { stated: 7, oneSided: 7 }]).verdict, 'one'); // prettier-ignore
    assert.equal(twoStatements([{ stated: 100, oneSided: 100 }, { stated: 14, oneSided: 7 }]).verdict, 'undecided'); // prettier-ignore
    assert.match(
      twoStatements([{ stated: 7, oneSided: 7 }]).words,
      /1 of 1 values are 1 times the one-sided field/,
    );
    assert.equal(twoStatements([{ stated: 150, oneSided: 100 }]).verdict, 'undecided');
    assert.equal(twoStatements([]).verdict, 'undecided');
  });
});
