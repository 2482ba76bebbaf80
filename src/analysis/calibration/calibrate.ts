import { DAY_MS, HOUR_MS } from '../../core/units.ts';
import { ExchangeLevels } from '../heatmap/exchangeLevels.ts';
import type { MarginTable } from '../heatmap/marginBands.ts';
import { LEVERAGES } from '../heatmap/leveragePriors.ts';
import { DEFAULT_LEVERAGE_WEIGHTS, type LeverageWeight } from '../liquidations/leverageTiers.ts';
import { fittedWeights } from './fitWeights.ts';
import { FEW_SHIFTS, scoreOf, type Score } from './score.ts';
import { partOf, windowModelOf, windowsOf, type ScoredBar, type Windows } from './windows.ts';

/** Windows of other lengths that are scored as well, in hours. */
const HORIZONS_HOURS = [4, 12] as const;
/** So many windows of each half at the least: below, a correlation of 0.2 is at the edge of chance. */
const LEAST_WINDOWS = 100;
/** Fewer windows of a longer horizon say nothing. */
const LEAST_OF_HORIZON = 40;
/** Before that the levels rest on too little; a quarter of a short history. */
const WARM_UP_MS = 7 * DAY_MS;
/** Above the placebo: chance alone does as well as this, or better, in at most so many shifts. */
const MOST_CHANCE = 0.025;

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
  readonly windows: number;
}

/** How well modelled levels foretold the liquidations of a history. Scores are of windows that nothing was fitted on. */
export interface Calibration {
  readonly windowMs: number;
  readonly weightsFittedOn: Span;
  readonly scoredOn: Span;
  readonly weights: readonly LeverageWeight[];
  readonly score: Score;
  /** The same windows with the weights that nothing was fitted on. */
  readonly prior: { readonly weights: readonly LeverageWeight[]; readonly score: Score };
  /** The fitted weights on the windows they were fitted on: what fitting alone gives. */
  readonly inSample: Score;
  /** Each leverage alone. */
  readonly byLeverage: readonly { readonly leverage: number; readonly score: Score }[];
  /** Longer windows, fitted weights; no score where there are too few. */
  readonly byHorizon: readonly {
    readonly windowMs: number;
    readonly windows: number;
    readonly score: Score | undefined;
  }[];
  readonly verdict: Verdict;
}

export type Verdict = 'above-placebo' | 'not-above-placebo';

/** A history that is too short for a half to fit on and a half to score. */
export interface TooShort {
  readonly windows: number;
  readonly needed: number;
}

/**
 * Runs the level model over bars, fits the weights of leverage on the first half of its windows and scores them on the second:
 * against the liquidations of each window, what stood before it. Bars ascend; at least two. Windows are of an hour, or of a bar
 * where that is longer.
 */
export function calibrate(bars: readonly ScoredBar[], table: MarginTable): Calibration | TooShort {
  const [first, last] = [bars[0], bars.at(-1)];
  if (first === undefined || last === undefined) return { windows: 0, needed: 2 * LEAST_WINDOWS };
  const levelsOf = (): ExchangeLevels => new ExchangeLevels('', table, LEVERAGES, first.closeQuote);
  const fromMs = first.atMs + Math.min(WARM_UP_MS, (last.atMs - first.atMs) / 4);
  const windowMs = Math.max(HOUR_MS, first.barMs);
  const levels = levelsOf();
  const all = windowsOf(bars, windowModelOf(levels), windowMs, fromMs);
  const half = Math.floor(all.count / 2);
  if (half < LEAST_WINDOWS) return { windows: all.count, needed: 2 * LEAST_WINDOWS };
  const [fitOn, scoreOn] = [partOf(all, 0, half), partOf(all, half, all.count)];
  const leverages = levels.books.map(({ leverage }) => leverage);
  const prior = levels.sharesOf(DEFAULT_LEVERAGE_WEIGHTS);
  const weights = fittedWeights(fitOn, prior);
  const named = (list: readonly number[]): LeverageWeight[] =>
    leverages.map((leverage, at) => ({ leverage, weight: list[at] ?? 0 }));
  const score = scoreOf(scoreOn, weights);
  return {
    windowMs,
    weightsFittedOn: spanOf(fitOn),
    scoredOn: spanOf(scoreOn),
    weights: named(weights),
    score,
    prior: { weights: named(prior), score: scoreOf(scoreOn, prior, FEW_SHIFTS) },
    inSample: scoreOf(fitOn, weights, FEW_SHIFTS),
    byLeverage: leverages.map((leverage, at) => ({
      leverage,
      score: scoreOf(
        scoreOn,
        leverages.map((_, other) => (other === at ? 1 : 0)),
        FEW_SHIFTS,
      ),
    })),
    byHorizon: HORIZONS_HOURS.map((hours) => hours * HOUR_MS)
      .filter((horizonMs) => horizonMs > windowMs && horizonMs % windowMs === 0)
      .map((horizonMs) => {
        const model = windowModelOf(levelsOf());
        return horizonOf(windowsOf(bars, model, horizonMs, spanOf(scoreOn).fromMs), weights);
      }),
    verdict: verdictOf(score),
  };
}

function horizonOf(windows: Windows, weights: readonly number[]): Calibration['byHorizon'][number] {
  const { windowMs, count } = windows;
  const score = count < LEAST_OF_HORIZON ? undefined : scoreOf(windows, weights, FEW_SHIFTS);
  return { windowMs, windows: count, score };
}

/** Both numbers have to be beyond what the levels of other times give. */
function verdictOf({ chanceOfCorrelation = 1, chanceOfLift = 1 }: Score): Verdict {
  const isAbove = chanceOfCorrelation <= MOST_CHANCE && chanceOfLift <= MOST_CHANCE;
  return isAbove ? 'above-placebo' : 'not-above-placebo';
}

function spanOf({ startMs, windowMs, count }: Windows): Span {
  const [fromMs, last] = [startMs[0] ?? Number.NaN, startMs.at(-1) ?? Number.NaN];
  return { fromMs, toMs: last + windowMs, windows: count };
}
