import { HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import type { ObservationPoll } from '../contract.ts';
import { reasonsOf } from '../deepPages.ts';
import type { DeepPages, NotByPage, PageRange } from '../deepPages.ts';
import { secondsOf } from '../deepRange.ts';
import { askedAnew, ofPages } from '../kit/pageRequest.ts';
import { longShortRatio, openInterestHistory } from './analytics.ts';
import { candles, fundingHistory, markCandles } from './history.ts';
import { takerVolume } from './takerVolume.ts';

/** The last whole second before the end, which no bar begins at: so it does not matter whether the end is inclusive. */
const lastSecondOf = ({ toMs }: PageRange): string => secondsOf(toMs - 1);

/** Five days of five minutes, or 30 days of hours: clients see 2,000 rows in an answer at most. */
const rowsOf = (stepMs: number): number => (stepMs < HOUR_MS ? 1_440 : 720);

type Named = Pick<DeepPages, 'metric' | 'reason'>;
const paged = (name: string, poll: ObservationPoll<never>, stepMs: number, { metric, reason }: Named) =>
  ({ id: `kraken-futures/deep-${name}`, metric, poll: ofPages(poll), stepMs, rows: rowsOf(stepMs), reach: 'launch', reason }) as const; // prettier-ignore

/** A series of the analytics; `since` is inclusive. */
const analytics = (name: string, poll: ObservationPoll<never>, stepMs: number, named: Named): DeepPages => ({
  ...paged(name, poll, stepMs, named),
  request: (scope) =>
    askedAnew(poll, scope, {
      since: secondsOf(scope.range.fromMs),
      to: lastSecondOf(scope.range),
      interval: secondsOf(stepMs),
    }),
});

const bars = (name: string, poll: ObservationPoll<never>, named: Named): DeepPages => ({
  ...paged(name, poll, HOUR_MS, named),
  request: (scope) =>
    askedAnew(poll, scope, { from: secondsOf(scope.range.fromMs), to: lastSecondOf(scope.range) }),
});

const NO_LIMIT = 'Kraken documents no limit of time; others read its hourly rows from March 2023 on.';
const YEAR_HOURS = 365 * 24;

/** What Kraken Futures gives page by page. */
export const krakenFuturesDeep: readonly DeepPages[] = [
  analytics('open-interest', openInterestHistory, 5 * MINUTE_MS, {
    metric: 'open-interest',
    reason: NO_LIMIT,
  }),
  analytics('long-short', longShortRatio, HOUR_MS, { metric: 'long-short', reason: NO_LIMIT }),
  analytics('taker-volume', takerVolume, HOUR_MS, { metric: 'taker', reason: NO_LIMIT }),
  bars('candles', candles, { metric: 'price', reason: NO_LIMIT }),
  bars('mark-candles', markCandles, { metric: 'mark-price', reason: NO_LIMIT }),
  {
    id: 'kraken-futures/deep-funding',
    metric: 'funding',
    poll: ofPages(fundingHistory),
    stepMs: HOUR_MS,
    rows: YEAR_HOURS,
    reach: { days: 365 },
    reason:
      'Its list of past rates takes no range; clients receive about 9,000 hourly rates in one answer, a year.',
    isWhole: true,
    request: (scope) => fundingHistory.request(scope),
  },
];

/** What it does not give so, and why. */
export const krakenFuturesNotByPage: readonly NotByPage[] = reasonsOf('kraken-futures', {
  liquidations:
    'Kraken adds up the liquidations of a time without saying how many were longs and how many shorts.',
  basis: 'Kraken does not say in which unit the past basis is that its analytics hold.',
  depth: 'Kraken does not say in which unit the past liquidity is that its analytics hold.',
});
