import * as z from 'zod';
import type { LongShortRatio } from '../../../core/observation.ts';
import { HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import { definePoll, variantOf, type MapContext, type ObservationPoll } from '../contract.ts';
import { decimal, epochMs, nonNegative, optional, rows, text } from '../decode.ts';
import { mapRows, observe, unlessFalseZero } from '../mapping.ts';
import { settledIntervals } from '../settledIntervals.ts';
import { barLength, bySymbol, DOCS, mapNamed, parseSymbol, STATISTICS } from './shared.ts';

export const openInterestHistory = definePoll({
  id: 'binance/open-interest-history',
  method: 'GET',
  path: '/futures/data/openInterestHist',
  docsUrl: `${DOCS}/Open-Interest-Statistics`,
  weight: 1,
  scope: STATISTICS,
  yields: ['open-interest'],
  tense: 'history',
  cadenceMs: 15 * MINUTE_MS,
  request: bySymbol('/futures/data/openInterestHist', { period: '1h', limit: '500' }),
  schema: () => rows,
  map(payload, context) {
    const schema = z.object({
      symbol: text,
      sumOpenInterest: nonNegative,
      sumOpenInterestValue: optional(nonNegative),
      timestamp: epochMs,
    });
    const barMs = barLength(payload, context);
    return mapNamed(payload, context, schema, (row, who) => {
      const openInterestUsd = unlessFalseZero(row.sumOpenInterestValue, row.sumOpenInterest);
      return [
        observe(context, who, row.timestamp, {
          kind: 'open-interest',
          openInterestBase: row.sumOpenInterest,
          openInterestUsd,
          usdBasis: openInterestUsd === undefined ? undefined : 'venue',
          sides: 'one',
          barMs,
        }),
      ];
    });
  },
});

/** A month by the day: how far back Binance goes. */
export const openInterestDaily = variantOf(openInterestHistory, {
  id: 'binance/open-interest-daily',
  cadenceMs: 6 * HOUR_MS,
  request: bySymbol('/futures/data/openInterestHist', { period: '1d', limit: '30' }),
});

export const fundingHistory = definePoll({
  id: 'binance/funding-history',
  method: 'GET',
  path: '/fapi/v1/fundingRate',
  docsUrl: `${DOCS}/Get-Funding-Rate-History`,
  weight: 1,
  yields: ['funding-rate'],
  tense: 'history',
  cadenceMs: HOUR_MS,
  request: bySymbol('/fapi/v1/fundingRate', { limit: '200' }),
  schema: () => rows,
  map(payload, context) {
    const schema = z.object({ symbol: text, fundingRate: decimal, fundingTime: epochMs });
    const intervalOf = settledIntervals(context, payload, { symbolKey: 'symbol', timeKey: 'fundingTime' });
    return mapNamed(payload, context, schema, (row, who, path) => {
      const interval = intervalOf(who, row.fundingTime, `${path}.fundingTime`);
      if (interval === undefined) return [];
      const settled = {
        kind: 'funding-rate',
        phase: 'settled',
        settlesAtMs: row.fundingTime,
        ...interval,
      } as const;
      return [
        observe(context, who, row.fundingTime, { ...settled, fundingRatePerInterval: row.fundingRate }),
      ];
    });
  },
});

/**
 * The ratio as stated and its shares, where they go together. Where not, shares that add up to 1 go before the ratio
 * (the documentation's sample says 0.1960 beside 0.6622 and 0.3378), and other shares are left out. So is one alone.
 */
function ratioAndShares(
  context: MapContext,
  path: string,
  longShortRatio: number,
  longShare: number | undefined,
  shortShare: number | undefined,
): { longShortRatio: number; longShare: number | undefined; shortShare: number | undefined } {
  const alone = { longShortRatio, longShare: undefined, shortShare: undefined };
  if (longShare === undefined || shortShare === undefined) return alone;
  const isWhole = longShare > 0 && shortShare > 0 && Math.abs(longShare + shortShare - 1) <= 0.01;
  const fromShares = longShare / shortShare;
  if (isWhole && Math.abs(longShortRatio / fromShares - 1) <= 0.02)
    return { longShortRatio, longShare, shortShare };
  const message = `the ratio ${longShortRatio} and the shares ${longShare} and ${shortShare} contradict each other`;
  context.report({ code: 'implausible', path, message });
  return isWhole ? { longShortRatio: fromShares, longShare, shortShare } : alone;
}

export function longShort(name: string, population: LongShortRatio['population']): ObservationPoll<never> {
  const path = `/futures/data/${name}`;
  return definePoll({
    id: `binance/long-short-${population}`,
    method: 'GET',
    path,
    docsUrl: `${DOCS}/Long-Short-Ratio`,
    weight: 1,
    scope: STATISTICS,
    yields: ['long-short-ratio'],
    tense: 'history',
    cadenceMs: 15 * MINUTE_MS,
    request: bySymbol(path, { period: '1h', limit: '500' }),
    schema: () => rows,
    map(payload, context) {
      const schema = z.object({
        symbol: text,
        longShortRatio: nonNegative,
        longAccount: optional(nonNegative),
        shortAccount: optional(nonNegative),
        timestamp: epochMs,
      });
      const barMs = barLength(payload, context);
      return mapNamed(payload, context, schema, (row, who, at) => {
        // Every population has both sides: a ratio of 0 is none.
        if (row.longShortRatio === 0) return [];
        const ratio = ratioAndShares(context, at, row.longShortRatio, row.longAccount, row.shortAccount);
        return [
          observe(context, who, row.timestamp, { kind: 'long-short-ratio', population, ...ratio, barMs }),
        ];
      });
    },
  });
}

export const takerVolume = definePoll({
  id: 'binance/taker-volume',
  method: 'GET',
  path: '/futures/data/takerlongshortRatio',
  docsUrl: `${DOCS}/Taker-BuySell-Volume`,
  weight: 1,
  scope: STATISTICS,
  yields: ['taker-volume'],
  tense: 'history',
  cadenceMs: 15 * MINUTE_MS,
  request: bySymbol('/futures/data/takerlongshortRatio', { period: '1h', limit: '500' }),
  schema: () => rows,
  map(payload, context) {
    const schema = z.object({
      buyVol: nonNegative,
      sellVol: nonNegative,
      buySellRatio: optional(nonNegative),
      timestamp: epochMs,
    });
    const barMs = barLength(payload, context);
    if (barMs === undefined) {
      const message = 'the bar length is not known: no period in the request and fewer than two rows';
      context.report({ code: 'decode', path: '', message });
      return [];
    }
    const where = { path: '', requested: context.params['symbol'], symbolIn: () => undefined };
    return mapRows({ parseSymbol }, context, payload, schema, where, (row, who) => [
      observe(context, who, row.timestamp, {
        kind: 'taker-volume',
        barMs,
        takerBuyBase: row.buyVol,
        takerSellBase: row.sellVol,
        takerBuySellRatio: row.buySellRatio,
      }),
    ]);
  },
});
