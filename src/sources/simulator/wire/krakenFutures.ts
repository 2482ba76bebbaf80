import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../core/units.ts';
import type { PriceType } from '../flow.ts';
import type { SimulatedMarket } from '../market.ts';
import { assetProfile, EXCHANGES, SIMULATED_ASSETS } from '../profiles.ts';
import { dateParts, perpetual, quarterlyExpiry } from '../symbols.ts';
import { createKrakenFuturesFormats, type KrakenListing } from './krakenFuturesFormats.ts';
import { createKrakenFuturesStreams } from './krakenFuturesStreams.ts';
import {
  HISTORY_MS, pageTimes, readWhole, Refusal, route,
  type Handler, type WireAnswer, type WireExchange, type WireRequest,
} from './shared.ts'; // prettier-ignore

/**
 * Kraken Futures: `{result, serverTime}` envelopes with ISO times (charts: bare, ms; analytics: seconds), sizes in coins
 * (PF_, FF_) or contracts of one dollar (PI_), absolute funding rates in tickers, both kinds in the history.
 */

const VENUE_ASSET: Readonly<Record<string, string>> = { BTC: 'XBT' };
const RESOLUTIONS_MS: Readonly<Record<string, number>> = {
  '1m': MINUTE_MS, '5m': 5 * MINUTE_MS, '15m': 15 * MINUTE_MS, '30m': 30 * MINUTE_MS, '1h': HOUR_MS,
  '4h': 4 * HOUR_MS, '12h': 12 * HOUR_MS, '1d': DAY_MS, '1w': 7 * DAY_MS,
}; // prettier-ignore
const INTERVALS_S: readonly number[] = [60, 300, 900, 1_800, 3_600, 14_400, 43_200, 86_400, 604_800];
const TICK_TYPES: Readonly<Record<string, PriceType>> = { trade: 'last', mark: 'mark', spot: 'index' };
const MAX_BARS = 2_000;
/** When its contracts began: bars and analytics go back so far, rates a year. */
const OPENED_MS = Date.UTC(2022, 2, 22, 15);
const RATES_MS = 365 * DAY_MS;
const V3 = '/derivatives/api/v3';
const CHARTS = '/api/charts/v1';

const iso = (atMs: number): string => new Date(atMs).toISOString();
const success = (nowMs: number, fields: object): object => ({
  result: 'success',
  ...fields,
  serverTime: iso(nowMs),
});
const errorBody = (error: string, nowMs: number): object => ({
  result: 'error',
  serverTime: iso(nowMs),
  error,
});
const refusal = (error: string, nowMs: number): Refusal => new Refusal(400, errorBody(error, nowMs));
const chartError = (type: string, field: string): Refusal =>
  new Refusal(400, { errors: [{ severity: 'E', error_class: 'General', type, field }] });

