import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import type { SimulatedMarket } from '../market.ts';
import { assetProfile, EXCHANGES } from '../profiles.ts';
import { quotesAround } from './companions.ts';
import { lastDay, text, type Listing } from './shared.ts';

/** Rows, errors and units as Bybit writes them. */

export const PERIODS_MS: Readonly<Record<string, number>> = {
  '5min': 5 * MINUTE_MS, '15min': 15 * MINUTE_MS, '30min': 30 * MINUTE_MS, '1h': HOUR_MS, '4h': 4 * HOUR_MS, '1d': DAY_MS,
}; // prettier-ignore
export const INTERVALS_MS: Readonly<Record<string, number>> = {
  '5': 5 * MINUTE_MS, '15': 15 * MINUTE_MS, '30': 30 * MINUTE_MS, '60': HOUR_MS, '120': 2 * HOUR_MS,
  '240': 4 * HOUR_MS, '360': 6 * HOUR_MS, '720': 12 * HOUR_MS, D: DAY_MS,
}; // prettier-ignore

/** The first day of every contract: open interest, settlements and bars are answered from it on. */
export const LAUNCHED_MS = 1_585_526_400_000;

/** Cursors are stated percent-encoded; they may come back that way, or decoded once. */
export const readCursor = ({ cursor = '' }: Readonly<Record<string, string>>): string =>
  cursor.replaceAll('%3D', '=').replaceAll('%26', '&');

export const envelope = (nowMs: number, retCode: number, retMsg: string, result: object): object => ({
  retCode,
  retMsg,
  result,
  retExtInfo: {},
  time: nowMs,
});

/** The category a listing is asked for in. */
export const categoryOf = ({ variant }: Listing): string =>
  variant === 'inverse' || variant === 'spot' ? variant : 'linear';

export const decimalsOf = (listing: Listing): number => assetProfile(listing.asset).priceDecimals;

/** Quantities as Bybit counts them: coins, or dollars for inverse contracts. */
export const quantity = (listing: Listing, coins: number, usd: number): string =>
  listing.variant === 'inverse' ? text(usd, 0) : text(coins, 3);
export const value = (listing: Listing, coins: number, usd: number): string =>
  listing.variant === 'inverse' ? text(coins, 8) : text(usd, 4);

/** What a ticker states of a contract. */
export function tickerRow(
  market: SimulatedMarket,
  listing: Listing,
  nowMs: number,
): Readonly<Record<string, string>> {
  const day = lastDay(market, listing, nowMs);
  const coins = market.openInterestBase(listing, nowMs);
  const mark = market.price(listing, 'mark', nowMs);
  const decimals = decimalsOf(listing);
  const price = (amount: number): string => text(amount, decimals);
  const isDated = listing.variant === 'dated';
  const index = market.price(listing, 'index', nowMs);
  const { bid, ask } = quotesAround(listing, day.close);
  const years = ((listing.expiresAtMs ?? nowMs) - nowMs) / (365 * DAY_MS);
  return {
    symbol: listing.venueSymbol,
    lastPrice: price(day.close),
    indexPrice: text(market.price(listing, 'index', nowMs), decimals + 2),
    markPrice: text(mark, decimals + 2),
    prevPrice24h: price(day.open),
    price24hPcnt: text(day.close / day.open - 1, 6),
    highPrice24h: price(day.high),
    lowPrice24h: price(day.low),
    prevPrice1h: price(market.price(listing, 'last', nowMs - HOUR_MS)),
    openInterest: quantity(listing, coins * 2, Math.round(coins * mark) * 2),
    openInterestValue: value(listing, coins * 2, coins * mark * 2),
    singleOpenInterest: quantity(listing, coins, Math.round(coins * mark)),
    singleOpenInterestValue: value(listing, coins, coins * mark),
    turnover24h: value(listing, day.volumeBase, day.volumeUsd),
    volume24h: quantity(listing, day.volumeBase, day.volumeUsd),
    fundingRate: isDated ? '' : text(market.fundingRate(listing, nowMs)),
    nextFundingTime: isDated ? '0' : text(market.nextFundingMs(listing, nowMs), 0),
    predictedDeliveryPrice: '',
    basisRate: isDated ? text(mark / index - 1) : '',
    deliveryFeeRate: isDated ? '0.0005' : '',
    deliveryTime: text(listing.expiresAtMs ?? 0, 0),
    ask1Size: '2.417', bid1Price: price(bid), ask1Price: price(ask), bid1Size: '0.863',
    basis: isDated ? price(day.close - index) : '',
    preOpenPrice: '', preQty: '', curPreListingPhase: '',
    fundingIntervalHour: isDated ? '' : text(market.fundingIntervalMs(listing) / HOUR_MS, 0),
    basisRateYear: isDated ? text((mark / index - 1) / years) : '',
    fundingCap: isDated ? '' : String(EXCHANGES.bybit.fundingCap),
  }; // prettier-ignore
}

