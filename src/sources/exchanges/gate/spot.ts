import * as z from 'zod';
import type { Observation } from '../../../core/observation.ts';
import { countsAsDollar, DAY_MS, MINUTE_MS } from '../../../core/units.ts';
import { definePoll, type HttpRequestSpec, type MapContext, type RequestScope } from '../contract.ts';
import {
  columns,
  epochMs,
  epochSeconds,
  nonNegative,
  optional,
  optionalNonZero,
  positive,
  rows,
  text,
} from '../decode.ts';
import { mapRows, observe, type Subject } from '../mapping.ts';
import { barLength, DOCS, mapNamed, parseSymbol, perEndpoint, tradeId, wholeMs } from './shared.ts';

/** Spot pairs: sizes are coins, and pairs are spelled like the contracts. */

const byPair =
  (path: string, extra: Record<string, string> = {}) =>
  ({ instrument }: RequestScope): HttpRequestSpec | undefined =>
    instrument.kind === 'spot'
      ? { method: 'GET', path, query: { currency_pair: instrument.venueSymbol, ...extra } }
      : undefined;

/** Returns a value in quote currency where that currency counts as a dollar, else undefined. */
const dollars = (value: number | undefined, who: Subject): number | undefined => {
  const quote = parseSymbol(who.venueSymbol)?.quoteAsset;
  return quote !== undefined && countsAsDollar(quote) ? value : undefined;
};

const TICKERS = '/api/v4/spot/tickers';

/** Prices and volume of spot tickers, answered or pushed. */
export function spotTickersOf(
  list: readonly unknown[],
  context: MapContext,
  atMs: number | undefined,
): Observation[] {
  const amount = optional(nonNegative);
  const schema = z.object({
    currency_pair: text,
    last: optionalNonZero(positive),
    base_volume: amount,
    quote_volume: amount,
  });
  return mapNamed(list, context, schema, (row) => row.currency_pair, (row, who) => {
    const observations: Observation[] = [];
    if (row.last !== undefined)
      observations.push(observe(context, who, atMs, { kind: 'mark-price', lastPriceQuote: row.last }));
    const volumes = { volumeBase: row.base_volume, volumeUsd: dollars(row.quote_volume, who) };
    if ((volumes.volumeBase ?? volumes.volumeUsd) !== undefined)
      observations.push(observe(context, who, atMs, { kind: 'volume', windowMs: DAY_MS, ...volumes }));
    return observations;
  }); // prettier-ignore
}

export const spotTicker = definePoll({
  id: 'gate/spot-ticker',
  method: 'GET',
  path: TICKERS,
  docsUrl: `${DOCS}/#get-currency-pair-ticker-information`,
  weight: 1,
  scope: perEndpoint(TICKERS),
  about: 'spot',
  yields: ['mark-price', 'volume'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  request: byPair(TICKERS),
  schema: () => rows,
  map: (payload, context) => spotTickersOf(payload, context, undefined),
});

const CANDLES = '/api/v4/spot/candlesticks';

export const spotCandles = definePoll({
  id: 'gate/spot-candles',
  method: 'GET',
  path: CANDLES,
  docsUrl: `${DOCS}/#market-k-line-chart`,
  weight: 1,
  scope: perEndpoint(CANDLES),
  about: 'spot',
  yields: ['candle'],
  tense: 'history',
  cadenceMs: 15 * MINUTE_MS,
  request: byPair(CANDLES, { interval: '1h', limit: '500' }),
  schema: () => rows,
  map(payload, context) {
    // The order is Gate's own: quote volume, close, high, low, open, coins; older answers end before the coins.
    const volume = optional(nonNegative);
    const row = columns({
      t: epochSeconds, quoteVolume: volume, close: positive, high: positive, low: positive, open: positive,
      volumeBase: volume,
    }); // prettier-ignore
    const named = payload.map(row.name);
    const barMs = barLength(named, 't', context);
    if (barMs === undefined) {
      const message = 'the bar length is not known: no interval in the request and fewer than two rows';
      context.report({ code: 'decode', path: '', message });
      return [];
    }
    const where = { path: '', requested: context.params['currency_pair'], symbolIn: () => undefined };
    return mapRows({ parseSymbol }, context, named, row.schema, where, (bar, who) => {
      const { open: openQuote, high: highQuote, low: lowQuote, close: closeQuote, volumeBase } = bar;
      const prices = {
        kind: 'candle',
        priceType: 'last',
        barMs,
        openQuote,
        highQuote,
        lowQuote,
        closeQuote,
      } as const;
      return [
        observe(context, who, bar.t, { ...prices, volumeBase, volumeUsd: dollars(bar.quoteVolume, who) }),
      ];
    });
  },
});

/** Trades of spot pairs as they are pushed. `side` is the taker's. */
export function spotTradesOf(list: readonly unknown[], context: MapContext): Observation[] {
  const schema = z.object({
    id: tradeId, create_time: epochSeconds, create_time_ms: optional(epochMs), currency_pair: text,
    side: z.enum(['buy', 'sell']), amount: positive, price: positive,
  }); // prettier-ignore
  return mapNamed(list, context, schema, (row) => row.currency_pair, (row, who) => {
    const fields = {
      kind: 'trade', takerSide: row.side, priceQuote: row.price, sizeBase: row.amount, sizeContracts: undefined,
      notionalUsd: dollars(row.amount * row.price, who), tradeId: row.id,
    } as const;
    return [observe(context, who, wholeMs(row.create_time_ms) ?? row.create_time, fields)];
  }); // prettier-ignore
}
