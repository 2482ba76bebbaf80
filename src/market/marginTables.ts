import { ASSUMED_MARGIN } from '../analysis/heatmap/assumedMargin.ts';
import type { MarginTable } from '../analysis/heatmap/marginBands.ts';
import type { ExchangeId } from '../core/ids.ts';
import type { MarginTiers } from '../core/observation.ts';
import type { AssetSeries } from '../series/assetSeries.ts';

/** The margin table of an exchange, and whether it was read of it. */
export interface ExchangeMargin {
  readonly table: MarginTable;
  readonly isAssumed: boolean;
}

export interface MarginFacts {
  /** The newest stored tables of the asset. */
  readonly tiers: readonly MarginTiers[];
  /** Of which margin a contract is; undefined where the list of instruments was not read. */
  readonly marginOf: (exchange: ExchangeId, venueSymbol: string) => MarginTable['margin'] | undefined;
  readonly nameOf: (exchange: ExchangeId) => string;
}

/**
 * Returns the margin table of the contract in which an exchange has the most open interest: the newest that was read of it, else
 * the assumed one. A table that counts contracts of an unknown size says nothing of dollars and is not taken. `priceQuote` turns
 * what the assumed table deducts, dollars, into the coins of an inverse contract.
 */
export function marginTable(
  history: AssetSeries,
  exchange: ExchangeId,
  { tiers, marginOf, nameOf }: MarginFacts,
  priceQuote: number,
): ExchangeMargin {
  const [main] = history
    .parts('open-interest')
    .filter((part) => part.exchange === exchange)
    .map(({ instrument, shared, column }) => ({
      ...{ instrument, venueSymbol: String(shared['venueSymbol']) },
      newest: column.values.findLast((value) => !Number.isNaN(value)) ?? 0,
    }))
    .sort((a, b) => b.newest - a.newest);
  const margin = (main && marginOf(exchange, main.venueSymbol)) ?? 'linear';
  const [table] = tiers
    .filter(({ instrument, unit }) => instrument === main?.instrument && unit !== 'contracts')
    .sort((a, b) => b.atMs - a.atMs);
  if (table !== undefined) {
    const readAt = new Date(table.atMs).toISOString().slice(0, 16).replace('T', ' ');
    const source = `${nameOf(exchange)} ${table.venueSymbol}, ${readAt} UTC`;
    return { table: { unit: table.unit, tiers: table.tiers, margin, source }, isAssumed: false };
  }
  const perDollar = margin === 'inverse' ? 1 / priceQuote : 1;
  const assumed = ASSUMED_MARGIN.tiers.map(({ deduction = 0, ...tier }) => ({
    ...tier,
    deduction: deduction * perDollar,
  }));
  return { table: { ...ASSUMED_MARGIN, tiers: assumed, margin }, isAssumed: true };
}
