import { verdictWords, type SideEvidence } from './evidence.ts';

/** One instrument's open interest before and after exactly one trade, in one unit, counted once per trade. */
export interface FilledWindow {
  readonly before: number;
  readonly after: number;
  readonly fill: number;
}

/** So many windows must decide, and so large a share of them alike; the rest are clocks that differ. */
export const FILLS_NEEDED = 10;
const AGREEMENT = 0.9;
const TOLERANCE = 0.01;

/**
 * Returns what trades say. Over exactly one trade of size q the one-sided number changes by -q, 0 or q, the both-sided one
 * by -2 q, 0 or 2 q. Windows without a change say nothing. (Method of DefiLlama's dimension adapters.)
 */
export function singleFills(windows: readonly FilledWindow[]): SideEvidence {
  let [ones, twos, others] = [0, 0, 0];
  for (const { before, after, fill } of windows) {
    if (after === before || !(fill > 0)) continue;
    const ratio = Math.abs(after - before) / fill;
    if (Math.abs(ratio - 1) <= TOLERANCE) ones += 1;
    else if (Math.abs(ratio - 2) <= 2 * TOLERANCE) twos += 1;
    else others += 1;
  }
  const of = ones + twos + others;
  const [verdict, counted, times] =
    ones >= twos ? (['one', ones, 'once'] as const) : (['both', twos, 'twice'] as const);
  const found = `${counted} of ${of} changes over a single trade are ${times} its size`;
  if (of >= FILLS_NEEDED && counted >= AGREEMENT * of)
    return { check: 'single-fills', verdict, counted, of, words: `${verdictWords(verdict)}: ${found}` };
  const needed = of < FILLS_NEEDED ? `, ${FILLS_NEEDED} are needed` : ', the rest are neither';
  return {
    check: 'single-fills',
    verdict: 'undecided',
    counted,
    of,
    words: `${verdictWords('undecided')}: ${found}${needed}`,
  };
}

/** Open interest before and after an interval, and what was traded in it, all in one unit. */
export interface TradedInterval {
  readonly openInterestBefore: number;
  readonly openInterestAfter: number;
  readonly volume: number;
}

/**
 * A breach may be a block trade, a deleveraging or a clock. Those know no bound at twice the volume: so many within it,
 * and none beyond, are a convention.
 */
export const BREACHES_NEEDED = 10;
/** Rounding and the seconds between two endpoints. */
const VOLUME_TOLERANCE = 0.02;

/**
 * Returns what volume says. One-sided open interest cannot change by more than was traded; a both-sided number can by up
 * to twice that. Repeated breaches within twice the volume prove `both`. Changes beyond it fit neither convention, and no
 * breach proves nothing.
 */
export function changeWithinVolume(intervals: readonly TradedInterval[]): SideEvidence {
  const ratios = intervals.flatMap(({ openInterestBefore, openInterestAfter, volume }) => {
    const ratio = Math.abs(openInterestAfter - openInterestBefore) / volume;
    return volume > 0 && Number.isFinite(ratio) ? [ratio] : [];
  });
  const breaches = ratios.filter((ratio) => ratio > 1 + VOLUME_TOLERANCE);
  const impossible = breaches.filter((ratio) => ratio > 2 * (1 + VOLUME_TOLERANCE)).length;
  const shared = { check: 'change-within-volume', counted: breaches.length, of: ratios.length } as const;
  const found = `${breaches.length} of ${ratios.length} changes are larger than the volume`;
  if (impossible === 0 && breaches.length >= BREACHES_NEEDED)
    return { ...shared, verdict: 'both', words: `${verdictWords('both')}: ${found}, none larger than twice` };
  const rest = impossible > 0 ? `, ${impossible} of them larger than twice: times or units do not fit` : '';
  return { ...shared, verdict: 'undecided', words: `${verdictWords('undecided')}: ${found}${rest}` };
}
