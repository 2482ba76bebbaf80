import { isChunk, type Chunk } from '../../core/chunk.ts';
import type { Asset } from '../../core/ids.ts';
import type { Instrument } from '../../core/instrument.ts';
import type { MarginTiers, Observation } from '../../core/observation.ts';
import type { Part } from '../../core/places.ts';

/**
 * Returns rows about contracts of thousands (`coinsPerUnit`) as numbers of single coins of the followed asset: prices
 * divided, sizes in coins multiplied, USD and contracts as they are. Rows of other instruments pass unchanged. Adapters state
 * what the exchange states; this is the one place that converts, before anything is stored, shown or added up.
 */
export function inSingleCoins<P extends Part>(
  rows: readonly P[],
  instruments: readonly Instrument[],
): readonly P[] {
  const scaled = new Map(
    instruments.filter((one) => one.coinsPerUnit !== undefined).map((one) => [one.key, one]),
  );
  if (scaled.size === 0) return rows;
  return rows.map((part: Part): Part => {
    const { instrument } = isChunk(part) ? part.shared : part;
    const { coinsPerUnit, baseAsset } = scaled.get(instrument) ?? {};
    if (coinsPerUnit === undefined || baseAsset === undefined) return part;
    return isChunk(part)
      ? chunkConverted(part, coinsPerUnit, baseAsset)
      : { ...converted(part, coinsPerUnit), baseAsset };
  }) as P[];
}

/** What a number is multiplied with, by the unit that ends the name of its field. */
function factorOf(
  name: string,
  coinsPerUnit: number,
): { readonly by: number } | { readonly over: number } | undefined {
  if (name.endsWith('Quote')) return { over: coinsPerUnit };
  return name.endsWith('Base') ? { by: coinsPerUnit } : undefined;
}

function chunkConverted(chunk: Chunk, coinsPerUnit: number, baseAsset: Asset): Chunk {
  const columns = Object.entries(chunk.columns).map(([name, column]): [string, Float64Array] => {
    const factor = factorOf(name, coinsPerUnit);
    if (factor === undefined) return [name, column];
    return [name, column.map((value) => ('by' in factor ? value * factor.by : value / factor.over))];
  });
  return { ...chunk, shared: { ...chunk.shared, baseAsset }, columns: Object.fromEntries(columns) };
}

/** Field names end with their unit, so that the name says what to do. */
function converted(row: Observation, coinsPerUnit: number): Observation {
  const fields = Object.entries(row).map(([key, value]: [string, unknown]) => {
    if (typeof value !== 'number') return [key, value];
    const factor = factorOf(key, coinsPerUnit);
    if (factor === undefined) return [key, value];
    return [key, 'by' in factor ? value * factor.by : value / factor.over];
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
