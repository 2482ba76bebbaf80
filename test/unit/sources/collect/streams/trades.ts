import type { Trade } from '../../../../../src/core/observation.ts';

export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const T0 = Date.UTC(2026, 10, 1, 12);

/** One trade; sizes are whole numbers, so that sums are exact. */
export function trade(atMs: number, changes: Partial<Trade> = {}): Trade {
  return {
    kind: 'trade',
    exchange: 'fake',
    venueSymbol: 'BTCUSDT',
    baseAsset: 'BTC',
    instrument: 'fake:BTCUSDT',
    endpoint: 'WS trade',
    atMs,
    receivedAtMs: atMs,
    takerSide: 'buy',
    priceQuote: 100,
    sizeBase: 1,
    tradeId: `${atMs}`,
    ...changes,
  };
}
