import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import type { Bar, PriceType } from '../flow.ts';
import type { Population, SimulatedMarket } from '../market.ts';
import { assetProfile, EXCHANGES, SIMULATED_ASSETS } from '../profiles.ts';
import { bitsAt } from '../random.ts';
import { dateParts, perpetual, quarterlyExpiry } from '../symbols.ts';
import {
  HISTORY_MS, keepRows, lastDay, pageTimes, readLimit, readWhole, Refusal, route, text,
  type FailureKind, type Handler, type Listing, type WireAnswer, type WireExchange, type WireRequest,
} from './shared.ts'; // prettier-ignore

/**
 * Binance USD-M: bare objects and arrays, oldest first, times as numbers in ms, quantities in coins. There is no
 * inverse contract on this host (COIN-M has its own). Settlement times jitter by some ms, as they do there.
 */

const STATISTICS_MS = 30 * DAY_MS;
const PERPETUAL_DELIVERY_MS = 4_133_404_800_000;
const INTERVALS_MS: Readonly<Record<string, number>> = {
  '5m': 5 * MINUTE_MS, '15m': 15 * MINUTE_MS, '30m': 30 * MINUTE_MS, '1h': HOUR_MS, '2h': 2 * HOUR_MS,
  '4h': 4 * HOUR_MS, '6h': 6 * HOUR_MS, '12h': 12 * HOUR_MS, '1d': DAY_MS,
}; // prettier-ignore

const refusal = (code: number, msg: string, status = 400): Refusal => new Refusal(status, { code, msg });
const invalid = (name: string): Refusal => refusal(-1130, `Data sent for parameter '${name}' is not valid.`);

const failures: Readonly<Record<FailureKind, [status: number, code: number, msg: string]>> = {
  'geo-blocked': [451, 0, "Service unavailable from a restricted location according to 'b. Eligibility' in https://www.binance.com/en/terms. Please contact customer service if you believe you received this message in error."],
  'rate-limited': [429, -1003, 'Too many requests; current limit of IP(127.0.0.1) is 2400 requests per minute. Please use the websocket for live updates to avoid polling the API.'],
  banned: [418, -1003, 'Way too many requests; IP(127.0.0.1) banned until 1893456000000. Please use the websocket for live updates to avoid bans.'],
  'server-error': [503, -1001, 'Internal error; unable to process your request. Please try again.'],
}; // prettier-ignore

/** Returns the settlement time as Binance states it: some ms after the hour. */
export function jittered(settledAtMs: number): number {
  return settledAtMs + (bitsAt(0x62696e, settledAtMs / HOUR_MS) % 12);
}

