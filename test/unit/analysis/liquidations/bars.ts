import fc from 'fast-check';
import type { LevelBar } from '../../../../src/analysis/liquidations/levelBook.ts';

export const T0 = Date.UTC(2026, 0, 1);
export const BAR_MS = 300_000;

/** A bar by number: high and low default to the close. */
export function bar(
  index: number,
  openInterestBase: number | undefined,
  closeQuote: number,
  fields: Partial<LevelBar> = {},
): LevelBar {
  return {
    atMs: T0 + index * BAR_MS,
    barMs: BAR_MS,
    openInterestBase,
    highQuote: closeQuote,
    lowQuote: closeQuote,
    closeQuote,
    ...fields,
  };
}

/** Random walks of price and open interest: jumps, quiet stretches, gaps, and falls to nothing. */
export const anyBars: fc.Arbitrary<LevelBar[]> = fc
  .array(
    fc.record({
      move: fc.double({ min: -0.08, max: 0.08, noNaN: true }),
      up: fc.double({ min: 0, max: 0.03, noNaN: true }),
      down: fc.double({ min: 0, max: 0.03, noNaN: true }),
      openInterest: fc.oneof(
        { weight: 8, arbitrary: fc.double({ min: 0, max: 5_000, noNaN: true }) },
        { weight: 2, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: fc.constant(0) },
      ),
    }),
    { minLength: 2, maxLength: 60 },
  )
  .map((steps) => {
    let close = 100;
    return steps.map(({ move, up, down, openInterest }, index) => {
      close *= 1 + move;
      const extremes = { highQuote: close * (1 + up), lowQuote: close * (1 - down) };
      return bar(index, openInterest, close, extremes);
    });
  });
