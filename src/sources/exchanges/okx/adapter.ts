/**
 * OKX v5, REST. Checked 2026-11-22 against the payloads named `recorded` (real traffic), `docs` (the exchange's own
 * sample), `fixture` (another project's); `none` = built from the documentation alone. Base https://www.okx.com.
 *
 * | endpoint (/api/v5)                          | yields                  | unit, side                                    | seen     |
 * | ------------------------------------------- | ----------------------- | --------------------------------------------- | -------- |
 * | /public/instruments                         | instruments             | ctVal × ctMult coins, or USD if inverse       | recorded |
 * | /public/open-interest                       | open interest           | oi contracts, oiCcy coin, oiUsd; sides unknown| docs     |
 * | /public/funding-rate                        | funding, cap, interval  | interval = nextFundingTime − fundingTime      | docs     |
 * | /public/funding-rate-history                | funding, settled        | realizedRate was charged; newest first        | docs     |
 * | /public/mark-price, /market/index-tickers   | prices                  | quote; an index is named after its pair       | docs     |
 * | /market/ticker, /market/tickers             | volume, last price      | vol24h contracts, volCcy24h coin, no USD      | docs     |
 * | /market/candles                             | bars                    | contracts, coin, quote; newest first          | fixture  |
 * | /market/mark-price-candles                  | bars of the mark price  | as candles, without volumes                   | none     |
 * | /market/history-…candles                    | bars, decoded only      | as the two above                              | none     |
 * | /market/books                               | depth                   | contracts; ends at 400 levels                 | fixture  |
 * | /market/books-full                          | depth                   | as books, 5000 levels, one column less        | none     |
 * | /public/liquidation-orders                  | liquidations            | contracts; side of the order; bankruptcy price| none     |
 * | /rubik/stat/contracts/open-interest-history | open interest, history  | [ts, contracts, coin, USD]                    | none     |
 * | /rubik/…/long-short-account-ratio-contract  | long/short              | [ts, ratio]; also -top-trader, by position    | none     |
 * | /rubik/stat/taker-volume-contract           | taker volume            | [ts, sell, buy]; unit 0 coin 1 contracts 2 USD| none     |
 *
 * Against ccxt 4.5.84 (open-interest-2): its openInterestAmount 2125419 is `oi`, contracts; Perpscope gives `oiCcy`,
 * 21254.19 coins, which ccxt calls baseVolume. Same payload, another unit.
 * An oiUsd of 0 beside oiCcy and a ratio of 0 are placeholders. No liquidation within the hour is a normal answer.
 * The statistics per currency (open-interest-volume, long-short-account-ratio, taker-volume) add up all contracts of
 * a coin, margined in whatever: unsupported. Spot markets share paths and have other units: refused as unsupported.
 */
import type { ExchangeAdapter } from '../contract.ts';
import {
  candles,
  fundingHistory,
  longShort,
  openInterestDaily,
  openInterestEarlier,
  openInterestHistory,
  takerVolume,
  takerVolumeEarlier,
} from './history.ts';
import { instruments } from './instruments.ts';
import { depth, liquidations } from './market.ts';
import { fundingRate, indexPrice, markPrice, openInterest, ticker } from './readings.ts';
import { DOCS, parseSymbol } from './shared.ts';

const RATE_LIMIT_CODES: ReadonlySet<string> = new Set(['50011', '50061']);

export const okx: ExchangeAdapter = {
  id: 'okx',
  displayName: 'OKX',
  docsUrl: DOCS,
  restBaseUrl: 'https://www.okx.com',
  // Limits are per endpoint: commonly 20 in 2 s, statistics (weight 4) 5 in 2 s. As a refresh asks each endpoint
  // once per asset, one pool of 100 keeps every endpoint inside its own.
  limits: [{ weight: 100, windowMs: 2_000 }],
  instruments,
  polls: [
    openInterest, fundingRate, markPrice, indexPrice, ticker('ticker', false), ticker('tickers', true),
    depth('books-full'), liquidations, openInterestHistory, openInterestEarlier, openInterestDaily, fundingHistory,
    longShort('long-short-account-ratio-contract', 'all-accounts'),
    longShort('long-short-account-ratio-contract-top-trader', 'top-accounts'),
    longShort('long-short-position-ratio-contract-top-trader', 'top-positions'),
    takerVolume, takerVolumeEarlier, candles('candles', 'last'), candles('mark-price-candles', 'mark'),
    candles('history-candles', 'last'), candles('history-mark-price-candles', 'mark'),
  ], // prettier-ignore
  perpetualSymbol: (asset) => `${asset}-USDT-SWAP`,
  parseSymbol,
  venueError(body, status) {
    if (typeof body !== 'object' || body === null || !('code' in body) || body.code === undefined)
      return undefined;
    const code = String(body.code);
    if (code === '0') return undefined;
    const message = 'msg' in body ? String(body.msg) : '';
    const isLimited = status === 429 || RATE_LIMIT_CODES.has(code);
    return { code, message, kind: isLimited ? 'rate-limited' : 'rejected' };
  },
};
