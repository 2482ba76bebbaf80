import type { MarginTier } from '../../../core/observation.ts';
import { HOUR_MS } from '../../../core/units.ts';
import { askedBy, definePoll, type MapContext, type ObservationPoll } from '../contract.ts';
import { nonNegative, optional, optionalNonZero, positive, text } from '../kit/fields.ts';
import { rows } from '../kit/payloads.ts';
import { rowReader, type RowReader } from '../kit/rowReader.ts';
import type { Subject } from '../kit/subject.ts';
import { defined, observe } from '../mapping.ts';
import { at, byPerpetual, envelope, isDated, refusesSpot, requestTime, V2 } from './shared.ts';

interface TierRow {
  readonly symbol: string | undefined;
  readonly from: number;
  readonly to: number | undefined;
  readonly maintenanceMarginRate: number;
  readonly maxLeverage: number | undefined;
}

/** Reads one tier, whatever the version calls its fields. */
type ReadTier = (raw: unknown, path: string, context: MapContext) => TierRow | undefined;

/** Returns what reads tiers of one spelling. */
export function tierReader<T>(reader: RowReader<T>, tierOf: (row: T) => TierRow): ReadTier {
  return (raw, path, context) => {
    const row = reader.one(raw, path, context);
    return row === undefined ? undefined : tierOf(row);
  };
}

export const lastLimit = optionalNonZero(positive);
export const leverage = optional(positive);

/** The table of one symbol. With a tier less its positions would fall into another one: then it says nothing. */
function tableOf(
  list: readonly unknown[],
  read: ReadTier,
  context: MapContext,
): { who: Subject; tiers: MarginTier[] } | undefined {
  let who: Subject | undefined;
  const tiers: MarginTier[] = [];
  for (const [index, raw] of list.entries()) {
    const path = `data[${index}]`;
    const row = read(raw, path, context);
    if (row === undefined) return undefined;
    const { symbol, ...tier } = row;
    const before: string | undefined = who?.venueSymbol;
    who = context.subject(symbol ?? before, path);
    if (who === undefined) return undefined;
    if (before !== undefined && before.toUpperCase() !== who.venueSymbol.toUpperCase()) {
      const message = `asked for ${before}, the answer is about ${who.venueSymbol}`;
      context.report({ code: 'wrong-instrument', path, message });
      return undefined;
    }
    tiers.push(defined(tier));
  }
  return who === undefined ? undefined : { who, tiers: tiers.sort((a, b) => a.from - b.from) };
}

/**
 * Tiers count the value of a position in quote currency: the sample's first tier of BTCUSDT ends at 50000 with a
 * leverage of 125, which no number of coins could bear. Of coin-margined contracts no sample shows the unit. A poll
 * without a request is not asked.
 */
export const tierPoll = (
  name: string,
  path: string,
  read: ReadTier,
  request?: ObservationPoll['request'],
): ObservationPoll<never> =>
  definePoll({
    id: `bitget/${name}`,
    ...at(path, 'contract/position/Get-Query-Position-Lever', 10),
    yields: ['margin-tiers'],
    tense: 'history',
    cadenceMs: 6 * HOUR_MS,
    ...askedBy(request),
    schema: envelope(rows),
    map(payload, context) {
      if (refusesSpot(context)) return [];
      const table = tableOf(payload.data, read, context);
      if (table === undefined) return [];
      const { who, tiers } = table;
      if (who.margin !== 'linear' || isDated(who)) {
        const message = `the unit of the tiers of ${who.venueSymbol} is not documented`;
        context.report({ code: 'unsupported', path: 'data', message });
        return [];
      }
      const atMs = requestTime(payload, context);
      return [observe(context, who, atMs, { kind: 'margin-tiers', unit: 'usd', tiers })];
    },
  });

const TIERS = `${V2}/query-position-lever`;
const V2_TIER = tierReader(
  rowReader({ symbol: optional(text), startUnit: nonNegative, endUnit: lastLimit, keepMarginRate: nonNegative, leverage }),
  (row) => ({
    symbol: row.symbol, from: row.startUnit, to: row.endUnit, maintenanceMarginRate: row.keepMarginRate,
    maxLeverage: row.leverage,
  }),
); // prettier-ignore

export const positionTiers = tierPoll('position-tiers', TIERS, V2_TIER, (scope) =>
  scope.instrument.margin === 'linear' ? byPerpetual(TIERS)(scope) : undefined,
);
