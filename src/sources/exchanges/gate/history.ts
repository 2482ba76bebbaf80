import * as z from 'zod';
import type { Candle, Liquidation, Observation } from '../../../core/observation.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../core/units.ts';
import { definePoll, type MapContext, type ObservationPoll } from '../contract.ts';
import {
  decimal, epochMs, epochSeconds, nonNegative, optional, optionalNonZero, positive, rows, text,
} from '../decode.ts'; // prettier-ignore
import { askedBetween, isFull, timesOf } from '../eventPage.ts';
import { observe, unlessFalseZero } from '../mapping.ts';
import { settledIntervals } from '../settledIntervals.ts';
import {
  barLength, byContract, DOCS, FUTURES, mapNamed, mapUnnamed, perEndpoint, sizeReporter, toBase, toUsd,
} from './shared.ts'; // prettier-ignore

export const fundingHistory = definePoll({
  id: 'gate/funding-history',
  method: 'GET',
  path: `${FUTURES}/funding_rate`,
  docsUrl: `${DOCS}/#futures-market-historical-funding-rate`,
  weight: 1,
  scope: perEndpoint(`${FUTURES}/funding_rate`),
  yields: ['funding-rate'],
  tense: 'history',
  cadenceMs: HOUR_MS,
  request: byContract('funding_rate', { limit: '200' }),
  schema: () => rows,
  map(payload, context) {
    const schema = z.object({ t: epochSeconds, r: decimal });
    const intervalOf = settledIntervals(context, payload, { timeKey: 't', unitMs: SECOND_MS });
    return mapUnnamed(payload, context, schema, (row, who, path) => {
      const interval = intervalOf(who, row.t, `${path}.r`);
      if (interval === undefined) return [];
      const settled = { kind: 'funding-rate', phase: 'settled', settlesAtMs: row.t, ...interval } as const;
      return [observe(context, who, row.t, { ...settled, fundingRatePerInterval: row.r })];
    });
  },
});

/** The same path answers mark and index prices for `mark_BTC_USDT` and `index_BTC_USDT`. */
const priceTypeOf = ({ params }: MapContext): Candle['priceType'] => {
  const prefix = /^(mark|index)_/.exec(params['contract'] ?? '')?.[1];
  return prefix === 'mark' || prefix === 'index' ? prefix : 'last';
};

const candlePoll = (name: string, prefix: string): ObservationPoll<never> =>
  definePoll({
    id: `gate/${name}`,
    method: 'GET',
    path: `${FUTURES}/candlesticks`,
    docsUrl: `${DOCS}/#futures-market-k-line-chart`,
    weight: 1,
    scope: perEndpoint(`${FUTURES}/candlesticks`),
    yields: ['candle'],
    tense: 'history',
    cadenceMs: 15 * MINUTE_MS,
    request: byContract('candlesticks', { interval: '1h', limit: '500' }, prefix),
    schema: () => rows,
    map(payload, context) {
      const priceType = priceTypeOf(context);
      const barMs = barLength(payload, 't', context);
      if (barMs === undefined) {
        const message = 'the bar length is not known: no interval in the request and fewer than two rows';
        context.report({ code: 'decode', path: '', message });
        return [];
      }
      const traded =
        priceType === 'last'
          ? optional(nonNegative)
          : z
              .unknown()
              .transform(() => undefined)
              .optional();
      const schema = z.object({
        t: epochSeconds, o: positive, h: positive, l: positive, c: positive, v: traded, sum: traded,
      }); // prettier-ignore
      const reportSize = sizeReporter(context);
      return mapUnnamed(payload, context, schema, (row, who, path) => {
        const size = who.instrument?.contractSize;
        if (size === undefined && row.v !== undefined) reportSize(who, `${path}.v`);
        const isInverse = size?.unit === 'quote';
        const bar = {
          kind: 'candle', priceType, barMs, openQuote: row.o, highQuote: row.h, lowQuote: row.l, closeQuote: row.c,
          // Dollars of inverse contracts were traded at many prices: no exact number of coins.
          volumeBase: isInverse ? undefined : toBase(row.v, size, undefined),
          volumeUsd: isInverse ? toUsd(row.v, size, undefined) : unlessFalseZero(row.sum, row.v),
        } as const; // prettier-ignore
        return [observe(context, who, row.t, bar)];
      });
    },
  });

export const candles = candlePoll('candles', '');
export const markCandles = candlePoll('mark-candles', 'mark_');

/** Liquidations as answered and as pushed: `size` is the position, positive of a long. */
export function liquidationsOf(
  list: readonly unknown[],
  context: MapContext,
  coverage: Liquidation['coverage'],
): Observation[] {
  const schema = z.object({
    time: epochSeconds, time_ms: optional(epochMs), contract: text, size: decimal, order_size: optionalNonZero(decimal), left: optional(decimal),
    fill_price: optionalNonZero(positive), order_price: optionalNonZero(positive),
  }); // prettier-ignore
  const reportSize = sizeReporter(context);
  return mapNamed(list, context, schema, (row) => row.contract, (row, who, path) => {
    const priceQuote = row.fill_price ?? row.order_price;
    // `size` is the position, `order_size` the order that closes it (opposite sign, and less for a partial one).
    const position = row.size !== 0 ? row.size : -(row.order_size ?? 0);
    if (priceQuote === undefined || position === 0) {
      context.report({ code: 'decode', path, message: 'neither a price nor a size above zero' });
      return [];
    }
    const size = who.instrument?.contractSize;
    if (size === undefined) reportSize(who, `${path}.size`);
    // What is `left` of the order was not filled: no position was closed by it.
    const contracts = Math.abs(row.order_size ?? row.size) - Math.abs(row.left ?? 0);
    if (contracts < 0) {
      context.report({ code: 'implausible', path: `${path}.left`, message: 'more is left than was ordered' });
    }
    if (contracts <= 0) return [];
    const event = {
      kind: 'liquidation', liquidatedSide: position > 0 ? 'long' : 'short', priceQuote,
      priceBasis: row.fill_price === undefined ? 'order' : 'fill',
      sizeBase: toBase(contracts, size, priceQuote), notionalUsd: toUsd(contracts, size, priceQuote),
      sizeContracts: size === undefined ? contracts : undefined, coverage,
    } as const; // prettier-ignore
    return [observe(context, who, row.time_ms ?? row.time, event)];
  }); // prettier-ignore
}

export const liquidations = definePoll({
  id: 'gate/liquidations',
  method: 'GET',
  path: `${FUTURES}/liq_orders`,
  docsUrl: `${DOCS}/#query-liquidation-order-history`,
  weight: 1,
  scope: perEndpoint(`${FUTURES}/liq_orders`),
  yields: ['liquidation'],
  mayBeEmpty: true,
  tense: 'history',
  cadenceMs: MINUTE_MS,
  // The window may be an hour at most.
  request: (scope) => {
    const to = Math.floor(scope.nowMs / SECOND_MS);
    return byContract('liq_orders', {
      from: String(to - HOUR_MS / SECOND_MS),
      to: String(to),
      limit: '1000',
    })(scope);
  },
  schema: () => rows,
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
