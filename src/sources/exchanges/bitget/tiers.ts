import * as z from 'zod';
import type { MarginTier } from '../../../core/observation.ts';
import { HOUR_MS } from '../../../core/units.ts';
import { definePoll, type MapContext, type ObservationPoll } from '../contract.ts';
import { decodeRow, nonNegative, optional, optionalNonZero, positive, rows, text } from '../decode.ts';
import { observe, subjectOf, type Subject } from '../mapping.ts';
import {
  byPerpetual, decodeOnly, DOCS, envelope, isDated, parseSymbol, perSecond, refusesSpot, requestTime, V2, } from './shared.ts'; // prettier-ignore

export interface TierRow {
  readonly symbol?: string | undefined;
  readonly from: number;
  readonly to?: number | undefined;
  readonly maintenanceMarginRate: number;
  readonly maxLeverage?: number | undefined;
}

export const last = optionalNonZero(positive);
export const leverage = optional(positive);

const TIER_V2: z.ZodType<TierRow> = z
  .object({ symbol: optional(text), startUnit: nonNegative, endUnit: last, keepMarginRate: nonNegative, leverage })
  .transform((row) => ({
    symbol: row.symbol, from: row.startUnit, to: row.endUnit, maintenanceMarginRate: row.keepMarginRate,
    maxLeverage: row.leverage,
  })); // prettier-ignore

/** The table of one symbol. With a tier less its positions would fall into another one: then it says nothing. */
function tableOf(
  list: readonly unknown[],
  schema: z.ZodType<TierRow>,
  context: MapContext,
): { who: Subject; tiers: MarginTier[] } | undefined {
  let who: Subject | undefined;
  const tiers: MarginTier[] = [];
  for (const [index, raw] of list.entries()) {
    const path = `data[${index}]`;
    const row = decodeRow(raw, schema, path, context);
    if (row === undefined) return undefined;
    const subject = subjectOf(
      { parseSymbol },
      context,
      row.symbol,
      context.params['symbol'] ?? who?.venueSymbol,
      path,
    );
    if (subject === undefined) return undefined;
    who = subject;
    const { from, to, maintenanceMarginRate, maxLeverage } = row;
    tiers.push({
      from,
      ...(to === undefined ? {} : { to }),
      maintenanceMarginRate,
      ...(maxLeverage === undefined ? {} : { maxLeverage }),
    });
  }
  return who === undefined ? undefined : { who, tiers: tiers.sort((a, b) => a.from - b.from) };
}

/**
 * Tiers count the value of a position in quote currency: the sample's first tier of BTCUSDT ends at 50000 with a
 * leverage of 125, which no number of coins could bear. Of coin-margined contracts no sample shows the unit.
 */
export function tierPoll(
  name: string,
  path: string,
  schema: z.ZodType<TierRow>,
  isAsked: boolean,
): ObservationPoll<never> {
  return definePoll({
    id: `bitget/${name}`,
    method: 'GET',
    path,
    docsUrl: `${DOCS}/contract/position/Get-Query-Position-Lever`,
    weight: 1,
    scope: perSecond(path, 10),
    yields: ['margin-tiers'],
    tense: 'history',
    cadenceMs: 6 * HOUR_MS,
    request: (scope) =>
      isAsked && scope.instrument.margin === 'linear' ? byPerpetual(path)(scope) : decodeOnly(),
    schema: () => envelope(rows),
    map(payload, context) {
      if (refusesSpot(context)) return [];
      const table = tableOf(payload.data, schema, context);
      if (table === undefined) return [];
      const { who, tiers } = table;
      if ((who.instrument ?? parseSymbol(who.venueSymbol))?.margin !== 'linear' || isDated(who)) {
        const message = `the unit of the tiers of ${who.venueSymbol} is not documented`;
        context.report({ code: 'unsupported', path: 'data', message });
        return [];
      }
      const atMs = requestTime(payload, context);
      return [observe(context, who, atMs, { kind: 'margin-tiers', unit: 'usd', tiers })];
    },
  });
}

export const positionTiers = tierPoll('position-tiers', `${V2}/query-position-lever`, TIER_V2, true);
