import { openInterestSideBySum } from '../openInterestSideCheck.ts';
import { verdictWords, type SideEvidence } from './evidence.ts';

/** A stated open interest and another statement, known to be one-sided, of the same contract, unit and moment. */
export interface StatedTwice {
  readonly stated: number;
  readonly oneSided: number;
}

/**
 * Returns what a second field says: where every pair has the ratio 1 the stated number is one-sided, where every pair has
 * 2 it counts both. Gate's `total_size` over `position_size`; Bybit's `openInterest` over `singleOpenInterest` is the
 * control, documented as 2.
 */
export function twoStatements(pairs: readonly StatedTwice[]): SideEvidence {
  const sides = pairs.map(({ stated, oneSided }) => openInterestSideBySum(stated, oneSided).side);
  const [ones, twos] = (['one', 'both'] as const).map((side) => sides.filter((own) => own === side).length);
  const [verdict, counted = 0, times] =
    (ones ?? 0) >= (twos ?? 0) ? (['one', ones, 1] as const) : (['both', twos, 2] as const);
  const shared = { check: 'two-statements', counted, of: pairs.length } as const;
  const found = `${counted} of ${pairs.length} values are ${times} times the one-sided field`;
  if (counted > 0 && counted === pairs.length)
    return { ...shared, verdict, words: `${verdictWords(verdict)}: ${found}` };
  return { ...shared, verdict: 'undecided', words: `${verdictWords('undecided')}: ${found}` };
}
