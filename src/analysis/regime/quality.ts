import { HOUR_MS, MINUTE_MS } from '../../core/units.ts';
import { EVIDENCE_KINDS } from './assessment.ts';
import { ASPECTS } from './aspects.ts';
import type { FeatureOrigin, FeatureSet } from './features.ts';
import type { Standard } from './standard.ts';

/** How good the inputs are, apart from what they say. */

/** Inputs as old as this count in full; from here to `OLD_MS` they lose half. */
const YOUNG_MS = 15 * MINUTE_MS;
const OLD_MS = 4 * HOUR_MS;
const PARTIAL_QUALITY = 0.7;

/** Returns the quality of an input, 0.35..1, from its age and completeness; it does not depend on the value. */
export function inputQuality(origin: FeatureOrigin | undefined): number {
  const ageMs = origin?.ageMs;
  const lost = ageMs === undefined ? 0 : (ageMs - YOUNG_MS) / (OLD_MS - YOUNG_MS);
  const ageQuality = Number.isNaN(lost) ? 0.5 : 1 - 0.5 * Math.min(1, Math.max(0, lost));
  return ageQuality * (origin?.isPartial ? PARTIAL_QUALITY : 1);
}

/**
 * Returns the quality of the inputs together, 0..1: of each kind of evidence that of its inputs, 0 where none is known, and for
 * the share of exchanges that were heard up to two fifths off.
 */
export function qualityOf(
  { inputs }: Standard,
  { origins }: FeatureSet,
  coverage: { readonly fresh: number; readonly of: number },
): number {
  const ofKinds = EVIDENCE_KINDS.map((kind) => {
    const own = inputs.filter(({ scale }) => ASPECTS[scale.aspect].kind === kind);
    return own.reduce((sum, { feature }) => sum + inputQuality(origins[feature]) / own.length, 0);
  });
  const heard = coverage.of > 0 ? Math.min(1, Math.max(0, coverage.fresh / coverage.of)) : 1;
  return (ofKinds.reduce((sum, one) => sum + one, 0) / EVIDENCE_KINDS.length) * (0.6 + 0.4 * heard);
}
