import { ASPECTS, type Aspect, type Aspects } from './aspects.ts';
import type { EvidenceKind } from './assessment.ts';
import { directionOf, stakeOf, type Decision } from './decide.ts';
import type { RuleSet } from './ruleTypes.ts';

/** How far each kind of evidence speaks for what was decided (against it below 0), in usual sizes; absent where it is not known. */
export type KindScores = Readonly<Partial<Record<EvidenceKind, number>>>;

/** Returns the kinds' scores for a decision: of each kind its best-founded aspect, and takers against the price take from it. */
export function kindScores(aspects: Aspects, { family, name }: Decision): KindScores {
  const { price, flow, positions, level, volume, cost, forceSide } = aspects;
  const [direction, stake] = [directionOf(family), stakeOf(family)];
  const ofCost = name?.signs.find(({ aspect }) => aspect === 'cost')?.side;
  const isState = direction === 0;
  const scores: Partial<Record<EvidenceKind, number>> = {};
  const flowAgainst = Math.max(0, -(flow ?? 0) * direction) / 2;
  if (!isState && price !== undefined) scores.price = price * direction - flowAgainst;
  else if (!isState && flow !== undefined) scores.price = flow * direction;
  // A state of a level is told by the level, a move by the change.
  const held = isState ? furthest(positions, level, stake) : (positions ?? level);
  if (held !== undefined && stake !== 0) scores.positions = held * stake;
  else if (volume !== undefined && stake > 0) scores.positions = volume;
  if (cost !== undefined && ofCost !== undefined && name?.isOfLevel === true) scores.cost = cost * ofCost;
  if (!isState && forceSide !== undefined) scores.force = forceSide * direction;
  return scores;
}

function furthest(one: number | undefined, other: number | undefined, side: number): number | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one * side > other * side ? one : other;
}

/** Returns from how many usual sizes on an aspect is a clear sign. Accounts have no tails as funding has: they are clear as positions are. */
export function clearSize(aspect: Aspect, { clear }: RuleSet): number {
  return clear[aspect === 'accounts' ? 'positions' : ASPECTS[aspect].kind];
}

/** Returns the kinds that are clearly out on the side of what was decided. */
export function clearKinds(scores: KindScores, { clear }: RuleSet): EvidenceKind[] {
  return (Object.keys(clear) as EvidenceKind[]).filter((kind) => (scores[kind] ?? 0) >= clear[kind]);
}
