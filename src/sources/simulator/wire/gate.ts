import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../core/units.ts';
import type { PriceType } from '../flow.ts';
import type { SimulatedMarket } from '../market.ts';
import { assetProfile, EXCHANGES, SIMULATED_ASSETS } from '../profiles.ts';
import { dateParts, perpetual, quarterlyExpiry } from '../symbols.ts';
import {
  HISTORY_MS, keepRows, lastDay, pageTimes, readLimit, readWhole, Refusal, route, text,
  type FailureKind, type Handler, type Listing, type WireAnswer, type WireExchange, type WireRequest,
} from './shared.ts'; // prettier-ignore

/**
 * Gate v4: bare objects and arrays, oldest first where they are bars and newest first where they are settlements,
 * times in seconds, sizes in contracts (`quanto_multiplier` coins each; of inverse contracts one dollar each, stated
 * as multiplier "0"). Numbers and texts are mixed as recorded. Dated futures live under /delivery.
 */

const MULTIPLIER: Readonly<Record<string, number>> = { BTC: 0.0001, ETH: 0.01, SOL: 1, XRP: 10, DOGE: 10 };
const INTERVALS_MS: Readonly<Record<string, number>> = {
  '5m': 5 * MINUTE_MS, '15m': 15 * MINUTE_MS, '30m': 30 * MINUTE_MS, '1h': HOUR_MS, '4h': 4 * HOUR_MS,
  '8h': 8 * HOUR_MS, '1d': DAY_MS,
}; // prettier-ignore
const CANDLES_BACK = 10_000;
const F = '/api/v4/futures/{settle}';

const failures: Readonly<Record<FailureKind, [status: number, label: string, message: string]>> = {
  'geo-blocked': [451, 'FORBIDDEN', 'Service is not available in your region'],
  'rate-limited': [429, 'TOO_MANY_REQUESTS', 'Request Rate limit Exceeded (311)'],
  banned: [418, 'TOO_MANY_REQUESTS', 'IP address is temporarily banned'],
  'server-error': [500, 'INTERNAL', 'Internal server error'],
};

const refusal = (label: string, message: string): Refusal => new Refusal(400, { label, message });
const invalid = (name: string): Refusal =>
  refusal('INVALID_PARAM_VALUE', `Invalid request parameter \`${name}\` value`);
const seconds = (ms: number): number => Math.floor(ms / SECOND_MS);

