import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { disagreement, type TimedColumn } from '../../../../src/sources/dumps/disagreement.ts';

const column = (rows: readonly (readonly [number, number])[]): TimedColumn => ({
  atMs: Float64Array.from(rows, ([atMs]) => atMs),
  values: Float64Array.from(rows, ([, value]) => value),
});

describe('disagreement of two sources', () => {
  it('tells median and largest difference over the times that both have', () => {
    const first = column([[1, 100], [2, 100], [3, Number.NaN], [4, 100], [6, 1]]); // prettier-ignore
    const second = column([[0, 5], [1, 100], [2, 80], [3, 7], [4, 99], [5, 1]]); // prettier-ignore
    assert.deepEqual(disagreement(first, second), {
      ...{ overlaps: 3, equal: 1, medianRelative: 0.01 },
      largest: { relative: 0.2, atMs: 2, first: 100, second: 80 },
    });
  });

  it('shows a factor of two, another sign and two zeros as what they are', () => {
    const of = (a: number, b: number) => disagreement(column([[1, a]]), column([[1, b]])).largest?.relative;
    assert.deepEqual([of(2, 1), of(-1, 1), of(0, 0), of(0, 3)], [0.5, 2, 0, 1]);
  });

  it('says nothing where nothing overlaps', () => {
    assert.deepEqual(disagreement(column([[1, 1]]), column([[2, 1]])), { overlaps: 0, equal: 0 });
    assert.deepEqual(disagreement(column([]), column([])), { overlaps: 0, equal: 0 });
  });

  it('pairs rows some ms apart, each with the nearest and none twice', () => {
    const first = column([[10, 1], [20, 2], [30, 3]]); // prettier-ignore
    const second = column([[8, 9], [11, 1], [21, 2], [29, 3]]); // prettier-ignore
    const { overlaps, equal } = disagreement(first, second, 5);
    assert.deepEqual([overlaps, equal], [3, 3]);
    assert.equal(disagreement(column([[10, 1], [12, 1]]), column([[11, 1]]), 5).overlaps, 1); // prettier-ignore
  });

  it('is the same whichever source comes first', () => {
    const rows = fc
      .uniqueArray(fc.tuple(fc.nat(30), fc.integer({ min: -50, max: 50 })), { selector: ([at]) => at })
      .map((list) => column([...list].sort((a, b) => a[0] - b[0])));
    fc.assert(
      fc.property(rows, rows, (a, b) => {
        const [one, other] = [disagreement(a, b), disagreement(b, a)];
        assert.deepEqual(
          [one.overlaps, one.equal, one.medianRelative],
          [other.overlaps, other.equal, other.medianRelative],
        );
        assert.equal(one.largest?.relative, other.largest?.relative);
      }),
    );
  });
});
