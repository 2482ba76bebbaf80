import type { LeverageWeight } from '../liquidations/leverageTiers.ts';
import { DEFAULT_LEVERAGE_WEIGHTS } from '../liquidations/leverageTiers.ts';

export const LEVERAGES: readonly number[] = DEFAULT_LEVERAGE_WEIGHTS.map(({ leverage }) => leverage);

/** Returns the weights in force with each multiplied by a power of its leverage, so that they add up to 1. */
function tilted(power: number): LeverageWeight[] {
  const tilt = DEFAULT_LEVERAGE_WEIGHTS.map(({ leverage, weight }) => weight * leverage ** power);
  const total = tilt.reduce((sum, weight) => sum + weight, 0);
  return LEVERAGES.map((leverage, at) => ({ leverage, weight: (tilt[at] ?? 0) / total }));
}

/**
 * Two other splits that are as well founded as the default one: towards low and towards high leverage. What they make of a
 * level is how sure its size is.
 */
export const OTHER_PRIORS: readonly (readonly LeverageWeight[])[] = [tilted(-0.75), tilted(0.75)];
