import type { Aspects } from './aspects.ts';
import type { RegimeLabel } from './assessment.ts';
import { decide, directionOf, type Decision, type Standing } from './decide.ts';
import type { Rarity } from '../noise/noiseOfDay.ts';
import { drawsOf } from './draws.ts';
import { clearKinds, kindScores } from './kinds.ts';
import { rarityOf, type SeenRarity } from './rarity.ts';
import type { RuleSet } from './ruleTypes.ts';
import type { Standard } from './standard.ts';

/** What the evidence of one moment comes to, before dwell. */
export interface Verdict extends Decision, SeenRarity {
  readonly isWeak: boolean;
  readonly candidates: readonly RegimeLabel[];
  readonly confidence: number;
  /** How probable a label would be with all inputs known and fresh. */
  readonly probabilityOf: (label: RegimeLabel) => number;
  /** The price is not known; the direction is read from this aspect. */
  readonly inferredFrom?: 'flow' | 'forceSide';
  /** Why the name is weak; absent where it is not. */
  readonly weakness?: Weakness;
}

/** Another name is as likely, noise shows as much, a kind of evidence is clearly against it, or only one is clear. */
export type Weakness = 'rival' | 'noise' | 'against' | 'one-kind';

/** A reading differs from the next by so much without meaning anything: what so little would turn is weak. */
const PRECISION = 0.15;
/** Two hundred draws do not tell certain from almost certain. */
const MOST_CONFIDENCE = 0.99;
/** What is less probable is no candidate. */
const LEAST_CANDIDATE = 0.1;

/** Returns what the evidence comes to. `rarity`: by the asset's own shuffled history, where there is one. Pure and deterministic. */
export function verdictOf(
  { aspects, doubts }: Pick<Standard, 'aspects' | 'doubts'>,
  rules: RuleSet,
  standing: Standing | undefined,
  rarity: Rarity | undefined,
): Verdict {
  const known = decideKnown(aspects, rules, standing);
  const draws = drawn(0);
  const probabilities = shares(draws);
  const decision =
    known ??
    (canInfer(aspects)
      ? isDirected(aspects)
        ? likeliest(draws, aspects)
        : resting(aspects, rules)
      : undefined) ??
    NOTHING;
  const { reject } = rules;
  const probabilityOf = (label: RegimeLabel): number =>
    label === 'unknown' ? 0 : Math.min(MOST_CONFIDENCE, probabilities.get(label) ?? 0);
  const confidence = probabilityOf(decision.label);
  const near = shares(drawn(PRECISION));
  const own = near.get(decision.label) ?? 0;
  const [second = 0] = [...near]
    .filter(([label]) => label !== decision.label)
    .map(([, share]) => share)
    .sort((a, b) => b - a);
  const standsAlone = own >= reject.level && own - second >= reject.margin;
  const scores = kindScores(aspects, decision);
  const clear = clearKinds(scores, rules);
  const isContradicted = Object.values(scores).some((score) => score <= -rules.clear.price);
  const rare = rarityOf(aspects, decision.name, rarity);
  const weakness = weaknessOf();
  const inferredFrom = inferredAspect(aspects, decision);
  return {
    ...decision,
    isWeak: weakness !== undefined,
    candidates: standsAlone ? [] : candidatesOf(near, decision.label),
    confidence,
    ...rare,
    probabilityOf,
    ...(inferredFrom === undefined ? {} : { inferredFrom }),
    ...(weakness === undefined ? {} : { weakness }),
  };

  function drawn(precision: number): Weighted[] {
    return drawsOf(aspects, doubts, precision).map(({ aspects: one, weight }) => ({
      decision: decide(withUnknown(one, aspects), rules, standing),
      weight,
    }));
  }

  function weaknessOf(): Weakness | undefined {
    if (decision.name === undefined) return undefined;
    if (!standsAlone) return 'rival';
    if (isContradicted || decision.name.isLastResort === true) return 'against';
    if (clear.length < 2) return 'one-kind';
    return rare.rarity > reject.rarity ? 'noise' : undefined;
  }
}

const NOTHING: Decision = { family: 'unknown', label: 'unknown' };

