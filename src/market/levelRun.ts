import type { PathBar } from '../analysis/heatmap/barPath.ts';
import { placedShare } from '../analysis/heatmap/exchangeLevels.ts';
import { levelPicture, type LevelPicture, type PictureFrame } from '../analysis/heatmap/levelPicture.ts';
import {
  DEFAULT_LEVERAGE_WEIGHTS,
  OTHER_PRIORS,
  type LeverageWeight,
} from '../analysis/heatmap/leveragePriors.ts';
import type { MarginTable } from '../analysis/heatmap/marginBands.ts';
import { largestRows, modelledRows, type ModelledRow } from '../analysis/heatmap/priceRows.ts';
import type { ExchangeId } from '../core/ids.ts';
import { filledLevels } from './filledLevels.ts';
import { isSameBars, keptRuns } from './keptRuns.ts';

/** So many of the largest levels are named. */
const LARGEST = 5;
/** Runs of so many pictures are kept: all exchanges and one of them, of two assets. */
const KEPT = 4;

/** All that a picture of levels is made of. */
export interface RunInput {
  readonly exchanges: readonly {
    readonly exchange: ExchangeId;
    readonly table: MarginTable;
    readonly bars: readonly PathBar[];
  }[];
  readonly weights: readonly LeverageWeight[];
  readonly frame: PictureFrame;
  /** The price that distances are counted from. */
  readonly priceQuote: number;
}

export interface LevelRun {
  readonly picture: LevelPicture;
  /** Coins, one side. */
  readonly openInterestBase: number;
  readonly placedLong: number | undefined;
  readonly placedShort: number | undefined;
  readonly largest: readonly ModelledRow[];
  /** By exchange, in their order: leverages that do not exist there. */
  readonly impossible: readonly (readonly number[])[];
}

/**
 * Runs the levels of exchanges over their bars. A run costs a tenth of a second, and most refreshes of an hour have the same bars:
 * they get the same outcome, whose arrays must not be given away. What stood before the picture is carried on from the run before.
 */
export const levelRun: (input: RunInput) => LevelRun = keptRuns(runOf, isSameInput, KEPT);

function runOf({ exchanges, weights, frame, priceQuote }: RunInput): LevelRun {
  const filled = exchanges.map(({ exchange, table, bars }) => {
    const from = bars.findIndex(({ atMs }) => atMs >= frame.firstMs);
    const before = from < 0 ? bars.length : from;
    const priceQuote = bars[0]?.closeQuote ?? Number.NaN;
    const levels = filledLevels(exchange, table, priceQuote, bars.slice(0, before));
    return { levels, bars: bars.slice(before) };
  });
  const picture = levelPicture(filled, weights, frame);
  const all = filled.map(({ levels }) => levels);
  const rows = (['long', 'short'] as const).flatMap((side) =>
    modelledRows(all, side, priceQuote, weights, [DEFAULT_LEVERAGE_WEIGHTS, ...OTHER_PRIORS]),
  );
  return {
    picture,
    openInterestBase: all.reduce((total, { openInterestBase = 0 }) => total + openInterestBase, 0),
    placedLong: placedShare(all, 'long', weights),
    placedShort: placedShare(all, 'short', weights),
    largest: largestRows(rows, LARGEST),
    impossible: all.map(({ impossible }) => impossible),
  };
}

function isSameInput(one: RunInput, other: RunInput): boolean {
  const textOf = ({ exchanges, weights, frame, priceQuote }: RunInput): string =>
    JSON.stringify([exchanges.map(({ exchange, table }) => [exchange, table]), weights, frame, priceQuote]);
  return (
    textOf(one) === textOf(other) &&
    one.exchanges.every(({ bars }, at) => isSameBars(bars, other.exchanges[at]?.bars ?? []))
  );
}
