/**
 * Kraken Futures, REST v3/v4, charts v1 and WebSocket v1. Verified 2026-11-22 against the payloads named `recorded` (real
 * traffic), `docs` (the exchange's own sample) or `source` (kept in the source or tests of another project). `knowledge`:
 * from the documentation, no payload was at hand.
 *
 * | endpoint or channel                  | yields                    | unit, side                                     | seen     |
 * | ------------------------------------ | ------------------------- | ---------------------------------------------- | -------- |
 * | v3/instruments                       | instruments, margin tiers | contractSize coins (PF_, FF_) or USD (PI_, FI_); levels in USD (numNonContractUnits) or contracts | recorded, docs |
 * | v3/tickers, v3/tickers/{symbol}      | prices, OI, volume, funding | PF_ coins, PI_ contracts of 1 USD, OI side unverified; fundingRate ABSOLUTE | recorded, docs; of one symbol knowledge |
 * | v3/orderbook                         | depth                     | coins or contracts                             | docs, source |
 * | v3/history                           | trades, liquidations      | taker's side                                   | docs     |
 * | v4/historicalfundingrates (v3/…)     | funding, settled          | relativeFundingRate, fraction per hour         | docs     |
 * | charts/v1/{trade,mark,spot}          | bars; spot = index        | ms; volume coins or contracts                  | mark, spot recorded; trade source |
 * | charts/v1/analytics open-interest    | OI history                | seconds; [o,h,l,c], the open is read; coins or contracts | knowledge |
 * | charts/v1/analytics long-short-ratio | long/short                | whose is not stated; of positions it would be 1 | knowledge |
 * | WS ticker                            | prices, OI, volume, funding | relative_funding_rate, fraction per hour     | recorded (dated), docs, source |
 * | WS ticker_lite                       | volume                    | coins or contracts, 24 h; no time              | recorded |
 * | WS trade                             | trades, liquidations      | taker's side: a liquidation that sells closed a long; complete | recorded |
 * | WS trade_snapshot                    | liquidations              | as trade                                       | knowledge |
 * | WS book_snapshot                     | depth                     | coins or contracts                             | recorded, source |
 * | WS heartbeat, subscribed, error, alert | none                    |                                                | knowledge |
 *
 * - PF_ sizes are coins without a list: of the pushed PF_ETHUSD sample volumeQuote 99,424,432 / volume 57,204 = 1,738 is
 *   between the low and the high of its day. Contracts of other kinds need the list.
 * - Levels of PF_ contracts are dollars: the documented ones of PF_XBTUSD reach 30 million, more than there are coins.
 *   `retailMarginLevels` are not read.
 * - Absolute rates: pushed pairs give relative / absolute = 28,061 (index 28,062) and 21,989 (21,985) on PI_XBTUSD, and
 *   absolute / relative = 1,752.3 (1,751.8) on PF_ETHUSD. So the fraction is rate × index of PI_ and rate / index of PF_;
 *   without an index price beside it there is no rate. Open interest in dollars (PF_) or coins (PI_) is by the mark price.
 *   These are rates of the moment; those in force were computed up to an hour before and are off by what the price moved
 *   since (0.3 % of the rate at most in the samples). What comes out at more than twice the exchange's highest rate is
 *   dropped: the documented PI_ sample gives 0.36 % an hour where 0.1 % is the highest.
 * - No answer states the interval. An hour is from the contract specifications, and pushed settlements fit it.
 * - Held against the list: `suspended` against tradeable. A next settlement that is not within the hour makes the hour an
 *   assumption. Sizes of tickers cannot be compared: they are stated in one unit.
 * - The rate in force is `predicted` (the next settlement), as on OKX. `funding_rate_prediction`, the rate of the hour
 *   after, has no place of its own beside it and is not read.
 * - The documented history of 2022 is 4 h apart; rates were per hour then too (knowledge). Such rows are shown and not
 *   annualised. A row is timed as the exchange times it; whether that is the begin or the end of its hour is not known.
 * - A recorded tickers answer states a volumeQuote of 1.6 million for 500,000 ETH: such dollars are dropped. Of PI_
 *   contracts volumeQuote is USD by WebSocket (equal to volume) and neither USD nor coins in that answer: not read.
 * - Recorded mark and index bars of `1m` are an hour apart and seamless: they are read as bars of an hour.
 * - Not read: analytics liquidation-volume (one sum without sides), aggressor-differential and trade-volume (buy − sell
 *   and buy + sell stand in two answers; trades of the stream give both), long-short-info, future-basis, funding (units
 *   without a payload); `premium` (a percentage of one decimal); trades of type assignment, termination, block.
 * - `expected`: the recorded PI_XRPUSD liquidation, 12,000 at 0.1736, sell. tardis keeps the raw 12,000; here it is a long
 *   of 12,000 USD or 69,124.4 XRP with the list, and 12,000 contracts without it. Those of books state levels, no sums.
 */
