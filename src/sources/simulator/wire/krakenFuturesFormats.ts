import { HOUR_MS } from '../../../core/units.ts';
import { STEP_MS } from '../flow.ts';
import type { SimulatedMarket } from '../market.ts';
import { assetProfile } from '../profiles.ts';
import { nextIntervalRate } from './companions.ts';
import { lastDay, type Listing } from './shared.ts';

export interface KrakenListing extends Listing {
  /** The exchange's own name of the asset: XBT. */
  readonly venueAsset: string;
}

/** One trade as the `trade` feed pushes it. */
export interface KrakenTrade {
  readonly feed: 'trade';
  readonly product_id: string;
  readonly uid: string;
  readonly side: 'buy' | 'sell';
  readonly type: 'fill' | 'liquidation';
  readonly seq: number;
  readonly time: number;
  readonly qty: number;
  readonly price: number;
}

/** What REST and stream say of the same market. */
export interface KrakenFuturesFormats {
  /** Coins, or of inverse contracts the dollars as whole contracts. */
  sizeOf(listing: Listing, coins: number, usd: number): number;
  restTicker(listing: KrakenListing, nowMs: number): object;
  pushedTicker(listing: KrakenListing, nowMs: number): object;
  /** Trades with fromMs < time <= toMs, oldest first. */
  trades(listing: KrakenListing, fromMs: number, toMs: number): KrakenTrade[];
  /** The last hundred trades, newest first. */
  lastTrades(listing: KrakenListing, nowMs: number): KrakenTrade[];
}

const LAST_TRADES = 100;

/** A number as the last twelve digits of a uid; `kind` keeps the ids of trades and liquidations apart. */
const uidOf = (listing: Listing, kind: number, id: number): string => {
  const name = [...listing.venueSymbol].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7);
  return `${name.toString(16).padStart(8, '0')}-000${kind}-4000-8000-${id.toString(16).padStart(12, '0')}`;
};

const round = (value: number, decimals: number): number => Number(value.toFixed(decimals));

