import { DAY_MS, HOUR_MS } from '../../../core/units.ts';
import type { PriceType } from '../flow.ts';
import type { Population, SimulatedMarket } from '../market.ts';
import { assetProfile, EXCHANGES, SIMULATED_ASSETS } from '../profiles.ts';
import { bitsAt } from '../random.ts';
import { dateParts, perpetual, quarterlyExpiry } from '../symbols.ts';
import {
  contractType,
  INTERVALS_MS,
  invalid,
  klineRow,
  ONBOARDED_MS,
  refusal,
  symbolRow,
  tickerRow,
} from './binanceRows.ts';
import { createBinanceStreams } from './binanceStreams.ts';
import { averagedIndex } from './companions.ts';
import {
  keepRows, lastDay, launchOf, pageTimes, readLimit, readWhole, route, settledPage, text,
  type Handler, type Listing, type WireAnswer, type WireExchange, type WireRequest,
} from './shared.ts'; // prettier-ignore

/**
 * Binance USD-M: bare objects and arrays, oldest first, times as numbers in ms, quantities in coins. There is no
 * inverse contract on this host (COIN-M has its own). Settlement times jitter by some ms, as they do there. Spot pairs
 * stand under other paths of the same address.
 */

/** Older statistics are refused: a month by the documentation, thirty days and some hours in fact. */
const STATISTICS_MS = 30 * DAY_MS;
const MOST_JITTER_MS = 12;

