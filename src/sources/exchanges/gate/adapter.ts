/**
 * Gate futures and spot, REST v4 and WebSocket v4. Verified 2026-11-22 against the payloads named `recorded` (real
 * traffic), `docs` (the exchange's own sample) or `comment` (kept in ccxt's source); `knowledge` = built from the
 * documentation alone. Base address https://api.gateio.ws. Times are seconds, sizes are contracts.
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
 * | risk_limit_tiers                      | margin tiers                 | position value, dollars of USDT contracts | knowledge; unit from recorded risk_limit_base |
 * | /api/v4/spot/tickers                  | last price, volume           | base_volume coins, quote_volume quote     | knowledge |
 * | /api/v4/spot/candlesticks             | bars                         | [s, quote, close, high, low, open, coins] | knowledge |
 *
 * | channel                 | yields                           | unit, side                                     | seen      |
 * | ----------------------- | -------------------------------- | ---------------------------------------------- | --------- |
 * | futures.tickers         | prices, volume, OI, funding      | as REST tickers; volume_24_usd without h too   | recorded  |
 * | futures.trades          | trades                           | contracts, sign = taker; internal ones left out | docs     |
 * | futures.contract_stats  | as REST; not subscribed          | bar length only in the topic                   | docs      |
 * | futures.liquidates      | liquidations; not subscribed     | private: one user's own; size = position       | comment   |
 * | futures.order_book, all | depth; not subscribed            | contracts                                      | recorded  |
 * | spot.trades             | trades                           | coins, side = taker                            | knowledge |
 * | spot.tickers            | last price, volume               | as REST                                        | knowledge |
 *
 * - Held against the list by contracts/{contract}: funding_interval and funding_next_apply, quanto_multiplier (the answer's
 *   holds), in_delisting and status. Tickers state neither interval nor settlement and have the list's.
 * - Open interest now is `position_size`: one answer has it with mark price and multiplier, and its side is documented.
 *   total_size counts what open_interest counts: recorded BTC_USD 31,659,115 (2 June 2022), 31,828,902 (4 June).
 * - lsr_account is of accounts: the recorded 1.8026315789474 is 137/76, unchanged over two bars; lsr_taker moves from
 *   0.05 to 0.28 meanwhile. Older documentation swaps the two.
 * - A 0 beside contracts is a placeholder: recorded BTC_USD volume_24h_base "0" with 15,542,254 contracts. So is an
 *   lsr_… or top_lsr_… of 0, and open_interest 0 beside open_interest_usd.
 * - Both …_liq_usd_new and …_liq_usd occur; the newer wins. No sample shows both.
 * - Dollars of now are contracts × multiplier × mark price of the same answer, those of bars the exchange's own; a contract
 *   settled in a third asset (quanto) is refused, in the list and alone.
 * - Trades with `is_internal` are positions taken over by the insurance fund or deleveraging: no taker, so no row. The
 *   documentation's only sample of a pushed trade is one.
 * - premium_index is not read: it compares the index with impact prices and is exactly 0 between them, as the sample's
 *   open and low are, so it is no distance of a price from the index.
 * - Not read, `unsupported`: index_constituents, insurance, trades, /delivery (dated futures), book tickers, updates
 *   of books, pushed bars.
 * - The only `expected` of this exchange are WebSocket payloads: order-book-8 agrees in its levels (bid 0.1954, 17
 *   contracts) but 2 % lie between its sides, so that no order stands within 1 % of the mid price and the sums are 0.
 *   Book tickers and the session of updates are not read.
 */
import { SECOND_MS } from '../../../core/units.ts';
import { variantOf, type ExchangeAdapter } from '../contract.ts';
import { plainText } from '../kit/field.ts';
import { contractStats, contractStatsDaily } from './contractStats.ts';
import { candles, fundingHistory, liquidations, markCandles } from './history.ts';
import { instruments } from './instruments.ts';
import { contract, depth } from './readings.ts';
import { DOCS, parseSymbol } from './shared.ts';
import { spotCandles, spotTicker } from './spot.ts';
import { streams } from './streams.ts';
import { tickers, volume } from './tickers.ts';
import { riskLimitTiers } from './tiers.ts';

export const gate: ExchangeAdapter = {
  id: 'gate',
  displayName: 'Gate',
  docsUrl: DOCS,
  restBaseUrl: 'https://api.gateio.ws',
  pathPrefix: '/api/v4',
  // Gate publishes a limit per endpoint (the scopes of the polls). This is no published number: it keeps one refresh
  // from leaving as one burst.
  limits: [{ weight: 400, windowMs: 10 * SECOND_MS }],
  instruments,
  polls: [
    variantOf(contract, { fallbacks: [tickers] }),
    volume,
    depth,
    contractStats,
    contractStatsDaily,
    fundingHistory,
    candles,
    markCandles,
    liquidations,
    riskLimitTiers,
    spotTicker,
    spotCandles,
  ],
  levelBarsRun: true,
  openInterestSides: [
    {
      sources: ['gate/contract'], fields: 'position_size', sides: 'one', certainty: 'documented',
      reason: 'Gate documents the total size of long positions.',
    },
    {
      sources: [
        'gate/tickers', 'gate/stream-tickers', 'gate/contract-stats', 'gate/contract-stats-daily',
        'gate/stream-contract_stats',
      ],
      fields: 'total_size, open_interest', sides: 'unverified', certainty: 'unknown',
      reason:
        'Gate does not say; the two agree with each other, and with nine tenths of what Binance had at the same time they are large for one side.',
    },
  ], // prettier-ignore
  streams,
  spotSymbol: (asset) => `${asset}_USDT`,
  perpetualSymbol: (asset) => `${asset}_USDT`,
  parseSymbol,
  venueError(body, status) {
    if (typeof body !== 'object' || body === null || !('label' in body)) return undefined;
    const text = 'message' in body ? body.message : 'detail' in body ? body.detail : '';
    const code = plainText(body.label);
    const isLimited = status === 429 || code === 'TOO_MANY_REQUESTS' || code === 'TOO_FAST';
    return { code, message: plainText(text), kind: isLimited ? 'rate-limited' : 'rejected' };
  },
};
