import type { Calibration, Span } from '../../analysis/calibration/calibrate.ts';
import type { Score, SideScore } from '../../analysis/calibration/score.ts';
import { largestRows, type ModelledRow } from '../../analysis/heatmap/priceRows.ts';
import { HOUR_MS } from '../../core/units.ts';
import type { ModelRun } from './modelRun.ts';
import { liquidatedUsd, type StoredHeatmap } from './statedLevels.ts';

/** So many of the largest levels are named. */
export const LEVELS_NAMED = 10;

const round = (value: number | undefined): number | null =>
  value === undefined || !Number.isFinite(value) ? null : Number(value.toPrecision(6));

/** Every number of a score, null where it cannot be told. */
function sideJson(score: SideScore): Record<keyof SideScore, number | null> {
  return {
    partialRankCorrelation: round(score.partialRankCorrelation),
    distanceAlone: round(score.distanceAlone),
    placebo: round(score.placebo),
    hitLift: round(score.hitLift),
    sizeLift: round(score.sizeLift),
    placeboLift: round(score.placeboLift),
  };
}

function scoreJson(score: Score): Record<string, unknown> {
  return {
    ...{ long: sideJson(score.long), short: sideJson(score.short), mean: sideJson(score.mean) },
    placeboSpread: round(score.placeboSpread),
    placeboLiftSpread: round(score.placeboLiftSpread),
    chanceOfCorrelation: round(score.chanceOfCorrelation),
    chanceOfLift: round(score.chanceOfLift),
  };
}

/** Returns the calibration as `heatmap --calibrate --json` prints it (docs/heatmap.md). */
export function calibrationJson(
  calibration: Calibration,
  assumptions: readonly string[],
): Record<string, unknown> {
  const { windowMs, score, prior, scoredOn, weightsFittedOn } = calibration;
  const span = ({ fromMs, toMs, windows }: Span): object => ({
    fromMs,
    toMs,
    hours: (windows * windowMs) / HOUR_MS,
  });
  return {
    schema: 'perpscope.heatmap-calibration/1',
    basis: 'modelled',
    hours: (scoredOn.windows * windowMs) / HOUR_MS,
    windowHours: windowMs / HOUR_MS,
    ...scoreJson(score),
    verdict: calibration.verdict,
    weightsFittedOn: span(weightsFittedOn),
    scoredOn: span(scoredOn),
    weights: calibration.weights,
    unfitted: { weights: prior.weights, ...scoreJson(prior.score) },
    inSample: scoreJson(calibration.inSample),
    byLeverage: calibration.byLeverage.map(({ leverage, score: one }) => ({ leverage, ...scoreJson(one) })),
    byHorizon: calibration.byHorizon.map(({ windowMs: horizonMs, windows, score: one }) => ({
      ...{ windowHours: horizonMs / HOUR_MS, windows },
      ...(one === undefined ? { long: null, short: null, mean: null } : scoreJson(one)),
    })),
    assumptions,
  };
}

const rowJson = (row: ModelledRow): Record<string, unknown> => ({
  side: row.side,
  ...{ nearFraction: row.nearFraction, farFraction: row.farFraction },
  ...{ lowQuote: round(row.lowQuote), highQuote: round(row.highQuote) },
  notionalQuote: round(row.notionalQuote),
  ...{ leastQuote: round(row.leastQuote), mostQuote: round(row.mostQuote) },
});

/** Returns the levels of a history as `heatmap --asset --json` prints them (docs/heatmap.md). */
export function storedLevelsJson({ asset, source, nowMs, hours, model, quoteAsset }: StoredHeatmap): Record<string, unknown> {
  const { exchanges, shown, price, placed, realised, score } = model;
  const asOfMs = price.atMs.at(-1) ?? null;
  return {
    schema: 'perpscope.heatmap/1',
    ...{ basis: 'modelled', asset, source, asOfMs, ageMs: asOfMs === null ? null : nowMs - asOfMs },
    ...{ hours, filledFromMs: model.filledFromMs, shown, exchanges, priceFrom: model.priceFrom, priceType: model.priceType },
    ...{ quoteAsset: quoteAsset ?? null, priceQuote: model.priceQuote },
    openInterestBase: round(model.openInterestBase),
    placedShare: { long: round(placed.long), short: round(placed.short) },
    levels: model.largest.map(rowJson),
    weights: model.weights,
    ...{ verdict: score.verdict, score: score.words },
    realised:
      realised === undefined
        ? null
        : {
            ...{ basis: 'measured', exchanges: realised.exchanges, isLowerBound: realised.isLowerBound },
            ...liquidatedUsd(realised),
          },
    ...{ assumedMargin: model.assumedMargin, assumptions: model.assumptions },
  };
} // prettier-ignore

/** Returns the levels of the last bar as `heatmap --json` prints them (docs/heatmap.md). */
export function levelsJson(run: ModelRun, assumptions: readonly string[]): Record<string, unknown> {
  const { calibration, unscored } = run;
  return {
    schema: 'perpscope.heatmap/1',
    ...{ basis: 'modelled', asOfMs: run.asOfMs, priceQuote: run.priceQuote },
    openInterestBase: round(run.openInterestBase),
    placedShare: { long: round(run.placedLong), short: round(run.placedShort) },
    levels: largestRows(run.rows, LEVELS_NAMED).map(rowJson),
    weights: run.weights,
    verdict: calibration?.verdict ?? 'not-scored',
    ...(calibration === undefined ? {} : { hitLift: round(calibration.score.mean.hitLift) }),
    ...(unscored === undefined ? {} : { unscored: unscored === 'no-liquidations' ? unscored : 'too-short' }),
    assumptions,
  };
}
