import * as z from 'zod';
import type { Observation } from '../../../core/observation.ts';
import { MINUTE_MS } from '../../../core/units.ts';
import { definePoll, type MapContext } from '../contract.ts';
import { decimal, epochMs, optional, optionalNonZero, positive, text } from '../decode.ts';
import { intervalOrIssue } from '../fundingInterval.ts';
import { observe, type Subject } from '../mapping.ts';
import {
  about, answer, byFutures, byInstId, DOCS, instTypeOf, mapData, openInterestOf, openInterestShape, perTwoSeconds,
} from './shared.ts'; // prettier-ignore

export const openInterestRow = () =>
  z.object({ instId: text, ...openInterestShape(), ts: optional(epochMs) });

const OPEN_INTEREST = '/api/v5/public/open-interest';

export const openInterest = definePoll({
  id: 'okx/open-interest',
  method: 'GET',
  path: OPEN_INTEREST,
  docsUrl: `${DOCS}#public-data-rest-api-get-open-interest`,
  weight: 1,
  scope: perTwoSeconds(OPEN_INTEREST, 20),
  yields: ['open-interest'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  request: (scope) => byInstId(OPEN_INTEREST, { instType: instTypeOf(scope.instrument) })(scope),
  schema: answer,
  map(payload, context) {
    const schema = openInterestRow();
    return mapData(payload.data, context, schema, (row, who, path) => {
      const fields = openInterestOf(context, who, row, path);
      return fields === undefined ? [] : [observe(context, who, row.ts, fields)];
    });
  },
});

export const fundingRow = () =>
  z.object({
    instId: text,
    fundingRate: optional(decimal),
    fundingTime: optionalNonZero(epochMs),
    nextFundingTime: optionalNonZero(epochMs),
    prevFundingTime: optionalNonZero(epochMs),
    maxFundingRate: optional(decimal),
    minFundingRate: optional(decimal),
    ts: optional(epochMs),
  });

/** The rate that a row announces; polls and pushes have the same rows. */
export function fundingOf(
  context: MapContext,
  row: z.infer<ReturnType<typeof fundingRow>>,
  who: Subject,
  path: string,
): Observation[] {
  if (row.fundingRate === undefined) return [];
  // `fundingRate` is charged at `fundingTime` for the period since `prevFundingTime`. Answers without that tell the
  // period after it, which is as long but for the moment at which OKX changes the interval.
  const { fundingTime, nextFundingTime, prevFundingTime, ts } = row;
  const evidence = {
    settlesAtMs: fundingTime,
    previousAtMs: prevFundingTime,
    followingAtMs: nextFundingTime,
    atMs: ts,
  };
  const interval = intervalOrIssue(context, who, evidence, `${path}.fundingRate`);
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
}

export const fundingRate = definePoll({
  id: 'okx/funding-rate',
  method: 'GET',
  path: '/api/v5/public/funding-rate',
  docsUrl: `${DOCS}#public-data-rest-api-get-funding-rate`,
  weight: 1,
  scope: perTwoSeconds('/api/v5/public/funding-rate', 10),
  yields: ['funding-rate'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  request: (scope) =>
    scope.instrument.kind === 'perpetual' ? byInstId('/api/v5/public/funding-rate')(scope) : undefined,
  schema: answer,
  map(payload, context) {
    return mapData(payload.data, context, fundingRow(), (row, who, path) =>
      fundingOf(context, row, who, path),
    );
  },
});

const MARK_PRICE = '/api/v5/public/mark-price';

export const markPrice = definePoll({
  id: 'okx/mark-price',
  method: 'GET',
  path: MARK_PRICE,
  docsUrl: `${DOCS}#public-data-rest-api-get-mark-price`,
  weight: 1,
  scope: perTwoSeconds(MARK_PRICE, 10),
  yields: ['mark-price'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  request: (scope) => byInstId(MARK_PRICE, { instType: instTypeOf(scope.instrument) })(scope),
  schema: answer,
  map(payload, context) {
    return mapData(payload.data, context, markPriceRow(), (row, who) => markPriceOf(context, row, who));
  },
});

export const markPriceRow = () => z.object({ instId: text, markPx: positive, ts: optional(epochMs) });

export const markPriceOf = (
  context: MapContext,
  row: z.infer<ReturnType<typeof markPriceRow>>,
  who: Subject,
): Observation[] => [observe(context, who, row.ts, { kind: 'mark-price', markPriceQuote: row.markPx })];

/** All dated futures of a pair at once, for the term structure. */
export const datedMarkPrice = about(markPrice, 'dated-future', 'okx/dated-mark-price', byFutures(MARK_PRICE));
export const datedOpenInterest = about(
  openInterest, 'dated-future', 'okx/dated-open-interest', byFutures(OPEN_INTEREST),
); // prettier-ignore
