import { bars } from './binance/bars.ts';
import { bookDepth } from './binance/bookDepth.ts';
import { funding } from './binance/funding.ts';
import { COIN_M, USD_M } from './binance/markets.ts';
import { metrics } from './binance/metrics.ts';
import { premiumIndex } from './binance/premiumIndex.ts';
import type { DumpFormat } from './dumpFormat.ts';
import { gateCandles, gateFunding } from './gate/monthly.ts';
import { hyperliquidOpenInterest } from './hyperliquid/openInterest.ts';
import { okxCandles } from './okx/candles.ts';
import { okxFunding } from './okx/funding.ts';

/** All kinds of dump files that are read. */
export const dumpFormats: readonly DumpFormat[] = [
  ...[USD_M, COIN_M].flatMap((market) => [
    ...[metrics(market), funding(market), premiumIndex(market)],
    ...(['last', 'mark', 'index'] as const).map((priceType) => bars(market, priceType)),
  ]),
  bookDepth,
  ...[okxFunding, okxCandles, gateFunding, hyperliquidOpenInterest],
  ...(['1m', '5m', '1h', '4h', '1d'] as const).map(gateCandles),
];
