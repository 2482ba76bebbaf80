import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Issue } from '../../../../../src/core/issue.ts';
import { readSide, sumBook, type Side } from '../../../../../src/sources/exchanges/kit/book.ts';

type Level = readonly [price: number, size: number];

const sideOf = (levels: readonly Level[]): Side =>
  readSide({ report: ({ message }) => assert.fail(message) }, levels, 'levels');
const sumDepth = (bids: readonly Level[], asks: readonly Level[], basePerUnit: number | undefined) =>
  sumBook(sideOf(bids), sideOf(asks), basePerUnit);

// Mid 100, band 99 to 101.
const bids: Level[] = [[99.5, 2], [99, 3], [98.9, 100]]; // prettier-ignore
const asks: Level[] = [[100.5, 1], [101, 4], [101.1, 100]]; // prettier-ignore

describe('sums of a book', () => {
  it('sums coins and quote currency within one percent of the mid price, the edge included', () => {
    assert.deepEqual(sumDepth(bids, asks, 1), {
      bandFraction: 0.01, midPriceQuote: 100, reachedBid: true, reachedAsk: true, levels: 4,
      bidBase: 5, askBase: 5, bidUsd: 496, askUsd: 504.5,
    }); // prettier-ignore
  });

  it('takes levels in any order', () => {
    assert.deepEqual(sumDepth([...bids].reverse(), [...asks].reverse(), 1), sumDepth(bids, asks, 1));
  });

  it('converts contracts by their size, and keeps them where it is not known', () => {
    const sized = sumDepth(bids, asks, 0.5);
    assert.equal(sized?.bidBase, 2.5);
    assert.equal(sized?.askUsd, 252.25);
    const unsized = sumDepth(bids, asks, undefined);
    assert.equal(unsized?.bidContracts, 5);
    assert.ok(unsized !== undefined && !('bidBase' in unsized) && !('bidUsd' in unsized));
  });

  it('says on which side the book ends inside the band, so that its sum is a lower bound', () => {
    const sums = sumDepth(bids.slice(0, 1), asks, 1);
    assert.equal(sums?.reachedBid, false);
    assert.equal(sums?.reachedAsk, true);
  });

  it('gives nothing for a book without a mid price', () => {
    assert.equal(sumDepth([], asks, 1), undefined);
    assert.equal(sumDepth(bids, [], 1), undefined);
    assert.equal(sumDepth([[101, 1]], [[100, 1]], 1), undefined);
    assert.equal(sumDepth([[100, 1]], [[100, 1]], 1), undefined);
  });
});

describe('one side of a book', () => {
  const read = (
    list: readonly unknown[],
    names?: readonly [string, string],
  ): { side: number[][]; issues: Issue[] } => {
    const issues: Issue[] = [];
    const { prices, sizes } = readSide(
      { report: (issue) => void issues.push(issue) },
      list,
      'bids',
      undefined,
      names,
    );
    return { side: [[...prices], [...sizes]], issues };
  };

  it('is read from texts and numbers, by position or by name, without levels of size 0', () => {
    assert.deepEqual(read([['100', '2', '0', '7'], [99, 0], ['98.5', 1]]).side, [[100, 98.5], [2, 1]]); // prettier-ignore
    assert.deepEqual(read([{ p: '100', s: 2 }], ['p', 's']).side, [[100], [2]]);
  });

  it('is empty where a level of it cannot be read: a book only means something whole', () => {
    for (const broken of [['0', '1'], ['100', ''], ['100'], null, 'x', ['100', '-1'], ['NaN', '1']]) {
      const { side, issues } = read([['101', '1'], broken]);
      assert.deepEqual(side, [[], []], JSON.stringify(broken));
      assert.match(issues[0]?.path ?? '', /^bids\[1\]/);
    }
    assert.deepEqual(
      read([['100', '2']], ['p', 's']).side,
      [[], []],
      'a list is no object that names its fields',
    );
  });
});
