import { parseAsset } from '../../core/assetName.ts';
import { PerpscopeError } from '../../core/errors.ts';
import { HOUR_MS } from '../../core/units.ts';
import { annualiseFunding } from '../metrics/funding.ts';
import { nearest } from '../../core/nearest.ts';
import type { FeatureOrigin, FeatureSet, RegimeFeatures } from './features.ts';
import { FEATURES, type JudgedFeature } from './featureInfo.ts';

type Kind = 'number' | 'boolean' | 'text' | 'claims' | 'caps';

/** What values are possible. The open ends guard against slips such as a share in percent. */
interface KeyRule {
  readonly kind: Kind;
  readonly min?: number;
  readonly max?: number;
  readonly isExclusiveMin?: true;
  readonly hint?: string;
}

const PERCENTILE: KeyRule = { kind: 'number', min: 0, max: 100 };
const SHARE: KeyRule = { kind: 'number', min: 0, max: 1, hint: 'a share is a fraction, 0.8 for 80 %' };
const RATIO: KeyRule = { kind: 'number', min: 0 };
/** No market moves or charges this much; what is beyond is a slip, and its yearly rate would overflow. */
const MOST_PERCENT = 1e6;
const PERCENT: KeyRule = { kind: 'number', min: -MOST_PERCENT, max: MOST_PERCENT, hint: 'percent' };
const CAP: KeyRule = { kind: 'number', min: 0, max: MOST_PERCENT, hint: 'percent' };
const CHANGE: KeyRule = {
  kind: 'number',
  min: -100,
  max: MOST_PERCENT,
  hint: 'percent; nothing falls by more than 100 %',
};
const HOURS: KeyRule = { kind: 'number', min: 0, isExclusiveMin: true };

const SPECIAL: Readonly<Partial<Record<keyof RegimeFeatures, KeyRule>>> = {
  asset: { kind: 'text' },
  windowHours: HOURS,
  fundingIntervalHours: HOURS,
  returnPct: CHANGE,
  openInterestChangePct: CHANGE,
  takerRatioChangePct: CHANGE,
  futuresVolumeChangePct: CHANGE,
  openInterestRecord: { kind: 'boolean' },
  openInterestRecordAggregate: { kind: 'boolean' },
  openInterestRecordByExchange: { kind: 'claims' },
  fundingCapPct: CAP,
  fundingCapPctByExchange: { kind: 'caps' },
  openInterestPercentile: PERCENTILE,
  fundingPercentile: PERCENTILE,
  longShortPercentile: PERCENTILE,
  shortLiquidationShare: SHARE,
  spotVolumeShare: SHARE,
  longShortRatio: RATIO,
  takerBuySellRatio: RATIO,
  liquidationsUsd: RATIO,
};

/** Every key that a features file may have. */
export const FEATURE_KEYS: readonly (keyof RegimeFeatures)[] = [
  'asset',
  'windowHours',
  'fundingIntervalHours',
  'openInterestRecordAggregate',
  'openInterestRecordByExchange',
  'fundingCapPctByExchange',
  ...(Object.keys(FEATURES) as (keyof typeof FEATURES)[]),
];

/**
 * Returns the feature set of a features object (the parsed JSON of `--features FILE`). Every key is optional. The
 * yearly funding rate follows from rate and interval where only these are stated.
 * Throws `usage` for anything but an object, for an unknown key (naming the nearest known one), a wrong type and a
 * value that is not possible. `where` names the file in messages.
 */
export function parseFeatures(json: unknown, where = 'features'): FeatureSet {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw usage(where, 'expected a JSON object of features such as { "returnPct": 11.4 }');
  const values: Record<string, unknown> = {};
  const origins: Record<string, FeatureOrigin> = {};
  for (const [key, value] of Object.entries(json)) {
    if (!isFeatureKey(key)) throw usage(where, unknownKey(key));
    values[key] = checked(key, value, where);
    origins[key] = { sources: ['stated'] };
  }
  addYearlyFunding(values as RegimeFeatures, origins);
  return { values: values as RegimeFeatures, origins: origins as FeatureSet['origins'], absent: {} };
}

/** A rate with its interval is a yearly rate; thresholds of a year are only comparable with that. */
function addYearlyFunding(values: RegimeFeatures, origins: Record<string, FeatureOrigin>): void {
  const { fundingPerIntervalPct: rate, fundingIntervalHours: hours, fundingAnnualisedPct } = values;
  if (rate === undefined || hours === undefined || fundingAnnualisedPct !== undefined) return;
  const yearly = annualiseFunding(rate, hours * HOUR_MS);
  if (yearly === undefined) return;
  values.fundingAnnualisedPct = yearly;
  origins['fundingAnnualisedPct'] = {
    sources: ['stated'],
    derivedFrom: ['fundingPerIntervalPct', 'fundingIntervalHours'],
  };
}

