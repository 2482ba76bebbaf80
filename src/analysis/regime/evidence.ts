import { HOUR_MS } from '../../core/units.ts';
import type { Evidence, MissingInput } from './assessment.ts';
import { featureValue, type ConditionResult, type RuleResult } from './evaluate.ts';
import type { FeatureSet } from './features.ts';
import {
  FEATURES,
  featureMetricId,
  JUDGED_FEATURES,
  readingWindowMs,
  type JudgedFeature,
} from './featureInfo.ts';
import type { RuleSet } from './ruleTypes.ts';

/** How many met conditions of rival labels are shown beside the label's own. */
const MOST_CONTRADICTIONS = 4;

interface Weighted {
  readonly result: ConditionResult;
  readonly weight: number;
}

/**
 * Returns the evidence of a label: every known condition of its rule (positive weight; not met = expected and not
 * there), then the strongest met conditions of rival labels (negative weight: they speak against it).
 */
export function evidenceFor(
  winner: RuleResult,
  all: readonly RuleResult[],
  features: FeatureSet,
  isStated: boolean,
): Evidence[] {
  const contradictions = contradictionsOf(winner, all).slice(0, MOST_CONTRADICTIONS);
  return [
    ...conditionsOf(winner).map(({ result, weight }) => evidenceRow(result, weight, features, isStated)),
    ...contradictions.map(({ result, weight }) => evidenceRow(result, -weight, features, isStated)),
  ];
}

/**
 * Returns how much of the confidence contradicting inputs leave, 0.7..1. They are inputs that the label's own rule
 * does not look at, so that a change of a supporting input never changes this factor.
 */
export function contradictionFactor(winner: RuleResult, all: readonly RuleResult[]): number {
  const against = contradictionsOf(winner, all).reduce((sum, { weight }) => sum + weight, 0);
  const whole = winner.groups.reduce((sum, { group }) => sum + group.weight, 0);
  return against === 0 ? 1 : 1 - 0.3 * (against / (against + whole));
}

/**
 * Met conditions of rival labels that these labels cannot do without, on features that the winner does not look at;
 * the heaviest first.
 */
function contradictionsOf(winner: RuleResult, all: readonly RuleResult[]): Weighted[] {
  const seen = new Set(winner.rule.groups.flatMap(({ conditions }) => conditions.map((one) => one.feature)));
  const met = all
    .filter(({ rule }) => winner.rule.rivals.includes(rule.label))
    .flatMap((result) => {
      const core = new Set(result.rule.needs.flatMap((need) => (need.ifKnown ? [] : need.groups)));
      return conditionsOf({ ...result, groups: result.groups.filter(({ group }) => core.has(group.id)) });
    })
    .filter(({ result }) => result.isEntered && !seen.has(result.condition.feature))
    .sort((a, b) => b.weight - a.weight);
  return uniqueBy(met, ({ result }) => result.condition.feature);
}

/**
 * Returns what was looked at where no label holds: one row for each known feature, from the rule that came nearest.
 * The weight is 0, since the rows speak for no label.
 */
export function evidenceWithoutLabel(
  all: readonly RuleResult[],
  features: FeatureSet,
  isStated: boolean,
): Evidence[] {
  const nearestFirst = [...all].sort((a, b) => b.agreement * b.coverage - a.agreement * a.coverage);
  const rows = nearestFirst.flatMap(conditionsOf);
  return uniqueBy(rows, ({ result }) => result.condition.feature).map(({ result }) =>
    evidenceRow(result, 0, features, isStated),
  );
}

/**
 * Returns the features that rules wanted and that were not there: those of every group in which nothing is known,
 * with the reason. Where another feature of its group is known, a feature is not missed.
 */
