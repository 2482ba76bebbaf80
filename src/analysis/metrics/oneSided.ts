import type { OpenInterest } from '../../core/observation.ts';
import { countedOnce } from '../../core/sides.ts';

/** Open interest brought to one side, in coins and USD. Source: definitions.md §6. */

/** A size with what has to be said about it. */
export interface SizedNote {
  readonly value: number;
  /** A caution about the convention behind the number, in words. */
  readonly note?: string;
}

const UNVERIFIED_NOTE =
  'it is not verified whether longs and shorts are counted once or added up; taken as is';

/**
 * Returns open interest in coins with longs and shorts counted once: `both` is halved, `unverified` is taken as is
 * and named in the note. Undefined where only contracts are known or the number is negative.
 */
export function oneSidedBase(reading: OpenInterest): SizedNote | undefined {
  return oneSided(reading.openInterestBase, reading.sides);
}

/**
 * Returns one-sided open interest in USD: what the exchange states, else coins × mark price (quote counted as
 * dollars). Undefined where neither is there.
 */
export function oneSidedUsd(
  reading: OpenInterest,
  markPriceQuote?: number,
): (SizedNote & { readonly basis: 'venue' | 'mark-price' }) | undefined {
  const stated = oneSided(reading.openInterestUsd, reading.sides);
  if (stated !== undefined) return { ...stated, basis: reading.usdBasis ?? 'venue' };
  const coins = oneSidedBase(reading);
  if (coins === undefined || markPriceQuote === undefined || !(markPriceQuote > 0)) return undefined;
  const value = coins.value * markPriceQuote;
  return Number.isFinite(value) ? { ...coins, value, basis: 'mark-price' } : undefined;
}

function oneSided(value: number | undefined, sides: OpenInterest['sides']): SizedNote | undefined {
  const once = countedOnce(value ?? Number.NaN, sides);
  if (Number.isNaN(once)) return undefined;
  if (sides === 'both') return { value: once, note: 'both sides reported; halved' };
  return sides === 'unverified' ? { value: once, note: UNVERIFIED_NOTE } : { value: once };
}
