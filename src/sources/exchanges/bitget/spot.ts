import type { Observation } from '../../../core/observation.ts';
import { DAY_MS, MINUTE_MS } from '../../../core/units.ts';
import { definePoll, type HttpRequestSpec, type MapContext, type RequestScope } from '../contract.ts';
import { mapEach } from '../kit/eachRow.ts';
import type { Fields } from '../kit/field.ts';
import { epochMs, nonNegative, optional, optionalNonZero, positive, text } from '../kit/fields.ts';
import { rows } from '../kit/payloads.ts';
import { rowReader } from '../kit/rowReader.ts';
import { dollars, type Subject } from '../kit/subject.ts';
import { observe } from '../mapping.ts';
import { candlesOf } from './candles.ts';
import { at, envelope, requestTime } from './shared.ts';

/** Spot pairs: spelled like the perpetuals, sizes in coins. */

const SPOT = '/api/v2/spot/market';

const byPair =
  (path: string, extra: Record<string, string> = {}) =>
  ({ instrument }: RequestScope): HttpRequestSpec | undefined =>
    instrument.kind === 'spot'
      ? { method: 'GET', path, query: { symbol: instrument.venueSymbol, ...extra } }
      : undefined;

export const SPOT_TICKER = {
  ts: optional(epochMs), lastPr: optionalNonZero(positive), baseVolume: optional(nonNegative),
  quoteVolume: optional(nonNegative),
} as const; // prettier-ignore
const READER = rowReader({ symbol: text, ...SPOT_TICKER }, { symbol: 'symbol' });

/** Last price and volume, answered or pushed. */
export function spotTickerOf(
  context: MapContext,
  row: Fields<typeof SPOT_TICKER>,
  who: Subject,
  atMs: number | undefined,
): Observation[] {
  const observations: Observation[] = [];
  const tickerAtMs = row.ts ?? atMs;
  if (row.lastPr !== undefined)
    observations.push(observe(context, who, tickerAtMs, { kind: 'mark-price', lastPriceQuote: row.lastPr }));
  const volumes = { volumeBase: row.baseVolume, volumeUsd: dollars(row.quoteVolume, who) };
  if ((volumes.volumeBase ?? volumes.volumeUsd) !== undefined)
    observations.push(observe(context, who, tickerAtMs, { kind: 'volume', windowMs: DAY_MS, ...volumes }));
  return observations;
}

export const spotTicker = definePoll({
  id: 'bitget/spot-ticker',
  ...at(`${SPOT}/tickers`, 'spot/market/Get-Tickers'),
  about: 'spot',
  yields: ['mark-price', 'volume'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  request: byPair(`${SPOT}/tickers`),
  schema: envelope(rows),
  map(payload, context) {
    const atMs = requestTime(payload, context);
    return mapEach(context, payload.data, 'data', READER, (row, who) =>
      spotTickerOf(context, row, who, atMs),
    );
  },
});

export const spotCandles = definePoll({
  id: 'bitget/spot-candles',
  ...at(`${SPOT}/candles`, 'spot/market/Get-Candle-Data'),
  about: 'spot',
  yields: ['candle'],
  tense: 'history',
  cadenceMs: 15 * MINUTE_MS,
  request: byPair(`${SPOT}/candles`, { granularity: '1h', limit: '500' }),
  schema: envelope(rows),
  map: ({ data }, context) => candlesOf(data, context, 'last', context.params['granularity']),
});
