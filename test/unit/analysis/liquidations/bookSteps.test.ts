import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { LevelBook } from '../../../../src/analysis/liquidations/levelBook.ts';
import { LiveLevels } from '../../../../src/analysis/liquidations/liveLevels.ts';
import {
  createPriceGrid,
  drawnRange,
  gridPosition,
  type PriceGrid,
} from '../../../../src/analysis/liquidations/priceGrid.ts';
import { bar } from './bars.ts';

/** Ten bins, each twice as dear as the one below, two to a row: bin b has its centre at 2^(b + 0.5). */
const GRID: PriceGrid = {
  rows: 5,
  binsPerRow: 2,
  bins: 10,
  lowestLog: 0,
  binLog: Math.LN2,
  priceEdges: Float64Array.of(1, 4, 16, 64, 256, 1024),
  binPrices: Float64Array.from({ length: 10 }, (_, bin) => 2 ** (bin + 0.5)),
};
const tier = (share: number, distance: number) => ({
  leverage: 2,
  share,
  longRatio: 2 ** -distance,
  shortRatio: 2 ** distance,
});
const ENTRY = 2 ** 5.2;

/** A book with 100 coins opened at 2^5.2, and what is left on both sides after prices went from `low` to `high`. */
function leftAfter(low: number, high: number, openInterest?: number): [number, number] {
  const book = new LevelBook(GRID, [tier(0.5, 2), tier(0.5, 3)]);
  book.step(bar(0, 0, ENTRY));
  book.step(bar(1, 100, ENTRY));
  book.step(bar(2, openInterest, ENTRY, { lowQuote: low, highQuote: high }));
  return [book.outstandingLongBase, book.outstandingShortBase];
}

describe('steps of the level book', () => {
  // Longs stand in bins 3 and 2 (centres 2^3.5 and 2^2.5), shorts in bins 7 and 8 (2^7.5 and 2^8.5).
  it('consumes a level as the price reaches the centre of its bin', () => {
    assert.deepEqual(leftAfter(2 ** 3.51, 2 ** 7.49), [100, 100]);
    assert.deepEqual(leftAfter(2 ** 3.49, 2 ** 7.49), [50, 100]);
    assert.deepEqual(leftAfter(2 ** 3.51, 2 ** 7.51), [100, 50]);
    assert.deepEqual(leftAfter(2 ** 2.51, 2 ** 8.49), [50, 50]);
    assert.deepEqual(leftAfter(2 ** 2.49, 2 ** 8.51), [0, 0]);
  });

  it('explains a fall on either side by what was consumed there', () => {
    // 50 of 100 are gone on one side: a fall to 60 closes none of the 50 left there, and 40 of 100 on the other.
    assert.deepEqual(leftAfter(ENTRY, 2 ** 7.6, 60), [60, 50]);
    assert.deepEqual(leftAfter(2 ** 3.4, ENTRY, 60), [50, 60]);
    // A fall to 25 leaves half of the 50.
    assert.deepEqual(leftAfter(2 ** 3.4, ENTRY, 25), [25, 25]);
  });

  it('adds up the levels of a row at their own prices, in the column asked for', () => {
    const book = new LevelBook(GRID, [tier(0.5, 2), tier(0.5, 3)]);
    book.step(bar(0, 0, ENTRY));
    book.step(bar(1, 100, ENTRY));
    const cells = new Float32Array(10);
    book.writeColumn(cells, 2, 1);
    const column = [1, 3, 5, 7, 9].map((index) => cells[index]);
    const [long, short, farShort] = [50 * 2 ** 2.5 + 50 * 2 ** 3.5, 50 * 2 ** 7.5, 50 * 2 ** 8.5];
    assert.deepEqual(column, [0, long, 0, short, farShort].map(Math.fround));
    assert.ok([0, 2, 4, 6, 8].every((index) => cells[index] === 0));
  });
});

