import { DAY_MS } from '../../core/units.ts';
import type { RegimeLabel } from './assessment.ts';
import { exchangeName, inShownOrder, joinedWords } from '../../core/exchangeNames.ts';
import { featureValue, type RuleResult } from './evaluate.ts';
import type { FeatureSet } from './features.ts';
import { FEATURES } from './featureInfo.ts';
import { rivalStatement } from './rivalWords.ts';
import { liquidationSources } from './liquidationWords.ts';
import { quadrant, type Quadrant } from '../metrics/openInterest.ts';

/** Plain sentences that follow from the evidence. Each says what is known and where its knowledge ends. */

const QUADRANTS: Readonly<Record<Exclude<Quadrant, 'flat'>, string>> = {
  'new-longs': 'Price and open interest rise together: positions are being opened into the rise.',
  'short-covering':
    'Price rises while open interest falls: positions are being closed, as when shorts buy back.',
  'new-shorts': 'Price falls while open interest rises: positions are being opened into the fall.',
  'long-flush': 'Price and open interest fall together: positions are being closed, as when longs sell.',
};

/**
 * Returns the statements of an assessment: the rule's meaning with what is met, direction, price × open interest, records and what
 * they do not say. `winner` is absent for `neutral` and `unknown`.
 */
export function statementsOf(
  label: RegimeLabel,
  winner: RuleResult | undefined,
  features: FeatureSet,
  all: readonly RuleResult[],
  unknownBecause: readonly string[],
): string[] {
  return [
    winner === undefined ? withoutLabel(label, unknownBecause) : meaningOf(winner),
    ...rivalStatement(winner, all),
    ...inferredDirection(winner),
    ...quadrantStatement(features),
    ...recordStatements(features),
    ...crowdingStatement(label, features),
    ...depthStatement(label, features),
    ...liquidationSources(features),
  ];
}

/** The rule's meaning with a clause for every met group; what the inputs do not show is not said. */
function meaningOf(winner: RuleResult): string {
  if (!winner.holds) return 'The label is from before: what it needs is not there any more.';
  const clauses = winner.groups.flatMap(({ group, conditions }) => {
    const isWhole = group.mode !== 'all' || conditions.every(({ isEntered }) => isEntered);
    const met = isWhole ? conditions.find(({ isEntered }) => isEntered)?.condition : undefined;
    // What stands in for the price is named with the inference.
    if (met === undefined || met.isStandIn) return [];
    return [met.says ?? group.says].filter((clause) => clause !== undefined);
  });
  const said = joinedWords([...new Set(clauses)]);
  if (said === '') return winner.rule.meaning;
  return `${winner.rule.meaning} ${said.charAt(0).toUpperCase()}${said.slice(1)}.`;
}

function withoutLabel(label: RegimeLabel, unknownBecause: readonly string[]): string {
  if (label === 'neutral') return 'No regime stands out: none of the patterns fits.';
  const reasons = unknownBecause.length === 0 ? '' : `: ${unknownBecause.join('; ')}`;
  return `The inputs do not suffice for a label${reasons}.`;
}

function inferredDirection(winner: RuleResult | undefined): string[] {
  const direction = winner?.groups.find(({ group }) => group.id === 'falling' || group.id === 'rising');
  if (direction !== undefined && direction.strength === undefined)
    return ['The direction of the price is not known.'];
  if (winner === undefined || !winner.isInferred) return [];
  const used = winner.groups.flatMap(({ conditions }) => conditions).find((one) => one.condition.isStandIn);
  if (used === undefined) return [];
  return [
    `The price change is not known; direction is inferred from the ${FEATURES[used.condition.feature].words}.`,
  ];
}

function quadrantStatement(features: FeatureSet): string[] {
  const price = featureValue(features, 'returnPct');
  const interest = featureValue(features, 'openInterestChangePct');
  if (price === undefined || interest === undefined) return [];
  const found = quadrant(price / 100, interest / 100, { price: 0.005, openInterest: 0.01 });
  return found === undefined || found === 'flat' ? [] : [QUADRANTS[found]];
}

/** Says on which exchanges open interest is at a record, and whether the others confirm it (article 001). */
function recordStatements(features: FeatureSet): string[] {
  const isRecord = featureValue(features, 'openInterestRecord') === 1;
  const { openInterestRecordByExchange: claims = {}, openInterestRecordAggregate: ofSum } = features.values;
  const at = inShownOrder(Object.keys(claims).filter((id) => claims[id] === true));
  if (!isRecord && at.length === 0 && ofSum !== true) return [];
  return [
    whereRecord(at, Object.keys(claims).length, ofSum, recordWindow(features)),
    ...(ofSum === true && at.length > 0 ? ['The sum over exchanges is at its highest, too.'] : []),
    ...(ofSum === false ? ['The sum over exchanges is below its highest.'] : []),
    'A record says how much is at stake, not which way the price will go.',
  ];
}

function whereRecord(
  at: readonly string[],
  known: number,
  ofSum: boolean | undefined,
  window: string,
): string {
  const where = joinedWords(at.map(exchangeName));
  if (known === 0) {
    if (ofSum === true)
      return `The sum over exchanges is at its highest${window}; which exchanges are is not stated.`;
    return `Open interest is at its highest${window}; it is not stated whether other exchanges confirm it.`;
  }
  if (at.length === 0)
    return ofSum === false
      ? 'Open interest is at a record on no exchange that is named.'
      : `Open interest over all exchanges is at its highest${window}, on no single exchange.`;
  const highest = `Open interest on ${where} is at its highest${window}`;
  if (at.length < known) return `${highest}: a record on ${where}, not confirmed elsewhere.`;
  if (at.length === 1) return `${highest}; it is not stated whether other exchanges confirm it.`;
  return `${highest}: a record on every exchange with enough history.`;
}

/** A record is one within the history at hand, never of all time. The history of stated values is not known. */
function recordWindow({ origins }: FeatureSet): string {
  const windowMs = origins.openInterestRecordByExchange?.baselineWindowMs;
  return windowMs === undefined ? '' : ` of the last ${Math.floor(windowMs / DAY_MS)} days`;
}

/** Positive or negative funding with high open interest, short of the extremes that crowding needs. */
function crowdingStatement(label: RegimeLabel, features: FeatureSet): string[] {
  const funding =
    featureValue(features, 'fundingAnnualisedPct') ?? featureValue(features, 'fundingPerIntervalPct');
  if (label !== 'leverage-build-up' || funding === undefined || funding === 0) return [];
  const [payer, side] = funding > 0 ? ['longs pay shorts', 'long'] : ['shorts pay longs', 'short'];
  return [
    `Funding is ${funding > 0 ? 'positive' : 'negative'}, so ${payer}; the extremes for crowded ${side} are not reached or not known.`,
  ];
}

function depthStatement(label: RegimeLabel, features: FeatureSet): string[] {
  const depth = featureValue(features, 'depthZ');
  if (depth === undefined || depth > -0.5) return [];
  const isThin = depth <= -1.5;
  if (label === 'illiquid-sell-off') return [];
  return [`Order books are ${isThin ? 'thin' : 'thinner than usual'}: modest flow moves the price further.`];
}
