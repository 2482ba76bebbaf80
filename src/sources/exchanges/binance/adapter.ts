/**
 * Binance USD-M futures, REST. Verified 2026-11-22 against the payloads named `recorded` (real traffic) or `docs`
 * (the exchange's own sample); base address https://fapi.binance.com.
 *
 * | endpoint                                  | yields                   | unit, side                                | seen   |
 * | ----------------------------------------- | ------------------------ | ----------------------------------------- | ------ |
 * | /fapi/v1/exchangeInfo                     | instruments              | linear; quantities are coins (size 1)     | recorded |
 * | /fapi/v1/fundingInfo                      | funding interval and cap | hours; lists only symbols that differ     | recorded |
 * | /fapi/v1/premiumIndex                     | mark, index, funding     | lastFundingRate = running estimate        | recorded |
 * | /fapi/v1/openInterest                     | open interest            | coin, one side                            | recorded |
 * | /futures/data/openInterestHist            | open interest, history   | coin and USDT, one side; last 30 days     | recorded |
 * | /fapi/v1/fundingRate                      | funding, settled         | fraction per interval; times jitter by ms | recorded |
 * | /futures/data/globalLongShortAccountRatio | long/short, all accounts | shares of accounts                        | recorded |
 * | /futures/data/topLongShort…Ratio          | long/short, top traders  | positions reuse the names of accounts     | recorded |
 * | /futures/data/takerlongshortRatio         | taker volume             | coin; rows name no symbol                 | recorded |
 * | /fapi/v1/ticker/24hr                      | volume                   | coin and USDT                             | recorded |
 * | /fapi/v1/klines, markPriceKlines          | bars                     | coin; index 9, 10 = taker buys            | recorded |
 * | /fapi/v1/depth                            | depth                    | coin; 1000 levels may end inside 1 %      | recorded |
 *
 * Decoded, not asked: indexPriceKlines and continuousKlines of perpetuals (docs), by `pair`; shaped as klines.
 * A ratio that contradicts its shares (docs: 0.1960 beside 0.6622 and 0.3378) is recomputed from them. A ratio of 0, a
 * price of 0, a value of 0 beside coins, a rate of 0 without a next settlement (dated futures) are placeholders.
 * COIN-M answers share /futures/data with `pair` instead of `symbol` and count contracts: refused as unsupported.
 */
import { MINUTE_MS } from '../../../core/units.ts';
import type { ExchangeAdapter } from '../contract.ts';
import { DOCS, parseSymbol } from './shared.ts';
import {
  fundingHistory,
  klines,
  longShort,
  openInterestDaily,
  openInterestHistory,
  otherKlines,
  takerVolume,
} from './history.ts';
import { fundingInfo, instruments } from './instruments.ts';
import { depth, openInterest, premiumIndex, ticker } from './readings.ts';

export const binance: ExchangeAdapter = {
  id: 'binance',
  displayName: 'Binance',
  docsUrl: DOCS,
  restBaseUrl: 'https://fapi.binance.com',
  limits: [{ weight: 2_400, windowMs: MINUTE_MS }],
  instruments,
  instrumentDetails: fundingInfo,
  polls: [
    premiumIndex, openInterest, ticker, depth, openInterestHistory, openInterestDaily, fundingHistory,
    longShort('globalLongShortAccountRatio', 'all-accounts'),
    longShort('topLongShortAccountRatio', 'top-accounts'),
    longShort('topLongShortPositionRatio', 'top-positions'),
    takerVolume, klines('klines', '/fapi/v1/klines', 'last'), klines('mark-klines', '/fapi/v1/markPriceKlines', 'mark'),
    ...otherKlines,
  ], // prettier-ignore
  perpetualSymbol: (asset) => `${asset}USDT`,
  parseSymbol,
  venueError(body, status) {
    if (typeof body !== 'object' || body === null || !('code' in body) || !('msg' in body)) return undefined;
    const code = String(body.code);
    if (code === '200' || code === '0') return undefined;
    const isLimited = status === 429 || status === 418 || code === '-1003';
    return { code, message: String(body.msg), kind: isLimited ? 'rate-limited' : 'rejected' };
  },
};
