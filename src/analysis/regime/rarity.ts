import { NoiseOfDay, type Moment, type Rarity } from '../noise/noiseOfDay.ts';
import { normalFrom, seededRandom } from '../noise/random.ts';
import type { Aspects } from './aspects.ts';
import type { RarityBasis } from './assessment.ts';
import type { Name } from './ruleTypes.ts';
import { normalShare } from './scales.ts';

/** How often a market without structure shows as much, where no shuffled history says it. */

const DRAWS = 4_000;
/** Move and stake are both looked at before one of them is named: what is one in twenty by one of two is one in ten. */
const LOOKS = 2;
/** Deviations of robust standard sizes: tails of prices are heavy, a share is bounded. */
const TAKER_DEVIATION = 0.98;
const SIDE_DEVIATION = 0.86;

/** How often as much is seen, and in what. */
export interface SeenRarity {
  readonly rarity: number;
  readonly rarityBasis: RarityBasis;
}

/**
 * Returns the share of a market without structure that shows as much, 0..1: for a move, how often kinds that are drawn apart
 * from each other lie as far on one side; for a state, how often open interest is as far out, and what being on a side costs
 * where it rests on that.
 * `own`: by the asset's own shuffled history, where that is known.
 */
export function rarityOf(aspects: Aspects, name: Name | undefined, own: Rarity = {}): SeenRarity {
  if (name?.direction !== 'none')
    return own.ofMove === undefined ? modelled(rarityOfMove(aspects) ?? 1) : counted(own.ofMove);
  const { positions, level, cost } = aspects;
  const modelledStake = Math.min(
    positions === undefined ? 1 : twoTails(positions),
    level === undefined ? 1 : rarityOfLevel(level),
  );
  const isOfCost = name.needs?.some(({ of }) => of.cost !== undefined) === true;
  if (isOfCost && cost !== undefined) return modelled(ofBoth(twoTails(cost), own.ofStake ?? modelledStake));
  const ofLooks = (share: number): number => Math.min(1, LOOKS * share);
  return own.ofStake === undefined ? modelled(ofLooks(modelledStake)) : counted(ofLooks(own.ofStake));
}

/** What no draw shows is as rare as the draws can tell. */
const modelled = (rarity: number): SeenRarity => ({
  rarity: Math.max(1 / (DRAWS + 1), rarity),
  rarityBasis: 'default',
});
const counted = (rarity: number): SeenRarity => ({ rarity, rarityBasis: 'own-history' });

/** Returns how often two things that have nothing to do with each other are as rare together (Fisher). */
function ofBoth(one: number, other: number): number {
  const product = one * other;
  return product > 0 ? product * (1 - Math.log(product)) : 0;
}

/** How much of one piece the move is, against kinds drawn apart from each other; undefined where nothing of it is known. */
function rarityOfMove({ price, flow, forceSide }: Aspects): number | undefined {
  const [lead, taker] =
    price !== undefined ? [price, flow] : flow !== undefined ? [flow, undefined] : [forceSide];
  if (lead === undefined) return undefined;
  const side = price === undefined && flow === undefined ? undefined : forceSide;
  const known = {
    ...(taker === undefined ? {} : { taker }),
    ...(side === undefined ? {} : { forceSide: side }),
  };
  return defaultNull().rarityOf({ price: lead, ...known }).ofMove;
}

let drawn: NoiseOfDay | undefined;

/** Moments of a market without structure, of which each kind is drawn by itself. Drawn when they are first asked for. */
function defaultNull(): NoiseOfDay {
  drawn ??= new NoiseOfDay(drawMoments());
  return drawn;
}

function drawMoments(): Moment[] {
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