describe('live levels of a side', () => {
  const sizes = (levels: LiveLevels): [number, number][] => {
    const seen: [number, number][] = [];
    levels.forEach((bin, size) => seen.push([bin, size]));
    return seen;
  };

  it('keep sizes per bin at both ends of the grid, and count those outside', () => {
    const levels = new LiveLevels(3);
    for (const [bin, size] of [
      [0, 1],
      [2, 2],
      [2, 3],
      [-1, 10],
      [3, 20],
      [NaN, 40],
    ] as const)
      levels.add(bin, size);
    assert.deepEqual(sizes(levels), [
      [0, 1],
      [2, 5],
    ]);
    assert.equal(levels.outstandingBase, 76);
    assert.equal(levels.consumeFrom(1), 5);
    assert.equal(levels.consumeFrom(-4), 1);
    assert.deepEqual(sizes(levels), []);
    assert.equal(levels.outstandingBase, 70);
    levels.add(0, 7);
    assert.equal(levels.consumeFrom(0), 7);
  });

  it('shrink together, new sizes counting in full', () => {
    const levels = new LiveLevels(3);
    levels.add(0, 8);
    levels.add(2, 4);
    levels.shrink(0.25);
    levels.add(2, 4);
    assert.deepEqual(sizes(levels), [
      [0, 2],
      [2, 5],
    ]);
    assert.equal(levels.outstandingBase, 7);
    assert.equal(levels.consumeFrom(2), 5);
    assert.equal(levels.outstandingBase, 2);
  });

  it('start anew after everything was closed', () => {
    const levels = new LiveLevels(2);
    levels.add(0, 8);
    levels.add(1, 8);
    levels.shrink(0);
    assert.deepEqual(sizes(levels), []);
    levels.add(0, 3);
    assert.deepEqual(sizes(levels), [[0, 3]]);
    assert.equal(levels.consumeFrom(0), 3);
  });
});

describe('price grid', () => {
  it('cuts rows into bins of at most 0.05 % of price, 64 to a row', () => {
    const rowsOf = (rowLog: number): PriceGrid => createPriceGrid(100, 100 * Math.exp(2 * rowLog), 2);
    assert.equal(rowsOf(0.000_4).binsPerRow, 1);
    assert.equal(rowsOf(0.000_6).binsPerRow, 2);
    assert.equal(rowsOf(0.004_9).binsPerRow, 10);
    assert.equal(rowsOf(0.031_9).binsPerRow, 64);
    assert.equal(rowsOf(0.5).binsPerRow, 64);
    const grid = rowsOf(0.000_6);
    assert.equal(grid.bins, 4);
    assert.deepEqual(
      [...grid.binPrices].map((price) => Math.log(price / 100).toFixed(6)),
      ['0.000150', '0.000450', '0.000750', '0.001050'],
    );
    assert.deepEqual(
      [...grid.priceEdges].map((price) => Math.log(price / 100).toFixed(6)),
      ['0.000000', '0.000600', '0.001200'],
    );
    assert.equal(gridPosition(grid, 100), 0);
    assert.equal(gridPosition(grid, grid.priceEdges[1] ?? NaN).toFixed(6), '2.000000');
  });

  it('reaches to the furthest level that can exist, and a thousandth more, but no further than the padding', () => {
    const rangeOf = (tiers: Parameters<typeof drawnRange>[2], padding: number): [string, string] => {
      const { lowQuote, highQuote } = drawnRange(100, 200, tiers, padding);
      return [lowQuote.toFixed(4), highQuote.toFixed(4)];
    };
    const near = { leverage: 20, share: 0.5, longRatio: 0.95, shortRatio: 1.04 };
    const far = { leverage: 5, share: 0.5, longRatio: 0.8, shortRatio: 1.3 };
    const never = { leverage: 1, share: 1, longRatio: undefined, shortRatio: undefined };
    assert.deepEqual(rangeOf([near], 0.5), ['94.9950', '208.0080']);
    assert.deepEqual(rangeOf([near, far], 0.5), ['79.9800', '260.0600']);
    assert.deepEqual(rangeOf([near, far], 0.1), ['89.9900', '220.0200']);
    assert.deepEqual(rangeOf([near, never], 0.3), ['69.9700', '260.0600']);
    // Without padding the grid still stays open, by 0.1 %.
    assert.deepEqual(rangeOf([near], 0), ['99.8999', '200.2002']);
  });
});
