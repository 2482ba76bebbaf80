/**
 * OKX v5, REST and WebSocket. Checked 2026-11-22 against the payloads named `recorded` (real traffic), `docs` (the
 * exchange's own sample), `fixture` (another project's), `comment` (an answer kept in ccxt's source); `knowledge` =
 * built from the documentation alone. Base https://www.okx.com, wss://ws.okx.com:8443/ws/v5/public.
 *
 * | endpoint (/api/v5)                          | yields                  | unit, side                                    | seen      |
 * | ------------------------------------------- | ----------------------- | --------------------------------------------- | --------- |
 * | /public/instruments                         | instruments             | ctVal × ctMult coins, or USD if inverse       | recorded  |
 * | /public/open-interest                       | open interest           | oi contracts, oiCcy coin, oiUsd; likely one side | docs      |
 * | /public/funding-rate                        | funding, cap, interval  | interval = fundingTime − prevFundingTime      | docs      |
 * | /public/funding-rate-history                | funding, settled        | realizedRate was charged; newest first        | docs      |
 * | /public/mark-price, /market/index-tickers   | prices                  | quote; an index is named after its pair       | docs      |
 * | /market/ticker, /market/tickers             | volume, last price      | vol24h contracts, volCcy24h coin, no USD      | docs      |
 * | the same of spot pairs                      | volume, last price      | vol24h coin, volCcy24h quote                  | recorded (WebSocket) |
 * | /market/candles                             | bars                    | contracts, coin, quote; spot coin, quote      | fixture   |
 * | /market/mark-price-candles                  | bars of the mark price  | as candles, without volumes                   | knowledge |
 * | /market/history-…candles                    | bars, decoded only      | as the two above                              | knowledge |
 * | /market/books                               | depth                   | contracts; ends at 400 levels                 | fixture   |
 * | /market/books-full                          | depth                   | as books, 5000 levels, one column less        | knowledge |
 * | /public/liquidation-orders                  | liquidations            | contracts; side of the order; bankruptcy price| knowledge |
 * | /public/position-tiers                      | margin tiers            | minSz, maxSz contracts                        | docs (margin row) |
 * | /rubik/stat/contracts/open-interest-history | open interest, history  | [ts, contracts, coin, USD]                    | knowledge |
 * | /rubik/…/long-short-account-ratio-contract  | long/short              | [ts, ratio]; also -top-trader, by position    | knowledge |
 * | /rubik/stat/taker-volume-contract           | taker volume            | [ts, sell, buy]; unit 0 coin 1 contracts 2 USD| knowledge |
 * | /rubik/stat/taker-volume, instType SPOT     | taker volume, spot      | [ts, sell, buy] coin; the currency, not a pair| docs      |
 *
 * | channel             | yields             | unit, side                                                      | seen     |
 * | ------------------- | ------------------ | --------------------------------------------------------------- | -------- |
 * | liquidation-orders  | liquidations       | contracts; order side, posSide may be net; at most one a second and contract | comment |
 * | open-interest       | open interest      | oi contracts, oiCcy coin                                        | recorded |
 * | funding-rate        | funding            | as REST; the recorded frame has no nextFundingTime: no interval | recorded |
 * | mark-price          | mark price         | quote                                                           | docs     |
 * | index-tickers       | index price        | of a pair: given to its perpetual and known dated futures       | docs     |
 * | tickers             | volume, last price | as REST; contracts and coin, of spot coin and quote             | recorded |
 * | trades              | trades             | taker side; contracts, of spot coins                            | docs     |
 * | books, snapshot     | depth              | contracts, of spot coins; not subscribed                        | recorded |
 *
 * - The list states no interval. nextFundingTime − fundingTime is the length of the period after the one the rate is about;
 *   it is taken where prevFundingTime is missing, as far as the settlement is not further away.
 * - Held against the list: oi with oiCcy and vol24h with volCcy24h against ctVal × ctMult of linear contracts.
 * - Against ccxt 4.5.84 (open-interest-2): its openInterestAmount 2125419 is `oi`, contracts; Perpscope gives `oiCcy`,
 *   21254.19 coins, which ccxt calls baseVolume. Same payload, another unit.
 * - Against tardis: open-interest-3 has 236870, contracts; Perpscope gives `oiCcy`, 23687 coins. ticker-4 agrees (last
 *   2.1729). Its book_ticker, and order-book-6 (an update without a snapshot), are not read.
 * - Kinds, rules, states and classes are closed lists (instruments.ts). `ruleType` xperp marks perpetuals among the dated
 *   contracts: they pay funding, trade at their index and state a date years ahead, which is none of theirs.
 * - Open interest in dollars and volumes are as stated; contracts become coins by ctVal × ctMult, inverse ones by the price
 *   of the same row.
 * - An oiUsd of 0 beside oiCcy and a ratio of 0 are placeholders. No liquidation within the hour is a normal answer.
 * - Frames of the documentation's sample whose `arg` and rows name different instruments are about what the row names.
 * - position-tiers: contracts by OKX's own tables (knowledge: "position tier (cont)"): the lowest tier of BTC, 0.4 %, is
 *   one of some BTC and not of hundreds. Rows of margined spot pairs count coins: refused.
 * - premium-history is not read: the premium index compares the index with impact prices and is 0 between them, so it
 *   is no distance of a price from the index.
 * - The statistics per currency (open-interest-volume, long-short-account-ratio, taker-volume of contracts) add up all
 *   contracts of a coin, margined in whatever: unsupported.
 */
