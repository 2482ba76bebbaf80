import { verdictWords, type SideEvidence } from './evidence.ts';

/** So many instruments of one answer must have open interest: 20 even numbers in a row come by chance once in a million. */
export const EVEN_LOTS_NEEDED = 20;

/**
 * Returns what the parity of open interest says. `lots` are those of all instruments of one answer, in smallest trading
 * units, zeros left out. The exact sum of two equal sides is even always, one side only half the time: all even proves
 * `both` with chance 2^-n. Odd values prove nothing, because a sum whose two sides are read at different moments is odd
 * as well (seen on Bybit).
 */
export function evenLots(lots: readonly number[]): SideEvidence {
  const open = lots.filter((value) => value > 0);
  const even = open.filter((value) => value % 2 === 0).length;
  const [counted, of] = [even, open.length];
  const found = `${counted} of ${of} values are even lots`;
  if (of < EVEN_LOTS_NEEDED)
    return {
      ...UNDECIDED,
      counted,
      of,
      words: `${verdictWords('undecided')}: ${found}, ${EVEN_LOTS_NEEDED} instruments are needed`,
    };
  if (even < of)
    return {
      ...UNDECIDED,
      counted,
      of,
      words: `${verdictWords('undecided')}: ${found}, which proves nothing`,
    };
  const chance = 2 ** -of;
  return {
    check: 'even-lots', verdict: 'both', counted, of, chance,
    words: `${verdictWords('both')}: ${found} (chance ${chance.toExponential(0)})`,
  }; // prettier-ignore
}

const UNDECIDED = { check: 'even-lots', verdict: 'undecided' } as const;

/**
 * Returns what the smallest open interest says. A contract of which one lot is open has one long and one short: counted
 * on both sides that would be two lots, so that a single lot proves `one`. The absence of such a value proves nothing.
 */
export function oneLot(lots: readonly number[]): SideEvidence {
  const open = lots.filter((value) => value > 0);
  const counted = open.filter((value) => value === 1).length;
  const shared = { check: 'one-lot', counted, of: open.length } as const;
  if (counted > 0)
    return {
      ...shared,
      verdict: 'one',
      words: `${verdictWords('one')}: ${counted} of ${open.length} values are a single lot`,
    };
  const smallest = open.reduce((a, b) => Math.min(a, b), Infinity);
  const words =
    open.length === 0 ? 'nothing is open' : `the smallest of ${open.length} values is ${smallest} lots`;
  return { ...shared, verdict: 'undecided', words: `${verdictWords('undecided')}: ${words}` };
}
