import type { AssetSeries } from './assetSeries.ts';
import type { ColumnsByExchange } from './hours.ts';
import { joinParts, type ValuedPart } from './join.ts';

/** The part of a history that dollars are made of; all columns are on one grid. */
export interface OfDollars {
  readonly column: AssetSeries['column'];
  parts(id: 'open-interest' | 'open-interest-usd'): readonly ValuedPart[];
}

/**
 * Returns open interest by the hour, one-sided, in USD: as the exchange states it, else coins × the price at the start of the hour;
 * NaN where there is neither.
 */
export function openInterestUsd(history: OfDollars): ColumnsByExchange {
  const [mark, last] = [history.column('mark-open'), history.column('last-open')];
  const priced = history.parts('open-interest').map((part) => {
    const { exchange, awayMs, column } = part;
    const prices = [mark.get(exchange), last.get(exchange)];
    const values = column.values.map(
      (coins, at) =>
        coins * (prices.map((one) => one?.values[at] ?? 0).find((price) => price > 0) ?? Number.NaN),
    );
    return { ...part, awayMs, column: { ...column, values } };
  });
  // Of one row what is stated stands behind what it would be worth, and counts.
  return joinParts([...priced, ...history.parts('open-interest-usd')], 'adds-up');
}
