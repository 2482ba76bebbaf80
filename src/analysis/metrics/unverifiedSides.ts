import type { ExchangeId } from '../../core/ids.ts';

/** Counted exchanges that do not say whether they add up longs and shorts. */
export interface UnverifiedSides {
  readonly exchanges: readonly ExchangeId[];
  /** By how much the open interest is too high if all of them do, a fraction. */
  readonly tooHighAtMost: number;
  /** Of each of them it is likely that it counts one side. */
  readonly areLikelyOne: boolean;
}
