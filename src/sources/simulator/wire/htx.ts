import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../core/units.ts';
import type { PriceType } from '../flow.ts';
import type { Population, SimulatedMarket } from '../market.ts';
import { assetProfile, EXCHANGES, SIMULATED_ASSETS } from '../profiles.ts';
import { dateParts, perpetual, quarterlyExpiry } from '../symbols.ts';
import { createHtxStreams } from './htxStreams.ts';
import { depthTick, detailTick, minuteBar, rounded, traded, whole } from './htxTicks.ts';
import {
  HISTORY_MS, lastDay, pageTimes, readLimit, readWhole, Refusal, route, text,
  type Handler, type Listing, type WireAnswer, type WireExchange, type WireRequest,
} from './shared.ts'; // prettier-ignore

/**
 * HTX USDT-margined futures: `{status, data | tick | ticks, ts}` with JSON numbers, v5 `{code, message, data, ts}` with
 * texts; times in ms, of bars in seconds. Sizes are contracts; what was traded counts buyer and seller, so twice.
 * Coin-margined contracts live under other paths.
 */

const CONTRACT_SIZE: Readonly<Record<string, number>> = { BTC: 0.001, ETH: 0.01, SOL: 1, XRP: 10, DOGE: 10 };
const PERIODS_MS: Readonly<Record<string, number>> = {
  '1min': MINUTE_MS, '5min': 5 * MINUTE_MS, '15min': 15 * MINUTE_MS, '30min': 30 * MINUTE_MS, '60min': HOUR_MS,
  '4hour': 4 * HOUR_MS, '12hour': 12 * HOUR_MS, '1day': DAY_MS,
}; // prettier-ignore
/** Days begin at midnight in Beijing. */
const DAY_SHIFT_MS = 16 * HOUR_MS;
const LIQUIDATION_WINDOW_MS = 48 * HOUR_MS;
const RATIO_ROWS = 48;
/** When its contracts began, as their list states it: settlements go back so far, bars two years. */
const CREATED_MS = Date.UTC(2020, 9, 21);
const BARS_MS = 730 * DAY_MS;

const refusal = (nowMs: number, code: number, message: string): Refusal =>
  new Refusal(200, { status: 'error', err_code: code, err_msg: message, ts: nowMs });
const invalid = ({ nowMs }: WireRequest) => (name: string): Refusal => refusal(nowMs, 1067, `The ${name} parameter is invalid.`); // prettier-ignore

