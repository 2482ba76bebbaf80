import * as z from 'zod';
import type { Observation } from '../../../core/observation.ts';
import { DAY_MS, MINUTE_MS } from '../../../core/units.ts';
import { definePoll } from '../contract.ts';
import {
  decimal,
  decodeAllRows,
  epochMs,
  nonNegative,
  optional,
  optionalNonZero,
  positive,
  rows,
  text,
} from '../decode.ts';
import { isNoFunding, observe, subjectOf } from '../mapping.ts';
import { sumDepth } from '../orderBook.ts';
import { bySymbol, DOCS, fundingInterval, mapNamed, oneOrMany, parseSymbol } from './shared.ts';

export const premiumIndex = definePoll({
  id: 'binance/premium-index',
  method: 'GET',
  path: '/fapi/v1/premiumIndex',
  docsUrl: `${DOCS}/Mark-Price`,
  weight: 1,
  yields: ['mark-price', 'funding-rate'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  request: bySymbol('/fapi/v1/premiumIndex'),
  schema: oneOrMany,
  map(payload, context) {
    const schema = z.object({
      symbol: text,
      markPrice: optionalNonZero(positive),
      indexPrice: optionalNonZero(positive),
      lastFundingRate: optional(decimal),
      nextFundingTime: optionalNonZero(epochMs),
      time: epochMs,
    });
    return mapNamed(payload, context, schema, (row, who, path) => {
      const observations: Observation[] = [];
      const { markPrice: markPriceQuote, indexPrice: indexPriceQuote } = row;
      if (markPriceQuote !== undefined || indexPriceQuote !== undefined) {
        observations.push(
          observe(context, who, row.time, { kind: 'mark-price', markPriceQuote, indexPriceQuote }),
        );
      }
      const { lastFundingRate, nextFundingTime } = row;
      if (lastFundingRate === undefined || isNoFunding(lastFundingRate, nextFundingTime)) return observations;
      const interval = fundingInterval(context, who, nextFundingTime, `${path}.lastFundingRate`);
      if (interval === undefined) return observations;
      const funding = observe(context, who, row.time, {
        kind: 'funding-rate',
        phase: 'predicted',
        fundingRatePerInterval: lastFundingRate,
        ...interval,
        settlesAtMs: nextFundingTime,
        cap: who.instrument?.fundingCap,
        floor: who.instrument?.fundingFloor,
      });
      return [...observations, funding];
    });
  },
});

export const openInterest = definePoll({
  id: 'binance/open-interest',
  method: 'GET',
  path: '/fapi/v1/openInterest',
  docsUrl: `${DOCS}/Open-Interest`,
  weight: 1,
  yields: ['open-interest'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  request: bySymbol('/fapi/v1/openInterest'),
  schema: oneOrMany,
  map(payload, context) {
    const schema = z.object({ symbol: text, openInterest: nonNegative, time: epochMs });
    return mapNamed(payload, context, schema, (row, who) => [
      observe(context, who, row.time, {
        kind: 'open-interest',
        openInterestBase: row.openInterest,
        sides: 'one',
      }),
    ]);
  },
});

export const ticker = definePoll({
  id: 'binance/ticker-24h',
  method: 'GET',
  path: '/fapi/v1/ticker/24hr',
  docsUrl: `${DOCS}/24hr-Ticker-Price-Change-Statistics`,
  weight: 1,
  yields: ['volume', 'mark-price'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  request: bySymbol('/fapi/v1/ticker/24hr'),
  schema: oneOrMany,
  map(payload, context) {
    const schema = z.object({
      symbol: text,
      lastPrice: optionalNonZero(positive),
      volume: optional(nonNegative),
      quoteVolume: optional(nonNegative),
      closeTime: epochMs,
    });
    return mapNamed(payload, context, schema, (row, who) => {
      const { lastPrice: lastPriceQuote, volume: volumeBase, quoteVolume: volumeUsd } = row;
      const volume = { kind: 'volume', windowMs: DAY_MS, volumeBase, volumeUsd } as const;
      return [
        ...(volumeBase === undefined && volumeUsd === undefined
          ? []
          : [observe(context, who, row.closeTime, volume)]),
        ...(lastPriceQuote === undefined
          ? []
          : [observe(context, who, row.closeTime, { kind: 'mark-price', lastPriceQuote })]),
      ];
    });
  },
});

export const depth = definePoll({
  id: 'binance/depth',
  method: 'GET',
  path: '/fapi/v1/depth',
  docsUrl: `${DOCS}/Order-Book`,
  weight: 20,
  yields: ['depth'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  request: bySymbol('/fapi/v1/depth', { limit: '1000' }),
  schema: () => z.object({ bids: rows, asks: rows, E: optional(epochMs), T: optional(epochMs) }),
  map(payload, context) {
    const who = subjectOf({ parseSymbol }, context, undefined, context.params['symbol'], '');
    if (who === undefined) return [];
    const level = z.tuple([positive, nonNegative]).rest(z.unknown());
    const bids = decodeAllRows(payload.bids, level, 'bids', context);
    const asks = decodeAllRows(payload.asks, level, 'asks', context);
    const sums = sumDepth(bids, asks, 1);
    return sums === undefined
      ? []
      : [observe(context, who, payload.T ?? payload.E, { kind: 'depth', ...sums })];
  },
});
