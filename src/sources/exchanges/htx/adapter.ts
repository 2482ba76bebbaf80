/**
 * HTX USDT-margined futures. Read 2026-11-22 against the payloads named `recorded` (real traffic) or `docs` (the
 * exchange's own sample); `ccxt` = an answer of 2026 kept in a comment of ccxt 4.5.84; `knowledge` = from the
 * documentation, without a payload. Base address https://api.hbdm.com.
 *
 * | endpoint or channel                  | yields                  | unit, side                                    | seen      |
 * | ------------------------------------ | ----------------------- | --------------------------------------------- | --------- |
 * | linear-swap-api/v1/swap_contract_info | instruments            | contract_size coins (coin-margined: USD)      | recorded  |
 * | …/v1/swap_query_elements             | interval, cap           | settle_period hours                           | knowledge |
 * | v5/market/open_interest              | open interest           | volume contracts, amount coins, value USDT; both sides | ccxt |
 * | …/v1/swap_open_interest (fallback)   | the same                | the same                                      | docs      |
 * | swap-api/v1/swap_open_interest (decoded only) | the same       | contracts of 10 or 100 USD, amount coins      | recorded  |
 * | …/v1/swap_his_open_interest          | open interest, history  | volume contracts (amount_type 1) or coins (2) | docs, ccxt |
 * | v5/market/funding_rate               | funding, cap, floor     | fraction; next_funding_time − funding_time tells the interval | ccxt |
 * | …/v1/swap_(batch_)funding_rate       | funding (fallback)      | as above; next_funding_time mostly null       | docs      |
 * | v5/market/funding_rate_history, v1   | funding, settled        | fraction; spacing tells the interval          | ccxt, docs |
 * | linear-swap-ex/market/detail/batch_merged, merged | last, volume | amount coins, trade_turnover USDT, both sides | docs      |
 * | v2/…/batch_merged (fallback)         | the same                | `vol` is USDT, `number_of` contracts          | docs      |
 * | …/v1/swap_index                      | index price             |                                               | docs      |
 * | index/…/linear_swap_mark_price_kline | mark price, bars        | seconds                                       | docs      |
 * | linear-swap-ex/market/history/kline  | bars                    | as the tickers, both sides                    | docs      |
 * | linear-swap-ex/market/depth          | depth                   | contracts                                     | docs      |
 * | …/v1/swap_elite_(account,position)_ratio, v5 | top accounts, positions | shares; locked_ratio holds both sides | docs; v5 knowledge |
 * | index/…/linear_swap_basis            | basis                   | basis_rate = basis / index; of the bar's open | docs      |
 * | v5/market/liquidation_orders         | liquidations            | volume and amount contracts; position_side    | ccxt      |
 * | …/v3/swap_liquidation_orders (fallback), v1 | liquidations  | amount coins; direction of the order          | docs; v1 knowledge |
 * | WS market.*.trade.detail             | trades                  | amount contracts, quantity coins, both sides  | docs      |
 * | WS market.*.detail                   | last, volume            | as the tickers                                | recorded  |
 * | WS market.*.depth.…, kline.…         | depth (whole books), bars (both decoded only) | contracts; as above     | docs      |
 * | WS market.*.mark_price.…, index.…    | mark and index price    | close of the running bar                      | docs; index knowledge |
 * | WS market.*.basis.…                  | basis (decoded only)    | as above                                      | recorded  |
 * | WS public.*.liquidation_orders       | liquidations            | as v3                                         | docs      |
 * | WS public.*.funding_rate             | funding                 | settles at settlement_time; funding_time is when it was computed | recorded |
 *
 * - Held against the list: the settlement (funding_time, of pushes settlement_time) and next_funding_time against the interval,
 *   the rate against its bounds, coins beside contracts against contract_size.
 * - Traded volumes count buyer and seller ("Sum of both buy and sell sides") and are halved here. Every number of
 *   traded contracts at hand is even, as such a sum must be: 34473406, 1295420, 270184, 1848448, 286286, 11371362, …
 *   ccxt and Tardis pass the doubled numbers on.
 * - Open interest of USDT-margined and of coin-margined dated contracts is documented as the sum of both sides, that of
 *   coin-margined perpetuals as a single side. It is odd as often as even (119125, 6629, 201143), which proves nothing: in
 *   a snapshot the two sides differ by a few lots, as Bybit's documented sum does.
 * - Dollars are `value` as stated. `tradfi_labels` (knowledge) names contracts on no coin; `labels` is an open list of tags.
 * - A row of swap_his_open_interest seems to hold the last reading of its bar: the documented one of a running day, 27112
 *   under 16:00 UTC, is what was open when it was asked for at 01:53 (27104 at 01:27). HTX does not say so; rows keep the
 *   time that is stated, and may tell an hour what was known at its end only.
 * - v5 liquidations repeat the contracts in `amount` (2 at 62978.5 for 125.957 USDT): only what agrees with the
 *   turnover counts as coins. Their price is the bankruptcy price.
 * - Differences to `expected`: open-interest-3 (Tardis) gives contracts, 648420, and the channel's ETH_NW; here the
 *   stated 26550.2 coins of ETH200703. basis-3 (Tardis) calls contract_price the last price and takes the time of the
 *   push; here it is the price at the open of the bar, at that time. order-book-5 and book-ticker-2 are not read.
 * - basis-2, klines-2 and mark-price-klines-2 are `1day` channels around times that start no bar: documentation cut
 *   from other samples. order-book-2 and -3 hold a book of another contract than their channel.
 * - Not read, `unsupported`: premium index, estimated rate, insurance fund, contract_info pushes, margin ladders
 *   (swap_adjustfactor depends on the chosen leverage, and its sizes' unit is not stated).
 */
