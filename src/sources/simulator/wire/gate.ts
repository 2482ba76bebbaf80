import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../core/units.ts';
import type { PriceType } from '../flow.ts';
import type { SimulatedMarket } from '../market.ts';
import { createGateRows, seconds } from './gateRows.ts';
import { createGateStreams } from './gateStreams.ts';
import {
  keepRows, launchOf, pageTimes, readLimit, readWhole, Refusal, route, settledPage, text,
  type Handler, type Listing, type WireAnswer, type WireExchange, type WireRequest,
} from './shared.ts'; // prettier-ignore

/**
 * Gate v4: bare objects and arrays, oldest first where they are bars and newest first where they are settlements,
 * times in seconds, sizes in contracts (`quanto_multiplier` coins each; of inverse contracts one dollar each, stated
 * as multiplier "0"). Numbers and texts are mixed as recorded. Dated futures live under /delivery.
 */

const INTERVALS_MS: Readonly<Record<string, number>> = {
  '5m': 5 * MINUTE_MS, '15m': 15 * MINUTE_MS, '30m': 30 * MINUTE_MS, '1h': HOUR_MS, '4h': 4 * HOUR_MS,
  '8h': 8 * HOUR_MS, '1d': DAY_MS,
}; // prettier-ignore
const CANDLES_BACK = 10_000;
/** A range that begins earlier is refused, of statistics and of settlements. */
const KEPT_MS = 180 * DAY_MS;
const F = '/api/v4/futures/{settle}';

const refusal = (label: string, message: string): Refusal => new Refusal(400, { label, message });
const invalid = (name: string): Refusal =>
  refusal('INVALID_PARAM_VALUE', `Invalid request parameter \`${name}\` value`);

