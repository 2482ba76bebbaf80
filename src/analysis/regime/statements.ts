import { joinedWords } from '../../core/exchangeNames.ts';
import { ASPECT_NAMES, type Aspect, type Aspects } from './aspects.ts';
import type { RegimeFamily } from './assessment.ts';
import { directionOf, stakeOf, type Decision } from './decide.ts';
import type { FeatureSet } from './features.ts';
import { clearSize } from './kinds.ts';
import { labelWords } from './labelWords.ts';
import { liquidationSources } from './liquidationWords.ts';
import { recordStatements, turnAtRecord } from './recordWords.ts';
import type { Name, RuleSet, Sign } from './ruleTypes.ts';
import type { Standard } from './standard.ts';
import { turnSentence, type OwnTurn } from './venues/ownTurns.ts';
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
const THINNER = -0.5;
/** So many usual sizes from the middle nothing is usual any more. */
const OUT = 1.5;
const ASPECT_WORDS: Readonly<Record<Aspect, string>> = {
  price: 'price',
  flow: 'taker flow',
  spot: 'spot taker flow',
  depth: 'depth of order books',
  positions: 'change of open interest',
  level: 'level of open interest',
  volume: 'volume',
  cost: 'cost of a position',
  accounts: 'long and short accounts',
  forceSize: 'size of liquidations',
  forceSide: 'side of liquidations',
};

export interface StatementInput {
  readonly verdict: Verdict;
  /** What is shown: the verdict, or the name of before that its dwell keeps. */
  readonly shown: Decision;
  readonly standard: Standard;
  readonly features: FeatureSet;
  readonly rules: RuleSet;
  readonly isKept: boolean;
  readonly unknownBecause: readonly string[];
  /** Exchanges that go their own way. */
  readonly ownTurns: readonly OwnTurn[];
}

/** Returns the statements of an assessment. */
export function statementsOf(input: StatementInput): string[] {
  const { verdict, shown, standard, features, rules, isKept, ownTurns } = input;
  const atRecord = turnAtRecord(features, ownTurns);
  const family = familyStatement(shown, standard.aspects);
  return [
    isKept
      ? `The name is from before and stays until it is clearly over; judged anew it would be ${labelWords(verdict.label, rules)}.`
      : verdict.name === undefined
        ? withoutName(input)
        : meaningOf(verdict.name, standard.aspects, rules, family.length > 0),
    ...(isKept ? [] : whyWeak(verdict, rules)),
    ...inferred(verdict, standard.aspects),
    ...family,
    ...ownTurns.filter((one) => one !== atRecord).map(turnSentence),
    ...recordStatements(features, atRecord),
    ...payers(shown.name, standard.aspects, features),
    ...depthStatement(shown.name, standard.aspects, rules),
    ...liquidationSources(features),
  ];
}

/**
 * The name's meaning with a clause for every sign that is clear; what the inputs do not show is not said, nor what is said of the family.
 */
function meaningOf(
  { meaning, signs }: Name,
  aspects: Aspects,
  rules: RuleSet,
  isFamilySaid: boolean,
): string {
  const isSo = ({ aspect, side }: Sign): boolean => {
    const value = aspects[aspect];
    if (value === undefined || (isFamilySaid && (aspect === 'price' || aspect === 'positions'))) return false;
    const clear = clearSize(aspect, rules);
    // Which way the price goes is what a move is: it is said before it goes far.
    return side === 0 ? Math.abs(value) <= clear : side * value >= (aspect === 'price' ? SLIGHT : clear);
  };
  const said = joinedWords([...new Set(signs.filter(isSo).map(({ says }) => says))]);
  return said === '' ? meaning : `${meaning} ${said.charAt(0).toUpperCase()}${said.slice(1)}.`;
}

function withoutName({ verdict, standard, unknownBecause }: StatementInput): string {
  if (verdict.label === 'neutral') return withoutRegime(standard.aspects);
  const reasons = unknownBecause.length === 0 ? '' : `: ${unknownBecause.join('; ')}`;
  return `The inputs do not suffice for a label${reasons}.`;
}

/** What is out by itself makes no regime, but it is not called usual. */
function withoutRegime(aspects: Aspects): string {
  const out = ASPECT_NAMES.filter((aspect) => Math.abs(aspects[aspect] ?? 0) >= OUT);
  if (out.length === 0) return 'No regime stands out: what is known lies inside its usual bands.';
  const words = joinedWords([...new Set(out.map((aspect) => ASPECT_WORDS[aspect]))]);
  return `No regime stands out, though not all that is known lies inside its usual bands: ${words}.`;
}

/** Why a name is not one to act on. */
function whyWeak({ weakness, candidates, label }: Verdict, rules: RuleSet): string[] {
  switch (weakness) {
    case 'rival': {
      const others = candidates.filter((one) => one !== label).map((one) => labelWords(one, rules));
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

/** What of the family is not read off price or open interest. */
function inferred({ inferredFrom, family }: Verdict, { positions }: Aspects): string[] {
  const words = inferredFrom === 'flow' ? 'taker flow' : 'share of shorts in liquidations';
  return [
    ...(inferredFrom === undefined
      ? []
      : [`The price change is not known; its direction is inferred from the ${words}.`]),
    ...(positions !== undefined || directionOf(family) === 0
      ? []
      : [
          `The change of open interest is not known; that positions are ${stakeOf(family) > 0 ? 'opened' : 'closed'} is inferred.`,
        ]),
  ];
}

/** Of a rise that spot carries the name says what matters: not whose positions are closed meanwhile. */
function familyStatement({ family, name }: Decision, { price, positions }: Aspects): string[] {
  if (name?.signs.some(({ aspect }) => aspect === 'spot') === true) return [];
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

function depthStatement(name: Name | undefined, { depth }: Aspects, rules: RuleSet): string[] {
  if (depth === undefined || depth > THINNER || name?.label === 'illiquid-sell-off') return [];
  const words = depth <= -clearSize('depth', rules) ? 'thin' : 'thinner than usual';
  return [`Order books are ${words}: modest flow moves the price further.`];
}
