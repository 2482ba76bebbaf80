import { HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import { reasonsOf } from '../deepPages.ts';
import type { DeepPages, NotByPage, PageScope } from '../deepPages.ts';
import { withNeighbours } from '../deepRange.ts';
import { fundingHistory, klines, longShort, openInterestHistory } from './history.ts';
import { bySymbol } from './shared.ts';
import { spotKlines } from './spot.ts';

/**
 * What Bybit gives page by page: all of it by a range of which both ends are part, as its samples show, the newest rows first.
 * Its cursors are not needed, since a page is no longer than an answer.
 */

const LAUNCH_REASON =
  'The documentation of open interest states the launch of the symbol; of bars and settlements it states no end.';

/** A range as Bybit names it: bars say `start` and `end`, all others `startTime` and `endTime`. */
const paged =
  (path: string, extra: Readonly<Record<string, string>>, names: readonly [from: string, to: string]) =>
  (scope: PageScope): ReturnType<DeepPages['request']> =>
    bySymbol(path, {
      ...extra,
      [names[0]]: String(scope.range.fromMs),
      [names[1]]: String(scope.range.toMs - 1),
    })(scope);

const TIMES = ['startTime', 'endTime'] as const;
const BAR_TIMES = ['start', 'end'] as const;
const BARS = { interval: '60', limit: '1000' } as const;
const bars = { stepMs: HOUR_MS, rows: 1_000, reach: 'launch', reason: LAUNCH_REASON } as const;
const KLINE = '/v5/market/kline';
const FUNDING = '/v5/market/funding/history';

export const bybitDeep: readonly DeepPages[] = [
  {
    id: 'bybit/deep-open-interest-5m',
    metric: 'open-interest',
    poll: openInterestHistory,
    stepMs: 5 * MINUTE_MS,
    rows: 200,
    reach: 'launch',
    reason: LAUNCH_REASON,
    request: paged('/v5/market/open-interest', { intervalTime: '5min', limit: '200' }, TIMES),
  },
  {
    id: 'bybit/deep-funding',
    metric: 'funding',
    poll: fundingHistory,
    stepMs: HOUR_MS,
    rows: 144,
    reach: 'launch',
    reason: LAUNCH_REASON,
    request: (scope) =>
      scope.instrument.kind === 'perpetual'
        ? paged(FUNDING, { limit: '200' }, TIMES)({ ...scope, range: withNeighbours(scope.range) })
        : undefined,
  },
  {
    id: 'bybit/deep-long-short',
    metric: 'long-short',
    poll: longShort,
    stepMs: HOUR_MS,
    rows: 500,
    reach: { since: '2020-07-20' },
    reason: 'The documentation of the ratio states that there are none before 20 July 2020.',
    request: paged('/v5/market/account-ratio', { period: '1h', limit: '500' }, TIMES),
  },
  {
    id: 'bybit/deep-klines',
    metric: 'price',
    poll: klines('kline', 'last'),
    ...bars,
    request: paged(KLINE, BARS, BAR_TIMES),
  },
  {
    id: 'bybit/deep-mark-klines',
    metric: 'mark-price',
    poll: klines('mark-price-kline', 'mark'),
    ...bars,
    request: paged('/v5/market/mark-price-kline', BARS, BAR_TIMES),
  },
  {
    id: 'bybit/deep-spot-klines',
    metric: 'price',
    poll: spotKlines,
    ...bars,
    request: ({ instrument, range }) => ({
      method: 'GET',
      path: KLINE,
      query: {
        category: 'spot',
        symbol: instrument.venueSymbol,
        ...BARS,
        start: String(range.fromMs),
        end: String(range.toMs - 1),
      },
    }),
  },
];

/** What it does not give so, and why. */
export const bybitNotByPage: readonly NotByPage[] = reasonsOf('bybit', {
  taker: 'Bybit has no history of takers; they can be summed up from its files of trades alone.',
  liquidations: 'Bybit pushes liquidations and keeps no history of them.',
  basis: 'Its bars of the premium index are not read: they are no distance of a price from the index.',
  depth: 'Bybit answers the order book of now alone.',
});