import { SECOND_MS } from '../../../core/units.ts';
import { variantOf, type ExchangeAdapter, type VenueError } from '../contract.ts';
import { alsoReadPolls } from './alsoRead.ts';
import { longShortRatio, openInterestHistory } from './analytics.ts';
import { candles, fundingHistory, fundingHistoryV3, markCandles } from './history.ts';
import { instruments, marginTiers } from './instruments.ts';
import { datedTickers, depth, tickers } from './readings.ts';
import { DOCS, parseSymbol } from './shared.ts';
import { stream } from './streams.ts';

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '');

/** `{result: "error", error}`, a list of `errors` (v4, charts) or of texts (`EAPI:…`). */
function venueError(body: unknown, status: number): VenueError | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const { result, error, errors, message } = body as Record<string, unknown>;
  const [first] = [
    ...(Array.isArray(error) ? error : []),
    ...(Array.isArray(errors) ? errors : []),
  ] as unknown[];
  // Gateways in front of it answer a bare `error`, and not always with the status of one.
  const isBare = typeof error === 'string' && error !== '' && (result === undefined || status >= 400);
  const isError = result === 'error' || first !== undefined || isBare;
  if (!isError) return undefined;
  const fields = (typeof first === 'object' && first !== null ? first : {}) as Record<string, unknown>;
  const code = textOf(
    typeof error === 'string' ? error : (fields['type'] ?? fields['code'] ?? first ?? 'error'),
  );
  const said = fields['msg'] ?? fields['message'] ?? message ?? fields['error_class'] ?? '';
  const isLimited = status === 429 || /limit ?exceeded|EAPI:Rate/i.test(code);
  return { code, message: textOf(said), kind: isLimited ? 'rate-limited' : 'rejected' };
}

export const krakenFutures: ExchangeAdapter = {
  id: 'kraken-futures',
  displayName: 'Kraken Futures',
  docsUrl: DOCS,
  restBaseUrl: 'https://futures.kraken.com',
  // Public endpoints state no limit of their own; this is what other clients hold to (5 a second).
  limits: [{ weight: 50, windowMs: 10 * SECOND_MS }],
  instruments,
  polls: [
    tickers,
    datedTickers,
    depth,
    openInterestHistory,
    longShortRatio,
    variantOf(fundingHistory, { fallbacks: [fundingHistoryV3] }),
    candles,
    markCandles,
    marginTiers,
    ...alsoReadPolls,
  ],
  openInterestSides: [
    {
      fields: 'openInterest, open-interest', sides: 'unverified', likely: 'one', certainty: 'likely',
      reason: 'Kraken words it as the open interest of the contract and nowhere as a sum of sides.',
    },
  ], // prettier-ignore
  streams: [stream],
  tracks: ({ kind, margin, quoteAsset, status }) =>
    kind === 'perpetual' && margin === 'linear' && quoteAsset === 'USD' && status === 'trading',
  perpetualSymbol: (asset) => `PF_${asset === 'BTC' ? 'XBT' : asset}USD`,
  parseSymbol,
  venueError,
};
