import type { MarginTier } from '../../../core/observation.ts';
import { HOUR_MS } from '../../../core/units.ts';
import { definePoll, type MapContext } from '../contract.ts';
import { plainText } from '../kit/field.ts';
import { nonNegative, optional, positive, text } from '../kit/fields.ts';
import { rowReader, type RowOf } from '../kit/rowReader.ts';
import { observe } from '../mapping.ts';
import { answer, bySymbol, contractOf, DOCS } from './shared.ts';

const TIER = rowReader({
  symbol: text,
  riskLimitValue: positive,
  maintenanceMargin: positive,
  initialMargin: positive,
  maxLeverage: positive,
  isLowestRisk: optional(nonNegative),
  mmDeduction: optional(nonNegative),
});

type TierRow = RowOf<typeof TIER>;

/**
 * What rates must be multiplied with to be fractions. The documentation shows percentages (1 beside a leverage of 100)
 * and fractions (0.01): initial margin times leverage is 1, so the rows themselves say which.
 */
function scaleOf(rows: readonly TierRow[]): number | undefined {
  const isWhole = (scale: number): boolean =>
    rows.every((row) => Math.abs(row.initialMargin * row.maxLeverage * scale - 1) <= 0.05);
  return [1, 0.01].find(isWhole);
}

/** Why rows are no whole table, or undefined. */
function whyBroken(rows: readonly TierRow[]): string | undefined {
  const steps = rows.slice(1).map((row, index) => [rows[index] as TierRow, row] as const);
  if (steps.some(([lower, upper]) => lower.riskLimitValue === upper.riskLimitValue))
    return 'two tiers end at the same value';
  if (steps.some(([lower, upper]) => lower.maintenanceMargin > upper.maintenanceMargin))
    return 'the margin falls with the size of the position';
  const isMarked = rows.some((row) => row.isLowestRisk !== undefined);
  if (isMarked && rows[0]?.isLowestRisk !== 1) return 'the lowest tier is missing';
  if (rows.some((row) => row.maintenanceMargin > row.initialMargin))
    return 'the maintenance margin is above the initial margin';
  return scaleOf(rows) === undefined ? 'initial margin and leverage contradict each other' : undefined;
}

/** The tiers of rows in ascending order: each begins where the one before it ends. */
function tiersOf(rows: readonly TierRow[]): MarginTier[] {
  const scale = scaleOf(rows) ?? Number.NaN;
  return rows.map((row, index) => ({
    from: rows[index - 1]?.riskLimitValue ?? 0,
    to: row.riskLimitValue,
    maintenanceMarginRate: row.maintenanceMargin * scale,
    initialMarginRate: row.initialMargin * scale,
    maxLeverage: row.maxLeverage,
    ...(row.mmDeduction === undefined ? {} : { deduction: row.mmDeduction }),
  }));
}

/** Rows by symbol, in order of appearance; a table that lacks a row says something wrong about its neighbours. */
function bySymbolName(list: readonly unknown[], context: MapContext): Map<string, TierRow[]> {
  const groups = new Map<string, unknown[]>();
  for (const row of list) {
    const symbol = plainText((row as { symbol?: unknown } | null)?.symbol);
    groups.set(symbol, [...(groups.get(symbol) ?? []), row]);
  }
  return new Map(
    [...groups].map(([symbol, rows]) => [symbol, TIER.allOrNone(rows, `result.list.${symbol}`, context)]),
  );
}

export const marginTiers = definePoll({
  id: 'bybit/margin-tiers',
  method: 'GET',
  path: '/v5/market/risk-limit',
  docsUrl: `${DOCS}risk-limit`,
  weight: 1,
  yields: ['margin-tiers'],
  tense: 'history',
  cadenceMs: 6 * HOUR_MS,
  request: bySymbol('/v5/market/risk-limit'),
  asks: 'symbol',
  schema: answer,
  map(payload, context) {
    const { category, list } = payload.result;
    return [...bySymbolName(list, context)].flatMap(([symbol, unsorted]) => {
      if (unsorted.length === 0) return [];
      const path = `result.list.${symbol}`;
      const who = contractOf(context, symbol, category, path);
      if (who === undefined) return [];
      const rows = unsorted.toSorted((a, b) => a.riskLimitValue - b.riskLimitValue);
      const fault = whyBroken(rows);
      if (fault !== undefined) {
        context.report({ code: 'implausible', path, message: `${symbol}: ${fault}` });
        return [];
      }
      // Limits of inverse contracts are stated in coins.
      const unit = who.margin === 'inverse' ? 'base' : 'usd';
      return [observe(context, who, payload.time, { kind: 'margin-tiers', unit, tiers: tiersOf(rows) })];
    });
  },
});
