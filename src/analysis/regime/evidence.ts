import { HOUR_MS } from '../../core/units.ts';
import { ASPECTS, type Aspect } from './aspects.ts';
import type { Evidence, MissingInput } from './assessment.ts';
import type { Decision } from './decide.ts';
import type { FeatureSet } from './features.ts';
import {
  FEATURES,
  featureMetricId,
  JUDGED_FEATURES,
  readingWindowMs,
  type JudgedFeature,
} from './featureInfo.ts';
import { featureValue } from './featureValue.ts';
import type { RuleSet } from './ruleTypes.ts';
import { SCALES } from './scales.ts';
import type { Standard, StandardInput } from './standard.ts';

/** What is further out weighs no more. */
const MOST_WEIGHT = 3;
/** What has only to be inside its band says less than what is out. */
const INSIDE_WEIGHT = 1;

/**
 * Returns one row for each input, the weightiest first: how far it is out in usual sizes, and the value at which it is clear.
 * What speaks for the name has a positive weight, what is clear on the other side a negative one, what says nothing about it 0.
 */
export function evidenceOf(
  { inputs }: Standard,
  decision: Decision,
  rules: RuleSet,
  features: FeatureSet,
  isStated: boolean,
): Evidence[] {
  return inputs
    .map((input) => evidenceRow(input, decision, rules, features, isStated))
    .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
}

/** Returns what of an aspect speaks for a decision: a side, or 0 for inside its band; undefined where it says nothing about it. */
export function sideFor(aspect: Aspect, { name }: Decision): -1 | 0 | 1 | undefined {
  return name?.signs.find((one) => one.aspect === aspect)?.side;
}

function evidenceRow(
  input: StandardInput,
  decision: Decision,
  rules: RuleSet,
  features: FeatureSet,
  isStated: boolean,
): Evidence {
  const { feature, scale, context, observed, sizes } = input;
  const origin = features.origins[feature];
  const unit = FEATURES[feature].unit;
  const side = sideFor(scale.aspect, decision);
  const clear = rules.clear[ASPECTS[scale.aspect].kind];
  const at = (size: number): number => scale.fromSizes?.(size, context) ?? 1;
  const { weight, isMet, towards } = bearingOf(sizes, side, clear);
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
    threshold: at(towards * clear),
    direction: (side === 0 ? -towards : towards) > 0 ? 'above' : 'below',
    ...(side === 0 ? { band: [at(-clear), at(clear)] as const } : {}),
    ...(feature === 'fundingPerIntervalPct' && fundingIntervalHours !== undefined
      ? { intervalMs: fundingIntervalHours * HOUR_MS }
      : {}),
    isMet,
    // Two digits: it is an order of importance, not a measurement.
    weight: Math.round(weight * 100) / 100,
    sources,
    ...(ageMs === undefined ? {} : { ageMs }),
  };
}

interface Bearing {
  readonly weight: number;
  readonly isMet: boolean;
  /** The side on which it is, or would be, clear. */
  readonly towards: 1 | -1;
}

function bearingOf(sizes: number, side: -1 | 0 | 1 | undefined, clear: number): Bearing {
  const own = sizes < 0 ? -1 : 1;
  const far = Math.min(MOST_WEIGHT, Math.abs(sizes));
  if (side === undefined) return { weight: 0, isMet: Math.abs(sizes) >= clear, towards: own };
  if (side === 0) {
    const isInside = Math.abs(sizes) < clear;
    return { weight: isInside ? INSIDE_WEIGHT : -far, isMet: true, towards: own };
  }
  if (sizes * side <= -clear) return { weight: -far, isMet: true, towards: own };
  return { weight: Math.max(0, side * own * far), isMet: sizes * side >= clear, towards: side };
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
