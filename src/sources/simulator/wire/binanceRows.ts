import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import type { Bar, PriceType } from '../flow.ts';
import { assetProfile } from '../profiles.ts';
import { quarterlyExpiry } from '../symbols.ts';
import { Refusal, text, type Listing } from './shared.ts';

/** Rows and errors as Binance writes them. */

const PERPETUAL_DELIVERY_MS = 4_133_404_800_000;
/** The first day of every contract, from which bars and settlements are answered. */
export const ONBOARDED_MS = 1_569_398_400_000;
/** Bar lengths by name. */
export const INTERVALS_MS: Readonly<Record<string, number>> = {
  '5m': 5 * MINUTE_MS, '15m': 15 * MINUTE_MS, '30m': 30 * MINUTE_MS, '1h': HOUR_MS, '2h': 2 * HOUR_MS,
  '4h': 4 * HOUR_MS, '6h': 6 * HOUR_MS, '12h': 12 * HOUR_MS, '1d': DAY_MS,
}; // prettier-ignore

export const refusal = (code: number, msg: string, status = 400): Refusal =>
  new Refusal(status, { code, msg });
export const invalid = (name: string): Refusal =>
  refusal(-1130, `Data sent for parameter '${name}' is not valid.`);

/** What type of contract a listing is at a time; in a quarter's last days the one that is listed is the next. */
export function contractType(listing: Listing, nowMs: number): string {
  if (listing.variant === 'perpetual') return 'PERPETUAL';
  const isCurrent = listing.expiresAtMs === quarterlyExpiry(nowMs - 7 * DAY_MS + 1);
  return isCurrent ? 'CURRENT_QUARTER' : 'NEXT_QUARTER';
}

/** A contract of the list of contracts. */
export function symbolRow(listing: Listing, nowMs: number): object {
  const { priceDecimals, sizeDecimals } = assetProfile(listing.asset);
  const isPerpetual = listing.variant === 'perpetual';
  return {
    symbol: listing.venueSymbol,
    pair: `${listing.asset}USDT`,
    contractType: contractType(listing, nowMs),
    deliveryDate: isPerpetual ? PERPETUAL_DELIVERY_MS : listing.expiresAtMs,
    onboardDate: ONBOARDED_MS,
    status: 'TRADING',
    maintMarginPercent: '2.5000',
    requiredMarginPercent: '5.0000',
    baseAsset: listing.asset,
    quoteAsset: 'USDT',
    marginAsset: 'USDT',
    pricePrecision: priceDecimals,
    quantityPrecision: Math.max(0, sizeDecimals),
    underlyingType: 'COIN',
    orderTypes: ['LIMIT', 'MARKET'],
    timeInForce: ['GTC', 'IOC', 'FOK', 'GTX', 'GTD'],
  };
}

/** What was traded in a day. */
export function tickerRow(listing: Listing, day: Bar): object {
  const { priceDecimals, sizeDecimals } = assetProfile(listing.asset);
  const price = (value: number): string => text(value, priceDecimals);
  return {
    symbol: listing.venueSymbol,
    priceChange: price(day.close - day.open),
    priceChangePercent: text((day.close / day.open - 1) * 100, 3),
    weightedAvgPrice: price(day.volumeUsd / day.volumeBase),
    lastPrice: price(day.close),
    lastQty: text(10 ** -sizeDecimals, sizeDecimals),
    openPrice: price(day.open),
    highPrice: price(day.high),
    lowPrice: price(day.low),
    volume: text(day.volumeBase, sizeDecimals),
    quoteVolume: text(day.volumeUsd, 2),
    openTime: day.startMs,
    closeTime: day.endMs,
    firstId: 1_000_000,
    lastId: 1_000_000 + day.trades - 1,
    count: day.trades,
  };
}

/** A bar; those of mark prices carry no volume. */
export function klineRow(listing: Listing, bar: Bar, stepMs: number, type: PriceType): (string | number)[] {
  const { priceDecimals, sizeDecimals } = assetProfile(listing.asset);
  const price = (value: number): string => text(value, priceDecimals + (type === 'last' ? 0 : 2));
  const prices = [price(bar.open), price(bar.high), price(bar.low), price(bar.close)];
  // Bars of mark prices carry placeholders, with the two blanks that Binance sends.
  return type === 'last'
    ? [
        bar.startMs, ...prices, text(bar.volumeBase, sizeDecimals), bar.startMs + stepMs - 1, text(bar.volumeUsd, 5),
        bar.trades, text(bar.takerBuyBase, sizeDecimals), text(bar.takerBuyUsd, 5), '0',
      ]
    : [bar.startMs, ...prices, '0  ', bar.startMs + stepMs - 1, '0', 60, '0', '0', '0']; // prettier-ignore
}
