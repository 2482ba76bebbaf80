import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../core/units.ts';
import type { BookLevel } from '../book.ts';
import type { SimulatedMarket } from '../market.ts';
import { assetProfile, SIMULATED_ASSETS } from '../profiles.ts';
import { perpetual } from '../symbols.ts';
import { createHyperliquidStreams, short } from './hyperliquidStreams.ts';
import {
  HISTORY_MS, keepRows, lastDay, pageTimes, Refusal, route,
  type Listing, type WireAnswer, type WireExchange,
} from './shared.ts'; // prettier-ignore

/**
 * Hyperliquid: every question is a POST to /info whose body names its type; answers are bare. Sizes are coins, numbers
 * are texts without needless zeros ("90000.0"), times are milliseconds, lists are oldest first. Errors are bare texts.
 */

const INTERVALS_MS: Readonly<Record<string, number>> = {
  '1m': MINUTE_MS, '3m': 3 * MINUTE_MS, '5m': 5 * MINUTE_MS, '15m': 15 * MINUTE_MS, '30m': 30 * MINUTE_MS, '1h': HOUR_MS,
  '2h': 2 * HOUR_MS, '4h': 4 * HOUR_MS, '8h': 8 * HOUR_MS, '12h': 12 * HOUR_MS, '1d': DAY_MS, '3d': 3 * DAY_MS,
}; // prettier-ignore
const MAX_CANDLES = 5_000;
const MAX_FUNDING_ROWS = 500;
const LEVELS = 20;
/** The first rates are of this day. */
const LAUNCHED_MS = Date.UTC(2023, 4, 12);

const unreadable = (): Refusal =>
  new Refusal(422, 'Failed to deserialize the JSON body into the target type');
/** A coin that it does not know. */
const unknown = (): Refusal => new Refusal(500, null);

/** Maximum leverage of an asset, and the table that says from which size on it is halved. */
const MARGIN: Readonly<Record<string, readonly [tableId: number, maxLeverage: number, lowerBound: number]>> =
  {
    BTC: [56, 40, 150_000_000],
    ETH: [55, 25, 100_000_000],
    SOL: [54, 20, 70_000_000],
    XRP: [54, 20, 70_000_000],
  };
const PLAIN_LEVERAGE = 10;

/** Merges levels into steps of some significant figures, bids downwards and asks upwards, best first. */
export function mergeLevels(levels: readonly BookLevel[], figures: number, side: 'bid' | 'ask'): BookLevel[] {
  const merged = new Map<number, number>();
  for (const [price, size] of levels) {
    const digits = Math.floor(Math.log10(price)) + 1 - figures;
    // Powers of ten below 1 are not exact: their inverses are.
    const steps = digits >= 0 ? price / 10 ** digits : price * 10 ** -digits;
    const whole = side === 'bid' ? Math.floor(steps + 1e-9) : Math.ceil(steps - 1e-9);
    const at = digits >= 0 ? whole * 10 ** digits : whole / 10 ** -digits;
    merged.set(at, (merged.get(at) ?? 0) + size);
  }
  return [...merged];
}

type Body = Readonly<Record<string, unknown>>;
const record = (value: unknown): Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Body) : {};

