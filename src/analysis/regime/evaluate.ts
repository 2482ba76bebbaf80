import { HOUR_MS, MINUTE_MS } from '../../core/units.ts';
import type { FeatureOrigin, FeatureSet } from './features.ts';
import { JUDGED_FEATURES, type JudgedFeature } from './featureInfo.ts';
import type { Condition, Group, Need, Rule } from './ruleTypes.ts';

/** How one rule stands against the values at hand. */
export interface RuleResult {
  readonly rule: Rule;
  readonly groups: readonly GroupResult[];
  /** Every need is met and enough of the known weight agrees. */
  readonly holds: boolean;
  /** A need is known not to be met; more inputs would not change that. */
  readonly isRuledOut: boolean;
  /** Weight that speaks for the label / (for + against), 0..1; 0 where nothing speaks for it. */
  readonly agreement: number;
  /** As agreement, but over the whole known weight: conditions that are met in part count in part. */
  readonly support: number;
  /** Known weight / whole weight, 0..1. */
  readonly coverage: number;
  /** Weighted mean quality of the known inputs, 0..1: partial and old ones count less. */
  readonly quality: number;
  /** A need rests on a stand-in, such as the direction read from taker flow. */
  readonly isInferred: boolean;
}

export interface GroupResult {
  readonly group: Group;
  /** The known conditions that count. */
  readonly conditions: readonly ConditionResult[];
  /** -1..1: 1 = entered, 0 = at the leave threshold, below 0 = speaks against; absent where nothing is known. */
  readonly strength?: number;
  readonly isMet: boolean;
  readonly quality: number;
}

export interface ConditionResult {
  readonly condition: Condition;
  readonly observed: number;
  readonly strength: number;
  /** Beyond the enter threshold. */
  readonly isEntered: boolean;
  /** Beyond the leave threshold. */
  readonly isHeld: boolean;
}

/** Inputs as old as this count in full; from here to `OLD_MS` they lose half. */
const YOUNG_MS = 15 * MINUTE_MS;
const OLD_MS = 4 * HOUR_MS;
const PARTIAL_QUALITY = 0.7;

/** Returns a feature as a number, claims as 1 or 0; undefined where it is absent or not finite. */
export function featureValue(features: FeatureSet, feature: JudgedFeature): number | undefined {
  const value: unknown = features.values[feature];
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (feature !== 'openInterestRecord') return undefined;
  if (typeof value === 'boolean') return value ? 1 : 0;
  // A record on any one exchange counts where nothing else is said; the statement names where it is.
  const claims: unknown[] = Object.values(features.values.openInterestRecordByExchange ?? {});
  const { openInterestRecordAggregate: aggregate } = features.values;
  if (aggregate !== undefined) claims.push(aggregate);
  return claims.length === 0 ? undefined : Number(claims.includes(true));
}

/** Returns the quality of an input, 0.35..1, from its age and completeness; it does not depend on the value. */
export function inputQuality(origin: FeatureOrigin | undefined): number {
  const ageMs = origin?.ageMs;
  const lost = ageMs === undefined ? 0 : (ageMs - YOUNG_MS) / (OLD_MS - YOUNG_MS);
  const ageQuality = Number.isNaN(lost) ? 0.5 : 1 - 0.5 * Math.min(1, Math.max(0, lost));
  return ageQuality * (origin?.isPartial ? PARTIAL_QUALITY : 1);
}

/**
 * Returns how a rule stands. `isStanding`: its label is in force, so that the leave thresholds decide. Pure; the
 * result only depends on features that the rule names.
 */
export function evaluateRule(
  rule: Rule,
  features: FeatureSet,
  minimumAgreement: number,
  isStanding = false,
): RuleResult {
  const groups = rule.groups.map((group) => evaluateGroup(group, features, isStanding));
  let [speaksFor, against, known, total, quality] = [0, 0, 0, 0, 0];
  for (const { group, strength, quality: groupQuality } of groups) {
    total += group.weight;
    if (strength === undefined) continue;
    known += group.weight;
    quality += group.weight * groupQuality;
    speaksFor += group.weight * Math.max(0, strength);
    against += group.weight * Math.max(0, -strength);
  }
  const agreement = speaksFor === 0 ? 0 : speaksFor / (speaksFor + against);
  const needed = new Set(rule.needs.flatMap((need) => need.groups));
  return {
    rule,
    groups,
    agreement,
    support: known === 0 ? 0 : speaksFor / (known + against),
    coverage: total === 0 ? 0 : known / total,
    quality: known === 0 ? 0 : quality / known,
    holds: rule.needs.every((need) => isNeedMet(need, groups)) && agreement >= minimumAgreement,
    isRuledOut: rule.needs.some((need) => isNeedHopeless(need, groups)),
    isInferred: groups.some(
      ({ group, conditions }) =>
        needed.has(group.id) && conditions.some((one) => one.condition.isStandIn === true),
    ),
  };
}

