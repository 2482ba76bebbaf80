/**
 * Tells from positions whether a stated open interest counts one side or both. Every contract has a long and a short, so
 * the true one-sided number T is the sum of all longs and the sum of all shorts. Stated one-sided it is T, both-sided 2 T.
 */

/** Sizes of one contract at one moment, in coins, each sum of positive numbers. */
export interface KnownPositions {
  readonly longBase: number;
  readonly shortBase: number;
  /** Every position of the contract is among them. Without that the sums are lower bounds. */
  readonly isComplete?: boolean;
}

export type OpenInterestSide = 'one' | 'both' | 'undecidable' | 'contradiction';

export interface OpenInterestSideVerdict {
  readonly side: OpenInterestSide;
  readonly reason: string;
}

/** Positions and open interest are read some seconds apart: so much difference proves nothing. */
export const SIDE_CHECK_TOLERANCE = 0.02;

const verdict = (side: OpenInterestSide, reason: string): OpenInterestSideVerdict => ({ side, reason });

/**
 * Returns which convention a stated open interest (coins) can have, given positions of the same moment. Some wallets can
 * prove `one` (longs or shorts of more than half of it) but never `both`; all wallets can prove either. `contradiction`:
 * neither fits, so the inputs are not of the same contract, unit or moment.
 */
export function openInterestSide(
  statedBase: number,
  { longBase, shortBase, isComplete = false }: KnownPositions,
  tolerance: number = SIDE_CHECK_TOLERANCE,
): OpenInterestSideVerdict {
  const inputs = [statedBase, longBase, shortBase, tolerance];
  if (!inputs.every((value) => Number.isFinite(value) && value >= 0) || statedBase === 0)
    return verdict('undecidable', 'a size is missing, negative, or the open interest is 0');
  const larger = Math.max(longBase, shortBase);
  const share = larger / statedBase;
  if (share > 1 + tolerance)
    return verdict('contradiction', 'one side of the known positions is larger than the open interest');
  if (!isComplete) {
    if (share > 0.5 * (1 + tolerance))
      return verdict('one', 'one side of the known positions is more than half of it');
    return verdict('undecidable', 'the known positions fit both conventions');
  }
  if (Math.abs(longBase - shortBase) > tolerance * larger)
    return verdict('contradiction', 'longs and shorts differ, so some positions are missing');
  return openInterestSideBySum(statedBase, larger, tolerance);
}

/** As `openInterestSide`, given another statement of the one-sided open interest in coins. */
export function openInterestSideBySum(
  statedBase: number,
  oneSidedBase: number,
  tolerance: number = SIDE_CHECK_TOLERANCE,
): OpenInterestSideVerdict {
  if (![statedBase, oneSidedBase].every((value) => Number.isFinite(value) && value > 0))
    return verdict('undecidable', 'a size is missing or 0');
  const ratio = statedBase / oneSidedBase;
  const isNear = (wanted: number): boolean => Math.abs(ratio / wanted - 1) <= tolerance;
  if (isNear(1)) return verdict('one', 'it is the sum of one side');
  if (isNear(2)) return verdict('both', 'it is twice the sum of one side');
  return verdict('contradiction', `it is ${ratio.toFixed(3)} times one side, neither 1 nor 2`);
}