/** Builds Binance's wire format over a market. */
export function createBinanceWire(market: SimulatedMarket): WireExchange {
  const expiresAtMs = quarterlyExpiry(market.anchorMs);
  const { yy, mm, dd } = dateParts(expiresAtMs);
  const listings: Listing[] = [
    ...SIMULATED_ASSETS.map((asset) => ({
      ...perpetual('binance', asset),
      venueSymbol: `${asset}USDT`,
      contractSize: 1,
    })),
    { exchange: 'binance', asset: 'BTC', variant: 'dated', expiresAtMs, venueSymbol: `BTCUSDT_${yy}${mm}${dd}`, contractSize: 1 },
  ]; // prettier-ignore

  const listed = ({ query }: WireRequest): Listing => {
    const { symbol } = query;
    if (symbol === undefined || symbol === '') {
      throw refusal(-1102, "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed.");
    }
    const found = listings.find((listing) => listing.venueSymbol === symbol);
    if (found === undefined) throw refusal(-1121, 'Invalid symbol.');
    return found;
  };
  /** One object for one symbol, an array for all. */
  const oneOrAll =
    (row: (listing: Listing, nowMs: number) => unknown): Handler =>
    (request) =>
      request.query['symbol'] === undefined
        ? listings.map((listing) => row(listing, request.nowMs))
        : row(listed(request), request.nowMs);

  const range = ({ query }: WireRequest): { fromMs: number | undefined; toMs: number | undefined } => {
    const fromMs = readWhole(query, 'startTime', invalid);
    const toMs = readWhole(query, 'endTime', invalid);
    if (fromMs !== undefined && toMs !== undefined && toMs < fromMs) throw invalid('endTime');
    return { fromMs, toMs };
  };

  const klines =
    (type: PriceType): Handler =>
    (request) => {
      const { query, nowMs } = request;
      const listing = listed(request);
      const stepMs = INTERVALS_MS[query['interval'] ?? ''];
      if (stepMs === undefined) throw refusal(-1120, 'Invalid interval.');
      const limit = readLimit(query, { usual: 500, most: 1500 }, invalid);
      const { fromMs, toMs } = range(request);
      const keep = fromMs === undefined ? 'newest' : 'oldest';
      const firstMs = market.anchorMs - HISTORY_MS;
      return pageTimes({ stepMs, fromMs, toMs, limit, keep, lastMs: nowMs - 1, firstMs }).map((startMs) => {
        const bar = market.bar(listing, startMs, Math.min(startMs + stepMs, nowMs), type);
        return klineRow(listing, bar, stepMs, type);
      });
    };

  const statistic =
    (row: (listing: Listing, atMs: number, stepMs: number) => object, isBar = false): Handler =>
    (request) => {
      const { query, nowMs } = request;
      const listing = listed(request);
      const stepMs = INTERVALS_MS[query['period'] ?? ''];
      if (stepMs === undefined) throw refusal(-1130, "parameter 'period' is invalid.");
      const limit = readLimit(query, { usual: 30, most: 500 }, invalid);
      const { fromMs, toMs } = range(request);
      const firstMs = nowMs - STATISTICS_MS;
      if (fromMs !== undefined && fromMs < firstMs - DAY_MS)
        throw refusal(-1130, "parameter 'startTime' is invalid.");
      const keep = fromMs === undefined ? 'newest' : 'oldest';
      // A bar is stated when it is finished, a reading at its time.
      const lastMs = isBar ? nowMs - stepMs : nowMs;
      return pageTimes({ stepMs, fromMs, toMs, limit, keep, lastMs, firstMs }).map((atMs) =>
        row(listing, atMs, stepMs),
      );
    };

  const longShort = (population: Population): Handler =>
    statistic((listing, timestamp) => {
      const longShare = Number(text(1 - 1 / (1 + market.longShortRatio(listing, population, timestamp)), 4));
      return {
        symbol: listing.venueSymbol,
        longShortRatio: text(longShare / (1 - longShare), 4),
        longAccount: text(longShare, 4),
        shortAccount: text(1 - longShare, 4),
        timestamp,
      };
    });

  const routes: Readonly<Record<string, Handler>> = {
    '/fapi/v1/ping': () => ({}),
    '/fapi/v1/time': ({ nowMs }) => ({ serverTime: nowMs }),
    '/fapi/v1/exchangeInfo': ({ nowMs }) => ({
      timezone: 'UTC',
      serverTime: nowMs,
      futuresType: 'U_MARGINED',
      rateLimits: [{ rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 2400 }],
      exchangeFilters: [],
      symbols: listings.map(symbolRow),
    }),
    '/fapi/v1/fundingInfo': () =>
      // Only what differs from 8 h and the standard cap is listed.
      listings
        .filter(
          (listing) => listing.variant === 'perpetual' && market.fundingIntervalMs(listing) !== 8 * HOUR_MS,
        )
        .map((listing) => ({
          symbol: listing.venueSymbol,
          adjustedFundingRateCap: text(EXCHANGES.binance.fundingCap),
          adjustedFundingRateFloor: text(-EXCHANGES.binance.fundingCap),
          fundingIntervalHours: market.fundingIntervalMs(listing) / HOUR_MS,
          disclaimer: false,
          updateTime: market.anchorMs - 90 * DAY_MS,
        })),
    '/fapi/v1/premiumIndex': oneOrAll((listing, time) => {
      const { priceDecimals } = assetProfile(listing.asset);
      const index = text(market.price(listing, 'index', time), priceDecimals + 2);
      const isDated = listing.variant === 'dated';
      return {
        symbol: listing.venueSymbol,
        markPrice: text(market.price(listing, 'mark', time), priceDecimals + 2),
        indexPrice: index,
        estimatedSettlePrice: index,
        lastFundingRate: isDated ? '' : text(market.fundingRate(listing, time)),
        interestRate: isDated ? '' : '0.00010000',
        nextFundingTime: isDated ? 0 : market.nextFundingMs(listing, time),
        time,
      };
    }),
    '/fapi/v1/openInterest': (request) => {
      const listing = listed(request);
      return {
        openInterest: text(
          market.openInterestBase(listing, request.nowMs),
          assetProfile(listing.asset).sizeDecimals,
        ),
        symbol: listing.venueSymbol,
        time: request.nowMs,
      };
    },
    '/fapi/v1/ticker/24hr': oneOrAll((listing, nowMs) => tickerRow(listing, lastDay(market, listing, nowMs))),
    '/fapi/v1/depth': (request) => {
      const { query, nowMs } = request;
      const listing = listed(request);
      const limit = readWhole(query, 'limit', invalid) ?? 500;
      if (![5, 10, 20, 50, 100, 500, 1000].includes(limit))
        throw refusal(-4021, `Depth limit ${limit} is invalid.`);
      const { priceDecimals, sizeDecimals } = assetProfile(listing.asset);
      const book = market.book(listing, nowMs);
      const side = (levels: typeof book.bids): string[][] =>
        levels.slice(0, limit).map(([price, size]) => [text(price, priceDecimals), text(size, sizeDecimals)]);
      return { lastUpdateId: nowMs * 4, E: nowMs, T: nowMs, bids: side(book.bids), asks: side(book.asks) };
    },
    '/fapi/v1/klines': klines('last'),
    '/fapi/v1/markPriceKlines': klines('mark'),
    '/fapi/v1/fundingRate': (request) => {
      const listing = listed(request);
      const { nowMs } = request;
      const { fromMs, toMs } = range(request);
      const limit = readLimit(request.query, { usual: 100, most: 1000 }, invalid);
      if (listing.variant === 'dated') return [];
      const settled = market
        .settledFunding(listing, market.anchorMs - HISTORY_MS, nowMs)
        .map((funding) => ({ ...funding, atMs: jittered(funding.atMs) }))
        .filter(({ atMs }) => atMs >= (fromMs ?? 0) && atMs <= Math.min(toMs ?? nowMs, nowMs));
      const { priceDecimals } = assetProfile(listing.asset);
      return keepRows(settled, limit, fromMs === undefined ? 'newest' : 'oldest').map(({ atMs, rate }) => ({
        symbol: listing.venueSymbol,
        fundingTime: atMs,
        fundingRate: text(rate),
        markPrice: text(market.price(listing, 'mark', atMs), priceDecimals + 2),
      }));
    },
    '/futures/data/openInterestHist': statistic((listing, timestamp) => {
      const base = market.openInterestBase(listing, timestamp);
      return {
        symbol: listing.venueSymbol,
        sumOpenInterest: text(base),
        sumOpenInterestValue: text(base * market.price(listing, 'mark', timestamp)),
        timestamp,
      };
    }),
    '/futures/data/globalLongShortAccountRatio': longShort('all-accounts'),
    '/futures/data/topLongShortAccountRatio': longShort('top-accounts'),
    '/futures/data/topLongShortPositionRatio': longShort('top-positions'),
    '/futures/data/takerlongshortRatio': statistic((listing, timestamp, stepMs) => {
      const bar = market.bar(listing, timestamp, timestamp + stepMs);
      const sold = bar.volumeBase - bar.takerBuyBase;
      return {
        buySellRatio: text(sold === 0 ? 0 : bar.takerBuyBase / sold, 4),
        sellVol: text(sold, 4),
        buyVol: text(bar.takerBuyBase, 4),
        timestamp,
      };
    }, true),
  };

  return {
    id: 'binance',
    listings,
    answer: (request): WireAnswer =>
      route(routes, request, {
        status: 404,
        body: { code: -5000, msg: `Path ${request.path}, Method GET is invalid` },
      }),
    failure(kind) {
      const [status, code, msg] = failures[kind];
      return { status, body: { code, msg } };
    },
  };
}

