import { DAY_MS, HOUR_MS } from '../../core/units.ts';
import { ExchangeLevels } from '../heatmap/exchangeLevels.ts';
import type { MarginTable } from '../heatmap/marginBands.ts';
import { DEFAULT_LEVERAGE_WEIGHTS, LEVERAGES, type LeverageWeight } from '../heatmap/leveragePriors.ts';
import type { PathBar } from '../heatmap/barPath.ts';
import { fittedWeights } from './fitWeights.ts';
import { FEW_SHIFTS, scoreOf, type Score } from './score.ts';
import {
  partOf,
  windowModelOf,
  windowsOf,
  type ScoredBar,
  type WindowModel,
  type Windows,
} from './windows.ts';

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

/** An exchange as it is calibrated: its margin table and the bars that fill its levels. */
export interface CalibratedExchange {
  readonly table: MarginTable;
  readonly bars: readonly PathBar[];
}

/** How well modelled levels foretold the liquidations of a history. Scores are of windows that nothing was fitted on. */
export interface LevelScore {
  readonly windowMs: number;
  readonly weightsFittedOn: Span;
  readonly scoredOn: Span;
  readonly weights: readonly LeverageWeight[];
  readonly score: Score;
  readonly verdict: Verdict;
}

/** A score with what it is compared to. */
export interface Calibration extends LevelScore {
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
}

export type Verdict = 'above-placebo' | 'not-above-placebo';

/** A history that is too short for a half to fit on and a half to score. */
export interface TooShort {
  readonly windows: number;
  readonly needed: number;
}

/**
 * Runs the level model of exchanges over bars, fits the weights of leverage on the first half of the windows and scores them on
 * the second: against the liquidations of each window, what stood before it. Bars ascend; windows are of an hour, or of a bar
 * where that is longer. `turn` is awaited between the parts of the work, which take up to a fifth of a second each, so that whatever
 * else the thread does has its turn.
 */
export async function scoreLevels(
  bars: readonly ScoredBar[],
  exchanges: readonly CalibratedExchange[],
  turn: () => Promise<void>,
): Promise<LevelScore | TooShort> {
  const halves = halvesOf(bars, exchanges);
  if ('needed' in halves) return halves;
  await turn();
  const weights = fittedWeights(halves.fitOn, halves.prior);
  await turn();
  return levelScoreOf(halves, weights);
}

/** As `scoreLevels`, with the scores of other weights and of longer windows beside it. */
export function calibrate(
  bars: readonly ScoredBar[],
  exchanges: readonly CalibratedExchange[],
): Calibration | TooShort {
  const halves = halvesOf(bars, exchanges);
  if ('needed' in halves) return halves;
  const { fitOn, scoreOn, leverages, prior, modelOf } = halves;
  const weights = fittedWeights(fitOn, prior);
  const own = levelScoreOf(halves, weights);
  return {
    ...own,
    prior: { weights: named(leverages, prior), score: scoreOf(scoreOn, prior, FEW_SHIFTS) },
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
      .filter((horizonMs) => horizonMs > own.windowMs && horizonMs % own.windowMs === 0)
      .map((horizonMs) => horizonOf(windowsOf(bars, modelOf(), horizonMs, own.scoredOn.fromMs), weights)),
  };
}

/** The windows of a history in two halves, and the assumed weights. */
interface Halves {
  readonly fitOn: Windows;
  readonly scoreOn: Windows;
  readonly leverages: readonly number[];
  readonly prior: readonly number[];
  /** The model before the first bar. */
  readonly modelOf: () => WindowModel;
}

function halvesOf(bars: readonly ScoredBar[], exchanges: readonly CalibratedExchange[]): Halves | TooShort {
  const [first, last] = [bars[0], bars.at(-1)];
  const levelsOf = () =>
    exchanges.map(({ table, bars: own }) => {
      const priceQuote = own[0]?.closeQuote ?? Number.NaN;
      return { bars: own, levels: new ExchangeLevels('', table, LEVERAGES, priceQuote) };
    });
  // A leverage that exists nowhere has no weight.
  const existing = levelsOf().flatMap(({ levels }) => levels.books.map(({ leverage }) => leverage));
  const leverages = LEVERAGES.filter((leverage) => existing.includes(leverage));
  if (first === undefined || last === undefined || leverages.length === 0)
    return { windows: 0, needed: 2 * LEAST_WINDOWS };
  const modelOf = (): WindowModel => windowModelOf(levelsOf(), leverages);
  const fromMs = first.atMs + Math.min(WARM_UP_MS, (last.atMs - first.atMs) / 4);
  const all = windowsOf(bars, modelOf(), Math.max(HOUR_MS, first.barMs), fromMs);
  const half = Math.floor(all.count / 2);
  if (half < LEAST_WINDOWS) return { windows: all.count, needed: 2 * LEAST_WINDOWS };
  const [fitOn, scoreOn] = [partOf(all, 0, half), partOf(all, half, all.count)];
  const assumed = DEFAULT_LEVERAGE_WEIGHTS.filter(({ leverage }) => leverages.includes(leverage));
  const total = assumed.reduce((sum, { weight }) => sum + weight, 0);
  const prior = assumed.map(({ weight }) => weight / total);
  return { fitOn, scoreOn, leverages, prior, modelOf };
}

function levelScoreOf({ fitOn, scoreOn, leverages }: Halves, weights: readonly number[]): LevelScore {
  const score = scoreOf(scoreOn, weights);
  return {
    windowMs: scoreOn.windowMs,
    weightsFittedOn: spanOf(fitOn),
    scoredOn: spanOf(scoreOn),
    weights: named(leverages, weights),
    score,
    verdict: verdictOf(score),
  };
}

const named = (leverages: readonly number[], weights: readonly number[]): LeverageWeight[] =>
  leverages.map((leverage, at) => ({ leverage, weight: weights[at] ?? 0 }));

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
