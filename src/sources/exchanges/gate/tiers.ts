import * as z from 'zod';
import type { MarginTier } from '../../../core/observation.ts';
import { HOUR_MS } from '../../../core/units.ts';
import { definePoll } from '../contract.ts';
import { decodeRow, nonNegative, optional, positive, rows, text } from '../decode.ts';
import { observe, subjectOf, type Subject } from '../mapping.ts';
import { byContract, DOCS, FUTURES, parseSymbol, perEndpoint } from './shared.ts';

const tierRow = () =>
  z.object({
    contract: optional(text),
    risk_limit: positive,
    maintenance_rate: nonNegative,
    initial_rate: optional(nonNegative),
    leverage_max: optional(positive),
    deduction: optional(nonNegative),
  });

type TierRow = z.infer<ReturnType<typeof tierRow>>;

/** `risk_limit` is where a tier ends; the next begins there. */
function tiersOf(list: readonly TierRow[]): MarginTier[] {
  const sorted = [...list].sort((a, b) => a.risk_limit - b.risk_limit);
  return sorted.map((row, index) => ({
    from: sorted[index - 1]?.risk_limit ?? 0,
    to: row.risk_limit,
    maintenanceMarginRate: row.maintenance_rate,
    ...(row.initial_rate === undefined ? {} : { initialMarginRate: row.initial_rate }),
    ...(row.leverage_max === undefined ? {} : { maxLeverage: row.leverage_max }),
    ...(row.deduction === undefined ? {} : { deduction: row.deduction }),
  }));
}

/**
 * Limits are position values in the settle currency. In dollars of contracts settled in USDT: the recorded contracts
 * state 1,000,000 of BTC and ETH and 500,000 of coins of any price. Of coin-settled contracts no sample shows the unit.
 */
export const riskLimitTiers = definePoll({
  id: 'gate/risk-limit-tiers',
  method: 'GET',
  path: `${FUTURES}/risk_limit_tiers`,
  docsUrl: `${DOCS}/#list-risk-limit-tiers`,
  weight: 1,
  scope: perEndpoint(`${FUTURES}/risk_limit_tiers`),
  yields: ['margin-tiers'],
  tense: 'history',
  cadenceMs: 6 * HOUR_MS,
  request: (scope) =>
    scope.instrument.margin === 'linear'
      ? byContract('risk_limit_tiers', { limit: '100' })(scope)
      : undefined,
  schema: () => rows,
  map(payload, context) {
    const tables = new Map<string, { who: Subject; list: TierRow[]; isWhole: boolean }>();
    for (const [index, raw] of payload.entries()) {
      const path = `[${index}]`;
      const row = decodeRow(raw, tierRow(), path, context);
      // A table with a tier less would put its positions into another one: it says nothing.
      const named = row ?? decodeRow(raw, z.object({ contract: optional(text) }), path, context);
      const who = subjectOf({ parseSymbol }, context, named?.contract, context.params['contract'], path);
      if (who === undefined) continue;
      const table = tables.get(who.venueSymbol) ?? { who, list: [], isWhole: true };
      tables.set(who.venueSymbol, table);
      if (row === undefined) table.isWhole = false;
      else table.list.push(row);
    }
    return [...tables.values()].flatMap(({ who, list, isWhole }) => {
      if (!isWhole) return [];
      if ((who.instrument ?? parseSymbol(who.venueSymbol))?.margin !== 'linear') {
        const message = `the unit of the risk limits of ${who.venueSymbol} is not documented`;
        context.report({ code: 'unsupported', path: '', message });
        return [];
      }
      return [observe(context, who, undefined, { kind: 'margin-tiers', unit: 'usd', tiers: tiersOf(list) })];
    });
  },
});
