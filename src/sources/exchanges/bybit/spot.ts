import * as z from 'zod';
import { commonAsset, inCapitals } from '../../../core/ids.ts';
import type { Observation } from '../../../core/observation.ts';
import { DAY_MS, MINUTE_MS } from '../../../core/units.ts';
import { definePoll, type MapContext, type RequestScope, type SymbolParts } from '../contract.ts';
import { nonNegative, optional, optionalNonZero, positive, text } from '../decode.ts';
import { mapRows, observe, type Subject } from '../mapping.ts';
import { barsIn, candleOf, unnamed } from './bars.ts';
import { answer, DOCS, type Listed } from './shared.ts';
import { NAME_IN_SYMBOL } from '../symbolName.ts';

/** Spot pairs against dollar coins. They share paths with contracts and are told apart by the category asked for. */

const CATEGORY = 'spot';
const isSpot = ({ category }: Readonly<Record<string, string>>): boolean => category === CATEGORY;

const SPOT = new RegExp(String.raw`^(${NAME_IN_SYMBOL}?)(USDT|USDC)$`, 'u');

/** Spot pairs in dollar coins alone, so that quote amounts are dollars: BTCUSDT, BTCUSDC. */
export function parseSpotSymbol(venueSymbol: string): SymbolParts | undefined {
  const match = SPOT.exec(inCapitals(venueSymbol));
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  return { baseAsset: commonAsset(match[1]), quoteAsset: match[2], kind: 'spot', margin: 'linear' };
}

const bySymbol =
  (path: string, extra: Record<string, string> = {}) =>
  ({ instrument }: RequestScope) =>
    ({
      method: 'GET',
      path,
      query: { category: CATEGORY, symbol: instrument.venueSymbol, ...extra },
    }) as const;

/** Maps the rows of an answer about spot pairs; one about another category is refused. */
function mapSpot<T>(
  payload: Listed,
  list: readonly unknown[],
  context: MapContext,
  schema: z.ZodType<T>,
  symbolIn: (row: T) => string | undefined,
  map: (row: T, who: Subject) => Observation[],
): Observation[] {
  const { category, symbol } = payload.result;
  if (category !== undefined && category !== CATEGORY) {
    const message = `asked for spot pairs, the answer is about ${category} contracts`;
    context.report({ code: 'wrong-instrument', path: 'result.category', message });
    return [];
  }
  const where = {
    path: 'result.list',
    requested: context.params['symbol'],
    symbolIn: (row: T) => symbolIn(row) ?? symbol,
  };
  return mapRows({ parseSymbol: parseSpotSymbol }, context, list, schema, where, map);
}

export const spotTickers = definePoll({
  id: 'bybit/spot-tickers',
  method: 'GET',
  path: '/v5/market/tickers',
  accepts: isSpot,
  docsUrl: `${DOCS}tickers`,
  weight: 1,
  yields: ['volume', 'mark-price'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  about: 'spot',
  request: bySymbol('/v5/market/tickers'),
  schema: answer,
  map(payload, context) {
    // `usdIndexPrice` values collateral; it is not the index of the pair.
    const schema = z.object({
      symbol: text,
      lastPrice: optionalNonZero(positive),
      volume24h: optional(nonNegative),
      turnover24h: optional(nonNegative),
    });
    const { list } = payload.result;
    return mapSpot(
      payload,
      list,
      context,
      schema,
      (row) => row.symbol,
      (row, who) => {
        const { volume24h: volumeBase, turnover24h: volumeUsd, lastPrice: lastPriceQuote } = row;
        const volume = { kind: 'volume', windowMs: DAY_MS, volumeBase, volumeUsd } as const;
        const hasVolume = (volumeBase ?? volumeUsd) !== undefined;
        const hasPrice = lastPriceQuote !== undefined;
        return [
          ...(hasVolume ? [observe(context, who, payload.time, volume)] : []),
          ...(hasPrice ? [observe(context, who, payload.time, { kind: 'mark-price', lastPriceQuote })] : []),
        ];
      },
    );
  },
});

export const spotKlines = definePoll({
  id: 'bybit/spot-kline',
  method: 'GET',
  path: '/v5/market/kline',
  accepts: isSpot,
  docsUrl: `${DOCS}kline`,
  weight: 1,
  yields: ['candle'],
  tense: 'history',
  cadenceMs: 15 * MINUTE_MS,
  about: 'spot',
  request: bySymbol('/v5/market/kline', { interval: '60', limit: '1000' }),
  schema: answer,
  map(payload, context) {
    const bars = barsIn(payload, context);
    if (bars === undefined) return [];
    return mapSpot(payload, bars.list, context, bars.schema, unnamed, (bar, who) => [
      observe(context, who, bar.start, {
        ...candleOf(bar, 'last', bars.barMs),
        volumeBase: bar.volume,
        volumeUsd: bar.turnover,
      }),
    ]);
  },
});
