import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { calibrate } from '../../../../src/analysis/calibration/calibrate.ts';
import {
  windowModelOf,
  type ScoredBar,
  type WindowModel,
} from '../../../../src/analysis/calibration/windows.ts';
import { ASSUMED_MARGIN } from '../../../../src/analysis/heatmap/assumedMargin.ts';
import { ExchangeLevels } from '../../../../src/analysis/heatmap/exchangeLevels.ts';
import { ROW_FRACTION, ROWS } from '../../../../src/analysis/heatmap/priceRows.ts';
import { DEFAULT_LEVERAGE_WEIGHTS, LEVERAGES } from '../../../../src/analysis/heatmap/leveragePriors.ts';
import { HOUR_MS } from '../../../../src/core/units.ts';
import { knownMarket, structurelessMarket, T0 } from './markets.ts';
import { aggrStyle, fixedPercentage, scoreOfModel } from './peerModels.ts';

const seed = Number(process.env['PERPSCOPE_SEED'] ?? Date.now() % 2 ** 31);

/** The model with the default weights, its parts added up as a picture adds them. */
function ownModel(bars: readonly ScoredBar[]): WindowModel {
  const levels = new ExchangeLevels('', ASSUMED_MARGIN, LEVERAGES, bars[0]?.closeQuote ?? NaN);
  const shares = levels.sharesOf(DEFAULT_LEVERAGE_WEIGHTS);
  const model = windowModelOf([{ levels, bars }], LEVERAGES);
  return {
    parts: 1,
    step: (bar) => model.step(bar),
    addTo(_part, side, priceQuote, into, start) {
      for (const [part, share] of shares.entries()) {
        const own = new Float32Array(ROWS);
        model.addTo(part, side, priceQuote, own, 0);
        for (const [row, one] of own.entries()) into[start + row] = (into[start + row] ?? 0) + share * one;
      }
    },
  };
}

const calibrated = (bars: readonly ScoredBar[]) => calibrate(bars, [{ table: ASSUMED_MARGIN, bars }]);

/** How much of two profiles is the same, 0..1, whatever their totals. */
function overlapOf(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [x, y] = [Array.from(a), Array.from(b)];
  const total = (list: number[]): number => list.reduce((sum, one) => sum + one, 0);
  const [all, other] = [total(x), total(y)];
  return x.reduce((sum, one, row) => sum + Math.min(one / all, (y[row] ?? 0) / other), 0);
}

describe(`levels of a market whose positions are known (PERPSCOPE_SEED=${seed})`, function () {
  this.timeout(120_000);

  it('are recovered better than by the models that others draw, and foretell better', () => {
    const { bars, after } = knownMarket(seed, 700, ROW_FRACTION, ROWS);
    const models = {
      own: () => ownModel(bars),
      aggr: aggrStyle,
      fixed: fixedPercentage,
    };
    const found = Object.entries(models).map(([name, make]) => {
      const model = make();
      const overlaps: number[] = [];
      for (const [at, bar] of bars.entries()) {
        model.step(bar);
        if (at < 300 || at % 10 !== 0) continue;
        for (const side of ['long', 'short'] as const) {
          const rows = new Float32Array(ROWS);
          model.addTo(0, side, bar.closeQuote, rows, 0);
          const overlap = overlapOf(rows, after[at]?.[side] ?? []);
          if (!Number.isNaN(overlap)) overlaps.push(overlap);
        }
      }
      const { mean } = scoreOfModel(bars, make(), HOUR_MS, T0 + 300 * HOUR_MS);
      const overlap = overlaps.reduce((sum, one) => sum + one, 0) / overlaps.length;
      return { name, overlap, lift: mean.hitLift ?? 0 };
    });
    const [own, ...others] = found;
    assert.ok(own !== undefined);
    const said = JSON.stringify(found);
    assert.ok(own.overlap > 0.6, said);
    for (const other of others) {
      assert.ok(own.overlap > other.overlap + 0.03, said);
      assert.ok(own.lift > other.lift, said);
    }
  });

  it('are above the placebo, and those of a market without structure are not', () => {
    const known = calibrated(knownMarket(seed, 700, ROW_FRACTION, 1).bars);
    assert.ok('verdict' in known);
    assert.equal(known.verdict, 'above-placebo');
    // A market without structure passes both tests by chance in far fewer than one of forty.
    const verdicts = [0, 1, 2, 3].map((next) => {
      const none = calibrated(structurelessMarket(seed + next, 700));
      assert.ok('verdict' in none);
      const { mean, placeboSpread = 0, placeboLiftSpread = 0 } = none.score;
      assert.ok(Math.abs((mean.hitLift ?? 9) - 1) < 4 * placeboLiftSpread + 0.1, JSON.stringify(mean));
      // Weights that noise has moved to low leverage alone may stand where no price went: then there is no correlation to tell.
      if (mean.partialRankCorrelation === undefined) assert.equal(none.verdict, 'not-above-placebo');
      else assert.ok(Math.abs(mean.partialRankCorrelation) < 4 * placeboSpread + 0.05, JSON.stringify(mean));
      return none.verdict;
    });
    assert.ok(verdicts.filter((one) => one === 'above-placebo').length <= 1, verdicts.join());
  });
});