/** Returns the settlement time as Binance states it: some ms after the hour. */
export function jittered(settledAtMs: number): number {
  return settledAtMs + (bitsAt(0x62696e, settledAtMs / HOUR_MS) % MOST_JITTER_MS);
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
    ...SIMULATED_ASSETS.map((asset) => ({ exchange: 'binance', asset, variant: 'spot', venueSymbol: `${asset}USDT`, contractSize: 1 }) as const),
  ]; // prettier-ignore
  const isSpotPath = (path: string): boolean => path.startsWith('/api/v3/');
  const of = (path: string): Listing[] =>
    listings.filter((listing) => (listing.variant === 'spot') === isSpotPath(path));

  const listed = ({ path, query }: WireRequest): Listing => {
    const { symbol } = query;
    if (symbol === undefined || symbol === '') {
      throw refusal(-1102, "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed.");
    }
    const found = of(path).find((listing) => listing.venueSymbol === symbol);
    if (found === undefined) throw refusal(-1121, 'Invalid symbol.');
    return found;
  };
  /** One object for one symbol, an array for all. */
  const oneOrAll =
    (row: (listing: Listing, nowMs: number) => unknown): Handler =>
    (request) =>
      request.query['symbol'] === undefined
        ? of(request.path).map((listing) => row(listing, request.nowMs))
        : row(listed(request), request.nowMs);

  const range = ({ query }: WireRequest): { fromMs: number | undefined; toMs: number | undefined } => {
    const fromMs = readWhole(query, 'startTime', invalid);
    const toMs = readWhole(query, 'endTime', invalid);
    if (fromMs !== undefined && toMs !== undefined && toMs < fromMs) throw invalid('endTime');
    return { fromMs, toMs };
  };

  const klines =
    (type: PriceType, most = 1500): Handler =>
    (request) => {
      const { query, nowMs } = request;
      const listing = listed(request);
      const stepMs = INTERVALS_MS[query['interval'] ?? ''];
      if (stepMs === undefined) throw refusal(-1120, 'Invalid interval.');
      const limit = readLimit(query, { usual: 500, most }, invalid);
      const { fromMs, toMs } = range(request);
      const keep = fromMs === undefined ? 'newest' : 'oldest';
      const firstMs = launchOf(market, ONBOARDED_MS);
      return pageTimes({ stepMs, fromMs, toMs, limit, keep, lastMs: nowMs - 1, firstMs }).map((startMs) => {
        const bar = market.bar(listing, startMs, Math.min(startMs + stepMs, nowMs), type);
        return klineRow(listing, bar, stepMs, type);
      });
    };

  const statistic =
    (
      row: (listing: Listing, atMs: number, stepMs: number, query: WireRequest['query']) => object,
      isBar = false,
      find: (request: WireRequest) => Listing = listed,
    ): Handler =>
    (request) => {
      const { query, nowMs } = request;
      const listing = find(request);
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
        row(listing, atMs, stepMs, query),
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

  const depth: Handler = (request) => {
    const { query, nowMs } = request;
    const listing = listed(request);
    const limit = readWhole(query, 'limit', invalid) ?? 500;
    if (![5, 10, 20, 50, 100, 500, 1000].includes(limit))
      throw refusal(-4021, `Depth limit ${limit} is invalid.`);
    const { priceDecimals, sizeDecimals } = assetProfile(listing.asset);
    const book = market.book(listing, nowMs);
    const side = (levels: typeof book.bids): string[][] =>
      levels.slice(0, limit).map(([price, size]) => [text(price, priceDecimals), text(size, sizeDecimals)]);
    // Books of spot pairs state no time; those of futures when they were sent, and when they were so.
    const times = isSpotPath(request.path) ? {} : { E: nowMs, T: nowMs - 3 };
    return { lastUpdateId: nowMs * 4, ...times, bids: side(book.bids), asks: side(book.asks) };
  };

  /** Named by pair and type of contract. */
  const byType = ({ query, nowMs }: WireRequest): Listing => {
    const ofPair = of('/fapi').filter((one) => `${one.asset}USDT` === query['pair']);
    const found = ofPair.find((one) => contractType(one, nowMs) === query['contractType']);
    if (found === undefined) throw invalid(ofPair.length === 0 ? 'pair' : 'contractType');
    return found;
  };

  const routes: Readonly<Record<string, Handler>> = {
    '/fapi/v1/ping': () => ({}),
    '/fapi/v1/time': ({ nowMs }) => ({ serverTime: nowMs }),
    '/fapi/v1/exchangeInfo': ({ nowMs }) => ({
      timezone: 'UTC',
      serverTime: nowMs,
      futuresType: 'U_MARGINED',
      rateLimits: [{ rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 2400 }],
      exchangeFilters: [],
      symbols: of('/fapi').map((listing) => symbolRow(listing, nowMs)),
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
      const price = (value: number): string => text(value, priceDecimals + 2);
      const isDated = listing.variant === 'dated';
      return {
        symbol: listing.venueSymbol,
        markPrice: price(market.price(listing, 'mark', time)),
        indexPrice: price(market.price(listing, 'index', time)),
        estimatedSettlePrice: price(averagedIndex(market, listing, time)),
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
    '/fapi/v1/depth': depth,
    '/fapi/v1/klines': klines('last'),
    '/fapi/v1/markPriceKlines': klines('mark'),
    '/fapi/v1/fundingRate': (request) => {
      const listing = listed(request);
      const { nowMs } = request;
      const { fromMs, toMs } = range(request);
      const limit = readLimit(request.query, { usual: 100, most: 1000 }, invalid);
      if (listing.variant === 'dated') return [];
      const keep = fromMs === undefined ? 'newest' : 'oldest';
      const settled = settledPage(market, listing, {
        // The jitter may carry a settlement over either end.
        fromMs: fromMs === undefined ? undefined : fromMs - MOST_JITTER_MS,
        toMs,
        limit: limit + 1,
        keep,
        lastMs: nowMs,
        firstMs: launchOf(market, ONBOARDED_MS),
      })
        .map((funding) => ({ ...funding, atMs: jittered(funding.atMs) }))
        .filter(({ atMs }) => atMs >= (fromMs ?? 0) && atMs <= Math.min(toMs ?? nowMs, nowMs));
      const { priceDecimals } = assetProfile(listing.asset);
      return keepRows(settled, limit, keep).map(({ atMs, rate }) => ({
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
    '/futures/data/basis': statistic(
      (listing, timestamp, _stepMs, { contractType: type }) => {
        const index = market.price(listing, 'index', timestamp);
        const futures = market.price(listing, 'last', timestamp);
        const { priceDecimals } = assetProfile(listing.asset);
        const years = ((listing.expiresAtMs ?? timestamp) - timestamp) / (365 * DAY_MS);
        const isDated = listing.variant === 'dated';
        return {
          indexPrice: text(index, 8),
          contractType: type,
          basisRate: text(futures / index - 1, 4),
          futuresPrice: text(futures, priceDecimals),
          annualizedBasisRate: isDated ? text((futures / index - 1) / years, 4) : '',
          basis: text(futures - index, 8),
          pair: `${listing.asset}USDT`,
          timestamp,
        };
      },
      false,
      byType,
    ),
    '/api/v3/ping': () => ({}),
    '/api/v3/time': ({ nowMs }) => ({ serverTime: nowMs }),
    '/api/v3/ticker/24hr': oneOrAll((listing, nowMs) => ({
      ...tickerRow(listing, lastDay(market, listing, nowMs)),
      prevClosePrice: text(
        market.price(listing, 'last', nowMs - DAY_MS),
        assetProfile(listing.asset).priceDecimals,
      ),
    })),
    '/api/v3/klines': klines('last', 1000),
    '/api/v3/depth': depth,
  };

  return {
    id: 'binance',
    listings,
    extraHosts: ['spot', 'spotWs'],
    streams: createBinanceStreams(market, listings),
    answer: (request): WireAnswer =>
      route(routes, request, {
        status: 404,
        body: { code: -5000, msg: `Path ${request.path}, Method GET is invalid` },
      }),
  };
}
