import * as z from 'zod';
import { MINUTE_MS } from '../../../core/units.ts';
import { definePoll, type ObservationPoll } from '../contract.ts';
import { columns, epochMs, nonNegative, optional, positive } from '../decode.ts';
import { observe } from '../mapping.ts';
import {
  about, amountOf, answer, barLength, byInstId, DOCS, dollars, mapAny, perTwoSeconds, reportUnknownBar,
} from './shared.ts'; // prettier-ignore

/** Requests in two seconds that OKX allows for bars. */
const LIMITS = {
  candles: 40,
  'mark-price-candles': 20,
  'history-candles': 20,
  'history-mark-price-candles': 10,
};

export function candles(name: keyof typeof LIMITS, priceType: 'last' | 'mark'): ObservationPoll<never> {
  const path = `/api/v5/market/${name}`;
  const isTraded = priceType === 'last';
  // The older bars are only read where such an answer is handed in.
  const isAsked = !name.startsWith('history-');
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
    request: isAsked ? byInstId(path, { bar: '1H', limit: isTraded ? '300' : '100' }) : () => undefined,
    schema: answer,
    map(payload, context) {
      const prices = { ts: epochMs, open: positive, high: positive, low: positive, close: positive };
      // Traded bars go on with contracts, coins, quote currency (of spot pairs: coins, quote currency, quote currency);
      // mark price bars with the flag `confirm`.
      const volume = isTraded ? optional(nonNegative) : z.unknown().transform(() => undefined);
      const row = columns({ ...prices, vol: volume, volCcy: volume, volCcyQuote: volume });
      const barMs = barLength(context, 'bar', payload);
      if (barMs === undefined) {
        reportUnknownBar(context);
        return [];
      }
      return mapAny(payload.data.map(row.name), context, row.schema, (bar, who) => {
        const fromContracts = amountOf(bar.vol, who);
        const isSpot = who.market === 'spot';
        return [
          observe(context, who, bar.ts, {
            kind: 'candle',
            priceType,
            barMs,
            openQuote: bar.open,
            highQuote: bar.high,
            lowQuote: bar.low,
            closeQuote: bar.close,
            volumeBase: (isSpot ? undefined : bar.volCcy) ?? fromContracts.base,
            volumeUsd: dollars(bar.volCcyQuote, who) ?? fromContracts.usd,
          }),
        ];
      });
    },
  });
}

export const spotCandles = about(candles('candles', 'last'), 'spot', 'okx/spot-candles', (scope) =>
  scope.instrument.kind === 'spot'
    ? byInstId('/api/v5/market/candles', { bar: '1H', limit: '300' })(scope)
    : undefined,
);
