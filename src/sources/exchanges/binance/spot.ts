import { bySymbol } from './shared.ts';
import { klines } from './klines.ts';
import { ticker } from './readings.ts';

/**
 * Spot pairs against USDT, from the mirror for market data: the same rows as USD-M, under other paths. Only pairs in
 * dollar coins are read, so that quote amounts are dollars.
 */

const DOCS = 'https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints';
const TICKER = '/api/v3/ticker/24hr';
const KLINES = '/api/v3/klines';

export const spotTicker = {
  ...ticker,
  id: 'binance/spot-ticker-24h',
  about: 'spot',
  host: 'spot',
  path: TICKER,
  docsUrl: `${DOCS}#24hr-ticker-price-change-statistics`,
  weight: 2,
  request: bySymbol(TICKER),
} as const;

export const spotKlines = klines('spot-klines', KLINES, 'last', {
  about: 'spot',
  host: 'spot',
  docsUrl: `${DOCS}#klinecandlestick-data`,
  weight: 2,
  request: bySymbol(KLINES, { interval: '1h', limit: '1000' }),
  asTakerVolume: true,
});
