/**
 * Bitget futures, REST. Verified 2026-11-22 against the payloads named `recorded` (real traffic) or `docs` (the
 * exchange's own sample); base address https://api.bitget.com. v2 is asked; v3 twins of what is used are read.
 *
 * | endpoint (v2 /api/v2/mix/market/…)    | yields                     | unit, side                                | seen     |
 * | ------------------------------------- | -------------------------- | ----------------------------------------- | -------- |
 * | contracts                             | instruments                | sizes are coins everywhere (size 1); fundInterval hours | docs |
 * | ticker, tickers; v3 tickers           | prices, volume, OI         | coin; USD by the mark price of the answer; side unverified | docs |
 * | open-interest; v3                     | open interest              | coin, side unverified                     | docs     |
 * | current-fund-rate; v3                 | funding, predicted         | interval in hours as text; older answers have none | docs |
 * | history-fund-rate; v3                 | funding, settled           | newest first; spacing tells the interval  | docs     |
 * | account-long-short; v3 futures-…      | long/short, all accounts   | ratio recomputed from the shares          | recorded |
 * | taker-buy-sell; v3 futures-active-…   | taker volume               | read as coin: no source states the unit   | SDK types |
 * | candles, history-…-candles; v3        | bars                       | [ts, o, h, l, c, coin, quote]             | docs     |
 * | merge-depth; v3 orderbook             | depth                      | coin; merged levels, see `FINE_GRAINED`   | docs     |
 * | symbol-price                          | last, index, mark          | quote                                     | docs     |
 * | v3 liquidations                       | liquidations               | amount is quote; side = position          | recorded (WebSocket) |
 *
 * - Coin-margined rows (BTCUSD, ETHUSD_231229) count coins as well: the sample's holdingAmount 125.6844 for BTCUSD
 *   is no number of dollar contracts. Dated rows state `fundingRate: "0"`, which is no rate.
 * - Not read, `unsupported`: long-short and position-long-short (whose longs and shorts is not documented),
 *   v3 instruments (the list has one path), funding-time (an interval without a rate), fills, query-position-lever.
 * - The one payload with an `expected` (ticker-4) is the spot ticker: unsupported, its symbol is spelled like the
 *   perpetual's.
 * - No open interest history exists.
 */
import { SECOND_MS } from '../../../core/units.ts';
import { variantOf, type ExchangeAdapter } from '../contract.ts';
import { candles, markCandles, otherCandles } from './candles.ts';
import { fundingSettled, fundingSettledV3, liquidationsV3 } from './history.ts';
import { instruments } from './instruments.ts';
import { depth, depthV3, fundingRate, fundingRateV3, openInterestV2, openInterestV3 } from './readings.ts';
import { DOCS, parseSymbol } from './shared.ts';
import { accountRatio, accountRatioV3, takerVolume, takerVolumeV3 } from './statistics.ts';
import { symbolPrice, ticker, tickerAnswers, tickers, tickersV3 } from './tickers.ts';

export const bitget: ExchangeAdapter = {
  id: 'bitget',
  displayName: 'Bitget',
  docsUrl: `${DOCS}/contract/intro`,
  restBaseUrl: 'https://api.bitget.com',
  // 20 a second for each endpoint and address, counted here as if it were for all of them together.
  limits: [{ weight: 20, windowMs: SECOND_MS }],
  instruments,
  polls: [
    tickerAnswers, variantOf(ticker, { fallbacks: [openInterestV2, symbolPrice] }), fundingRate, depth, fundingSettled, candles, markCandles, accountRatio, takerVolume,
    tickers,
    tickersV3, openInterestV3, fundingRateV3, depthV3, fundingSettledV3, accountRatioV3, takerVolumeV3,
    liquidationsV3, ...otherCandles,
  ], // prettier-ignore
  perpetualSymbol: (asset) => `${asset}USDT`,
  parseSymbol,
  venueError(body, status) {
    if (typeof body !== 'object' || body === null || !('code' in body)) return undefined;
    const code = String(body.code);
    if (code === '00000') return undefined;
    const message = 'msg' in body ? String(body.msg) : '';
    const isLimited = status === 429 || code === '429' || code === '30007';
    return { code, message, kind: isLimited ? 'rate-limited' : 'rejected' };
  },
};
