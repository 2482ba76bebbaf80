import { HOUR_MS } from '../../../core/units.ts';
import type { ObservationPoll } from '../contract.ts';
import { reasonsOf } from '../deepPages.ts';
import type { DeepPages, NotByPage, PageScope } from '../deepPages.ts';
import { withEnds } from '../deepRange.ts';
import { candlePoll } from './candles.ts';
import { bySymbol, V2 } from './shared.ts';
import { spotCandles } from './spot.ts';

/**
 * What Bitget gives page by page: bars alone, finished ones, 200 at a time. A range may be 90 days and begins and ends at whole
 * bars; bars "after" its begin and "before" its end are documented, not whether those at the ends are in. Of spot pairs only
 * the end can be said. All else has no range: settlements come by the number of a page, counted from the newest, so that which
 * page holds a time depends on every change of the interval since; ratios and takers are the latest rows.
 */

const REASON = 'The documentation states all historical bars and no end.';
/** Of the 200 that an answer holds at most. */
const ROWS = 192;
const HISTORY = `${V2}/history-candles`;
const MARK_HISTORY = `${V2}/history-mark-candles`;
const SPOT_HISTORY = '/api/v2/spot/market/history-candles';

const asked = ({ range, nowMs }: PageScope): { readonly fromMs: number; readonly toMs: number } => {
  const { fromMs, toMs } = withEnds(range, HOUR_MS);
  // Nothing that is still running is answered: a time that is to come is not asked for.
  return { fromMs, toMs: Math.min(toMs, Math.floor(nowMs / HOUR_MS) * HOUR_MS) };
};

const hours =
  (path: string) =>
  (scope: PageScope): ReturnType<DeepPages['request']> => {
    const { fromMs, toMs } = asked(scope);
    const times = { startTime: String(fromMs), endTime: String(toMs) };
    return bySymbol(path, { granularity: '1H', limit: '200', ...times })(scope);
  };

const spotHistory: ObservationPoll<never> = {
  ...spotCandles,
  id: 'bitget/spot-history-candles',
  path: SPOT_HISTORY,
};
const bars = { stepMs: HOUR_MS, rows: ROWS, reach: 'launch', reason: REASON } as const;

export const bitgetDeep: readonly DeepPages[] = [
  {
    id: 'bitget/deep-candles',
    metric: 'price',
    poll: candlePoll('history-candles', HISTORY),
    ...bars,
    request: hours(HISTORY),
  },
  {
    id: 'bitget/deep-mark-candles',
    metric: 'mark-price',
    poll: candlePoll('history-mark-candles', MARK_HISTORY, undefined, () => 'mark'),
    ...bars,
    request: hours(MARK_HISTORY),
  },
  {
    id: 'bitget/deep-spot-candles',
    metric: 'price',
    poll: spotHistory,
    ...bars,
    request: (scope) => ({
      method: 'GET',
      path: SPOT_HISTORY,
      query: {
        symbol: scope.instrument.venueSymbol,
        granularity: '1h',
        limit: '200',
        endTime: String(asked(scope).toMs),
      },
    }),
  },
];

/** What it does not give so, and why. */
export const bitgetNotByPage: readonly NotByPage[] = reasonsOf('bitget', {
  'open-interest': 'Bitget has no history of open interest.',
  funding:
    'Bitget gives settlements by the number of a page and not by a time; what is collected has the newest hundred.',
  'long-short': 'Bitget gives the latest ratios alone, without a range.',
  taker: 'Bitget gives the latest volumes of takers alone, without a range.',
  liquidations: 'Bitget keeps single liquidations of three days, by a cursor: what is collected reads them.',
  basis: 'Bitget has no history of a premium or basis.',
  depth: 'Bitget answers the order book of now alone.',
});
