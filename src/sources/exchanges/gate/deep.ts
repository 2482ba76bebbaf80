import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import { reasonsOf } from '../deepPages.ts';
import type { BackfillMetric, DeepPages, NotByPage, PageRange, PageScope } from '../deepPages.ts';
import { keptOf, secondsOf, withEnds, withNeighbours } from '../deepRange.ts';
import { contractStats } from './contractStats.ts';
import { candles, fundingHistory, markCandles } from './history.ts';
import { byContract } from './shared.ts';
import { spotCandles } from './spot.ts';

/**
 * What Gate gives page by page. Statistics of contracts are asked for from a time on and hold open interest, ratios, takers and
 * liquidations together; they and settlements are refused where a range begins more than 180 days ago, and bars where it
 * begins more than 10,000 of them ago. Neither is documented: both are what the exchange answers. Times are whole seconds,
 * and whether those at the ends of a range are in is not documented. Beside a range bars take no limit.
 */

const KEPT_DAYS = 180;
const KEPT_REASON =
  'Not documented: reports of September 2026 agree that an older begin is refused with "from time exceeds 180-day limit".';
/** Of 10,000, so that clocks may differ and a bar may end meanwhile. */
const BARS_BACK = 9_990;
const BARS_REASON =
  'Not documented: an older begin is refused with "Candlestick too long ago. Maximum 10000 points ago are allowed".';

const between = ({ fromMs, toMs }: PageRange) => ({ from: secondsOf(fromMs), to: secondsOf(toMs) });

interface Statistics {
  readonly id: string;
  readonly metric: BackfillMetric;
  readonly also?: readonly BackfillMetric[];
  readonly interval: '5m' | '1h';
}

function statistics({ id, metric, also, interval }: Statistics): DeepPages {
  const stepMs = interval === '5m' ? 5 * MINUTE_MS : HOUR_MS;
  return {
    id,
    metric,
    ...(also === undefined ? {} : { also }),
    poll: contractStats,
    stepMs,
    // Of the 100 that an answer holds; there is no end of a range, and what follows it comes too.
    rows: 96,
    reach: { days: KEPT_DAYS },
    reason: KEPT_REASON,
    request(scope) {
      const { fromMs } = keptOf(withEnds(scope.range, stepMs), scope, KEPT_DAYS * DAY_MS, stepMs);
      return byContract('contract_stats', { interval, limit: '100', from: secondsOf(fromMs) })(scope);
    },
  };
}

const barsAsked = (scope: PageScope): Record<string, string> => ({
  interval: '1h',
  ...between(keptOf(withEnds(scope.range, HOUR_MS), scope, BARS_BACK * HOUR_MS, 0)),
});
const bars = { stepMs: HOUR_MS, rows: 960, reach: { rows: BARS_BACK }, reason: BARS_REASON } as const;
const SPOT_CANDLES = '/api/v4/spot/candlesticks';

export const gateDeep: readonly DeepPages[] = [
  statistics({ id: 'gate/deep-open-interest-5m', metric: 'open-interest', interval: '5m' }),
  statistics({
    id: 'gate/deep-contract-stats',
    metric: 'long-short',
    also: ['taker', 'liquidations'],
    interval: '1h',
  }),
  {
    id: 'gate/deep-funding',
    metric: 'funding',
    poll: fundingHistory,
    stepMs: HOUR_MS,
    rows: 936,
    reach: { days: KEPT_DAYS },
    reason: KEPT_REASON,
    request(scope) {
      const range = keptOf(withNeighbours(scope.range), scope, KEPT_DAYS * DAY_MS, HOUR_MS);
      return byContract('funding_rate', { limit: '1000', ...between(range) })(scope);
    },
  },
  {
    id: 'gate/deep-candles',
    metric: 'price',
    poll: candles,
    ...bars,
    request: (scope) => byContract('candlesticks', barsAsked(scope))(scope),
  },
  {
    id: 'gate/deep-mark-candles',
    metric: 'mark-price',
    poll: markCandles,
    ...bars,
    request: (scope) => byContract('candlesticks', barsAsked(scope), 'mark_')(scope),
  },
  {
    id: 'gate/deep-spot-candles',
    metric: 'price',
    poll: spotCandles,
    ...bars,
    request: (scope) => ({
      method: 'GET',
      path: SPOT_CANDLES,
      query: { currency_pair: scope.instrument.venueSymbol, ...barsAsked(scope) },
    }),
  },
];

/** What it does not give so, and why. */
export const gateNotByPage: readonly NotByPage[] = reasonsOf('gate', {
  basis:
    'Its premium index is not read: between the impact prices it is exactly 0, and so no distance from the index.',
  depth: 'Gate answers the order book of now alone.',
});