/** Builds Gate's wire format over a market. */
export function createGateWire(market: SimulatedMarket): WireExchange {
  const rows = createGateRows(market);
  const { listings, decimalsOf, contracts } = rows;

  const futures = (settle: string | undefined): Listing[] => {
    if (settle !== 'usdt' && settle !== 'btc')
      throw refusal('INVALID_PARAM_VALUE', `invalid settle ${settle}`);
    return rows.futures(settle);
  };
  const listed = (settle: string | undefined, contract: string | undefined): Listing => {
    if (contract === undefined || contract === '')
      throw refusal('MISSING_REQUIRED_PARAM', 'Missing required parameter: contract');
    const found = futures(settle).find((listing) => listing.venueSymbol === contract);
    if (found === undefined) throw refusal('CONTRACT_NOT_FOUND', 'contract not found');
    return found;
  };
  const spotPair = (name: string | undefined): Listing => {
    if (name === undefined || name === '')
      throw refusal('MISSING_REQUIRED_PARAM', 'Missing required parameter: currency_pair');
    const found = rows.pair(name);
    if (found === undefined) throw refusal('INVALID_CURRENCY_PAIR', `Invalid currency pair ${name}`);
    return found;
  };
  const rangeOf = ({ query }: WireRequest): { fromMs: number | undefined; toMs: number | undefined } => {
    const [from, to] = [readWhole(query, 'from', invalid), readWhole(query, 'to', invalid)];
    return {
      fromMs: from === undefined ? undefined : from * SECOND_MS,
      toMs: to === undefined ? undefined : to * SECOND_MS,
    };
  };

  const keptRange = (request: WireRequest): ReturnType<typeof rangeOf> => {
    const range = rangeOf(request);
    if (range.fromMs !== undefined && range.fromMs < request.nowMs - KEPT_MS)
      throw refusal('INVALID_PARAM_VALUE', 'from time exceeds 180-day limit');
    return range;
  };

  const statsRow = (listing: Listing, startMs: number, stepMs: number): object => {
    const mark = market.price(listing, 'mark', startMs);
    const coins = market.openInterestBase(listing, startMs);
    const bar = market.bar(listing, startMs, startMs + stepMs);
    const bought = contracts(listing, bar.takerBuyBase, bar.takerBuyUsd);
    const sold = contracts(listing, bar.volumeBase - bar.takerBuyBase, bar.volumeUsd - bar.takerBuyUsd);
    const all = market.liquidations(listing, startMs, startMs + stepMs);
    const liquidated = (side: 'long' | 'short'): [size: number, amount: number, usd: number] => {
      const events = all.filter((event) => event.side === side);
      const sum = (read: (event: (typeof events)[number]) => number): number =>
        events.reduce((total, event) => total + read(event), 0);
      return [
        sum((event) => contracts(listing, event.sizeBase, event.sizeBase * event.fillPrice)),
        Number(sum((event) => event.sizeBase).toFixed(6)),
        Number(sum((event) => event.sizeBase * event.fillPrice).toFixed(4)),
      ];
    };
    const [longSize, longAmount, longUsd] = liquidated('long');
    const [shortSize, shortAmount, shortUsd] = liquidated('short');
    return {
      time: seconds(startMs),
      lsr_taker: sold === 0 ? 0 : bought / sold,
      lsr_account: market.longShortRatio(listing, 'all-accounts', startMs),
      long_liq_size: longSize,
      long_liq_amount: longAmount,
      long_liq_usd: longUsd,
      short_liq_size: shortSize,
      short_liq_amount: shortAmount,
      short_liq_usd: shortUsd,
      open_interest: contracts(listing, coins, coins * mark),
      open_interest_usd: Number((coins * mark).toFixed(4)),
      top_lsr_account: market.longShortRatio(listing, 'top-accounts', startMs),
      top_lsr_size: market.longShortRatio(listing, 'top-positions', startMs),
      mark_price: mark,
      long_taker_size: bought,
      short_taker_size: sold,
    };
  };

  const routes: Readonly<Record<string, Handler>> = {
    '/api/v4/spot/time': ({ nowMs }) => ({ server_time: nowMs }),
    [`${F}/contracts`]: ({ nowMs }, { settle }) =>
      futures(settle).map((listing) => rows.contractRow(listing, nowMs)),
    [`${F}/contracts/{contract}`]: ({ nowMs }, { settle, contract }) =>
      rows.contractRow(listed(settle, contract), nowMs),
    [`${F}/tickers`]: ({ query, nowMs }, { settle }) => {
      const wanted = query['contract'] === undefined ? futures(settle) : [listed(settle, query['contract'])];
      return wanted.map((listing) => rows.tickerRow(listing, nowMs));
    },
    [`${F}/order_book`]: ({ query, nowMs }, { settle }) => {
      const listing = listed(settle, query['contract']);
      const limit = readLimit(query, { usual: 10, most: 300 }, invalid);
      const { bids, asks } = market.book(listing, nowMs);
      const side = (levels: typeof bids): object[] =>
        levels.slice(0, limit).map(([price, size]) => ({
          s: contracts(listing, size, size * price),
          p: text(price, decimalsOf(listing)),
        }));
      return {
        current: nowMs / SECOND_MS,
        update: (nowMs - 4) / SECOND_MS,
        asks: side(asks),
        bids: side(bids),
      };
    },
    [`${F}/contract_stats`]: (request, { settle }) => {
      const { query, nowMs } = request;
      const listing = listed(settle, query['contract']);
      const stepMs = INTERVALS_MS[query['interval'] ?? '5m'];
      if (stepMs === undefined) throw invalid('interval');
      const limit = readLimit(query, { usual: 30, most: 100 }, invalid);
      const { fromMs } = keptRange(request);
      const keep = fromMs === undefined ? 'newest' : 'oldest';
      // A bar is stated when it is finished.
      const page = { stepMs, fromMs, toMs: undefined, limit, keep, lastMs: nowMs - stepMs } as const;
      return pageTimes({ ...page, firstMs: nowMs - KEPT_MS }).map((startMs) =>
        statsRow(listing, startMs, stepMs),
      );
    },
    [`${F}/funding_rate`]: (request, { settle }) => {
      const { query, nowMs } = request;
      const listing = listed(settle, query['contract']);
      const limit = readLimit(query, { usual: 100, most: 1000 }, invalid);
      const { fromMs, toMs } = keptRange(request);
      const page = { fromMs, toMs, limit, keep: 'newest', lastMs: nowMs, firstMs: launchOf(market) } as const;
      return settledPage(market, listing, page)
        .reverse()
        .map(({ atMs, rate }) => ({ t: seconds(atMs), r: text(rate) }));
    },
    [`${F}/candlesticks`]: (request, { settle }) => {
      const { query, nowMs } = request;
      const [, prefix, contract] = /^(mark_|index_)?(.*)$/.exec(query['contract'] ?? '') ?? [];
      const listing = listed(settle, contract);
      const type: PriceType = prefix === 'mark_' ? 'mark' : prefix === 'index_' ? 'index' : 'last';
      const stepMs = INTERVALS_MS[query['interval'] ?? '5m'];
      if (stepMs === undefined) throw invalid('interval');
      const { fromMs, toMs } = rangeOf(request);
      const isRange = fromMs !== undefined || toMs !== undefined;
      if (isRange && query['limit'] !== undefined) {
        throw refusal(
          'INVALID_PARAM_VALUE',
          '`limit` conflicts with `from` and `to`. If either `from` or `to` is specified, request will be rejected.',
        );
      }
      const limit = readLimit(query, { usual: isRange ? 2000 : 100, most: 2000 }, invalid);
      const firstMs = nowMs - CANDLES_BACK * stepMs;
      if (fromMs !== undefined && fromMs < firstMs) {
        throw refusal(
          'INVALID_PARAM_VALUE',
          `Candlestick too long ago. Maximum ${CANDLES_BACK} points ago are allowed`,
        );
      }
      const count = fromMs === undefined ? 0 : (Math.min(toMs ?? nowMs, nowMs) - fromMs) / stepMs;
      if (count > 2000)
        throw refusal('INVALID_PARAM_VALUE', 'Too many candlesticks requested. Maximum 2000 points');
      const page = { stepMs, fromMs, toMs, limit, keep: 'newest', lastMs: nowMs - 1, firstMs } as const;
      return pageTimes(page).map((startMs) => {
        const bar = market.bar(listing, startMs, Math.min(startMs + stepMs, nowMs), type);
        const price = (value: number): string => text(value, decimalsOf(listing) + (type === 'last' ? 0 : 2));
        const prices = {
          t: seconds(startMs),
          o: price(bar.open),
          h: price(bar.high),
          l: price(bar.low),
          c: price(bar.close),
        };
        return type === 'last'
          ? { ...prices, v: contracts(listing, bar.volumeBase, bar.volumeUsd), sum: text(bar.volumeUsd, 4) }
          : prices;
      });
    },
    [`${F}/liq_orders`]: (request, { settle }) => {
      const { query, nowMs } = request;
      const wanted = query['contract'] === undefined ? futures(settle) : [listed(settle, query['contract'])];
      const limit = readLimit(query, { usual: 100, most: 1000 }, invalid);
      const { fromMs, toMs } = rangeOf(request);
      const end = Math.min(toMs ?? nowMs, nowMs);
      const start = fromMs ?? end - HOUR_MS;
      if (end - start > HOUR_MS)
        throw refusal('INVALID_PARAM_VALUE', 'the range of `from` and `to` must not exceed 3600');
      const found = wanted.flatMap((listing) =>
        market.liquidations(listing, start, end).map((event) => rows.liquidationRow(listing, event)),
      );
      return keepRows(
        found.sort((a, b) => a.time - b.time),
        limit,
        'newest',
      ).reverse();
    },
    [`${F}/risk_limit_tiers`]: ({ query }, { settle }) => {
      const wanted = query['contract'] === undefined ? futures(settle) : [listed(settle, query['contract'])];
      const isNamed = query['contract'] === undefined;
      return wanted.flatMap(({ venueSymbol }) =>
        rows.tierRows().map((row) => (isNamed ? { ...row, contract: venueSymbol } : row)),
      );
    },
    '/api/v4/spot/tickers': ({ query, nowMs }) => {
      const wanted =
        query['currency_pair'] === undefined
          ? listings.filter(({ variant }) => variant === 'spot')
          : [spotPair(query['currency_pair'])];
      return wanted.map((listing) => rows.spotTickerRow(listing, nowMs));
    },
    '/api/v4/spot/candlesticks': (request) => {
      const { query, nowMs } = request;
      const listing = spotPair(query['currency_pair']);
      const stepMs = INTERVALS_MS[query['interval'] ?? '30m'];
      if (stepMs === undefined) throw invalid('interval');
      const limit = readLimit(query, { usual: 100, most: 1000 }, invalid);
      const { fromMs, toMs } = rangeOf(request);
      const firstMs = nowMs - CANDLES_BACK * stepMs;
      if (fromMs !== undefined && fromMs < firstMs)
        throw refusal(
          'INVALID_PARAM_VALUE',
          `Candlestick too long ago. Maximum ${CANDLES_BACK} points ago are allowed`,
        );
      if (fromMs !== undefined && (Math.min(toMs ?? nowMs, nowMs) - fromMs) / stepMs > 1000)
        throw refusal(
          'INVALID_PARAM_VALUE',
          'Candlestick range too broad. Maximum 1000 data points are allowed per request',
        );
      const isRange = fromMs !== undefined || toMs !== undefined;
      const most = isRange && query['limit'] === undefined ? 1000 : limit;
      const page = { stepMs, fromMs, toMs, limit: most, keep: 'newest', lastMs: nowMs - 1, firstMs } as const;
      return pageTimes(page).map((startMs) => {
        const bar = market.bar(listing, startMs, Math.min(startMs + stepMs, nowMs));
        const prices = [bar.close, bar.high, bar.low, bar.open].map((price) =>
          text(price, decimalsOf(listing)),
        );
        const isDone = String(startMs + stepMs <= nowMs);
        return [String(seconds(startMs)), text(bar.volumeUsd), ...prices, text(bar.volumeBase), isDone];
      });
    },
    '/api/v4/delivery/{settle}/contracts': ({ nowMs }, { settle }) =>
      listings
        .filter((listing) => listing.variant === 'dated' && settle === 'usdt')
        .map((listing) => ({
          ...rows.contractRow(listing, nowMs),
          underlying: 'BTC_USDT',
          cycle: 'QUARTERLY',
          expire_time: seconds(listing.expiresAtMs ?? 0),
        })),
  };

  return {
    id: 'gate',
    listings,
    streams: createGateStreams(market, rows),
    answer: (request): WireAnswer =>
      route(routes, request, {
        status: 404,
        body: { label: 'NOT_FOUND', message: 'The requested resource was not found' },
      }),
  };
}
