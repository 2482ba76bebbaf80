import { calibrate, type Calibration } from '../../analysis/calibration/calibrate.ts';
import type { Unscored } from '../../analysis/calibration/scoreWords.ts';
import { ExchangeLevels, placedShare } from '../../analysis/heatmap/exchangeLevels.ts';
import {
  DEFAULT_LEVERAGE_WEIGHTS,
  LEVERAGES,
  OTHER_PRIORS,
  type LeverageWeight,
} from '../../analysis/heatmap/leveragePriors.ts';
import type { MarginTable } from '../../analysis/heatmap/marginBands.ts';
import { modelledRows, type ModelledRow } from '../../analysis/heatmap/priceRows.ts';
import type { BarsFile } from './barsFile.ts';

export interface ModelRun {
  /** End of the last bar. */
  readonly asOfMs: number;
  readonly priceQuote: number;
  readonly openInterestBase: number | undefined;
  readonly placedLong: number | undefined;
  readonly placedShort: number | undefined;
  readonly weights: readonly LeverageWeight[];
  readonly impossible: readonly number[];
  /** Both sides, nearest first. */
  readonly rows: readonly ModelledRow[];
  readonly calibration: Calibration | undefined;
  readonly unscored: Unscored | undefined;
}

/** Runs the level model over a series file and scores it where that can be done. The weights are those fitted, else the assumed ones. */
export function runModel(
  { bars, barMs, hasLiquidations }: BarsFile,
  table: MarginTable,
): ModelRun | undefined {
  const [first, last] = [bars[0], bars.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const scored = hasLiquidations ? calibrate(bars, [{ table, bars }]) : 'no-liquidations';
  const calibration = typeof scored === 'object' && 'verdict' in scored ? scored : undefined;
  const weights = calibration?.weights ?? DEFAULT_LEVERAGE_WEIGHTS;
  const levels = new ExchangeLevels('', table, LEVERAGES, first.closeQuote);
  for (const bar of bars) levels.step(bar);
  const priceQuote = last.closeQuote;
  const rows = (['long', 'short'] as const).flatMap((side) =>
    modelledRows([levels], side, priceQuote, weights, [DEFAULT_LEVERAGE_WEIGHTS, ...OTHER_PRIORS]),
  );
  return {
    ...{ asOfMs: last.atMs + barMs, priceQuote, openInterestBase: levels.openInterestBase },
    placedLong: placedShare([levels], 'long', weights),
    placedShort: placedShare([levels], 'short', weights),
    ...{ weights, impossible: levels.impossible, rows, calibration },
    unscored: calibration === undefined ? (scored as Unscored) : undefined,
  };
}
