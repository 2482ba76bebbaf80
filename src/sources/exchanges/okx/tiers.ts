import type { MarginTier, MarginTiers } from '../../../core/observation.ts';
import { HOUR_MS } from '../../../core/units.ts';
import { definePoll } from '../contract.ts';
import { nonNegative, optional, optionalNonZero, positive, text } from '../kit/fields.ts';
import { Place } from '../kit/place.ts';
import { rowReader, type RowOf } from '../kit/rowReader.ts';
import type { Subject } from '../kit/subject.ts';
import { observe, reportUnknownSize } from '../mapping.ts';
import { answer, DOCS, isSpot, perTwoSeconds } from './shared.ts';

const PATH = '/api/v5/public/position-tiers';

const TIER = rowReader({
  instId: optional(text),
  uly: optional(text),
  instFamily: optional(text),
  minSz: nonNegative,
  maxSz: optionalNonZero(positive),
  mmr: nonNegative,
  imr: optional(nonNegative),
  maxLever: optional(positive),
});
const NAMES = rowReader({ instId: optional(text), uly: optional(text) });

type TierRow = RowOf<typeof TIER>;

/**
 * Sizes count contracts (of margined spot pairs coins, which are not read): they become coins, of inverse contracts
 * dollars, by the contract size. OKX writes whole contracts, 0 to 500 and 501 to 1000: a tier begins where the one
 * before it ends, so that no size lies between them.
 */
function tiersOf(list: readonly TierRow[], who: Subject): Pick<MarginTiers, 'unit' | 'tiers'> {
  const size = who.instrument?.contractSize;
  const factor = size?.amount ?? 1;
  const sorted = [...list].sort((a, b) => a.minSz - b.minSz);
  const tiers = sorted.map((row, index): MarginTier => {
    const end = sorted[index - 1]?.maxSz;
    const from = end !== undefined && row.minSz - end <= 1 ? end : row.minSz;
    return {
      from: from * factor,
      ...(row.maxSz === undefined ? {} : { to: row.maxSz * factor }),
      maintenanceMarginRate: row.mmr,
      ...(row.imr === undefined ? {} : { initialMarginRate: row.imr }),
      ...(row.maxLever === undefined ? {} : { maxLeverage: row.maxLever }),
    };
  });
  return { unit: size === undefined ? 'contracts' : size.unit === 'base' ? 'base' : 'usd', tiers };
}

export const positionTiers = definePoll({
  id: 'okx/position-tiers',
  method: 'GET',
  path: PATH,
  docsUrl: `${DOCS}#public-data-rest-api-get-position-tiers`,
  weight: 1,
  scope: perTwoSeconds(PATH, 10),
  yields: ['margin-tiers'],
  tense: 'history',
  cadenceMs: 6 * HOUR_MS,
  request({ instrument: { kind, venueSymbol } }) {
    const uly = kind === 'perpetual' ? /^([^-]+-(?:USDT|USD))-SWAP$/.exec(venueSymbol)?.[1] : undefined;
    return uly === undefined
      ? undefined
      : { method: 'GET', path: PATH, query: { instType: 'SWAP', tdMode: 'isolated', uly } };
  },
  // Rows about swaps name only their pair.
  asks: ({ instType, instFamily, uly = instFamily }) =>
    instType === 'SWAP' && uly !== undefined ? `${uly}-SWAP` : undefined,
  schema: answer,
  map({ data }, context) {
    const byName = new Map<string, { who: Subject; list: TierRow[]; isWhole: boolean }>();
    const at = new Place('data');
    for (const [index, raw] of data.entries()) {
      at.moveTo(index);
      const row = TIER.one(raw, at, context);
      // A table with a tier less would put its positions into another one: it says nothing.
      const names = row ?? NAMES.one(raw, at, context);
      const pair = names?.uly ?? row?.instFamily;
      const isSwap = context.params['instType'] === 'SWAP' && pair !== undefined;
      const who = context.subject(names?.instId ?? (isSwap ? `${pair}-SWAP` : undefined), at);
      if (who === undefined || isSpot(context, who, at)) continue;
      const table = byName.get(who.venueSymbol) ?? { who, list: [], isWhole: true };
      byName.set(who.venueSymbol, table);
      if (row === undefined) table.isWhole = false;
      else table.list.push({ ...row });
    }
    return [...byName.values()].flatMap(({ who, list, isWhole }) => {
      if (!isWhole) return [];
      if (who.instrument === undefined) reportUnknownSize(context, who, 'data');
      return [observe(context, who, undefined, { kind: 'margin-tiers', ...tiersOf(list, who) })];
    });
  },
});
