import type { RegimeAssessment, RegimeFamily, RegimeLabel } from './assessment.ts';
import { HOUR_MS, MINUTE_MS } from '../../core/units.ts';
import { directionNamed, type Standing } from './decide.ts';
import type { RuleSet } from './ruleTypes.ts';
import type { Verdict } from './verdict.ts';

/** What an assessment takes from the one before it: bands of what stands, dwell, and since when. */

/** An assessment further back than this says nothing about now. */
const LONGEST_PAUSE_MS = 3 * HOUR_MS;
/** The longest time between two refreshes is 10 minutes; a longer pause than this (sleep, no network) was not watched. */
export const LONGEST_UNWATCHED_MS = 15 * MINUTE_MS;

/** The assessment before, if it is of the same asset, source and rules and not from too long ago. */
export function usablePrevious(
  previous: RegimeAssessment | undefined,
  now: Pick<RegimeAssessment, 'asOfMs' | 'baseAsset' | 'source'>,
  rules: RuleSet,
): RegimeAssessment | undefined {
  if (previous === undefined || now.source === 'stated') return undefined;
  const isSame =
    previous.baseAsset === now.baseAsset &&
    previous.source === now.source &&
    previous.rulesVersion === rules.version &&
    previous.rulesDigest === rules.digest;
  const pauseMs = now.asOfMs - previous.asOfMs;
  return isSame && pauseMs >= 0 && pauseMs <= LONGEST_PAUSE_MS ? previous : undefined;
}

/** What stood by the evidence alone, dwell aside. */
export function standingOf(previous: RegimeAssessment | undefined): Standing | undefined {
  if (previous === undefined) return undefined;
  return {
    family: previous.candidateFamily ?? previous.family,
    label: previous.candidate ?? previous.label,
  };
}

/** What is shown, and what would be by the evidence alone where that differs. */
export interface Shown {
  readonly label: RegimeLabel;
  readonly family: RegimeFamily;
  readonly candidate?: RegimeLabel;
  readonly candidateFamily?: RegimeFamily;
}

/**
 * A name stays for its dwell, which only protects against falling back: a forced move is shown at once, a price that goes
 * clearly against the name ends it at once, and so do missing inputs. `neutral` and `unknown` are left at once.
 */
export function withDwell(
  verdict: Verdict,
  price: number | undefined,
  previous: RegimeAssessment | undefined,
  now: { readonly asOfMs: number; readonly dwellMs?: number | undefined },
  rules: RuleSet,
): Shown {
  const { label, family, name } = verdict;
  if (previous === undefined || label === previous.label) return { label, family };
  const isFallingBack = label === 'neutral';
  const dwellMs = now.dwellMs ?? (isFallingBack ? rules.fallBackHours : rules.dwellHours) * HOUR_MS;
  const isOver = now.asOfMs - previous.sinceMs >= dwellMs;
  const isForced = name?.isForced === true && Math.abs(price ?? 0) > rules.forcedMove;
  const direction = directionNamed(previous, rules);
  const isContradicted = direction * (price ?? 0) < -rules.contradiction;
  const isBridged = label !== 'unknown' && previous.label !== 'unknown' && previous.label !== 'neutral';
  if (isOver || isForced || isContradicted || !isBridged) return { label, family };
  return { label: previous.label, family: previous.family, candidate: label, candidateFamily: family };
}

/**
 * Since when the market was watched without a break. What happened in a long pause, or while the label was `unknown`,
 * nobody saw: watching begins anew after it.
 */
export function watchedSince(
  label: RegimeLabel,
  previous: RegimeAssessment | undefined,
  asOfMs: number,
): number {
  if (previous === undefined || asOfMs - previous.asOfMs > LONGEST_UNWATCHED_MS) return asOfMs;
  if (previous.label === 'unknown' && label !== 'unknown') return asOfMs;
  return previous.watchedSinceMs ?? previous.asOfMs;
}
