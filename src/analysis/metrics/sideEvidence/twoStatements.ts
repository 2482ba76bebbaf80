import { verdictWords, type SideEvidence } from './evidence.ts';

/** A stated open interest and another statement, known to be one-sided, of the same contract, unit and moment. */
export interface StatedTwice {
  readonly stated: number;
  readonly oneSided: number;
}

/** The two are read some seconds apart: so much difference proves nothing. */
const TOLERANCE = 0.02;

/**
 * Returns what a second field says: where every pair has the ratio 1 the stated number is one-sided, where every pair has
 * 2 it counts both. Gate's `total_size` over `position_size`; Bybit's `openInterest` over `singleOpenInterest` is the
 * control, documented as 2.
 */
export function twoStatements(pairs: readonly StatedTwice[]): SideEvidence {
  const count = (times: number): number =>
    pairs.filter(({ stated, oneSided }) => Math.abs(stated / oneSided / times - 1) <= TOLERANCE).length;
  const [ones, twos] = [count(1), count(2)];
  const [verdict, counted, times] = ones >= twos ? (['one', ones, 1] as const) : (['both', twos, 2] as const);
  const shared = { check: 'two-statements', counted, of: pairs.length } as const;
  const found = `${counted} of ${pairs.length} values are ${times} times the one-sided field`;
  if (counted > 0 && counted === pairs.length)
    return { ...shared, verdict, words: `${verdictWords(verdict)}: ${found}` };
  return { ...shared, verdict: 'undecided', words: `${verdictWords('undecided')}: ${found}` };
}
