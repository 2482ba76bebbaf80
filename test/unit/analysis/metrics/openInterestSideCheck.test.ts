import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  openInterestSide,
  openInterestSideBySum,
} from '../../../../src/analysis/metrics/openInterestSideCheck.ts';

const side = (stated: number, longBase: number, shortBase: number, isComplete = false): string =>
  openInterestSide(stated, { longBase, shortBase, isComplete }).side;

describe('the side of a stated open interest', () => {
  it('is one where one side of some positions is more than half of it', () => {
    assert.equal(side(1_000, 520, 10), 'one');
    assert.equal(side(1_000, 10, 900), 'one');
  });

  it('is never proven to be both by some positions', () => {
    for (const [longs, shorts] of [[500, 500], [505, 1], [0, 0], [1, 499]] as const)
      assert.equal(side(1_000, longs, shorts), 'undecidable', `${longs} ${shorts}`); // prettier-ignore
  });

  it('is decided by all positions', () => {
    assert.equal(side(1_000, 1_000, 1_000, true), 'one');
    assert.equal(side(1_000, 500, 500, true), 'both');
    assert.equal(side(1_000, 495, 503, true), 'both');
  });

  it('is a contradiction where neither convention fits', () => {
    assert.equal(side(1_000, 1_100, 0), 'contradiction');
    assert.equal(side(1_000, 700, 700, true), 'contradiction');
    assert.equal(side(1_000, 1_000, 400, true), 'contradiction');
  });

  it('forgives what changes between two readings, and no more', () => {
    assert.equal(side(1_000, 1_015, 0), 'one');
    assert.equal(side(1_000, 1_030, 0), 'contradiction');
    assert.equal(openInterestSide(1_000, { longBase: 1_015, shortBase: 0 }, 0.001).side, 'contradiction');
  });

  it('is undecidable without sizes', () => {
    for (const stated of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      assert.equal(side(stated, 1, 1), 'undecidable', String(stated));
    assert.equal(side(1_000, Number.NaN, 1), 'undecidable');
    assert.equal(openInterestSideBySum(1_000, 0).side, 'undecidable');
  });

  it('follows from another statement of one side', () => {
    assert.equal(openInterestSideBySum(2_010, 1_000).side, 'both');
    assert.equal(openInterestSideBySum(990, 1_000).side, 'one');
    assert.equal(openInterestSideBySum(1_500, 1_000).side, 'contradiction');
  });
});
