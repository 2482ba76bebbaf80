import { HOUR_MS } from '../../../core/units.ts';
import { STEP_MS } from '../flow.ts';
import type { LiquidationEvent } from '../liquidations.ts';
import type { SimulatedMarket } from '../market.ts';
import { assetProfile } from '../profiles.ts';
import { dateParts } from '../symbols.ts';
import { openOfDay } from './companions.ts';
import { lastDay, type Listing } from './shared.ts';

/** The rows that Deribit's answers and pushes share. */

/** The perpetuals of a coin and the dated futures are inverse: their amounts are dollars. */
export const isInverse = ({ variant }: Listing): boolean => variant !== 'perpetual';

/** The day as Deribit names it: 27MAR26, 3MAY19. */
export function dateName(atMs: number): string {
  const { yy, dd, monthName } = dateParts(atMs);
  return `${Number(dd)}${monthName}${yy}`;
}

const RUNNING_FOR_MS = 8 * HOUR_MS;
/** Perpetuals are dated to the year 3000. */
const NEVER_MS = 32_503_708_800_000;
/** When its contracts began: bars and rates go back so far. */
export const LISTED_MS = 1_534_167_754_000;
/** Each fifth liquidation finds a taker for a resting order; of the others each seventh meets another liquidation. */
const MAKER_EVERY = 5;
const BOTH_EVERY = 7;

/** Returns whether a liquidation was filled by another one, of the other side and the same size. */
export function isMutual({ id }: LiquidationEvent): boolean {
  return id % MAKER_EVERY !== 0 && id % BOTH_EVERY === 0;
}

interface TradeRow {
  readonly timestamp: number;
}

/** The last step that was asked for, by symbol: pushes ask for a piece of the same one many times. */
type Newest = Map<string, { readonly startMs: number; readonly rows: readonly TradeRow[] }>;

