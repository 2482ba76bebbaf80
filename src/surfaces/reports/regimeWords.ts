import type { Evidence, RegimeAssessment, RegimeLabel } from '../../analysis/regime/assessment.ts';
import { metricDefinition } from '../../analysis/metrics/dictionary.ts';
import { baseMetricId } from '../../analysis/metrics/metricIds.ts';
import { exchangeName } from '../../analysis/regime/exchangeNames.ts';
import {
  formatPercent,
  formatRatio,
  formatShare,
  formatSignificant,
  formatUsd,
  formatZScore,
  NOT_REPORTED,
} from './format.ts';

const LABELS: Readonly<Record<RegimeLabel, string>> = {
  'spot-led-rally': 'spot-led rally',
  'leverage-led-rally': 'leverage-led rally',
  'short-squeeze': 'short squeeze',
  'crowded-long': 'crowded long',
  'crowded-short': 'crowded short',
  'leverage-build-up': 'leverage build-up',
  deleveraging: 'deleveraging',
  'long-squeeze': 'long squeeze',
  'illiquid-sell-off': 'illiquid sell-off',
  neutral: 'neutral',
  unknown: 'unknown',
};

export const DISCLAIMER = 'For research only. Not investment advice.';

/** Returns a label in words: spot-led rally. */
export function labelWords(label: RegimeLabel): string {
  return LABELS[label];
}

/** Returns the confidence with its name: estimated confidence 79 %. */
export function confidenceWords(assessment: RegimeAssessment): string {
  return assessment.label === 'unknown'
    ? 'no confidence is given'
    : `estimated confidence ${formatShare(assessment.confidence, 0)}`;
}

/** Returns a metric's name with the window its id carries: Open interest z-score, 7d. */
export function metricName(id: string): string {
  const definition = metricDefinition(id);
  const window = /-(\d+(?:min|h|d))$/.exec(id)?.[1];
  const name = definition?.name ?? id;
  return window === undefined ? name : `${name}, ${window}`;
}

/** Returns a number of an evidence row in its unit. */
export function evidenceNumber(value: number | undefined, unit: Evidence['unit']): string {
  if (value === undefined || !Number.isFinite(value)) return NOT_REPORTED;
  switch (unit) {
    case 'percent':
      return formatPercent(value, decimalsOf(value));
    case 'boolean':
      return value >= 0.5 ? 'yes' : 'no';
    case 'percentile':
      return `percentile ${formatSignificant(value)}`;
    case 'z-score':
      return formatZScore(value);
    case 'usd':
      return formatUsd(value);
    case 'fraction':
      return formatShare(value);
    case 'fraction-per-year':
      return `${formatPercent(value * 100)} a year`;
    case 'ratio':
      return formatRatio(value);
    case 'base':
    case 'quote':
      return `${formatSignificant(value)} ${unit === 'base' ? 'coins' : 'in quote currency'}`;
  }
}

/** Returns a row's threshold: at least +0.50 %. */
export function thresholdWords(row: Evidence): string {
  const word = row.direction === 'above' ? 'at least' : 'at most';
  if (row.unit === 'boolean') return row.direction === 'above' ? 'yes' : 'no';
  return `${word} ${evidenceNumber(row.threshold, row.unit)}`;
}

/** What the baseline of a metric is, where it is not in the unit of the metric itself. */
const BASELINES: Readonly<Record<string, (baseline: number) => string>> = {
  'open-interest-z': (mean) => `mean 24 h change ${formatPercent(Math.expm1(mean) * 100, 2)}`,
  'liquidations-z': (mean) => `typical 24 h ${formatUsd(Math.expm1(mean))}`,
  'taker-imbalance-z': (mean) => `mean 24 h imbalance ${formatPercent(mean * 100, 2)}`,
  'depth-z': (mean) => `typical ${formatUsd(Math.exp(mean))}`,
  'futures-volume-change': (mean) => `mean 24 h ${formatUsd(mean)}`,
  'taker-ratio-change': (mean) => `mean ratio ${formatRatio(mean)}`,
};

/** Returns what an observed value is compared with, in words and with its unit. */
export function baselineWords(row: Evidence): string {
  if (row.baseline === undefined) return 'none';
  const words = BASELINES[baseMetricId(row.metric)];
  return words === undefined ? evidenceNumber(row.baseline, row.unit) : words(row.baseline);
}

/** Returns the exchanges a number comes from, by name. */
export function sourceNames(sources: readonly string[]): string {
  return sources.length === 0 ? NOT_REPORTED : sources.map(exchangeName).join(', ');
}

/** Returns what a row means for the label: supports, speaks against, expected and not met. */
export function bearing(row: Evidence): string {
  if (row.weight === 0) return row.isMet ? 'met' : 'not met';
  if (row.weight < 0) return 'met, speaks against';
  return row.isMet ? 'met, supports' : 'not met, expected';
}

function decimalsOf(percent: number): number {
  const size = Math.abs(percent);
  if (size === 0 || size >= 1) return size >= 1 && Number.isInteger(Number(size.toFixed(2))) ? 0 : 1;
  return size >= 0.1 ? 3 : 4;
}
