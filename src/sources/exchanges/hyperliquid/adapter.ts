/**
 * Hyperliquid, perpetuals of the first dex. Verified 2026-11-22 against the payloads named `recorded` (real traffic),
 * `docs` (the exchange's own sample), `fixture` (another project's) or `knowledge` (documentation without a payload).
 * Everything is a POST to https://api.hyperliquid.xyz/info; the body's `type` says what. Sizes are coins, times are ms.
 *
 * | type                 | yields                            | unit, side                                        | seen      |
 * | -------------------- | --------------------------------- | ------------------------------------------------- | --------- |
 * | meta                 | instruments                       | linear, settled in USDC, 1 coin, funding every 1 h | recorded  |
 * | meta.marginTables    | margin tiers                      | USDC of notional; rate 1 / (2 × leverage)         | knowledge |
 * | marginTable          | margin tiers, with a coin only    | as above                                          | knowledge |
 * | metaAndAssetCtxs     | OI, prices, volume, funding, basis | OI coins, both sides; USD by markPx               | docs      |
 * | predictedFundings    | funding of HlPerp only, not asked | fraction per fundingIntervalHours                 | knowledge |
 * | fundingHistory       | funding, settled; basis           | fraction per interval; spacing tells it           | recorded  |
 * | candleSnapshot       | bars                              | v coins                                           | recorded  |
 * | l2Book               | depth                             | coins; 20 levels a side, merged by nSigFigs       | recorded (own ticks) |
 * | allMids              | mid prices, not asked             | USDC                                              | recorded  |
 * | recentTrades         | trades, not asked                 | as WS trades                                      | knowledge |
 * | clearinghouseState   | wallet sizes for the side check   | szi coins, negative = short                       | knowledge |
 * | WS activeAssetCtx    | as metaAndAssetCtxs               | the same context, with its coin                   | recorded (context of allDexsAssetCtxs) |
 * | WS trades            | trades                            | sz coins; side is the taker's: B buys, A sells    | recorded  |
 * | WS l2Book            | depth; not subscribed             | full snapshots in own ticks                       | recorded  |
 * | WS candle, allMids   | bars, mid prices; not subscribed  | v coins                                           | docs      |
 * | WS allDexsAssetCtxs, assetCtxs | nothing: rows name no coin | ordered as lists that the frame does not hold     | recorded  |
 *
 * - Side of openInterest: both. Data vendors dispute it; the numbers do not: of 25 recorded coins all are an even number
 *   of lots, and their volumes are not. A second check: read clearinghouseState of large wallets at the moment of the
 *   context and add them up with `sumWalletPositions` (positions.ts): longs or shorts of more than half of it would
 *   prove one side.
 * - `funding` is the rate of the running hour. A 0 beside a premium of null is a delisted coin, no rate (recorded).
 * - Held against the list: isDelisted of the universe beside the contexts. The interval is fixed, sizes are coins.
 * - Funding was paid every 8 h in May 2023 (recorded: spacing, and rate = premium + clamp(0.0001 − premium, ±0.0003)):
 *   a lone settlement of then has an assumed interval, one between it and 2024 none (it is dropped), later ones are
 *   hourly (the resting rate of 0.0000125 is an eighth of 0.0001 per 8 h). The cap of 4 % an hour is knowledge.
 * - `premium` is stated against the oracle price by impact prices (recorded BTC −0.0005927453 = 77,559 / 77,605 − 1),
 *   and 0 while the oracle lies between them: basisFraction as the exchange states it. In fundingHistory it is the
 *   mean of the interval that ends at the settlement.
 * - Open interest in dollars is coins × markPx of the same context.
 * - Depth: with nSigFigs 3 or 4 (chosen by the leading digit of the price) levels are merged into steps, bids downwards
 *   and asks upwards (knowledge): the edge of a sum is off by less than a step, the mid price by half of one at most,
 *   and `reached…` is false where more than 0.15 % of the price is missing.
 *   ±1 % is reached for leading digits 1.0 to 1.8 and 4 to 10; between them it ends at 0.5 % to 1 %.
 * - Liquidations: no feed of the whole market exists, and trades do not say which are liquidations. No open interest
 *   history, ratios of accounts or taker volume by REST: trades are summed instead.
 * - kPEPE and the like are 1,000 coins and an asset of their own (KPEPE). Spot pairs (@107, PURR/USDC), coins of other
 *   dexs (xyz:TSLA) and BBO are `unsupported`. `expected` (tardis): an empty book, which is no depth, and a BBO of a
 *   spot pair; neither has a number that could differ.
 */
import { MINUTE_MS } from '../../../core/units.ts';
import type { ExchangeAdapter } from '../contract.ts';
import { alsoReadPolls } from './alsoRead.ts';
import { assetContexts } from './assetContexts.ts';
import { depth } from './depth.ts';
import { candles, fundingHistory } from './history.ts';
import { instruments } from './instruments.ts';
import { marginTiers } from './marginTiers.ts';
import { DOCS, parseSymbol } from './shared.ts';
import { stream } from './streams.ts';

export const hyperliquid: ExchangeAdapter = {
  id: 'hyperliquid',
  displayName: 'Hyperliquid',
  docsUrl: DOCS,
  restBaseUrl: 'https://api.hyperliquid.xyz',
  limits: [{ weight: 1_200, windowMs: MINUTE_MS }],
  instruments,
  polls: [assetContexts, depth, fundingHistory, candles, marginTiers, ...alsoReadPolls],
  openInterestSides: [
    {
      fields: 'openInterest', sides: 'both', certainty: 'measured',
      reason:
        'Of 25 recorded coins all 25 are an even number of lots, as a sum of two sides must be, while 18 of their volumes are odd.',
    },
  ], // prettier-ignore
  streams: [stream],
  tracks: ({ kind, margin, settleAsset, status }) =>
    kind === 'perpetual' && margin === 'linear' && settleAsset === 'USDC' && status === 'trading',
  perpetualSymbol: (asset) => asset,
  parseSymbol,
  venueError(body, status) {
    if (status === 429) return { code: '429', message: 'too many requests', kind: 'rate-limited' };
    if (body === null)
      return { code: 'null', message: 'it knows nothing of what was asked for', kind: 'rejected' };
    if (typeof body === 'string' && body !== '')
      return { code: 'error', message: body.slice(0, 500), kind: 'rejected' };
    return undefined;
  },
};