/** What a ticker states of a spot pair. */
export function spotTickerRow(
  market: SimulatedMarket,
  listing: Listing,
  nowMs: number,
): Readonly<Record<string, string>> {
  const day = lastDay(market, listing, nowMs);
  const { bid, ask } = quotesAround(listing, day.close);
  const price = (amount: number): string => text(amount, decimalsOf(listing));
  return {
    symbol: listing.venueSymbol, bid1Price: price(bid), bid1Size: '0.863', ask1Price: price(ask), ask1Size: '2.417',
    lastPrice: price(day.close), prevPrice24h: price(day.open), price24hPcnt: text(day.close / day.open - 1, 4),
    highPrice24h: price(day.high), lowPrice24h: price(day.low), turnover24h: text(day.volumeUsd, 4), volume24h: text(day.volumeBase, 6),
    usdIndexPrice: text(market.price(listing, 'index', nowMs), 6),
  }; // prettier-ignore
}

/** Highest leverage of each tier; the first tier's share of the asset's open interest grows with each. */
const LEVERAGES: readonly number[] = [100, 50, 25, 20, 10, 5, 2];

/** The risk limits of a contract, lowest first: in dollars, of inverse contracts in coins. */
export function riskLimits(listing: Listing): Readonly<Record<string, string | number>>[] {
  const { openInterestBase, priceUsd } = assetProfile(listing.asset);
  const isInverse = listing.variant === 'inverse';
  const whole = isInverse ? openInterestBase : openInterestBase * priceUsd;
  const step = 10 ** Math.floor(Math.log10(whole / 10_000));
  let [deduction, before] = [0, 0];
  return LEVERAGES.map((leverage, index) => {
    const limit = step * (index + 1) ** 2;
    const rate = 1 / leverage / 2;
    deduction += index === 0 ? 0 : step * index ** 2 * (rate - before);
    before = rate;
    return {
      id: index + 1, symbol: listing.venueSymbol, riskLimitValue: text(limit, 0), maintenanceMargin: text(rate, 4),
      initialMargin: text(1 / leverage, 4), isLowestRisk: index === 0 ? 1 : 0, maxLeverage: text(leverage, 2),
      mmDeduction: index === 0 ? '' : text(deduction, 4),
    }; // prettier-ignore
  });
}

/** A contract of the list of contracts. */
export function instrumentRow(listing: Listing, market: SimulatedMarket): object {
  const { priceDecimals, sizeDecimals } = assetProfile(listing.asset);
  const { variant } = listing;
  const contractType = {
    perpetual: 'LinearPerpetual', inverse: 'InversePerpetual', dated: 'LinearFutures', spot: '',
  }[variant]; // prettier-ignore
  const isInverse = variant === 'inverse';
  const cap = EXCHANGES.bybit.fundingCap;
  const lot = isInverse ? '1' : String(10 ** -sizeDecimals);
  return {
    symbol: listing.venueSymbol, contractType, status: 'Trading', baseCoin: listing.asset,
    quoteCoin: isInverse ? 'USD' : 'USDT', launchTime: String(LAUNCHED_MS), deliveryTime: text(listing.expiresAtMs ?? 0, 0),
    deliveryFeeRate: variant === 'dated' ? '0.0005' : '', priceScale: String(priceDecimals),
    leverageFilter: { minLeverage: '1', maxLeverage: '100.00', leverageStep: '0.01' },
    priceFilter: { minPrice: String(5 * 10 ** -priceDecimals), maxPrice: '1999999.80', tickSize: String(10 ** -priceDecimals) },
    // Of inverse contracts a lot is a dollar.
    lotSizeFilter: { maxOrderQty: '1190.000', minOrderQty: lot, qtyStep: lot },
    unifiedMarginTrade: true, fundingInterval: variant === 'dated' ? 0 : market.fundingIntervalMs(listing) / MINUTE_MS,
    settleCoin: isInverse ? listing.asset : 'USDT', copyTrading: 'both', upperFundingRate: variant === 'dated' ? '' : String(cap),
    lowerFundingRate: variant === 'dated' ? '' : String(-cap), isPreListing: false, preListingInfo: null,
  }; // prettier-ignore
}
