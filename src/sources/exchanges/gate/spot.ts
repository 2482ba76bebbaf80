import type { Observation } from '../../../core/observation.ts';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../../core/units.ts';
import { definePoll, type HttpRequestSpec, type MapContext, type RequestScope } from '../contract.ts';
import { barOf, reportUnknownBar } from '../kit/bars.ts';
import { columnsOf } from '../kit/columns.ts';
import { eachRow, mapEach } from '../kit/eachRow.ts';
import {
  epochMs, epochSeconds, nonNegative, oneOf, optional, optionalNonZero, positive, text,
} from '../kit/fields.ts'; // prettier-ignore
import { idText } from '../kit/ids.ts';
import { rows } from '../kit/payloads.ts';
import { arrayReader, rowReader } from '../kit/rowReader.ts';
import { dollars } from '../kit/subject.ts';
import { observe } from '../mapping.ts';
import { at, BARS, wholeMs } from './shared.ts';

/** Spot pairs: sizes are coins, and pairs are spelled like the contracts. */

const SPOT = '/api/v4/spot';

const byPair =
  (path: string, extra: Record<string, string> = {}) =>
  ({ instrument }: RequestScope): HttpRequestSpec | undefined =>
    instrument.kind === 'spot'
      ? { method: 'GET', path, query: { currency_pair: instrument.venueSymbol, ...extra } }
      : undefined;

const amount = optional(nonNegative);
const TICKER = rowReader(
  { currency_pair: text, last: optionalNonZero(positive), base_volume: amount, quote_volume: amount },
  { symbol: 'currency_pair' },
);

/** Prices and volume of spot tickers, answered or pushed. */
export function spotTickersOf(
  list: readonly unknown[],
  context: MapContext,
  atMs: number | undefined,
): Observation[] {
  return mapEach(context, list, '', TICKER, (row, who) => {
    const observations: Observation[] = [];
    if (row.last !== undefined)
      observations.push(observe(context, who, atMs, { kind: 'mark-price', lastPriceQuote: row.last }));
    const volumes = { volumeBase: row.base_volume, volumeUsd: dollars(row.quote_volume, who) };
    if ((volumes.volumeBase ?? volumes.volumeUsd) !== undefined)
      observations.push(observe(context, who, atMs, { kind: 'volume', windowMs: DAY_MS, ...volumes }));
    return observations;
  });
}

export const spotTicker = definePoll({
  id: 'gate/spot-ticker',
  ...at(`${SPOT}/tickers`, 'get-currency-pair-ticker-information'),
  about: 'spot',
  asks: 'currency_pair',
  yields: ['mark-price', 'volume'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  request: byPair(`${SPOT}/tickers`),
  schema: rows,
  map: (payload, context) => spotTickersOf(payload, context, undefined),
});

// The order is Gate's own: quote volume, close, high, low, open, coins; older answers end before the coins.
const BAR = arrayReader({
  t: epochSeconds, quoteVolume: amount, close: positive, high: positive, low: positive, open: positive, volumeBase: amount,
}); // prettier-ignore
const TIME_AT = 0;

export const spotCandles = definePoll({
  id: 'gate/spot-candles',
  ...at(`${SPOT}/candlesticks`, 'market-k-line-chart'),
  about: 'spot',
  asks: 'currency_pair',
  yields: ['candle'],
  tense: 'history',
  cadenceMs: 15 * MINUTE_MS,
  request: byPair(`${SPOT}/candlesticks`, { interval: '1h', limit: '500' }),
  schema: rows,
  map(payload, context) {
    const named = context.params['interval'];
    const barMs = barOf({ named, units: BARS, list: payload, time: TIME_AT, unitMs: SECOND_MS });
    if (barMs === undefined) {
      reportUnknownBar(context, '');
      return [];
    }
    const bars = columnsOf(
      context,
      { kind: 'candle', priceType: 'last', barMs },
      ['openQuote', 'highQuote', 'lowQuote', 'closeQuote', 'volumeBase', 'volumeUsd'],
      payload.length,
    );
    eachRow(context, payload, '', BAR, ({ t, open, high, low, close, volumeBase, quoteVolume }, who) =>
      bars.of(who).push(t, open, high, low, close, volumeBase, dollars(quoteVolume, who)),
    );
    return bars.chunks();
  },
});

const TRADE = rowReader(
  {
    id: idText, create_time: epochSeconds, create_time_ms: optional(epochMs), currency_pair: text,
    side: oneOf('buy', 'sell'), amount: positive, price: positive,
  },
  { symbol: 'currency_pair' },
); // prettier-ignore

/** Trades of spot pairs as they are pushed. `side` is the taker's. */
export function spotTradesOf(list: readonly unknown[], context: MapContext): Observation[] {
  return mapEach(context, list, '', TRADE, (row, who) => {
    const fields = {
      kind: 'trade', takerSide: row.side, priceQuote: row.price, sizeBase: row.amount,
      notionalUsd: dollars(row.amount * row.price, who), tradeId: row.id,
    } as const; // prettier-ignore
    return [observe(context, who, wholeMs(row.create_time_ms) ?? row.create_time, fields)];
  });
}
