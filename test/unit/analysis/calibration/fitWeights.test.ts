import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { fittedWeights } from '../../../../src/analysis/calibration/fitWeights.ts';
import { SideScorer } from '../../../../src/analysis/calibration/score.ts';
import type { SideWindows, Windows } from '../../../../src/analysis/calibration/windows.ts';
import { ROWS } from '../../../../src/analysis/heatmap/priceRows.ts';
import { seededRandom } from '../../../../src/analysis/noise/random.ts';
import { HOUR_MS } from '../../../../src/core/units.ts';

const seed = Number(process.env['PERPSCOPE_SEED'] ?? Date.now() % 2 ** 31);
const COUNT = 500;
const PRIOR = [0.5, 0.3, 0.2];

describe(`fitted weights (PERPSCOPE_SEED=${seed})`, () => {
  const windowsWith = (truth: readonly number[] | undefined, own = seed): Windows => {
    const random = seededRandom(own);
    const distance = Float64Array.from({ length: COUNT }, () => 0.02 * random());
    const parts = PRIOR.map(() => Float32Array.from({ length: COUNT * ROWS }, () => random() ** 4));
    const scorer = new SideScorer({ distance, liquidatedQuote: new Float64Array(COUNT), rows: parts });
    const crossed = parts.map((rows) => scorer.crossed(rows));
    const liquidatedQuote = distance.map((one, at) =>
      truth === undefined
        ? one * (0.5 + random())
        : truth.reduce((sum, weight, part) => sum + weight * (crossed[part]?.[at] ?? 0), 0),
    );
    const side: SideWindows = { distance, liquidatedQuote, rows: parts };
    return { count: COUNT, startMs: new Float64Array(COUNT), windowMs: HOUR_MS, long: side, short: side };
  };

  it('find what liquidations were made of', () => {
    for (const truth of [
      [0, 0, 1],
      [0.1, 0.8, 0.1],
    ]) {
      const found = fittedWeights(windowsWith(truth), PRIOR);
      assert.ok(Math.abs(found.reduce((sum, one) => sum + one, 0) - 1) < 1e-9);
      const most = truth.indexOf(Math.max(...truth));
      assert.ok((found[most] ?? 0) > 0.7, `${found.join()} of ${truth.join()}`);
    }
  });

  it('stay near the default where there is nothing to find, and are the same each time', () => {
    // Chance pulls one fit this way and the next that way.
    const fits = [1, 2, 3, 4, 5, 6].map((own) => fittedWeights(windowsWith(undefined, own), PRIOR));
    PRIOR.forEach((prior, part) => {
      const mean = fits.reduce((sum, found) => sum + (found[part] ?? 0), 0) / fits.length;
      assert.ok(Math.abs(mean - prior) < 0.2, `${mean} against ${prior}: ${fits.join(' | ')}`);
    });
    assert.deepEqual(fittedWeights(windowsWith(undefined, 1), PRIOR), fits[0]);
  });
});
