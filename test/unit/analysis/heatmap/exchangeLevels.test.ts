import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { ASSUMED_MARGIN } from '../../../../src/analysis/heatmap/assumedMargin.ts';
import { ExchangeLevels, placedShare } from '../../../../src/analysis/heatmap/exchangeLevels.ts';
import {
  heatmapAssumptions,
  type ExchangeFacts,
} from '../../../../src/analysis/heatmap/heatmapAssumptions.ts';
import { LEVERAGES, OTHER_PRIORS } from '../../../../src/analysis/heatmap/leveragePriors.ts';
import type { MarginTable } from '../../../../src/analysis/heatmap/marginBands.ts';
import {
  addRows,
  largestRows,
  modelledRows,
  ROW_FRACTION,
  ROWS,
} from '../../../../src/analysis/heatmap/priceRows.ts';
import { DEFAULT_LEVERAGE_WEIGHTS } from '../../../../src/analysis/heatmap/leveragePriors.ts';
import { anyBars, bar } from './bars.ts';

const seed = Number(process.env['PERPSCOPE_SEED'] ?? Date.now() % 2 ** 31);
const plain = (maintenanceMarginRate: number, maxLeverage: number): MarginTable => ({
  ...{ unit: 'usd', margin: 'linear', source: 'a test' },
  tiers: [{ from: 0, maintenanceMarginRate, maxLeverage }],
});
const only = (leverage: number) => [{ leverage, weight: 1 }];

/** 1,000 coins at first, 1,500 after the second bar, all at 100. */
function risen(table: MarginTable = plain(0.004, 125), exchange = 'a'): ExchangeLevels {
  const levels = new ExchangeLevels(exchange, table, LEVERAGES, 100);
  levels.step(bar(0, 100));
  levels.step(bar(1, 100, { openInterestBase: 1_500 }));
  return levels;
}

describe('levels of an exchange', () => {
  it('have no book for a leverage that is not there, and share its weight among the others', () => {
    const levels = risen(plain(0.0125, 40));
    assert.deepEqual(levels.impossible, [50, 100]);
    assert.deepEqual(
      levels.sharesOf(DEFAULT_LEVERAGE_WEIGHTS).map((share) => Number(share.toFixed(9))),
      [0.15, 0.3, 0.25].map((one) => Number((one / 0.7).toFixed(9))),
    );
    assert.deepEqual(levels.sharesOf(only(100)), levels.sharesOf(DEFAULT_LEVERAGE_WEIGHTS));
    assert.deepEqual(levels.sharesOf(only(10)), [0, 1, 0]);
  });

  it('say which part of open interest is placed', () => {
    assert.equal(placedShare([risen()], 'long', only(10)), 1 / 3);
    assert.equal(
      placedShare([new ExchangeLevels('a', ASSUMED_MARGIN, LEVERAGES, 100)], 'long', only(10)),
      undefined,
    );
  });

  it('stand where each side is liquidated, in rows away from the price', () => {
    const levels = risen();
    for (const [side, ratio] of [
      ['long', 0.98 / 0.996],
      ['short', 1.02 / 1.004],
    ] as const) {
      const rows = modelledRows([levels], side, 100, only(50), []);
      const at = Math.floor(Math.abs(1 - ratio) / ROW_FRACTION);
      const near = rows.slice(at - 1, at + 2).reduce((sum, { notionalQuote }) => sum + notionalQuote, 0);
      assert.ok(Math.abs(near - 500 * 100 * ratio) < 0.005 * near, `${side} ${near}`);
      assert.equal(
        rows.reduce((sum, { notionalQuote }) => sum + notionalQuote, 0),
        near,
      );
      assert.ok(rows.every(({ side: own }) => own === side));
      const [row] = largestRows(rows, 1);
      assert.ok(
        row !== undefined && row.lowQuote <= 100 * ratio * 1.003 && row.highQuote >= 100 * ratio * 0.997,
      );
    }
  });

  it('add up over exchanges, each with its own margin table', () => {
    const [a, b] = [risen(), risen(plain(0.0125, 40), 'b')];
    const sumOf = (exchanges: ExchangeLevels[]): number[] =>
      modelledRows(exchanges, 'long', 100, DEFAULT_LEVERAGE_WEIGHTS, []).map(
        ({ notionalQuote }) => notionalQuote,
      );
    const [both, first, second] = [sumOf([a, b]), sumOf([a]), sumOf([b])];
    both.forEach((one, row) =>
      assert.ok(Math.abs(one - (first[row] ?? 0) - (second[row] ?? 0)) < 1e-6, `row ${row}`),
    );
    // 50x and 100x of the first lie within 2 %; the second has nothing there.
    assert.ok(first.slice(0, 8).reduce((sum, one) => sum + one, 0) > 0);
    assert.equal(
      second.slice(0, 4).reduce((sum, one) => sum + one, 0),
      0,
    );
  });

  it('are named once where they are broad, largest first, and never where there is nothing', () => {
    const row = (side: 'long' | 'short', notionalQuote: number) => ({
      ...{ side, notionalQuote, leastQuote: 0, mostQuote: 0, lowQuote: 1, highQuote: 2 },
      ...{ nearFraction: 0, farFraction: 0 },
    });
    const longs = [0, 3, 9, 4, 0, 7, 7, 1].map((size) => row('long', size));
    const shorts = [8, 2, 0, 5].map((size) => row('short', size));
    const named = largestRows([...longs, ...shorts], 10).map(({ notionalQuote }) => notionalQuote);
    assert.deepEqual(named, [9, 8, 7, 5]);
    assert.deepEqual(largestRows([...longs, ...shorts], 1), [longs[2]]);
    assert.deepEqual(largestRows([row('long', 0)], 1), []);
  });

  it('are uncertain by what other splits of leverage make of them', () => {
    const rows = modelledRows([risen()], 'short', 100, DEFAULT_LEVERAGE_WEIGHTS, OTHER_PRIORS);
    for (const { notionalQuote, leastQuote, mostQuote } of rows)
      assert.ok(leastQuote <= notionalQuote && notionalQuote <= mostQuote);
    assert.ok(rows.some(({ leastQuote, mostQuote }) => mostQuote > 1.5 * leastQuote && leastQuote > 0));
    for (const prior of OTHER_PRIORS)
      assert.ok(Math.abs(prior.reduce((sum, { weight }) => sum + weight, 0) - 1) < 1e-12);
  });

  it(`are linear in the weights (PERPSCOPE_SEED=${seed})`, () => {
    fc.assert(
      fc.property(anyBars, (bars) => {
        const levels = new ExchangeLevels('a', ASSUMED_MARGIN, LEVERAGES, 100);
        for (const one of bars) levels.step(one);
        const price = bars.at(-1)?.closeQuote ?? 100;
        const mixed = modelledRows([levels], 'long', price, DEFAULT_LEVERAGE_WEIGHTS, []);
        const sum = new Float64Array(ROWS);
        for (const [at, book] of levels.books.entries())
          addRows(book.long, 'long', price, levels.sharesOf(DEFAULT_LEVERAGE_WEIGHTS)[at] ?? 0, sum);
        for (const [row, { notionalQuote }] of mixed.entries()) {
          assert.ok(Number.isFinite(notionalQuote) && notionalQuote >= 0);
          assert.ok(Math.abs(notionalQuote - (sum[row] ?? 0)) <= 1e-6 * (1 + notionalQuote));
        }
      }),
      { seed, numRuns: 50 },
    );
  });
});

