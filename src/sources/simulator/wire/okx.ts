import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import type { PriceType } from '../flow.ts';
import type { Population, SimulatedMarket } from '../market.ts';
import { assetProfile, EXCHANGES, SIMULATED_ASSETS } from '../profiles.ts';
import { dateParts, perpetual, quarterlyExpiry } from '../symbols.ts';
import {
  HISTORY_MS, keepRows, lastDay, pageTimes, readLimit, readWhole, Refusal, route, text,
  type FailureKind, type Handler, type Listing, type WireAnswer, type WireExchange, type WireRequest,
} from './shared.ts'; // prettier-ignore

/**
 * OKX v5: everything is text inside `data`, newest first, times in ms. Sizes are contracts (`ctVal` coins each, of
 * inverse contracts 100 dollars each). `after` asks for rows older than a time, `before` for newer ones.
 */

const CONTRACT_SIZE: Readonly<Record<string, number>> = { BTC: 0.01, ETH: 0.1, SOL: 1, XRP: 100, DOGE: 1000 };
const INVERSE_SIZE_USD = 100;
const BARS_MS: Readonly<Record<string, number>> = {
  '5m': 5 * MINUTE_MS, '15m': 15 * MINUTE_MS, '30m': 30 * MINUTE_MS, '1H': HOUR_MS, '2H': 2 * HOUR_MS,
  '4H': 4 * HOUR_MS, '6Hutc': 6 * HOUR_MS, '12Hutc': 12 * HOUR_MS, '1Dutc': DAY_MS,
}; // prettier-ignore
const STATISTICS_ROWS = 1_440;

const refusal = (status: number, code: string, msg: string): Refusal =>
  new Refusal(status, { code, data: [], msg });
const invalid = (name: string): Refusal => refusal(400, '51000', `Parameter ${name} error`);
const missing = (name: string): Refusal => refusal(400, '50014', `Parameter ${name} can not be empty.`);

const failures: Readonly<Record<FailureKind, [status: number, code: string, msg: string]>> = {
  'geo-blocked': [451, '51155', 'Due to local laws and regulations, this service is not available in your region.'],
  'rate-limited': [429, '50011', 'Too Many Requests'],
  banned: [418, '50061', 'Requests too frequent; the address is blocked for a while.'],
  'server-error': [503, '50001', 'Service temporarily unavailable. Try again later.'],
}; // prettier-ignore

