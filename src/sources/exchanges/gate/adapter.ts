/**
 * Gate futures, REST v4. Verified 2026-11-22 against the payloads named `recorded` (real traffic) or `docs` (the
 * exchange's own sample); base address https://api.gateio.ws. Times are seconds, sizes are contracts.
 *
 * | endpoint (/api/v4/futures/{settle}/…) | yields                       | unit, side                                | seen     |
 * | ------------------------------------- | ---------------------------- | ----------------------------------------- | -------- |
 * | contracts                             | instruments                  | quanto_multiplier coins; "0" inverse, 1 USD | recorded |
 * | contracts/{contract}                  | prices, funding, OI          | position_size contracts, documented long side = one; USD by the mark price of the answer | recorded (list) |
 * | tickers                               | volume; all if contract fails | total_size contracts, side unverified    | recorded (WebSocket) |
 * | order_book                            | depth                        | contracts                                 | recorded |
 * | contract_stats: open_interest(_usd)   | open interest, history       | contracts, side unverified; USD of the venue | recorded |
 * | contract_stats: lsr_…                 | long/short; taker ratio      | see below                                 | recorded |
 * | contract_stats: long/short_taker_size | taker volume                 | contracts                                 | SDK types |
 * | contract_stats: long/short_liq_…      | liquidation volume           | size contracts, amount coins, usd; by position side | docs |
 * | funding_rate                          | funding, settled             | fraction per interval; spacing tells it   | docs     |
 * | candlesticks (mark_…, index_…)        | bars                         | v contracts, sum quote                    | docs     |
 * | liq_orders                            | liquidations                 | size > 0 = long position; `left` was not filled; windows of 1 h | docs     |
 *
 * - Open interest now is `position_size`: one answer has it with mark price and multiplier, and its side is documented.
 *   total_size counts what open_interest counts: recorded BTC_USD 31,659,115 (2 June 2022), 31,828,902 (4 June).
 * - lsr_account is of accounts: the recorded 1.8026315789474 is 137/76, unchanged over two bars; lsr_taker moves from
 *   0.05 to 0.28 meanwhile. Older documentation swaps the two.
 * - A 0 beside contracts is a placeholder: recorded BTC_USD volume_24h_base "0" with 15,542,254 contracts. So is an
 *   lsr_… or top_lsr_… of 0, and open_interest 0 beside open_interest_usd.
 * - Both …_liq_usd_new and …_liq_usd occur; the newer wins. No sample shows both.
 * - Not read, `unsupported`: premium_index, index_constituents, insurance, trades, and /delivery (dated futures).
 * - The only `expected` of this exchange are WebSocket payloads.
 */
import { SECOND_MS } from '../../../core/units.ts';
import { variantOf, type ExchangeAdapter } from '../contract.ts';
import { contractStats, contractStatsDaily, contractStatsEarlier } from './contractStats.ts';
import { candles, fundingHistory, liquidations, markCandles } from './history.ts';
import { instruments } from './instruments.ts';
import { contract, depth, tickers, volume } from './readings.ts';
import { DOCS, parseSymbol } from './shared.ts';

export const gate: ExchangeAdapter = {
  id: 'gate',
  displayName: 'Gate',
  docsUrl: DOCS,
  restBaseUrl: 'https://api.gateio.ws',
  pathPrefix: '/api/v4',
  limits: [{ weight: 200, windowMs: 10 * SECOND_MS }],
  instruments,
  polls: [
    variantOf(contract, { fallbacks: [tickers] }),
    volume,
    depth,
    contractStats,
    contractStatsEarlier,
    contractStatsDaily,
    fundingHistory,
    candles,
    markCandles,
    liquidations,
  ],
  perpetualSymbol: (asset) => `${asset}_USDT`,
  parseSymbol,
  venueError(body, status) {
    if (typeof body !== 'object' || body === null || !('label' in body)) return undefined;
    const text = 'message' in body ? body.message : 'detail' in body ? body.detail : '';
    const code = String(body.label);
    const isLimited = status === 429 || code === 'TOO_MANY_REQUESTS' || code === 'TOO_FAST';
    return { code, message: String(text), kind: isLimited ? 'rate-limited' : 'rejected' };
  },
};
