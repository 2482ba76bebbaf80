import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { LevelBook } from '../../../../src/analysis/liquidations/levelBook.ts';
import { modelLiquidationLevels } from '../../../../src/analysis/liquidations/levelModel.ts';
import {
  DEFAULT_LEVERAGE_WEIGHTS,
  resolveTiers,
} from '../../../../src/analysis/liquidations/leverageTiers.ts';
import { createPriceGrid, drawnRange } from '../../../../src/analysis/liquidations/priceGrid.ts';
import type { PriceGrid } from '../../../../src/analysis/liquidations/priceGrid.ts';
import type { LevelBar } from '../../../../src/analysis/liquidations/levelBook.ts';
import { anyBars } from './bars.ts';
import { NaiveLevels } from './naiveLevels.ts';

const seed = Number(process.env['PERPSCOPE_SEED'] ?? Date.now() % 2 ** 31);
const ROWS = 60;
// 1x and 3x: one side that is never liquidated, and levels beyond the drawn prices.
const WEIGHTS = [...DEFAULT_LEVERAGE_WEIGHTS, { leverage: 1, weight: 0.1 }, { leverage: 3, weight: 0.1 }];
const { tiers } = resolveTiers(WEIGHTS, 0.004);

function gridFor(bars: readonly LevelBar[]): PriceGrid {
  const lowest = Math.min(...bars.map((bar) => bar.lowQuote));
  const highest = Math.max(...bars.map((bar) => bar.highQuote));
  const { lowQuote, highQuote } = drawnRange(lowest, highest, tiers, 0.2);
  return createPriceGrid(lowQuote, highQuote, ROWS);
}

function assertSame(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) <= 1e-6 * Math.abs(expected) + 1e-6, `${actual} ≠ ${expected}`);
}

describe(`level book on random paths (PERPSCOPE_SEED=${seed})`, () => {
  it('never holds more than the open interest on either side', () => {
    fc.assert(
      fc.property(anyBars, (bars) => {
        const book = new LevelBook(gridFor(bars), tiers);
        let openInterest = 0;
        for (const bar of bars) {
          book.step(bar);
          openInterest = bar.openInterestBase ?? openInterest;
          const limit = openInterest * (1 + 1e-9) + 1e-9;
          for (const held of [book.outstandingLongBase, book.outstandingShortBase])
            assert.ok(held >= 0 && held <= limit, `${held} of ${openInterest}`);
        }
      }),
      { seed, numRuns: 500 },
    );
  });

  it('agrees with a plain list of levels, cell by cell', () => {
    fc.assert(
      fc.property(anyBars, (bars) => {
        const grid = gridFor(bars);
        const [book, naive] = [new LevelBook(grid, tiers), new NaiveLevels(grid, tiers)];
        const column = new Float32Array(ROWS);
        for (const bar of bars) {
          book.step(bar);
          naive.step(bar);
          assertSame(book.outstandingLongBase, naive.outstanding('long'));
          assertSame(book.outstandingShortBase, naive.outstanding('short'));
          book.writeColumn(column, 1, 0);
          naive.column().forEach((notional, row) => assertSame(column[row] ?? NaN, Math.fround(notional)));
        }
      }),
      { seed, numRuns: 200, interruptAfterTimeLimit: 5_000 },
    );
  }).timeout(20_000);

  it('gives the same columns bar by bar as in one batch, and the same batch twice', () => {
    fc.assert(
      fc.property(anyBars, (bars) => {
        const options = { leverageWeights: WEIGHTS, rows: ROWS };
        const batch = modelLiquidationLevels(bars, options);
        assert.deepEqual(modelLiquidationLevels(bars, options), batch);
        if (batch === undefined) return;
        const columns = batch.columnAtMs.length;
        const cells = new Float32Array(ROWS * columns);
        const book = new LevelBook(gridFor(bars), tiers);
        bars.forEach((bar, column) => {
          book.step(bar);
          book.writeColumn(cells, columns, column);
        });
        assert.deepEqual(cells, batch.cells);
        assert.equal(book.outstandingLongBase, batch.outstandingLongBase);
      }),
      { seed, numRuns: 100 },
    );
  });

  it('gives finite, non-negative cells only', () => {
    fc.assert(
      fc.property(anyBars, fc.integer({ min: 1, max: 40 }), (bars, columns) => {
        const levels = modelLiquidationLevels(bars, { columns });
        for (const cell of levels?.cells ?? []) assert.ok(cell >= 0 && Number.isFinite(cell));
        assert.ok((levels?.columnAtMs.length ?? 0) <= columns);
      }),
      { seed, numRuns: 200 },
    );
  });
});
