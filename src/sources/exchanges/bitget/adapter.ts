/**
 * Bitget futures and spot, REST and WebSocket. Verified 2026-11-22 against the payloads named `recorded` (real
 * traffic), `docs` (the exchange's own sample) or `comment` (kept in ccxt's source); `knowledge` = built from the
 * documentation alone. Base addresses https://api.bitget.com, wss://ws.bitget.com. v2 is asked; v3 twins of what is
 * used are read, and asked where v2 has none.
 *
 * | endpoint (v2 /api/v2/mix/market/…)    | yields                     | unit, side                                | seen     |
 * | ------------------------------------- | -------------------------- | ----------------------------------------- | -------- |
 * | contracts                             | instruments                | sizes are coins everywhere (size 1); fundInterval hours | docs |
 * | ticker, tickers; v3 tickers           | prices, volume, OI         | coin; USD by the mark price of the answer; both sides | docs |
 * | open-interest; v3                     | open interest              | coin, both sides                          | docs     |
 * | current-fund-rate; v3                 | funding, predicted         | interval in hours as text; older answers have none | docs |
 * | history-fund-rate; v3                 | funding, settled           | newest first; spacing tells the interval  | docs     |
 * | account-long-short; v3 futures-…      | long/short, all accounts   | ratio recomputed from the shares          | recorded |
 * | taker-buy-sell; v3 futures-active-…   | taker volume               | read as coin: no source states the unit   | SDK types |
 * | candles, history-…-candles; v3        | bars                       | [ts, o, h, l, c, coin, quote]             | docs     |
 * | merge-depth; v3 orderbook             | depth                      | coin; merged levels, see `FINE_GRAINED`   | docs     |
 * | symbol-price                          | last, index, mark          | quote                                     | docs     |
 * | query-position-lever; v3 position-tier | margin tiers              | position value in quote currency          | docs; v3 knowledge |
 * | v3 liquidations (three days)          | liquidations               | amount is quote; side = position          | recorded (WebSocket) |
 * | /api/v2/spot/market/tickers           | last price, volume         | coin, quote                               | recorded |
 * | /api/v2/spot/market/candles           | bars                       | [ts, o, h, l, c, coin, USDT, quote]       | knowledge |
 *
 * | channel                     | yields                      | unit, side                       | seen      |
 * | --------------------------- | --------------------------- | -------------------------------- | --------- |
 * | v2 ticker                   | prices, volume, OI, funding | as REST, nextFundingTime         | docs, comment |
 * | v2 trade                    | trades                      | coin, side = taker               | docs      |
 * | v2 books, v3 books, snapshot | depth; not subscribed      | coin                             | knowledge |
 * | v2 ticker, trade of SPOT    | last price, volume, trades  | coin, quote                      | knowledge |
 * | v3 liquidation              | liquidations                | as REST                          | recorded  |
 * | v3 ticker, publicTrade      | as v2; not subscribed       | as v2                            | knowledge |
 *
 * - v3 liquidation: `amount` is disputed (aggr-server: quote currency, tardis passes it on as base). The recorded
 *   13.70319 at 0.1649 is 83.1 coins to the last digit and 13.70319 coins is no size that can be traded: quote.
 *   Against tardis (liquidations-1): its amount 13.70319 is ours in dollars; its side `sell` is the order's, ours the
 *   position's (`buy` = long). Price and time agree.
 * - Against ccxt (ticker-4, spot): last, volumes and time agree.
 * - Coin-margined rows (BTCUSD, ETHUSD_231229) count coins as well: the sample's holdingAmount 125.6844 for BTCUSD
 *   is no number of dollar contracts. Dated rows state `fundingRate: "0"`, which is no rate.
 * - The first push of trades repeats trades from before the subscription; their ids tell them from new ones.
 * - Not read, `unsupported`: long-short and position-long-short (whose longs and shorts is not documented),
 *   v3 instruments (the list has one path), funding-time (an interval without a rate), fills, book tickers, pushed bars.
 * - Held against the list: fundingRateInterval (before the list), nextUpdate and nextFundingTime against the interval. Bounds
 *   stand in the answer alone, sizes are coins, and no payload says that a perpetual is halted.
 * - `isRwa` says that a contract is on no coin, not on what; symbolType has classes in v3 alone.
 * - Open interest in dollars is coins × the mark price of the same answer.
 * - No open interest history exists.
 */
import { MINUTE_MS } from '../../../core/units.ts';
import { variantOf, type ExchangeAdapter } from '../contract.ts';
import { plainText } from '../kit/field.ts';
import { alsoReadPolls, tickerAnswers } from './alsoRead.ts';
import { candles, markCandles } from './candles.ts';
import { fundingSettled, liquidationsV3 } from './history.ts';
import { instruments } from './instruments.ts';
import { depth, fundingRate, openInterestV2 } from './readings.ts';
import { DOCS, parseSymbol } from './shared.ts';
import { spotCandles, spotTicker } from './spot.ts';
import { accountRatio, takerVolume } from './statistics.ts';
import { streams } from './streams.ts';
import { symbolPrice, ticker } from './tickers.ts';
import { positionTiers } from './tiers.ts';

export const bitget: ExchangeAdapter = {
  id: 'bitget',
  displayName: 'Bitget',
  docsUrl: `${DOCS}/contract/intro`,
  restBaseUrl: 'https://api.bitget.com',
  // For all endpoints together; each has its own limit besides (the scopes of the polls).
  limits: [{ weight: 6_000, windowMs: MINUTE_MS }],
  instruments,
  polls: [
    // Reads what is handed in, before the poll that asks for the same answer and takes less of it.
    tickerAnswers,
    variantOf(ticker, { fallbacks: [openInterestV2, symbolPrice] }), fundingRate, depth, fundingSettled, candles,
    markCandles, accountRatio, takerVolume, liquidationsV3, positionTiers, spotTicker, spotCandles, ...alsoReadPolls,
  ], // prettier-ignore
  openInterestSides: [
    {
      fields: 'size, holdingAmount, openInterest', sides: 'both', certainty: 'documented',
      reason:
        'Its help page on position limits computes the open interest of the platform from both sides and halves it in its limits.',
    },
  ], // prettier-ignore
  streams,
  spotSymbol: (asset) => `${asset}USDT`,
  perpetualSymbol: (asset) => `${asset}USDT`,
  parseSymbol,
  venueError(body, status) {
    if (typeof body !== 'object' || body === null || !('code' in body)) return undefined;
    const code = plainText(body.code);
    if (code === '00000') return undefined;
    const message = 'msg' in body ? plainText(body.msg) : '';
    const isLimited = status === 429 || code === '429' || code === '30007';
    return { code, message, kind: isLimited ? 'rate-limited' : 'rejected' };
  },
};
