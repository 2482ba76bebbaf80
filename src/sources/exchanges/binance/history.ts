import type { LongShortRatio } from '../../../core/observation.ts';
import { HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import { definePoll, variantOf, type MapContext, type ObservationPoll } from '../contract.ts';
import { reportUnknownBar } from '../kit/bars.ts';
import { columnsOf } from '../kit/columns.ts';
import { eachRow } from '../kit/eachRow.ts';
import { decimal, epochMs, nonNegative, optional, text } from '../kit/fields.ts';
import { rows } from '../kit/payloads.ts';
import { rowReader } from '../kit/rowReader.ts';
import type { Place } from '../kit/place.ts';
import { unlessFalseZero } from '../mapping.ts';
import { settledColumns } from '../settledIntervals.ts';
import { barLength, bySymbol, DOCS, eachNamed, STATISTICS } from './shared.ts';

const OPEN_INTEREST = rowReader(
  {
    symbol: text,
    sumOpenInterest: nonNegative,
    sumOpenInterestValue: optional(nonNegative),
    timestamp: epochMs,
  },
  { symbol: 'symbol' },
);
const VENUE = { usdBasis: 'venue' } as const;

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
  asks: 'symbol',
  schema: rows,
  map(payload, context) {
    const shared = { kind: 'open-interest', sides: 'one', barMs: barLength(payload, context) } as const;
    const out = columnsOf(context, shared, ['openInterestBase', 'openInterestUsd'], payload.length);
    eachNamed(context, payload, OPEN_INTEREST, (row, who) => {
      const usd = unlessFalseZero(row.sumOpenInterestValue, row.sumOpenInterest);
      out.of(who, usd === undefined ? undefined : VENUE).push(row.timestamp, row.sumOpenInterest, usd);
    });
    return out.chunks();
  },
});

/** A month by the day: how far back Binance goes. */
export const openInterestDaily = variantOf(openInterestHistory, {
  id: 'binance/open-interest-daily',
  cadenceMs: 6 * HOUR_MS,
  request: bySymbol('/futures/data/openInterestHist', { period: '1d', limit: '30' }),
});

const FUNDING = rowReader({ symbol: text, fundingRate: decimal, fundingTime: epochMs }, { symbol: 'symbol' });

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
  asks: 'symbol',
  schema: rows,
  map(payload, context) {
    const keys = { symbolKey: 'symbol', timeKey: 'fundingTime' };
    const out = settledColumns(context, payload, keys);
    eachNamed(context, payload, FUNDING, (row, who, at) =>
      out.push(who, row.fundingTime, row.fundingRate, at, 'fundingTime'),
    );
    return out.chunks();
  },
});

/**
 * The ratio as stated and its shares, where they go together. Where not, shares that add up to 1 go before the ratio
 * (the documentation's sample says 0.1960 beside 0.6622 and 0.3378), and other shares are left out. So is one alone.
 */
function ratioAndShares(
  context: MapContext,
  at: Place,
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
  context.report({ code: 'implausible', path: at.toString(), message });
  return isWhole ? { longShortRatio: fromShares, longShare, shortShare } : alone;
}

const RATIO = rowReader(
  {
    symbol: text,
    longShortRatio: nonNegative,
    longAccount: optional(nonNegative),
    shortAccount: optional(nonNegative),
    timestamp: epochMs,
  },
  { symbol: 'symbol' },
);

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
    asks: 'symbol',
    schema: rows,
    map(payload, context) {
      const shared = { kind: 'long-short-ratio', population, barMs: barLength(payload, context) } as const;
      const names = ['longShortRatio', 'longShare', 'shortShare'] as const;
      const out = columnsOf(context, shared, names, payload.length);
      eachNamed(context, payload, RATIO, (row, who, at) => {
        // Every population has both sides: a ratio of 0 is none.
        if (row.longShortRatio === 0) return;
        const ratio = ratioAndShares(context, at, row.longShortRatio, row.longAccount, row.shortAccount);
        out.of(who).push(row.timestamp, ratio.longShortRatio, ratio.longShare, ratio.shortShare);
      });
      return out.chunks();
    },
  });
}

const TAKERS = rowReader({
  buyVol: nonNegative, sellVol: nonNegative, buySellRatio: optional(nonNegative), timestamp: epochMs,
}); // prettier-ignore

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
  asks: 'symbol',
  schema: rows,
  map(payload, context) {
    const barMs = barLength(payload, context);
    if (barMs === undefined) {
      reportUnknownBar(context, '');
      return [];
    }
    const names = ['takerBuyBase', 'takerSellBase', 'takerBuySellRatio'] as const;
    const out = columnsOf(context, { kind: 'taker-volume', barMs }, names, payload.length);
    eachRow(context, payload, '', TAKERS, (row, who) =>
      out.of(who).push(row.timestamp, row.buyVol, row.sellVol, row.buySellRatio),
    );
    return out.chunks();
  },
});
