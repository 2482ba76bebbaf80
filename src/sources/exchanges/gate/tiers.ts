import type { MarginTier } from '../../../core/observation.ts';
import { HOUR_MS } from '../../../core/units.ts';
import { definePoll } from '../contract.ts';
import type { Fields } from '../kit/field.ts';
import { nonNegative, optional, positive, text } from '../kit/fields.ts';
import { rows } from '../kit/payloads.ts';
import { rowReader } from '../kit/rowReader.ts';
import type { Subject } from '../kit/subject.ts';
import { defined, observe } from '../mapping.ts';
import { atFutures, byContract } from './shared.ts';

const TIER = {
  contract: optional(text), risk_limit: positive, maintenance_rate: nonNegative, initial_rate: optional(nonNegative),
  leverage_max: optional(positive), deduction: optional(nonNegative),
} as const; // prettier-ignore
const READER = rowReader(TIER);
const NAMED = rowReader({ contract: optional(text) });

type TierRow = Fields<typeof TIER>;

/** `risk_limit` is where a tier ends; the next begins there. */
function tiersOf(list: readonly TierRow[]): MarginTier[] {
  const sorted = [...list].sort((a, b) => a.risk_limit - b.risk_limit);
  return sorted.map((row, index) =>
    defined({
      from: sorted[index - 1]?.risk_limit ?? 0,
      to: row.risk_limit,
      maintenanceMarginRate: row.maintenance_rate,
      initialMarginRate: row.initial_rate,
      maxLeverage: row.leverage_max,
      deduction: row.deduction,
    }),
  );
}

/**
 * Limits are position values in the settle currency. In dollars of contracts settled in USDT: the recorded contracts
 * state 1,000,000 of BTC and ETH and 500,000 of coins of any price. Of coin-settled contracts no sample shows the unit.
 */
export const riskLimitTiers = definePoll({
  id: 'gate/risk-limit-tiers',
  ...atFutures('risk_limit_tiers', 'list-risk-limit-tiers'),
  yields: ['margin-tiers'],
  tense: 'history',
  cadenceMs: 6 * HOUR_MS,
  request: (scope) =>
    scope.instrument.margin === 'linear'
      ? byContract('risk_limit_tiers', { limit: '100' })(scope)
      : undefined,
  schema: rows,
  map(payload, context) {
    const tables = new Map<string, { who: Subject; list: TierRow[]; isWhole: boolean }>();
    for (const [index, raw] of payload.entries()) {
      const path = `[${index}]`;
      const row = READER.one(raw, path, context);
      // A table with a tier less would put its positions into another one: it says nothing.
      const named = row ?? NAMED.one(raw, path, context);
      const who = context.subject(named?.contract, path);
      if (who === undefined) continue;
      const table = tables.get(who.venueSymbol) ?? { who, list: [], isWhole: true };
      tables.set(who.venueSymbol, table);
      if (row === undefined) table.isWhole = false;
      else table.list.push({ ...row });
    }
    return [...tables.values()].flatMap(({ who, list, isWhole }) => {
      if (!isWhole) return [];
      if (who.margin !== 'linear') {
        const message = `the unit of the risk limits of ${who.venueSymbol} is not documented`;
        context.report({ code: 'unsupported', path: '', message });
        return [];
      }
      return [observe(context, who, undefined, { kind: 'margin-tiers', unit: 'usd', tiers: tiersOf(list) })];
    });
  },
});