/** Returns the label's confidence, 0..0.9: support × known share × quality, less where direction is inferred. */
export function ruleConfidence(result: RuleResult): number {
  const known = 0.35 + 0.65 * result.coverage;
  return 0.9 * result.support * known * result.quality * (result.isInferred ? 0.75 : 1);
}

function evaluateGroup(group: Group, features: FeatureSet, isStanding: boolean): GroupResult {
  const known: ConditionResult[] = [];
  for (const condition of group.conditions) {
    const observed = featureValue(features, condition.feature);
    if (observed !== undefined) known.push(judge(condition, observed));
  }
  const conditions = group.mode === 'first' ? known.slice(0, 1) : known;
  if (conditions.length === 0) return { group, conditions, isMet: false, quality: 0 };
  const strengths = conditions.map((one) => one.strength);
  const strength = group.mode === 'all' ? Math.min(...strengths) : Math.max(...strengths);
  const isBeyond = (one: ConditionResult): boolean => (isStanding ? one.isHeld : one.isEntered);
  const isMet = group.mode === 'all' ? conditions.every(isBeyond) : conditions.some(isBeyond);
  // The mean, not the quality of the deciding condition: quality must not change with a value.
  const qualities = conditions.map((one) => inputQuality(features.origins[one.condition.feature]));
  const quality = qualities.reduce((sum, one) => sum + one, 0) / qualities.length;
  return { group, conditions, strength, isMet, quality };
}

function judge(condition: Condition, observed: number): ConditionResult {
  const strength = strengthOf(condition, observed);
  return { condition, observed, strength, isEntered: strength >= 1, isHeld: strength >= 0 };
}

function strengthOf(condition: Condition, observed: number): number {
  switch (condition.op) {
    case 'above':
      return ramp(observed, condition.leave, condition.enter);
    case 'below':
      return ramp(-observed, -condition.leave, -condition.enter);
    case 'within':
      return Math.min(
        ramp(observed, condition.leave[0], condition.enter[0]),
        ramp(-observed, -condition.leave[1], -condition.enter[1]),
      );
  }
}

/** -1 one band below `leave`, 0 at `leave`, 1 at `enter` and beyond. Exact at both thresholds. */
function ramp(value: number, leave: number, enter: number): number {
  if (value >= enter) return 1;
  if (enter <= leave) return -1;
  return Math.max(-1, Math.min((value - leave) / (enter - leave), 1 - Number.EPSILON));
}

function isNeedMet(need: Need, groups: readonly GroupResult[]): boolean {
  const named = groups.filter(({ group }) => need.groups.includes(group.id));
  if (need.ifKnown && named.every(({ strength }) => strength === undefined)) return true;
  return named.filter(({ isMet }) => isMet).length >= (need.atLeast ?? 1);
}

/** Returns what a rule cannot do without and that is not met. */
export function unmetNeeds({ rule, groups }: RuleResult): Need[] {
  return rule.needs.filter((need) => !isNeedMet(need, groups));
}

function isNeedHopeless(need: Need, groups: readonly GroupResult[]): boolean {
  const named = groups.filter(({ group }) => need.groups.includes(group.id));
  return named.filter(({ isMet, strength }) => isMet || strength === undefined).length < (need.atLeast ?? 1);
}

/** Returns every feature that some rule looks at, in the order of the feature table. */
export function featuresOf(rules: readonly Rule[]): JudgedFeature[] {
  const wanted = new Set(
    rules.flatMap((rule) => rule.groups.flatMap((group) => group.conditions.map((one) => one.feature))),
  );
  return JUDGED_FEATURES.filter((feature) => wanted.has(feature));
}
