import { ruleConfidence, unmetNeeds, type RuleResult } from './evaluate.ts';
import { labelWords } from './labelWords.ts';

/** Confidence from which a rival is named, 0..1. */
const WORTH_NAMING = 0.4;

/**
 * Returns what else could be read into the evidence: the rival label that fits best without holding, with how well and what
 * it lacks. So a rally with closing shorts tells one story. Empty where no rival comes near.
 */
export function rivalStatement(winner: RuleResult | undefined, all: readonly RuleResult[]): string[] {
  if (winner?.holds !== true) return [];
  const [nearest] = all
    .filter(({ rule, holds }) => !holds && winner.rule.rivals.includes(rule.label))
    .map((result) => ({ result, confidence: ruleConfidence(result) }))
    .filter(({ confidence }) => confidence >= WORTH_NAMING)
    .sort((a, b) => b.confidence - a.confidence);
  if (nearest === undefined) return [];
  const { result, confidence } = nearest;
  const [lacking] = unmetNeeds(result);
  const lacks = lacking === undefined ? '' : ` It lacks ${lacking.lacks}.`;
  return [`Next best: ${labelWords(result.rule.label)}, fits to ${Math.round(confidence * 100)} %.${lacks}`];
}
