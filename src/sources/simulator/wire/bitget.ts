import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import type { PriceType } from '../flow.ts';
import type { SimulatedMarket } from '../market.ts';
import { assetProfile } from '../profiles.ts';
import { createBitgetRows } from './bitgetRows.ts';
import { createBitgetStreams } from './bitgetStreams.ts';
import {
  keepRows, launchOf, pageTimes, readLimit, readWhole, Refusal, route, settledPage, text,
  type Handler, type Listing, type WireAnswer, type WireExchange, type WireRequest,
} from './shared.ts'; // prettier-ignore

/**
 * Bitget: v2 for what is asked, v3 for liquidations and open interest. Text inside `data`, sizes are coins everywhere,
 * funding intervals are hours as text. Candles and ratios come oldest first, settlements newest first by page number.
 * There is no history of open interest. The dated future is coin-margined, as the recorded ETHUSD_231229 is.
 */

const BARS_MS: Readonly<Record<string, number>> = {
  '5m': 5 * MINUTE_MS, '15m': 15 * MINUTE_MS, '30m': 30 * MINUTE_MS, '1h': HOUR_MS, '1H': HOUR_MS, '2h': 2 * HOUR_MS,
  '4h': 4 * HOUR_MS, '4H': 4 * HOUR_MS, '6h': 6 * HOUR_MS, '6Hutc': 6 * HOUR_MS, '12h': 12 * HOUR_MS,
  '12Hutc': 12 * HOUR_MS, '1d': DAY_MS, '1Dutc': DAY_MS,
}; // prettier-ignore
/** Days that candles go back, by their length; older ones are asked for as history. */
const DEPTH_DAYS: Readonly<Record<number, number>> = {
  [5 * MINUTE_MS]: 30, [15 * MINUTE_MS]: 52, [30 * MINUTE_MS]: 62, [HOUR_MS]: 83, [2 * HOUR_MS]: 120, [4 * HOUR_MS]: 240,
  [6 * HOUR_MS]: 360,
}; // prettier-ignore
/** A range may not be longer. */
const RANGE_MS = 90 * DAY_MS;
/** Rows that the ratio endpoints state; they take no range. */
const STATISTICS_ROWS = 100;
const V2 = '/api/v2/mix/market';
const V3 = '/api/v3/market';

const envelope = (nowMs: number, data: unknown, code = '00000', msg = 'success'): object => ({
  code,
  msg,
  // When the request came in, not what the answer is about.
  requestTime: nowMs - 9,
  data,
});