/** Builds OKX's wire format over a market. */
export function createOkxWire(market: SimulatedMarket): WireExchange {
  const expiresAtMs = quarterlyExpiry(market.anchorMs);
  const { yy, mm, dd } = dateParts(expiresAtMs);
  const listings: Listing[] = [
    ...SIMULATED_ASSETS.map((asset) => ({
      ...perpetual('okx', asset),
      venueSymbol: `${asset}-USDT-SWAP`,
      contractSize: CONTRACT_SIZE[asset] ?? 1,
    })),
    { exchange: 'okx', asset: 'BTC', variant: 'inverse', venueSymbol: 'BTC-USD-SWAP', contractSize: INVERSE_SIZE_USD },
    { exchange: 'okx', asset: 'BTC', variant: 'dated', expiresAtMs, venueSymbol: `BTC-USDT-${yy}${mm}${dd}`, contractSize: 0.01 },
  ]; // prettier-ignore

  const family = (listing: Listing): string => listing.venueSymbol.split('-').slice(0, 2).join('-');
  const typeOf = (listing: Listing): string => (listing.variant === 'dated' ? 'FUTURES' : 'SWAP');
  const decimalsOf = (listing: Listing): number => assetProfile(listing.asset).priceDecimals;
  /** Coins worth some dollars as contracts: inverse ones count the dollars. */
  const contracts = (listing: Listing, coins: number, usd: number): string =>
    listing.variant === 'inverse'
      ? text(usd / listing.contractSize, 1)
      : text(coins / listing.contractSize, 2);

  const listed = ({ query }: WireRequest, name = 'instId'): Listing => {
    const instId = query[name];
    if (instId === undefined || instId === '') throw missing(name);
    const found = listings.find((listing) => listing.venueSymbol === instId);
    if (found === undefined) throw refusal(200, '51001', "Instrument ID doesn't exist.");
    return found;
  };
  const answer = (data: unknown[]): object => ({ code: '0', data, msg: '' });
  /** Rows of one instrument, or of all that the query's type and family name. */
  const perInstrument =
    (row: (listing: Listing, nowMs: number) => object, needsType = true): Handler =>
    (request) => {
      const { instId, instType, uly, instFamily } = request.query;
      if (needsType && (instType ?? '') === '') throw missing('instType');
      if (instId !== undefined && instId !== 'ANY') return answer([row(listed(request), request.nowMs)]);
      if (!needsType && instId === undefined && instType === undefined) throw missing('instId');
      const wanted = listings.filter(
        (listing) =>
          typeOf(listing) === (instType ?? 'SWAP') &&
          [undefined, family(listing)].includes(instFamily ?? uly),
      );
      return answer(wanted.map((listing) => row(listing, request.nowMs)));
    };

  /** Rows on a grid of times, newest first; `names` are the query's words for older than and newer than. */
  const series =
    (
      options: {
        bar: 'bar' | 'period';
        most: number;
        usual?: number;
        older: string;
        newer: string;
        isBar: boolean;
      },
      row: (listing: Listing, atMs: number, stepMs: number, request: WireRequest) => unknown,
    ): Handler =>
    (request) => {
      const { query, nowMs } = request;
      const listing = listed(request);
      const stepMs = BARS_MS[query[options.bar] ?? '5m'];
      if (stepMs === undefined) throw invalid(options.bar);
      const limit = readLimit(query, { usual: options.usual ?? 100, most: options.most }, invalid);
      const older = readWhole(query, options.older, invalid);
      const newer = readWhole(query, options.newer, invalid);
      const isCandle = options.bar === 'bar';
      // Candles hold the running bar; statistics state a bar when it is finished.
      const lastMs = isCandle ? nowMs - 1 : options.isBar ? nowMs - stepMs : nowMs;
      const firstMs = isCandle ? market.anchorMs - HISTORY_MS : nowMs - STATISTICS_ROWS * stepMs;
      return answer(
        pageTimes({
          stepMs, limit, lastMs, firstMs,
          fromMs: newer === undefined ? undefined : newer + 1,
          toMs: older === undefined ? undefined : older - 1,
          keep: newer !== undefined && older === undefined ? 'oldest' : 'newest',
        }).reverse().map((atMs) => row(listing, atMs, stepMs, request)),
      ); // prettier-ignore
    };

  const candles = (type: PriceType, most: number): Handler =>
    series(
      { bar: 'bar', most, older: 'after', newer: 'before', isBar: true },
      (listing, startMs, stepMs, { nowMs }) => {
        const bar = market.bar(listing, startMs, Math.min(startMs + stepMs, nowMs), type);
        const decimals = decimalsOf(listing) + (type === 'last' ? 0 : 2);
        const prices = [bar.open, bar.high, bar.low, bar.close].map((price) => text(price, decimals));
        const isDone = startMs + stepMs <= nowMs ? '1' : '0';
        if (type !== 'last') return [text(startMs, 0), ...prices, isDone];
        const sizes = [
          contracts(listing, bar.volumeBase, bar.volumeUsd),
          text(bar.volumeBase, 4),
          text(bar.volumeUsd, 2),
        ];
        return [text(startMs, 0), ...prices, ...sizes, isDone];
      },
    );

  const statistics = { bar: 'period', most: 100, older: 'end', newer: 'begin', isBar: false } as const;
  const longShort = (population: Population): Handler =>
    series(statistics, (listing, atMs) => [
      text(atMs, 0),
      text(market.longShortRatio(listing, population, atMs), 4),
    ]);

  const openInterest = (listing: Listing, atMs: number): { oi: string; oiCcy: string; oiUsd: string } => {
    const coins = market.openInterestBase(listing, atMs);
    const mark = market.price(listing, 'mark', atMs);
    return {
      oi: contracts(listing, coins, coins * mark),
      oiCcy: text(coins, 4),
      oiUsd: text(coins * mark, 4),
    };
  };

  const book =
    (most: number, columns: (price: string, size: string) => string[]): Handler =>
    (request) => {
      const listing = listed(request);
      const limit = readLimit(request.query, { usual: 1, most, name: 'sz' }, invalid);
      const { bids, asks } = market.book(listing, request.nowMs);
      const side = (levels: typeof bids): string[][] =>
        levels
          .slice(0, limit)
          .map(([price, size]) =>
            columns(text(price, decimalsOf(listing)), contracts(listing, size, size * price)),
          );
      return answer([{ asks: side(asks), bids: side(bids), ts: text(request.nowMs, 0) }]);
    };

  const routes: Readonly<Record<string, Handler>> = {
    '/api/v5/public/time': ({ nowMs }) => answer([{ ts: text(nowMs, 0) }]),
    '/api/v5/public/instruments': perInstrument((listing) =>
      instrumentRow(listing, typeOf(listing), family(listing)),
    ),
    '/api/v5/public/open-interest': perInstrument((listing, nowMs) => ({
      instId: listing.venueSymbol,
      instType: typeOf(listing),
      ...openInterest(listing, nowMs),
      ts: text(nowMs, 0),
    })),
    '/api/v5/public/funding-rate': perInstrument((listing, nowMs) => {
      if (listing.variant === 'dated') throw invalid('instId');
      const next = market.nextFundingMs(listing, nowMs);
      const interval = market.fundingIntervalMs(listing);
      const cap = EXCHANGES.okx.fundingCap;
      return {
        formulaType: 'noRate',
        fundingRate: text(market.fundingRate(listing, nowMs), 16),
        fundingTime: text(next, 0),
        impactValue: '20000.0000000000000000',
        instId: listing.venueSymbol,
        instType: 'SWAP',
        interestRate: '0.0001000000000000',
        maxFundingRate: text(cap, 5),
        method: 'current_period',
        minFundingRate: text(-cap, 5),
        nextFundingRate: '',
        nextFundingTime: text(next + interval, 0),
        premium: text(market.premium(listing, nowMs), 16),
        settFundingRate: text(market.fundingRate(listing, next - interval - 1), 16),
        settState: 'settled',
        ts: text(nowMs, 0),
      };
    }, false),
    '/api/v5/public/funding-rate-history': (request) => {
      const { query, nowMs } = request;
      const listing = listed(request);
      if (listing.variant === 'dated') throw invalid('instId');
      const limit = readLimit(query, { usual: 400, most: 400 }, invalid);
      const older = readWhole(query, 'after', invalid) ?? Number.POSITIVE_INFINITY;
      const newer = readWhole(query, 'before', invalid);
      // About three months are kept.
      const rows = market
        .settledFunding(listing, Math.max(nowMs - 92 * DAY_MS, newer === undefined ? 0 : newer + 1), nowMs)
        .filter(({ atMs }) => atMs < older);
      const kept = keepRows(
        rows,
        limit,
        newer !== undefined && !Number.isFinite(older) ? 'oldest' : 'newest',
      );
      return answer(
        kept.reverse().map(({ atMs, rate }) => ({
          formulaType: 'noRate',
          fundingRate: text(rate, 16),
          fundingTime: text(atMs, 0),
          instId: listing.venueSymbol,
          instType: 'SWAP',
          method: 'current_period',
          realizedRate: text(rate, 16),
        })),
      );
    },
    '/api/v5/public/mark-price': perInstrument((listing, nowMs) => ({
      instId: listing.venueSymbol,
      instType: typeOf(listing),
      markPx: text(market.price(listing, 'mark', nowMs), decimalsOf(listing) + 2),
      ts: text(nowMs, 0),
    })),
    '/api/v5/market/index-tickers': ({ query, nowMs }) => {
      const pair = query['instId'];
      if ((pair ?? query['quoteCcy'] ?? '') === '') throw missing('instId');
      const listing = listings.find((candidate) => family(candidate) === pair);
      if (listing === undefined) throw refusal(200, '51001', "Instrument ID doesn't exist.");
      const decimals = decimalsOf(listing) + 2;
      const day = market.bar(listing, Math.floor(nowMs / HOUR_MS - 24) * HOUR_MS, nowMs, 'index');
      return answer([
        {
          instId: pair,
          idxPx: text(market.price(listing, 'index', nowMs), decimals),
          high24h: text(day.high, decimals),
          sodUtc0: text(day.open, decimals),
          open24h: text(day.open, decimals),
          low24h: text(day.low, decimals),
          sodUtc8: text(day.open, decimals),
          ts: text(nowMs, 0),
        },
      ]);
    },
    '/api/v5/market/ticker': (request) => {
      listed(request);
      return perInstrument(tickerRow, false)(request, {});
    },
    '/api/v5/market/tickers': perInstrument(tickerRow),
    '/api/v5/market/candles': candles('last', 300),
    '/api/v5/market/mark-price-candles': candles('mark', 100),
    '/api/v5/market/books-full': book(5_000, (price, size) => [price, size, '1']),
    '/api/v5/market/books': book(400, (price, size) => [price, size, '0', '1']),
    '/api/v5/public/liquidation-orders': ({ query, nowMs }) => {
      if ((query['instType'] ?? '') === '') throw missing('instType');
      const pair = query['uly'] ?? query['instFamily'];
      if (pair === undefined) throw missing('uly');
      const listing = listings.find(
        (candidate) => family(candidate) === pair && typeOf(candidate) === query['instType'],
      );
      if (listing === undefined) throw refusal(200, '51001', "Instrument ID doesn't exist.");
      const limit = readLimit(query, { usual: 100, most: 100 }, invalid);
      const older = Math.min(readWhole(query, 'after', invalid) ?? nowMs + 1, nowMs + 1);
      const newer = readWhole(query, 'before', invalid);
      const fromMs = Math.max(nowMs - 7 * DAY_MS, newer === undefined ? 0 : newer + 1);
      const details = keepRows(market.liquidations(listing, fromMs, older), limit, 'newest')
        .reverse()
        .map((event) => ({
          bkLoss: '0',
          bkPx: text(event.bankruptcyPrice, decimalsOf(listing)),
          ccy: '',
          posSide: event.side,
          side: event.side === 'long' ? 'sell' : 'buy',
          sz: contracts(listing, event.sizeBase, event.sizeBase * event.bankruptcyPrice),
          time: text(event.atMs, 0),
          ts: text(event.atMs, 0),
        }));
      const head = {
        instFamily: pair,
        instId: listing.venueSymbol,
        instType: query['instType'],
        totalLoss: '0',
        uly: pair,
      };
      return answer(details.length === 0 ? [] : [{ details, ...head }]);
    },
    '/api/v5/rubik/stat/contracts/open-interest-history': series(statistics, (listing, atMs) => {
      const { oi, oiCcy, oiUsd } = openInterest(listing, atMs);
      return [text(atMs, 0), oi, oiCcy, oiUsd];
    }),
    '/api/v5/rubik/stat/contracts/long-short-account-ratio-contract': longShort('all-accounts'),
    '/api/v5/rubik/stat/contracts/long-short-account-ratio-contract-top-trader': longShort('top-accounts'),
    '/api/v5/rubik/stat/contracts/long-short-position-ratio-contract-top-trader': longShort('top-positions'),
    '/api/v5/rubik/stat/taker-volume-contract': series(
      { ...statistics, isBar: true },
      (listing, atMs, stepMs, { query }) => {
        const bar = market.bar(listing, atMs, atMs + stepMs);
        const sell = { base: bar.volumeBase - bar.takerBuyBase, usd: bar.volumeUsd - bar.takerBuyUsd };
        const buy = { base: bar.takerBuyBase, usd: bar.takerBuyUsd };
        const sized = ({ base, usd }: typeof buy): string =>
          query['unit'] === '0'
            ? text(base, 4)
            : query['unit'] === '2'
              ? text(usd, 2)
              : contracts(listing, base, usd);
        return [text(atMs, 0), sized(sell), sized(buy)];
      },
    ),
  };

  function tickerRow(listing: Listing, nowMs: number): object {
    const day = lastDay(market, listing, nowMs);
    const price = (value: number): string => text(value, decimalsOf(listing));
    const tick = 10 ** -decimalsOf(listing);
    return {
      instType: typeOf(listing), instId: listing.venueSymbol, last: price(day.close), lastSz: '1',
      askPx: price(day.close + tick), askSz: '11', bidPx: price(day.close), bidSz: '5', open24h: price(day.open),
      high24h: price(day.high), low24h: price(day.low), volCcy24h: text(day.volumeBase, 4),
      vol24h: contracts(listing, day.volumeBase, day.volumeUsd), sodUtc0: price(day.open), sodUtc8: price(day.open),
      ts: text(nowMs, 0),
    }; // prettier-ignore
  }

  return {
    id: 'okx',
    listings,
    answer: (request): WireAnswer =>
      route(routes, request, { status: 404, body: { msg: 'Invalid URL', code: '404', data: [] } }),
    failure(kind) {
      const [status, code, msg] = failures[kind];
      return { status, body: { code, data: [], msg } };
    },
  };
}

function instrumentRow(listing: Listing, instType: string, family: string): object {
  const isInverse = listing.variant === 'inverse';
  return {
    alias: listing.variant === 'dated' ? 'quarter' : '', auctionEndTime: '', baseCcy: '', category: '1', ctMult: '1',
    ctType: isInverse ? 'inverse' : 'linear', ctVal: String(listing.contractSize),
    ctValCcy: isInverse ? 'USD' : listing.asset, expTime: listing.expiresAtMs === undefined ? '' : text(listing.expiresAtMs, 0),
    instFamily: family, instId: listing.venueSymbol, instType, lever: '100', listTime: '1611916828000', lotSz: '0.01',
    minSz: '0.01', optType: '', quoteCcy: '', ruleType: 'normal', settleCcy: isInverse ? listing.asset : 'USDT',
    state: 'live', stk: '', tickSz: String(10 ** -assetProfile(listing.asset).priceDecimals), uly: family,
  }; // prettier-ignore
}
