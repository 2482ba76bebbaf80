import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { calibrate, type Calibration } from '../../../../src/analysis/calibration/calibrate.ts';
import type { ScoredBar } from '../../../../src/analysis/calibration/windows.ts';
import { ASSUMED_MARGIN } from '../../../../src/analysis/heatmap/assumedMargin.ts';
import { knownMarket } from './markets.ts';

const seed = Number(process.env['PERPSCOPE_SEED'] ?? Date.now() % 2 ** 31);

function calibrated(bars: readonly ScoredBar[]): Calibration {
  const found = calibrate(bars, [{ table: ASSUMED_MARGIN, bars }]);
  assert.ok('verdict' in found);
  return found;
}

describe(`calibration (PERPSCOPE_SEED=${seed})`, function () {
  this.timeout(60_000);
  const { bars } = knownMarket(seed, 700, 1, 1);
  const before = calibrated(bars);
  /** The same bars with other liquidations from a time on, or up to it. */
  const changed = (isChanged: (bar: ScoredBar) => boolean): Calibration =>
    calibrated(
      bars.map((bar, at) =>
        isChanged(bar)
          ? {
              ...bar,
              longLiquidatedQuote: (at * 7_919) % 1_000,
              shortLiquidatedQuote: (at * 104_729) % 1_000,
            }
          : bar,
      ),
    );

  it('fits on what lies before the hours it scores, and on nothing else', () => {
    const { fromMs } = before.scoredOn;
    const later = changed(({ atMs }) => atMs >= fromMs);
    assert.deepEqual(later.weights, before.weights);
    const earlier = changed(({ atMs }) => atMs < fromMs);
    assert.notDeepEqual(earlier.weights, before.weights);
    // What was not fitted knows nothing of the change.
    assert.deepEqual(earlier.prior, before.prior);
  });

  it('gives the same numbers for the same bars', () => {
    assert.deepEqual(calibrated(bars), before);
  });

  it('is not made of too few hours', () => {
    const of = (some: readonly ScoredBar[]) => calibrate(some, [{ table: ASSUMED_MARGIN, bars: some }]);
    assert.deepEqual(of([]), { windows: 0, needed: 200 });
    assert.deepEqual(of(bars.slice(0, 250)), { windows: 187, needed: 200 });
  });
});
