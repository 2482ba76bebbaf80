import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import type { PriceType } from '../flow.ts';
import type { SimulatedMarket } from '../market.ts';
import { assetProfile, EXCHANGES, SIMULATED_ASSETS } from '../profiles.ts';
import { dateParts, perpetual, quarterlyExpiry } from '../symbols.ts';
import {
  HISTORY_MS, keepRows, lastDay, pageTimes, readLimit, readWhole, Refusal, route, text,
  type FailureKind, type Handler, type Listing, type WireAnswer, type WireExchange, type WireRequest,
} from './shared.ts'; // prettier-ignore

/**
 * Bybit v5: rows in `result.list`, newest first, text. Linear contracts count coins (values are dollars), inverse
 * ones count dollars (values are coins). `openInterest` adds up longs and shorts, `singleOpenInterest` counts once.
 */

const PERIODS_MS: Readonly<Record<string, number>> = {
  '5min': 5 * MINUTE_MS, '15min': 15 * MINUTE_MS, '30min': 30 * MINUTE_MS, '1h': HOUR_MS, '4h': 4 * HOUR_MS, '1d': DAY_MS,
}; // prettier-ignore
const INTERVALS_MS: Readonly<Record<string, number>> = {
  '5': 5 * MINUTE_MS, '15': 15 * MINUTE_MS, '30': 30 * MINUTE_MS, '60': HOUR_MS, '120': 2 * HOUR_MS,
  '240': 4 * HOUR_MS, '360': 6 * HOUR_MS, '720': 12 * HOUR_MS, D: DAY_MS,
}; // prettier-ignore

const failures: Readonly<Record<FailureKind, [status: number, retCode: number, retMsg: string]>> = {
  'geo-blocked': [451, 10024, 'Unable to serve you: the product or service is not available in your region.'],
  'rate-limited': [429, 10006, 'Too many visits. Exceeded the API Rate Limit.'],
  banned: [418, 10018, 'Exceeded the IP Rate Limit.'],
  'server-error': [503, 10016, 'Server error.'],
};

/** Cursors are stated percent-encoded; they may come back that way, or decoded once. */
const readCursor = ({ cursor = '' }: Readonly<Record<string, string>>): string =>
  cursor.replaceAll('%3D', '=').replaceAll('%26', '&');

const envelope = (nowMs: number, retCode: number, retMsg: string, result: object): object => ({
  retCode,
  retMsg,
  result,
  retExtInfo: {},
  time: nowMs,
});

