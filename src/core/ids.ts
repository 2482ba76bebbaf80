/** The id of an exchange adapter, for example `binance` or `kraken-futures`. The registry says which ids exist. */
export type ExchangeId = string;

/**
 * Returns whether rows are the user's own, from a file: their exchange is `import:NAME`. They answer to their own name alone, so
 * that nothing that reads an asset of all exchanges counts them (ADR 0036).
 */
export function isImported(exchange: ExchangeId): boolean {
  return exchange.startsWith('import:');
}

/** A common ticker in capitals, in Unicode's composed form: BTC, never XBT. `parseAsset` (assetName.ts) reads one. */
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

/** Letters and signs of ASCII alone: these have one capital each. */
const PLAIN = /^[ -~]*$/;

/**
 * Returns text in capitals, letter by letter. A letter without one capital of its own stays as it is (ß, whose capital
 * is SS, and ı, whose capital is the one of i): another name, or a longer one, never comes of it.
 */
export function inCapitals(text: string): string {
  // Nearly all names are, and this runs for every row of every answer.
  if (PLAIN.test(text)) return text.toUpperCase();
  return Array.from(text, (letter) => {
    const capital = letter.toUpperCase();
    return capital.toLowerCase() === letter ? capital : letter;
  }).join('');
}

/**
 * Returns the common ticker for an exchange's own name of an asset: composed (NFC), in capitals, XBT as BTC. Names that
 * are spelled alike are one asset; nothing is refused, since what an exchange lists is read whatever its name.
 */
export function commonAsset(venueAsset: string): Asset {
  const name = inCapitals(venueAsset.normalize('NFC')).normalize('NFC');
  return ASSET_ALIASES.get(name) ?? name;
}
