/** The id of an exchange adapter, for example `binance` or `kraken-futures`. The registry says which ids exist. */
export type ExchangeId = string;

/** A common ticker, upper case: BTC, never XBT. */
export type Asset = string;

/** `exchange:venueSymbol`, unique over all exchanges. */
export type InstrumentKey = `${ExchangeId}:${string}`;

/** Whether numbers were fetched from exchanges or made by the simulator. The two never meet in one store. */
export type DataSource = 'live' | 'simulated';

/** Returns the key of an instrument. */
export function instrumentKey(exchange: ExchangeId, venueSymbol: string): InstrumentKey {
  return `${exchange}:${venueSymbol}`;
}

const ASSET_ALIASES: ReadonlyMap<string, Asset> = new Map([['XBT', 'BTC']]);

/** Returns the common ticker for an exchange's own name of an asset (XBT becomes BTC). */
export function commonAsset(venueAsset: string): Asset {
  const upper = venueAsset.toUpperCase();
  return ASSET_ALIASES.get(upper) ?? upper;
}
