import { MINUTE_MS } from '../../../core/units.ts';
import { definePoll, type ObservationPoll } from '../contract.ts';
import { amounts } from '../kit/amounts.ts';
import { reportUnknownBar } from '../kit/bars.ts';
import { columnsOf } from '../kit/columns.ts';
import { eachRow } from '../kit/eachRow.ts';
import { epochMs, nonNegative, optional, positive } from '../kit/fields.ts';
import { arrayReader } from '../kit/rowReader.ts';
import { dollars } from '../kit/subject.ts';
import { about, answer, asks, barLength, byInstId, counted, DOCS, perTwoSeconds } from './shared.ts';

/** Requests in two seconds that OKX allows for bars. */
const LIMITS = {
  candles: 40,
  'mark-price-candles': 20,
  'history-candles': 20,
  'history-mark-price-candles': 10,
};

const prices = { ts: epochMs, open: positive, high: positive, low: positive, close: positive };
const amount = optional(nonNegative);
/**
 * Traded bars go on with contracts, coins, quote currency (of spot pairs: coins, quote currency, quote currency); mark price
 * bars with the flag `confirm`.
 */
const TRADED = arrayReader({ ...prices, vol: amount, volCcy: amount, volCcyQuote: amount });
const UNTRADED = arrayReader(prices);
const PRICES = ['openQuote', 'highQuote', 'lowQuote', 'closeQuote'] as const;

export function candles(name: keyof typeof LIMITS, priceType: 'last' | 'mark'): ObservationPoll<never> {
  const path = `/api/v5/market/${name}`;
  const isTraded = priceType === 'last';
  const anchor = isTraded
    ? 'order-book-trading-market-data-get-candlesticks'
    : 'public-data-rest-api-get-mark-price-candlesticks';
  return definePoll({
    id: `okx/${name}`,
    method: 'GET',
    path,
    docsUrl: `${DOCS}#${anchor}`,
    weight: 1,
    scope: perTwoSeconds(path, LIMITS[name]),
    yields: ['candle'],
    tense: 'history',
    cadenceMs: 15 * MINUTE_MS,
    // The older bars are only read where such an answer is handed in.
    ...(name.startsWith('history-')
      ? { asked: false }
      : { request: byInstId(path, { bar: '1H', limit: isTraded ? '300' : '100' }) }),
    asks,
    schema: answer,
    map({ data }, context) {
      const barMs = barLength(context, 'bar', data);
      if (barMs === undefined) {
        reportUnknownBar(context, 'data');
        return [];
      }
      const shared = { kind: 'candle', priceType, barMs } as const;
      if (!isTraded) {
        const out = columnsOf(context, shared, PRICES, data.length);
        eachRow(context, data, 'data', UNTRADED, (bar, who) =>
          out.of(who).push(bar.ts, bar.open, bar.high, bar.low, bar.close),
        );
        return out.chunks();
      }
      const out = columnsOf(context, shared, [...PRICES, 'volumeBase', 'volumeUsd'], data.length);
      eachRow(context, data, 'data', TRADED, (bar, who) => {
        const traded = amounts(who, counted(who), bar.vol);
        const volumeBase = (who.market === 'spot' ? undefined : bar.volCcy) ?? traded.base;
        const volumeUsd = dollars(bar.volCcyQuote, who) ?? traded.usd;
        out.of(who).push(bar.ts, bar.open, bar.high, bar.low, bar.close, volumeBase, volumeUsd);
      });
      return out.chunks();
    },
  });
}

export const spotCandles = about(candles('candles', 'last'), 'spot', 'okx/spot-candles', (scope) =>
  scope.instrument.kind === 'spot'
    ? byInstId('/api/v5/market/candles', { bar: '1H', limit: '300' })(scope)
    : undefined,
);
