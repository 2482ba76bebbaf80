import * as z from 'zod';
import { HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import type { Observation } from '../../../core/observation.ts';
import { definePoll, type MapContext, type ObservationPoll } from '../contract.ts';
import {
  decimal, decodeAllRows, epochMs, nonNegative, optional, optionalNonZero, positive, rows, text,
} from '../decode.ts'; // prettier-ignore
import { intervalOrIssue } from '../fundingInterval.ts';
import { observe, subjectOf, type Subject } from '../mapping.ts';
import { sumDepth } from '../orderBook.ts';
import {
  byPerpetual, bySymbol, decodeOnly, DOCS, envelope, isDated, mapNamed, oneOrMany, parseSymbol, refusesSpot,
  requestTime, statedTime, V2, withField, perSecond } from './shared.ts'; // prettier-ignore

export const openInterest = (
  name: string,
  path: string,
  list: string,
  size: string,
): ObservationPoll<never> =>
  definePoll({
    id: `bitget/${name}`,
    method: 'GET',
    path,
    docsUrl: `${DOCS}/contract/market/Get-Open-Interest`,
    weight: 1,
    scope: perSecond(path),
    yields: ['open-interest'],
    tense: 'now',
    cadenceMs: MINUTE_MS,
    request: path === `${V2}/open-interest` ? bySymbol(path) : decodeOnly,
    schema: () => envelope(z.looseObject({ [list]: rows })),
    map(payload, context) {
      const schema = withField({ symbol: text }, size, nonNegative);
      const atMs = statedTime(payload.data, 'ts', 'data', context) ?? requestTime(payload, context);
      const found = payload.data[list] as readonly unknown[];
      return mapNamed(found, `data.${list}`, context, schema, (row, who) => [
        observe(context, who, atMs, {
          kind: 'open-interest',
          openInterestBase: row.value,
          sides: 'both',
        }),
      ]);
    },
  });

// The ticker states the same coins together with the mark price, in one answer less: this is its fallback.
export const openInterestV2 = openInterest(
  'open-interest',
  `${V2}/open-interest`,
  'openInterestList',
  'size',
);
export const funding = (name: string, path: string, isAsked: boolean): ObservationPoll<never> =>
  definePoll({
    id: `bitget/${name}`,
    method: 'GET',
    path,
    docsUrl: `${DOCS}/contract/market/Get-Current-Funding-Rate`,
    weight: 1,
    scope: perSecond(path),
    yields: ['funding-rate'],
    tense: 'now',
    cadenceMs: MINUTE_MS,
    request: isAsked ? byPerpetual(path) : decodeOnly,
    schema: () => envelope(oneOrMany),
    map(payload, context) {
      const schema = z.object({
        symbol: text,
        fundingRate: decimal,
        fundingRateInterval: optionalNonZero(positive),
        nextUpdate: optionalNonZero(epochMs),
        minFundingRate: optional(decimal),
        maxFundingRate: optional(decimal),
      });
      const atMs = requestTime(payload, context);
      return mapNamed(payload.data, 'data', context, schema, (row, who, at) => {
        if (isDated(who)) return [];
        const hours = row.fundingRateInterval;
        const statedMs = hours === undefined ? undefined : hours * HOUR_MS;
        const evidence = { statedMs, settlesAtMs: row.nextUpdate, atMs };
        const interval = intervalOrIssue(context, who, evidence, `${at}.fundingRate`);
        if (interval === undefined) return [];
        const rate = { kind: 'funding-rate', phase: 'predicted', ...interval } as const;
        const bounds = { cap: row.maxFundingRate, floor: row.minFundingRate, settlesAtMs: row.nextUpdate };
        return [observe(context, who, atMs, { ...rate, fundingRatePerInterval: row.fundingRate, ...bounds })];
      });
    },
  });

export const fundingRate = funding('funding-rate', `${V2}/current-fund-rate`, true);
// One percent of these books is thousands of price steps; merged a hundredfold it is about a hundred levels, and the
// sum is off by at most one merged step at the edge of the band.
const FINE_GRAINED: ReadonlySet<string> = new Set(['BTC', 'ETH']);

/** Sums a book, answered or pushed; sizes are coins. `names` are those of bids and asks in the payload. */
export function depthOf(
  context: MapContext,
  who: Subject,
  book: {
    readonly bids: readonly unknown[];
    readonly asks: readonly unknown[];
    readonly names: readonly [bids: string, asks: string];
    readonly atMs: number | undefined;
  },
  path: string,
): Observation[] {
  const level = z.tuple([positive, nonNegative]).rest(z.unknown());
  const side = (list: readonly unknown[], name: string): [number, number][] =>
    decodeAllRows(list, level, `${path}.${name}`, context).map(([at, size]) => [at, size]);
  const sums = sumDepth(side(book.bids, book.names[0]), side(book.asks, book.names[1]), 1);
  if (sums === undefined) {
    context.report({ code: 'implausible', path, message: 'the book is empty on one side or crossed' });
    return [];
  }
  return [observe(context, who, book.atMs, { kind: 'depth', ...sums })];
}

export const book = (
  name: string,
  path: string,
  bidKey: string,
  askKey: string,
  isAsked: boolean,
): ObservationPoll<never> =>
  definePoll({
    id: `bitget/${name}`,
    method: 'GET',
    path,
    docsUrl: `${DOCS}/contract/market/Get-Merge-Depth`,
    weight: 1,
    scope: perSecond(path),
    yields: ['depth'],
    tense: 'now',
    cadenceMs: MINUTE_MS,
    request: (scope) => {
      const precision = FINE_GRAINED.has(scope.instrument.baseAsset) ? 'scale2' : 'scale1';
      return isAsked ? bySymbol(path, { precision, limit: 'max' })(scope) : undefined;
    },
    schema: () => envelope(z.looseObject({ [bidKey]: rows, [askKey]: rows })),
    map(payload, context) {
      if (refusesSpot(context)) return [];
      const who = subjectOf({ parseSymbol }, context, undefined, context.params['symbol'], '');
      if (who === undefined) return [];
      const atMs = statedTime(payload.data, 'ts', 'data', context) ?? requestTime(payload, context);
      const [bids, asks] = [payload.data[bidKey] as unknown[], payload.data[askKey] as unknown[]];
      return depthOf(context, who, { bids, asks, names: [bidKey, askKey], atMs }, 'data');
    },
  });

export const depth = book('depth', `${V2}/merge-depth`, 'bids', 'asks', true);
