import { MINUTE_MS } from '../../../core/units.ts';
import { epochMs, positive, text } from '../kit/fields.ts';
import { rowReader } from '../kit/rowReader.ts';
import { defineChannel } from '../stream.ts';
import { asks, DOCS, liquidationOf, mapPush, push, side } from './channels.ts';
import { klines } from './history.ts';

/** Read where such answers and frames are handed in, never asked for. */

export const indexKlines = klines('index-price-kline', 'index');

const LIQUIDATION = rowReader(
  { updatedTime: epochMs, symbol: text, side, size: positive, price: positive },
  { symbol: 'symbol' },
);

/** The topic before 2025-02-26: one event per contract and second at most. */
export const oldLiquidations = defineChannel({
  id: 'bybit/stream-liquidation',
  docsUrl: `${DOCS}liquidation`,
  yields: ['liquidation'],
  rhythm: 'events',
  staleAfterMs: 10 * MINUTE_MS,
  coverage: 'sampled',
  asked: false,
  asks,
  schema: push,
  map: (payload, context) =>
    mapPush(payload, context, LIQUIDATION, (row, who) => {
      const forced = { atMs: row.updatedTime, side: row.side, size: row.size, priceQuote: row.price };
      return [liquidationOf(context, who, forced, 'sampled')];
    }),
});