/** Levels, cost and depth are not made up; a state of theirs is only one where it is known. */
function withUnknown(drawn: Aspects, known: Aspects): Aspects {
  return known.price === undefined && !canInfer(known) ? { ...drawn, ...known } : drawn;
}

/** By what is known alone; undefined where it does not tell the family, or where names of the family rest on what is drawn. */
function decideKnown(aspects: Aspects, rules: RuleSet, standing: Standing | undefined): Decision | undefined {
  const { price, flow, forceSide, forceSize } = aspects;
  if (price === undefined && isDirected(aspects)) return undefined;
  const decision = decide(aspects, rules, standing);
  const isOpen =
    directionOf(decision.family) !== 0 &&
    (flow === undefined || forceSide === undefined || forceSize === undefined);
  return decision.label === 'unknown' || isOpen ? undefined : decision;
}

const isDirected = ({ price, flow, forceSide }: Aspects): boolean =>
  (price ?? flow ?? forceSide) !== undefined;

/** Where nothing tells which way the price goes, a stake that goes further than usual is one that rises or falls. */
function resting(aspects: Aspects, rules: RuleSet): Decision | undefined {
  const { positions = 0 } = aspects;
  if (Math.abs(positions) < rules.families.move.enter) return undefined;
  return decide(aspects, rules, {
    family: positions > 0 ? 'stake-rising' : 'stake-falling',
    label: 'unknown',
  });
}

/** A family can be told from two aspects, of which one has a side. */
function canInfer({ price, flow, forceSide, positions, forceSize, volume, spot }: Aspects): boolean {
  const told = [price, flow, forceSide, positions, forceSize, volume, spot].filter(
    (one) => one !== undefined,
  );
  return told.length >= 2 && (price ?? flow ?? forceSide ?? positions) !== undefined;
}

interface Weighted {
  readonly decision: Decision;
  readonly weight: number;
}

function shares(draws: readonly Weighted[]): Map<RegimeLabel, number> {
  const sums = new Map<RegimeLabel, number>();
  let whole = 0;
  for (const { decision, weight } of draws) {
    whole += weight;
    sums.set(decision.label, (sums.get(decision.label) ?? 0) + weight);
  }
  return new Map([...sums].map(([label, sum]) => [label, whole === 0 ? 0 : sum / whole]));
}

/** The likeliest family, and in it the likeliest name that what is known allows: a name can rest on what must be known. */
function likeliest(draws: readonly Weighted[], aspects: Aspects): Decision | undefined {
  const isAllowed = ({ name, label }: Decision): boolean =>
    label === 'neutral'
      ? Math.abs(aspects.price ?? aspects.flow ?? Infinity) < 1
      : label !== 'unknown' && name?.mustKnow?.every((aspect) => aspects[aspect] !== undefined) !== false;
  const allowed = draws.filter(({ decision }) => isAllowed(decision));
  const possible = new Set(allowed.map(({ decision }) => decision.family));
  const ofPossible = draws.filter(({ decision }) => possible.has(decision.family));
  const family = heaviest(ofPossible, ({ family: one }) => one);
  const own = allowed.filter(({ decision }) => decision.family === family);
  const label = heaviest(own, ({ label: one }) => one);
  return own.find(({ decision }) => decision.label === label)?.decision;
}

function heaviest<Key>(draws: readonly Weighted[], keyOf: (decision: Decision) => Key): Key | undefined {
  const sums = new Map<Key, number>();
  for (const { decision, weight } of draws)
    sums.set(keyOf(decision), (sums.get(keyOf(decision)) ?? 0) + weight);
  return [...sums].sort((a, b) => b[1] - a[1])[0]?.[0];
}

function candidatesOf(near: ReadonlyMap<RegimeLabel, number>, label: RegimeLabel): RegimeLabel[] {
  return [...near]
    .filter(([one, share]) => one !== 'unknown' && (share >= LEAST_CANDIDATE || one === label))
    .sort((a, b) => b[1] - a[1])
    .map(([one]) => one);
}

function inferredAspect({ price, flow, forceSide }: Aspects, { family }: Decision): Verdict['inferredFrom'] {
  if (price !== undefined || family === 'unknown' || family.startsWith('stake')) return undefined;
  return flow !== undefined ? 'flow' : forceSide !== undefined ? 'forceSide' : undefined;
}
