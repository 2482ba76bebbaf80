/**
 * Deribit, JSON-RPC v2 over GET. Verified 2026-11-22 against payloads named `recorded` (real traffic) or `docs` (samples
 * of the exchange kept by others); `knowledge` is its documentation without a payload at hand. Base address
 * https://www.deribit.com, paths /api/v2/public/…, times in milliseconds.
 *
 * | endpoint                       | yields                               | unit, side                                  | seen     |
 * | ------------------------------ | ------------------------------------ | ------------------------------------------- | -------- |
 * | get_instruments                | instruments                          | contract_size USD (inverse) or coins        | recorded; linear rows and `currency=any` knowledge |
 * | get_order_book                 | depth and all that ticker yields     | levels [price, amount]                      | recorded |
 * | ticker (instead, if that fails) | prices, open interest, volume, funding | open_interest USD or coins, one side        | recorded (WebSocket) |
 * | get_book_summary_by_currency   | the same of the perpetual and every dated future | as ticker; no index                | docs; by_instrument recorded |
 * | get_funding_rate_history       | funding, paid                        | interest_1h: fraction for the hour that ends | recorded |
 * | get_tradingview_chart_data     | bars                                 | volume coins, cost quote                    | docs     |
 * | get_last_trades_by_instrument_and_time | liquidations (decoded also: trades) | amount USD or coins, direction of the taker | recorded |
 *
 * | channel                        | yields                               | unit, side                                  | seen     |
 * | ------------------------------ | ------------------------------------ | ------------------------------------------- | -------- |
 * | trades.{instrument}.100ms      | trades, liquidations                 | as the endpoint                             | recorded |
 * | ticker.{instrument}.100ms      | prices, open interest, volume, funding | as the endpoint                           | recorded |
 * | book.… whole, chart.trades.…   | depth, bars; not subscribed          | levels ['new', price, amount]               | recorded |
 * | set_heartbeat, test_request    | signs of life                        |                                             | knowledge |
 *
 * - Amounts are no contracts: of inverse contracts dollars, of linear ones coins; the name tells which. Recorded
 *   BTC-PERPETUAL: stats.volume 5,052.94 coins, volume_usd 442,197,230, so 87,513 a coin at a mark price of 87,006.
 * - An inverse open interest is whole dollars. The sample of 2019 (45.276…, `docs`) counted something else: dropped as
 *   `implausible`.
 * - Funding runs continuously. `current_funding` is the rate of this moment, stated per 8 h: the sample of 2019 has mark
 *   3931.97, index 3910.46 and 0.00500063 = premium 0.00550063 − 0.0005, the formula per 8 h; within that damper it is
 *   truly 0 (recorded with a premium of 0.015 %). So it is the running rate with an interval of 8 h. `funding_8h` is what
 *   the last 8 h have cost, `interest_8h` the same in the history: the hourly `interest_1h` say it without counting
 *   an hour eight times, so neither is read. Recorded: 8 × interest_1h is 1.7 × interest_8h, a sum and no rate beside it.
 * - Held against the list: `state` of tickers and books against is_active. Intervals are fixed and amounts no contracts.
 * - estimated_delivery_price is the index (equal in all recorded tickers) until a future's last half hour, which averages.
 * - Liquidations are marked in the trades, each of them: T the taker, M the maker, MT both (two events; their ids end in
 *   -T and -M). A taker who sells closes a long. `complete` in the stream and where the answer holds the whole time
 *   asked for, `sampled` where it says `has_more`.
 * - `raw` channels want a login. Unknown channels are left out of an acknowledgement without a word.
 * - expected (tardis): the liquidation's trade and side (order sell = long) agree, its amount 1,120 is our dollars; books
 *   agree on what is a snapshot.
 * - Open interest of inverse contracts is dollars as stated, and coins by the mark price; of linear ones coins, and dollars
 *   by the mark price. Trades convert by their own price.
 * - Blocks, quotes on request and legs of combos are no taker volume and are left out (marketTrades.ts).
 * - Not read, `unsupported`: options, spot pairs, combos, quotes, deltas and grouped books, get_instrument, volatility
 *   index. get_last_settlements is no liquidation feed.
 */
import { isRecord } from '../kit/field.ts';
import { SECOND_MS } from '../../../core/units.ts';
import { variantOf, type ExchangeAdapter } from '../contract.ts';
import { candles, fundingHistory } from './history.ts';
import { alsoReadPolls, lastTrades } from './alsoRead.ts';
import { instruments } from './instruments.ts';
import { bookSummary, orderBook, ticker } from './readings.ts';
import { DOCS, parseSymbol } from './shared.ts';
import { stream } from './streams.ts';
import { liquidations } from './trades.ts';

/** Assets whose main perpetual is inverse. All others are traded in USDC. */
const INVERSE: ReadonlySet<string> = new Set(['BTC', 'ETH']);
const perpetualSymbol = (asset: string): string =>
  INVERSE.has(asset) ? `${asset}-PERPETUAL` : `${asset}_USDC-PERPETUAL`;

/** Too many requests, too many at once, queues that are full. */
const LIMITED: ReadonlySet<string> = new Set(['10028', '10047', '10066']);

export const deribit: ExchangeAdapter = {
  id: 'deribit',
  displayName: 'Deribit',
  docsUrl: DOCS,
  restBaseUrl: 'https://www.deribit.com',
  pathPrefix: '/api/v2',
  // 50,000 credits, regained at 10,000 a second: any five seconds hold 100 requests.
  limits: [{ weight: 50_000, windowMs: 5 * SECOND_MS }],
  instruments,
  polls: [
    variantOf(orderBook, { fallbacks: [ticker] }),
    bookSummary,
    ...alsoReadPolls,
    fundingHistory,
    candles,
    ...lastTrades,
    liquidations,
  ],
  openInterestSides: [
    {
      fields: 'open_interest', sides: 'one', certainty: 'measured',
      reason:
        'A recorded option stands at exactly its smallest lot (0.1 BTC) over seven pushes, which a sum of two sides cannot; futures have the same field.',
    },
  ], // prettier-ignore
  streams: [stream],
  tracks: ({ kind, status, venueSymbol, baseAsset }) =>
    kind === 'perpetual' && status === 'trading' && venueSymbol === perpetualSymbol(baseAsset),
  perpetualSymbol,
  parseSymbol,
  venueError(body, status) {
    if (!isRecord(body)) return undefined;
    const error = isRecord(body['error']) ? body['error'] : body;
    const { code, message, data } = error;
    if ((typeof code !== 'number' && typeof code !== 'string') || typeof message !== 'string')
      return undefined;
    const { reason, param } = isRecord(data) ? data : {};
    const details = [reason, param].filter((part) => typeof part === 'string').join(' ');
    const isLimited = status === 429 || LIMITED.has(String(code));
    return {
      code: String(code),
      message: details === '' ? message : `${message} (${details})`,
      kind: isLimited ? 'rate-limited' : 'rejected',
    };
  },
};