import type { ExchangeAdapter } from '../contract.ts';
import { plainText } from '../kit/field.ts';
import { alsoRead } from './alsoRead.ts';
import { candles, spotCandles } from './candles.ts';
import {
  fundingHistory,
  longShort,
  openInterestDaily,
  openInterestHistory,
  spotTakerVolume,
  takerVolume,
} from './history.ts';
import { instruments } from './instruments.ts';
import { depth, liquidations } from './market.ts';
import { datedMarkPrice, datedOpenInterest, fundingRate, markPrice, openInterest } from './readings.ts';
import { DOCS, parseSymbol } from './shared.ts';
import { streams } from './streams.ts';
import { datedIndexPrice, datedTickers, indexPrice, spotTicker, ticker } from './tickers.ts';
import { positionTiers } from './tiers.ts';

const RATE_LIMIT_CODES: ReadonlySet<string> = new Set(['50011', '50061']);

export const okx: ExchangeAdapter = {
  id: 'okx',
  displayName: 'OKX',
  docsUrl: DOCS,
  restBaseUrl: 'https://www.okx.com',
  // OKX publishes limits per endpoint only (the scopes of the polls). This is no published number: it keeps one
  // refresh from leaving as one burst.
  limits: [{ weight: 100, windowMs: 2_000 }],
  instruments,
  polls: [
    openInterest, fundingRate, markPrice, indexPrice, ticker, depth('books-full'), liquidations,
    openInterestHistory, openInterestDaily, fundingHistory,
    longShort('long-short-account-ratio-contract', 'all-accounts'),
    longShort('long-short-account-ratio-contract-top-trader', 'top-accounts'),
    longShort('long-short-position-ratio-contract-top-trader', 'top-positions'),
    takerVolume, candles('candles', 'last'), candles('mark-price-candles', 'mark'),
    ...alsoRead, positionTiers, spotTicker, spotCandles, spotTakerVolume, datedMarkPrice, datedOpenInterest, datedTickers, datedIndexPrice,
  ], // prettier-ignore
  openInterestSides: [
    {
      fields: 'oi, oiCcy, oiUsd', sides: 'unverified', likely: 'one', certainty: 'likely',
      reason:
        'Its position limits compare the positions of one direction with a share of open interest and need no factor of a half, which Bitget needs for the same rule.',
    },
  ], // prettier-ignore
  streams,
  spotSymbol: (asset) => `${asset}-USDT`,
  perpetualSymbol: (asset) => `${asset}-USDT-SWAP`,
  parseSymbol,
  venueError(body, status) {
    if (typeof body !== 'object' || body === null || !('code' in body) || body.code === undefined)
      return undefined;
    const code = plainText(body.code);
    if (code === '0') return undefined;
    const message = 'msg' in body ? plainText(body.msg) : '';
    const isLimited = status === 429 || RATE_LIMIT_CODES.has(code);
    return { code, message, kind: isLimited ? 'rate-limited' : 'rejected' };
  },
};
