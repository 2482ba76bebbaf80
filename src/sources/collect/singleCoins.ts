import type { Instrument } from '../../core/instrument.ts';
import type { MarginTiers, Observation } from '../../core/observation.ts';

/**
 * Returns rows about contracts of thousands (`coinsPerUnit`) as numbers of single coins of the followed asset: prices
 * divided, sizes in coins multiplied, USD and contracts as they are. Rows of other instruments pass unchanged. Adapters state
 * what the exchange states; this is the one place that converts, before anything is stored, shown or added up.
 */
export function inSingleCoins(
  rows: readonly Observation[],
  instruments: readonly Instrument[],
): readonly Observation[] {
  const scaled = new Map(
    instruments.filter((one) => one.coinsPerUnit !== undefined).map((one) => [one.key, one]),
  );
  if (scaled.size === 0) return rows;
  return rows.map((row) => {
    const { coinsPerUnit, baseAsset } = scaled.get(row.instrument) ?? {};
    return coinsPerUnit === undefined || baseAsset === undefined
      ? row
      : { ...converted(row, coinsPerUnit), baseAsset };
  });
}

/** Field names end with their unit, so that the name says what to do. */
function converted(row: Observation, coinsPerUnit: number): Observation {
  const fields = Object.entries(row).map(([key, value]: [string, unknown]) => {
    if (typeof value !== 'number') return [key, value];
    if (key.endsWith('Quote')) return [key, value / coinsPerUnit];
    return [key, key.endsWith('Base') ? value * coinsPerUnit : value];
  });
  const result = Object.fromEntries(fields) as Observation;
  return result.kind === 'margin-tiers' && result.unit === 'base' ? withTiers(result, coinsPerUnit) : result;
}

function withTiers(row: MarginTiers, coinsPerUnit: number): MarginTiers {
  const tiers = row.tiers.map((tier) => ({
    ...tier,
    from: tier.from * coinsPerUnit,
    ...(tier.to === undefined ? {} : { to: tier.to * coinsPerUnit }),
  }));
  return { ...row, tiers };
}