/** Builds Kraken Futures' wire format over a market. */
export function createKrakenFuturesWire(market: SimulatedMarket): WireExchange {
  const exchange = 'kraken-futures';
  const openedMs = Math.min(OPENED_MS, market.anchorMs - HISTORY_MS);
  const expiresAtMs = quarterlyExpiry(market.anchorMs);
  const { yy, mm, dd } = dateParts(expiresAtMs);
  const listings: KrakenListing[] = [
    ...SIMULATED_ASSETS.map((asset) => ({
      ...perpetual(exchange, asset),
      venueSymbol: `PF_${VENUE_ASSET[asset] ?? asset}USD`,
      venueAsset: VENUE_ASSET[asset] ?? asset,
      contractSize: 1,
    })),
    { exchange, asset: 'BTC', variant: 'inverse', venueSymbol: 'PI_XBTUSD', venueAsset: 'XBT', contractSize: 1 },
    { exchange, asset: 'BTC', variant: 'dated', expiresAtMs, venueSymbol: `FF_XBTUSD_${yy}${mm}${dd}`, venueAsset: 'XBT', contractSize: 1 },
  ]; // prettier-ignore
  const formats = createKrakenFuturesFormats(market);
  const { sizeOf } = formats;

  const find = (symbol: string | undefined): KrakenListing | undefined =>
    listings.find(({ venueSymbol }) => venueSymbol === symbol?.toUpperCase());
  const listed = ({ query, nowMs }: WireRequest): KrakenListing => {
    const found = find(query['symbol']);
    if (found === undefined) throw refusal('invalidArgument: symbol', nowMs);
    return found;
  };
  const charted = (symbol: string | undefined): KrakenListing => {
    const found = find(symbol);
    if (found === undefined) throw chartError('Unknown', 'symbol');
    return found;
  };

  const instrumentRow = (listing: KrakenListing): object => {
    const isInverse = listing.variant === 'inverse';
    const limit = isInverse ? 'contracts' : 'numNonContractUnits';
    const levels = [[0, 0.02], [500_000, 0.04], [2_000_000, 0.1], [5_000_000, 0.2]] as const; // prettier-ignore
    const marginLevels = levels.map(([from, initialMargin]) => ({
      [limit]: from,
      initialMargin,
      maintenanceMargin: initialMargin / 2,
    }));
    const { priceDecimals, sizeDecimals } = assetProfile(listing.asset);
    const isDated = listing.variant === 'dated';
    return {
      symbol: listing.venueSymbol, pair: `${listing.venueAsset}:USD`, base: listing.venueAsset, quote: 'USD',
      type: isInverse ? 'futures_inverse' : 'flexible_futures', underlying: `rr_${listing.venueAsset.toLowerCase()}usd`,
      ...(isDated ? { lastTradingTime: iso(listing.expiresAtMs ?? 0) } : {}),
      tickSize: 10 ** -priceDecimals, contractSize: listing.contractSize, tradeable: true, impactMidSize: 1,
      maxPositionSize: 1_000_000, openingDate: iso(OPENED_MS), marginLevels,
      ...(isDated ? {} : { fundingRateCoefficient: 8, maxRelativeFundingRate: EXCHANGES[exchange].fundingCap }),
      contractValueTradePrecision: isInverse ? 0 : sizeDecimals, postOnly: false,
      feeScheduleUid: '5b755fea-c5b0-4307-a66e-b392cd5bd931', retailMarginLevels: marginLevels, category: '', tags: [],
      tradfi: false, mtf: false,
    }; // prettier-ignore
  };

  const settlements: Handler = (request) => {
    const listing = listed(request);
    const { nowMs } = request;
    const rates =
      listing.variant === 'dated'
        ? []
        : market
            .settledFunding(listing, Math.max(openedMs, nowMs - RATES_MS + 1), nowMs)
            .map(({ atMs, rate }) => {
              const price = market.price(listing, 'index', atMs);
              const fundingRate = listing.variant === 'inverse' ? rate / price : rate * price;
              return { timestamp: iso(atMs), fundingRate, relativeFundingRate: rate };
            });
    return success(nowMs, { rates });
  };

  const candles: Handler = ({ query, nowMs }, { tick, symbol, resolution }) => {
    const type = TICK_TYPES[tick ?? ''];
    const stepMs = RESOLUTIONS_MS[resolution ?? ''];
    if (type === undefined) throw chartError('InvalidArgument', 'tick_type');
    if (stepMs === undefined) throw chartError('InvalidArgument', 'resolution');
    const listing = charted(symbol);
    const refuse = (name: string): Refusal => chartError('InvalidArgument', name);
    const [from, to] = [readWhole(query, 'from', refuse), readWhole(query, 'to', refuse)];
    const fromMs = from === undefined ? undefined : from * SECOND_MS;
    const toMs = to === undefined ? undefined : to * SECOND_MS;
    const keep = fromMs === undefined ? 'newest' : 'oldest';
    const times = pageTimes({
      stepMs,
      fromMs,
      toMs,
      limit: MAX_BARS,
      keep,
      lastMs: nowMs - 1,
      firstMs: openedMs,
    });
    const lastMs = Math.min(toMs ?? nowMs, nowMs - 1);
    return {
      candles: times.map((time) => {
        const bar = market.bar(listing, time, Math.min(time + stepMs, nowMs), type);
        const volume = type === 'last' ? sizeOf(listing, bar.volumeBase, bar.volumeUsd) : 0;
        return {
          time, open: String(bar.open), high: String(bar.high), low: String(bar.low), close: String(bar.close),
          volume: String(volume),
        }; // prettier-ignore
      }),
      more_candles: keep === 'oldest' && (times.at(-1) ?? lastMs) + stepMs <= lastMs,
    };
  };

  const analytics: Handler = ({ query, nowMs }, { symbol, type }) => {
    const listing = charted(symbol);
    const refuse = (name: string): Refusal => chartError('InvalidArgument', name);
    const [since, to, interval] = ['since', 'to', 'interval'].map((name) => readWhole(query, name, refuse));
    if (since === undefined) throw refuse('since');
    if (interval === undefined || !INTERVALS_S.includes(interval)) throw refuse('interval');
    const stepMs = interval * SECOND_MS;
    const page = {
      stepMs,
      fromMs: since * SECOND_MS,
      toMs: to === undefined ? undefined : to * SECOND_MS,
    } as const;
    const times = pageTimes({
      ...page,
      limit: MAX_BARS,
      keep: 'oldest',
      lastMs: nowMs - 1,
      firstMs: openedMs,
    });
    const openInterest = (atMs: number): number => {
      const coins = market.openInterestBase(listing, atMs);
      return sizeOf(listing, coins, coins * market.price(listing, 'mark', atMs));
    };
    const takersOf = (atMs: number): { bought: number; sold: number } => {
      const bar = market.bar(listing, atMs, Math.min(atMs + stepMs, nowMs));
      const [base, usd] = [bar.volumeBase - bar.takerBuyBase, bar.volumeUsd - bar.takerBuyUsd];
      return {
        bought: sizeOf(listing, bar.takerBuyBase, bar.takerBuyUsd),
        sold: sizeOf(listing, base, usd),
      };
    };
    const rowOf = (atMs: number): unknown => {
      if (type === 'open-interest') {
        const endMs = Math.min(atMs + stepMs, nowMs);
        const [open, half, close] = [atMs, (atMs + endMs) / 2, endMs].map(openInterest);
        const seen = [open ?? 0, half ?? 0, close ?? 0];
        return [open, Math.max(...seen), Math.min(...seen), close].map(String);
      }
      if (type === 'long-short-ratio') return String(market.longShortRatio(listing, 'all-accounts', atMs));
      const { bought, sold } = takersOf(atMs);
      if (type === 'trade-volume') return String(bought + sold);
      if (type === 'aggressor-differential') return String(bought - sold);
      if (type !== 'liquidation-volume') throw chartError('InvalidArgument', 'analytics_type');
      return String(
        market
          .liquidations(listing, atMs, Math.min(atMs + stepMs, nowMs))
          .reduce((sum, event) => sum + sizeOf(listing, event.sizeBase, event.sizeBase * event.fillPrice), 0),
      );
    };
    /** What takers bought and sold in each bar, and the difference summed up since the first. */
    const flowOf = (): object => {
      let sum = 0;
      const flow = times.map((atMs) => {
        const { bought, sold } = takersOf(atMs);
        sum += bought - sold;
        return [bought, sold, sum].map((size) => size.toFixed(8));
      });
      const [buyVolume, sellVolume, cvd] = [0, 1, 2].map((at) => flow.map((row) => row[at]));
      return { buyVolume, sellVolume, cvd };
    };
    const last = Math.min(page.toMs ?? nowMs, nowMs - 1);
    const result = {
      timestamp: times.map((atMs) => atMs / SECOND_MS),
      more: times.length === MAX_BARS && (times.at(-1) ?? last) + stepMs <= last,
      data: type === 'cvd' ? flowOf() : times.map(rowOf),
    };
    return { result, errors: [] };
  };

  const routes: Readonly<Record<string, Handler>> = {
    [`${V3}/instruments`]: ({ nowMs }) =>
      success(nowMs, {
        instruments: [
          ...listings.map(instrumentRow),
          { symbol: 'in_xbtusd', type: 'spot index', tradeable: false },
        ],
      }),
    [`${V3}/tickers`]: ({ nowMs }) =>
      success(nowMs, {
        tickers: [
          ...listings.map((listing) => formats.restTicker(listing, nowMs)),
          { symbol: 'in_xbtusd', last: Math.round(market.price(perpetual(exchange, 'BTC'), 'index', nowMs)), lastTime: iso(nowMs) },
        ],
      }), // prettier-ignore
    [`${V3}/tickers/{symbol}`]: (request, { symbol = '' }) =>
      success(request.nowMs, {
        ticker: formats.restTicker(listed({ ...request, query: { symbol } }), request.nowMs),
      }),
    [`${V3}/orderbook`]: (request) => {
      const listing = listed(request);
      const { bids, asks } = market.book(listing, request.nowMs);
      const side = (levels: typeof bids): number[][] =>
        levels.map(([price, size]) => [price, sizeOf(listing, size, size * price)]);
      return success(request.nowMs, { orderBook: { bids: side(bids), asks: side(asks) } });
    },
    [`${V3}/history`]: (request) => {
      const listing = listed(request);
      const history = formats
        .lastTrades(listing, request.nowMs)
        .map(({ time, uid, qty, seq, price, side, type }) => ({
          time: iso(time), trade_id: seq, price, size: qty, side, type, uid,
        })); // prettier-ignore
      return success(request.nowMs, { history });
    },
    '/derivatives/api/v4/historicalfundingrates': settlements,
    [`${V3}/historical-funding-rates`]: settlements,
    [`${CHARTS}/analytics/{symbol}/{type}`]: analytics,
    [`${CHARTS}/{tick}/{symbol}/{resolution}`]: candles,
  };

  return {
    id: exchange,
    listings,
    streams: createKrakenFuturesStreams(listings, formats),
    answer: (request): WireAnswer =>
      route(routes, request, { status: 404, body: errorBody('notFound', request.nowMs) }),
  };
}