/** Builds Gate's wire format over a market. */
export function createGateWire(market: SimulatedMarket): WireExchange {
  const expiresAtMs = quarterlyExpiry(market.anchorMs);
  const { yy, mm, dd } = dateParts(expiresAtMs);
  const listings: Listing[] = [
    ...SIMULATED_ASSETS.map((asset) => ({
      ...perpetual('gate', asset),
      venueSymbol: `${asset}_USDT`,
      contractSize: MULTIPLIER[asset] ?? 1,
    })),
    { exchange: 'gate', asset: 'BTC', variant: 'inverse', venueSymbol: 'BTC_USD', contractSize: 1 },
    { exchange: 'gate', asset: 'BTC', variant: 'dated', expiresAtMs, venueSymbol: `BTC_USDT_20${yy}${mm}${dd}`, contractSize: 0.0001 },
  ]; // prettier-ignore

  const settleOf = (listing: Listing): string => (listing.variant === 'inverse' ? 'btc' : 'usdt');
  const decimalsOf = (listing: Listing): number => assetProfile(listing.asset).priceDecimals;
  /** Coins worth some dollars as whole contracts: inverse ones count the dollars. */
  const contracts = (listing: Listing, coins: number, usd: number): number =>
    Math.round(listing.variant === 'inverse' ? usd : coins / listing.contractSize);

  const futures = (settle: string | undefined): Listing[] => {
    if (settle !== 'usdt' && settle !== 'btc')
      throw refusal('INVALID_PARAM_VALUE', `invalid settle ${settle}`);
    return listings.filter((listing) => settleOf(listing) === settle && listing.variant !== 'dated');
  };
  const listed = (settle: string | undefined, contract: string | undefined): Listing => {
    if (contract === undefined || contract === '')
      throw refusal('MISSING_REQUIRED_PARAM', 'Missing required parameter: contract');
    const found = futures(settle).find((listing) => listing.venueSymbol === contract);
    if (found === undefined) throw refusal('CONTRACT_NOT_FOUND', 'contract not found');
    return found;
  };
  const rangeOf = ({ query }: WireRequest): { fromMs: number | undefined; toMs: number | undefined } => {
    const [from, to] = [readWhole(query, 'from', invalid), readWhole(query, 'to', invalid)];
    return {
      fromMs: from === undefined ? undefined : from * SECOND_MS,
      toMs: to === undefined ? undefined : to * SECOND_MS,
    };
  };

  const statsRow = (listing: Listing, startMs: number, stepMs: number): object => {
    const mark = market.price(listing, 'mark', startMs);
    const coins = market.openInterestBase(listing, startMs);
    const bar = market.bar(listing, startMs, startMs + stepMs);
    const bought = contracts(listing, bar.takerBuyBase, bar.takerBuyUsd);
    const sold = contracts(listing, bar.volumeBase - bar.takerBuyBase, bar.volumeUsd - bar.takerBuyUsd);
    const liquidated = (side: 'long' | 'short'): [size: number, amount: number, usd: number] => {
      const events = market
        .liquidations(listing, startMs, startMs + stepMs)
        .filter((event) => event.side === side);
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
      futures(settle).map((listing) => contractRow(listing, nowMs)),
    [`${F}/contracts/{contract}`]: ({ nowMs }, { settle, contract }) =>
      contractRow(listed(settle, contract), nowMs),
    [`${F}/tickers`]: ({ query, nowMs }, { settle }) => {
      const wanted = query['contract'] === undefined ? futures(settle) : [listed(settle, query['contract'])];
      return wanted.map((listing) => tickerRow(listing, nowMs));
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
      return { current: nowMs / SECOND_MS, update: nowMs / SECOND_MS, asks: side(asks), bids: side(bids) };
    },
    [`${F}/contract_stats`]: (request, { settle }) => {
      const { query, nowMs } = request;
      const listing = listed(settle, query['contract']);
      const stepMs = INTERVALS_MS[query['interval'] ?? '5m'];
      if (stepMs === undefined) throw invalid('interval');
      const limit = readLimit(query, { usual: 30, most: 100 }, invalid);
      const { fromMs } = rangeOf(request);
      const keep = fromMs === undefined ? 'newest' : 'oldest';
      // A bar is stated when it is finished.
      const page = { stepMs, fromMs, toMs: undefined, limit, keep, lastMs: nowMs - stepMs } as const;
      return pageTimes({ ...page, firstMs: market.anchorMs - HISTORY_MS }).map((startMs) =>
        statsRow(listing, startMs, stepMs),
      );
    },
    [`${F}/funding_rate`]: (request, { settle }) => {
      const { query, nowMs } = request;
      const listing = listed(settle, query['contract']);
      const limit = readLimit(query, { usual: 100, most: 1000 }, invalid);
      const { fromMs, toMs } = rangeOf(request);
      const first = Math.max(fromMs ?? 0, market.anchorMs - HISTORY_MS);
      return keepRows(market.settledFunding(listing, first, Math.min(toMs ?? nowMs, nowMs)), limit, 'newest')
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
      const rows = wanted.flatMap((listing) =>
        market.liquidations(listing, start, end).map((event) => ({
          time: seconds(event.atMs),
          contract: listing.venueSymbol,
          // The position: a long is positive. The order that closes it has the opposite sign.
          size:
            contracts(listing, event.sizeBase, event.sizeBase * event.fillPrice) *
            (event.side === 'long' ? 1 : -1),
          order_size:
            contracts(listing, event.sizeBase, event.sizeBase * event.fillPrice) *
            (event.side === 'long' ? -1 : 1),
          order_price: text(event.bankruptcyPrice, decimalsOf(listing)),
          fill_price: text(event.fillPrice, decimalsOf(listing)),
          left: 0,
        })),
      );
      return keepRows(
        rows.sort((a, b) => a.time - b.time),
        limit,
        'newest',
      ).reverse();
    },
    '/api/v4/delivery/{settle}/contracts': ({ nowMs }, { settle }) =>
      listings
        .filter((listing) => listing.variant === 'dated' && settle === 'usdt')
        .map((listing) => ({
          ...contractRow(listing, nowMs),
          underlying: 'BTC_USDT',
          cycle: 'QUARTERLY',
          expire_time: seconds(listing.expiresAtMs ?? 0),
        })),
  };

  function contractRow(listing: Listing, nowMs: number): object {
    const { priceDecimals } = assetProfile(listing.asset);
    const isInverse = listing.variant === 'inverse';
    const mark = market.price(listing, 'mark', nowMs);
    const coins = market.openInterestBase(listing, nowMs);
    const rate = text(market.fundingRate(listing, nowMs));
    const interval = market.fundingIntervalMs(listing);
    const ratio = market.longShortRatio(listing, 'all-accounts', nowMs);
    return {
      name: listing.venueSymbol, type: isInverse ? 'inverse' : 'direct',
      quanto_multiplier: isInverse ? '0' : String(listing.contractSize), ref_discount_rate: '0', order_price_deviate: '0.5',
      maintenance_rate: '0.005', mark_type: 'index', last_price: text(market.price(listing, 'last', nowMs), priceDecimals),
      mark_price: text(mark, priceDecimals + 2), index_price: text(market.price(listing, 'index', nowMs), priceDecimals + 2),
      funding_rate_indicative: rate, mark_price_round: String(10 ** -(priceDecimals + 2)), funding_offset: 0, in_delisting: false,
      risk_limit_base: '1000000', interest_rate: '0.0003', order_price_round: String(10 ** -priceDecimals), order_size_min: 1,
      ref_rebate_rate: '0.2', funding_interval: interval / SECOND_MS, risk_limit_step: '1000000', leverage_min: '1',
      leverage_max: '100', risk_limit_max: '8000000', maker_fee_rate: '-0.00025', taker_fee_rate: '0.00075', funding_rate: rate,
      funding_rate_limit: String(EXCHANGES.gate.fundingCap), order_size_max: 1_000_000,
      funding_next_apply: seconds(market.nextFundingMs(listing, nowMs)), short_users: 4_000, config_change_time: 1_609_899_548,
      trade_size: 28_530_850_594, position_size: contracts(listing, coins, coins * mark),
      long_users: Math.round(4_000 * ratio), funding_impact_value: '60000', orders_limit: 50, trade_id: 10_851_092,
      orderbook_id: 2_129_638_396, status: 'trading',
    }; // prettier-ignore
  }

  function tickerRow(listing: Listing, nowMs: number): object {
    const day = lastDay(market, listing, nowMs);
    const price = (value: number, more = 0): string => text(value, decimalsOf(listing) + more);
    const mark = market.price(listing, 'mark', nowMs);
    const coins = market.openInterestBase(listing, nowMs);
    const rate = text(market.fundingRate(listing, nowMs));
    const isInverse = listing.variant === 'inverse';
    return {
      contract: listing.venueSymbol, last: price(day.close), low_24h: price(day.low), high_24h: price(day.high),
      change_percentage: text((day.close / day.open - 1) * 100, 2),
      total_size: text(contracts(listing, coins, coins * mark), 0),
      volume_24h: text(contracts(listing, day.volumeBase, day.volumeUsd), 0),
      volume_24h_btc: text(isInverse || listing.asset === 'BTC' ? day.volumeBase : 0, 4),
      volume_24h_usd: text(day.volumeUsd, 0), volume_24h_base: isInverse ? '0' : text(day.volumeBase, 4),
      volume_24h_quote: text(day.volumeUsd, 2), volume_24h_settle: text(isInverse ? day.volumeBase : day.volumeUsd, 2),
      mark_price: price(mark, 2), funding_rate: rate, funding_rate_indicative: rate,
      index_price: price(market.price(listing, 'index', nowMs), 2), quanto_base_rate: '',
      highest_bid: price(day.close), lowest_ask: price(day.close + 10 ** -decimalsOf(listing)),
    }; // prettier-ignore
  }

  return {
    id: 'gate',
    listings,
    answer: (request): WireAnswer =>
      route(routes, request, {
        status: 404,
        body: { label: 'NOT_FOUND', message: 'The requested resource was not found' },
      }),
    failure(kind) {
      const [status, label, message] = failures[kind];
      return { status, body: { label, message } };
    },
  };
}
