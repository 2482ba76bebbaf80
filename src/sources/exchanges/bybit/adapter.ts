/**
 * Bybit v5. Checked 2026-11-22 against the payloads named `docs` (the exchange's own sample), `recorded` (real traffic)
 * or `fixture` (another project's); base address https://api.bybit.com. No payload that is read carries an independent
 * `expected`.
 *
 * | endpoint (/v5/market)  | yields                          | unit, side                                        | seen |
 * | ---------------------- | ------------------------------- | ------------------------------------------------- | ---- |
 * | instruments-info       | instruments, interval, cap      | coin (linear), USD (inverse); interval in minutes | docs |
 * | tickers                | open interest, funding, prices, | linear: quantities coin, values USD               | docs |
 * |                        | volume                          | inverse: quantities USD, values coin              |      |
 * | open-interest          | open interest, history          | as tickers; inverse has no coin value             | docs |
 * | funding/history        | funding, settled                | fraction; interval from the times or instrument   | docs |
 * | account-ratio          | long/short, all accounts        | shares of accounts; ratio = buyRatio / sellRatio  | docs |
 * | kline, mark-price-kline| bars                            | volume, turnover as tickers; newest first         | docs |
 * | index-price-kline      | bars of the index, decoded only | no volumes                                        | docs |
 * | orderbook              | depth                           | coin (linear), USD (inverse); 1000 levels         | docs |
 * | tickers, dated futures | the same and basis              | fraction of the index; a year's rate where stated | docs |
 * | risk-limit             | margin tiers                    | USD (linear), coin (inverse); rates see below     | docs |
 * | tickers, kline (spot)  | volume, last price, bars        | coin and USDT                                     | knowledge |
 * | WS allLiquidation      | liquidations, complete          | coin, inverse USD; side of the POSITION           | docs |
 * | WS liquidation         | liquidations, sampled           | the same; until 2025-02-26, decoded only          | docs |
 * | WS tickers             | as tickers; deltas partly       | as tickers                                        | recorded |
 * | WS publicTrade         | trades                          | coin, inverse USD; side of the taker              | docs |
 * | WS publicTrade (spot)  | trades of the spot pair         | coin; no tick direction `L`, which tells it apart | knowledge |
 *
 * Open interest: `openInterest` adds up longs and shorts (docs sample: 63910691 = 2 × 31955345.5), `single…` counts
 * once and exists since 2026-06-11. `single…` is taken where present (`sides: one`), else the raw sum (`sides: both`).
 * A value of 0 beside a quantity is a placeholder. The floor of funding is stated by the instrument list alone and left
 * out where the ticker's cap is another than the list's.
 * Held against the list: fundingIntervalHour (before the list) and nextFundingTime against the interval, also where a delta
 * states them without a rate; the rate against its bounds. Nothing states a contract size or a halt.
 * Margin tiers: the sample shows percentages (1 beside a leverage of 100), the page fractions. Initial margin times
 * leverage tells which; a table that fits neither, lacks its lowest tier or has a broken row is left out whole.
 * Basis: in the sample `basisRate` follows the mark price (0.0613) and `basis` the last price (-4730.84): the rate is read.
 * `BT` (block trade) is no taker volume, `RPI` is. Open interest in dollars is the exchange's own; inverse quantities are
 * dollars, and coins where it states them.
 * Liquidations are priced at bankruptcy, not at the fill. A delta states only what changed and is not merged here: one
 * with an open interest value alone, or with quotes alone, gives nothing.
 * Taker volume and top traders have no endpoint: takers are summed from trades. Options share paths, and so do spot pairs
 * (read: tickers and klines): refused. Pushes of klines, books and insurance are not read.
 */
import type { ExchangeAdapter, VenueError } from '../contract.ts';
import { plainText } from '../kit/field.ts';
import { indexKlines } from './alsoRead.ts';
import { fundingHistory, klines, longShort, openInterestDaily, openInterestHistory } from './history.ts';
import { instruments } from './instruments.ts';
import { marginTiers } from './marginTiers.ts';
import { datedTickers, depth, tickers } from './readings.ts';
import { DOCS, parseSymbol } from './shared.ts';
import { spotKlines, spotTickers } from './spot.ts';
import { linearStream, spotStream } from './streams.ts';

const BAN_MS = 600_000;
const OVER_USE = /too (?:frequent|many)|rate.?limit/i;

/** Over-use of an address is answered by 403 for ten minutes; 403 is the answer to blocked countries too. */
function forbidden(body: unknown): VenueError | undefined {
  const message = typeof body === 'string' ? body : JSON.stringify(body ?? '');
  if (!OVER_USE.test(message)) return undefined;
  return { code: '403', message: message.slice(0, 200), kind: 'rate-limited', retryAfterMs: BAN_MS };
}

export const bybit: ExchangeAdapter = {
  id: 'bybit',
  displayName: 'Bybit',
  docsUrl: DOCS,
  restBaseUrl: 'https://api.bybit.com',
  limits: [{ weight: 600, windowMs: 5_000 }],
  instruments,
  // Spot pairs come first: they take the answers to their category alone.
  polls: [
    spotTickers, spotKlines, tickers, datedTickers, marginTiers, depth, openInterestHistory, openInterestDaily, fundingHistory, longShort,
    klines('kline', 'last'), klines('mark-price-kline', 'mark'), indexKlines,
  ], // prettier-ignore
  openInterestSides: [
    {
      fields: 'singleOpenInterest', sides: 'one', certainty: 'documented',
      reason: 'Bybit introduced the field as the number that counts each contract once.',
    },
    {
      fields: 'openInterest', sides: 'both', certainty: 'documented',
      reason: 'Bybit documents the sum of longs and shorts, and its samples are twice the other field.',
    },
  ], // prettier-ignore
  streams: [linearStream, spotStream],
  spotSymbol: (asset) => `${asset}USDT`,
  perpetualSymbol: (asset) => `${asset}USDT`,
  parseSymbol,
  venueError(body, status) {
    const ban = status === 403 ? forbidden(body) : undefined;
    if (ban !== undefined) return ban;
    if (typeof body !== 'object' || body === null || !('retCode' in body)) return undefined;
    // Some recordings quote the code.
    const code = plainText(body.retCode);
    if (code === '0') return undefined;
    const message = 'retMsg' in body ? plainText(body.retMsg) : '';
    // 10018: the limit of the address, the one behind the ban.
    if (code === '10018') return { code, message, kind: 'rate-limited', retryAfterMs: BAN_MS };
    return { code, message, kind: code === '10006' || status === 429 ? 'rate-limited' : 'rejected' };
  },
};
