import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import type { PriceType } from '../flow.ts';
import type { Population, SimulatedMarket } from '../market.ts';
import { okxDumpLinks } from './okxDumpLinks.ts';
import { createOkxRows, LISTED_MS } from './okxRows.ts';
import { createOkxStreams } from './okxStreams.ts';
import {
  keepRows, launchOf, pageTimes, readLimit, readWhole, Refusal, route, settledPage, text,
  type Handler, type Listing, type WireAnswer, type WireExchange, type WireRequest,
} from './shared.ts'; // prettier-ignore

/**
 * OKX v5: everything is text inside `data`, newest first, times in ms. Sizes are contracts (`ctVal` coins each, of
 * inverse contracts 100 dollars each). `after` asks for rows older than a time, `before` for newer ones.
 */

const BARS_MS: Readonly<Record<string, number>> = {
  '5m': 5 * MINUTE_MS, '15m': 15 * MINUTE_MS, '30m': 30 * MINUTE_MS, '1H': HOUR_MS, '2H': 2 * HOUR_MS,
  '4H': 4 * HOUR_MS, '6Hutc': 6 * HOUR_MS, '12Hutc': 12 * HOUR_MS, '1Dutc': DAY_MS,
}; // prettier-ignore
/** What statistics and candles go back; older candles stand under paths of their own. */
const ROWS_BACK = 1_440;
/** Before which there are no statistics, of days and of anything shorter. */
const DAYS_SINCE_MS = Date.UTC(2024, 0, 1);
const STATISTICS_SINCE_MS = Date.UTC(2024, 1, 1);
/** Days that takers of spot pairs go back, by the length of a bar. */
const SPOT_DAYS: Readonly<Record<number, number>> = { [5 * MINUTE_MS]: 2, [HOUR_MS]: 30, [DAY_MS]: 180 };

const refusal = (status: number, code: string, msg: string): Refusal =>
  new Refusal(status, { code, data: [], msg });
const invalid = (name: string): Refusal => refusal(400, '51000', `Parameter ${name} error`);
const missing = (name: string): Refusal => refusal(400, '50014', `Parameter ${name} can not be empty.`);

