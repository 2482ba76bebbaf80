import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../core/units.ts';
import type { Asset } from '../../core/ids.ts';
import type { Usual } from '../noise/middle.ts';
import { isUsualKnown, type UsualKind, type UsualSizes } from '../noise/usualSizes.ts';
import { ASPECT_NAMES, type Aspect, type Aspects } from './aspects.ts';
import { featureValue } from './featureValue.ts';
import { JUDGED_FEATURES, type JudgedFeature } from './featureInfo.ts';
import type { FeatureOrigin, FeatureSet } from './features.ts';
import { DEFAULT_WINDOW_MS, SCALES, type Scale, type ScaleContext } from './scales.ts';
import { usualOfAsset } from './usualOfAssets.ts';

/** One input in usual sizes. */
export interface StandardInput {
  readonly feature: JudgedFeature;
  readonly scale: Scale;
  readonly context: ScaleContext;
  readonly observed: number;
  readonly sizes: number;
  readonly foundation: number;
}

/** The evidence in usual sizes: each input, and what they come to together. */
export interface Standard {
  readonly inputs: readonly StandardInput[];
  readonly aspects: Aspects;
  /** How far an aspect may be off its present value, for age and for the part of the market that it leaves out, in usual sizes. */
  readonly doubts: Aspects;
}

export interface StandardOptions {
  readonly asset: Asset;
  readonly isStated: boolean;
  /** What is usual by the asset's own history; the dated table stands in for it. */
  readonly usual?: UsualSizes | undefined;
}

/** What is further out says no more, and is kept from running away with a sum. */
export const MOST_SIZES = 8;
/** Readings as old as this are of now. */
const YOUNG_MS = 15 * MINUTE_MS;
/** What the exchanges that are not heard may change. */
const PARTIAL_DOUBT = 0.3;
const MOST_DOUBT = 1;
/**
 * Stated amounts of liquidations are about all exchanges and, mostly, all coins; the table is about one pair on one
 * exchange. BTC is about a third of what is liquidated (2025-08-25: 268 of 803 million USD), one exchange about a third of that.
 */
const FEEDS_OF_STATED = 9;
const FINEST_STATED_RANK = 0.005;

/** Returns the inputs that are known in usual sizes of their own windows, and what they come to. Pure. */
export function standardOf(features: FeatureSet, options: StandardOptions): Standard {
  const inputs = JUDGED_FEATURES.flatMap((feature) => inputOf(feature, features, options));
  const aspects: Partial<Record<Aspect, number>> = {};
  const doubts: Partial<Record<Aspect, number>> = {};
  for (const aspect of ASPECT_NAMES) {
    const own = inputs.filter(({ scale }) => scale.aspect === aspect);
    const [best, ...others] = own.sort((a, b) => b.foundation - a.foundation);
    if (best === undefined) continue;
    aspects[aspect] = together(best, others);
    doubts[aspect] = options.isStated ? 0 : doubtOf(features.origins[best.feature], best.context);
  }
  const { forceSide, forceSize } = aspects;
  if (forceSide !== undefined && forceSize !== undefined)
    aspects.forceSide = forceSide * sideWeight(forceSize);
  return { inputs, aspects, doubts };
}

/** A hundredth of a usual day's liquidations has no side: from one usual size below the middle on it counts less, from two on not at all. */
const sideWeight = (forceSize: number): number => Math.max(0, Math.min(1, forceSize + 2));

function inputOf(
  feature: JudgedFeature,
  features: FeatureSet,
  { asset, isStated, usual }: StandardOptions,
): StandardInput[] {
  const scale = SCALES[feature];
  const observed = featureValue(features, feature);
  if (scale === undefined || observed === undefined) return [];
  const ofAsset = usualOfAsset(asset);
  const isOwn = (kind: UsualKind): boolean => usual !== undefined && isUsualKnown(usual, kind);
  const origin = features.origins[feature];
  const { windowHours, fundingIntervalHours = 8 } = features.values;
  const statedMs = windowHours === undefined ? DEFAULT_WINDOW_MS : windowHours * HOUR_MS;
  const context: ScaleContext = {
    usual: usual === undefined ? ofAsset : knownOr(usual, ofAsset),
    windowMs: (isStated ? undefined : origin?.windowMs) ?? statedMs,
    fundingIntervalMs: fundingIntervalHours * HOUR_MS,
    feeds: isStated ? FEEDS_OF_STATED : isOwn('forceSize') ? 1 : Math.max(1, origin?.sources.length ?? 1),
    finestRank: isStated
      ? FINEST_STATED_RANK
      : Math.min(0.25, (0.5 * DAY_MS) / (origin?.baselineWindowMs ?? 30 * DAY_MS)),
  };
  const sizes = scale.toSizes(observed, context);
  if (!Number.isFinite(sizes)) return [];
  const bounded = Math.max(-MOST_SIZES, Math.min(MOST_SIZES, sizes));
  const foundation = scale.foundation + (scale.ofUsual !== undefined && isOwn(scale.ofUsual) ? 1 : 0);
  return [{ feature, scale, context, observed, sizes: bounded, foundation }];
}

/** A kind that an asset's own history does not tell is taken from the table. */
function knownOr(own: UsualSizes, table: UsualSizes): UsualSizes {
  const longer = Math.sqrt(own.windowMs / table.windowMs);
  const size = (kind: 'price' | 'openInterest'): number =>
    isUsualKnown(own, kind) ? own[kind] : table[kind] * longer;
  const share = (kind: 'taker' | 'forceSide' | 'forceSize'): Usual =>
    isUsualKnown(own, kind) ? own[kind] : table[kind];
  return {
    ...own,
    price: size('price'),
    openInterest: size('openInterest'),
    taker: share('taker'),
    spot: own.spot,
    forceSide: share('forceSide'),
    forceSize: share('forceSize'),
  };
}

/** Where all have to be out, so much counts of what the better-founded one is beyond the other. */
const BEYOND = 0.2;

/**
 * The best-founded input counts; one that points the other way takes up to half of it. Where all inputs have to be out the
 * one that is out least counts, and nothing where they point apart; of a size that is beyond its rank a fifth counts too: what is
 * dear for weeks has no rank left.
 */
function together(best: StandardInput, others: readonly StandardInput[]): number {
  let sum = best.sizes;
  for (const { sizes, scale } of others) {
    const isAgainst = sizes * sum <= 0;
    if (best.scale.isJoint && scale.isJoint)
      sum = isAgainst ? 0 : Math.sign(sum) * leastAndBeyond(Math.abs(sum), Math.abs(sizes));
    else if (isAgainst) sum -= (Math.sign(sum) * Math.min(Math.abs(sum), Math.abs(sizes))) / 2;
  }
  return sum;
}

const leastAndBeyond = (founded: number, other: number): number =>
  founded <= other ? founded : other + BEYOND * (founded - other);

/** Two sums over a window that begin Δ apart differ by √(2 Δ / window) of their spread. */
function doubtOf(origin: FeatureOrigin | undefined, { usual }: ScaleContext): number {
  const lateMs = Math.max(0, (origin?.ageMs ?? 0) - YOUNG_MS);
  const ofAge = Number.isNaN(lateMs)
    ? MOST_DOUBT
    : Math.sqrt((2 * lateMs) / (origin?.windowMs ?? usual.windowMs));
  return Math.min(MOST_DOUBT, Math.hypot(ofAge, origin?.isPartial ? PARTIAL_DOUBT : 0));
}
