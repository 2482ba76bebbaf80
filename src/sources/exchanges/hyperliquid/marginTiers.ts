import type { MarginTier, Observation } from '../../../core/observation.ts';
import { HOUR_MS } from '../../../core/units.ts';
import { definePoll, type MapContext } from '../contract.ts';
import { anything, nonNegative, positive } from '../kit/fields.ts';
import { object, rows, tuple } from '../kit/payloads.ts';
import { pathOf } from '../kit/place.ts';
import { readWhole, rowReader, type RowOf } from '../kit/rowReader.ts';
import { observe } from '../mapping.ts';
import { META, UNIVERSE_ROW } from './instruments.ts';
import { foreignIn, info, ofTypes, PERPETUALS_DOCS, subjectOfCoin } from './shared.ts';

const TABLE = object({ marginTiers: rows });
const TIER = rowReader({ lowerBound: nonNegative, maxLeverage: positive });

/** Ids below this are no table of the list: one step with the id as its highest leverage. */
const FIRST_TABLE_ID = 50;

/**
 * Returns the steps of a table, ascending. A position needs half of what the highest leverage of its step asks for at
 * first: 1 / (2 × leverage); the deduction makes steps join without a jump.
 * https://hyperliquid.gitbook.io/hyperliquid-docs/trading/margin-tiers
 */
function tiersOf(steps: readonly RowOf<typeof TIER>[]): MarginTier[] {
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
  const table = readWhole(raw, TABLE, path, context);
  if (table === undefined) return undefined;
  const steps = TIER.allOrNone(table.marginTiers, pathOf(path, 'marginTiers'), context);
  return steps.some(({ lowerBound }) => lowerBound === 0) ? tiersOf(steps) : undefined;
}

const LISTED_TABLE = tuple(nonNegative, anything);

/** The list of instruments reports what is wrong with a row. */
const QUIET = { report: () => undefined };

/** Asked every six hours: tables change rarely. */
export const marginTiers = definePoll({
  id: 'hyperliquid/margin-tiers',
  ...ofTypes(`${PERPETUALS_DOCS}#retrieve-perpetuals-metadata-universe-and-margin-tables`, 'meta'),
  weight: 20,
  yields: ['margin-tiers'],
  tense: 'history',
  cadenceMs: 6 * HOUR_MS,
  // Older answers have no tables.
  mayBeEmpty: true,
  request: ({ instrument }) => (instrument.kind === 'perpetual' ? info({ type: 'meta' }) : undefined),
  schema: META,
  map({ universe, marginTables = [] }, context) {
    const tables = new Map<number, MarginTier[]>();
    for (const [index, raw] of marginTables.entries()) {
      const path = `marginTables[${index}]`;
      const entry = readWhole(raw, LISTED_TABLE, path, context);
      const tiers = entry === undefined ? undefined : readTable(entry[1], `${path}[1]`, context);
      if (entry !== undefined && tiers !== undefined) tables.set(entry[0], tiers);
    }
    const observations: Observation[] = [];
    UNIVERSE_ROW.each(universe, 'universe', QUIET, ({ name, marginTableId: id }, place) => {
      if (id === undefined || foreignIn(context, name) !== undefined) return;
      const isPlain = id >= 1 && id < FIRST_TABLE_ID;
      const tiers = tables.get(id) ?? (isPlain ? tiersOf([{ lowerBound: 0, maxLeverage: id }]) : undefined);
      const who = subjectOfCoin(context, name, place);
      if (who === undefined) return;
      if (tiers !== undefined)
        observations.push(observe(context, who, undefined, { kind: 'margin-tiers', unit: 'usd', tiers }));
      else
        context.report({
          code: 'decode',
          path: place.of('marginTableId'),
          message: `the margin table ${id} is not in the answer`,
        });
    });
    return observations;
  },
});
