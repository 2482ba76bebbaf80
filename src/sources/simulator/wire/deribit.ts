import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import type { SimulatedMarket } from '../market.ts';
import { SIMULATED_ASSETS } from '../profiles.ts';
import { quarterlyExpiry } from '../symbols.ts';
import { createDeribitRows, dateName, isInverse, LISTED_MS } from './deribitRows.ts';
import { createDeribitStreams } from './deribitStreams.ts';
import {
  HISTORY_MS, keepRows, pageTimes, readLimit, readWhole, Refusal, route,
  type Handler, type Listing, type WireAnswer, type WireExchange, type WireRequest,
} from './shared.ts'; // prettier-ignore

/**
 * Deribit v2: JSON-RPC answers over GET, times in milliseconds, `usIn` in microseconds, numbers as numbers. Amounts are
 * dollars of inverse contracts and coins of linear ones. Funding runs all the time: the running rate is stated for 8 h,
 * the history for each hour.
 */

const P = '/api/v2/public';
const MINUTES: ReadonlySet<string> = new Set('1 3 5 10 15 30 60 120 180 360 720'.split(' '));
const DEPTHS: ReadonlySet<number> = new Set([1, 5, 10, 20, 50, 100, 1_000, 10_000]);
const FUNDING_ROWS = 744;
const BARS = 5_000;

const envelope = (content: object, nowMs: number): object => ({
  jsonrpc: '2.0',
  ...content,
  usIn: nowMs * 1_000,
  usOut: nowMs * 1_000 + 250,
  usDiff: 250,
  testnet: false,
});