/** Builds Bitget's wire format over a market. */
export function createBitgetWire(market: SimulatedMarket): WireExchange {
  const rows = createBitgetRows(market);
  const { listings, productOf, decimalsOf, coins } = rows;
  const refusal = (request: WireRequest, code: string, msg: string): Refusal =>
    new Refusal(400, { ...envelope(request.nowMs, null, code, msg) });
  const invalid =
    (request: WireRequest) =>
    (name: string): Refusal =>
      refusal(request, '40020', `Parameter ${name} error`);

  const productIn = (request: WireRequest, name: string): string => {
    const product = (request.query[name] ?? '').toUpperCase();
    if (product === '') throw refusal(request, '400172', `Parameter ${name} cannot be empty`);
    // Demo products begin with an S: they are known, and hold nothing here.
    if (!/^S?(USDT|COIN|USDC)-FUTURES$/.test(product)) throw invalid(request)(name);
    return product;
  };
  /** The contract asked for. The ratio endpoints take no product: USDT-margined symbols only. */
  const listed = (request: WireRequest, productName: 'productType' | 'category' | undefined): Listing => {
    const product = productName === undefined ? 'USDT-FUTURES' : productIn(request, productName);
    const { symbol } = request.query;
    if (symbol === undefined || symbol === '')
      throw refusal(request, '400172', 'Parameter symbol cannot be empty');
    const found = listings.find(
      (listing) => listing.venueSymbol === symbol && productOf(listing) === product,
    );
    if (found === undefined) throw refusal(request, '40034', `Parameter ${symbol} does not exist`);
    return found;
  };
  const perListing =
    (row: (listing: Listing, nowMs: number) => object, productName: 'productType' | 'category' = 'productType'): Handler =>
    (request) =>
      envelope(
        request.nowMs,
        request.query['symbol'] === undefined
          ? listings.filter((listing) => productOf(listing) === productIn(request, productName)).map((listing) => row(listing, request.nowMs))
          : [row(listed(request, productName), request.nowMs)],
      ); // prettier-ignore

  const spotPair = (request: WireRequest): Listing => {
    const { symbol } = request.query;
    const found = listings.find((one) => one.variant === 'spot' && one.venueSymbol === symbol);
    if (found === undefined) throw refusal(request, '40034', `Parameter ${symbol} does not exist`);
    return found;
  };

  /** Bars of traded prices or of `kLineType`; those of a history are older ones too, up to 200. */
  const candles = (history?: PriceType): Handler => (request) => {
    const { query, nowMs } = request;
    const isSpot = request.path.includes('/spot/');
    const listing = isSpot ? spotPair(request) : listed(request, 'productType');
    const stepMs = BARS_MS[query['granularity'] ?? ''];
    if (stepMs === undefined) throw invalid(request)('granularity');
    const asked = (query['kLineType'] ?? 'MARKET').toLowerCase();
    if (!['market', 'mark', 'index'].includes(asked)) throw invalid(request)('kLineType');
    const type = history ?? ((asked === 'market' ? 'last' : asked) as PriceType);
    const limit = readLimit(query, { usual: 100, most: history === undefined ? 1000 : 200 }, invalid(request));
    const fromMs = readWhole(query, 'startTime', invalid(request));
    // Bars that begin before the end.
    const endMs = readWhole(query, 'endTime', invalid(request));
    const toMs = endMs === undefined ? undefined : endMs - 1;
    if (fromMs !== undefined && (endMs ?? nowMs) - fromMs > RANGE_MS) throw invalid(request)('startTime');
    const days = history === undefined ? DEPTH_DAYS[stepMs] : undefined;
    const firstMs = days === undefined ? launchOf(market) : nowMs - days * DAY_MS;
    // A history holds finished bars only.
    const lastMs = history === undefined ? nowMs - 1 : nowMs - stepMs;
    const page = { stepMs, fromMs, toMs, limit, keep: 'newest', lastMs, firstMs } as const;
    const list = pageTimes(page).map((startMs) => {
      const bar = market.bar(listing, startMs, Math.min(startMs + stepMs, nowMs), type);
      const decimals = decimalsOf(listing) + (type === 'last' ? 0 : 2);
      const prices = [bar.open, bar.high, bar.low, bar.close].map((price) => text(price, decimals));
      const traded = type === 'last' ? [coins(listing, bar.volumeBase), text(bar.volumeUsd, 4)] : ['0', '0'];
      // Of spot pairs the value in USDT stands before that in quote currency.
      const rest = isSpot ? [text(bar.volumeUsd, 4)] : [];
      return [text(startMs, 0), ...prices, ...traded, ...rest];
    });
    return envelope(nowMs, list);
  }; // prettier-ignore

  const statistic =
    (row: (listing: Listing, atMs: number, stepMs: number) => object, isBar: boolean): Handler =>
    (request) => {
      const { query, nowMs } = request;
      const listing = listed(request, undefined);
      const stepMs = BARS_MS[query['period'] ?? '5m'];
      if (stepMs === undefined) throw invalid(request)('period');
      const lastMs = isBar ? nowMs - stepMs : nowMs;
      const page = {
        fromMs: undefined,
        toMs: undefined,
        limit: STATISTICS_ROWS,
        keep: 'newest',
        firstMs: 0,
      } as const;
      return envelope(
        nowMs,
        pageTimes({ ...page, stepMs, lastMs }).map((atMs) => row(listing, atMs, stepMs)),
      );
    };

  const routes: Readonly<Record<string, Handler>> = {
    '/api/v2/public/time': ({ nowMs }) => envelope(nowMs, { serverTime: text(nowMs, 0) }),
    [`${V2}/contracts`]: perListing(rows.contractRow),
    [`${V2}/ticker`]: (request) =>
      envelope(request.nowMs, [rows.tickerRow(listed(request, 'productType'), request.nowMs)]),
    [`${V2}/tickers`]: perListing(rows.tickerRow),
    [`${V2}/symbol-price`]: perListing((listing, nowMs) => ({
      symbol: listing.venueSymbol,
      price: text(market.price(listing, 'last', nowMs), decimalsOf(listing)),
      indexPrice: text(market.price(listing, 'index', nowMs), decimalsOf(listing) + 2),
      markPrice: text(market.price(listing, 'mark', nowMs), decimalsOf(listing) + 2),
      ts: text(nowMs, 0),
    })),
    [`${V2}/open-interest`]: (request) => {
      const listing = listed(request, 'productType');
      const size = coins(listing, 2 * market.openInterestBase(listing, request.nowMs));
      return envelope(request.nowMs, {
        openInterestList: [{ symbol: listing.venueSymbol, size }],
        ts: text(request.nowMs, 0),
      });
    },
    [`${V3}/open-interest`]: (request) => {
      const listing = listed(request, 'category');
      const openInterest = coins(listing, 2 * market.openInterestBase(listing, request.nowMs));
      return envelope(request.nowMs, {
        list: [{ symbol: listing.venueSymbol, openInterest }],
        ts: text(request.nowMs, 0),
      });
    },
    [`${V2}/current-fund-rate`]: perListing(rows.fundingRow),
    [`${V2}/history-fund-rate`]: (request) => {
      const { query, nowMs } = request;
      const listing = listed(request, 'productType');
      const size = readLimit(query, { usual: 20, most: 100, name: 'pageSize' }, invalid(request));
      const page = readLimit(query, { usual: 1, most: 10_000, name: 'pageNo' }, invalid(request));
      const newestMs = nowMs - (page - 1) * size * market.fundingIntervalMs(listing);
      const times = { fromMs: undefined, toMs: newestMs, lastMs: nowMs, firstMs: launchOf(market) };
      const ofPage =
        listing.variant === 'dated'
          ? []
          : settledPage(market, listing, { ...times, limit: size, keep: 'newest' });
      const settled = ofPage.reverse().map(({ atMs, rate }) => ({
        symbol: listing.venueSymbol,
        fundingRate: text(rate),
        fundingTime: text(atMs, 0),
      }));
      return envelope(nowMs, settled);
    },
    [`${V2}/candles`]: candles(),
    [`${V2}/history-candles`]: candles('last'),
    [`${V2}/history-mark-candles`]: candles('mark'),
    [`${V2}/history-index-candles`]: candles('index'),
    [`${V2}/merge-depth`]: (request) => {
      const { query, nowMs } = request;
      const listing = listed(request, 'productType');
      const precision = /^scale([0-3])$/.exec(query['precision'] ?? 'scale0')?.[1];
      if (precision === undefined) throw invalid(request)('precision');
      const limit = query['limit'] === 'max' ? 1_000 : (readWhole(query, 'limit', invalid(request)) ?? 100);
      const scale = 10 ** (Number(precision) - decimalsOf(listing));
      const { bids, asks } = market.book(listing, nowMs);
      const merge = (levels: typeof bids, round: (steps: number) => number): number[][] => {
        const merged = new Map<number, number>();
        for (const [price, size] of levels) {
          // Merged away from the mid price, as a book that may not cross must be. The hair undoes binary fractions.
          const at = Number((round(price / scale) * scale).toFixed(decimalsOf(listing)));
          merged.set(at, (merged.get(at) ?? 0) + size);
        }
        const decimals = Math.max(0, assetProfile(listing.asset).sizeDecimals);
        return [...merged].slice(0, limit).map(([price, size]) => [price, Number(size.toFixed(decimals))]);
      };
      return envelope(nowMs, {
        asks: merge(asks, (steps) => Math.ceil(steps - 1e-6)),
        bids: merge(bids, (steps) => Math.floor(steps + 1e-6)),
        ts: text(nowMs, 0),
        scale: String(Number(scale.toFixed(8))),
        precision: `scale${precision}`,
        isMaxPrecision: precision === '0' ? 'YES' : 'NO',
      });
    },
    [`${V2}/account-long-short`]: statistic((listing, atMs) => {
      const long = Number(text(1 - 1 / (1 + market.longShortRatio(listing, 'all-accounts', atMs)), 4));
      return {
        longAccountRatio: text(long, 4),
        shortAccountRatio: text(1 - long, 4),
        longShortAccountRatio: text(long / (1 - long), 4),
        ts: text(atMs, 0),
      };
    }, false),
    [`${V2}/taker-buy-sell`]: statistic((listing, atMs, stepMs) => {
      const bar = market.bar(listing, atMs, atMs + stepMs);
      return {
        buyVolume: text(bar.takerBuyBase, 4),
        sellVolume: text(bar.volumeBase - bar.takerBuyBase, 4),
        ts: text(atMs, 0),
      };
    }, true),
    [`${V3}/liquidations`]: (request) => {
      const { query, nowMs } = request;
      const listing = listed(request, 'category');
      const limit = readLimit(query, { usual: 100, most: 100 }, invalid(request));
      const before = Math.min(readWhole(query, 'cursor', invalid(request)) ?? nowMs + 1, nowMs + 1);
      // Three days are kept.
      const events = keepRows(
        market.liquidations(listing, nowMs - 3 * DAY_MS, before),
        limit,
        'newest',
      ).reverse();
      return envelope(nowMs, {
        list: events.map((event) => rows.liquidationRow(listing, event)),
        cursor: events.length < limit ? '' : text(events.at(-1)?.atMs ?? 0, 0),
      });
    },
    [`${V2}/query-position-lever`]: (request) =>
      envelope(request.nowMs, rows.tierRows(listed(request, 'productType'))),
    [`${V3}/position-tier`]: (request) => {
      listed(request, 'category');
      return envelope(request.nowMs, rows.tierRowsV3());
    },
    '/api/v2/spot/market/tickers': (request) => {
      const isOne = (request.query['symbol'] ?? '') !== '';
      const wanted = isOne ? [spotPair(request)] : listings.filter(({ variant }) => variant === 'spot');
      return envelope(
        request.nowMs,
        wanted.map((listing) => rows.spotTickerRow(listing, request.nowMs)),
      );
    },
    '/api/v2/spot/market/candles': candles(),
    '/api/v2/spot/market/history-candles': candles('last'),
  };

  return {
    id: 'bitget',
    listings,
    streams: createBitgetStreams(market, rows),
    answer: (request): WireAnswer =>
      route(routes, request, {
        status: 404,
        body: envelope(request.nowMs, null, '40404', 'Request URL NOT FOUND'),
      }),
  };
}
