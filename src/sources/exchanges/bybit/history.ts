import type { Candle } from '../../../core/observation.ts';
import { HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import { definePoll, variantOf, type ObservationPoll } from '../contract.ts';
import { columnsOf } from '../kit/columns.ts';
import { decimal, epochMs, nonNegative, optional, text } from '../kit/fields.ts';
import { rowReader } from '../kit/rowReader.ts';
import { settledColumns } from '../settledIntervals.ts';
import { barsOf } from './bars.ts';
import { answer, barLength, bySymbol, DOCS, eachListed, sidesOf, sizes } from './shared.ts';

const OPEN_INTEREST = rowReader({
  openInterest: optional(nonNegative),
  singleOpenInterest: optional(nonNegative),
  timestamp: epochMs,
});
/** What rows of open interest differ in: the sides that they count, and whether they are in dollars. */
const VARIANTS = {
  one: { base: { sides: 'one' }, usd: { sides: 'one', usdBasis: 'venue' } },
  both: { base: { sides: 'both' }, usd: { sides: 'both', usdBasis: 'venue' } },
} as const;

export const openInterestHistory = definePoll({
  id: 'bybit/open-interest-history',
  method: 'GET',
  path: '/v5/market/open-interest',
  docsUrl: `${DOCS}open-interest`,
  weight: 1,
  yields: ['open-interest'],
  tense: 'history',
  cadenceMs: 15 * MINUTE_MS,
  request: bySymbol('/v5/market/open-interest', { intervalTime: '1h', limit: '200' }),
  asks: 'symbol',
  schema: answer,
  map(payload, context) {
    const barMs = barLength(context, 'intervalTime', payload, 'timestamp');
    const names = ['openInterestBase', 'openInterestUsd'] as const;
    const out = columnsOf(context, { kind: 'open-interest', barMs }, names, payload.result.list.length);
    eachListed(context, payload, OPEN_INTEREST, (row, who) => {
      const { quantity, sides } = sidesOf(row);
      if (quantity === undefined) return;
      // Inverse rows count dollars and carry no price: they stay dollars.
      const { base, usd } = sizes(who, quantity, undefined);
      out.of(who, VARIANTS[sides][usd === undefined ? 'base' : 'usd']).push(row.timestamp, base, usd);
    });
    return out.chunks();
  },
});

/** Two hundred days: records need a longer memory than hours. */
export const openInterestDaily = variantOf(openInterestHistory, {
  id: 'bybit/open-interest-daily',
  cadenceMs: 6 * HOUR_MS,
  request: bySymbol('/v5/market/open-interest', { intervalTime: '1d', limit: '200' }),
});

const SETTLED = rowReader(
  { symbol: text, fundingRate: decimal, fundingRateTimestamp: epochMs },
  { symbol: 'symbol' },
);

export const fundingHistory = definePoll({
  id: 'bybit/funding-history',
  method: 'GET',
  path: '/v5/market/funding/history',
  docsUrl: `${DOCS}history-fund-rate`,
  weight: 1,
  yields: ['funding-rate'],
  tense: 'history',
  cadenceMs: HOUR_MS,
  request: (scope) =>
    scope.instrument.kind === 'perpetual'
      ? bySymbol('/v5/market/funding/history', { limit: '200' })(scope)
      : undefined,
  asks: 'symbol',
  schema: answer,
  map(payload, context) {
    const keys = { symbolKey: 'symbol', timeKey: 'fundingRateTimestamp' };
    const out = settledColumns(context, payload.result.list, keys);
    eachListed(context, payload, SETTLED, (row, who, at) =>
      out.push(who, row.fundingRateTimestamp, row.fundingRate, at, 'fundingRate'),
    );
    return out.chunks();
  },
});

const RATIO = rowReader(
  { symbol: optional(text), buyRatio: nonNegative, sellRatio: nonNegative, timestamp: epochMs },
  { symbol: 'symbol' },
);

export const longShort = definePoll({
  id: 'bybit/long-short',
  method: 'GET',
  path: '/v5/market/account-ratio',
  docsUrl: `${DOCS}long-short-ratio`,
  weight: 1,
  yields: ['long-short-ratio'],
  tense: 'history',
  cadenceMs: 15 * MINUTE_MS,
  request: bySymbol('/v5/market/account-ratio', { period: '1h', limit: '500' }),
  asks: 'symbol',
  schema: answer,
  map(payload, context) {
    const barMs = barLength(context, 'period', payload, 'timestamp');
    const shared = { kind: 'long-short-ratio', population: 'all-accounts', barMs } as const;
    const names = ['longShortRatio', 'longShare', 'shortShare'] as const;
    const out = columnsOf(context, shared, names, payload.result.list.length);
    eachListed(context, payload, RATIO, ({ timestamp, buyRatio, sellRatio }, who, at) => {
      // The exchange states shares only; without any short account there is no ratio.
      if (sellRatio !== 0) return out.of(who).push(timestamp, buyRatio / sellRatio, buyRatio, sellRatio);
      const message = 'no accounts are short: the ratio has no value';
      context.report({ code: 'implausible', path: at.of('sellRatio'), message });
    });
    return out.chunks();
  },
});

export function klines(
  name: 'kline' | 'mark-price-kline' | 'index-price-kline',
  priceType: Candle['priceType'],
): ObservationPoll<never> {
  const path = `/v5/market/${name}`;
  return definePoll({
    id: `bybit/${name}`,
    method: 'GET',
    path,
    docsUrl: `${DOCS}${priceType === 'last' ? '' : `${priceType}-`}kline`,
    weight: 1,
    yields: ['candle'],
    tense: 'history',
    cadenceMs: 15 * MINUTE_MS,
    // Index prices are only read where such an answer is handed in.
    ...(priceType === 'index'
      ? { asked: false }
      : { request: bySymbol(path, { interval: '60', limit: '1000' }) }),
    asks: 'symbol',
    schema: answer,
    map: (payload, context) => barsOf(context, payload, priceType, eachListed),
  });
}