export function missingInputs(
  all: readonly RuleResult[],
  ruleSet: RuleSet,
  features: FeatureSet,
  isStated: boolean,
): MissingInput[] {
  const wanted = new Set<JudgedFeature>(ruleSet.neutralNeeds.flatMap(({ anyOf }) => unmet(anyOf, features)));
  for (const { groups } of all) {
    for (const { group } of groups) {
      const asked = group.conditions.filter((condition) => !condition.isStandIn || group.mode !== 'first');
      for (const feature of unmet(
        asked.map((condition) => condition.feature),
        features,
      ))
        wanted.add(feature);
    }
  }
  return JUDGED_FEATURES.filter((feature) => wanted.has(feature)).map((feature) => ({
    metric: featureMetricId(feature, undefined),
    reason: absenceReason(feature, features, isStated),
  }));
}

/** Returns why a feature is absent, in words. */
export function absenceReason(feature: JudgedFeature, features: FeatureSet, isStated: boolean): string {
  const reason = features.absent[feature];
  if (reason !== undefined) return reason;
  if (features.values[feature] !== undefined) return `${FEATURES[feature].words} is not a finite number`;
  return isStated ? `${FEATURES[feature].words} is not stated, key ${feature}` : 'not reported';
}

function unmet(group: readonly JudgedFeature[], features: FeatureSet): readonly JudgedFeature[] {
  return group.some((feature) => featureValue(features, feature) !== undefined) ? [] : group;
}

function conditionsOf(result: RuleResult): Weighted[] {
  const rows = result.groups.flatMap(({ group, conditions }) =>
    conditions.map((one) => ({ result: one, weight: group.weight })),
  );
  return uniqueBy(
    rows,
    ({ result: { condition } }) => `${condition.feature} ${condition.op} ${condition.enter}`,
  );
}

function evidenceRow(
  result: ConditionResult,
  weight: number,
  features: FeatureSet,
  isStated: boolean,
): Evidence {
  const { condition, observed } = result;
  const origin = features.origins[condition.feature];
  const unit = FEATURES[condition.feature].unit;
  const sources = origin?.sources ?? [];
  const { threshold, direction } = bound(result);
  const { windowHours, fundingIntervalHours } = features.values;
  const windowMs = readingWindowMs(condition.feature, origin, windowHours);
  const { baselineValue, baselineUnit, baselineWindowMs } = origin ?? {};
  const ageMs = isStated ? undefined : origin?.ageMs;
  return {
    metric: featureMetricId(condition.feature, origin, windowHours),
    scope: (!isStated && sources.length === 1 ? sources[0] : undefined) ?? 'aggregate',
    observed,
    unit,
    ...(windowMs === undefined ? {} : { windowMs }),
    ...(baselineValue === undefined || baselineUnit !== unit ? {} : { baseline: baselineValue }),
    ...(baselineValue === undefined || baselineUnit === undefined ? {} : { baselineValue, baselineUnit }),
    ...(baselineWindowMs === undefined ? {} : { baselineWindowMs }),
    ...(unit === 'z-score' ? { zScore: observed } : {}),
    ...(unit === 'percentile' ? { percentile: observed } : {}),
    threshold,
    direction,
    ...(condition.op === 'within' ? { band: condition.enter } : {}),
    ...(condition.feature === 'fundingPerIntervalPct' && fundingIntervalHours !== undefined
      ? { intervalMs: fundingIntervalHours * HOUR_MS }
      : {}),
    isMet: result.isEntered,
    weight,
    sources,
    ...(ageMs === undefined ? {} : { ageMs }),
  };
}

/** The threshold; of a band the end that is nearer to the value. */
function bound({ condition, observed }: ConditionResult): Pick<Evidence, 'threshold' | 'direction'> {
  if (condition.op !== 'within') return { threshold: condition.enter, direction: condition.op };
  const [low, high] = condition.enter;
  return observed < (low + high) / 2
    ? { threshold: low, direction: 'above' }
    : { threshold: high, direction: 'below' };
}

function uniqueBy<T>(rows: readonly T[], keyOf: (row: T) => string): T[] {
  const seen = new Set<string>();
  return rows.filter((row) => {
    const key = keyOf(row);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
