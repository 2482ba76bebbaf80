import { DAY_MS, HOUR_MS } from '../../../core/units.ts';
import type { ObservationPoll } from '../contract.ts';
import { reasonsOf } from '../deepPages.ts';
import type { DeepPages, NotByPage } from '../deepPages.ts';
import { secondsOf } from '../deepRange.ts';
import { askedAnew, ofPages } from '../kit/pageRequest.ts';
import { basis, candles, markCandles } from './bars.ts';
import { fundingHistory } from './funding.ts';
import { openInterestDaily, openInterestHistory } from './openInterest.ts';
import { topAccounts, topPositions } from './ratios.ts';

/** A settlement is told by those beside it, which are a day away at most; hourly ones fill an answer of 100 then. */
const BESIDE_MS = DAY_MS;
const MOST_SETTLEMENTS = 100;
const SETTLEMENTS = 48;

/** 30 days; an answer holds 2,000 bars at most. */
const BARS = 720;
const MOST_BARS = 2_000;
const MOST_OPEN_INTEREST = 200;
/** As many as are seen; no documentation names a number. */
const RATIOS = 48;

type Named = Pick<DeepPages, 'metric' | 'rows' | 'reason'>;

/** The newest rows, of an endpoint that takes no range. */
const newest = (
  name: string,
  poll: ObservationPoll<never>,
  stepMs: number,
  { rows, ...named }: Named,
  size: Readonly<Record<string, string>> = { size: String(rows) },
): DeepPages => ({
  id: `htx/deep-${name}`,
  ...named,
  rows,
  poll: ofPages(poll),
  stepMs,
  reach: { rows },
  isWhole: true,
  request: (scope) => askedAnew(poll, scope, size),
});

const BY_SIZE = 'HTX documents a number of newest rows to ask for, and no range of time';

/** What HTX gives page by page. */
export const htxDeep: readonly DeepPages[] = [
  {
    id: 'htx/deep-funding',
    metric: 'funding',
    poll: ofPages(fundingHistory),
    stepMs: HOUR_MS,
    rows: SETTLEMENTS,
    reach: 'launch',
    reason: 'Others have read all rates since October 2020; HTX names no limit but 100 rows.',
    request: (scope) =>
      askedAnew(fundingHistory, scope, {
        start_time: String(scope.range.fromMs - BESIDE_MS),
        end_time: String(scope.range.toMs + BESIDE_MS - 1),
        limit: String(MOST_SETTLEMENTS),
      }),
  },
  {
    id: 'htx/deep-candles',
    metric: 'price',
    poll: ofPages(candles),
    stepMs: HOUR_MS,
    rows: BARS,
    reach: { days: 730 },
    reason: 'HTX documents that bars of the last two years are to be had.',
    request: (scope) =>
      askedAnew(candles, scope, {
        // Where it is stated the range is ignored, by the documentation.
        size: undefined,
        from: secondsOf(scope.range.fromMs),
        to: secondsOf(scope.range.toMs - 1),
      }),
  },
  newest('mark-candles', markCandles, HOUR_MS, {
    metric: 'mark-price',
    rows: MOST_BARS,
    reason: `${BY_SIZE}; 2,000 at most.`,
  }),
  newest('basis', basis, HOUR_MS, {
    metric: 'basis',
    rows: MOST_BARS,
    reason: `${BY_SIZE}; 2,000 at most.`,
  }),
  newest('open-interest', openInterestHistory, HOUR_MS, {
    metric: 'open-interest',
    rows: MOST_OPEN_INTEREST,
    reason: `${BY_SIZE}; 200 at most.`,
  }),
  newest('open-interest-daily', openInterestDaily, DAY_MS, {
    metric: 'open-interest',
    rows: MOST_OPEN_INTEREST,
    reason: `${BY_SIZE}; 200 at most, which as days reach furthest.`,
  }),
  ...[
    ['top-accounts', topAccounts] as const,
    ['top-positions', topPositions] as const,
  ].map(([name, poll]) => newest(name, poll, HOUR_MS, {
    metric: 'long-short', rows: RATIOS, reason: 'HTX documents neither a range nor a number of rows for its ratios.',
  }, {})), // prettier-ignore
];

/** What it does not give so, and why. */
export const htxNotByPage: readonly NotByPage[] = reasonsOf('htx', {
  taker: 'HTX publishes no volume by the side of the taker.',
  liquidations:
    'HTX answers at most 100 liquidations of a short time, so that no page is sure to hold all of its own.',
  depth: 'HTX publishes order books as they are now.',
});
