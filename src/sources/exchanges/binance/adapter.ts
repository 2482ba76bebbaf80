/**
 * Binance USD-M futures and spot pairs. Verified 2026-11-22 against the payloads named `recorded` (real traffic) or `docs`
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
 * | /futures/data/basis                       | basis, also dated        | fraction of the index, 4 decimals         | docs, recorded (COIN-M) |
 * | /api/v3/ticker/24hr, klines (spot host)   | volume, bars, takers     | as USD-M; limits of its own               | recorded (bars) |
 * | WS forceOrder                             | liquidations, sampled    | coin; side of the ORDER; `ap` = fill      | docs   |
 * | WS markPrice                              | mark, index, funding     | `r` running estimate, `T` next settlement | recorded |
 * | WS aggTrade                               | trades                   | coin; `m` = the taker sold                | recorded |
 * | WS aggTrade (spot host)                   | trades of the spot pair  | the same and `M`, which tells it apart    | knowledge |
 *
 * Decoded, not asked: indexPriceKlines and continuousKlines of perpetuals (docs), by `pair`; shaped as klines.
 * A ratio that contradicts its shares (docs: 0.1960 beside 0.6622 and 0.3378) is recomputed from them. A ratio of 0, a
 * price of 0, a value of 0 beside coins, a rate of 0 without a next settlement (dated futures) are placeholders.
 * Liquidations: at most one per symbol and second is pushed, so sums are lower bounds. `p` is the price of the order, `ap`
 * what was paid (tardis and others state `p`); of the order only what was filled counts.
 * Held against the list: the next settlement against the interval (unlisted contracts have 8 h, says fundingInfo's page), the
 * rate against its bounds. No payload states a contract size (quantities are coins) or that a contract is halted.
 * Basis rows name a type of contract; the symbol is that of the quarter that ends next after the row's time. A rate that
 * contradicts its prices drops the row. The annualised rate is empty for perpetuals.
 * Spot bars are also taker volume once they are finished; perpetuals have an endpoint for it. Margin tiers need a key.
 * TRADIFI_PERPETUAL are perpetuals on shares, commodities and currencies; `underlyingType` names the class. Aggregated
 * trades leave out the insurance fund and deleveraging by themselves (marketTrades.ts).
 * Open interest is coins; its history has the exchange's own dollars, the reading of now none.
 * Streams: the address without a category acknowledges and sends nothing since 2026-04-23. Pushes of klines, tickers and
 * books are not read; COIN-M symbols (BTCUSD_PERP), which look the same, are refused.
 * COIN-M answers share /futures/data with `pair` instead of `symbol` and count contracts: refused as unsupported.
 */
import { MINUTE_MS } from '../../../core/units.ts';
import type { ExchangeAdapter } from '../contract.ts';
import { plainText } from '../kit/field.ts';
import { DOCS, parseSymbol } from './shared.ts';
import { alsoRead } from './alsoRead.ts';
import { basis, datedBasis, datedPremiumIndex, datedTicker } from './dated.ts';
import { fundingHistory, longShort, openInterestDaily, openInterestHistory, takerVolume } from './history.ts';
import { fundingInfo, instruments } from './instruments.ts';
import { klines } from './klines.ts';
import { depth, openInterest, premiumIndex, ticker } from './readings.ts';
import { spotKlines, spotTicker } from './spot.ts';
import { futuresStream, spotStream } from './streams.ts';

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
    ...alsoRead, basis, datedPremiumIndex, datedTicker, datedBasis, spotTicker, spotKlines,
  ], // prettier-ignore
  openInterestSides: [
    {
      fields: 'openInterest, sumOpenInterest', sides: 'one', certainty: 'documented',
      reason: 'Binance told a research desk in July 2025 that it counts one side.',
    },
  ], // prettier-ignore
  streams: [futuresStream, spotStream],
  hosts: {
    spot: { baseUrl: 'https://data-api.binance.vision', limits: [{ weight: 6_000, windowMs: MINUTE_MS }] },
  },
  spotSymbol: (asset) => `${asset}USDT`,
  perpetualSymbol: (asset) => `${asset}USDT`,
  parseSymbol,
  venueError(body, status) {
    if (typeof body !== 'object' || body === null || !('code' in body) || !('msg' in body)) return undefined;
    const code = plainText(body.code);
    if (code === '200' || code === '0') return undefined;
    const isLimited = status === 429 || status === 418 || code === '-1003';
    return { code, message: plainText(body.msg), kind: isLimited ? 'rate-limited' : 'rejected' };
  },
};
