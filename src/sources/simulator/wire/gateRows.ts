import { SECOND_MS } from '../../../core/units.ts';
import type { LiquidationEvent } from '../liquidations.ts';
import type { SimulatedMarket } from '../market.ts';
import { assetProfile, EXCHANGES, SIMULATED_ASSETS } from '../profiles.ts';
import { dateParts, perpetual, quarterlyExpiry } from '../symbols.ts';
import { wholeContracts, type TradeEvent } from '../trades.ts';
import { nextIntervalRate, quotesAround } from './companions.ts';
import { lastDay, text, type Listing } from './shared.ts';

/** What Gate lists, in which units it counts, and its rows: answers and pushes hold the same ones. */

const MULTIPLIER: Readonly<Record<string, number>> = { BTC: 0.0001, ETH: 0.01, SOL: 1, XRP: 10, DOGE: 10 };
/** Where tiers end in dollars, their maintenance rate and leverage. */
const TIERS: readonly [limit: number, maintenance: number, leverage: number][] = [
  [1_000_000, 0.005, 100],
  [2_000_000, 0.01, 50],
  [8_000_000, 0.02, 25],
  [30_000_000, 0.05, 10],
];

/** Whole seconds of a time. */
export const seconds = (ms: number): number => Math.floor(ms / SECOND_MS);

