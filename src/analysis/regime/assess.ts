import type { Asset } from '../../core/ids.ts';
import { HOUR_MS, MINUTE_MS } from '../../core/units.ts';
import type { MissingInput, RegimeAssessment, RegimeLabel } from './assessment.ts';
import {
  evaluateRule,
  featuresOf,
  featureValue,
  inputQuality,
  ruleConfidence,
  type RuleResult,
} from './evaluate.ts';
import { contradictionFactor, evidenceFor, evidenceWithoutLabel, missingInputs } from './evidence.ts';
import type { FeatureSet } from './features.ts';
import { labelWords } from './labelWords.ts';
import { remarksOf } from './remarks.ts';
import { BUILT_IN_RULES } from './rules.ts';
import type { RuleSet } from './ruleTypes.ts';
import { statementsOf } from './statements.ts';

export interface AssessOptions {
  readonly asOfMs: number;
  readonly baseAsset: Asset;
  readonly source: RegimeAssessment['source'];
  /** Exchanges with fresh numbers; `of: 0` for stated values, where coverage does not apply. */
  readonly coverage: { readonly fresh: number; readonly of: number };
  /** The assessment before this one, for hysteresis. Not used for stated values. */
  readonly previous?: RegimeAssessment | undefined;
  readonly minimumDwellMs?: number | undefined;
  /** How many exchanges must be fresh; default 2, or 1 where only one is configured. */
  readonly minimumCoverage?: number | undefined;
  readonly rules?: RuleSet | undefined;
}

/**
 * How long a label stays at least. The inputs cover 24 hours to 30 days and are read every few minutes, so that a
 * real change lasts; a squeeze is over within an hour or two, so that three hours (36 × 5 min, used by one private
 * classifier) would show it after it ended.
 */
export const DEFAULT_DWELL_MS = 60 * MINUTE_MS;
/** An assessment further back than this says nothing about now. */
const LONGEST_PAUSE_MS = 3 * HOUR_MS;
/** The longest time between two refreshes is 10 minutes; a longer pause than this (sleep, no network) was not watched. */
const LONGEST_UNWATCHED_MS = 15 * MINUTE_MS;

interface Verdict {
  readonly label: RegimeLabel;
  readonly candidate?: RegimeLabel;
}

/**
 * Returns what the features say about the market's regime, with evidence, what is missing and a confidence, 0..1.
 * Pure; never throws and never guesses: without the inputs that labels need it is `unknown` with the reasons.
 */
export function assess(features: FeatureSet, options: AssessOptions): RegimeAssessment {
  const ruleSet = options.rules ?? BUILT_IN_RULES;
  const isStated = options.source === 'stated';
  const previous = usablePrevious(options, ruleSet);
  const strict = ruleSet.rules.map((rule) => evaluateRule(rule, features, ruleSet.minimumAgreement.enter));
  const coverageGap = whyTooFewExchanges(options);
  const gaps = coverageGap === undefined ? missingKinds(ruleSet, features) : [coverageGap.reason];
  const held = ruleSet.rules
    .filter((rule) => rule.label === previous?.label)
    .map((rule) => evaluateRule(rule, features, ruleSet.minimumAgreement.leave, true))[0];
  const first = strict.find((result) => result.holds)?.rule.label;
  const fresh: RegimeLabel =
    coverageGap !== undefined ? 'unknown' : (first ?? (gaps.length === 0 ? 'neutral' : 'unknown'));
  const verdict: Verdict =
    coverageGap === undefined ? withHysteresis(fresh, previous, held, options) : { label: 'unknown' };
  const { label } = verdict;
  const winner = label === held?.rule.label ? held : strict.find(({ rule }) => rule.label === label);
  const confidence = confidenceOf(label, winner, features, strict) * coverageFactor(options);
  const missing = missingInputs(strict, ruleSet, features, isStated);
  const cascade = winner?.rule.label === 'crowded-long' || holds(strict, 'crowded-long');
  return {
    schema: 'perpscope.regime/1',
    asOfMs: options.asOfMs,
    baseAsset: options.baseAsset,
    source: options.source,
    label,
    confidence: Math.min(1, Math.max(0, Number.isFinite(confidence) ? confidence : 0)),
    evidence:
      winner === undefined
        ? evidenceWithoutLabel(strict, features, isStated)
        : evidenceFor(winner, strict, features, isStated),
    missing: coverageGap === undefined ? missing : [coverageGap, ...missing],
    statements: statementsOf(label, winner, features, strict, gaps),
    remarks: [...dwellRemark(verdict), ...remarksOf({ label, winner, all: strict, features, isStated })],
    hasCascadeRisk: cascade && label !== 'unknown',
    ...(verdict.candidate === undefined ? {} : { candidate: verdict.candidate }),
    sinceMs: previous !== undefined && previous.label === label ? previous.sinceMs : options.asOfMs,
    ...(isStated ? {} : { watchedSinceMs: watchedSince(label, previous, options.asOfMs) }),
    coverage: options.coverage,
    rulesVersion: ruleSet.version,
  };
}

