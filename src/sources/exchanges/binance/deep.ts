import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import type { LimitScope, ObservationPoll } from '../contract.ts';
import { reasonsOf } from '../deepPages.ts';
import type { BackfillMetric, DeepPages, NotByPage, PageScope } from '../deepPages.ts';
import { keptOf, withEnds, withNeighbours } from '../deepRange.ts';
import { basis } from './dated.ts';
import { fundingHistory, longShort, openInterestHistory } from './history.ts';
import { klines } from './klines.ts';
import { bySymbol } from './shared.ts';
import { spotKlines } from './spot.ts';

/**
 * What Binance USD-M gives page by page. Bars and settlements go back to a contract's first day; settlements state that both
 * ends are part of a range, bars were recorded to hold their begin. The statistics keep a month and refuse a range that begins
 * before; whether their ends are in is not documented. What is older than a month stands in files.
 */

/** Settled rates share a limit with the list of intervals: 500 requests per 5 minutes and address. */
const FUNDING_SCOPE: LimitScope = {
  name: 'fapi/fundingRate',
  limits: [{ weight: 500, windowMs: 5 * MINUTE_MS }],
};

const KEPT_DAYS = 30;
/** Of the 500 that an answer holds at most. */
const STATISTICS_ROWS = 480;
const STATISTICS_REASON = 'The documentation of each statistic states that it keeps the last 30 days.';
const LAUNCH_REASON =
  'The documentation states no end; bars and settlements have been read back to 2019, the first of the exchange.';

interface Statistic {
  readonly name: string;
  readonly metric: BackfillMetric;
  readonly poll: ObservationPoll<never>;
  readonly period: '5m' | '1h';
}

function statistic({ name, metric, poll, period }: Statistic): DeepPages {
  const stepMs = period === '5m' ? 5 * MINUTE_MS : HOUR_MS;
  return {
    id: `binance/${name}`,
    metric,
    poll,
    stepMs,
    rows: STATISTICS_ROWS,
    reach: { days: KEPT_DAYS },
    reason: STATISTICS_REASON,
    request(scope) {
      const newest = poll.request({ instrument: scope.instrument, nowMs: scope.nowMs });
      if (newest === undefined) return undefined;
      const { fromMs, toMs } = keptOf(withEnds(scope.range, stepMs), scope, KEPT_DAYS * DAY_MS, stepMs);
      const times = { startTime: String(fromMs), endTime: String(toMs) };
      return { ...newest, query: { ...newest.query, period, limit: '500', ...times } };
    },
  };
}

/** Bars by the time at which they open. */
const hours =
  (path: string) =>
  (scope: PageScope): ReturnType<DeepPages['request']> =>
    bySymbol(path, {
      interval: '1h',
      limit: '1000',
      startTime: String(scope.range.fromMs),
      endTime: String(scope.range.toMs - 1),
    })(scope);

const bars = { stepMs: HOUR_MS, rows: 1_000, reach: 'launch', reason: LAUNCH_REASON } as const;
const KLINES = '/fapi/v1/klines';
const MARK_KLINES = '/fapi/v1/markPriceKlines';
const SPOT_KLINES = '/api/v3/klines';
const FUNDING = '/fapi/v1/fundingRate';

export const binanceDeep: readonly DeepPages[] = [
  statistic({
    name: 'deep-open-interest-5m',
    metric: 'open-interest',
    poll: openInterestHistory,
    period: '5m',
  }),
  {
    id: 'binance/deep-funding',
    metric: 'funding',
    poll: { ...fundingHistory, scope: FUNDING_SCOPE },
    stepMs: HOUR_MS,
    rows: 936,
    reach: 'launch',
    reason: LAUNCH_REASON,
    request(scope) {
      const { fromMs, toMs } = withNeighbours(scope.range);
      const times = { startTime: String(fromMs), endTime: String(toMs) };
      return bySymbol(FUNDING, { limit: '1000', ...times })(scope);
    },
  },
  ...(
    [
      ['globalLongShortAccountRatio', 'all-accounts'],
      ['topLongShortAccountRatio', 'top-accounts'],
      ['topLongShortPositionRatio', 'top-positions'],
    ] as const
  ).map(([name, population]) =>
    statistic({
      name: `deep-long-short-${population}`,
      metric: 'long-short',
      poll: longShort(name, population),
      period: '1h',
    }),
  ),
  statistic({ name: 'deep-basis', metric: 'basis', poll: basis, period: '1h' }),
  {
    id: 'binance/deep-klines',
    metric: 'price',
    // The statistic of takers keeps a month: bars state what takers bought since the first day.
    also: ['taker'],
    poll: klines('klines', KLINES, 'last', { request: bySymbol(KLINES), asTakerVolume: true }),
    ...bars,
    request: hours(KLINES),
  },
  {
    id: 'binance/deep-mark-klines',
    metric: 'mark-price',
    poll: klines('mark-klines', MARK_KLINES, 'mark'),
    ...bars,
    request: hours(MARK_KLINES),
  },
  {
    id: 'binance/deep-spot-klines',
    metric: 'price',
    also: ['taker'],
    poll: spotKlines,
    ...bars,
    request: hours(SPOT_KLINES),
  },
];

/** What it does not give so, and why. */
export const binanceNotByPage: readonly NotByPage[] = reasonsOf('binance', {
  liquidations:
    'Binance gives no history of liquidations without a key; its files of them ended in March 2024.',
  depth: 'Binance answers the order book of now alone; its depth of the past stands in the files bookDepth.',
});
