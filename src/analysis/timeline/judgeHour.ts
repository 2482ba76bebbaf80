import { endOfHour, type Track } from '../noise/track.ts';
import { assess } from '../regime/assess.ts';
import type { RegimeAssessment } from '../regime/assessment.ts';
import type { FeatureSet } from '../regime/features.ts';
import type { RuleSet } from '../regime/ruleTypes.ts';
import { hourFeatures } from './hourFeatures.ts';
import type { Measured } from './measured.ts';

/** What an hour is judged with beside its features. */
export interface Beside {
  /** What stood before: it makes a label last. */
  readonly previous?: RegimeAssessment | undefined;
  /** What the hour is beside the asset's own history and beside noise. */
  readonly measured: Measured;
  /** The built-in ones unless others are given. */
  readonly rules?: RuleSet | undefined;
}

/** Judges an hour of a track from what was known when it had ended. */
export function judgeHour(track: Track, index: number, beside: Beside): RegimeAssessment {
  return judgeFeatures(hourFeatures(track, index), track, index, beside);
}

/** The same from features that are given: what of them is withheld is not known. */
export function judgeFeatures(
  features: FeatureSet,
  track: Track,
  index: number,
  { previous, rules, measured: { usual, rarity } }: Beside,
): RegimeAssessment {
  return assess(features, {
    asOfMs: endOfHour(track, index),
    baseAsset: track.asset,
    source: 'live',
    // A series is of one market, and all of it.
    coverage: { fresh: 1, of: 1 },
    ...(previous === undefined ? {} : { previous }),
    ...(usual === undefined ? {} : { usual }),
    ...(rarity === undefined ? {} : { rarity }),
    ...(rules === undefined ? {} : { rules }),
  });
}