function holds(results: readonly RuleResult[], label: RegimeLabel): boolean {
  return results.some((result) => result.holds && result.rule.label === label);
}

/**
 * Since when the market was watched without a break. What happened in a long pause, or while the label was `unknown`,
 * nobody saw: watching begins anew after it.
 */
function watchedSince(label: RegimeLabel, previous: RegimeAssessment | undefined, asOfMs: number): number {
  if (previous === undefined || asOfMs - previous.asOfMs > LONGEST_UNWATCHED_MS) return asOfMs;
  if (previous.label === 'unknown' && label !== 'unknown') return asOfMs;
  return previous.watchedSinceMs ?? previous.asOfMs;
}

/** The assessment before, if it is of the same asset, source and rules and not from too long ago. */
function usablePrevious(options: AssessOptions, ruleSet: RuleSet): RegimeAssessment | undefined {
  const { previous } = options;
  if (previous === undefined || options.source === 'stated') return undefined;
  const isSame =
    previous.baseAsset === options.baseAsset &&
    previous.source === options.source &&
    previous.rulesVersion === ruleSet.version;
  const pauseMs = options.asOfMs - previous.asOfMs;
  return isSame && pauseMs >= 0 && pauseMs <= LONGEST_PAUSE_MS ? previous : undefined;
}

/**
 * A label that is in force stays while its leave thresholds hold or its dwell is not over. `neutral` and `unknown`
 * are left at once, and missing inputs end a label at once: they are shown, not bridged.
 */
function withHysteresis(
  fresh: RegimeLabel,
  previous: RegimeAssessment | undefined,
  held: RuleResult | undefined,
  options: AssessOptions,
): Verdict {
  if (previous === undefined || held === undefined || fresh === previous.label) return { label: fresh };
  const isDwelling = options.asOfMs - previous.sinceMs < (options.minimumDwellMs ?? DEFAULT_DWELL_MS);
  const isWeak = fresh === 'neutral' || fresh === 'unknown';
  if (fresh === 'unknown' && !held.holds) return { label: fresh };
  const stays = isDwelling || (isWeak && held.holds);
  return stays ? { label: previous.label, candidate: fresh } : { label: fresh };
}

function dwellRemark({ label, candidate }: Verdict): string[] {
  if (candidate === undefined) return [];
  return [
    `Judged anew the label would be ${labelWords(candidate)}; ${labelWords(label)} stays until it is clearly over.`,
  ];
}

function whyTooFewExchanges(options: AssessOptions): MissingInput | undefined {
  const { fresh, of } = options.coverage;
  if (options.source === 'stated' || of === 0) return undefined;
  const needed = options.minimumCoverage ?? Math.min(2, of);
  if (fresh >= needed) return undefined;
  return {
    metric: 'coverage',
    reason: `${fresh} of ${of} exchanges have fresh numbers, at least ${needed} needed`,
  };
}

function missingKinds(ruleSet: RuleSet, features: FeatureSet): string[] {
  return ruleSet.neutralNeeds
    .filter(({ anyOf }) => anyOf.every((feature) => featureValue(features, feature) === undefined))
    .map(({ name }) => `${name} is missing`);
}

function coverageFactor({ coverage: { fresh, of }, source }: AssessOptions): number {
  if (source === 'stated' || !(of > 0)) return 1;
  return 0.6 + 0.4 * Math.min(1, Math.max(0, fresh / of));
}

/** `neutral` is as sure as the inputs are many and good; `unknown` is 0. */
function confidenceOf(
  label: RegimeLabel,
  winner: RuleResult | undefined,
  features: FeatureSet,
  strict: readonly RuleResult[],
): number {
  if (winner !== undefined) return ruleConfidence(winner) * contradictionFactor(winner, strict);
  if (label === 'unknown') return 0;
  const known = featuresOf(strict.map(({ rule }) => rule)).filter(
    (feature) => featureValue(features, feature) !== undefined,
  );
  const qualities = known.map((feature) => inputQuality(features.origins[feature]));
  return 0.9 * mean(qualities) * mean(strict.map(({ coverage }) => coverage));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, one) => sum + one, 0) / Math.max(1, values.length);
}
