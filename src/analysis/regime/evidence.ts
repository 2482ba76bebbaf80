import { HOUR_MS } from '../../core/units.ts';
import type { Aspects } from './aspects.ts';
import type { Bearing, Evidence, MissingInput } from './assessment.ts';
import { askedOf, bearingOf, isBand, nearest, weightOf, type NameShown } from './bearing.ts';
import type { FeatureSet } from './features.ts';
import {
  FEATURES,
  featureMetricId,
  JUDGED_FEATURES,
  readingWindowMs,
  type JudgedFeature,
} from './featureInfo.ts';
import { featureValue } from './featureValue.ts';
import { clearSize } from './kinds.ts';
import { SCALES } from './scales.ts';
import type { Standard, StandardInput } from './standard.ts';

const ORDER: readonly Bearing[] = ['for', 'against', 'expected', 'beside'];

export interface Judged extends NameShown {
  readonly features: FeatureSet;
  readonly isStated: boolean;
}

/**
 * Returns one row for each input: what speaks for the name, what against it, what it would want as well, and what it does not look
 * at, each the weightiest first. The weight is how far out what counts of it is, negative against the name; 0 beside it.
 */
export function evidenceOf({ inputs, aspects }: Standard, judged: Judged): Evidence[] {
  return inputs
    .map((input) => evidenceRow(input, aspects, judged))
    .sort(
      (a, b) =>
        ORDER.indexOf(a.bearing) - ORDER.indexOf(b.bearing) ||
        Math.abs(b.weight) - Math.abs(a.weight) ||
        Math.abs(b.usualSizes ?? 0) - Math.abs(a.usualSizes ?? 0),
    );
}

function evidenceRow(input: StandardInput, aspects: Aspects, judged: Judged): Evidence {
  const { feature, scale, context, observed, sizes } = input;
  const { features, isStated, rules } = judged;
  const origin = features.origins[feature];
  const unit = FEATURES[feature].unit;
  const clear = clearSize(scale.aspect, rules);
  const at = (size: number): number => scale.fromSizes?.(size, context) ?? 1;
  // An amount without its size gets nowhere near a clear sign: a threshold of it would be a made-up one.
  const reaches = (size: number): boolean =>
    scale.fromSizes === undefined || Math.abs(scale.toSizes(at(size), context) - size) < 1e-6;
  const asked = askedOf(scale.aspect, judged, reaches);
  // A rank of funding without a size, or a side of next to nothing, counts as far as what it is a part of.
  const isPart = scale.isJoint === true || scale.aspect === 'forceSide';
  const told = isPart ? (aspects[scale.aspect] ?? 0) : sizes;
  const bearing = asked === undefined ? 'beside' : bearingOf(sizes, told, asked, clear);
  const shown = bearing === 'beside' ? undefined : asked;
  const own = sizes < 0 ? -1 : 1;
  const end = shown === undefined ? own * clear : nearest(sizes, shown);
  const isUpper = shown === undefined ? own < 0 : end === shown.high;
  const sources = origin?.sources ?? [];
  const { windowHours, fundingIntervalHours } = features.values;
  const windowMs = readingWindowMs(feature, origin, windowHours);
  const { baselineValue, baselineUnit, baselineWindowMs } = origin ?? {};
  const ageMs = isStated ? undefined : origin?.ageMs;
  return {
    metric: featureMetricId(feature, origin, windowHours),
    scope: (!isStated && sources.length === 1 ? sources[0] : undefined) ?? 'aggregate',
    observed,
    unit,
    ...(windowMs === undefined ? {} : { windowMs }),
    ...(baselineValue === undefined || baselineUnit !== unit ? {} : { baseline: baselineValue }),
    ...(baselineValue === undefined || baselineUnit === undefined ? {} : { baselineValue, baselineUnit }),
    ...(baselineWindowMs === undefined ? {} : { baselineWindowMs }),
    ...(unit === 'z-score' ? { zScore: observed } : {}),
    ...(unit === 'percentile' ? { percentile: observed } : {}),
    usualSizes: sizes,
    bearing,
    threshold: at(end),
    direction: isUpper ? 'below' : 'above',
    ...(shown !== undefined && isBand(shown) ? { band: [at(shown.low), at(shown.high)] as const } : {}),
    ...(feature === 'fundingPerIntervalPct' && fundingIntervalHours !== undefined
      ? { intervalMs: fundingIntervalHours * HOUR_MS }
      : {}),
    isMet: shown === undefined ? Math.abs(sizes) >= clear : bearing === 'for',
    // Two digits: it is an order of importance, not a measurement.
    weight: Math.round(weightOf(bearing, told, shown) * 100) / 100,
    sources,
    ...(ageMs === undefined ? {} : { ageMs }),
  };
}

/** Returns the inputs that are not there with the reason: those of every aspect of which nothing is known. */
export function missingInputs(
  { aspects }: Standard,
  features: FeatureSet,
  isStated: boolean,
): MissingInput[] {
  return JUDGED_FEATURES.flatMap((feature): MissingInput[] => {
    const aspect = SCALES[feature]?.aspect;
    if (
      aspect === undefined ||
      aspects[aspect] !== undefined ||
      featureValue(features, feature) !== undefined
    )
      return [];
    return [
      { metric: featureMetricId(feature, undefined), reason: absenceReason(feature, features, isStated) },
    ];
  });
}

/** Returns why a feature is absent, in words. */
export function absenceReason(feature: JudgedFeature, features: FeatureSet, isStated: boolean): string {
  const reason = features.absent[feature];
  if (reason !== undefined) return reason;
  if (features.values[feature] !== undefined) return `${FEATURES[feature].words} is not a finite number`;
  return isStated ? `${FEATURES[feature].words} is not stated, key ${feature}` : 'not reported';
}
