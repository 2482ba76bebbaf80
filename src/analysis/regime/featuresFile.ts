import { parseAsset } from '../../core/assetName.ts';
import { PerpscopeError } from '../../core/errors.ts';
import { HOUR_MS } from '../../core/units.ts';
import { annualiseFunding } from '../metrics/funding.ts';
import { nearest } from '../../core/nearest.ts';
import type { Metric } from '../metrics/kit/metric.ts';
import { isWithin, rangeWords, type Range } from '../metrics/kit/range.ts';
import { METRICS } from '../metrics/registry.ts';
import type { FeatureOrigin, FeatureSet, RegimeFeatures } from './features.ts';

/** Every key of a features file with the values that it may have; `asset` stands beside them. */
export type FeatureRanges = ReadonlyMap<string, Range>;

/** Returns the keys of a features file as metrics have them: what stands beside a feature, then the features. */
export function featureRanges(metrics: readonly Metric[]): FeatureRanges {
  const beside = metrics.flatMap(({ feature }) => Object.entries(feature?.beside ?? {}));
  const judged = metrics.flatMap(({ feature, range }) =>
    feature === undefined ? [] : [[feature.key, range] as const],
  );
  return new Map<string, Range>([...beside, ...judged]);
}

const BUILT_IN = featureRanges(METRICS);

/**
 * Returns the feature set of a features object (the parsed JSON of `--features FILE`). Every key is optional. The
 * yearly funding rate follows from rate and interval where only these are stated.
 * Throws `usage` for anything but an object, for an unknown key (naming the nearest known one), a wrong type and a
 * value that is not possible. `where` names the file in messages.
 */
export function parseFeatures(
  json: unknown,
  where = 'features',
  ranges: FeatureRanges = BUILT_IN,
): FeatureSet {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw usage(where, 'expected a JSON object of features such as { "returnPct": 11.4 }');
  const values: Record<string, unknown> = {};
  const origins: Record<string, FeatureOrigin> = {};
  for (const [key, value] of Object.entries(json)) {
    const range = ranges.get(key);
    if (key === 'asset') values[key] = checkedAsset(value, where);
    else if (range === undefined) throw usage(where, unknownKey(key, ['asset', ...ranges.keys()]));
    else values[key] = checked(key, value, range, where);
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

function unknownKey(key: string, known: readonly string[]): string {
  const guess = nearest(key, known) ?? longestSharedStart(key, known);
  const advice = guess === undefined ? `known keys are ${known.join(', ')}` : `did you mean "${guess}"?`;
  return `unknown key ${JSON.stringify(key)}; ${advice}`;
}

/** The known key that starts like the given one; at least four letters alike, else it is no help. */
function longestSharedStart(key: string, all: readonly string[]): string | undefined {
  let best: { key: string; shared: number } | undefined;
  for (const known of all) {
    let shared = 0;
    while (shared < key.length && known[shared]?.toLowerCase() === key[shared]?.toLowerCase()) shared += 1;
    if (shared >= 4 && shared > (best?.shared ?? 0)) best = { key: known, shared };
  }
  return best?.key;
}

function checkedAsset(value: unknown, where: string): string {
  const asset = typeof value === 'string' ? parseAsset(value) : undefined;
  if (asset !== undefined) return asset;
  throw usage(where, `"asset" must be a ticker such as "BTC", not ${shown(value)}`);
}

function checked(key: string, value: unknown, range: Range, where: string): unknown {
  switch (range.kind) {
    case 'boolean':
      if (typeof value === 'boolean') return value;
      throw usage(where, `"${key}" must be true or false, not ${shown(value)}`);
    case 'number':
      return checkedNumber(key, value, range, where);
    case 'by-exchange-boolean':
    case 'by-exchange-number':
      return checkedByExchange(key, value, range, where);
  }
}

function checkedNumber(key: string, value: unknown, range: Range, where: string): number {
  if (typeof value !== 'number') throw usage(where, `"${key}" must be a number, not ${shown(value)}`);
  if (!Number.isFinite(value)) throw usage(where, `"${key}" must be a finite number`);
  if (isWithin(range, value)) return value;
  const hint = range.hint === undefined ? '' : ` (${range.hint})`;
  throw usage(where, `"${key}" must be ${rangeWords(range)}, not ${value}${hint}`);
}

function checkedByExchange(
  key: string,
  value: unknown,
  range: Range,
  where: string,
): Record<string, boolean | number> {
  const entries = exchangeEntries(value);
  const isClaim = range.kind === 'by-exchange-boolean';
  if (entries === undefined || (isClaim && !entries.every(([, claim]) => typeof claim === 'boolean')))
    throw usage(where, `"${key}" must map exchange ids to ${range.entries}`);
  return Object.fromEntries(
    entries.map(([id, one]) => [
      id,
      typeof one === 'boolean' && isClaim ? one : checkedNumber(`${key}.${id}`, one, range, where),
    ]),
  );
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
