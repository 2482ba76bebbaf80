import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  gaussianAt,
  lognormalAt,
  smoothNoise,
  streamOf,
  uniformAt,
  walkNoise,
} from '../../../../src/sources/simulator/random.ts';

const INDEXES = Array.from({ length: 20_000 }, (_, index) => index * 37);

function moments(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) };
}

describe('the random numbers of the simulator', () => {
  it('are the same for the same seed, name and index, in any order', () => {
    const stream = streamOf(5, 'a');
    const forward = INDEXES.map((index) => uniformAt(stream, index));
    const backward = [...INDEXES].reverse().map((index) => uniformAt(streamOf(5, 'a'), index));
    assert.deepEqual(backward.reverse(), forward);
  });

  it('do not correlate over seeds, names or neighbours', () => {
    const base = INDEXES.map((index) => gaussianAt(streamOf(5, 'a'), index));
    const others = [
      INDEXES.map((index) => gaussianAt(streamOf(6, 'a'), index)),
      INDEXES.map((index) => gaussianAt(streamOf(5, 'b'), index)),
      INDEXES.map((index) => gaussianAt(streamOf(5, 'a'), index + 1)),
    ];
    for (const other of others) {
      const product = base.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0) / base.length;
      assert.ok(Math.abs(product) < 0.03, `correlation ${product}`);
    }
  });

  it('have the moments of their distributions', () => {
    const uniform = moments(INDEXES.map((index) => uniformAt(streamOf(1, 'u'), index)));
    assert.ok(Math.abs(uniform.mean - 0.5) < 0.01 && Math.abs(uniform.deviation - 0.2887) < 0.01);
    const normal = moments(INDEXES.map((index) => gaussianAt(streamOf(1, 'g'), index)));
    assert.ok(Math.abs(normal.mean) < 0.03 && Math.abs(normal.deviation - 1) < 0.03);
    const lognormal = moments(INDEXES.map((index) => lognormalAt(streamOf(1, 'l'), index, 0.5)));
    assert.ok(Math.abs(lognormal.mean - 1) < 0.03);
  });

  it('take indexes beyond 32 bits, and negative ones', () => {
    const stream = streamOf(1, 'far');
    assert.notEqual(uniformAt(stream, 2 ** 40), uniformAt(stream, 2 ** 40 + 2 ** 32));
    for (const index of [-1, -(2 ** 35), 2 ** 52]) {
      const value = gaussianAt(stream, index);
      assert.ok(Number.isFinite(value) && Math.abs(value) < 8);
    }
  });

  it('make noise without jumps', () => {
    const stream = streamOf(3, 'smooth');
    for (let x = 0; x < 50; x += 0.01) {
      assert.ok(Math.abs(smoothNoise(stream, x + 0.01) - smoothNoise(stream, x)) < 0.12);
    }
    const minute = 60_000;
    for (let at = 0; at < 500 * minute; at += minute) {
      const step = walkNoise(stream, at + minute, 10 * minute, 6) - walkNoise(stream, at, 10 * minute, 6);
      assert.ok(Math.abs(step) < 0.6);
    }
  });
});
