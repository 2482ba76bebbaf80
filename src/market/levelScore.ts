import {
  scoreLevels,
  type CalibratedExchange,
  type LevelScore,
  type TooShort,
} from '../analysis/calibration/calibrate.ts';
import type { Unscored } from '../analysis/calibration/scoreWords.ts';
import type { ScoredBar } from '../analysis/calibration/windows.ts';
import { DAY_MS } from '../core/units.ts';
import type { AssetSeries } from '../series/assetSeries.ts';
import { valueAt } from '../series/hours.ts';
import { isSameBars, keptRuns } from './keptRuns.ts';
import { HELD_HOURS } from './levelSources.ts';
import type { LevelPlan } from './liquidationChart.ts';
import { realisedLiquidations } from './realisedLiquidations.ts';

/** Scores of so many pictures are kept: all exchanges and each of them, of two assets. */
const KEPT = 24;

interface ScoreInput {
  readonly bars: readonly ScoredBar[];
  readonly exchanges: readonly CalibratedExchange[];
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A score takes up to half a second, and is asked for with every refresh: the very same bars get the same outcome. */
const scoreOnce = keptRuns<ScoreInput, Promise<LevelScore | TooShort>>(
  ({ bars, exchanges }) => scoreLevels(bars, exchanges, turn),
  (one, other) =>
    isSameBars(one.bars, other.bars) &&
    one.exchanges.length === other.exchanges.length &&
    one.exchanges.every(({ table, bars }, at) => {
      const its = other.exchanges[at];
      return (
        its !== undefined &&
        JSON.stringify(table.tiers) === JSON.stringify(its.table.tiers) &&
        isSameBars(bars, its.bars)
      );
    }),
  KEPT,
);

/**
 * Returns how well the levels that are drawn foretold what was liquidated on the exchanges that they are of: of the whole days of
 * UTC that are held, so that a score stands for a day and is computed once in it. The levels that are scored are filled from these days alone.
 */
export async function levelScore(
  history: AssetSeries,
  { held, exchanges }: LevelPlan,
): Promise<LevelScore | Unscored> {
  const ids = exchanges.map(({ exchange }) => exchange);
  const realised = realisedLiquidations(history, ids, HELD_HOURS);
  const last = held.at(-1);
  if (realised === undefined || last === undefined) return 'no-liquidations';
  const endMs = Math.floor((last.atMs + last.barMs) / DAY_MS) * DAY_MS;
  const before = <Bar extends { readonly atMs: number }>(bars: readonly Bar[]): Bar[] =>
    bars.filter(({ atMs }) => atMs < endMs);
  const bars = before(held).map((bar): ScoredBar => ({
    ...{ ...bar, openInterestBase: undefined, volumeBase: undefined },
    longLiquidatedQuote: valueAt(realised.longUsd, bar.atMs),
    shortLiquidatedQuote: valueAt(realised.shortUsd, bar.atMs),
  }));
  return scoreOnce({
    bars,
    exchanges: exchanges.map((one) => ({ table: one.table, bars: before(one.recent) })),
  });
}
