import { joinedWords } from '../../core/exchangeNames.ts';
import { ASPECTS, type Aspects } from './aspects.ts';
import type { RegimeFamily } from './assessment.ts';
import { directionOf, stakeOf, type Decision } from './decide.ts';
import type { FeatureSet } from './features.ts';
import { labelWords } from './labelWords.ts';
import { liquidationSources } from './liquidationWords.ts';
import { recordStatements } from './recordWords.ts';
import type { Name, RuleSet, Sign } from './ruleTypes.ts';
import type { Standard } from './standard.ts';
import type { Verdict } from './verdict.ts';

/** Plain sentences, each derived from the evidence that gave the name. They say what is known and where its knowledge ends. */

/** What price and open interest do together; said where both are known and neither goes against it. */
const FAMILIES: Readonly<Partial<Record<RegimeFamily, string>>> = {
  'new-longs': 'Price and open interest rise together: positions are being opened into the rise.',
  'short-covering': 'Price rises while open interest falls: positions are being closed into the rise.',
  'new-shorts': 'Price falls while open interest rises: positions are being opened into the fall.',
  'long-unwinding': 'Price and open interest fall together: positions are being closed into the fall.',
  'stake-rising': 'Open interest rises while the price stands.',
  'stake-falling': 'Open interest falls while the price stands.',
};
/** From here on an aspect is said to be on a side at all. */
const SLIGHT = 0.25;
const NOT_CLEAR_DEPTH = -0.5;
const THIN_DEPTH = -1.5;

export interface StatementInput {
  readonly verdict: Verdict;
  /** What is shown: the verdict, or the name of before that its dwell keeps. */
  readonly shown: Decision;
  readonly standard: Standard;
  readonly features: FeatureSet;
  readonly rules: RuleSet;
  readonly isKept: boolean;
  readonly unknownBecause: readonly string[];
}

/** Returns the statements of an assessment. */
export function statementsOf(input: StatementInput): string[] {
  const { verdict, shown, standard, features, rules, isKept } = input;
  return [
    isKept
      ? 'The name is from before: judged anew it would be another.'
      : verdict.name === undefined
        ? withoutName(input)
        : meaningOf(verdict.name, standard.aspects, rules),
    ...(isKept ? [] : whyWeak(verdict)),
    ...inferredDirection(verdict),
    ...familyStatement(shown.family, standard.aspects),
    ...recordStatements(features),
    ...payers(shown.name, standard.aspects, features),
    ...depthStatement(shown.name, standard.aspects),
    ...liquidationSources(features),
  ];
}

/** The name's meaning with a clause for every sign that is clear; what the inputs do not show is not said. */
function meaningOf({ meaning, signs }: Name, aspects: Aspects, { clear }: RuleSet): string {
  const isSo = ({ aspect, side }: Sign): boolean => {
    const value = aspects[aspect];
    if (value === undefined) return false;
    if (side === 0) return Math.abs(value) < clear[ASPECTS[aspect].kind];
    const least = aspect === 'cost' ? clear.cost : aspect === 'price' ? SLIGHT : clear.positions;
    return side * value >= least;
  };
  const said = joinedWords([...new Set(signs.filter(isSo).map(({ says }) => says))]);
  return said === '' ? meaning : `${meaning} ${said.charAt(0).toUpperCase()}${said.slice(1)}.`;
}

function withoutName({ verdict, unknownBecause }: StatementInput): string {
  if (verdict.label === 'neutral') return 'No regime stands out: what is known lies inside its usual bands.';
  const reasons = unknownBecause.length === 0 ? '' : `: ${unknownBecause.join('; ')}`;
  return `The inputs do not suffice for a label${reasons}.`;
}

/** Why a name is not one to act on. */
function whyWeak({ weakness, candidates, label }: Verdict): string[] {
  switch (weakness) {
    case 'rival': {
      const others = candidates.filter((one) => one !== label).map(labelWords);
      return [
        others.length === 0
          ? 'Weak: what is known does not decide it.'
          : `Weak: it could as well be ${others.join(' or ')}.`,
      ];
    }
    case 'against':
      return ['Weak: one kind of evidence speaks against it.'];
    case 'one-kind':
      return ['Weak: it rests on one kind of evidence alone.'];
    case 'noise':
      return ['Weak: a market without structure shows as much too often.'];
    default:
      return [];
  }
}

function inferredDirection({ inferredFrom }: Verdict): string[] {
  if (inferredFrom === undefined) return [];
  const words = inferredFrom === 'flow' ? 'taker flow' : 'share of shorts in liquidations';
  return [`The price change is not known; direction is inferred from the ${words}.`];
}

function familyStatement(family: RegimeFamily, { price, positions }: Aspects): string[] {
  const said = FAMILIES[family];
  const [direction, stake] = [directionOf(family), stakeOf(family)];
  if (said === undefined || price === undefined || positions === undefined) return [];
  const isSo =
    positions * stake >= SLIGHT && (direction === 0 ? Math.abs(price) < 1 : price * direction >= SLIGHT);
  return isSo ? [said] : [];
}

/** Who pays where much is at stake, short of the extremes that crowding needs. */
function payers(name: Name | undefined, { cost }: Aspects, { values }: FeatureSet): string[] {
  const funding = values.fundingAnnualisedPct ?? values.fundingPerIntervalPct;
  if (name?.label !== 'leverage-build-up' || cost === undefined || funding === undefined || funding === 0)
    return [];
  const [payer, side] = funding > 0 ? ['longs pay shorts', 'long'] : ['shorts pay longs', 'short'];
  return [
    `Funding is ${funding > 0 ? 'positive' : 'negative'}, so ${payer}; the extremes for crowded ${side} are not reached or not known.`,
  ];
}

function depthStatement(name: Name | undefined, { depth }: Aspects): string[] {
  if (depth === undefined || depth > NOT_CLEAR_DEPTH || name?.label === 'illiquid-sell-off') return [];
  const words = depth <= THIN_DEPTH ? 'thin' : 'thinner than usual';
  return [`Order books are ${words}: modest flow moves the price further.`];
}