/** Builds the rows over a market. */
export function createDeribitRows(market: SimulatedMarket) {
  const tickOf = ({ asset }: Listing): number => 10 ** -assetProfile(asset).priceDecimals;
  /** Coins as an amount: whole contracts in dollars, or coins. */
  const amountOf = (listing: Listing, coins: number, price: number): number =>
    isInverse(listing)
      ? Math.round((coins * price) / listing.contractSize) * listing.contractSize
      : Number(coins.toFixed(8));
  const perEightHours = (listing: Listing, atMs: number): number =>
    (market.fundingRate(listing, atMs) * RUNNING_FOR_MS) / market.fundingIntervalMs(listing);
  /** What an hour that ends at a time has cost. */
  const perHour = (listing: Listing, endMs: number): number =>
    (market.fundingRate(listing, endMs - 1) * HOUR_MS) / market.fundingIntervalMs(listing);
  const lastEightHours = (listing: Listing, endMs: number): number =>
    Array.from({ length: 8 }, (_, hours) => perHour(listing, endMs - hours * HOUR_MS)).reduce(
      (a, b) => a + b,
      0,
    );

  const fundingOf = (listing: Listing, nowMs: number): object =>
    listing.variant === 'dated'
      ? {}
      : { current_funding: perEightHours(listing, nowMs), funding_8h: lastEightHours(listing, nowMs) };

  const dayOf = (listing: Listing, nowMs: number) => {
    const day = lastDay(market, listing, nowMs);
    const dollars = Number(day.volumeUsd.toFixed(2));
    return {
      ...{
        high: day.high,
        low: day.low,
        price_change: Number(((day.close / day.open - 1) * 100).toFixed(4)),
      },
      ...{ volume: Number(day.volumeBase.toFixed(8)), volume_usd: dollars, volume_notional: dollars },
    };
  };

  const ticker = (listing: Listing, nowMs: number) => {
    const mark = market.price(listing, 'mark', nowMs);
    const index = market.price(listing, 'index', nowMs);
    const { bids, asks } = market.book(listing, nowMs);
    const best = (level: (typeof bids)[number] | undefined): [number, number] =>
      level === undefined ? [0, 0] : [level[0], amountOf(listing, level[1], level[0])];
    const [[bidPrice, bidAmount], [askPrice, askAmount]] = [best(bids[0]), best(asks[0])];
    return {
      timestamp: nowMs, state: 'open', stats: dayOf(listing, nowMs), instrument_name: listing.venueSymbol,
      mark_price: mark, index_price: index, estimated_delivery_price: index, 
      settlement_price: openOfDay(market, listing, nowMs, 8 * HOUR_MS, 'mark'),
      last_price: market.price(listing, 'last', nowMs), min_price: Number((mark * 0.985).toFixed(4)),
      max_price: Number((mark * 1.015).toFixed(4)),
      open_interest: amountOf(listing, market.openInterestBase(listing, nowMs), mark),
      best_bid_price: bidPrice, best_bid_amount: bidAmount, best_ask_price: askPrice, best_ask_amount: askAmount,
      ...fundingOf(listing, nowMs),
    }; // prettier-ignore
  };

  const tradeRow = (
    listing: Listing,
    trade: { id: string; seq: number; atMs: number; price: number; amount: number; direction: 'buy' | 'sell' },
    liquidation?: 'T' | 'M' | 'MT',
  ) => ({
    trade_seq: trade.seq, trade_id: trade.id, timestamp: trade.atMs, tick_direction: trade.direction === 'buy' ? 0 : 2,
    price: trade.price, mark_price: market.price(listing, 'mark', trade.atMs),
    index_price: market.price(listing, 'index', trade.atMs), instrument_name: listing.venueSymbol,
    direction: trade.direction, contracts: Math.round(trade.amount / listing.contractSize), amount: trade.amount,
    ...(liquidation === undefined ? {} : { liquidation }),
  }); // prettier-ignore

  /** The trades of a step: liquidations are trades, so the tape beside them is smaller by their size. */
  const stepTrades = (listing: Listing, startMs: number) => {
    const endMs = startMs + STEP_MS;
    const { sizeDecimals } = assetProfile(listing.asset);
    const forced = market.liquidations(listing, startMs + 1, endMs + 1).map((event) => {
      const isMaker = event.id % MAKER_EVERY === 0;
      const closes = event.side === 'long' ? 'sell' : 'buy';
      return {
        event,
        by: isMaker ? 'M' : isMutual(event) ? 'MT' : 'T',
        taker: isMaker === (closes === 'buy') ? 'sell' : 'buy',
      } as const;
    });
    const tape = market.trades(listing, startMs, endMs);
    const shareLeft = (side: 'buy' | 'sell'): number => {
      const total = tape.reduce((sum, one) => sum + (one.side === side ? one.sizeBase : 0), 0);
      const taken = forced.reduce((sum, one) => sum + (one.taker === side ? one.event.sizeBase : 0), 0);
      return total > 0 ? Math.max(0, 1 - taken / total) : 0;
    };
    const left = { buy: shareLeft('buy'), sell: shareLeft('sell') };
    const voluntary = tape.flatMap(({ id, atMs, side, price, sizeBase }) => {
      const coins = sizeBase * left[side];
      const amount = isInverse(listing)
        ? amountOf(listing, coins, price)
        : Number(coins.toFixed(Math.max(0, sizeDecimals) + 6));
      const trade = { id: `${listing.asset}-${id}`, seq: id, atMs, price, amount, direction: side };
      return amount > 0 ? [tradeRow(listing, trade)] : [];
    });
    const liquidated = forced.flatMap(({ event, by, taker }) => {
      const { id, atMs, fillPrice: price } = event;
      const amount = amountOf(listing, event.sizeBase, price);
      const trade = { id: `${listing.asset}-L${id}`, seq: id, atMs, price, amount, direction: taker };
      return amount > 0 ? [tradeRow(listing, trade, by)] : [];
    });
    return [...voluntary, ...liquidated].sort((a, b) => a.timestamp - b.timestamp);
  };

  const newest: Newest = new Map();
  const stepOf = (listing: Listing, startMs: number): readonly TradeRow[] => {
    const before = newest.get(listing.venueSymbol);
    const rows = before?.startMs === startMs ? before.rows : stepTrades(listing, startMs);
    newest.set(listing.venueSymbol, { startMs, rows });
    return rows;
  };

  return {
    ticker,
    /** Trades with fromMs < time <= toMs, oldest first. */
    trades(listing: Listing, fromMs: number, toMs: number): TradeRow[] {
      const found: TradeRow[] = [];
      for (let startMs = Math.floor(fromMs / STEP_MS) * STEP_MS; startMs < toMs; startMs += STEP_MS) {
        for (const row of stepOf(listing, startMs))
          if (row.timestamp > fromMs && row.timestamp <= toMs) found.push(row);
      }
      return found;
    },
    instrument(listing: Listing): object {
      const { asset, expiresAtMs, venueSymbol, contractSize } = listing;
      const isCoin = isInverse(listing);
      const [quote, type] = isCoin ? (['USD', 'reversed'] as const) : (['USDC', 'linear'] as const);
      return {
        price_index: `${asset.toLowerCase()}_${quote.toLowerCase()}`, kind: 'future', instrument_name: venueSymbol,
        max_leverage: 50, maker_commission: 0, taker_commission: 0.0005, instrument_type: type, future_type: type,
        expiration_timestamp: expiresAtMs ?? NEVER_MS, creation_timestamp: LISTED_MS, is_active: true,
        tick_size: tickOf(listing), tick_size_steps: [], contract_size: contractSize,
        min_trade_amount: isCoin ? contractSize : 10 * contractSize,
        max_liquidation_commission: 0.0075, settlement_currency: isCoin ? asset : quote,
        settlement_period: listing.variant === 'dated' ? 'month' : 'perpetual', base_currency: asset,
        counter_currency: quote, quote_currency: quote,
      }; // prettier-ignore
    },
    summary(listing: Listing, nowMs: number): object {
      const row = ticker(listing, nowMs);
      const { high, low, ...volumes } = row.stats;
      return {
        ...volumes, high, low, quote_currency: isInverse(listing) ? 'USD' : 'USDC', base_currency: listing.asset,
        open_interest: row.open_interest, mid_price: (row.best_bid_price + row.best_ask_price) / 2,
        mark_price: row.mark_price, last: row.last_price, instrument_name: listing.venueSymbol,
        estimated_delivery_price: row.estimated_delivery_price, creation_timestamp: nowMs,
        bid_price: row.best_bid_price, ask_price: row.best_ask_price, ...fundingOf(listing, nowMs),
      }; // prettier-ignore
    },
    book(listing: Listing, depth: number, nowMs: number): object {
      const { bids, asks } = market.book(listing, nowMs);
      const side = (levels: typeof bids): [number, number][] =>
        levels
          .map(([price, coins]): [number, number] => [price, amountOf(listing, coins, price)])
          .filter(([, amount]) => amount > 0)
          .slice(0, depth);
      return {
        ...ticker(listing, nowMs),
        change_id: 58_000_000_000 + Math.floor(nowMs / 97),
        bids: side(bids),
        asks: side(asks),
      };
    },
    funding: (listing: Listing, atMs: number): object => ({
      timestamp: atMs,
      index_price: market.price(listing, 'index', atMs),
      prev_index_price: market.price(listing, 'index', atMs - HOUR_MS),
      interest_8h: lastEightHours(listing, atMs),
      interest_1h: perHour(listing, atMs),
    }),
    chart(listing: Listing, ticks: readonly number[], stepMs: number, nowMs: number): object {
      const bars = ticks.map((startMs) => market.bar(listing, startMs, Math.min(startMs + stepMs, nowMs)));
      return {
        volume: bars.map((bar) => Number(bar.volumeBase.toFixed(8))), ticks,
        status: ticks.length === 0 ? 'no_data' : 'ok', open: bars.map((bar) => bar.open),
        low: bars.map((bar) => bar.low), high: bars.map((bar) => bar.high),
        cost: bars.map((bar) => Number(bar.volumeUsd.toFixed(2))), close: bars.map((bar) => bar.close),
      }; // prettier-ignore
    },
  };
}

export type DeribitRows = ReturnType<typeof createDeribitRows>;
