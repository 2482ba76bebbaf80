import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import type { ObservationPoll } from '../contract.ts';
import { reasonsOf } from '../deepPages.ts';
import type { BackfillMetric, DeepPages, NotByPage, PageScope, Reach } from '../deepPages.ts';
import { withNeighbours } from '../deepRange.ts';
import { about, byInstId } from './shared.ts';
import { candles } from './candles.ts';
import { fundingHistory, longShort, openInterestHistory, takerVolume } from './history.ts';

/**
 * What OKX gives page by page. Statistics hold the newest 1,440 bars of each length, and nothing before 2024; bars of traded
 * and of mark prices go back years under paths of their own. Both times of a range are documented as not part of it. Days are
 * asked for as `1Dutc`: the plain ones begin at 16:00 UTC.
 */

const ROWS_REASON = 'The documentation of each statistic states the latest 1,440 entries.';
const DAYS_REASON =
  'The documentation of each statistic states that days go back to 1 January 2024, 1,440 of them at most.';
const YEARS_REASON =
  'The documentation states recent years and no end; bars of BTC-USDT-SWAP have been read back to January 2020.';

const PERIODS = {
  '5m': { stepMs: 5 * MINUTE_MS, reach: { rows: 1_440 }, reason: ROWS_REASON },
  '1H': { stepMs: HOUR_MS, reach: { rows: 1_440 }, reason: ROWS_REASON },
  '1Dutc': { stepMs: DAY_MS, reach: { since: '2024-01-01' }, reason: DAYS_REASON },
} as const satisfies Readonly<Record<string, { stepMs: number; reach: Reach; reason: string }>>;

interface Statistic {
  readonly name: string;
  readonly metric: BackfillMetric;
  readonly poll: ObservationPoll<never>;
  readonly period: keyof typeof PERIODS;
  readonly extra?: Readonly<Record<string, string>>;
}

/** Both times are left out: the one before the first row is asked for, and the first after the last. */
const statistic = ({ name, metric, poll, period, extra }: Statistic): DeepPages => ({
  id: `okx/${name}`,
  metric,
  poll,
  ...PERIODS[period],
  rows: 100,
  request: (scope) =>
    byInstId(poll.path, {
      period,
      ...extra,
      limit: '100',
      begin: String(scope.range.fromMs - 1),
      end: String(scope.range.toMs),
    })(scope),
});

/** `after` is older than, `before` newer than a time. */
const older =
  (path: string, extra: Readonly<Record<string, string>>) =>
  (scope: PageScope): ReturnType<DeepPages['request']> =>
    byInstId(path, {
      ...extra,
      before: String(scope.range.fromMs - 1),
      after: String(scope.range.toMs),
    })(scope);

const RATIOS = [
  ['long-short-account-ratio-contract', 'all-accounts'],
  ['long-short-account-ratio-contract-top-trader', 'top-accounts'],
  ['long-short-position-ratio-contract-top-trader', 'top-positions'],
] as const;
const COINS = { unit: '0' } as const;
const HISTORY = '/api/v5/market/history-candles';
const MARK_HISTORY = '/api/v5/market/history-mark-price-candles';
const FUNDING = '/api/v5/public/funding-rate-history';
const years = { stepMs: HOUR_MS, reach: 'launch', reason: YEARS_REASON } as const;
const traded = candles('history-candles', 'last');

export const okxDeep: readonly DeepPages[] = [
  statistic({
    name: 'deep-open-interest-5m',
    metric: 'open-interest',
    poll: openInterestHistory,
    period: '5m',
  }),
  statistic({ name: 'deep-open-interest', metric: 'open-interest', poll: openInterestHistory, period: '1H' }),
  statistic({
    name: 'deep-open-interest-daily',
    metric: 'open-interest',
    poll: openInterestHistory,
    period: '1Dutc',
  }),
  {
    id: 'okx/deep-funding',
    metric: 'funding',
    poll: fundingHistory,
    stepMs: HOUR_MS,
    rows: 336,
    reach: { days: 90 },
    reason: 'The documentation states up to three months; older rates stand in files.',
    request: (scope) =>
      scope.instrument.kind === 'perpetual'
        ? older(FUNDING, { limit: '400' })({ ...scope, range: withNeighbours(scope.range) })
        : undefined,
  },
  ...RATIOS.flatMap(([suffix, population]) => {
    const [name, metric, poll] = [
      `deep-long-short-${population}`,
      'long-short',
      longShort(suffix, population),
    ] as const;
    return [
      statistic({ name, metric, poll, period: '1H' }),
      statistic({ name: `${name}-daily`, metric, poll, period: '1Dutc' }),
    ];
  }),
  statistic({ name: 'deep-taker-volume', metric: 'taker', poll: takerVolume, period: '1H', extra: COINS }),
  statistic({
    name: 'deep-taker-volume-daily',
    metric: 'taker',
    poll: takerVolume,
    period: '1Dutc',
    extra: COINS,
  }),
  {
    id: 'okx/deep-candles',
    metric: 'price',
    poll: traded,
    ...years,
    rows: 300,
    request: older(HISTORY, { bar: '1H', limit: '300' }),
  },
  {
    id: 'okx/deep-mark-candles',
    metric: 'mark-price',
    poll: candles('history-mark-price-candles', 'mark'),
    ...years,
    rows: 100,
    request: older(MARK_HISTORY, { bar: '1H', limit: '100' }),
  },
  {
    id: 'okx/deep-spot-candles',
    metric: 'price',
    poll: about(traded, 'spot', 'okx/spot-history-candles', () => undefined),
    ...years,
    rows: 300,
    request: older(HISTORY, { bar: '1H', limit: '300' }),
  },
];

/** What it does not give so, and why. */
export const okxNotByPage: readonly NotByPage[] = reasonsOf('okx', {
  liquidations:
    'OKX keeps single liquidations of a week, pages of a hundred by a cursor: what is collected reads them.',
  basis:
    'Its history of premiums is not read: they compare impact prices and not the mark price with the index.',
  depth: 'OKX answers the order book of now alone; books of the past stand in its files.',
});
