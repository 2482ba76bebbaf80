import type { MarginTier } from '../../core/observation.ts';
import { liquidationPriceQuote } from './liquidationPrice.ts';
import type { Band } from './sideBook.ts';

/** The table of an exchange: what a position of a size must be margined with. */
export interface MarginTable {
  /** What the limits of the tiers count. */
  readonly unit: 'usd' | 'base' | 'contracts';
  readonly tiers: readonly MarginTier[];
  readonly margin: 'linear' | 'inverse';
  /** Whose table, of which contract and when: a sentence of the assumptions. */
  readonly source: string;
}

/** What one leverage opens on an exchange. No bands: it does not exist there. */
export interface LeverageBands {
  readonly leverage: number;
  readonly long: readonly Band[];
  readonly short: readonly Band[];
}

/** An assumption: position values, evenly in their logarithm. No exchange publishes how large its positions are. */
export const POSITION_VALUES_USD = { from: 1_000, to: 1_000_000 } as const;

/**
 * Returns the bands of each leverage, by the tiers that allow it: those whose highest leverage is not below it and where the
 * initial margin exceeds the maintenance margin. Larger positions need more maintenance margin, so one leverage has a band for
 * each tier. `priceQuote` turns limits in coins into dollars. A table that counts contracts of an unknown size gives no band.
 */
export function leverageBands(
  table: MarginTable,
  leverages: readonly number[],
  priceQuote: number,
): LeverageBands[] {
  const perUnit = { usd: 1, base: priceQuote, contracts: Number.NaN }[table.unit];
  const sizes = table.tiers.flatMap((tier) => {
    const from = Math.max(tier.from * perUnit, POSITION_VALUES_USD.from);
    const to = Math.min((tier.to ?? Infinity) * perUnit, POSITION_VALUES_USD.to);
    return to > from ? [{ tier, weight: Math.log(to / from), valueUsd: Math.sqrt(from * to) }] : [];
  });
  return leverages.map((leverage) => {
    const allowed = sizes.flatMap(({ tier, weight, valueUsd }) => {
      if (leverage > highestLeverage(tier)) return [];
      // The amount that a tier deducts acts as margin on top: 1/L' = 1/L + deduction / value.
      const value = table.margin === 'inverse' ? valueUsd / priceQuote : valueUsd;
      const position = {
        margin: table.margin,
        entryQuote: 1,
        leverage: 1 / (1 / leverage + (tier.deduction ?? 0) / value),
        maintenanceMargin: tier.maintenanceMarginRate,
      };
      if (!(1 / position.leverage > position.maintenanceMargin && position.maintenanceMargin > 0)) return [];
      const [long, short] = (['long', 'short'] as const).map((side) =>
        liquidationPriceQuote({ ...position, side }),
      );
      return [{ weight, long, short }];
    });
    const total = allowed.reduce((sum, { weight }) => sum + weight, 0);
    const bandsOf = (side: 'long' | 'short'): Band[] =>
      allowed.map((one) => ({ share: one.weight / total, ratio: one[side] }));
    return { leverage, long: bandsOf('long'), short: bandsOf('short') };
  });
}

/** The highest leverage that a tier allows: stated, or by its initial margin. */
function highestLeverage({ maxLeverage, initialMarginRate }: MarginTier): number {
  return Math.min(
    maxLeverage ?? Infinity,
    initialMarginRate === undefined ? Infinity : 1 / initialMarginRate + 1e-9,
  );
}