/** Builds tickers and trades over a market. */
export function createKrakenFuturesFormats(market: SimulatedMarket): KrakenFuturesFormats {
  const sizeOf = (listing: Listing, coins: number, usd: number): number =>
    listing.variant === 'inverse' ? Math.round(usd) : round(coins, 8);

  /** What both tickers say. Rates are absolute, made of the index price: dollars per coin, of inverse contracts coins per dollar. */
  const readings = (listing: KrakenListing, nowMs: number) => {
    const day = lastDay(market, listing, nowMs);
    const [mark, index] = [market.price(listing, 'mark', nowMs), market.price(listing, 'index', nowMs)];
    const coins = market.openInterestBase(listing, nowMs);
    const book = market.book(listing, nowMs);
    const [[bid = 0, bidCoins = 0] = []] = book.bids;
    const [[ask = 0, askCoins = 0] = []] = book.asks;
    const relative = market.fundingRate(listing, nowMs);
    const relativeNext = nextIntervalRate(market, listing, nowMs);
    const absolute = (rate: number): number => (listing.variant === 'inverse' ? rate / index : rate * index);
    return {
      day, mark, index, last: market.price(listing, 'last', nowMs), bid, ask,
      bidSize: sizeOf(listing, bidCoins, bidCoins * bid), askSize: sizeOf(listing, askCoins, askCoins * ask),
      openInterest: sizeOf(listing, coins, coins * mark), volume: sizeOf(listing, day.volumeBase, day.volumeUsd),
      volumeQuote: listing.variant === 'inverse' ? Math.round(day.volumeUsd) : round(day.volumeUsd, 4),
      relative, relativeNext, absolute: absolute(relative), absoluteNext: absolute(relativeNext),
      lastSize: sizeOf(listing, bidCoins * 0.3, bidCoins * 0.3 * bid),
      pair: `${listing.venueAsset}:USD`, tag: listing.variant === 'dated' ? 'quarter' : 'perpetual',
      change: round((day.close / day.open - 1) * 100, 2),
    }; // prettier-ignore
  };

  const trades = (listing: KrakenListing, fromMs: number, toMs: number): KrakenTrade[] => {
    const { priceDecimals } = assetProfile(listing.asset);
    const shares = new Map<string, number>();
    // A liquidation is a taker like others: what it took is not traded once more by the rest of the step's tape.
    const restOf = (step: number, side: 'buy' | 'sell'): number => {
      const key = `${step} ${side}`;
      const known = shares.get(key);
      if (known !== undefined) return known;
      const startMs = step * STEP_MS;
      const bar = market.bar(listing, startMs, startMs + STEP_MS);
      const total = side === 'buy' ? bar.takerBuyBase : bar.volumeBase - bar.takerBuyBase;
      const forced = market
        .liquidations(listing, startMs, startMs + STEP_MS)
        .filter((event) => (event.side === 'short') === (side === 'buy'))
        .reduce((sum, event) => sum + event.sizeBase, 0);
      const rest = total <= 0 ? 0 : Math.max(0, 1 - forced / total);
      shares.set(key, rest);
      return rest;
    };
    const of = (fields: Pick<KrakenTrade, 'uid' | 'side' | 'type' | 'seq' | 'time' | 'price'>, coins: number) => {
      const price = round(fields.price, priceDecimals);
      return { feed: 'trade', product_id: listing.venueSymbol, ...fields, price, qty: sizeOf(listing, coins, coins * price) } as const;
    }; // prettier-ignore
    const fills = market
      .trades(listing, fromMs, toMs)
      .map(({ id, atMs, side, price, sizeBase }) =>
        of(
          { uid: uidOf(listing, 1, id), side, type: 'fill', seq: id, time: atMs, price },
          sizeBase * restOf(Math.ceil(atMs / STEP_MS) - 1, side),
        ),
      );
    const forced = market.liquidations(listing, fromMs + 1, toMs + 1).map((event) => {
      const side = event.side === 'long' ? ('sell' as const) : ('buy' as const);
      const fields = { uid: uidOf(listing, 2, event.id), side, type: 'liquidation', seq: event.id } as const;
      return of({ ...fields, time: event.atMs, price: event.fillPrice }, event.sizeBase);
    });
    return [...fills, ...forced].filter(({ qty }) => qty > 0).sort((a, b) => a.time - b.time);
  };

  return {
    sizeOf,
    trades,
    restTicker(listing, nowMs) {
      const now = readings(listing, nowMs);
      const { day } = now;
      const funding = { fundingRate: now.absolute, fundingRatePrediction: now.absoluteNext };
      return {
        symbol: listing.venueSymbol, last: now.last, lastTime: new Date(nowMs).toISOString(), tag: now.tag, pair: now.pair,
        markPrice: now.mark, bid: now.bid, bidSize: now.bidSize, ask: now.ask, askSize: now.askSize, vol24h: now.volume,
        volumeQuote: now.volumeQuote, openInterest: now.openInterest, open24h: day.open, high24h: day.high,
        low24h: day.low, lastSize: now.lastSize, ...(listing.variant === 'dated' ? {} : funding), suspended: false,
        indexPrice: now.index, postOnly: false, change24h: now.change,
      }; // prettier-ignore
    },
    pushedTicker(listing, nowMs) {
      const now = readings(listing, nowMs);
      const { day } = now;
      const funding = {
        funding_rate: now.absolute, funding_rate_prediction: now.absoluteNext, relative_funding_rate: now.relative,
        relative_funding_rate_prediction: now.relativeNext, next_funding_rate_time: market.nextFundingMs(listing, nowMs),
      }; // prettier-ignore
      const isDated = listing.variant === 'dated';
      const leftMs = (listing.expiresAtMs ?? nowMs) - nowMs;
      return {
        time: nowMs, product_id: listing.venueSymbol, ...(isDated ? {} : funding), feed: 'ticker', bid: now.bid,
        ask: now.ask, bid_size: now.bidSize, ask_size: now.askSize, volume: now.volume,
        dtm: isDated ? Math.floor(leftMs / (24 * HOUR_MS)) : 0, leverage: '50x', index: now.index,
        premium: round((now.mark / now.index - 1) * 100, 1), last: now.last, change: now.change, suspended: false,
        tag: now.tag, pair: now.pair, openInterest: now.openInterest, markPrice: now.mark,
        maturityTime: listing.expiresAtMs ?? 0, post_only: false, volumeQuote: now.volumeQuote, open: day.open,
        high: day.high, low: day.low,
      }; // prettier-ignore
    },
    lastTrades: (listing, nowMs) =>
      trades(listing, nowMs - 2 * STEP_MS, nowMs)
        .slice(-LAST_TRADES)
        .reverse(),
  };
}
