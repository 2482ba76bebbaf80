import type { Observation } from '../../../core/observation.ts';
import { DAY_MS, MINUTE_MS } from '../../../core/units.ts';
import { definePoll, type MapContext } from '../contract.ts';
import type { IntervalOf } from '../fundingInterval.ts';
import { reportHalt } from '../heldAgainstList.ts';
import { decimal, nonNegative, optional, optionalNonZero, positive } from '../kit/fields.ts';
import { pathOf, type Path } from '../kit/place.ts';
import { rowReader, type RowOf } from '../kit/rowReader.ts';
import type { Subject } from '../kit/subject.ts';
import { observe, unlessFalseZero } from '../mapping.ts';
import { META_AND_CONTEXTS, UNIVERSE_ROW } from './instruments.ts';
import {
  foreignIn, FUNDING_INTERVAL_MS, info, ofTypes, PERPETUALS_DOCS, reportForeign, subjectOfCoin,
} from './shared.ts'; // prettier-ignore

const price = optionalNonZero(positive);

/** The context of an asset, the same in REST answers and pushes. */
export const ASSET_CONTEXT = rowReader({
  funding: optional(decimal), openInterest: optional(nonNegative), premium: optional(decimal),
  markPx: price, oraclePx: price, midPx: price,
  dayNtlVlm: optional(nonNegative), dayBaseVlm: optional(nonNegative),
}); // prettier-ignore

/** What a list of instruments in the same answer says. */
const LISTED: IntervalOf = { intervalMs: FUNDING_INTERVAL_MS, intervalBasis: 'instrument' };

/** The interval of a running rate: the instrument's, else the documented hour, marked and reported as assumed. */
export function currentInterval(context: MapContext, who: Subject, path: Path, field?: string): IntervalOf {
  const intervalMs = who.instrument?.fundingIntervalMs;
  if (intervalMs !== undefined) return { intervalMs, intervalBasis: 'instrument' };
  const message = `the funding interval of ${who.venueSymbol} is taken to be the documented hour`;
  context.report({ code: 'assumed-interval', path: pathOf(path, field), message });
  return { intervalMs: FUNDING_INTERVAL_MS, intervalBasis: 'venue-default' };
}

/**
 * Returns what a context says: prices, open interest in coins (both sides), volume of 24 h, premium, and the rate
 * that runs towards the next full hour. A context states no time.
 */
export function mapAssetContext(
  context: MapContext,
  who: Subject,
  row: RowOf<typeof ASSET_CONTEXT>,
  interval: () => IntervalOf,
): Observation[] {
  const observations: Observation[] = [];
  const { markPx: markPriceQuote, oraclePx: indexPriceQuote, midPx: midPriceQuote } = row;
  if ((markPriceQuote ?? indexPriceQuote ?? midPriceQuote) !== undefined) {
    const prices = { kind: 'mark-price', markPriceQuote, indexPriceQuote, midPriceQuote } as const;
    observations.push(observe(context, who, undefined, prices));
  }
  if (row.openInterest !== undefined) {
    const openInterestUsd = markPriceQuote === undefined ? undefined : row.openInterest * markPriceQuote;
    const usdBasis = openInterestUsd === undefined ? undefined : 'mark-price';
    const units = { openInterestBase: row.openInterest, openInterestUsd, usdBasis } as const;
    observations.push(observe(context, who, undefined, { kind: 'open-interest', sides: 'both', ...units }));
  }
  // Only both of them can say that nothing was traded.
  const volumeUsd = unlessFalseZero(row.dayNtlVlm, row.dayBaseVlm);
  const volumeBase = unlessFalseZero(row.dayBaseVlm, row.dayNtlVlm);
  if ((volumeUsd ?? volumeBase) !== undefined) {
    const volume = { kind: 'volume', windowMs: DAY_MS, volumeBase, volumeUsd } as const;
    observations.push(observe(context, who, undefined, volume));
  }
  if (row.premium !== undefined) {
    const basis = { kind: 'basis', basisFraction: row.premium, indexPriceQuote } as const;
    observations.push(observe(context, who, undefined, { ...basis, contractType: 'perpetual' }));
  }
  // Delisted coins state "0.0" beside a premium and a mid price of null: no rate, not a rate of zero.
  const isWithoutMarket = row.premium === undefined || midPriceQuote === undefined;
  const isNone = row.funding === undefined || (row.funding === 0 && isWithoutMarket);
  if (!isNone && row.funding !== undefined) {
    const { fundingCap: cap, fundingFloor: floor } = who.instrument ?? {};
    const funding = {
      kind: 'funding-rate', phase: 'predicted', fundingRatePerInterval: row.funding, ...interval(), cap, floor,
    } as const; // prettier-ignore
    observations.push(observe(context, who, undefined, funding));
  }
  return observations;
}

/** One answer about all coins: the request is the same for every instrument and sent once. */
export const assetContexts = definePoll({
  id: 'hyperliquid/asset-contexts',
  ...ofTypes(`${PERPETUALS_DOCS}#retrieve-perpetuals-asset-contexts-includes-mark-price-current-funding-open-interest-etc`, 'metaAndAssetCtxs'), // prettier-ignore
  weight: 20,
  yields: ['mark-price', 'open-interest', 'volume', 'basis', 'funding-rate'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  request: ({ instrument }) =>
    instrument.kind === 'perpetual' ? info({ type: 'metaAndAssetCtxs' }) : undefined,
  schema: META_AND_CONTEXTS,
  map([{ universe }, contexts], context) {
    if (universe.length !== contexts.length) {
      const message = `${contexts.length} contexts for ${universe.length} coins: which is whose is not known`;
      context.report({ code: 'decode', path: '[1]', message });
      return [];
    }
    const foreign: string[] = [];
    const observations: Observation[] = [];
    UNIVERSE_ROW.each(universe, '[0].universe', context, ({ name: coin, isDelisted }, place, index) => {
      if (foreignIn(context, coin) !== undefined) {
        foreign.push(coin);
        return;
      }
      const row = ASSET_CONTEXT.one(contexts[index], `[1][${index}]`, context);
      const who = row === undefined ? undefined : subjectOfCoin(context, coin, place);
      if (row === undefined || who === undefined) return;
      reportHalt(context, who, isDelisted === true, place.of('isDelisted'));
      observations.push(...mapAssetContext(context, who, row, () => LISTED));
    });
    reportForeign(context, foreign, '[0].universe');
    return observations;
  },
});
