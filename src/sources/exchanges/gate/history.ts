import type { Candle, Liquidation, Observation } from '../../../core/observation.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../core/units.ts';
import { definePoll, type MapContext, type ObservationPoll } from '../contract.ts';
import { askedBetween, isFull, timesOf } from '../eventPage.ts';
import { amounts } from '../kit/amounts.ts';
import { barOf, reportUnknownBar } from '../kit/bars.ts';
import { columnsOf } from '../kit/columns.ts';
import { eachRow, mapEach } from '../kit/eachRow.ts';
import {
  decimal, epochMs, epochSeconds, ignored, nonNegative, optional, optionalNonZero, positive, text,
} from '../kit/fields.ts'; // prettier-ignore
import { rows } from '../kit/payloads.ts';
import { rowReader } from '../kit/rowReader.ts';
import { sizeReporter } from '../kit/unknownSize.ts';
import { observe, unlessFalseZero } from '../mapping.ts';
import { settledColumns } from '../settledIntervals.ts';
import { atFutures, BARS, byContract } from './shared.ts';

const SETTLED = rowReader({ t: epochSeconds, r: decimal });

export const fundingHistory = definePoll({
  id: 'gate/funding-history',
  ...atFutures('funding_rate', 'futures-market-historical-funding-rate'),
  yields: ['funding-rate'],
  tense: 'history',
  cadenceMs: HOUR_MS,
  request: byContract('funding_rate', { limit: '200' }),
  schema: rows,
  map(payload, context) {
    const rates = settledColumns(context, payload, { timeKey: 't', unitMs: SECOND_MS });
    eachRow(context, payload, '', SETTLED, ({ t, r }, who, at) => rates.push(who, t, r, at, 'r'));
    return rates.chunks();
  },
});

/** The same path answers mark and index prices for `mark_BTC_USDT` and `index_BTC_USDT`. */
const priceTypeOf = ({ params }: MapContext): Candle['priceType'] => {
  const prefix = /^(mark|index)_/.exec(params['contract'] ?? '')?.[1];
  return prefix === 'mark' || prefix === 'index' ? prefix : 'last';
};

const prices = { t: epochSeconds, o: positive, h: positive, l: positive, c: positive };
const amount = optional(nonNegative);
const TRADED = rowReader({ ...prices, v: amount, sum: amount });
const UNTRADED = rowReader({ ...prices, v: ignored, sum: ignored });

const candlePoll = (name: string, prefix: string): ObservationPoll<never> =>
  definePoll({
    id: `gate/${name}`,
    ...atFutures('candlesticks', 'futures-market-k-line-chart'),
    yields: ['candle'],
    tense: 'history',
    cadenceMs: 15 * MINUTE_MS,
    request: byContract('candlesticks', { interval: '1h', limit: '500' }, prefix),
    schema: rows,
    map(payload, context) {
      const priceType = priceTypeOf(context);
      const named = context.params['interval'];
      const barMs = barOf({ named, units: BARS, list: payload, time: 't', unitMs: SECOND_MS });
      if (barMs === undefined) {
        reportUnknownBar(context, '');
        return [];
      }
      const reportSize = sizeReporter(context);
      const bars = columnsOf(
        context,
        { kind: 'candle', priceType, barMs },
        ['openQuote', 'highQuote', 'lowQuote', 'closeQuote', 'volumeBase', 'volumeUsd'],
        payload.length,
      );
      const reader = priceType === 'last' ? TRADED : UNTRADED;
      eachRow(context, payload, '', reader, ({ t, o, h, l, c, v, sum }, who, at) => {
        const size = who.instrument?.contractSize;
        if (size === undefined && v !== undefined) reportSize(who, at, 'v');
        // Dollars of inverse contracts were traded at many prices: no exact number of coins.
        const { base, usd } = amounts(who, 'contracts', v);
        bars.of(who).push(t, o, h, l, c, base, size?.unit === 'quote' ? usd : unlessFalseZero(sum, v));
      });
      return bars.chunks();
    },
  });

export const candles = candlePoll('candles', '');
export const markCandles = candlePoll('mark-candles', 'mark_');

const LIQUIDATION = rowReader(
  {
    time: epochSeconds, time_ms: optional(epochMs), contract: text, size: decimal, order_size: optionalNonZero(decimal),
    left: optional(decimal), fill_price: optionalNonZero(positive), order_price: optionalNonZero(positive),
  },
  { symbol: 'contract' },
); // prettier-ignore

/** Liquidations as answered and as pushed: `size` is the position, positive of a long. */
export function liquidationsOf(
  list: readonly unknown[],
  context: MapContext,
  coverage: Liquidation['coverage'],
): Observation[] {
  const reportSize = sizeReporter(context);
  return mapEach(context, list, '', LIQUIDATION, (row, who, at) => {
    const priceQuote = row.fill_price ?? row.order_price;
    // `size` is the position, `order_size` the order that closes it (opposite sign, and less for a partial one).
    const position = row.size !== 0 ? row.size : -(row.order_size ?? 0);
    if (priceQuote === undefined || position === 0) {
      context.report({ code: 'decode', path: String(at), message: 'neither a price nor a size above zero' });
      return [];
    }
    if (who.instrument === undefined) reportSize(who, at, 'size');
    // What is `left` of the order was not filled: no position was closed by it.
    const contracts = Math.abs(row.order_size ?? row.size) - Math.abs(row.left ?? 0);
    if (contracts < 0) {
      context.report({ code: 'implausible', path: at.of('left'), message: 'more is left than was ordered' });
    }
    if (contracts <= 0) return [];
    const sizes = amounts(who, 'contracts', contracts, priceQuote);
    const event = {
      kind: 'liquidation', liquidatedSide: position > 0 ? 'long' : 'short', priceQuote,
      priceBasis: row.fill_price === undefined ? 'order' : 'fill',
      sizeBase: sizes.base, notionalUsd: sizes.usd, sizeContracts: sizes.contracts, coverage,
    } as const; // prettier-ignore
    return [observe(context, who, row.time_ms ?? row.time, event)];
  });
}

export const liquidations = definePoll({
  id: 'gate/liquidations',
  ...atFutures('liq_orders', 'query-liquidation-order-history'),
  yields: ['liquidation'],
  mayBeEmpty: true,
  tense: 'history',
  cadenceMs: MINUTE_MS,
  // The window may be an hour at most.
  request: (scope) => {
    const to = Math.floor(scope.nowMs / SECOND_MS);
    const from = to - HOUR_MS / SECOND_MS;
    return byContract('liq_orders', { from: String(from), to: String(to), limit: '1000' })(scope);
  },
  schema: rows,
  // Not paged: the hours that are past stand in contract_stats.
  events: {
    coverage: 'unverified',
    page: (payload, context) => ({
      rowTimesMs: timesOf(payload, 'time', SECOND_MS),
      isCut: isFull(payload, context),
      asked: askedBetween(context, 'from', 'to', SECOND_MS),
    }),
  },
  map: (payload, context) => liquidationsOf(payload, context, 'unverified'),
});
