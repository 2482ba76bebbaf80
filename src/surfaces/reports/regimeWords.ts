import type { MissingInput, Evidence, RegimeAssessment } from '../../analysis/regime/assessment.ts';
import { metricWords } from './metricWords.ts';
import { labelWords } from '../../analysis/regime/labelWords.ts';
import { ordinal, percentileWords } from '../../analysis/regime/percentileWords.ts';
import { capital } from './reportParts.ts';
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

export const DISCLAIMER = 'For research only. Not investment advice.';

export { labelWords };
export { sourceNames, storedHistoryWords } from './sourceWords.ts';

/** Returns a regime's label in words, and whether it is weak: short squeeze (weak). */
export function regimeName({ label, isWeak }: Pick<RegimeAssessment, 'label' | 'isWeak'>): string {
  return `${labelWords(label)}${isWeak ? ' (weak)' : ''}`;
}

/** Returns the confidence with its name, and how often noise shows as much: estimated confidence 79 %, seen in 3 % of noise. */
export function confidenceWords(assessment: RegimeAssessment): string {
  return assessment.label === 'unknown'
    ? 'no confidence is given'
    : `estimated confidence ${formatShare(assessment.confidence, 2)}, seen in ${rarityWords(assessment)} of noise`;
}

/** Returns how often a market without structure shows as much: 3 %, under 1 %. */
export function rarityWords({ rarity }: Pick<RegimeAssessment, 'rarity'>): string {
  return rarity < 0.01 ? 'under 1 %' : `${Math.round(rarity * 100)} %`;
}

/** Returns a metric's name with the window its id carries: Open interest at a 20-day record. */
export function metricName(id: string): string {
  const definition = metricWords(id);
  const [, count, unit] = /-(\d+)(min|h|d)$/.exec(id) ?? [];
  const name = definition?.name ?? id;
  if (count === undefined || unit === undefined) return name;
  const window = windowWords(Number.parseInt(count, 10), unit);
  if (definition?.unit === 'yes or no')
    return name.replace(' a ', ` a ${window.replace(/ (\w+?)s?$/, '-$1')} `);
  const isCompared = definition?.unit === 'standard deviations';
  return `${name} ${isCompared ? 'against' : 'in'} ${window}`;
}

function windowWords(count: number, unit: string): string {
  if (unit === 'd') return count === 1 ? '1 day' : `${count} days`;
  return unit === 'h' && count >= 48 ? `${Math.floor(count / 24)} days` : `${count} ${unit}`;
}

/** Returns what an evidence row is about; a rate never without its interval. */
export function evidenceName({ metric, intervalMs }: Evidence): string {
  if (metricWords(metric)?.id !== 'funding-per-interval') return metricName(metric);
  return intervalMs === undefined ? 'Funding per interval' : `Funding per ${formatDuration(intervalMs)}`;
}

/** Returns one line for all missing inputs that share a reason. */
export function missingWords(missing: readonly MissingInput[]): string[] {
  return [...Map.groupBy(missing, ({ reason }) => reason)].map(
    ([reason, own]) => `${capital(own.map(({ metric }) => metricName(metric)).join(', '))}: ${reason}`,
  );
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
      return percentileWords(value);
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

/** Returns the observed value of an evidence row in its unit, what can be of either side with its sign. */
export const observedWords = (row: Evidence): string => numberOf(row, row.observed);

function numberOf({ metric, unit }: Evidence, value: number): string {
  const text = evidenceNumber(value, unit);
  const isNet = unit === 'usd' && metricWords(metric)?.id === 'net-taker-volume';
  return isNet && value > 0 ? `+${text}` : text;
}

/** Returns a row's threshold: at least +0.50 %, from -5 % to +15 %. */
export function thresholdWords(row: Evidence): string {
  if (row.band !== undefined) {
    const [low, high] = row.band;
    return `from ${numberOf(row, low)} to ${numberOf(row, high)}`;
  }
  const word = row.direction === 'above' ? 'at least' : 'at most';
  if (row.unit === 'boolean') return row.direction === 'above' ? 'yes' : 'no';
  const bound = row.threshold;
  // The number that it bounds has said of what it is a rank.
  if (row.unit === 'percentile') return `${word} ${ordinal(bound)}`;
  return `${word} ${numberOf(row, bound)}`;
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

/** Returns how many exchanges are fresh: 6 of 9 exchanges, 1 of 1 exchange. */
export function coverageWords({ fresh, of }: { readonly fresh: number; readonly of: number }): string {
  return `${fresh} of ${of} ${of === 1 ? 'exchange' : 'exchanges'}`;
}

/**
 * Returns since when a label has stood: from the moment it was seen to begin, or longer than it has been watched, since
 * nobody knows what stood before. Undefined for stated values and at the first look, which says nothing but its own time.
 */
export function sinceWords(assessment: RegimeAssessment, nowMs: number): string | undefined {
  if (assessment.source === 'stated' || isFirstLook(assessment)) return undefined;
  const { sinceMs, watchedSinceMs } = assessment;
  if (isSeenToBegin(assessment)) return `since ${formatUtc(sinceMs)}, ${formatAgo(sinceMs, nowMs)}`;
  return `since ${formatUtc(watchedSinceMs)} or longer (watched for ${formatAge(watchedSinceMs, nowMs)})`;
}

/** Returns the same in a few characters: 40 min, ≥ 2 h; nothing at the first look. */
export function sinceShort(assessment: RegimeAssessment, nowMs: number): string {
  if (isFirstLook(assessment)) return '';
  if (isSeenToBegin(assessment)) return formatShortAge(assessment.sinceMs, nowMs);
  return `≥ ${formatShortAge(assessment.watchedSinceMs, nowMs)}`;
}

const isSeenToBegin = ({ sinceMs, watchedSinceMs }: RegimeAssessment): boolean =>
  watchedSinceMs === undefined || sinceMs > watchedSinceMs;

const isFirstLook = (assessment: RegimeAssessment): boolean =>
  !isSeenToBegin(assessment) && assessment.watchedSinceMs === assessment.asOfMs;

/** Returns the age of an evidence row now, in ms: its own at the assessment and the time since. */
export function evidenceAgeMs(
  { ageMs }: Evidence,
  { asOfMs }: Pick<RegimeAssessment, 'asOfMs'>,
  nowMs: number,
): number | undefined {
  return ageMs === undefined ? undefined : ageMs + Math.max(0, nowMs - asOfMs);
}

/** Returns what a row means for the label: supports, speaks against, expected and not met. */
export function bearing(row: Evidence): string {
  if (row.weight === 0) return row.isMet ? 'met' : 'not met';
  if (row.weight < 0) return 'met, speaks against';
  return row.isMet ? 'met, supports' : 'not met, expected';
}

/** Returns the same in a word before a line of text: for, against, not met. */
export function bearingWord({ weight, isMet }: Evidence): string {
  if (!isMet) return 'not met';
  return weight === 0 ? 'met' : weight < 0 ? 'against' : 'for';
}
