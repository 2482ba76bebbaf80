import { HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import type { Observation } from '../../../core/observation.ts';
import { askedBy, definePoll, type MapContext, type ObservationPoll } from '../contract.ts';
import { intervalOrIssue } from '../fundingInterval.ts';
import { readSide, sumBook, type Side } from '../kit/book.ts';
import { mapEach } from '../kit/eachRow.ts';
import {
  anything, decimal, epochMs, nonNegative, optional, optionalNonZero, positive, text,
} from '../kit/fields.ts'; // prettier-ignore
import { object, rows } from '../kit/payloads.ts';
import { pathOf, type Path } from '../kit/place.ts';
import { rowReader } from '../kit/rowReader.ts';
import type { Subject } from '../kit/subject.ts';
import { observe } from '../mapping.ts';
import { at, byPerpetual, bySymbol, envelope, isDated, listed, refusesSpot, requestTime, statedTime, V2 } from './shared.ts'; // prettier-ignore

/** A poll of open interest, whose list and size have other names in v3; one without a request is not asked. */
export function openInterest(
  name: string,
  path: string,
  [list, size]: readonly [list: string, size: string],
  request?: ObservationPoll['request'],
): ObservationPoll<never> {
  const reader = rowReader({ symbol: text, [size]: nonNegative }, { symbol: 'symbol' });
  return definePoll({
    id: `bitget/${name}`,
    ...at(path, 'contract/market/Get-Open-Interest'),
    yields: ['open-interest'],
    tense: 'now',
    cadenceMs: MINUTE_MS,
    ...askedBy(request),
    schema: envelope(object({ [list]: rows, ts: anything })),
    map(payload, context) {
      const { data } = payload;
      const atMs = statedTime(data['ts'], 'data.ts', context) ?? requestTime(payload, context);
      return mapEach(context, data[list] as readonly unknown[], `data.${list}`, reader, (row, who) => {
        const openInterestBase = row[size] as number;
        return [observe(context, who, atMs, { kind: 'open-interest', openInterestBase, sides: 'both' })];
      });
    },
  });
}

// The ticker states the same coins together with the mark price, in one answer less: this is its fallback.
const OPEN_INTEREST = `${V2}/open-interest`;
export const openInterestV2 = openInterest(
  'open-interest',
  OPEN_INTEREST,
  ['openInterestList', 'size'],
  bySymbol(OPEN_INTEREST),
);

const RATE = rowReader(
  {
    symbol: text, fundingRate: decimal, fundingRateInterval: optionalNonZero(positive), nextUpdate: optionalNonZero(epochMs),
    minFundingRate: optional(decimal), maxFundingRate: optional(decimal),
  },
  { symbol: 'symbol' },
); // prettier-ignore

/** A poll of running rates; one without a request is not asked. */
export const funding = (
  name: string,
  path: string,
  request?: ObservationPoll['request'],
): ObservationPoll<never> =>
  definePoll({
    id: `bitget/${name}`,
    ...at(path, 'contract/market/Get-Current-Funding-Rate'),
    yields: ['funding-rate'],
    tense: 'now',
    cadenceMs: MINUTE_MS,
    ...askedBy(request),
    schema: envelope(listed),
    map(payload, context) {
      const atMs = requestTime(payload, context);
      return mapEach(context, payload.data, 'data', RATE, (row, who, place) => {
        if (isDated(who)) return [];
        const hours = row.fundingRateInterval;
        const statedMs = hours === undefined ? undefined : hours * HOUR_MS;
        const evidence = { statedMs, settlesAtMs: row.nextUpdate, atMs };
        const interval = intervalOrIssue(context, who, evidence, place.in('fundingRate'));
        if (interval === undefined) return [];
        const rate = { kind: 'funding-rate', phase: 'predicted', ...interval } as const;
        const bounds = { cap: row.maxFundingRate, floor: row.minFundingRate, settlesAtMs: row.nextUpdate };
        return [observe(context, who, atMs, { ...rate, fundingRatePerInterval: row.fundingRate, ...bounds })];
      });
    },
  });

const RATES = `${V2}/current-fund-rate`;
export const fundingRate = funding('funding-rate', RATES, byPerpetual(RATES));

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
  place: Path,
): Observation[] {
  const side = (list: readonly unknown[], name: string): Side => readSide(context, list, pathOf(place, name));
  const sums = sumBook(side(book.bids, book.names[0]), side(book.asks, book.names[1]), 1);
  if (sums === undefined) {
    const message = 'the book is empty on one side or crossed';
    context.report({ code: 'implausible', path: pathOf(place), message });
    return [];
  }
  return [observe(context, who, book.atMs, { kind: 'depth', ...sums })];
}

/** A poll of a book; one without a request is not asked. */
export const book = (
  name: string,
  path: string,
  names: readonly [bids: string, asks: string],
  request?: ObservationPoll['request'],
): ObservationPoll<never> =>
  definePoll({
    id: `bitget/${name}`,
    ...at(path, 'contract/market/Get-Merge-Depth'),
    yields: ['depth'],
    tense: 'now',
    cadenceMs: MINUTE_MS,
    ...askedBy(request),
    schema: envelope(object({ [names[0]]: rows, [names[1]]: rows, ts: anything })),
    map(payload, context) {
      if (refusesSpot(context)) return [];
      const who = context.subject(undefined, '');
      if (who === undefined) return [];
      const { data } = payload;
      const atMs = statedTime(data['ts'], 'data.ts', context) ?? requestTime(payload, context);
      const [bids, asks] = [data[names[0]] as readonly unknown[], data[names[1]] as readonly unknown[]];
      return depthOf(context, who, { bids, asks, names, atMs }, 'data');
    },
  });

// One percent of these books is thousands of price steps; merged a hundredfold it is about a hundred levels, and the
// sum is off by at most one merged step at the edge of the band.
const FINE_GRAINED: ReadonlySet<string> = new Set(['BTC', 'ETH']);
const DEPTH = `${V2}/merge-depth`;

export const depth = book('depth', DEPTH, ['bids', 'asks'], (scope) => {
  const precision = FINE_GRAINED.has(scope.instrument.baseAsset) ? 'scale2' : 'scale1';
  return bySymbol(DEPTH, { precision, limit: 'max' })(scope);
});
