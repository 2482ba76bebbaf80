import type { OpenInterest } from './observation.ts';

/** Returns an amount with longs and shorts counted once: `both` is halved; NaN for what is negative or not finite. */
export function countedOnce(value: number, sides: OpenInterest['sides']): number {
  if (!Number.isFinite(value) || value < 0) return Number.NaN;
  return sides === 'both' ? value / 2 : value;
}
