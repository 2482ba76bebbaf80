import type { Aspect, Aspects } from './aspects.ts';
import type { RegimeFamily, RegimeLabel } from './assessment.ts';
import type { Band, Condition, Name, RuleSet } from './ruleTypes.ts';

/** What stands: a state that has begun ends later than it began. */
export interface Standing {
  readonly family: RegimeFamily;
  readonly label: RegimeLabel;
}

/** What aspects come to. `name` is absent for `neutral` and `unknown`. */
export interface Decision extends Standing {
  readonly name?: Name;
}

const MOVES: Readonly<Record<'up' | 'down', readonly [opened: RegimeFamily, closed: RegimeFamily]>> = {
  up: ['new-longs', 'short-covering'],
  down: ['new-shorts', 'long-unwinding'],
};

/** Returns the name of a label in a family; undefined for what has none, such as `neutral`. */
export function nameOf({ label, family }: Standing, { names }: RuleSet): Name | undefined {
  return names.find((one) => one.label === label && one.families.includes(family));
}

/** Returns the family of a move up (1) or down (-1) into which positions are opened or closed. */
export function moveFamily(direction: 1 | -1, isOpened: boolean): RegimeFamily {
  const [opened, closed] = MOVES[direction > 0 ? 'up' : 'down'];
  return isOpened ? opened : closed;
}

/** Returns the way that the price goes in a family. */
export function directionOf(family: RegimeFamily | undefined): -1 | 0 | 1 {
  if (family === 'new-longs' || family === 'short-covering') return 1;
  return family === 'new-shorts' || family === 'long-unwinding' ? -1 : 0;
}

/** Returns the way that the price goes while a name stands: the name's own, else that of its family. */
export function directionNamed(standing: Standing, rules: RuleSet): -1 | 0 | 1 {
  const own = nameOf(standing, rules);
  if (own === undefined || own.direction === 'none') return directionOf(standing.family);
  return own.direction === 'up' ? 1 : -1;
}

/** Returns whether positions are opened in a family (1) or closed (-1). */
export function stakeOf(family: RegimeFamily | undefined): -1 | 0 | 1 {
  if (family === 'new-longs' || family === 'new-shorts' || family === 'stake-rising') return 1;
  return family === 'quiet' || family === 'unknown' || family === undefined ? 0 : -1;
}

/**
 * Returns family and name by what is known, with what stands for the bands between beginning and end. Pure; the families are those
 * of price × positions, and where one of the two is not known, of the level of open interest alone.
 */
export function decide(aspects: Aspects, rules: RuleSet, standing?: Standing): Decision {
  const family = familyOf(aspects, rules, standing);
  const name = rules.names.find((one) => canStand(one, family, aspects, standing));
  if (name !== undefined) return { family, label: name.label, name };
  return { family, label: family === 'quiet' ? 'neutral' : 'unknown' };
}

function familyOf(aspects: Aspects, { families }: RuleSet, standing: Standing | undefined): RegimeFamily {
  const { price, positions } = aspects;
  const before = directionOf(standing?.family);
  const direction = price === undefined ? 0 : sideOf(price, families.move, before);
  if (direction !== 0 && positions !== undefined) {
    const stake = stakeOf(standing?.family);
    // A move that goes on keeps its side of the stake until positions clearly go the other way, or are closed by force.
    const isForced = (aspects.forceSize ?? 0) >= families.forced.size && stake > 0;
    const turn = isForced ? families.forced.turn : families.turn;
    const isStanding = before === direction && stake !== 0;
    const isOpened = isStanding ? positions * stake > -turn === stake > 0 : positions >= 0;
    return moveFamily(direction, isOpened);
  }
  const stake = restingStake(aspects, families, standing?.family);
  if (stake !== 0) return stake > 0 ? 'stake-rising' : 'stake-falling';
  return price !== undefined && direction === 0 && isStakeKnown(aspects) ? 'quiet' : 'unknown';
}

const isStakeKnown = ({ positions, level, cost }: Aspects): boolean =>
  (positions ?? level ?? cost) !== undefined;

/** Which way the stake goes while the price stands or is not known: by a change, by a level with a change, by an extreme level. */
function restingStake(
  { positions, level }: Aspects,
  families: RuleSet['families'],
  standing: RegimeFamily | undefined,
): -1 | 0 | 1 {
  const isOut = (side: 1 | -1): boolean => {
    const stands = standing === (side > 0 ? 'stake-rising' : 'stake-falling');
    const bound = ({ enter, leave }: Band): number => (stands ? leave : enter);
    const [change, rank] = [side * (positions ?? Number.NaN), side * (level ?? Number.NaN)];
    const { stake, level: high, extreme } = families;
    if (change >= bound(stake)) return true;
    if (change < -high.towards) return false;
    return rank >= bound(extreme) || (rank >= bound(high) && change >= high.towards);
  };
  return isOut(1) ? 1 : isOut(-1) ? -1 : 0;
}

function sideOf(value: number, { enter, leave }: Band, before: -1 | 0 | 1): -1 | 0 | 1 {
  if (value > enter || (before > 0 && value > leave)) return 1;
  return value < -enter || (before < 0 && value < -leave) ? -1 : 0;
}

function canStand(
  name: Name,
  family: RegimeFamily,
  aspects: Aspects,
  standing: Standing | undefined,
): boolean {
  if (!name.families.includes(family)) return false;
  const stands = standing?.label === name.label;
  const holds = (one: Condition): boolean => isMet(one, aspects, stands);
  if (name.needs?.some((one) => !holds(one)) === true) return false;
  return name.unless === undefined || !name.unless.every(holds);
}

/** Returns whether a condition is met; with `stands` by the threshold at which it ends. */
export function isMet(
  { of, op, enter, leave, ifKnown }: Condition,
  aspects: Aspects,
  stands: boolean,
): boolean {
  let sum = 0;
  for (const aspect in of) {
    const [value, weight] = [aspects[aspect as Aspect], of[aspect as Aspect] ?? 0];
    if (value === undefined) return ifKnown === true;
    sum += weight * value;
  }
  const bound = stands ? leave : enter;
  return op === 'above' ? sum >= bound : sum <= bound;
}