/** Returns the feature set of a features file's text. Throws `usage` where it is not JSON, else as `parseFeatures`. */
export function parseFeaturesText(text: string, where = 'features'): FeatureSet {
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw usage(where, `not valid JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  return parseFeatures(json, where);
}

function isFeatureKey(key: string): key is keyof RegimeFeatures {
  return (FEATURE_KEYS as readonly string[]).includes(key);
}

function unknownKey(key: string): string {
  const guess = nearest(key, FEATURE_KEYS) ?? longestSharedStart(key);
  const advice =
    guess === undefined ? `known keys are ${FEATURE_KEYS.join(', ')}` : `did you mean "${guess}"?`;
  return `unknown key ${JSON.stringify(key)}; ${advice}`;
}

/** The known key that starts like the given one; at least four letters alike, else it is no help. */
function longestSharedStart(key: string): string | undefined {
  let best: { key: string; shared: number } | undefined;
  for (const known of FEATURE_KEYS) {
    let shared = 0;
    while (shared < key.length && known[shared]?.toLowerCase() === key[shared]?.toLowerCase()) shared += 1;
    if (shared >= 4 && shared > (best?.shared ?? 0)) best = { key: known, shared };
  }
  return best?.key;
}

function checked(key: keyof RegimeFeatures, value: unknown, where: string): unknown {
  const rule = SPECIAL[key] ?? ruleOfUnit(key);
  switch (rule.kind) {
    case 'text': {
      const asset = typeof value === 'string' ? parseAsset(value) : undefined;
      if (asset !== undefined) return asset;
      throw usage(where, `"${key}" must be a ticker such as "BTC", not ${shown(value)}`);
    }
    case 'boolean':
      if (typeof value === 'boolean') return value;
      throw usage(where, `"${key}" must be true or false, not ${shown(value)}`);
    case 'claims':
      return checkedClaims(key, value, where);
    case 'caps':
      return checkedCaps(key, value, where);
    case 'number':
      return checkedNumber(key, value, rule, where);
  }
}

function ruleOfUnit(key: keyof RegimeFeatures): KeyRule {
  const isPercent = isJudged(key) && FEATURES[key].unit === 'percent';
  return isPercent ? PERCENT : { kind: 'number' };
}

function isJudged(key: keyof RegimeFeatures): key is JudgedFeature {
  return Object.hasOwn(FEATURES, key);
}

function checkedNumber(key: string, value: unknown, rule: KeyRule, where: string): number {
  if (typeof value !== 'number') throw usage(where, `"${key}" must be a number, not ${shown(value)}`);
  if (!Number.isFinite(value)) throw usage(where, `"${key}" must be a finite number`);
  const isBelow = rule.min !== undefined && (rule.isExclusiveMin ? value <= rule.min : value < rule.min);
  if (isBelow || (rule.max !== undefined && value > rule.max)) {
    const low = rule.isExclusiveMin ? `above ${rule.min}` : `at least ${rule.min}`;
    const range = rule.max === undefined ? low : `between ${rule.min} and ${rule.max}`;
    throw usage(
      where,
      `"${key}" must be ${range}, not ${value}${rule.hint === undefined ? '' : ` (${rule.hint})`}`,
    );
  }
  return value;
}

function checkedClaims(key: string, value: unknown, where: string): Record<string, boolean> {
  const entries = exchangeEntries(value);
  if (entries?.every(([, claim]) => typeof claim === 'boolean'))
    return Object.fromEntries(entries) as Record<string, boolean>;
  throw usage(where, `"${key}" must map exchange ids to true or false, such as { "binance": true }`);
}

function checkedCaps(key: string, value: unknown, where: string): Record<string, number> {
  const entries = exchangeEntries(value);
  if (entries === undefined)
    throw usage(where, `"${key}" must map exchange ids to percent per 8 h, such as { "okx": 0.375 }`);
  return Object.fromEntries(entries.map(([id, cap]) => [id, checkedNumber(`${key}.${id}`, cap, CAP, where)]));
}

/** The entries of an object by exchange; undefined for anything else. */
function exchangeEntries(value: unknown): [string, unknown][] | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const entries: [string, unknown][] = Object.entries(value);
  return entries.every(([id]) => /^[a-z0-9-]{1,40}$/.test(id)) ? entries : undefined;
}

function shown(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'object') return Array.isArray(value) ? 'a list' : 'an object';
  return JSON.stringify(value) ?? String(value);
}

function usage(where: string, message: string): PerpscopeError {
  return new PerpscopeError('usage', `${where}: ${message}`);
}
