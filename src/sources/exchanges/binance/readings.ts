import * as z from 'zod';
import type { Observation } from '../../../core/observation.ts';
import { DAY_MS, MINUTE_MS } from '../../../core/units.ts';
import { definePoll, type MapContext } from '../contract.ts';
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
import { listedBounds } from '../heldAgainstList.ts';
import { isNoFunding, observe, subjectOf, type Subject } from '../mapping.ts';
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
      const { markPrice: markPriceQuote, indexPrice: indexPriceQuote } = row;
      const { lastFundingRate: rate, nextFundingTime: settlesAtMs, time: atMs } = row;
      const fields = { atMs, markPriceQuote, indexPriceQuote, rate, settlesAtMs };
      return markAndFunding(context, who, fields, `${path}.lastFundingRate`);
    });
  },
});

interface MarkAndFunding {
  readonly atMs: number;
  readonly markPriceQuote: number | undefined;
  readonly indexPriceQuote: number | undefined;
  /** The running estimate of the rate that is settled next. */
  readonly rate: number | undefined;
  readonly settlesAtMs: number | undefined;
}

/** Prices and funding as one answer or push states them; dated futures state no rate. */
export function markAndFunding(
  context: MapContext,
  who: Subject,
  { atMs, markPriceQuote, indexPriceQuote, rate, settlesAtMs }: MarkAndFunding,
  ratePath: string,
): Observation[] {
  const prices: Observation[] =
    markPriceQuote === undefined && indexPriceQuote === undefined
      ? []
      : [observe(context, who, atMs, { kind: 'mark-price', markPriceQuote, indexPriceQuote })];
  if (rate === undefined || isNoFunding(rate, settlesAtMs)) return prices;
  const interval = fundingInterval(context, who, { settlesAtMs, atMs }, ratePath);
  if (interval === undefined) return prices;
  const funding = observe(context, who, atMs, {
    kind: 'funding-rate',
    phase: 'predicted',
    fundingRatePerInterval: rate,
    ...interval,
    settlesAtMs,
    ...listedBounds(context, who, rate, interval.intervalMs, ratePath),
  });
  return [...prices, funding];
}

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
