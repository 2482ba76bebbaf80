import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { IsolatedPosition } from '../../../../src/analysis/heatmap/liquidationPrice.ts';
import { liquidationPriceQuote } from '../../../../src/analysis/heatmap/liquidationPrice.ts';

const seed = Number(process.env['PERPSCOPE_SEED'] ?? Date.now() % 2 ** 31);

function price(fields: Partial<IsolatedPosition>): number | undefined {
  return liquidationPriceQuote({
    side: 'long',
    margin: 'linear',
    entryQuote: 100,
    leverage: 10,
    maintenanceMargin: 0.01,
    ...fields,
  });
}

function assertClose(actual: number | undefined, expected: number): void {
  assert.ok(actual !== undefined && Math.abs(actual - expected) <= 1e-9 * Math.abs(expected), `${actual}`);
}

describe('liquidation price of an isolated position', () => {
  // 1 coin at 100 with 10x: margin 10, maintenance 1 % of the value at the price.
  it('agrees with positions worked out by hand', () => {
    assertClose(price({}), 90 / 0.99); // 10 - (100 - P) = 0.01 P
    assertClose(price({ side: 'short' }), 110 / 1.01); // 10 - (P - 100) = 0.01 P
    assertClose(price({ margin: 'inverse' }), 101 / 1.1); // 0.1 + 1 - 100/P = 1/P, for 100 dollars
    assertClose(price({ margin: 'inverse', side: 'short' }), 99 / 0.9); // 0.1 + 100/P - 1 = 1/P
  });

  it('puts a 100x long at 0.4 % maintenance 0.602 % below its entry', () => {
    assertClose(price({ leverage: 100, maintenanceMargin: 0.004 }), 99 / 0.996);
    assert.equal(((price({ leverage: 100, maintenanceMargin: 0.004 }) ?? 0) - 100).toFixed(3), '-0.602');
  });

  it('is undefined where the exchange could not allow the position', () => {
    for (const margin of ['linear', 'inverse'] as const)
      for (const side of ['long', 'short'] as const) {
        assert.equal(price({ margin, side, leverage: 100, maintenanceMargin: 0.01 }), undefined);
        assert.equal(price({ margin, side, leverage: 125, maintenanceMargin: 0.01 }), undefined);
        assert.notEqual(price({ margin, side, leverage: 99, maintenanceMargin: 0.01 }), undefined);
      }
  });

  it('is undefined where no price liquidates the position', () => {
    assert.equal(price({ leverage: 1 }), undefined);
    assert.equal(price({ leverage: 0.5 }), undefined);
    assert.equal(price({ leverage: 1, margin: 'inverse', side: 'short' }), undefined);
    assertClose(price({ leverage: 1, side: 'short' }), 200 / 1.01);
    assertClose(price({ leverage: 1, margin: 'inverse' }), 101 / 2);
  });

  it('is undefined for inputs that are not finite and positive', () => {
    for (const bad of [0, -1, NaN, Infinity, -Infinity]) {
      assert.equal(price({ entryQuote: bad }), undefined);
      assert.equal(price({ leverage: bad }), undefined);
      assert.equal(price({ maintenanceMargin: bad }), undefined);
    }
  });

  it(`loses exactly initial minus maintenance margin (PERPSCOPE_SEED=${seed})`, () => {
    const positions = fc.record({
      side: fc.constantFrom('long' as const, 'short' as const),
      margin: fc.constantFrom('linear' as const, 'inverse' as const),
      entryQuote: fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
      leverage: fc.double({ min: 1.01, max: 200, noNaN: true }),
      // as a part of 1/L, so that the tier is possible
      part: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
    });
    fc.assert(
      fc.property(positions, ({ part, ...rest }) => {
        const maintenanceMargin = part / rest.leverage;
        const at = price({ ...rest, maintenanceMargin });
        assert.ok(at !== undefined);
        const { side, margin, entryQuote: entry, leverage } = rest;
        const sign = side === 'long' ? 1 : -1;
        // one coin (linear) or one unit of quote currency (inverse)
        const profit = margin === 'linear' ? sign * (at - entry) : sign * (1 / entry - 1 / at);
        const initial = (margin === 'linear' ? entry : 1 / entry) / leverage;
        const maintenance = maintenanceMargin * (margin === 'linear' ? at : 1 / at);
        assertClose(profit, -(initial - maintenance));
      }),
      { seed, numRuns: 2_000 },
    );
  });
});
