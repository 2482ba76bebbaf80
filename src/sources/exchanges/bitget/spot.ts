import type { HttpRequestSpec, RequestScope } from '../contract.ts';
import * as z from 'zod';
import type { Observation } from '../../../core/observation.ts';
import { DAY_MS, MINUTE_MS } from '../../../core/units.ts';
import { definePoll, type MapContext } from '../contract.ts';
import { columns, epochMs, nonNegative, optional, optionalNonZero, positive, rows, text } from '../decode.ts';
import { observe, type Subject } from '../mapping.ts';
import {
  barLength, dollars, DOCS, envelope, mapNamed, mapUnnamed, perSecond, requestTime, valuesOf,
} from './shared.ts'; // prettier-ignore

/** Spot pairs: spelled like the perpetuals, sizes in coins. */

const SPOT = '/api/v2/spot/market';

const byPair =
  (path: string, extra: Record<string, string> = {}) =>
  ({ instrument }: RequestScope): HttpRequestSpec | undefined =>
    instrument.kind === 'spot'
      ? { method: 'GET', path, query: { symbol: instrument.venueSymbol, ...extra } }
      : undefined;

export const spotTickerRow = () =>
  z.object({
    symbol: optional(text),
    instId: optional(text),
    ts: optional(epochMs),
    lastPr: optionalNonZero(positive),
    baseVolume: optional(nonNegative),
    quoteVolume: optional(nonNegative),
  });

/** Last price and volume, answered or pushed. */
export function spotTickerOf(
  context: MapContext,
  row: z.infer<ReturnType<typeof spotTickerRow>>,
  who: Subject,
  atMs: number | undefined,
): Observation[] {
  const observations: Observation[] = [];
  const at = row.ts ?? atMs;
  if (row.lastPr !== undefined)
    observations.push(observe(context, who, at, { kind: 'mark-price', lastPriceQuote: row.lastPr }));
  const volumes = { volumeBase: row.baseVolume, volumeUsd: dollars(row.quoteVolume, who) };
  if ((volumes.volumeBase ?? volumes.volumeUsd) !== undefined)
    observations.push(observe(context, who, at, { kind: 'volume', windowMs: DAY_MS, ...volumes }));
  return observations;
}

export const spotTicker = definePoll({
  id: 'bitget/spot-ticker',
  method: 'GET',
  path: `${SPOT}/tickers`,
  docsUrl: `${DOCS}/spot/market/Get-Tickers`,
  weight: 1,
  scope: perSecond(`${SPOT}/tickers`),
  about: 'spot',
  yields: ['mark-price', 'volume'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  request: byPair(`${SPOT}/tickers`),
  schema: () => envelope(rows),
  map(payload, context) {
    const atMs = requestTime(payload, context);
    const schema = spotTickerRow().extend({ symbol: text });
    return mapNamed(payload.data, 'data', context, schema, (row, who) =>
      spotTickerOf(context, row, who, atMs),
    );
  },
});

export const spotCandles = definePoll({
  id: 'bitget/spot-candles',
  method: 'GET',
  path: `${SPOT}/candles`,
  docsUrl: `${DOCS}/spot/market/Get-Candle-Data`,
  weight: 1,
  scope: perSecond(`${SPOT}/candles`),
  about: 'spot',
  yields: ['candle'],
  tense: 'history',
  cadenceMs: 15 * MINUTE_MS,
  request: byPair(`${SPOT}/candles`, { granularity: '1h', limit: '500' }),
  schema: () => envelope(rows),
  map(payload, context) {
    // Coins, then the value in USDT, then in quote currency.
    const volume = optional(nonNegative);
    const row = columns({
      ts: epochMs, open: positive, high: positive, low: positive, close: positive, volumeBase: volume, volumeUsd: volume,
    }); // prettier-ignore
    const barMs = barLength(context.params['granularity'], valuesOf(payload.data, 0), context);
    if (barMs === undefined) return [];
    return mapUnnamed(payload.data.map(row.name), context, row.schema, (bar, who) => [
      observe(context, who, bar.ts, {
        kind: 'candle', priceType: 'last', barMs, openQuote: bar.open, highQuote: bar.high, lowQuote: bar.low,
        closeQuote: bar.close, volumeBase: bar.volumeBase, volumeUsd: bar.volumeUsd,
      }),
    ]); // prettier-ignore
  },
});
