/** The id of an exchange adapter, for example `binance` or `kraken-futures`. The registry says which ids exist. */
export type ExchangeId = string;

/** A common ticker, upper case: BTC, never XBT. */
export type Asset = string;

/** `exchange:venueSymbol`, of spot pairs `exchange:spot/venueSymbol`: unique over all exchanges and markets. */
export type InstrumentKey = `${ExchangeId}:${string}`;

/** Whether numbers were fetched from exchanges or made by the simulator. The two never meet in one store. */
export type DataSource = 'live' | 'simulated';

/**
 * Returns the key of an instrument. Spot pairs are told apart because exchanges name them like their perpetuals
 * (BTCUSDT on Binance and Bybit, BTC_USDT on Gate).
 */
export function instrumentKey(exchange: ExchangeId, venueSymbol: string, market?: 'spot'): InstrumentKey {
  return market === 'spot' ? `${exchange}:spot/${venueSymbol}` : `${exchange}:${venueSymbol}`;
}

const ASSET_ALIASES: ReadonlyMap<string, Asset> = new Map([['XBT', 'BTC']]);

/** Returns the common ticker for an exchange's own name of an asset (XBT becomes BTC). */
export function commonAsset(venueAsset: string): Asset {
  const upper = venueAsset.toUpperCase();
  return ASSET_ALIASES.get(upper) ?? upper;
}