import { SECOND_MS } from '../../../core/units.ts';
import { variantOf, type ExchangeAdapter } from '../contract.ts';
import { alsoReadPolls } from './alsoRead.ts';
import { basis, candles, datedBasis, markCandles, markPrice } from './bars.ts';
import { funding, fundingBatch, fundingHistory, fundingHistoryV1 } from './funding.ts';
import { instrumentDetails, instruments } from './instruments.ts';
import { liquidations, liquidationsV3 } from './liquidations.ts';
import { datedTicker, depth, index, tickers, tickersV2 } from './market.ts';
import {
  datedOpenInterest,
  openInterest,
  openInterestDaily,
  openInterestHistory,
  openInterestV1,
} from './openInterest.ts';
import { topAccounts, topAccountsV5, topPositions, topPositionsV5 } from './ratios.ts';
import { DOCS, parseSymbol, venueError } from './shared.ts';
import { streams } from './streams.ts';

export const htx: ExchangeAdapter = {
  id: 'htx',
  displayName: 'HTX',
  docsUrl: DOCS,
  restBaseUrl: 'https://api.hbdm.com',
  // Documented for all that is no market data: 120 in 3 s an address. Market data may be asked for more often.
  limits: [{ weight: 120, windowMs: 3 * SECOND_MS }],
  instruments,
  instrumentDetails,
  polls: [
    variantOf(openInterest, { fallbacks: [openInterestV1] }),
    variantOf(funding, { fallbacks: [fundingBatch] }),
    variantOf(tickers, { fallbacks: [tickersV2] }),
    index,
    markPrice,
    depth,
    openInterestHistory,
    openInterestDaily,
    variantOf(fundingHistory, { fallbacks: [fundingHistoryV1] }),
    candles,
    markCandles,
    basis,
    variantOf(topAccounts, { fallbacks: [topAccountsV5] }),
    variantOf(topPositions, { fallbacks: [topPositionsV5] }),
    variantOf(liquidations, { fallbacks: [liquidationsV3] }),
    datedOpenInterest,
    datedTicker,
    datedBasis,
    ...alsoReadPolls,
  ],
  openInterestSides: [
    {
      sources: ['htx/open-interest-v1'], fields: 'volume, amount', sides: 'both', certainty: 'documented',
      reason:
        'HTX documents the sum of both sides; values are odd as often as even, as those of Bybit are, so that they do not speak against it.',
    },
    {
      sources: [
        'htx/open-interest', 'htx/open-interest-dated', 'htx/open-interest-history', 'htx/open-interest-daily',
      ],
      fields: 'volume, amount', sides: 'both', certainty: 'likely',
      reason: 'The same numbers under newer paths or over time; their pages do not say.',
    },
    {
      sources: ['htx/coin-margined-api-v1-contract_open_interest', 'htx/stream-open-interest'],
      fields: 'volume, amount', sides: 'both', certainty: 'documented',
      reason: 'HTX documents the sum of both sides for coin-margined dated contracts.',
    },
    {
      sources: ['htx/coin-margined-swap-api-v1-swap_open_interest', 'htx/stream-open-interest'],
      fields: 'volume, amount', sides: 'one', certainty: 'documented',
      reason: 'HTX documents a single side for coin-margined perpetuals, though its page of their history says both.',
    },
  ], // prettier-ignore
  streams,
  perpetualSymbol: (asset) => `${asset}-USDT`,
  parseSymbol,
  venueError,
};
