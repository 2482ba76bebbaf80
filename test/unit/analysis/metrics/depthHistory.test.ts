import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { depthIndex } from '../../../../src/analysis/metrics/depth.ts';

describe('the history behind a depth index', () => {
  const history = (length: number): number[] => Array.from({ length }, (_, index) => 1e6 * (1 + (index % 3)));

  it('has 24 readings at least, and zero depth is none', () => {
    assert.equal(depthIndex(history(23), 2e6), undefined);
    assert.equal(depthIndex(history(24), 2e6)?.count, 24);
    assert.equal(depthIndex([...history(23), 0], 2e6), undefined);
    assert.equal(depthIndex(history(5), 2e6, { minPoints: 5 })?.count, 5);
  });
});
