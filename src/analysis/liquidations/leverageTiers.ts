import { liquidationPriceQuote } from './liquidationPrice.ts';

/** How much of new open interest is assumed to use a leverage. Weights need not add up to 1; they are scaled. */
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

/**
 * A leverage with its share of new open interest (shares add up to 1) and its liquidation prices as multiples of the
 * entry price; undefined = never liquidated.
 */
export interface LeverageTier {
  readonly leverage: number;
  readonly share: number;
  readonly longRatio: number | undefined;
  readonly shortRatio: number | undefined;
}

/**
 * Returns the tiers that can exist, lowest leverage first, and the leverages that cannot because 1/L is not above the
 * maintenance margin (a fraction). Weights that are not positive are left out; no tier is left if none is possible.
 */
export function resolveTiers(
  weights: readonly LeverageWeight[],
  maintenanceMargin: number,
): { tiers: LeverageTier[]; impossible: number[] } {
  const wanted = weights
    .filter(({ leverage, weight }) => leverage > 0 && weight > 0 && Number.isFinite(leverage * weight))
    .sort((left, right) => left.leverage - right.leverage);
  const isPossible = ({ leverage }: LeverageWeight): boolean => 1 / leverage > maintenanceMargin;
  const possible = maintenanceMargin > 0 ? wanted.filter(isPossible) : [];
  const total = possible.reduce((sum, { weight }) => sum + weight, 0);
  const tiers = possible.map(({ leverage, weight }) => {
    const position = { margin: 'linear', entryQuote: 1, leverage, maintenanceMargin } as const;
    return {
      leverage,
      share: weight / total,
      longRatio: liquidationPriceQuote({ ...position, side: 'long' }),
      shortRatio: liquidationPriceQuote({ ...position, side: 'short' }),
    };
  });
  return {
    tiers,
    impossible: wanted.filter((weight) => !isPossible(weight)).map(({ leverage }) => leverage),
  };
}