describe('shares of leverage', () => {
  it('are linear in the weights, also where a leverage does not exist', () => {
    const levels = risen(plain(0.0125, 40));
    const mixed = levels.sharesOf([
      { leverage: 5, weight: 0.4 },
      { leverage: 50, weight: 0.6 },
    ]);
    const [five, fifty] = [levels.sharesOf(only(5)), levels.sharesOf(only(50))];
    mixed.forEach((one, at) =>
      assert.ok(Math.abs(one - 0.4 * (five[at] ?? 0) - 0.6 * (fifty[at] ?? 0)) < 1e-12),
    );
    assert.ok(Math.abs(mixed.reduce((sum, one) => sum + one, 0) - 1) < 1e-12);
  });
});

describe('assumptions of a heatmap', () => {
  const facts: ExchangeFacts = {
    impossible: [],
    marginSource: 'a table',
    margin: 'linear',
    hasVolume: true,
    bars: 10,
    withoutPrices: 0,
    withoutOpenInterest: 0,
  };

  const said = (exchanges: ExchangeFacts[]): string[] =>
    heatmapAssumptions({ weights: only(10), areFitted: false, exchanges });

  it('say first that nothing was measured, and of what was left out only where something was', () => {
    assert.match(said([facts])[0] ?? '', /^Modelled, not measured/);
    assert.doesNotMatch(said([facts]).join('\n'), /Left out|missing/);
    const more = said([{ ...facts, impossible: [50, 100], withoutPrices: 2, withoutOpenInterest: 3 }]);
    assert.match(more.join('\n'), /Left out: 50x, 100x, which/);
    assert.match(more.join('\n'), /Left out: 2 of 12 bars without prices/);
    assert.match(more.join('\n'), /missing in 3 of 10 bars/);
  });

  it('do not claim a turnover that nobody knows', () => {
    assert.match(said([facts]).join('\n'), /10 % of what is traded/);
    assert.match(said([{ ...facts, hasVolume: false }]).join('\n'), /the volume is not known/);
  });

  it('name whom they are of where there are several', () => {
    const one = { ...facts, name: 'OKX', marginSource: 'OKX BTC-USDT-SWAP, today' };
    const other = { ...facts, name: 'HTX', marginSource: 'assumed', impossible: [100], hasVolume: false };
    const text = said([one, { ...other, margin: 'inverse', pricesOf: 'the mark price of OKX' }]).join('\n');
    assert.match(text, /linear contracts, inverse ones of HTX/);
    assert.match(text, /Maintenance margin: OKX BTC-USDT-SWAP, today; assumed \(HTX\)\./);
    assert.match(text, /But the volume of HTX is not known/);
    assert.match(text, /Left out: 100x of HTX, which/);
    assert.match(text, /Prices: the mark price of OKX stands for those of HTX, of/);
  });
});
