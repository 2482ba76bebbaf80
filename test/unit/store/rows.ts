import type { InstrumentKey } from '../../../src/core/ids.ts';
import { instrumentKey } from '../../../src/core/ids.ts';
import type { Candle, Liquidation, OpenInterest } from '../../../src/core/observation.ts';

export const T0 = Date.UTC(2026, 0, 1);

const HOME = {
  exchange: 'binance',
  venueSymbol: 'BTCUSDT',
  baseAsset: 'BTC',
  instrument: 'binance:BTCUSDT' as InstrumentKey,
  atMs: T0,
  receivedAtMs: T0 + 500,
} as const;

/** An open-interest reading; the instrument key follows exchange and symbol. */
export function openInterest(fields: Partial<OpenInterest> = {}): OpenInterest {
  const row: OpenInterest = {
    ...HOME,
    kind: 'open-interest',
    endpoint: 'GET /openInterest',
    openInterestBase: 100,
    sides: 'one',
    ...fields,
  };
  return { ...row, instrument: instrumentKey(row.exchange, row.venueSymbol) };
}

export function candle(fields: Partial<Candle> = {}): Candle {
  return {
    ...HOME,
    kind: 'candle',
    endpoint: 'GET /klines',
    priceType: 'mark',
    barMs: 60_000,
    openQuote: 10,
    highQuote: 12,
    lowQuote: 9,
    closeQuote: 11,
    ...fields,
  };
}

export function liquidation(fields: Partial<Liquidation> = {}): Liquidation {
  return {
    ...HOME,
    kind: 'liquidation',
    endpoint: 'ws forceOrder',
    liquidatedSide: 'long',
    priceQuote: 90,
    priceBasis: 'order',
    sizeBase: 1,
    coverage: 'sampled',
    ...fields,
  };
}
