import type { Coherent } from '../noise/coherence.ts';
import { NoiseOfDay } from '../noise/noiseOfDay.ts';
import { normalFrom, seededRandom } from '../noise/random.ts';
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
  return defaultNull().rarityOf({ price: lead, taker, forceSide: side });
}

let drawn: NoiseOfDay | undefined;

/** Moments of a market without structure, of which each kind is drawn by itself. Drawn when they are first asked for. */
function defaultNull(): NoiseOfDay {
  drawn ??= new NoiseOfDay(drawMoments());
  return drawn;
}

function drawMoments(): Coherent[] {
  const normal = normalFrom(seededRandom(34));
  // A ratio of this form is Student's t with five degrees of freedom: heavy tails as of returns, median distance about that of a normal.
  const heavy = (): number => {
    const square = Array.from({ length: 5 }, () => normal() ** 2).reduce((sum, one) => sum + one, 0);
    return (0.93 * normal()) / Math.sqrt(square / 5);
  };
  return Array.from({ length: DRAWS }, () => ({
    price: heavy(),
    taker: TAKER_DEVIATION * normal(),
    forceSide: SIDE_DEVIATION * normal(),
  }));
}

const twoTails = (sizes: number): number => 2 * (1 - normalShare(Math.abs(sizes)));

/** A walk without drift stands near the ends of its own history often: by the arcsine law. */
function rarityOfLevel(level: number): number {
  return Math.min(1, (4 / Math.PI) * Math.asin(Math.sqrt(1 - normalShare(Math.abs(level)))));
}
