import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { calibrate } from '../../../src/analysis/calibration/calibrate.ts';
import { scoreWords } from '../../../src/analysis/calibration/scoreWords.ts';
import type { ScoredBar } from '../../../src/analysis/calibration/windows.ts';
import { ASSUMED_MARGIN } from '../../../src/analysis/heatmap/assumedMargin.ts';
import { DAY_MS, HOUR_MS } from '../../../src/core/units.ts';
import { chartInput } from '../../../src/market/charts.ts';
import type { LiquidationModel } from '../../../src/market/charts.ts';
import { levelScore } from '../../../src/market/levelScore.ts';
import { levelPlan, liquidationChart } from '../../../src/market/liquidationChart.ts';
import { knownMarket, structurelessMarket } from '../analysis/calibration/markets.ts';
import {
  candleRow,
  LAST_FULL_HOUR,
  liquidationRow,
  NOW,
  openInterestRow,
} from '../analysis/regime/history.ts';
import { historyWith, type HistoryRows } from './builders.ts';

/** The same bars, so that the last full hour is their last. */
function upToNow(bars: readonly ScoredBar[]): ScoredBar[] {
  const shift = LAST_FULL_HOUR - (bars.at(-1)?.atMs ?? 0);
  return bars.map((bar) => ({ ...bar, atMs: bar.atMs + shift }));
}

/** A market as an exchange's history gives it. */
function rowsOf(exchange: string, bars: readonly ScoredBar[], part = 1): Partial<HistoryRows> {
  return {
    openInterest: bars.map((bar) =>
      openInterestRow(exchange, bar.atMs + HOUR_MS, part * (bar.openInterestBase ?? NaN)),
    ),
    markCandles: bars.map(({ openQuote, highQuote, lowQuote, closeQuote, ...bar }) =>
      candleRow(exchange, bar.atMs, closeQuote, {
        ...{ openQuote, highQuote, lowQuote, priceType: 'mark' },
      }),
    ),
    candles: bars.map((bar) => candleRow(exchange, bar.atMs, bar.closeQuote, { volumeBase: part * (bar.volumeBase ?? NaN) })),
    liquidationVolume: bars.map((bar) =>
      liquidationRow(exchange, bar.atMs, part * bar.longLiquidatedQuote, part * bar.shortLiquidatedQuote),
    ),
  };
} // prettier-ignore
const together = (...all: readonly Partial<HistoryRows>[]): Partial<HistoryRows> =>
  Object.fromEntries(
    (['openInterest', 'markCandles', 'candles', 'liquidationVolume'] as const).map((key) => [
      key,
      all.flatMap((rows): readonly object[] => rows[key] ?? []),
    ]),
  );

async function scored(rows: Partial<HistoryRows>, levelsOf?: string): Promise<LiquidationModel> {
  const input = chartInput(historyWith(rows), 168);
  const plan = levelPlan({
    ...{ ...input, tiers: [], marginOf: () => undefined },
    ...(levelsOf === undefined ? {} : { levelsOf }),
  });
  assert.ok('data' in plan);
  return liquidationChart(plan.data, input, await levelScore(input.history, plan.data));
}

describe('the score of the levels in a panel', function () {
  this.timeout(120_000);
  const known = upToNow(knownMarket(5, 720, 1, 1).bars);

  it('is that of `perpscope heatmap` over the whole days that are held', async () => {
    const { score, assumptions } = await scored(rowsOf('okx', known));
    const fromMs = Math.ceil((NOW - 720 * HOUR_MS) / DAY_MS) * DAY_MS;
    const toMs = Math.floor(NOW / DAY_MS) * DAY_MS;
    const bars = known.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
    const own = calibrate(bars, [{ table: ASSUMED_MARGIN, bars }]);
    assert.ok('verdict' in own);
    assert.deepEqual(score, { verdict: own.verdict, words: scoreWords(own) });
    assert.equal(score.verdict, 'above-placebo');
    assert.match(score.words, /^Levels foretold liquidations better than chance on 264 h of this history: lift \d\.\d\d \(placebo \d\.\d\d\)/);
    assert.ok(assumptions.some((words) => words.startsWith('Leverage, fitted on liquidations of this history: ')));
  }); // prettier-ignore

  it('says of a market without structure that the levels foretold nothing', async () => {
    const { score } = await scored(rowsOf('okx', upToNow(structurelessMarket(1, 720))));
    assert.equal(score.verdict, 'not-above-placebo', score.words);
    assert.match(score.words, /^On this history these levels foretold nothing that chance would not: lift/);
  });

  it('is none without liquidations, and none of too few hours, and says which', async () => {
    const { liquidationVolume = [], ...without } = rowsOf('okx', known);
    const none = await scored(without);
    assert.deepEqual(none.score.verdict, 'not-scored');
    assert.match(none.score.words, /^Not scored: the history has no liquidations/);
    assert.ok(none.assumptions.some((words) => words.startsWith('Leverage, assumed: 15 % at 5x')));
    const few = await scored({ ...without, liquidationVolume: liquidationVolume.slice(-150) });
    assert.equal(few.score.verdict, 'not-scored');
    assert.match(few.score.words, /^Not scored: 13\d h with liquidations .* 200 are needed\.$/);
  });

  it('takes no hour for quiet of which nobody knows what was liquidated', async () => {
    const { liquidationVolume = [], ...rest } = rowsOf('okx', known);
    // The first half of the hours has no liquidations stored: what is scored lies in the second.
    const { score } = await scored({ ...rest, liquidationVolume: liquidationVolume.slice(360) });
    assert.match(score.words, / on 17\d h /);
  });

  it('is of the exchanges that are shown: together or alone', async () => {
    const rows = together(rowsOf('okx', known, 0.7), rowsOf('gate', known, 0.3));
    const [both, one] = [await scored(rows), await scored(rows, 'gate')];
    assert.deepEqual([both.exchanges.toSorted(), one.exchanges], [['gate', 'okx'], ['gate']]);
    // Two parts of one market foretell what it does.
    const whole = await scored(rowsOf('okx', known));
    assert.equal(both.score.words, whole.score.words);
    assert.equal(one.score.verdict, 'above-placebo');
    const { liquidationVolume = [], ...rest } = rows;
    const okxAlone = { ...rest, liquidationVolume: liquidationVolume.filter(({ exchange }) => exchange === 'okx') };
    assert.match((await scored(okxAlone, 'gate')).score.words, /^Not scored: the history has no liquidations/);
  }); // prettier-ignore

  it('is computed once for the same history, and anew for another', async () => {
    const of = async (rows: Partial<HistoryRows>) => {
      const input = chartInput(historyWith(rows), 168);
      const plan = levelPlan({ ...input, tiers: [], marginOf: () => undefined });
      assert.ok('data' in plan);
      return levelScore(input.history, plan.data);
    };
    const rows = rowsOf('okx', known);
    const first = await of(rows);
    assert.equal(await of(rows), first, 'the very same object');
    const { liquidationVolume = [], ...rest } = rows;
    const revised = liquidationVolume.map((row, at) => (at === 300 ? { ...row, longLiquidatedUsd: 1 } : row));
    assert.notEqual(await of({ ...rest, liquidationVolume: revised }), first);
  });
});