/** Builds Bybit's wire format over a market. */
export function createBybitWire(market: SimulatedMarket): WireExchange {
  const expiresAtMs = quarterlyExpiry(market.anchorMs);
  const { yy, dd, monthName } = dateParts(expiresAtMs);
  const listings: Listing[] = [
    ...SIMULATED_ASSETS.map((asset) => ({
      ...perpetual('bybit', asset),
      venueSymbol: `${asset}USDT`,
      contractSize: 1,
    })),
    { exchange: 'bybit', asset: 'BTC', variant: 'dated', expiresAtMs, venueSymbol: `BTCUSDT-${dd}${monthName}${yy}`, contractSize: 1 },
    { exchange: 'bybit', asset: 'BTC', variant: 'inverse', venueSymbol: 'BTCUSD', contractSize: 1 },
  ]; // prettier-ignore

  const categoryOf = (listing: Listing): string => (listing.variant === 'inverse' ? 'inverse' : 'linear');
  const decimalsOf = (listing: Listing): number => assetProfile(listing.asset).priceDecimals;
  const refused = (request: WireRequest, retMsg: string): Refusal =>
    new Refusal(200, envelope(request.nowMs, 10001, retMsg, {}));
  const invalid =
    (request: WireRequest) =>
    (name: string): Refusal =>
      refused(request, `params error: ${name} invalid`);

  const categoryIn = (request: WireRequest): string => {
    const category = request.query['category'];
    if (category !== 'linear' && category !== 'inverse')
      throw refused(request, 'params error: Category is invalid');
    return category;
  };
  const listed = (request: WireRequest): Listing => {
    const category = categoryIn(request);
    const { symbol } = request.query;
    if (symbol === undefined || symbol === '')
      throw refused(request, 'params error: Missing some parameters that must be filled in, symbol');
    const found = listings.find(
      (listing) => listing.venueSymbol === symbol && categoryOf(listing) === category,
    );
    if (found === undefined) throw refused(request, 'params error: Symbol Invalid');
    return found;
  };
  const answer = (request: WireRequest, result: object): object => envelope(request.nowMs, 0, 'OK', result);

  /** Quantities as Bybit counts them: coins, or dollars for inverse contracts. */
  const quantity = (listing: Listing, coins: number, usd: number): string =>
    listing.variant === 'inverse' ? text(usd, 0) : text(coins, 3);
  const value = (listing: Listing, coins: number, usd: number): string =>
    listing.variant === 'inverse' ? text(coins, 8) : text(usd, 4);

  /** Rows on a grid of times, newest first, with a cursor where older rows follow. */
  const series =
    (
      steps: { name: string; table: Readonly<Record<string, number>>; most: number; usual: number },
      row: (listing: Listing, atMs: number) => object,
    ): Handler =>
    (request) => {
      const { query, nowMs } = request;
      const listing = listed(request);
      const stepMs = steps.table[query[steps.name] ?? ''];
      if (stepMs === undefined) throw invalid(request)(steps.name);
      const limit = readLimit(query, { usual: steps.usual, most: steps.most }, invalid(request));
      const cursor = /lasttime=(\d+)/.exec(readCursor(query))?.[1];
      const endMs = readWhole(query, 'endTime', invalid(request)) ?? nowMs;
      // A page goes on before the last row of the page before.
      const toMs = cursor === undefined ? endMs : Math.min(endMs, Number(cursor) * 1_000 - 1);
      const fromMs = readWhole(query, 'startTime', invalid(request));
      const firstMs = market.anchorMs - HISTORY_MS;
      const page = { stepMs, fromMs, toMs, limit, keep: 'newest', lastMs: nowMs, firstMs } as const;
      const times = pageTimes(page).reverse();
      const oldest = times.at(-1);
      const isMore = oldest !== undefined && oldest - stepMs >= Math.max(fromMs ?? firstMs, firstMs);
      return answer(request, {
        symbol: listing.venueSymbol,
        category: categoryOf(listing),
        list: times.map((atMs) => row(listing, atMs)),
        nextPageCursor: isMore ? encodeURIComponent(`lastid=0&lasttime=${Math.floor(oldest / 1_000)}`) : '',
      });
    };

  const klines =
    (type: PriceType): Handler =>
    (request) => {
      const { query, nowMs } = request;
      const listing = listed(request);
      const stepMs = INTERVALS_MS[query['interval'] ?? ''];
      if (stepMs === undefined) throw invalid(request)('interval');
      const limit = readLimit(query, { usual: 200, most: 1000 }, invalid(request));
      const fromMs = readWhole(query, 'start', invalid(request));
      const toMs = readWhole(query, 'end', invalid(request));
      const keep = fromMs !== undefined && toMs === undefined ? 'oldest' : 'newest';
      const page = {
        stepMs,
        fromMs,
        toMs,
        limit,
        keep,
        lastMs: nowMs - 1,
        firstMs: market.anchorMs - HISTORY_MS,
      } as const;
      const list = pageTimes(page)
        .reverse()
        .map((startMs) => {
          const bar = market.bar(listing, startMs, Math.min(startMs + stepMs, nowMs), type);
          const decimals = decimalsOf(listing) + (type === 'last' ? 0 : 2);
          const prices = [bar.open, bar.high, bar.low, bar.close].map((price) => text(price, decimals));
          const traded = [
            quantity(listing, bar.volumeBase, bar.volumeUsd),
            value(listing, bar.volumeBase, bar.volumeUsd),
          ];
          return [text(startMs, 0), ...prices, ...(type === 'last' ? traded : [])];
        });
      return answer(request, { symbol: listing.venueSymbol, category: categoryOf(listing), list });
    };

  const routes: Readonly<Record<string, Handler>> = {
    '/v5/market/time': (request) =>
      answer(request, {
        timeSecond: text(Math.floor(request.nowMs / 1_000), 0),
        timeNano: `${request.nowMs}000000`,
      }),
    '/v5/market/instruments-info': (request) => {
      const { query } = request;
      const category = categoryIn(request);
      const limit = readLimit(query, { usual: 500, most: 1000 }, invalid(request));
      const all = listings.filter(
        (listing) =>
          categoryOf(listing) === category && [undefined, listing.venueSymbol].includes(query['symbol']),
      );
      if (query['symbol'] !== undefined && all.length === 0)
        throw refused(request, 'params error: Symbol Invalid');
      const after = /first=(.+)/.exec(readCursor(query))?.[1];
      const start = after === undefined ? 0 : all.findIndex((listing) => listing.venueSymbol === after);
      const next = all[start + limit];
      return answer(request, {
        category,
        list: all.slice(start, start + limit).map((listing) => instrumentRow(listing, market)),
        nextPageCursor: next === undefined ? '' : encodeURIComponent(`first=${next.venueSymbol}`),
      });
    },
    '/v5/market/tickers': (request) => {
      const category = categoryIn(request);
      const wanted =
        request.query['symbol'] === undefined
          ? listings.filter((listing) => categoryOf(listing) === category)
          : [listed(request)];
      return answer(request, { category, list: wanted.map((listing) => tickerRow(listing, request.nowMs)) });
    },
    '/v5/market/open-interest': series(
      { name: 'intervalTime', table: PERIODS_MS, most: 200, usual: 50 },
      (listing, atMs) => {
        const coins = market.openInterestBase(listing, atMs);
        const one =
          listing.variant === 'inverse' ? Math.round(coins * market.price(listing, 'mark', atMs)) : coins;
        const decimals = listing.variant === 'inverse' ? 0 : 3;
        return {
          openInterest: text(one * 2),
          singleOpenInterest: text(one, decimals),
          timestamp: text(atMs, 0),
        };
      },
    ),
    '/v5/market/account-ratio': series(
      { name: 'period', table: PERIODS_MS, most: 500, usual: 50 },
      (listing, atMs) => {
        const long = Number(text(1 - 1 / (1 + market.longShortRatio(listing, 'all-accounts', atMs)), 4));
        return {
          symbol: listing.venueSymbol,
          buyRatio: text(long, 4),
          sellRatio: text(1 - long, 4),
          timestamp: text(atMs, 0),
        };
      },
    ),
    '/v5/market/funding/history': (request) => {
      const { query, nowMs } = request;
      const listing = listed(request);
      const limit = readLimit(query, { usual: 200, most: 200 }, invalid(request));
      const fromMs = readWhole(query, 'startTime', invalid(request));
      const toMs = readWhole(query, 'endTime', invalid(request));
      if (fromMs !== undefined && toMs === undefined)
        throw refused(request, 'params error: endTime is required with startTime');
      const rows =
        listing.variant === 'dated'
          ? []
          : market.settledFunding(
              listing,
              Math.max(fromMs ?? 0, market.anchorMs - HISTORY_MS),
              Math.min(toMs ?? nowMs, nowMs),
            );
      const list = keepRows(rows, limit, 'newest')
        .reverse()
        .map(({ atMs, rate }) => ({
          symbol: listing.venueSymbol,
          fundingRate: text(rate),
          fundingRateTimestamp: text(atMs, 0),
        }));
      return answer(request, { category: categoryOf(listing), list });
    },
    '/v5/market/kline': klines('last'),
    '/v5/market/mark-price-kline': klines('mark'),
    '/v5/market/orderbook': (request) => {
      const listing = listed(request);
      const { nowMs } = request;
      const limit = readLimit(request.query, { usual: 25, most: 1000 }, invalid(request));
      const { bids, asks } = market.book(listing, nowMs);
      const side = (levels: typeof bids): string[][] =>
        levels
          .slice(0, limit)
          .map(([price, size]) => [text(price, decimalsOf(listing)), quantity(listing, size, size * price)]);
      return answer(request, {
        s: listing.venueSymbol,
        b: side(bids),
        a: side(asks),
        ts: nowMs,
        u: nowMs % 1e9,
        seq: nowMs,
        cts: nowMs,
      });
    },
  };

  function tickerRow(listing: Listing, nowMs: number): object {
    const day = lastDay(market, listing, nowMs);
    const coins = market.openInterestBase(listing, nowMs);
    const mark = market.price(listing, 'mark', nowMs);
    const decimals = decimalsOf(listing);
    const price = (amount: number): string => text(amount, decimals);
    const isDated = listing.variant === 'dated';
    return {
      symbol: listing.venueSymbol,
      lastPrice: price(day.close),
      indexPrice: text(market.price(listing, 'index', nowMs), decimals + 2),
      markPrice: text(mark, decimals + 2),
      prevPrice24h: price(day.open),
      price24hPcnt: text(day.close / day.open - 1, 6),
      highPrice24h: price(day.high),
      lowPrice24h: price(day.low),
      prevPrice1h: price(market.price(listing, 'last', nowMs - HOUR_MS)),
      openInterest: quantity(listing, coins * 2, Math.round(coins * mark) * 2),
      openInterestValue: value(listing, coins * 2, coins * mark * 2),
      singleOpenInterest: quantity(listing, coins, Math.round(coins * mark)),
      singleOpenInterestValue: value(listing, coins, coins * mark),
      turnover24h: value(listing, day.volumeBase, day.volumeUsd),
      volume24h: quantity(listing, day.volumeBase, day.volumeUsd),
      fundingRate: isDated ? '' : text(market.fundingRate(listing, nowMs)),
      nextFundingTime: isDated ? '0' : text(market.nextFundingMs(listing, nowMs), 0),
      predictedDeliveryPrice: '',
      basisRate: '',
      deliveryFeeRate: isDated ? '0.0005' : '',
      deliveryTime: text(listing.expiresAtMs ?? 0, 0),
      ask1Size: '1.000', bid1Price: price(day.close), ask1Price: price(day.close + 10 ** -decimals), bid1Size: '1.000',
      basis: isDated ? price(mark - market.price(listing, 'index', nowMs)) : '',
      preOpenPrice: '', preQty: '', curPreListingPhase: '',
      fundingIntervalHour: isDated ? '' : text(market.fundingIntervalMs(listing) / HOUR_MS, 0),
      basisRateYear: '',
      fundingCap: isDated ? '' : String(EXCHANGES.bybit.fundingCap),
    }; // prettier-ignore
  }

  return {
    id: 'bybit',
    listings,
    answer: (request): WireAnswer =>
      route(routes, request, { status: 404, body: envelope(request.nowMs, 404, 'Not found', {}) }),
    failure(kind, nowMs) {
      const [status, retCode, retMsg] = failures[kind];
      return { status, body: envelope(nowMs, retCode, retMsg, {}) };
    },
  };
}

