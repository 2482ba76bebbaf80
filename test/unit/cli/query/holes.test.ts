import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { HoleBook } from '../../../../src/cli/query/holes.ts';
import { rowsIn, type RowPiece } from '../../../../src/cli/query/rowShape.ts';

const STEP_MS = 1_000;
const NAMES = ['b', 'a', 'aggregate'];

/** Stretches without a value by the rows one by one: those that a value ends in its order, then those that are open. */
function naively(pieces: readonly RowPiece[]): unknown[] {
  const open = new Map(NAMES.map((name) => [name, { hasValue: false, labels: [] as number[] }]));
  const found: unknown[] = [];
  const note = (exchange: string, labels: readonly number[]): void => {
    if (labels.length > 0)
      found.push({ exchange, firstMs: labels[0], lastMs: labels.at(-1), steps: labels.length, cause: 'not-stored' }); // prettier-ignore
  };
  for (const piece of pieces)
    for (const { exchange, atMs, value } of rowsIn(piece)) {
      const own = open.get(exchange)!;
      if (value === undefined) own.labels.push(atMs);
      else {
        if (own.hasValue) note(exchange, own.labels);
        open.set(exchange, { hasValue: true, labels: [] });
      }
    }
  for (const [exchange, { hasValue, labels }] of open) if (hasValue) note(exchange, labels);
  return found;
}

describe('holes of rows', () => {
  it('are those between values and behind them, in the order in which rows end them, over the borders of pieces', () => {
    const value = fc.constantFrom(Number.NaN, Number.NaN, 0, 5);
    const columns = fc.array(fc.tuple(value, value, value), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.array(columns, { minLength: 1, maxLength: 5 }), (given) => {
        let firstMs = 0;
        const pieces = given.map((steps): RowPiece => {
          const lines = NAMES.map((exchange, line) => ({
            ...{ exchange, feed: '', shares: undefined },
            values: Float64Array.from(steps, (values) => values[line] ?? Number.NaN),
          }));
          const piece = { firstMs, stepMs: STEP_MS, steps: steps.length, lines };
          firstMs += steps.length * STEP_MS;
          return piece;
        });
        const book = new HoleBook([], STEP_MS);
        for (const piece of pieces) book.note(piece);
        assert.deepEqual(book.end(), { holes: naively(pieces), unlisted: 0 });
      }),
    );
  });
});
