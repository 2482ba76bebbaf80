import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { columnBuffers } from '../../../src/compose/columnBuffers.ts';

describe('the buffers behind columns', () => {
  it('are found wherever they stand, each once', () => {
    const atMs = Float64Array.of(1, 2);
    const cells = new Float32Array(6);
    const value = { lines: [{ base: { atMs, values: Float64Array.of(3, 4) }, usd: { atMs } }], cells, text: 'a', none: null }; // prettier-ignore
    const buffers = columnBuffers(value);
    assert.equal(buffers.length, 3);
    assert.ok(buffers.includes(atMs.buffer) && buffers.includes(cells.buffer));
    const copy = structuredClone(value, { transfer: buffers });
    assert.deepEqual([...copy.lines[0]!.base.atMs], [1, 2]);
    assert.equal(atMs.length, 0, 'what was handed over is gone here');
  });

  it('are not given away where others use the same buffer', () => {
    const whole = new Float64Array(10);
    assert.deepEqual(columnBuffers({ part: whole.subarray(2, 4), empty: new Float64Array(0) }), []);
    assert.deepEqual(columnBuffers(undefined), []);
  });
});
