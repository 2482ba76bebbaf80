import type { Bearing, Evidence, MissingInput, RegimeAssessment } from '../../analysis/regime/assessment.ts';
import { metricWords } from './metricWords.ts';
import { ordinal, percentileWords } from '../../analysis/regime/percentileWords.ts';
import { DAY_MS } from '../../core/units.ts';
import { regimeName } from '../protocol/regimeNames.ts';
import { capital } from './reportParts.ts';
import {
  formatAge,
  formatAgo,
  formatDuration,
  formatPercent,
  formatRarity,
  formatRatio,
  formatShare,
  formatShortAge,
  formatSignificant,
  formatUsd,
  formatUtc,
  formatZScore,
  MINUS,
  NOT_REPORTED,
} from './format.ts';

export const DISCLAIMER = 'For research only. Not investment advice.';

export { regimeName };
export { sourceNames, storedHistoryWords } from './sourceWords.ts';

/** Returns a regime with how sure and how rare it is, and on whom it rests: the one sentence of every surface. */
export function regimeSentence(assessment: RegimeAssessment): string {
  return `${regimeName(assessment)}, ${confidenceWords(assessment)}`;
}

/**
 * Returns the sentence without the name: confidence 78 %, seen in 3 % of shuffled hours; rests on 6 of 9 exchanges. The quality of the
 * inputs stands behind it where it is low.
 */
export function confidenceWords(assessment: RegimeAssessment): string {
  if (assessment.label === 'unknown') return 'no confidence is given';
  const low = assessment.quality < LOW_QUALITY ? `; ${qualityWords(assessment)}` : '';
  return `confidence ${confidencePercent(assessment)}, seen in ${formatRarity(assessment.rarity, assessment.rarityBasis)}; ${restsOn(assessment)}${low}`;
}

/** Returns the confidence alone, as a name has it beside it where there is little room: 78 %. */
export const confidencePercent = ({ confidence }: Pick<RegimeAssessment, 'confidence'>): string =>
  `${Math.round(confidence * 100)} %`;

const LOW_QUALITY = 0.5;
const GOOD_QUALITY = 0.8;

/** Returns how complete and fresh the inputs are: input quality good (92 %). */
export function qualityWords({ quality }: Pick<RegimeAssessment, 'quality'>): string {
  const word = quality < LOW_QUALITY ? 'low' : quality < GOOD_QUALITY ? 'fair' : 'good';
  return `input quality ${word} (${Math.round(quality * 100)} %)`;
}

/** Whose numbers are out as the name wants them; where none are, whose numbers it has, and without a name whose were looked at. */
function restsOn({ evidence, coverage, source }: RegimeAssessment): string {
  if (source === 'stated') return 'rests on stated values';
  const own = evidence.filter(({ bearing }) => bearing === 'for');
  const out = own.filter(({ band }) => band === undefined);
  const rows = [out, own, evidence].find(({ length }) => length > 0) ?? [];
  const exchanges = new Set(rows.flatMap(({ sources }) => sources));
  return `rests on ${coverageWords({ fresh: exchanges.size, of: Math.max(coverage.of, exchanges.size) })}`;
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

/** Returns the observed value of an evidence row in its unit, what can be of either side with its sign, a rank at an end in words. */
export function observedWords(row: Evidence): string {
  const { observed, unit, baselineWindowMs } = row;
  if (unit !== 'percentile' || (observed > 0 && observed < 100)) return numberOf(row, observed);
  const days = baselineWindowMs === undefined ? 0 : Math.round(baselineWindowMs / DAY_MS);
  return `${observed > 0 ? 'highest' : 'lowest'} of ${days < 2 ? 'its history' : `${days} days`}`;
}

/** Returns how far out a reading is: +2.4 usual days; of what is not of a day in usual sizes of its own window. */
export function outWords({ usualSizes, windowMs }: Evidence): string {
  if (usualSizes === undefined) return NOT_REPORTED;
  const size = Math.abs(usualSizes).toFixed(1);
  return `${usualSizes < 0 ? MINUS : '+'}${size} usual ${windowMs === DAY_MS ? 'days' : 'sizes'}`;
}

function numberOf({ metric, unit }: Evidence, value: number): string {
  const text = evidenceNumber(value, unit);
  const isNet = unit === 'usd' && metricWords(metric)?.id === 'net-taker-volume';
  return isNet && value > 0 ? `+${text}` : text;
}

/** Returns a row's threshold: at least +0.50 %, from -5 % to +15 %. */
export function thresholdWords(row: Evidence): string {
  if (row.band !== undefined) {
    const [low, high] = row.band;
    return `from ${boundOf(row, low)} to ${boundOf(row, high)}`;
  }
  const word = row.direction === 'above' ? 'at least' : 'at most';
  if (row.unit === 'boolean') return row.direction === 'above' ? 'yes' : 'no';
  return `${word} ${boundOf(row, row.threshold)}`;
}

/** The number that it bounds has said of what it is a rank. */
const boundOf = (row: Evidence, bound: number): string =>
  row.unit === 'percentile' ? ordinal(bound) : numberOf(row, bound);

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

/** Returns the age of a row of an assessment now, in ms: its own at the assessment and the time since. */
export function evidenceAgeMs(
  { ageMs }: Pick<Evidence, 'ageMs'>,
  { asOfMs }: Pick<RegimeAssessment, 'asOfMs'>,
  nowMs: number,
): number | undefined {
  return ageMs === undefined ? undefined : ageMs + Math.max(0, nowMs - asOfMs);
}

const BEARINGS: Readonly<Record<Bearing, string>> = {
  for: 'for',
  against: 'against',
  expected: 'not met',
  beside: 'beside',
};

/** Returns what a row means for the name, in a word: for, against, not met, beside. */
export const bearingWord = ({ bearing }: Evidence): string => BEARINGS[bearing];