/** Builds Hyperliquid's wire format over a market. */
export function createHyperliquidWire(market: SimulatedMarket): WireExchange {
  const listings: Listing[] = SIMULATED_ASSETS.map((asset) => ({
    ...perpetual('hyperliquid', asset), venueSymbol: asset, contractSize: 1,
  })); // prettier-ignore
  const listed = (coin: unknown): Listing => {
    const found = listings.find(({ venueSymbol }) => venueSymbol === coin);
    if (found === undefined) throw typeof coin === 'string' ? unknown() : unreadable();
    return found;
  };
  const priceText = (listing: Listing, value: number, more = 0): string =>
    short(value, assetProfile(listing.asset).priceDecimals + more);
  const timeIn = (body: Body, name: string, usual: number | undefined): number => {
    const value = body[name] ?? usual;
    if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) throw unreadable();
    return value;
  };

  const meta = (): object => ({
    universe: listings.map(({ asset, venueSymbol: name }) => {
      const [marginTableId, maxLeverage] = MARGIN[asset] ?? [PLAIN_LEVERAGE, PLAIN_LEVERAGE];
      const szDecimals = Math.max(0, assetProfile(asset).sizeDecimals);
      return { szDecimals, name, maxLeverage, marginTableId };
    }),
    marginTables: [...new Map(Object.values(MARGIN).map((row) => [row[0], marginTable(row[0])]))],
    collateralToken: 0,
  });
  const marginTable = (id: unknown): object => {
    const found = Object.values(MARGIN).find(([tableId]) => tableId === id);
    if (found === undefined) throw unknown();
    const [, maxLeverage, lowerBound] = found;
    return {
      description: `tiered ${maxLeverage}x`,
      marginTiers: [
        { lowerBound: '0.0', maxLeverage },
        { lowerBound: short(lowerBound, 1), maxLeverage: maxLeverage / 2 },
      ],
    };
  };

  const midOf = (listing: Listing, atMs: number): number => {
    const { bids, asks } = market.book(listing, atMs);
    return ((bids[0]?.[0] ?? 0) + (asks[0]?.[0] ?? 0)) / 2;
  };
  const assetContext = (listing: Listing, atMs: number): object => {
    const day = lastDay(market, listing, atMs);
    const { bids, asks } = market.book(listing, atMs);
    return {
      funding: short(market.fundingRate(listing, atMs), 10),
      // Longs and shorts added up: an even number of lots.
      openInterest: short(2 * market.openInterestBase(listing, atMs)),
      prevDayPx: priceText(listing, day.open),
      dayNtlVlm: short(day.volumeUsd, 10),
      premium: short(market.premium(listing, atMs), 10),
      oraclePx: priceText(listing, market.price(listing, 'index', atMs), 2),
      markPx: priceText(listing, market.price(listing, 'mark', atMs), 2),
      midPx: priceText(listing, midOf(listing, atMs), 1),
      impactPxs: [bids[0], asks[0]].map((level) => priceText(listing, level?.[0] ?? 0)),
      dayBaseVlm: short(day.volumeBase, 10),
    };
  };
  const mids = (atMs: number): Record<string, string> =>
    Object.fromEntries(listings.map((one) => [one.venueSymbol, priceText(one, midOf(one, atMs), 1)]));

  const book = (listing: Listing, atMs: number, figures?: number): object => {
    const { bids, asks } = market.book(listing, atMs);
    const side = (levels: readonly BookLevel[], name: 'bid' | 'ask'): object[] =>
      (figures === undefined ? levels : mergeLevels(levels, figures, name))
        .slice(0, LEVELS)
        .map(([px, sz]) => ({ px: priceText(listing, px), sz: short(sz), n: 3 }));
    return { coin: listing.venueSymbol, time: atMs, levels: [side(bids, 'bid'), side(asks, 'ask')] };
  };

  const candles = (body: Body, nowMs: number): object[] => {
    const request = record(body['req']);
    const listing = listed(request['coin']);
    const name = String(request['interval']);
    const stepMs = INTERVALS_MS[name];
    if (stepMs === undefined) throw unreadable();
    const fromMs = Math.floor(timeIn(request, 'startTime', undefined) / stepMs) * stepMs;
    const toMs = Math.min(timeIn(request, 'endTime', nowMs), nowMs);
    const page = { stepMs, fromMs, toMs, limit: MAX_CANDLES, keep: 'newest', lastMs: nowMs - 1 } as const;
    return pageTimes({ ...page, firstMs: nowMs - MAX_CANDLES * stepMs }).map((t) => {
      const bar = market.bar(listing, t, Math.min(t + stepMs, nowMs));
      const price = (value: number): string => priceText(listing, value);
      return {
        t, T: t + stepMs - 1, s: listing.venueSymbol, i: name, o: price(bar.open), c: price(bar.close), h: price(bar.high),
        l: price(bar.low), v: short(bar.volumeBase, 8), n: bar.trades,
      }; // prettier-ignore
    });
  };

  const fundingHistory = (body: Body, nowMs: number): object[] => {
    const listing = listed(body['coin']);
    const launchedMs = Math.min(LAUNCHED_MS, market.anchorMs - HISTORY_MS);
    const fromMs = Math.max(timeIn(body, 'startTime', undefined), launchedMs);
    // The oldest are kept: what comes after them need not be worked out.
    const keptMs = fromMs + (MAX_FUNDING_ROWS + 1) * HOUR_MS;
    const toMs = Math.min(timeIn(body, 'endTime', nowMs), nowMs, keptMs);
    // Settlements are stated some ms after the hour.
    const settled = market
      .settledFunding(listing, fromMs - SECOND_MS, toMs)
      .map((one) => ({ ...one, time: one.atMs + (Math.round(one.atMs / HOUR_MS) % 89) }))
      .filter(({ time }) => time >= fromMs && time <= toMs);
    return keepRows(settled, MAX_FUNDING_ROWS, 'oldest').map(({ atMs, time, rate }) => ({
      coin: listing.venueSymbol,
      fundingRate: short(rate, 10),
      premium: short(market.premium(listing, atMs - 1), 10),
      time,
    }));
  };

  const predictedFundings = (nowMs: number): unknown[] =>
    listings.map((listing) => {
      const fundingIntervalHours = market.fundingIntervalMs(listing) / HOUR_MS;
      const nextFundingTime = market.nextFundingMs(listing, nowMs);
      const fundingRate = short(market.fundingRate(listing, nowMs), 10);
      return [
        listing.venueSymbol,
        [
          ['BinPerp', null],
          ['HlPerp', { fundingRate, nextFundingTime, fundingIntervalHours }],
          ['BybitPerp', null],
        ],
      ];
    });

  const answerTo = (body: Body, nowMs: number): unknown => {
    if (typeof body['dex'] === 'string' && body['dex'] !== '') throw unknown();
    switch (body['type']) {
      case 'meta':
        return meta();
      case 'metaAndAssetCtxs':
        return [meta(), listings.map((listing) => assetContext(listing, nowMs))];
      case 'allMids':
        return mids(nowMs);
      case 'l2Book': {
        const figures = body['nSigFigs'] ?? undefined;
        const isFitting = figures === undefined || [2, 3, 4, 5].includes(figures as number);
        if (!isFitting) throw unreadable();
        return book(listed(body['coin']), nowMs, figures as number | undefined);
      }
      case 'candleSnapshot':
        return candles(body, nowMs);
      case 'fundingHistory':
        return fundingHistory(body, nowMs);
      case 'predictedFundings':
        return predictedFundings(nowMs);
      case 'marginTable':
        return marginTable(body['id']);
      default:
        throw unreadable();
    }
  };

  return {
    id: 'hyperliquid',
    listings,
    methods: ['POST'],
    answer: (request): WireAnswer =>
      route(
        {
          '/info': ({ body, method, nowMs }) => {
            if (method !== 'POST') throw new Refusal(405, 'Method Not Allowed');
            return answerTo(record(body), nowMs);
          },
        },
        request,
        { status: 404, body: 'Not Found' },
      ),
    streams: createHyperliquidStreams(market, { listings, assetContext, book, mids, priceText }),
  };
}
