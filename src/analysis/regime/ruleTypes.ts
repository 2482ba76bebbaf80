import type { RegimeLabel } from './assessment.ts';
import type { JudgedFeature } from './featureInfo.ts';

/**
 * The form of a rule. Rules are plain data (JSON without functions), so that a rules file can carry the same.
 *
 * A condition compares one feature with two thresholds: `enter` decides whether a label can start, `leave` whether it
 * can stay. Between the two it counts in part. `within` takes two [low, high] bands.
 */
export type Condition =
  | (ConditionBase & { readonly op: 'above' | 'below'; readonly enter: number; readonly leave: number })
  | (ConditionBase & {
      readonly op: 'within';
      readonly enter: readonly [number, number];
      readonly leave: readonly [number, number];
    });

interface ConditionBase {
  readonly feature: JudgedFeature;
  /** Used only in place of the first condition of its group: direction read from flow, for example. */
  readonly isStandIn?: true;
  readonly note?: string;
  /** What is so where this condition is met, as a clause; in place of its group's. */
  readonly says?: string;
}

/**
 * Conditions that say the same thing. `any`: the strongest of the known ones counts; `all`: the weakest; `first`:
 * the first known one, whatever the others say.
 */
export interface Group {
  readonly id: string;
  readonly weight: number;
  readonly mode: 'any' | 'all' | 'first';
  readonly conditions: readonly Condition[];
  /** What is so where any of the conditions that count is met, as a clause: "the price rises". */
  readonly says?: string;
}

/** What a rule cannot do without: `atLeast` (default 1) of the named groups. `ifKnown`: only where one is known. */
export interface Need {
  readonly groups: readonly string[];
  readonly atLeast?: number;
  readonly ifKnown?: true;
  /** What is missing where it is not met, as a noun: "a rising price". */
  readonly lacks: string;
}

export interface Rule {
  readonly label: RegimeLabel;
  /** What the label means, in a sentence that claims no more than the needs; met groups add their clauses. */
  readonly meaning: string;
  readonly needs: readonly Need[];
  readonly groups: readonly Group[];
  /** Labels whose met conditions speak against this one. */
  readonly rivals: readonly RegimeLabel[];
  /** Where the rule comes from: article file and section of the definitions. */
  readonly from: { readonly articles: readonly string[]; readonly definitions: string };
  /** What the rule cannot know. */
  readonly cannotKnow: string;
  /** The input whose presence makes `cannotKnow` void. */
  readonly cannotKnowWithout?: JudgedFeature;
}

export interface RuleSet {
  readonly version: string;
  /** Least share of the known weight that must speak for a label, 0..1, to start and to stay. */
  readonly minimumAgreement: { readonly enter: number; readonly leave: number };
  /** Kinds of input without which it is `unknown`, not `neutral`; one feature of each is enough. */
  readonly neutralNeeds: readonly { readonly name: string; readonly anyOf: readonly JudgedFeature[] }[];
  /** In order: the first rule whose needs hold gives the label. */
  readonly rules: readonly Rule[];
}
