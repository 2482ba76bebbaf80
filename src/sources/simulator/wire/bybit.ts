import type { PriceType } from '../flow.ts';
import type { SimulatedMarket } from '../market.ts';
import { SIMULATED_ASSETS } from '../profiles.ts';
import { dateParts, perpetual, quarterlyExpiry } from '../symbols.ts';
import {
  categoryOf, decimalsOf, envelope, instrumentRow, INTERVALS_MS, LAUNCHED_MS, PERIODS_MS, quantity, readCursor, riskLimits,
  spotTickerRow, tickerRow, value,
} from './bybitRows.ts'; // prettier-ignore
import { createBybitStreams } from './bybitStreams.ts';
import {
  launchOf, pageTimes, readLimit, readWhole, Refusal, route, settledPage, text,
  type Handler, type Listing, type WireAnswer, type WireExchange, type WireRequest,
} from './shared.ts'; // prettier-ignore

/**
 * Bybit v5: rows in `result.list`, newest first, text. Linear contracts count coins (values are dollars), inverse
 * ones count dollars (values are coins). `openInterest` adds up longs and shorts, `singleOpenInterest` counts once.
 */

/** Long/short ratios begin later than the contracts. */
const RATIOS_SINCE_MS = Date.UTC(2020, 6, 20);
/** What is answered about spot pairs too. */
const SPOT_PATHS: readonly string[] = ['/v5/market/tickers', '/v5/market/kline', '/v5/market/orderbook'];

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
    ...SIMULATED_ASSETS.map((asset) => ({ exchange: 'bybit', asset, variant: 'spot', venueSymbol: `${asset}USDT`, contractSize: 1 }) as const),
  ]; // prettier-ignore

  const refused = (request: WireRequest, retMsg: string): Refusal =>
    new Refusal(200, envelope(request.nowMs, 10001, retMsg, {}));
  const invalid =
    (request: WireRequest) =>
    (name: string): Refusal =>
      refused(request, `params error: ${name} invalid`);

  const categoryIn = (request: WireRequest): string => {
    const category = request.query['category'];
    const isSpot = category === 'spot' && SPOT_PATHS.includes(request.path);
    if (category !== 'linear' && category !== 'inverse' && !isSpot)
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

  /** Rows on a grid of times, newest first, with a cursor where older rows follow. */
  const series =
    (
      steps: {
        name: string;
        table: Readonly<Record<string, number>>;
        most: number;
        usual: number;
        sinceMs?: number;
      },
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
      const firstMs = launchOf(market, steps.sinceMs ?? LAUNCHED_MS);
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
        firstMs: launchOf(market, LAUNCHED_MS),
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
      const status = query['status'] ?? 'Trading';
      const named = listings.filter(
        (listing) =>
          categoryOf(listing) === category && [undefined, listing.venueSymbol].includes(query['symbol']),
      );
      // All that is listed is traded.
      const all = status === 'Trading' ? named : [];
      if (query['symbol'] !== undefined && named.length === 0)
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
      const row = category === 'spot' ? spotTickerRow : tickerRow;
      return answer(request, {
        category,
        list: wanted.map((listing) => row(market, listing, request.nowMs)),
      });
    },
    '/v5/market/risk-limit': (request) => {
      const category = categoryIn(request);
      const wanted =
        request.query['symbol'] === undefined
          ? listings.filter((listing) => categoryOf(listing) === category)
          : [listed(request)];
      // A page holds 15 symbols, which is all there are.
      return answer(request, { category, list: wanted.flatMap(riskLimits), nextPageCursor: '' });
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
      { name: 'period', table: PERIODS_MS, most: 500, usual: 50, sinceMs: RATIOS_SINCE_MS },
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
          : settledPage(market, listing, {
              fromMs,
              toMs,
              limit,
              keep: 'newest',
              lastMs: nowMs,
              firstMs: launchOf(market, LAUNCHED_MS),
            });
      const list = rows.reverse().map(({ atMs, rate }) => ({
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
        ts: nowMs - 4,
        u: nowMs % 1e9,
        seq: 66_000_000_000 + Math.floor(nowMs / 89),
        cts: nowMs - 6,
      });
    },
  };

  return {
    id: 'bybit',
    listings,
    streams: createBybitStreams(market, listings),
    answer: (request): WireAnswer =>
      route(routes, request, { status: 404, body: envelope(request.nowMs, 404, 'Not found', {}) }),
  };
}
