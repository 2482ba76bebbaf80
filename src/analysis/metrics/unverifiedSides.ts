import type { ExchangeId } from '../../core/ids.ts';

/** Counted exchanges that do not say whether they add up longs and shorts. */
export interface UnverifiedSides {
  readonly exchanges: readonly ExchangeId[];
  /** By how much the open interest is too high if all of them do, a fraction. */
  readonly tooHighAtMost: number;
  /** Of each of them it is likely that it counts one side. */
  readonly areLikelyOne: boolean;
}

/** Returns whose sides are not verified and how much that can matter, as a sentence without its end. */
export function unverifiedSidesWords(
  { exchanges, tooHighAtMost, areLikelyOne }: UnverifiedSides,
  nameOf: (id: ExchangeId) => string,
): string {
  const count = `${exchanges.length} ${exchanges.length === 1 ? 'exchange' : 'exchanges'}`;
  const names = `${exchanges.map(nameOf).join(', ')}${areLikelyOne ? ' (likely one side)' : ''}`;
  return `Sides unverified at ${count}: ${names}; the open interest is at most ${(tooHighAtMost * 100).toFixed(1)} % too high`;
}
