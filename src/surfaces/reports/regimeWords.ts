import type {
  Evidence,
  RegimeAssessment,
  RegimeLabel,
  StoredHistory,
} from '../../analysis/regime/assessment.ts';
import { metricDefinition } from '../../analysis/metrics/dictionary.ts';
import { exchangeName, inShownOrder } from '../../analysis/regime/exchangeNames.ts';
import {
  formatAge,
  formatAgo,
  formatDuration,
  formatPercent,
  formatRatio,
  formatShare,
  formatShortAge,
  formatSignificant,
  formatUsd,
  formatUtc,
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
    : `estimated confidence ${formatShare(assessment.confidence, 2)}`;
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
      return formatPercent(value);
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

/** Returns what an observed value is compared with, in words, with its unit and its own window. */
export function baselineWords(row: Evidence): string {
  const { baselineValue: value, baselineUnit: unit, baselineWindowMs } = row;
  const window = baselineWindowMs === undefined ? undefined : formatDuration(baselineWindowMs);
  const usual =
    value === undefined || unit === undefined ? evidenceNumberOrNone(row) : baselineNumber(value, unit);
  if (usual === undefined) return window === undefined ? 'none' : `history of ${window}`;
  return `usually ${usual}${window === undefined ? '' : `, over ${window}`}`;
}

function evidenceNumberOrNone({ baseline, unit }: Evidence): string | undefined {
  return baseline === undefined ? undefined : evidenceNumber(baseline, unit);
}

/** Usual changes are small: two decimals where a share has one. */
function baselineNumber(value: number, unit: Evidence['unit']): string {
  return unit === 'fraction' ? formatPercent(value * 100) : evidenceNumber(value, unit);
}

/** Returns the exchanges a number comes from, by name. */
export function sourceNames(sources: readonly string[]): string {
  return sources.length === 0 ? NOT_REPORTED : inShownOrder(sources).map(exchangeName).join(', ');
}

/** Returns which exchanges are shown by stored rows alone, and how old the newest of these is. */
export function storedHistoryWords({ exchanges, newestAtMs }: StoredHistory, nowMs: number): string {
  return `From stored history, newest ${formatAge(newestAtMs, nowMs)} old, without a current reading: ${sourceNames(exchanges)}.`;
}

/**
 * Returns since when a label has stood: from the moment it was seen to begin, or at least from when watching began, since
 * nobody knows what stood before. Undefined for stated values.
 */
export function sinceWords(
  { sinceMs, watchedSinceMs, source }: RegimeAssessment,
  nowMs: number,
): string | undefined {
  if (source === 'stated') return undefined;
  if (watchedSinceMs === undefined || sinceMs > watchedSinceMs)
    return `since ${formatUtc(sinceMs)}, ${formatAgo(sinceMs, nowMs)}`;
  return `at least since ${formatUtc(sinceMs)}, ${formatAgo(sinceMs, nowMs)}, when watching began`;
}

/** Returns the same in a few characters: 40 min, ≥ 2 h. */
export function sinceShort({ sinceMs, watchedSinceMs }: RegimeAssessment, nowMs: number): string {
  const isBegun = watchedSinceMs === undefined || sinceMs > watchedSinceMs;
  return `${isBegun ? '' : '≥ '}${formatShortAge(sinceMs, nowMs)}`;
}

/** Returns what a row means for the label: supports, speaks against, expected and not met. */
export function bearing(row: Evidence): string {
  if (row.weight === 0) return row.isMet ? 'met' : 'not met';
  if (row.weight < 0) return 'met, speaks against';
  return row.isMet ? 'met, supports' : 'not met, expected';
}
