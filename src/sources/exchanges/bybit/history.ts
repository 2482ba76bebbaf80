import * as z from 'zod';
import type { Candle } from '../../../core/observation.ts';
import { HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import { definePoll, variantOf, type ObservationPoll } from '../contract.ts';
import { decimal, epochMs, nonNegative, optional, text } from '../decode.ts';
import { observe } from '../mapping.ts';
import { settledIntervals } from '../settledIntervals.ts';
import { barsIn, candleOf, unnamed } from './bars.ts';
import { amounts, answer, barLength, bySymbol, DOCS, mapList, sidesOf, timesOf } from './shared.ts';

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
  schema: answer,
  map(payload, context) {
    const schema = z.object({
      openInterest: optional(nonNegative),
      singleOpenInterest: optional(nonNegative),
      timestamp: epochMs,
    });
    const barMs = barLength(context, 'intervalTime', timesOf(payload, 'timestamp'));
    const unnamed = (): undefined => undefined;
    return mapList(payload, payload.result.list, context, schema, unnamed, (row, who) => {
      const { quantity, sides } = sidesOf(row);
      if (quantity === undefined) return [];
      // Inverse rows count dollars and carry no price: they stay dollars.
      const { base: openInterestBase, usd: openInterestUsd } = amounts(who, quantity, undefined);
      return [
        observe(context, who, row.timestamp, {
          kind: 'open-interest',
          openInterestBase,
          openInterestUsd,
          usdBasis: openInterestUsd === undefined ? undefined : 'venue',
          sides,
          barMs,
        }),
      ];
    });
  },
});

/** Two hundred days: records need a longer memory than hours. */
export const openInterestDaily = variantOf(openInterestHistory, {
  id: 'bybit/open-interest-daily',
  cadenceMs: 6 * HOUR_MS,
  request: bySymbol('/v5/market/open-interest', { intervalTime: '1d', limit: '200' }),
});

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
  schema: answer,
  map(payload, context) {
    const schema = z.object({ symbol: text, fundingRate: decimal, fundingRateTimestamp: epochMs });
    const { list } = payload.result;
    const keys = { symbolKey: 'symbol', timeKey: 'fundingRateTimestamp' };
    const intervalOf = settledIntervals(context, list, keys);
    return mapList(
      payload,
      list,
      context,
      schema,
      (row) => row.symbol,
      (row, who, path) => {
        const interval = intervalOf(who, row.fundingRateTimestamp, `${path}.fundingRate`);
        if (interval === undefined) return [];
        return [
          observe(context, who, row.fundingRateTimestamp, {
            kind: 'funding-rate',
            phase: 'settled',
            fundingRatePerInterval: row.fundingRate,
            ...interval,
            settlesAtMs: row.fundingRateTimestamp,
          }),
        ];
      },
    );
  },
});

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
  schema: answer,
  map(payload, context) {
    const schema = z.object({
      symbol: optional(text),
      buyRatio: nonNegative,
      sellRatio: nonNegative,
      timestamp: epochMs,
    });
    const barMs = barLength(context, 'period', timesOf(payload, 'timestamp'));
    const { list } = payload.result;
    return mapList(
      payload,
      list,
      context,
      schema,
      (row) => row.symbol,
      (row, who, path) => {
        // The exchange states shares only; without any short account there is no ratio.
        if (row.sellRatio === 0) {
          const message = 'no accounts are short: the ratio has no value';
          context.report({ code: 'implausible', path: `${path}.sellRatio`, message });
          return [];
        }
        return [
          observe(context, who, row.timestamp, {
            kind: 'long-short-ratio',
            population: 'all-accounts',
            longShortRatio: row.buyRatio / row.sellRatio,
            longShare: row.buyRatio,
            shortShare: row.sellRatio,
            barMs,
          }),
        ];
      },
    );
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
    request: priceType === 'index' ? () => undefined : bySymbol(path, { interval: '60', limit: '1000' }),
    schema: answer,
    map(payload, context) {
      const bars = barsIn(payload, context);
      if (bars === undefined) return [];
      return mapList(payload, bars.list, context, bars.schema, unnamed, (bar, who) => {
        const { base: volumeBase, usd: volumeUsd } = amounts(who, bar.volume, bar.turnover);
        return [
          observe(context, who, bar.start, {
            ...candleOf(bar, priceType, bars.barMs),
            volumeBase,
            volumeUsd,
          }),
        ];
      });
    },
  });
}
