import type { Calibration, Span } from '../../analysis/calibration/calibrate.ts';
import type { Score, SideScore } from '../../analysis/calibration/score.ts';
import { scoreWords } from '../../analysis/calibration/scoreWords.ts';
import { largestRows, type ModelledRow } from '../../analysis/heatmap/priceRows.ts';
import { exchangeName, joinedWords } from '../../core/exchangeNames.ts';
import type { ExchangeId } from '../../core/ids.ts';
import { HOUR_MS } from '../../core/units.ts';
import {
  formatCoins,
  formatOld,
  formatPrice,
  formatRatio,
  formatShare,
  formatUsd,
  formatUtc,
  MINUS,
} from '../../surfaces/reports/format.ts';
import { LEVELS_NAMED } from './heatmapJson.ts';
import type { ModelRun } from './modelRun.ts';
import { liquidatedUsd, type StoredHeatmap } from './statedLevels.ts';

/** Returns the largest levels in words, and how far they may be believed. */
export function levelsText(run: ModelRun): string[] {
  const largest = largestRows(run.rows, LEVELS_NAMED);
  return [
    `Modelled liquidation levels, not measured, at ${formatUtc(run.asOfMs)}`,
    `Price ${formatPrice(run.priceQuote)}; open interest ${formatCoins(run.openInterestBase, 'coins')}, placed of it: longs ${formatShare(run.placedLong)}, shorts ${formatShare(run.placedShort)}`,
    '',
    ...rowsText(largest),
    '',
    scoreWords(run.calibration ?? run.unscored ?? 'no-liquidations'),
  ];
}

/** Returns the levels that a panel draws of a history in words: whose they are, out of what, how old, and how far to believe them. */
export function storedLevelsText({
  asset,
  source,
  nowMs,
  hours,
  model,
  quoteAsset,
}: StoredHeatmap): string[] {
  const { exchanges, shown, price, priceFrom, priceType, placed, assumedMargin } = model;
  const mark = source === 'live' ? '' : '  SIMULATED';
  const asOfMs = price.atMs.at(-1);
  const unit = quoteAsset ?? `quote currency of ${exchangeName(priceFrom)}`;
  const sum = shown === 'aggregate' && exchanges.length > 1 ? ', added up' : '';
  return [
    `Modelled liquidation levels of ${asset}, not measured, at ${formatUtc(asOfMs)}${mark}`,
    `Of ${namesOf(exchanges)}${sum}, as the history keeps them from ${formatUtc(model.filledFromMs)} on`,
    `Price ${formatPrice(model.priceQuote)} (${unit}), ${priceType} of ${exchangeName(priceFrom)}, ${formatOld(asOfMs, nowMs)}`,
    `Open interest ${formatCoins(model.openInterestBase, asset)}, one side; placed of it: longs ${formatShare(placed.long)}, shorts ${formatShare(placed.short)}`,
    liquidatedText(model, hours),
    '',
    ...rowsText(model.largest),
    '',
    model.score.words,
    '',
    ...(assumedMargin.length === 0
      ? []
      : [`No margin table is kept of ${namesOf(assumedMargin)}: an assumed one stands for it.`]),
    ...model.assumptions,
  ];
}

const namesOf = (ids: readonly ExchangeId[]): string => joinedWords(ids.map(exchangeName));

function liquidatedText({ realised }: StoredHeatmap['model'], hours: number): string {
  const over = `over the last ${formatRatio(hours)} h`;
  if (realised === undefined) return `Liquidated ${over}: not known`;
  const { longUsd, shortUsd, unknownHours } = liquidatedUsd(realised);
  const least = realised.isLowerBound ? ', at least' : '';
  const holes = unknownHours === 0 ? '' : `, ${unknownHours} h of it not known`;
  return `Liquidated ${over}, measured on ${namesOf(realised.exchanges)}: longs ${formatUsd(longUsd)}, shorts ${formatUsd(shortUsd)}${least}${holes}`;
}

/** The largest levels, a line each. */
function rowsText(largest: readonly ModelledRow[]): string[] {
  if (largest.length === 0) return ['No level within 12 % of the price.'];
  return [
    'The largest within 12 % of the price, 0.25 % wide; in brackets what other splits of leverage give',
    ...largest.map((row) => {
      const sign = row.side === 'long' ? MINUS : '+';
      const away = `${sign}${(100 * row.nearFraction).toFixed(2)} to ${sign}${(100 * row.farFraction).toFixed(2)} %`;
      const prices = `${formatPrice(row.lowQuote)} to ${formatPrice(row.highQuote)}`;
      return `  ${`${row.side}s`.padEnd(7)} ${away.padEnd(18)} ${prices.padEnd(22)} ${formatUsd(row.notionalQuote).padStart(7)}  (${formatUsd(row.leastQuote)} to ${formatUsd(row.mostQuote)})`;
    }),
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
