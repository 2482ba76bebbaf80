import { HOUR_MS } from '../../../core/units.ts';
import { reasonsOf } from '../deepPages.ts';
import type { DeepPages, NotByPage, PageRange } from '../deepPages.ts';
import { askedAnew, ofPages } from '../kit/pageRequest.ts';
import { candles, fundingHistory } from './history.ts';

/** Both ends are documented as the earliest and the most recent time to return, so both are inclusive. */
const between = ({ fromMs, toMs }: PageRange) => ({
  start_timestamp: String(fromMs),
  end_timestamp: String(toMs - 1),
});

/** 30 days: one answer of settlements holds 744 rows at most. */
const ROWS = 720;

/** What Deribit gives page by page. */
export const deribitDeep: readonly DeepPages[] = [
  {
    id: 'deribit/deep-funding',
    metric: 'funding',
    poll: ofPages(fundingHistory),
    stepMs: HOUR_MS,
    rows: ROWS,
    reach: 'launch',
    reason: 'Deribit documents no limit of time, and clients read its hourly rates window by window.',
    request: (scope) => askedAnew(fundingHistory, scope, between(scope.range)),
  },
  {
    id: 'deribit/deep-candles',
    metric: 'price',
    poll: ofPages(candles),
    stepMs: HOUR_MS,
    rows: ROWS,
    reach: 'launch',
    reason: 'Deribit documents no limit of time for its bars.',
    request: (scope) => askedAnew(candles, scope, between(scope.range)),
  },
];

/** What it does not give so, and why. */
export const deribitNotByPage: readonly NotByPage[] = reasonsOf('deribit', {
  'open-interest': 'Deribit publishes open interest as it is now, and no history of it.',
  'long-short': 'Deribit publishes no ratio of longs and shorts.',
  taker: 'Deribit states takers in single trades alone, and a time may hold any number of them.',
  'mark-price': 'Deribit publishes bars of traded prices, and none of mark prices.',
  liquidations:
    'Deribit marks liquidations in single trades, of which a time may hold any number, and its main host keeps recent ones alone.',
  basis: 'Deribit publishes no history of mark or index prices that a basis could be made of.',
  depth: 'Deribit publishes order books as they are now.',
});
