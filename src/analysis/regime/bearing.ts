import type { Aspect } from './aspects.ts';
import type { Bearing } from './assessment.ts';
import { directionOf, type Decision, type Standing } from './decide.ts';
import { clearSize } from './kinds.ts';
import type { Condition, RuleSet } from './ruleTypes.ts';

/** What a name asks of an aspect, and what a reading of it then says. */

/** What is further out weighs no more. */
const MOST_WEIGHT = 3;
/** What has only to be inside its band says less than what is out. */
const INSIDE_WEIGHT = 1;
/** Rounding of a threshold and back does not put a value on its other side. */
const SAME = 1e-9;

export interface NameShown {
  readonly decision: Decision;
  /** What stood before: its conditions end later than they begin. */
  readonly standing: Standing | undefined;
  readonly rules: RuleSet;
}

/** Returns what of an aspect speaks for a decision: a side, or 0 for inside its band; undefined where it says nothing about it. */
export function sideFor(aspect: Aspect, { name }: Decision): -1 | 0 | 1 | undefined {
  return name?.signs.find((one) => one.aspect === aspect)?.side;
}

/** Where a name wants an aspect to be, in usual sizes: beyond one end, the other being infinite, or between two. */
export interface Asked {
  readonly low: number;
  readonly high: number;
  /** What is there says nothing for the name, only against it where it is not. */
  readonly isBare?: true;
}

/**
 * Returns where the name that is shown wants an aspect: by its own condition on that aspect alone where it has one, else by what is a
 * clear sign. Undefined where it does not look at it, and where no reading `reaches` so many usual sizes.
 */
export function askedOf(
  aspect: Aspect,
  { decision, standing, rules }: NameShown,
  reaches: (size: number) => boolean,
): Asked | undefined {
  const side = sideFor(aspect, decision);
  const clear = clearSize(aspect, rules);
  const { needs = [] } = decision.name ?? {};
  const ends = needs.flatMap((need) => endOf(need, aspect, standing?.label === decision.label));
  // A condition that only wants it not to be out on the other side is none that the name rests on, but an end of its band.
  const sizeOn = (of: 1 | -1, isOut: boolean): number | undefined =>
    ends.find((end) => end.side === of && end.size > 0 === isOut)?.size;
  const beyond = (of: 1 | -1, size: number): Asked =>
    of > 0 ? { low: size, high: Infinity } : { low: -Infinity, high: -size };
  if (side === 1 || side === -1) {
    const size = [sizeOn(side, true), clear].find((one) => one !== undefined && reaches(side * one));
    return size === undefined ? undefined : beyond(side, size);
  }
  if (side === 0) {
    const [low, high] = [sizeOn(1, false) ?? -clear, -(sizeOn(-1, false) ?? -clear)];
    return reaches(low) && reaches(high) ? { low, high } : undefined;
  }
  // Takers or liquidations against the move make every name of it weaker.
  const direction = aspect === 'flow' || aspect === 'forceSide' ? directionOf(decision.family) : 0;
  if (decision.name === undefined || direction === 0 || !reaches(-direction * clear)) return undefined;
  return { ...beyond(direction, -clear), isBare: true };
}

/** What a condition on one aspect alone wants of it: so far out on a side at least. */
function endOf({ of, op, enter, leave }: Condition, aspect: Aspect, stands: boolean) {
  const weight = of[aspect];
  if (weight === undefined || Object.keys(of).length > 1) return [];
  const up = op === 'above' ? 1 : -1;
  return [{ side: up * Math.sign(weight), size: (up * (stands ? leave : enter)) / Math.abs(weight) }];
}

/** Returns whether it is wanted between two ends. */
export const isBand = ({ low, high }: Asked): boolean => Number.isFinite(high - low);

/** Returns the end that is nearer. */
export const nearest = (sizes: number, { low, high }: Asked): number =>
  Math.abs(sizes - low) <= Math.abs(high - sizes) ? low : high;

/**
 * Returns what so many usual sizes say, of which `told` count: what is out by itself and not with what it is a part of says nothing
 * about the name.
 */
export function bearingOf(sizes: number, told: number, { low, high, isBare }: Asked, clear: number): Bearing {
  const isIn = (size: number): boolean => size >= low - SAME && size <= high + SAME;
  const isAgainst = (size: number): boolean =>
    low === -Infinity ? size >= clear : high === Infinity ? size <= -clear : !isIn(size);
  if ((isIn(sizes) && !isIn(told)) || (isAgainst(sizes) && !isAgainst(told))) return 'beside';
  if (isBare && !isAgainst(sizes)) return 'beside';
  return isIn(sizes) && !isBare ? 'for' : isAgainst(sizes) ? 'against' : 'expected';
}

/** Returns how far what counts speaks for the name, below 0 against it. */
export function weightOf(bearing: Bearing, told: number, asked: Asked | undefined): number {
  const far = Math.min(MOST_WEIGHT, Math.abs(told));
  if (asked === undefined) return 0;
  if (bearing === 'against') return -far;
  if (isBand(asked)) return INSIDE_WEIGHT;
  return told > 0 === (asked.high === Infinity) ? far : 0;
}
