import type { Calibration, Span } from '../../analysis/calibration/calibrate.ts';
import type { Score, SideScore } from '../../analysis/calibration/score.ts';
import { scoreWords } from '../../analysis/calibration/scoreWords.ts';
import { largestRows } from '../../analysis/heatmap/priceRows.ts';
import { HOUR_MS } from '../../core/units.ts';
import {
  formatCoins,
  formatPrice,
  formatRatio,
  formatShare,
  formatUsd,
  formatUtc,
  MINUS,
} from '../../surfaces/reports/format.ts';
import { LEVELS_NAMED } from './heatmapJson.ts';
import type { ModelRun } from './modelRun.ts';

/** Returns the largest levels in words, and how far they may be believed. */
export function levelsText(run: ModelRun): string[] {
  const largest = largestRows(run.rows, LEVELS_NAMED);
  return [
    `Modelled liquidation levels, not measured, at ${formatUtc(run.asOfMs)}`,
    `Price ${formatPrice(run.priceQuote)}; open interest ${formatCoins(run.openInterestBase, 'coins')}, placed of it: longs ${formatShare(run.placedLong)}, shorts ${formatShare(run.placedShort)}`,
    '',
    ...(largest.length === 0
      ? ['No level within 12 % of the price.']
      : [
          `The largest within 12 % of the price, 0.25 % wide; in brackets what other splits of leverage give`,
        ]),
    ...largest.map((row) => {
      const sign = row.side === 'long' ? MINUS : '+';
      const away = `${sign}${(100 * row.nearFraction).toFixed(2)} to ${sign}${(100 * row.farFraction).toFixed(2)} %`;
      const prices = `${formatPrice(row.lowQuote)} to ${formatPrice(row.highQuote)}`;
      return `  ${`${row.side}s`.padEnd(7)} ${away.padEnd(18)} ${prices.padEnd(22)} ${formatUsd(row.notionalQuote).padStart(7)}  (${formatUsd(row.leastQuote)} to ${formatUsd(row.mostQuote)})`;
    }),
    '',
    scoreWords(run.calibration ?? run.unscored ?? 'no-liquidations'),
  ];
}

/** Returns a calibration as a table in words. */
export function calibrationText(calibration: Calibration): string[] {
  const { score, prior, inSample, byLeverage, byHorizon, weights, windowMs } = calibration;
  const weightText = weights.map(({ leverage, weight }) => `${leverage}x ${formatShare(weight)}`).join(', ');
  return [
    'Modelled liquidation levels against realised liquidations',
    `Weights fitted on ${spanText(calibration.weightsFittedOn, windowMs)}: ${weightText}`,
    `Scored on ${spanText(calibration.scoredOn, windowMs)}, which nothing was fitted on`,
    '',
    `${''.padEnd(26)}${['longs', 'shorts', 'mean', 'placebo'].map((head) => head.padStart(9)).join('')}`,
    line('Lift of densest fifth', score, 'hitLift', score.mean.placeboLift, score.placeboLiftSpread),
    line('The same in USD', score, 'sizeLift', undefined),
    line('Rank correlation', score, 'partialRankCorrelation', score.mean.placebo, score.placeboSpread),
    line('  of distance alone', score, 'distanceAlone', undefined),
    '',
    'Mean of both sides         lift  rank correlation',
    part('Weights not fitted', prior.score),
    part('In sample', inSample),
    ...byLeverage.map(({ leverage, score: one }) => part(`${leverage}x alone`, one)),
    ...byHorizon.map(({ windowMs: horizonMs, windows, score: one }) => {
      const name = `${horizonMs / HOUR_MS} h ahead, ${windows} times`;
      return one === undefined ? `${name.padEnd(26)}too few` : part(name, one);
    }),
    '',
    scoreWords(calibration),
  ];
}

function line(
  name: string,
  score: Score,
  key: keyof SideScore,
  placebo: number | undefined,
  spread?: number,
): string {
  const cells = [score.long[key], score.short[key], score.mean[key]].map((one) => decimal(one).padStart(9));
  const last = placebo === undefined ? '' : `${decimal(placebo).padStart(9)} ± ${decimal(spread)}`;
  return `${name.padEnd(26)}${cells.join('')}${last}`;
}

const part = (name: string, { mean }: Score): string =>
  `${name.padEnd(26)}${ratio(mean.hitLift).padStart(5)}${decimal(mean.partialRankCorrelation).padStart(18)}`;

const ratio = (value: number | undefined): string => (value === undefined ? '–' : value.toFixed(2));
const decimal = (value: number | undefined): string =>
  value === undefined ? '–' : value.toFixed(3).replace('-', MINUS);

const spanText = ({ fromMs, toMs, windows }: Span, windowMs: number): string =>
  `${formatUtc(fromMs)} to ${formatUtc(toMs)} (${formatRatio((windows * windowMs) / HOUR_MS)} h)`;
