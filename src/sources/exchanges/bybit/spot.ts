import { commonAsset, inCapitals } from '../../../core/ids.ts';
import { DAY_MS, MINUTE_MS } from '../../../core/units.ts';
import type { Observation } from '../../../core/observation.ts';
import { definePoll, type MapContext, type RequestScope, type SymbolParts } from '../contract.ts';
import { nonNegative, optional, optionalNonZero, positive, text } from '../kit/fields.ts';
import type { Place } from '../kit/place.ts';
import { rowReader, type RowReader } from '../kit/rowReader.ts';
import type { Subject } from '../kit/subject.ts';
import { observe } from '../mapping.ts';
import { NAME_IN_SYMBOL } from '../symbolName.ts';
import { barsOf } from './bars.ts';
import { answer, DOCS, type Listed } from './shared.ts';

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

/** Hands over the rows of an answer about spot pairs; one about another category is refused. */
function eachPair<T>(
  context: MapContext,
  { result: { category, symbol, list } }: Listed,
  reader: RowReader<T>,
  take: (row: T, who: Subject, at: Place) => void,
): void {
  if (category !== undefined && category !== CATEGORY) {
    const message = `asked for spot pairs, the answer is about ${category} contracts`;
    return context.report({ code: 'wrong-instrument', path: 'result.category', message });
  }
  reader.each(list, 'result.list', context, (row, at) => {
    const who = context.subject(reader.symbol ?? symbol, at);
    if (who !== undefined) take(row, who, at);
  });
}

/** `usdIndexPrice` values collateral; it is not the index of the pair. */
const TICKER = rowReader(
  {
    symbol: text,
    lastPrice: optionalNonZero(positive),
    volume24h: optional(nonNegative),
    turnover24h: optional(nonNegative),
  },
  { symbol: 'symbol' },
);

const spot = { about: 'spot', accepts: isSpot, asks: 'symbol', parseSymbol: parseSpotSymbol } as const;

export const spotTickers = definePoll({
  ...spot,
  id: 'bybit/spot-tickers',
  method: 'GET',
  path: '/v5/market/tickers',
  docsUrl: `${DOCS}tickers`,
  weight: 1,
  yields: ['volume', 'mark-price'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  request: bySymbol('/v5/market/tickers'),
  schema: answer,
  map(payload, context) {
    const found: Observation[] = [];
    eachPair(context, payload, TICKER, (row, who) => {
      const { volume24h: volumeBase, turnover24h: volumeUsd, lastPrice: lastPriceQuote } = row;
      const volume = { kind: 'volume', windowMs: DAY_MS, volumeBase, volumeUsd } as const;
      if ((volumeBase ?? volumeUsd) !== undefined) found.push(observe(context, who, payload.time, volume));
      if (lastPriceQuote !== undefined)
        found.push(observe(context, who, payload.time, { kind: 'mark-price', lastPriceQuote }));
    });
    return found;
  },
});

export const spotKlines = definePoll({
  ...spot,
  id: 'bybit/spot-kline',
  method: 'GET',
  path: '/v5/market/kline',
  docsUrl: `${DOCS}kline`,
  weight: 1,
  yields: ['candle'],
  tense: 'history',
  cadenceMs: 15 * MINUTE_MS,
  request: bySymbol('/v5/market/kline', { interval: '60', limit: '1000' }),
  schema: answer,
  map: (payload, context) => barsOf(context, payload, 'last', eachPair),
});
