import { HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import { reasonsOf } from '../deepPages.ts';
import type { DeepPages, NotByPage } from '../deepPages.ts';
import { ofPages } from '../kit/pageRequest.ts';
import { candles, fundingHistory } from './history.ts';
import { info } from './shared.ts';

/** What any question costs; each so many rows of an answer cost 1 more. */
const WEIGHT = 20;
const costOf = (rows: number, perRows: number): number => WEIGHT + Math.ceil(rows / perRows);

/** The longest interval there was, and the ms after the full hour that settlements are dated: what a page needs beside it. */
const BESIDE_MS = 8 * HOUR_MS + MINUTE_MS;
const BESIDE_ROWS = 17;
/** 20 days; with those beside it an answer stays below the 500 rows that it may hold. */
const FUNDING_ROWS = 480;

const BARS_KEPT = 5_000;
/** 30 days. */
const BARS = 720;

/** What Hyperliquid gives page by page. */
export const hyperliquidDeep: readonly DeepPages[] = [
  {
    id: 'hyperliquid/deep-funding',
    metric: 'funding',
    also: ['basis'],
    poll: ofPages(fundingHistory),
    weight: costOf(FUNDING_ROWS + BESIDE_ROWS, 20),
    stepMs: HOUR_MS,
    rows: FUNDING_ROWS,
    reach: { since: '2023-05-12' },
    reason:
      'Rates exist since 2023-05-12, the first weeks every 8 h; its documentation names no limit but 500 rows.',
    request: ({ instrument, range: { fromMs, toMs } }) =>
      instrument.kind === 'perpetual'
        ? info({
            type: 'fundingHistory',
            coin: instrument.venueSymbol,
            startTime: fromMs - BESIDE_MS,
            // The premium of a settlement is labelled with the begin of its interval.
            endTime: toMs + BESIDE_MS,
          })
        : undefined,
  },
  {
    id: 'hyperliquid/deep-candles',
    metric: 'price',
    poll: ofPages(candles),
    weight: costOf(BARS, 60),
    stepMs: HOUR_MS,
    rows: BARS,
    reach: { rows: BARS_KEPT },
    reason: 'Hyperliquid documents that only the 5,000 newest bars of each length are to be had.',
    request: ({ instrument, range: { fromMs, toMs } }) =>
      instrument.kind === 'perpetual'
        ? info({
            type: 'candleSnapshot',
            req: { coin: instrument.venueSymbol, interval: '1h', startTime: fromMs, endTime: toMs - 1 },
          })
        : undefined,
  },
];

/** What it does not give so, and why. */
export const hyperliquidNotByPage: readonly NotByPage[] = reasonsOf('hyperliquid', {
  'open-interest': 'The API of Hyperliquid states open interest as it is now, and no history of it.',
  'long-short': 'Hyperliquid publishes no ratio of longs and shorts.',
  taker: 'Hyperliquid states takers in the trades of its stream, and keeps no history of them.',
  'mark-price': 'Hyperliquid publishes bars of traded prices, and none of mark prices.',
  liquidations: 'Hyperliquid has no feed of the liquidations of the whole market.',
  depth: 'Hyperliquid publishes order books as they are now.',
});