/** Builds OKX's wire format over a market. `dumps` is the address of its public files, where there are some. */
export function createOkxWire(market: SimulatedMarket, dumps?: string): WireExchange {
  const rows = createOkxRows(market);
  const { listings, family, typeOf, decimalsOf, contracts } = rows;

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
        /** Goes back to the first day, and not the newest rows alone. */
        isHistory?: boolean;
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
      const firstMs =
        options.isHistory === true ? launchOf(market, LISTED_MS) : oldestRow(nowMs, stepMs, isCandle);
      return answer(
        pageTimes({
          stepMs, limit, lastMs, firstMs,
          fromMs: newer === undefined ? undefined : newer + 1,
          toMs: older === undefined ? undefined : older - 1,
          // Of bars those after a time alone are the newest there are.
          keep: !isCandle && newer !== undefined && older === undefined ? 'oldest' : 'newest',
        }).reverse().map((atMs) => row(listing, atMs, stepMs, request)),
      ); // prettier-ignore
    };

  const oldestRow = (nowMs: number, stepMs: number, isCandle: boolean): number => {
    const newestMs = nowMs - ROWS_BACK * stepMs;
    const sinceMs = stepMs === DAY_MS ? DAYS_SINCE_MS : STATISTICS_SINCE_MS;
    return isCandle ? newestMs : Math.max(newestMs, sinceMs);
  };

  const candles = (type: PriceType, most: number, isHistory = false): Handler =>
    series(
      { bar: 'bar', most, older: 'after', newer: 'before', isBar: true, isHistory },
      (listing, startMs, stepMs, { nowMs }) => {
        const bar = market.bar(listing, startMs, Math.min(startMs + stepMs, nowMs), type);
        const decimals = decimalsOf(listing) + (type === 'last' ? 0 : 2);
        const prices = [bar.open, bar.high, bar.low, bar.close].map((price) => text(price, decimals));
        const isDone = startMs + stepMs <= nowMs ? '1' : '0';
        if (type !== 'last') return [text(startMs, 0), ...prices, isDone];
        const usd = text(bar.volumeUsd, 2);
        const size = contracts(listing, bar.volumeBase, bar.volumeUsd);
        const sizes = listing.variant === 'spot' ? [size, usd, usd] : [size, text(bar.volumeBase, 4), usd];
        return [text(startMs, 0), ...prices, ...sizes, isDone];
      },
    );

  const statistics = { bar: 'period', most: 100, older: 'end', newer: 'begin', isBar: false } as const;
  const longShort = (population: Population): Handler =>
    series(statistics, (listing, atMs) => [
      text(atMs, 0),
      text(market.longShortRatio(listing, population, atMs), 4),
    ]);

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

  const takerVolume = series({ ...statistics, isBar: true }, (listing, atMs, stepMs, { query }) => {
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
  });

  const routes: Readonly<Record<string, Handler>> = {
    '/api/v5/public/time': ({ nowMs }) => answer([{ ts: text(nowMs, 0) }]),
    '/api/v5/public/instruments': perInstrument(rows.instrumentRow),
    '/api/v5/public/open-interest': perInstrument(rows.openInterestRow),
    '/api/v5/public/funding-rate': perInstrument((listing, nowMs) => {
      if (typeOf(listing) !== 'SWAP') throw invalid('instId');
      return rows.fundingRow(listing, nowMs);
    }, false),
    '/api/v5/public/funding-rate-history': (request) => {
      const { query, nowMs } = request;
      const listing = listed(request);
      if (typeOf(listing) !== 'SWAP') throw invalid('instId');
      const limit = readLimit(query, { usual: 400, most: 400 }, invalid);
      const older = readWhole(query, 'after', invalid);
      const newer = readWhole(query, 'before', invalid);
      const kept = settledPage(market, listing, {
        fromMs: newer === undefined ? undefined : newer + 1,
        toMs: older === undefined ? undefined : older - 1,
        limit,
        keep: newer !== undefined && older === undefined ? 'oldest' : 'newest',
        lastMs: nowMs,
        // About three months are kept.
        firstMs: nowMs - 92 * DAY_MS,
      });
      return answer(
        kept.reverse().map(({ atMs, rate }) => ({
          formulaType: 'noRate',
          // The last estimate; what was paid is a little off.
          fundingRate: text(rate * 1.00004, 16),
          fundingTime: text(atMs, 0),
          instId: listing.venueSymbol,
          instType: 'SWAP',
          method: 'current_period',
          realizedRate: text(rate, 16),
        })),
      );
    },
    '/api/v5/public/mark-price': perInstrument(rows.markPriceRow),
    '/api/v5/market/index-tickers': ({ query, nowMs }) => {
      if ((query['instId'] ?? query['quoteCcy'] ?? '') === '') throw missing('instId');
      const row = rows.indexRow(query['instId'], nowMs);
      if (row === undefined) throw refusal(200, '51001', "Instrument ID doesn't exist.");
      return answer([row]);
    },
    '/api/v5/market/ticker': (request) => {
      listed(request);
      return perInstrument(rows.tickerRow, false)(request, {});
    },
    '/api/v5/market/tickers': perInstrument(rows.tickerRow),
    '/api/v5/market/candles': candles('last', 300),
    '/api/v5/market/mark-price-candles': candles('mark', 100),
    '/api/v5/market/history-candles': candles('last', 300, true),
    '/api/v5/market/history-mark-price-candles': candles('mark', 100, true),
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
        .map((event) => rows.liquidationDetail(listing, event));
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
      const { oi, oiCcy, oiUsd } = rows.openInterest(listing, atMs);
      return [text(atMs, 0), oi, oiCcy, oiUsd];
    }),
    '/api/v5/rubik/stat/contracts/long-short-account-ratio-contract': longShort('all-accounts'),
    '/api/v5/rubik/stat/contracts/long-short-account-ratio-contract-top-trader': longShort('top-accounts'),
    '/api/v5/rubik/stat/contracts/long-short-position-ratio-contract-top-trader': longShort('top-positions'),
    '/api/v5/rubik/stat/taker-volume-contract': takerVolume,
    // Of a currency, all its spot pairs together: here there is one.
    '/api/v5/rubik/stat/taker-volume': (request) => {
      const { ccy, instType } = request.query;
      if ((ccy ?? '') === '') throw missing('ccy');
      if (instType !== 'SPOT' && instType !== 'CONTRACTS') throw invalid('instType');
      const instId = instType === 'SPOT' ? `${ccy}-USDT` : `${ccy}-USDT-SWAP`;
      const stepMs = BARS_MS[request.query['period'] ?? '5m'] ?? 0;
      const begin = readWhole(request.query, 'begin', invalid);
      const keptFromMs = request.nowMs - (SPOT_DAYS[stepMs] ?? 0) * DAY_MS;
      if (begin !== undefined && begin < keptFromMs) throw refusal(400, '50030', 'Illegal time range');
      const query = { ...request.query, instId, unit: '0' };
      return takerVolume({ ...request, query }, {});
    },
    '/api/v5/public/market-data-history': okxDumpLinks(
      listings.filter((listing) => typeOf(listing) === 'SWAP'),
      family,
      dumps,
    ),
    '/api/v5/public/position-tiers': ({ query }) => {
      if ((query['instType'] ?? '') === '') throw missing('instType');
      if (!['cross', 'isolated'].includes(query['tdMode'] ?? '')) throw invalid('tdMode');
      const pair = query['instFamily'] ?? query['uly'];
      if (pair === undefined) throw missing('uly');
      const found = listings.find((one) => family(one) === pair && typeOf(one) === query['instType']);
      if (found === undefined || found.variant === 'spot')
        throw refusal(200, '51001', "Instrument ID doesn't exist.");
      return answer(rows.tierRows(found));
    },
  };

  return {
    id: 'okx',
    listings,
    streams: createOkxStreams(market, rows),
    answer: (request): WireAnswer =>
      route(routes, request, { status: 404, body: { msg: 'Invalid URL', code: '404', data: [] } }),
  };
}
