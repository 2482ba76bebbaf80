import fc from 'fast-check';
import type { PathBar } from '../../../../src/analysis/heatmap/barPath.ts';

export const T0 = Date.UTC(2026, 0, 1);
export const BAR_MS = 300_000;

/** A bar by number that stands still at a price unless told otherwise. */
export function bar(index: number, closeQuote: number, fields: Partial<PathBar> = {}): PathBar {
  return {
    ...{ atMs: T0 + index * BAR_MS, barMs: BAR_MS, openInterestBase: 1_000, volumeBase: 0 },
    ...{ openQuote: closeQuote, highQuote: closeQuote, lowQuote: closeQuote, closeQuote },
    ...fields,
  };
}

const amount = (max: number) =>
  fc.oneof(
    { weight: 8, arbitrary: fc.double({ min: 0, max, noNaN: true }) },
    { weight: 2, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constant(0) },
  );

/** Random walks: jumps between bars, quiet stretches, falls of open interest to nothing, volumes beyond it, gaps of both. */
export const anyBars: fc.Arbitrary<PathBar[]> = fc
  .array(
    fc.record({
      gap: fc.double({ min: -0.03, max: 0.03, noNaN: true }),
      move: fc.double({ min: -0.08, max: 0.08, noNaN: true }),
      up: fc.double({ min: 0, max: 0.03, noNaN: true }),
      down: fc.double({ min: 0, max: 0.03, noNaN: true }),
      openInterestBase: amount(5_000),
      volumeBase: amount(40_000),
    }),
    { minLength: 2, maxLength: 40 },
  )
  .map((steps) => {
    let close = 100;
    return steps.map(({ gap, move, up, down, ...amounts }, index) => {
      const openQuote = close * (1 + gap);
      close = openQuote * (1 + move);
      const [highQuote, lowQuote] = [
        Math.max(openQuote, close) * (1 + up),
        Math.min(openQuote, close) * (1 - down),
      ];
      return bar(index, close, { ...amounts, openQuote, highQuote, lowQuote });
    });
  });