/** Builds Deribit's wire format over a market. */
export function createDeribitWire(market: SimulatedMarket): WireExchange {
  const expiresAtMs = quarterlyExpiry(market.anchorMs);
  const linear: Readonly<Record<string, number>> = { BTC: 0.0001, ETH: 0.001, SOL: 0.1, XRP: 10, DOGE: 10 };
  const inverse = (asset: string, contractSize: number): Listing => ({
    exchange: 'deribit', asset, variant: 'inverse', venueSymbol: `${asset}-PERPETUAL`, contractSize,
  }); // prettier-ignore
  const listings: Listing[] = [
    inverse('BTC', 10),
    inverse('ETH', 1),
    { exchange: 'deribit', asset: 'BTC', variant: 'dated', expiresAtMs, venueSymbol: `BTC-${dateName(expiresAtMs)}`, contractSize: 10 },
    ...SIMULATED_ASSETS.map((asset): Listing => ({
      exchange: 'deribit', asset, variant: 'perpetual', venueSymbol: `${asset}_USDC-PERPETUAL`, contractSize: linear[asset] ?? 1,
    })),
  ]; // prettier-ignore
  const rows = createDeribitRows(market);

  const refusal = (code: number, message: string, nowMs: number, data?: object): Refusal =>
    new Refusal(400, envelope({ error: { code, message, ...(data === undefined ? {} : { data }) } }, nowMs));
  const invalid = (nowMs: number, param: string, reason = 'wrong format'): Refusal =>
    refusal(-32_602, 'Invalid params', nowMs, { reason, param });
  const listed = ({ query, nowMs }: WireRequest): Listing => {
    const name = query['instrument_name'];
    if (name === undefined || name === '') throw invalid(nowMs, 'instrument_name', 'value required');
    const found = listings.find(({ venueSymbol }) => venueSymbol === name);
    if (found === undefined) throw refusal(13_020, 'not_found', nowMs);
    return found;
  };
  const ofCurrency = ({ query, nowMs }: WireRequest, mayBeAny: boolean): Listing[] => {
    const { currency = mayBeAny ? 'any' : undefined, kind } = query;
    if (kind !== undefined && !/^(future|option|spot|future_combo|option_combo)$/.test(kind))
      throw invalid(nowMs, 'kind');
    const isAny = currency === 'any' && mayBeAny;
    if (!isAny && !/^(BTC|ETH|USDC|USDT|EURR)$/.test(currency ?? '')) throw invalid(nowMs, 'currency');
    if (kind !== undefined && kind !== 'future') return [];
    return listings.filter((listing) => isAny || (isInverse(listing) ? listing.asset : 'USDC') === currency);
  };
  /** The range that is asked for, both ends inclusive, as far as there is anything in it. */
  const rangeOf = ({ query, nowMs }: WireRequest, firstMs = LISTED_MS): { fromMs: number; toMs: number } => {
    const refuse = (name: string): Refusal => invalid(nowMs, name);
    const fromMs = readWhole(query, 'start_timestamp', refuse);
    const toMs = readWhole(query, 'end_timestamp', refuse);
    if (fromMs === undefined) throw invalid(nowMs, 'start_timestamp', 'value required');
    if (toMs === undefined) throw invalid(nowMs, 'end_timestamp', 'value required');
    return { fromMs: Math.max(fromMs, firstMs), toMs: Math.min(toMs, nowMs) };
  };

  const tradePage = (request: WireRequest, fromMs: number, toMs: number): object => {
    const { query, nowMs } = request;
    const listing = listed(request);
    const count = readLimit(query, { usual: 10, most: 1_000, name: 'count' }, (name) => invalid(nowMs, name));
    const isNewestFirst = query['sorting'] !== 'asc';
    const all = rows.trades(listing, fromMs - 1, toMs);
    const kept = keepRows(all, count, isNewestFirst ? 'newest' : 'oldest');
    return { trades: isNewestFirst ? [...kept].reverse() : kept, has_more: all.length > count };
  };

  const results: Readonly<Record<string, Handler>> = {
    [`${P}/get_time`]: ({ nowMs }) => nowMs,
    [`${P}/test`]: () => ({ version: '1.2.26' }),
    [`${P}/get_instruments`]: (request) => ofCurrency(request, true).map(rows.instrument),
    [`${P}/get_instrument`]: (request) => rows.instrument(listed(request)),
    [`${P}/get_book_summary_by_currency`]: (request) =>
      ofCurrency(request, false).map((listing) => rows.summary(listing, request.nowMs)),
    [`${P}/get_book_summary_by_instrument`]: (request) => [rows.summary(listed(request), request.nowMs)],
    [`${P}/ticker`]: (request) => rows.ticker(listed(request), request.nowMs),
    [`${P}/get_order_book`]: (request) => {
      const { query, nowMs } = request;
      const depth = readWhole(query, 'depth', (name) => invalid(nowMs, name)) ?? 5;
      if (!DEPTHS.has(depth)) throw invalid(nowMs, 'depth');
      return rows.book(listed(request), depth, nowMs);
    },
    [`${P}/get_funding_rate_history`]: (request) => {
      const listing = listed(request);
      const { fromMs, toMs } = rangeOf(request);
      if (listing.variant === 'dated') throw invalid(request.nowMs, 'instrument_name', 'not a perpetual');
      const page = { stepMs: HOUR_MS, fromMs, toMs, limit: FUNDING_ROWS, keep: 'newest' } as const;
      return pageTimes({ ...page, lastMs: request.nowMs, firstMs: 0 }).map((atMs) =>
        rows.funding(listing, atMs),
      );
    },
    [`${P}/get_tradingview_chart_data`]: (request) => {
      const { query, nowMs } = request;
      const listing = listed(request);
      const { fromMs, toMs } = rangeOf(request);
      const resolution = query['resolution'] ?? '';
      if (resolution !== '1D' && !MINUTES.has(resolution)) throw invalid(nowMs, 'resolution');
      const stepMs = resolution === '1D' ? DAY_MS : Number(resolution) * MINUTE_MS;
      const page = { stepMs, fromMs, toMs, limit: BARS, keep: 'newest', lastMs: nowMs - 1 } as const;
      return rows.chart(listing, pageTimes({ ...page, firstMs: 0 }), stepMs, nowMs);
    },
    [`${P}/get_last_trades_by_instrument`]: (request) =>
      tradePage(request, request.nowMs - HOUR_MS, request.nowMs),
    [`${P}/get_last_trades_by_instrument_and_time`]: (request) => {
      const { fromMs, toMs } = rangeOf(request, market.anchorMs - HISTORY_MS);
      return tradePage(request, fromMs, toMs);
    },
  };
  const routes = Object.fromEntries(
    Object.entries(results).map(([path, handler]): [string, Handler] => [
      path,
      (request, rest) => envelope({ result: handler(request, rest) }, request.nowMs),
    ]),
  );

  return {
    id: 'deribit',
    listings,
    answer: (request): WireAnswer =>
      route(routes, request, {
        status: 404,
        body: envelope({ error: { code: -32_601, message: 'Method not found' } }, request.nowMs),
      }),
    streams: createDeribitStreams(listings, rows),
  };
}
