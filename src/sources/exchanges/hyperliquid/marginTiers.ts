import * as z from 'zod';
import type { MarginTier, Observation } from '../../../core/observation.ts';
import { HOUR_MS } from '../../../core/units.ts';
import { definePoll, type MapContext } from '../contract.ts';
import { decodeAllRows, decodeRow, nonNegative, positive, rows } from '../decode.ts';
import { observe } from '../mapping.ts';
import { META, UNIVERSE_ROW } from './instruments.ts';
import { foreignIn, info, INFO, ofType, PERPETUALS_DOCS, subjectOfCoin } from './shared.ts';

const TABLE = z.object({ marginTiers: rows });
const TIER = z.object({ lowerBound: nonNegative, maxLeverage: positive });

/** Ids below this are no table of the list: one step with the id as its highest leverage. */
const FIRST_TABLE_ID = 50;

/**
 * Returns the steps of a table, ascending. A position needs half of what the highest leverage of its step asks for at
 * first: 1 / (2 × leverage); the deduction makes steps join without a jump.
 * https://hyperliquid.gitbook.io/hyperliquid-docs/trading/margin-tiers
 */
function tiersOf(steps: readonly z.infer<typeof TIER>[]): MarginTier[] {
  const sorted = [...steps].sort((a, b) => a.lowerBound - b.lowerBound);
  let [deduction, before] = [0, 0];
  return sorted.map(({ lowerBound: from, maxLeverage }, index): MarginTier => {
    const maintenanceMarginRate = 1 / (2 * maxLeverage);
    if (index > 0) deduction += from * (maintenanceMarginRate - before);
    before = maintenanceMarginRate;
    const to = sorted[index + 1]?.lowerBound;
    const rates = { maintenanceMarginRate, initialMarginRate: 1 / maxLeverage, maxLeverage, deduction };
    return { from, ...(to === undefined ? {} : { to }), ...rates };
  });
}

/** Reads one table; an answer whose steps do not all decode, or do not begin at 0, gives none. */
export function readTable(raw: unknown, path: string, context: MapContext): MarginTier[] | undefined {
  const table = decodeRow(raw, TABLE, path, context);
  if (table === undefined) return undefined;
  const steps = decodeAllRows(table.marginTiers, TIER, `${path}.marginTiers`.replace(/^\./, ''), context);
  return steps.some(({ lowerBound }) => lowerBound === 0) ? tiersOf(steps) : undefined;
}

const LISTED_TABLE = z.tuple([nonNegative, z.unknown()]).rest(z.unknown());

/** Asked every six hours: tables change rarely. */
export const marginTiers = definePoll({
  id: 'hyperliquid/margin-tiers',
  method: 'POST',
  path: INFO,
  accepts: ofType('meta'),
  docsUrl: `${PERPETUALS_DOCS}#retrieve-perpetuals-metadata-universe-and-margin-tables`,
  weight: 20,
  yields: ['margin-tiers'],
  tense: 'history',
  cadenceMs: 6 * HOUR_MS,
  // Older answers have no tables.
  mayBeEmpty: true,
  request: ({ instrument }) => (instrument.kind === 'perpetual' ? info({ type: 'meta' }) : undefined),
  schema: () => META,
  map({ universe, marginTables = [] }, context) {
    const tables = new Map<number, MarginTier[]>();
    for (const [index, raw] of marginTables.entries()) {
      const path = `marginTables[${index}]`;
      const entry = decodeRow(raw, LISTED_TABLE, path, context);
      const tiers = entry === undefined ? undefined : readTable(entry[1], `${path}[1]`, context);
      if (entry !== undefined && tiers !== undefined) tables.set(entry[0], tiers);
    }
    return universe.flatMap((raw, index): Observation[] => {
      const parsed = UNIVERSE_ROW.safeParse(raw);
      const id = parsed.success ? parsed.data.marginTableId : undefined;
      // The list of instruments reports what is wrong with a row.
      if (!parsed.success || id === undefined || foreignIn(context, parsed.data.name) !== undefined)
        return [];
      const path = `universe[${index}]`;
      const isPlain = id >= 1 && id < FIRST_TABLE_ID;
      const tiers = tables.get(id) ?? (isPlain ? tiersOf([{ lowerBound: 0, maxLeverage: id }]) : undefined);
      const who = subjectOfCoin(context, parsed.data.name, path);
      if (who === undefined) return [];
      if (tiers !== undefined)
        return [observe(context, who, undefined, { kind: 'margin-tiers', unit: 'usd', tiers })];
      context.report({
        code: 'decode',
        path: `${path}.marginTableId`,
        message: `the margin table ${id} is not in the answer`,
      });
      return [];
    });
  },
});
