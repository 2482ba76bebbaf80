import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { deriveFeatures } from '../../../../src/analysis/regime/deriveFeatures.ts';
import type { FeatureSet } from '../../../../src/analysis/regime/features.ts';
import { madeUp } from './madeUpRows.ts';
import { seriesWith } from './history.ts';

/**
 * Features of made-up markets as they were when they were still derived from rows, written down then. A change of any of them is a
 * change of what users see and has its line in CHANGELOG.md; the file is not written anew for anything else.
 */
const WRITTEN = JSON.parse(readFileSync(join(import.meta.dirname, 'writtenDown.json'), 'utf8')) as Readonly<
  Record<string, FeatureSet>
>;

/** The order of exchanges is no part of what was written down, nor are digits that depend on the order of a sum. */
function assertSame(actual: unknown, expected: unknown, where: string): void {
  if (typeof actual === 'number' && typeof expected === 'number') {
    const most = 1e-11 * Math.max(1e-3, Math.abs(expected));
    assert.ok(Math.abs(actual - expected) <= most, `${where} is ${actual}, was ${expected}`);
  } else if (Array.isArray(actual) && Array.isArray(expected))
    assert.deepEqual([...actual].sort(), [...expected].sort(), where);
  else if (isObject(actual) && isObject(expected))
    for (const key of new Set([...Object.keys(actual), ...Object.keys(expected)]))
      assertSame(actual[key], expected[key], `${where}.${key}`);
  else assert.equal(actual, expected, where);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** Since when something is at its highest was not told then; `highestSince.test.ts` holds it. */
function withoutReach({ origins, ...features }: FeatureSet): unknown {
  const own = Object.entries(origins).map(([key, { reach: _reach, reachUsd: _usd, ...origin }]) => [
    key,
    origin,
  ]);
  return { ...features, origins: Object.fromEntries(own) as FeatureSet['origins'] };
}

describe('features of made-up markets', () => {
  for (const [seed, written] of Object.entries(WRITTEN))
    it(`are what was written down, seed ${seed}`, () => {
      const { nowMs, history, readings } = madeUp(Number(seed));
      const series = seriesWith(history, nowMs);
      assertSame(withoutReach(deriveFeatures({ asset: 'BTC', nowMs, readings, series })), written, seed);
    });

  it('have a value or a reason each', () => {
    const features = Object.values(WRITTEN);
    assert.equal(features.length, 8);
    const known = new Set(features.flatMap(({ values }) => Object.keys(values)));
    assert.ok(known.size >= 30, `${known.size} keys`);
  });
});