function instrumentRow(listing: Listing, market: SimulatedMarket): object {
  const { priceDecimals, sizeDecimals } = assetProfile(listing.asset);
  const { variant } = listing;
  const contractType = {
    perpetual: 'LinearPerpetual', inverse: 'InversePerpetual', dated: 'LinearFutures', spot: '',
  }[variant]; // prettier-ignore
  const isInverse = variant === 'inverse';
  const cap = EXCHANGES.bybit.fundingCap;
  return {
    symbol: listing.venueSymbol, contractType, status: 'Trading', baseCoin: listing.asset,
    quoteCoin: isInverse ? 'USD' : 'USDT', launchTime: '1585526400000', deliveryTime: text(listing.expiresAtMs ?? 0, 0),
    deliveryFeeRate: variant === 'dated' ? '0.0005' : '', priceScale: String(priceDecimals),
    leverageFilter: { minLeverage: '1', maxLeverage: '100.00', leverageStep: '0.01' },
    priceFilter: { minPrice: String(10 ** -priceDecimals), maxPrice: '1999999.80', tickSize: String(10 ** -priceDecimals) },
    lotSizeFilter: { maxOrderQty: '1190.000', minOrderQty: String(10 ** -sizeDecimals), qtyStep: String(10 ** -sizeDecimals) },
    unifiedMarginTrade: true, fundingInterval: variant === 'dated' ? 0 : market.fundingIntervalMs(listing) / MINUTE_MS,
    settleCoin: isInverse ? listing.asset : 'USDT', copyTrading: 'both', upperFundingRate: variant === 'dated' ? '' : String(cap),
    lowerFundingRate: variant === 'dated' ? '' : String(-cap), isPreListing: false, preListingInfo: null,
  }; // prettier-ignore
}
