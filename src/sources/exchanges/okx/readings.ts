import * as z from 'zod';
import type { Observation } from '../../../core/observation.ts';
import { DAY_MS, MINUTE_MS } from '../../../core/units.ts';
import { definePoll, type ObservationPoll } from '../contract.ts';
import { decimal, epochMs, nonNegative, optional, optionalNonZero, positive, text } from '../decode.ts';
import { intervalOrIssue, observe, reportUnknownSize } from '../mapping.ts';
import {
  amountOf,
  answer,
  byInstId,
  DOCS,
  instTypeOf,
  mapData,
  openInterestOf,
  openInterestShape,
} from './shared.ts';

export const openInterest = definePoll({
  id: 'okx/open-interest',
  method: 'GET',
  path: '/api/v5/public/open-interest',
  docsUrl: `${DOCS}#public-data-rest-api-get-open-interest`,
  weight: 1,
  yields: ['open-interest'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  request: (scope) =>
    byInstId('/api/v5/public/open-interest', { instType: instTypeOf(scope.instrument) })(scope),
  schema: answer,
  map(payload, context) {
    const schema = z.object({ instId: text, ...openInterestShape(), ts: optional(epochMs) });
    return mapData(payload.data, context, schema, (row, who, path) => {
      const fields = openInterestOf(context, who, row, path);
      return fields === undefined ? [] : [observe(context, who, row.ts, fields)];
    });
  },
});

export const fundingRate = definePoll({
  id: 'okx/funding-rate',
  method: 'GET',
  path: '/api/v5/public/funding-rate',
  docsUrl: `${DOCS}#public-data-rest-api-get-funding-rate`,
  weight: 1,
  yields: ['funding-rate'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  request: (scope) =>
    scope.instrument.kind === 'perpetual' ? byInstId('/api/v5/public/funding-rate')(scope) : undefined,
  schema: answer,
  map(payload, context) {
    const schema = z.object({
      instId: text,
      fundingRate: optional(decimal),
      fundingTime: optionalNonZero(epochMs),
      nextFundingTime: optionalNonZero(epochMs),
      maxFundingRate: optional(decimal),
      minFundingRate: optional(decimal),
      ts: optional(epochMs),
    });
    return mapData(payload.data, context, schema, (row, who, path) => {
      if (row.fundingRate === undefined) return [];
      // `fundingRate` is charged at `fundingTime`; the settlement after that one tells the interval.
      const { fundingTime, nextFundingTime } = row;
      const spacing =
        fundingTime === undefined || nextFundingTime === undefined ? 0 : nextFundingTime - fundingTime;
      const stated =
        spacing > 0 && spacing <= DAY_MS
          ? ({ intervalMs: spacing, intervalBasis: 'payload' } as const)
          : undefined;
      const interval = intervalOrIssue(context, who, stated, `${path}.fundingRate`);
      if (interval === undefined) return [];
      return [
        observe(context, who, row.ts, {
          kind: 'funding-rate',
          phase: 'predicted',
          fundingRatePerInterval: row.fundingRate,
          ...interval,
          settlesAtMs: fundingTime,
          cap: row.maxFundingRate,
          floor: row.minFundingRate,
        }),
      ];
    });
  },
});

export const markPrice = definePoll({
  id: 'okx/mark-price',
  method: 'GET',
  path: '/api/v5/public/mark-price',
  docsUrl: `${DOCS}#public-data-rest-api-get-mark-price`,
  weight: 2,
  yields: ['mark-price'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  request: (scope) =>
    byInstId('/api/v5/public/mark-price', { instType: instTypeOf(scope.instrument) })(scope),
  schema: answer,
  map(payload, context) {
    const schema = z.object({ instId: text, markPx: positive, ts: optional(epochMs) });
    return mapData(payload.data, context, schema, (row, who) => [
      observe(context, who, row.ts, { kind: 'mark-price', markPriceQuote: row.markPx }),
    ]);
  },
});

/** An index is named after its pair (BTC-USDT); its price is given to the perpetual that follows it. */
export const indexPrice = definePoll({
  id: 'okx/index-price',
  method: 'GET',
  path: '/api/v5/market/index-tickers',
  docsUrl: `${DOCS}#public-data-rest-api-get-index-tickers`,
  weight: 1,
  yields: ['mark-price'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  request(scope) {
    const { kind, venueSymbol } = scope.instrument;
    // Only these are sure to follow the index of their own name; BTC-USDC-SWAP, for one, need not.
    const pair = kind === 'perpetual' ? /^([^-]+-(?:USDT|USD))-SWAP$/.exec(venueSymbol)?.[1] : undefined;
    return pair === undefined
      ? undefined
      : { method: 'GET', path: '/api/v5/market/index-tickers', query: { instId: pair } };
  },
  schema: answer,
  map(payload, context) {
    const instId = text.transform((name) => `${name}-SWAP`);
    const schema = z.object({ instId, idxPx: positive, ts: optional(epochMs) });
    const { instId: pair, ...params } = context.params;
    const asked = { ...context, params: pair === undefined ? params : { ...params, instId: `${pair}-SWAP` } };
    return mapData(payload.data, asked, schema, (row, who) => [
      observe(context, who, row.ts, { kind: 'mark-price', indexPriceQuote: row.idxPx }),
    ]);
  },
});

/** `isList`: the same rows for all instruments; decoded when such an answer is handed in, never requested. */
export function ticker(name: 'ticker' | 'tickers', isList: boolean): ObservationPoll<never> {
  const path = `/api/v5/market/${name}`;
  return definePoll({
    id: `okx/${name}`,
    method: 'GET',
    path,
    docsUrl: `${DOCS}#order-book-trading-market-data-get-${name}`,
    weight: 1,
    yields: ['volume', 'mark-price'],
    tense: 'now',
    cadenceMs: MINUTE_MS,
    request: isList ? () => undefined : byInstId(path),
    schema: answer,
    map(payload, context) {
      const schema = z.object({
        instId: text,
        last: optionalNonZero(positive),
        vol24h: optional(nonNegative),
        volCcy24h: optional(nonNegative),
        ts: optional(epochMs),
      });
      return mapData(payload.data, context, schema, (row, who, path) => {
        const observations: Observation[] = [];
        if (row.vol24h !== undefined || row.volCcy24h !== undefined) {
          const fromContracts = amountOf(row.vol24h, who);
          const volumeBase = row.volCcy24h ?? fromContracts.base;
          const isUnsized = volumeBase === undefined && fromContracts.usd === undefined;
          if (isUnsized) reportUnknownSize(context, who, `${path}.vol24h`);
          observations.push(
            observe(context, who, row.ts, {
              kind: 'volume',
              windowMs: DAY_MS,
              volumeBase,
              volumeUsd: fromContracts.usd,
              volumeContracts: isUnsized ? row.vol24h : undefined,
            }),
          );
        }
        if (row.last !== undefined) {
          observations.push(observe(context, who, row.ts, { kind: 'mark-price', lastPriceQuote: row.last }));
        }
        return observations;
      });
    },
  });
}
