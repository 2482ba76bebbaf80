/** Which part of open interest uses a leverage; weights add up to 1. */
export interface LeverageWeight {
  readonly leverage: number;
  readonly weight: number;
}

/** An assumption, not a measurement: no exchange publishes the leverage of its positions (definitions.md §7). */
export const DEFAULT_LEVERAGE_WEIGHTS: readonly LeverageWeight[] = [
  { leverage: 5, weight: 0.15 },
  { leverage: 10, weight: 0.3 },
  { leverage: 25, weight: 0.25 },
  { leverage: 50, weight: 0.2 },
  { leverage: 100, weight: 0.1 },
];

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