/** Returns Gate's rows over a market. */
export function createGateRows(market: SimulatedMarket) {
  const expiresAtMs = quarterlyExpiry(market.anchorMs);
  const { yy, mm, dd } = dateParts(expiresAtMs);
  const listings: readonly Listing[] = [
    ...SIMULATED_ASSETS.map((asset) => ({
      ...perpetual('gate', asset),
      venueSymbol: `${asset}_USDT`,
      contractSize: MULTIPLIER[asset] ?? 1,
    })),
    { exchange: 'gate', asset: 'BTC', variant: 'inverse', venueSymbol: 'BTC_USD', contractSize: 1 },
    { exchange: 'gate', asset: 'BTC', variant: 'dated', expiresAtMs, venueSymbol: `BTC_USDT_20${yy}${mm}${dd}`, contractSize: 0.0001 },
    ...SIMULATED_ASSETS.map((asset) => ({
      exchange: 'gate', asset, variant: 'spot', venueSymbol: `${asset}_USDT`, contractSize: 1,
    }) as const),
  ]; // prettier-ignore

  const settleOf = (listing: Listing): string => (listing.variant === 'inverse' ? 'btc' : 'usdt');
  const decimalsOf = (listing: Listing): number => assetProfile(listing.asset).priceDecimals;
  /** Coins worth some dollars as whole contracts: inverse ones count the dollars. */
  const contracts = (listing: Listing, coins: number, usd: number): number =>
    Math.round(listing.variant === 'inverse' ? usd : coins / listing.contractSize);
  const futures = (settle: string): Listing[] =>
    listings.filter(
      (listing) => settleOf(listing) === settle && listing.variant !== 'dated' && listing.variant !== 'spot',
    );
  const pair = (venueSymbol: string | undefined): Listing | undefined =>
    listings.find((listing) => listing.variant === 'spot' && listing.venueSymbol === venueSymbol);

  return {
    listings,
    decimalsOf,
    contracts,
    futures,
    pair,

    /** Time, size, amount: `size` is the position, a long is positive; the order that closes it has the other sign. */
    liquidationRow(
      listing: Listing,
      event: LiquidationEvent,
    ): { readonly time: number; readonly [key: string]: unknown } {
      const size = contracts(listing, event.sizeBase, event.sizeBase * event.fillPrice);
      const sign = event.side === 'long' ? 1 : -1;
      return {
        time: seconds(event.atMs),
        contract: listing.venueSymbol,
        size: size * sign,
        order_size: -size * sign,
        order_price: text(event.bankruptcyPrice, decimalsOf(listing)),
        fill_price: text(event.fillPrice, decimalsOf(listing)),
        left: 0,
      };
    },

    tierRows: (): object[] =>
      TIERS.map(([limit, maintenance, leverage], index) => ({
        maintenance_rate: String(maintenance),
        tier: index + 1,
        initial_rate: String(1 / leverage),
        leverage_max: String(leverage),
        risk_limit: String(limit),
        deduction: String(
          TIERS.slice(1, index + 1).reduce(
            (sum, [, rate], step) => sum + (TIERS[step]?.[0] ?? 0) * (rate - (TIERS[step]?.[1] ?? 0)),
            0,
          ),
        ),
      })),

    /** A trade of a contract: the sign is the taker's side. */
    tradeRow: (listing: Listing, event: TradeEvent): object => ({
      size:
        wholeContracts(event, (coins, usd) => contracts(listing, coins, usd)) *
        (event.side === 'buy' ? 1 : -1),
      id: event.id,
      create_time: seconds(event.atMs),
      create_time_ms: event.atMs,
      price: text(event.price, decimalsOf(listing)),
      contract: listing.venueSymbol,
    }),

    spotTradeRow: (listing: Listing, event: TradeEvent): object => ({
      id: event.id,
      create_time: seconds(event.atMs),
      create_time_ms: `${event.atMs}.4578`,
      side: event.side,
      currency_pair: listing.venueSymbol,
      amount: text(event.sizeBase),
      price: text(event.price, decimalsOf(listing)),
      range: `${event.id}-${event.id}`,
    }),

    spotTickerRow(listing: Listing, nowMs: number): object {
      const day = lastDay(market, listing, nowMs);
      const { bid, ask } = quotesAround(listing, day.close);
      const price = (value: number): string => text(value, decimalsOf(listing));
      return {
        currency_pair: listing.venueSymbol,
        last: price(day.close),
        lowest_ask: price(ask),
        highest_bid: price(bid),
        change_percentage: text((day.close / day.open - 1) * 100, 2),
        base_volume: text(day.volumeBase, 6),
        quote_volume: text(day.volumeUsd, 6),
        high_24h: price(day.high),
        low_24h: price(day.low),
      };
    },

    contractRow(listing: Listing, nowMs: number): object {
      const { priceDecimals } = assetProfile(listing.asset);
      const isInverse = listing.variant === 'inverse';
      const mark = market.price(listing, 'mark', nowMs);
      const coins = market.openInterestBase(listing, nowMs);
      const rate = text(market.fundingRate(listing, nowMs));
      const nextRate = text(nextIntervalRate(market, listing, nowMs));
      const interval = market.fundingIntervalMs(listing);
      const ratio = market.longShortRatio(listing, 'all-accounts', nowMs);
      return {
        name: listing.venueSymbol, type: isInverse ? 'inverse' : 'direct',
        quanto_multiplier: isInverse ? '0' : String(listing.contractSize), ref_discount_rate: '0', order_price_deviate: '0.5',
        maintenance_rate: '0.005', mark_type: 'index', last_price: text(market.price(listing, 'last', nowMs), priceDecimals),
        mark_price: text(mark, priceDecimals + 2), index_price: text(market.price(listing, 'index', nowMs), priceDecimals + 2),
        funding_rate_indicative: nextRate, mark_price_round: String(10 ** -(priceDecimals + 2)), funding_offset: 0, in_delisting: false,
        risk_limit_base: '500000', interest_rate: '0.0003', order_price_round: String(10 ** -priceDecimals), order_size_min: 1,
        ref_rebate_rate: '0.2', funding_interval: interval / SECOND_MS, risk_limit_step: '500000', leverage_min: '1',
        leverage_max: '100', risk_limit_max: '8000000', maker_fee_rate: '-0.00025', taker_fee_rate: '0.00075', funding_rate: rate,
        funding_rate_limit: String(EXCHANGES.gate.fundingCap), order_size_max: 1_000_000,
        funding_next_apply: seconds(market.nextFundingMs(listing, nowMs)), short_users: 4_000, config_change_time: 1_609_899_548,
        trade_size: 28_530_850_594, position_size: contracts(listing, coins, coins * mark),
        long_users: Math.round(4_000 * ratio), funding_impact_value: '60000', orders_limit: 50, trade_id: 10_851_092,
        orderbook_id: 2_129_638_396, status: 'trading',
      }; // prettier-ignore
    },

    tickerRow(listing: Listing, nowMs: number): object {
      const day = lastDay(market, listing, nowMs);
      const price = (value: number, more = 0): string => text(value, decimalsOf(listing) + more);
      const mark = market.price(listing, 'mark', nowMs);
      const coins = market.openInterestBase(listing, nowMs);
      const { bid, ask } = quotesAround(listing, day.close);
      const isInverse = listing.variant === 'inverse';
      return {
        contract: listing.venueSymbol, last: price(day.close), low_24h: price(day.low), high_24h: price(day.high),
        change_percentage: text((day.close / day.open - 1) * 100, 2),
        total_size: text(contracts(listing, coins, coins * mark), 0),
        volume_24h: text(contracts(listing, day.volumeBase, day.volumeUsd), 0),
        volume_24h_btc: text(isInverse || listing.asset === 'BTC' ? day.volumeBase : 0, 4),
        volume_24h_usd: text(day.volumeUsd, 0), volume_24h_base: isInverse ? '0' : text(day.volumeBase, 4),
        volume_24h_quote: text(day.volumeUsd, 2), volume_24h_settle: text(isInverse ? day.volumeBase : day.volumeUsd, 2),
        mark_price: price(mark, 2), funding_rate: text(market.fundingRate(listing, nowMs)),
        funding_rate_indicative: text(nextIntervalRate(market, listing, nowMs)),
        index_price: price(market.price(listing, 'index', nowMs), 2), quanto_base_rate: '',
        highest_bid: price(bid), lowest_ask: price(ask),
      }; // prettier-ignore
    },
  };
}

export type GateRows = ReturnType<typeof createGateRows>;