/** Builds HTX's wire format over a market. */
export function createHtxWire(market: SimulatedMarket): WireExchange {
  const expiresAtMs = quarterlyExpiry(market.anchorMs);
  const { yy, mm, dd } = dateParts(expiresAtMs);
  const listings: Listing[] = [
    ...SIMULATED_ASSETS.map((asset) => ({
      ...perpetual('htx', asset),
      venueSymbol: `${asset}-USDT`,
      contractSize: CONTRACT_SIZE[asset] ?? 1,
    })),
    { exchange: 'htx', asset: 'BTC', variant: 'dated', expiresAtMs, venueSymbol: `BTC-USDT-${yy}${mm}${dd}`, contractSize: 0.001 },
  ]; // prettier-ignore

  const isSwap = (listing: Listing): boolean => listing.variant === 'perpetual';
  const decimalsOf = (listing: Listing): number => assetProfile(listing.asset).priceDecimals;
  const kindOf = (listing: Listing) => ({
    business_type: isSwap(listing) ? 'swap' : 'futures',
    pair: `${listing.asset}-USDT`,
    contract_type: isSwap(listing) ? 'swap' : 'quarter',
    trade_partition: 'USDT',
  });
  const listed = ({ query, nowMs }: WireRequest, name = 'contract_code'): Listing => {
    const found = listings.find((listing) => listing.venueSymbol === query[name]?.toUpperCase());
    if (found === undefined) throw refusal(nowMs, 1332, "The contract doesn't exist.");
    return found;
  };
  /** One contract where the query names it, else all of the business type; perpetuals unless stated. */
  const wanted = (request: WireRequest): Listing[] => {
    if (request.query['contract_code'] !== undefined) return [listed(request)];
    const type = request.query['business_type'] ?? 'swap';
    return listings.filter((one) => type === 'all' || kindOf(one).business_type === type);
  };
  const swap = (request: WireRequest): Listing => {
    const listing = listed(request);
    if (!isSwap(listing)) throw refusal(request.nowMs, 1332, "The contract doesn't exist.");
    return listing;
  };
  const periodOf = (request: WireRequest): number => {
    const periodMs = PERIODS_MS[request.query['period'] ?? ''];
    if (periodMs === undefined) throw invalid(request)('period');
    return periodMs;
  };
  const ok = (nowMs: number, data: unknown): object => ({ status: 'ok', data, ts: nowMs });
  const v5 = (nowMs: number, data: unknown): object => ({ code: 200, message: 'Success', data, ts: nowMs });

  /** The range that `from` and `to` state in seconds; both or none. */
  const rangeOf = (request: WireRequest): { fromMs: number | undefined; toMs: number | undefined } => {
    const [from, to] = ['from', 'to'].map((name) => readWhole(request.query, name, invalid(request)));
    if ((from === undefined) !== (to === undefined))
      throw invalid(request)(from === undefined ? 'from' : 'to');
    if (from === undefined || to === undefined) return { fromMs: undefined, toMs: undefined };
    return { fromMs: from * SECOND_MS, toMs: to * SECOND_MS };
  };
  /**
   * Start times of the newest bars, oldest first, or, where a range is known (`mayHaveRange`) and no size is stated, of those
   * in it. Other endpoints know no range and leave it out of account.
   */
  const barTimes = (request: WireRequest, usual: number, most: number, mayHaveRange = false): number[] => {
    const stepMs = periodOf(request);
    const shiftMs = stepMs === DAY_MS ? DAY_SHIFT_MS : 0;
    const isSized = !mayHaveRange || request.query['size'] !== undefined;
    const { fromMs, toMs } = isSized ? { fromMs: undefined, toMs: undefined } : rangeOf(request);
    const isRange = fromMs !== undefined && toMs !== undefined;
    if (isRange && (toMs - fromMs) / stepMs > most) throw invalid(request)('from');
    const limit = isRange ? most : readLimit(request.query, { usual, most, name: 'size' }, invalid(request));
    const shifted = (atMs: number | undefined) => (atMs === undefined ? undefined : atMs - shiftMs);
    const firstMs = request.nowMs - BARS_MS;
    const page = { stepMs, limit, keep: 'newest', fromMs: shifted(fromMs), toMs: shifted(toMs), firstMs } as const;
    return pageTimes({ ...page, lastMs: request.nowMs - 1 - shiftMs }).map((startMs) => startMs + shiftMs);
  }; // prettier-ignore
  const barFrom = (listing: Listing, startMs: number, endMs: number, type: PriceType) => {
    if (endMs - startMs > MINUTE_MS) return market.bar(listing, startMs, endMs, type);
    return { ...minuteBar(market, listing, type, startMs, endMs), volumeBase: 0, volumeUsd: 0, trades: 0 };
  };
  const bars = (type: PriceType, channel: string): Handler => (request) => {
    const { query, nowMs } = request;
    const listing = listed(request);
    const stepMs = periodOf(request);
    const data = barTimes(request, 150, 2000, channel === 'kline').map((startMs) => {
      const bar = barFrom(listing, startMs, Math.min(startMs + stepMs, nowMs), type);
      const price = (value: number): number | string => type === 'last' ? value : text(value, decimalsOf(listing) + 2); // prettier-ignore
      const prices = { id: whole(startMs), open: price(bar.open), close: price(bar.close), high: price(bar.high), low: price(bar.low) }; // prettier-ignore
      return type === 'last'
        ? { ...prices, ...traded(listing, bar), count: bar.trades }
        : { ...prices, amount: '0', vol: '0', count: '0', trade_turnover: '0' };
    });
    return { ch: `market.${listing.venueSymbol}.${channel}.${query['period']}`, data, status: 'ok', ts: nowMs };
  }; // prettier-ignore

  const openInterestRow = (listing: Listing, nowMs: number) => {
    // Longs and shorts added up, as HTX documents it.
    const coins = 2 * market.openInterestBase(listing, nowMs);
    const day = traded(listing, lastDay(market, listing, nowMs));
    return {
      volume: Math.round(coins / listing.contractSize), amount: rounded(coins, 8), symbol: listing.asset,
      value: rounded(coins * market.price(listing, 'mark', nowMs), 4), contract_code: listing.venueSymbol,
      trade_amount: day.amount, trade_volume: day.vol, trade_turnover: day.trade_turnover, ...kindOf(listing),
    }; // prettier-ignore
  };
  const texts = (row: object, keys: readonly string[]): object =>
    Object.fromEntries(keys.map((key) => [key, String((row as Record<string, unknown>)[key])]));
  const { fundingCap } = EXCHANGES.htx;
  const rateRow = (listing: Listing, nowMs: number) => {
    const settlesAtMs = market.nextFundingMs(listing, nowMs);
    return {
      contract_code: listing.venueSymbol,
      funding_rate: text(market.fundingRate(listing, nowMs), 18),
      funding_time: String(settlesAtMs),
      next_funding_time: String(settlesAtMs + market.fundingIntervalMs(listing)),
    };
  };
  const createdMs = Math.min(CREATED_MS, market.anchorMs - HISTORY_MS);
  const settledAt = (listing: Listing, atMs: number) =>
    market.settledFunding(listing, atMs, atMs).map(({ rate }) => ({
      contract_code: listing.venueSymbol,
      funding_rate: text(rate, 18),
      funding_time: String(atMs),
    }));
  /** Newest first. From `start_time` on the oldest are kept: whoever pages goes on from the last of them. */
  const settledRows = (listing: Listing, request: WireRequest, limit: number) => {
    const [start, end] = ['start_time', 'end_time'].map((name) =>
      readWhole(request.query, name, invalid(request)),
    );
    const page = {
      fromMs: start,
      toMs: end,
      limit,
      keep: start === undefined ? 'newest' : 'oldest',
    } as const;
    const stepMs = market.fundingIntervalMs(listing);
    return pageTimes({ ...page, stepMs, lastMs: request.nowMs, firstMs: createdMs })
      .reverse()
      .flatMap((atMs) => settledAt(listing, atMs));
  };
  const liquidated = (request: WireRequest, listing: Listing) => {
    const { query, nowMs } = request;
    const end = Math.min(readWhole(query, 'end_time', invalid(request)) ?? nowMs, nowMs);
    const start = readWhole(query, 'start_time', invalid(request)) ?? end - LIQUIDATION_WINDOW_MS;
    if (end - start > LIQUIDATION_WINDOW_MS) throw invalid(request)('start_time');
    return [...market.liquidations(listing, start, end)].reverse();
  };
  const ratios = (population: Population): Handler => (request) => {
    const listing = swap(request);
    const { size: _unknown, ...query } = request.query;
    const list = barTimes({ ...request, query }, RATIO_ROWS, RATIO_ROWS).map((ts) => {
      const ratio = market.longShortRatio(listing, population, ts);
      const buy = rounded(ratio / (1 + ratio), 4);
      const locked = population === 'top-accounts' ? { locked_ratio: 0 } : {};
      return { buy_ratio: buy, sell_ratio: rounded(1 - buy, 4), ...locked, ts };
    });
    return ok(request.nowMs, { list, symbol: listing.asset, contract_code: listing.venueSymbol, ...kindOf(listing) });
  }; // prettier-ignore
  const batch =
    (isV2: boolean): Handler =>
    (request) => {
      const ticks = wanted(request).map((listing) => {
        const { amount, vol, trade_turnover: turnover, ...tick } = detailTick(market, listing, request.nowMs) as Record<string, unknown>; // prettier-ignore
        // Version 2 states the turnover as `vol`, and the contracts as `number_of`.
        const sizes = isV2
          ? { amount, vol: turnover, number_of: vol }
          : { amount, vol, trade_turnover: turnover };
        const names = { business_type: kindOf(listing).business_type, contract_code: listing.venueSymbol };
        return { ...tick, ...sizes, ...names, ts: request.nowMs };
      });
      return { status: 'ok', ticks, ts: request.nowMs };
    };
  const single = (channel: (request: WireRequest) => string, tick: (listing: Listing, nowMs: number) => object): Handler => (request) => {
    const listing = listed(request);
    const ch = `market.${listing.venueSymbol}.${channel(request)}`;
    return { ch, status: 'ok', tick: { ...tick(listing, request.nowMs), ts: request.nowMs }, ts: request.nowMs };
  }; // prettier-ignore

  const SWAP = '/linear-swap-api/v1';
  const EX = '/linear-swap-ex/market';
  const routes: Readonly<Record<string, Handler>> = {
    '/api/v1/timestamp': ({ nowMs }) => ({ status: 'ok', ts: nowMs }),
    [`${SWAP}/swap_contract_info`]: (request) => {
      const data = wanted(request).map((listing) => {
        const { expiresAtMs: endMs } = listing;
        const date =
          endMs === undefined ? '' : new Date(endMs).toISOString().slice(0, 10).replaceAll('-', '');
        return {
          symbol: listing.asset, contract_code: listing.venueSymbol, contract_size: listing.contractSize,
          price_tick: 10 ** -decimalsOf(listing), delivery_date: date, delivery_time: endMs === undefined ? '' : String(endMs),
          create_date: new Date(createdMs).toISOString().slice(0, 10).replaceAll('-', ''), contract_status: 1, support_margin_mode: isSwap(listing) ? 'all' : 'cross',
          settlement_date: String(market.nextFundingMs(listing, request.nowMs)), ...kindOf(listing),
        }; // prettier-ignore
      });
      return ok(request.nowMs, data);
    },
    [`${SWAP}/swap_query_elements`]: ({ nowMs }) => {
      const data = listings.filter(isSwap).map((listing) => ({
        contract_code: listing.venueSymbol, instrument_index_code: listing.venueSymbol, real_time_settlement: 1,
        min_level: '1', max_level: '200', instrument_value: String(listing.contractSize),
        settle_period: market.fundingIntervalMs(listing) / HOUR_MS,
        funding_rate_cap: text(fundingCap, 18), funding_rate_floor: text(-fundingCap, 18), trade_partition: 'USDT',
      })); // prettier-ignore
      return ok(nowMs, data);
    },
    [`${SWAP}/swap_open_interest`]: (request) =>
      ok(request.nowMs, wanted(request).map((listing) => openInterestRow(listing, request.nowMs))), // prettier-ignore
    '/v5/market/open_interest': (request) => {
      const keys = ['amount', 'volume', 'value', 'contract_code', 'trade_amount', 'trade_volume', 'trade_turnover']; // prettier-ignore
      return v5(request.nowMs, texts(openInterestRow(listed(request), request.nowMs), keys));
    },
    [`${SWAP}/swap_his_open_interest`]: (request) => {
      const { query, nowMs } = request;
      const listing = listed(request);
      const type = readLimit(query, { usual: 1, most: 2, name: 'amount_type' }, invalid(request));
      const tick = barTimes(request, 48, 200).map((ts) => {
        const coins = 2 * market.openInterestBase(listing, ts);
        const volume = type === 2 ? rounded(coins, 8) : Math.round(coins / listing.contractSize);
        const value = rounded(coins * market.price(listing, 'mark', ts), 4);
        return { volume, amount_type: type, ts, value };
      });
      const names = { symbol: listing.asset, contract_code: listing.venueSymbol, ...kindOf(listing) };
      return ok(nowMs, { ...names, tick: tick.reverse() });
    },
    [`${SWAP}/swap_batch_funding_rate`]: ({ nowMs }) => {
      const more = { estimated_rate: null, fee_asset: 'USDT', trade_partition: 'USDT' };
      const rows = listings.filter(isSwap).map((listing) => ({ ...rateRow(listing, nowMs), ...more, next_funding_time: null })); // prettier-ignore
      return ok(nowMs, rows);
    },
    '/v5/market/funding_rate': (request) => {
      const bounds = { min_funding_rate: text(-fundingCap, 18), max_funding_rate: text(fundingCap, 18) };
      return v5(request.nowMs, [{ ...rateRow(swap(request), request.nowMs), ...bounds }]);
    },
    '/v5/market/funding_rate_history': (request) => {
      const limit = readLimit(request.query, { usual: 10, most: 100 }, invalid(request));
      const rows = settledRows(swap(request), request, limit);
      const idOf = (row: { funding_time: string }): string => String(Number(row.funding_time) / HOUR_MS);
      return v5(request.nowMs, rows.map((row) => ({ id: idOf(row), ...row }))); // prettier-ignore
    },
    [`${SWAP}/swap_historical_funding_rate`]: (request) => {
      const limit = readLimit(request.query, { usual: 20, most: 50, name: 'page_size' }, invalid(request));
      const listing = swap(request);
      const more = { avg_premium_index: '0.000049895833333333', realized_rate: null, symbol: listing.asset, fee_asset: 'USDT' }; // prettier-ignore
      const page = readLimit(
        request.query,
        { usual: 1, most: 100_000, name: 'page_index' },
        invalid(request),
      );
      // Counted from the newest; a range of time is no parameter here.
      const stepMs = market.fundingIntervalMs(listing);
      const size = Math.floor(request.nowMs / stepMs) - Math.ceil(createdMs / stepMs) + 1;
      const lastMs = Math.floor(request.nowMs / stepMs - (page - 1) * limit) * stepMs;
      const times = pageTimes({
        stepMs,
        fromMs: undefined,
        toMs: undefined,
        limit,
        keep: 'newest',
        lastMs,
        firstMs: createdMs,
      });
      const data = times
        .reverse()
        .flatMap((atMs) => settledAt(listing, atMs))
        .map((row) => ({ ...row, ...more }));
      return ok(request.nowMs, {
        total_page: Math.ceil(size / limit),
        current_page: page,
        total_size: size,
        data,
      });
    },
    [`${SWAP}/swap_index`]: ({ nowMs }) =>
      ok(nowMs, listings.filter(isSwap).map((listing) => ({
        index_price: market.price(listing, 'index', nowMs), index_ts: nowMs, contract_code: listing.venueSymbol,
      }))), // prettier-ignore
    [`${SWAP}/swap_elite_account_ratio`]: ratios('top-accounts'),
    [`${SWAP}/swap_elite_position_ratio`]: ratios('top-positions'),
    '/v5/market/liquidation_orders': (request) => {
      const listing = listed(request);
      const limit = readLimit(request.query, { usual: 10, most: 100 }, invalid(request));
      const rows = liquidated(request, listing).slice(0, limit).map((event) => {
        const contracts = String(Math.round(event.sizeBase / listing.contractSize));
        return {
          id: String(event.id), contract_code: listing.venueSymbol, liquidation_time: String(event.atMs),
          side: event.side === 'long' ? 'sell' : 'buy', position_side: event.side, volume: contracts, amount: contracts,
          bankrupt_price: text(event.bankruptcyPrice, decimalsOf(listing)),
          trade_turnover: text(event.sizeBase * event.bankruptcyPrice, 8),
        };
      }); // prettier-ignore
      return v5(request.nowMs, rows);
    },
    '/linear-swap-api/v3/swap_liquidation_orders': (request) => {
      const listing = listed(request, 'contract');
      const rows = liquidated(request, listing).slice(0, 50).map((event) => ({
        query_id: event.id, contract_code: listing.venueSymbol, symbol: listing.asset, offset: 'close',
        direction: event.side === 'long' ? 'sell' : 'buy', volume: Math.round(event.sizeBase / listing.contractSize),
        price: event.bankruptcyPrice, created_at: event.atMs, amount: event.sizeBase,
        trade_turnover: rounded(event.sizeBase * event.bankruptcyPrice, 8), ...kindOf(listing),
      })); // prettier-ignore
      return { code: 200, msg: '', data: rows, ts: request.nowMs };
    },
    [`${EX}/detail/batch_merged`]: batch(false),
    [`/v2${EX}/detail/batch_merged`]: batch(true),
    [`${EX}/detail/merged`]: single(() => 'detail.merged', (listing, nowMs) => detailTick(market, listing, nowMs)), // prettier-ignore
    [`${EX}/depth`]: single(({ query }) => `depth.${query['type'] ?? 'step0'}`, (listing, nowMs) => depthTick(market, listing, nowMs, 150)), // prettier-ignore
    [`${EX}/history/kline`]: bars('last', 'kline'),
    '/index/market/history/linear_swap_mark_price_kline': bars('mark', 'mark_price'),
    '/index/market/history/linear_swap_basis': (request) => {
      const { query, nowMs } = request;
      const listing = listed(request);
      const type = query['basis_price_type'] ?? 'open';
      if (type !== 'open') throw invalid(request)('basis_price_type');
      const data = barTimes(request, 150, 2000).map((atMs) => {
        const [last, index] = [market.price(listing, 'last', atMs), market.price(listing, 'index', atMs)];
        const prices = { contract_price: String(last), index_price: String(index) };
        return {
          basis: String(last - index),
          basis_rate: String(last / index - 1),
          id: whole(atMs),
          ...prices,
        };
      });
      return {
        ch: `market.${listing.venueSymbol}.basis.${query['period']}.${type}`,
        data,
        status: 'ok',
        ts: nowMs,
      };
    },
  };

  return {
    id: 'htx',
    listings,
    answer: (request): WireAnswer =>
      route(routes, request, {
        status: 404,
        body: { status: 'error', 'err-code': 'base-not-found', 'err-msg': 'The requested resource was not found.', ts: request.nowMs },
      }),
    streams: createHtxStreams(market, listings),
  }; // prettier-ignore
}
