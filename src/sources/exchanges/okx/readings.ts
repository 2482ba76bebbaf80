import type { Observation } from '../../../core/observation.ts';
import { MINUTE_MS } from '../../../core/units.ts';
import { definePoll, type MapContext } from '../contract.ts';
import { intervalOrIssue } from '../fundingInterval.ts';
import { decimal, epochMs, optional, optionalNonZero, positive, text } from '../kit/fields.ts';
import type { Place } from '../kit/place.ts';
import { rowReader, type RowOf } from '../kit/rowReader.ts';
import type { Subject } from '../kit/subject.ts';
import { observe } from '../mapping.ts';
import {
  about, answer, asks, byFutures, byInstId, DOCS, instTypeOf, mapContracts, openInterestOf, openInterestShape, perTwoSeconds,
} from './shared.ts'; // prettier-ignore

const OPEN_INTEREST_ROW = rowReader(
  { instId: text, ...openInterestShape, ts: optional(epochMs) },
  { symbol: 'instId' },
);

/** Polls and pushes have the same rows. */
export const mapOpenInterest = (data: readonly unknown[], context: MapContext): Observation[] =>
  mapContracts(context, data, OPEN_INTEREST_ROW, (row, who, at) => {
    const stated = openInterestOf(context, who, row, at);
    if (stated === undefined) return [];
    const { base: openInterestBase, usd: openInterestUsd, contracts: openInterestContracts } = stated;
    const usdBasis = openInterestUsd === undefined ? undefined : 'venue';
    const units = { openInterestBase, openInterestUsd, usdBasis, openInterestContracts } as const;
    return [observe(context, who, row.ts, { kind: 'open-interest', sides: 'unverified', ...units })];
  });

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
  asks,
  schema: answer,
  map: ({ data }, context) => mapOpenInterest(data, context),
});

const FUNDING = rowReader(
  {
    instId: text,
    fundingRate: optional(decimal),
    fundingTime: optionalNonZero(epochMs),
    nextFundingTime: optionalNonZero(epochMs),
    prevFundingTime: optionalNonZero(epochMs),
    maxFundingRate: optional(decimal),
    minFundingRate: optional(decimal),
    ts: optional(epochMs),
  },
  { symbol: 'instId' },
);

/** The rates that rows announce; polls and pushes have the same rows. */
export const mapFunding = (data: readonly unknown[], context: MapContext): Observation[] =>
  mapContracts(context, data, FUNDING, (row, who, at) => fundingOf(context, row, who, at));

function fundingOf(context: MapContext, row: RowOf<typeof FUNDING>, who: Subject, at: Place): Observation[] {
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
  const interval = intervalOrIssue(context, who, evidence, at.in('fundingRate'));
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
  asks,
  schema: answer,
  map: ({ data }, context) => mapFunding(data, context),
});

const MARK = rowReader({ instId: text, markPx: positive, ts: optional(epochMs) }, { symbol: 'instId' });

/** Polls and pushes have the same rows. */
export const mapMarkPrices = (data: readonly unknown[], context: MapContext): Observation[] =>
  mapContracts(context, data, MARK, (row, who) => [
    observe(context, who, row.ts, { kind: 'mark-price', markPriceQuote: row.markPx }),
  ]);

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
  asks,
  schema: answer,
  map: ({ data }, context) => mapMarkPrices(data, context),
});

/** All dated futures of a pair at once, for the term structure. */
export const datedMarkPrice = about(markPrice, 'dated-future', 'okx/dated-mark-price', byFutures(MARK_PRICE));
export const datedOpenInterest = about(
  openInterest, 'dated-future', 'okx/dated-open-interest', byFutures(OPEN_INTEREST),
); // prettier-ignore