function symbolRow(listing: Listing): object {
  const { priceDecimals, sizeDecimals } = assetProfile(listing.asset);
  const isPerpetual = listing.variant === 'perpetual';
  return {
    symbol: listing.venueSymbol,
    pair: `${listing.asset}USDT`,
    contractType: isPerpetual ? 'PERPETUAL' : 'CURRENT_QUARTER',
    deliveryDate: isPerpetual ? PERPETUAL_DELIVERY_MS : listing.expiresAtMs,
    onboardDate: 1_569_398_400_000,
    status: 'TRADING',
    maintMarginPercent: '2.5000',
    requiredMarginPercent: '5.0000',
    baseAsset: listing.asset,
    quoteAsset: 'USDT',
    marginAsset: 'USDT',
    pricePrecision: priceDecimals,
    quantityPrecision: Math.max(0, sizeDecimals),
    underlyingType: 'COIN',
    orderTypes: ['LIMIT', 'MARKET'],
    timeInForce: ['GTC', 'IOC', 'FOK', 'GTX', 'GTD'],
  };
}

function tickerRow(listing: Listing, day: Bar): object {
  const { priceDecimals, sizeDecimals } = assetProfile(listing.asset);
  const price = (value: number): string => text(value, priceDecimals);
  return {
    symbol: listing.venueSymbol,
    priceChange: price(day.close - day.open),
    priceChangePercent: text((day.close / day.open - 1) * 100, 3),
    weightedAvgPrice: price(day.volumeUsd / day.volumeBase),
    lastPrice: price(day.close),
    lastQty: text(10 ** -sizeDecimals, sizeDecimals),
    openPrice: price(day.open),
    highPrice: price(day.high),
    lowPrice: price(day.low),
    volume: text(day.volumeBase, sizeDecimals),
    quoteVolume: text(day.volumeUsd, 2),
    openTime: day.startMs,
    closeTime: day.endMs,
    firstId: 1_000_000,
    lastId: 1_000_000 + day.trades - 1,
    count: day.trades,
  };
}

function klineRow(listing: Listing, bar: Bar, stepMs: number, type: PriceType): (string | number)[] {
  const { priceDecimals, sizeDecimals } = assetProfile(listing.asset);
  const price = (value: number): string => text(value, priceDecimals + (type === 'last' ? 0 : 2));
  const prices = [price(bar.open), price(bar.high), price(bar.low), price(bar.close)];
  // Bars of mark prices carry placeholders, with the two blanks that Binance sends.
  return type === 'last'
    ? [
        bar.startMs, ...prices, text(bar.volumeBase, sizeDecimals), bar.startMs + stepMs - 1, text(bar.volumeUsd, 5),
        bar.trades, text(bar.takerBuyBase, sizeDecimals), text(bar.takerBuyUsd, 5), '0',
      ]
    : [bar.startMs, ...prices, '0  ', bar.startMs + stepMs - 1, '0', 60, '0', '0', '0']; // prettier-ignore
}
