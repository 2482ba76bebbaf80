import { coherenceOf } from '../noise/coherence.ts';
import { seededRandom } from '../noise/random.ts';
import type { Aspects } from './aspects.ts';
import type { Name } from './ruleTypes.ts';
import { normalShare } from './scales.ts';

/** How often a market without structure shows as much, where no shuffled history says it. */

const DRAWS = 4_000;
/** Deviations of robust standard sizes: tails of prices are heavy, a share is bounded. */
const TAKER_DEVIATION = 0.98;
const SIDE_DEVIATION = 0.86;

/**
 * Returns the share of a market without structure that shows as much, 0..1: for a move, how often kinds that are drawn apart
 * from each other lie as far on one side; for a state, how often each kind that it rests on is as far out, all at once.
 * `ofHistory` is the share by the asset's own shuffled history and stands for moves where it is known.
 */
export function rarityOf(aspects: Aspects, name: Name | undefined, ofHistory: number | undefined): number {
  const isState = name?.direction === 'none';
  const ofMove = ofHistory ?? rarityOfMove(aspects);
  if (!isState) return ofMove ?? 1;
  const { positions, level, cost } = aspects;
  const isOfCost = name.needs?.some(({ of }) => of.cost !== undefined) === true;
  const ofStake = Math.min(
    positions === undefined ? 1 : twoTails(positions),
    level === undefined ? 1 : rarityOfLevel(level),
  );
  return isOfCost && cost !== undefined ? twoTails(cost) * ofStake : (ofHistory ?? ofStake);
}

/** How much of one piece the move is, against kinds drawn apart from each other; undefined where nothing of it is known. */
function rarityOfMove({ price, flow, forceSide }: Aspects): number | undefined {
  const [lead, taker] =
    price !== undefined ? [price, flow] : flow !== undefined ? [flow, undefined] : [forceSide];
  if (lead === undefined) return undefined;
  const side = price === undefined && flow === undefined ? undefined : forceSide;
  const shape = NULLS[(taker === undefined ? 0 : 1) + (side === undefined ? 0 : 2)] ?? [];
  const value = coherenceOf({ price: lead, taker: taker ?? NaN, forceSide: side ?? NaN });
  let [low, high] = [0, shape.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((shape[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return (shape.length - low + 1) / (shape.length + 1);
}

/** Sorted values of the statistic by which of takers and side of liquidations are known. */
const NULLS: readonly Float64Array[] = [0, 1, 2, 3].map((known) => {
  const random = seededRandom(34);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  // A ratio of this form is Student's t with five degrees of freedom: heavy tails as of returns, median distance about that of a normal.
  const heavy = (): number => {
    const square = Array.from({ length: 5 }, () => normal() ** 2).reduce((sum, one) => sum + one, 0);
    return (0.93 * normal()) / Math.sqrt(square / 5);
  };
  const values = Float64Array.from({ length: DRAWS }, () => {
    const [price, taker, side] = [heavy(), TAKER_DEVIATION * normal(), SIDE_DEVIATION * normal()];
    return coherenceOf({
      price,
      ...(known & 1 ? { taker } : {}),
      ...(known & 2 ? { forceSide: side } : {}),
    });
  });
  return values.sort();
});

const twoTails = (sizes: number): number => 2 * (1 - normalShare(Math.abs(sizes)));

/** A walk without drift stands near the ends of its own history often: by the arcsine law. */
function rarityOfLevel(level: number): number {
  return Math.min(1, (4 / Math.PI) * Math.asin(Math.sqrt(1 - normalShare(Math.abs(level)))));
}
