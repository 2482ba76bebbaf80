import { DAY_MS, SECOND_MS } from '../../core/units.ts';
import type { PageRange, PageScope } from './deepPages.ts';
import { SETTLEMENT_JITTER_MS } from './fundingInterval.ts';

/** What pages of several exchanges are asked for alike. */

/**
 * The time that a page of settlements is asked for. The interval of a settlement is told by those beside it, and the oldest
 * of an answer has none: a day on each side holds one of the longest interval there is and three of the usual one.
 */
export function withNeighbours({ fromMs, toMs }: PageRange): PageRange {
  return { fromMs: fromMs - DAY_MS - SETTLEMENT_JITTER_MS, toMs: toMs + DAY_MS };
}

/** A bar more at the beginning, and the end itself: for ranges whose ends are not documented as in or out. */
export function withEnds({ fromMs, toMs }: PageRange, stepMs: number): PageRange {
  return { fromMs: fromMs - stepMs, toMs };
}

/**
 * A range of which nothing is older than an exchange keeps, where it refuses the whole of one that is: the oldest page begins
 * before that. One that ends before it is left as it is, for the exchange to refuse. `spareMs` is for clocks that differ.
 */
export function keptOf(range: PageRange, { nowMs }: PageScope, keptMs: number, spareMs: number): PageRange {
  const oldestMs = nowMs - keptMs + spareMs;
  return range.toMs <= oldestMs ? range : { fromMs: Math.max(range.fromMs, oldestMs), toMs: range.toMs };
}

/** The whole second that a time lies in, as exchanges are asked for it. */
export const secondsOf = (atMs: number): string => String(Math.floor(atMs / SECOND_MS));
