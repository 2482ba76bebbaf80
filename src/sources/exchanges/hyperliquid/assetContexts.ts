import * as z from 'zod';
import type { FundingRate, Observation } from '../../../core/observation.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import { definePoll, type MapContext } from '../contract.ts';
import {
  decimal, decodeRow, epochMs, nonNegative, optional, optionalNonZero, positive, rows, text,
} from '../decode.ts'; // prettier-ignore
import { observe, unlessFalseZero, type Subject } from '../mapping.ts';
import { META_AND_CONTEXTS, UNIVERSE_ROW } from './instruments.ts';
import {
  foreignIn, FUNDING_INTERVAL_MS, info, INFO, ofType, PERPETUALS_DOCS, reportForeign, subjectOfCoin,
} from './shared.ts'; // prettier-ignore

const price = optionalNonZero(positive);

/** The context of an asset, the same in REST answers and pushes. */
export const assetContext = (): z.ZodType<AssetContext> =>
  z.object({
    funding: optional(decimal), openInterest: optional(nonNegative), premium: optional(decimal),
    markPx: price, oraclePx: price, midPx: price,
    dayNtlVlm: optional(nonNegative), dayBaseVlm: optional(nonNegative),
  }); // prettier-ignore

export interface AssetContext {
  readonly funding?: number | undefined;
  readonly openInterest?: number | undefined;
  readonly premium?: number | undefined;
  readonly markPx?: number | undefined;
  readonly oraclePx?: number | undefined;
  readonly midPx?: number | undefined;
  readonly dayNtlVlm?: number | undefined;
  readonly dayBaseVlm?: number | undefined;
}

type Interval = Pick<FundingRate, 'intervalMs' | 'intervalBasis'>;

/** What a list of instruments in the same answer says. */
const LISTED: Interval = { intervalMs: FUNDING_INTERVAL_MS, intervalBasis: 'instrument' };

/** The interval of a running rate: the instrument's, else the documented hour, marked and reported as assumed. */
export function currentInterval(context: MapContext, who: Subject, path: string): Interval {
  const intervalMs = who.instrument?.fundingIntervalMs;
  if (intervalMs !== undefined) return { intervalMs, intervalBasis: 'instrument' };
  const message = `the funding interval of ${who.venueSymbol} is taken to be the documented hour`;
  context.report({ code: 'assumed-interval', path, message });
  return { intervalMs: FUNDING_INTERVAL_MS, intervalBasis: 'venue-default' };
}

/**
 * Returns what a context says: prices, open interest in coins (both sides), volume of 24 h, premium, and the rate
 * that runs towards the next full hour. A context states no time.
 */
export function mapAssetContext(
  context: MapContext,
  who: Subject,
  row: AssetContext,
  interval: () => Interval,
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
  method: 'POST',
  path: INFO,
  accepts: ofType('metaAndAssetCtxs'),
  docsUrl: `${PERPETUALS_DOCS}#retrieve-perpetuals-asset-contexts-includes-mark-price-current-funding-open-interest-etc`,
  weight: 20,
  yields: ['mark-price', 'open-interest', 'volume', 'basis', 'funding-rate'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  request: ({ instrument }) =>
    instrument.kind === 'perpetual' ? info({ type: 'metaAndAssetCtxs' }) : undefined,
  schema: () => META_AND_CONTEXTS,
  map([{ universe }, contexts], context) {
    if (universe.length !== contexts.length) {
      const message = `${contexts.length} contexts for ${universe.length} coins: which is whose is not known`;
      context.report({ code: 'decode', path: '[1]', message });
      return [];
    }
    const schema = assetContext();
    const foreign: string[] = [];
    const observations = universe.flatMap((raw, index): Observation[] => {
      const coin = decodeRow(raw, UNIVERSE_ROW, `[0].universe[${index}]`, context)?.name;
      if (coin === undefined) return [];
      if (foreignIn(context, coin) !== undefined) {
        foreign.push(coin);
        return [];
      }
      const row = decodeRow(contexts[index], schema, `[1][${index}]`, context);
      const who = row === undefined ? undefined : subjectOfCoin(context, coin, `[0].universe[${index}]`);
      if (row === undefined || who === undefined) return [];
      return mapAssetContext(context, who, row, () => LISTED);
    });
    reportForeign(context, foreign, '[0].universe');
    return observations;
  },
});

const FORECAST = z.object({
  fundingRate: decimal,
  nextFundingTime: optionalNonZero(epochMs),
  fundingIntervalHours: optionalNonZero(positive),
});

/** Rates of several exchanges beside each other; only Hyperliquid's own are read. Decoded, not asked: contexts have them. */
export const predictedFundings = definePoll({
  id: 'hyperliquid/predicted-fundings',
  method: 'POST',
  path: INFO,
  accepts: ofType('predictedFundings'),
  docsUrl: `${PERPETUALS_DOCS}#retrieve-predicted-funding-rates-for-different-venues`,
  weight: 20,
  yields: ['funding-rate'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  request: () => undefined,
  schema: () => rows,
  map(payload, context) {
    const entry = z.tuple([text, z.array(z.unknown())]).rest(z.unknown());
    const foreign: string[] = [];
    const observations = payload.flatMap((raw, index): Observation[] => {
      const row = decodeRow(raw, entry, `[${index}]`, context);
      if (row === undefined) return [];
      const [coin, venues] = row;
      if (foreignIn(context, coin) !== undefined) foreign.push(coin);
      const at = venues.findIndex((venue) => Array.isArray(venue) && venue[0] === 'HlPerp');
      const stated = at < 0 ? undefined : (venues[at] as readonly unknown[])[1];
      if (stated === undefined || stated === null || foreignIn(context, coin) !== undefined) return [];
      const path = `[${index}][1][${at}][1]`;
      const rate = decodeRow(stated, FORECAST, path, context);
      const who = rate === undefined ? undefined : subjectOfCoin(context, coin, `[${index}]`);
      if (rate === undefined || who === undefined) return [];
      const hours = rate.fundingIntervalHours;
      const interval: Interval =
        hours === undefined
          ? currentInterval(context, who, `${path}.fundingRate`)
          : { intervalMs: hours * HOUR_MS, intervalBasis: 'payload' };
      const funding = { kind: 'funding-rate', phase: 'predicted', ...interval } as const;
      const settlesAtMs = rate.nextFundingTime;
      return [
        observe(context, who, undefined, {
          ...funding,
          fundingRatePerInterval: rate.fundingRate,
          settlesAtMs,
        }),
      ];
    });
    reportForeign(context, foreign, '');
    return observations;
  },
});
